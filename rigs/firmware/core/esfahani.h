/* The sensor's side of Esfahani et al. 2019, as described by a third party's program: hash and XOR, three messages. h is SHA-256.
 *
 *   esfahani_first   message 1 from R1, which the caller draws
 *   esfahani_second  takes message 2; gives message 3 and SK, or refuses
 *
 * A board.mk that leaves it out says WITHOUT_ESFAHANI. */
#ifndef ESFAHANI_H
#define ESFAHANI_H

#include <stddef.h>
#include <stdint.h>

#define ESFAHANI_SIZE 32
#define ESFAHANI_FIRST (4 * ESFAHANI_SIZE)
#define ESFAHANI_SECOND (3 * ESFAHANI_SIZE)

struct esfahani {
    uint8_t identity[ESFAHANI_SIZE]; /* the client's name, filled up with zeros */
    uint8_t f2[ESFAHANI_SIZE];
    uint8_t f3[ESFAHANI_SIZE];
    uint8_t r1[ESFAHANI_SIZE];
    uint8_t registered;
    uint8_t begun; /* message 2 is due */
};

void esfahani_first(const struct esfahani *sensor, uint8_t message[ESFAHANI_FIRST]);

/* 0, or -1 where the message is not what the equations say. */
int esfahani_second(const struct esfahani *sensor, const uint8_t message[ESFAHANI_SECOND], uint8_t third[ESFAHANI_SIZE], uint8_t key[ESFAHANI_SIZE]);

#endif
