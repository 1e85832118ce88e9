#include "verbs.h"

#include <string.h>

#include "counts.h"
#include "hal.h"

#ifndef BUILD_HASH
#define BUILD_HASH "00000000"
#endif
#ifdef HARNESS_TEST
#define TEST_BUILD 1
#else
#define TEST_BUILD 0
#endif

static enum verdict say(struct outcome *outcome, enum verdict verdict, const char *words)
{
    outcome->words = words;
    return verdict;
}

static void put(struct outcome *outcome, const char *key, uint64_t value)
{
    reply_text(outcome->out, key);
    reply_number(outcome->out, value);
}

static enum verdict verb_id(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)request;
    struct reply *out = outcome->out;
    reply_text(out, " proto=1 fw=harness build=" BUILD_HASH " board=");
    reply_text(out, board->info.board);
    put(outcome, " clock=", board->info.clock_hz);
    reply_text(out, " schemes=mqtt-present profiles=as-published,rfc6628 groups=modp2048-q256,p256"
                    " ciphers=present80,present128 modes=ecb,ctr,cmac,eax trigger=");
    reply_text(out, board->info.trigger);
    put(outcome, " line=", LINE_LIMIT);
    put(outcome, " payload=", PAYLOAD_LIMIT);
    put(outcome, " rng=", board->info.has_rng != 0);
    put(outcome, " test=", TEST_BUILD);
    return DONE;
}

static enum verdict verb_sense(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)board;
    (void)request;
    put(outcome, " input=", hal_input() != 0);
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
    put(outcome, " h=", counts.h);
    put(outcome, " exp=", counts.exp);
    put(outcome, " cipher=", counts.cipher);
    put(outcome, " sha=", counts.sha);
    put(outcome, " blocks=", counts.blocks);
    return DONE;
}

static enum verdict verb_reset(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)board;
    (void)request;
    (void)outcome;
    memset(&counts, 0, sizeof counts);
    return DONE;
}

struct verb {
    const char *name;
    const char *keys; /* the arguments it knows, each followed by a space */
    enum verdict (*run)(struct board_state *board, const struct request *request, struct outcome *outcome);
};

static const struct verb verbs[] = {
    {"ID", "", verb_id},
    {"SENSE", "", verb_sense},
    {"TRIGGER", "level ", verb_trigger},
    {"COUNTS", "", verb_counts},
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
        "BAD-PADDING", "BAD-KEY",  "NO-KEY",      "SELFTEST",   "TEST-ONLY"};
    return codes[verdict];
}
