#include "bme280.h"

#ifdef WITH_CLIMATE
#include "hal.h"

#define CHIP_ID 0x60
#define REG_ID 0xd0
#define REG_STATUS 0xf3
#define REG_DATA 0xf7
#define POLLS 500u /* each a transfer of 0.3 ms or more at 100 kHz; a measurement takes 9.3 ms at most (section 9.1) */

static uint16_t word(const uint8_t *at)
{
    return (uint16_t)(at[0] | at[1] << 8);
}

static int read_registers(uint8_t from, uint8_t *out, size_t length)
{
    return hal_i2c(BME280_ADDRESS, &from, 1, out, length);
}

static int write_register(uint8_t reg, uint8_t value)
{
    uint8_t pair[2] = {reg, value};
    return hal_i2c(BME280_ADDRESS, pair, 2, NULL, 0);
}

/* Table 16. dig_H4 and dig_H5 share a byte, and are signed. */
static int read_calibration(struct bme280_calibration *c)
{
    uint8_t low[26], high[7];
    int fault = read_registers(0x88, low, sizeof low);
    if (fault == 0) {
        fault = read_registers(0xe1, high, sizeof high);
    }
    if (fault != 0) {
        return fault;
    }
    c->t1 = word(low);
    c->t2 = (int16_t)word(low + 2);
    c->t3 = (int16_t)word(low + 4);
    c->p1 = word(low + 6);
    int16_t *const signed_words[] = {&c->p2, &c->p3, &c->p4, &c->p5, &c->p6, &c->p7, &c->p8, &c->p9};
    for (size_t i = 0; i < 8; i++) {
        *signed_words[i] = (int16_t)word(low + 8 + 2 * i);
    }
    c->h1 = low[25];
    c->h2 = (int16_t)word(high);
    c->h3 = high[2];
    c->h4 = (int16_t)((int8_t)high[3] * 16 + (high[4] & 0x0f));
    c->h5 = (int16_t)((int8_t)high[5] * 16 + (high[4] >> 4));
    c->h6 = (int8_t)high[6];
    return 0;
}

static enum bme280_fault fault_of(int transfer)
{
    return transfer == HAL_I2C_HELD ? BME280_HELD : BME280_GONE;
}

/* All settings each time: a chip that lost its supply has lost them. ctrl_hum is in force with the next write of ctrl_meas (5.4.3). */
enum bme280_fault bme280_read(struct bme280_reading *out)
{
    static const uint8_t settings[][2] = {{0xf5, 0x00}, {0xf2, 0x01}, {0xf4, 0x25}}; /* filter off; one sample each; forced */
    struct bme280_calibration calibration;
    uint8_t id, status[2], data[8];
    int fault = read_registers(REG_ID, &id, 1);
    if (fault != 0) {
        return fault_of(fault);
    }
    if (id != CHIP_ID) {
        return id == 0x00 || id == 0xff ? BME280_HELD : BME280_OTHER_CHIP;
    }
    fault = read_calibration(&calibration);
    for (size_t i = 0; i < 3 && fault == 0; i++) {
        fault = write_register(settings[i][0], settings[i][1]);
    }
    if (fault != 0) {
        return fault_of(fault);
    }
    for (uint32_t i = 0;; i++) {
        /* Status and ctrl_meas together: measuring may still be clear just after the start, sleep is not. */
        fault = read_registers(REG_STATUS, status, sizeof status);
        if (fault != 0) {
            return fault_of(fault);
        }
        if ((status[0] & 0x09) == 0 && (status[1] & 0x03) == 0) {
            break;
        }
        if (i == POLLS) {
            return BME280_LATE;
        }
    }
    fault = read_registers(REG_DATA, data, sizeof data);
    if (fault != 0) {
        return fault_of(fault);
    }
    int32_t raw_p = (int32_t)data[0] << 12 | (int32_t)data[1] << 4 | data[2] >> 4;
    int32_t raw_t = (int32_t)data[3] << 12 | (int32_t)data[4] << 4 | data[5] >> 4;
    int32_t raw_h = (int32_t)data[6] << 8 | data[7];
    return bme280_compensate(out, &calibration, raw_t, raw_p, raw_h) ? BME280_OK : BME280_BLANK;
}

/* The data sheet's integer formulas; its shifts of numbers that may be negative are products and divisions by powers of two here. */
int bme280_compensate(struct bme280_reading *out, const struct bme280_calibration *c, int32_t raw_t, int32_t raw_p, int32_t raw_h)
{
    int32_t off = raw_t / 16 - c->t1;
    int32_t fine = (raw_t / 8 - 2 * (int32_t)c->t1) * c->t2 / 2048 + (int32_t)((int64_t)off * off / 4096 * c->t3 / 16384);
    out->centidegrees = (fine * 5 + 128) / 256;

    int64_t v1 = (int64_t)fine - 128000;
    int64_t v2 = v1 * v1 * c->p6 + v1 * c->p5 * 131072 + (int64_t)c->p4 * 34359738368;
    v1 = v1 * v1 * c->p3 / 256 + v1 * c->p2 * 4096;
    v1 = (140737488355328 + v1) / 8589934592 * c->p1 + (140737488355328 + v1) % 8589934592 * c->p1 / 8589934592;
    if (v1 == 0 || c->t1 == 0) {
        return 0;
    }
    int64_t p = ((int64_t)(1048576 - raw_p) * 2147483648 - v2) * 3125 / v1;
    p = (p + c->p9 * (p / 8192) * (p / 8192) / 33554432 + c->p8 * p / 524288) / 256 + c->p7 * 16; /* Q24.8 */
    out->pascal = p < 0 ? 0 : (uint32_t)(p / 256);

    int32_t h = fine - 76800;
    int64_t span = (int64_t)raw_h * 16384 - (int64_t)c->h4 * 1048576 - (int64_t)c->h5 * h;
    int64_t slope = ((int64_t)h * c->h6 / 1024 * ((int64_t)h * c->h3 / 2048 + 32768) / 1024 + 2097152) * c->h2;
    int64_t humidity = (span + 16384) / 32768 * ((slope + 8192) / 16384);
    humidity -= humidity / 32768 * (humidity / 32768) / 128 * c->h1 / 16;
    humidity = humidity < 0 ? 0 : humidity > 419430400 ? 419430400 : humidity; /* Q22.10 after 12 bits */
    out->centipercent = (uint32_t)(humidity / 4096 * 100 / 1024);
    return 1;
}
#endif
