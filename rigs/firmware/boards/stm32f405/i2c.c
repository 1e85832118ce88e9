/* I2C1 as master, polled, 100 kHz: RM0090 section 27.3.3. Every wait is bounded, so that a held line ends as HAL_I2C_HELD. */
#include "hal.h"
#include "stm32f405.h"

#define PE (1u << 0)
#define START (1u << 8)
#define STOP (1u << 9)
#define ACK (1u << 10)
#define SWRST (1u << 15)
#define SB (1u << 0)
#define ADDR (1u << 1)
#define BTF (1u << 2)
#define RXNE (1u << 6)
#define TXE (1u << 7)
#define NACKED (1u << 10) /* AF */
#define BUSY (1u << 1)

static void start(uint32_t timer_hz)
{
    /* APB1 runs at half the timers' clock where it is divided, and undivided from the internal oscillator. */
    uint32_t mhz = (timer_hz > 16000000u ? timer_hz / 2 : timer_hz) / 1000000u;
    RCC_AHB1ENR |= 2u;
    RCC_APB1ENR |= 1u << 21;
    GPIOB_OTYPER |= 3u << 6;
    GPIOB_AFRL = (GPIOB_AFRL & ~(255u << 24)) | 0x44u << 24;
    GPIOB_PUPDR = (GPIOB_PUPDR & ~(15u << 12)) | 5u << 12; /* the breakout's own pull-ups do the work; these keep an open bus high */
    GPIOB_MODER = (GPIOB_MODER & ~(15u << 12)) | 10u << 12;
    I2C1_CR1 = SWRST; /* a bus that looks busy after a disturbance stays so without it */
    I2C1_CR1 = 0;
    I2C1_CR2 = mhz;
    I2C1_CCR = mhz * 5; /* half a period of 100 kHz: 5 us */
    I2C1_TRISE = mhz + 1;
    I2C1_CR1 = PE;
}

static int address_phase(uint8_t byte)
{
    I2C1_CR1 |= START;
    if (!cortex_m_wait_for(&I2C1_SR1, SB, SB)) {
        return HAL_I2C_HELD;
    }
    I2C1_DR = byte;
    for (uint32_t i = 0; i < 100000u; i++) {
        uint32_t status = I2C1_SR1;
        if (status & NACKED) {
            return HAL_I2C_GONE;
        }
        if (status & ADDR) {
            return 0;
        }
    }
    return HAL_I2C_HELD;
}

static int send(uint8_t address, const uint8_t *bytes, size_t length)
{
    int fault = address_phase((uint8_t)(address << 1));
    if (fault != 0) {
        return fault;
    }
    (void)I2C1_SR2; /* this read clears ADDR */
    for (size_t i = 0; i < length; i++) {
        if (!cortex_m_wait_for(&I2C1_SR1, TXE | NACKED, TXE)) {
            return I2C1_SR1 & NACKED ? HAL_I2C_GONE : HAL_I2C_HELD;
        }
        I2C1_DR = bytes[i];
    }
    return cortex_m_wait_for(&I2C1_SR1, BTF, BTF) ? 0 : HAL_I2C_HELD;
}

/* The last byte is refused and the bus given up while it still comes in: both are set before it is complete. */
static int receive(uint8_t address, uint8_t *bytes, size_t length)
{
    I2C1_CR1 = length > 1 ? I2C1_CR1 | ACK : I2C1_CR1 & ~ACK;
    int fault = address_phase((uint8_t)(address << 1 | 1));
    if (fault != 0) {
        return fault;
    }
    (void)I2C1_SR2;
    for (size_t i = 0; i < length; i++) {
        if (i + 1 == length) {
            I2C1_CR1 = (I2C1_CR1 & ~ACK) | STOP;
        }
        if (!cortex_m_wait_for(&I2C1_SR1, RXNE, RXNE)) {
            return HAL_I2C_HELD;
        }
        bytes[i] = (uint8_t)I2C1_DR;
    }
    return 0;
}

int i2c_transfer(uint32_t timer_hz, uint8_t address, const uint8_t *write, size_t written, uint8_t *read, size_t length)
{
    start(timer_hz);
    if (!cortex_m_wait_for(&I2C1_SR2, BUSY, 0)) {
        return HAL_I2C_HELD;
    }
    int fault = send(address, write, written);
    if (fault == 0 && length > 0) {
        fault = receive(address, read, length);
    }
    if (fault != 0 || length == 0) {
        I2C1_CR1 |= STOP;
    }
    return fault;
}
