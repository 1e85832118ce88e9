/* wipe: zeroes memory that held a secret; the compiler may not leave it out. */
#ifndef WIPE_H
#define WIPE_H

#include <stddef.h>

void wipe(void *memory, size_t length);

#endif
