/* The client's side of SCRAM-SHA-256 (RFC 5802, RFC 7677), without channel binding. It agrees on no key.
 *
 *   scram_provision       keeps the password hashed as HMAC's key, so that it can be forgotten
 *   scram_begin           takes a nonce; gives the client's first message
 *   scram_read_challenge  takes the server's first message apart, and refuses
 *   scram_prove           gives the client's last message, after PBKDF2
 *   scram_conclude        takes the server's last message
 *   scram_abandon         ends the exchange, keeps the password
 *
 * A nonce, a salt and what is sent are public; messages are bytes of UTF-8 without end. A board.mk that leaves it out says WITHOUT_SCRAM. */
#ifndef SCRAM_H
#define SCRAM_H

#include "sha256.h"

#define SCRAM_NONCE 32       /* the longest of the client's; one that is drawn has 24 characters */
#define SCRAM_DRAWN 18       /* bytes of it */
#define SCRAM_MESSAGE 256    /* the longest of the server's */
#define SCRAM_SALT (SCRAM_MESSAGE / 4 * 3)
#define SCRAM_FIRST (8 + 3 * 64 + SCRAM_NONCE)
#define SCRAM_FINAL (SCRAM_MESSAGE + 56)
#define SCRAM_LEAST 4096     /* RFC 7677 section 4 */
#define SCRAM_MOST 65535     /* more keep a board busy for longer than anybody waits */

enum scram_result { SCRAM_GOOD, SCRAM_MALFORMED, SCRAM_FOREIGN_NONCE, SCRAM_ITERATIONS, SCRAM_WRONG };
enum scram_state { SCRAM_IDLE, SCRAM_BEGUN, SCRAM_PROVED };

struct scram_text {
    const uint8_t *bytes;
    size_t length;
};

struct scram {
    struct hmac_key password;
    uint8_t nonce[SCRAM_NONCE];
    uint8_t nonce_length;
    uint8_t signature[32]; /* what the server must answer */
    uint8_t state;         /* of enum scram_state */
    uint8_t logged_in;     /* an exchange was completed, and none was begun or refused since */
};

struct scram_challenge {
    struct scram_text message, nonce; /* both nonces */
    uint8_t salt[SCRAM_SALT];
    size_t salt_length;
    uint16_t iterations;
};

void scram_provision(struct scram *scram, const uint8_t *password, size_t length);

/* Returns the length of the message. The nonce has 1 to SCRAM_NONCE printable characters without comma. */
size_t scram_begin(struct scram *scram, struct scram_text name, struct scram_text nonce, uint8_t message[SCRAM_FIRST]);

enum scram_result scram_read_challenge(const struct scram *scram, struct scram_challenge *challenge, struct scram_text message);
size_t scram_prove(struct scram *scram, struct scram_text name, const struct scram_challenge *challenge, uint8_t message[SCRAM_FINAL]);

enum scram_result scram_conclude(struct scram *scram, struct scram_text message);
void scram_abandon(struct scram *scram);

#endif
