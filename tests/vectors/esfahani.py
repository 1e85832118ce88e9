#!/usr/bin/env python3
"""Answers for esfahani-2019, from its equations, by hashlib alone: python3 esfahani.py > esfahani.json"""
import hashlib
import json


def h(*values):
    return hashlib.sha256(b"".join(values)).digest()


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def case(client, x, psk, r1, r2):
    identity = client.encode().ljust(32, b"\0")
    f1 = h(identity, x)
    f2, f3 = h(f1), xor(psk, f1)
    m1 = xor(h(f2), r1)
    aid_i = xor(h(r1), identity)
    answer, aid_j = xor(f1, h(identity)), xor(r2, h(identity))
    key = h(r1, r2)
    return {
        "client": client, "f2": f2.hex(), "f3": f3.hex(), "r1": r1.hex(),
        "first": (m1 + aid_i + h(r1, m1, aid_i) + f3).hex(),
        "second": (answer + aid_j + h(answer, aid_j, r2)).hex(),
        "third": xor(key, h(r2)).hex(),
        "key": key.hex(),
    }


cases = [
    case("sensor-7", b"\x5a" * 32, bytes(7 * i for i in range(32)), b"\x11" * 32, b"\xa5" * 32),
    case("a", bytes(32), bytes(32), bytes(32), bytes(32)),
    case("n" * 32, b"\xff" * 32, bytes(255 - i for i in range(32)), bytes(range(32)), bytes(3 * i % 256 for i in range(32))),
    case("\u00e4\u20ac", b"\x01" * 32, b"\x80" * 32, b"\xfe" * 32, b"\x0f" * 32),
]
print(json.dumps({"esfahani": cases}, indent=1))
