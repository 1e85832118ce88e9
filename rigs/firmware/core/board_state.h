/* Everything a board remembers. One instance, static; no heap. */
#ifndef BOARD_STATE_H
#define BOARD_STATE_H

#include <stddef.h>
#include <stdint.h>

#include "augpake.h"
#include "drbg.h"
#include "esfahani.h"
#include "hal.h"
#include "hop.h"
#include "line.h"
#include "pairs.h"
#include "scheme.h"
#include "scram.h"
#include "tokens.h"

#define CIPHERTEXT_LIMIT (PAYLOAD_LIMIT + 8)      /* ECB pads by 1..8 bytes */
#define HOP_LIMIT (PAYLOAD_LIMIT + HOP_OVERHEAD) /* a hop's payload has nonce and tag */

struct session_key {
    unsigned bits; /* 0: none; else 256 */
    uint8_t bytes[32];
};

struct traffic_key {
    unsigned bits; /* 0: none; 80 or 128, which are the first of them */
    uint8_t bytes[16];
};

struct board_state {
    struct hal_info info;
    struct drbg drbg;
    union {
        struct augpake augpake;
#ifndef WITHOUT_SCRAM
        struct {
            enum augpake_state state; /* UNPROVISIONED, and no server: what AUG.* look at */
            enum augpake_role role;
            struct augpake_name client;
            struct scram scram;
        } login; /* under scheme scram */
#endif
    };
    struct session_key sk; /* of the last handshake */
    struct traffic_key ks; /* the pair's: of its 32 bytes those that a cipher may take */
#ifdef HARNESS_TEST
    struct traffic_key raw; /* put in by hand */
#endif
    enum scheme scheme;
#ifndef WITHOUT_AUGMQTT
    struct hop hop;
#endif
#ifndef WITHOUT_MQTT_AUTH
    struct tokens tokens;
#endif
#ifndef WITHOUT_HARDENED
    struct pairs pairs;
    struct {
        uint8_t has_key;
        uint8_t key[ECDSA_PRIVATE];
    } signing; /* the device's own key, until RESET */
#endif
#ifndef WITHOUT_ESFAHANI
    struct esfahani esfahani;
#endif

    /* The line being received, and the last reply for repetition. */
    char line[LINE_LIMIT + 1];
    size_t line_length;
    int overlong;
    int debug;
    uint32_t last_seq; /* 0: none yet */
    uint16_t last_crc;
    struct reply last;
#ifndef SHARED_WORKSPACE
    struct reply scratch; /* replies that are not kept */
#endif
};

#endif
