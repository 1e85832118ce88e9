/* ESFAHANI: a sensor of Esfahani et al. 2019 (as described). It keeps its registration until RESET, and no key of a login. */
#include "handler.h"

#ifndef WITHOUT_ESFAHANI

#include <string.h>

#include "ct.h"
#include "wipe.h"

static enum verdict put_registration(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct esfahani *sensor = &board->esfahani;
    struct field client = {TEXT("client"), sensor->identity, 1, ESFAHANI_SIZE, 0};
    struct field key = {TEXT("key"), sensor->f2, ESFAHANI_SIZE, ESFAHANI_SIZE, 0};
    struct field data = {TEXT("data"), sensor->f3, ESFAHANI_SIZE, ESFAHANI_SIZE, 0};
    wipe(sensor, sizeof *sensor);
    enum verdict verdict = take(&client, request, outcome);
    if (verdict == DONE) {
        verdict = take(&key, request, outcome);
    }
    if (verdict == DONE) {
        verdict = take(&data, request, outcome);
    }
    if (verdict != DONE || memchr(sensor->identity, 0, client.length) != NULL) {
        wipe(sensor, sizeof *sensor);
        return verdict != DONE ? verdict : say(outcome, ERR_ARG, "a name has no zero byte");
    }
    ct_secret(sensor->f2, sizeof sensor->f2);
    ct_secret(sensor->identity, sizeof sensor->identity);
    sensor->registered = 1;
    return DONE;
}

static enum verdict begin_login(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct esfahani *sensor = &board->esfahani;
    uint8_t message[ESFAHANI_FIRST];
    struct field given = {TEXT("x"), sensor->r1, ESFAHANI_SIZE, ESFAHANI_SIZE, 0};
    const int drawn = line_argument(request, "x") == NULL;
    if (!drawn && !TEST_BUILD) {
        return say(outcome, ERR_TEST_ONLY, "x= needs a build whose ID says test=1");
    }
    if (!sensor->registered) {
        return say(outcome, ERR_STATE, "ESFAHANI op=put first");
    }
    if (drawn && !board->drbg.seeded) {
        return say(outcome, ERR_UNSEEDED, "no randomness yet; send SEED seed=<16..64 bytes>");
    }
    if (!drawn) {
        const enum verdict verdict = take(&given, request, outcome);
        if (verdict != DONE) {
            return verdict;
        }
    }
    uint32_t begin = op_begin();
    if (drawn) {
        drbg_generate(&board->drbg, sensor->r1, sizeof sensor->r1);
    }
    ct_secret(sensor->r1, sizeof sensor->r1);
    esfahani_first(sensor, message);
    op_end(outcome, begin);
    ct_public(message, sizeof message);
    sensor->begun = 1;
    put_hex(outcome, "data", message, sizeof message);
    return DONE;
}

static enum verdict end_login(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct esfahani *sensor = &board->esfahani;
    uint8_t message[ESFAHANI_SECOND], third[ESFAHANI_SIZE], key[ESFAHANI_SIZE], fp[8];
    struct field field = {TEXT("data"), message, ESFAHANI_SECOND, ESFAHANI_SECOND, 0};
    if (!sensor->begun) {
        return say(outcome, ERR_STATE, "message 2 is not due; ESFAHANI op=first");
    }
    enum verdict verdict = take(&field, request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    uint32_t begin = op_begin();
    int good = esfahani_second(sensor, message, third, key);
    op_end(outcome, begin);
    sensor->begun = 0;
    wipe(sensor->r1, sizeof sensor->r1);
    if (good != 0) {
        return say(outcome, ERR_BAD_TAG, "message 2 is not of a router");
    }
    ct_public(third, sizeof third);
    fingerprint(fp, key, sizeof key);
    ct_public(fp, sizeof fp);
    wipe(key, sizeof key);
    put_hex(outcome, "data", third, sizeof third);
    put_hex(outcome, "fp", fp, sizeof fp);
    return DONE;
}

enum verdict verb_esfahani(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    static const FLASH struct {
        char op[8];
        handler *run;
    } ops[] = {{"put", put_registration}, {"first", begin_login}, {"second", end_login}};
    const char *op = line_argument(request, "op");
    for (size_t i = 0; op != NULL && i < sizeof ops / sizeof ops[0]; i++) {
        if (text_is(op, ops[i].op)) {
            handler *run;
            flash_copy(&run, &ops[i].run, sizeof run); /* as in verbs_selftest.c */
            return run(board, request, outcome);
        }
    }
    return say(outcome, ERR_ARG, "op=put, first or second");
}

#endif
