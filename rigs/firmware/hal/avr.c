/* What ATmega boards share, on silicon at 16 MHz and on simavr from one image.
 *
 *   USART0  115200 8N1 (2.1 % fast, as on every AVR at 16 MHz)
 *   trigger PB5, push-pull
 *   input   PD2; it has no pull-down of its own
 *   ticks   Timer 1 at the core's clock, its 16 bits carried on by its overflow interrupt: one a cycle
 *   random  none: the host seeds
 *
 * The timer starts anew when the trigger rises. So an operation of one length meets its overflow interrupts at the same
 * places each time, and its ticks are the same to the cycle.
 */
#include <avr/interrupt.h>
#include <avr/io.h>
#include <avr/sleep.h>

#include "bench.h"
#include "hal.h"

#ifndef RING
#error "board.mk gives RING: bytes that may arrive while an operation runs, a power of two"
#endif

#define BAUD_REGISTER 16 /* 16 MHz / (8 * 17) = 117647 baud */
#define PIN_TRIGGER (1 << PORTB5)
#define PIN_INPUT (1 << PIND2)

#ifndef USART0_RX_vect
#define USART0_RX_vect USART_RX_vect /* the 328P has one USART and does not number it */
#endif

static volatile uint8_t ring[RING];
static volatile uint16_t ring_head, ring_tail; /* written by the interrupt, by hal_receive */
static volatile uint16_t ticks_high;
static uint32_t ticks_before; /* of the periods that the trigger has cut short */

ISR(USART0_RX_vect)
{
    const uint8_t byte = UDR0;
    const uint16_t head = ring_head;
    if (head - ring_tail < RING) {
        ring[head % RING] = byte;
        ring_head = head + 1;
    }
}

ISR(TIMER1_OVF_vect)
{
    ticks_high++;
}

static void board_start(void)
{
    DDRB |= PIN_TRIGGER;
    UBRR0 = BAUD_REGISTER;
    UCSR0A = 1 << U2X0;
    UCSR0C = 1 << UCSZ01 | 1 << UCSZ00;
    UCSR0B = 1 << RXCIE0 | 1 << RXEN0 | 1 << TXEN0;
    PORTD |= 1; /* RX: an open line must not read as noise */
    TCCR1A = 0;
    TCCR1B = 1 << CS10;
    TIMSK1 = 1 << TOIE1;
    set_sleep_mode(SLEEP_MODE_IDLE);
    sei();
}

void hal_describe(struct hal_info *info)
{
    *info = (struct hal_info){.board = TEXT(BOARD), .trigger = TEXT("PB5"), .clock_hz = F_CPU, .has_rng = 0};
}

#ifndef WITHOUT_STACK
size_t hal_stack(uint8_t **low)
{
    extern uint8_t _end;
    *low = &_end;
    return (size_t)(RAMEND + 1 - (uintptr_t)&_end);
}
#endif

uint8_t hal_receive(void)
{
    for (;;) {
        /* Off, so that a byte cannot slip in between the look and the sleep: the instruction after SEI runs before any interrupt. */
        cli();
        const uint16_t tail = ring_tail;
        if (ring_head != tail) {
            const uint8_t byte = ring[tail % RING];
            ring_tail = tail + 1;
            sei();
            return byte;
        }
        TCCR1B = 0; /* nothing is timed while nothing is asked, and an overflow would wake us 244 times a second */
        sleep_enable();
        sei();
        sleep_cpu();
        sleep_disable();
        TCCR1B = 1 << CS10;
    }
}

void hal_send(const uint8_t *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        for (uint16_t wait = 0; !(UCSR0A & 1 << UDRE0) && wait < 10000; wait++) {
        }
        UDR0 = bytes[i];
    }
}

static uint32_t counted(void)
{
    uint8_t state = SREG;
    cli();
    uint16_t low = TCNT1;
    /* An overflow not yet served; without a branch, for what comes after the reading is inside what the trigger shows. */
    uint16_t high = ticks_high + (TIFR1 & 1u & (uint16_t)(~low >> 15));
    SREG = state;
    return (uint32_t)high << 16 | low;
}

uint32_t hal_ticks(void)
{
    return ticks_before + counted();
}

void hal_trigger(int level)
{
    if (level) {
        ticks_before += counted();
        cli();
        TCNT1 = 0;
        TIFR1 = 1 << TOV1;
        ticks_high = 0;
        PORTB |= PIN_TRIGGER;
        sei();
    } else {
        PORTB &= (uint8_t)~PIN_TRIGGER;
    }
}

size_t hal_entropy(uint8_t *out, size_t length)
{
    (void)out;
    (void)length;
    return 0;
}

int hal_input(void)
{
    return (PIND & PIN_INPUT) != 0;
}

/* Nobody called it: it has no registers to keep. */
__attribute__((OS_main)) int main(void)
{
    static struct board_state board;
    board_start();
    bench_start(&board);
    for (;;) {
        bench_byte(&board, hal_receive());
    }
}
