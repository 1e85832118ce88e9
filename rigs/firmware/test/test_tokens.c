/* The tokens of mqtt-auth: what a board asks of the service, what it takes of its answers, what it keeps and lets out. */
#include <string.h>

#include "far_end.h"
#include "tap.h"

#define SERVICE "auth/61"
#define TWO "22222222222222222222222222222222"

static int request_is(const char *arguments, const char *expected)
{
    return is_ok(ask("TOKEN op=request %s", arguments)) && strcmp(opened(SERVICE, value("data")), expected) == 0;
}

static const char *answer(const char *hex)
{
    return ask("TOKEN op=answer data=%s", sealed(&broker, SERVICE, hex));
}

static void tokens(void)
{
    char fp[17];
    session("mqtt-auth");
    claim(request_is("what=create topic=" TOPIC, "010003" TOPIC), "a request to create is sealed for the service and carries no token");
    claim(is_error(ask("TOKEN op=request what=publish topic=" TOPIC), "STATE") && is_error(ask("TOKEN op=request what=subscribe topic=" TOPIC), "STATE") &&
              is_error(ask("TOKEN op=request what=revoke kind=authorization topic=" TOPIC), "STATE") && is_error(ask("TOKEN op=give topic=" TOPIC), "STATE"),
          "without a token of the topic publish, subscribe, revoke and give are ERR STATE");
    fake_watch(ONE);
    claim(is_ok(answer("81000003" TOPIC ONE TWO)) && strcmp(value("what"), "create") == 0 && strcmp(value("status"), "0") == 0 && strcmp(value("topic"), TOPIC) == 0 &&
              snprintf(fp, sizeof fp, "%s", value("authentication")) == 16 && strlen(value("authorization")) == 16 && strcmp(fp, value("authorization")) != 0,
          "a granted answer gives operation, status, topic and two fingerprints");
    claim(request_is("what=publish topic=" TOPIC, "020003" TOPIC ONE) && request_is("what=subscribe topic=" TOPIC, "030003" TOPIC TWO), "publish shows the authentication token, subscribe the authorization token");
    claim(request_is("what=revoke kind=authentication topic=" TOPIC, "040003" TOPIC ONE) && request_is("what=revoke kind=authorization topic=" TOPIC, "040003" TOPIC TWO), "revoke shows the one it names");
    claim(is_ok(ask("TOKEN op=give topic=" TOPIC)) && strcmp(value("token"), TWO) == 0, "give lets the authorization token out");
    claim(is_error(ask("TOKEN op=give topic=6c616262"), "STATE") && is_error(ask("TOKEN op=give topic=6c61"), "STATE"), "of that topic alone");
    claim(is_ok(answer("82010003" TOPIC)) && strcmp(value("what"), "publish") == 0 && strcmp(value("status"), "1") == 0 && value("authentication")[0] == '\0', "a refusal is told, without fingerprints");
    claim(is_ok(answer("84020003" TOPIC)) && strcmp(value("what"), "revoke") == 0 && strcmp(value("status"), "2") == 0, "so is a malformed request");
    static const char *const bad[] = {"", "81", "810000", "81000000", "8100000461", "01000003" TOPIC ONE TWO, "85000003" TOPIC, "80000003" TOPIC, "81030003" TOPIC, "81000003" TOPIC,
                                      "81000003" TOPIC ONE, "81000003" TOPIC ONE TWO "00", "81010003" TOPIC ONE TWO, "83000003" TOPIC "00", "8200ffff" TOPIC, "82000002c080",
                                      "82000003eda080", "820000026180", "82000002e282", "82000004f4908080", "82000001ff"};
    int good = 1;
    for (size_t i = 0; i < COUNT(bad); i++) {
        good &= is_error(answer(bad[i]), "BAD-KEY");
    }
    char long_topic[160];
    snprintf(long_topic, sizeof long_topic, "82000041%0130d", 0);
    claim(good && is_error(answer(long_topic), "BAD-KEY"), "what is sealed but no answer is ERR BAD-KEY");
    snprintf(long_topic, sizeof long_topic, "82000040%0128d", 0);
    claim(is_ok(answer(long_topic)) && is_ok(answer("82000002c3a9")) && is_ok(answer("82000004f09f9880")), "a topic has up to 64 bytes of UTF-8");
    claim(request_is("what=publish topic=" TOPIC, "020003" TOPIC ONE), "and none of it touched the tokens");
    const char *payload = sealed(&broker, SERVICE, "82000003" TOPIC);
    claim(is_ok(ask("TOKEN op=answer data=%s", payload)) && is_error(ask("TOKEN op=answer data=%s", payload), "REPLAY"), "an answer said twice is ERR REPLAY");
    claim(is_error(ask("TOKEN op=answer data=%s", sealed(&broker, "auth/62", "82000003" TOPIC)), "BAD-TAG") && is_error(ask("TOKEN op=answer data=00"), "BAD-TAG"), "an answer to another client is ERR BAD-TAG, so is a short one");
    claim(is_error(ask("OPEN topic=617574682f3631 data=%s", sealed(&broker, SERVICE, "81000003" TOPIC ONE TWO)), "UNSUPPORTED"), "OPEN does not let tokens of an answer out: ERR UNSUPPORTED");
    claim(!fake.secret_leaked, "no reply carries the authentication token");

    session("mqtt-auth");
    claim(is_ok(ask("TOKEN op=take kind=authorization topic=" TOPIC " token=" TWO)) && strlen(value("fp")) == 16, "take keeps a token of the secondary channel and gives its fingerprint");
    claim(request_is("what=subscribe topic=" TOPIC, "030003" TOPIC TWO) && is_error(ask("TOKEN op=request what=publish topic=" TOPIC), "STATE"), "of its kind alone");
    ask("TOKEN op=take kind=authorization topic=" TOPIC " token=" ONE);
    claim(request_is("what=subscribe topic=" TOPIC, "030003" TOPIC ONE), "a second one replaces it");
    good = 1;
    for (int i = 1; i < TOKEN_TOPICS; i++) {
        good &= is_ok(ask("TOKEN op=take kind=authentication topic=61%02x token=%032d", i, i));
    }
    claim(good && is_error(ask("TOKEN op=take kind=authorization topic=62 token=" TWO), "STATE") && is_error(answer("8100000162" ONE TWO), "STATE"), "%d topics are kept, one more is ERR STATE", TOKEN_TOPICS);
    claim(is_ok(ask("TOKEN op=take kind=authorization topic=6101 token=" TWO)) && is_ok(ask("TOKEN op=give topic=6101")) && strcmp(value("token"), TWO) == 0, "of a topic that is kept the other kind still is");
    ask("KEY.PUT kind=sk data=%s", SK2);
    claim(is_ok(ask("TOKEN op=give topic=" TOPIC)), "tokens outlive a handshake");
    ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=mqtt-auth pw=63");
    claim(is_error(ask("TOKEN op=give topic=" TOPIC), "NO-KEY") && is_error(ask("TOKEN op=request what=create topic=" TOPIC), "NO-KEY") &&
              is_error(ask("TOKEN op=answer data="), "NO-KEY") && is_error(ask("TOKEN op=take kind=authorization topic=" TOPIC " token=" ONE), "NO-KEY"),
          "after PROVISION each is ERR NO-KEY until the next handshake");
    ask("KEY.PUT kind=sk data=%s", SK);
    claim(is_error(ask("TOKEN op=give topic=" TOPIC), "STATE"), "which finds no token");
}

static void token_arguments(void)
{
    session("mqtt-auth");
    static const char *const arg[] = {"", "op=list", "op=request", "op=request what=create", "op=request what=steal topic=61", "op=request what=create topic=", "op=request what=create topic=61 kind=authorization",
                                      "op=request what=revoke topic=61", "op=request what=revoke topic=61 kind=both", "op=request topic=61 data=00 what=create", "op=answer", "op=answer data=00 topic=61",
                                      "op=give", "op=give topic=61 kind=authorization", "op=take topic=61 token=" ONE, "op=take kind=authorization topic=61 token=00", "op=take kind=authorization topic=61 token=" ONE "00",
                                      "op=take kind=authorization topic=61", "op=give topic=61 x=1"};
    int good = 1;
    for (size_t i = 0; i < COUNT(arg); i++) {
        good &= is_error(ask("TOKEN%s%s", arg[i][0] == '\0' ? "" : " ", arg[i]), "ARG");
    }
    claim(good, "an unknown op=, what= or kind=, an argument missing, of another op= or of a wrong length is ERR ARG");
    claim(is_error(ask("TOKEN op=take kind=authorization topic=61 token=%.31sG", ONE), "FORMAT") && is_error(ask("TOKEN op=give topic=6"), "FORMAT"), "malformed hex is ERR FORMAT");
    const struct augpake_case *p = &augpake_cases[0];
    claim(is_ok(ask("PROVISION role=server client=61 server=62 group=%s profile=framed scheme=mqtt-auth W=%s", p->group, p->W)) && is_ok(ask("KEY.PUT kind=sk data=%s", SK)) &&
              is_error(ask("TOKEN op=request what=create topic=61"), "UNSUPPORTED"),
          "a server asks for no tokens: ERR UNSUPPORTED");
    claim(is_ok(ask("SEAL topic=" TOPIC " data=00")) && strncmp(value("data"), "00000001", 8) == 0, "and seals from the broker");
}

int main(void)
{
    tokens();
    token_arguments();
    return tap_finish();
}
