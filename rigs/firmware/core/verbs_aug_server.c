/* The handshake where the board is the server: X in, Y out; V_C in, V_S out; the fingerprint of SK. */
#include "augpake.h"

#ifndef WITHOUT_SERVER_ROLE

#include <string.h>

#include "ct.h"
#include "handler.h"
#include "wipe.h"

static enum verdict choose_y(uint32_t y[SCALAR_WORDS], struct board_state *board, const struct request *request,
                             struct outcome *outcome)
{
    if (line_argument(request, "y") != NULL) {
        return take_scalar(y, TEXT("y"), request, outcome);
    }
    if (!board->drbg.seeded) {
        return say(outcome, ERR_UNSEEDED, "no randomness yet; send SEED seed=<16..64 bytes>");
    }
    scalar_draw(y, &board->drbg, board->augpake.group);
    return DONE;
}

enum verdict server_init(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct augpake *augpake = &board->augpake;
    uint8_t element[ELEMENT_LIMIT]; /* X, then Y */
    uint32_t y[SCALAR_WORDS];
    const char *text = line_argument(request, "X");
    if (text == NULL || line_argument(request, "x") != NULL) {
        return say_words(outcome, ERR_ARG, words_role);
    }
    int length = line_hex(element, sizeof element, text);
    if (length == -1) {
        return say_words(outcome, ERR_FORMAT, words_hex);
    }
    uint32_t begin = op_begin();
    enum verdict verdict = choose_y(y, board, request, outcome);
    if (verdict != DONE) {
        op_end(outcome, begin);
        return verdict;
    }
    int good = length >= 0 && group_acceptable(augpake->group, element, (size_t)length);
    enum augpake_answer answer = good ? augpake_answer(augpake, element, element, y) : ANSWER_IDENTITY;
    op_end(outcome, begin);
    wipe(y, sizeof y);
    if (answer == ANSWER_BAD_SCALAR) {
        return say(outcome, ERR_ARG, "y is in 1..q-1");
    }
    if (answer != ANSWER_GIVEN) {
        return end_handshake_words(board, outcome, ERR_BAD_ELEMENT, good ? REASON("X W^r is the identity") : REASON("X is outside the group"));
    }
    ct_public(element, augpake->group->element_length);
    put_hex(outcome, "Y", element, augpake->group->element_length);
    return DONE;
}

enum verdict server_step(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t client_proof[32], server_proof[32];
    const char *text = line_argument(request, "V");
    if (text == NULL || request->count != 1) {
        return say_words(outcome, ERR_ARG, words_role);
    }
    int length = line_hex(client_proof, sizeof client_proof, text);
    if (length == -1) {
        return say_words(outcome, ERR_FORMAT, words_hex);
    }
    if (board->augpake.state != ANSWERED) {
        return say(outcome, ERR_STATE, "AUG.STEP needs AUG.INIT first");
    }
    if (length != sizeof client_proof) {
        return end_handshake(board, outcome, ERR_BAD_TAG, "V is 32 bytes");
    }
    uint32_t begin = op_begin();
    int result = augpake_verify(&board->augpake, server_proof, client_proof);
    op_end(outcome, begin);
    if (result != 0) {
        return end_handshake(board, outcome, ERR_BAD_TAG, "V is wrong");
    }
    ct_public(server_proof, sizeof server_proof);
    put_hex(outcome, "V", server_proof, sizeof server_proof);
    return DONE;
}

enum verdict server_finish(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    if (request->count != 0) {
        return say_words(outcome, ERR_ARG, words_role);
    }
    if (board->augpake.state != VERIFIED) {
        return say(outcome, ERR_STATE, "AUG.FINISH needs an accepted AUG.STEP first");
    }
    uint32_t begin = op_begin();
    augpake_conclude(&board->augpake, board->sk.bytes);
    op_end(outcome, begin);
    return keep_session_key(board, outcome);
}

#endif
