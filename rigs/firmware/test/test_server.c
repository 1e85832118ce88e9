/* The server's role and DERIVE of a test build, through a fake board. */
#include <string.h>

#include "cases.h"
#include "counts.h"
#include "tap.h"

static int provision(const struct augpake_case *c)
{
    return is_ok(ask("PROVISION role=server client=%s server=%s group=%s profile=%s W=%s", c->client, c->server, c->group, c->profile, c->W));
}

static int answers(const struct augpake_case *c)
{
    return is_ok(ask("AUG.INIT X=%s y=%s", c->X, c->y)) && strcmp(value("Y"), c->Y) == 0;
}

/* No V_S, no SK, no Ks to be had. */
static int no_session(const struct augpake_case *c)
{
    return is_error(ask("AUG.STEP V=%s", c->Vc), "STATE") && is_error(ask("AUG.FINISH"), "STATE") &&
           is_error(ask("KEY.PUT kind=wrap bits=80 data=%080d", 0), "STATE") && is_error(ask("SEAL data=00"), "NO-KEY");
}

static void known_answers(void)
{
    for (size_t i = 0; i < COUNT(augpake_cases); i++) {
        const struct augpake_case *c = &augpake_cases[i];
        char fp[17];
        fake_start(1);
        int good = provision(c) && answers(c) && is_ok(ask("AUG.STEP V=%s", c->Vc)) && strcmp(value("V"), c->Vs) == 0 && is_ok(ask("AUG.FINISH"));
        snprintf(fp, sizeof fp, "%s", value("fp"));
        ask("COUNTS");
        good &= strcmp(value("h"), "4") == 0 && strcmp(value("exp"), "3") == 0;
        claim(good && is_ok(ask("KEY.PUT kind=sk data=%s", c->SK)) && strcmp(value("fp"), fp) == 0,
              "the server gives Y, V_S and the fingerprint of SK of vector %zu (%s, %s), in 4 hashes and 3 exponentiations", i, c->group, c->profile);
    }
}

static void refusals(const char *group)
{
    const struct augpake_case *c = augpake_of(group);
    char other[65];
    fake_start(1);
    int good = provision(c);
    for (size_t i = 0; i < COUNT(reject_cases); i++) {
        if (strcmp(reject_cases[i].group, group) == 0) {
            good &= answers(c) && is_error(ask("AUG.INIT X=%s", reject_cases[i].element), "BAD-ELEMENT") && no_session(c);
        }
    }
    claim(good, "%s: each X outside the group is ERR BAD-ELEMENT and ends the handshake before", group);
    claim(is_error(ask("AUG.INIT X="), "BAD-ELEMENT") && is_error(ask("AUG.INIT X=%s00", c->X), "BAD-ELEMENT"), "%s: so is an X of another length", group);
    good = 1;
    for (size_t i = 0; i < COUNT(reject_cases); i++) {
        if (strcmp(reject_cases[i].group, group) == 0) {
            good &= is_error(ask("PROVISION role=server client=61 server=62 group=%s profile=framed W=%s", group, reject_cases[i].element), "BAD-ELEMENT");
        }
    }
    claim(good && is_error(ask("PROVISION role=server client=61 server=62 group=%s profile=framed W=%s00", group, c->W), "BAD-ELEMENT"), "%s: each W outside the group is ERR BAD-ELEMENT", group);
    claim(answers(c), "%s: and the provisioning is the one from before", group);
    snprintf(other, sizeof other, "%s", c->Vc);
    other[0] = other[0] == '0' ? '1' : '0';
    claim(is_error(ask("AUG.STEP V=%s", other), "BAD-TAG") && no_session(c), "%s: a V_C with one bit wrong is ERR BAD-TAG, and the right one comes too late", group);
    claim(answers(c) && is_error(ask("AUG.STEP V=%.62s", c->Vc), "BAD-TAG") && no_session(c), "%s: a short V_C too", group);
    claim(answers(c) && is_error(ask("AUG.STEP V=%s", c->Vs), "BAD-TAG") && no_session(c), "%s: V_S is no V_C", group);
    claim(answers(c) && is_error(ask("AUG.FINISH"), "STATE") && is_ok(ask("AUG.STEP V=%s", c->Vc)), "%s: AUG.FINISH before V_C is ERR STATE and ends nothing", group);
    claim(is_error(ask("AUG.STEP V=%s", c->Vc), "STATE") && is_ok(ask("AUG.FINISH")) && is_error(ask("AUG.FINISH"), "STATE"), "%s: V_S and SK are given once", group);
    ask("KEY.PUT kind=wrap bits=80 data=%080d", 0);
    claim(is_error(ask("AUG.INIT X=%.2s", c->X), "BAD-ELEMENT") && no_session(c), "%s: a refused X also wipes the SK of the handshake before", group);
    claim(answers(c) && is_error(ask("AUG.INIT X=%.3s", c->X), "FORMAT") && is_ok(ask("AUG.STEP V=%s", c->Vc)), "%s: malformed hex is the line's fault and ends nothing", group);
    char seen[600];
    ask("AUG.INIT X=%s", c->X);
    snprintf(seen, sizeof seen, "%s", value("Y"));
    claim(strlen(seen) == strlen(c->Y) && is_ok(ask("AUG.INIT X=%s", c->X)) && strcmp(seen, value("Y")) != 0, "%s: it draws a new y each time", group);
}

static void roles(void)
{
    const struct augpake_case *c = augpake_of("p256");
    fake_start(0);
    ask("ID");
    claim(strcmp(value("roles"), "client,server") == 0 && strcmp(value("profiles"), "as-published,rfc6628,framed") == 0 &&
              strcmp(value("kdfs"), "hkdf-sha256") == 0 && strcmp(value("groups"), "modp2048-q256,p256") == 0, "ID lists roles, profiles, groups and kdfs");
    claim(is_error(ask("PROVISION role=broker client=61 server=62 group=p256 profile=framed pw=63"), "UNSUPPORTED"), "a role this board lacks is ERR UNSUPPORTED");
    claim(is_error(ask("PROVISION role=server client=61 server=62 group=p256 profile=framed pw=63"), "ARG") &&
              is_error(ask("PROVISION role=client client=61 server=62 group=p256 profile=framed W=%s", c->W), "ARG") &&
              is_error(ask("PROVISION client=61 server=62 group=p256 profile=framed"), "ARG") &&
              is_error(ask("PROVISION client=61 server=62 group=p256 profile=framed pw=63 W=%s", c->W), "ARG"), "pw= is the client's, W= the server's");
    claim(is_error(ask("PROVISION role=server client=61 server=62 group=p256 profile=framed W=0"), "FORMAT"), "malformed W is ERR FORMAT");
    provision(c);
    claim(is_error(ask("AUG.INIT X=%s", c->X), "UNSEEDED"), "a server without randomness is ERR UNSEEDED");
    claim(is_error(ask("AUG.INIT"), "ARG") && is_error(ask("AUG.INIT X=%s x=%s", c->X, c->x), "ARG") && is_error(ask("AUG.STEP server=62 Y=00"), "ARG") &&
              is_error(ask("AUG.FINISH V=%s", c->Vs), "ARG"), "a server refuses a client's arguments");
    claim(is_error(ask("AUG.INIT X=%s y=%064d", c->X, 0), "ARG") && is_error(ask("AUG.INIT X=%s y=00", c->X), "ARG"), "a zero or short y is ERR ARG");
    claim(is_ok(ask("PROVISION role=client client=61 server=62 group=p256 profile=framed pw=63")) && is_error(ask("AUG.INIT X=%s", c->X), "ARG") &&
              is_error(ask("AUG.INIT y=%s", c->y), "ARG") && is_error(ask("AUG.STEP V=%s", c->Vc), "ARG") && is_error(ask("AUG.FINISH"), "ARG"), "and a client a server's");
    claim(provision(c) && answers(c) && is_ok(ask("RESET")) && is_error(ask("AUG.STEP server=62 Y=%s", c->Y), "STATE") && is_error(ask("AUG.INIT"), "STATE"), "RESET forgets the role too");
}

/* The client's W is the server's: what one registers, the other keeps. */
static void registration(void)
{
    int good = 1;
    for (size_t i = 0; i < sizeof augpake_cases / sizeof augpake_cases[0]; i++) {
        const struct augpake_case *c = &augpake_cases[i];
        fake_start(1);
        ask("PROVISION client=%s server=%s group=%s profile=%s pw=%s", c->client, c->server, c->group, c->profile, c->password);
        const char *reply = ask("AUG.REGISTER");
        good &= strcmp(c->profile, "as-published") == 0 ? is_ok(reply) && strcmp(value("W"), c->W) == 0 : is_error(reply, "UNSUPPORTED");
    }
    claim(good, "AUG.REGISTER lets W out as published, and under no other profile");
    fake_start(1);
    claim(is_error(ask("AUG.REGISTER"), "STATE"), "before PROVISION it is ERR STATE");
    claim(provision(&augpake_cases[0]) && is_error(ask("AUG.REGISTER"), "STATE"), "on a server it is ERR STATE");
    ask("PROVISION client=61 server=62 group=p256 profile=as-published pw=63");
    ask("RESET");
    ask("PROVISION client=61 server=62 group=p256 profile=as-published pw=63");
    ask("AUG.REGISTER");
    ask("COUNTS");
    claim(strcmp(value("h"), "1") == 0 && strcmp(value("exp"), "1") == 0, "it costs the one exponentiation of W");
}

static void secrecy(void)
{
    const struct augpake_case *c = augpake_of("modp2048-q256");
    fake_start(1);
    fake_watch(c->W);
    fake_watch(c->y);
    fake_watch(c->K);
    fake_watch(c->SK);
    provision(c);
    answers(c);
    fake_watch(c->Vs);
    ask("AUG.STEP V=%s", c->Vs);
    ask("AUG.FINISH");
    ask("AUG.INIT X=%s y=%s", c->X, c->y);
    ask("AUG.INIT X=00");
    ask("PROVISION role=server client=61 server=62 group=modp2048-q256 profile=framed W=%s00", c->W);
    ask("COUNTS");
    claim(!fake.secret_leaked, "no reply carries W, y, K or SK, nor V_S before V_C was right");
}

static void derive(void)
{
    char ikm[161], salt[161], info[161];
    fake_start(0);
    claim(is_ok(ask("DERIVE kdf=hkdf-sha256 ikm=0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b salt=000102030405060708090a0b0c info=f0f1f2f3f4f5f6f7f8f9 length=42")) &&
              strcmp(value("data"), "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865") == 0, "HKDF of RFC 5869 test case 1");
    for (int i = 0; i < 80; i++) {
        snprintf(ikm + 2 * i, 3, "%02x", i);
        snprintf(salt + 2 * i, 3, "%02x", 0x60 + i);
        snprintf(info + 2 * i, 3, "%02x", 0xb0 + i);
    }
    claim(is_ok(ask("DERIVE kdf=hkdf-sha256 ikm=%s salt=%s info=%s length=82", ikm, salt, info)) &&
              strcmp(value("data"), "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e590e09da3275600c2f09b8367793a9aca3db71"
                                    "cc30c58179ec3e87c14c01d5c1f3434f1d87") == 0, "test case 2: each input longer than a block");
    claim(is_ok(ask("DERIVE kdf=hkdf-sha256 ikm=0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b length=42")) &&
              strcmp(value("data"), "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8") == 0, "test case 3: no salt, no info");
    claim(is_ok(ask("DERIVE kdf=hkdf-sha256 ikm=00 length=128")) && strlen(value("data")) == 256 && is_ok(ask("DERIVE kdf=hkdf-sha256 length=1")), "length is 1..128");
    claim(is_error(ask("DERIVE kdf=hkdf-sha256 ikm=00 length=129"), "ARG") && is_error(ask("DERIVE kdf=hkdf-sha256 ikm=00 length=0"), "ARG") &&
              is_error(ask("DERIVE kdf=hkdf-sha256 ikm=00"), "ARG") && is_error(ask("DERIVE ikm=00 length=1"), "ARG") &&
              is_error(ask("DERIVE kdf=hkdf-sha256 ikm=%s00 length=1", ikm), "ARG"), "anything else is ERR ARG");
    claim(is_error(ask("DERIVE kdf=scrypt ikm=00 length=1"), "UNSUPPORTED"), "a kdf this board lacks is ERR UNSUPPORTED");
}

int main(void)
{
    known_answers();
    refusals("modp2048-q256");
    refusals("p256");
    roles();
    registration();
    secrecy();
    derive();
    return tap_finish();
}
