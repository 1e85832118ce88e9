/* PRESENT (CHES 2007): 64-bit blocks, 80- or 128-bit keys, 31 rounds and a final key addition.
 * Bit-sliced over two blocks or within the state, so no table is indexed by a secret; on an ATmega, which has no cache, by tables in flash.
 *
 *   present_key      makes the round keys; bits is 80 or 128
 *   present_encrypt  one block in place
 *   present_encrypt_two  two blocks, in the time of one where the core has 32 bits
 *   present_decrypt
 */
#ifndef PRESENT_H
#define PRESENT_H

#include <stdint.h>

#include "present_sliced.h"

#define PRESENT_ROUNDS 31
#define PRESENT_BLOCK 8

struct present {
    uint64_t round_key[PRESENT_ROUNDS + 1];
#ifndef __AVR__
    uint32_t sliced[PRESENT_ROUNDS + 1][SLICES];
#endif
};

void present_key(struct present *present, const uint8_t *key, unsigned bits);
void present_encrypt(const struct present *present, uint8_t block[8]);
void present_encrypt_two(const struct present *present, uint8_t first[8], uint8_t second[8]);
void present_decrypt(const struct present *present, uint8_t block[8]);

#endif
