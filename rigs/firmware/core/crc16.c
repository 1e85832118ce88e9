#include "crc16.h"

uint16_t crc16(const char *bytes, size_t length)
{
    uint16_t crc = 0xffff;
    for (size_t i = 0; i < length; i++) {
        crc = (uint16_t)(crc ^ ((unsigned)(uint8_t)bytes[i] << 8));
        for (int bit = 0; bit < 8; bit++) {
            crc = (uint16_t)((crc & 0x8000) ? (unsigned)(crc << 1) ^ 0x1021u : (unsigned)(crc << 1));
        }
    }
    return crc;
}
