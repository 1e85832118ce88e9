/* The numbers of both groups, made by tools/constants.py.
 *
 *   modp2048-q256  p = 2qs + 1 with q and s prime, generator g of order q
 *   p256           FIPS 186-4, D.1.2.3
 */
#ifndef CONSTANTS_H
#define CONSTANTS_H

#include "montgomery.h"

extern const struct modulus modp_p, modp_q, p256_p, p256_q;
extern const FLASH uint32_t modp_g_mont[64];
extern const FLASH uint32_t p256_b_mont[8], p256_x_mont[8], p256_y_mont[8];

#endif
