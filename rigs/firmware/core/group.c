#include "group.h"

#include <string.h>

#include "counts.h"

/* A board without room for a group leaves it out with a flag of its board.mk. */
static const struct group *const groups[] = {
#ifndef WITHOUT_MODP2048_Q256
    &group_modp2048_q256,
#endif
    &group_p256,
};

#define GROUPS (sizeof groups / sizeof groups[0])

const struct group *group_by_name(const char *name)
{
    for (size_t i = 0; i < GROUPS; i++) {
        if (text_is(name, groups[i]->name)) {
            return groups[i];
        }
    }
    return NULL;
}

flash_text group_at(size_t index)
{
    return index < GROUPS ? groups[index]->name : NULL;
}

int group_acceptable(const struct group *group, const uint8_t *element, size_t length)
{
    return length == group->element_length && group->acceptable(element);
}

int group_power(const struct group *group, uint8_t *out, const uint8_t *base, const uint32_t exponent[SCALAR_WORDS])
{
    counts.exp++;
    return group->power(out, base, exponent);
}

int group_product(const struct group *group, uint8_t *out, const uint8_t *a, const uint8_t *b)
{
    return group->product(out, a, b);
}
