/* PRESENT on messages. `out` may be `in`. Each function is one cipher call in COUNTS.
 *
 *   ecb_seal, ecb_open   ECB with PKCS#7 padding: what the published scheme uses
 *   ctr                  8-byte counter block, big-endian, starting at the nonce
 *   cmac                 NIST SP 800-38B, 8-byte tag
 *   eax_seal, eax_open   EAX (FSE 2004), 8-byte tag
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

#endif
