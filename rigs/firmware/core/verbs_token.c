/* TOKEN: what a client of mqtt-auth asks of the token service, and what it keeps of the answers. Tokens stay here but for op=give. */
#include "tokens.h"

#include <string.h>

#include "ct.h"
#include "handler.h"
#include "wipe.h"

#ifndef WITHOUT_MQTT_AUTH

static const FLASH char operations[][10] = {"", "create", "publish", "subscribe", "revoke"};
static const FLASH char words_none[] = "no such token of this topic", words_full[] = "no room for another topic; RESET";

#define SERVICE_TOPIC (5 + 2 * NAME_LIMIT)

/* auth/<hex(C)> */
static struct hop_text service_topic(uint8_t out[SERVICE_TOPIC], const struct board_state *board)
{
    static const char digits[] = "0123456789abcdef";
    size_t length = 5;
    memcpy(out, "auth/", length);
    for (size_t i = 0; i < board->augpake.client.length; i++) {
        out[length++] = (uint8_t)digits[board->augpake.client.bytes[i] >> 4];
        out[length++] = (uint8_t)digits[board->augpake.client.bytes[i] & 15];
    }
    return (struct hop_text){out, length};
}

int is_service_topic(const struct board_state *board, const struct topic *topic)
{
    uint8_t bytes[SERVICE_TOPIC];
    const struct hop_text service = service_topic(bytes, board);
    return topic->length == service.length && memcmp(topic->bytes, bytes, service.length) == 0;
}

static enum verdict take_kind(enum token_kind *kind, const struct request *request, struct outcome *outcome)
{
    const char *text = line_argument(request, "kind");
    *kind = text != NULL && word_is(text, "authorization") ? AUTHORIZATION : AUTHENTICATION;
    return text != NULL && (*kind == AUTHORIZATION || word_is(text, "authentication"))
               ? DONE
               : say(outcome, ERR_ARG, "kind=authentication or kind=authorization");
}

static enum verdict take_what(enum token_operation *operation, const struct request *request, struct outcome *outcome)
{
    const char *text = line_argument(request, "what");
    for (int i = TOKEN_CREATE; text != NULL && i <= TOKEN_REVOKE; i++) {
        if (text_is(text, operations[i])) {
            *operation = (enum token_operation)i;
            return DONE;
        }
    }
    return say(outcome, ERR_ARG, "what=create, publish, subscribe or revoke");
}

/* Refuses an argument of another op=. */
static enum verdict take_only(size_t count, const struct request *request, struct outcome *outcome)
{
    return request->count == count ? DONE : say(outcome, ERR_ARG, "an argument of another op=, or one missing; PROTOCOL.md lists them");
}

static void put_token_fp(struct outcome *outcome, flash_text key, const uint8_t token[TOKEN])
{
    uint8_t fp[8];
    fingerprint(fp, token, TOKEN);
    put_bytes(outcome, key, fp, sizeof fp);
}

/* Which token a request shows; NULL with *verdict DONE: none. */
static const uint8_t *shown(const struct board_state *board, enum token_operation operation, enum token_kind kind, const struct topic *topic,
                            enum verdict *verdict, struct outcome *outcome)
{
    if (operation == TOKEN_CREATE) {
        return NULL;
    }
    kind = operation == TOKEN_PUBLISH ? AUTHENTICATION : operation == TOKEN_SUBSCRIBE ? AUTHORIZATION : kind;
    const uint8_t *token = tokens_find(&board->tokens, kind, topic);
    if (token == NULL) {
        *verdict = say_words(outcome, ERR_STATE, words_none);
    }
    return token;
}

static enum verdict request_token(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct topic topic;
    enum token_kind kind = AUTHENTICATION;
    uint8_t service[SERVICE_TOPIC], payload[REQUEST_LIMIT + HOP_OVERHEAD];
    enum token_operation operation = TOKEN_CREATE;
    enum verdict verdict = take_what(&operation, request, outcome);
    if (verdict == DONE) {
        verdict = take_only(operation == TOKEN_REVOKE ? 4 : 3, request, outcome);
    }
    if (verdict == DONE && operation == TOKEN_REVOKE) {
        verdict = take_kind(&kind, request, outcome);
    }
    if (verdict == DONE) {
        verdict = take_topic(&topic, request, outcome);
    }
    if (verdict == DONE && !hop_has_key(&board->hop)) {
        verdict = say_words(outcome, ERR_NO_KEY, words_no_session);
    }
    if (verdict != DONE) {
        return verdict;
    }
    const uint8_t *token = shown(board, operation, kind, &topic, &verdict, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    const size_t length = token_request(payload + HOP_NONCE, operation, &topic, token);
    uint32_t begin = op_begin();
    hop_seal(&board->hop, own_direction(board), payload, length, service_topic(service, board));
    op_end(outcome, begin);
    ct_public(payload, length + HOP_OVERHEAD);
    put_hex(outcome, "data", payload, length + HOP_OVERHEAD);
    return DONE;
}

/* Keeps the tokens of an answer and says the rest. */
static enum verdict keep_answer(struct board_state *board, const struct token_answer *answer, struct outcome *outcome)
{
    for (int kind = 0; answer->tokens != NULL && kind < 2; kind++) {
        if (tokens_put(&board->tokens, (enum token_kind)kind, &answer->topic, answer->tokens + kind * TOKEN) != 0) {
            return say_words(outcome, ERR_STATE, words_full);
        }
    }
    reply_text(outcome->out, " what=");
    reply_words(outcome->out, operations[answer->operation]);
    put(outcome, "status", answer->status);
    put_hex(outcome, "topic", answer->topic.bytes, answer->topic.length);
    for (int kind = 0; answer->tokens != NULL && kind < 2; kind++) {
        put_token_fp(outcome, kind == AUTHENTICATION ? TEXT(" authentication=") : TEXT(" authorization="), answer->tokens + kind * TOKEN);
    }
    return DONE;
}

/* Of an answer only the tokens are secret, which follow the topic. */
static void release_head(const uint8_t *bytes, size_t length)
{
    ct_public(bytes, length < 4 ? length : 4);
    if (length >= 4) {
        const size_t topic = (size_t)bytes[2] << 8 | bytes[3];
        ct_public(bytes + 4, topic < length - 4 ? topic : length - 4);
    }
}

static enum verdict take_answer(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t service[SERVICE_TOPIC], payload[HOP_LIMIT];
    struct field data = {TEXT("data"), payload, 0, sizeof payload, 0};
    struct token_answer answer;
    enum verdict verdict = take_only(2, request, outcome);
    if (verdict == DONE) {
        verdict = take(&data, request, outcome);
    }
    if (verdict == DONE && !hop_has_key(&board->hop)) {
        verdict = say_words(outcome, ERR_NO_KEY, words_no_session);
    }
    if (verdict == DONE) {
        verdict = open_hop(board, payload, data.length, service_topic(service, board), outcome);
    }
    if (verdict == DONE) {
        const uint8_t *opened = payload + HOP_NONCE;
        release_head(opened, data.length - HOP_OVERHEAD);
        verdict = token_answer_read(&answer, opened, data.length - HOP_OVERHEAD) == 0
                      ? keep_answer(board, &answer, outcome)
                      : say(outcome, ERR_BAD_KEY, "what was sealed is no answer of the token service");
    }
    wipe(payload, sizeof payload);
    return verdict;
}

static enum verdict give(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct topic topic;
    uint8_t token[TOKEN];
    enum verdict verdict = take_only(2, request, outcome);
    if (verdict == DONE) {
        verdict = take_topic(&topic, request, outcome);
    }
    if (verdict == DONE && !hop_has_key(&board->hop)) {
        verdict = say_words(outcome, ERR_NO_KEY, words_no_session);
    }
    if (verdict != DONE) {
        return verdict;
    }
    const uint8_t *held = tokens_find(&board->tokens, AUTHORIZATION, &topic);
    if (held == NULL) {
        return say_words(outcome, ERR_STATE, words_none);
    }
    memcpy(token, held, sizeof token);
    ct_public(token, sizeof token); /* the scheme's secondary channel begins here */
    put_hex(outcome, "token", token, sizeof token);
    wipe(token, sizeof token);
    return DONE;
}

static enum verdict take_token(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct topic topic;
    enum token_kind kind;
    uint8_t token[TOKEN];
    struct field field = {TEXT("token"), token, sizeof token, sizeof token, 0};
    enum verdict verdict = take_only(4, request, outcome);
    if (verdict == DONE) {
        verdict = take_kind(&kind, request, outcome);
    }
    if (verdict == DONE) {
        verdict = take_topic(&topic, request, outcome);
    }
    if (verdict == DONE) {
        verdict = take(&field, request, outcome);
    }
    if (verdict == DONE && !hop_has_key(&board->hop)) {
        verdict = say_words(outcome, ERR_NO_KEY, words_no_session);
    }
    if (verdict == DONE) {
        ct_secret(token, sizeof token);
        if (tokens_put(&board->tokens, kind, &topic, token) != 0) {
            verdict = say_words(outcome, ERR_STATE, words_full);
        } else {
            put_token_fp(outcome, TEXT(" fp="), token);
        }
    }
    wipe(token, sizeof token);
    return verdict;
}

enum verdict verb_token(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    static const FLASH struct {
        char op[8];
        handler *run;
    } ops[] = {{"request", request_token}, {"answer", take_answer}, {"give", give}, {"take", take_token}};
    const char *op = line_argument(request, "op");
    for (size_t i = 0; op != NULL && i < sizeof ops / sizeof ops[0]; i++) {
        if (text_is(op, ops[i].op)) {
            handler *run;
            flash_copy(&run, &ops[i].run, sizeof run); /* as in verbs_selftest.c */
            return board->scheme == MQTT_AUTH && board->augpake.role == CLIENT
                       ? run(board, request, outcome)
                       : say(outcome, ERR_UNSUPPORTED, "tokens belong to a client of mqtt-auth; PROVISION scheme=mqtt-auth");
        }
    }
    return say(outcome, ERR_ARG, "op=request, answer, give or take");
}

#endif
