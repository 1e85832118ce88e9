/* What publisher and subscriber share: numbers, the hop, bodies. */
#include "pairs.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "ct.h"
#include "wipe.h"

#define DAY 86400

static struct part part_of(const uint8_t *bytes, size_t length)
{
    return (struct part){bytes, length};
}

void pairs_forget(struct pairs *pairs)
{
    const uint8_t known = pairs->known;
    const uint64_t attempt = pairs->attempt;
    const uint32_t epoch = pairs->epoch;
    uint8_t secret[PAIR_SECRET];
    memcpy(secret, pairs->secret, sizeof secret);
    wipe(pairs, sizeof *pairs);
    pairs->known = known;
    pairs->attempt = attempt;
    pairs->epoch = epoch;
    memcpy(pairs->secret, secret, sizeof secret);
    wipe(secret, sizeof secret);
}

void pairs_tell(struct pairs *pairs, enum pair_cipher cipher, const uint8_t secret[PAIR_SECRET], const struct topic *topic)
{
    /* The numbers belong to u: of another u they begin anew, of the same none comes twice. */
    pairs_forget(pairs);
    if (!pairs->known || !ct_verdict(ct_equal(pairs->secret, secret, PAIR_SECRET))) {
        pairs->attempt = 0;
        pairs->epoch = 0;
    }
    pairs->known = pairs->told = 1;
    pairs->cipher = cipher;
    memcpy(pairs->secret, secret, PAIR_SECRET);
    pairs->topic = *topic;
}

enum pair_result pairs_name(struct pairs *pairs, struct augpake *augpake, uint8_t name[SHORT_NAME], uint64_t attempt)
{
    static const FLASH char digits[] = "0123456789abcdef";
    uint8_t number[8];
    if (attempt < pairs->attempt || attempt == UINT64_MAX) {
        return attempt == UINT64_MAX ? PAIR_SPENT : PAIR_BAD_NUMBER;
    }
    pairs->attempt = attempt + 1;
    put_u64(number, attempt);
    short_name(name, part_of(pairs->secret, PAIR_SECRET), part_of(number, sizeof number), part_of(number, 0));
    for (size_t i = 0; i < SHORT_NAME; i++) {
        augpake->extra[2 * i] = (uint8_t)digits[name[i] >> 4];
        augpake->extra[2 * i + 1] = (uint8_t)digits[name[i] & 15];
    }
    augpake->extra_length = 2 * SHORT_NAME;
    augpake->extra_in_w = 0;
    pairs->named = 1;
    if (pairs->part == PUBLISHES) {
        publisher_connects(&pairs->of.publisher);
    }
    return PAIR_OPENED;
}

void pairs_established(struct pairs *pairs, const struct augpake_name *client, const uint8_t session_key[32])
{
    uint8_t key[32];
    const struct part sk = part_of(session_key, 32);
    derive_key(key, sizeof key, sk, TEXT("pair"), part_of(key, 0));
    short_name(pairs->hop_name, part_of(key, sizeof key), part_of(client->bytes, client->length), part_of(key, 0));
    wipe(key, sizeof key);
    for (uint8_t direction = 0; direction < 2; direction++) {
        derive_key(pairs->hop_key[direction], SEALING_KEY, sk, TEXT("hop"), part_of(&direction, 1));
    }
    pairs->has_hop = 1;
    pairs->sent = pairs->received = 0;
}

/* The key of one direction: 0 to the broker, 1 from it. */
static void hop_sealing(struct sealing *sealing, uint8_t topic[WIRE_TOPIC], const struct pairs *pairs, int direction)
{
    wire_topic(topic, pairs->hop_name);
    sealing_key(sealing, pairs->cipher, pairs->hop_key[direction], topic, WIRE_TOPIC);
}

size_t pairs_carry(struct pairs *pairs, uint8_t out[PAIR_MESSAGE], const struct pair_body *body)
{
    struct sealing sealing;
    uint8_t topic[WIRE_TOPIC], nonce[SEALING_NONCE], *text = out + 8;
    const size_t peer = body->peer->length;
    put_u64(out, ++pairs->sent);
    text[0] = 0;
    text[1] = (uint8_t)peer;
    memcpy(text + 2, body->peer->bytes, peer);
    memcpy(text + 2 + peer, body->bytes, body->length);
    hop_sealing(&sealing, topic, pairs, 0);
    count_nonce(nonce, pairs->sent);
    const size_t length = 8 + sealing_seal(&sealing, text, 2 + peer + body->length, nonce);
    wipe(&sealing, sizeof sealing);
    return length;
}

int limit_begin(struct guess_limit *limit, uint32_t now)
{
    while (limit->held > 0 && now - limit->at[0] >= DAY && now >= limit->at[0]) {
        limit->held--;
        memmove(limit->at, limit->at + 1, limit->held * sizeof limit->at[0]);
    }
    if (limit->failures >= RUNS_IN_ALL || limit->held >= RUNS_A_DAY) {
        return -1;
    }
    limit->failures++;
    limit->at[limit->held++] = now;
    return 0;
}

void limit_succeeded(struct guess_limit *limit)
{
    limit->failures--;
    limit->held--;
}

void put_bytes_of(struct pair_body *out, const void *bytes, size_t length)
{
    memcpy(out->bytes + out->length, bytes, length);
    out->length += length;
}

void put_head(struct pair_body *out, enum pair_kind kind, const uint8_t run[PAIR_RUN])
{
    out->bytes[0] = (uint8_t)kind;
    out->length = 1;
    if (run != NULL) {
        put_bytes_of(out, run, PAIR_RUN);
    }
}

void put_field(struct pair_body *out, const uint8_t *bytes, size_t length)
{
    const uint8_t size[2] = {0, (uint8_t)length};
    put_bytes_of(out, size, sizeof size);
    put_bytes_of(out, bytes, length);
}

void put_fail(struct pair_body *out, const uint8_t run[PAIR_RUN], enum pair_failure reason)
{
    put_head(out, PAIR_FAIL, run);
    out->bytes[out->length++] = (uint8_t)reason;
}

void kek_sealing(struct sealing *sealing, const struct pairs *pairs, const uint8_t key[32])
{
    uint8_t kek[SEALING_KEY];
    derive_key(kek, sizeof kek, part_of(key, 32), TEXT("kek"), part_of(pairs->topic.bytes, pairs->topic.length));
    sealing_key(sealing, pairs->cipher, kek, pairs->topic.bytes, pairs->topic.length);
    wipe(kek, sizeof kek);
}

/* A u16 length and as many bytes; NULL where they are not all there. */
static const uint8_t *get_field(const uint8_t **at, size_t *left, size_t *length)
{
    if (*left < 2 || (*length = (size_t)(*at)[0] << 8 | (*at)[1]) > *left - 2) {
        return NULL;
    }
    const uint8_t *bytes = *at + 2;
    *at += 2 + *length;
    *left -= 2 + *length;
    return bytes;
}

/* Returns 0, or -1 for an unknown kind, a wrong length, or bytes behind the end. */
static int read_body(struct body *body, const uint8_t *at, size_t left)
{
    memset(body, 0, sizeof *body);
    if (left == 0 || at[0] < PAIR_ASK || at[0] > PAIR_EPOCH) {
        return -1;
    }
    body->kind = (enum pair_kind)at[0];
    at++;
    left--;
    if (body->kind == PAIR_ASK) {
        return left == 0 ? 0 : -1;
    }
    if (body->kind == PAIR_EPOCH) {
        if ((body->method = get_field(&at, &left, &body->method_length)) == NULL || left < 8) {
            return -1;
        }
        body->count = get_u64(at);
        body->data = at + 8;
        body->length = left - 8;
        return 0;
    }
    if (left < PAIR_RUN) {
        return -1;
    }
    body->run = at;
    at += PAIR_RUN;
    left -= PAIR_RUN;
    if (body->kind == PAIR_START && (body->method = get_field(&at, &left, &body->method_length)) == NULL) {
        return -1;
    }
    if (body->kind == PAIR_START || body->kind == PAIR_ANSWER) {
        body->data = get_field(&at, &left, &body->length);
        return body->data != NULL && left == 0 && body->length <= 256 ? 0 : -1;
    }
    body->data = at;
    body->length = left;
    return left == (body->kind == PAIR_FAIL ? 1 : 32) ? 0 : -1;
}

void pairs_login(struct pairs *pairs, struct drbg *drbg, const struct augpake_name *client, struct pair_body *out)
{
    out->length = 0;
    (void)client;
    if (pairs->part == SUBSCRIBES) {
        subscriber_start(pairs, drbg, out);
    } else if (pairs->part == PUBLISHES) {
        for (size_t i = 0; i < PAIR_READERS; i++) {
            struct pair_reader *reader = &pairs->of.publisher.readers[i];
            reader->owes_ask = reader->name.length != 0 && !reader->has_key;
        }
    }
}

/* Opens a message of the hop and finds its peer. */
static enum pair_result open_carried(struct pairs *pairs, uint8_t *message, size_t length, const uint8_t **text, size_t *left)
{
    struct sealing sealing;
    uint8_t topic[WIRE_TOPIC], nonce[SEALING_NONCE];
    if (length < 8) {
        return PAIR_BAD_TAG;
    }
    const uint64_t count = get_u64(message);
    hop_sealing(&sealing, topic, pairs, 1);
    count_nonce(nonce, count);
    const int opened = sealing_open(&sealing, message + 8, length - 8, nonce);
    wipe(&sealing, sizeof sealing);
    if (opened < 0) {
        return PAIR_BAD_TAG;
    }
    if (count <= pairs->received) {
        return PAIR_REPLAY;
    }
    pairs->received = count;
    *text = message + 8;
    *left = (size_t)opened;
    /* Names, elements and proofs travel in it in the clear; keys stay sealed. */
    ct_public(*text, *left);
    return PAIR_OPENED;
}

enum pair_result pairs_take(struct pairs *pairs, struct drbg *drbg, const struct augpake_name *client, uint8_t *message, size_t length, uint32_t now,
                            struct pair_body *out)
{
    const uint8_t *text, *peer;
    size_t left, peer_length;
    struct body body;
    out->length = 0;
    if (!pairs->has_hop) {
        return PAIR_NO_KEY;
    }
    enum pair_result result = open_carried(pairs, message, length, &text, &left);
    if (result != PAIR_OPENED) {
        return result;
    }
    if ((peer = get_field(&text, &left, &peer_length)) == NULL) {
        return PAIR_MALFORMED;
    }
    if (pairs->part == SUBSCRIBES) {
        const struct augpake_name *publisher = &pairs->of.subscriber.run.server;
        if (peer_length != publisher->length || memcmp(peer, publisher->bytes, peer_length) != 0) {
            return PAIR_OPENED; /* nobody that it reads: dropped */
        }
        return read_body(&body, text, left) != 0 ? PAIR_MALFORMED : subscriber_take(pairs, drbg, &body, now, out);
    }
    struct pair_reader *reader = pairs->part == PUBLISHES ? publisher_find(&pairs->of.publisher, peer, peer_length) : NULL;
    if (reader != NULL && read_body(&body, text, left) == 0) {
        publisher_take(pairs, drbg, client, reader, &body, now, out);
    }
    return PAIR_OPENED;
}

#endif
