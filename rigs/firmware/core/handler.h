/* What the handlers of verbs share.
 *
 *   say         refuse with words
 *   put         " key=number"
 *   put_hex     " key=hex"
 *   take        a hex argument
 *   op_begin, op_end   around the one thing t= and the trigger pin measure
 *
 *   verb_*      the handlers, a file a theme: verbs.c, verbs_aug.c, verbs_register.c, verbs_key.c, verbs_hop.c, verbs_token.c,
 *               verbs_pair.c, verbs_epoch.c, verbs_sign.c, verbs_esfahani.c, verbs_scram.c, verbs_derive.c, verbs_measure.c, verbs_selftest.c, verbs_climate.c
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
    uint8_t *out; /* NULL: take decodes it in place, where its digits are in the line, and sets this; so it is taken once */
    size_t least, most;
    size_t length; /* set by take */
};

extern const FLASH char words_hex[], words_role[], words_no_session[]; /* of more than one handler */

#define say(outcome, verdict, literal) say_words(outcome, verdict, REASON(literal))
#define put(outcome, literal, value) put_value(outcome, TEXT(" " literal "="), (uint32_t)(value))
#define put_hex(outcome, literal, bytes, length) put_bytes(outcome, TEXT(" " literal "="), bytes, length)
enum verdict say_words(struct outcome *outcome, enum verdict verdict, flash_text words);
void put_value(struct outcome *outcome, flash_text key, uint32_t value);
void put_bytes(struct outcome *outcome, flash_text key, const uint8_t *bytes, size_t length);

/* ARG where it is missing or of a wrong length (TOO-LONG for data=), FORMAT where it is no hex. */
enum verdict take(struct field *field, const struct request *request, struct outcome *outcome);

/* Ends the handshake after a refused element, tag or server: no session is left over from this or an earlier one. */
#define end_handshake(board, outcome, verdict, literal) end_handshake_words(board, outcome, verdict, REASON(literal))
enum verdict end_handshake_words(struct board_state *board, struct outcome *outcome, enum verdict verdict, flash_text words);

/* x= or y=, where a test build is given one: 32 bytes, secret from here on. */
enum verdict take_scalar(uint32_t scalar[SCALAR_WORDS], flash_text key, const struct request *request, struct outcome *outcome);

/* A finished handshake: SK is in board->sk.bytes. */
enum verdict keep_session_key(struct board_state *board, struct outcome *outcome);

/* SK as a handshake or a test build gives it: Ks came under the one before, the hop keeps that one for reading. */
void session_key_changed(struct board_state *board);

/* Wipes SK, Ks and the hop's keys. */
void wipe_session(struct board_state *board);

#ifndef WITHOUT_AUGMQTT
/* SEAL and OPEN of the schemes that go by hop. */
enum verdict hop_run(struct board_state *board, int opening, const struct request *request, struct outcome *outcome);
enum hop_direction own_direction(const struct board_state *board);
enum verdict take_topic(struct topic *topic, const struct request *request, struct outcome *outcome);
enum verdict open_hop(struct board_state *board, uint8_t *payload, size_t length, struct hop_text topic, struct outcome *outcome);
#endif
#ifndef WITHOUT_MQTT_AUTH
/* Whether it is where this client and the token service talk. */
int is_service_topic(const struct board_state *board, const struct topic *topic);
#endif

#ifndef WITHOUT_HARDENED
/* SEAL and OPEN of hardened. */
extern const FLASH char words_spent[];
void put_missing(const struct pairs *pairs, struct outcome *outcome); /* messages of a subscriber's epochs that did not come */
enum verdict pair_run(struct board_state *board, int opening, const struct request *request, struct outcome *outcome);
#endif

#ifndef WITHOUT_SCRAM
enum verdict provision_scram(struct board_state *board, const struct request *request, struct outcome *outcome);
/* SEAL and OPEN of scram: payloads travel as they are. */
enum verdict plain_run(struct board_state *board, const struct request *request, struct outcome *outcome);
#endif

uint32_t op_begin(void);
void op_end(struct outcome *outcome, uint32_t begin);

typedef enum verdict handler(struct board_state *board, const struct request *request, struct outcome *outcome);
handler verb_provision, verb_aug_init, verb_aug_step, verb_aug_finish, verb_aug_register;
handler server_init, server_step, server_finish;
handler verb_key_put, verb_key_drop, verb_seal, verb_open, verb_token, verb_derive;
handler verb_measure, verb_selftest, verb_pair, verb_sign, verb_esfahani;
handler verb_scram_init, verb_scram_step, verb_scram_finish;
#ifdef WITH_CLIMATE
handler verb_climate;
#endif

#endif
