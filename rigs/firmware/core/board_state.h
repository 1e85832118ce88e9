/* Everything a board remembers. One instance, static; no heap. */
#ifndef BOARD_STATE_H
#define BOARD_STATE_H

#include <stdint.h>

#include "drbg.h"
#include "hal.h"
#include "line.h"

#define PAYLOAD_LIMIT 256

struct board_state {
    struct hal_info info;
    struct drbg drbg;

    /* The line being received, and the last reply for repetition. */
    char line[LINE_LIMIT + 1];
    size_t line_length;
    int overlong;
    int debug;
    uint32_t last_seq; /* 0: none yet */
    uint16_t last_crc;
    struct reply last;
    struct reply scratch; /* replies that are not kept */
};

#endif
