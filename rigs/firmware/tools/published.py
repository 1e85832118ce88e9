#!/usr/bin/env python3
"""Measures a few operations on the emulated boards and prints them beside what others have published, as Markdown.

usage: tools/published.py 'NAME|TICK|EMULATOR-ARGUMENTS'...       (the Makefile's `published` calls it)
"""
import sys

import board

# board, operation of MEASURE, published count, its unit, by whom and on what, why the two differ
ROWS = (
    ("avr", "present80-block", 8721, "cycles", "Papagiannopoulos and Verstegen 2013, tables in flash",
     "tables of bit pairs, which do a part of the permutation too; 2 KiB of flash"),
    ("avr", "present80-block", 4034, "cycles", "work of 2021, 488 to 504 cycles a byte", "the call and the count of blocks are in ours"),
    ("avr", "present80-key", None, "cycles", "-", "apart from the block, as the published figures have it"),
    ("avr1284", "p256-exp", 41_120_000, "cycles", "micro-ecc secp256r1, optimisation 3, ATmega328P: 2.57 s at 16 MHz, 17 KB",
     "windows of signed odd digits here, a co-Z ladder there; both end in an inversion"),
    ("avr", "p256-exp", 68_800_000, "cycles", "micro-ecc secp256r1, optimisation 2, ATmega328P: 4.30 s at 16 MHz, 7 KB",
     "as above, with a table of two points for want of RAM"),
    ("stm32f405", "ctr16-128", 2100, "cycles", "Reis, Aranha and López 2017, Cortex-M3, constant-time CTR of 16 bytes",
     "instructions here, cycles there; two blocks at once, the permutation folded into exchanges between words"),
    ("stm32f405", "ascon-seal-1024", 44 * 1024, "cycles", "Ascon-128a on a Cortex-M4, 44 cycles a byte",
     "instructions here, cycles there; plain C on words of 64 bits here, and the key set-up and the tag are in ours"),
    ("stm32f405", "p256-exp", 14_400_000, "cycles", "p256-m ECDH, C with one line of assembler, Cortex-M4: 144 ms at 100 MHz",
     "instructions here, cycles there; windows here, a binary ladder there, and no multiplication in our reduction"),
)


def main():
    boards = {text.split("|")[0]: text.split("|")[1:] for text in sys.argv[1:]}
    seen = {}
    for name in sorted({r[0] for r in ROWS}):
        tick, arguments = boards[name]
        with board.emulated("build/%s.elf" % name, arguments) as b:
            b.ask("SEED seed=" + "00" * 16)
            for operation in {r[1] for r in ROWS if r[0] == name}:
                seen[name, operation] = int(b.ask("MEASURE op=%s n=1" % operation)["min"]), tick.split()[-1]
    print("| board | operation | ours | published | ratio | whose | why |\n|---|---|---:|---:|---:|---|---|")
    for name, operation, published, unit, whose, why in ROWS:
        ours, tick = seen[name, operation]
        there, ratio = ("-", "-") if published is None else (f"{published:,} {unit}", f"{ours / published:.2f}")
        print("| %s | %s | %s %s | %s | %s | %s | %s |" % (name, operation, f"{ours:,}", tick, there, ratio, whose, why))


if __name__ == "__main__":
    main()
