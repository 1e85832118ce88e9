#include "microbit.h"

#define INTERRUPTS 32

__attribute__((section(".vectors"), used)) static const cortex_m_vector vectors[CORTEX_M_SYSTEM_VECTORS + INTERRUPTS] = {
    [0] = (cortex_m_vector)(uintptr_t)&stack_top,
    [1] = reset_handler,
    [2 ... CORTEX_M_SYSTEM_VECTORS + UART0_IRQ - 1] = halt_handler,
    [CORTEX_M_SYSTEM_VECTORS + UART0_IRQ] = uart0_handler,
    [CORTEX_M_SYSTEM_VECTORS + UART0_IRQ + 1 ... CORTEX_M_SYSTEM_VECTORS + INTERRUPTS - 1] = halt_handler,
};
