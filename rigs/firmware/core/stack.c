#include "stack.h"

#ifndef WITHOUT_STACK

#include "hal.h"

#define PAINT 0xA5
#define MARGIN 64 /* this function's own frame lies around the address it knows */

/* A board that sees its stack has one of its own. */
__attribute__((weak)) size_t hal_stack(uint8_t **low)
{
    *low = NULL;
    return 0;
}

__attribute__((noinline)) void stack_paint(void)
{
    uint8_t *low;
    if (hal_stack(&low) == 0) {
        return;
    }
    uint8_t *const end = (uint8_t *)__builtin_frame_address(0) - MARGIN;
    for (volatile uint8_t *at = low; at < end; at++) {
        *at = PAINT;
    }
}

size_t stack_deepest(size_t *reserved)
{
    uint8_t *low;
    size_t untouched = 0;
    *reserved = hal_stack(&low);
    while (untouched < *reserved && ((volatile uint8_t *)low)[untouched] == PAINT) {
        untouched++;
    }
    return *reserved - untouched;
}

#endif
