#include "stm32f405.h"

__attribute__((section(".vectors"), used)) static const cortex_m_vector vectors[CORTEX_M_SYSTEM_VECTORS + USART1_IRQ + 1] = {
    [0] = (cortex_m_vector)(uintptr_t)&stack_top,
    [1] = reset_handler,
    [2 ... CORTEX_M_SYSTEM_VECTORS + USART1_IRQ - 1] = halt_handler,
    [CORTEX_M_SYSTEM_VECTORS + USART1_IRQ] = usart1_handler,
};
