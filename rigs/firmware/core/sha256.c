#include "sha256.h"

#include <string.h>

#include "counts.h"
#include "flash.h"
#include "wipe.h"

static const FLASH uint32_t round_constant[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#ifdef __AVR__
/* For a core that shifts a byte by one place and has little flash: whole bytes first, and one copy of everything. */
static uint32_t rotate(uint32_t x, uint8_t n)
{
    for (; n >= 8; n -= 8) {
        x = x >> 8 | x << 24;
    }
    for (; n > 0; n--) {
        x = x >> 1 | x << 31;
    }
    return x;
}

/* Three rotations; of the last only the bits of `mask`, which makes a shift of it. */
static __attribute__((noinline)) uint32_t sigma(uint32_t x, uint8_t a, uint8_t b, uint8_t c, uint32_t mask)
{
    return rotate(x, a) ^ rotate(x, b) ^ (rotate(x, c) & mask);
}

/* Uses the block up: the last sixteen words of the schedule are made in its place. */
static __attribute__((noinline)) void compress(uint32_t state[8], uint8_t block[64])
{
    uint32_t *const w = (uint32_t *)block; /* this core aligns nothing */
    uint32_t v[8];
    counts.sha++;
    for (uint8_t i = 0; i < 16; i++) {
        w[i] = __builtin_bswap32(w[i]);
    }
    memcpy(v, state, sizeof v);
    for (uint8_t i = 0; i < 64; i++) {
        uint32_t *const word = &w[i % 16];
        if (i >= 16) {
            *word += w[(i + 9) % 16];
            *word += sigma(w[(i + 1) % 16], 7, 18, 3, 0x1fffffff);
            *word += sigma(w[(i + 14) % 16], 17, 19, 10, 0x003fffff);
        }
        v[7] += round_constant[i] + *word;
        v[7] += sigma(v[4], 6, 11, 25, 0xffffffff);
        v[7] += (v[4] & v[5]) ^ (~v[4] & v[6]);
        v[3] += v[7];
        v[7] += (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]);
        const uint32_t next = v[7] + sigma(v[0], 2, 13, 22, 0xffffffff);
        memmove(v + 1, v, 7 * sizeof v[0]);
        v[0] = next;
    }
    for (uint8_t i = 0; i < 8; i++) {
        state[i] += v[i];
    }
    wipe(v, sizeof v);
}
#else
static uint32_t rotate(uint32_t x, int n)
{
    return x >> n | x << (32 - n);
}

static void compress(uint32_t state[8], const uint8_t block[64])
{
    uint32_t w[64];
    uint32_t v[8];
    counts.sha++;
    for (int i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 |
               block[4 * i + 3];
    }
    for (int i = 16; i < 64; i++) {
        uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
        uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    memcpy(v, state, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t s1 = rotate(v[4], 6) ^ rotate(v[4], 11) ^ rotate(v[4], 25);
        uint32_t t1 = v[7] + s1 + ((v[4] & v[5]) ^ (~v[4] & v[6])) + round_constant[i] + w[i];
        uint32_t s0 = rotate(v[0], 2) ^ rotate(v[0], 13) ^ rotate(v[0], 22);
        uint32_t t2 = s0 + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        v[7] = v[6];
        v[6] = v[5];
        v[5] = v[4];
        v[4] = v[3] + t1;
        v[3] = v[2];
        v[2] = v[1];
        v[1] = v[0];
        v[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++) {
        state[i] += v[i];
    }
    wipe(w, sizeof w);
    wipe(v, sizeof v);
}
#endif

void sha256_start(struct sha256 *sha)
{
    static const FLASH uint32_t initial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                        0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    flash_copy(sha->state, initial, sizeof initial);
    sha->length = 0;
}

void sha256_add(struct sha256 *sha, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        sha->block[sha->length++ % 64] = bytes[i];
        if (sha->length % 64 == 0) {
            compress(sha->state, sha->block);
        }
    }
}

void sha256_end(struct sha256 *sha, uint8_t digest[32])
{
    const uint8_t one = 0x80, zero = 0;
    uint64_t bits = (uint64_t)sha->length * 8;
    uint8_t ending[8];
    sha256_add(sha, &one, 1);
    while (sha->length % 64 != 56) {
        sha256_add(sha, &zero, 1);
    }
    for (int i = 0; i < 8; i++) {
        ending[i] = (uint8_t)(bits >> (56 - 8 * i));
    }
    sha256_add(sha, ending, sizeof ending);
    for (int i = 0; i < 32; i++) {
        digest[i] = (uint8_t)(sha->state[i / 4] >> (24 - 8 * (i % 4)));
    }
    wipe(sha, sizeof *sha);
}

static void start_with_pad(struct sha256 *sha, const uint8_t *key, size_t length, uint8_t pad)
{
    sha256_start(sha);
    for (size_t i = 0; i < sizeof sha->block; i++) {
        const uint8_t byte = (uint8_t)((i < length ? key[i] : 0) ^ pad);
        sha256_add(sha, &byte, 1);
    }
}

static void start_with_key(struct hmac *hmac, const uint8_t *key, size_t length)
{
    start_with_pad(&hmac->inner, key, length, 0x5c);
    memcpy(hmac->outer, hmac->inner.state, sizeof hmac->outer);
    start_with_pad(&hmac->inner, key, length, 0x36);
}

/* Apart, so that its digest takes no room on the stack of those whose key is short. */
static __attribute__((noinline)) void start_with_long_key(struct hmac *hmac, const uint8_t *key, size_t length)
{
    uint8_t digest[32];
    sha256_start(&hmac->inner);
    sha256_add(&hmac->inner, key, length);
    sha256_end(&hmac->inner, digest);
    start_with_key(hmac, digest, sizeof digest);
    wipe(digest, sizeof digest);
}

void hmac_start(struct hmac *hmac, const uint8_t *key, size_t length)
{
    if (length > sizeof hmac->inner.block) {
        start_with_long_key(hmac, key, length);
    } else {
        start_with_key(hmac, key, length);
    }
}

void hmac_add(struct hmac *hmac, const uint8_t *bytes, size_t length)
{
    sha256_add(&hmac->inner, bytes, length);
}

void hmac_end(struct hmac *hmac, uint8_t tag[32])
{
    sha256_end(&hmac->inner, tag);
    memcpy(hmac->inner.state, hmac->outer, sizeof hmac->outer);
    hmac->inner.length = sizeof hmac->inner.block;
    sha256_add(&hmac->inner, tag, 32);
    sha256_end(&hmac->inner, tag);
    wipe(hmac->outer, sizeof hmac->outer);
}

void hmac_key(struct hmac_key *key, const uint8_t *bytes, size_t length)
{
    struct hmac hmac;
    hmac_start(&hmac, bytes, length);
    memcpy(key->inner, hmac.inner.state, sizeof key->inner);
    memcpy(key->outer, hmac.outer, sizeof key->outer);
    wipe(&hmac, sizeof hmac);
}

void hmac_resume(struct hmac *hmac, const struct hmac_key *key)
{
    memcpy(hmac->inner.state, key->inner, sizeof key->inner);
    memcpy(hmac->outer, key->outer, sizeof key->outer);
    hmac->inner.length = sizeof hmac->inner.block;
}
