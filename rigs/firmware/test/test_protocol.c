/* The bench protocol of a test build, through a fake board: lines, their repetition, what no line should be, and measuring. */
#include <string.h>

#include "cases.h"
#include "counts.h"
#include "crc16.h"
#include "tap.h"

#define SEED "SEED seed=000102030405060708090a0b0c0d0e0f"

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
    const struct augpake_case *p256 = augpake_of("p256");
    char first[TEXT_LIMIT];
    fake_start(0);
    ask(SEED);
    provision_client(p256);
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
    const struct augpake_case *p256 = augpake_of("p256");
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
    provision_client(p256);
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

static void measuring(void)
{
    fake_start(1);
    claim(is_ok(ask("SELFTEST")) && strcmp(value("tests"), "11") == 0, "SELFTEST passes");
    claim(is_error(ask("STACK"), "UNSUPPORTED"), "a board that does not see its stack says so");
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

int main(void)
{
    framing();
    repetition();
    bad_input();
    debug_mode();
    measuring();
    return tap_finish();
}
