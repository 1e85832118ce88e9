namespace Harness.Cli.Commands.New;

/// <summary>
/// The files of a new board: the seven functions that the firmware asks for, written for a Linux process, to be replaced one after the other by those
/// of the real board; a Makefile that links them with the firmware's core, a rig and a feature.
/// </summary>
internal static class BoardTemplate
{
    /// <summary>The files by their paths below the board's folder.</summary>
    /// <param name="name">Its name, as ID prints it.</param>
    /// <param name="firmware">The folder of the firmware's sources.</param>
    public static IReadOnlyDictionary<string, string> Files(string name, string firmware) => new Dictionary<string, string>
    {
        ["board.c"] = Code.Replace("NAME", name, StringComparison.Ordinal),
        ["Makefile"] = Make.Replace("NAME", name, StringComparison.Ordinal).Replace("FOLDER", firmware.Replace("$", "$$", StringComparison.Ordinal), StringComparison.Ordinal),
        ["README.md"] = Readme.Replace("NAME", name, StringComparison.Ordinal).Replace("FOLDER", ShellWord.Quote(firmware), StringComparison.Ordinal),
        ["rig.yaml"] = Rig.Replace("NAME", name, StringComparison.Ordinal),
        [$"{name}.feature"] = Feature.Replace("NAME", name, StringComparison.Ordinal),
    };

    private const string Code = """
        /* The board NAME: what the firmware asks of a board (hal.h). It runs as a Linux process on a pseudo-terminal, so that it can be tried at once;
         * replace one function after the other by the real board's, in the order of the checklist in PORTING.md. */
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <poll.h>
        #include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <sys/random.h>
        #include <termios.h>
        #include <time.h>
        #include <unistd.h>

        #include "bench.h"
        #include "hal.h"

        #define PEER_WAIT_MS 2000

        static int terminal = -1;

        /* The name without a space, the trigger's pin or "none", the rate of hal_ticks in Hz (0 where unknown), and whether hal_entropy yields something. */
        void hal_describe(struct hal_info *info)
        {
            *info = (struct hal_info){.board = "NAME", .trigger = "none", .clock_hz = 1000000000, .has_rng = 1};
        }

        /* The next byte of the serial line; sleeps until there is one. */
        uint8_t hal_receive(void)
        {
            for (;;) {
                struct pollfd ready[2] = {{terminal, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}};
                uint8_t byte;
                (void)poll(ready, 2, -1);
                if (ready[1].revents != 0 && read(STDIN_FILENO, &byte, 1) <= 0) {
                    exit(0); /* whoever started the process is gone */
                }
                if ((ready[0].revents & POLLIN) && read(terminal, &byte, 1) == 1) {
                    return byte;
                }
            }
        }

        /* Bytes out; every wait is bounded, as a board must not hang where nobody reads. */
        void hal_send(const uint8_t *bytes, size_t length)
        {
            while (length > 0) {
                ssize_t sent = write(terminal, bytes, length);
                struct pollfd ready = {terminal, POLLOUT, 0};
                if (sent > 0) {
                    bytes += sent;
                    length -= (size_t)sent;
                } else if (poll(&ready, 1, PEER_WAIT_MS) <= 0) {
                    return;
                }
            }
        }

        /* A free-running counter modulo 2^32, the finest there is. */
        uint32_t hal_ticks(void)
        {
            struct timespec now;
            clock_gettime(CLOCK_MONOTONIC, &now);
            return (uint32_t)((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec);
        }

        /* True randomness or 0 bytes, never a substitute: with 0 the board waits for SEED. */
        size_t hal_entropy(uint8_t *out, size_t length)
        {
            return getrandom(out, length, 0) == (ssize_t)length ? length : 0;
        }

        /* The pin raised around each timed operation: one store, as its time is part of the measured time. This process has none. */
        void hal_trigger(int level)
        {
            (void)level;
        }

        /* The level of the pin that SENSE reads. This process has none: always low. */
        int hal_input(void)
        {
            return 0;
        }

        /* Set the board up, print where its line is, and serve the line for ever. On a board only bench_start and the loop stay. */
        int main(void)
        {
            static struct board_state board;
            struct termios mode;
            terminal = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
            if (terminal < 0 || grantpt(terminal) != 0 || unlockpt(terminal) != 0) {
                return 1;
            }
            const char *path = ptsname(terminal);
            /* Kept open: without it the line reports a hang-up each time a peer leaves. */
            int line = path == NULL ? -1 : open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
            if (line < 0 || tcgetattr(line, &mode) != 0) {
                return 1;
            }
            cfmakeraw(&mode);
            if (tcsetattr(line, TCSANOW, &mode) != 0 || fcntl(terminal, F_SETFL, O_NONBLOCK) != 0) {
                return 1;
            }
            printf("%s\n", path);
            fflush(stdout);
            bench_start(&board);
            for (;;) {
                bench_byte(&board, hal_receive());
            }
        }

        """;

    private const string Make = """
        # make          build/NAME, the image that runs as a Linux process
        # make test-image  build/NAME-test, which takes keys from the line: for known answers only
        # For a cross compiler see README.md.
        FIRMWARE := FOLDER
        CC       ?= gcc
        CFLAGS   := -std=c11 -Wall -Wextra -Werror -O2 -g -DPAYLOAD_LIMIT=1024 -DTOKEN_TOPICS=16

        .PHONY: all test-image clean
        all: build/NAME
        test-image: build/NAME-test

        build/NAME-test: CFLAGS += -DHARNESS_TEST
        build/NAME build/NAME-test: board.c Makefile
        	@mkdir -p build
        	hash=$$(cat board.c "$(FIRMWARE)"/core/*.[ch] | sha256sum | cut -c1-8); \
        	$(CC) $(CFLAGS) -I"$(FIRMWARE)/core" -I"$(FIRMWARE)/hal" -DBUILD_HASH="\"$$hash\"" "$(FIRMWARE)"/core/*.c board.c -o $@.new && mv $@.new $@

        clean:
        	rm -rf build

        """;

    private const string Rig = """
        # The board NAME as a Linux process. For the real board: driver: tty, port: /dev/serial/by-id/..., provenance: hardware, tick_unit: ticks.
        rig: NAME
        server: harness-broker
        group: p256
        devices:
          host: {kind: host}
          board1: {kind: serial, driver: posix, elf: build/NAME, test_elf: build/NAME-test, tick_unit: ns, provenance: host}
        roles: {host: host, board: board1}
        sensors:
          climate: {kind: bme280, driver: model}

        """;

    private const string Feature = """
        Feature: NAME
          The board answers, survives nonsense and carries a reading.

          Scenario: The board answers and takes no harm from an unknown verb
            When an unknown verb is sent to board
            Then board answers ERR VERB
            And board still answers ID

          Scenario: A reading of the board reaches the host
            Given a broker that pairs board with host on "lab/NAME" using 128-bit keys
            And host and board are logged in
            When board publishes a reading of the BME280
            Then host opens the same reading

        """;

    private const string Readme = """
        # The board NAME
        `board.c` holds the seven functions that the firmware asks of a board, and `main`. They work on Linux; write those of the board in their place,
        in the order of the checklist of PORTING.md in the folder of the firmware, FOLDER.

        ```sh
        make
        printf 'ID\nSELFTEST\n' | ./harness console board --rig rig.yaml
        ./harness run --rig rig.yaml NAME.feature
        make test-image
        ./harness vectors --device board --rig rig.yaml tests/vectors/vectors.json
        ```

        For a cross compiler copy this folder to `boards/NAME` of the firmware, where the Makefile finds it by a file `board.mk`; on a Cortex-M it also needs
        `NAME.ld`, a linker script, and `hal/cortex_m.c` has `hal_receive`:

        ```make
        NAME_FLAGS   := -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -DRING=2048u
        NAME_SOURCES := hal/cortex_m.c
        ```

        """;
}
