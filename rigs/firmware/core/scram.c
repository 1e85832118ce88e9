#include "scram.h"

#ifndef WITHOUT_SCRAM

#include <string.h>

#include "base64.h"
#include "counts.h"
#include "ct.h"
#include "flash.h"
#include "pbkdf2.h"
#include "utf8.h"
#include "wipe.h"

#define HEADER 3 /* "n,,", which proofs are not over */

void scram_provision(struct scram *scram, const uint8_t *password, size_t length)
{
    wipe(scram, sizeof *scram);
    hmac_key(&scram->password, password, length);
    counts.h++;
}

void scram_abandon(struct scram *scram)
{
    wipe(scram->nonce, sizeof scram->nonce);
    wipe(scram->signature, sizeof scram->signature);
    scram->nonce_length = 0;
    scram->state = SCRAM_IDLE;
    scram->logged_in = 0;
}

static size_t put(uint8_t *out, flash_text words)
{
    const size_t length = text_length(words);
    flash_copy(out, words, length);
    return length;
}

static size_t put_nonce(uint8_t *out, struct scram_text nonce)
{
    const size_t length = put(out, TEXT("r="));
    memcpy(out + length, nonce.bytes, nonce.length);
    return length + nonce.length;
}

/* The client's first message: "n,,n=NAME,r=NONCE", '=' and ',' of the name escaped (RFC 5802 section 5.1). */
static size_t put_first(const struct scram *scram, struct scram_text name, uint8_t *out)
{
    size_t at = put(out, TEXT("n,,n="));
    for (size_t i = 0; i < name.length; i++) {
        if (name.bytes[i] == '=') {
            at += put(out + at, TEXT("=3D"));
        } else if (name.bytes[i] == ',') {
            at += put(out + at, TEXT("=2C"));
        } else {
            out[at++] = name.bytes[i];
        }
    }
    out[at++] = ',';
    return at + put_nonce(out + at, (struct scram_text){scram->nonce, scram->nonce_length});
}

size_t scram_begin(struct scram *scram, struct scram_text name, struct scram_text nonce, uint8_t message[SCRAM_FIRST])
{
    scram_abandon(scram);
    memcpy(scram->nonce, nonce.bytes, nonce.length);
    scram->nonce_length = (uint8_t)nonce.length;
    scram->state = SCRAM_BEGUN;
    return put_first(scram, name, message);
}

static int is_letter(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/* The end of the attribute that begins at `at`: a letter (any where 0 is asked for), '=', a value without comma. 0 where there is none. */
static size_t attribute_end(struct scram_text message, size_t at, uint8_t letter)
{
    size_t end = at;
    while (end < message.length && message.bytes[end] != ',') {
        end++;
    }
    if (end < at + 2 || message.bytes[at + 1] != '=' || (letter != 0 ? message.bytes[at] != letter : !is_letter(message.bytes[at]))) {
        return 0;
    }
    return end;
}

/* The values of the attributes `letters`, in order; extensions may follow. An extension that must be known stands in front, and so is refused. */
static int split(struct scram_text message, flash_text letters, struct scram_text *values)
{
    size_t at = 0, count = text_length(letters);
    if (message.length > SCRAM_MESSAGE || memchr(message.bytes, 0, message.length) != NULL || !is_utf8(message.bytes, message.length)) {
        return -1;
    }
    for (size_t i = 0;; i++) {
        const size_t end = attribute_end(message, at, i < count ? (uint8_t)letters[i] : 0);
        if (end == 0) {
            return -1;
        }
        if (i < count) {
            values[i] = (struct scram_text){message.bytes + at + 2, end - at - 2};
        }
        if (end == message.length) {
            return i + 1 < count ? -1 : 0;
        }
        at = end + 1;
    }
}

static int is_nonce(struct scram_text text)
{
    for (size_t i = 0; i < text.length; i++) {
        if (text.bytes[i] <= ' ' || text.bytes[i] >= 0x7f) {
            return 0;
        }
    }
    return text.length > 0;
}

/* One to nine digits without leading zero; 0 for anything else. */
static uint32_t number(struct scram_text text)
{
    uint32_t value = 0;
    for (size_t i = 0; i < text.length; i++) {
        if (i == 9 || text.bytes[i] < '0' + (i == 0) || text.bytes[i] > '9') {
            return 0;
        }
        value = 10 * value + text.bytes[i] - '0';
    }
    return value;
}

enum scram_result scram_read_challenge(const struct scram *scram, struct scram_challenge *challenge, struct scram_text message)
{
    struct scram_text values[3];
    if (split(message, TEXT("rsi"), values) != 0 || !is_nonce(values[0])) {
        return SCRAM_MALFORMED;
    }
    const int salt = base64_read(challenge->salt, sizeof challenge->salt, values[1].bytes, values[1].length);
    const uint32_t iterations = number(values[2]);
    if (salt <= 0 || iterations == 0) {
        return SCRAM_MALFORMED;
    }
    if (values[0].length <= scram->nonce_length || memcmp(values[0].bytes, scram->nonce, scram->nonce_length) != 0) {
        return SCRAM_FOREIGN_NONCE;
    }
    if (iterations < SCRAM_LEAST || iterations > SCRAM_MOST) {
        return SCRAM_ITERATIONS;
    }
    challenge->message = message;
    challenge->nonce = values[0];
    challenge->salt_length = (size_t)salt;
    challenge->iterations = (uint16_t)iterations;
    return SCRAM_GOOD;
}

/* HMAC(key, words), of the salted password. */
static void derive(uint8_t out[32], const uint8_t salted[32], flash_text words)
{
    uint8_t bytes[10];
    struct hmac hmac;
    hmac_start(&hmac, salted, 32);
    hmac_add(&hmac, bytes, put(bytes, words));
    hmac_end(&hmac, out);
    counts.h++;
}

/* HMAC(key, AuthMessage); what stands before the proof is in `message`. */
static void sign(uint8_t out[32], const uint8_t key[32], struct scram_text bare, const struct scram_challenge *challenge, struct scram_text final)
{
    const uint8_t comma = ',';
    struct hmac hmac;
    hmac_start(&hmac, key, 32);
    hmac_add(&hmac, bare.bytes, bare.length);
    hmac_add(&hmac, &comma, 1);
    hmac_add(&hmac, challenge->message.bytes, challenge->message.length);
    hmac_add(&hmac, &comma, 1);
    hmac_add(&hmac, final.bytes, final.length);
    hmac_end(&hmac, out);
    counts.h++;
}

size_t scram_prove(struct scram *scram, struct scram_text name, const struct scram_challenge *challenge, uint8_t message[SCRAM_FINAL])
{
    uint8_t first[SCRAM_FIRST], salted[32], proof[32], key[32];
    struct sha256 sha;
    size_t at = put(message, TEXT("c=biws,"));
    at += put_nonce(message + at, challenge->nonce);
    const struct scram_text bare = {first + HEADER, put_first(scram, name, first) - HEADER}, final = {message, at};
    pbkdf2(salted, &scram->password, (struct pbkdf2_salt){challenge->salt, challenge->salt_length}, challenge->iterations);
    derive(proof, salted, TEXT("Client Key"));
    sha256_start(&sha);
    sha256_add(&sha, proof, sizeof proof);
    sha256_end(&sha, key); /* StoredKey */
    counts.h++;
    sign(key, key, bare, challenge, final);
    for (uint8_t i = 0; i < sizeof proof; i++) {
        proof[i] = (uint8_t)(proof[i] ^ key[i]);
    }
    derive(key, salted, TEXT("Server Key"));
    sign(scram->signature, key, bare, challenge, final);
    wipe(salted, sizeof salted);
    wipe(key, sizeof key);
    ct_public(proof, sizeof proof);
    at += put(message + at, TEXT(",p="));
    scram->state = SCRAM_PROVED;
    return at + base64_write(message + at, proof, sizeof proof);
}

enum scram_result scram_conclude(struct scram *scram, struct scram_text message)
{
    struct scram_text value;
    uint8_t signature[32];
    if (split(message, TEXT("e"), &value) == 0) {
        return SCRAM_WRONG; /* the server's error */
    }
    if (split(message, TEXT("v"), &value) != 0 || base64_read(signature, sizeof signature, value.bytes, value.length) != (int)sizeof signature) {
        return SCRAM_MALFORMED;
    }
    return ct_verdict(ct_equal(signature, scram->signature, sizeof signature)) ? SCRAM_GOOD : SCRAM_WRONG;
}

#endif
