/* BBC micro:bit V1 (nRF51822, Cortex-M0, 16 KiB RAM), on silicon and on QEMU's microbit from one image.
 *
 *   UART0   P0.24 TX, P0.25 RX: the USB interface chip, 115200 8N1 (QEMU: serial0)
 *   trigger P0.03, edge connector 0, push-pull
 *   input   P0.02, edge connector 1, pulled down
 *   ticks   TIMER0 at 16 MHz: on silicon one a cycle of the core; on QEMU 62.5 ns of its virtual time, which with -icount
 *           shift=6 (64 ns an instruction) is 1.024 a retired instruction
 *   random  RNG, bias correction on; QEMU's draws from its host
 *
 * QEMU reads the whole CLOCK block as 1, which XTALFREQ never is on silicon: such a chip is taken for emulated and its clock
 * is unknown.
 */
#include "hal.h"
#include "microbit.h"

#define TIMER_HZ 16000000u
#define BAUD_115200 0x01d7e000u
#define PIN_TX 24u
#define PIN_RX 25u
#define PIN_TRIGGER 3u
#define PIN_INPUT 2u
#define PIN_OUTPUT 1u
#define PIN_PULL_DOWN (1u << 2)
#define PIN_PULL_UP (3u << 2)

/* The crystal: the internal oscillator is too coarse for 115200 baud on some chips, but better than silence. */
static void start_clock(void)
{
    CLOCK_HFCLKSTART = 1;
    cortex_m_wait_for(&CLOCK_HFCLKSTARTED, 1, 1);
}

static void start_pins(void)
{
    GPIO_OUT = 1u << PIN_TX; /* OUTSET is left to the trigger, whose stores are watched from outside */
    GPIO_PIN_CNF(PIN_TX) = PIN_OUTPUT;
    GPIO_PIN_CNF(PIN_RX) = PIN_PULL_UP; /* an open RX line must not read as noise */
    GPIO_PIN_CNF(PIN_TRIGGER) = PIN_OUTPUT;
    GPIO_PIN_CNF(PIN_INPUT) = PIN_PULL_DOWN;
}

static void start_timer(void)
{
    TIMER0_MODE = 0;
    TIMER0_BITMODE = 3; /* 32 bits */
    TIMER0_PRESCALER = 0;
    TIMER0_CLEAR = 1;
    TIMER0_START = 1;
}

static void start_uart(void)
{
    UART0_PSELTXD = PIN_TX;
    UART0_PSELRXD = PIN_RX;
    UART0_BAUDRATE = BAUD_115200;
    UART0_ENABLE = 4;
    UART0_INTENSET = 1u << 2 | 1u << 9; /* a byte, an error */
    UART0_STARTTX = 1;
    UART0_STARTRX = 1;
    NVIC_ISER = 1u << UART0_IRQ;
}

void uart0_handler(void)
{
    while (UART0_RXDRDY != 0) {
        UART0_RXDRDY = 0; /* before the read, which raises it again where the FIFO holds more */
        cortex_m_received((uint8_t)UART0_RXD);
    }
    if (UART0_ERROR != 0) {
        UART0_ERROR = 0;
        UART0_ERRORSRC = UART0_ERRORSRC;
    }
}

void hal_describe(struct hal_info *info)
{
    const int emulated = CLOCK_XTALFREQ == 1;
    *info = (struct hal_info){.board = "microbit", .trigger = "P0.03", .clock_hz = emulated ? 0 : TIMER_HZ, .has_rng = 1};
}

void hal_send(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        UART0_TXDRDY = 0;
        UART0_TXD = bytes[i];
        cortex_m_wait_for(&UART0_TXDRDY, 1, 1);
    }
}

uint32_t hal_ticks(void)
{
    TIMER0_CAPTURE0 = 1;
    return TIMER0_CC0;
}

/* Reference manual, chapter 20: with bias correction a byte takes about 0.7 ms. */
size_t hal_entropy(uint8_t *out, size_t length)
{
    size_t made = 0;
    RNG_CONFIG = 1;
    RNG_VALRDY = 0;
    RNG_START = 1;
    while (made < length && cortex_m_wait_for(&RNG_VALRDY, 1, 1)) {
        RNG_VALRDY = 0;
        out[made++] = (uint8_t)RNG_VALUE;
    }
    RNG_STOP = 1;
    return made == length ? length : 0;
}

void hal_trigger(int level)
{
    if (level) {
        GPIO_OUTSET = 1u << PIN_TRIGGER;
    } else {
        GPIO_OUTCLR = 1u << PIN_TRIGGER;
    }
}

int hal_input(void)
{
    return (GPIO_IN >> PIN_INPUT) & 1;
}

void board_start(void)
{
    start_clock();
    start_pins();
    start_timer();
    start_uart();
}
