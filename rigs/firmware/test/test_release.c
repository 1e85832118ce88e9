/* A build for the field refuses what only a test build may do. */
#include <string.h>

#include "fake_board.h"
#include "tap.h"

int main(void)
{
    fake_start(1);
    claim(is_ok(ask("ID")) && strcmp(value("test"), "0") == 0, "ID says test=0");
    ask("PROVISION client=61 server=62 group=p256 profile=rfc6628 pw=63");
    claim(is_error(ask("AUG.INIT x=%064d", 1), "TEST-ONLY"), "AUG.INIT x= is ERR TEST-ONLY");
    claim(is_error(ask("AUG.STEP server=62 Y=00"), "STATE"), "and starts no handshake");
    claim(is_error(ask("KEY.PUT kind=sk data=%064d", 1), "TEST-ONLY"), "KEY.PUT kind=sk is ERR TEST-ONLY");
    claim(is_error(ask("KEY.PUT kind=wrap bits=80 data=%080d", 0), "STATE"), "and installs no SK");
    claim(is_error(ask("KEY.PUT kind=raw bits=80 data=%020d", 1), "TEST-ONLY"), "KEY.PUT kind=raw is ERR TEST-ONLY");
    claim(is_error(ask("SEAL mode=block data=0000000000000000"), "TEST-ONLY"), "SEAL mode= is ERR TEST-ONLY");
    claim(is_error(ask("OPEN mode=block data=0000000000000000"), "TEST-ONLY"), "OPEN mode= is ERR TEST-ONLY");
    claim(is_error(ask("SEAL mode=gcm nonce=%024d data=00", 0), "TEST-ONLY"), "so is mode=gcm");
    claim(is_ok(ask("AUG.INIT")) && strlen(value("X")) == 130, "it draws its own x");
    return tap_finish();
}
