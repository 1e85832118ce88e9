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

const char *line_value(const struct request *request, flash_text key)
{
    for (size_t i = 0; i < request->count; i++) {
        if (text_is(request->arguments[i].key, key)) {
            return request->arguments[i].value;
        }
    }
    return NULL;
}

/* Value of a hex digit; *bad gets bits set for any other character. */
static uint32_t hex_digit(uint32_t c, uint32_t *bad)
{
    uint32_t decimal = c - '0';
    uint32_t letter = c - 'a';
    uint32_t is_decimal = (decimal - 10) >> 31 & ~(decimal >> 31);
    uint32_t is_letter = (letter - 6) >> 31 & ~(letter >> 31);
    *bad |= (is_decimal | is_letter) ^ 1;
    return (decimal & (0 - is_decimal)) | ((letter + 10) & (0 - is_letter));
}

int line_hex(uint8_t *out, size_t limit, const char *word)
{
    size_t digits = strlen(word);
    uint32_t bad = 0;
    if (digits % 2 != 0) {
        return -1;
    }
    for (size_t i = 0; i < digits / 2; i++) {
        uint32_t high = hex_digit((uint8_t)word[2 * i], &bad);
        uint32_t low = hex_digit((uint8_t)word[2 * i + 1], &bad);
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
    uint64_t value = 0;
    if (*word == '\0' || (*word == '0' && word[1] != '\0')) {
        return -1;
    }
    for (; *word != '\0'; word++) {
        if (*word < '0' || *word > '9') {
            return -1;
        }
        value = value * 10 + (uint64_t)(*word - '0');
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
    char digits[20];
    size_t count = 0;
    do {
        digits[count++] = (char)('0' + number % 10);
        number /= 10;
    } while (number != 0);
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
