# ATmega328P (Arduino Uno, Nano): 32 KiB of flash, 2 KiB of RAM. What does not fit stays out, and ID says so: the server's role, modp2048-q256,
# the schemes that need AES, HKDF, the words of an ERR. Tables are smaller, and lie where the received line was.
# The deepest stack measured (PROVISION, 889 bytes) is longer than the 663 bytes that static data leave: it reaches 226 bytes into the room of
# the kept reply, the last 260 bytes of the static data, of which a running verb has written no more than `SEQ OK`. A verb writes its answer after
# its work, when the stack is short again. So keep `last` the last member of board_state, and measure anew after every change to the core.
avr_MCU   := atmega328p
avr_FLAGS := -Os -flto -fshort-enums -DRING=32u -DSHARED_WORKSPACE -DWITHOUT_MODP2048_Q256 -DWITHOUT_SERVER_ROLE -DWITHOUT_AUGMQTT -DWITHOUT_DERIVE -DWITHOUT_WORDS \
 -DWITHOUT_LONG_SELFTEST -DPAYLOAD_LIMIT=64 -DLINE_LIMIT=480 -DREPLY_LIMIT=260 -DP256_WINDOW=2 -DMONT_WINDOW=2
avr_TEST_FLAGS := -DWITHOUT_MEASURE # the image for known answers has no room for it; the other has it
avr_TICK  := cycles
