#include "scheme.h"

static const FLASH char names[][13] = {
    [MQTT_PRESENT] = "mqtt-present",
#ifndef WITHOUT_AUGMQTT
    [AUGMQTT] = "augmqtt",
#endif
#ifndef WITHOUT_MQTT_AUTH
    [MQTT_AUTH] = "mqtt-auth",
#endif
};

flash_text scheme_at(size_t index)
{
    return index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

int scheme_by_name(enum scheme *scheme, const char *name)
{
    for (size_t i = 0; scheme_at(i) != NULL; i++) {
        if (text_is(name, scheme_at(i))) {
            *scheme = (enum scheme)i;
            return 0;
        }
    }
    return -1;
}
