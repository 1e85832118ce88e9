#include "verbs.h"

#include <string.h>

#include "counts.h"
#include "ct.h"
#include "handler.h"
#include "wipe.h"

#ifndef BUILD_HASH
#error "the Makefile gives BUILD_HASH"
#endif

enum verdict say(struct outcome *outcome, enum verdict verdict, const char *words)
{
    outcome->words = words;
    return verdict;
}

void put(struct outcome *outcome, const char *key, uint64_t value)
{
    reply_text(outcome->out, " ");
    reply_text(outcome->out, key);
    reply_text(outcome->out, "=");
    reply_number(outcome->out, value);
}

void put_hex(struct outcome *outcome, const char *key, const uint8_t *bytes, size_t length)
{
    reply_text(outcome->out, " ");
    reply_text(outcome->out, key);
    reply_text(outcome->out, "=");
    reply_hex(outcome->out, bytes, length);
}

enum verdict take(struct field *field, const struct request *request, struct outcome *outcome)
{
    const char *text = line_argument(request, field->key);
    if (text == NULL) {
        return say(outcome, ERR_ARG, "an argument is missing; PROTOCOL.md lists them");
    }
    int length = line_hex(field->out, field->most, text);
    if (length == -1) {
        return say(outcome, ERR_FORMAT, words_hex);
    }
    if (length == -2 && strcmp(field->key, "data") == 0) {
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

static void put_names(struct reply *out, const char *key, const char *(*name_at)(size_t index))
{
    for (size_t i = 0; name_at(i) != NULL; i++) {
        reply_text(out, i == 0 ? key : ",");
        reply_text(out, name_at(i));
    }
}

static enum verdict verb_id(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)request;
    struct reply *out = outcome->out;
    reply_text(out, " proto=1 fw=harness build=" BUILD_HASH " board=");
    reply_text(out, board->info.board);
    put(outcome, "clock", board->info.clock_hz);
    put_names(out, " schemes=", scheme_at);
    reply_text(out, " roles=client,server");
    put_names(out, " profiles=", augpake_profile_at);
    put_names(out, " groups=", group_at);
    reply_text(out, " ciphers=present80,present128" IF_AES(",aes128") " modes=ecb,ctr,cmac,eax" IF_AES(",gcm") " kdfs=hkdf-sha256 trigger=");
    reply_text(out, board->info.trigger);
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
    const char *text = line_argument(request, "level");
    if (text == NULL || line_number(&level, text, 1) != 0) {
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
    struct field field = {"seed", seed, DRBG_SEED_MIN, sizeof seed, 0};
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
    const char *name;
    const char *keys; /* the arguments it knows, each followed by a space */
    handler *run;
};

static const struct verb verbs[] = {
    {"ID", "", verb_id},
    {"SEED", "seed ", verb_seed},
    {"PROVISION", "role client server group profile scheme pw W ", verb_provision},
    {"AUG.INIT", "X x y ", verb_aug_init},
    {"AUG.STEP", "server Y V ", verb_aug_step},
    {"AUG.FINISH", "V ", verb_aug_finish},
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

static int knows(const struct verb *verb, const char *key)
{
    size_t length = strlen(key);
    for (const char *at = verb->keys; *at != '\0'; at = strchr(at, ' ') + 1) {
        if (strncmp(at, key, length) == 0 && at[length] == ' ') {
            return 1;
        }
    }
    return 0;
}

enum verdict verbs_run(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    for (size_t i = 0; i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(verbs[i].name, request->verb) != 0) {
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

const char *verbs_code(enum verdict verdict)
{
    static const char *const codes[] = {
        "OK",       "FORMAT",      "CRC",         "SEQ",        "LENGTH",  "VERB",        "ARG",
        "TOO-LONG", "STATE",       "UNSEEDED",    "UNSUPPORTED", "BAD-ELEMENT", "BAD-SERVER", "BAD-TAG",
        "REPLAY",   "BAD-PADDING", "BAD-KEY",    "NO-KEY",     "SELFTEST", "TEST-ONLY"};
    return codes[verdict];
}
