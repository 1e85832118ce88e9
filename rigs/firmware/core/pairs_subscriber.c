/* A subscriber to one topic: AugPAKE's client in pair runs, epochs. */
#include "pairs.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "ct.h"
#include "wipe.h"

void pairs_writer(struct pairs *pairs, const struct augpake_name *client, const uint8_t *publisher, size_t length, const uint8_t *password, size_t password_length)
{
    struct augpake *run = &pairs->of.subscriber.run;
    memset(&pairs->of, 0, sizeof pairs->of);
    pairs->part = SUBSCRIBES;
    run->group = &group_p256;
    run->profile = augpake_profile_framed();
    run->client = *client;
    memcpy(run->server.bytes, publisher, length);
    run->server.length = length;
    augpake_pair_field(run);
    augpake_provision(run, password, password_length);
}

static void end_run(struct subscriber *subscriber)
{
    augpake_abandon(&subscriber->run);
    subscriber->running = subscriber->proved = 0;
}

static void say_start(const struct subscriber *subscriber, struct pair_body *out)
{
    static const uint8_t method[] = {'A', 'U', 'G', 'P', 'A', 'K', 'E', '-', 'F', 'R', 'A', 'M', 'E', 'D', '-', 'P', '2', '5', '6'};
    put_head(out, PAIR_START, subscriber->id);
    put_field(out, method, sizeof method);
    put_field(out, subscriber->run.x_element, PAIR_ELEMENT);
    out->peer = &subscriber->run.server;
}

void subscriber_start(struct pairs *pairs, struct drbg *drbg, struct pair_body *out)
{
    struct subscriber *subscriber = &pairs->of.subscriber;
    uint32_t x[SCALAR_WORDS];
    end_run(subscriber);
    drbg_generate(drbg, subscriber->id, PAIR_RUN);
    ct_public(subscriber->id, PAIR_RUN);
    do {
        scalar_draw(x, drbg, &group_p256);
    } while (augpake_start(&subscriber->run, x) != 0);
    wipe(x, sizeof x);
    subscriber->running = 1;
    ct_public(subscriber->run.x_element, PAIR_ELEMENT);
    say_start(subscriber, out);
}

static enum pair_result answered(struct subscriber *subscriber, const struct body *body, uint32_t now, struct pair_body *out)
{
    uint8_t proof[32];
    if (limit_begin(&subscriber->limit, now) != 0) { /* V_C lets whoever answered try one password: counted before it leaves */
        end_run(subscriber);
        put_fail(out, body->run, FAIL_LIMIT);
        return PAIR_OPENED;
    }
    if (!group_acceptable(&group_p256, body->data, body->length) || augpake_step(&subscriber->run, proof, body->data) != 0) {
        limit_succeeded(&subscriber->limit); /* nothing left: no password can be tried with it */
        end_run(subscriber);
        put_fail(out, body->run, FAIL_PROTOCOL);
        return PAIR_MALFORMED;
    }
    subscriber->proved = 1;
    ct_public(proof, sizeof proof);
    put_head(out, PAIR_PROOF, body->run);
    put_bytes_of(out, proof, sizeof proof);
    return PAIR_OPENED;
}

static enum pair_result finished(struct subscriber *subscriber, const struct body *body)
{
    uint8_t key[32];
    const int good = augpake_finish(&subscriber->run, key, body->data) == 0;
    if (good) {
        limit_succeeded(&subscriber->limit);
        memcpy(subscriber->key, key, sizeof key);
        subscriber->has_key = 1;
        subscriber->count = 0;
    }
    wipe(key, sizeof key);
    end_run(subscriber);
    return good ? PAIR_OPENED : PAIR_BAD_TAG;
}

static void replace(struct pairs *pairs, uint32_t epoch, const uint8_t tk[16], uint32_t sender, uint64_t first)
{
    struct subscriber *subscriber = &pairs->of.subscriber;
    struct opener *current = &subscriber->current;
    if (current->held) {
        /* A publisher that lost power begins at 0 again: what it sent last before cannot be told. */
        subscriber->missed += window_missing(&current->window) + (first > current->window.next ? first - current->window.next : 0);
        struct past *past = &subscriber->previous;
        past->epoch = current->keys.epoch;
        past->sender = current->keys.sender;
        memcpy(past->tk, subscriber->tk, sizeof past->tk);
        memcpy(past->name, current->keys.name, SHORT_NAME);
        past->window = current->window;
        past->held = 1;
    }
    memcpy(subscriber->tk, tk, sizeof subscriber->tk);
    message_keys(&current->keys, pairs->cipher, &pairs->topic, epoch, tk, sender);
    window_start(&current->window, first);
    current->held = 1;
}

/* Where Start was lost, as the publisher was away, the same one begins the run; one that came before is passed over, and its Answer is on its way. Where only the
 * run's last message is missing, that was lost: the publisher sends it before any epoch under the run's key. */
static void start_or_say_again(struct pairs *pairs, struct drbg *drbg, struct pair_body *out)
{
    if (!pairs->of.subscriber.running || pairs->of.subscriber.proved) {
        subscriber_start(pairs, drbg, out);
    } else {
        say_start(&pairs->of.subscriber, out);
    }
}

static enum pair_result began(struct pairs *pairs, struct drbg *drbg, const struct body *body, struct pair_body *out)
{
    struct subscriber *subscriber = &pairs->of.subscriber;
    struct sealing sealing;
    uint8_t text[EPOCH_KEYS + SEALING_TAG], nonce[SEALING_NONCE];
    if (!subscriber->has_key) {
        start_or_say_again(pairs, drbg, out);
        return PAIR_NO_KEY;
    }
    if (body->method_length != pairs->topic.length || memcmp(body->method, pairs->topic.bytes, body->method_length) != 0) {
        return PAIR_MALFORMED;
    }
    int opened = -1;
    if (body->length == EPOCH_KEYS + sealing_tag(pairs->cipher)) {
        memcpy(text, body->data, body->length);
        kek_sealing(&sealing, pairs, subscriber->key);
        count_nonce(nonce, body->count);
        opened = sealing_open(&sealing, text, body->length, nonce);
        wipe(&sealing, sizeof sealing);
    }
    enum pair_result result = PAIR_OPENED;
    if (opened != EPOCH_KEYS) {
        start_or_say_again(pairs, drbg, out);
        result = PAIR_BAD_TAG;
    } else {
        /* All but TK may be known: number, sender and counter are told, or stand on the wire. */
        ct_public(text, 4);
        ct_public(text + 20, 12);
        const uint32_t epoch = get_u32(text);
        if (body->count <= subscriber->count || (subscriber->current.held && epoch <= subscriber->current.keys.epoch)) {
            result = PAIR_REPLAY;
        } else {
            subscriber->count = body->count;
            replace(pairs, epoch, text + 4, get_u32(text + 20), get_u64(text + 24));
        }
    }
    wipe(text, sizeof text);
    return result;
}

enum pair_result subscriber_take(struct pairs *pairs, struct drbg *drbg, const struct body *body, uint32_t now, struct pair_body *out)
{
    struct subscriber *subscriber = &pairs->of.subscriber;
    const int own = subscriber->running && body->run != NULL && memcmp(subscriber->id, body->run, PAIR_RUN) == 0;
    out->peer = &subscriber->run.server;
    if (body->kind == PAIR_ASK) {
        subscriber_start(pairs, drbg, out);
        return PAIR_OPENED;
    }
    if (body->kind == PAIR_EPOCH) {
        return began(pairs, drbg, body, out);
    }
    if (!own) {
        return PAIR_REPLAY;
    }
    if (body->kind == PAIR_ANSWER && !subscriber->proved) {
        return answered(subscriber, body, now, out);
    }
    if (body->kind == PAIR_DONE && subscriber->proved) {
        return finished(subscriber, body);
    }
    if (body->kind == PAIR_FAIL) {
        end_run(subscriber);
        return PAIR_OPENED;
    }
    return PAIR_REPLAY;
}

#endif
