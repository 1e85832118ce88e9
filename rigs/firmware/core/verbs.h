/* What each verb does. bench.c knows lines, this knows the board. */
#ifndef VERBS_H
#define VERBS_H

#include "board_state.h"
#include "line.h"

enum verdict {
    DONE,
    ERR_FORMAT,
    ERR_CRC,
    ERR_SEQ,
    ERR_LENGTH,
    ERR_VERB,
    ERR_ARG,
    ERR_TOO_LONG,
    ERR_STATE,
    ERR_UNSEEDED,
    ERR_UNSUPPORTED,
    ERR_BAD_ELEMENT,
    ERR_BAD_SERVER,
    ERR_BAD_TAG,
    ERR_REPLAY,
    ERR_BAD_PADDING,
    ERR_BAD_KEY,
    ERR_NO_KEY,
    ERR_NO_SEED,
    ERR_SPENT,
    ERR_BAD_SIGNATURE,
    ERR_SELFTEST,
    ERR_TEST_ONLY,
#ifndef WITHOUT_SCRAM
    ERR_BAD_MESSAGE,
    ERR_BAD_NONCE,
    ERR_BAD_ITERATIONS,
#endif
    ERR_SENSOR
};

/* A verb writes " key=value ..." to `out` and returns DONE, or sets `words` and returns why not. */
struct outcome {
    struct reply *out;
    flash_text words;
    uint32_t ticks;
};

enum verdict verbs_run(struct board_state *board, const struct request *request, struct outcome *outcome);
flash_text verbs_code(enum verdict verdict);

#endif
