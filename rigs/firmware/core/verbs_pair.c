/* PAIR: what a board is told, the messages of its pair topic, its epochs. No key comes out. */
#include "pairs.h"

#ifndef WITHOUT_HARDENED

#include <string.h>

#include "ct.h"
#include "handler.h"
#include "wipe.h"

static const FLASH char words_untold[] = "PAIR op=set comes first", words_part[] = "not what this board does: op=reader makes it a publisher, op=writer a subscriber",
                        words_lower[] = "a lower number than one that was used";
const FLASH char words_spent[] = "the key, the counter or the number is at its end; begin another epoch, or enrol anew";

/* What it works on: a struct, so that one wipe forgets it. */
struct pairing {
    struct pair_body body;
    uint8_t message[PAIR_MESSAGE];
};

static enum verdict take_bytes(struct field *field, const struct request *request, struct outcome *outcome)
{
    enum verdict verdict = take(field, request, outcome);
    return verdict == ERR_TOO_LONG ? say(outcome, ERR_ARG, "a value is longer than PROTOCOL.md allows") : verdict;
}

static enum verdict take_number(uint64_t *number, flash_text key, size_t length, const struct request *request, struct outcome *outcome)
{
    uint8_t bytes[8];
    struct field field = {key, bytes, length, length, 0};
    enum verdict verdict = take(&field, request, outcome);
    if (verdict == DONE) {
        *number = length == 8 ? get_u64(bytes) : get_u32(bytes);
    }
    return verdict;
}

/* cipher= key= (u) topic= */
static enum verdict set(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct topic topic;
    uint8_t secret[PAIR_SECRET];
    enum pair_cipher cipher;
    const char *word = line_argument(request, "cipher");
    struct field key = {TEXT("key"), secret, sizeof secret, sizeof secret, 0};
    if (word == NULL || cipher_by_name(&cipher, word) != 0) {
        return say(outcome, ERR_UNSUPPORTED, "cipher this board lacks: present128-eax or ascon-aead128");
    }
    struct field name = {TEXT("topic"), topic.bytes, 1, TOPIC_LIMIT, 0};
    enum verdict verdict = take_bytes(&name, request, outcome);
    if (verdict == DONE) {
        verdict = take_bytes(&key, request, outcome);
    }
    if (verdict == DONE) {
        topic.length = (uint8_t)name.length;
        ct_secret(secret, sizeof secret);
        pairs_tell(&board->pairs, cipher, secret, &topic);
    }
    wipe(secret, sizeof secret);
    return verdict;
}

/* peer= W= */
static enum verdict reader(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t verifier[PAIR_ELEMENT];
    struct field peer = {TEXT("peer"), NULL, 1, NAME_LIMIT, 0}, w = {TEXT("W"), verifier, sizeof verifier, sizeof verifier, 0};
    if (board->pairs.part == SUBSCRIBES) {
        return say_words(outcome, ERR_STATE, words_part);
    }
    enum verdict verdict = take(&peer, request, outcome);
    if (verdict == DONE) {
        verdict = take_bytes(&w, request, outcome);
    }
    if (verdict != DONE) {
        return verdict;
    }
    ct_secret(verifier, sizeof verifier);
    const int good = group_acceptable(&group_p256, verifier, sizeof verifier);
    const int slot = good ? pairs_reader(&board->pairs, peer.out, peer.length, verifier) : -1;
    wipe(verifier, sizeof verifier);
    if (slot < 0) {
        return good ? say(outcome, ERR_STATE, "no room for another subscriber") : say(outcome, ERR_BAD_ELEMENT, "W is outside the group");
    }
    put(outcome, "slot", slot);
    return DONE;
}

/* peer= pw= */
static enum verdict writer(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct field peer = {TEXT("peer"), NULL, 1, NAME_LIMIT, 0}, pw = {TEXT("pw"), NULL, 1, PASSWORD_LIMIT, 0};
    if (board->pairs.part != NO_PART) {
        return say_words(outcome, ERR_STATE, words_part);
    }
    enum verdict verdict = take(&peer, request, outcome);
    if (verdict == DONE) {
        verdict = take(&pw, request, outcome);
    }
    if (verdict == DONE) {
        ct_secret(pw.out, pw.length);
        pairs_writer(&board->pairs, &board->augpake.client, peer.out, peer.length, pw.out, pw.length);
    }
    return verdict;
}

/* key= of a publisher, W= for a subscriber */
static enum verdict sign(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t bytes[ECDSA_PUBLIC];
    const int signs = line_argument(request, "key") != NULL;
    const size_t length = signs ? ECDSA_PRIVATE : ECDSA_PUBLIC;
    struct field key = {signs ? TEXT("key") : TEXT("W"), bytes, length, length, 0};
    if (signs && board->pairs.part == NO_PART) {
        board->pairs.part = PUBLISHES;
    }
    if (board->pairs.part != (signs ? PUBLISHES : SUBSCRIBES)) {
        return say_words(outcome, ERR_STATE, words_part);
    }
    enum verdict verdict = take_bytes(&key, request, outcome);
    if (verdict == DONE) {
        if (signs) {
            ct_secret(bytes, length);
        }
        verdict = pairs_sign(&board->pairs, signs ? bytes : NULL, signs ? NULL : bytes) == 0 ? DONE : say(outcome, ERR_BAD_ELEMENT, "no key of P-256");
    }
    wipe(bytes, sizeof bytes);
    return verdict;
}

/* j= */
static enum verdict name(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t bytes[SHORT_NAME];
    uint64_t attempt = 0;
    enum verdict verdict = take_number(&attempt, TEXT("j"), 8, request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    switch (pairs_name(&board->pairs, &board->augpake, bytes, attempt)) {
    case PAIR_OPENED:
        put_hex(outcome, "name", bytes, sizeof bytes);
        return DONE;
    case PAIR_SPENT:
        return say_words(outcome, ERR_SPENT, words_spent);
    default:
        return say_words(outcome, ERR_STATE, words_lower);
    }
}

static enum verdict state(const struct board_state *board, struct outcome *outcome)
{
    const struct pairs *pairs = &board->pairs;
    uint32_t peers = 0;
    uint8_t number[4];
    if (pairs->has_hop) {
        put_hex(outcome, "hop", pairs->hop_name, SHORT_NAME);
    }
    const struct message_keys *keys = NULL;
    if (pairs->part == PUBLISHES) {
        const struct publisher *publisher = &pairs->of.publisher;
        for (size_t i = 0; i < PAIR_READERS; i++) {
            peers |= (uint32_t)publisher->readers[i].has_key << i;
        }
        keys = publisher->has_epoch ? &publisher->keys : NULL;
        put(outcome, "due", publisher->due);
    } else if (pairs->part == SUBSCRIBES) {
        const struct subscriber *subscriber = &pairs->of.subscriber;
        peers = subscriber->has_key;
        keys = subscriber->current.held ? &subscriber->current.keys : NULL;
    }
    put(outcome, "peers", peers);
    put_missing(pairs, outcome);
    if (keys != NULL) {
        put_u32(number, keys->epoch);
        put_hex(outcome, "epoch", number, sizeof number);
        put_hex(outcome, "wire", keys->name, SHORT_NAME);
    }
    return DONE;
}

/* Ends an operation: what is to be said at once, sealed for the hop, and how many more op=next gives. */
static enum verdict carry(struct board_state *board, struct pairing *p, struct outcome *outcome, uint32_t begin)
{
    size_t length = 0;
    if (p->body.length > 0) {
        length = pairs_carry(&board->pairs, p->message, &p->body);
    }
    op_end(outcome, begin);
    if (length > 0) {
        ct_public(p->message, length);
        put_hex(outcome, "data", p->message, length);
    }
    put(outcome, "more", pairs_owes(&board->pairs));
    return DONE;
}

static enum verdict run_message(struct board_state *board, struct pairing *p, const struct request *request, struct outcome *outcome)
{
    uint64_t now = 0;
    struct field data = {TEXT("data"), p->message, 0, sizeof p->message, 0};
    enum verdict verdict = take_number(&now, TEXT("now"), 4, request, outcome);
    if (verdict == DONE) {
        verdict = take_bytes(&data, request, outcome);
    }
    if (verdict != DONE) {
        return verdict;
    }
    uint32_t begin = op_begin();
    const enum pair_result result = pairs_take(&board->pairs, &board->drbg, &board->augpake.client, p->message, data.length, (uint32_t)now, &p->body);
    put(outcome, "result", result);
    return carry(board, p, outcome, begin);
}

static enum verdict run_epoch(struct board_state *board, struct pairing *p, int revoking, const struct request *request, struct outcome *outcome)
{
    uint64_t epoch = 0;
    struct field peer = {TEXT("peer"), NULL, 1, NAME_LIMIT, 0};
    if (board->pairs.part == SUBSCRIBES) {
        return say_words(outcome, ERR_STATE, words_part);
    }
    board->pairs.part = PUBLISHES; /* to nobody yet, where there is no subscriber */
    enum verdict verdict = take_number(&epoch, TEXT("epoch"), 4, request, outcome);
    if (verdict == DONE && revoking) {
        verdict = take(&peer, request, outcome);
    }
    if (verdict != DONE) {
        return verdict;
    }
    uint32_t begin = op_begin();
    if (revoking) {
        (void)pairs_revoke(&board->pairs, peer.out, peer.length);
    }
    const enum pair_result result = pairs_epoch(&board->pairs, &board->drbg, &board->augpake.client, (uint32_t)epoch);
    if (result != PAIR_OPENED) {
        op_end(outcome, begin);
        return result == PAIR_SPENT ? say_words(outcome, ERR_SPENT, words_spent) : say_words(outcome, ERR_STATE, words_lower);
    }
    return carry(board, p, outcome, begin);
}

static enum verdict run(struct board_state *board, struct pairing *p, const char *op, const struct request *request, struct outcome *outcome)
{
    if (!board->pairs.has_hop) {
        return say_words(outcome, ERR_NO_KEY, words_no_session);
    }
    if (!board->drbg.seeded) {
        return say(outcome, ERR_UNSEEDED, "no randomness yet; send SEED seed=<16..64 bytes>");
    }
    if (word_is(op, "take")) {
        return run_message(board, p, request, outcome);
    }
    if (word_is(op, "epoch") || word_is(op, "revoke")) {
        return run_epoch(board, p, word_is(op, "revoke"), request, outcome);
    }
    if (word_is(op, "login") || word_is(op, "next")) {
        uint32_t begin = op_begin();
        if (word_is(op, "login")) {
            pairs_login(&board->pairs, &board->drbg, &board->augpake.client, &p->body);
        } else {
            pairs_next(&board->pairs, &p->body);
        }
        return carry(board, p, outcome, begin);
    }
    return say(outcome, ERR_ARG, "op=set, reader, writer, sign, name, state, login, take, next, epoch or revoke");
}

enum verdict verb_pair(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    const char *op = line_argument(request, "op");
    if (board->scheme != HARDENED) {
        return say(outcome, ERR_UNSUPPORTED, "PAIR belongs to hardened; PROVISION scheme=");
    }
    if (op == NULL) {
        return say(outcome, ERR_ARG, "op= is missing; PROTOCOL.md lists them");
    }
    if (word_is(op, "set")) {
        return set(board, request, outcome);
    }
    if (!board->pairs.told) {
        return say_words(outcome, ERR_STATE, words_untold);
    }
    if (word_is(op, "reader")) {
        return reader(board, request, outcome);
    }
    if (word_is(op, "writer")) {
        return writer(board, request, outcome);
    }
    if (word_is(op, "sign")) {
        return sign(board, request, outcome);
    }
    if (word_is(op, "name")) {
        return name(board, request, outcome);
    }
    if (word_is(op, "state")) {
        return state(board, outcome);
    }
    struct pairing pairing;
    memset(&pairing, 0, sizeof pairing);
    enum verdict verdict = run(board, &pairing, op, request, outcome);
    wipe(&pairing, sizeof pairing);
    return verdict;
}

#endif
