/* A second opinion on the messages of a SCRAM server (RFC 5802 section 7), on strings and with a table, as scram.c does it on bytes.
 *
 *   opinion_challenge   what the server's first message is to a client whose nonce is `own`
 *   opinion_verdict     what its last one is to a client that waits for `signature`, in base64
 */
#ifndef SCRAM_OPINION_H
#define SCRAM_OPINION_H

#include <stdlib.h>
#include <string.h>

#include "scram.h"

static inline int opinion_is_text(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
        const uint8_t first = bytes[i];
        const size_t size = first < 0x80 ? 1 : (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : (first & 0xf8) == 0xf0 ? 4 : 0;
        if (first == 0 || size == 0 || i + size > length) {
            return 0;
        }
        uint32_t point = size == 1 ? first : first & (0xffu >> (size + 1));
        for (size_t k = 1; k < size; k++) {
            if ((bytes[i + k] & 0xc0) != 0x80) {
                return 0;
            }
            point = point << 6 | (bytes[i + k] & 0x3f);
        }
        if (point < least[size] || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) {
            return 0;
        }
        i += size;
    }
    return 1;
}

/* The number of bytes, or -1: reads, writes again, compares. */
static inline int opinion_base64(const char *text)
{
    static const char table[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const size_t length = strlen(text), letters = strcspn(text, "=");
    if (length % 4 != 0 || length - letters > 2 || strspn(text + letters, "=") != length - letters) {
        return -1;
    }
    for (size_t i = 0; i < letters; i++) {
        if (strchr(table, text[i]) == NULL) {
            return -1;
        }
    }
    if (length > letters && (strchr(table, text[letters - 1]) - table) % (length - letters == 1 ? 4 : 16) != 0) {
        return -1;
    }
    return (int)(length / 4 * 3 - (length - letters));
}

/* The values of `letters`, in place; NULL where the message has another form. */
static inline int opinion_split(char *text, const char *letters, char **values)
{
    const size_t count = strlen(letters);
    for (size_t i = 0;; i++) {
        char *end = strchr(text, ',');
        if (strlen(text) < 2 || text[1] != '=' || (i < count ? text[0] != letters[i] : !((text[0] | 32) >= 'a' && (text[0] | 32) <= 'z'))) {
            return 0;
        }
        if (i < count) {
            values[i] = text + 2;
        }
        if (end == NULL) {
            return i + 1 >= count;
        }
        if (end < text + 2) {
            return 0;
        }
        *end = '\0';
        text = end + 1;
    }
}

static inline enum scram_result opinion_challenge(const uint8_t *bytes, size_t length, const char *own)
{
    char text[SCRAM_MESSAGE + 1], *values[3];
    if (length > SCRAM_MESSAGE || !opinion_is_text(bytes, length)) {
        return SCRAM_MALFORMED;
    }
    memcpy(text, bytes, length);
    text[length] = '\0';
    if (!opinion_split(text, "rsi", values) || values[0][0] == '\0' || opinion_base64(values[1]) < 1) {
        return SCRAM_MALFORMED;
    }
    for (const char *at = values[0]; *at != '\0'; at++) {
        if (*at <= ' ' || *at > '~') {
            return SCRAM_MALFORMED;
        }
    }
    if (strspn(values[2], "0123456789") != strlen(values[2]) || strlen(values[2]) > 9 || values[2][0] == '0' || values[2][0] == '\0') {
        return SCRAM_MALFORMED;
    }
    if (strncmp(values[0], own, strlen(own)) != 0 || strlen(values[0]) == strlen(own)) {
        return SCRAM_FOREIGN_NONCE;
    }
    const long iterations = atol(values[2]);
    return iterations < SCRAM_LEAST || iterations > SCRAM_MOST ? SCRAM_ITERATIONS : SCRAM_GOOD;
}

static inline enum scram_result opinion_verdict(const uint8_t *bytes, size_t length, const char *signature)
{
    char text[SCRAM_MESSAGE + 1], *value;
    if (length > SCRAM_MESSAGE || !opinion_is_text(bytes, length)) {
        return SCRAM_MALFORMED;
    }
    memcpy(text, bytes, length);
    text[length] = '\0';
    const int error = text[0] == 'e';
    if (!opinion_split(text, error ? "e" : "v", &value) || (!error && opinion_base64(value) != 32)) {
        return SCRAM_MALFORMED;
    }
    return !error && strcmp(value, signature) == 0 ? SCRAM_GOOD : SCRAM_WRONG;
}

#endif
