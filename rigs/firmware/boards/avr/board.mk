# ATmega328P (Arduino Uno, Nano): 32 KiB of flash, 2 KiB of RAM. What does not fit stays out, and ID says so: the server's role, modp2048-q256,
# the schemes that need AES, the ciphers of hardened, HKDF, the words of an ERR. Tables are smaller, and lie where the received line was.
# Static data and the deepest stack that any verb reaches are within the RAM: `make avr-test` measures it, and fails where less than a fifth of what static data leave is untouched.
avr_MCU   := atmega328p
avr_FLAGS := -Os -flto -fshort-enums -DRING=32u -DSHARED_WORKSPACE -DWITHOUT_MODP2048_Q256 -DWITHOUT_SERVER_ROLE -DWITHOUT_AUGMQTT -DWITHOUT_HARDENED -DWITHOUT_ESFAHANI -DWITHOUT_SCRAM -DWITHOUT_STACK -DWITHOUT_DERIVE -DWITHOUT_WORDS \
 -DWITHOUT_LONG_SELFTEST -DPAYLOAD_LIMIT=64 -DLINE_LIMIT=480 -DREPLY_LIMIT=260 -DP256_WINDOW=2 -DMONT_WINDOW=2
avr_TEST_FLAGS := -DWITHOUT_MEASURE # the image for known answers has no room for it; the other has it
avr_TICK  := cycles
# Faults for the harness to find: 1 % more cycles a block, a branch on the key.
avr_PLANTED      := slow branch
avr_slow_FLAGS   := -DPLANT_SLOW=41
avr_branch_FLAGS := -DPLANT_BRANCH
