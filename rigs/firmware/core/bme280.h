/* A BME280 of the board's own on I2C: Bosch BST-BME280-DS002, sections 4 and 5.
 *
 *   bme280_read          one forced measurement of all three quantities, over hal_i2c
 *   bme280_compensate    raw values to physical ones, in integers; section 4.2.3
 *   bme280_model         the chip's registers, for a board whose emulator has no bus; sections 5.3 and 5.4
 */
#ifndef BME280_H
#define BME280_H

#include <stddef.h>
#include <stdint.h>

#define BME280_ADDRESS 0x76 /* SDO to ground */

enum bme280_fault {
    BME280_OK,
    BME280_GONE,       /* nobody acknowledges */
    BME280_HELD,       /* the bus is held */
    BME280_OTHER_CHIP, /* another chip id */
    BME280_BLANK,      /* its calibration is blank */
    BME280_LATE        /* it does not finish */
};

struct bme280_calibration {
    uint16_t t1, p1;
    int16_t t2, t3, p2, p3, p4, p5, p6, p7, p8, p9, h2, h4, h5;
    uint8_t h1, h3;
    int8_t h6;
};

struct bme280_reading {
    int32_t centidegrees;   /* -4000..8500 */
    uint32_t centipercent;  /* 0..10000 */
    uint32_t pascal;        /* 30000..110000 */
};

enum bme280_fault bme280_read(struct bme280_reading *out);

/* 0: the calibration divides by zero. Raw values have 20, 20 and 16 bits. */
int bme280_compensate(struct bme280_reading *out, const struct bme280_calibration *c, int32_t raw_t, int32_t raw_p, int32_t raw_h);

/* One transfer to the model: `write` goes out, then `read` comes in, as by hal_i2c. */
void bme280_model(const uint8_t *write, size_t written, uint8_t *read, size_t length);

#endif
