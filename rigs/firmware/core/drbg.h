/* HMAC-DRBG with SHA-256 (NIST SP 800-90A, 10.1.2). Backtracking-resistant: each request ends with an update.
 *
 *   drbg_seed      mixes seed material in; never replaces what was there
 *   drbg_generate  random bytes; the caller checks drbg.seeded first
 *
 * The reseed counter of the standard (2^48 requests) is left out: a board asks for 32 bytes a handshake.
 */
#ifndef DRBG_H
#define DRBG_H

#include <stddef.h>
#include <stdint.h>

#define DRBG_SEED_MIN 16
#define DRBG_SEED_MAX 64

struct drbg {
    uint8_t key[32];
    uint8_t v[32];
    int seeded;
};

void drbg_seed(struct drbg *drbg, const uint8_t *seed, size_t length);
void drbg_generate(struct drbg *drbg, uint8_t *out, size_t length);

#endif
