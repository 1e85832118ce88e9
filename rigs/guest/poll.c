/* The raw loop that a serial line's time is held against: sends SENSE, polls, reads to the end of the line, and prints the median in microseconds.
 *
 *   poll TTY ROUNDS
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static uint16_t crc16(const char *bytes, size_t length) /* CRC-16/CCITT-FALSE */
{
    uint16_t crc = 0xffff;
    for (size_t i = 0; i < length; i++) {
        crc ^= (uint16_t)((unsigned char)bytes[i] << 8);
        for (int bit = 0; bit < 8; bit++) {
            crc = (uint16_t)(crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1);
        }
    }
    return crc;
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static int rising(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
    int rounds = argc == 3 ? atoi(argv[2]) : 0;
    if (rounds < 1 || rounds > 100000) {
        fprintf(stderr, "usage: poll TTY ROUNDS\n");
        return 2;
    }
    int line = open(argv[1], O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios as;
    if (line < 0 || tcgetattr(line, &as) != 0) {
        perror(argv[1]);
        return 1;
    }
    cfmakeraw(&as);
    cfsetspeed(&as, B115200);
    if (tcsetattr(line, TCSANOW, &as) != 0 || tcflush(line, TCIOFLUSH) != 0) {
        perror(argv[1]);
        return 1;
    }
    int64_t *took = calloc((size_t)rounds, sizeof *took);
    for (int i = -20; i < rounds; i++) {
        char request[64], reply[512];
        int length = snprintf(request, 40, "%d SENSE", 100 + (i + 20) % 60000);
        length += snprintf(request + length, 16, " *%04x\n", crc16(request, (size_t)length));
        size_t got = 0;
        int64_t from = now();
        if (write(line, request, (size_t)length) != length) {
            perror("write");
            return 1;
        }
        while (got == 0 || reply[got - 1] != '\n') {
            struct pollfd wait = {.fd = line, .events = POLLIN};
            if (poll(&wait, 1, 5000) != 1) {
                fprintf(stderr, "no reply\n");
                return 1;
            }
            ssize_t n = read(line, reply + got, sizeof reply - got);
            if (n <= 0) {
                perror("read");
                return 1;
            }
            got += (size_t)n;
        }
        if (i >= 0) {
            took[i] = now() - from;
        }
        if (!memmem(reply, got, " OK ", 4)) {
            fprintf(stderr, "refused: %.*s", (int)got, reply);
            return 1;
        }
    }
    qsort(took, (size_t)rounds, sizeof *took, rising);
    printf("%.1f\n", (double)took[rounds / 2] / 1000);
    return 0;
}
