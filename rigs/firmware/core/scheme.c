#include "scheme.h"

#include <string.h>

static const char *const names[] = {
    [MQTT_PRESENT] = "mqtt-present",
#ifndef WITHOUT_AUGMQTT
    [AUGMQTT] = "augmqtt",
#endif
#ifndef WITHOUT_MQTT_AUTH
    [MQTT_AUTH] = "mqtt-auth",
#endif
};

const char *scheme_at(size_t index)
{
    return index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

int scheme_by_name(enum scheme *scheme, const char *name)
{
    for (size_t i = 0; scheme_at(i) != NULL; i++) {
        if (strcmp(name, scheme_at(i)) == 0) {
            *scheme = (enum scheme)i;
            return 0;
        }
    }
    return -1;
}
