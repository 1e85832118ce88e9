/* How much work was done since the last RESET, as COUNTS prints it. One board, one set of counters. */
#ifndef COUNTS_H
#define COUNTS_H

#include <stdint.h>

struct counts {
    uint32_t h;      /* evaluations of H or H' */
    uint32_t exp;    /* exponentiations in the group */
    uint32_t cipher; /* whole cipher calls: a message, a wrap */
    uint32_t sha;    /* SHA-256 blocks, whoever asked */
    uint32_t blocks; /* cipher blocks */
};

extern struct counts counts;

#endif
