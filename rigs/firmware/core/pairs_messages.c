/* Messages of an epoch: signed, sealed, and opened once. */
#include "pairs.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "augpake_hash.h"
#include "ct.h"
#include "sha256.h"
#include "wipe.h"

#define MOST_CALLS ((uint32_t)1 << 20) /* of one message key, counted as PRESENT-EAX makes them */

void hash_field(struct sha256 *sha, const uint8_t *bytes, size_t length)
{
    const uint8_t size[2] = {0, (uint8_t)length};
    sha256_add(sha, size, sizeof size);
    sha256_add(sha, bytes, length);
}

void signed_digest(uint8_t digest[32], const struct augpake_name *publisher, const struct topic *topic, const uint8_t nonce[SEALING_NONCE], const uint8_t *text,
                   size_t length)
{
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, (const uint8_t[7]){'h', 'v', '1', '-', 's', 'i', 'g'}, 7);
    hash_field(&sha, publisher->bytes, publisher->length);
    hash_field(&sha, topic->bytes, topic->length);
    sha256_add(&sha, nonce, SEALING_NONCE);
    sha256_add(&sha, text, length);
    sha256_end(&sha, digest);
}

int pairs_sign(struct pairs *pairs, const uint8_t *private_key, const uint8_t *public_key)
{
    uint32_t d[SCALAR_WORDS];
    if (private_key != NULL && pairs->part == PUBLISHES) {
        words_read(d, private_key, SCALAR_WORDS);
        const int good = scalar_good(d, &group_p256);
        wipe(d, sizeof d);
        memcpy(pairs->of.publisher.private_key, private_key, ECDSA_PRIVATE);
        pairs->of.publisher.signs = (uint8_t)good;
        return good ? 0 : -1;
    }
    if (public_key != NULL && pairs->part == SUBSCRIBES && group_acceptable(&group_p256, public_key, ECDSA_PUBLIC)) {
        memcpy(pairs->of.subscriber.public_key, public_key, ECDSA_PUBLIC);
        pairs->of.subscriber.demands = 1;
        return 0;
    }
    return -1;
}

/* Takes the signature off the end, where one is demanded. */
static int is_signed(const struct pairs *pairs, const uint8_t nonce[SEALING_NONCE], const uint8_t *text, size_t *length)
{
    const struct subscriber *subscriber = &pairs->of.subscriber;
    uint8_t digest[32];
    if (!subscriber->demands) {
        return 1;
    }
    if (*length < ECDSA_SIGNATURE) {
        return 0;
    }
    *length -= ECDSA_SIGNATURE;
    ct_public(text + *length, ECDSA_SIGNATURE);
    signed_digest(digest, &subscriber->run.server, &pairs->topic, nonce, text, *length);
    ct_public(digest, sizeof digest);
    return ecdsa_verify(subscriber->public_key, digest, text + *length) == 0;
}

static int is_topic(const uint8_t *topic, size_t length, const uint8_t name[SHORT_NAME])
{
    uint8_t expected[WIRE_TOPIC];
    wire_topic(expected, name);
    return length == WIRE_TOPIC && memcmp(topic, expected, WIRE_TOPIC) == 0;
}

static enum pair_result open_under(struct pairs *pairs, const struct message_keys *keys, struct window *window, uint8_t *payload, size_t *length)
{
    uint8_t nonce[SEALING_NONCE];
    if (*length < COUNTER) {
        return PAIR_BAD_TAG;
    }
    const size_t whole = *length;
    uint64_t counter = get_u64(payload) ^ keys->mask;
    ct_public(&counter, sizeof counter); /* hidden from the wire alone */
    message_nonce(nonce, keys, counter);
    const int opened = sealing_open(&keys->sealing, payload + COUNTER, *length - COUNTER, nonce);
    if (opened < 0) {
        return PAIR_BAD_TAG;
    }
    *length = (size_t)opened;
    if (!is_signed(pairs, nonce, payload + COUNTER, length)) {
        wipe(payload, whole);
        return PAIR_BAD_SIGNATURE;
    }
    if (window_take(window, counter) != 0) {
        wipe(payload, whole);
        return PAIR_REPLAY;
    }
    return PAIR_OPENED;
}

enum pair_result pairs_open(struct pairs *pairs, const uint8_t *topic, size_t topic_length, uint8_t *payload, size_t *length)
{
    struct subscriber *subscriber = &pairs->of.subscriber;
    if (pairs->part != SUBSCRIBES) {
        return PAIR_NO_KEY;
    }
    if (subscriber->current.held && is_topic(topic, topic_length, subscriber->current.keys.name)) {
        return open_under(pairs, &subscriber->current.keys, &subscriber->current.window, payload, length);
    }
    struct past *past = &subscriber->previous;
    if (!past->held || !is_topic(topic, topic_length, past->name)) {
        return PAIR_NO_KEY;
    }
    struct message_keys keys;
    message_keys(&keys, pairs->cipher, &pairs->topic, past->epoch, past->tk, past->sender);
    const enum pair_result result = open_under(pairs, &keys, &past->window, payload, length);
    wipe(&keys, sizeof keys);
    return result;
}

void pairs_forget_old(struct pairs *pairs)
{
    if (pairs->part == SUBSCRIBES) {
        wipe(&pairs->of.subscriber.previous, sizeof pairs->of.subscriber.previous);
    }
}

size_t pairs_seal(struct pairs *pairs, const struct augpake_name *client, uint8_t *payload, size_t length)
{
    struct publisher *publisher = &pairs->of.publisher;
    uint8_t nonce[SEALING_NONCE], digest[32];
    const uint32_t calls = 2 * (uint32_t)((length + (publisher->signs ? ECDSA_SIGNATURE : 0) + 7) / 8) + 2;
    if (publisher->ended || publisher->calls + calls > MOST_CALLS) {
        return 0;
    }
    publisher->calls += calls;
    const uint64_t counter = publisher->next++;
    publisher->ended = publisher->next == 0;
    message_nonce(nonce, &publisher->keys, counter);
    put_u64(payload, counter ^ publisher->keys.mask);
    if (publisher->signs) {
        signed_digest(digest, client, &pairs->topic, nonce, payload + COUNTER, length);
        ecdsa_sign(payload + COUNTER + length, publisher->private_key, digest);
        length += ECDSA_SIGNATURE;
    }
    return COUNTER + sealing_seal(&publisher->keys.sealing, payload + COUNTER, length, nonce);
}

#endif
