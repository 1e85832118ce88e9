/* present.S, for present.c alone. Round keys are 32 times 8 bytes, lowest byte first. */
#ifndef AVR_PRESENT_H
#define AVR_PRESENT_H

#include <stdint.h>

void avr_present_encrypt(const uint64_t round_key[32], uint8_t block[8]);
void avr_present_decrypt(const uint64_t round_key[32], uint8_t block[8]);
void avr_present_key80(const uint8_t key[10], uint64_t round_key[32]);
void avr_present_key128(const uint8_t key[16], uint64_t round_key[32]);

#endif
