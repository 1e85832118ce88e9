#include "augpake_hash.h"

#include <string.h>

#include "counts.h"
#include "ct.h"
#include "sha256.h"
#include "wipe.h"

#define WIDE_BYTES 64

/* How an input of H begins. A framed profile puts the method first and a u16 length before each field, so that no two
 * different lists of fields are the same bytes. */
struct augpake_profile {
    char name[13];
    uint8_t framed;
    uint8_t lengths[5];
    uint8_t prefixes[5][5];
};

static const FLASH struct augpake_profile profiles[] = {
    {"as-published", 0, {0, 2, 2, 2, 2}, {"", "01", "02", "03", "04"}},
    {"rfc6628", 0, {1, 1, 1, 1, 1}, {{0}, {1}, {2}, {3}, {4}}},
    {"framed", 1, {4, 4, 5, 5, 5}, {"hv1w", "hv1r", {'h', 'v', '1', 'v', 'c'}, {'h', 'v', '1', 'v', 's'}, {'h', 'v', '1', 's', 'k'}}},
};

#define FRAMED 2
#define PROFILES (sizeof profiles / sizeof profiles[0])

const FLASH struct augpake_profile *augpake_profile_by_name(const char *name)
{
    for (size_t i = 0; i < PROFILES; i++) {
        if (text_is(name, profiles[i].name)) {
            return &profiles[i];
        }
    }
    return NULL;
}

flash_text augpake_profile_at(size_t index)
{
    return index < PROFILES ? profiles[index].name : NULL;
}

#ifndef WITHOUT_HARDENED
const FLASH struct augpake_profile *augpake_profile_framed(void)
{
    return &profiles[FRAMED];
}

void augpake_pair_field(struct augpake *augpake)
{
    static const FLASH char pair[] = "pair";
    flash_copy(augpake->extra, pair, sizeof pair - 1);
    augpake->extra_length = sizeof pair - 1;
    augpake->extra_in_w = 1;
}
#endif

static void frame(struct sha256 *sha, const struct augpake *augpake, size_t length)
{
    const uint8_t bytes[2] = {(uint8_t)(length >> 8), (uint8_t)length};
    if (augpake->profile->framed) {
        sha256_add(sha, bytes, sizeof bytes);
    }
}

static void field(struct sha256 *sha, const struct augpake *augpake, const uint8_t *bytes, size_t length)
{
    frame(sha, augpake, length);
    sha256_add(sha, bytes, length);
}

/* W stays the same from login to login, so w' knows no pseudonym. */
static void extra_field(struct sha256 *sha, const struct augpake *augpake, enum hash_use use)
{
#ifndef WITHOUT_HARDENED
    if (augpake->extra_length > 0 && (use != HASH_W || augpake->extra_in_w)) {
        field(sha, augpake, augpake->extra, augpake->extra_length);
    }
#else
    (void)sha;
    (void)augpake;
    (void)use;
#endif
}

static void add_constant(struct sha256 *sha, const FLASH uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        const uint8_t byte = bytes[i];
        sha256_add(sha, &byte, 1);
    }
}

/* Starts a hash input: prefix, the method where framed, C, S. */
static void hash_start(struct sha256 *sha, const struct augpake *augpake, enum hash_use use)
{
    static const FLASH char method[] = "AUGPAKE-FRAMED-";
    sha256_start(sha);
    add_constant(sha, augpake->profile->prefixes[use], augpake->profile->lengths[use]);
    if (augpake->profile->framed) {
        const size_t word = text_length(augpake->group->method);
        frame(sha, augpake, sizeof method - 1 + word);
        add_constant(sha, (const FLASH uint8_t *)method, sizeof method - 1);
        add_constant(sha, (const FLASH uint8_t *)augpake->group->method, word);
    }
    field(sha, augpake, augpake->client.bytes, augpake->client.length);
    field(sha, augpake, augpake->server.bytes, augpake->server.length);
}

/* out = wide mod (q-1), plus 1. q-1 is even, so Montgomery does not apply: shift and subtract, a bit at a time, always. */
static void wide_to_scalar(uint32_t out[SCALAR_WORDS], const uint8_t wide[WIDE_BYTES], const struct modulus *q)
{
    uint32_t n[SCALAR_WORDS], digit[SCALAR_WORDS] = {0};
    flash_copy(n, q->n, sizeof n);
    n[0] -= 1;
    memset(out, 0, sizeof n);
    for (int bit = 8 * WIDE_BYTES - 1; bit >= 0; bit--) {
        digit[0] = (uint32_t)wide[WIDE_BYTES - 1 - bit / 8] >> (bit % 8) & 1;
        words_add(out, out, out, n, SCALAR_WORDS);
        words_add(out, out, digit, n, SCALAR_WORDS);
    }
    digit[0] = 1;
    mont_add(out, out, digit, q); /* out <= q-2: no wrap */
}

void hash_to_scalar(uint32_t out[SCALAR_WORDS], const struct augpake *augpake, enum hash_use use, const uint8_t *tail,
                    size_t length)
{
    uint8_t wide[WIDE_BYTES];
    struct sha256 sha;
    counts.h++;
    for (uint8_t suffix = 1; suffix <= 2; suffix++) {
        hash_start(&sha, augpake, use);
        field(&sha, augpake, tail, length);
        extra_field(&sha, augpake, use);
        sha256_add(&sha, &suffix, 1);
        sha256_end(&sha, wide + 32 * (suffix - 1));
    }
    wide_to_scalar(out, wide, augpake->group->order);
    wipe(wide, sizeof wide);
}

void hash_transcript(uint8_t out[32], const struct augpake *augpake, enum hash_use use, const uint8_t *y, const uint8_t *k)
{
    const size_t length = augpake->group->element_length;
    struct sha256 sha;
    counts.h++;
    hash_start(&sha, augpake, use);
    field(&sha, augpake, augpake->x_element, length);
    field(&sha, augpake, y, length);
    field(&sha, augpake, k, length);
    extra_field(&sha, augpake, use);
    sha256_end(&sha, out);
}

static uint32_t less_than_order(const uint32_t x[SCALAR_WORDS], const struct modulus *q)
{
    uint32_t n[SCALAR_WORDS];
    flash_copy(n, q->n, sizeof n);
    return words_less(x, n, SCALAR_WORDS);
}

/* Neither this nor the drawing is inlined: their numbers would lie under the hashes and powers that follow.
 * Releases the answer: of a refused candidate that is all anyone learns, and it is thrown away. */
__attribute__((noinline)) int scalar_good(const uint32_t x[SCALAR_WORDS], const struct group *group)
{
    return (int)ct_verdict((words_zero(x, SCALAR_WORDS) ^ 1) & less_than_order(x, group->order));
}

__attribute__((noinline)) void scalar_draw(uint32_t x[SCALAR_WORDS], struct drbg *drbg, const struct group *group)
{
    uint8_t bytes[4 * SCALAR_WORDS];
    do {
        drbg_generate(drbg, bytes, sizeof bytes);
        words_read(x, bytes, SCALAR_WORDS);
    } while (!scalar_good(x, group));
    wipe(bytes, sizeof bytes);
}

void fingerprint(uint8_t fp[8], const uint8_t *key, size_t length)
{
    uint8_t digest[32];
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, (const uint8_t[2]){'f', 'p'}, 2);
    sha256_add(&sha, key, length);
    sha256_end(&sha, digest);
    ct_public(digest, 8);
    memcpy(fp, digest, 8);
    wipe(digest, sizeof digest);
}
