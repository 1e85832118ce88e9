#include "verbs.h"

#include <string.h>

#include "counts.h"
#include "ct.h"
#include "handler.h"
#include "stack.h"
#include "wipe.h"

#ifndef BUILD_HASH
#error "the Makefile gives BUILD_HASH"
#endif

enum verdict say_words(struct outcome *outcome, enum verdict verdict, flash_text words)
{
    outcome->words = words;
    return verdict;
}

void put_value(struct outcome *outcome, flash_text key, uint32_t value)
{
    reply_words(outcome->out, key);
    reply_number(outcome->out, value);
}

void put_bytes(struct outcome *outcome, flash_text key, const uint8_t *bytes, size_t length)
{
    reply_words(outcome->out, key);
    reply_hex(outcome->out, bytes, length);
}

enum verdict take(struct field *field, const struct request *request, struct outcome *outcome)
{
    char *word = line_value(request, field->key);
    if (word == NULL) {
        return say(outcome, ERR_ARG, "an argument is missing; PROTOCOL.md lists them");
    }
    if (field->out == NULL) {
        field->out = (uint8_t *)word;
    }
    int length = line_hex(field->out, field->most, word);
    if (length == -1) {
        return say_words(outcome, ERR_FORMAT, words_hex);
    }
    if (length == -2 && field->key[0] == 'd' && field->key[1] == 'a') {
        return say(outcome, ERR_TOO_LONG, "data is longer than the payload= of ID");
    }
    if (length == -2 || (size_t)length < field->least) {
        return say(outcome, ERR_ARG, "a value is shorter or longer than PROTOCOL.md allows");
    }
    field->length = (size_t)length;
    return DONE;
}

uint32_t op_begin(void)
{
    hal_trigger(1);
    return hal_ticks();
}

void op_end(struct outcome *outcome, uint32_t begin)
{
    outcome->ticks = hal_ticks() - begin;
    hal_trigger(0);
}

#ifdef WITHOUT_AUGMQTT
#define IF_AES(text) ""
#else
#define IF_AES(text) text
#endif

static void put_names(struct reply *out, flash_text key, flash_text (*name_at)(size_t index))
{
    for (size_t i = 0; name_at(i) != NULL; i++) {
        reply_words(out, i == 0 ? key : TEXT(","));
        reply_words(out, name_at(i));
    }
}

static enum verdict verb_id(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)request;
    struct reply *out = outcome->out;
    reply_text(out, " proto=1 fw=harness build=" BUILD_HASH " board=");
    reply_words(out, board->info.board);
    put(outcome, "clock", board->info.clock_hz);
    put_names(out, TEXT(" schemes="), scheme_at);
#ifndef WITHOUT_ESFAHANI
    reply_text(out, ",esfahani-2019"); /* by a verb of its own, not by PROVISION */
#endif
    reply_text(out, " roles=client");
    if (HAS_SERVER_ROLE) {
        reply_text(out, ",server");
    }
    put_names(out, TEXT(" profiles="), augpake_profile_at);
    put_names(out, TEXT(" groups="), group_at);
    reply_text(out, " ciphers=present80,present128" IF_AES(",aes128") " modes=ecb,ctr,cmac,eax" IF_AES(",gcm"));
#ifndef WITHOUT_DERIVE
    reply_text(out, " kdfs=hkdf-sha256");
#endif
#ifndef WITHOUT_HARDENED
    reply_text(out, " signatures=p256");
#endif
    reply_text(out, " trigger=");
    reply_words(out, board->info.trigger);
    put(outcome, "line", LINE_LIMIT);
    put(outcome, "payload", PAYLOAD_LIMIT);
    put(outcome, "rng", board->info.has_rng != 0);
    put(outcome, "test", TEST_BUILD);
    return DONE;
}

static enum verdict verb_sense(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)board;
    (void)request;
    put(outcome, "input", hal_input() != 0);
    return DONE;
}

static enum verdict verb_trigger(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)board;
    uint32_t level;
    const char *word = line_argument(request, "level");
    if (word == NULL || line_number(&level, word, 1) != 0) {
        return say(outcome, ERR_ARG, "level=0 or level=1");
    }
    hal_trigger((int)level);
    return DONE;
}

static enum verdict verb_counts(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)board;
    (void)request;
    put(outcome, "h", counts.h);
    put(outcome, "exp", counts.exp);
    put(outcome, "cipher", counts.cipher);
    put(outcome, "sha", counts.sha);
    put(outcome, "blocks", counts.blocks);
    return DONE;
}

#ifndef WITHOUT_STACK
static enum verdict verb_stack(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)board;
    (void)request;
    size_t reserved;
    const size_t deepest = stack_deepest(&reserved);
    if (reserved == 0) {
        return say(outcome, ERR_UNSUPPORTED, "this board does not see its stack");
    }
    put(outcome, "reserved", reserved);
    put(outcome, "deepest", deepest);
    stack_paint();
    return DONE;
}
#endif

/* Keeps the generator: a reset must not make a board forget its randomness. */
static enum verdict verb_reset(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)request;
    (void)outcome;
    wipe(&board->augpake, sizeof board->augpake);
    wipe_session(board);
#ifndef WITHOUT_MQTT_AUTH
    wipe(&board->tokens, sizeof board->tokens);
#endif
#ifndef WITHOUT_HARDENED
    wipe(&board->pairs, sizeof board->pairs);
    wipe(&board->signing, sizeof board->signing);
#endif
#ifndef WITHOUT_ESFAHANI
    wipe(&board->esfahani, sizeof board->esfahani);
#endif
#ifdef HARNESS_TEST
    wipe(&board->raw, sizeof board->raw);
#endif
    board->scheme = MQTT_PRESENT;
    memset(&counts, 0, sizeof counts);
    return DONE;
}

static enum verdict verb_seed(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct field field = {TEXT("seed"), NULL, DRBG_SEED_MIN, DRBG_SEED_MAX, 0};
    enum verdict verdict = take(&field, request, outcome);
    if (verdict == DONE) {
        ct_secret(field.out, field.length);
        uint32_t begin = op_begin();
        drbg_seed(&board->drbg, field.out, field.length);
        op_end(outcome, begin);
    }
    return verdict;
}

struct verb {
    char name[13];
    flash_text keys; /* the arguments it knows, each followed by a space */
    handler *run;
};

static const FLASH char keys_none[] = "";
static const FLASH char keys_seed[] = "seed ";
static const FLASH char keys_provision[] = "role client server group profile scheme pw W ";
static const FLASH char keys_aug_init[] = "X x y ";
static const FLASH char keys_aug_step[] = "server Y V ";
static const FLASH char keys_aug_finish[] = "V ";
static const FLASH char keys_key_put[] = "kind bits data ";
static const FLASH char keys_seal[] = "mode nonce ad topic data ";
static const FLASH char keys_open[] = "mode nonce ad tag topic data ";
#ifndef WITHOUT_DERIVE
static const FLASH char keys_derive[] = "kdf ikm salt info length ";
#endif
#ifndef WITHOUT_MQTT_AUTH
static const FLASH char keys_token[] = "op what kind topic token data ";
#endif
#ifndef WITHOUT_HARDENED
static const FLASH char keys_pair[] = "op cipher key topic peer W pw j epoch data now ";
static const FLASH char keys_sign[] = "op key topic number data client W signature ";
#endif
#ifndef WITHOUT_ESFAHANI
static const FLASH char keys_esfahani[] = "op client key data x ";
#endif
#ifndef WITHOUT_SCRAM
static const FLASH char keys_scram_init[] = "nonce ";
static const FLASH char keys_scram[] = "sasl ";
#endif
#ifndef WITHOUT_MEASURE
static const FLASH char keys_measure[] = "op n ";
#endif
static const FLASH char keys_trigger[] = "level ";

static const FLASH struct verb verbs[] = {
    {"ID", keys_none, verb_id},
    {"SEED", keys_seed, verb_seed},
    {"PROVISION", keys_provision, verb_provision},
    {"AUG.INIT", keys_aug_init, verb_aug_init},
    {"AUG.STEP", keys_aug_step, verb_aug_step},
    {"AUG.FINISH", keys_aug_finish, verb_aug_finish},
#ifndef WITHOUT_REGISTER
    {"AUG.REGISTER", keys_none, verb_aug_register},
#endif
    {"KEY.PUT", keys_key_put, verb_key_put},
    {"SEAL", keys_seal, verb_seal},
    {"OPEN", keys_open, verb_open},
#if !defined(WITHOUT_AUGMQTT) || !defined(WITHOUT_HARDENED)
    {"KEY.DROP", keys_none, verb_key_drop},
#endif
#ifndef WITHOUT_MQTT_AUTH
    {"TOKEN", keys_token, verb_token},
#endif
#ifndef WITHOUT_HARDENED
    {"PAIR", keys_pair, verb_pair},
    {"SIGN", keys_sign, verb_sign},
#endif
#ifndef WITHOUT_ESFAHANI
    {"ESFAHANI", keys_esfahani, verb_esfahani},
#endif
#ifndef WITHOUT_SCRAM
    {"SCRAM.INIT", keys_scram_init, verb_scram_init},
    {"SCRAM.STEP", keys_scram, verb_scram_step},
    {"SCRAM.FINISH", keys_scram, verb_scram_finish},
#endif
#ifndef WITHOUT_DERIVE
    {"DERIVE", keys_derive, verb_derive},
#endif
    {"SENSE", keys_none, verb_sense},
#ifndef WITHOUT_MEASURE
    {"MEASURE", keys_measure, verb_measure},
#endif
    {"TRIGGER", keys_trigger, verb_trigger},
    {"COUNTS", keys_none, verb_counts},
#ifndef WITHOUT_STACK
    {"STACK", keys_none, verb_stack},
#endif
    {"SELFTEST", keys_none, verb_selftest},
    {"RESET", keys_none, verb_reset},
#ifdef WITH_CLIMATE
    {"CLIMATE", keys_none, verb_climate},
#endif
};

static int knows(const FLASH struct verb *verb, const char *key)
{
    for (flash_text at = verb->keys; *at != '\0'; at++) {
        const char *seen = key;
        while (*at != ' ' && *at == *seen) {
            at++;
            seen++;
        }
        if (*at == ' ' && *seen == '\0') {
            return 1;
        }
        while (*at != ' ') {
            at++;
        }
    }
    return 0;
}

enum verdict verbs_run(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (!text_is(request->verb, verbs[i].name)) {
            continue;
        }
        for (size_t k = 0; k < request->count; k++) {
            if (!knows(&verbs[i], request->arguments[k].key)) {
                return say(outcome, ERR_ARG, "an argument this verb does not know");
            }
        }
        handler *run;
        flash_copy(&run, &verbs[i].run, sizeof run); /* as in verbs_selftest.c */
        return run(board, request, outcome);
    }
    return say(outcome, ERR_VERB, "unknown verb");
}

flash_text verbs_code(enum verdict verdict)
{
    static const FLASH char codes[][15] = {
        "OK",       "FORMAT",      "CRC",         "SEQ",        "LENGTH",  "VERB",        "ARG",
        "TOO-LONG", "STATE",       "UNSEEDED",    "UNSUPPORTED", "BAD-ELEMENT", "BAD-SERVER", "BAD-TAG",
        "REPLAY",   "BAD-PADDING", "BAD-KEY",    "NO-KEY",     "NO-SEED", "SPENT",      "BAD-SIGNATURE", "SELFTEST", "TEST-ONLY",
#ifndef WITHOUT_SCRAM
        "BAD-MESSAGE", "BAD-NONCE", "BAD-ITERATIONS",
#endif
#ifdef WITH_CLIMATE
        "SENSOR",
#endif
    };
    return codes[verdict];
}
