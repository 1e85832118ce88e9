/* Fuzz target: OPEN and TOKEN op=answer of a client of mqtt-auth, by an adversary on the wire and by a broker that lies.
 *
 * Input: a byte that chooses, then the data. Bare data must be refused, for nobody but the broker has the key; what the broker seals must
 * open to just that; an answer is taken where answers of the format are, and nowhere else, and its tokens come out in no reply.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_board.h"
#include "hop.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MOST 240
#define SK "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static struct hop broker;

static void require(int condition, const char *words)
{
    if (!condition) {
        fprintf(stderr, "fuzz_hop: %s: %s\n", words, fake.sent);
        abort();
    }
}

static const char *hex_of(const uint8_t *bytes, size_t length)
{
    static char texts[4][2 * (MOST + HOP_OVERHEAD) + 1];
    static int next;
    char *text = texts[next++ & 3];
    text[0] = '\0';
    for (size_t i = 0; i < length; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    return text;
}

static void start(void)
{
    uint8_t sk[32];
    for (uint8_t i = 0; i < sizeof sk; i++) {
        sk[i] = i;
    }
    fake_start(1);
    memset(&broker, 0, sizeof broker);
    hop_replace(&broker, sk);
    require(is_ok(ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=mqtt-auth pw=63")), "no provisioning");
    require(is_ok(ask("KEY.PUT kind=sk data=%s", SK)), "no SK");
}

/* A second opinion on the format, as PROTOCOL.md words it. Of the topic it looks at the length alone: what is no UTF-8 may be refused. */
static int could_be_answer(const uint8_t *text, size_t length)
{
    if (length < 5 || (text[0] & 0x80) == 0 || (text[0] & 0x7f) < 1 || (text[0] & 0x7f) > 4 || text[1] > 2 || text[2] != 0 || text[3] < 1 || text[3] > 64) {
        return 0;
    }
    return length == 4u + text[3] + (text[0] == 0x81 && text[1] == 0 ? 32u : 0u);
}

static int is_plain(const uint8_t *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] >= 0x80) {
            return 0;
        }
    }
    return 1;
}

static void lie(const uint8_t *data, size_t length)
{
    uint8_t payload[MOST + HOP_OVERHEAD];
    memcpy(payload + HOP_NONCE, data, length);
    hop_seal(&broker, FROM_BROKER, payload, length, (struct hop_text){(const uint8_t *)"auth/61", 7});
    const char *reply = ask("TOKEN op=answer data=%s", hex_of(payload, length + HOP_OVERHEAD));
    if (is_ok(reply)) {
        require(could_be_answer(data, length), "taken for an answer");
        require(strcmp(value("topic"), hex_of(data + 4, data[3])) == 0, "another topic");
        const int both = length > 4u + data[3];
        require(both == (value("authorization")[0] != '\0'), "fingerprints where there are no tokens, or none");
        for (int i = 0; both && i < 2; i++) {
            const char *token = hex_of(data + 4 + data[3] + 16 * i, 16);
            require(strstr(value("topic"), token) != NULL || strstr(fake.sent, token) == NULL, "a token in a reply"); /* a topic may hold it */
        }
    } else {
        const int full = is_error(reply, "STATE");
        require(full || is_error(reply, "BAD-KEY"), "an answer that TOKEN cannot have");
        require(full || !could_be_answer(data, length) || !is_plain(data + 4, data[3]), "an answer refused");
        if (full) {
            start();
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started;
    if (size == 0) {
        return 0;
    }
    if (!started) {
        started = 1;
        start();
    }
    const uint8_t choice = data[0];
    const size_t length = size - 1 < MOST ? size - 1 : MOST;
    data++;
    if (choice & 1) {
        lie(data, length);
        return 0;
    }
    if (choice & 2) {
        const char *reply = ask(choice & 4 ? "OPEN topic=61 data=%s" : "TOKEN op=answer data=%s", hex_of(data, length));
        require(is_error(reply, "BAD-TAG"), "opened what nobody sealed");
        return 0;
    }
    uint8_t payload[MOST + HOP_OVERHEAD];
    const size_t topic = length < 4 ? length : 4;
    memcpy(payload + HOP_NONCE, data, length);
    hop_seal(&broker, FROM_BROKER, payload, length, (struct hop_text){topic == 0 ? (const uint8_t *)"a" : data, topic == 0 ? 1 : topic});
    char name[9];
    snprintf(name, sizeof name, "%s", topic == 0 ? "61" : hex_of(data, topic));
    if (choice & 4) {
        payload[(choice >> 3) % (length + HOP_OVERHEAD)] ^= 1;
    }
    const char *reply = ask("OPEN topic=%s data=%s", name, hex_of(payload, length + HOP_OVERHEAD));
    require(choice & 4 ? is_error(reply, "BAD-TAG") : is_ok(reply) && strcmp(value("data"), hex_of(data, length)) == 0, "not what was sealed");
    return 0;
}
