/* The board's own BME280: the driver over the model's registers, and each fault by its words. */
#include <stdlib.h>
#include <string.h>

#include "bme280.h"
#include "fake_board.h"
#include "hal.h"
#include "tap.h"

static const struct bme280_calibration typical = {.t1 = 27504, .t2 = 26435, .t3 = -1000, .p1 = 36477, .p2 = -10685, .p3 = 3024, .p4 = 2855,
                                                  .p5 = 140, .p6 = -7, .p7 = 15500, .p8 = -14600, .p9 = 6000, .h1 = 75, .h2 = 361, .h4 = 328, .h5 = 50, .h6 = 30};

static int is_fault(const char *words)
{
    const char *reply = ask("CLIMATE");
    return is_error(reply, "SENSOR") && strstr(reply, words) != NULL;
}

static void reads(void)
{
    claim(is_ok(ask("CLIMATE")) && strcmp(value("temperature"), "2508") == 0 && strcmp(value("below"), "0") == 0, "the worked example of the data sheet is 25.08 C");
    claim(strcmp(value("pressure"), "100653") == 0, "and 100653 Pa");
    /* 49.52 % by the data sheet's formula in floating point; the integers keep two digits. */
    claim(atoi(value("humidity")) >= 4949 && atoi(value("humidity")) <= 4955, "and 49.5 percent, as by the formula in floating point");
    claim(strcmp(value("model"), "1") == 0, "a model says that it is one");
    claim(is_error(ask("CLIMATE x=1"), "ARG"), "CLIMATE takes no argument");
}

static void compensates(void)
{
    struct bme280_reading reading;
    claim(bme280_compensate(&reading, &typical, 400000, 415148, 30000) && reading.centidegrees < 0, "a cold chip is below zero");
    claim(bme280_compensate(&reading, &typical, 519888, 415148, 0) && reading.centipercent == 0, "humidity below 0 is cut to 0");
    claim(bme280_compensate(&reading, &typical, 519888, 415148, 65535) && reading.centipercent == 10000, "and above 100 percent to that");
    struct bme280_calibration blank;
    memset(&blank, 0, sizeof blank);
    claim(!bme280_compensate(&reading, &blank, 519888, 415148, 30000), "a blank calibration gives no reading");
    struct bme280_calibration part = typical;
    part.h5 = -11;
    uint32_t before;
    claim(bme280_compensate(&reading, &typical, 519888, 415148, 30000), "dig_H5 is used");
    before = reading.centipercent;
    claim(bme280_compensate(&reading, &part, 519888, 415148, 30000) && reading.centipercent != before, "with its sign");
}

static void tells_faults_apart(void)
{
    fake.i2c_fault = HAL_I2C_GONE;
    claim(is_fault("nobody"), "a chip that is gone");
    fake.i2c_fault = HAL_I2C_HELD;
    claim(is_fault("held"), "a bus that is held");
    fake.i2c_fault = 0;
    fake.i2c_register = 0xd0;
    fake.i2c_value = 0x58;
    claim(is_fault("another chip"), "a BMP280 in its place");
    fake.i2c_value = 0xff;
    claim(is_fault("held"), "a bus that reads ones");
    fake.i2c_register = 0xf3;
    fake.i2c_value = 0x08;
    claim(is_fault("finish"), "a chip that never finishes");
    fake.i2c_register = 0;
    claim(is_ok(ask("CLIMATE")), "a chip that is back is read again");
}

int main(void)
{
    fake_start(1);
    reads();
    compensates();
    tells_faults_apart();
    return tap_finish();
}
