/* PRESENT on messages. `out` may be `in`. Each function is one cipher call in COUNTS.
 *
 *   ecb_seal, ecb_open   ECB with PKCS#7 padding: what the published scheme uses
 *   ctr                  8-byte counter block, big-endian, starting at the nonce
 *   cmac                 NIST SP 800-38B, 8-byte tag
 *   eax_seal, eax_open   EAX (FSE 2004), 8-byte tag
 *
 *   eax_key, eax_topic   EAX for many messages under one key and one topic: 3 cipher blocks, and those of the topic, once
 *   eax_next_seal, eax_next_open  a message with a nonce of 16 bytes: 2 blocks, and 2 for each 8 bytes begun (3 for none)
 */
#ifndef MODES_H
#define MODES_H

#include <stddef.h>
#include <stdint.h>

#include "present.h"

size_t ecb_seal(const struct present *key, uint8_t *out, const uint8_t *in, size_t length); /* writes length/8*8 + 8 bytes */
int ecb_open(const struct present *key, uint8_t *out, const uint8_t *in, size_t length);    /* plaintext length, -1: bad padding */
void ctr(const struct present *key, uint8_t *out, const uint8_t *in, size_t length, const uint8_t nonce[8]);
void cmac(const struct present *key, uint8_t tag[8], const uint8_t *in, size_t length);

struct eax_header {
    const uint8_t *nonce;
    size_t nonce_length;
    const uint8_t *ad;
    size_t ad_length;
};

void eax_seal(const struct present *key, uint8_t *out, uint8_t tag[8], const uint8_t *in, size_t length,
              const struct eax_header *header);
/* Returns 0, or -1 and no plaintext where the tag is wrong. */
int eax_open(const struct present *key, uint8_t *out, const uint8_t tag[8], const uint8_t *in, size_t length,
             const struct eax_header *header);

#ifndef WITHOUT_HARDENED
#define EAX_NONCE 16

struct eax {
    struct present key;
    uint8_t start[3][8];         /* of the MACs of nonce, topic and ciphertext */
    uint8_t full[8], partial[8]; /* masks of a last block */
    uint8_t topic[8];
};

void eax_key(struct eax *eax, const uint8_t key[16]);
void eax_topic(struct eax *eax, const uint8_t *topic, size_t length);
void eax_next_seal(const struct eax *eax, uint8_t *out, uint8_t tag[8], const uint8_t *in, size_t length, const uint8_t nonce[EAX_NONCE]);
int eax_next_open(const struct eax *eax, uint8_t *out, const uint8_t tag[8], const uint8_t *in, size_t length,
                  const uint8_t nonce[EAX_NONCE]);
#endif

#endif
