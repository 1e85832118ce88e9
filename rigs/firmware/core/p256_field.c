#include "p256_field.h"

#include <string.h>

#include "wipe.h"

#define WORDS FIELD_WORDS

#ifdef __AVR__
#include "avr/arithmetic.h"

static void product(uint32_t t[2 * WORDS], const field a, const field b)
{
    memset(t, 0, WORDS * sizeof t[0]);
    for (uint8_t i = 0; i < WORDS; i++) {
        t[i + WORDS] = avr_row(t + i, a, b[i], WORDS);
    }
}

static void reduce(field out, uint32_t t[2 * WORDS])
{
    const uint8_t top = avr_p256_fold(t);
    memcpy(out, t + WORDS, sizeof(field));
    const uint8_t borrow = avr_sub_masked(out, p256_p.n, 0xff, WORDS);
    avr_add_masked(out, p256_p.n, (uint8_t)-(borrow & (top ^ 1)), WORDS);
}
#else
#include "multiply_add.h"

static void product(uint32_t t[2 * WORDS], const field a, const field b)
{
    memset(t, 0, WORDS * sizeof t[0]);
    for (int i = 0; i < WORDS; i++) {
        uint32_t carry = 0;
        for (int j = 0; j < WORDS; j++) {
            t[i + j] = multiply_add(a[j], b[i], t[i + j], &carry);
        }
        t[i + WORDS] = carry;
    }
}

/* The next word of a sum that may be negative on the way. */
static inline uint32_t settle(int64_t *sum, int64_t term)
{
    *sum += term;
    const uint32_t low = (uint32_t)*sum;
    *sum >>= 32; /* arithmetic, with every compiler of ours */
    return low;
}

/* out = t / R mod p, for t below p R. With Q the lowest words of t, t + Q p is t + Q (2^256 - 2^224 + 2^192 + 2^96) without them. */
static void reduce(field out, uint32_t t[2 * WORDS])
{
    int64_t sum = 0, late = 0;
    for (int i = 0; i < 6; i += 3) {
        const int64_t q0 = t[i], q1 = t[i + 1], q2 = t[i + 2];
        t[i + 3] = settle(&sum, t[i + 3] + q0);
        t[i + 4] = settle(&sum, t[i + 4] + q1);
        t[i + 5] = settle(&sum, t[i + 5] + q2);
        t[i + 6] = settle(&sum, t[i + 6] + q0);
        t[i + 7] = settle(&sum, t[i + 7] + q1 - q0);
        t[i + 8] = settle(&sum, t[i + 8] + q2 - q1 + q0 + late);
        t[i + 9] = settle(&sum, t[i + 9] - q2 + q1);
        t[i + 10] = settle(&sum, t[i + 10] + q2);
        late = sum; /* belongs to the word that the next round meets as its t[i + 8] */
        sum = 0;
    }
    const int64_t q0 = t[6], q1 = t[7];
    t[9] = settle(&sum, t[9] + q0);
    t[10] = settle(&sum, t[10] + q1);
    t[11] = settle(&sum, t[11]);
    t[12] = settle(&sum, t[12] + q0);
    t[13] = settle(&sum, t[13] + q1 - q0);
    t[14] = settle(&sum, t[14] - q1 + q0 + late);
    t[15] = settle(&sum, t[15] + q1);
    words_reduce(out, t + WORDS, (uint32_t)sum, &p256_p);
}
#endif

void field_mul(field out, const field a, const field b)
{
    uint32_t t[2 * WORDS];
    product(t, a, b);
    reduce(out, t);
}

void field_square(field out, const field a)
{
    field_mul(out, a, a);
}

void field_add(field out, const field a, const field b)
{
    mont_add(out, a, b, &p256_p);
}

void field_sub(field out, const field a, const field b)
{
    mont_sub(out, a, b, &p256_p);
}

void field_negate(field a, uint32_t pick)
{
    field negated = {0};
    const uint32_t mask = 0 - pick;
    mont_sub(negated, negated, a, &p256_p);
    for (int i = 0; i < WORDS; i++) {
        a[i] ^= (a[i] ^ negated[i]) & mask;
    }
    wipe(negated, sizeof negated);
}

static void square_times(field a, int times)
{
    for (int i = 0; i < times; i++) {
        field_square(a, a);
    }
}

/* a^(p-2). The exponent is 32 ones, 31 zeros and a one, 96 zeros, 94 ones, 01; an n below stands for n ones. */
void field_inverse(field out, const field a, struct field_scratch *scratch)
{
    uint32_t *const e2 = scratch->e2, *const e30 = scratch->e30, *const e32 = scratch->e32, *const power = scratch->power;
    field_square(e2, a);
    field_mul(e2, e2, a); /* 2 */
    field_square(power, e2);
    field_mul(power, power, a); /* 3 */
    memcpy(e30, power, sizeof(field));
    square_times(e30, 3);
    field_mul(e30, e30, power); /* 6 */
    memcpy(e32, e30, sizeof(field));
    square_times(e32, 6);
    field_mul(e32, e32, e30); /* 12 */
    square_times(e32, 3);
    field_mul(e32, e32, power); /* 15 */
    memcpy(e30, e32, sizeof(field));
    square_times(e30, 15);
    field_mul(e30, e30, e32); /* 30 */
    memcpy(e32, e30, sizeof(field));
    square_times(e32, 2);
    field_mul(e32, e32, e2); /* 32 */
    memcpy(power, e32, sizeof(field));
    square_times(power, 32);
    field_mul(power, power, a);
    square_times(power, 128);
    field_mul(power, power, e32);
    square_times(power, 32);
    field_mul(power, power, e32);
    square_times(power, 30);
    field_mul(power, power, e30);
    square_times(power, 2);
    field_mul(out, power, a);
    wipe(scratch, sizeof *scratch);
}

void field_constant(field out, const FLASH uint32_t constant[FIELD_WORDS])
{
    flash_copy(out, constant, sizeof(field));
}

void field_leave(field out, const field a)
{
    uint32_t t[2 * WORDS] = {0};
    memcpy(t, a, sizeof(field));
    reduce(out, t);
}
