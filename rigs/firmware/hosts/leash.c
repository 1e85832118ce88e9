/* leash [--terminal] CMD ARGS...: runs CMD so that it cannot outlive whoever started leash.
 *
 * --terminal makes a raw pseudo-terminal, prints its path as the first line, and gives CMD its master as descriptor 3. The slave stays open here,
 * so that CMD never sees a hang-up: QEMU looks for the end of one of its own only once a second, and drops what comes meanwhile.
 * CMD gets a session of its own, so a Ctrl-C at the terminal does not reach it; stdout and stderr pass through; its stdin
 * is a pipe that ends with leash. CMD's group is killed when leash's stdin ends or leash gets SIGTERM, and
 * by the kernel when leash itself is killed. Exits with CMD's status (128 + signal where one ended it; 127: no such CMD).
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "terminal.h"

enum { TERMINAL = 3 }; /* its descriptor in CMD */

static int run(char **words, int input, int terminal, const sigset_t *signals, pid_t parent)
{
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        return 127; /* leash died before the line above */
    }
    dup2(input, STDIN_FILENO);
    if (terminal >= 0) {
        /* Said here, before CMD says anything, and by CMD's process: whoever reads it finds that. */
        printf("%s\n", ptsname(terminal));
        fflush(stdout);
    }
    if (terminal == TERMINAL) {
        fcntl(terminal, F_SETFD, 0);
    } else if (terminal >= 0) {
        dup2(terminal, TERMINAL);
    }
    sigprocmask(SIG_UNBLOCK, signals, NULL);
    execvp(words[0], words);
    fprintf(stderr, "leash: %s: %s\n", words[0], strerror(errno));
    return 127;
}

int main(int count, char **words)
{
    sigset_t signals;
    int input[2], status = 0, terminal = -1;
    int wants_terminal = count > 1 && strcmp(words[1], "--terminal") == 0;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP); /* this and the next two are blocked and not acted on: whoever holds our stdin decides */
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGQUIT);
    if (count < 2 + wants_terminal || sigprocmask(SIG_BLOCK, &signals, NULL) != 0 || pipe2(input, O_CLOEXEC) != 0) {
        fprintf(stderr, "usage: leash [--terminal] CMD ARGS...\n");
        return 2;
    }
    if (wants_terminal && (terminal = terminal_make()) < 0) {
        fprintf(stderr, "leash: no pseudo-terminal: %s\n", strerror(errno));
        return 1;
    }
    int events = signalfd(-1, &signals, SFD_CLOEXEC);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        _exit(run(words + 1 + wants_terminal, input[0], terminal, &signals, parent));
    }
    if (child < 0 || events < 0) {
        perror("leash");
        return 1;
    }
    close(input[0]);
    if (wants_terminal) {
        close(terminal);
    }
    while (waitpid(child, &status, WNOHANG) == 0) {
        struct pollfd ready[2] = {{STDIN_FILENO, POLLIN, 0}, {events, POLLIN, 0}};
        struct signalfd_siginfo event = {.ssi_signo = 0};
        char ignored[64];
        if (poll(ready, 2, -1) < 0) {
            continue;
        }
        int ended = ready[0].revents != 0 && read(STDIN_FILENO, ignored, sizeof ignored) <= 0;
        if (ready[1].revents != 0 && read(events, &event, sizeof event) != sizeof event) {
            event.ssi_signo = 0;
        }
        if (ended || event.ssi_signo == SIGTERM) {
            kill(-child, SIGKILL);
            kill(child, SIGKILL); /* in case it had no time for setsid */
            waitpid(child, &status, 0);
            break;
        }
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
