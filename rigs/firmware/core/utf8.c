#include "utf8.h"

int is_utf8(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length;) {
        const uint8_t first = bytes[i++];
        if (first < 0x80) {
            continue;
        }
        if (first < 0xc2 || first > 0xf4) {
            return 0;
        }
        uint8_t least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        uint8_t most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        for (size_t left = first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3; left > 0; left--) {
            if (i == length || bytes[i] < least || bytes[i] > most) {
                return 0;
            }
            i++;
            least = 0x80;
            most = 0xbf;
        }
    }
    return 1;
}
