/* AES, GCM, the hop and the tokens: known answers of another implementation, and what augmqtt and mqtt-auth refuse on the line. */
#include <stdlib.h>
#include <string.h>

#include "counts.h"
#include "fake_board.h"
#include "gcm.h"
#include "hop.h"
#include "tap.h"
#include "vectors.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define SK "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SK2 "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define TOPIC "6c6162" /* lab */
#define SERVICE "auth/61"
#define ONE "11111111111111111111111111111111"
#define TWO "22222222222222222222222222222222"

static uint8_t *bytes_of(const char *hex, size_t *length)
{
    *length = strlen(hex) / 2;
    uint8_t *out = malloc(*length + HOP_OVERHEAD + 1);
    if (out == NULL || line_hex(out, *length, hex) != (int)*length) {
        abort();
    }
    return out;
}

static const char *hex_of(const uint8_t *bytes, size_t length)
{
    static char texts[4][2 * (PAYLOAD_LIMIT + 2 * HOP_OVERHEAD) + 1];
    static int next;
    char *text = texts[next++ & 3];
    for (size_t i = 0; i < length; i++) {
        sprintf(text + 2 * i, "%02x", bytes[i]);
    }
    text[2 * length] = '\0';
    return text;
}

/* Buffers of just the size, so that the sanitizer sees one byte too many. */
static int gcm_known(const struct gcm_case *c)
{
    size_t length, ad_length, other;
    uint8_t *key_bytes = bytes_of(c->key, &other), *nonce = bytes_of(c->nonce, &other), *ad = bytes_of(c->ad, &ad_length);
    uint8_t *plain = bytes_of(c->plaintext, &length), *wanted = bytes_of(c->tag, &other), *out = malloc(length + 1), tag[GCM_TAG];
    const struct gcm_header header = {nonce, ad, ad_length};
    struct aes key;
    aes_key(&key, key_bytes);
    const struct counts before = counts;
    gcm_seal(&key, out, tag, plain, length, &header);
    int good = strcmp(hex_of(out, length), c->ciphertext) == 0 && memcmp(tag, wanted, sizeof tag) == 0;
    good &= gcm_open(&key, out, tag, out, length, &header) == 0 && memcmp(out, plain, length) == 0;
    good &= counts.cipher - before.cipher == 2 && counts.blocks - before.blocks == 2 * ((length + 15) / 16 + 2);
    memset(out, 0xee, length);
    for (int bit = 0; bit < 8 * GCM_TAG; bit++) {
        tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
        good &= gcm_open(&key, out, tag, plain, length, &header) != 0;
        tag[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    for (size_t i = 0; i < length; i++) {
        good &= out[i] == 0xee;
    }
    free(key_bytes), free(nonce), free(ad), free(plain), free(wanted), free(out);
    return good;
}

static void known_answers(void)
{
    uint8_t key_bytes[16], blocks[32];
    struct aes key;
    int good = 0, ran = 0;
    for (uint8_t i = 0; i < 16; i++) {
        key_bytes[i] = i;
        blocks[i] = blocks[16 + i] = (uint8_t)(i << 4 | i);
    }
    blocks[31] = 0;
    aes_key(&key, key_bytes);
    aes_encrypt(&key, blocks);
    claim(strcmp(hex_of(blocks, 16), "69c4e0d86a7b0430d8cdb78070b4c55a") == 0, "AES-128 of FIPS 197, C.1");
    claim(memcmp(blocks, blocks + 16, 16) != 0, "two blocks that differ in a bit are two");
    for (size_t i = 0; i < COUNT(gcm_cases); i++) {
        if (strlen(gcm_cases[i].plaintext) <= 2 * PAYLOAD_LIMIT) {
            ran++;
            good += gcm_known(&gcm_cases[i]);
        }
    }
    claim(good == ran && ran > 10, "GCM seals and opens %d cases, counts them, and refuses each with one bit of the tag wrong", ran);
}

static void by_line(void)
{
    int good = 0, ran = 0;
    fake_start(1);
    for (size_t i = 0; i < COUNT(gcm_cases); i++) {
        const struct gcm_case *c = &gcm_cases[i];
        if (strlen(c->plaintext) > 2 * PAYLOAD_LIMIT) {
            continue;
        }
        ran++;
        int one = is_ok(ask("KEY.PUT kind=raw bits=128 data=%s", c->key));
        one &= is_ok(ask("SEAL mode=gcm nonce=%s ad=%s data=%s", c->nonce, c->ad, c->plaintext)) && strcmp(value("data"), c->ciphertext) == 0;
        one &= strcmp(value("tag"), c->tag) == 0;
        one &= is_ok(ask("OPEN mode=gcm nonce=%s ad=%s tag=%s data=%s", c->nonce, c->ad, c->tag, c->ciphertext)) && strcmp(value("data"), c->plaintext) == 0;
        one &= is_error(ask("OPEN mode=gcm nonce=%s ad= tag=%s data=00%s", c->nonce, c->tag, strlen(c->ciphertext) < 2 * PAYLOAD_LIMIT ? c->ciphertext : ""), "BAD-TAG");
        good += one;
    }
    claim(good == ran && ran > 10, "SEAL and OPEN mode=gcm give %d cases under the raw key", ran);
    claim(is_error(ask("SEAL mode=gcm nonce=00 data=00"), "ARG") && is_error(ask("SEAL mode=gcm data=00"), "ARG"), "a nonce of another length than 12 is ERR ARG");
    claim(is_error(ask("OPEN mode=gcm nonce=%024d tag=0000000000000000 data=00", 0), "ARG"), "so is a tag of another length than 16");
    claim(is_ok(ask("KEY.PUT kind=raw bits=80 data=%020d", 0)) && is_error(ask("SEAL mode=gcm nonce=%024d data=00", 0), "ARG"), "and a key of 80 bits");
    good = 0;
    ran = 0;
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

static struct hop broker;

/* A client of `scheme` that has SK, and the broker's end of its hop. */
static int session(const char *scheme)
{
    size_t length;
    uint8_t *sk = bytes_of(SK, &length);
    fake_start(1);
    memset(&broker, 0, sizeof broker);
    hop_replace(&broker, sk);
    free(sk);
    return is_ok(ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=%s pw=63", scheme)) && is_ok(ask("KEY.PUT kind=sk data=%s", SK));
}

static const char *sealed(struct hop *hop, const char *topic, const char *hex)
{
    size_t length;
    uint8_t *text = bytes_of(hex, &length);
    memmove(text + HOP_NONCE, text, length);
    hop_seal(hop, FROM_BROKER, text, length, (struct hop_text){(const uint8_t *)topic, strlen(topic)});
    const char *out = hex_of(text, length + HOP_OVERHEAD);
    free(text);
    return out;
}

/* What a payload of the board carries; "" where it does not open. */
static const char *opened(const char *topic, const char *hex)
{
    size_t length;
    uint8_t *payload = bytes_of(hex, &length);
    const enum hop_result result = hop_open(&broker, FROM_BROKER, payload, length, (struct hop_text){(const uint8_t *)topic, strlen(topic)});
    const char *out = result == HOP_OPENED ? hex_of(payload + HOP_NONCE, length - HOP_OVERHEAD) : "";
    free(payload);
    return out;
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
    claim(strcmp(value("schemes"), "mqtt-present,augmqtt,mqtt-auth") == 0 && strstr(value("ciphers"), ",aes128") != NULL && strstr(value("modes"), ",gcm") != NULL, "ID lists schemes, aes128 and gcm");
    claim(is_error(ask("SEAL topic=" TOPIC " data=00"), "STATE") && is_error(ask("OPEN topic=" TOPIC " data=00"), "STATE"), "topic= before a scheme by hop is ERR STATE");
    claim(is_error(ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=hardened pw=63"), "UNSUPPORTED"), "a scheme this board lacks is ERR UNSUPPORTED");
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

static int request_is(const char *arguments, const char *expected)
{
    return is_ok(ask("TOKEN op=request %s", arguments)) && strcmp(opened(SERVICE, value("data")), expected) == 0;
}

static const char *answer(const char *hex)
{
    return ask("TOKEN op=answer data=%s", sealed(&broker, SERVICE, hex));
}

static void tokens(void)
{
    char fp[17];
    session("mqtt-auth");
    claim(request_is("what=create topic=" TOPIC, "010003" TOPIC), "a request to create is sealed for the service and carries no token");
    claim(is_error(ask("TOKEN op=request what=publish topic=" TOPIC), "STATE") && is_error(ask("TOKEN op=request what=subscribe topic=" TOPIC), "STATE") &&
              is_error(ask("TOKEN op=request what=revoke kind=authorization topic=" TOPIC), "STATE") && is_error(ask("TOKEN op=give topic=" TOPIC), "STATE"),
          "without a token of the topic publish, subscribe, revoke and give are ERR STATE");
    fake_watch(ONE);
    claim(is_ok(answer("81000003" TOPIC ONE TWO)) && strcmp(value("what"), "create") == 0 && strcmp(value("status"), "0") == 0 && strcmp(value("topic"), TOPIC) == 0 &&
              snprintf(fp, sizeof fp, "%s", value("authentication")) == 16 && strlen(value("authorization")) == 16 && strcmp(fp, value("authorization")) != 0,
          "a granted answer gives operation, status, topic and two fingerprints");
    claim(request_is("what=publish topic=" TOPIC, "020003" TOPIC ONE) && request_is("what=subscribe topic=" TOPIC, "030003" TOPIC TWO), "publish shows the authentication token, subscribe the authorization token");
    claim(request_is("what=revoke kind=authentication topic=" TOPIC, "040003" TOPIC ONE) && request_is("what=revoke kind=authorization topic=" TOPIC, "040003" TOPIC TWO), "revoke shows the one it names");
    claim(is_ok(ask("TOKEN op=give topic=" TOPIC)) && strcmp(value("token"), TWO) == 0, "give lets the authorization token out");
    claim(is_error(ask("TOKEN op=give topic=6c616262"), "STATE") && is_error(ask("TOKEN op=give topic=6c61"), "STATE"), "of that topic alone");
    claim(is_ok(answer("82010003" TOPIC)) && strcmp(value("what"), "publish") == 0 && strcmp(value("status"), "1") == 0 && value("authentication")[0] == '\0', "a refusal is told, without fingerprints");
    claim(is_ok(answer("84020003" TOPIC)) && strcmp(value("what"), "revoke") == 0 && strcmp(value("status"), "2") == 0, "so is a malformed request");
    static const char *const bad[] = {"", "81", "810000", "81000000", "8100000461", "01000003" TOPIC ONE TWO, "85000003" TOPIC, "80000003" TOPIC, "81030003" TOPIC, "81000003" TOPIC,
                                      "81000003" TOPIC ONE, "81000003" TOPIC ONE TWO "00", "81010003" TOPIC ONE TWO, "83000003" TOPIC "00", "8200ffff" TOPIC, "82000002c080",
                                      "82000003eda080", "820000026180", "82000002e282", "82000004f4908080", "82000001ff"};
    int good = 1;
    for (size_t i = 0; i < COUNT(bad); i++) {
        good &= is_error(answer(bad[i]), "BAD-KEY");
    }
    char long_topic[160];
    snprintf(long_topic, sizeof long_topic, "82000041%0130d", 0);
    claim(good && is_error(answer(long_topic), "BAD-KEY"), "what is sealed but no answer is ERR BAD-KEY");
    snprintf(long_topic, sizeof long_topic, "82000040%0128d", 0);
    claim(is_ok(answer(long_topic)) && is_ok(answer("82000002c3a9")) && is_ok(answer("82000004f09f9880")), "a topic has up to 64 bytes of UTF-8");
    claim(request_is("what=publish topic=" TOPIC, "020003" TOPIC ONE), "and none of it touched the tokens");
    const char *payload = sealed(&broker, SERVICE, "82000003" TOPIC);
    claim(is_ok(ask("TOKEN op=answer data=%s", payload)) && is_error(ask("TOKEN op=answer data=%s", payload), "REPLAY"), "an answer said twice is ERR REPLAY");
    claim(is_error(ask("TOKEN op=answer data=%s", sealed(&broker, "auth/62", "82000003" TOPIC)), "BAD-TAG") && is_error(ask("TOKEN op=answer data=00"), "BAD-TAG"), "an answer to another client is ERR BAD-TAG, so is a short one");
    claim(is_error(ask("OPEN topic=617574682f3631 data=%s", sealed(&broker, SERVICE, "81000003" TOPIC ONE TWO)), "UNSUPPORTED"), "OPEN does not let tokens of an answer out: ERR UNSUPPORTED");
    claim(!fake.secret_leaked, "no reply carries the authentication token");

    session("mqtt-auth");
    claim(is_ok(ask("TOKEN op=take kind=authorization topic=" TOPIC " token=" TWO)) && strlen(value("fp")) == 16, "take keeps a token of the secondary channel and gives its fingerprint");
    claim(request_is("what=subscribe topic=" TOPIC, "030003" TOPIC TWO) && is_error(ask("TOKEN op=request what=publish topic=" TOPIC), "STATE"), "of its kind alone");
    ask("TOKEN op=take kind=authorization topic=" TOPIC " token=" ONE);
    claim(request_is("what=subscribe topic=" TOPIC, "030003" TOPIC ONE), "a second one replaces it");
    good = 1;
    for (int i = 1; i < TOKEN_TOPICS; i++) {
        good &= is_ok(ask("TOKEN op=take kind=authentication topic=61%02x token=%032d", i, i));
    }
    claim(good && is_error(ask("TOKEN op=take kind=authorization topic=62 token=" TWO), "STATE") && is_error(answer("8100000162" ONE TWO), "STATE"), "%d topics are kept, one more is ERR STATE", TOKEN_TOPICS);
    claim(is_ok(ask("TOKEN op=take kind=authorization topic=6101 token=" TWO)) && is_ok(ask("TOKEN op=give topic=6101")) && strcmp(value("token"), TWO) == 0, "of a topic that is kept the other kind still is");
    ask("KEY.PUT kind=sk data=%s", SK2);
    claim(is_ok(ask("TOKEN op=give topic=" TOPIC)), "tokens outlive a handshake");
    ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=mqtt-auth pw=63");
    claim(is_error(ask("TOKEN op=give topic=" TOPIC), "NO-KEY") && is_error(ask("TOKEN op=request what=create topic=" TOPIC), "NO-KEY") &&
              is_error(ask("TOKEN op=answer data="), "NO-KEY") && is_error(ask("TOKEN op=take kind=authorization topic=" TOPIC " token=" ONE), "NO-KEY"),
          "after PROVISION each is ERR NO-KEY until the next handshake");
    ask("KEY.PUT kind=sk data=%s", SK);
    claim(is_error(ask("TOKEN op=give topic=" TOPIC), "STATE"), "which finds no token");
}

static void token_arguments(void)
{
    session("mqtt-auth");
    static const char *const arg[] = {"", "op=list", "op=request", "op=request what=create", "op=request what=steal topic=61", "op=request what=create topic=", "op=request what=create topic=61 kind=authorization",
                                      "op=request what=revoke topic=61", "op=request what=revoke topic=61 kind=both", "op=request topic=61 data=00 what=create", "op=answer", "op=answer data=00 topic=61",
                                      "op=give", "op=give topic=61 kind=authorization", "op=take topic=61 token=" ONE, "op=take kind=authorization topic=61 token=00", "op=take kind=authorization topic=61 token=" ONE "00",
                                      "op=take kind=authorization topic=61", "op=give topic=61 x=1"};
    int good = 1;
    for (size_t i = 0; i < COUNT(arg); i++) {
        good &= is_error(ask("TOKEN%s%s", arg[i][0] == '\0' ? "" : " ", arg[i]), "ARG");
    }
    claim(good, "an unknown op=, what= or kind=, an argument missing, of another op= or of a wrong length is ERR ARG");
    claim(is_error(ask("TOKEN op=take kind=authorization topic=61 token=%.31sG", ONE), "FORMAT") && is_error(ask("TOKEN op=give topic=6"), "FORMAT"), "malformed hex is ERR FORMAT");
    const struct augpake_case *p = &augpake_cases[0];
    claim(is_ok(ask("PROVISION role=server client=61 server=62 group=%s profile=framed scheme=mqtt-auth W=%s", p->group, p->W)) && is_ok(ask("KEY.PUT kind=sk data=%s", SK)) &&
              is_error(ask("TOKEN op=request what=create topic=61"), "UNSUPPORTED"),
          "a server asks for no tokens: ERR UNSUPPORTED");
    claim(is_ok(ask("SEAL topic=" TOPIC " data=00")) && strncmp(value("data"), "00000001", 8) == 0, "and seals from the broker");
}

int main(void)
{
    known_answers();
    by_line();
    hops();
    states();
    tokens();
    token_arguments();
    return tap_finish();
}
