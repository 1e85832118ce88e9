#!/usr/bin/env python3
"""Prints the size table of the boards' images as Markdown.

usage: tools/sizes.py SIZE-PROGRAM ELF...          (the Makefile's `sizes` calls it)
"""
import subprocess
import sys

size, elves = sys.argv[1], sys.argv[2:]
print("| image | flash, bytes | static RAM, bytes | stack reserved, bytes |\n|---|---|---|---|")
for elf in elves:
    sections = {}
    for line in subprocess.run([size, "-A", elf], check=True, capture_output=True, text=True).stdout.splitlines():
        words = line.split()
        if len(words) == 3 and words[0].startswith("."):
            sections[words[0]] = int(words[1])
    flash = sum(sections.get(s, 0) for s in (".text", ".data", ".ARM.exidx"))
    ram = sections.get(".data", 0) + sections.get(".bss", 0)
    print("| %s | %s | %s | %s |" % (elf.split("/")[-1], *(f"{n:,}" for n in (flash, ram, sections.get(".stack", 0)))))
