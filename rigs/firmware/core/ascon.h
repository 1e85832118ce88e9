/* Ascon-AEAD128 (NIST SP 800-232, August 2025): key, nonce and tag of 16 bytes. `out` may be `in`. Each call is one cipher call in COUNTS,
 * and each permutation a cipher block. Little-endian, unlike Ascon v1.2.
 *
 *   ascon_seal  ciphertext and tag
 *   ascon_open  0, or -1 and no plaintext where the tag is wrong
 */
#ifndef ASCON_H
#define ASCON_H

#include <stddef.h>
#include <stdint.h>

#define ASCON_KEY 16
#define ASCON_NONCE 16
#define ASCON_TAG 16

struct ascon_header {
    const uint8_t *nonce; /* 16 bytes */
    const uint8_t *ad;
    size_t ad_length;
};

void ascon_seal(const uint8_t key[ASCON_KEY], uint8_t *out, uint8_t tag[ASCON_TAG], const uint8_t *in, size_t length,
                const struct ascon_header *header);
int ascon_open(const uint8_t key[ASCON_KEY], uint8_t *out, const uint8_t tag[ASCON_TAG], const uint8_t *in, size_t length,
               const struct ascon_header *header);

#endif
