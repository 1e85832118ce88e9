/* The field of P-256, p = 2^256 - 2^224 + 2^192 + 2^96 - 1, in Montgomery's form with R = 2^256.
 *
 *   field_mul, field_square   a b / R, a a / R
 *   field_add, field_sub
 *   field_negate              p - a where `pick` is 1, a where it is 0
 *   field_inverse             R^2 / a, by Fermat; zero gives zero
 *   field_leave               a / R; a product with p256_p.rr is what enters
 *   field_constant            copies one of constants.h
 *
 * p is -1 modulo 2^96, so a reduction needs no multiplication: three words at a time are their own quotient.
 */
#ifndef P256_FIELD_H
#define P256_FIELD_H

#include "constants.h"

#define FIELD_WORDS 8

typedef uint32_t field[FIELD_WORDS];

void field_mul(field out, const field a, const field b);
void field_square(field out, const field a);
void field_add(field out, const field a, const field b);
void field_sub(field out, const field a, const field b);
void field_negate(field a, uint32_t pick);
struct field_scratch {
    field e2, e30, e32, power;
};
void field_inverse(field out, const field a, struct field_scratch *scratch); /* wipes scratch */
void field_leave(field out, const field a);
void field_constant(field out, const FLASH uint32_t constant[FIELD_WORDS]);

#endif
