/* The hop: payloads of another implementation, and what augmqtt and mqtt-auth refuse on the line. */
#include <stdlib.h>
#include <string.h>

#include "counts.h"
#include "far_end.h"
#include "tap.h"

static void known_answers(void)
{
    int good = 0, ran = 0;
    fake_start(1);
    for (size_t i = 0; i < COUNT(hop_cases); i++) {
        const struct hop_case *c = &hop_cases[i];
        if (strlen(c->plaintext) > 2 * PAYLOAD_LIMIT) {
            continue;
        }
        ran++;
        int one = 1;
        for (int sealing = 0; sealing < 2; sealing++) {
            const int serves = (c->direction != 0) == (sealing != 0);
            const struct augpake_case *p = &augpake_cases[0];
            one &= serves ? is_ok(ask("PROVISION role=server client=61 server=62 group=%s profile=framed scheme=augmqtt W=%s", p->group, p->W))
                          : is_ok(ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=augmqtt pw=63"));
            one &= is_ok(ask("KEY.PUT kind=sk data=%s", c->sk));
            if (!sealing) {
                one &= is_ok(ask("OPEN topic=%s data=%s", c->topic, c->payload)) && strcmp(value("data"), c->plaintext) == 0;
                one &= is_error(ask("OPEN topic=%s data=%s", c->topic, c->payload), "REPLAY");
                continue;
            }
            fake.board.hop.newest.sent = strtoull(c->counter, NULL, 16) - 1;
            one &= is_ok(ask("SEAL topic=%s data=%s", c->topic, c->plaintext)) && strcmp(value("data"), c->payload) == 0;
        }
        good += one;
    }
    claim(good == ran && ran > 8, "client and server seal and open %d payloads of hops; each opens once", ran);
}

static void hops(void)
{
    char payload[256], late[256], big[2 * PAYLOAD_LIMIT + 64];
    claim(session("augmqtt") && strcmp(opened("lab", (ask("SEAL topic=" TOPIC " data=0102"), value("data"))), "0102") == 0, "augmqtt: what SEAL gives the broker opens");
    snprintf(payload, sizeof payload, "%s", sealed(&broker, "lab", "0304"));
    claim(is_error(ask("OPEN topic=6c6163 data=%s", payload), "BAD-TAG"), "another topic is ERR BAD-TAG");
    claim(is_error(ask("OPEN topic=" TOPIC " data=%.54s", payload), "BAD-TAG") && is_error(ask("OPEN topic=" TOPIC " data="), "BAD-TAG"), "so is a payload shorter than nonce and tag");
    int good = 1;
    for (size_t i = 0; i < strlen(payload); i++) {
        const char was = payload[i];
        payload[i] = was == '0' ? '8' : '0';
        good &= is_error(ask("OPEN topic=" TOPIC " data=%s", payload), "BAD-TAG");
        payload[i] = was;
    }
    claim(good, "so is each changed digit: of direction, counter, ciphertext and tag");
    claim(is_ok(ask("OPEN topic=" TOPIC " data=%s", payload)) && strcmp(value("data"), "0304") == 0, "none of which moved the counter");
    claim(is_error(ask("OPEN topic=" TOPIC " data=%s", payload), "REPLAY"), "the same again is ERR REPLAY");
    payload[strlen(payload) - 1] ^= 1;
    claim(is_error(ask("OPEN topic=" TOPIC " data=%s", payload), "BAD-TAG"), "the tag is looked at before the counter");
    snprintf(payload, sizeof payload, "%s", sealed(&broker, "lab", "05"));
    claim(is_ok(ask("OPEN topic=" TOPIC " data=%s", sealed(&broker, "lab", "06"))) && is_error(ask("OPEN topic=" TOPIC " data=%s", payload), "REPLAY"), "a gap is no fault; what fills it later is ERR REPLAY");
    ask("SEAL topic=" TOPIC " data=07");
    claim(is_error(ask("OPEN topic=" TOPIC " data=%s", value("data")), "BAD-TAG"), "the board's own payload sent back is ERR BAD-TAG");
    claim(is_ok(ask("SEAL topic=" TOPIC " data=")) && strncmp(value("data"), "000000000000000000000003", 24) == 0, "counters rise by one: this is the third");
    memset(big, '0', sizeof big);
    claim(is_ok(ask("SEAL topic=" TOPIC " data=%.*s", 2 * PAYLOAD_LIMIT, big)) && is_error(ask("SEAL topic=" TOPIC " data=%.*s", 2 * PAYLOAD_LIMIT + 2, big), "TOO-LONG"), "SEAL takes payload= bytes, one more is ERR TOO-LONG");
    claim(is_ok(ask("OPEN topic=" TOPIC " data=%s", (big[2 * PAYLOAD_LIMIT] = '\0', sealed(&broker, "lab", big)))) && strcmp(value("data"), big) == 0, "OPEN takes payload= bytes with nonce and tag");
    memset(big, '0', sizeof big);
    claim(is_error(ask("OPEN topic=" TOPIC " data=%.*s", 2 * (PAYLOAD_LIMIT + HOP_OVERHEAD) + 2, big), "TOO-LONG"), "one byte more is ERR TOO-LONG");
    claim(is_error(ask("SEAL data=00"), "ARG") && is_error(ask("SEAL topic= data=00"), "ARG") && is_error(ask("SEAL topic=%.130s data=00", big), "ARG"), "a missing topic, an empty one and one of 65 bytes are ERR ARG");
    claim(is_error(ask("SEAL topic=" TOPIC " nonce=00 data=00"), "ARG") && is_error(ask("SEAL topic=6C data=00"), "FORMAT") && is_error(ask("OPEN topic=" TOPIC " data=0"), "FORMAT"), "another argument is ERR ARG, malformed hex ERR FORMAT");
    claim(is_ok(ask("SEAL topic=%.128s data=00", big)), "a topic of 64 bytes is taken");
    const struct counts before = counts;
    ask("SEAL topic=" TOPIC " data=%.34s", big);
    claim(counts.cipher - before.cipher == 1 && counts.blocks - before.blocks == 4 && counts.sha == before.sha, "17 bytes are one cipher call of 4 blocks");

    /* a second handshake */
    session("augmqtt");
    snprintf(payload, sizeof payload, "%s", sealed(&broker, "lab", "01"));
    snprintf(late, sizeof late, "%s", sealed(&broker, "lab", "02"));
    struct hop before_it = broker;
    size_t length;
    uint8_t *sk = bytes_of(SK2, &length);
    claim(is_ok(ask("KEY.DROP")), "KEY.DROP without a key to drop is no fault");
    ask("KEY.PUT kind=sk data=%s", SK2);
    memset(&broker, 0, sizeof broker);
    hop_replace(&broker, sk);
    claim(strcmp(opened("lab", (ask("SEAL topic=" TOPIC " data=09"), value("data"))), "09") == 0 && strncmp(value("data"), "000000000000000000000001", 24) == 0, "after a new SK it seals under that, from 1");
    claim(is_ok(ask("OPEN topic=" TOPIC " data=%s", payload)) && is_error(ask("OPEN topic=" TOPIC " data=%s", payload), "REPLAY"), "the old key still opens, each once");
    claim(is_ok(ask("OPEN topic=" TOPIC " data=%s", sealed(&broker, "lab", "03"))), "and the new one");
    claim(is_ok(ask("KEY.DROP")) && is_error(ask("OPEN topic=" TOPIC " data=%s", late), "BAD-TAG") && is_ok(ask("OPEN topic=" TOPIC " data=%s", sealed(&broker, "lab", "04"))), "until KEY.DROP");
    ask("KEY.PUT kind=sk data=%s", SK);
    ask("KEY.PUT kind=sk data=%s", SK2);
    ask("KEY.PUT kind=sk data=%064d", 7);
    claim(is_error(ask("OPEN topic=" TOPIC " data=%s", sealed(&before_it, "lab", "05")), "BAD-TAG"), "a third SK drops the first");
    ask("RESET");
    claim(is_ok(ask("KEY.DROP")) && is_error(ask("KEY.DROP now=1"), "ARG"), "KEY.DROP knows no argument");
    free(sk);
}

static void states(void)
{
    fake_start(1);
    ask("ID");
    claim(strcmp(value("schemes"), "mqtt-present,augmqtt,mqtt-auth,hardened,scram,esfahani-2019") == 0 && strstr(value("ciphers"), ",aes128") != NULL && strstr(value("modes"), ",gcm") != NULL, "ID lists schemes, aes128 and gcm");
    claim(is_error(ask("SEAL topic=" TOPIC " data=00"), "STATE") && is_error(ask("OPEN topic=" TOPIC " data=00"), "STATE"), "topic= before a scheme by hop is ERR STATE");
    claim(is_error(ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=jwt pw=63"), "UNSUPPORTED"), "a scheme this board lacks is ERR UNSUPPORTED");
    claim(is_error(ask("AUG.INIT"), "STATE"), "and provisions nothing");
    ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=augmqtt pw=63");
    claim(is_error(ask("SEAL topic=" TOPIC " data=00"), "NO-KEY") && is_error(ask("OPEN topic=" TOPIC " data=00"), "NO-KEY"), "before a handshake SEAL and OPEN are ERR NO-KEY");
    claim(is_error(ask("TOKEN op=give topic=" TOPIC), "UNSUPPORTED"), "augmqtt has no tokens: ERR UNSUPPORTED");
    session("augmqtt");
    ask("AUG.INIT");
    claim(is_ok(ask("SEAL topic=" TOPIC " data=00")), "a handshake that runs leaves the key");
    claim(is_error(ask("AUG.STEP server=62 Y=00"), "BAD-ELEMENT") && is_error(ask("SEAL topic=" TOPIC " data=00"), "NO-KEY"), "a refused one wipes it");
    session("augmqtt");
    claim(is_error(ask("PROVISION client=61 server=62 group=p999 profile=framed scheme=mqtt-auth pw=63"), "UNSUPPORTED") && is_ok(ask("SEAL topic=" TOPIC " data=00")), "a refused PROVISION leaves scheme and key");
    ask("PROVISION client=61 server=62 group=p256 profile=framed pw=63");
    claim(is_error(ask("SEAL data=00"), "NO-KEY") && is_error(ask("SEAL topic=" TOPIC " data=00"), "STATE"), "PROVISION without scheme= is mqtt-present again, without key");
    session("mqtt-auth");
    ask("RESET");
    claim(is_error(ask("SEAL topic=" TOPIC " data=00"), "STATE") && is_error(ask("TOKEN op=give topic=" TOPIC), "UNSUPPORTED"), "so is RESET");
    claim(is_ok(ask("KEY.PUT kind=sk data=%s", SK)) && fake.board.hop.newest.held == 0, "mqtt-present keeps no hop");
    const char zero[sizeof fake.board.hop] = {0};
    session("mqtt-auth");
    ask("KEY.PUT kind=sk data=%s", SK2);
    ask("TOKEN op=take kind=authorization topic=" TOPIC " token=" ONE);
    ask("RESET");
    const struct tokens none = {0};
    claim(memcmp(&fake.board.hop, zero, sizeof zero) == 0 && memcmp(&fake.board.tokens, &none, sizeof none) == 0, "RESET leaves no byte of keys and tokens");
}

int main(void)
{
    known_answers();
    hops();
    states();
    return tap_finish();
}
