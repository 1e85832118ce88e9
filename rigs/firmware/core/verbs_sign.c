/* SIGN: readings under the device's own key, whatever scheme seals them, and the check of another device's (src/Harness.Schemes/Signed/SIGNED.md). */
#include "handler.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "augpake_hash.h"
#include "ct.h"
#include "sha256.h"
#include "wipe.h"

#define NUMBER 8

/* What a signature covers besides the publisher's name, decoded where it stands in the line. */
struct signed_text {
    struct field topic, number, data;
};

/* key= */
static enum verdict keep(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint32_t d[SCALAR_WORDS];
    struct field key = {TEXT("key"), NULL, ECDSA_PRIVATE, ECDSA_PRIVATE, 0};
    const enum verdict verdict = take(&key, request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    ct_secret(key.out, key.length);
    words_read(d, key.out, SCALAR_WORDS);
    const int good = scalar_good(d, &group_p256);
    wipe(d, sizeof d);
    if (!good) {
        return say(outcome, ERR_BAD_ELEMENT, "no key of P-256");
    }
    memcpy(board->signing.key, key.out, ECDSA_PRIVATE);
    board->signing.has_key = 1;
    return DONE;
}

static enum verdict take_text(struct signed_text *text, const struct request *request, struct outcome *outcome)
{
    text->topic = (struct field){TEXT("topic"), NULL, 1, TOPIC_LIMIT, 0};
    text->number = (struct field){TEXT("number"), NULL, NUMBER, NUMBER, 0};
    text->data = (struct field){TEXT("data"), NULL, 0, PAYLOAD_LIMIT, 0};
    enum verdict verdict = take(&text->topic, request, outcome);
    if (verdict == DONE) {
        verdict = take(&text->number, request, outcome);
    }
    return verdict == DONE ? take(&text->data, request, outcome) : verdict;
}

static void reading_digest(uint8_t digest[32], const uint8_t *client, size_t length, const struct signed_text *text)
{
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, (const uint8_t[11]){'h', 'v', '1', '-', 'r', 'e', 'a', 'd', 'i', 'n', 'g'}, 11);
    hash_field(&sha, client, length);
    hash_field(&sha, text->topic.out, text->topic.length);
    sha256_add(&sha, text->number.out, NUMBER);
    sha256_add(&sha, text->data.out, text->data.length);
    sha256_end(&sha, digest);
}

/* topic= number= data= */
static enum verdict sign(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t digest[32], signature[ECDSA_SIGNATURE];
    struct signed_text text;
    const struct augpake_name *client = &board->augpake.client;
    int is_told = board->augpake.state != UNPROVISIONED && board->augpake.role == CLIENT;
#ifndef WITHOUT_SCRAM
    if (board->scheme == SCRAM) {
        client = &board->login.client;
        is_told = 1;
    }
#endif
    if (!is_told || !board->signing.has_key) {
        return say(outcome, ERR_STATE, "PROVISION as a client and SIGN op=key come first");
    }
    const enum verdict verdict = take_text(&text, request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    const uint32_t begin = op_begin();
    reading_digest(digest, client->bytes, client->length, &text);
    ecdsa_sign(signature, board->signing.key, digest);
    op_end(outcome, begin);
    put_hex(outcome, "data", signature, sizeof signature);
    return DONE;
}

/* client= W= topic= number= data= signature= */
static enum verdict check(const struct request *request, struct outcome *outcome)
{
    uint8_t digest[32];
    struct signed_text text;
    struct field client = {TEXT("client"), NULL, 1, NAME_LIMIT, 0}, key = {TEXT("W"), NULL, ECDSA_PUBLIC, ECDSA_PUBLIC, 0},
                 signature = {TEXT("signature"), NULL, ECDSA_SIGNATURE, ECDSA_SIGNATURE, 0};
    enum verdict verdict = take(&client, request, outcome);
    if (verdict == DONE) {
        verdict = take(&key, request, outcome);
    }
    if (verdict == DONE) {
        verdict = take(&signature, request, outcome);
    }
    if (verdict == DONE) {
        verdict = take_text(&text, request, outcome);
    }
    if (verdict != DONE) {
        return verdict;
    }
    if (!group_acceptable(&group_p256, key.out, key.length)) {
        return say(outcome, ERR_BAD_ELEMENT, "no key of P-256");
    }
    const uint32_t begin = op_begin();
    reading_digest(digest, client.out, client.length, &text);
    ct_public(digest, sizeof digest);
    const int good = ecdsa_verify(key.out, digest, signature.out) == 0;
    op_end(outcome, begin);
    return good ? DONE : say(outcome, ERR_BAD_SIGNATURE, "not signed with that key");
}

enum verdict verb_sign(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    const char *op = line_argument(request, "op");
    if (op != NULL && word_is(op, "key")) {
        return keep(board, request, outcome);
    }
    if (op != NULL && word_is(op, "reading")) {
        return sign(board, request, outcome);
    }
    return op != NULL && word_is(op, "check") ? check(request, outcome) : say(outcome, ERR_ARG, "op=key, reading or check");
}

#endif
