#include "augpake.h"

#include <string.h>

#include "counts.h"
#include "ct.h"
#include "sha256.h"
#include "wipe.h"

#define WIDE_BYTES 64

const struct augpake_profile *augpake_profile_by_name(const char *name)
{
    static const struct augpake_profile profiles[] = {
        {"as-published", {0, 2, 2, 2, 2}, {"", {'0', '1'}, {'0', '2'}, {'0', '3'}, {'0', '4'}}},
        {"rfc6628", {1, 1, 1, 1, 1}, {{0}, {1}, {2}, {3}, {4}}},
    };
    for (size_t i = 0; i < sizeof profiles / sizeof profiles[0]; i++) {
        if (strcmp(profiles[i].name, name) == 0) {
            return &profiles[i];
        }
    }
    return NULL;
}

/* Starts a hash input: prefix, C, S. */
static void hash_start(struct sha256 *sha, const struct augpake *augpake, int prefix)
{
    sha256_start(sha);
    sha256_add(sha, augpake->profile->prefixes[prefix], augpake->profile->lengths[prefix]);
    sha256_add(sha, augpake->client.bytes, augpake->client.length);
    sha256_add(sha, augpake->server.bytes, augpake->server.length);
}

/* out = wide mod (q-1), plus 1. q-1 is even, so Montgomery does not apply: shift and subtract, a bit at a time, always. */
static void wide_to_scalar(uint32_t out[SCALAR_WORDS], const uint8_t wide[WIDE_BYTES], const struct modulus *q)
{
    uint32_t n[SCALAR_WORDS], sum[SCALAR_WORDS];
    static const uint32_t one[SCALAR_WORDS] = {1};
    memcpy(n, q->n, sizeof n);
    n[0] -= 1;
    const struct modulus q_minus_1 = {SCALAR_WORDS, 0, n, NULL};
    memset(out, 0, sizeof n);
    for (int bit = 8 * WIDE_BYTES - 1; bit >= 0; bit--) {
        uint32_t digit[SCALAR_WORDS] = {(uint32_t)wide[WIDE_BYTES - 1 - bit / 8] >> (bit % 8) & 1};
        mont_add(out, out, out, &q_minus_1);
        mont_add(out, out, digit, &q_minus_1);
        wipe(digit, sizeof digit);
    }
    mont_add(sum, out, one, q); /* out <= q-2: no wrap */
    memcpy(out, sum, sizeof sum);
    wipe(sum, sizeof sum);
}

/* H'(prefix C S tail) */
static void hash_to_scalar(uint32_t out[SCALAR_WORDS], const struct augpake *augpake, int prefix, const uint8_t *tail,
                           size_t length)
{
    uint8_t wide[WIDE_BYTES];
    struct sha256 sha;
    counts.h++;
    for (uint8_t suffix = 1; suffix <= 2; suffix++) {
        hash_start(&sha, augpake, prefix);
        sha256_add(&sha, tail, length);
        sha256_add(&sha, &suffix, 1);
        sha256_end(&sha, wide + 32 * (suffix - 1));
    }
    wide_to_scalar(out, wide, augpake->group->order);
    wipe(wide, sizeof wide);
}

/* H(prefix C S X Y K) */
static void hash_transcript(uint8_t out[32], const struct augpake *augpake, int prefix, const uint8_t *y, const uint8_t *k)
{
    struct sha256 sha;
    counts.h++;
    hash_start(&sha, augpake, prefix);
    sha256_add(&sha, augpake->x_element, augpake->group->element_length);
    sha256_add(&sha, y, augpake->group->element_length);
    sha256_add(&sha, k, augpake->group->element_length);
    sha256_end(&sha, out);
}

/* Releases whether 1 <= x <= q-1: of a refused candidate that is all anyone learns, and it is thrown away. */
static int scalar_good(const uint32_t x[SCALAR_WORDS], const struct group *group)
{
    return (int)ct_verdict((words_zero(x, SCALAR_WORDS) ^ 1) & words_less(x, group->order->n, SCALAR_WORDS));
}

void scalar_draw(uint32_t x[SCALAR_WORDS], struct drbg *drbg, const struct group *group)
{
    uint8_t bytes[4 * SCALAR_WORDS];
    do {
        drbg_generate(drbg, bytes, sizeof bytes);
        words_read(x, bytes, SCALAR_WORDS);
    } while (!scalar_good(x, group));
    wipe(bytes, sizeof bytes);
}

void augpake_provision(struct augpake *augpake, const uint8_t *password, size_t length)
{
    augpake_abandon(augpake);
    hash_to_scalar(augpake->w, augpake, 0, password, length);
    augpake->state = PROVISIONED;
}

int augpake_start(struct augpake *augpake, const uint32_t x[SCALAR_WORDS])
{
    uint32_t r[SCALAR_WORDS];
    const struct modulus *q = augpake->group->order;
    augpake_abandon(augpake);
    if (!scalar_good(x, augpake->group) || group_power(augpake->group, augpake->x_element, NULL, x) != 0) {
        return -1;
    }
    hash_to_scalar(r, augpake, 1, augpake->x_element, augpake->group->element_length);
    mont_enter(r, r, q);
    mont_mul(r, r, augpake->w, q);
    mont_add(augpake->z_inverse, x, r, q);
    wipe(r, sizeof r);
    if (ct_verdict(words_zero(augpake->z_inverse, SCALAR_WORDS))) {
        return -1;
    }
    augpake->state = STARTED;
    return 0;
}

int augpake_step(struct augpake *augpake, uint8_t client_proof[32], const uint8_t *y)
{
    uint32_t z[SCALAR_WORDS];
    uint8_t k[ELEMENT_LIMIT];
    const struct modulus *q = augpake->group->order;
    mont_enter(z, augpake->z_inverse, q);
    mont_inverse(z, z, q);
    mont_leave(z, z, q);
    int result = group_power(augpake->group, k, y, z);
    wipe(z, sizeof z);
    if (result == 0) {
        hash_transcript(client_proof, augpake, 2, y, k);
        hash_transcript(augpake->server_proof, augpake, 3, y, k);
        hash_transcript(augpake->session_key, augpake, 4, y, k);
        augpake->state = ANSWERED;
    } else {
        augpake_abandon(augpake);
    }
    wipe(k, sizeof k);
    return result;
}

int augpake_finish(struct augpake *augpake, uint8_t session_key[32], const uint8_t server_proof[32])
{
    int good = (int)ct_verdict(ct_equal(augpake->server_proof, server_proof, 32));
    if (good) {
        memcpy(session_key, augpake->session_key, 32);
    }
    augpake_abandon(augpake);
    return good ? 0 : -1;
}

void augpake_abandon(struct augpake *augpake)
{
    wipe(augpake->z_inverse, sizeof augpake->z_inverse);
    wipe(augpake->x_element, sizeof augpake->x_element);
    wipe(augpake->server_proof, sizeof augpake->server_proof);
    wipe(augpake->session_key, sizeof augpake->session_key);
    if (augpake->state != UNPROVISIONED) {
        augpake->state = PROVISIONED;
    }
}

void fingerprint(uint8_t fp[8], const uint8_t *key, size_t length)
{
    uint8_t digest[32];
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, (const uint8_t *)"fp", 2);
    sha256_add(&sha, key, length);
    sha256_end(&sha, digest);
    ct_public(digest, 8);
    memcpy(fp, digest, 8);
    wipe(digest, sizeof digest);
}
