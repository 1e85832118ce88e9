/* Fuzz target: OPEN and KEY.PUT, what decrypts bytes of an adversary, beneath the line parser and through it.
 *
 * Input: a byte that chooses mode, key size and way; then up to 8 bytes of nonce or tag; then the data. Whatever opens must be what
 * sealing it again gives: a decryption that invents plaintext is found even where no memory is touched that should not be.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_board.h"
#include "modes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define EXTRA 8

static const char hex_digits[] = "0123456789abcdef";

static void require(int condition, const char *words)
{
    if (!condition) {
        fprintf(stderr, "fuzz_open: %s: %s\n", words, fake.sent);
        abort();
    }
}

static const char *hex_of(char *out, const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        out[2 * i] = hex_digits[bytes[i] >> 4];
        out[2 * i + 1] = hex_digits[bytes[i] & 15];
    }
    out[2 * length] = '\0';
    return out;
}

/* The modes themselves, in a buffer of just the size, so that the sanitizer sees one byte too many. */
static void open_bare(const uint8_t *data, size_t length, const uint8_t extra[EXTRA], unsigned bits, int padded, int back)
{
    static const uint8_t key_bytes[16] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
    struct present key;
    uint8_t *out = malloc(length + PRESENT_BLOCK), *again = malloc(length + PRESENT_BLOCK), tag[8];
    const struct eax_header header = {data, length < 16 ? length : 16, extra, EXTRA};
    present_key(&key, key_bytes, bits);
    if (padded) {
        int opened = ecb_open(&key, out, data, length);
        if (opened >= 0) {
            require(ecb_seal(&key, again, out, (size_t)opened) == length && memcmp(again, data, length) == 0, "ECB opens what sealing does not give");
        }
    } else if (eax_open(&key, out, extra, data, length, &header) == 0) {
        eax_seal(&key, again, tag, out, length, &header);
        require(memcmp(again, data, length) == 0 && memcmp(tag, extra, 8) == 0, "EAX opens what sealing does not give");
    } else if (back) {
        eax_seal(&key, again, tag, data, length, &header);
        require(eax_open(&key, out, tag, again, length, &header) == 0 && memcmp(out, data, length) == 0, "EAX does not open what it sealed");
    }
    free(out);
    free(again);
}

static void open_by_line(const uint8_t *data, size_t length, const uint8_t extra[EXTRA], unsigned choice)
{
    static const char *const modes[] = {"block", "ecb", "ctr", "eax"};
    static char text[1001], small[2 * EXTRA + 1];
    if (length > 500) {
        length = 500;
    }
    hex_of(text, data, length);
    hex_of(small, extra, EXTRA);
    const char *mode = modes[choice & 3];
    const char *reply = (choice & 4) ? ask("OPEN data=%s", text)
                        : (choice & 8) ? ask("KEY.PUT kind=wrap bits=%d data=%s", choice & 16 ? 80 : 128, text)
                                       : ask("OPEN mode=%s nonce=%s tag=%s data=%s", mode, small, small, text);
    require(is_ok(reply) || is_error(reply, "BAD-PADDING") || is_error(reply, "BAD-TAG") || is_error(reply, "BAD-KEY") || is_error(reply, "ARG") ||
                is_error(reply, "TOO-LONG") || is_error(reply, "LENGTH"), "an answer that OPEN cannot have");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int started;
    uint8_t extra[EXTRA] = {0};
    if (size == 0) {
        return 0;
    }
    unsigned choice = data[0];
    size_t taken = size - 1 < EXTRA ? size - 1 : EXTRA;
    memcpy(extra, data + 1, taken);
    data += 1 + taken;
    size -= 1 + taken;
    open_bare(data, size, extra, choice & 32 ? 80 : 128, choice & 64, choice & 128);
    if (!started) { /* one board for all: OPEN leaves no state behind, and a wrap is refused or replaced */
        started = 1;
        fake_start(1);
        require(is_ok(ask("KEY.PUT kind=sk data=000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")), "no SK");
        require(is_ok(ask("KEY.PUT kind=raw bits=128 data=000102030405060708090a0b0c0d0e0f")), "no key");
        uint8_t wrap[40];
        char text[81];
        struct present key;
        const uint8_t ks[32] = {7};
        present_key(&key, (const uint8_t *)"\0\1\2\3\4\5\6\7\10\11\12\13\14\15\16\17", 128);
        ecb_seal(&key, wrap, ks, sizeof ks);
        require(is_ok(ask("KEY.PUT kind=wrap bits=128 data=%s", hex_of(text, wrap, sizeof wrap))), "no Ks");
    }
    open_by_line(data, size, extra, choice);
    return 0;
}
