#include "handler.h"

#ifdef WITH_CLIMATE
#include "bme280.h"
#include "hal.h"

enum verdict verb_climate(struct board_state *board, const struct request *request, struct outcome *outcome)
{
    struct bme280_reading reading;
    (void)board;
    (void)request;
    uint32_t begin = op_begin();
    enum bme280_fault fault = bme280_read(&reading);
    op_end(outcome, begin);
    switch (fault) {
    case BME280_OK:
        break;
    case BME280_GONE:
        return say(outcome, ERR_SENSOR, "nobody acknowledges at 0x76");
    case BME280_HELD:
        return say(outcome, ERR_SENSOR, "the bus is held");
    case BME280_OTHER_CHIP:
        return say(outcome, ERR_SENSOR, "another chip answers");
    case BME280_BLANK:
        return say(outcome, ERR_SENSOR, "its calibration is blank");
    default:
        return say(outcome, ERR_SENSOR, "it does not finish");
    }
    put(outcome, "below", reading.centidegrees < 0);
    put(outcome, "temperature", reading.centidegrees < 0 ? -reading.centidegrees : reading.centidegrees);
    put(outcome, "humidity", reading.centipercent);
    put(outcome, "pressure", reading.pascal);
    put(outcome, "model", hal_i2c_is_model());
    return DONE;
}
#endif
