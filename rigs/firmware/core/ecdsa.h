/* ECDSA on P-256 with SHA-256 (FIPS 186-5), the nonce by RFC 6979. A signature is r and s, 32 bytes each.
 *
 *   ecdsa_sign    of a digest; no branch and no address depends on the key or the nonce
 *   ecdsa_verify  0, or -1 where it is wrong; of public values
 */
#ifndef ECDSA_H
#define ECDSA_H

#include <stdint.h>

#define ECDSA_PRIVATE 32
#define ECDSA_PUBLIC 65
#define ECDSA_SIGNATURE 64

/* The private key is in [1, q-1]. */
void ecdsa_sign(uint8_t signature[ECDSA_SIGNATURE], const uint8_t private_key[ECDSA_PRIVATE], const uint8_t digest[32]);
/* The public key has passed group_acceptable. */
int ecdsa_verify(const uint8_t public_key[ECDSA_PUBLIC], const uint8_t digest[32], const uint8_t signature[ECDSA_SIGNATURE]);

#endif
