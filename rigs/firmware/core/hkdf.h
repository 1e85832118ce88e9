/* HKDF-SHA-256 (RFC 5869).
 *
 *   hkdf   extract and expand in one: out = HKDF-Expand(HKDF-Extract(salt, ikm), info), at most 255 * 32 bytes
 */
#ifndef HKDF_H
#define HKDF_H

#include <stddef.h>
#include <stdint.h>

struct hkdf_input {
    const uint8_t *bytes;
    size_t length;
};

void hkdf(uint8_t *out, size_t length, struct hkdf_input ikm, struct hkdf_input salt, struct hkdf_input info);

#endif
