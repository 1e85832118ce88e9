/* What every Cortex-M board shares: reset, the ring of received bytes with its sleep, main. A board adds hal/cortex_m.c to the
 * sources of its board.mk, and then implements
 *
 *   board_start        clocks, pins, the counter of hal_ticks, the UART with its receive interrupt
 *
 * and hal.h without hal_receive, which is here, and
 *
 *   a vector table     in section .vectors: &stack_top, reset_handler, halt_handler everywhere else, its UART interrupt
 *   an interrupt       of the UART, which hands each byte to cortex_m_received
 *   a linker script    with stack_top, data_image, data_start, data_end, bss_start, bss_end
 *
 *   cortex_m_wait_for  a bounded wait: an emulator's register may never change
 */
#ifndef CORTEX_M_H
#define CORTEX_M_H

#include <stdint.h>

#define CORTEX_M_SYSTEM_VECTORS 16
#define REGISTER(address) (*(volatile uint32_t *)(address))

typedef void (*cortex_m_vector)(void);
extern uint32_t stack_top;

void board_start(void);

void reset_handler(void);
void halt_handler(void);
void cortex_m_received(uint8_t byte);
int cortex_m_wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value); /* 0: it did not come */

#endif
