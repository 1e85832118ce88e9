/* leash CMD ARGS...: runs CMD so that it cannot outlive whoever started leash.
 *
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

static int run(char **words, int input, const sigset_t *signals, pid_t parent)
{
    setsid();
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) {
        return 127; /* leash died before the line above */
    }
    dup2(input, STDIN_FILENO);
    sigprocmask(SIG_UNBLOCK, signals, NULL);
    execvp(words[0], words);
    fprintf(stderr, "leash: %s: %s\n", words[0], strerror(errno));
    return 127;
}

int main(int count, char **words)
{
    sigset_t signals;
    int input[2], status = 0;
    sigemptyset(&signals);
    sigaddset(&signals, SIGCHLD);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGHUP); /* this and the next two are blocked and not acted on: whoever holds our stdin decides */
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGQUIT);
    if (count < 2 || sigprocmask(SIG_BLOCK, &signals, NULL) != 0 || pipe2(input, O_CLOEXEC) != 0) {
        fprintf(stderr, "usage: leash CMD ARGS...\n");
        return 2;
    }
    int events = signalfd(-1, &signals, SFD_CLOEXEC);
    pid_t parent = getpid(), child = fork();
    if (child == 0) {
        _exit(run(words + 1, input[0], &signals, parent));
    }
    if (child < 0 || events < 0) {
        perror("leash");
        return 1;
    }
    close(input[0]);
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
