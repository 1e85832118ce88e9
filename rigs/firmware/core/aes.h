/* AES-128 (FIPS 197), encryption only: GCM needs no more. Bit-sliced over two blocks, so that no table is indexed by a secret
 * and no instruction but and, or, exclusive or and shift meets one.
 *
 *   aes_key      makes the round keys
 *   aes_encrypt  two blocks of 16 bytes in place; one takes as long
 */
#ifndef AES_H
#define AES_H

#include <stdint.h>

#define AES_BLOCK 16
#define AES_KEY 16
#define AES_ROUNDS 10

struct aes {
    uint32_t round_key[AES_ROUNDS + 1][8];
};

void aes_key(struct aes *aes, const uint8_t key[AES_KEY]);
void aes_encrypt(const struct aes *aes, uint8_t blocks[2 * AES_BLOCK]);

#endif
