/* The groups AugPAKE runs in. Elements on wires: modp2048-q256 256 bytes, p256 65 bytes (0x04, x, y).
 *
 *   group_by_name     NULL for one this board lacks
 *   group_at          the names, NULL past the last
 *   group_acceptable  exact length, in range, on the curve. No order check: p-1 = 2qs, cofactor 1
 *   group_power       base^exponent; base NULL is the generator
 *   group_product     a b
 *
 * Elements may be secrets (W, K): none of the three branches on one; a verdict is released.
 */
#ifndef GROUP_H
#define GROUP_H

#include <stddef.h>
#include <stdint.h>

#include "flash.h"
#include "montgomery.h"

#ifdef WITHOUT_MODP2048_Q256
#define ELEMENT_LIMIT 65
#else
#define ELEMENT_LIMIT 256
#endif

struct group {
    flash_text name;
    flash_text method; /* its word in the MQTT method AUGPAKE-<profile>-<group> */
    size_t element_length;
    const struct modulus *order; /* the prime q */
    int (*acceptable)(const uint8_t *element);
    int (*power)(uint8_t *out, const uint8_t *base, const uint32_t exponent[SCALAR_WORDS]);
    int (*product)(uint8_t *out, const uint8_t *a, const uint8_t *b);
};

extern const struct group group_modp2048_q256; /* not where the build leaves it out */
extern const struct group group_p256;

const struct group *group_by_name(const char *name);
flash_text group_at(size_t index);
int group_acceptable(const struct group *group, const uint8_t *element, size_t length);

/* Operands have passed group_acceptable or come from here; `out` may be one, or the exponent. Returns 0, or -1 where the result is the identity (out is then zero). */
int group_power(const struct group *group, uint8_t *out, const uint8_t *base, const uint32_t exponent[SCALAR_WORDS]);
int group_product(const struct group *group, uint8_t *out, const uint8_t *a, const uint8_t *b);

#endif
