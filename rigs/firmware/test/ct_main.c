/* The constant-time check. Under valgrind's memcheck every secret counts as uninitialised memory (ct.h): a branch or an
 * address that depends on one is reported. Real lines go through the real dispatcher of the posix code; what is released
 * on purpose (X, V_C, ciphertexts, verdicts) is marked where it is released, in core/.
 *
 * With -DCT_PLANT the program also branches on w' and uses it as an index, and memcheck must say so: that shows that the taint of the
 * password reaches w' and that the tool would have seen a leak anywhere on that way.
 */
#include <string.h>

#include <valgrind/memcheck.h>

#include "ascon.h"
#include "base64.h"
#include "ct.h"
#include "fake_board.h"
#include "far_pair.h"
#include "modes.h"
#include "sha256.h"
#include "tap.h"
#include "vectors.h"

#ifdef CT_PLANT
static volatile int planted, table[256];
#endif

/* The board's secrets after a step, as memcheck sees them: still uninitialised. */
static int is_secret(const void *bytes, size_t length)
{
    uint8_t bits[64] = {0};
    int any = 0;
    (void)VALGRIND_GET_VBITS(bytes, bits, length); /* asks without making a report of it */
    for (size_t i = 0; i < length && i < sizeof bits; i++) {
        any |= bits[i] != 0;
    }
    return any;
}

static const struct augpake_case *find(const char *group, const char *profile)
{
    for (size_t i = 0; i < sizeof augpake_cases / sizeof augpake_cases[0]; i++) {
        if (strcmp(augpake_cases[i].group, group) == 0 && strcmp(augpake_cases[i].profile, profile) == 0) {
            return &augpake_cases[i];
        }
    }
    return NULL;
}

#ifndef CT_PLANT
static void handshake(const struct augpake_case *c)
{
    int good = is_ok(ask("PROVISION client=%s server=%s group=%s profile=%s pw=%s", c->client, c->server, c->group, c->profile, c->password));
    good &= strcmp(c->profile, "as-published") != 0 || is_ok(ask("AUG.REGISTER"));
    good &= is_ok(ask("AUG.INIT x=%s", c->x)) && strcmp(value("X"), c->X) == 0;
    good &= is_ok(ask("AUG.STEP server=%s Y=%s", c->server, c->Y)) && strcmp(value("V"), c->Vc) == 0;
    good &= is_ok(ask("AUG.FINISH V=%s", c->Vs)) && strlen(value("fp")) == 16;
    claim(good, "%s: a handshake with secret password and x runs to its end", c->group);
}

/* W, y, K and SK are secret; X, Y, V_C, V_S are on the wire. */
static void serve(const struct augpake_case *c)
{
    int good = is_ok(ask("PROVISION role=server client=%s server=%s group=%s profile=%s W=%s", c->client, c->server, c->group, c->profile, c->W));
    good &= is_secret(fake.board.augpake.verifier, 64);
    good &= is_ok(ask("AUG.INIT X=%s y=%s", c->X, c->y)) && strcmp(value("Y"), c->Y) == 0;
    good &= is_secret(fake.board.augpake.client_proof, 32) && is_secret(fake.board.augpake.session_key, 32);
    good &= is_ok(ask("AUG.STEP V=%s", c->Vc)) && strcmp(value("V"), c->Vs) == 0;
    good &= is_ok(ask("AUG.FINISH")) && strlen(value("fp")) == 16 && is_secret(fake.board.sk.bytes, 32);
    claim(good, "%s: the server's role with secret W and y runs to its end; V_C as it must be and SK are secret", c->group);
    good = is_ok(ask("AUG.INIT X=%s", c->X)) && is_error(ask("AUG.STEP V=%s", c->Vs), "BAD-TAG");
    claim(good && is_error(ask("PROVISION role=server client=61 server=62 group=%s profile=framed W=%.*s", c->group, (int)strlen(c->W) - 2, c->W), "BAD-ELEMENT"),
          "%s: y is drawn from a secret generator; a wrong V_C and a wrong W are refused", c->group);
}

static void ciphers(void)
{
    const struct present_pair_case *pair = &present_pair_cases[0];
    int good = is_ok(ask("KEY.PUT kind=sk data=%s", pair->skp)) && is_ok(ask("KEY.PUT kind=wrap bits=80 data=%s", pair->wrapped_for_publisher));
    good &= is_ok(ask("SEAL data=%s", pair->payload)) && is_ok(ask("OPEN data=%s", pair->published)) && strcmp(value("data"), pair->payload) == 0;
    claim(good, "a wrap is taken, a payload sealed and opened under secret keys");
    for (size_t i = 0; i < sizeof mode_cases / sizeof mode_cases[0]; i++) {
        const struct mode_case *c = &mode_cases[i];
        if (strlen(c->plaintext) != 18) {
            continue;
        }
        good = is_ok(ask("KEY.PUT kind=raw bits=%zu data=%s", 4 * strlen(c->key), c->key));
        good &= is_ok(ask("SEAL mode=block data=0000000000000000"));
        good &= is_ok(ask("SEAL mode=cmac data=%s", c->plaintext)) && is_ok(ask("SEAL mode=ctr nonce=%s data=%s", c->nonce, c->plaintext));
        good &= is_ok(ask("SEAL mode=eax nonce=%s ad=%s data=%s", c->nonce, c->ad, c->plaintext));
        good &= is_ok(ask("OPEN mode=eax nonce=%s ad=%s tag=%s data=%s", c->nonce, c->ad, c->eax_tag, c->eax_ciphertext));
        claim(good, "every mode runs under a secret key of %zu bits", 4 * strlen(c->key));
    }
}

/* Key and plaintext are secret; nonce, topic and what is sealed are not. */
static void sealing(void)
{
    uint8_t key[16] = {1}, plain[40] = {2}, out[40], tag[16], back[40];
    const uint8_t nonce[16] = {3};
    const struct ascon_header header = {nonce, nonce, 5};
    struct eax eax;
    ct_secret(key, sizeof key);
    ct_secret(plain, sizeof plain);
    ascon_seal(key, out, tag, plain, sizeof plain, &header);
    int good = is_secret(out, sizeof out) && is_secret(tag, sizeof tag);
    ct_public(out, sizeof out);
    ct_public(tag, sizeof tag);
    good &= ascon_open(key, back, tag, out, sizeof out, &header) == 0 && is_secret(back, sizeof back);
    tag[0] ^= 1;
    good &= ascon_open(key, back, tag, out, sizeof out, &header) == -1;
    claim(good, "Ascon seals and opens under a secret key, and refuses a wrong tag");
    eax_key(&eax, key);
    eax_topic(&eax, nonce, 5);
    eax_next_seal(&eax, out, tag, plain, sizeof plain, nonce);
    good = is_secret(out, sizeof out) && is_secret(tag, 8);
    ct_public(out, sizeof out);
    ct_public(tag, 8);
    good &= eax_next_open(&eax, back, tag, out, sizeof out, nonce) == 0 && is_secret(back, sizeof back);
    tag[0] ^= 1;
    good &= eax_next_open(&eax, back, tag, out, sizeof out, nonce) == -1;
    claim(good, "EAX for many messages does, too");
}

static const char *opened(const char *hex)
{
    const char *reply = ask("OPEN topic=6c6162 data=%s", hex);
    return is_ok(reply) ? value("data") : reply;
}

/* SK and the tokens are secret; topics, counters and what is on the wire are not. */
static void hops(void)
{
    const struct hop_case *from = NULL, *to = NULL;
    for (size_t i = 0; i < sizeof hop_cases / sizeof hop_cases[0]; i++) {
        const struct hop_case *c = &hop_cases[i];
        if (strcmp(c->topic, "6c61622f6231") == 0 && strlen(c->plaintext) > 0 && strlen(c->plaintext) < 100) {
            from = c->direction == 1 ? c : from;
            to = c->direction == 0 ? c : to;
        }
    }
    const struct gcm_case *gcm = &gcm_cases[8];
    int good = is_ok(ask("KEY.PUT kind=raw bits=128 data=%s", gcm->key)) && is_secret(fake.board.raw.bytes, 16);
    good &= is_ok(ask("SEAL mode=gcm nonce=%s ad=%s data=%s", gcm->nonce, gcm->ad, gcm->plaintext)) && strcmp(value("data"), gcm->ciphertext) == 0;
    good &= is_ok(ask("OPEN mode=gcm nonce=%s ad=%s tag=%s data=%s", gcm->nonce, gcm->ad, gcm->tag, gcm->ciphertext));
    good &= is_error(ask("OPEN mode=gcm nonce=%s tag=%s data=%s", gcm->nonce, gcm->tag, gcm->ciphertext), "BAD-TAG");
    claim(good, "AES and GHASH run under a secret key, a wrong tag is refused");
    good = is_ok(ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=mqtt-auth pw=63")) && is_ok(ask("KEY.PUT kind=sk data=%s", from->sk));
    good &= is_secret(fake.board.hop.newest.key, 16) && is_ok(ask("SEAL topic=61 data=0102")) && is_error(opened(value("data")), "BAD-TAG");
    good &= is_ok(ask("OPEN topic=%s data=%s", from->topic, from->payload)) && strcmp(value("data"), from->plaintext) == 0;
    good &= is_error(ask("OPEN topic=%s data=%s", from->topic, from->payload), "REPLAY") && is_ok(ask("KEY.PUT kind=sk data=%s", to->sk));
    good &= is_secret(fake.board.hop.before.key, 16) && is_error(ask("OPEN topic=%s data=%s", from->topic, from->payload), "REPLAY") && is_ok(ask("KEY.DROP"));
    claim(good, "the hop seals and opens under secret keys, old and new, and refuses");
    struct hop broker = {0};
    uint8_t answer[4 + 3 + 2 * TOKEN + HOP_OVERHEAD] = {0};
    memcpy(answer + HOP_NONCE, "\x81\0\0\3lab", 7);
    hop_replace(&broker, fake.board.sk.bytes);
    hop_seal(&broker, FROM_BROKER, answer, 7 + 2 * TOKEN, (struct hop_text){(const uint8_t *)"auth/61", 7});
    ct_public(answer, sizeof answer);
    char text[2 * sizeof answer + 1];
    for (size_t i = 0; i < sizeof answer; i++) {
        snprintf(text + 2 * i, 3, "%02x", answer[i]);
    }
    good = is_ok(ask("TOKEN op=answer data=%s", text)) && strlen(value("authentication")) == 16;
    good &= is_secret(fake.board.tokens.topics[0].token[0], TOKEN) && is_secret(fake.board.tokens.topics[0].token[1], TOKEN);
    claim(good, "tokens of an answer stay secret, and their fingerprints are told");
    good = is_ok(ask("TOKEN op=take kind=authorization topic=6c6163 token=%032d", 7)) && is_secret(fake.board.tokens.topics[1].token[1], TOKEN);
    good &= is_ok(ask("TOKEN op=request what=publish topic=6c6162")) && is_ok(ask("TOKEN op=request what=subscribe topic=6c6163"));
    good &= is_error(ask("TOKEN op=request what=publish topic=6c6163"), "STATE") && is_ok(ask("TOKEN op=give topic=6c6163"));
    good &= is_secret(fake.board.tokens.topics[1].token[1], TOKEN);
    claim(good, "tokens are taken, shown and given without a branch on them");
}

/* f2, R1, f3's part in it and the name are secret inside; the messages are on the wire. */
static void esfahani(void)
{
    uint8_t f1[32] = {9}, f2[32], name[32] = "a", text[96] = {0};
    char f2_hex[65], second[193];
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, f1, sizeof f1);
    sha256_end(&sha, f2);
    sha256_start(&sha);
    sha256_add(&sha, name, sizeof name);
    sha256_end(&sha, name);
    for (size_t i = 0; i < 32; i++) {
        text[i] = (uint8_t)(f1[i] ^ name[i]);
        text[32 + i] = name[i]; /* R2 is zero */
        snprintf(f2_hex + 2 * i, 3, "%02x", f2[i]);
    }
    sha256_start(&sha);
    sha256_add(&sha, text, sizeof text);
    sha256_end(&sha, text + 64);
    for (size_t i = 0; i < sizeof text; i++) {
        snprintf(second + 2 * i, 3, "%02x", text[i]);
    }
    int good = is_ok(ask("ESFAHANI op=put client=61 key=%s data=%064d", f2_hex, 7)) && is_ok(ask("ESFAHANI op=first"));
    good &= is_secret(fake.board.esfahani.r1, 32) && is_secret(fake.board.esfahani.f2, 32) && is_ok(ask("ESFAHANI op=second data=%s", second)) && strlen(value("fp")) == 16;
    second[0] = second[0] == '0' ? '1' : '0';
    good &= is_ok(ask("ESFAHANI op=first")) && is_error(ask("ESFAHANI op=second data=%s", second), "BAD-TAG");
    claim(good, "a sensor of esfahani-2019 logs in with a secret f2 and R1, and refuses an altered message 2");
}

/* Password, SaltedPassword, ServerKey and the signature as it must be are secret; nonces, salt and the proof are on the wire. */
static void scram(void)
{
    int good = is_ok(ask("PROVISION client=75736572 scheme=scram pw=70656e63696c")) && is_secret(&fake.board.login.scram.password, sizeof fake.board.login.scram.password);
    good &= is_ok(ask("SCRAM.INIT")) && is_ok(ask("SCRAM.INIT nonce=616263"));
    good &= is_ok(ask("SCRAM.STEP sasl=723d616263642c733d59513d3d2c693d34303936")) && is_secret(fake.board.login.scram.signature, 32); /* r=abcd,s=YQ==,i=4096 */
    uint8_t right[32];
    memcpy(right, fake.board.login.scram.signature, sizeof right);
    ct_public(right, sizeof right);
    char text[2 + BASE64_LENGTH(32) + 1] = "v=", hex[2 * sizeof text] = "";
    base64_write((uint8_t *)text + 2, right, sizeof right);
    for (size_t i = 0; text[i] != '\0'; i++) {
        snprintf(hex + 2 * i, 3, "%02x", (uint8_t)text[i]);
    }
    good &= is_ok(ask("SCRAM.FINISH sasl=%s", hex)) && strlen(value("fp")) == 16;
    good &= is_ok(ask("SCRAM.INIT nonce=616263")) && is_ok(ask("SCRAM.STEP sasl=723d616263642c733d59513d3d2c693d34303936"));
    hex[4] = '6', hex[5] = hex[5] == '1' ? '2' : '1';
    claim(good && is_error(ask("SCRAM.FINISH sasl=%s", hex), "BAD-TAG"), "a client of scram logs in with a secret password, and refuses a wrong signature");
}

/* The device's own key is secret; names, topics, numbers and public keys are not. */
static void signed_reading(void)
{
    const int good = is_ok(ask("SIGN op=key key=%064d", 7)) && is_secret(fake.board.signing.key, ECDSA_PRIVATE);
    claim(good && is_ok(ask("SIGN op=reading topic=6c6162 number=0000000000000001 data=0102")), "a reading is signed under a secret key");
}

/* A board that is no publisher yet, or no subscriber. */
static void restart(void)
{
    fake_start(0);
    ask("SEED seed=000102030405060708090a0b0c0d0e0f");
}

/* u, the pair password, W, SK, SK_PS, TK, private key and what is said are secret; names, elements and what is on the wire are not. */
static void pair_of_boards(const char *cipher)
{
    char payload[2 * MESSAGE_LIMIT + 1], topic[2 * WIRE_TOPIC + 1];
    uint8_t bytes[MESSAGE_LIMIT], wire[WIRE_TOPIC];
    restart();
    int good = begin(cipher, 1) && is_secret(fake.board.pairs.secret, PAIR_SECRET) && is_ok(ask("PAIR op=sign key=%064d", 7));
    good &= is_secret(fake.board.pairs.hop_key[0], SEALING_KEY) && is_secret(fake.board.pairs.of.publisher.private_key, ECDSA_PRIVATE);
    good &= talk(ask("PAIR op=epoch epoch=00000005")) && talk(ask("PAIR op=login")) && talk(ask("PAIR op=epoch epoch=00000006"));
    good &= is_secret(fake.board.pairs.of.publisher.tk, 16) && is_secret(fake.board.pairs.of.publisher.readers[0].key, 32);
    claim(good && is_ok(ask("SEAL data=0102")), "%s: a publisher pairs, begins epochs, signs and seals under secret keys", cipher);
    restart();
    good = begin(cipher, 0) && is_secret(fake.board.pairs.of.subscriber.run.w, 32) && talk(ask("PAIR op=login"));
    good &= pairs_epoch(&far, &far_drbg, &far_client, 9) == PAIR_OPENED && talk(ask("PAIR op=next")) && is_secret(fake.board.pairs.of.subscriber.key, 32);
    wire_topic(wire, far.of.publisher.keys.name);
    memset(bytes, 1, sizeof bytes);
    const size_t length = pairs_seal(&far, &far_client, bytes, 20);
    ct_public(bytes, length);
    for (size_t i = 0; i < length; i++) {
        snprintf(payload + 2 * i, 3, "%02x", bytes[i]);
    }
    for (size_t i = 0; i < sizeof wire; i++) {
        snprintf(topic + 2 * i, 3, "%02x", wire[i]);
    }
    good &= is_ok(ask("OPEN topic=%s data=%s", topic, payload)) && is_error(ask("OPEN topic=%s data=%s", topic, payload), "REPLAY");
    claim(good && is_error(ask("OPEN topic=%s data=%s00", topic, payload), "BAD-TAG"), "%s: a subscriber pairs, takes an epoch and opens under secret keys, and refuses", cipher);
}
#endif

int main(void)
{
    const struct augpake_case *c = find("p256", "rfc6628");
    claim(RUNNING_ON_VALGRIND, "memcheck is watching");
    fake_start(0);
    ask("SEED seed=000102030405060708090a0b0c0d0e0f");
    claim(is_secret(fake.board.drbg.key, 32) && is_secret(fake.board.drbg.v, 32), "the generator's state is secret after SEED");
    ask("PROVISION client=%s server=%s group=%s profile=%s pw=%s", c->client, c->server, c->group, c->profile, c->password);
    claim(is_secret(fake.board.augpake.w, 32), "w' is secret after PROVISION");
#ifdef CT_PLANT
    if (fake.board.augpake.w[0] & 1) {
        planted = 1;
    }
    planted = table[fake.board.augpake.w[1] & 255];
#else
    claim(is_ok(ask("AUG.INIT")), "x is drawn from a secret generator");
    claim(is_secret(fake.board.augpake.z_inverse, 32), "x + w' r is secret after AUG.INIT");
    handshake(find("p256", "rfc6628"));
    claim(is_secret(fake.board.sk.bytes, 32), "SK is secret after AUG.FINISH");
    handshake(find("modp2048-q256", "as-published"));
    signed_reading();
    serve(find("p256", "framed"));
    serve(find("modp2048-q256", "rfc6628"));
    claim(is_ok(ask("DERIVE kdf=hkdf-sha256 ikm=%064d info=00 length=48", 7)), "HKDF runs on secret input");
    ciphers();
    claim(is_secret(fake.board.ks.bytes, 16), "Ks is secret after KEY.PUT");
    hops();
    sealing();
    pair_of_boards("present128-eax");
    pair_of_boards("ascon-aead128");
    esfahani();
    scram();
#endif
    unsigned long errors = VALGRIND_COUNT_ERRORS;
    claim(errors == 0, "no branch and no address depends on a secret (memcheck reports %lu)", errors);
    return tap_finish();
}
