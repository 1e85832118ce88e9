/* MEASURE: built-in operations on fixed data, each run timed alone with the trigger raised around it. */
#include <string.h>

#include "ascon.h"
#include "ct.h"
#include "gcm.h"
#include "handler.h"
#include "hkdf.h"
#include "modes.h"
#include "pbkdf2.h"
#include "sha256.h"
#include "wipe.h"
#include "workspace.h"

#define REPEAT_LIMIT 65535

#if !defined(WITHOUT_HARDENED) && PAYLOAD_LIMIT >= 1024
#define LONG_MESSAGE 1024 /* what published figures are for */
#endif

/* An operation has one cipher, or one long message. */
union bench_key {
    struct present present;
    struct hmac_key password;
#ifndef WITHOUT_HARDENED
    struct eax eax;
#endif
#ifdef LONG_MESSAGE
    uint8_t message[LONG_MESSAGE];
#endif
#ifndef WITHOUT_AUGMQTT
    struct {
        struct aes aes;
        struct ghash ghash;
    };
#endif
};

/* Fixed data: the numbers mean nothing, they only must not be special. */
struct bench_data {
    union {
        uint8_t bytes[64];
        uint32_t scalar[SCALAR_WORDS]; /* below q */
    };
#ifdef WITHOUT_AUGMQTT
    uint8_t out[ELEMENT_LIMIT];
#else
    uint8_t out[256]; /* an element has no more */
#endif
    union bench_key *key;
};

/* What timing itself takes: the floor of every other number. */
static void run_empty(struct bench_data *d)
{
    (void)d;
}

static void run_sha256(struct bench_data *d)
{
    struct sha256 sha;
    sha256_start(&sha);
    sha256_add(&sha, d->bytes, 55); /* one block with its padding */
    sha256_end(&sha, d->out);
}

static void run_hmac(struct bench_data *d)
{
    struct hmac hmac;
    hmac_start(&hmac, d->bytes, 32);
    hmac_add(&hmac, d->bytes, 32);
    hmac_end(&hmac, d->out);
}

/* What a login by SCRAM-SHA-256 costs: the rest of it is six hashes. */
static void run_pbkdf2(struct bench_data *d)
{
    hmac_key(&d->key->password, d->bytes, 28);
    pbkdf2(d->out, &d->key->password, (struct pbkdf2_salt){d->bytes, 16}, 4096);
}

#ifndef WITHOUT_DERIVE
static void run_hkdf(struct bench_data *d)
{
    const struct hkdf_input ikm = {d->bytes, 32}, none = {d->bytes, 0}, info = {d->bytes, 16};
    hkdf(d->out, 32, ikm, none, info);
}
#endif

#ifndef WITHOUT_MODP2048_Q256
static void run_modp_exp(struct bench_data *d)
{
    group_power(&group_modp2048_q256, d->out, NULL, d->scalar);
}
#endif

static void run_p256_exp(struct bench_data *d)
{
    group_power(&group_p256, d->out, NULL, d->scalar);
}

static void run_inverse(struct bench_data *d)
{
    uint32_t inverse[SCALAR_WORDS];
    mont_inverse(inverse, d->scalar, group_p256.order);
    words_write(d->out, inverse, SCALAR_WORDS);
}

static void run_key80(struct bench_data *d)
{
    present_key(&d->key->present, d->bytes, 80);
}

static void run_key128(struct bench_data *d)
{
    present_key(&d->key->present, d->bytes, 128);
}

static void run_block80(struct bench_data *d)
{
    present_encrypt(&d->key->present, d->out);
}

static void run_block128(struct bench_data *d)
{
    present_encrypt(&d->key->present, d->out);
}

/* The scheme's way: what SEAL of 16 bytes does, the round keys included. */
static void run_seal80(struct bench_data *d)
{
    present_key(&d->key->present, d->bytes, 80);
    ecb_seal(&d->key->present, d->out, d->bytes, 16);
}

static void run_seal128(struct bench_data *d)
{
    present_key(&d->key->present, d->bytes, 128);
    ecb_seal(&d->key->present, d->out, d->bytes, 16);
}

static void run_ctr128(struct bench_data *d)
{
    ctr(&d->key->present, d->out, d->bytes, 16, d->bytes);
}

static void run_cmac128(struct bench_data *d)
{
    cmac(&d->key->present, d->out, d->bytes, 16);
}

static void run_eax128(struct bench_data *d)
{
    const struct eax_header header = {d->bytes, 8, d->bytes, 8};
    eax_seal(&d->key->present, d->out, d->out + 16, d->bytes, 16, &header);
}

#ifndef WITHOUT_HARDENED
static void prepare_eax(struct bench_data *d)
{
    eax_key(&d->key->eax, d->bytes);
    eax_topic(&d->key->eax, d->bytes, 8);
}

/* What a message costs from the second one under a key on. */
static void run_eax_next(struct bench_data *d)
{
    eax_next_seal(&d->key->eax, d->out, d->out + 16, d->bytes, 16, d->bytes);
}

static void run_ascon(struct bench_data *d)
{
    const struct ascon_header header = {d->bytes, d->bytes, 8};
    ascon_seal(d->bytes, d->out, d->out + 16, d->bytes, 16, &header);
}
#endif

#ifdef LONG_MESSAGE
static void run_ascon_long(struct bench_data *d)
{
    const struct ascon_header header = {d->bytes, d->bytes, 8};
    ascon_seal(d->bytes, d->key->message, d->out, d->key->message, LONG_MESSAGE, &header);
}
#endif

#ifndef WITHOUT_AUGMQTT
static void run_aes_key(struct bench_data *d)
{
    aes_key(&d->key->aes, d->bytes);
}

/* One block or two: the slices hold two. */
static void run_aes_block(struct bench_data *d)
{
    aes_encrypt(&d->key->aes, d->out);
}

static void run_ghash_block(struct bench_data *d)
{
    ghash_add(&d->key->ghash, d->bytes, 16);
}

/* What SEAL and OPEN of the hop do, the round keys included. */
static void run_gcm_seal(struct bench_data *d)
{
    const struct gcm_header header = {d->bytes, d->bytes, 8};
    aes_key(&d->key->aes, d->bytes);
    gcm_seal(&d->key->aes, d->out + 16, d->out, d->bytes, 16, &header);
}

static void run_gcm_open(struct bench_data *d)
{
    const struct gcm_header header = {d->bytes, d->bytes, 8};
    aes_key(&d->key->aes, d->bytes);
    gcm_open(&d->key->aes, d->out + 32, d->out, d->out + 16, 16, &header);
}

/* What each 16 bytes more cost: a block, and a step of GHASH. */
static void run_gcm_seal_256(struct bench_data *d)
{
    uint8_t tag[GCM_TAG];
    const struct gcm_header header = {d->bytes, d->bytes, 8};
    aes_key(&d->key->aes, d->bytes);
    gcm_seal(&d->key->aes, d->out, tag, d->out, 256, &header);
}

/* gcm-seal-16 gives what gcm-open-16 opens. */
static void prepare_gcm(struct bench_data *d)
{
    run_gcm_seal(d);
}
#endif

static const FLASH struct operation {
    char name[18];
    void (*run)(struct bench_data *d);
    void (*prepare)(struct bench_data *d); /* once, untimed; or NULL */
} operations[] = {
    {"empty", run_empty, NULL},
    {"sha256-block", run_sha256, NULL},
    {"hmac-sha256", run_hmac, NULL},
    {"pbkdf2-4096", run_pbkdf2, NULL},
#ifndef WITHOUT_DERIVE
    {"hkdf-sha256", run_hkdf, NULL},
#endif
#ifndef WITHOUT_MODP2048_Q256
    {"modp2048-q256-exp", run_modp_exp, NULL},
#endif
    {"p256-exp", run_p256_exp, NULL},
    {"inverse-mod-q", run_inverse, NULL},
    {"present80-key", run_key80, NULL},
    {"present128-key", run_key128, NULL},
    {"present80-block", run_block80, NULL},
    {"present128-block", run_block128, NULL},
    {"seal16-80", run_seal80, NULL},
    {"seal16-128", run_seal128, NULL},
    {"ctr16-128", run_ctr128, NULL},
    {"cmac16-128", run_cmac128, NULL},
    {"eax16-128", run_eax128, NULL},
#ifndef WITHOUT_HARDENED
    {"eax16-next", run_eax_next, prepare_eax},
    {"ascon-seal-16", run_ascon, NULL},
#endif
#ifdef LONG_MESSAGE
    {"ascon-seal-1024", run_ascon_long, NULL},
#endif
#ifndef WITHOUT_AUGMQTT
    {"aes128-key", run_aes_key, NULL},
    {"aes128-block", run_aes_block, NULL},
    {"ghash-block", run_ghash_block, NULL},
    {"gcm-seal-16", run_gcm_seal, NULL},
    {"gcm-open-16", run_gcm_open, prepare_gcm},
    {"gcm-seal-256", run_gcm_seal_256, NULL},
#endif
};

#define OPERATIONS (sizeof operations / sizeof operations[0])

static enum verdict list(struct outcome *outcome)
{
    for (size_t i = 0; i < OPERATIONS; i++) {
        reply_words(outcome->out, i == 0 ? TEXT(" ops=") : TEXT(","));
        reply_words(outcome->out, operations[i].name);
    }
    return DONE;
}

static enum verdict repeat(const FLASH struct operation *operation, uint32_t times, struct outcome *outcome)
{
    struct bench_data data;
    WORKSPACE(union bench_key, key);
    uint32_t least = UINT32_MAX, most = 0;
    uint64_t sum = 0;
    memset(&data, 0, sizeof data);
    memset(key, 0, sizeof *key);
    data.key = key;
    for (size_t i = 0; i < sizeof data.bytes; i++) {
        data.bytes[i] = (uint8_t)(37 * i + 11);
    }
    if (operation->prepare != NULL) {
        operation->prepare(&data);
    }
    for (uint32_t i = 0; i < times; i++) {
        uint32_t begin = op_begin();
        operation->run(&data);
        op_end(outcome, begin);
        least = outcome->ticks < least ? outcome->ticks : least;
        most = outcome->ticks > most ? outcome->ticks : most;
        sum += outcome->ticks;
    }
    outcome->ticks = (uint32_t)sum;
    put(outcome, "n", times);
    put(outcome, "min", least);
    put(outcome, "max", most);
    reply_text(outcome->out, " sum=");
    reply_number(outcome->out, sum);
    return DONE;
}

enum verdict verb_measure(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)board;
    uint32_t times;
    const char *name = line_argument(request, "op");
    const char *word = line_argument(request, "n");
    if (name == NULL) {
        return say(outcome, ERR_ARG, "op= is missing; op=list names them");
    }
    if (word_is(name, "list")) {
        return list(outcome);
    }
    if (word == NULL || line_number(&times, word, REPEAT_LIMIT) != 0 || times == 0) {
        return say(outcome, ERR_ARG, "n= is 1..65535");
    }
    for (size_t i = 0; i < OPERATIONS; i++) {
        if (text_is(name, operations[i].name)) {
            return repeat(&operations[i], times, outcome);
        }
    }
    return say(outcome, ERR_UNSUPPORTED, "op= this board lacks; op=list names them");
}
