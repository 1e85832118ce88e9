#include "fake_board.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "bme280.h"
#include "crc16.h"

struct fake fake;

static char reply_text_kept[TEXT_LIMIT];

void hal_describe(struct hal_info *info)
{
    *info = (struct hal_info){.board = "fake", .trigger = "T0", .clock_hz = 1000, .has_rng = fake.entropy != 0};
}

#ifdef WITH_CLIMATE
int hal_i2c(uint8_t address, const uint8_t *write, size_t written, uint8_t *read, size_t length)
{
    if (address != BME280_ADDRESS || fake.i2c_fault != 0) {
        return fake.i2c_fault != 0 ? fake.i2c_fault : HAL_I2C_GONE;
    }
    bme280_model(write, written, read, length);
    int at = fake.i2c_register - write[0];
    if (fake.i2c_register != 0 && length > 0 && at >= 0 && at < (int)length) {
        read[at] = (uint8_t)fake.i2c_value;
    }
    return 0;
}

int hal_i2c_is_model(void)
{
    return 1;
}
#endif

uint8_t hal_receive(void)
{
    abort(); /* the tests push bytes */
}

void hal_send(const uint8_t *bytes, size_t length)
{
    static int ended = 1;
    for (size_t i = 0; i < length; i++) {
        if (ended) {
            fake.length = 0;
            ended = 0;
        }
        if (bytes[i] == '\n') {
            ended = 1;
            fake.replies++;
            for (size_t w = 0; w < 16 && fake.watched[w] != NULL; w++) {
                fake.secret_leaked |= strstr(fake.sent, fake.watched[w]) != NULL;
            }
        } else if (bytes[i] != '\r' && fake.length < TEXT_LIMIT - 1) {
            fake.sent[fake.length++] = (char)bytes[i];
        }
        fake.sent[fake.length] = '\0';
    }
}

uint32_t hal_ticks(void)
{
    static uint32_t ticks;
    return ticks += 3;
}

size_t hal_entropy(uint8_t *out, size_t length)
{
    memset(out, fake.entropy, length);
    return fake.entropy != 0 ? length : 0;
}

void hal_trigger(int level)
{
    fake.rises += level && !fake.trigger;
    fake.trigger = level;
}

int hal_input(void)
{
    return fake.level;
}

void fake_start(int rng)
{
    memset(&fake, 0, sizeof fake);
    fake.entropy = rng ? 0x5a : 0;
    fake.seq = 1000;
    bench_start(&fake.board);
}

const char *fake_bytes(const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    fake.length = 0;
    fake.sent[0] = '\0';
    for (size_t i = 0; i < length; i++) {
        bench_byte(&fake.board, at[i]);
    }
    return fake.sent;
}

const char *fake_line(const char *line)
{
    char text[16384];
    int length = snprintf(text, sizeof text, "%s\n", line);
    return fake_bytes(text, (size_t)length);
}

static const char *send_framed(uint32_t seq, const char *body)
{
    char line[TEXT_LIMIT + 32], expected[32];
    int length = snprintf(line, sizeof line, "%u %s", seq, body);
    snprintf(line + length, sizeof line - (size_t)length, " *%04x", crc16(line, (size_t)length));
    const char *seen = fake_line(line);
    size_t count = strlen(seen);
    int start = snprintf(expected, sizeof expected, "%u ", seq);
    snprintf(line, sizeof line, "%04x", count < 6 ? 0 : crc16(seen, count - 6));
    if (count < 6 || strncmp(seen, expected, (size_t)start) != 0 || strcmp(seen + count - 4, line) != 0) {
        printf("# malformed reply: %s\n", seen);
        return "";
    }
    snprintf(reply_text_kept, sizeof reply_text_kept, "%.*s", (int)(count - 6 - (size_t)start), seen + start);
    return reply_text_kept;
}

const char *ask_as(uint32_t seq, const char *format, ...)
{
    char body[TEXT_LIMIT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(body, sizeof body, format, arguments);
    va_end(arguments);
    return send_framed(seq, body);
}

const char *ask(const char *format, ...)
{
    char body[TEXT_LIMIT];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(body, sizeof body, format, arguments);
    va_end(arguments);
    fake.seq = fake.seq % 65535 + 1;
    return send_framed(fake.seq, body);
}

const char *value(const char *key)
{
    static char found[TEXT_LIMIT];
    char wanted[64];
    snprintf(wanted, sizeof wanted, " %s=", key);
    const char *at = strstr(reply_text_kept, wanted);
    found[0] = '\0';
    if (at != NULL) {
        at += strlen(wanted);
        snprintf(found, sizeof found, "%.*s", (int)strcspn(at, " "), at);
    }
    return found;
}

int is_ok(const char *reply)
{
    return strncmp(reply, "OK ", 3) == 0;
}

int is_error(const char *reply, const char *code)
{
    size_t length = strlen(code);
    return strncmp(reply, "ERR ", 4) == 0 && strncmp(reply + 4, code, length) == 0 && reply[4 + length] == ' ';
}

void fake_watch(const char *hex)
{
    for (size_t i = 0; i < 16; i++) {
        if (fake.watched[i] == NULL) {
            fake.watched[i] = hex;
            return;
        }
    }
    abort();
}
