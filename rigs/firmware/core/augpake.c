/* The client's role, and what both share. */
#include <string.h>

#include "augpake_hash.h"
#include "ct.h"
#include "line.h"
#include "wipe.h"
#include "workspace.h"

void augpake_provision(struct augpake *augpake, const uint8_t *password, size_t length)
{
    augpake_abandon(augpake);
    hash_to_scalar(augpake->w, augpake, HASH_W, password, length);
    augpake->role = CLIENT;
    augpake->state = PROVISIONED;
}

int augpake_start(struct augpake *augpake, const uint32_t x[SCALAR_WORDS])
{
    uint32_t *const r = augpake->z_inverse; /* what it becomes in the end */
    const struct modulus *q = augpake->group->order;
    augpake_abandon(augpake);
    if (!scalar_good(x, augpake->group) || group_power(augpake->group, augpake->x_element, NULL, x) != 0) {
        return -1;
    }
    hash_to_scalar(r, augpake, HASH_R, augpake->x_element, augpake->group->element_length);
    mont_enter(r, r, q);
    mont_mul(r, r, augpake->w, q);
    mont_add(augpake->z_inverse, x, r, q);
    if (ct_verdict(words_zero(augpake->z_inverse, SCALAR_WORDS))) {
        return -1;
    }
    augpake->state = STARTED;
    return 0;
}

struct proof {
    uint8_t bytes[32];
};

/* V_S takes the place of X and V_C may take that of Y, which all three hashes need: so V_S waits elsewhere until V_C is there. */
static __attribute__((noinline)) void hash_answer(struct augpake *augpake, uint8_t client_proof[32], const uint8_t *y, const uint8_t *k)
{
    WORKSPACE(struct proof, server_proof);
    hash_transcript(server_proof->bytes, augpake, HASH_VS, y, k);
    hash_transcript(augpake->session_key, augpake, HASH_SK, y, k);
    hash_transcript(client_proof, augpake, HASH_VC, y, k);
    memcpy(augpake->server_proof, server_proof->bytes, sizeof server_proof->bytes);
    wipe(server_proof, sizeof *server_proof);
}

int augpake_step(struct augpake *augpake, uint8_t client_proof[32], const uint8_t *y)
{
    union { /* z is used up when K comes */
        uint32_t z[SCALAR_WORDS];
        uint8_t k[ELEMENT_LIMIT];
    } of;
    uint32_t *const z = of.z;
    uint8_t *const k = of.k;
    const struct modulus *q = augpake->group->order;
    mont_enter(z, augpake->z_inverse, q);
    mont_inverse(z, z, q);
    mont_leave(z, z, q);
    int result = group_power(augpake->group, k, y, z);
    if (result == 0) {
        hash_answer(augpake, client_proof, y, k);
        augpake->state = ANSWERED;
    } else {
        augpake_abandon(augpake);
    }
    wipe(&of, sizeof of);
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
    wipe(augpake->x_element, sizeof augpake->x_element); /* V_S too, and SK with z_inverse */
#ifndef WITHOUT_SERVER_ROLE
    wipe(augpake->client_proof, sizeof augpake->client_proof);
#endif
    if (augpake->state != UNPROVISIONED) {
        augpake->state = PROVISIONED;
    }
}
