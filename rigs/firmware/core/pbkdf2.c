#include "pbkdf2.h"

#include <string.h>

#include "wipe.h"

void pbkdf2(uint8_t out[32], const struct hmac_key *password, struct pbkdf2_salt salt, uint16_t iterations)
{
    struct hmac hmac;
    uint8_t u[32] = {0, 0, 0, 1}; /* the number of the block */
    hmac_resume(&hmac, password);
    hmac_add(&hmac, salt.bytes, salt.length);
    hmac_add(&hmac, u, 4);
    hmac_end(&hmac, u);
    memcpy(out, u, sizeof u);
    while (--iterations > 0) {
        hmac_resume(&hmac, password);
        hmac_add(&hmac, u, sizeof u);
        hmac_end(&hmac, u);
        for (uint8_t i = 0; i < sizeof u; i++) {
            out[i] ^= u[i];
        }
    }
    wipe(u, sizeof u);
}
