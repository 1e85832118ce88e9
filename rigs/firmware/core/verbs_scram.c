/* SCRAM.INIT, SCRAM.STEP and SCRAM.FINISH: the client's login of scram. PROVISION is where the others' is. */
#include "handler.h"

#ifndef WITHOUT_SCRAM

#include <string.h>

#include "base64.h"
#include "ct.h"
#include "wipe.h"

static struct scram_text name_of(const struct board_state *board)
{
    return (struct scram_text){board->login.client.bytes, board->login.client.length};
}

enum verdict provision_scram(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct field client = {TEXT("client"), NULL, 1, NAME_LIMIT, 0};
    struct field password = {TEXT("pw"), NULL, 1, PASSWORD_LIMIT, 0};
    if (line_argument(request, "server") != NULL || line_argument(request, "group") != NULL || line_argument(request, "profile") != NULL) {
        return say(outcome, ERR_ARG, "scram takes client= and pw= alone");
    }
    enum verdict verdict = take(&client, request, outcome);
    if (verdict == DONE) {
        verdict = take(&password, request, outcome);
    }
    if (verdict == DONE && memchr(client.out, 0, client.length) != NULL) {
        verdict = say(outcome, ERR_ARG, "a name has no zero byte");
    }
    if (verdict == DONE) {
        ct_secret(password.out, password.length);
        wipe(&board->augpake, sizeof board->augpake);
        memcpy(board->login.client.bytes, client.out, client.length);
        board->login.client.length = client.length;
        uint32_t begin = op_begin();
        scram_provision(&board->login.scram, password.out, password.length);
        op_end(outcome, begin);
    }
    return verdict;
}

/* nonce= of a test build, or characters that are drawn; gives their number, or 0 for a refusal. */
static size_t take_nonce(struct board_state *board, uint8_t nonce[SCRAM_NONCE], const struct request *request, enum verdict *verdict, struct outcome *outcome)
{
    if (line_argument(request, "nonce") == NULL) {
        uint8_t drawn[SCRAM_DRAWN];
        if (!board->drbg.seeded) {
            *verdict = say(outcome, ERR_UNSEEDED, "no randomness yet; send SEED seed=<16..64 bytes>");
            return 0;
        }
        drbg_generate(&board->drbg, drawn, sizeof drawn);
        ct_public(drawn, sizeof drawn);
        return base64_write(nonce, drawn, sizeof drawn);
    }
    struct field field = {TEXT("nonce"), nonce, 1, SCRAM_NONCE, 0};
    *verdict = TEST_BUILD ? take(&field, request, outcome) : say(outcome, ERR_TEST_ONLY, "nonce= needs a build whose ID says test=1");
    for (size_t i = 0; *verdict == DONE && i < field.length; i++) {
        if (nonce[i] <= ' ' || nonce[i] >= 0x7f || nonce[i] == ',') {
            *verdict = say(outcome, ERR_ARG, "a nonce is printable and has no comma");
        }
    }
    return *verdict == DONE ? field.length : 0;
}

enum verdict verb_scram_init(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t nonce[SCRAM_NONCE], message[SCRAM_FIRST];
    enum verdict verdict = DONE;
    if (board->scheme != SCRAM) {
        return say(outcome, ERR_STATE, "SCRAM.INIT needs PROVISION scheme=scram first");
    }
    uint32_t begin = op_begin();
    const size_t length = take_nonce(board, nonce, request, &verdict, outcome);
    if (verdict == DONE) {
        const size_t said = scram_begin(&board->login.scram, name_of(board), (struct scram_text){nonce, length}, message);
        op_end(outcome, begin);
        put_hex(outcome, "sasl", message, said);
        return DONE;
    }
    op_end(outcome, begin);
    return verdict;
}

/* The peer's message, decoded where it stands in the line. One that is too long is the peer's doing, as is what stands in it. */
static enum verdict take_message(struct scram_text *message, struct board_state *board, enum scram_state state, const struct request *request, struct outcome *outcome)
{
    char *text = line_argument(request, "sasl");
    if (text == NULL) {
        return say(outcome, ERR_ARG, "sasl= is missing");
    }
    const int length = line_hex((uint8_t *)text, SCRAM_MESSAGE, text);
    if (length == -1) {
        return say_words(outcome, ERR_FORMAT, words_hex);
    }
    if (board->scheme != SCRAM || board->login.scram.state != state) {
        return say(outcome, ERR_STATE, "SCRAM.INIT, SCRAM.STEP and SCRAM.FINISH come in this order");
    }
    if (length < 0) {
        scram_abandon(&board->login.scram);
        return say(outcome, ERR_BAD_MESSAGE, "a message of a server has at most 256 bytes here");
    }
    *message = (struct scram_text){(const uint8_t *)text, (size_t)length};
    return DONE;
}

static enum verdict refuse(struct board_state *board, enum scram_result result, struct outcome *outcome)
{
    scram_abandon(&board->login.scram);
    switch (result) {
    case SCRAM_FOREIGN_NONCE:
        return say(outcome, ERR_BAD_NONCE, "the nonce does not extend the board's");
    case SCRAM_ITERATIONS:
        return say(outcome, ERR_BAD_ITERATIONS, "4096 to 65535 iterations");
    case SCRAM_WRONG:
        return say(outcome, ERR_BAD_TAG, "the server's signature is wrong, or an error stands in its place");
    default:
        return say(outcome, ERR_BAD_MESSAGE, "no message of RFC 5802 that comes here");
    }
}

enum verdict verb_scram_step(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct scram_text message;
    struct scram_challenge challenge;
    uint8_t final[SCRAM_FINAL];
    enum verdict verdict = take_message(&message, board, SCRAM_BEGUN, request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    const enum scram_result result = scram_read_challenge(&board->login.scram, &challenge, message);
    if (result != SCRAM_GOOD) {
        return refuse(board, result, outcome);
    }
    uint32_t begin = op_begin();
    const size_t length = scram_prove(&board->login.scram, name_of(board), &challenge, final);
    op_end(outcome, begin);
    put_hex(outcome, "sasl", final, length);
    return DONE;
}

enum verdict verb_scram_finish(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct scram_text message;
    uint8_t fp[8];
    enum verdict verdict = take_message(&message, board, SCRAM_PROVED, request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    uint32_t begin = op_begin();
    const enum scram_result result = scram_conclude(&board->login.scram, message);
    op_end(outcome, begin);
    if (result != SCRAM_GOOD) {
        return refuse(board, result, outcome);
    }
    fingerprint(fp, board->login.scram.signature, sizeof board->login.scram.signature);
    ct_public(fp, sizeof fp);
    scram_abandon(&board->login.scram);
    board->login.scram.logged_in = 1;
    put_hex(outcome, "fp", fp, sizeof fp);
    return DONE;
}

enum verdict plain_run(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct field data = {TEXT("data"), NULL, 0, PAYLOAD_LIMIT, 0};
    enum verdict verdict = take(&data, request, outcome);
    if (verdict == DONE && !board->login.scram.logged_in) {
        verdict = say(outcome, ERR_STATE, "log in first");
    }
    if (verdict == DONE) {
        uint32_t begin = op_begin(); /* nothing is done */
        op_end(outcome, begin);
        put_hex(outcome, "data", data.out, data.length);
    }
    return verdict;
}

#endif
