#include "line.h"

#include <string.h>

static int split_argument(struct request *request, char *word)
{
    char *equals = strchr(word, '=');
    if (equals == NULL || equals == word || request->count == LINE_ARGUMENTS) {
        return -1;
    }
    *equals = '\0';
    for (size_t i = 0; i < request->count; i++) {
        if (strcmp(request->arguments[i].key, word) == 0) {
            return -1;
        }
    }
    request->arguments[request->count].key = word;
    request->arguments[request->count].value = equals + 1;
    request->count++;
    return 0;
}

int line_split(struct request *request, char *line)
{
    memset(request, 0, sizeof *request);
    for (const char *c = line; *c != '\0'; c++) {
        if (*c < 0x20 || *c > 0x7e) {
            return -1;
        }
    }
    char *word = line;
    for (;;) {
        char *space = strchr(word, ' ');
        if (space != NULL) {
            *space = '\0';
        }
        if (*word == '\0') {
            return -1; /* empty line, double or trailing space */
        }
        if (request->verb == NULL) {
            request->verb = word;
        } else if (split_argument(request, word) != 0) {
            return -1;
        }
        if (space == NULL) {
            return 0;
        }
        word = space + 1;
    }
}

char *line_value(const struct request *request, flash_text key)
{
    for (size_t i = 0; i < request->count; i++) {
        if (text_is(request->arguments[i].key, key)) {
            return request->arguments[i].value;
        }
    }
    return NULL;
}

/* Value of a hex digit; *bad gets bits set for any other character. A difference below zero has ones in its second byte. */
static uint8_t hex_digit(uint8_t c, uint8_t *bad)
{
    const uint8_t decimal = (uint8_t)(c - '0'), letter = (uint8_t)(c - 'a');
    const uint8_t is_decimal = (uint8_t)((uint16_t)(decimal - 10) >> 8);
    const uint8_t is_letter = (uint8_t)((uint16_t)(letter - 6) >> 8);
    *bad |= (uint8_t)~(is_decimal | is_letter);
    return (uint8_t)((decimal & is_decimal) | ((letter + 10) & is_letter));
}

int line_hex(uint8_t *out, size_t limit, const char *word)
{
    size_t digits = strlen(word);
    uint8_t bad = 0;
    if (digits % 2 != 0) {
        return -1;
    }
    for (size_t i = 0; i < digits / 2; i++) {
        const uint8_t high = hex_digit((uint8_t)word[2 * i], &bad);
        const uint8_t low = hex_digit((uint8_t)word[2 * i + 1], &bad);
        if (i < limit) {
            out[i] = (uint8_t)(high << 4 | low);
        }
    }
    if (bad != 0) {
        return -1;
    }
    return digits / 2 > limit ? -2 : (int)(digits / 2);
}

int line_number(uint32_t *out, const char *word, uint32_t limit)
{
    uint32_t value = 0;
    if (*word == '\0' || (*word == '0' && word[1] != '\0')) {
        return -1;
    }
    for (; *word != '\0'; word++) {
        if (*word < '0' || *word > '9') {
            return -1;
        }
        value = value * 10 + (uint32_t)(*word - '0');
        if (value > limit) {
            return -1;
        }
    }
    *out = (uint32_t)value;
    return 0;
}

void reply_clear(struct reply *reply)
{
    reply->length = 0;
}

static void append(struct reply *reply, char c)
{
    if (reply->length < REPLY_LIMIT) {
        reply->text[reply->length++] = c;
    }
}

void reply_words(struct reply *reply, flash_text words)
{
    for (; *words != '\0'; words++) {
        append(reply, *words);
    }
}

void reply_number(struct reply *reply, uint64_t number)
{
    uint8_t bytes[8], left;
    char digits[20];
    size_t count = 0;
    for (int i = 0; i < 8; i++) {
        bytes[i] = (uint8_t)(number >> (8 * (7 - i)));
    }
    /* By bytes: a division of 64 bits is half a kilobyte on a small core. */
    do {
        unsigned rest = 0;
        left = 0;
        for (int i = 0; i < 8; i++) {
            rest = rest << 8 | bytes[i];
            bytes[i] = (uint8_t)(rest / 10);
            rest %= 10;
            left |= bytes[i];
        }
        digits[count++] = (char)('0' + rest);
    } while (left != 0);
    while (count > 0) {
        append(reply, digits[--count]);
    }
}

void reply_hex(struct reply *reply, const uint8_t *bytes, size_t length)
{
    static const FLASH char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < length; i++) {
        append(reply, digits[bytes[i] >> 4]);
        append(reply, digits[bytes[i] & 15]);
    }
}
