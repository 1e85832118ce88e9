#include "aes.h"

#ifndef WITHOUT_AUGMQTT

#include "wipe.h"

/* The state is 8 words, word i holding bit i of all 32 bytes: of row r, block b, column c at bit 8r + 4b + c. So a step over the
 * rows is a rotation by 8, and a step over the columns stays within a nibble. */

static uint32_t load(const uint8_t *bytes)
{
    return (uint32_t)bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static void store(uint8_t *bytes, uint32_t word)
{
    for (int i = 0; i < 4; i++) {
        bytes[i] = (uint8_t)(word >> (8 * i));
    }
}

static void swap_bits(uint32_t *a, uint32_t *b, uint32_t mask, int shift)
{
    uint32_t differ = ((*a >> shift) ^ *b) & mask;
    *a ^= differ << shift;
    *b ^= differ;
}

/* Transposes the 8 by 8 bits of each byte lane: columns to slices and back. */
static void transpose(uint32_t q[8])
{
    for (int i = 0; i < 8; i += 2) {
        swap_bits(&q[i], &q[i + 1], 0x55555555, 1);
    }
    for (int i = 0; i < 8; i += 4) {
        swap_bits(&q[i], &q[i + 2], 0x33333333, 2);
        swap_bits(&q[i + 1], &q[i + 3], 0x33333333, 2);
    }
    for (int i = 0; i < 4; i++) {
        swap_bits(&q[i], &q[i + 4], 0x0f0f0f0f, 4);
    }
}

/* The S-box as the circuit of 113 gates of Boyar and Peralta (A small depth-16 circuit for the AES S-box, 2012), in the paper's
 * names; U0 and S0 are the highest bits. */
static void substitute(uint32_t q[8])
{
    const uint32_t u0 = q[7], u1 = q[6], u2 = q[5], u3 = q[4], u4 = q[3], u5 = q[2], u6 = q[1], u7 = q[0];

    /* into the tower field */
    const uint32_t y14 = u3 ^ u5, y13 = u0 ^ u6, y9 = u0 ^ u3, y8 = u0 ^ u5, t0 = u1 ^ u2;
    const uint32_t y1 = t0 ^ u7, y4 = y1 ^ u3, y12 = y13 ^ y14, y2 = y1 ^ u0, y5 = y1 ^ u6, y3 = y5 ^ y8;
    const uint32_t t1 = u4 ^ y12, y15 = t1 ^ u5, y20 = t1 ^ u1, y6 = y15 ^ u7, y10 = y15 ^ t0, y11 = y20 ^ y9;
    const uint32_t y7 = u7 ^ y11, y17 = y10 ^ y11, y19 = y10 ^ y8, y16 = t0 ^ y11, y21 = y13 ^ y16, y18 = u0 ^ y16;

    /* the inverse */
    const uint32_t t2 = y12 & y15, t4 = (y3 & y6) ^ t2, t6 = (y4 & u7) ^ t2, t7 = y13 & y16;
    const uint32_t t9 = (y5 & y1) ^ t7, t11 = (y2 & y7) ^ t7, t12 = y9 & y11, t14 = (y14 & y17) ^ t12, t16 = (y8 & y10) ^ t12;
    const uint32_t t21 = t4 ^ t14 ^ y20, t22 = t6 ^ t16 ^ y19, t23 = t9 ^ t14 ^ y21, t24 = t11 ^ t16 ^ y18;
    const uint32_t t25 = t21 ^ t22, t26 = t21 & t23, t27 = t24 ^ t26, t29 = (t25 & t27) ^ t22;
    const uint32_t t30 = t23 ^ t24, t31 = t22 ^ t26, t33 = (t31 & t30) ^ t24, t34 = t23 ^ t33, t35 = t27 ^ t33;
    const uint32_t t36 = t24 & t35, t37 = t36 ^ t34, t38 = t27 ^ t36, t40 = t25 ^ (t29 & t38);
    const uint32_t t41 = t40 ^ t37, t42 = t29 ^ t33, t43 = t29 ^ t40, t44 = t33 ^ t37, t45 = t42 ^ t41;
    const uint32_t z0 = t44 & y15, z1 = t37 & y6, z2 = t33 & u7, z3 = t43 & y16, z4 = t40 & y1, z5 = t29 & y7;
    const uint32_t z6 = t42 & y11, z7 = t45 & y17, z8 = t41 & y10, z9 = t44 & y12, z10 = t37 & y3, z11 = t33 & y4;
    const uint32_t z12 = t43 & y13, z13 = t40 & y5, z14 = t29 & y2, z15 = t42 & y9, z16 = t45 & y14, z17 = t41 & y8;

    /* back, with the affine map */
    const uint32_t t46 = z15 ^ z16, t48 = z5 ^ z13, t49 = z9 ^ z10, t53 = z0 ^ z3, t54 = z6 ^ z7;
    const uint32_t t57 = z2 ^ z12 ^ t53, t58 = z4 ^ t46, t59 = z3 ^ t54, t60 = t46 ^ t57, t62 = z7 ^ z8 ^ t58;
    const uint32_t t63 = t49 ^ t58, t64 = z4 ^ t59, t65 = z14 ^ t57 ^ t62, t66 = z1 ^ t63, s3 = t53 ^ t66;
    q[7] = t59 ^ t63;
    q[6] = t64 ^ ~s3;
    q[5] = z16 ^ z17 ^ ~(t64 ^ t65);
    q[4] = s3;
    q[3] = z2 ^ z5 ^ t66;
    q[2] = z10 ^ z11 ^ t65;
    q[1] = z12 ^ t48 ^ ~t62;
    q[0] = t48 ^ ~t60;
}

static uint32_t rotate(uint32_t word, int right)
{
    return word >> right | word << (32 - right);
}

/* Row r goes r columns to the left. */
static void shift_rows(uint32_t q[8])
{
    for (int i = 0; i < 8; i++) {
        const uint32_t x = q[i];
        q[i] = (x & 0x000000ff) | (x >> 1 & 0x00007700) | (x << 3 & 0x00008800) | (x >> 2 & 0x00330000) | (x << 2 & 0x00cc0000) |
               (x >> 3 & 0x11000000) | (x << 1 & 0xee000000);
    }
}

/* Each byte a of row r becomes 2a + 3b + c + d of the rows below it: 2(a + b) + b + (c + d). */
static void mix_columns(uint32_t q[8])
{
    const uint32_t top = q[7] ^ rotate(q[7], 8); /* its doubling runs over: 0x1b comes in */
    uint32_t doubled = top;
    for (int i = 0; i < 8; i++) {
        const uint32_t below = rotate(q[i], 8), pair = q[i] ^ below;
        q[i] = doubled ^ below ^ rotate(pair, 16);
        doubled = i == 0 || i == 2 || i == 3 ? pair ^ top : pair;
    }
}

static void add_key(uint32_t q[8], const uint32_t key[8])
{
    for (int i = 0; i < 8; i++) {
        q[i] ^= key[i];
    }
}

/* SubWord: four bytes through the S-box, in an otherwise empty state. */
static uint32_t substitute_word(uint32_t word)
{
    uint32_t q[8] = {word};
    transpose(q);
    substitute(q);
    transpose(q);
    word = q[0];
    wipe(q, sizeof q);
    return word;
}

void aes_key(struct aes *aes, const uint8_t key[AES_KEY])
{
    uint32_t column[4], round_constant = 1;
    for (int i = 0; i < 4; i++) {
        column[i] = load(key + 4 * i);
    }
    for (int round = 0; round <= AES_ROUNDS; round++) {
        for (int i = 0; i < 4; i++) { /* both blocks have the same key */
            aes->round_key[round][i] = aes->round_key[round][4 + i] = column[i];
        }
        transpose(aes->round_key[round]);
        column[0] ^= substitute_word(rotate(column[3], 8)) ^ round_constant;
        for (int i = 1; i < 4; i++) {
            column[i] ^= column[i - 1];
        }
        round_constant = (round_constant << 1 ^ (round_constant >> 7) * 0x11b) & 0xff;
    }
    wipe(column, sizeof column);
}

void aes_encrypt(const struct aes *aes, uint8_t blocks[2 * AES_BLOCK])
{
    uint32_t q[8];
    for (int i = 0; i < 8; i++) {
        q[i] = load(blocks + 4 * i);
    }
    transpose(q);
    add_key(q, aes->round_key[0]);
    for (int round = 1; round <= AES_ROUNDS; round++) {
        substitute(q);
        shift_rows(q);
        if (round < AES_ROUNDS) {
            mix_columns(q);
        }
        add_key(q, aes->round_key[round]);
    }
    transpose(q);
    for (int i = 0; i < 8; i++) {
        store(blocks + 4 * i, q[i]);
    }
    wipe(q, sizeof q);
}

#endif
