/* The board as a Linux process: makes a pseudo-terminal, prints the slave's path as the first line, serves until its
 * stdin ends. Ticks are CLOCK_MONOTONIC nanoseconds.
 *
 *   posix [--input FILE] [--trigger FILE@LINE] [--no-rng]
 *
 * --input FILE         SENSE reads 1 while FILE starts with '1'
 * --trigger FILE@LINE  the trigger pin: "LINE LEVEL\n" is written to FILE, which a pin of rigs/guest understands; a line that is cut
 *                      (the write fails) is a wire that is cut: the board goes on
 * --no-rng             behaves as a board without an RNG: unseeded until SEED
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"
#include "bme280.h"
#include "hal.h"
#include "../../hosts/terminal.h"

#define PEER_WAIT_MS 2000

static int terminal = -1;
static const char *input_file;
static int trigger = -1;
static char trigger_text[2][16]; /* what is written for low and high */
static char trigger_name[16] = "none";
static int use_rng = 1;

static void die(const char *what)
{
    fprintf(stderr, "posix board: %s: %s\n", what, strerror(errno));
    exit(1);
}

static int open_trigger(const char *words)
{
    const char *at = strrchr(words, '@');
    char file[256];
    unsigned line;
    if (at == NULL || (size_t)(at - words) >= sizeof file || sscanf(at + 1, "%3u", &line) != 1) {
        return 0;
    }
    memcpy(file, words, (size_t)(at - words));
    file[at - words] = 0;
    trigger = open(file, O_WRONLY | O_APPEND | O_CLOEXEC);
    if (trigger < 0) {
        die(file);
    }
    for (int level = 0; level < 2; level++) {
        snprintf(trigger_text[level], sizeof trigger_text[level], "%u %d\n", line, level);
    }
    snprintf(trigger_name, sizeof trigger_name, "line%u", line);
    return 1;
}

static void open_terminal(void)
{
    terminal = terminal_make();
    if (terminal < 0 || fcntl(terminal, F_SETFL, O_NONBLOCK) != 0) {
        die("no pseudo-terminal");
    }
    printf("%s\n", ptsname(terminal));
    fflush(stdout);
}

void hal_describe(struct hal_info *info)
{
    *info = (struct hal_info){.board = "posix", .trigger = trigger_name, .clock_hz = 1000000000, .has_rng = use_rng};
}

uint8_t hal_receive(void)
{
    static uint8_t bytes[512];
    static ssize_t count, next;
    while (next >= count) {
        struct pollfd ready[2] = {{terminal, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
        if (poll(ready, 2, -1) < 0 && errno != EINTR) {
            die("poll");
        }
        if (ready[1].revents != 0) {
            uint8_t ignored[64];
            if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
                exit(0); /* whoever started us is gone */
            }
        }
        next = 0;
        count = (ready[0].revents & POLLIN) ? read(terminal, bytes, sizeof bytes) : 0;
    }
    return bytes[next++];
}

void hal_send(const uint8_t *bytes, size_t length)
{
    while (length > 0) {
        ssize_t sent = write(terminal, bytes, length);
        if (sent > 0) {
            bytes += sent;
            length -= (size_t)sent;
            continue;
        }
        struct pollfd ready = {terminal, POLLOUT, 0};
        if (poll(&ready, 1, PEER_WAIT_MS) <= 0) {
            return; /* nobody reads: a wire would lose the bytes too */
        }
    }
}

uint32_t hal_ticks(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint32_t)((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
}

size_t hal_entropy(uint8_t *out, size_t length)
{
    return use_rng && getrandom(out, length, 0) == (ssize_t)length ? length : 0;
}

void hal_trigger(int level)
{
    if (trigger >= 0) {
        const char *text = trigger_text[level != 0];
        ssize_t ignored = write(trigger, text, strlen(text));
        (void)ignored;
    }
}

int hal_input(void)
{
    char level = '0';
    int file = input_file == NULL ? -1 : open(input_file, O_RDONLY | O_CLOEXEC);
    if (file >= 0) {
        if (read(file, &level, 1) != 1) {
            level = '0';
        }
        close(file);
    }
    return level == '1';
}

#ifdef WITH_CLIMATE
int hal_i2c(uint8_t address, const uint8_t *write, size_t written, uint8_t *read, size_t length)
{
    (void)address;
    bme280_model(write, written, read, length);
    return 0;
}

int hal_i2c_is_model(void)
{
    return 1;
}
#endif

int main(int count, char **words)
{
    static struct board_state board;
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--no-rng") == 0) {
            use_rng = 0;
        } else if (strcmp(words[i], "--input") == 0 && i + 1 < count) {
            input_file = words[++i];
        } else if (strcmp(words[i], "--trigger") == 0 && i + 1 < count && open_trigger(words[i + 1])) {
            i++;
        } else {
            fprintf(stderr, "posix board: unknown argument %s\nusage: %s [--input FILE] [--trigger FILE@LINE] [--no-rng]\n", words[i], words[0]);
            return 2;
        }
    }
    open_terminal();
    bench_start(&board);
    for (;;) {
        bench_byte(&board, hal_receive());
    }
}
