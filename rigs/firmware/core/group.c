#include "group.h"

#include <string.h>

#include "counts.h"

const struct group *group_by_name(const char *name)
{
    static const struct group *const groups[] = {&group_modp2048_q256, &group_p256};
    for (size_t i = 0; i < sizeof groups / sizeof groups[0]; i++) {
        if (strcmp(groups[i]->name, name) == 0) {
            return groups[i];
        }
    }
    return NULL;
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
