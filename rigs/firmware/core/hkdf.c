#include "hkdf.h"

#include <string.h>

#include "sha256.h"
#include "wipe.h"

void hkdf(uint8_t *out, size_t length, struct hkdf_input ikm, struct hkdf_input salt, struct hkdf_input info)
{
    struct hmac hmac;
    uint8_t prk[32], block[32];
    hmac_start(&hmac, salt.bytes, salt.length); /* no salt: zeros, which HMAC pads with anyway */
    hmac_add(&hmac, ikm.bytes, ikm.length);
    hmac_end(&hmac, prk);
    for (uint8_t count = 1; length > 0; count++) {
        size_t part = length < sizeof block ? length : sizeof block;
        hmac_start(&hmac, prk, sizeof prk);
        hmac_add(&hmac, block, count == 1 ? 0 : sizeof block);
        hmac_add(&hmac, info.bytes, info.length);
        hmac_add(&hmac, &count, 1);
        hmac_end(&hmac, block);
        memcpy(out, block, part);
        out += part;
        length -= part;
    }
    wipe(prk, sizeof prk);
    wipe(block, sizeof block);
}
