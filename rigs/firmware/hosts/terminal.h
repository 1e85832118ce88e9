/* The line of a board that is a program on this machine: a raw pseudo-terminal. */
#ifndef HOSTS_TERMINAL_H
#define HOSTS_TERMINAL_H

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>

/* Makes it and returns the board's end, closed in what this process starts; -1 and errno where the system gives none. The other end stays open
 * here too: without it the board would see a hang-up each time a peer leaves. ptsname tells its path. */
static inline int terminal_make(void)
{
    int board = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (board < 0 || grantpt(board) != 0 || unlockpt(board) != 0) {
        return -1;
    }
    const char *path = ptsname(board);
    int peer = path == NULL ? -1 : open(path, O_RDWR | O_NOCTTY | O_CLOEXEC);
    struct termios mode;
    if (peer < 0 || tcgetattr(peer, &mode) != 0) {
        return -1;
    }
    cfmakeraw(&mode);
    cfsetspeed(&mode, B115200);
    return tcsetattr(peer, TCSANOW, &mode) == 0 ? board : -1;
}

#endif
