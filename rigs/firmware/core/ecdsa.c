#include "ecdsa.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "augpake_hash.h"
#include "ct.h"
#include "group.h"
#include "sha256.h"
#include "wipe.h"

/* HMAC-DRBG as RFC 6979 section 3.2 uses it. */
struct nonces {
    uint8_t key[32], value[32];
};

static void turn(struct nonces *nonces)
{
    struct hmac hmac;
    hmac_start(&hmac, nonces->key, 32);
    hmac_add(&hmac, nonces->value, 32);
    hmac_end(&hmac, nonces->value);
}

/* K = HMAC(K, V mark seed), V = HMAC(K, V) */
static void stir(struct nonces *nonces, uint8_t mark, const uint8_t *seed, size_t length)
{
    struct hmac hmac;
    hmac_start(&hmac, nonces->key, 32);
    hmac_add(&hmac, nonces->value, 32);
    hmac_add(&hmac, &mark, 1);
    hmac_add(&hmac, seed, length);
    hmac_end(&hmac, nonces->key);
    turn(nonces);
}

/* A number of 32 bytes modulo q: it is below 2 q. */
static void read_modulo(uint32_t out[SCALAR_WORDS], const uint8_t bytes[32])
{
    words_read(out, bytes, SCALAR_WORDS);
    words_reduce(out, out, 0, group_p256.order);
}

/* s = (e + r d) / k */
static void finish(uint32_t s[SCALAR_WORDS], const uint32_t r[SCALAR_WORDS], const uint32_t d[SCALAR_WORDS], const uint32_t e[SCALAR_WORDS],
                   const uint32_t k[SCALAR_WORDS])
{
    const struct modulus *q = group_p256.order;
    uint32_t inverse[SCALAR_WORDS];
    mont_enter(inverse, k, q);
    mont_inverse(inverse, inverse, q);
    mont_enter(s, d, q);
    mont_mul(s, s, r, q);
    mont_add(s, s, e, q);
    mont_mul(s, s, inverse, q);
    wipe(inverse, sizeof inverse);
}

void ecdsa_sign(uint8_t signature[ECDSA_SIGNATURE], const uint8_t private_key[ECDSA_PRIVATE], const uint8_t digest[32])
{
    struct nonces nonces;
    uint8_t seed[64], point[ECDSA_PUBLIC];
    uint32_t d[SCALAR_WORDS], e[SCALAR_WORDS], k[SCALAR_WORDS], r[SCALAR_WORDS], s[SCALAR_WORDS];
    words_read(d, private_key, SCALAR_WORDS);
    read_modulo(e, digest);
    memcpy(seed, private_key, 32);
    words_write(seed + 32, e, SCALAR_WORDS);
    memset(nonces.key, 0, 32);
    memset(nonces.value, 1, 32);
    stir(&nonces, 0, seed, sizeof seed);
    stir(&nonces, 1, seed, sizeof seed);
    for (;;) {
        turn(&nonces);
        words_read(k, nonces.value, SCALAR_WORDS);
        if (scalar_good(k, &group_p256)) { /* k below q and not zero: k G is no identity */
            (void)group_power(&group_p256, point, NULL, k);
            ct_public(point, sizeof point);
            read_modulo(r, point + 1);
            finish(s, r, d, e, k);
            if (ct_verdict(1 & (words_zero(r, SCALAR_WORDS) ^ 1) & (words_zero(s, SCALAR_WORDS) ^ 1))) {
                break;
            }
        }
        stir(&nonces, 0, seed, 0);
    }
    words_write(signature, r, SCALAR_WORDS);
    words_write(signature + 32, s, SCALAR_WORDS);
    ct_public(signature, ECDSA_SIGNATURE);
    wipe(&nonces, sizeof nonces);
    wipe(seed, sizeof seed);
    wipe(d, sizeof d);
    wipe(k, sizeof k);
}

/* u1 G + u2 Q; -1 where it is the identity. */
static int combine(uint8_t point[ECDSA_PUBLIC], const uint8_t public_key[ECDSA_PUBLIC], const uint32_t u1[SCALAR_WORDS], const uint32_t u2[SCALAR_WORDS])
{
    uint8_t other[ECDSA_PUBLIC];
    if (group_power(&group_p256, other, public_key, u2) != 0) {
        return -1;
    }
    if (words_zero(u1, SCALAR_WORDS)) {
        memcpy(point, other, sizeof other);
        return 0;
    }
    return group_power(&group_p256, point, NULL, u1) == 0 ? group_product(&group_p256, point, point, other) : -1;
}

int ecdsa_verify(const uint8_t public_key[ECDSA_PUBLIC], const uint8_t digest[32], const uint8_t signature[ECDSA_SIGNATURE])
{
    const struct modulus *q = group_p256.order;
    uint8_t point[ECDSA_PUBLIC], expected[32];
    uint32_t e[SCALAR_WORDS], r[SCALAR_WORDS], s[SCALAR_WORDS];
    words_read(r, signature, SCALAR_WORDS);
    words_read(s, signature + 32, SCALAR_WORDS);
    if (!scalar_good(r, &group_p256) || !scalar_good(s, &group_p256)) {
        return -1;
    }
    read_modulo(e, digest);
    mont_enter(s, s, q);
    mont_inverse(s, s, q);
    mont_mul(e, e, s, q);
    mont_mul(s, r, s, q);
    if (combine(point, public_key, e, s) != 0) {
        return -1;
    }
    read_modulo(e, point + 1);
    words_write(expected, e, SCALAR_WORDS);
    return ct_verdict(ct_equal(expected, signature, 32)) ? 0 : -1;
}

#endif
