/* scram: a board as the client, the vector of RFC 7677, a server in this process written from RFC 5802, and mutated messages of servers.
 *
 * usage: test_scram [MUTATIONS]      messages of each kind; some hundreds where it is not given */
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "fake_board.h"
#include "scram_opinion.h"
#include "sha256.h"
#include "tap.h"

#define ITERATIONS 4096

static const char *hex_of(const char *text)
{
    static char texts[4][2 * 700 + 1];
    static int next;
    char *hex = texts[next++ & 3];
    hex[0] = '\0';
    for (size_t i = 0; text[i] != '\0'; i++) {
        snprintf(hex + 2 * i, 3, "%02x", (uint8_t)text[i]);
    }
    return hex;
}

/* What the board said, as text. */
static const char *said(void)
{
    static char texts[4][400];
    static int next;
    char *text = texts[next++ & 3];
    const char *hex = value("sasl");
    const size_t length = strlen(hex) / 2;
    for (size_t i = 0; i < length; i++) {
        unsigned byte = 0;
        (void)sscanf(hex + 2 * i, "%2x", &byte);
        text[i] = (char)byte;
    }
    text[length] = '\0';
    return text;
}

static void mac(uint8_t out[32], const void *key, size_t length, const char *text, size_t size)
{
    struct hmac hmac;
    hmac_start(&hmac, key, length);
    hmac_add(&hmac, (const uint8_t *)text, size);
    hmac_end(&hmac, out);
}

/* RFC 5802 section 3, word for word. */
static void serve(const char *password, const char *bare, const char *first, const char *final, char proof[45], char signature[48])
{
    static const char salt[] = {'s', 'a', 'l', 't', 0, 0, 0, 1};
    char text[900];
    uint8_t u[32], salted[32], key[32], stored[32];
    struct sha256 sha;
    mac(u, password, strlen(password), salt, sizeof salt);
    memcpy(salted, u, sizeof u);
    for (int i = 1; i < ITERATIONS; i++) {
        mac(u, password, strlen(password), (const char *)u, sizeof u);
        for (size_t k = 0; k < sizeof u; k++) {
            salted[k] ^= u[k];
        }
    }
    snprintf(text, sizeof text, "%s,%s,%.*s", bare, first, (int)(strstr(final, ",p=") - final), final);
    mac(key, salted, sizeof salted, "Client Key", 10);
    sha256_start(&sha);
    sha256_add(&sha, key, sizeof key);
    sha256_end(&sha, stored);
    mac(u, stored, sizeof stored, text, strlen(text));
    for (size_t k = 0; k < sizeof u; k++) {
        u[k] ^= key[k];
    }
    proof[base64_write((uint8_t *)proof, u, sizeof u)] = '\0';
    mac(key, salted, sizeof salted, "Server Key", 10);
    mac(u, key, sizeof key, text, strlen(text));
    memcpy(signature, "v=", 2);
    signature[2 + base64_write((uint8_t *)signature + 2, u, sizeof u)] = '\0';
}

/* RFC 7677 section 3. */
static void known(void)
{
    const char *first = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    claim(is_ok(ask("PROVISION client=%s scheme=scram pw=%s", hex_of("user"), hex_of("pencil"))) && is_ok(ask("SCRAM.INIT nonce=%s", hex_of("rOprNGfwEbeRWgbNEkqO"))) &&
              strcmp(said(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO") == 0, "the first message of RFC 7677");
    claim(is_ok(ask("SCRAM.STEP sasl=%s", hex_of(first))) &&
              strcmp(said(), "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=") == 0, "its proof");
    claim(is_ok(ask("SCRAM.FINISH sasl=%s", hex_of("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="))) && strlen(value("fp")) == 16, "and its signature is taken");
}

/* A name that has to be escaped and a password as long as they may be, nonces that are drawn. */
static void login(const char *name, const char *escaped, const char *password)
{
    char first[200], again[200], proof[45], signature[48], expected[300];
    claim(is_ok(ask("PROVISION client=%s scheme=scram pw=%s", hex_of(name), hex_of(password))), "a client is provisioned");
    ask("SCRAM.INIT");
    snprintf(again, sizeof again, "%s", said());
    claim(is_ok(ask("SCRAM.INIT")), "a login begins");
    snprintf(first, sizeof first, "%s", said());
    snprintf(expected, sizeof expected, "n,,n=%s,r=", escaped);
    const char *nonce = first + strlen(expected);
    claim(strncmp(first, expected, strlen(expected)) == 0 && strlen(nonce) == 24 && strcmp(first, again) != 0, "with a nonce of 24 characters, another one each time");
    snprintf(expected, sizeof expected, "r=%sserver,s=c2FsdA==,i=%d,x=known-by-nobody", nonce, ITERATIONS);
    claim(is_ok(ask("SCRAM.STEP sasl=%s", hex_of(expected))), "the server's challenge is taken, with an extension");
    const char *final = said();
    serve(password, first + 3, expected, final, proof, signature);
    claim(strcmp(strstr(final, ",p=") + 3, proof) == 0, "the proof is what the RFC computes");
    claim(is_error(ask("SEAL data=0102"), "STATE"), "before the server's signature nothing is said");
    claim(is_ok(ask("SCRAM.FINISH sasl=%s", hex_of(signature))), "and so is the signature");
    claim(is_ok(ask("SEAL data=0102")) && strcmp(value("data"), "0102") == 0 && is_ok(ask("OPEN data=0102")) && strcmp(value("data"), "0102") == 0, "payloads travel as they are");
    claim(is_error(ask("SCRAM.FINISH sasl=%s", hex_of(signature)), "STATE"), "a signature is taken once");
}

static const char *step(const char *sasl)
{
    ask("SCRAM.INIT nonce=%s", hex_of("abc"));
    return ask("SCRAM.STEP sasl=%s", hex_of(sasl));
}

static const char *finish(const char *sasl)
{
    step("r=abcd,s=YQ==,i=4096");
    return ask("SCRAM.FINISH sasl=%s", hex_of(sasl));
}

static void refusals(void)
{
    char longer[300];
    fake_start(1);
    claim(is_error(ask("SCRAM.INIT"), "STATE") && is_error(ask("SCRAM.STEP sasl=00"), "STATE") && is_error(ask("SCRAM.FINISH sasl=00"), "STATE"), "before PROVISION scheme=scram a login is ERR STATE");
    claim(is_error(ask("PROVISION client=61 scheme=scram"), "ARG") && is_error(ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=scram pw=63"), "ARG") &&
              is_error(ask("PROVISION client=6100 scheme=scram pw=63"), "ARG"), "scram takes a name without a zero byte and a password, and no more");
    claim(is_error(ask("PROVISION role=server client=61 scheme=scram pw=63"), "ARG") && is_error(ask("PROVISION role=server client=61 scheme=scram W=63"), "UNSUPPORTED"), "the server's role is not there");
    fake_watch("7365637265742d70617373776f7264");
    claim(is_ok(ask("PROVISION client=61 scheme=scram pw=7365637265742d70617373776f7264")) && is_error(ask("AUG.INIT"), "STATE") && is_error(ask("SEAL data=00"), "STATE"), "AugPAKE and payloads are ERR STATE then");
    claim(is_error(step("r=abd,s=YQ==,i=4096"), "BAD-NONCE") && is_error(step("r=abc,s=YQ==,i=4096"), "BAD-NONCE"), "a nonce that does not extend the board's is BAD-NONCE");
    claim(is_error(step("r=abcd,s=YQ==,i=4095"), "BAD-ITERATIONS") && is_error(step("r=abcd,s=YQ==,i=65536"), "BAD-ITERATIONS"), "iterations below 4,096 and above 65,535 are BAD-ITERATIONS");
    claim(is_error(step("r=abcd,s=YQ==,i=0"), "BAD-MESSAGE") && is_error(step("m=x,r=abcd,s=YQ==,i=4096"), "BAD-MESSAGE") && is_error(step(""), "BAD-MESSAGE"), "another form is BAD-MESSAGE");
    snprintf(longer, sizeof longer, "r=abcd%0245d,s=YQ==,i=4096", 7);
    claim(is_error(step(longer), "BAD-MESSAGE") && is_error(ask("SCRAM.STEP sasl=%s", hex_of("r=abcd,s=YQ==,i=4096")), "STATE"), "so is one that is too long, and each of them ends the login");
    claim(is_error(finish("v=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="), "BAD-TAG") && is_error(finish("e=other-error"), "BAD-TAG") && is_error(finish("v="), "BAD-MESSAGE") &&
              is_error(finish(""), "BAD-MESSAGE"), "a wrong signature and an error are BAD-TAG, none is BAD-MESSAGE");
    claim(is_error(ask("SCRAM.FINISH sasl=00"), "STATE"), "and the login is over");
    step("r=abcd,s=YQ==,i=4096");
    claim(is_error(ask("SCRAM.STEP sasl=%s", hex_of("r=abcd,s=YQ==,i=4096")), "STATE") && is_error(ask("SCRAM.STEP sasl=zz"), "FORMAT") && is_error(ask("SCRAM.STEP"), "ARG"), "a second challenge is ERR STATE");
    claim(is_error(ask("SCRAM.INIT nonce=2c"), "ARG") && is_error(ask("SCRAM.INIT nonce="), "ARG"), "a nonce has no comma");
    claim(!fake.secret_leaked, "no reply has the password");
    ask("RESET");
    claim(is_error(ask("SCRAM.INIT"), "STATE"), "RESET forgets it");
    ask("PROVISION client=61 scheme=scram pw=63");
    ask("PROVISION client=61 server=62 group=p256 profile=framed pw=63");
    claim(is_error(ask("SCRAM.INIT"), "STATE"), "and so does another scheme");
    ask("PROVISION client=61 scheme=scram pw=63");
    claim(is_error(ask("PROVISION role=server client=61 server=62 group=p256 profile=framed W=04"), "BAD-ELEMENT") && is_ok(ask("SCRAM.INIT nonce=%s", hex_of("abc"))) &&
              is_ok(ask("SCRAM.STEP sasl=%s", hex_of("r=abcd,s=YQ==,i=4096"))), "a refused PROVISION leaves it as it was");
    const char *proof = said();
    ask("PROVISION client=61 scheme=scram pw=63");
    ask("SCRAM.INIT nonce=%s", hex_of("abc"));
    ask("SCRAM.STEP sasl=%s", hex_of("r=abcd,s=YQ==,i=4096"));
    claim(strcmp(said(), proof) == 0, "its password too");
    fake_start(0);
    ask("PROVISION client=61 scheme=scram pw=63");
    claim(is_error(ask("SCRAM.INIT"), "UNSEEDED"), "without a seed there is no nonce");
}

static uint32_t state = 1;

static uint32_t draw(uint32_t limit)
{
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state % limit;
}

/* A byte changed, put in, taken out, or a run of them doubled. */
static size_t mutate(uint8_t *bytes, size_t length)
{
    for (uint32_t times = 1 + draw(4); times > 0; times--) {
        const size_t at = draw((uint32_t)length + 1);
        switch (draw(4)) {
        case 0:
            if (at < length) {
                bytes[at] = (uint8_t)(draw(4) == 0 ? draw(256) : (uint32_t) ",=rsiv0A~"[draw(9)]);
            }
            break;
        case 1:
            if (length < 290) {
                memmove(bytes + at + 1, bytes + at, length++ - at);
                bytes[at] = (uint8_t)(32 + draw(95));
            }
            break;
        case 2:
            if (at < length) {
                memmove(bytes + at, bytes + at + 1, --length - at);
            }
            break;
        default:
            if (at < length && 2 * length - at <= 300) {
                memcpy(bytes + length, bytes + at, length - at);
                length += length - at;
            }
        }
    }
    return length;
}

static void mutations(unsigned long times)
{
    const char *challenges[] = {"r=abcdef,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", "r=abcd,s=YWI=,i=65535,x=y", "r=abc,s=YQ==,i=4096"};
    const char *verdicts[] = {"v=AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "e=other-error", "v=AQIDAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=,x=y"};
    struct scram scram = {.nonce = "abc", .nonce_length = 3, .signature = {1, 2, 3}};
    struct scram_challenge challenge;
    unsigned long wrong = 0, taken[2] = {0, 0};
    for (unsigned long i = 0; i < times; i++) {
        uint8_t bytes[300];
        const char *from = challenges[i % 3];
        memcpy(bytes, from, strlen(from));
        size_t length = mutate(bytes, strlen(from));
        enum scram_result result = scram_read_challenge(&scram, &challenge, (struct scram_text){bytes, length});
        wrong += result != opinion_challenge(bytes, length, "abc");
        taken[0] += result == SCRAM_GOOD;
        from = verdicts[i % 3];
        memcpy(bytes, from, strlen(from));
        length = mutate(bytes, strlen(from));
        result = scram_conclude(&scram, (struct scram_text){bytes, length});
        wrong += result != opinion_verdict(bytes, length, verdicts[0] + 2);
        taken[1] += result == SCRAM_GOOD;
    }
    claim(wrong == 0 && taken[0] > 0 && taken[1] > 0, "%lu mutated messages of each kind are judged as a second opinion does; %lu and %lu of them are good", times, taken[0], taken[1]);
}

int main(int count, char **words)
{
    fake_start(1);
    known();
    login("sensor-7", "sensor-7", "correct horse battery staple");
    login("a=b,c", "a=3Db=2Cc", "0123456789012345678901234567890123456789012345678901234567890123");
    login("\xc3\xa4", "\xc3\xa4", "p");
    refusals();
    mutations(count > 1 ? strtoul(words[1], NULL, 10) : 500);
    return tap_finish();
}
