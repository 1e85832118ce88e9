/* A request line taken apart, and a reply line put together. See PROTOCOL.md.
 *
 *   line_split     verb and key=value arguments, in place
 *   line_argument  the value of a key, or NULL
 *   line_hex       lower-case hex to bytes
 *   line_number    decimal without leading zero
 *
 *   reply_*        append to a reply; a reply that would not fit is a bug and is cut, never overrun
 */
#ifndef LINE_H
#define LINE_H

#include <stddef.h>
#include <stdint.h>

#include "flash.h"

/* Most plaintext bytes of a SEAL. A board.mk may set a smaller or a larger one, and LINE_LIMIT with it. A wrap is 40 bytes. */
#ifndef PAYLOAD_LIMIT
#define PAYLOAD_LIMIT 256
#endif
_Static_assert(PAYLOAD_LIMIT >= 32 && PAYLOAD_LIMIT <= 1024, "PAYLOAD_LIMIT is 32 to 1024");

/* Longest requests: PROVISION role=server in modp2048-q256 is 861 characters (470 in p256), DERIVE 542, OPEN mode=gcm of n bytes with 64
 * bytes of ad 2n + 241. A board.mk may set a smaller one. */
#ifndef LINE_LIMIT
#define LINE_LIMIT (PAYLOAD_LIMIT > 256 ? 2560 : 1024)
#endif
#define LINE_ARGUMENTS 8
/* Longest replies: SEAL of n bytes is 2n + 56 digits with what goes by hop, 2n + 176 signed under hardened; ID with every list is about 400. */
#ifndef REPLY_LIMIT
#define REPLY_LIMIT (PAYLOAD_LIMIT > 256 ? 2 * PAYLOAD_LIMIT + 256 : 768)
#endif

struct argument {
    const char *key;
    char *value;
};

struct request {
    const char *verb;
    size_t count;
    struct argument arguments[LINE_ARGUMENTS];
};

struct reply {
    size_t length;
    char text[REPLY_LIMIT];
};

/* Cuts a NUL-terminated line at its spaces. Returns 0, or -1 for a malformed one (double or trailing space, no '=',
 * an empty key, a key given twice, too many arguments, a character outside printable ASCII). */
int line_split(struct request *request, char *line);
#define line_argument(request, key) line_value(request, TEXT(key)) /* of a literal */
char *line_value(const struct request *request, flash_text key);

/* Returns the number of bytes, or -1 for anything but an even number of lower-case hex digits, or -2 for more than
 * `limit` bytes. The digits are decoded without branches on their value, for some are keys. */
int line_hex(uint8_t *out, size_t limit, const char *word);

/* Returns 0, or -1 for anything but decimal digits without leading zero, at most `limit`, which is at most 10^8. */
int line_number(uint32_t *out, const char *word, uint32_t limit);

void reply_clear(struct reply *reply);
#define reply_text(reply, literal) reply_words(reply, TEXT(literal))
void reply_words(struct reply *reply, flash_text words);
void reply_number(struct reply *reply, uint64_t number);
void reply_hex(struct reply *reply, const uint8_t *bytes, size_t length);

#endif
