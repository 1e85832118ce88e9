/* multiply.S and p256.S, for montgomery.c and p256_field.c alone. Lengths are in words of 32 bits. */
#ifndef AVR_ARITHMETIC_H
#define AVR_ARITHMETIC_H

#include "flash.h"

uint32_t avr_row(uint32_t *t, const uint32_t *a, uint32_t digit, uint8_t words); /* t += a digit, returns the carry */
uint32_t avr_row_flash(uint32_t *t, const FLASH uint32_t *n, uint32_t digit, uint8_t words);
uint8_t avr_add(uint32_t *out, const uint32_t *a, const uint32_t *b, uint8_t words);
uint8_t avr_sub(uint32_t *out, const uint32_t *a, const uint32_t *b, uint8_t words);
uint8_t avr_add_masked(uint32_t *out, const FLASH uint32_t *n, uint8_t mask, uint8_t words);
uint8_t avr_sub_masked(uint32_t *out, const FLASH uint32_t *n, uint8_t mask, uint8_t words);

uint8_t avr_p256_fold(uint32_t t[16]); /* t + Q p with its lower half zero: the upper half, and the carry */

#endif
