/* AES-128-GCM (NIST SP 800-38D) with 12-byte nonces and 16-byte tags. `out` may be `in`. Each call is one cipher call in COUNTS
 * and ceil(length/16) + 2 cipher blocks, a refused one too.
 *
 *   gcm_seal  ciphertext and tag
 *   gcm_open  0, or -1 and no plaintext where the tag is wrong
 *
 *   ghash_*   the hash alone, for MEASURE
 */
#ifndef GCM_H
#define GCM_H

#include <stddef.h>
#include <stdint.h>

#include "aes.h"

#define GCM_NONCE 12
#define GCM_TAG 16

struct gcm_header {
    const uint8_t *nonce; /* 12 bytes */
    const uint8_t *ad;
    size_t ad_length;
};

void gcm_seal(const struct aes *key, uint8_t *out, uint8_t tag[GCM_TAG], const uint8_t *in, size_t length, const struct gcm_header *header);
int gcm_open(const struct aes *key, uint8_t *out, const uint8_t tag[GCM_TAG], const uint8_t *in, size_t length,
             const struct gcm_header *header);

struct ghash {
    uint32_t h[9], reversed[9]; /* what multiplying by the hash key needs of it */
    uint32_t y[4];
};

void ghash_start(struct ghash *ghash, const uint8_t key[16]);
void ghash_add(struct ghash *ghash, const uint8_t *bytes, size_t length); /* the last block filled up with zeros */

#endif
