/* PROVISION of both roles, and the client's three steps of the handshake. */
#include <string.h>

#include "ct.h"
#include "handler.h"
#include "wipe.h"

#ifdef WITHOUT_WORDS
const FLASH char words_hex[] = "-", words_no_session[] = "-", words_role[] = "-";
#else
const FLASH char words_hex[] = "a binary value is lower-case hex, two digits a byte";
const FLASH char words_no_session[] = "no session key: finish a handshake first";
const FLASH char words_role[] = "an argument of the other role, or one missing; PROTOCOL.md lists them";
#endif

void wipe_session(struct board_state *board)
{
    wipe(&board->sk, sizeof board->sk);
    wipe(&board->ks, sizeof board->ks);
#ifndef WITHOUT_AUGMQTT
    wipe(&board->hop, sizeof board->hop);
#endif
#ifndef WITHOUT_HARDENED
    board->pairs.has_hop = 0;
#endif
}

void session_key_changed(struct board_state *board)
{
    board->sk.bits = 256;
    wipe(&board->ks, sizeof board->ks);
#ifndef WITHOUT_AUGMQTT
    if (scheme_by_hop(board->scheme)) {
        hop_replace(&board->hop, board->sk.bytes);
    }
#endif
#ifndef WITHOUT_HARDENED
    if (board->scheme == HARDENED) {
        pairs_established(&board->pairs, &board->augpake.client, board->sk.bytes);
    }
#endif
}

enum verdict end_handshake_words(struct board_state *board, struct outcome *outcome, enum verdict verdict, flash_text words)
{
#ifndef WITHOUT_SCRAM
    if (board->scheme == SCRAM) {
        return say_words(outcome, verdict, words); /* a refused PROVISION: there is no handshake */
    }
#endif
    augpake_abandon(&board->augpake);
    wipe_session(board);
    return say_words(outcome, verdict, words);
}

enum verdict take_scalar(uint32_t scalar[SCALAR_WORDS], flash_text key, const struct request *request, struct outcome *outcome)
{
    uint8_t bytes[32];
    struct field field = {key, bytes, sizeof bytes, sizeof bytes, 0};
    if (!TEST_BUILD) {
        return say(outcome, ERR_TEST_ONLY, "x= and y= need a build whose ID says test=1");
    }
    enum verdict verdict = take(&field, request, outcome);
    if (verdict == DONE) {
        ct_secret(bytes, sizeof bytes);
        words_read(scalar, bytes, SCALAR_WORDS);
    }
    wipe(bytes, sizeof bytes);
    return verdict;
}

enum verdict keep_session_key(struct board_state *board, struct outcome *outcome)
{
    uint8_t fp[8];
    session_key_changed(board);
    fingerprint(fp, board->sk.bytes, sizeof board->sk.bytes);
    put_hex(outcome, "fp", fp, sizeof fp);
    return DONE;
}

/* What both roles are told. Kept apart until all of it is good: a refused PROVISION leaves the board as it was. */
struct names {
    struct field client, server;
    const struct group *group;
    const FLASH struct augpake_profile *profile;
};

static enum verdict take_names(struct names *names, const struct request *request, struct outcome *outcome)
{
    const char *group = line_argument(request, "group");
    const char *profile = line_argument(request, "profile");
    names->client = (struct field){TEXT("client"), NULL, 1, NAME_LIMIT, 0};
    names->server = (struct field){TEXT("server"), NULL, 1, NAME_LIMIT, 0};
    enum verdict verdict = take(&names->client, request, outcome);
    if (verdict == DONE) {
        verdict = take(&names->server, request, outcome);
    }
    if (verdict != DONE) {
        return verdict;
    }
    if (group == NULL || profile == NULL) {
        return say(outcome, ERR_ARG, "group= and profile= are missing; ID lists them");
    }
    names->group = group_by_name(group);
    names->profile = augpake_profile_by_name(profile);
    if (names->group == NULL || names->profile == NULL) {
        return say(outcome, ERR_UNSUPPORTED, "group or profile this board lacks; ID lists them");
    }
    return DONE;
}

/* Not timed: a copy from where the line has the name takes as long as its place there, which depends on the SEQ, lets it. */
static void name_party(struct augpake_name *name, const struct field *field)
{
    memcpy(name->bytes, field->out, field->length);
    name->length = field->length;
}

static void name_parties(struct augpake *augpake, const struct names *names)
{
    wipe(augpake, sizeof *augpake);
    name_party(&augpake->client, &names->client);
    name_party(&augpake->server, &names->server);
    augpake->group = names->group;
    augpake->profile = names->profile;
}

/* A board plays one scheme at a time: nothing is left of the one before. */
static void forget_schemes(struct board_state *board, enum scheme scheme)
{
    wipe_session(board);
#ifndef WITHOUT_MQTT_AUTH
    wipe(&board->tokens, sizeof board->tokens);
#endif
#ifndef WITHOUT_HARDENED
    pairs_forget(&board->pairs);
#endif
    board->scheme = scheme;
}

static enum verdict provision_client(const struct names *names, struct board_state *board, const struct request *request,
                                     struct outcome *outcome)
{
    struct field password = {TEXT("pw"), NULL, 1, PASSWORD_LIMIT, 0};
    enum verdict verdict = take(&password, request, outcome);
    if (verdict == DONE) {
        ct_secret(password.out, password.length);
        name_parties(&board->augpake, names);
        uint32_t begin = op_begin();
        augpake_provision(&board->augpake, password.out, password.length);
        op_end(outcome, begin);
    }
    return verdict;
}

#ifndef WITHOUT_SERVER_ROLE
static enum verdict provision_server(const struct names *names, struct board_state *board, const struct request *request,
                                     struct outcome *outcome)
{
    uint8_t bytes[ELEMENT_LIMIT];
    struct augpake fresh;
    const char *word = line_argument(request, "W");
    int length = line_hex(bytes, sizeof bytes, word);
    if (length == -1) {
        return say_words(outcome, ERR_FORMAT, words_hex);
    }
    ct_secret(bytes, sizeof bytes);
    name_parties(&fresh, names);
    uint32_t begin = op_begin();
    int result = length < 0 ? -1 : augpake_enroll(&fresh, bytes, (size_t)length);
    op_end(outcome, begin);
    wipe(bytes, sizeof bytes);
    if (result == 0) {
        board->augpake = fresh;
    }
    wipe(&fresh, sizeof fresh);
    return result == 0 ? DONE : end_handshake(board, outcome, ERR_BAD_ELEMENT, "W is outside the group");
}
#endif

enum verdict verb_provision(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct names names;
    const char *role = line_argument(request, "role");
    const char *scheme_text = line_argument(request, "scheme");
    enum scheme scheme = MQTT_PRESENT;
    int serves = role != NULL && word_is(role, "server");
    if (role != NULL && (serves ? !HAS_SERVER_ROLE : !word_is(role, "client"))) {
        return say(outcome, ERR_UNSUPPORTED, "role this board lacks; ID lists them");
    }
    if (scheme_text != NULL && scheme_by_name(&scheme, scheme_text) != 0) {
        return say(outcome, ERR_UNSUPPORTED, "scheme this board lacks; ID lists them");
    }
    if (line_value(request, serves ? TEXT("pw") : TEXT("W")) != NULL || line_value(request, serves ? TEXT("W") : TEXT("pw")) == NULL) {
        return say_words(outcome, ERR_ARG, words_role);
    }
#ifndef WITHOUT_SCRAM
    if (scheme == SCRAM) {
        const enum verdict scram = serves ? say(outcome, ERR_UNSUPPORTED, "scram is for clients") : provision_scram(board, request, outcome);
        if (scram == DONE) {
            forget_schemes(board, scheme);
        }
        return scram;
    }
#endif
    enum verdict verdict = take_names(&names, request, outcome);
#ifndef WITHOUT_HARDENED
    if (verdict == DONE && scheme == HARDENED && (serves || names.group != &group_p256 || names.profile != augpake_profile_framed())) {
        return say(outcome, ERR_UNSUPPORTED, "hardened is for clients, in p256 and profile framed");
    }
#endif
    if (verdict == DONE) {
#ifndef WITHOUT_SERVER_ROLE
        verdict = serves ? provision_server(&names, board, request, outcome) : provision_client(&names, board, request, outcome);
#else
        verdict = provision_client(&names, board, request, outcome);
#endif
    }
    if (verdict == DONE) {
        forget_schemes(board, scheme);
    }
    return verdict;
}

static enum verdict start_given(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint32_t x[SCALAR_WORDS];
    enum verdict verdict = take_scalar(x, TEXT("x"), request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    uint32_t begin = op_begin();
    int result = augpake_start(&board->augpake, x);
    op_end(outcome, begin);
    wipe(x, sizeof x);
    return result == 0 ? DONE : say(outcome, ERR_ARG, "x is in 1..q-1");
}

static enum verdict start_drawn(struct board_state *board, struct outcome *outcome)
{
    uint32_t x[SCALAR_WORDS];
    if (!board->drbg.seeded) {
        return say(outcome, ERR_UNSEEDED, "no randomness yet; send SEED seed=<16..64 bytes>");
    }
    uint32_t begin = op_begin();
    do {
        scalar_draw(x, &board->drbg, board->augpake.group);
    } while (augpake_start(&board->augpake, x) != 0);
    op_end(outcome, begin);
    wipe(x, sizeof x);
    return DONE;
}

enum verdict verb_aug_init(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct augpake *augpake = &board->augpake;
    if (augpake->state == UNPROVISIONED) {
        return say(outcome, ERR_STATE, "AUG.INIT needs PROVISION first");
    }
#ifndef WITHOUT_HARDENED
    if (board->scheme == HARDENED && !board->pairs.named) {
        return say(outcome, ERR_STATE, "AUG.INIT needs PAIR op=name first");
    }
#endif
#ifndef WITHOUT_SERVER_ROLE
    if (augpake->role == SERVER) {
        return server_init(board, request, outcome);
    }
#endif
    if (line_argument(request, "X") != NULL || line_argument(request, "y") != NULL) {
        return say_words(outcome, ERR_ARG, words_role);
    }
    enum verdict verdict = line_argument(request, "x") != NULL ? start_given(board, request, outcome)
                                                              : start_drawn(board, outcome);
    if (verdict == DONE) {
        ct_public(augpake->x_element, augpake->group->element_length);
        put_hex(outcome, "X", augpake->x_element, augpake->group->element_length);
    }
    return verdict;
}

enum verdict verb_aug_step(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct augpake *augpake = &board->augpake;
    uint8_t y[ELEMENT_LIMIT]; /* V_C comes in its place */
#ifndef WITHOUT_SERVER_ROLE
    if (augpake->role == SERVER) {
        return server_step(board, request, outcome);
    }
#endif
    char *server_text = line_argument(request, "server");
    const char *y_text = line_argument(request, "Y");
    if (server_text == NULL || y_text == NULL || line_argument(request, "V") != NULL) {
        return say_words(outcome, ERR_ARG, words_role);
    }
    uint8_t *const server = (uint8_t *)server_text;
    int server_length = line_hex(server, NAME_LIMIT, server_text);
    int y_length = line_hex(y, sizeof y, y_text);
    if (server_length == -1 || y_length == -1) {
        return say_words(outcome, ERR_FORMAT, words_hex);
    }
    if (augpake->state != STARTED) {
        return say(outcome, ERR_STATE, "AUG.STEP needs AUG.INIT first");
    }
    /* Any length is the peer's doing, not the line's: it is refused as a wrong name or element. */
    if (server_length != (int)augpake->server.length || memcmp(server, augpake->server.bytes, augpake->server.length) != 0) {
        return end_handshake(board, outcome, ERR_BAD_SERVER, "server differs from the provisioned one");
    }
    if (y_length < 0 || !group_acceptable(augpake->group, y, (size_t)y_length)) {
        return end_handshake(board, outcome, ERR_BAD_ELEMENT, "Y is outside the group");
    }
    uint32_t begin = op_begin();
    int result = augpake_step(augpake, y, y);
    op_end(outcome, begin);
    if (result != 0) {
        return end_handshake(board, outcome, ERR_BAD_ELEMENT, "K is the identity");
    }
    ct_public(y, 32);
    put_hex(outcome, "V", y, 32);
    return DONE;
}

enum verdict verb_aug_finish(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t proof[32];
#ifndef WITHOUT_SERVER_ROLE
    if (board->augpake.role == SERVER) {
        return server_finish(board, request, outcome);
    }
#endif
    const char *text = line_argument(request, "V");
    if (text == NULL) {
        return say_words(outcome, ERR_ARG, words_role);
    }
    int length = line_hex(proof, sizeof proof, text);
    if (length == -1) {
        return say_words(outcome, ERR_FORMAT, words_hex);
    }
    if (board->augpake.state != ANSWERED) {
        return say(outcome, ERR_STATE, "AUG.FINISH needs AUG.STEP first");
    }
    if (length != sizeof proof) {
        return end_handshake(board, outcome, ERR_BAD_TAG, "V is 32 bytes");
    }
    uint32_t begin = op_begin();
    int result = augpake_finish(&board->augpake, board->sk.bytes, proof);
    op_end(outcome, begin);
    if (result != 0) {
        return end_handshake(board, outcome, ERR_BAD_TAG, "V is wrong");
    }
    return keep_session_key(board, outcome);
}
