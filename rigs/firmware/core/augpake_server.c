/* The server's role: holds W, never learns the password. */
#include "augpake.h"

#ifndef WITHOUT_SERVER_ROLE

#include <string.h>

#include "augpake_hash.h"
#include "ct.h"
#include "wipe.h"

int augpake_enroll(struct augpake *augpake, const uint8_t *verifier, size_t length)
{
    augpake_abandon(augpake);
    if (!group_acceptable(augpake->group, verifier, length)) {
        return -1;
    }
    memcpy(augpake->verifier, verifier, length);
    augpake->role = SERVER;
    augpake->state = PROVISIONED;
    return 0;
}

/* Y = (X W^r)^y, all of it in the place of Y */
static int make_y(struct augpake *augpake, uint8_t *y_element, const uint32_t y[SCALAR_WORDS])
{
    const struct group *group = augpake->group;
    uint32_t r[SCALAR_WORDS];
    hash_to_scalar(r, augpake, HASH_R, augpake->x_element, group->element_length);
    int result = group_power(group, y_element, augpake->verifier, r);
    if (result == 0) {
        result = group_product(group, y_element, y_element, augpake->x_element);
    }
    if (result == 0) {
        result = group_power(group, y_element, y_element, y);
    }
    if (result != 0) {
        wipe(y_element, group->element_length);
    }
    return result;
}

enum augpake_answer augpake_answer(struct augpake *augpake, uint8_t *y_element, const uint8_t *x, const uint32_t y[SCALAR_WORDS])
{
    const struct group *group = augpake->group;
    uint8_t k[ELEMENT_LIMIT];
    augpake_abandon(augpake);
    if (!scalar_good(y, group)) {
        return ANSWER_BAD_SCALAR;
    }
    memcpy(augpake->x_element, x, group->element_length);
    if (make_y(augpake, y_element, y) != 0 || group_power(group, k, NULL, y) != 0) {
        augpake_abandon(augpake);
        return ANSWER_IDENTITY;
    }
    hash_transcript(augpake->client_proof, augpake, HASH_VC, y_element, k);
    hash_transcript(augpake->session_key, augpake, HASH_SK, y_element, k);
    hash_transcript(augpake->server_proof, augpake, HASH_VS, y_element, k); /* the last one, as it takes the place of X */
    wipe(k, sizeof k);
    augpake->state = ANSWERED;
    return ANSWER_GIVEN;
}

int augpake_verify(struct augpake *augpake, uint8_t server_proof[32], const uint8_t client_proof[32])
{
    if (!ct_verdict(ct_equal(augpake->client_proof, client_proof, 32))) {
        augpake_abandon(augpake);
        return -1;
    }
    memcpy(server_proof, augpake->server_proof, 32);
    augpake->state = VERIFIED;
    return 0;
}

void augpake_conclude(struct augpake *augpake, uint8_t session_key[32])
{
    memcpy(session_key, augpake->session_key, 32);
    augpake_abandon(augpake);
}

#endif
