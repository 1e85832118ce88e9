/* AugPAKE, client side (RFC 6628; Shin and Kobara), as design.md 6 binds it.
 *
 *   w' = H'(p0 C S pw)   r = H'(p1 C S X)   X = g^x   K = Y^z, z = 1/(x + w' r) mod q
 *   V_C, V_S, SK = H(p2, p3, p4 C S X Y K)
 *
 *   augpake_provision  keeps w', forgets the password
 *   augpake_start      takes x, gives X
 *   augpake_step       takes Y, gives V_C
 *   augpake_finish     takes V_S, gives SK
 *   augpake_abandon    wipes the handshake, keeps the provisioning
 *   scalar_draw        x uniform in [1, q-1], by rejection
 */
#ifndef AUGPAKE_H
#define AUGPAKE_H

#include <stddef.h>
#include <stdint.h>

#include "drbg.h"
#include "group.h"

#define NAME_LIMIT 64
#define PASSWORD_LIMIT 64

enum augpake_state { UNPROVISIONED, PROVISIONED, STARTED, ANSWERED };

struct augpake_name {
    uint8_t bytes[NAME_LIMIT];
    size_t length;
};

/* How an input of H begins: p0..p4 of a profile. */
struct augpake_profile {
    const char *name;
    size_t lengths[5];
    uint8_t prefixes[5][2];
};

struct augpake {
    enum augpake_state state;
    const struct group *group;
    const struct augpake_profile *profile;
    struct augpake_name client, server;
    uint32_t w[SCALAR_WORDS];        /* w' */
    uint32_t z_inverse[SCALAR_WORDS]; /* x + w' r mod q, never zero; x itself is not needed after X */
    uint8_t x_element[ELEMENT_LIMIT];
    uint8_t server_proof[32]; /* V_S as it must be */
    uint8_t session_key[32];
};

const struct augpake_profile *augpake_profile_by_name(const char *name);

void scalar_draw(uint32_t x[SCALAR_WORDS], struct drbg *drbg, const struct group *group);

/* Of `augpake` the caller has set group, profile, client and server. */
void augpake_provision(struct augpake *augpake, const uint8_t *password, size_t length);

/* Returns 0, or -1 where x is outside [1, q-1] or makes x + w' r zero: draw again. */
int augpake_start(struct augpake *augpake, const uint32_t x[SCALAR_WORDS]);

/* `y` has passed group_acceptable. Returns 0, or -1 where K is the identity. */
int augpake_step(struct augpake *augpake, uint8_t client_proof[32], const uint8_t *y);

/* Returns 0, or -1 where V_S is wrong. */
int augpake_finish(struct augpake *augpake, uint8_t session_key[32], const uint8_t server_proof[32]);

void augpake_abandon(struct augpake *augpake);

/* SHA-256("fp" key), first 8 bytes. For SK, Ks and traffic keys only: of a password or w' it would be a dictionary oracle. */
void fingerprint(uint8_t fp[8], const uint8_t *key, size_t length);

#endif
