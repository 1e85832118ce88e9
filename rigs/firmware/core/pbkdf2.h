/* PBKDF2-HMAC-SHA-256 (RFC 8018 section 5.2), its first block alone: Hi of RFC 5802.
 *
 *   pbkdf2   out = F(password, salt, iterations, 1), in 2 compressions for each further iteration
 */
#ifndef PBKDF2_H
#define PBKDF2_H

#include "sha256.h"

struct pbkdf2_salt {
    const uint8_t *bytes;
    size_t length;
};

void pbkdf2(uint8_t out[32], const struct hmac_key *password, struct pbkdf2_salt salt, uint16_t iterations); /* 1 iteration or more */

#endif
