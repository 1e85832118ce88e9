/* modp2048-q256: the subgroup of prime order q of the integers modulo p. */
#include "group.h"

#ifndef WITHOUT_MODP2048_Q256

#include <string.h>

#include "constants.h"
#include "ct.h"
#include "wipe.h"

#define WORDS 64
#define BYTES 256

/* 2 <= element <= p-2 */
static int acceptable(const uint8_t element[BYTES])
{
    uint32_t a[WORDS], limit[WORDS];
    static const uint32_t two[WORDS] = {2};
    words_read(a, element, WORDS);
    flash_copy(limit, modp_p.n, sizeof limit);
    limit[0] -= 1; /* p is odd */
    uint32_t good = (words_less(a, two, WORDS) ^ 1) & words_less(a, limit, WORDS);
    wipe(a, sizeof a);
    return (int)ct_verdict(good);
}

/* Leaves Montgomery form; the identity becomes zeros and -1. Wipes a. */
static int finish(uint8_t out[BYTES], uint32_t a[WORDS])
{
    mont_leave(a, a, &modp_p);
    words_write(out, a, WORDS);
    a[0] ^= 1;
    uint32_t identity = ct_verdict(words_zero(a, WORDS));
    wipe(a, WORDS * sizeof a[0]);
    if (identity) {
        memset(out, 0, BYTES);
        return -1;
    }
    return 0;
}

static int power(uint8_t out[BYTES], const uint8_t *base, const uint32_t exponent[SCALAR_WORDS])
{
    uint32_t a[WORDS];
    if (base != NULL) {
        words_read(a, base, WORDS);
        mont_enter(a, a, &modp_p);
    } else {
        flash_copy(a, modp_g_mont, sizeof a);
    }
    mont_power(a, a, exponent, &modp_p);
    return finish(out, a);
}

static int product(uint8_t out[BYTES], const uint8_t *a, const uint8_t *b)
{
    uint32_t left[WORDS], right[WORDS];
    words_read(left, a, WORDS);
    words_read(right, b, WORDS);
    mont_enter(left, left, &modp_p);
    mont_enter(right, right, &modp_p);
    mont_mul(left, left, right, &modp_p);
    wipe(right, sizeof right);
    return finish(out, left);
}

static const FLASH char name[] = "modp2048-q256", method[] = "MODP2048Q256";

const struct group group_modp2048_q256 = {name, method, BYTES, &modp_q, acceptable, power, product};

#endif
