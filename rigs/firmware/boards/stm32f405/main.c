/* STM32F405, on silicon and on QEMU's netduinoplus2 from one image.
 *
 *   USART1  PA9 TX, PA10 RX, 115200 8N1 (QEMU: serial0)
 *   trigger PB0, push-pull
 *   input   PB1, pulled down
 *   I2C1    PB6 SCL, PB7 SDA, 100 kHz, for a BME280 at 0x76 (i2c.c)
 *   ticks   TIM2: 84 MHz on silicon (half the core clock), one a retired instruction on QEMU with -icount shift=0
 *
 * QEMU reads RCC, FLASH, RNG and DBGMCU as 0. So each wait for a clock is bounded, and a chip whose IDCODE reads 0 is
 * taken for emulated: its clock is unknown and it has no RNG. QEMU wakes its main loop at each look at the USART's status, and
 * arms a timer whenever it idles below a limit of TIM2; both are left out there, as its USART is always ready to send, never
 * overruns, and its TIM2 counts 32 bits without a limit too.
 */
#include "bme280.h"
#include "cortex_m.h"
#include "hal.h"
#include "stm32f405.h"

#define HSI_HZ 16000000u
#define PLL_IN_HZ 1000000u
#define TIMER_HZ 84000000u /* APB1 at HCLK/4, timers at twice that; USART1 on APB2 at HCLK/2 runs at the same rate */
#define BAUD 115200u

static uint32_t timer_hz;
static int emulated;

/* 168 MHz from the PLL; RNG gets its 48 MHz. Stays on the 16 MHz internal oscillator where anything does not come up. */
static void start_clock(void)
{
    uint32_t source_hz = HSI_HZ;
    timer_hz = HSI_HZ;
    emulated = (DBGMCU_IDCODE & 0xfff) == 0;
    if (emulated) {
        timer_hz = 0;
        return;
    }
    RCC_APB1ENR |= 1u << 28; /* PWR */
    PWR_CR |= 1u << 14;      /* VOS scale 1, needed above 144 MHz */
#if HSE_HZ != 0
    RCC_CR |= 1u << 16;
    if (cortex_m_wait_for(&RCC_CR, 1u << 17, 1u << 17)) {
        source_hz = HSE_HZ;
    }
#endif
    RCC_PLLCFGR = 7u << 24 | (source_hz == HSI_HZ ? 0u : 1u << 22) | 0u << 16 | 336u << 6 | source_hz / PLL_IN_HZ;
    RCC_CR |= 1u << 24;
    if (!cortex_m_wait_for(&RCC_CR, 1u << 25, 1u << 25)) {
        return;
    }
    FLASH_ACR = 1u << 10 | 1u << 9 | 1u << 8 | 5u; /* caches, prefetch, 5 wait states */
    if (!cortex_m_wait_for(&FLASH_ACR, 7u, 5u)) {
        return;
    }
    RCC_CFGR = 4u << 13 | 5u << 10 | 2u; /* APB2 /2, APB1 /4, PLL */
    if (!cortex_m_wait_for(&RCC_CFGR, 3u << 2, 2u << 2)) {
        RCC_CFGR = 0;
        return;
    }
    timer_hz = TIMER_HZ;
}

static void start_pins(void)
{
    RCC_AHB1ENR |= 3u; /* GPIOA, GPIOB */
    GPIOA_AFRH = (GPIOA_AFRH & ~0xff0u) | 0x770u;
    GPIOA_PUPDR = (GPIOA_PUPDR & ~(15u << 18)) | 5u << 18; /* an open RX line must not read as noise */
    GPIOA_MODER = (GPIOA_MODER & ~(15u << 18)) | 10u << 18;
    GPIOB_OSPEEDR |= 3u;
    GPIOB_PUPDR = (GPIOB_PUPDR & ~(15u)) | 2u << 2;
    GPIOB_MODER = (GPIOB_MODER & ~(15u)) | 1u;
}

static void start_timer(void)
{
    RCC_APB1ENR |= 1u;
    TIM2_PSC = 0;
    if (!emulated) {
        TIM2_ARR = 0xffffffff;
    }
    TIM2_EGR = 1;
    TIM2_CR1 = 1;
}

static void start_usart(void)
{
    uint32_t hz = timer_hz != 0 ? timer_hz : HSI_HZ;
    RCC_APB2ENR |= 1u << 4;
    USART1_BRR = (hz + BAUD / 2) / BAUD;
    USART1_CR1 = 1u << 13 | 1u << 5 | 1u << 3 | 1u << 2; /* enable, receive interrupt, TX, RX */
    NVIC_ISER1 = 1u << (USART1_IRQ - 32);
}

void usart1_handler(void)
{
    if (emulated || (USART1_SR & (1u << 5 | 1u << 3))) {
        cortex_m_received((uint8_t)USART1_DR); /* the read also clears an overrun */
    }
}

void hal_describe(struct hal_info *info)
{
    *info = (struct hal_info){.board = "stm32f405", .trigger = "PB0", .clock_hz = timer_hz, .has_rng = !emulated};
}

void hal_send(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (!emulated) {
            cortex_m_wait_for(&USART1_SR, 1u << 7, 1u << 7);
        }
        USART1_DR = bytes[i];
    }
}

uint32_t hal_ticks(void)
{
    return TIM2_CNT;
}

/* RM0090 24.3: a word is good when DRDY is set and neither error flag is; the first one after the start is dropped. */
size_t hal_entropy(uint8_t *out, size_t length)
{
    uint32_t word = 0, previous;
    if (emulated) {
        return 0;
    }
    RCC_AHB2ENR |= 1u << 6;
    RNG_CR = 1u << 2;
    for (size_t i = 0; i < length + 4; i++) {
        if (i % 4 == 0) {
            previous = word;
            if (!cortex_m_wait_for(&RNG_SR, 1u | 3u << 1, 1u)) {
                return 0;
            }
            word = RNG_DR;
            if (i >= 4 && word == previous) {
                return 0; /* FIPS 140-2's continuous test */
            }
        }
        if (i >= 4) {
            out[i - 4] = (uint8_t)(word >> (8 * (i % 4)));
        }
    }
    return length;
}

void hal_trigger(int level)
{
    /* By halves, each at an address of its own: what watches stores from outside sees which it was. */
    if (level) {
        GPIOB_BSRRL = 1u;
    } else {
        GPIOB_BSRRH = 1u;
    }
}

int hal_input(void)
{
    return (GPIOB_IDR >> 1) & 1;
}

int hal_i2c(uint8_t address, const uint8_t *write, size_t written, uint8_t *read, size_t length)
{
    if (emulated) {
        bme280_model(write, written, read, length);
        return 0;
    }
    return i2c_transfer(timer_hz, address, write, written, read, length);
}

int hal_i2c_is_model(void)
{
    return emulated;
}

void board_start(void)
{
    start_clock();
    start_pins();
    start_timer();
    start_usart();
}
