#include "montgomery.h"

#include <string.h>

#include "line.h"
#include "multiply_add.h"
#include "wipe.h"
#include "workspace.h"

/* A board.mk may set a smaller one: less RAM, more multiplications. */
#ifndef MONT_WINDOW
#define MONT_WINDOW 4
#endif
#define WINDOW MONT_WINDOW
_Static_assert(32 % MONT_WINDOW == 0, "a window never reaches over two words");
#define TABLE (1 << WINDOW)

void words_read(uint32_t *out, const uint8_t *bytes, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        const uint8_t *b = bytes + 4 * (words - 1 - i);
        out[i] = (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | b[3];
    }
}

void words_write(uint8_t *out, const uint32_t *a, size_t words)
{
    for (size_t i = 0; i < 4 * words; i++) {
        out[i] = (uint8_t)(a[words - 1 - i / 4] >> (24 - 8 * (i % 4)));
    }
}

#ifdef __AVR__
#include "avr/arithmetic.h"

uint32_t words_subtract(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t words)
{
    return avr_sub(out, a, b, (uint8_t)words);
}

static uint32_t add(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t words)
{
    return avr_add(out, a, b, (uint8_t)words);
}

static uint32_t subtract_masked(uint32_t *out, const FLASH uint32_t *n, uint32_t mask, size_t words)
{
    return avr_sub_masked(out, n, (uint8_t)mask, (uint8_t)words);
}

static uint32_t add_masked(uint32_t *out, const FLASH uint32_t *n, uint32_t mask, size_t words)
{
    return avr_add_masked(out, n, (uint8_t)mask, (uint8_t)words);
}
#else
/* out = a - b; returns the borrow. */
uint32_t words_subtract(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t words)
{
    uint32_t borrow = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t difference = (uint64_t)a[i] - b[i] - borrow;
        out[i] = (uint32_t)difference;
        borrow = (uint32_t)(difference >> 32) & 1;
    }
    return borrow;
}

/* out = a + b; returns the carry. */
static uint32_t add(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t words)
{
    uint32_t carry = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t sum = (uint64_t)a[i] + b[i] + carry;
        out[i] = (uint32_t)sum;
        carry = (uint32_t)(sum >> 32);
    }
    return carry;
}

/* out -= n & mask; returns the borrow. */
static uint32_t subtract_masked(uint32_t *out, const FLASH uint32_t *n, uint32_t mask, size_t words)
{
    uint32_t borrow = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t difference = (uint64_t)out[i] - (n[i] & mask) - borrow;
        out[i] = (uint32_t)difference;
        borrow = (uint32_t)(difference >> 32) & 1;
    }
    return borrow;
}

/* out += n & mask; returns the carry. */
static uint32_t add_masked(uint32_t *out, const FLASH uint32_t *n, uint32_t mask, size_t words)
{
    uint32_t carry = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t sum = (uint64_t)out[i] + (n[i] & mask) + carry;
        out[i] = (uint32_t)sum;
        carry = (uint32_t)(sum >> 32);
    }
    return carry;
}
#endif

/* out = pick ? a : out, for pick 1 or 0. */
static void choose(uint32_t *out, const uint32_t *a, uint32_t pick, size_t words)
{
    uint32_t mask = 0 - pick;
    for (size_t i = 0; i < words; i++) {
        out[i] ^= (out[i] ^ a[i]) & mask;
    }
}

uint32_t words_less(const uint32_t *a, const uint32_t *b, size_t words)
{
    uint32_t ignored[MONT_WORDS_MAX];
    uint32_t less = words_subtract(ignored, a, b, words);
    wipe(ignored, words * sizeof ignored[0]);
    return less;
}

uint32_t words_zero(const uint32_t *a, size_t words)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < words; i++) {
        bits |= a[i];
    }
    return 1 ^ ((bits | (0 - bits)) >> 31);
}

/* a = (carry, a) - n where that is not negative: subtracted always, and added back where it was too much. */
static void reduce_once(uint32_t *a, uint32_t carry, const struct modulus *m)
{
    uint32_t borrow = subtract_masked(a, m->n, 0xffffffff, m->words);
    add_masked(a, m->n, 0 - (borrow & (carry ^ 1)), m->words);
}

void words_add(uint32_t *out, const uint32_t *a, const uint32_t *b, const uint32_t *n, size_t words)
{
    uint32_t reduced[MONT_WORDS_MAX];
    uint32_t carry = add(out, a, b, words);
    uint32_t borrow = words_subtract(reduced, out, n, words);
    choose(out, reduced, carry | (borrow ^ 1), words);
    wipe(reduced, words * sizeof reduced[0]);
}

#ifdef __AVR__
/* Row by row into a sum that is not moved: after each row of n its lowest word is zero, and the next row begins one higher. */
void mont_mul(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m)
{
    uint32_t t[2 * MONT_WORDS_MAX];
    const uint8_t words = (uint8_t)m->words;
    uint32_t top = 0;
    memset(t, 0, 2 * words * sizeof t[0]);
    for (uint8_t i = 0; i < words; i++) {
        const uint32_t carry = avr_row(t + i, a, b[i], words);
        const uint32_t folded = avr_row_flash(t + i, m->n, t[i] * m->n0, words);
        /* Not by comparing sums with summands: this compiler makes branches of that, a cycle apart. */
        uint32_t sum[2] = {carry, 0}, more[2] = {folded, 0};
        avr_add(sum, sum, more, 2);
        more[0] = top;
        avr_add(sum, sum, more, 2);
        t[i + words] = sum[0];
        top = sum[1];
    }
    memcpy(out, t + words, words * sizeof t[0]);
    reduce_once(out, top, m);
}
#else
/* Multiplication and reduction in one pass a word of b ("finely integrated operand scanning", Koc, Acar, Kaliski 1996). */
static inline __attribute__((always_inline)) void multiply(uint32_t *out, const uint32_t *a, const uint32_t *b,
                                                           const struct modulus *m, const size_t words)
{
    uint32_t t[MONT_WORDS_MAX];
    uint32_t top = 0;
    const FLASH uint32_t *n = m->n;
    memset(t, 0, words * sizeof t[0]);
    for (size_t i = 0; i < words; i++) {
        const uint32_t digit = b[i];
        uint32_t carry = 0, folded = 0;
        uint32_t low = multiply_add(a[0], digit, t[0], &carry);
        const uint32_t quotient = low * m->n0;
        multiply_add(n[0], quotient, low, &folded); /* its low word is zero: that is what the quotient is for */
        for (size_t j = 1; j < words; j++) {
            low = multiply_add(a[j], digit, t[j], &carry);
            t[j - 1] = multiply_add(n[j], quotient, low, &folded);
        }
        uint64_t sum = (uint64_t)top + carry + folded;
        t[words - 1] = (uint32_t)sum;
        top = (uint32_t)(sum >> 32);
    }
    memcpy(out, t, words * sizeof t[0]);
    reduce_once(out, top, m);
}

/* Two copies, so that the compiler knows the length; the length is no secret. */
void mont_mul(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m)
{
    if (m->words == SCALAR_WORDS) {
        multiply(out, a, b, m, SCALAR_WORDS);
    } else {
        multiply(out, a, b, m, m->words);
    }
}

#endif

void words_reduce(uint32_t *out, const uint32_t *a, uint32_t carry, const struct modulus *m)
{
    memcpy(out, a, m->words * sizeof out[0]);
    reduce_once(out, carry, m);
}

void mont_add(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m)
{
    reduce_once(out, add(out, a, b, m->words), m);
}

void mont_sub(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m)
{
    uint32_t borrow = words_subtract(out, a, b, m->words);
    add_masked(out, m->n, 0 - borrow, m->words);
}

void mont_enter(uint32_t *out, const uint32_t *a, const struct modulus *m)
{
    uint32_t rr[MONT_WORDS_MAX];
    flash_copy(rr, m->rr, m->words * sizeof rr[0]);
    mont_mul(out, a, rr, m);
}

void mont_leave(uint32_t *out, const uint32_t *a, const struct modulus *m)
{
    uint32_t one[MONT_WORDS_MAX] = {1};
    mont_mul(out, a, one, m);
}

/* Fixed window: the same four squarings and one multiplication for each digit, zero included; every entry of the table
 * is read for each choice, for a cache or a bus shows addresses. The result grows in `out`, which may be the base: the table has that by then.
 * `table` has TABLE numbers and room for one more. */
static inline __attribute__((always_inline)) void power(uint32_t *out, const uint32_t *base, const uint32_t exponent[SCALAR_WORDS], const struct modulus *m,
                                                       uint32_t *table)
{
    const size_t words = m->words, bytes = words * sizeof table[0];
    uint32_t *const factor = table + TABLE * words;
    memset(factor, 0, bytes);
    factor[0] = 1;
    flash_copy(table, m->rr, bytes); /* as mont_enter does, without room of its own */
    mont_mul(table, factor, table, m);
    memcpy(table + words, base, bytes);
    for (size_t i = 2; i < TABLE; i++) {
        mont_mul(table + i * words, table + (i - 1) * words, table + words, m);
    }
    memcpy(out, table, bytes);
    for (int bit = 32 * SCALAR_WORDS - WINDOW; bit >= 0; bit -= WINDOW) {
        uint32_t digit = exponent[bit / 32] >> (bit % 32) & (TABLE - 1);
        for (int i = 0; i < WINDOW; i++) {
            mont_mul(out, out, out, m);
        }
        for (uint32_t i = 0; i < TABLE; i++) {
            choose(factor, table + i * words, ((i ^ digit) - 1) >> 31, words);
        }
        mont_mul(out, out, factor, m);
    }
    wipe(table, (TABLE + 1) * bytes);
}

/* Each has the room that its numbers need, and no more: a signature's inverse lies deep on the stack. */
#if MONT_WORDS_MAX > SCALAR_WORDS
struct long_work {
    uint32_t words[(TABLE + 1) * MONT_WORDS_MAX];
};

void mont_power(uint32_t *out, const uint32_t *base, const uint32_t exponent[SCALAR_WORDS], const struct modulus *m)
{
    WORKSPACE(struct long_work, work);
    power(out, base, exponent, m, work->words);
}
#endif

struct short_work {
    uint32_t words[(TABLE + 1) * SCALAR_WORDS], exponent[SCALAR_WORDS];
};

void mont_inverse(uint32_t *out, const uint32_t *a, const struct modulus *m)
{
    WORKSPACE(struct short_work, work);
    flash_copy(work->exponent, m->n, sizeof work->exponent);
    work->exponent[0] -= 2; /* n is odd and no smaller than 3 in its lowest word for both q and P-256's p: no borrow */
    power(out, a, work->exponent, m, work->words);
}
