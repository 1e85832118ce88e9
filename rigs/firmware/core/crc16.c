#include "crc16.h"

/* A byte at a time without a table: the polynomial x^16 + x^12 + x^5 + 1 is sparse, so eight steps fold into three shifts. */
uint16_t crc16(const char *bytes, size_t length)
{
    uint32_t crc = 0xffff;
    for (size_t i = 0; i < length; i++) {
        uint32_t x = (crc >> 8 ^ (uint8_t)bytes[i]) & 0xff;
        x ^= x >> 4;
        crc = (crc << 8 ^ x << 12 ^ x << 5 ^ x) & 0xffff;
    }
    return (uint16_t)crc;
}
