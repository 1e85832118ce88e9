/* AUG.REGISTER: W = g^w' as MQTT-PRESENT publishes its registration, for the profile as-published alone.
 *
 * Whoever sees W may search a dictionary and may play the broker: that is the published scheme's fault, shown and not repaired here. A
 * client of any other profile is enrolled by a file and lets W out to nobody. */
#include "handler.h"

#ifndef WITHOUT_REGISTER

#include <string.h>

#include "ct.h"
#include "wipe.h"

enum verdict verb_aug_register(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct augpake *augpake = &board->augpake;
    uint8_t verifier[ELEMENT_LIMIT];
    (void)request;
    if (augpake->state == UNPROVISIONED || augpake->role != CLIENT) {
        return say(outcome, ERR_STATE, "AUG.REGISTER needs PROVISION of a client first");
    }
    if (augpake->profile != augpake_profile_by_name("as-published")) {
        return say(outcome, ERR_UNSUPPORTED, "registration over the wire is of profile as-published");
    }
    uint32_t begin = op_begin();
    (void)group_power(augpake->group, verifier, NULL, augpake->w); /* w' is in 1..q-1: never the identity */
    op_end(outcome, begin);
    ct_public(verifier, augpake->group->element_length); /* by the scheme's own doing */
    put_hex(outcome, "W", verifier, augpake->group->element_length);
    wipe(verifier, sizeof verifier);
    return DONE;
}

#endif
