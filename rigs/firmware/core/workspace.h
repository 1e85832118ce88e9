/* RAM that is used twice on a board which has little: SHARED_WORKSPACE in its board.mk puts large temporaries where the received line was.
 * So a verb takes all its arguments before it begins its work, and whoever borrows the workspace wipes it.
 *
 *   WORKSPACE(type, name)  declares `type *const name`, at most LINE_LIMIT + 1 bytes
 *
 * Elsewhere it is a variable on the stack.
 */
#ifndef WORKSPACE_H
#define WORKSPACE_H

#include <stddef.h>
#include <stdint.h>

#ifdef SHARED_WORKSPACE
extern void *workspace; /* set by bench_start */
#define WORKSPACE(type, name) \
    _Static_assert(sizeof(type) <= LINE_LIMIT + 1, "the workspace is as long as a line"); \
    type *const name = workspace
#else
#define WORKSPACE(type, name) \
    type name##_; \
    type *const name = &name##_
#endif

#endif
