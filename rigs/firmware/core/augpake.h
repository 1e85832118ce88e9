/* AugPAKE, both roles (RFC 6628; Shin and Kobara). Profiles: README.md, "How the paper is read".
 *
 *   w' = H'(p0 C S pw)   W = g^w'   r = H'(p1 C S X)   X = g^x   Y = (X W^r)^y   K = Y^z = g^y, z = 1/(x + w' r) mod q
 *   V_C, V_S, SK = H(p2, p3, p4 C S X Y K)
 *
 *   augpake_profile_by_name, augpake_profile_at, augpake_profile_framed
 *   augpake_pair_field  makes it a pair run of hardened
 *
 *   augpake_provision  client: keeps w', forgets the password
 *   augpake_start      client: takes x, gives X
 *   augpake_step       client: takes Y, gives V_C
 *   augpake_finish     client: takes V_S, gives SK
 *
 *   augpake_enroll     server: keeps W
 *   augpake_answer     server: takes X and y, gives Y
 *   augpake_verify     server: takes V_C, and only for a right one gives V_S
 *   augpake_conclude   server: gives SK
 *
 *   augpake_abandon    wipes the handshake, keeps the provisioning
 *   scalar_draw        x or y uniform in [1, q-1], by rejection
 *   fingerprint        of a key
 */
#ifndef AUGPAKE_H
#define AUGPAKE_H

#include <stddef.h>
#include <stdint.h>

#include "drbg.h"
#include "group.h"

/* A board.mk may leave the server's role out. */
#ifdef WITHOUT_SERVER_ROLE
#define HAS_SERVER_ROLE 0
#else
#define HAS_SERVER_ROLE 1
#endif

#define NAME_LIMIT 64
#define PASSWORD_LIMIT 64

/* STARTED: the client has sent X. ANSWERED: it has sent V_C, the server Y. VERIFIED: the server has sent V_S. */
enum augpake_state { UNPROVISIONED, PROVISIONED, STARTED, ANSWERED, VERIFIED };
enum augpake_role { CLIENT, SERVER };

struct augpake_name {
    uint8_t bytes[NAME_LIMIT];
    size_t length;
};

struct augpake_profile;

struct augpake {
    enum augpake_state state;
    enum augpake_role role;
    const struct group *group;
    const FLASH struct augpake_profile *profile;
    struct augpake_name client, server;
#ifndef WITHOUT_HARDENED
    uint8_t extra[22], extra_length; /* one more field of every hash input; no length: none */
    uint8_t extra_in_w;              /* of w' too */
#endif
    uint32_t w[SCALAR_WORDS];         /* client: w' */
#ifndef WITHOUT_SERVER_ROLE
    uint8_t verifier[ELEMENT_LIMIT]; /* server: W */
    uint8_t client_proof[32];        /* server: V_C as it must be */
#endif
    /* Each of the second comes when the first is no longer needed: 64 bytes less of what small boards have little of. */
    union {
        uint32_t z_inverse[SCALAR_WORDS]; /* client: x + w' r mod q, never zero; x itself is not needed after X */
        uint8_t session_key[32];          /* from ANSWERED on */
    };
    union {
        uint8_t x_element[ELEMENT_LIMIT];
        uint8_t server_proof[32]; /* from ANSWERED on, V_S: as it must be, or as it will be sent */
    };
};

const FLASH struct augpake_profile *augpake_profile_by_name(const char *name);
flash_text augpake_profile_at(size_t index); /* the name, NULL past the last */
#ifndef WITHOUT_HARDENED
const FLASH struct augpake_profile *augpake_profile_framed(void);
void augpake_pair_field(struct augpake *augpake); /* "pair" in every hash input */
#endif

void scalar_draw(uint32_t x[SCALAR_WORDS], struct drbg *drbg, const struct group *group);

/* Of `augpake` the caller has set group, profile, client and server. */
void augpake_provision(struct augpake *augpake, const uint8_t *password, size_t length);

/* Returns 0, or -1 where x is outside [1, q-1] or makes x + w' r zero: draw again. */
int augpake_start(struct augpake *augpake, const uint32_t x[SCALAR_WORDS]);

/* `y` has passed group_acceptable; client_proof may be it. Returns 0, or -1 where K is the identity. */
int augpake_step(struct augpake *augpake, uint8_t client_proof[32], const uint8_t *y);

/* Returns 0, or -1 where V_S is wrong. */
int augpake_finish(struct augpake *augpake, uint8_t session_key[32], const uint8_t server_proof[32]);

/* As augpake_provision. Returns 0, or -1 where W is outside the group. */
int augpake_enroll(struct augpake *augpake, const uint8_t *verifier, size_t length);

/* `x` has passed group_acceptable; y_element may be it. */
enum augpake_answer { ANSWER_GIVEN, ANSWER_BAD_SCALAR /* y outside [1, q-1] */, ANSWER_IDENTITY /* X W^r or Y */ };
enum augpake_answer augpake_answer(struct augpake *augpake, uint8_t *y_element, const uint8_t *x, const uint32_t y[SCALAR_WORDS]);

/* Returns 0, or -1 where V_C is wrong: server_proof is not written and the handshake is over. */
int augpake_verify(struct augpake *augpake, uint8_t server_proof[32], const uint8_t client_proof[32]);

void augpake_conclude(struct augpake *augpake, uint8_t session_key[32]);

void augpake_abandon(struct augpake *augpake);

/* SHA-256("fp" key), first 8 bytes. For SK, Ks and traffic keys only: of a password or w' it would be a dictionary oracle. */
void fingerprint(uint8_t fp[8], const uint8_t *key, size_t length);

#endif
