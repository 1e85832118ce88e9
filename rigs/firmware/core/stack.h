/* How deep the stack got: what lies below it is painted, and what still has the paint was never written.
 *
 *   stack_paint    everything below the caller, anew
 *   stack_deepest  bytes since the last paint; 0 where the board does not see its stack
 */
#ifndef STACK_H
#define STACK_H

#include <stddef.h>

void stack_paint(void);
size_t stack_deepest(size_t *reserved);

#endif
