#!/usr/bin/env python3
"""Prints the size table of the boards' images as Markdown.

usage: tools/sizes.py SIZE-PROGRAM ELF...          (the Makefile's `sizes` calls it)
"""
import subprocess
import sys

FLASH = (".text", ".data", ".ARM.exidx")
RAM = (".data", ".bss")


def flash_and_ram(sections):
    """Bytes of flash and of static RAM, from the sizes of an image's sections by name."""
    return tuple(sum(sections.get(name, 0) for name in names) for names in (FLASH, RAM))


def main(size, elves):
    print("| image | flash, bytes | static RAM, bytes | stack reserved, bytes |\n|---|---|---|---|")
    for elf in elves:
        sections = {}
        for line in subprocess.run([size, "-A", elf], check=True, capture_output=True, text=True).stdout.splitlines():
            words = line.split()
            if len(words) == 3 and words[0].startswith("."):
                sections[words[0]] = int(words[1])
        print("| %s | %s | %s | %s |" % (elf.split("/")[-1], *(f"{n:,}" for n in (*flash_and_ram(sections), sections.get(".stack", 0)))))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
