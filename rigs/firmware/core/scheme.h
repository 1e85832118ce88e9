/* The schemes a board can be provisioned with. A board.mk that leaves one out says WITHOUT_AUGMQTT (both that go by hop),
 * WITHOUT_MQTT_AUTH, WITHOUT_HARDENED or WITHOUT_SCRAM. */
#ifndef SCHEME_H
#define SCHEME_H

#include <stddef.h>

#include "flash.h"

#if defined(WITHOUT_AUGMQTT) && !defined(WITHOUT_MQTT_AUTH)
#define WITHOUT_MQTT_AUTH /* its requests travel under the hop's seal */
#endif

enum scheme {
    MQTT_PRESENT,
#ifndef WITHOUT_AUGMQTT
    AUGMQTT,
#endif
#ifndef WITHOUT_MQTT_AUTH
    MQTT_AUTH,
#endif
#ifndef WITHOUT_HARDENED
    HARDENED,
#endif
#ifndef WITHOUT_SCRAM
    SCRAM,
#endif
};

int scheme_by_hop(enum scheme scheme); /* whether payloads go by hop */

flash_text scheme_at(size_t index);                        /* NULL after the last */
int scheme_by_name(enum scheme *scheme, const char *name);  /* 0, or -1: none of this board's */

#endif
