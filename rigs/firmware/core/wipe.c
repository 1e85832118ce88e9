#include "wipe.h"

#include <string.h>

void wipe(void *memory, size_t length)
{
    memset(memory, 0, length);
    /* Says that someone reads the memory, so the line above stays. */
    __asm__ volatile("" : : "r"(memory) : "memory");
}
