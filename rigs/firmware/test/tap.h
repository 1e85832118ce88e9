/* A tiny TAP runner: "ok N - claim" or "not ok N - claim", a line of counts at the end.
 *
 *   claim      one claim; says where it failed
 *   tap_finish prints "# N passed, N failed"; returns the exit code
 */
#ifndef TAP_H
#define TAP_H

#include <stdio.h>

static int tap_passed, tap_failed;

#define claim(condition, ...) tap_claim((condition) != 0, __FILE__, __LINE__, #condition, __VA_ARGS__)

__attribute__((format(printf, 5, 6))) static inline void tap_claim(int good, const char *file, int line,
                                                                   const char *condition, const char *words, ...)
{
    __builtin_va_list arguments;
    __builtin_va_start(arguments, words);
    good ? tap_passed++ : tap_failed++;
    printf("%s %d - ", good ? "ok" : "not ok", tap_passed + tap_failed);
    vprintf(words, arguments);
    printf("\n");
    if (!good) {
        printf("# %s:%d: %s\n", file, line, condition);
    }
    __builtin_va_end(arguments);
    fflush(stdout);
}

static inline int tap_finish(void)
{
    printf("1..%d\n# %d passed, %d failed\n", tap_passed + tap_failed, tap_passed, tap_failed);
    return tap_failed == 0 && tap_passed > 0 ? 0 : 1;
}

#endif
