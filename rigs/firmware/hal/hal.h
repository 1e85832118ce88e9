/* What a board gives the firmware. Each board implements these functions in one file and owns main().
 *
 *   hal_describe   who the board is
 *   hal_receive    the next byte of the serial line; sleeps until there is one
 *   hal_send       bytes out; returns when they are handed over
 *   hal_ticks      a free-running counter, modulo 2^32
 *   hal_entropy    true randomness, where the board has any
 *   hal_trigger    the pin raised around each timed operation
 *   hal_input      the digital input SENSE reads
 *   hal_stack      where the stack may grow to; a board that does not know it leaves it out
 *   hal_i2c        one transfer with a device on the board's I2C bus; boards built WITH_CLIMATE alone
 */
#ifndef HAL_H
#define HAL_H

#include <stddef.h>
#include <stdint.h>

#include "flash.h"

struct hal_info {
    flash_text board;        /* as ID prints it: no space, no '=' */
    flash_text trigger;      /* name of the pin, or "none" */
    uint32_t clock_hz; /* rate of hal_ticks; 0 where unknown */
    int has_rng;       /* 1 where hal_entropy yields something */
};

void hal_describe(struct hal_info *info);
uint8_t hal_receive(void);
void hal_send(const uint8_t *bytes, size_t length);
uint32_t hal_ticks(void);
size_t hal_entropy(uint8_t *out, size_t length); /* bytes written: length, or 0 */
void hal_trigger(int level);
int hal_input(void);
size_t hal_stack(uint8_t **low); /* bytes reserved, from the lowest address on; 0: unknown */
#ifdef WITH_CLIMATE
#define HAL_I2C_GONE 1 /* nobody acknowledges */
#define HAL_I2C_HELD 2 /* a line is held: no transfer ends */
int hal_i2c(uint8_t address, const uint8_t *write, size_t written, uint8_t *read, size_t length); /* 0, or one of the two */
int hal_i2c_is_model(void); /* 1 where no bus stands behind it */
#endif

#endif
