#include "base64.h"

/* Masks in place of branches: what is decoded is compared with a secret, and its time must not stand in the way of seeing that. */
static uint8_t below(uint8_t a, uint8_t b)
{
    return (uint8_t)(((unsigned)a - b) >> 8);
}

static uint8_t within(uint8_t c, uint8_t first, uint8_t last)
{
    return (uint8_t)~(below(c, first) | below(last, c));
}

static uint8_t letter(uint8_t value)
{
    return (uint8_t)((within(value, 0, 25) & ('A' + value)) | (within(value, 26, 51) & ('a' - 26 + value)) | (within(value, 52, 61) & (value - 4)) |
                     (within(value, 62, 62) & '+') | (within(value, 63, 63) & '/'));
}

/* 64 for anything else. */
static uint8_t value_of(uint8_t c)
{
    const uint8_t upper = within(c, 'A', 'Z'), lower = within(c, 'a', 'z'), digit = within(c, '0', '9'), plus = within(c, '+', '+'), slash = within(c, '/', '/');
    return (uint8_t)((upper & (c - 'A')) | (lower & (c - 'a' + 26)) | (digit & (c - '0' + 52)) | (plus & 62) | (slash & 63) |
                     (~(upper | lower | digit | plus | slash) & 64));
}

size_t base64_write(uint8_t *text, const uint8_t *bytes, size_t length)
{
    size_t at = 0;
    for (size_t i = 0; i < length; i += 3) {
        const uint8_t a = bytes[i], b = i + 1 < length ? bytes[i + 1] : 0, c = i + 2 < length ? bytes[i + 2] : 0;
        text[at++] = letter(a >> 2);
        text[at++] = letter((uint8_t)((a & 3) << 4 | b >> 4));
        text[at++] = i + 1 < length ? letter((uint8_t)((b & 15) << 2 | c >> 6)) : '=';
        text[at++] = i + 2 < length ? letter(c & 63) : '=';
    }
    return at;
}

int base64_read(uint8_t *bytes, size_t limit, const uint8_t *text, size_t length)
{
    size_t written = 0;
    if (length % 4 != 0) {
        return -1;
    }
    for (size_t i = 0; i < length; i += 4) {
        const size_t padding = i + 4 < length || text[i + 3] != '=' ? 0 : text[i + 2] != '=' ? 1 : 2;
        uint8_t v[4] = {0, 0, 0, 0};
        for (size_t k = 0; k < 4 - padding; k++) {
            v[k] = value_of(text[i + k]);
            if (v[k] == 64) {
                return -1;
            }
        }
        const uint8_t group[3] = {(uint8_t)(v[0] << 2 | v[1] >> 4), (uint8_t)(v[1] << 4 | v[2] >> 2), (uint8_t)(v[2] << 6 | v[3])};
        for (size_t k = 0; k < 3; k++) {
            if (k >= 3 - padding) {
                if (group[k] != 0) {
                    return -1; /* bits beside the bytes */
                }
            } else if (written == limit) {
                return -1;
            } else {
                bytes[written++] = group[k];
            }
        }
    }
    return (int)written;
}
