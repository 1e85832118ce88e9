#include "present.h"

#include "counts.h"
#include "wipe.h"

#ifdef __AVR__
#include "avr/present.h"

/* Planted on purpose, in images that only a test boots, for the harness must find them: a branch on a bit of the key, and so many cycles
 * more for each block. */
#ifdef PLANT_BRANCH
#define BRANCH_ON(secret) do { if ((secret) & 1) { __builtin_avr_delay_cycles(5); } } while (0)
#else
#define BRANCH_ON(secret) (void)0
#endif
#ifdef PLANT_SLOW
#define LOSE_TIME() __builtin_avr_delay_cycles(PLANT_SLOW)
#else
#define LOSE_TIME() (void)0
#endif

void present_key(struct present *present, const uint8_t *key, unsigned bits)
{
    BRANCH_ON(key[0]);
    if (bits == 80) {
        avr_present_key80(key, present->round_key);
    } else {
        avr_present_key128(key, present->round_key);
    }
}

void present_encrypt(const struct present *present, uint8_t block[8])
{
    counts.blocks++;
    LOSE_TIME();
    avr_present_encrypt(present->round_key, block);
}

void present_encrypt_two(const struct present *present, uint8_t first[8], uint8_t second[8])
{
    present_encrypt(present, first);
    present_encrypt(present, second);
}

void present_decrypt(const struct present *present, uint8_t block[8])
{
    counts.blocks++;
    avr_present_decrypt(present->round_key, block);
}
#else
#define LOW_BITS 0x11111111u

static uint32_t join(uint32_t y0, uint32_t y1, uint32_t y2, uint32_t y3)
{
    return (y0 & LOW_BITS) | (y1 & LOW_BITS) << 1 | (y2 & LOW_BITS) << 2 | (y3 & LOW_BITS) << 3;
}

/* The S-box on the eight nibbles of a word at once: its algebraic normal form, a the lowest bit of each nibble. Only
 * the lowest bit of each nibble of a, b, c, d means anything; join masks the rest off. */
static uint32_t substitute(uint32_t a)
{
    uint32_t b = a >> 1, c = a >> 2, d = a >> 3;
    uint32_t ab = a & b, bc = b & c, bd = b & d, abd = ab & d, acd = a & c & d;
    uint32_t y0 = a ^ c ^ bc ^ d;
    uint32_t y1 = b ^ (ab & c) ^ d ^ bd ^ abd ^ (c & d) ^ acd;
    uint32_t y2 = ~(ab ^ c ^ d ^ (a & d) ^ bd ^ abd ^ acd);
    uint32_t y3 = ~(a ^ b ^ bc ^ (ab & c) ^ d ^ abd ^ acd);
    return join(y0, y1, y2, y3);
}

static uint32_t substitute_back(uint32_t a)
{
    uint32_t b = a >> 1, c = a >> 2, d = a >> 3;
    uint32_t ab = a & b, ac = a & c, bd = b & d, abc = ab & c, abd = ab & d, acd = ac & d;
    uint32_t y0 = ~(a ^ c ^ bd);
    uint32_t y1 = a ^ b ^ ac ^ abc ^ d ^ bd ^ abd ^ (c & d) ^ acd;
    uint32_t y2 = ~(ab ^ ac ^ (b & c) ^ abc ^ d ^ (a & d) ^ bd ^ abd ^ acd);
    uint32_t y3 = a ^ b ^ ab ^ c ^ abc ^ d ^ acd;
    return join(y0, y1, y2, y3);
}

static uint64_t exchange(uint64_t x, int distance, uint64_t mask)
{
    uint64_t t = (x >> distance ^ x) & mask;
    return x ^ t ^ t << distance;
}

/* The permutation moves bit i to 16i mod 63: it rotates the six bits of the index by two places. Back, that is four exchanges
 * of index bits: 3 with 5, 1 with 3, 2 with 4, 0 with 2. */
static uint64_t permute_back(uint64_t x)
{
    x = exchange(x, 24, 0x00000000ff00ff00);
    x = exchange(x, 6, 0x00cc00cc00cc00cc);
    x = exchange(x, 12, 0x0000f0f00000f0f0);
    return exchange(x, 3, 0x0a0a0a0a0a0a0a0a);
}

static uint64_t load(const uint8_t bytes[8])
{
    uint64_t x = 0;
    for (int i = 0; i < 8; i++) {
        x = x << 8 | bytes[i];
    }
    return x;
}

static void store(uint8_t bytes[8], uint64_t x)
{
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(x >> (56 - 8 * i));
    }
}

/* S-box on the top nibbles of a key register that `mask` names. */
static uint64_t substitute_top(uint64_t high, uint32_t mask)
{
    uint32_t top = (uint32_t)(high >> 32);
    top = (substitute(top) & mask) | (top & ~mask);
    return (uint64_t)top << 32 | (uint32_t)high;
}

static void schedule_80(struct present *present, const uint8_t key[10])
{
    uint64_t high = load(key); /* register bits 79..16 */
    uint32_t low = (uint32_t)key[8] << 8 | key[9];
    for (uint32_t round = 1; round <= PRESENT_ROUNDS; round++) {
        present->round_key[round - 1] = high;
        uint64_t rotated = high << 61 | (uint64_t)low << 45 | high >> 19;
        low = ((uint32_t)(high >> 3) & 0xffff) ^ (round & 1) << 15;
        high = substitute_top(rotated, 0xf0000000) ^ round >> 1;
    }
    present->round_key[PRESENT_ROUNDS] = high;
}

static void schedule_128(struct present *present, const uint8_t key[16])
{
    uint64_t high = load(key);
    uint64_t low = load(key + 8);
    for (uint32_t round = 1; round <= PRESENT_ROUNDS; round++) {
        present->round_key[round - 1] = high;
        uint64_t rotated = high << 61 | low >> 3;
        low = (low << 61 | high >> 3) ^ (uint64_t)(round & 3) << 62;
        high = substitute_top(rotated, 0xff000000) ^ round >> 2;
    }
    present->round_key[PRESENT_ROUNDS] = high;
}

void present_key(struct present *present, const uint8_t *key, unsigned bits)
{
    if (bits == 80) {
        schedule_80(present, key);
    } else {
        schedule_128(present, key);
    }
    sliced_keys(present->sliced, present->round_key);
}

void present_encrypt(const struct present *present, uint8_t block[8])
{
    uint8_t idle[8] = {0};
    counts.blocks++;
    sliced_encrypt(present->sliced, block, idle);
    wipe(idle, sizeof idle);
}

void present_encrypt_two(const struct present *present, uint8_t first[8], uint8_t second[8])
{
    counts.blocks += 2;
    sliced_encrypt(present->sliced, first, second);
}

void present_decrypt(const struct present *present, uint8_t block[8])
{
    uint64_t x = load(block) ^ present->round_key[PRESENT_ROUNDS];
    counts.blocks++;
    for (int round = PRESENT_ROUNDS - 1; round >= 0; round--) {
        x = permute_back(x);
        x = (uint64_t)substitute_back((uint32_t)(x >> 32)) << 32 | substitute_back((uint32_t)x);
        x ^= present->round_key[round];
    }
    store(block, x);
}
#endif
