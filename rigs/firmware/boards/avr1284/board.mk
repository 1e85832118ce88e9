# ATmega1284P: 128 KiB of flash, 16 KiB of RAM.
avr1284_MCU   := atmega1284p
avr1284_FLAGS := -DRING=1024u
avr1284_TICK  := cycles
# A fault for the harness to find: a comparison of tags that ends at the first wrong byte.
avr1284_PLANTED     := early
avr1284_early_FLAGS := -DPLANT_EARLY_EXIT
