/* What the handlers of verbs share.
 *
 *   say         refuse with words
 *   put         " key=number"
 *   put_hex     " key=hex"
 *   take        a hex argument
 *   op_begin, op_end   around the one thing t= and the trigger pin measure
 *
 *   verb_*      the handlers, a file a theme: verbs.c, verbs_aug.c, verbs_key.c, verbs_measure.c, verbs_selftest.c
 */
#ifndef HANDLER_H
#define HANDLER_H

#include "board_state.h"
#include "verbs.h"

#ifdef HARNESS_TEST
#define TEST_BUILD 1
#else
#define TEST_BUILD 0
#endif

struct field {
    const char *key;
    uint8_t *out;
    size_t least, most;
    size_t length; /* set by take */
};

enum verdict say(struct outcome *outcome, enum verdict verdict, const char *words);
void put(struct outcome *outcome, const char *key, uint64_t value);
void put_hex(struct outcome *outcome, const char *key, const uint8_t *bytes, size_t length);

/* ARG where it is missing or of a wrong length (TOO-LONG for data=), FORMAT where it is no hex. */
enum verdict take(struct field *field, const struct request *request, struct outcome *outcome);

uint32_t op_begin(void);
void op_end(struct outcome *outcome, uint32_t begin);

typedef enum verdict handler(struct board_state *board, const struct request *request, struct outcome *outcome);
handler verb_provision, verb_aug_init, verb_aug_step, verb_aug_finish;
handler verb_key_put, verb_seal, verb_open;
handler verb_measure, verb_selftest;

#endif
