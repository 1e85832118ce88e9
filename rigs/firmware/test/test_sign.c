/* SIGN: readings under the device's own key, under every scheme that has a client, and what is refused. */
#include <string.h>

#include "ecdsa.h"
#include "fake_board.h"
#include "sha256.h"
#include "tap.h"

#define KEY "0000000000000000000000000000000000000000000000000000000000000007"
#define NUMBER "000000000000002a"

static const char *hex_of(const uint8_t *bytes, size_t length)
{
    static char texts[4][2 * ECDSA_PUBLIC + 1];
    static int next;
    char *text = texts[next++ & 3];
    for (size_t i = 0; i < length; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    return text;
}

/* The same by ecdsa.c alone, from what SIGNED.md says: name m4, topic lab/a, number 42, data 0102. */
static void expected(uint8_t signature[ECDSA_SIGNATURE])
{
    static const uint8_t covered[] = "hv1-reading\0\2m4\0\5lab/a\0\0\0\0\0\0\0\x2a\1\2";
    uint8_t key[ECDSA_PRIVATE] = {0}, digest[32];
    struct sha256 sha;
    key[31] = 7;
    sha256_start(&sha);
    sha256_add(&sha, covered, sizeof covered - 1);
    sha256_end(&sha, digest);
    ecdsa_sign(signature, key, digest);
}

static void public_key(uint8_t point[ECDSA_PUBLIC])
{
    uint32_t seven[SCALAR_WORDS] = {7};
    group_power(&group_p256, point, NULL, seven);
}

static int provision(const char *scheme)
{
    return is_ok(strcmp(scheme, "scram") == 0 ? ask("PROVISION client=6d34 pw=7077 scheme=scram")
                                              : ask("PROVISION client=6d34 server=73 group=p256 profile=as-published pw=7077 scheme=%s", scheme));
}

static void sign_and_check(const char *scheme)
{
    uint8_t signature[ECDSA_SIGNATURE], point[ECDSA_PUBLIC];
    char said[2 * ECDSA_SIGNATURE + 1];
    expected(signature);
    public_key(point);
    const char *w = hex_of(point, sizeof point);
    claim(provision(scheme) && is_ok(ask("SIGN op=reading topic=6c61622f61 number=" NUMBER " data=0102")), "%s: a reading is signed", scheme);
    snprintf(said, sizeof said, "%s", value("data"));
    char want[2 * ECDSA_SIGNATURE + 1];
    snprintf(want, sizeof want, "%s", hex_of(signature, 32));
    snprintf(want + 64, sizeof want - 64, "%s", hex_of(signature + 32, 32));
    claim(strcmp(said, want) == 0, "%s: with the signature that name, topic, number and data have", scheme);
    claim(is_ok(ask("SIGN op=check client=6d34 W=%s topic=6c61622f61 number=" NUMBER " data=0102 signature=%s", w, said)), "%s: and it is taken", scheme);
    claim(is_error(ask("SIGN op=check client=6d35 W=%s topic=6c61622f61 number=" NUMBER " data=0102 signature=%s", w, said), "BAD-SIGNATURE"), "%s: of another name it is refused", scheme);
    claim(is_error(ask("SIGN op=check client=6d34 W=%s topic=6c61622f62 number=" NUMBER " data=0102 signature=%s", w, said), "BAD-SIGNATURE"), "%s: on another topic", scheme);
    claim(is_error(ask("SIGN op=check client=6d34 W=%s topic=6c61622f61 number=000000000000002b data=0102 signature=%s", w, said), "BAD-SIGNATURE"), "%s: with another number", scheme);
    claim(is_error(ask("SIGN op=check client=6d34 W=%s topic=6c61622f61 number=" NUMBER " data=0103 signature=%s", w, said), "BAD-SIGNATURE"), "%s: with other data", scheme);
    said[0] = said[0] == '0' ? '1' : '0';
    claim(is_error(ask("SIGN op=check client=6d34 W=%s topic=6c61622f61 number=" NUMBER " data=0102 signature=%s", w, said), "BAD-SIGNATURE"), "%s: and an altered signature", scheme);
}

int main(void)
{
    fake_start(1);
    fake_watch(KEY);
    claim(is_error(ask("SIGN op=key key=%064d", 0), "BAD-ELEMENT"), "zero is no key");
    claim(is_error(ask("SIGN op=key key=01"), "ARG"), "nor is one byte");
    claim(provision("mqtt-present") && is_error(ask("SIGN op=reading topic=61 number=" NUMBER " data=01"), "STATE"), "without a key nothing is signed");
    claim(is_ok(ask("SIGN op=key key=" KEY)), "a key is kept");
    claim(is_error(ask("SIGN op=else"), "ARG") && is_error(ask("SIGN"), "ARG"), "another op is refused");
    sign_and_check("mqtt-present");
    sign_and_check("augmqtt");
    sign_and_check("mqtt-auth");
    sign_and_check("scram");
    claim(is_error(ask("SIGN op=check client=6d34 W=%0130d topic=61 number=" NUMBER " data= signature=%0128d", 4, 1), "BAD-ELEMENT"), "a point outside the curve is no key");
    claim(is_ok(ask("RESET")) && provision("augmqtt") && is_error(ask("SIGN op=reading topic=61 number=" NUMBER " data=01"), "STATE"), "RESET forgets the key");
    claim(!fake.secret_leaked, "the key is in no reply");
    return tap_finish();
}
