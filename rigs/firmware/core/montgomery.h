/* Arithmetic modulo an odd number of 8 or 64 words, in Montgomery's form (Math. Comp. 44, 1985).
 *
 *   words_read, words_write   big-endian bytes to and from little-endian words
 *   words_less                a < b, as 1 or 0
 *   words_zero                a = 0, as 1 or 0
 *   words_subtract            a - b; returns the borrow
 *   words_add                 a + b mod n, of an n that need not be odd
 *   words_reduce              (carry, a) mod n, of a number below 2n
 *
 *   mont_mul                  a b / R mod n, R = 2^(32 words)
 *   mont_add, mont_sub        a + b, a - b mod n
 *   mont_enter, mont_leave    a R mod n, a / R mod n
 *   mont_power                a^e for a 256-bit e and a modulus of 64 words; base and result in Montgomery form
 *   mont_inverse              a^(n-2) for a prime n of 8 words (Fermat); zero gives zero
 *
 * Operands are below n. No branch and no address depends on a value; on Cortex-M4 the multiplications UMULL and UMAAL take a
 * constant time (on Cortex-M3 they do not).
 */
#ifndef MONTGOMERY_H
#define MONTGOMERY_H

#include <stddef.h>
#include <stdint.h>

#include "flash.h"

#ifdef WITHOUT_MODP2048_Q256
#define MONT_WORDS_MAX 8
#else
#define MONT_WORDS_MAX 64
#endif
#define SCALAR_WORDS 8

struct modulus {
    size_t words;
    uint32_t n0;        /* -1/n mod 2^32 */
    const FLASH uint32_t *n;
    const FLASH uint32_t *rr; /* R^2 mod n */
};

void words_read(uint32_t *out, const uint8_t *bytes, size_t words);
void words_write(uint8_t *out, const uint32_t *a, size_t words);
uint32_t words_less(const uint32_t *a, const uint32_t *b, size_t words);
uint32_t words_zero(const uint32_t *a, size_t words);
uint32_t words_subtract(uint32_t *out, const uint32_t *a, const uint32_t *b, size_t words);
void words_add(uint32_t *out, const uint32_t *a, const uint32_t *b, const uint32_t *n, size_t words);

void words_reduce(uint32_t *out, const uint32_t *a, uint32_t carry, const struct modulus *m);

void mont_mul(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m);
void mont_add(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m);
void mont_sub(uint32_t *out, const uint32_t *a, const uint32_t *b, const struct modulus *m);
void mont_enter(uint32_t *out, const uint32_t *a, const struct modulus *m);
void mont_leave(uint32_t *out, const uint32_t *a, const struct modulus *m);
#ifndef WITHOUT_MODP2048_Q256
void mont_power(uint32_t *out, const uint32_t *base, const uint32_t exponent[SCALAR_WORDS], const struct modulus *m);
#endif
void mont_inverse(uint32_t *out, const uint32_t *a, const struct modulus *m);

#endif
