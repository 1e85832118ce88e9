#include "pbkdf2.h"

#include "sha256.h"
#include "wipe.h"

void pbkdf2(uint8_t out[32], struct pbkdf2_input password, struct pbkdf2_input salt, uint16_t iterations)
{
    static const uint8_t first[4] = {0, 0, 0, 1};
    struct hmac keyed, hmac; /* both padded keys are hashed once, and copied for each iteration */
    uint8_t u[32];
    hmac_start(&keyed, password.bytes, password.length);
    hmac = keyed;
    hmac_add(&hmac, salt.bytes, salt.length);
    hmac_add(&hmac, first, sizeof first);
    hmac_end(&hmac, u);
    for (uint8_t i = 0; i < sizeof u; i++) {
        out[i] = u[i];
    }
    while (--iterations > 0) {
        hmac = keyed;
        hmac_add(&hmac, u, sizeof u);
        hmac_end(&hmac, u);
        for (uint8_t i = 0; i < sizeof u; i++) {
            out[i] ^= u[i];
        }
    }
    wipe(&keyed, sizeof keyed);
    wipe(u, sizeof u);
}
