/* The bench protocol of a test build, through a fake board. */
#include <string.h>

#include "counts.h"
#include "crc16.h"
#include "fake_board.h"
#include "tap.h"
#include "vectors.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])
#define SEED "SEED seed=000102030405060708090a0b0c0d0e0f"

static const struct augpake_case *modp = &augpake_cases[0], *p256;

static const char *provision(const struct augpake_case *c)
{
    return ask("PROVISION client=%s server=%s group=%s profile=%s pw=%s", c->client, c->server, c->group, c->profile, c->password);
}

static int handshake(const struct augpake_case *c)
{
    return is_ok(provision(c)) && is_ok(ask("AUG.INIT x=%s", c->x)) && strcmp(value("X"), c->X) == 0 &&
           is_ok(ask("AUG.STEP server=%s Y=%s", c->server, c->Y)) && strcmp(value("V"), c->Vc) == 0 && is_ok(ask("AUG.FINISH V=%s", c->Vs));
}

static void fingerprint_of(char fp[17], const char *hex)
{
    uint8_t key[32], bytes[8];
    struct reply text = {0};
    int length = line_hex(key, sizeof key, hex);
    fingerprint(bytes, key, (size_t)length);
    reply_hex(&text, bytes, sizeof bytes);
    memcpy(fp, text.text, 16);
    fp[16] = '\0';
}

static void framing(void)
{
    char line[64];
    fake_start(1);
    claim(fake.replies == 0, "no banner");
    claim(is_ok(ask("ID")) && strcmp(value("test"), "1") == 0 && strcmp(value("proto"), "1") == 0 && strlen(value("build")) == 8, "ID answers");
    claim(strcmp(value("line"), "1024") == 0 && strcmp(value("payload"), "256") == 0, "ID says the limits");
    claim(strncmp(fake_line("7 SENSE *0000"), "7 ERR CRC ", 10) == 0, "a wrong checksum is ERR CRC with the line's SEQ");
    claim(strncmp(fake_line("7 SENSE"), "7 ERR CRC ", 10) == 0, "a missing checksum is ERR CRC");
    claim(strncmp(fake_line("7 SENSE *zzzz"), "7 ERR CRC ", 10) == 0, "a checksum that is no hex is ERR CRC");
    claim(is_ok(ask_as(7, "SENSE")), "a refused line does not use up its SEQ");
    snprintf(line, sizeof line, "07 SENSE");
    snprintf(line + 8, 16, " *%04x", crc16(line, 8));
    claim(strncmp(fake_line(line), "0 ERR FORMAT ", 13) == 0, "a SEQ with leading zero is ERR FORMAT");
    snprintf(line, sizeof line, "65536 SENSE");
    snprintf(line + 11, 16, " *%04x", crc16(line, 11));
    claim(strncmp(fake_line(line), "0 ERR FORMAT ", 13) == 0, "SEQ 65536 is ERR FORMAT");
    claim(is_ok(ask_as(65535, "SENSE")) && is_ok(ask_as(1, "SENSE")), "1 follows 65535");
    claim(is_error(ask("NOPE"), "VERB"), "an unknown verb is ERR VERB");
    claim(is_error(ask("id"), "VERB"), "verbs are upper-case");
    claim(is_error(ask("SENSE  "), "FORMAT") && is_error(ask("TRIGGER  level=1"), "FORMAT"), "a double or trailing space is ERR FORMAT");
    claim(is_error(ask("TRIGGER level"), "FORMAT") && is_error(ask("TRIGGER =1"), "FORMAT"), "an argument without '=' or key is ERR FORMAT");
    claim(is_error(ask("TRIGGER level=1 level=1"), "FORMAT"), "a key given twice is ERR FORMAT");
    claim(is_error(ask("TRIGGER a=1 b=1 c=1 d=1 e=1 f=1 g=1 h=1 i=1"), "FORMAT"), "too many arguments are ERR FORMAT");
    claim(is_error(ask("SENSE what=1"), "ARG") && is_error(ask("TRIGGER"), "ARG") && is_error(ask("TRIGGER level=2"), "ARG"), "an unknown, missing or out-of-range argument is ERR ARG");
    claim(is_error(ask("TRIGGER leve=1"), "ARG"), "the beginning of a key is not the key");
    claim(is_error(ask("SEED seed=0G"), "FORMAT") && is_error(ask("SEED seed=000"), "FORMAT") && is_error(ask("SEED seed=AA"), "FORMAT"), "malformed hex is ERR FORMAT");
    claim(is_error(ask("SEED seed=00"), "ARG") && is_error(ask("SEED seed="), "ARG"), "a seed below 16 bytes is ERR ARG");
    int before = fake.replies;
    fake_bytes("\r\n\n\r", 4);
    claim(fake.replies == before, "empty lines are ignored");
    fake.level = 1;
    claim(is_ok(ask("SENSE")) && strcmp(value("input"), "1") == 0, "SENSE reads the input");
    claim(is_ok(ask("TRIGGER level=1")) && fake.trigger == 1 && is_ok(ask("TRIGGER level=0")) && fake.trigger == 0, "TRIGGER drives the pin");
}

static void repetition(void)
{
    char first[TEXT_LIMIT];
    fake_start(0);
    ask(SEED);
    provision(p256);
    snprintf(first, sizeof first, "%s", ask_as(500, "AUG.INIT"));
    uint32_t runs = counts.exp;
    int rises = fake.rises;
    claim(is_ok(first) && strcmp(ask_as(500, "AUG.INIT"), first) == 0, "the same SEQ and CRC return the same bytes");
    claim(counts.exp == runs && fake.rises == rises, "and run nothing twice");
    claim(is_error(ask_as(500, "SENSE"), "SEQ"), "the same SEQ with another line is ERR SEQ");
    claim(strcmp(ask_as(500, "AUG.INIT"), first) == 0, "which does not disturb the kept reply");
    fake_line("garbage");
    claim(strcmp(ask_as(500, "AUG.INIT"), first) == 0, "nor does garbage");
    claim(is_error(ask_as(501, "NOPE"), "VERB") && is_error(ask_as(501, "NOPE"), "VERB"), "an error is repeated too");
    claim(is_ok(ask_as(502, "AUG.INIT")) && strcmp(first, ask_as(502, "AUG.INIT")) != 0, "a new SEQ draws a new x");
    ask_as(503, "RESET");
    claim(is_ok(ask_as(503, "RESET")) && is_error(ask_as(503, "ID"), "SEQ"), "RESET does not forget the SEQ");
}

static void bad_input(void)
{
    static char big[10001];
    fake_start(1);
    memset(big, 'a', 10000);
    big[10000] = '\n';
    claim(strncmp(fake_bytes(big, sizeof big), "0 ERR LENGTH ", 13) == 0, "a 10 kB line is ERR LENGTH");
    claim(is_ok(ask("ID")), "and the next one is served");
    memcpy(big, "77 ", 3);
    claim(strncmp(fake_bytes(big, sizeof big), "77 ERR LENGTH ", 14) == 0, "with the SEQ where one is readable");
    memset(big, 'a', 1024);
    big[1024] = '\n';
    claim(strncmp(fake_bytes(big, 1025), "0 ERR CRC ", 10) == 0, "a line of exactly line= is read whole");
    claim(strncmp(fake_bytes("12 ID\0 *0000\n", 13), "0 ERR FORMAT ", 13) == 0, "a NUL is ERR FORMAT");
    /* Noise: every line that is not empty gets one well-formed line back, and the board lives on. */
    uint32_t random = 1;
    int good = 1;
    ask(SEED);
    provision(p256);
    ask("AUG.INIT");
    for (int i = 0; i < 20000; i++) {
        uint8_t noise[200];
        size_t length = 1;
        static const char *const seeds[] = {"12 AUG.STEP server=62726f6b6572 Y=04", "3 SEAL data=00", "4 KEY.PUT kind=wrap bits=80 data=00", "DEBUG on"};
        random = random * 1664525 + 1013904223;
        if (random & 0x10000) {
            const char *seed = seeds[random >> 20 & 3];
            length = strlen(seed);
            memcpy(noise, seed, length);
            random = random * 1664525 + 1013904223;
            noise[(random >> 8) % length] = (uint8_t)(random >> 24);
        } else {
            length = 1 + (random >> 24) % 199;
            for (size_t k = 0; k < length; k++) {
                random = random * 1664525 + 1013904223;
                noise[k] = (uint8_t)(random >> 24);
            }
        }
        for (size_t k = 0; k < length; k++) {
            noise[k] = noise[k] == '\n' || noise[k] == '\r' ? 'x' : noise[k];
        }
        int before = fake.replies;
        fake_bytes(noise, length);
        fake_bytes("\n", 1);
        size_t count = fake.length;
        char crc[5];
        snprintf(crc, sizeof crc, "%04x", count < 6 ? 0 : crc16(fake.sent, count - 6));
        good &= fake.replies == before + 1 && count > 6 && memcmp(fake.sent + count - 4, crc, 4) == 0;
    }
    claim(good, "20000 lines of noise and mangled requests each get one reply with a right checksum");
    claim(is_ok(ask("ID")), "and never silence or reset the board");
}

static void debug_mode(void)
{
    fake_start(1);
    claim(strncmp(fake_line("ID"), "0 ERR CRC ", 10) == 0, "a bare line is refused before DEBUG on");
    claim(strncmp(fake_line("DEBUG on"), "0 OK ", 5) == 0, "DEBUG on is served bare");
    claim(strncmp(fake_line("ID"), "0 OK proto=1 ", 13) == 0, "then bare lines are, with SEQ 0");
    claim(strncmp(fake_line("9 SENSE"), "9 OK ", 5) == 0, "or with the SEQ given");
    fake.level = 1;
    claim(strncmp(fake_line("9 SENSE"), "9 OK input=1 ", 13) == 0, "and are not kept for repetition");
    claim(strncmp(fake_line("9 SENSE *0000"), "9 ERR CRC ", 10) == 0, "a wrong checksum is still refused");
    claim(strncmp(fake_line("DEBUG maybe"), "0 ERR ", 6) == 0, "DEBUG takes on or off");
    fake_line("DEBUG off");
    claim(strncmp(fake_line("ID"), "0 ERR CRC ", 10) == 0, "DEBUG off ends it");
    claim(is_ok(ask("DEBUG on")) && is_ok(ask("DEBUG off")), "both are served framed too");
}

static void provisioning(void)
{
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
    fake_start(0);
    claim(is_error(ask("AUG.INIT"), "STATE"), "AUG.INIT before PROVISION is ERR STATE");
    provision(p256);
    claim(is_error(ask("AUG.INIT"), "UNSEEDED"), "AUG.INIT before SEED is ERR UNSEEDED");
    claim(is_error(ask("AUG.STEP server=%s Y=%s", p256->server, p256->Y), "STATE"), "AUG.STEP before AUG.INIT is ERR STATE");
    claim(is_error(ask("AUG.FINISH V=%s", p256->Vs), "STATE"), "AUG.FINISH before AUG.STEP is ERR STATE");
    ask(SEED);
    claim(is_ok(ask("AUG.INIT")) && strlen(value("X")) == 130, "seeded it draws x");
    claim(is_error(ask("AUG.INIT x=00"), "ARG") && is_error(ask("AUG.INIT x=%064d", 0), "ARG"), "a short or zero x is ERR ARG");
    claim(is_ok(ask("RESET")) && is_error(ask("AUG.INIT"), "STATE"), "RESET forgets the provisioning");
    provision(p256);
    claim(is_ok(ask("AUG.INIT")), "and keeps the generator");
    fake_start(1);
    provision(p256);
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

static void keys(void)
{
    char fp[17];
    int good = 0;
    fake_start(1);
    claim(is_error(ask("SEAL data=00"), "NO-KEY") && is_error(ask("OPEN data=0000000000000000"), "NO-KEY"), "SEAL and OPEN without key are ERR NO-KEY");
    for (size_t i = 0; i < COUNT(present_pair_cases); i++) {
        const struct present_pair_case *c = &present_pair_cases[i];
        fingerprint_of(fp, c->ks);
        ask("KEY.PUT kind=sk data=%s", c->sks);
        int one = is_ok(ask("KEY.PUT kind=wrap bits=%d data=%s", 8 * c->key_bytes, c->wrapped_for_subscriber)) && strcmp(value("fp"), fp) == 0;
        one &= is_ok(ask("OPEN data=%s", c->published)) && strcmp(value("data"), c->payload) == 0;
        ask("KEY.PUT kind=sk data=%s", c->skp);
        one &= is_error(ask("SEAL data=%s", c->payload), "NO-KEY");
        one &= is_ok(ask("KEY.PUT kind=wrap bits=%d data=%s", 8 * c->key_bytes, c->wrapped_for_publisher)) && strcmp(value("fp"), fp) == 0;
        one &= is_ok(ask("SEAL data=%s", c->payload)) && strcmp(value("data"), c->published) == 0;
        good += one;
    }
    claim(good == (int)COUNT(present_pair_cases), "publisher and subscriber of all %zu pairs take their wraps, seal and open", COUNT(present_pair_cases));
    char big[515];
    memset(big, '0', sizeof big);
    int opened = 1;
    for (int length = 0; length <= 256; length++) {
        char sealed[600];
        opened &= is_ok(ask("SEAL data=%.*s", 2 * length, big));
        snprintf(sealed, sizeof sealed, "%s", value("data"));
        opened &= (int)strlen(sealed) == 2 * (length / 8 * 8 + 8);
        opened &= is_ok(ask("OPEN data=%s", sealed)) && (int)strlen(value("data")) == 2 * length;
    }
    claim(opened, "payloads of 0 to 256 bytes are sealed and opened");
    claim(is_error(ask("SEAL data=%.514s", big), "TOO-LONG"), "257 bytes are ERR TOO-LONG");
    claim(is_error(ask("OPEN data="), "BAD-PADDING") && is_error(ask("OPEN data=00"), "BAD-PADDING"), "a ciphertext that is no whole block is ERR BAD-PADDING");
    claim(is_error(ask("KEY.PUT kind=wrap bits=80 data=%080d", 0), "BAD-KEY") && is_error(ask("KEY.PUT kind=wrap bits=80 data=00"), "BAD-KEY"), "a wrap that yields no 32-byte key is ERR BAD-KEY");
    claim(is_error(ask("KEY.PUT kind=wrap bits=81 data=00"), "ARG") && is_error(ask("KEY.PUT kind=x bits=80 data=00"), "ARG"), "an unknown key size or kind is ERR ARG");
    ask("RESET");
    claim(is_error(ask("SEAL data=00"), "NO-KEY"), "RESET wipes the keys");
}

static void raw_modes(void)
{
    int good = 0, possible = 0;
    char fp[17];
    fake_start(1);
    claim(is_error(ask("SEAL mode=ecb data=00"), "NO-KEY"), "SEAL mode= without raw key is ERR NO-KEY");
    for (size_t i = 0; i < COUNT(mode_cases); i++) {
        const struct mode_case *c = &mode_cases[i];
        int length = (int)strlen(c->plaintext) / 2;
        if (length > 256) {
            continue;
        }
        possible++;
        fingerprint_of(fp, c->key);
        int one = is_ok(ask("KEY.PUT kind=raw bits=%zu data=%s", 4 * strlen(c->key), c->key)) && strcmp(value("fp"), fp) == 0;
        one &= is_ok(ask("SEAL mode=ecb data=%s", c->plaintext)) && strcmp(value("data"), c->ecb_pkcs7) == 0;
        one &= is_ok(ask("OPEN mode=ecb data=%s", c->ecb_pkcs7)) && strcmp(value("data"), c->plaintext) == 0;
        one &= is_ok(ask("SEAL mode=ctr nonce=%s data=%s", c->nonce, c->plaintext)) && strcmp(value("data"), c->ctr_iv_nonce) == 0;
        one &= is_ok(ask("OPEN mode=ctr nonce=%s data=%s", c->nonce, c->ctr_iv_nonce)) && strcmp(value("data"), c->plaintext) == 0;
        one &= is_ok(ask("SEAL mode=cmac data=%s", c->plaintext)) && strcmp(value("data"), c->cmac) == 0;
        one &= is_ok(ask("SEAL mode=eax nonce=%s ad=%s data=%s", c->nonce, c->ad, c->plaintext)) && strcmp(value("data"), c->eax_ciphertext) == 0 && strcmp(value("tag"), c->eax_tag) == 0;
        one &= is_ok(ask("OPEN mode=eax nonce=%s ad=%s tag=%s data=%s", c->nonce, c->ad, c->eax_tag, c->eax_ciphertext)) && strcmp(value("data"), c->plaintext) == 0;
        one &= is_error(ask("OPEN mode=eax nonce=%s ad=%s00 tag=%s data=%s", c->nonce, c->ad, c->eax_tag, c->eax_ciphertext), "BAD-TAG");
        good += one;
    }
    claim(good == possible && possible > 0, "the raw key gives all %d mode cases that fit payload=", possible);
    int blocks = 0;
    for (size_t i = 0; i < COUNT(block_cases); i++) {
        const struct block_case *c = &block_cases[i];
        ask("KEY.PUT kind=raw bits=%zu data=%s", 4 * strlen(c->key), c->key);
        blocks += is_ok(ask("SEAL mode=block data=%s", c->plaintext)) && strcmp(value("data"), c->ciphertext) == 0 &&
                  is_ok(ask("OPEN mode=block data=%s", c->ciphertext)) && strcmp(value("data"), c->plaintext) == 0;
    }
    claim(blocks == (int)COUNT(block_cases), "and all %zu single blocks", COUNT(block_cases));
    claim(is_error(ask("SEAL mode=block data=00"), "ARG") && is_error(ask("SEAL mode=ctr data=00"), "ARG"), "a short block or a missing nonce is ERR ARG");
    claim(is_error(ask("SEAL mode=ccm data=00"), "UNSUPPORTED") && is_error(ask("OPEN mode=cmac data=00"), "UNSUPPORTED"), "an unknown mode is ERR UNSUPPORTED");
    claim(is_error(ask("SEAL nonce=00 data=00"), "ARG"), "nonce= without mode= is ERR ARG");
}

static void measuring(void)
{
    fake_start(1);
    claim(is_ok(ask("SELFTEST")) && strcmp(value("tests"), "9") == 0, "SELFTEST passes");
    ask("RESET");
    int rises = fake.rises;
    claim(is_ok(ask("MEASURE op=present80-block n=5")) && strcmp(value("n"), "5") == 0 && strcmp(value("min"), "3") == 0 &&
              strcmp(value("max"), "3") == 0 && strcmp(value("sum"), "15") == 0, "MEASURE times each run alone");
    claim(fake.rises == rises + 5 && fake.trigger == 0, "and raises the trigger around each");
    ask("COUNTS");
    claim(strcmp(value("blocks"), "5") == 0 && strcmp(value("cipher"), "0") == 0, "COUNTS counts them");
    claim(is_ok(ask("MEASURE op=list")), "MEASURE op=list answers");
    char ops[512], *op = ops;
    int good = 1;
    snprintf(ops, sizeof ops, "%s,", value("ops"));
    for (char *end; (end = strchr(op, ',')) != NULL; op = end + 1) {
        *end = '\0';
        good &= is_ok(ask("MEASURE op=%s n=1", op));
    }
    claim(good && op > ops + 100, "each operation of the list runs");
    claim(is_error(ask("MEASURE op=sha256-block n=0"), "ARG") && is_error(ask("MEASURE op=sha256-block n=65536"), "ARG") && is_error(ask("MEASURE n=1"), "ARG"), "n is 1..65535");
    claim(is_error(ask("MEASURE op=nope n=1"), "UNSUPPORTED"), "an operation this board lacks is ERR UNSUPPORTED");
}

static void secrecy(void)
{
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
    for (size_t i = 0; i < COUNT(augpake_cases); i++) {
        if (p256 == NULL && strcmp(augpake_cases[i].group, "p256") == 0) {
            p256 = &augpake_cases[i];
        }
    }
    framing();
    repetition();
    bad_input();
    debug_mode();
    provisioning();
    handshake_states();
    handshake_refusals(modp);
    handshake_refusals(p256);
    keys();
    raw_modes();
    measuring();
    secrecy();
    return tap_finish();
}
