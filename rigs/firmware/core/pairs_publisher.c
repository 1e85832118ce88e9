/* The publisher of one topic: AugPAKE's server in pair runs, epochs, sealing. */
#include "pairs.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "ct.h"
#include "wipe.h"

enum { RUN_ANSWERED = 1, RUN_SAID_AGAIN }; /* of a reader's run */

static const FLASH char method[] = "AUGPAKE-FRAMED-P256";

int pairs_reader(struct pairs *pairs, const uint8_t *name, size_t length, const uint8_t verifier[PAIR_ELEMENT])
{
    struct publisher *publisher = &pairs->of.publisher;
    if (pairs->part == NO_PART) {
        pairs->part = PUBLISHES;
    }
    if (publisher_find(publisher, name, length) != NULL) {
        return (int)(publisher_find(publisher, name, length) - publisher->readers); /* keeps its key */
    }
    for (int i = 0; i < PAIR_READERS; i++) {
        struct pair_reader *reader = &publisher->readers[i];
        if (reader->name.length == 0) {
            wipe(reader, sizeof *reader);
            memcpy(reader->name.bytes, name, length);
            reader->name.length = length;
            memcpy(reader->verifier, verifier, PAIR_ELEMENT);
            return i;
        }
    }
    return -1;
}

struct pair_reader *publisher_find(struct publisher *publisher, const uint8_t *name, size_t length)
{
    for (size_t i = 0; length > 0 && i < PAIR_READERS; i++) {
        struct pair_reader *reader = &publisher->readers[i];
        if (reader->name.length == length && memcmp(reader->name.bytes, name, length) == 0) {
            return reader;
        }
    }
    return NULL;
}

int pairs_revoke(struct pairs *pairs, const uint8_t *name, size_t length)
{
    struct pair_reader *reader = publisher_find(&pairs->of.publisher, name, length);
    if (reader != NULL) {
        wipe(reader, sizeof *reader);
    }
    return reader != NULL;
}

void publisher_connects(struct publisher *publisher)
{
    for (size_t i = 0; i < PAIR_READERS; i++) {
        struct pair_reader *reader = &publisher->readers[i];
        reader->answered = 0;
        wipe(reader->client_proof, 3 * 32);
    }
}

static int is_method(const struct body *body)
{
    if (body->method_length != sizeof method - 1) {
        return 0;
    }
    for (size_t i = 0; i < sizeof method - 1; i++) {
        if (body->method[i] != (uint8_t)method[i]) {
            return 0;
        }
    }
    return 1;
}

static void answer(struct drbg *drbg, const struct augpake_name *client, struct pair_reader *reader, const struct body *body, struct pair_body *out)
{
    struct augpake run;
    uint8_t y_element[PAIR_ELEMENT];
    uint32_t y[SCALAR_WORDS];
    reader->answered = 0;
    if (!is_method(body) || !group_acceptable(&group_p256, body->data, body->length)) {
        put_fail(out, body->run, FAIL_PROTOCOL);
        return;
    }
    memset(&run, 0, sizeof run);
    run.group = &group_p256;
    run.profile = augpake_profile_framed();
    run.client = reader->name;
    run.server = *client;
    augpake_pair_field(&run);
    int given = augpake_enroll(&run, reader->verifier, PAIR_ELEMENT) == 0;
    if (given) {
        scalar_draw(y, drbg, run.group);
        given = augpake_answer(&run, y_element, body->data, y) == ANSWER_GIVEN;
    }
    if (given) {
        memcpy(reader->client_proof, run.client_proof, 32);
        memcpy(reader->server_proof, run.server_proof, 32);
        memcpy(reader->run_key, run.session_key, 32);
        memcpy(reader->run, body->run, PAIR_RUN);
        reader->answered = RUN_ANSWERED;
        put_head(out, PAIR_ANSWER, body->run);
        ct_public(y_element, sizeof y_element);
        put_field(out, y_element, sizeof y_element);
    } else {
        put_fail(out, body->run, FAIL_PROTOCOL);
    }
    wipe(&run, sizeof run);
    wipe(y, sizeof y);
}

static void prove(struct publisher *publisher, struct pair_reader *reader, const struct body *body, uint32_t now, struct pair_body *out)
{
    reader->answered = 0;
    if (limit_begin(&reader->limit, now) != 0) { /* counted before it is judged */
        put_fail(out, body->run, FAIL_LIMIT);
    } else if (!ct_verdict(ct_equal(reader->client_proof, body->data, 32))) {
        put_fail(out, body->run, FAIL_PROOF);
    } else {
        limit_succeeded(&reader->limit);
        memcpy(reader->key, reader->run_key, 32);
        reader->has_key = 1;
        reader->count = 0;
        reader->owes_epoch = 0; /* what was due, was due under the key before */
        publisher->due = 1;
        ct_public(reader->server_proof, 32);
        put_head(out, PAIR_DONE, body->run);
        put_bytes_of(out, reader->server_proof, 32);
    }
    wipe(reader->client_proof, 3 * 32);
}

void publisher_take(struct pairs *pairs, struct drbg *drbg, const struct augpake_name *client, struct pair_reader *from, const struct body *body, uint32_t now,
                    struct pair_body *out)
{
    const int own = from->answered && body->run != NULL && memcmp(from->run, body->run, PAIR_RUN) == 0;
    if (body->kind == PAIR_START && own && from->answered == RUN_ANSWERED) {
        from->answered = RUN_SAID_AGAIN; /* its Answer is on the way; at the second time that was lost */
    } else if (body->kind == PAIR_START) {
        answer(drbg, client, from, body, out);
    } else if (body->kind == PAIR_PROOF && own) {
        prove(&pairs->of.publisher, from, body, now, out);
    }
    out->peer = &from->name;
}

enum pair_result pairs_epoch(struct pairs *pairs, struct drbg *drbg, const struct augpake_name *client, uint32_t epoch)
{
    struct publisher *publisher = &pairs->of.publisher;
    if (epoch < pairs->epoch || epoch == UINT32_MAX) {
        return epoch == UINT32_MAX ? PAIR_SPENT : PAIR_BAD_NUMBER;
    }
    pairs->epoch = epoch + 1;
    drbg_generate(drbg, publisher->tk, sizeof publisher->tk);
    message_keys(&publisher->keys, pairs->cipher, &pairs->topic, epoch, publisher->tk, sender_of(client));
    /* Counters go on, so that a subscriber sees what it missed at the end of the epoch before; after the last one they begin again. */
    publisher->next = publisher->ended ? 0 : publisher->next;
    publisher->first = publisher->next;
    publisher->ended = publisher->due = 0;
    publisher->calls = 4 + (uint32_t)(pairs->topic.length + 7) / 8;
    publisher->has_epoch = 1;
    for (size_t i = 0; i < PAIR_READERS; i++) {
        publisher->readers[i].owes_epoch = publisher->readers[i].has_key;
    }
    return PAIR_OPENED;
}

int pairs_owes(const struct pairs *pairs)
{
    int owed = 0;
    for (size_t i = 0; pairs->part == PUBLISHES && i < PAIR_READERS; i++) {
        owed += pairs->of.publisher.readers[i].owes_ask + pairs->of.publisher.readers[i].owes_epoch;
    }
    return owed;
}

static void send_epoch(struct pairs *pairs, struct pair_reader *reader, struct pair_body *out)
{
    const struct publisher *publisher = &pairs->of.publisher;
    struct sealing sealing;
    uint8_t nonce[SEALING_NONCE], number[8];
    put_u64(number, ++reader->count);
    put_head(out, PAIR_EPOCH, NULL);
    put_field(out, pairs->topic.bytes, pairs->topic.length);
    put_bytes_of(out, number, sizeof number);
    uint8_t *text = out->bytes + out->length;
    put_u32(text, publisher->keys.epoch);
    memcpy(text + 4, publisher->tk, sizeof publisher->tk);
    put_u32(text + 20, publisher->keys.sender);
    put_u64(text + 24, publisher->first);
    kek_sealing(&sealing, pairs, reader->key);
    count_nonce(nonce, reader->count);
    out->length += sealing_seal(&sealing, text, EPOCH_KEYS, nonce);
    wipe(&sealing, sizeof sealing);
}

void pairs_next(struct pairs *pairs, struct pair_body *out)
{
    out->length = 0;
    for (size_t i = 0; pairs->part == PUBLISHES && i < PAIR_READERS && out->length == 0; i++) {
        struct pair_reader *reader = &pairs->of.publisher.readers[i];
        out->peer = &reader->name;
        if (reader->owes_epoch) {
            reader->owes_epoch = 0;
            send_epoch(pairs, reader, out);
        } else if (reader->owes_ask) {
            reader->owes_ask = 0;
            put_head(out, PAIR_ASK, NULL);
        }
    }
}

#endif
