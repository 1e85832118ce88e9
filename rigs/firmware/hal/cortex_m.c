#include "cortex_m.h"

#include "bench.h"
#include "hal.h"

#ifndef RING
#error "board.mk gives RING: bytes that may arrive while an operation runs, a power of two"
#endif

#define WAIT_LIMIT 100000u

static volatile uint8_t ring[RING];
static volatile uint32_t ring_head, ring_tail; /* written by the interrupt, by hal_receive */

extern uint32_t data_image, data_start, data_end, bss_start, bss_end, stack_top;
int main(void);

void reset_handler(void)
{
    const uint32_t *from = &data_image;
    for (uint32_t *to = &data_start; to < &data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *to = &bss_start; to < &bss_end;) {
        *to++ = 0;
    }
    main();
    for (;;) {
    }
}

/* Any exception the firmware does not expect. A reset would hide it, so the board goes silent and the host sees that. */
void halt_handler(void)
{
    for (;;) {
        __asm__ volatile("wfi");
    }
}

int cortex_m_wait_for(volatile uint32_t *reg, uint32_t mask, uint32_t value)
{
    for (uint32_t i = 0; i < WAIT_LIMIT; i++) {
        if ((*reg & mask) == value) {
            return 1;
        }
    }
    return 0;
}

void cortex_m_received(uint8_t byte)
{
    if (ring_head - ring_tail < RING) {
        ring[ring_head % RING] = byte;
        ring_head++;
    }
}

size_t hal_stack(uint8_t **low)
{
    *low = (uint8_t *)&bss_end;
    return (size_t)((uint8_t *)&stack_top - *low);
}

uint8_t hal_receive(void)
{
    for (;;) {
        /* Masked, so that a byte cannot slip in between the look and the sleep; a pending interrupt ends WFI all the same. */
        __asm__ volatile("cpsid i" ::: "memory");
        int empty = ring_head == ring_tail;
        if (empty) {
            __asm__ volatile("wfi" ::: "memory");
        }
        __asm__ volatile("cpsie i\n isb" ::: "memory");
        if (!empty) {
            uint8_t byte = ring[ring_tail % RING];
            ring_tail++;
            return byte;
        }
    }
}

int main(void)
{
    static struct board_state board;
    board_start();
    bench_start(&board);
    for (;;) {
        bench_byte(&board, hal_receive());
    }
}
