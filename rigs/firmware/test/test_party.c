/* The client's role of a test build, through a fake board: its names, its handshakes and what it refuses, its secrets. */
#include <string.h>

#include "cases.h"
#include "tap.h"

#define SEED "SEED seed=000102030405060708090a0b0c0d0e0f"

static int handshake(const struct augpake_case *c)
{
    return is_ok(provision_client(c)) && is_ok(ask("AUG.INIT x=%s", c->x)) && strcmp(value("X"), c->X) == 0 &&
           is_ok(ask("AUG.STEP server=%s Y=%s", c->server, c->Y)) && strcmp(value("V"), c->Vc) == 0 && is_ok(ask("AUG.FINISH V=%s", c->Vs));
}

static void provisioning(void)
{
    const struct augpake_case *p256 = augpake_of("p256");
    fake_start(1);
    claim(is_error(ask("PROVISION client=61 server=62 group=rfc3526-14 profile=rfc6628 pw=63"), "UNSUPPORTED"), "a group this board lacks is ERR UNSUPPORTED");
    claim(is_error(ask("PROVISION client=61 server=62 group=p256 profile=plain pw=63"), "UNSUPPORTED"), "so is a profile");
    claim(is_error(ask("PROVISION client=61 server=62 group=p256 pw=63"), "ARG"), "a missing profile is ERR ARG");
    claim(is_error(ask("PROVISION client= server=62 group=p256 profile=rfc6628 pw=63"), "ARG"), "an empty client is ERR ARG");
    char name[131];
    memset(name, '6', 130);
    name[130] = '\0';
    claim(is_error(ask("PROVISION client=%s server=62 group=p256 profile=rfc6628 pw=63", name), "ARG"), "a client of 65 bytes is ERR ARG");
    claim(is_error(ask("AUG.INIT"), "STATE"), "none of them provisions the board");
    name[128] = '\0';
    claim(is_ok(ask("PROVISION client=%s server=%s group=p256 profile=rfc6628 pw=%s", name, name, name)), "64 bytes each are taken");
    claim(is_ok(ask("AUG.INIT")) && is_error(ask("AUG.STEP server=%s Y=%s", name, p256->Y), "BAD") == 0, "and the longest AUG.STEP fits a line");
}

static void handshake_states(void)
{
    const struct augpake_case *p256 = augpake_of("p256");
    fake_start(0);
    claim(is_error(ask("AUG.INIT"), "STATE"), "AUG.INIT before PROVISION is ERR STATE");
    provision_client(p256);
    claim(is_error(ask("AUG.INIT"), "UNSEEDED"), "AUG.INIT before SEED is ERR UNSEEDED");
    claim(is_error(ask("AUG.STEP server=%s Y=%s", p256->server, p256->Y), "STATE"), "AUG.STEP before AUG.INIT is ERR STATE");
    claim(is_error(ask("AUG.FINISH V=%s", p256->Vs), "STATE"), "AUG.FINISH before AUG.STEP is ERR STATE");
    ask(SEED);
    claim(is_ok(ask("AUG.INIT")) && strlen(value("X")) == 130, "seeded it draws x");
    claim(is_error(ask("AUG.INIT x=00"), "ARG") && is_error(ask("AUG.INIT x=%064d", 0), "ARG"), "a short or zero x is ERR ARG");
    claim(is_ok(ask("RESET")) && is_error(ask("AUG.INIT"), "STATE"), "RESET forgets the provisioning");
    provision_client(p256);
    claim(is_ok(ask("AUG.INIT")), "and keeps the generator");
    fake_start(1);
    provision_client(p256);
    claim(is_ok(ask("AUG.INIT")), "a board with an RNG is seeded from the start");
}

static int no_session(const struct augpake_case *c)
{
    return is_error(ask("KEY.PUT kind=wrap bits=80 data=%080d", 0), "STATE") && is_error(ask("AUG.FINISH V=%s", c->Vs), "STATE") &&
           is_error(ask("SEAL data=00"), "NO-KEY");
}

static void handshake_refusals(const struct augpake_case *c)
{
    char fp[17], wrong[65];
    fake_start(1);
    fingerprint_of(fp, c->SK);
    claim(handshake(c) && strcmp(value("fp"), fp) == 0, "%s: a whole handshake ends with the fingerprint of SK", c->group);
    ask("COUNTS");
    claim(strcmp(value("h"), "5") == 0 && strcmp(value("exp"), "2") == 0, "%s: it took 5 hashes and 2 exponentiations", c->group);
    int rejected = 1;
    for (size_t i = 0; i < COUNT(reject_cases); i++) {
        if (strcmp(reject_cases[i].group, c->group) == 0) {
            ask("AUG.INIT");
            rejected &= is_error(ask("AUG.STEP server=%s Y=%s", c->server, reject_cases[i].element), "BAD-ELEMENT") && no_session(c);
        }
    }
    claim(rejected, "%s: each Y outside the group is ERR BAD-ELEMENT and leaves no session", c->group);
    claim(handshake(c), "%s: the next handshake succeeds", c->group);
    ask("AUG.INIT");
    claim(is_error(ask("AUG.STEP server=%s00 Y=%s", c->server, c->Y), "BAD-SERVER") && no_session(c), "%s: a longer server name is ERR BAD-SERVER and leaves no session", c->group);
    ask("AUG.INIT");
    claim(is_error(ask("AUG.STEP server=%.*s00 Y=%s", (int)strlen(c->server) - 2, c->server, c->Y), "BAD-SERVER"), "%s: so is another one of the same length", c->group);
    ask("AUG.INIT");
    claim(is_error(ask("AUG.STEP server= Y=%s", c->Y), "BAD-SERVER"), "%s: so is none", c->group);
    claim(is_error(ask("AUG.STEP server=%s Y=%s", c->server, c->Y), "STATE"), "%s: and ends the handshake", c->group);
    snprintf(wrong, sizeof wrong, "%s", c->Vs);
    wrong[63] = wrong[63] == '0' ? '1' : '0';
    ask("AUG.INIT x=%s", c->x);
    ask("AUG.STEP server=%s Y=%s", c->server, c->Y);
    claim(is_error(ask("AUG.FINISH V=%s", wrong), "BAD-TAG") && no_session(c), "%s: a V with one bit wrong is ERR BAD-TAG and leaves no session", c->group);
    claim(is_error(ask("AUG.FINISH V=%s", c->Vs), "STATE"), "%s: and the right one comes too late", c->group);
    ask("AUG.INIT x=%s", c->x);
    ask("AUG.STEP server=%s Y=%s", c->server, c->Y);
    claim(is_error(ask("AUG.FINISH V=%.62s", c->Vs), "BAD-TAG"), "%s: a short V is ERR BAD-TAG", c->group);
    ask("AUG.INIT x=%s", c->x);
    claim(is_error(ask("AUG.STEP server=%s Y=%.3s", c->server, c->Y), "FORMAT") && is_ok(ask("AUG.STEP server=%s Y=%s", c->server, c->Y)),
          "%s: malformed hex is the line's fault and ends nothing", c->group);
}

static void secrecy(void)
{
    const struct augpake_case *p256 = augpake_of("p256");
    const struct present_pair_case *pair = &present_pair_cases[0];
    fake_start(1);
    fake_watch(p256->password);
    fake_watch(p256->w);
    fake_watch(p256->x);
    fake_watch(p256->SK);
    fake_watch(p256->K);
    fake_watch(pair->skp);
    fake_watch(pair->ks);
    handshake(p256);
    ask("AUG.FINISH V=%s", p256->Vs);
    ask("KEY.PUT kind=sk data=%s", pair->skp);
    ask("KEY.PUT kind=wrap bits=80 data=%s", pair->wrapped_for_publisher);
    ask("OPEN data=%s", pair->wrapped_for_publisher);
    ask("SEAL data=%s", pair->payload);
    fake_line("DEBUG on");
    static const char *const verbs[] = {"ID", "COUNTS", "SENSE", "AUG.INIT", "AUG.STEP", "AUG.FINISH V=00", "KEY.PUT", "SELFTEST", "PROVISION", "SEED", "RESET"};
    for (size_t i = 0; i < COUNT(verbs); i++) {
        fake_line(verbs[i]);
    }
    claim(!fake.secret_leaked && fake.replies > 15, "no reply carries the password, w', x, K, SK or Ks");
    fake_start(1);
    char line[512];
    snprintf(line, sizeof line, "PROVISION client=61 server=62 group=p256 profile=rfc6628 pw=73656372657470617373776f7264");
    ask("%s", line);
    int found = 0;
    const char *memory = (const char *)&fake.board;
    for (size_t i = 0; i + 14 < sizeof fake.board; i++) {
        found |= memcmp(memory + i, "secretpassword", 14) == 0 || memcmp(memory + i, "7365637265747061", 16) == 0;
    }
    claim(!found, "after PROVISION the board's state holds the password in no form");
}

int main(void)
{
    provisioning();
    handshake_states();
    handshake_refusals(augpake_of("modp2048-q256"));
    handshake_refusals(augpake_of("p256"));
    secrecy();
    return tap_finish();
}
