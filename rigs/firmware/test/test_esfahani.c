/* esfahani-2019: a board as the sensor, and the server and a router in this process, written from the equations a second time; and mutated messages of routers.
 *
 * usage: test_esfahani [MUTATIONS]      registrations and as many messages 2; some hundreds where it is not given */
#include <stdlib.h>
#include <string.h>

#include "fake_board.h"
#include "sha256.h"
#include "tap.h"

#define ID "73656e736f722d37" /* sensor-7 */

static uint8_t f1[32], f2[32], f3[32], name[32], psk[32];

static void h(uint8_t out[32], const void *bytes, size_t length)
{
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, bytes, length);
    sha256_end(&sha, out);
}

static const char *hex_of(const uint8_t *bytes, size_t length)
{
    static char texts[4][257];
    static int next;
    char *text = texts[next++ & 3];
    for (size_t i = 0; i < length; i++) {
        snprintf(text + 2 * i, 3, "%02x", bytes[i]);
    }
    return text;
}

static void read_value(uint8_t *out, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        unsigned byte = 0;
        (void)sscanf(value("data") + 2 * i, "%2x", &byte);
        out[i] = (uint8_t)byte;
    }
}

static void register_sensor(void)
{
    uint8_t both[64] = "sensor-7";
    memset(both + 32, 0x5a, 32);
    h(f1, both, sizeof both);
    h(f2, f1, 32);
    h(name, both, 32);
    for (size_t i = 0; i < 32; i++) {
        psk[i] = (uint8_t)(i * 7);
        f3[i] = psk[i] ^ f1[i];
    }
    claim(is_ok(ask("ESFAHANI op=put client=" ID " key=%s data=%s", hex_of(f2, 32), hex_of(f3, 32))), "a sensor is registered");
}

/* The router: checks message 1, and gives message 2 and what it expects. */
static void answer(const uint8_t first[128], const uint8_t r2[32], uint8_t second[96], uint8_t third[32], uint8_t key[32])
{
    uint8_t own[32], r1[32], text[96], expected[32];
    for (size_t i = 0; i < 32; i++) {
        own[i] = first[96 + i] ^ psk[i];
    }
    h(own, own, 32);
    h(own, own, 32);
    for (size_t i = 0; i < 32; i++) {
        r1[i] = first[i] ^ own[i];
    }
    h(expected, r1, 32);
    for (size_t i = 0; i < 32; i++) {
        expected[i] ^= first[32 + i];
    }
    claim(memcmp(expected, fake.board.esfahani.identity, 32) == 0, "AID_i hides the name");
    memcpy(text, r1, 32);
    memcpy(text + 32, first, 64);
    h(expected, text, 96);
    claim(memcmp(expected, first + 64, 32) == 0, "M2 is h(R1, M1, AID_i)");
    for (size_t i = 0; i < 32; i++) {
        second[i] = f1[i] ^ name[i];
        second[32 + i] = r2[i] ^ name[i];
    }
    memcpy(text, second, 64);
    memcpy(text + 64, r2, 32);
    h(second + 64, text, 96);
    memcpy(text, r1, 32);
    memcpy(text + 32, r2, 32);
    h(key, text, 64);
    h(third, r2, 32);
    for (size_t i = 0; i < 32; i++) {
        third[i] ^= key[i];
    }
}

static void login(void)
{
    uint8_t first[128], second[96], third[32], key[32], fp[8], seen[32], r2[32];
    memset(r2, 0xa5, sizeof r2);
    claim(is_ok(ask("ESFAHANI op=first")) && strlen(value("data")) == 256, "message 1 has 128 bytes");
    read_value(first, sizeof first);
    answer(first, r2, second, third, key);
    claim(is_ok(ask("ESFAHANI op=second data=%s", hex_of(second, 96))), "message 2 is taken");
    read_value(seen, sizeof seen);
    fingerprint(fp, key, sizeof key);
    claim(memcmp(seen, third, 32) == 0 && strcmp(value("fp"), hex_of(fp, 8)) == 0, "message 3 and the key are the router's");
    const uint8_t zero[32] = {0};
    claim(memcmp(fake.board.esfahani.r1, zero, 32) == 0, "R1 is forgotten");
    claim(is_error(ask("ESFAHANI op=second data=%s", hex_of(second, 96)), "STATE"), "message 2 is taken once a login");
    for (size_t at = 0; at < sizeof second; at++) {
        ask("ESFAHANI op=first");
        second[at] ^= 1;
        if (!is_error(ask("ESFAHANI op=second data=%s", hex_of(second, 96)), "BAD-TAG")) {
            claim(0, "message 2 altered in byte %u is refused", (unsigned)at);
        }
        second[at] ^= 1;
    }
    ask("ESFAHANI op=first");
    claim(is_ok(ask("ESFAHANI op=second data=%s", hex_of(second, 96))), "an old message 2 is taken in a new login: the scheme's own fault");
}

/* Values of a second implementation (tests/vectors/esfahani.json). */
static void known(void)
{
    ask("RESET");
    claim(is_ok(ask("ESFAHANI op=put client=" ID " key=785e9e5d219af8b66ea6eb73b9ac8a6a99e705f0441c0539a604e6c93f4c70fb data=4c49c0acdcf517a1933cf3cb42dcb14189a0149b6d85caf8d1dc16d97976178c")) &&
              is_error(ask("ESFAHANI op=first x=11"), "ARG") && is_ok(ask("ESFAHANI op=first x=1111111111111111111111111111111111111111111111111111111111111111")) &&
              strncmp(value("data"), "f13924bb84758c7ff0fbfb78dc488d0c4f5e7d1f999ec6b83eb1ed416a8c1c84", 64) == 0, "a test build takes R1, and message 1 is a second implementation's");
}

static void states(void)
{
    fake_start(1);
    claim(is_error(ask("ESFAHANI op=first"), "STATE") && is_error(ask("ESFAHANI op=second data=00"), "STATE"), "before op=put a login is ERR STATE");
    claim(is_error(ask("ESFAHANI"), "ARG") && is_error(ask("ESFAHANI op=third"), "ARG") && is_error(ask("ESFAHANI op=put client=61 key=00 data=00"), "ARG"), "missing, unknown and short arguments are ERR ARG");
    register_sensor();
    claim(is_error(ask("ESFAHANI op=put client=6100 key=%s data=%s", hex_of(f2, 32), hex_of(f3, 32)), "ARG") && is_error(ask("ESFAHANI op=first"), "STATE"), "a name with a zero byte is refused, and registers nothing");
    register_sensor();
    ask("ESFAHANI op=first");
    claim(is_error(ask("ESFAHANI op=second data=00"), "ARG"), "a short message 2 is ERR ARG");
    ask("RESET");
    claim(is_error(ask("ESFAHANI op=first"), "STATE"), "RESET forgets the registration");
    fake_start(0);
    register_sensor();
    claim(is_error(ask("ESFAHANI op=first"), "UNSEEDED"), "without a seed there is no message 1");
}

static uint32_t chance(uint32_t limit)
{
    static uint32_t state = 1;
    state = state * 1664525 + 1013904223;
    return (state >> 8) % limit;
}

/* Bytes of a message as text, changed, cut, lengthened, or with a digit that is none. Returns whether they are still the message. */
static int mutate(char *text, const char *from)
{
    size_t length = strlen(strcpy(text, from));
    for (uint32_t changes = chance(3) + 1; changes > 0; changes--) {
        switch (chance(4)) {
        case 0:
            length -= chance((uint32_t)length + 1) / 8;
            break;
        case 1:
            for (uint32_t more = chance(5); more > 0 && length < 250; more--) {
                text[length++] = "0123456789abcdefX-"[chance(18)];
            }
            break;
        default:
            if (length > 0) {
                text[chance((uint32_t)length)] = "0123456789abcdefAg ="[chance(20)];
            }
        }
    }
    text[length] = 0;
    return strcmp(text, from) == 0;
}

static int is_refused(const char *reply)
{
    return is_error(reply, "ARG") || is_error(reply, "FORMAT") || is_error(reply, "TOO-LONG");
}

/* Whatever comes is answered, and no message 2 is taken but the router's. */
static void mutations(unsigned long times)
{
    uint8_t first[128], second[96], third[32], key[32], r2[32];
    char good[193], text[256], put[80];
    unsigned long wrong = 0, taken = 0, refused = 0;
    memset(r2, 0x3c, sizeof r2);
    fake_start(1);
    register_sensor();
    ask("ESFAHANI op=first");
    read_value(first, sizeof first);
    answer(first, r2, second, third, key);
    strcpy(good, hex_of(second, sizeof second));
    strcpy(put, hex_of(f3, sizeof f3));
    for (unsigned long i = 0; i < times; i++) {
        const int same = mutate(text, good);
        if (!is_ok(ask("ESFAHANI op=first"))) {
            wrong++;
        }
        const char *reply = ask("ESFAHANI op=second data=%s", text);
        wrong += same ? !is_ok(reply) : !is_error(reply, "BAD-TAG") && !is_refused(reply);
        taken += same;
        if (!mutate(text, put)) {
            reply = ask("ESFAHANI op=put client=" ID " key=%s data=%s", hex_of(f2, 32), text);
            refused += is_refused(reply);
            wrong += !is_ok(reply) && !is_refused(reply);
            ask("ESFAHANI op=put client=" ID " key=%s data=%s", hex_of(f2, 32), put);
        }
    }
    claim(wrong == 0 && taken > 0 && refused > 0, "%lu mutated messages 2 and registrations are each answered; %lu were the router's, %lu registrations refused", times, taken, refused);
}

int main(int count, char **words)
{
    fake_start(1);
    register_sensor();
    login();
    known();
    states();
    mutations(count > 1 ? strtoul(words[1], NULL, 10) : 500);
    return tap_finish();
}
