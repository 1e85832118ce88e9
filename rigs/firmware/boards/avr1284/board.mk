# ATmega1284P: 128 KiB of flash, 16 KiB of RAM.
avr1284_MCU   := atmega1284p
avr1284_FLAGS := -DRING=1024u
avr1284_TICK  := cycles
