/* Vector table and what happens before main. */
#include <stdint.h>

#include "stm32f405.h"

extern uint32_t stack_top, data_image, data_start, data_end, bss_start, bss_end;
int main(void);

void reset_handler(void);
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
static void halt(void)
{
    for (;;) {
        __asm__ volatile("wfi");
    }
}

typedef void (*vector)(void);

#define SYSTEM_VECTORS 16

__attribute__((section(".vectors"), used)) static const vector vectors[SYSTEM_VECTORS + USART1_IRQ + 1] = {
    [0] = (vector)(uintptr_t)&stack_top,
    [1] = reset_handler,
    [2 ... SYSTEM_VECTORS + USART1_IRQ - 1] = halt,
    [SYSTEM_VECTORS + USART1_IRQ] = usart1_handler,
};
