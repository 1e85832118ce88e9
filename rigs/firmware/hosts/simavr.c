/* simavr MCU HZ [--edges FILE] [--stack FILE] [--ram FILE] ELF: runs an AVR image on libsimavr with exact cycles, USART0 on a pseudo-terminal.
 *
 * Prints the slave's path as its first line and serves until its stdin ends, as boards/posix does. While the processor sleeps and
 * nothing in it is under way, this process sleeps too, until a byte comes.
 *
 * --edges FILE  each change of the trigger pin PB5 is appended as "CYCLE LEVEL", at once and whole: a board's reply is never
 *               read before the edges that came before it are in the file
 * --stack FILE  at each SIGUSR1 the deepest stack since the one before, or since power-on, is appended as "DEEPEST RESERVED", in bytes: the
 *               room above the static data is painted, and what still has the paint was never written. For images without a verb that tells it
 * --ram FILE    all of the RAM is painted before power-on, and written to FILE when stdin has ended: what still has the paint was
 *               never written, neither as data nor as stack
 *
 * Debian's simavr program has no such terminal, and writes pins only to a VCD file that is complete when it ends.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <simavr/avr_ioport.h>
#include <simavr/avr_uart.h>
#include <simavr/sim_avr.h>
#include <simavr/sim_elf.h>

#include "terminal.h"

#define TRIGGER_PIN 5
#define LOOK_EVERY 4096 /* runs of instructions between two looks at the line while the processor works */
#define PEER_WAIT_MS 2000
#define PAINT 0xa5
#define STACK_POINTER 0x5d /* SPL and SPH, in the data space of every ATmega */

static avr_t *avr;
static avr_irq_t *receiver;
static int terminal, edges = -1, stack = -1, asked = -1, ready_for_more = 1;
static size_t static_end; /* the first byte above the static data */
static const char *ram_file;

static void die(const char *what, const char *why)
{
    fprintf(stderr, "simavr: %s: %s\n", what, why);
    exit(1);
}

/* The data space from the first byte of RAM on: below it are registers. */
static void paint_ram(void)
{
    memset(avr->data + avr->ioend + 1, PAINT, (size_t)(avr->ramend - avr->ioend));
}

static void save_ram(void)
{
    const size_t size = (size_t)(avr->ramend - avr->ioend);
    FILE *file = fopen(ram_file, "wb");
    if (file == NULL || fwrite(avr->data + avr->ioend + 1, 1, size, file) != size || fclose(file) != 0) {
        die(ram_file, strerror(errno));
    }
}

/* The stack grows down from the end of RAM towards the static data. */
static void tell_stack(void)
{
    const size_t top = (size_t)avr->ramend + 1, pointer = (size_t)(avr->data[STACK_POINTER] | avr->data[STACK_POINTER + 1] << 8);
    size_t lowest = static_end;
    char line[48];
    while (lowest < top && avr->data[lowest] == PAINT) {
        lowest++;
    }
    if (pointer >= static_end && pointer < top) {
        memset(avr->data + static_end, PAINT, pointer + 1 - static_end); /* it points at the next free byte */
    }
    const int length = snprintf(line, sizeof line, "%zu %zu\n", top - lowest, top - static_end);
    if (write(stack, line, (size_t)length) != length) {
        die("the stack cannot be told", strerror(errno));
    }
}

/* A signal that is read between two instructions, and also ends a wait. */
static void listen_for_questions(const char *file)
{
    sigset_t question;
    if ((stack = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0) {
        die(file, strerror(errno));
    }
    if (sigemptyset(&question) != 0 || sigaddset(&question, SIGUSR1) != 0 || sigprocmask(SIG_BLOCK, &question, NULL) != 0 ||
        (asked = signalfd(-1, &question, SFD_CLOEXEC | SFD_NONBLOCK)) < 0) {
        die("signalfd", strerror(errno));
    }
}

static void open_terminal(void)
{
    terminal = terminal_make();
    if (terminal < 0 || fcntl(terminal, F_SETFL, O_NONBLOCK) != 0) {
        die("no pseudo-terminal", strerror(errno));
    }
    printf("%s\n", ptsname(terminal));
    fflush(stdout);
}

/* Gives the USART what has come, as far as it has room; waits up to `wait_ms` (-1: for ever) for the first byte. */
static void feed(int wait_ms)
{
    static uint8_t bytes[64];
    static ssize_t count, next;
    if (next >= count) {
        struct pollfd ready[3] = {{terminal, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}, {asked, POLLIN, 0}};
        if (poll(ready, 3, wait_ms) < 0 && errno != EINTR) {
            die("poll", strerror(errno));
        }
        struct signalfd_siginfo question;
        if (ready[2].revents != 0 && read(asked, &question, sizeof question) == (ssize_t)sizeof question) {
            tell_stack();
        }
        if (ready[1].revents != 0) {
            uint8_t ignored[64];
            if (read(STDIN_FILENO, ignored, sizeof ignored) <= 0) {
                if (ram_file != NULL) {
                    save_ram();
                }
                exit(0); /* whoever started us is gone */
            }
        }
        next = 0;
        count = (ready[0].revents & POLLIN) ? read(terminal, bytes, sizeof bytes) : 0;
    }
    while (ready_for_more && next < count) {
        avr_raise_irq(receiver, bytes[next++]);
    }
}

/* Asleep: where an event is due (a timer, a byte on its way) the clock jumps there, else only a byte from outside ends it. */
static void on_sleep(avr_t *mcu, avr_cycle_count_t cycles)
{
    (void)cycles;
    feed(mcu->cycle_timers.timer == NULL ? -1 : 0);
}

static void on_sent(struct avr_irq_t *irq, uint32_t value, void *unused)
{
    (void)irq;
    (void)unused;
    uint8_t byte = (uint8_t)value;
    struct pollfd ready = {terminal, POLLOUT, 0};
    while (write(terminal, &byte, 1) != 1) {
        if (poll(&ready, 1, PEER_WAIT_MS) <= 0) {
            return; /* nobody reads: a wire would lose the byte too */
        }
    }
}

static void on_flow(struct avr_irq_t *irq, uint32_t value, void *allowed)
{
    (void)irq;
    (void)value;
    ready_for_more = allowed != NULL;
}

static void on_trigger(struct avr_irq_t *irq, uint32_t value, void *unused)
{
    static uint32_t level;
    char line[32];
    (void)irq;
    (void)unused;
    if (value == level) {
        return; /* written, not changed */
    }
    level = value;
    int length = snprintf(line, sizeof line, "%" PRIu64 " %u\n", (uint64_t)avr->cycle, value);
    if (edges >= 0 && write(edges, line, (size_t)length) != length) {
        die("the edges cannot be written", strerror(errno));
    }
}

/* simavr tells what it loads on stdout, where whoever started us looks for the terminal's path. */
static void log_errors(avr_t *mcu, const int level, const char *format, va_list arguments)
{
    (void)mcu;
    if (level <= LOG_ERROR) {
        vfprintf(stderr, format, arguments);
    }
}

static void connect_pins(void)
{
    uint32_t flags = 0;
    avr_ioctl(avr, AVR_IOCTL_UART_GET_FLAGS('0'), &flags);
    flags &= ~(uint32_t)(AVR_UART_FLAG_STDIO | AVR_UART_FLAG_POLL_SLEEP); /* neither an echo on stdout nor naps of its own */
    avr_ioctl(avr, AVR_IOCTL_UART_SET_FLAGS('0'), &flags);
    receiver = avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_INPUT);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUTPUT), on_sent, NULL);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XON), on_flow, &ready_for_more);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_UART_GETIRQ('0'), UART_IRQ_OUT_XOFF), on_flow, NULL);
    avr_irq_register_notify(avr_io_getirq(avr, AVR_IOCTL_IOPORT_GETIRQ('B'), TRIGGER_PIN), on_trigger, NULL);
}

static void load(const char *mcu, const char *hz, const char *elf)
{
    static elf_firmware_t firmware;
    avr_global_logger_set(log_errors);
    if (access(elf, R_OK) != 0 || elf_read_firmware(elf, &firmware) != 0) {
        die(elf, "no readable AVR image");
    }
    avr = avr_make_mcu_by_name(mcu);
    if (avr == NULL || strlen(mcu) >= sizeof firmware.mmcu) {
        die(mcu, "no processor simavr knows; simavr --list-cores names them");
    }
    memcpy(firmware.mmcu, mcu, strlen(mcu) + 1);
    firmware.frequency = (uint32_t)strtoul(hz, NULL, 10);
    avr_init(avr);
    avr->log = LOG_ERROR;
    avr_load_firmware(avr, &firmware);
    static_end = (size_t)avr->ioend + 1 + firmware.datasize + firmware.bsssize;
    avr->sleep = on_sleep;
}

int main(int count, char **words)
{
    int next = 3;
    const char *edges_file = NULL, *stack_file = NULL;
    for (; next + 1 < count && strncmp(words[next], "--", 2) == 0; next += 2) {
        if (strcmp(words[next], "--edges") == 0) {
            edges_file = words[next + 1];
        } else if (strcmp(words[next], "--stack") == 0) {
            stack_file = words[next + 1];
        } else if (strcmp(words[next], "--ram") == 0) {
            ram_file = words[next + 1];
        } else {
            break;
        }
    }
    if (count != next + 1) {
        fprintf(stderr, "usage: %s MCU HZ [--edges FILE] [--stack FILE] [--ram FILE] ELF\n", words[0]);
        return 2;
    }
    load(words[1], words[2], words[next]);
    if (edges_file != NULL && (edges = open(edges_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) < 0) {
        die(edges_file, strerror(errno));
    }
    if (ram_file != NULL || stack_file != NULL) {
        paint_ram();
    }
    if (stack_file != NULL) {
        listen_for_questions(stack_file);
    }
    connect_pins();
    open_terminal();
    for (uint32_t runs = 0;; runs++) {
        int state = avr_run(avr);
        if (state == cpu_Done || state == cpu_Crashed) {
            die("the processor has stopped", state == cpu_Crashed ? "it crashed" : "it sleeps with interrupts off");
        }
        if (runs % LOOK_EVERY == 0) {
            feed(0);
        }
    }
}
