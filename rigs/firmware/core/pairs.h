/* What a board is in the scheme hardened besides a client that logs in (src/Harness.Schemes/Hardened/HARDENED.md): the publisher of one topic, or a
 * subscriber to it. Pair runs are AugPAKE in p256. No clock: whoever carries its messages says what time it is, and when an epoch begins.
 *
 *   pairs_tell        cipher, u and topic; ends everything before
 *   pairs_forget      wipes all but u and the numbers that never repeat
 *   pairs_reader      publisher: one more subscriber, by its W
 *   pairs_writer      subscriber: its publisher, and the pair password
 *   pairs_sign        signs with a private key, or demands signatures of a public one
 *   pairs_name        the pseudonym of a login, once
 *   pairs_established SK changed: another pair topic, counts from 1
 *
 *   pairs_login       its login succeeded
 *   pairs_take        what came on its pair topic
 *   pairs_epoch       publisher: begins an epoch
 *   pairs_revoke      publisher: forgets a subscriber; an epoch must follow
 *   pairs_next        the next message that is due, one at a time
 *
 *   pairs_seal, pairs_open   messages of the epoch
 *   pairs_forget_old  forgets the epoch before
 *
 *   publisher_*, subscriber_*  the two parts, in files of their own; messages of the epoch in pairs_messages.c
 */
#ifndef PAIRS_H
#define PAIRS_H

#ifndef WITHOUT_HARDENED

#include "ecdsa.h"
#include "hardened.h"
#include "sha256.h"

#ifndef PAIR_READERS
#define PAIR_READERS 4
#endif
#define PAIR_ELEMENT 65 /* of p256 */
#define PAIR_SECRET 16
#define PAIR_RUN 8
#define RUNS_A_DAY 10
#define RUNS_IN_ALL 100
/* The longest body is Epoch's or Start's, and goes with count, peer and tag. */
#define EPOCH_KEYS 32
#define PAIR_BODY (1 + 2 + TOPIC_LIMIT + 8 + EPOCH_KEYS + SEALING_TAG)
#define PAIR_MESSAGE (8 + 2 + NAME_LIMIT + PAIR_BODY + SEALING_TAG)
_Static_assert(PAIR_BODY >= 1 + PAIR_RUN + 2 + 32 + 2 + PAIR_ELEMENT, "a Start fits where an Epoch does");
#define MESSAGE_LIMIT (PAYLOAD_LIMIT + ECDSA_SIGNATURE + COUNTER + SEALING_TAG)

enum pair_part { NO_PART, PUBLISHES, SUBSCRIBES };
enum pair_kind { PAIR_ASK = 1, PAIR_START, PAIR_ANSWER, PAIR_PROOF, PAIR_DONE, PAIR_FAIL, PAIR_EPOCH };
enum pair_failure { FAIL_PROTOCOL = 1, FAIL_PROOF, FAIL_LIMIT };
/* As an ERR would say them; a replay and a malformed body are told apart from a wrong tag. */
enum pair_result { PAIR_OPENED, PAIR_BAD_TAG, PAIR_REPLAY, PAIR_MALFORMED, PAIR_NO_KEY, PAIR_SPENT, PAIR_BAD_NUMBER, PAIR_BAD_SIGNATURE };

struct guess_limit {
    uint16_t failures;
    uint8_t held;
    uint32_t at[RUNS_A_DAY]; /* seconds, the oldest first */
};

struct pair_reader {
    struct augpake_name name; /* no length: free */
    uint8_t verifier[PAIR_ELEMENT];
    struct guess_limit limit;
    uint8_t answered, has_key;
    uint8_t owes_ask, owes_epoch;
    uint8_t run[PAIR_RUN];
    uint8_t client_proof[32], server_proof[32], run_key[32]; /* of the run that was answered */
    uint8_t key[32];                                         /* SK_PS */
    uint64_t count;                                          /* messages under its KEK */
};

struct publisher {
    struct pair_reader readers[PAIR_READERS];
    struct message_keys keys;
    uint8_t tk[16];
    uint8_t has_epoch, due, ended, signs;
    uint8_t private_key[ECDSA_PRIVATE];
    uint32_t calls;
    uint64_t next, first; /* counters: of the next message, and of this epoch's first */
};

struct opener {
    uint8_t held;
    struct message_keys keys;
    struct window window;
};

/* The epoch before: few messages of it come, so its key is set up again for each. */
struct past {
    uint8_t held;
    uint8_t tk[16], name[SHORT_NAME];
    uint32_t epoch, sender;
    struct window window;
};

struct subscriber {
    struct augpake run; /* its client; w' is kept here */
    uint8_t id[PAIR_RUN];
    uint8_t running, proved, has_key, demands;
    uint8_t public_key[ECDSA_PUBLIC]; /* of the publisher, where signatures are demanded */
    struct guess_limit limit;
    uint8_t key[32];
    uint64_t count, missed;
    uint8_t tk[16];
    struct opener current;
    struct past previous;
};

struct pairs {
    enum pair_part part;
    enum pair_cipher cipher;
    uint8_t known, told, named; /* u and numbers; all of op=set; a pseudonym for the login */
    uint8_t secret[PAIR_SECRET];
    uint64_t attempt; /* the lowest j that was not used */
    uint32_t epoch;   /* the lowest epoch that was not used */
    struct topic topic;
    uint8_t has_hop;
    uint8_t hop_name[SHORT_NAME]; /* of the pair topic */
    uint8_t hop_key[2][SEALING_KEY];
    uint64_t sent, received;
    union {
        struct publisher publisher;
        struct subscriber subscriber;
    } of;
};

/* A body for a peer, or what was made of one. */
struct pair_body {
    const struct augpake_name *peer;
    size_t length; /* 0: none */
    uint8_t bytes[PAIR_BODY];
};

void pairs_forget(struct pairs *pairs);
void pairs_tell(struct pairs *pairs, enum pair_cipher cipher, const uint8_t secret[PAIR_SECRET], const struct topic *topic);
/* The slot, or -1 where there is none left; W has passed group_acceptable. */
int pairs_reader(struct pairs *pairs, const uint8_t *name, size_t length, const uint8_t verifier[PAIR_ELEMENT]);
void pairs_writer(struct pairs *pairs, const struct augpake_name *client, const uint8_t *publisher, size_t length, const uint8_t *password, size_t password_length);
int pairs_sign(struct pairs *pairs, const uint8_t *private_key, const uint8_t *public_key); /* one of them NULL; -1: not its part, or no key */
/* PAIR_BAD_NUMBER where j was used, or is at its end; else the login of `augpake` is bound to the name. */
enum pair_result pairs_name(struct pairs *pairs, struct augpake *augpake, uint8_t name[SHORT_NAME], uint64_t attempt);
void pairs_established(struct pairs *pairs, const struct augpake_name *client, const uint8_t session_key[32]);

void pairs_login(struct pairs *pairs, struct drbg *drbg, const struct augpake_name *client, struct pair_body *out);
/* `message` is opened in place. */
enum pair_result pairs_take(struct pairs *pairs, struct drbg *drbg, const struct augpake_name *client, uint8_t *message, size_t length, uint32_t now,
                            struct pair_body *out);
enum pair_result pairs_epoch(struct pairs *pairs, struct drbg *drbg, const struct augpake_name *client, uint32_t epoch);
int pairs_revoke(struct pairs *pairs, const uint8_t *name, size_t length);
int pairs_owes(const struct pairs *pairs);
void pairs_next(struct pairs *pairs, struct pair_body *out);
/* A body for the hop: at most PAIR_MESSAGE bytes. */
size_t pairs_carry(struct pairs *pairs, uint8_t out[PAIR_MESSAGE], const struct pair_body *body);

/* The text is at `payload` + COUNTER. Returns the length, or 0 where the key or the counter is at its end. */
size_t pairs_seal(struct pairs *pairs, const struct augpake_name *client, uint8_t *payload, size_t length);
enum pair_result pairs_open(struct pairs *pairs, const uint8_t *topic, size_t topic_length, uint8_t *payload, size_t *length);
void pairs_forget_old(struct pairs *pairs);

int limit_begin(struct guess_limit *limit, uint32_t now); /* 0, or -1 where none may fail any more */
void limit_succeeded(struct guess_limit *limit);
void put_head(struct pair_body *out, enum pair_kind kind, const uint8_t run[PAIR_RUN]);
void put_bytes_of(struct pair_body *out, const void *bytes, size_t length);
void put_field(struct pair_body *out, const uint8_t *bytes, size_t length);
void put_fail(struct pair_body *out, const uint8_t run[PAIR_RUN], enum pair_failure reason);
void hash_field(struct sha256 *sha, const uint8_t *bytes, size_t length); /* u16 length, and the bytes */
/* What a signature covers: the names, the nonce and the text. */
void signed_digest(uint8_t digest[32], const struct augpake_name *publisher, const struct topic *topic, const uint8_t nonce[SEALING_NONCE], const uint8_t *text,
                   size_t length);
void kek_sealing(struct sealing *sealing, const struct pairs *pairs, const uint8_t key[32]);

struct body {
    enum pair_kind kind;
    const uint8_t *run;
    const uint8_t *method, *data; /* X, Y, a proof, or the sealed keys */
    size_t method_length, length;
    uint64_t count;
};

/* A new connection begins: pair runs under way end, as what was answered on the one before may be lost. */
void publisher_connects(struct publisher *publisher);
void publisher_take(struct pairs *pairs, struct drbg *drbg, const struct augpake_name *client, struct pair_reader *from, const struct body *body, uint32_t now,
                    struct pair_body *out);
struct pair_reader *publisher_find(struct publisher *publisher, const uint8_t *name, size_t length);
void subscriber_start(struct pairs *pairs, struct drbg *drbg, struct pair_body *out);
enum pair_result subscriber_take(struct pairs *pairs, struct drbg *drbg, const struct body *body, uint32_t now, struct pair_body *out);

#endif
#endif
