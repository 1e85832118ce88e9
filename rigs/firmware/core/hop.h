/* The hop between a client and its broker: AES-128-GCM under SK[0..16), associated data = the topic. A payload is
 * nonce (u32 direction, u64 counter, big-endian)‖ciphertext‖tag; counters begin at 1 and must rise.
 *
 *   hop_replace     the key of a finished handshake; the one before is kept for reading
 *   hop_forget_old  until this
 *   hop_seal        under the newest key
 *   hop_open        under the newest key, else under the one before
 *
 * Both work in place: the plaintext lies at payload + HOP_NONCE. A key must be held: hop_has_key.
 */
#ifndef HOP_H
#define HOP_H

#include <stddef.h>
#include <stdint.h>

#include "gcm.h"

#define HOP_NONCE GCM_NONCE
#define HOP_OVERHEAD (GCM_NONCE + GCM_TAG)

enum hop_direction { TO_BROKER, FROM_BROKER };
enum hop_result { HOP_OPENED, HOP_BAD_TAG, HOP_REPLAY };

struct hop_key {
    uint64_t sent, accepted; /* the last counter each way; 0: none yet */
    uint8_t key[AES_KEY];
    uint8_t held;
};

struct hop {
    struct hop_key newest, before;
};

struct hop_text {
    const uint8_t *bytes;
    size_t length;
};

void hop_replace(struct hop *hop, const uint8_t session_key[32]);
void hop_forget_old(struct hop *hop);
int hop_has_key(const struct hop *hop);

/* `length` of the plaintext; writes HOP_OVERHEAD bytes more. */
void hop_seal(struct hop *hop, enum hop_direction sends, uint8_t *payload, size_t length, struct hop_text topic);

/* `length` of the payload; `sends` is the own direction, the payload has the other. The tag is verified before the counter is
 * looked at. Unless opened nothing of the plaintext is left. */
enum hop_result hop_open(struct hop *hop, enum hop_direction sends, uint8_t *payload, size_t length, struct hop_text topic);

#endif
