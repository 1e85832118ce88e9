#!/usr/bin/env python3
"""Writes core/avr/p256.S: the reduction of P-256 for an ATmega, unrolled.

usage: tools/p256_avr.py > core/avr/p256.S

t is 16 words. For Q, its lowest words not yet zero, t + Q p is t + Q (2^256 - 2^224 + 2^192 + 2^96) without them (p is -1 modulo
2^96). Q is in r4..r15; three words, three and two are done in turn.
"""
OUT = []


def say(*lines):
    OUT.extend("    " + line for line in lines)


def byte(op, at, register):
    say("ldd r0, Y+%d" % at, "%s r0, %s" % (op, register), "std Y+%d, r0" % at)


def chain(ops, word, words):
    """Q to the bytes from `word` on, added or subtracted; the carry is left."""
    for i in range(4 * words):
        byte(ops[0 if i == 0 else 1], 4 * word + i, "r%d" % (4 + i))


def more(op, word, end):
    """The carry through the words from `word` to before `end`."""
    for at in range(4 * word, 4 * end):
        byte(op, at, "r2")


def fold(first, words):
    end = min(first + 11, 16)  # what Q p reaches; the sum of the carries out of it goes on from there
    say("; words %d to %d" % (first, first + words - 1), "clr r3")
    for i in range(4 * words):
        say("ldd r%d, Y+%d" % (4 + i, 4 * first + i))
    chain(("add", "adc"), first + 3, words)
    if words == 2:
        more("adc", first + 5, first + 6)
    for i in range(4 * words):
        byte("adc", 4 * (first + 6) + i, "r%d" % (4 + i))
    more("adc", first + 6 + words, end)
    say("adc r3, r2")
    chain(("add", "adc"), first + 8, words)
    more("adc", first + 8 + words, end)
    say("adc r3, r2")
    chain(("sub", "sbc"), first + 7, words)
    more("sbc", first + 7 + words, end)
    say("sbc r3, r2")
    if end < 16:
        say("movw r26, r28", "adiw r26, %d" % (4 * end + 1), "ldi r16, %d" % (63 - 4 * end))
        byte("add", 4 * end, "r3")
        OUT.append("1:") # DEC leaves the carry alone
        say("ld r0, X", "adc r0, r2", "st X+, r0", "dec r16", "brne 1b")
        say("clr r16", "adc r16, r2")
        say("add r17, r16")


fold(0, 3)
fold(3, 3)
fold(6, 2)
print("""; Made by tools/p256_avr.py; do not edit. The reduction of P-256, unrolled: t + Q p with its lower half zero, no branch.
; r25:r24 t (64 bytes); returns the carry out of its upper half

.global avr_p256_fold
.section .text.avr_p256_fold, "ax", @progbits
avr_p256_fold:""")
saved = list(range(2, 18)) + [28, 29]
print("\n".join("    push r%d" % r for r in saved))
print("    movw r28, r24\n    clr r2\n    clr r17")
print("\n".join(OUT))
print("    add r3, r17\n    mov r24, r3\n    clr r25")
print("\n".join("    pop r%d" % r for r in reversed(saved)))
print("    ret")
