#include "ascon.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "counts.h"
#include "ct.h"
#include "wipe.h"

#define RATE 16
#define OUTER_ROUNDS 12
#define INNER_ROUNDS 8

static uint64_t read_word(const uint8_t *bytes)
{
    uint64_t word = 0;
    for (int i = 7; i >= 0; i--) {
        word = word << 8 | bytes[i];
    }
    return word;
}

static void write_word(uint8_t *bytes, uint64_t word)
{
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)word;
        word >>= 8;
    }
}

static inline uint64_t rotate(uint64_t word, unsigned by)
{
    return word >> by | word << (64 - by);
}

/* The last `rounds` of the 16 that have constants: 3c, 2d, 1e, 0f, f0, e1, .. 4b. */
static void permute(uint64_t s[5], unsigned rounds)
{
    uint64_t x0 = s[0], x1 = s[1], x2 = s[2], x3 = s[3], x4 = s[4];
    counts.blocks++;
    for (unsigned round = 16 - rounds; round < 16; round++) {
        x2 ^= (uint64_t)((((19 - round) & 15) << 4) | ((round + 12) & 15));
        x0 ^= x4;
        x4 ^= x3;
        x2 ^= x1;
        const uint64_t t0 = ~x0 & x1, t1 = ~x1 & x2, t2 = ~x2 & x3, t3 = ~x3 & x4, t4 = ~x4 & x0;
        x0 ^= t1;
        x1 ^= t2;
        x2 ^= t3;
        x3 ^= t4;
        x4 ^= t0;
        x1 ^= x0;
        x0 ^= x4;
        x3 ^= x2;
        x2 = ~x2;
        x0 ^= rotate(x0, 19) ^ rotate(x0, 28);
        x1 ^= rotate(x1, 61) ^ rotate(x1, 39);
        x2 ^= rotate(x2, 1) ^ rotate(x2, 6);
        x3 ^= rotate(x3, 10) ^ rotate(x3, 17);
        x4 ^= rotate(x4, 7) ^ rotate(x4, 41);
    }
    s[0] = x0;
    s[1] = x1;
    s[2] = x2;
    s[3] = x3;
    s[4] = x4;
}

static void absorb(uint64_t s[5], const uint8_t block[RATE])
{
    s[0] ^= read_word(block);
    s[1] ^= read_word(block + 8);
}

static void squeeze(uint8_t block[RATE], const uint64_t s[5])
{
    write_word(block, s[0]);
    write_word(block + 8, s[1]);
}

/* A part of less than a block, and the one bit that ends it. */
static void pad(uint8_t block[RATE], const uint8_t *part, size_t length)
{
    memset(block, 0, RATE);
    memcpy(block, part, length);
    block[length] = 1;
}

static void start(uint64_t s[5], const uint8_t key[ASCON_KEY], const struct ascon_header *header)
{
    const uint64_t k0 = read_word(key), k1 = read_word(key + 8);
    uint8_t last[RATE];
    counts.cipher++;
    s[0] = 0x00001000808c0001;
    s[1] = k0;
    s[2] = k1;
    s[3] = read_word(header->nonce);
    s[4] = read_word(header->nonce + 8);
    permute(s, OUTER_ROUNDS);
    s[3] ^= k0;
    s[4] ^= k1;
    if (header->ad_length > 0) {
        size_t at = 0;
        for (; header->ad_length - at >= RATE; at += RATE) {
            absorb(s, header->ad + at);
            permute(s, INNER_ROUNDS);
        }
        pad(last, header->ad + at, header->ad_length - at);
        absorb(s, last);
        permute(s, INNER_ROUNDS);
    }
    s[4] ^= (uint64_t)1 << 63; /* what follows is no associated data */
}

static void end(uint64_t s[5], uint8_t tag[ASCON_TAG], const uint8_t key[ASCON_KEY])
{
    const uint64_t k0 = read_word(key), k1 = read_word(key + 8);
    s[2] ^= k0;
    s[3] ^= k1;
    permute(s, OUTER_ROUNDS);
    write_word(tag, s[3] ^ k0);
    write_word(tag + 8, s[4] ^ k1);
    wipe(s, 5 * sizeof s[0]);
}

void ascon_seal(const uint8_t key[ASCON_KEY], uint8_t *out, uint8_t tag[ASCON_TAG], const uint8_t *in, size_t length,
                const struct ascon_header *header)
{
    uint64_t s[5];
    uint8_t last[RATE];
    size_t at = 0;
    start(s, key, header);
    for (; length - at >= RATE; at += RATE) {
        absorb(s, in + at);
        squeeze(out + at, s);
        permute(s, INNER_ROUNDS);
    }
    pad(last, in + at, length - at);
    absorb(s, last);
    squeeze(last, s);
    memcpy(out + at, last, length - at);
    end(s, tag, key);
    wipe(last, sizeof last);
}

int ascon_open(const uint8_t key[ASCON_KEY], uint8_t *out, const uint8_t tag[ASCON_TAG], const uint8_t *in, size_t length,
               const struct ascon_header *header)
{
    uint64_t s[5];
    uint8_t last[RATE], expected[ASCON_TAG];
    size_t at = 0;
    start(s, key, header);
    for (; length - at >= RATE; at += RATE) {
        const uint64_t c0 = read_word(in + at), c1 = read_word(in + at + 8);
        write_word(out + at, s[0] ^ c0);
        write_word(out + at + 8, s[1] ^ c1);
        s[0] = c0;
        s[1] = c1;
        permute(s, INNER_ROUNDS);
    }
    squeeze(last, s);
    for (size_t i = 0; i < length - at; i++) {
        out[at + i] = in[at + i] ^ last[i];
    }
    pad(last, out + at, length - at);
    absorb(s, last);
    end(s, expected, key);
    wipe(last, sizeof last);
    uint32_t good = ct_verdict(ct_equal(expected, tag, ASCON_TAG));
    wipe(expected, sizeof expected);
    if (!good) {
        wipe(out, length);
        return -1;
    }
    return 0;
}

#else
typedef int without_hardened; /* ISO C forbids an empty translation unit */
#endif
