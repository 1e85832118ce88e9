/* PBKDF2-HMAC-SHA-256 (RFC 8018 section 5.2), its first block alone: Hi of RFC 5802.
 *
 *   pbkdf2   out = F(password, salt, iterations, 1), in 2 compressions an iteration
 */
#ifndef PBKDF2_H
#define PBKDF2_H

#include <stddef.h>
#include <stdint.h>

struct pbkdf2_input {
    const uint8_t *bytes;
    size_t length;
};

void pbkdf2(uint8_t out[32], struct pbkdf2_input password, struct pbkdf2_input salt, uint16_t iterations); /* 1 iteration or more */

#endif
