/* The tokens of topics (mqtt-auth): 16 bytes each, one that may publish and one that may read.
 *
 *   tokens_put     keeps one; replaces the one of that kind and topic
 *   tokens_find    NULL where it holds none
 *
 *   token_request  what a client asks of the token service
 *   token_answer_read  what the service answers
 */
#ifndef TOKENS_H
#define TOKENS_H

#include <stddef.h>
#include <stdint.h>

#define TOKEN 16
#define TOPIC_LIMIT 64
#ifndef TOKEN_TOPICS
#define TOKEN_TOPICS 4 /* topics kept; a board.mk may set more */
#endif

enum token_kind { AUTHENTICATION, AUTHORIZATION };
enum token_operation { TOKEN_CREATE = 1, TOKEN_PUBLISH, TOKEN_SUBSCRIBE, TOKEN_REVOKE };
enum token_status { TOKEN_GRANTED, TOKEN_REFUSED, TOKEN_MALFORMED };

struct topic {
    uint8_t length; /* 0: none */
    uint8_t bytes[TOPIC_LIMIT];
};

struct topic_tokens {
    struct topic topic;
    uint8_t held[2]; /* by kind */
    uint8_t token[2][TOKEN];
};

struct tokens {
    struct topic_tokens topics[TOKEN_TOPICS];
};

/* 0, or -1 where TOKEN_TOPICS others are kept. */
int tokens_put(struct tokens *tokens, enum token_kind kind, const struct topic *topic, const uint8_t token[TOKEN]);
const uint8_t *tokens_find(const struct tokens *tokens, enum token_kind kind, const struct topic *topic);

/* u8 op‖u16 len(topic)‖topic‖token; `token` is NULL with TOKEN_CREATE. Returns the length. */
#define REQUEST_LIMIT (3 + TOPIC_LIMIT + TOKEN)
size_t token_request(uint8_t out[REQUEST_LIMIT], enum token_operation operation, const struct topic *topic, const uint8_t *token);

struct token_answer {
    enum token_operation operation;
    enum token_status status;
    struct topic topic;
    const uint8_t *tokens; /* of a created topic both, within the bytes read; else NULL */
};

/* u8 0x80 + op‖u8 status‖u16 len(topic)‖topic, and where a topic was created both tokens. Returns 0, or -1 for anything else. */
int token_answer_read(struct token_answer *answer, const uint8_t *bytes, size_t length);

#endif
