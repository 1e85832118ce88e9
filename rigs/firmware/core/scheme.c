#include "scheme.h"

static const FLASH char names[][13] = {
    [MQTT_PRESENT] = "mqtt-present",
#ifndef WITHOUT_AUGMQTT
    [AUGMQTT] = "augmqtt",
#endif
#ifndef WITHOUT_MQTT_AUTH
    [MQTT_AUTH] = "mqtt-auth",
#endif
#ifndef WITHOUT_HARDENED
    [HARDENED] = "hardened",
#endif
#ifndef WITHOUT_SCRAM
    [SCRAM] = "scram",
#endif
};

flash_text scheme_at(size_t index)
{
    return index < sizeof names / sizeof names[0] ? names[index] : NULL;
}

int scheme_by_hop(enum scheme scheme)
{
#ifndef WITHOUT_MQTT_AUTH
    return scheme == AUGMQTT || scheme == MQTT_AUTH;
#elif !defined(WITHOUT_AUGMQTT)
    return scheme == AUGMQTT;
#else
    (void)scheme;
    return 0;
#endif
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
