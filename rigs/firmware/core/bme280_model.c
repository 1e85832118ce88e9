/* The registers of a BME280 in still air of 25.08 °C, 1006.53 hPa and 49.5 %: the calibration and raw values of the data sheet's worked example (BST-BMP280-DS001,
 * 3.12), humidity of a common part. A board whose emulator has no I2C reads it through the same driver. */
#include "bme280.h"

#ifdef WITH_CLIMATE
#include <string.h>

static const uint16_t low_words[] = {27504, 26435, 64536, 36477, 54851, 3024, 2855, 140, 65529, 15500, 50936, 6000};
static const uint8_t high_bytes[] = {0x69, 0x01, 0x00, 0x14, 0x28, 0x03, 0x1e}; /* H2 361, H3 0, H4 328, H5 50, H6 30 */
static const uint8_t raw[] = {0x65, 0x5a, 0xc0, 0x7e, 0xed, 0x00, 0x75, 0x30};  /* 415148, 519888, 30000 */

static uint8_t control, humidity_written, humidity, config, pointer, measured;

static uint8_t value_of(uint8_t reg)
{
    if (reg >= 0x88 && reg < 0xa0) {
        return (uint8_t)(low_words[(reg - 0x88) / 2] >> (8 * (reg & 1)));
    }
    if (reg >= 0xe1 && reg < 0xe8) {
        return high_bytes[reg - 0xe1];
    }
    if (reg >= 0xf7) {
        int skipped = !measured || (reg >= 0xfd && (humidity & 7) == 0);
        return reg > 0xfe ? 0 : skipped ? (reg == 0xf7 || reg == 0xfa || reg == 0xfd ? 0x80 : 0) : raw[reg - 0xf7];
    }
    switch (reg) {
    case 0xa1:
        return 75; /* H1 */
    case 0xd0:
        return 0x60;
    case 0xf2:
        return humidity_written;
    case 0xf4:
        return control;
    case 0xf5:
        return config;
    default:
        return 0;
    }
}

static void set(uint8_t reg, uint8_t value)
{
    if (reg == 0xe0 && value == 0xb6) {
        control = humidity_written = humidity = config = measured = 0;
    } else if (reg == 0xf2) {
        humidity_written = value & 7;
    } else if (reg == 0xf4) {
        humidity = humidity_written;
        measured |= (value & 3) != 0;
        control = (value & 3) == 3 ? value : value & 0xfc; /* a forced measurement takes no time here */
    } else if (reg == 0xf5) {
        config = value & 0xfd;
    }
}

void bme280_model(const uint8_t *write, size_t written, uint8_t *read, size_t length)
{
    for (size_t i = 0; i < written; i += 2) {
        pointer = write[i];
        if (i + 1 < written) {
            set(write[i], write[i + 1]);
        }
    }
    for (size_t i = 0; i < length; i++) {
        read[i] = value_of(pointer++);
    }
}
#endif
