/* What the handlers of verbs share.
 *
 *   say         refuse with words
 *   put         " key=number"
 *   put_hex     " key=hex"
 *   take        a hex argument
 *   op_begin, op_end   around the one thing t= and the trigger pin measure
 *
 *   verb_*      the handlers, a file a theme: verbs.c, verbs_aug.c, verbs_register.c, verbs_key.c, verbs_derive.c, verbs_measure.c,
 *               verbs_selftest.c
 *   server_*    verbs_aug_server.c: what AUG.* do where the board is the server
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
    flash_text key;
    uint8_t *out;
    size_t least, most;
    size_t length; /* set by take */
};

extern const FLASH char words_hex[], words_role[]; /* of more than one handler */

#define say(outcome, verdict, literal) say_words(outcome, verdict, TEXT(literal))
#define put(outcome, literal, value) put_value(outcome, TEXT(" " literal "="), value)
#define put_hex(outcome, literal, bytes, length) put_bytes(outcome, TEXT(" " literal "="), bytes, length)
enum verdict say_words(struct outcome *outcome, enum verdict verdict, flash_text words);
void put_value(struct outcome *outcome, flash_text key, uint64_t value);
void put_bytes(struct outcome *outcome, flash_text key, const uint8_t *bytes, size_t length);

/* ARG where it is missing or of a wrong length (TOO-LONG for data=), FORMAT where it is no hex. */
enum verdict take(struct field *field, const struct request *request, struct outcome *outcome);

/* Ends the handshake after a refused element, tag or server: no session is left over from this or an earlier one. */
#define end_handshake(board, outcome, verdict, literal) end_handshake_words(board, outcome, verdict, TEXT(literal))
enum verdict end_handshake_words(struct board_state *board, struct outcome *outcome, enum verdict verdict, flash_text words);

/* x= or y=, where a test build is given one: 32 bytes, secret from here on. */
enum verdict take_scalar(uint32_t scalar[SCALAR_WORDS], flash_text key, const struct request *request, struct outcome *outcome);

/* A finished handshake: SK is in board->sk.bytes. */
enum verdict keep_session_key(struct board_state *board, struct outcome *outcome);

uint32_t op_begin(void);
void op_end(struct outcome *outcome, uint32_t begin);

typedef enum verdict handler(struct board_state *board, const struct request *request, struct outcome *outcome);
handler verb_provision, verb_aug_init, verb_aug_step, verb_aug_finish, verb_aug_register;
handler server_init, server_step, server_finish;
handler verb_key_put, verb_seal, verb_open, verb_derive;
handler verb_measure, verb_selftest;

#endif
