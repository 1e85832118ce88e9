#include "hop.h"

#ifndef WITHOUT_AUGMQTT

#include <string.h>

#include "wipe.h"

static void write_nonce(uint8_t nonce[HOP_NONCE], enum hop_direction direction, uint64_t counter)
{
    memset(nonce, 0, HOP_NONCE);
    nonce[3] = (uint8_t)direction;
    for (int i = 0; i < 8; i++) {
        nonce[4 + i] = (uint8_t)(counter >> (56 - 8 * i));
    }
}

static uint64_t read_counter(const uint8_t nonce[HOP_NONCE])
{
    uint64_t counter = 0;
    for (int i = 4; i < HOP_NONCE; i++) {
        counter = counter << 8 | nonce[i];
    }
    return counter;
}

void hop_replace(struct hop *hop, const uint8_t session_key[32])
{
    hop->before = hop->newest;
    wipe(&hop->newest, sizeof hop->newest);
    memcpy(hop->newest.key, session_key, sizeof hop->newest.key);
    hop->newest.held = 1;
}

void hop_forget_old(struct hop *hop)
{
    wipe(&hop->before, sizeof hop->before);
}

int hop_has_key(const struct hop *hop)
{
    return hop->newest.held;
}

void hop_seal(struct hop *hop, enum hop_direction sends, uint8_t *payload, size_t length, struct hop_text topic)
{
    struct aes aes;
    uint8_t *text = payload + HOP_NONCE;
    const struct gcm_header header = {payload, topic.bytes, topic.length};
    write_nonce(payload, sends, ++hop->newest.sent);
    aes_key(&aes, hop->newest.key);
    gcm_seal(&aes, text, text + length, text, length, &header);
    wipe(&aes, sizeof aes);
}

static enum hop_result open_under(struct hop_key *key, uint8_t *payload, size_t length, struct hop_text topic)
{
    struct aes aes;
    uint8_t *text = payload + HOP_NONCE;
    const size_t inner = length - HOP_OVERHEAD;
    const struct gcm_header header = {payload, topic.bytes, topic.length};
    const uint64_t counter = read_counter(payload);
    aes_key(&aes, key->key);
    const int result = gcm_open(&aes, text, text + inner, text, inner, &header);
    wipe(&aes, sizeof aes);
    if (result != 0) {
        return HOP_BAD_TAG;
    }
    if (counter <= key->accepted) {
        wipe(text, inner);
        return HOP_REPLAY;
    }
    key->accepted = counter;
    return HOP_OPENED;
}

enum hop_result hop_open(struct hop *hop, enum hop_direction sends, uint8_t *payload, size_t length, struct hop_text topic)
{
    uint8_t expected[HOP_NONCE];
    write_nonce(expected, sends == TO_BROKER ? FROM_BROKER : TO_BROKER, 0);
    if (length < HOP_OVERHEAD || memcmp(payload, expected, 4) != 0) {
        return HOP_BAD_TAG;
    }
    enum hop_result result = open_under(&hop->newest, payload, length, topic);
    if (result == HOP_BAD_TAG && hop->before.held) {
        result = open_under(&hop->before, payload, length, topic);
    }
    return result;
}

#endif
