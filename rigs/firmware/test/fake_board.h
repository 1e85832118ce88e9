/* A board without a wire: lines go in, replies come out as text.
 *
 *   fake_start    a board fresh from power-up; rng 1: it has entropy
 *   fake_bytes    raw bytes; returns the last reply line, "" where none came
 *   fake_line     a raw line, ended here
 *   ask           a framed request with the next SEQ; the reply without SEQ and CRC (checked), e.g. "OK fp=... t=1"
 *   ask_as        the same with a SEQ of the caller's
 *   value         the value of a key in the last reply of ask
 */
#ifndef FAKE_BOARD_H
#define FAKE_BOARD_H

#include "bench.h"

#define TEXT_LIMIT 4096

struct fake {
    struct board_state board;
    uint8_t entropy;          /* what hal_entropy fills with, 0: none */
    int level, trigger, rises; /* of the input; of the trigger pin */
    int replies;              /* lines sent so far */
    char sent[TEXT_LIMIT];    /* the last one, without its end */
    size_t length;
    uint32_t seq;
    int secret_leaked;        /* a watched hex string was seen in a reply */
    const char *watched[16];
    int i2c_fault;            /* what hal_i2c returns: 0, HAL_I2C_GONE, HAL_I2C_HELD */
    int i2c_register, i2c_value; /* a register that reads otherwise; 0: none */
};

extern struct fake fake;

void fake_start(int rng);
const char *fake_bytes(const void *bytes, size_t length);
const char *fake_line(const char *line);
const char *ask_as(uint32_t seq, const char *format, ...) __attribute__((format(printf, 2, 3)));
const char *ask(const char *format, ...) __attribute__((format(printf, 1, 2)));
const char *value(const char *key);
int is_ok(const char *reply);
int is_error(const char *reply, const char *code);
void fake_watch(const char *hex); /* no reply may contain it */

#endif
