#include "tokens.h"

#include "scheme.h"

#ifndef WITHOUT_MQTT_AUTH

#include <string.h>

#include "utf8.h"

/* Topics travel in the clear; only what stands beside them is secret. */
static int same_topic(const struct topic *a, const struct topic *b)
{
    return a->length == b->length && memcmp(a->bytes, b->bytes, a->length) == 0;
}

int tokens_put(struct tokens *tokens, enum token_kind kind, const struct topic *topic, const uint8_t token[TOKEN])
{
    struct topic_tokens *place = NULL;
    for (size_t i = 0; i < TOKEN_TOPICS; i++) {
        struct topic_tokens *at = &tokens->topics[i];
        if (same_topic(&at->topic, topic)) {
            place = at;
            break;
        }
        place = place == NULL && at->topic.length == 0 ? at : place;
    }
    if (place == NULL) {
        return -1;
    }
    place->topic = *topic;
    place->held[kind] = 1;
    memcpy(place->token[kind], token, TOKEN);
    return 0;
}

const uint8_t *tokens_find(const struct tokens *tokens, enum token_kind kind, const struct topic *topic)
{
    for (size_t i = 0; i < TOKEN_TOPICS; i++) {
        const struct topic_tokens *at = &tokens->topics[i];
        if (at->held[kind] && same_topic(&at->topic, topic)) {
            return at->token[kind];
        }
    }
    return NULL;
}

size_t token_request(uint8_t out[REQUEST_LIMIT], enum token_operation operation, const struct topic *topic, const uint8_t *token)
{
    size_t length = 3 + topic->length;
    out[0] = (uint8_t)operation;
    out[1] = 0;
    out[2] = topic->length;
    memcpy(out + 3, topic->bytes, topic->length);
    if (token != NULL) {
        memcpy(out + length, token, TOKEN);
        length += TOKEN;
    }
    return length;
}

int token_answer_read(struct token_answer *answer, const uint8_t *bytes, size_t length)
{
    memset(answer, 0, sizeof *answer);
    if (length < 5 || bytes[0] < 0x80 + TOKEN_CREATE || bytes[0] > 0x80 + TOKEN_REVOKE || bytes[1] > TOKEN_MALFORMED) {
        return -1;
    }
    answer->operation = (enum token_operation)(bytes[0] - 0x80);
    answer->status = (enum token_status)bytes[1];
    const size_t topic = (size_t)bytes[2] << 8 | bytes[3];
    const size_t both = answer->operation == TOKEN_CREATE && answer->status == TOKEN_GRANTED ? 2 * TOKEN : 0;
    if (topic == 0 || topic > TOPIC_LIMIT || length != 4 + topic + both || !is_utf8(bytes + 4, topic)) {
        return -1;
    }
    answer->topic.length = (uint8_t)topic;
    memcpy(answer->topic.bytes, bytes + 4, topic);
    answer->tokens = both != 0 ? bytes + 4 + topic : NULL;
    return 0;
}

#endif
