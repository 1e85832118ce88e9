/* SEAL and OPEN under augmqtt and mqtt-auth, and KEY.DROP. */
#include "hop.h"

#include <string.h>

#include "ct.h"
#include "handler.h"
#include "wipe.h"

#ifndef WITHOUT_AUGMQTT

/* What a SEAL or OPEN works on: a struct, so that one wipe forgets it. */
struct passage {
    uint8_t payload[HOP_LIMIT];
};

enum hop_direction own_direction(const struct board_state *board)
{
    return board->augpake.role == SERVER ? FROM_BROKER : TO_BROKER;
}

enum verdict take_topic(struct topic *topic, const struct request *request, struct outcome *outcome)
{
    struct field field = {TEXT("topic"), topic->bytes, 1, TOPIC_LIMIT, 0};
    enum verdict verdict = take(&field, request, outcome);
    topic->length = (uint8_t)field.length;
    return verdict;
}

enum verdict open_hop(struct board_state *board, uint8_t *payload, size_t length, struct hop_text topic, struct outcome *outcome)
{
    uint32_t begin = op_begin();
    enum hop_result result = hop_open(&board->hop, own_direction(board), payload, length, topic);
    op_end(outcome, begin);
    switch (result) {
    case HOP_OPENED:
        return DONE;
    case HOP_REPLAY:
        return say(outcome, ERR_REPLAY, "the counter is not above the last one accepted");
    default:
        return say(outcome, ERR_BAD_TAG, "the tag is wrong");
    }
}

static enum verdict pass(struct passage *p, struct board_state *board, int opening, const struct request *request, struct outcome *outcome)
{
    struct topic topic;
    struct field data = {TEXT("data"), opening ? p->payload : p->payload + HOP_NONCE, 0, opening ? HOP_LIMIT : PAYLOAD_LIMIT, 0};
    if (request->count != 2) {
        return say(outcome, ERR_ARG, "under this scheme there are topic= and data= and no more");
    }
    enum verdict verdict = take_topic(&topic, request, outcome);
#ifndef WITHOUT_MQTT_AUTH
    if (verdict == DONE && opening && board->scheme == MQTT_AUTH && own_direction(board) == TO_BROKER && is_service_topic(board, &topic)) {
        return say(outcome, ERR_UNSUPPORTED, "tokens stay inside; TOKEN op=answer takes it");
    }
#endif
    if (verdict == DONE) {
        verdict = take(&data, request, outcome);
    }
    if (verdict == DONE && !hop_has_key(&board->hop)) {
        return say_words(outcome, ERR_NO_KEY, words_no_session);
    }
    if (verdict != DONE) {
        return verdict;
    }
    const struct hop_text name = {topic.bytes, topic.length};
    uint8_t *out = p->payload;
    if (opening) {
        verdict = open_hop(board, p->payload, data.length, name, outcome);
        out += HOP_NONCE;
        data.length -= HOP_OVERHEAD;
    } else {
        uint32_t begin = op_begin();
        hop_seal(&board->hop, own_direction(board), p->payload, data.length, name);
        op_end(outcome, begin);
        data.length += HOP_OVERHEAD;
    }
    if (verdict == DONE) {
        ct_public(out, data.length);
        put_hex(outcome, "data", out, data.length);
    }
    return verdict;
}

enum verdict hop_run(struct board_state *board, int opening, const struct request *request, struct outcome *outcome)
{
    struct passage passage;
    enum verdict verdict = pass(&passage, board, opening, request, outcome);
    wipe(&passage, sizeof passage);
    return verdict;
}

#endif
