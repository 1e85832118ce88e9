/* DERIVE: HKDF on given input, in a test build, so that its known answers can be asked of a board. */
#include "handler.h"

#ifndef WITHOUT_DERIVE

#include <string.h>

#include "ct.h"
#include "hkdf.h"
#include "wipe.h"

#define INPUT_LIMIT 80
#define OUTPUT_LIMIT 128

/* What it works on: a struct, so that one wipe forgets it. */
struct derivation {
    uint8_t ikm[INPUT_LIMIT], salt[INPUT_LIMIT], info[INPUT_LIMIT], out[OUTPUT_LIMIT];
};

static enum verdict take_input(struct hkdf_input *input, flash_text key, uint8_t bytes[INPUT_LIMIT],
                               const struct request *request, struct outcome *outcome)
{
    struct field field = {key, bytes, 0, INPUT_LIMIT, 0};
    enum verdict verdict = line_value(request, key) == NULL ? DONE : take(&field, request, outcome);
    *input = (struct hkdf_input){bytes, field.length};
    return verdict;
}

static enum verdict derive(struct derivation *d, const struct request *request, struct outcome *outcome)
{
    struct hkdf_input ikm, salt, info;
    const char *kdf = line_argument(request, "kdf"), *word = line_argument(request, "length");
    uint32_t length;
    if (kdf == NULL || word == NULL || line_number(&length, word, OUTPUT_LIMIT) != 0 || length == 0) {
        return say(outcome, ERR_ARG, "kdf= and length=1..128 are needed");
    }
    if (!word_is(kdf, "hkdf-sha256")) {
        return say(outcome, ERR_UNSUPPORTED, "kdf this board lacks; ID lists them");
    }
    enum verdict verdict = take_input(&ikm, TEXT("ikm"), d->ikm, request, outcome);
    if (verdict == DONE) {
        verdict = take_input(&salt, TEXT("salt"), d->salt, request, outcome);
    }
    if (verdict == DONE) {
        verdict = take_input(&info, TEXT("info"), d->info, request, outcome);
    }
    if (verdict != DONE) {
        return verdict;
    }
    ct_secret(d->ikm, ikm.length);
    uint32_t begin = op_begin();
    hkdf(d->out, (size_t)length, ikm, salt, info);
    op_end(outcome, begin);
    ct_public(d->out, (size_t)length);
    put_hex(outcome, "data", d->out, (size_t)length);
    return DONE;
}

enum verdict verb_derive(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct derivation d;
    (void)board;
    if (!TEST_BUILD) {
        return say(outcome, ERR_TEST_ONLY, "DERIVE needs a build whose ID says test=1");
    }
    memset(&d, 0, sizeof d);
    enum verdict verdict = derive(&d, request, outcome);
    wipe(&d, sizeof d);
    return verdict;
}

#endif
