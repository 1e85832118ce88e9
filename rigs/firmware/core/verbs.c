#include "verbs.h"

#include <string.h>

#include "counts.h"
#include "ct.h"
#include "handler.h"
#include "wipe.h"

#ifndef BUILD_HASH
#error "the Makefile gives BUILD_HASH"
#endif

enum verdict say_words(struct outcome *outcome, enum verdict verdict, flash_text words)
{
    outcome->words = words;
    return verdict;
}

void put_value(struct outcome *outcome, flash_text key, uint64_t value)
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
    const char *word = line_value(request, field->key);
    if (word == NULL) {
        return say(outcome, ERR_ARG, "an argument is missing; PROTOCOL.md lists them");
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
    reply_text(out, " roles=client,server");
    put_names(out, TEXT(" profiles="), augpake_profile_at);
    put_names(out, TEXT(" groups="), group_at);
    reply_text(out, " ciphers=present80,present128" IF_AES(",aes128") " modes=ecb,ctr,cmac,eax" IF_AES(",gcm") " kdfs=hkdf-sha256 trigger=");
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
    wipe(&board->raw, sizeof board->raw);
    board->scheme = MQTT_PRESENT;
    memset(&counts, 0, sizeof counts);
    return DONE;
}

static enum verdict verb_seed(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t seed[DRBG_SEED_MAX];
    struct field field = {TEXT("seed"), seed, DRBG_SEED_MIN, sizeof seed, 0};
    enum verdict verdict = take(&field, request, outcome);
    if (verdict == DONE) {
        ct_secret(seed, field.length);
        uint32_t begin = op_begin();
        drbg_seed(&board->drbg, seed, field.length);
        op_end(outcome, begin);
    }
    wipe(seed, sizeof seed);
    return verdict;
}

struct verb {
    char name[13];
    char keys[46]; /* the arguments it knows, each followed by a space */
    handler *run;
};

static const FLASH struct verb verbs[] = {
    {"ID", "", verb_id},
    {"SEED", "seed ", verb_seed},
    {"PROVISION", "role client server group profile scheme pw W ", verb_provision},
    {"AUG.INIT", "X x y ", verb_aug_init},
    {"AUG.STEP", "server Y V ", verb_aug_step},
    {"AUG.FINISH", "V ", verb_aug_finish},
    {"AUG.REGISTER", "", verb_aug_register},
    {"KEY.PUT", "kind bits data ", verb_key_put},
    {"SEAL", "mode nonce ad topic data ", verb_seal},
    {"OPEN", "mode nonce ad tag topic data ", verb_open},
#ifndef WITHOUT_AUGMQTT
    {"KEY.DROP", "", verb_key_drop},
#endif
#ifndef WITHOUT_MQTT_AUTH
    {"TOKEN", "op what kind topic token data ", verb_token},
#endif
    {"DERIVE", "kdf ikm salt info length ", verb_derive},
    {"SENSE", "", verb_sense},
    {"MEASURE", "op n ", verb_measure},
    {"TRIGGER", "level ", verb_trigger},
    {"COUNTS", "", verb_counts},
    {"SELFTEST", "", verb_selftest},
    {"RESET", "", verb_reset},
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
        return verbs[i].run(board, request, outcome);
    }
    return say(outcome, ERR_VERB, "unknown verb");
}

flash_text verbs_code(enum verdict verdict)
{
    static const FLASH char codes[][12] = {
        "OK",       "FORMAT",      "CRC",         "SEQ",        "LENGTH",  "VERB",        "ARG",
        "TOO-LONG", "STATE",       "UNSEEDED",    "UNSUPPORTED", "BAD-ELEMENT", "BAD-SERVER", "BAD-TAG",
        "REPLAY",   "BAD-PADDING", "BAD-KEY",    "NO-KEY",     "SELFTEST", "TEST-ONLY"};
    return codes[verdict];
}
