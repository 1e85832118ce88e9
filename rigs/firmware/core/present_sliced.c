#include "present_sliced.h"

#ifndef __AVR__ /* an 8-bit core has core/avr/present.S */

#define ROUNDS 31

/* Within a word: exchanges two bits of the places' numbers. `mask` has the places where the higher one is 0 and the lower one 1. */
static inline uint32_t exchange(uint32_t x, unsigned distance, uint32_t mask)
{
    uint32_t t = (x >> distance ^ x) & mask;
    return x ^ t ^ t << distance;
}

/* Between two words: exchanges a bit of the words' numbers with one of the places'. */
static inline void swap(uint32_t *a, uint32_t *b, unsigned distance, uint32_t mask)
{
    uint32_t t = (*a >> distance ^ *b) & mask;
    *b ^= t;
    *a ^= t << distance;
}

/* Of all four words: the words' two bits with two of the places'. */
static inline void swap_all(uint32_t w[SLICES], unsigned high, uint32_t high_mask, unsigned low, uint32_t low_mask)
{
    swap(&w[0], &w[2], high, high_mask);
    swap(&w[1], &w[3], high, high_mask);
    swap(&w[0], &w[1], low, low_mask);
    swap(&w[2], &w[3], low, low_mask);
}

/* Eight nibbles a word (low and high half of the first block, then of the second) to slices. */
static void slice(uint32_t w[SLICES])
{
    for (int i = 0; i < SLICES; i++) {
        w[i] = exchange(w[i], 14, 0x0000cccc);
        w[i] = exchange(w[i], 7, 0x00aa00aa);
        w[i] = exchange(w[i], 2, 0x0c0c0c0c);
        w[i] = exchange(w[i], 1, 0x22222222);
    }
    swap_all(w, 16, 0x0000ffff, 8, 0x00ff00ff);
}

static void slice_back(uint32_t w[SLICES])
{
    swap_all(w, 16, 0x0000ffff, 8, 0x00ff00ff);
    for (int i = 0; i < SLICES; i++) {
        w[i] = exchange(w[i], 1, 0x22222222);
        w[i] = exchange(w[i], 2, 0x0c0c0c0c);
        w[i] = exchange(w[i], 7, 0x00aa00aa);
        w[i] = exchange(w[i], 14, 0x0000cccc);
    }
}

/* h and l change places: between the layouts of even and of odd rounds. */
static void other_layout(uint32_t w[SLICES])
{
    for (int i = 0; i < SLICES; i++) {
        w[i] = exchange(w[i], 6, 0x00cc00cc);
        w[i] = exchange(w[i], 3, 0x0a0a0a0a);
    }
}

void sliced_keys(uint32_t keys[32][SLICES], const uint64_t round_key[32])
{
    for (int round = 0; round <= ROUNDS; round++) {
        uint32_t *w = keys[round];
        w[0] = w[2] = (uint32_t)round_key[round];
        w[1] = w[3] = (uint32_t)(round_key[round] >> 32);
        slice(w);
        if (round % 2 != 0) {
            other_layout(w);
        }
    }
}

/* Round key and S-box: the 14 gates of Courtois, Hulme and Mourouzis (2011). */
static inline void key_and_substitute(uint32_t w[SLICES], const uint32_t key[SLICES])
{
    const uint32_t a = w[3] ^ key[3], b = w[2] ^ key[2], c = w[1] ^ key[1], d = w[0] ^ key[0];
    uint32_t t = c ^ b, u = b & t;
    const uint32_t v = a ^ u;
    w[0] = d ^ v;
    u = t & v;
    t ^= w[0];
    u ^= b;
    w[1] = t ^ (d | u);
    u ^= ~d;
    w[3] = w[1] ^ u;
    w[2] = v ^ (u | t);
}

static uint32_t load(const uint8_t bytes[4])
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void store(uint8_t bytes[4], uint32_t word)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(word >> (24 - 8 * i));
    }
}

void sliced_encrypt(const uint32_t keys[32][SLICES], uint8_t first[8], uint8_t second[8])
{
    uint32_t w[SLICES] = {load(first + 4), load(first), load(second + 4), load(second)};
    slice(w);
    for (int round = 0;; round += 2) {
        key_and_substitute(w, keys[round]);
        swap_all(w, 2, 0x33333333, 1, 0x55555555);
        if (round == ROUNDS - 1) {
            break;
        }
        key_and_substitute(w, keys[round + 1]);
        swap_all(w, 8, 0x00ff00ff, 4, 0x0f0f0f0f);
    }
    for (int i = 0; i < SLICES; i++) {
        w[i] ^= keys[ROUNDS][i];
    }
    other_layout(w);
    slice_back(w);
    store(first + 4, w[0]);
    store(first, w[1]);
    store(second + 4, w[2]);
    store(second, w[3]);
}

#endif
