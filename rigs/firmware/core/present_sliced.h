/* PRESENT on two blocks at once, bit-sliced for a 32-bit core: word b holds bit b of the 32 nibbles. Constant-time.
 *
 *   sliced_keys     the round keys as sliced_encrypt wants them
 *   sliced_encrypt  two blocks in place
 *
 * The permutation sends bit b of nibble 4h + l to bit l of nibble 4b + h. So it exchanges which word a bit is in with two bits of its place
 * in the word, and renames the other two: four exchanges a round, on the lower two bits of the place in even rounds and on the upper two
 * in odd ones, where h and l have changed places. (Reis, Aranha and Lopez, CHES 2017, save shuffles in the same spirit.)
 */
#ifndef PRESENT_SLICED_H
#define PRESENT_SLICED_H

#include <stdint.h>

#define SLICES 4

void sliced_keys(uint32_t keys[32][SLICES], const uint64_t round_key[32]);
void sliced_encrypt(const uint32_t keys[32][SLICES], uint8_t first[8], uint8_t second[8]);

#endif
