/* The scheme hardened without its states (src/Harness.Schemes/Hardened/HARDENED.md): keys, names, the cipher, the messages of an epoch.
 *
 *   cipher_by_name    present128-eax or ascon-aead128
 *   sealing_key       sets a key up, for many messages with the same associated data, which must stay where it is
 *   sealing_seal, sealing_open   in place, the tag behind the text; nonces of 16 bytes
 *   count_nonce       u64 0 and u64 count
 *
 *   derive_key        HKDF without salt: label, then data
 *   short_name        the first 11 bytes of HMAC(key, first and second)
 *   sender_of         the number of a publisher
 *
 *   message_keys      the keys of one sender's messages in one epoch
 *   message_nonce     of a counter
 *   window_start, window_take   counters taken, each once, none 64 behind the highest
 *   window_missing    counters that did not come
 */
#ifndef HARDENED_H
#define HARDENED_H

#ifndef WITHOUT_HARDENED

#include <stddef.h>
#include <stdint.h>

#include "augpake.h"
#include "modes.h"
#include "tokens.h"

#define SHORT_NAME 11
#define WIRE_TOPIC (2 + 2 * SHORT_NAME) /* h/ and hex */
#define SEALING_KEY 16
#define SEALING_NONCE 16
#define SEALING_TAG 16 /* the longer one */
#define COUNTER 8

enum pair_cipher { PRESENT128_EAX, ASCON_AEAD128 };

struct sealing {
    enum pair_cipher cipher;
    const uint8_t *ad;
    size_t ad_length;
    union {
        struct eax eax;
        uint8_t ascon[SEALING_KEY];
    } of;
};

flash_text cipher_at(size_t index); /* NULL past the last */
int cipher_by_name(enum pair_cipher *cipher, const char *name);
size_t sealing_tag(enum pair_cipher cipher);
void sealing_key(struct sealing *sealing, enum pair_cipher cipher, const uint8_t key[SEALING_KEY], const uint8_t *ad, size_t ad_length);
/* Writes length + tag bytes; returns that. */
size_t sealing_seal(const struct sealing *sealing, uint8_t *text, size_t length, const uint8_t nonce[SEALING_NONCE]);
/* Returns the length of the plaintext, or -1 and nothing where the tag is wrong. */
int sealing_open(const struct sealing *sealing, uint8_t *text, size_t length, const uint8_t nonce[SEALING_NONCE]);

void put_u32(uint8_t out[4], uint32_t value);
void put_u64(uint8_t out[8], uint64_t value);
uint32_t get_u32(const uint8_t in[4]);
uint64_t get_u64(const uint8_t in[8]);
void count_nonce(uint8_t nonce[SEALING_NONCE], uint64_t count);

struct part {
    const uint8_t *bytes;
    size_t length;
};

void derive_key(uint8_t *out, size_t length, struct part key, flash_text label, struct part data);
void short_name(uint8_t name[SHORT_NAME], struct part key, struct part first, struct part second);
void wire_topic(uint8_t topic[WIRE_TOPIC], const uint8_t name[SHORT_NAME]);
uint32_t sender_of(const struct augpake_name *client);

struct message_keys {
    struct sealing sealing;
    uint32_t epoch, sender;
    uint64_t mask;
    uint8_t name[SHORT_NAME]; /* of the topic on the wire */
};

void message_keys(struct message_keys *keys, enum pair_cipher cipher, const struct topic *topic, uint32_t epoch, const uint8_t tk[16], uint32_t sender);
void message_nonce(uint8_t nonce[SEALING_NONCE], const struct message_keys *keys, uint64_t counter);

struct window {
    uint64_t start, next, taken, count;
    uint8_t ended;
};

void window_start(struct window *window, uint64_t start);
int window_take(struct window *window, uint64_t counter); /* 0, or -1 where it was taken before or lies before the window */
uint64_t window_missing(const struct window *window);

#endif
#endif
