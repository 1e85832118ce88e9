#include "esfahani.h"

#ifndef WITHOUT_ESFAHANI

#include "counts.h"
#include "ct.h"
#include "sha256.h"
#include "wipe.h"

/* h of values one after another; `second` and `third` may be NULL. */
static void hash(uint8_t out[ESFAHANI_SIZE], const uint8_t *first, const uint8_t *second, const uint8_t *third)
{
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, first, ESFAHANI_SIZE);
    if (second != NULL) {
        sha256_add(&sha, second, ESFAHANI_SIZE);
    }
    if (third != NULL) {
        sha256_add(&sha, third, ESFAHANI_SIZE);
    }
    sha256_end(&sha, out);
    counts.h++;
}

static void add(uint8_t value[ESFAHANI_SIZE], const uint8_t *other)
{
    for (size_t i = 0; i < ESFAHANI_SIZE; i++) {
        value[i] = (uint8_t)(value[i] ^ other[i]);
    }
}

void esfahani_first(const struct esfahani *sensor, uint8_t message[ESFAHANI_FIRST])
{
    uint8_t *m1 = message, *aid = m1 + ESFAHANI_SIZE, *m2 = aid + ESFAHANI_SIZE, *f3 = m2 + ESFAHANI_SIZE;
    hash(m1, sensor->f2, NULL, NULL);
    add(m1, sensor->r1);
    hash(aid, sensor->r1, NULL, NULL);
    add(aid, sensor->identity);
    hash(m2, sensor->r1, m1, aid);
    for (size_t i = 0; i < ESFAHANI_SIZE; i++) {
        f3[i] = sensor->f3[i];
    }
}

int esfahani_second(const struct esfahani *sensor, const uint8_t message[ESFAHANI_SECOND], uint8_t third[ESFAHANI_SIZE], uint8_t key[ESFAHANI_SIZE])
{
    const uint8_t *m1 = message, *aid = m1 + ESFAHANI_SIZE, *m2 = aid + ESFAHANI_SIZE;
    uint8_t name[ESFAHANI_SIZE], f1[ESFAHANI_SIZE], r2[ESFAHANI_SIZE];
    hash(name, sensor->identity, NULL, NULL);
    for (size_t i = 0; i < ESFAHANI_SIZE; i++) {
        f1[i] = (uint8_t)(m1[i] ^ name[i]);
        r2[i] = (uint8_t)(aid[i] ^ name[i]);
    }
    hash(f1, f1, NULL, NULL);
    hash(name, m1, aid, r2);
    uint32_t good = ct_equal(f1, sensor->f2, ESFAHANI_SIZE) & ct_equal(name, m2, ESFAHANI_SIZE);
    hash(key, sensor->r1, r2, NULL);
    hash(third, r2, NULL, NULL);
    add(third, key);
    wipe(f1, sizeof f1);
    wipe(r2, sizeof r2);
    if (!ct_verdict(good)) {
        wipe(key, ESFAHANI_SIZE);
        wipe(third, ESFAHANI_SIZE);
        return -1;
    }
    return 0;
}

#endif
