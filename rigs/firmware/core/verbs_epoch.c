/* SEAL and OPEN of the scheme hardened. */
#include "pairs.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "ct.h"
#include "handler.h"
#include "wipe.h"

void put_missing(const struct pairs *pairs, struct outcome *outcome)
{
    uint8_t number[8] = {0};
    if (pairs->part == SUBSCRIBES) {
        const struct subscriber *subscriber = &pairs->of.subscriber;
        put_u64(number, subscriber->missed + (subscriber->current.held ? window_missing(&subscriber->current.window) : 0));
    }
    put_hex(outcome, "missing", number, sizeof number);
}

/* What a SEAL or OPEN works on. */
struct epoch_message {
    uint8_t payload[MESSAGE_LIMIT];
};

static enum verdict seal(struct epoch_message *m, struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct field data = {TEXT("data"), m->payload + COUNTER, 0, PAYLOAD_LIMIT, 0};
    enum verdict verdict = take(&data, request, outcome);
    if (verdict == DONE && request->count != 1) {
        verdict = say(outcome, ERR_ARG, "under this scheme SEAL takes data= alone");
    }
    if (verdict == DONE && (board->pairs.part != PUBLISHES || !board->pairs.of.publisher.has_epoch)) {
        verdict = say_words(outcome, ERR_NO_KEY, REASON("no epoch has begun"));
    }
    if (verdict != DONE) {
        return verdict;
    }
    uint32_t begin = op_begin();
    const size_t length = pairs_seal(&board->pairs, &board->augpake.client, m->payload, data.length);
    op_end(outcome, begin);
    if (length == 0) {
        return say_words(outcome, ERR_SPENT, words_spent);
    }
    ct_public(m->payload, length);
    put_hex(outcome, "data", m->payload, length);
    return DONE;
}

static enum verdict open(struct epoch_message *m, struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t topic[TOPIC_LIMIT];
    struct field name = {TEXT("topic"), topic, 1, sizeof topic, 0}, data = {TEXT("data"), m->payload, 0, sizeof m->payload, 0};
    enum verdict verdict = take(&name, request, outcome);
    if (verdict == DONE) {
        verdict = take(&data, request, outcome);
    }
    if (verdict == DONE && request->count != 2) {
        verdict = say(outcome, ERR_ARG, "under this scheme OPEN takes topic= and data=");
    }
    if (verdict != DONE) {
        return verdict;
    }
    uint32_t begin = op_begin();
    const enum pair_result result = pairs_open(&board->pairs, topic, name.length, m->payload, &data.length);
    op_end(outcome, begin);
    switch (result) {
    case PAIR_OPENED:
        ct_public(m->payload + COUNTER, data.length);
        put_hex(outcome, "data", m->payload + COUNTER, data.length);
        put_missing(&board->pairs, outcome);
        return DONE;
    case PAIR_REPLAY:
        return say(outcome, ERR_REPLAY, "the counter was taken before, or lies before the window");
    case PAIR_BAD_SIGNATURE:
        return say(outcome, ERR_BAD_SIGNATURE, "not signed by the publisher");
    case PAIR_NO_KEY:
        return say(outcome, ERR_NO_KEY, "a topic of no epoch that this board holds the keys of");
    default:
        return say(outcome, ERR_BAD_TAG, "the tag is wrong");
    }
}

enum verdict pair_run(struct board_state *board, int opening, const struct request *request, struct outcome *outcome)
{
    struct epoch_message message;
    memset(&message, 0, sizeof message);
    enum verdict verdict = opening ? open(&message, board, request, outcome) : seal(&message, board, request, outcome);
    wipe(&message, sizeof message);
    return verdict;
}

#endif
