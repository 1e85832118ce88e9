/* The hashes of AugPAKE in each profile. Shared by the two roles; knows nothing of states.
 *
 *   hash_to_scalar    H'(p C S tail), in [1, q-1]
 *   hash_transcript   H(p C S X Y K)
 *   scalar_good       whether 1 <= x <= q-1
 */
#ifndef AUGPAKE_HASH_H
#define AUGPAKE_HASH_H

#include "augpake.h"

/* p0..p4, or in profile framed the labels w, r, vc, vs, sk */
enum hash_use { HASH_W, HASH_R, HASH_VC, HASH_VS, HASH_SK };

void hash_to_scalar(uint32_t out[SCALAR_WORDS], const struct augpake *augpake, enum hash_use use, const uint8_t *tail,
                    size_t length);
void hash_transcript(uint8_t out[32], const struct augpake *augpake, enum hash_use use, const uint8_t *y, const uint8_t *k);
int scalar_good(const uint32_t x[SCALAR_WORDS], const struct group *group);

#endif
