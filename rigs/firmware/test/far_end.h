/* The far end of a board that is client of a hop: the broker, in this process.
 *
 *   bytes_of   bytes of hex, on the heap, with room for a hop's nonce and tag behind them
 *   hex_of     hex of bytes; four texts live at a time
 *   broker     the far end
 *   session    a client of a scheme that has SK, and the broker's end of its hop
 *   sealed     what the broker sends of a text, in hex
 *   opened     what a payload of the board carries, in hex; "" where it does not open
 */
#ifndef FAR_END_H
#define FAR_END_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cases.h"
#include "hop.h"

#define SK "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define SK2 "ff0102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"
#define TOPIC "6c6162" /* lab */
#define ONE "11111111111111111111111111111111" /* a token */

static inline uint8_t *bytes_of(const char *hex, size_t *length)
{
    *length = strlen(hex) / 2;
    uint8_t *out = malloc(*length + HOP_OVERHEAD + 1);
    if (out == NULL || line_hex(out, *length, hex) != (int)*length) {
        abort();
    }
    return out;
}

static inline const char *hex_of(const uint8_t *bytes, size_t length)
{
    static char texts[4][2 * (PAYLOAD_LIMIT + 2 * HOP_OVERHEAD) + 1];
    static int next;
    char *text = texts[next++ & 3];
    for (size_t i = 0; i < length; i++) {
        sprintf(text + 2 * i, "%02x", bytes[i]);
    }
    text[2 * length] = '\0';
    return text;
}

static struct hop broker;

static inline int session(const char *scheme)
{
    size_t length;
    uint8_t *sk = bytes_of(SK, &length);
    fake_start(1);
    memset(&broker, 0, sizeof broker);
    hop_replace(&broker, sk);
    free(sk);
    return is_ok(ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=%s pw=63", scheme)) && is_ok(ask("KEY.PUT kind=sk data=%s", SK));
}

static inline const char *sealed(struct hop *hop, const char *topic, const char *hex)
{
    size_t length;
    uint8_t *text = bytes_of(hex, &length);
    memmove(text + HOP_NONCE, text, length);
    hop_seal(hop, FROM_BROKER, text, length, (struct hop_text){(const uint8_t *)topic, strlen(topic)});
    const char *out = hex_of(text, length + HOP_OVERHEAD);
    free(text);
    return out;
}

static inline const char *opened(const char *topic, const char *hex)
{
    size_t length;
    uint8_t *payload = bytes_of(hex, &length);
    const enum hop_result result = hop_open(&broker, FROM_BROKER, payload, length, (struct hop_text){(const uint8_t *)topic, strlen(topic)});
    const char *out = result == HOP_OPENED ? hex_of(payload + HOP_NONCE, length - HOP_OVERHEAD) : "";
    free(payload);
    return out;
}

#endif
