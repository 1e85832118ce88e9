/* CRC-16/CCITT-FALSE: poly 0x1021, init 0xFFFF, not reflected, no final xor. "123456789" gives 0x29b1. */
#ifndef CRC16_H
#define CRC16_H

#include <stddef.h>
#include <stdint.h>

uint16_t crc16(const char *bytes, size_t length);

#endif
