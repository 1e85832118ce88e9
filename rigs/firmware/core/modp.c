/* modp2048-q256: the subgroup of prime order q of the integers modulo p. */
#include <string.h>

#include "constants.h"
#include "ct.h"
#include "group.h"
#include "wipe.h"

#define WORDS 64
#define BYTES 256

/* 2 <= element <= p-2. Elements are public. */
static int acceptable(const uint8_t element[BYTES])
{
    uint32_t a[WORDS], limit[WORDS];
    static const uint32_t two[WORDS] = {2};
    words_read(a, element, WORDS);
    memcpy(limit, modp_p.n, sizeof limit);
    limit[0] -= 1; /* p is odd */
    return !words_less(a, two, WORDS) && words_less(a, limit, WORDS);
}

static int power(uint8_t out[BYTES], const uint8_t *base, const uint32_t exponent[SCALAR_WORDS])
{
    uint32_t a[WORDS];
    if (base != NULL) {
        words_read(a, base, WORDS);
        mont_enter(a, a, &modp_p);
    } else {
        memcpy(a, modp_g_mont, sizeof a);
    }
    mont_power(a, a, exponent, &modp_p);
    mont_leave(a, a, &modp_p);
    words_write(out, a, WORDS);
    a[0] ^= 1;
    uint32_t identity = ct_verdict(words_zero(a, WORDS));
    wipe(a, sizeof a);
    if (identity) {
        memset(out, 0, BYTES);
        return -1;
    }
    return 0;
}

const struct group group_modp2048_q256 = {"modp2048-q256", BYTES, &modp_q, acceptable, power};
