/* SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104).
 *
 *   sha256_start, sha256_add, sha256_end
 *   hmac_start, hmac_add, hmac_end
 *   hmac_key, hmac_resume   for a key that is used often
 */
#ifndef SHA256_H
#define SHA256_H

#include <stddef.h>
#include <stdint.h>

struct sha256 {
    uint32_t state[8];
    uint32_t length; /* bytes; no message here comes near 4 GB */
    uint8_t block[64];
};

struct hmac {
    struct sha256 inner;
    uint32_t outer[8]; /* after its first block, which is the key's */
};

/* Both padded keys, hashed: two compressions less for each HMAC under it, and as secret as the key. */
struct hmac_key {
    uint32_t inner[8], outer[8];
};

void sha256_start(struct sha256 *sha);
void sha256_add(struct sha256 *sha, const uint8_t *bytes, size_t length);
void sha256_end(struct sha256 *sha, uint8_t digest[32]); /* wipes sha */

void hmac_start(struct hmac *hmac, const uint8_t *key, size_t length);
void hmac_add(struct hmac *hmac, const uint8_t *bytes, size_t length);
void hmac_end(struct hmac *hmac, uint8_t tag[32]); /* wipes hmac; tag may be what was added or the key */

void hmac_key(struct hmac_key *key, const uint8_t *bytes, size_t length);
void hmac_resume(struct hmac *hmac, const struct hmac_key *key); /* as hmac_start with those bytes */

#endif
