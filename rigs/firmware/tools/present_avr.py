#!/usr/bin/env python3
"""Writes core/avr/present.S: PRESENT for an ATmega, with the S-box and half of the permutation in tables in flash.

usage: tools/present_avr.py > core/avr/present.S

An ATmega has no cache and LPM takes three cycles whatever the address, so a table may be indexed by a secret here, and here alone.

The permutation sends bit b of nibble k to bit k of the 16-bit word b. So the two bits b of a byte's two nibbles, a pair, stay together, and
an output byte is four pairs of four input bytes. A table gives, for an input byte, the pairs of two words at the place where its
position in the output wants one of them and a nibble away from there the other; OR joins two input bytes, and an exchange of nibbles
joins those with the other two: see `encrypt_group`.
"""
SBOX = [0xC, 5, 6, 0xB, 9, 0, 0xA, 0xD, 3, 0xE, 0xF, 8, 4, 7, 1, 2]
INVERSE = [SBOX.index(i) for i in range(16)]
OUT = []


def say(*lines):
    OUT.extend("    " + line for line in lines)


def label(name):
    OUT.append(name + ":")


def function(name):
    OUT.extend(["", ".global " + name, '.section .text.%s, "ax", @progbits' % name, name + ":"])


def pair(byte, bit):
    return SBOX[byte & 15] >> bit & 1 | (SBOX[byte >> 4] >> bit & 1) << 1


def table(name, values):
    label(name)
    for i in range(0, len(values), 16):
        say(".byte " + ", ".join("0x%02x" % v for v in values[i:i + 16]))


# ---- tables: pairs of words 0 and 1, of 2 and 3, for each of the four positions ------------------------------------
PLACES = [(0, 4), (2, 6), (4, 0), (6, 2)]  # of the even and of the odd word, for an input byte 0..3 of its half
OUT.append('; Made by tools/present_avr.py, which explains it; do not edit.\n'
           '; r25:r24 round keys (32 times 8 bytes, lowest first), r23:r22 block; or key and round keys for the schedules.\n\n'
           '.section .progmem.present, "a", @progbits\n.balign 256')
for word in (0, 2):
    for place, (even, odd) in enumerate(PLACES):
        table("pairs_%d_%d" % (word, place), [pair(v, word) << even | pair(v, word + 1) << odd for v in range(256)])
table("inverse", [INVERSE[sum((v >> 2 * b & 1) << b for b in range(4))] | INVERSE[sum((v >> (2 * b + 1) & 1) << b for b in range(4))] << 4
                  for v in range(256)])
table("sbox_high", [s << 4 for s in SBOX])

# ---- encryption: state in eight registers, which two sets take in turn; 31 rounds are one and fifteen times two -----
A = ["r%d" % r for r in range(18, 26)]
B = ["r%d" % r for r in range(8, 16)]
T, COUNT = "r16", "r17"


def encrypt_group(old, new, half):
    """Input bytes 4*half..4*half+3; output bytes half, half+2, half+4, half+6 of the state."""
    x01, y01, x23, y23 = (new[half + 2 * i] for i in (1, 0, 3, 2))
    for place in range(4):
        say("ld r30, X+", "eor r30, %s" % old[4 * half + place])
        for word, target in ((0, x01 if place < 2 else y01), (2, x23 if place < 2 else y23)):
            first = place % 2 == 0
            say("ldi r31, hi8(pairs_%d_%d)" % (word, place), "lpm %s, Z" % (target if first else T))
            if not first:
                say("or %s, %s" % (target, T))
    for x, y in ((x01, y01), (x23, y23)):
        say("mov %s, %s" % (T, x), "eor %s, %s" % (T, y), "andi %s, 0x0f" % T, "eor %s, %s" % (y, T), "eor %s, %s" % (x, T), "swap %s" % x)


def prologue(registers):
    for r in registers:
        say("push " + r)


def epilogue(registers):
    for r in reversed(registers):
        say("pop " + r)
    say("ret")


def load_block(registers):
    say("movw r30, r22", "movw r26, r24")
    for i in range(8):
        say("ldd %s, Z+%d" % (registers[7 - i], i))


def store_block(registers):
    for i in range(8):
        say("std Z+%d, %s" % (i, registers[7 - i]))


function("avr_present_encrypt")
KEPT = B + [T, COUNT]
prologue(KEPT)
say("push r22", "push r23", "ldi %s, 16" % COUNT)
load_block(B)
say("rjmp 2f")
label("1")
encrypt_group(A, B, 0)
encrypt_group(A, B, 1)
label("2")
encrypt_group(B, A, 0)
encrypt_group(B, A, 1)
say("dec " + COUNT, "breq 3f", "rjmp 1b")
label("3")
for r in A:
    say("ld r0, X+", "eor %s, r0" % r)
say("pop r31", "pop r30")
store_block(A)
epilogue(KEPT)


# ---- decryption: the pairs are brought together by exchanges, then one table undoes the S-box ----------------------
def transpose(a):
    """Four bytes of four pairs each, a matrix: transposed."""
    for i in (0, 1):
        say("swap " + a[i + 2], "mov %s, %s" % (T, a[i]), "eor %s, %s" % (T, a[i + 2]), "andi %s, 0xf0" % T,
            "eor %s, %s" % (a[i], T), "eor %s, %s" % (a[i + 2], T), "swap " + a[i + 2])
    for i in (0, 2):
        say("mov %s, %s" % (T, a[i]), "lsr " + T, "lsr " + T, "eor %s, %s" % (T, a[i + 1]), "andi %s, 0x33" % T,
            "eor %s, %s" % (a[i + 1], T), "lsl " + T, "lsl " + T, "eor %s, %s" % (a[i], T))


function("avr_present_decrypt")
prologue(KEPT)
say("push r22", "push r23", "ldi %s, 31" % COUNT)
load_block(A)
say("subi r26, lo8(-256)", "sbci r27, hi8(-256)")
for r in reversed(A):
    say("ld r0, -X", "eor %s, r0" % r)
say("ldi r31, hi8(inverse)")
label("1")
for half in (1, 0):
    rows = [A[half + 2 * b] for b in range(4)]
    transpose(rows)
    for m in (3, 2, 1, 0):
        target = B[4 * half + m]
        say("mov r30, " + rows[m], "lpm %s, Z" % target, "ld r0, -X", "eor %s, r0" % target)
for i in range(0, 8, 2):
    say("movw %s, %s" % (A[i], B[i]))
say("dec " + COUNT, "breq 2f", "rjmp 1b")
label("2")
say("pop r31", "pop r30")
store_block(A)
epilogue(KEPT)


# ---- key schedules -------------------------------------------------------------------------------------------------
def rotate_right(k, places):
    for _ in range(places):
        say("mov r0, " + k[0], "lsr r0")
        for register in reversed(k):
            say("ror " + register)


def substitute_high(register):
    """S-box on the high nibble; the register is a high one."""
    say("mov r30, " + register, "swap r30", "andi r30, 0x0f", "lpm r0, Z", "andi %s, 0x0f" % register, "or %s, r0" % register)


def schedule(name, k, top, count):
    """k: the key register, lowest byte first; its highest byte is a high register. X: where the round keys go."""
    function(name)
    kept = [r for r in k if int(r[1:]) < 18 or int(r[1:]) > 27]
    prologue(kept)
    say("movw r30, r24", "movw r26, r22")
    for i in range(len(k)):
        say("ldd %s, Z+%d" % (k[-1 - i], i))
    say("ldi r31, hi8(sbox_high)", "clr %s" % count)
    label("1")
    for r in k[top:top + 8]:
        say("st X+, " + r)
    say("inc " + count, "cpi %s, 32" % count, "brne 3f", "rjmp 2f")
    label("3")
    return kept


K80 = ["r%d" % r for r in (4, 5, 6, 7, 8, 9, 10, 11, 18, 19)]
kept = schedule("avr_present_key80", K80, 2, "r20")
# 61 to the left is 16 and 3 to the right
say("movw r22, %s" % K80[0])
for i in range(0, 8, 2):
    say("movw %s, %s" % (K80[i], K80[i + 2]))
say("movw %s, r22" % K80[8])
rotate_right(K80, 3)
substitute_high(K80[9])
# the round's number to bits 19..15
say("mov r21, r20", "lsr r21", "eor %s, r21" % K80[2], "clr r21", "ror r21", "eor %s, r21" % K80[1], "rjmp 1b")
label("2")
epilogue(kept)

K128 = ["r%d" % r for r in range(4, 18)] + ["r18", "r19"]
kept = schedule("avr_present_key128", K128, 8, "r20")
# 61 to the left is 64 and, to the right, 3
for i in range(0, 8, 2):
    say("movw r22, %s" % K128[i], "movw %s, %s" % (K128[i], K128[i + 8]), "movw %s, r22" % K128[i + 8])
rotate_right(K128, 3)
substitute_high(K128[15])
say("swap " + K128[15])
substitute_high(K128[15])
say("swap " + K128[15])
# the round's number to bits 66..62
say("mov r21, r20", "lsr r21", "ror r22", "lsr r21", "ror r22", "andi r22, 0xc0", "eor %s, r21" % K128[8], "eor %s, r22" % K128[7], "rjmp 1b")
label("2")
epilogue(kept)

print("\n".join(OUT))
