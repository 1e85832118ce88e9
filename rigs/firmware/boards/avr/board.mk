# ATmega328P (Arduino Uno, Nano): 32 KiB of flash, 2 KiB of RAM. P-256 alone, short payloads, smaller tables.
avr_MCU   := atmega328p
avr_FLAGS := -Os -DRING=64u -DWITHOUT_MODP2048_Q256 -DPAYLOAD_LIMIT=64 -DLINE_LIMIT=480 -DP256_WINDOW=3 -DMONT_WINDOW=2
avr_TICK  := cycles
