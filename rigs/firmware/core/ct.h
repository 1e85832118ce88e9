/* Marks for the constant-time check (`make ct`). They compile to nothing elsewhere.
 *
 *   ct_secret  from here on a branch or an index on these bytes is reported
 *   ct_public  these bytes are released on purpose: an output, or a verdict everybody sees
 *   ct_verdict the same for the value of a comparison
 */
#ifndef CT_H
#define CT_H

#include <stddef.h>
#include <stdint.h>

#ifdef CT_VALGRIND
#include <valgrind/memcheck.h>
static inline void ct_secret(void *bytes, size_t length)
{
    (void)VALGRIND_MAKE_MEM_UNDEFINED(bytes, length);
}
static inline void ct_public(const void *bytes, size_t length)
{
    (void)VALGRIND_MAKE_MEM_DEFINED(bytes, length);
}
#else
static inline void ct_secret(void *bytes, size_t length)
{
    (void)bytes;
    (void)length;
}
static inline void ct_public(const void *bytes, size_t length)
{
    (void)bytes;
    (void)length;
}
#endif

static inline uint32_t ct_verdict(uint32_t value)
{
    ct_public(&value, sizeof value);
    return value;
}

/* Planted on purpose, in an image that only a test boots, for the harness must find it: the comparison ends at the first byte that differs. */
#ifdef PLANT_EARLY_EXIT
#define EXIT_ON(difference) if (difference) { break; }
#else
#define EXIT_ON(difference) (void)0;
#endif

/* 1 where the two are equal, in a time that depends on length alone. The result is still secret. */
static inline uint32_t ct_equal(const uint8_t *a, const uint8_t *b, size_t length)
{
    uint32_t difference = 0;
    for (size_t i = 0; i < length; i++) {
        difference |= (uint32_t)(a[i] ^ b[i]);
        EXIT_ON(difference)
    }
    return 1 ^ ((difference | (0 - difference)) >> 31);
}

#endif
