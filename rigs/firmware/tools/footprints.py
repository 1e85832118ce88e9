#!/usr/bin/env python3
"""Prints, as JSON, flash and static RAM of a board's image and of the same image with one scheme alone, from the linker's maps.

usage: tools/footprints.py BOARD BUILD-HASH IMAGE.map SCHEME=ALONE.map...          (the Makefile's `footprints` calls it)

No image leaves out mqtt-present: what another scheme takes is the difference between the image with it alone and the one with mqtt-present alone.
"""
import json
import re
import sys

import sizes

# An output section begins in the first column; a long name has its numbers on the next line. Input sections are indented.
SECTION = re.compile(r"^(\.[\w.]+)\s+0x([0-9a-f]+)\s+0x([0-9a-f]+)", re.MULTILINE)


def footprint(path):
    """Bytes of flash and static RAM of the image that a map describes."""
    text = open(path).read()
    _, found, image = text.partition("Linker script and memory map")
    sections = {name: int(length, 16) for name, _, length in SECTION.findall(image)}
    if not found or ".text" not in sections:
        sys.exit("%s: no linker's map; next: make clean footprints" % path)
    flash, ram = sizes.flash_and_ram(sections)
    return {"flash": flash, "ram": ram}


def main(board, build, image, alone):
    print(json.dumps(
        {"board": board, "build": build, "image": footprint(image), "alone": {scheme: footprint(path) for scheme, path in (word.split("=", 1) for word in alone)}},
        indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:4], sys.argv[4:])
