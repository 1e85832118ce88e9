/* Everything a board remembers. One instance, static; no heap. */
#ifndef BOARD_STATE_H
#define BOARD_STATE_H

#include <stdint.h>

#include "augpake.h"
#include "drbg.h"
#include "hal.h"
#include "line.h"

/* A board.mk may set a smaller one. A wrap is 40 bytes. */
#ifndef PAYLOAD_LIMIT
#define PAYLOAD_LIMIT 256
#endif
_Static_assert(PAYLOAD_LIMIT >= 32 && PAYLOAD_LIMIT <= 256, "PAYLOAD_LIMIT is 32 to 256");

#define CIPHERTEXT_LIMIT (PAYLOAD_LIMIT + 8) /* ECB pads by 1..8 bytes */

struct key {
    unsigned bits; /* 0: none; SK: 256 */
    uint8_t bytes[32];
};

struct board_state {
    struct hal_info info;
    struct drbg drbg;
    struct augpake augpake;
    struct key sk;  /* of the last handshake */
    struct key ks;  /* the pair's: 32 bytes, of which the first 10 or 16 are used */
    struct key raw; /* test build: a traffic key put in by hand */

    /* The line being received, and the last reply for repetition. */
    char line[LINE_LIMIT + 1];
    size_t line_length;
    int overlong;
    int debug;
    uint32_t last_seq; /* 0: none yet */
    uint16_t last_crc;
    struct reply last;
#ifndef SHARED_WORKSPACE
    struct reply scratch; /* replies that are not kept */
#endif
};

#endif
