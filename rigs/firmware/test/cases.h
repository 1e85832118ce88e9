/* Vectors as the tests of the protocol ask for them.
 *
 *   COUNT              entries of a table
 *   augpake_of         the first AugPAKE case of a group; there is one of each that a board may have
 *   provision_client   PROVISION with a case's names and password
 *   fingerprint_of     the fingerprint of a key in hex, 16 digits
 */
#ifndef CASES_H
#define CASES_H

#include <stdlib.h>
#include <string.h>

#include "fake_board.h"
#include "vectors.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static inline const struct augpake_case *augpake_of(const char *group)
{
    for (size_t i = 0; i < COUNT(augpake_cases); i++) {
        if (strcmp(augpake_cases[i].group, group) == 0) {
            return &augpake_cases[i];
        }
    }
    abort();
}

static inline const char *provision_client(const struct augpake_case *c)
{
    return ask("PROVISION client=%s server=%s group=%s profile=%s pw=%s", c->client, c->server, c->group, c->profile, c->password);
}

static inline void fingerprint_of(char fp[17], const char *hex)
{
    uint8_t key[32], bytes[8];
    struct reply text = {0};
    int length = line_hex(key, sizeof key, hex);
    fingerprint(bytes, key, (size_t)length);
    reply_hex(&text, bytes, sizeof bytes);
    memcpy(fp, text.text, 16);
    fp[16] = '\0';
}

#endif
