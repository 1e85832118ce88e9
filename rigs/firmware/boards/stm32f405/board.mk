# HSE_HZ: crystal of the board in whole MHz; 0 runs from the internal oscillator, right on every board.
HSE_HZ ?= 0
stm32f405_FLAGS   := -mcpu=cortex-m4 -mthumb -mfloat-abi=soft -DHSE_HZ=$(HSE_HZ) -DRING=4096u -DPAYLOAD_LIMIT=1024 -DTOKEN_TOPICS=16 -DWITH_CLIMATE
stm32f405_SOURCES := hal/cortex_m.c
stm32f405_QEMU    := -M netduinoplus2 -icount shift=0,sleep=on
stm32f405_TICK    := instructions
stm32f405_EDGES   := set=0x40020418,clear=0x4002041a
