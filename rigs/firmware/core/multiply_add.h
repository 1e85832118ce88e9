/* The one wide multiplication, in the form that each processor does best.
 *
 *   multiply_add  the low word of a b + c + *carry; the high word becomes the carry
 */
#ifndef MULTIPLY_ADD_H
#define MULTIPLY_ADD_H

#include <stdint.h>

/* It always fits: (2^32-1)^2 + 2 (2^32-1) = 2^64-1. */
static inline uint32_t multiply_add(uint32_t a, uint32_t b, uint32_t c, uint32_t *carry)
{
#ifdef __ARM_FEATURE_DSP
    /* One instruction on Cortex-M4 that gcc does not find by itself; it halves an exponentiation. */
    __asm__("umaal %0, %1, %2, %3" : "+r"(c), "+r"(*carry) : "r"(a), "r"(b));
    return c;
#elif defined(__ARM_ARCH_6M__)
    /* Cortex-M0 multiplies 32 by 32 bits to the low 32 only, so by halves; the compiler would call a function here. */
    uint32_t a0 = a & 0xffff, a1 = a >> 16, b0 = b & 0xffff, b1 = b >> 16;
    uint32_t low = a0 * b0, middle = a1 * b0 + (low >> 16), cross = a0 * b1 + (middle & 0xffff); /* none overflows */
    uint32_t high = a1 * b1 + (middle >> 16) + (cross >> 16);
    low = (low & 0xffff) | cross << 16;
    low += c;
    high += low < c;
    low += *carry;
    high += low < *carry;
    *carry = high;
    return low;
#else
    uint64_t sum = (uint64_t)a * b + c + *carry;
    *carry = (uint32_t)(sum >> 32);
    return (uint32_t)sum;
#endif
}

#endif
