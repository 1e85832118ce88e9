/* KEY.PUT, SEAL and OPEN. Keys go in, wrapped or (test build) bare; none comes out. */
#include <string.h>

#include "ct.h"
#include "handler.h"
#include "gcm.h"
#include "line.h"
#include "modes.h"
#include "wipe.h"
#include "workspace.h"

#define WRAP_LENGTH 40
#define NONCE_LIMIT 16
#define AD_LIMIT 64
#define EAX_TAG 8

#ifdef WITHOUT_AUGMQTT
#define HAS_AES 0
#else
#define HAS_AES 1
#endif

static enum verdict take_bits(unsigned *bits, const struct request *request, struct outcome *outcome)
{
    const char *text = line_argument(request, "bits");
    uint32_t value;
    if (text == NULL || line_number(&value, text, 128) != 0 || (value != 80 && value != 128)) {
        return say(outcome, ERR_ARG, "bits=80 or bits=128");
    }
    *bits = value;
    return DONE;
}

static enum verdict report_key(struct outcome *outcome, const uint8_t *key, size_t length)
{
    uint8_t fp[8];
    fingerprint(fp, key, length);
    put_hex(outcome, "fp", fp, sizeof fp);
    return DONE;
}

static enum verdict put_wrap(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    unsigned bits = 0;
    uint8_t data[CIPHERTEXT_LIMIT];
    struct field field = {TEXT("data"), data, 0, sizeof data, 0};
    enum verdict verdict = take_bits(&bits, request, outcome);
    if (verdict == DONE) {
        verdict = take(&field, request, outcome);
    }
    if (verdict != DONE) {
        return verdict;
    }
    if (board->sk.bits == 0) {
        return say(outcome, ERR_STATE, "KEY.PUT kind=wrap needs a finished handshake");
    }
    if (field.length != WRAP_LENGTH) {
        return say(outcome, ERR_BAD_KEY, "a wrap is 40 bytes");
    }
    WORKSPACE(struct present, present);
    uint32_t begin = op_begin();
    present_key(present, board->sk.bytes, bits);
    int length = ecb_open(present, data, data, field.length);
    op_end(outcome, begin);
    wipe(present, sizeof *present);
    if (length == 32) {
        memcpy(board->ks.bytes, data, sizeof board->ks.bytes);
        board->ks.bits = bits;
        verdict = report_key(outcome, data, 32);
    } else {
        verdict = say(outcome, ERR_BAD_KEY, "the wrap does not yield a 32-byte key");
    }
    wipe(data, sizeof data);
    return verdict;
}

#ifdef HARNESS_TEST
static enum verdict put_sk(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t data[32];
    struct field field = {TEXT("data"), data, sizeof data, sizeof data, 0};
    enum verdict verdict = take(&field, request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    ct_secret(data, sizeof data);
    memcpy(board->sk.bytes, data, sizeof data);
    session_key_changed(board);
    wipe(data, sizeof data);
    return report_key(outcome, board->sk.bytes, 32);
}

static enum verdict put_raw(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    uint8_t data[16];
    unsigned bits = 0;
    enum verdict verdict = take_bits(&bits, request, outcome);
    if (verdict != DONE) {
        return verdict;
    }
    struct field field = {TEXT("data"), data, bits / 8, bits / 8, 0};
    verdict = take(&field, request, outcome);
    if (verdict != DONE) {
        return verdict == ERR_TOO_LONG ? say(outcome, ERR_ARG, "data= is bits/8 bytes") : verdict;
    }
    ct_secret(data, field.length);
    memcpy(board->raw.bytes, data, field.length);
    board->raw.bits = bits;
    wipe(data, sizeof data);
    return report_key(outcome, board->raw.bytes, field.length);
}
#endif

enum verdict verb_key_put(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    const char *kind = line_argument(request, "kind");
    if (kind != NULL && word_is(kind, "wrap")) {
        return put_wrap(board, request, outcome);
    }
    if (kind == NULL || (!word_is(kind, "sk") && !word_is(kind, "raw"))) {
        return say(outcome, ERR_ARG, "kind=wrap, or in a test build kind=sk or kind=raw");
    }
#ifdef HARNESS_TEST
    return word_is(kind, "sk") ? put_sk(board, request, outcome) : put_raw(board, request, outcome);
#else
    return say(outcome, ERR_TEST_ONLY, "a bare key needs a build whose ID says test=1");
#endif
}

/* The key of a SEAL or OPEN: Ks, or with mode= the one that was put in by hand. */
static const struct traffic_key *key_of(const struct board_state *board, int bare)
{
#ifdef HARNESS_TEST
    return bare ? &board->raw : &board->ks;
#else
    (void)bare;
    return &board->ks;
#endif
}

/* What a SEAL or OPEN works on, whichever its mode. */
struct job {
    char mode[7]; /* the longest has 5: one more shows that a word is longer */
    int bare; /* with mode= */
    uint8_t nonce[NONCE_LIMIT], ad[AD_LIMIT], tag[GCM_TAG], data[CIPHERTEXT_LIMIT];
    struct eax_header header;
    size_t length;
    size_t tag_length;
};

/* Its key: where the line was on a small board, so it is made when all arguments have been taken. */
union job_key {
    struct present present;
#ifndef WITHOUT_AUGMQTT
    struct aes aes;
#endif
};

#define is(job, literal) word_is((job)->mode, literal)

static enum verdict take_optional(struct field *field, const struct request *request, struct outcome *outcome)
{
    return line_value(request, field->key) == NULL ? DONE : take(field, request, outcome);
}

static enum verdict take_mode(struct job *job, int opening, const struct request *request, struct outcome *outcome)
{
    struct field nonce = {TEXT("nonce"), job->nonce, 0, NONCE_LIMIT, 0};
    struct field ad = {TEXT("ad"), job->ad, 0, AD_LIMIT, 0};
    struct field tag = {TEXT("tag"), job->tag, 0, sizeof job->tag, 0};
    enum verdict verdict = take_optional(&nonce, request, outcome);
    if (verdict == DONE) {
        verdict = take_optional(&ad, request, outcome);
    }
    if (verdict == DONE) {
        verdict = take_optional(&tag, request, outcome);
    }
    if (verdict != DONE) {
        return verdict;
    }
    if (is(job, "block") ? job->length != 8 : is(job, "ctr") && nonce.length != 8) {
        return say(outcome, ERR_ARG, "block: data= is 8 bytes; ctr: nonce= is 8 bytes");
    }
    if (is(job, "gcm") && nonce.length != GCM_NONCE) {
        return say(outcome, ERR_ARG, "gcm: nonce= is 12 bytes");
    }
    if (opening && ((is(job, "eax") && tag.length != EAX_TAG) || (is(job, "gcm") && tag.length != GCM_TAG))) {
        return say(outcome, ERR_ARG, "eax: tag= is 8 bytes; gcm: 16");
    }
    job->header = (struct eax_header){job->nonce, nonce.length, job->ad, ad.length};
    return DONE;
}

/* Arguments and key of a SEAL or OPEN: without mode= the scheme's way under Ks, with it under the raw key. */
static enum verdict prepare(struct job *job, struct board_state *board, int opening, const struct request *request,
                            struct outcome *outcome)
{
    const char *mode = line_argument(request, "mode");
    const int bare = mode != NULL;
    job->bare = bare;
    if (bare && !TEST_BUILD) {
        return say(outcome, ERR_TEST_ONLY, "mode= needs a build whose ID says test=1");
    }
    if (!bare && request->count != 1) {
        return say(outcome, ERR_ARG, "without mode= there is data= alone");
    }
    /* Kept, for the key may come where the line was. A longer word is cut, and none of these then. */
    strncpy(job->mode, bare ? mode : "ecb", sizeof job->mode - 1);
    if (!is(job, "block") && !is(job, "ecb") && !is(job, "ctr") && !is(job, "eax") && (opening || !is(job, "cmac")) &&
        (!HAS_AES || !is(job, "gcm"))) {
        return say(outcome, ERR_UNSUPPORTED, "mode= is one of modes= of ID, or block");
    }
    size_t most = opening && is(job, "ecb") ? CIPHERTEXT_LIMIT : PAYLOAD_LIMIT;
    struct field data = {TEXT("data"), job->data, 0, most, 0};
    enum verdict verdict = take(&data, request, outcome);
    job->length = data.length;
    if (verdict == DONE && bare) {
        verdict = take_mode(job, opening, request, outcome);
    }
    const struct traffic_key *key = key_of(board, bare);
    if (verdict == DONE && key->bits == 0) {
        return say_words(outcome, ERR_NO_KEY, bare ? REASON("KEY.PUT kind=raw first") : REASON("KEY.PUT kind=wrap first"));
    }
    if (verdict == DONE && is(job, "gcm") && key->bits != 128) {
        return say(outcome, ERR_ARG, "gcm: KEY.PUT kind=raw bits=128");
    }
    return verdict;
}

#ifndef WITHOUT_AUGMQTT
static struct gcm_header gcm_header(const struct job *job)
{
    return (struct gcm_header){job->nonce, job->header.ad, job->header.ad_length};
}
#endif

static void make_key(union job_key *out, const struct job *job, const struct traffic_key *key)
{
    (void)job;
#ifndef WITHOUT_AUGMQTT
    if (is(job, "gcm")) {
        aes_key(&out->aes, key->bytes);
        return;
    }
#endif
    present_key(&out->present, key->bytes, key->bits);
}

static void seal(struct job *job, const union job_key *key)
{
#ifndef WITHOUT_AUGMQTT
    if (is(job, "gcm")) {
        const struct gcm_header header = gcm_header(job);
        gcm_seal(&key->aes, job->data, job->tag, job->data, job->length, &header);
        job->tag_length = GCM_TAG;
        return;
    }
#endif
    if (is(job, "block")) {
        present_encrypt(&key->present, job->data);
    } else if (is(job, "ecb")) {
        job->length = ecb_seal(&key->present, job->data, job->data, job->length);
    } else if (is(job, "ctr")) {
        ctr(&key->present, job->data, job->data, job->length, job->nonce);
    } else if (is(job, "cmac")) {
        cmac(&key->present, job->tag, job->data, job->length);
        memcpy(job->data, job->tag, PRESENT_BLOCK);
        job->length = PRESENT_BLOCK;
    } else {
        eax_seal(&key->present, job->data, job->tag, job->data, job->length, &job->header);
        job->tag_length = EAX_TAG;
    }
}

static enum verdict open_job(struct job *job, const union job_key *key, struct outcome *outcome)
{
#ifndef WITHOUT_AUGMQTT
    if (is(job, "gcm")) {
        const struct gcm_header header = gcm_header(job);
        return gcm_open(&key->aes, job->data, job->tag, job->data, job->length, &header) == 0 ? DONE
                                                                                             : say(outcome, ERR_BAD_TAG, "the tag is wrong");
    }
#endif
    if (is(job, "block")) {
        present_decrypt(&key->present, job->data);
    } else if (is(job, "ecb")) {
        int length = ecb_open(&key->present, job->data, job->data, job->length);
        if (length < 0) {
            return say(outcome, ERR_BAD_PADDING, "decryption yields no valid padding");
        }
        job->length = (size_t)length;
    } else if (is(job, "ctr")) {
        ctr(&key->present, job->data, job->data, job->length, job->nonce);
    } else if (eax_open(&key->present, job->data, job->tag, job->data, job->length, &job->header) != 0) {
        return say(outcome, ERR_BAD_TAG, "the tag is wrong");
    }
    return DONE;
}

static enum verdict run(struct board_state *board, int opening, const struct request *request, struct outcome *outcome)
{
#ifndef WITHOUT_AUGMQTT
    if (scheme_by_hop(board->scheme) && line_argument(request, "mode") == NULL) {
        return hop_run(board, opening, request, outcome);
    }
#endif
#ifndef WITHOUT_HARDENED
    if (board->scheme == HARDENED && line_argument(request, "mode") == NULL) {
        return pair_run(board, opening, request, outcome);
    }
#endif
    if (line_argument(request, "topic") != NULL) {
        return say(outcome, ERR_STATE, "topic= belongs to a scheme that goes by hop; PROVISION scheme=");
    }
#ifndef WITHOUT_SCRAM
    if (board->scheme == SCRAM && line_argument(request, "mode") == NULL) {
        return plain_run(board, request, outcome);
    }
#endif
    struct job job;
    memset(&job, 0, sizeof job);
    enum verdict verdict = prepare(&job, board, opening, request, outcome);
    if (verdict == DONE) {
        WORKSPACE(union job_key, key);
        uint32_t begin = op_begin();
        make_key(key, &job, key_of(board, job.bare));
        if (opening) {
            verdict = open_job(&job, key, outcome);
        } else {
            seal(&job, key);
        }
        op_end(outcome, begin);
        wipe(key, sizeof *key);
    }
    if (verdict == DONE) {
        ct_public(job.data, job.length);
        ct_public(job.tag, job.tag_length);
        put_hex(outcome, "data", job.data, job.length);
        if (job.tag_length > 0) {
            put_hex(outcome, "tag", job.tag, job.tag_length);
        }
    }
    wipe(&job, sizeof job);
    return verdict;
}

enum verdict verb_seal(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    return run(board, 0, request, outcome);
}

enum verdict verb_open(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    return run(board, 1, request, outcome);
}

#if !defined(WITHOUT_AUGMQTT) || !defined(WITHOUT_HARDENED)
/* Without a key to drop nothing happens. */
enum verdict verb_key_drop(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    (void)request;
    (void)outcome;
#ifndef WITHOUT_HARDENED
    pairs_forget_old(&board->pairs);
#endif
#ifndef WITHOUT_AUGMQTT
    hop_forget_old(&board->hop);
#endif
    return DONE;
}
#endif
