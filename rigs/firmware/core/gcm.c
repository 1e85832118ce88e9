#include "gcm.h"

#ifndef WITHOUT_AUGMQTT

#include <string.h>

#include "counts.h"
#include "ct.h"
#include "wipe.h"

/* GHASH without tables and without a wide multiplication. Words are big-endian, so the field's x^0 is the highest bit and products
 * come out mirrored and one place too low. A carry-less product of two words is made of 16 plain ones whose operands have a set bit in at
 * most every fourth place: at most 8 of them meet in a column, which its four places hold, and no carry reaches the next column.
 * Plain multiplication gives the lower 32 bits of a product in constant time on each core here (UMULL does not on all); the upper come
 * from the mirrored operands. Nine such products make 128 by 128 bits (Karatsuba, twice). */

static uint32_t read_word(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void write_word(uint8_t *bytes, uint32_t word)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(word >> (24 - 8 * i));
    }
}

static uint32_t mirror(uint32_t x)
{
    x = (x >> 1 & 0x55555555) | (x & 0x55555555) << 1;
    x = (x >> 2 & 0x33333333) | (x & 0x33333333) << 2;
    x = (x >> 4 & 0x0f0f0f0f) | (x & 0x0f0f0f0f) << 4;
    x = (x >> 8 & 0x00ff00ff) | (x & 0x00ff00ff) << 8;
    return x >> 16 | x << 16;
}

/* The lower half of the carry-less product. */
static uint32_t multiply_low(uint32_t x, uint32_t y)
{
    const uint32_t mask = 0x11111111;
    const uint32_t x0 = x & mask, x1 = x & mask << 1, x2 = x & mask << 2, x3 = x & mask << 3;
    const uint32_t y0 = y & mask, y1 = y & mask << 1, y2 = y & mask << 2, y3 = y & mask << 3;
    return (((x0 * y0) ^ (x1 * y3) ^ (x2 * y2) ^ (x3 * y1)) & mask) | (((x0 * y1) ^ (x1 * y0) ^ (x2 * y3) ^ (x3 * y2)) & mask << 1) |
           (((x0 * y2) ^ (x1 * y1) ^ (x2 * y0) ^ (x3 * y3)) & mask << 2) |
           (((x0 * y3) ^ (x1 * y2) ^ (x2 * y1) ^ (x3 * y0)) & mask << 3);
}

/* The nine operands that two levels of Karatsuba make of four words, the lowest first. */
static void spread(uint32_t out[9], const uint32_t a[4])
{
    for (int i = 0; i < 2; i++) {
        out[3 * i] = a[2 * i];
        out[3 * i + 1] = a[2 * i + 1];
        out[6 + i] = a[i] ^ a[i + 2];
    }
    for (int i = 0; i < 3; i++) {
        out[3 * i + 2] = out[3 * i] ^ out[3 * i + 1];
    }
}

/* 128 bits of the products of low, high and both words. */
static void gather(uint32_t out[4], const uint32_t low[3], const uint32_t high[3])
{
    out[0] = low[0];
    out[1] = high[0] ^ low[0] ^ low[1] ^ low[2];
    out[2] = low[1] ^ high[0] ^ high[1] ^ high[2];
    out[3] = high[1];
}

static void multiply(struct ghash *ghash)
{
    uint32_t a[9], b[9], low[9], high[9], part[3][4], z[8];
    uint32_t *y = ghash->y;
    const uint32_t mirrored[4] = {mirror(y[0]), mirror(y[1]), mirror(y[2]), mirror(y[3])};
    spread(a, y);
    spread(b, mirrored);
    for (int i = 0; i < 9; i++) {
        low[i] = multiply_low(a[i], ghash->h[i]);
        high[i] = mirror(multiply_low(b[i], ghash->reversed[i])) >> 1;
    }
    for (int i = 0; i < 3; i++) {
        gather(part[i], low + 3 * i, high + 3 * i);
    }
    for (int i = 0; i < 4; i++) {
        z[i] = part[0][i];
        z[4 + i] = part[1][i];
        part[2][i] ^= part[0][i] ^ part[1][i];
    }
    for (int i = 0; i < 4; i++) {
        z[2 + i] ^= part[2][i];
    }
    /* one place up; then x^128 = x^7 + x^2 + x + 1, the highest powers, which are the lowest bits, first */
    for (int i = 7; i > 0; i--) {
        z[i] = z[i] << 1 | z[i - 1] >> 31;
    }
    z[0] <<= 1;
    for (int i = 0; i < 4; i++) {
        const uint32_t w = z[i];
        z[i + 4] ^= w ^ w >> 1 ^ w >> 2 ^ w >> 7;
        z[i + 3] ^= w << 31 ^ w << 30 ^ w << 25;
    }
    memcpy(y, z + 4, 4 * sizeof *y);
}

void ghash_start(struct ghash *ghash, const uint8_t key[16])
{
    uint32_t h[4], mirrored[4];
    for (int i = 0; i < 4; i++) {
        h[i] = read_word(key + 12 - 4 * i);
        mirrored[i] = mirror(h[i]);
    }
    spread(ghash->h, h);
    spread(ghash->reversed, mirrored);
    memset(ghash->y, 0, sizeof ghash->y);
    wipe(h, sizeof h);
    wipe(mirrored, sizeof mirrored);
}

void ghash_add(struct ghash *ghash, const uint8_t *bytes, size_t length)
{
    for (size_t at = 0; at < length; at += AES_BLOCK) {
        uint8_t block[AES_BLOCK] = {0};
        memcpy(block, bytes + at, length - at < sizeof block ? length - at : sizeof block);
        for (int i = 0; i < 4; i++) {
            ghash->y[i] ^= read_word(block + 12 - 4 * i);
        }
        multiply(ghash);
    }
}

/* The hash key E(0) and the tag's mask E(nonce, 1), in one go. */
static void begin(struct ghash *ghash, uint8_t mask[GCM_TAG], const struct aes *key, size_t length, const struct gcm_header *header)
{
    uint8_t blocks[2 * AES_BLOCK] = {0};
    counts.cipher++;
    counts.blocks += (uint32_t)((length + AES_BLOCK - 1) / AES_BLOCK) + 2;
    memcpy(blocks + AES_BLOCK, header->nonce, GCM_NONCE);
    blocks[2 * AES_BLOCK - 1] = 1;
    aes_encrypt(key, blocks);
    ghash_start(ghash, blocks);
    memcpy(mask, blocks + AES_BLOCK, GCM_TAG);
    wipe(blocks, sizeof blocks);
}

static void stream(const struct aes *key, uint8_t *out, const uint8_t *in, size_t length, const uint8_t nonce[GCM_NONCE])
{
    uint8_t pad[2 * AES_BLOCK];
    uint32_t counter = 2;
    for (size_t i = 0; i < length; i++) {
        if (i % sizeof pad == 0) {
            memcpy(pad, nonce, GCM_NONCE);
            write_word(pad + GCM_NONCE, counter++);
            memcpy(pad + AES_BLOCK, nonce, GCM_NONCE);
            write_word(pad + AES_BLOCK + GCM_NONCE, counter++);
            aes_encrypt(key, pad);
        }
        out[i] = in[i] ^ pad[i % sizeof pad];
    }
    wipe(pad, sizeof pad);
}

/* Turns the mask into the tag. */
static void finish(uint8_t tag[GCM_TAG], struct ghash *ghash, const uint8_t *ciphertext, size_t length, const struct gcm_header *header)
{
    uint8_t lengths[AES_BLOCK] = {0}, sum[4];
    write_word(lengths + 4, (uint32_t)header->ad_length << 3);
    write_word(lengths + 12, (uint32_t)length << 3);
    ghash_add(ghash, header->ad, header->ad_length);
    ghash_add(ghash, ciphertext, length);
    ghash_add(ghash, lengths, sizeof lengths);
    for (int i = 0; i < GCM_TAG; i++) {
        if (i % 4 == 0) {
            write_word(sum, ghash->y[3 - i / 4]);
        }
        tag[i] ^= sum[i % 4];
    }
    wipe(ghash, sizeof *ghash);
}

void gcm_seal(const struct aes *key, uint8_t *out, uint8_t tag[GCM_TAG], const uint8_t *in, size_t length, const struct gcm_header *header)
{
    struct ghash ghash;
    begin(&ghash, tag, key, length, header);
    stream(key, out, in, length, header->nonce);
    finish(tag, &ghash, out, length, header);
}

int gcm_open(const struct aes *key, uint8_t *out, const uint8_t tag[GCM_TAG], const uint8_t *in, size_t length,
             const struct gcm_header *header)
{
    struct ghash ghash;
    uint8_t expected[GCM_TAG];
    begin(&ghash, expected, key, length, header);
    finish(expected, &ghash, in, length, header);
    uint32_t good = ct_verdict(ct_equal(expected, tag, GCM_TAG));
    wipe(expected, sizeof expected);
    if (!good) {
        return -1;
    }
    stream(key, out, in, length, header->nonce);
    return 0;
}

#endif
