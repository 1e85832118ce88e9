/* Fuzz target: any bytes on the serial line of a test build.
 *
 * The input is sent as it is; then once more cut at its line ends, with SEQ and CRC put around each line, so that the verbs
 * behind the checksum are reached. After everything the board must still answer. A '~' stands for a long run, so that a small
 * input reaches the limits of a line.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "crc16.h"
#include "fake_board.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define RUN_OF_TILDE 200
#define SENT_LIMIT 4096

static void require(int condition, const char *words)
{
    if (!condition) {
        fprintf(stderr, "fuzz_line: %s: %s\n", words, fake.sent);
        abort();
    }
}

static void check_reply(int before, const char *words)
{
    char crc[5];
    require(fake.replies == before + 1, words);
    require(fake.length > 6, "a reply too short");
    snprintf(crc, sizeof crc, "%04x", crc16(fake.sent, fake.length - 6));
    require(memcmp(fake.sent + fake.length - 4, crc, 4) == 0, "a reply with a wrong checksum");
}

/* Work that says nothing new about parsing would only cost executions: exponentiations, long measurements, and of the password
 * hashes all but some. */
static int costly(const char *lines)
{
    int provisioned = fake.board.augpake.state != UNPROVISIONED || strstr(lines, "PROVISION") != NULL;
    int hashes = strstr(lines, "PROVISION") != NULL && strstr(lines, "pw=") != NULL && crc16(lines, strlen(lines)) % 32 != 0;
    return hashes || strstr(lines, "SELFTEST") != NULL || (strstr(lines, "MEASURE") != NULL && strstr(lines, " n=") != NULL) ||
           (strstr(lines, "AUG.") != NULL && provisioned);
}

static void framed_line(const char *body, size_t length)
{
    char text[SENT_LIMIT + 64];
    if (length == 0 || memchr(body, '\0', length) != NULL) {
        return;
    }
    fake.seq = fake.seq % 65535 + 1;
    int start = snprintf(text, sizeof text, "%u %.*s", (unsigned)fake.seq, (int)length, body);
    if (costly(text)) {
        return;
    }
    snprintf(text + start, sizeof text - (size_t)start, " *%04x\n", crc16(text, (size_t)start));
    int before = fake.replies;
    fake_bytes(text, strlen(text));
    check_reply(before, "a framed line without exactly one reply");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char bytes[SENT_LIMIT], seen[SENT_LIMIT]; /* seen: without NULs, which would end a look */
    size_t length = 0;
    for (size_t i = 0; i < size && length + RUN_OF_TILDE < SENT_LIMIT; i++) {
        if (data[i] == '~') {
            memset(bytes + length, 'a', RUN_OF_TILDE);
            length += RUN_OF_TILDE;
        } else {
            bytes[length++] = (char)data[i];
        }
    }
    bytes[length] = '\0';
    memcpy(seen, bytes, length + 1);
    for (char *nul; (nul = memchr(seen, '\0', length)) != NULL;) {
        *nul = ' ';
    }
    fake_start(0); /* seeding would be most of the time */
    if (!costly(seen)) {
        fake_bytes(bytes, length);
        fake_bytes("\n", 1);
    }
    size_t at = 0;
    while (at < length) {
        size_t end = at;
        while (end < length && bytes[end] != '\n' && bytes[end] != '\r') {
            end++;
        }
        framed_line(bytes + at, end - at);
        at = end + 1;
    }
    fake_bytes("\n", 1);
    require(is_ok(ask("SENSE")), "SENSE is not answered any more");
    return 0;
}
