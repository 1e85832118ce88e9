#!/usr/bin/env python3
"""Writes core/constants.c: the groups' numbers in Montgomery form.

usage: tools/constants.py MODP2048-Q256.TXT > core/constants.c

The text file has lines q=, s=, p=, g= in hex; P-256 is from FIPS 186-4, D.1.2.3. The script checks what it can
(p = 2qs+1, g of order q, the base point on the curve) before it prints.
"""
import sys

lines = dict(l.strip().split("=", 1) for l in open(sys.argv[1]) if "=" in l)
P, Q, S, G = (int(lines[k], 16) for k in "pqsg")
assert P == 2 * Q * S + 1 and pow(G, Q, P) == 1 and G != 1 and P.bit_length() == 2048 and Q.bit_length() == 256

EP = 2**256 - 2**224 + 2**192 + 2**96 - 1
EN = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551
EB = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b
EX = 0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296
EY = 0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5
assert (EY * EY - EX**3 + 3 * EX - EB) % EP == 0


def words(name, value, count):
    w = ["0x%08x" % (value >> (32 * i) & 0xffffffff) for i in range(count)]
    rows = [", ".join(w[i:i + 8]) for i in range(0, count, 8)]
    print("\n%s[%d] = {\n    %s};" % (name, count, ",\n    ".join(rows)))


def modulus(name, n, count):
    words("static const FLASH uint32_t %s_n" % name, n, count)
    words("static const FLASH uint32_t %s_rr" % name, 2**(64 * count) % n, count)
    n0 = -pow(n, -1, 2**32) % 2**32
    print("\nconst struct modulus %s = {%d, 0x%08x, %s_n, %s_rr};" % (name, count, n0, name, name))


print('/* Made by tools/constants.py; do not edit. Words are little-endian; *_mont values are times 2^(32 words) mod n. */')
print('#include "constants.h"')
modulus("modp_p", P, 64)
modulus("modp_q", Q, 8)
words("const FLASH uint32_t modp_g_mont", G * 2**2048 % P, 64)
modulus("p256_p", EP, 8)
modulus("p256_q", EN, 8)
words("const FLASH uint32_t p256_b_mont", EB * 2**256 % EP, 8)
words("const FLASH uint32_t p256_x_mont", EX * 2**256 % EP, 8)
words("const FLASH uint32_t p256_y_mont", EY * 2**256 % EP, 8)
