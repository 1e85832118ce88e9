#include "drbg.h"

#include <string.h>

#include "sha256.h"

/* The two are not inlined: their hash states would lie on one stack together. */
static __attribute__((noinline)) void next_v(struct drbg *drbg)
{
    struct hmac hmac;
    hmac_start(&hmac, drbg->key, sizeof drbg->key);
    hmac_add(&hmac, drbg->v, 32);
    hmac_end(&hmac, drbg->v);
}

static __attribute__((noinline)) void next_key(struct drbg *drbg, uint8_t step, const uint8_t *data, size_t length)
{
    struct hmac hmac;
    hmac_start(&hmac, drbg->key, sizeof drbg->key);
    hmac_add(&hmac, drbg->v, 32);
    hmac_add(&hmac, &step, 1);
    hmac_add(&hmac, data, length);
    hmac_end(&hmac, drbg->key);
}

/* HMAC_DRBG_Update, 10.1.2.2 */
static void update(struct drbg *drbg, const uint8_t *data, size_t length)
{
    for (uint8_t step = 0; step < (length > 0 ? 2 : 1); step++) {
        next_key(drbg, step, data, length);
        next_v(drbg);
    }
}

void drbg_seed(struct drbg *drbg, const uint8_t *seed, size_t length)
{
    if (!drbg->seeded) {
        memset(drbg->key, 0x00, sizeof drbg->key);
        memset(drbg->v, 0x01, sizeof drbg->v);
    }
    update(drbg, seed, length);
    drbg->seeded = 1;
}

void drbg_generate(struct drbg *drbg, uint8_t *out, size_t length)
{
    while (length > 0) {
        size_t part = length < 32 ? length : 32;
        next_v(drbg);
        memcpy(out, drbg->v, part);
        out += part;
        length -= part;
    }
    update(drbg, NULL, 0);
}
