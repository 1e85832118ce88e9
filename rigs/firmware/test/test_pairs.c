/* hardened: answers of a second implementation, and a publisher and a subscriber of this one that talk with each other. */
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "far_pair.h"
#include "sha256.h"
#include "tap.h"

#define U "404142434445464748494a4b4c4d4e4f"
#define LAB "6c6162"
#define PROVISION "PROVISION client=%s server=62 group=p256 profile=framed scheme=hardened pw=63"

static size_t bytes(uint8_t *out, const char *hex)
{
    const int length = line_hex(out, 512, hex);
    return length < 0 ? (size_t)abs(-1) * 100000 : (size_t)length;
}

static int same(const uint8_t *got, size_t length, const char *hex)
{
    uint8_t expected[512];
    return bytes(expected, hex) == length && memcmp(got, expected, length) == 0;
}

static void names(void)
{
    int good = 1;
    for (size_t i = 0; i < COUNT(pair_name_cases); i++) {
        const struct pair_name_case *c = &pair_name_cases[i];
        const int last = strcmp(c->j, "ffffffffffffffff") == 0;
        fake_start(1);
        good &= is_ok(ask(PROVISION, "61")) && is_ok(ask("PAIR op=set cipher=ascon-aead128 key=%s topic=" LAB, c->u));
        good &= last ? is_error(ask("PAIR op=name j=%s", c->j), "SPENT") : is_ok(ask("PAIR op=name j=%s", c->j)) && strcmp(value("name"), c->pseudonym) == 0;
        good &= last || is_error(ask("PAIR op=name j=%s", c->j), "STATE");
    }
    claim(good, "%d pseudonyms are the known ones, none is given twice, and the last number is spent", (int)COUNT(pair_name_cases));
    fake_start(1);
    claim(is_ok(ask(PROVISION, "61")) && is_ok(ask("PAIR op=set cipher=ascon-aead128 key=" U " topic=" LAB)) && is_ok(ask("PAIR op=name j=0000000000000007")), "a login takes its number");
    claim(is_ok(ask(PROVISION, "61")) && is_error(ask("PAIR op=name j=0000000000000008"), "STATE"), "PROVISION ends what PAIR was told");
    claim(is_ok(ask("PAIR op=set cipher=ascon-aead128 key=" U " topic=" LAB)) && is_error(ask("PAIR op=name j=0000000000000007"), "STATE"), "but of the same u no number comes twice");
    claim(is_ok(ask("PAIR op=set cipher=ascon-aead128 key=0f" "4142434445464748494a4b4c4d4e4f topic=" LAB)) && is_ok(ask("PAIR op=name j=0000000000000000")), "of another u they begin anew");
}

static void logins(void)
{
    int good = 1;
    for (size_t i = 0; i < COUNT(pair_login_cases); i++) {
        const struct pair_login_case *c = &pair_login_cases[i];
        char fp[17];
        fake_start(1);
        fingerprint_of(fp, c->SK);
        good &= is_ok(ask("PROVISION client=%s server=%s group=p256 profile=framed scheme=hardened pw=%s", c->client, c->server, c->password));
        good &= is_ok(ask("PAIR op=set cipher=present128-eax key=%s topic=" LAB, c->u)) && is_error(ask("AUG.INIT x=%s", c->x), "STATE");
        good &= is_ok(ask("PAIR op=name j=%s", c->j)) && is_ok(ask("AUG.INIT x=%s", c->x)) && strcmp(value("X"), c->X) == 0;
        good &= is_ok(ask("AUG.STEP server=%s Y=%s", c->server, c->Y)) && strcmp(value("V"), c->Vc) == 0;
        good &= is_ok(ask("AUG.FINISH V=%s", c->Vs)) && strcmp(value("fp"), fp) == 0;
    }
    claim(good, "%d logins under a pseudonym give the known messages and key, and none begins without", (int)COUNT(pair_login_cases));
    claim(is_error(ask("PROVISION client=61 server=62 group=p256 profile=rfc6628 scheme=hardened pw=63"), "UNSUPPORTED"), "another profile is ERR UNSUPPORTED");
}

static void pair_runs(void)
{
    const struct pair_run_case *c = &pair_run_cases[0];
    static struct augpake client, server;
    uint8_t password[64], verifier[65], y_element[256], x_element[65], vc[32], vs[32], key[32];
    uint32_t x[SCALAR_WORDS], y[SCALAR_WORDS];
    uint8_t number[32];
    memset(&client, 0, sizeof client);
    client.group = &group_p256;
    client.profile = augpake_profile_framed();
    client.client.length = bytes(client.client.bytes, c->client);
    client.server.length = bytes(client.server.bytes, c->server);
    augpake_pair_field(&client);
    server = client;
    augpake_provision(&client, password, bytes(password, c->password));
    bytes(number, c->x);
    words_read(x, number, SCALAR_WORDS);
    bytes(number, c->y);
    words_read(y, number, SCALAR_WORDS);
    int good = augpake_start(&client, x) == 0 && same(client.x_element, 65, c->X);
    memcpy(x_element, client.x_element, sizeof x_element);
    good &= augpake_enroll(&server, verifier, bytes(verifier, c->W)) == 0 && augpake_answer(&server, y_element, x_element, y) == ANSWER_GIVEN && same(y_element, 65, c->Y);
    good &= augpake_step(&client, vc, y_element) == 0 && same(vc, 32, c->Vc) && augpake_verify(&server, vs, vc) == 0 && same(vs, 32, c->Vs);
    good &= augpake_finish(&client, key, vs) == 0 && same(key, 32, c->SK);
    claim(good, "a pair run gives the known messages and key at both ends");
}

static void signatures(void)
{
    int good = 1, refused = 1;
    for (size_t i = 0; i < COUNT(signature_cases); i++) {
        const struct signature_case *c = &signature_cases[i];
        uint8_t private_key[32], public_key[65], message[256], digest[32], signature[64];
        struct sha256 sha;
        bytes(private_key, c->secret);
        bytes(public_key, c->public);
        sha256_start(&sha);
        sha256_add(&sha, message, bytes(message, c->message));
        sha256_end(&sha, digest);
        ecdsa_sign(signature, private_key, digest);
        good &= same(signature, 64, c->signature) && ecdsa_verify(public_key, digest, signature) == 0;
        for (size_t at = 0; at < 64; at += 21) {
            signature[at] ^= 1;
            refused &= ecdsa_verify(public_key, digest, signature) != 0;
            signature[at] ^= 1;
        }
        digest[31] ^= 1;
        refused &= ecdsa_verify(public_key, digest, signature) != 0;
        memset(signature, 0, 32);
        refused &= ecdsa_verify(public_key, digest, signature) != 0;
    }
    claim(good, "%d signatures are the known ones and verify", (int)COUNT(signature_cases));
    claim(refused, "a changed one, one of another digest and one with r = 0 do not");
}

static const struct pair_keys_case *keys_of(const char *cipher)
{
    return strcmp(pair_keys_cases[0].cipher, cipher) == 0 ? &pair_keys_cases[0] : &pair_keys_cases[1];
}

static void set_up(struct pairs *pairs, struct augpake_name *client, const struct pair_keys_case *c)
{
    static const uint8_t secret[PAIR_SECRET];
    struct topic topic;
    enum pair_cipher cipher = PRESENT128_EAX;
    uint8_t sk[32];
    memset(pairs, 0, sizeof *pairs);
    topic.length = (uint8_t)bytes(topic.bytes, c->topic);
    (void)cipher_by_name(&cipher, c->cipher);
    pairs_tell(pairs, cipher, secret, &topic);
    memcpy(client->bytes, "pub1", 4);
    client->length = 4;
    bytes(sk, c->sk);
    pairs_established(pairs, client, sk);
}

static void carried(void)
{
    static struct pairs pairs;
    struct augpake_name client, peer;
    int good = 1;
    for (size_t i = 0; i < COUNT(pair_message_cases); i++) {
        const struct pair_message_case *c = &pair_message_cases[i];
        struct pair_body body;
        uint8_t message[PAIR_MESSAGE], count[8];
        set_up(&pairs, &client, keys_of(c->cipher));
        good &= same(pairs.hop_name, SHORT_NAME, keys_of(c->cipher)->hop);
        bytes(count, c->count);
        if (c->direction != 0) {
            continue;
        }
        pairs.sent = get_u64(count) - 1;
        peer.length = bytes(peer.bytes, c->peer);
        body.peer = &peer;
        body.length = bytes(body.bytes, c->body);
        good &= same(message, pairs_carry(&pairs, message, &body), c->wire);
    }
    claim(good, "messages of a pair topic to the broker are the known ones, and so is its name");
}

static void epochs(void)
{
    static struct pairs pairs;
    struct augpake_name client;
    int good = 1, ran = 0;
    for (size_t i = 0; i < COUNT(epoch_message_cases); i++) {
        const struct epoch_message_case *c = &epoch_message_cases[i];
        const struct pair_keys_case *k = keys_of(c->cipher);
        uint8_t tk[16], number[8], payload[MESSAGE_LIMIT], topic[WIRE_TOPIC], private_key[32];
        set_up(&pairs, &client, k);
        bytes(tk, k->tk);
        bytes(number, k->epoch);
        pairs.part = PUBLISHES;
        struct publisher *publisher = &pairs.of.publisher;
        message_keys(&publisher->keys, pairs.cipher, &pairs.topic, get_u32(number), tk, sender_of(&client));
        publisher->has_epoch = 1;
        bytes(number, k->sender);
        good &= publisher->keys.sender == get_u32(number) && same(publisher->keys.name, SHORT_NAME, k->wire);
        if (strlen(c->signature) > 0) {
            bytes(private_key, signature_cases[0].secret);
            good &= pairs_sign(&pairs, private_key, NULL) == 0;
        }
        bytes(number, c->counter);
        publisher->next = get_u64(number);
        size_t length = pairs_seal(&pairs, &client, payload, bytes(payload + COUNTER, c->plaintext));
        good &= same(payload, length, c->wire);
        good &= strcmp(c->counter, "ffffffffffffffff") != 0 || pairs_seal(&pairs, &client, payload, 0) == 0;

        /* And as a subscriber. */
        struct message_keys keys = publisher->keys;
        memset(&pairs.of, 0, sizeof pairs.of);
        pairs.part = SUBSCRIBES;
        pairs.of.subscriber.current = (struct opener){.held = 1, .keys = keys};
        pairs.of.subscriber.current.keys.sealing.ad = pairs.topic.bytes;
        pairs.of.subscriber.run.server = client;
        window_start(&pairs.of.subscriber.current.window, 1000);
        if (strlen(c->signature) > 0) {
            uint8_t public_key[65];
            bytes(public_key, signature_cases[0].public);
            good &= pairs_sign(&pairs, NULL, public_key) == 0;
        }
        wire_topic(topic, keys.name);
        length = bytes(payload, c->wire);
        good &= pairs_open(&pairs, topic, sizeof topic, payload, &length) == PAIR_OPENED && same(payload + COUNTER, length, c->plaintext);
        length = bytes(payload, c->wire);
        good &= pairs_open(&pairs, topic, sizeof topic, payload, &length) == PAIR_REPLAY;
        length = bytes(payload, c->wire);
        payload[length - 1] ^= 1;
        good &= pairs_open(&pairs, topic, sizeof topic, payload, &length) == PAIR_BAD_TAG;
        ran++;
    }
    claim(good && ran >= 10, "%d messages of epochs are the known ones; each opens once, and changed never; the last counter ends the key", ran);
}

static void windows(void)
{
    struct window window;
    int good = 1;
    window_start(&window, 10);
    good &= window_take(&window, 9) != 0 && window_take(&window, 12) == 0 && window_missing(&window) == 2 && window_take(&window, 10) == 0;
    good &= window_take(&window, 10) != 0 && window_take(&window, 12) != 0 && window_missing(&window) == 1;
    good &= window_take(&window, 12 + 64) == 0 && window_take(&window, 12) != 0 && window_take(&window, 13) == 0;
    window_start(&window, UINT64_MAX - 1);
    good &= window_take(&window, UINT64_MAX) == 0 && window_take(&window, UINT64_MAX) != 0 && window_take(&window, UINT64_MAX - 1) == 0 && window_missing(&window) == 0;
    claim(good, "a counter is taken once, none before the start or 64 behind the highest; the last one there is ends the window");

    struct guess_limit limit = {0};
    good = 1;
    for (uint32_t i = 0; i < 10; i++) {
        good &= limit_begin(&limit, 1000 + i) == 0;
    }
    good &= limit_begin(&limit, 1010) != 0 && limit_begin(&limit, 1000 + 86400) == 0 && limit_begin(&limit, 1000 + 86400) != 0;
    for (uint32_t day = 2; day < 20; day++) {
        for (int i = 0; i < 10; i++) {
            (void)limit_begin(&limit, day * 200000);
        }
    }
    claim(good && limit.failures == 100 && limit_begin(&limit, UINT32_MAX) != 0, "ten failed runs a day and a hundred in all are the last");
}

/* The board publishes to a partner of the same code, which the second implementation's answers hold. */
static void publishing(const char *cipher)
{
    uint8_t payload[MESSAGE_LIMIT], topic[WIRE_TOPIC];
    fake_start(1);
    claim(begin(cipher, 1) && is_error(ask("SEAL data=00"), "NO-KEY") && talk(ask("PAIR op=epoch epoch=00000005")), "%s: a publisher logs in and begins an epoch", cipher);
    claim(talk(ask("PAIR op=login")) && far.of.subscriber.has_key && is_ok(ask("PAIR op=state")) && value("peers")[0] == '1' && value("due")[0] == '1',
          "it asks its subscriber, a pair run makes a key, and an epoch is due");
    claim(talk(ask("PAIR op=epoch epoch=00000006")) && far.of.subscriber.current.held && far.of.subscriber.current.keys.epoch == 6, "the subscriber has the keys of the epoch");
    int good = is_ok(ask("SEAL data=0102")) == 1;
    size_t length = bytes(payload, value("data"));
    wire_topic(topic, far.of.subscriber.current.keys.name);
    good &= pairs_open(&far, topic, sizeof topic, payload, &length) == PAIR_OPENED && length == 2 && payload[COUNTER + 1] == 2;
    claim(good && is_ok(ask("PAIR op=state")) && same(far.of.subscriber.current.keys.name, SHORT_NAME, value("wire")), "what SEAL gives it opens, on the topic that both name");
    claim(is_error(ask("PAIR op=epoch epoch=00000006"), "STATE") && is_error(ask("PAIR op=epoch epoch=ffffffff"), "SPENT"), "no epoch begins twice, and the last number is spent");
    claim(talk(ask("PAIR op=revoke peer=" FAR_NAME " epoch=00000007")) && far.of.subscriber.current.keys.epoch == 6, "who was revoked gets no keys");
    claim(is_ok(ask("RESET")) && is_error(ask("PAIR op=state"), "UNSUPPORTED"), "RESET forgets all of it");
}

static void reading(const char *cipher)
{
    uint8_t payload[MESSAGE_LIMIT], topic[WIRE_TOPIC];
    char sealed[2 * MESSAGE_LIMIT + 1], wire[2 * WIRE_TOPIC + 1];
    fake_start(1);
    int good = begin(cipher, 0) && talk(ask("PAIR op=login")) && is_ok(ask("PAIR op=state")) && value("peers")[0] == '1' && far.of.publisher.readers[0].has_key;
    claim(good, "%s: a subscriber starts a pair run at its login", cipher);
    good = pairs_epoch(&far, &far_drbg, &far_client, 9) == PAIR_OPENED;
    far_says.length = 0;
    claim(good && talk(ask("PAIR op=next")) && is_ok(ask("PAIR op=state")) && strcmp(value("epoch"), "00000009") == 0, "it takes the keys of an epoch");
    wire_topic(topic, far.of.publisher.keys.name);
    memset(payload, 0x5a, sizeof payload);
    const size_t length = pairs_seal(&far, &far_client, payload, 3);
    for (size_t i = 0; i < length; i++) {
        sprintf(sealed + 2 * i, "%02x", payload[i]);
    }
    for (size_t i = 0; i < sizeof topic; i++) {
        sprintf(wire + 2 * i, "%02x", topic[i]);
    }
    claim(is_error(ask("OPEN topic=6c6162 data=%s", sealed), "NO-KEY") && is_error(ask("OPEN topic=%s data=%s00", wire, sealed), "BAD-TAG"), "another topic is ERR NO-KEY, a changed message ERR BAD-TAG");
    claim(is_ok(ask("OPEN topic=%s data=%s", wire, sealed)) && strcmp(value("data"), "5a5a5a") == 0, "a message opens");
    claim(is_error(ask("OPEN topic=%s data=%s", wire, sealed), "REPLAY") && is_error(ask("SEAL data=00"), "NO-KEY"), "and once; a subscriber seals nothing");
    good = pairs_epoch(&far, &far_drbg, &far_client, 10) == PAIR_OPENED && talk(ask("PAIR op=next")) && is_error(ask("OPEN topic=%s data=%s", wire, sealed), "REPLAY");
    claim(good && is_ok(ask("KEY.DROP")) && is_error(ask("OPEN topic=%s data=%s", wire, sealed), "NO-KEY"), "the epoch before is read until KEY.DROP");
    far_says.length = 0;
    claim(is_ok(ask("PAIR op=take now=00000000 data=00")) && value("result")[0] == '1' && is_error(ask("PAIR op=reader peer=63 W=%0130d", 0), "STATE"), "what is no message is told, and a subscriber takes no subscribers");
}

/* A publisher that was cut off between its key and the message that says so. */
static void lost_end(const char *cipher)
{
    char data[2 * PAIR_MESSAGE + 1];
    fake_start(1);
    int good = begin(cipher, 0) && is_ok(ask("PAIR op=login"));
    for (int i = 0; good && i < 2; i++) { /* Start, Answer, Proof */
        snprintf(data, sizeof data, "%s", value("data"));
        good &= to_far(data) == PAIR_OPENED && far_says.length > 0;
        good &= i == 1 || is_ok(to_board());
    }
    far_says.length = 0;
    claim(good && far.of.publisher.readers[0].has_key && is_ok(ask("PAIR op=state")) && value("peers")[0] == '0', "%s: the last message of a run is lost: the publisher alone has the key", cipher);
    good = pairs_epoch(&far, &far_drbg, &far_client, 9) == PAIR_OPENED;
    pairs_next(&far, &far_says);
    good &= talk(to_board()) && is_ok(ask("PAIR op=state")) && value("peers")[0] == '1';
    claim(good && pairs_epoch(&far, &far_drbg, &far_client, 10) == PAIR_OPENED, "the next epoch, which it cannot open, lets the subscriber begin another run");
    far_says.length = 0;
    claim(talk(ask("PAIR op=next")) && is_ok(ask("PAIR op=state")) && strcmp(value("epoch"), "0000000a") == 0, "and it has the keys of the epoch behind that");
}

/* A board that lost power logs in again; its partner keeps the key. Gives the board's Start, which nobody has carried yet. */
static int lost_power(const char *cipher, char start[2 * PAIR_MESSAGE + 1])
{
    fake_start(1);
    int good = begin(cipher, 0) && talk(ask("PAIR op=login")) && far.of.publisher.readers[0].has_key;
    good &= is_ok(ask("PROVISION client=" BOARD_NAME " server=63 group=p256 profile=framed scheme=hardened pw=63"));
    good &= is_ok(ask("PAIR op=set cipher=%s key=%032d topic=6c6162", cipher, 7)) && is_ok(ask("PAIR op=writer peer=" FAR_NAME " pw=" PAIR_PASSWORD));
    good &= is_ok(ask("PAIR op=name j=0000000000000001")) && is_ok(ask("KEY.PUT kind=sk data=" BOARD_SK)) && is_ok(ask("PAIR op=login"));
    snprintf(start, 2 * PAIR_MESSAGE + 1, "%s", value("data"));
    return good && is_ok(ask("PAIR op=state")) && value("peers")[0] == '0';
}

/* An epoch of the partner, carried to the board. */
static int epoch(uint32_t number)
{
    const int good = pairs_epoch(&far, &far_drbg, &far_client, number) == PAIR_OPENED;
    far_says.length = 0;
    pairs_next(&far, &far_says);
    return good && far_says.length > 0 && is_ok(to_board());
}

static int reads(uint32_t number)
{
    char shown[9];
    snprintf(shown, sizeof shown, "%08x", (unsigned)number);
    return is_ok(ask("PAIR op=state")) && value("peers")[0] == '1' && epoch(number) && is_ok(ask("PAIR op=state")) && strcmp(value("epoch"), shown) == 0;
}

static void lost_begin(const char *cipher)
{
    static char start[2 * PAIR_MESSAGE + 1];
    for (int answered = 0; answered < 2; answered++) {
        int good = lost_power(cipher, start) && (!answered || (to_far(start) == PAIR_OPENED && far_says.length > 0));
        publisher_connects(&far.of.publisher);
        good &= epoch(20) && value("result")[0] != '0' && value("data")[0] != '\0';
        snprintf(start, sizeof start, "%s", value("data"));
        good &= to_far(start) == PAIR_OPENED && far_says.length > 0 && talk(to_board());
        claim(good && reads(21), "%s: %s that was lost is made up for once the publisher is back", cipher, answered ? "an answer" : "a start");
    }
    int good = lost_power(cipher, start) && to_far(start) == PAIR_OPENED && far_says.length > 0;
    const struct pair_body answer = far_says;
    good &= epoch(20) && value("data")[0] != '\0';
    snprintf(start, sizeof start, "%s", value("data"));
    good &= to_far(start) == PAIR_OPENED && far_says.length == 0;
    claim(good, "a start that is said again while its answer is on its way is passed over");
    far_says = answer;
    claim(talk(to_board()) && reads(21), "and the run goes on");
    good = lost_power(cipher, start) && to_far(start) == PAIR_OPENED && far_says.length > 0;
    for (uint32_t i = 0; good && i < 2; i++) {
        good &= epoch(20 + i);
        snprintf(start, sizeof start, "%s", value("data"));
        good &= to_far(start) == PAIR_OPENED && (far_says.length > 0) == (i == 1);
    }
    claim(good && talk(to_board()) && reads(22), "one that is said again a second time is answered anew");
}

/* Bodies that the broker seals as it must, of a partner that says anything: the parser sees them all. */
static void mutations(int publishes, int rounds)
{
    uint32_t chance = 1;
    int good = 1, opened = 0;
    fake_start(1);
    good &= begin("ascon-aead128", publishes) && (!publishes || talk(ask("PAIR op=epoch epoch=00000001")));
    for (int round = 0; round < rounds && good; round++) {
        const struct pair_message_case *c = &pair_message_cases[(size_t)round % COUNT(pair_message_cases)];
        uint8_t body[512];
        size_t length = bytes(body, c->body);
        for (int changes = 1 + round % 4; changes > 0; changes--) {
            chance = chance * 1664525 + 1013904223;
            const size_t at = chance >> 8, kind = chance >> 30;
            if (kind == 0 && length > 1) {
                length = at % length;
            } else if (kind == 1 && length < PAIR_BODY - 8) {
                memset(body + length, (int)at & 255, 8);
                length += at % 8;
            } else if (length > 0) {
                body[(at >> 8) % length] ^= (uint8_t)(1 + at % 255);
            }
        }
        far_says.length = length < sizeof far_says.bytes ? length : sizeof far_says.bytes;
        memcpy(far_says.bytes, body, far_says.length);
        good &= is_ok(to_board()) && strlen(value("result")) == 1 && value("result")[0] <= '4';
        opened += value("result")[0] == '0';
        while (good && value("more")[0] != '0') {
            good &= is_ok(ask("PAIR op=next"));
        }
    }
    claim(good && (publishes || opened < rounds), "%d mutated bodies are each answered by a %s (%d taken or dropped)", rounds, publishes ? "publisher" : "subscriber", opened);
}

/* An argument: the number of mutated bodies for each role. */
int main(int count, char **arguments)
{
    const int rounds = count > 1 ? atoi(arguments[1]) : 1500;
    names();
    logins();
    pair_runs();
    signatures();
    carried();
    epochs();
    windows();
    publishing("present128-eax");
    publishing("ascon-aead128");
    reading("present128-eax");
    reading("ascon-aead128");
    lost_end("present128-eax");
    lost_end("ascon-aead128");
    lost_begin("present128-eax");
    lost_begin("ascon-aead128");
    mutations(0, rounds);
    mutations(1, rounds);
    return tap_finish();
}
