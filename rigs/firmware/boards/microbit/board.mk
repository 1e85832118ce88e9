# 16 KiB of RAM: the ring holds one longest line and a half.
microbit_FLAGS   := -mcpu=cortex-m0 -mthumb -mfloat-abi=soft -DRING=1024u -DWITHOUT_ESFAHANI
microbit_SOURCES := hal/cortex_m.c
microbit_QEMU    := -M microbit -icount shift=6,sleep=on
microbit_TICK    := 125/128 instructions
microbit_EDGES   := set=0x50000508,clear=0x5000050c
