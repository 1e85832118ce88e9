#!/usr/bin/env python3
"""Known answers of the hardened scheme, from a second implementation: python3 hardened.py > hardened.json

Plain Python, written from src/Harness.Schemes/Hardened/HARDENED.md and the standards named below; it shares no code with the C# and is not constant time.
"""
import hashlib
import hmac
import json

# PRESENT-128 (Bogdanov et al., CHES 2007).
SBOX = [0xC, 5, 6, 0xB, 9, 0, 0xA, 0xD, 3, 0xE, 0xF, 8, 4, 7, 1, 2]
M64 = (1 << 64) - 1


def present_keys(key):
    register, keys = int.from_bytes(key, "big"), []
    for i in range(1, 33):
        keys.append(register >> 64)
        register = ((register << 61) | (register >> 67)) & ((1 << 128) - 1)
        top = (SBOX[register >> 124] << 4) | SBOX[(register >> 120) & 15]
        register = (top << 120) | (register & ((1 << 120) - 1))
        register ^= i << 62
    return keys


def present(keys, block):
    for k in keys[:31]:
        block ^= k
        block = sum(SBOX[(block >> (4 * i)) & 15] << (4 * i) for i in range(16))
        block = sum(((block >> i) & 1) << (63 if i == 63 else 16 * i % 63) for i in range(64))
    return block ^ keys[31]


# EAX (Bellare, Rogaway, Wagner, FSE 2004) with 64-bit blocks and an 8-byte tag.
def omac(keys, t, data):
    def double(v):
        return ((v << 1) & M64) ^ (0x1B if v >> 63 else 0)

    b = double(present(keys, 0))
    data = t.to_bytes(8, "big") + data
    state = 0
    while len(data) > 8:
        state = present(keys, state ^ int.from_bytes(data[:8], "big"))
        data = data[8:]
    if len(data) == 8:
        return present(keys, state ^ int.from_bytes(data, "big") ^ b)
    return present(keys, state ^ int.from_bytes((data + b"\x80").ljust(8, b"\0"), "big") ^ double(b))


def eax(key, nonce, ad, plaintext):
    keys = present_keys(key)
    n = omac(keys, 0, nonce)
    stream = b"".join(present(keys, (n + i) & M64).to_bytes(8, "big") for i in range((len(plaintext) + 7) // 8))
    ciphertext = bytes(a ^ b for a, b in zip(plaintext, stream))
    return ciphertext + (n ^ omac(keys, 1, ad) ^ omac(keys, 2, ciphertext)).to_bytes(8, "big")


# Ascon-AEAD128 (NIST SP 800-232).
def ascon_permutation(s, rounds):
    for c in [0x3C, 0x2D, 0x1E, 0x0F, 0xF0, 0xE1, 0xD2, 0xC3, 0xB4, 0xA5, 0x96, 0x87, 0x78, 0x69, 0x5A, 0x4B][16 - rounds:]:
        s[2] ^= c
        columns = [sum(((s[row] >> bit) & 1) << (4 - row) for row in range(5)) for bit in range(64)]
        box = [4, 11, 31, 20, 26, 21, 9, 2, 27, 5, 8, 18, 29, 3, 6, 28, 30, 19, 7, 14, 0, 13, 17, 24, 16, 12, 1, 25, 22, 10, 15, 23]
        for row in range(5):
            s[row] = sum(((box[columns[bit]] >> (4 - row)) & 1) << bit for bit in range(64))
        for row, (a, b) in enumerate([(19, 28), (61, 39), (1, 6), (10, 17), (7, 41)]):
            x = s[row]
            s[row] = x ^ ((x >> a | x << (64 - a)) & M64) ^ ((x >> b | x << (64 - b)) & M64)


def ascon(key, nonce, ad, plaintext):
    def le(b):
        return int.from_bytes(b, "little")

    k0, k1 = le(key[:8]), le(key[8:])
    s = [0x00001000808C0001, k0, k1, le(nonce[:8]), le(nonce[8:])]
    ascon_permutation(s, 12)
    s[3] ^= k0
    s[4] ^= k1
    if ad:
        padded = ad + b"\x01"
        padded += bytes(-len(padded) % 16)
        for i in range(0, len(padded), 16):
            s[0] ^= le(padded[i:i + 8])
            s[1] ^= le(padded[i + 8:i + 16])
            ascon_permutation(s, 8)
    s[4] ^= 1 << 63
    padded = plaintext + b"\x01"
    padded += bytes(-len(padded) % 16)
    ciphertext = b""
    for i in range(0, len(padded), 16):
        if i:
            ascon_permutation(s, 8)
        s[0] ^= le(padded[i:i + 8])
        s[1] ^= le(padded[i + 8:i + 16])
        ciphertext += s[0].to_bytes(8, "little") + s[1].to_bytes(8, "little")
    s[2] ^= k0
    s[3] ^= k1
    ascon_permutation(s, 12)
    return ciphertext[:len(plaintext)] + (s[3] ^ k0).to_bytes(8, "little") + (s[4] ^ k1).to_bytes(8, "little")


CIPHERS = {"present128-eax": eax, "ascon-aead128": ascon}

# P-256 (SEC 2), affine.
P = 2**256 - 2**224 + 2**192 + 2**96 - 1
Q = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
G = (0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296, 0x4FE342E2FE1A7F9B8EE7EB4A7C0F9E162BCE33576B315ECECBB6406837BF51F5)


def add(a, b):
    if a is None or b is None:
        return b if a is None else a
    if a[0] == b[0]:
        if (a[1] + b[1]) % P == 0:
            return None
        slope = (3 * a[0] * a[0] - 3) * pow(2 * a[1], -1, P)
    else:
        slope = (b[1] - a[1]) * pow(b[0] - a[0], -1, P)
    x = (slope * slope - a[0] - b[0]) % P
    return x, (slope * (a[0] - x) - a[1]) % P


def multiply(k, point):
    result = None
    for bit in bin(k)[2:]:
        result = add(result, result)
        result = add(result, point) if bit == "1" else result
    return result


def encode(point):
    return b"\x04" + point[0].to_bytes(32, "big") + point[1].to_bytes(32, "big")


def h(data):
    return hashlib.sha256(data).digest()


def mac(key, data):
    return hmac.new(key, data, hashlib.sha256).digest()


def hkdf(key, info, length):
    key, output, last, i = mac(bytes(32), key), b"", b"", 1
    while len(output) < length:
        last = mac(key, last + info + bytes([i]))
        output += last
        i += 1
    return output[:length]


def field(data):
    return len(data).to_bytes(2, "big") + data


def u32(n):
    return n.to_bytes(4, "big")


def u64(n):
    return n.to_bytes(8, "big")


def scalar(data):
    return int.from_bytes(h(data + b"\x01") + h(data + b"\x02"), "big") % (Q - 1) + 1


def augpake(client, server, password, x, y, every=(), not_in_w=()):
    """The profile framed on p256; every = fields at the end of all inputs, not_in_w = of all but w's."""
    def frame(label, *fields):
        end = every if label == "w" else (*every, *not_in_w)
        return b"hv1" + label.encode() + b"".join(field(f) for f in (b"AUGPAKE-FRAMED-P256", client, server, *fields, *end))

    w = scalar(frame("w", password))
    big_w, big_x = multiply(w, G), multiply(x, G)
    r = scalar(frame("r", encode(big_x)))
    big_y = multiply(y, add(big_x, multiply(r, big_w)))
    k = multiply(pow(x + w * r, -1, Q), big_y)
    assert k == multiply(y, G)
    end = (encode(big_x), encode(big_y), encode(k))
    return {"W": encode(big_w), "X": end[0], "Y": end[1], "Vc": h(frame("vc", *end)), "Vs": h(frame("vs", *end)), "SK": h(frame("sk", *end))}


def sign(private, message):
    """ECDSA on P-256 with SHA-256 and the nonce of RFC 6979."""
    digest = int.from_bytes(h(message), "big") % Q
    seed = private.to_bytes(32, "big") + digest.to_bytes(32, "big")
    key, value = bytes(32), b"\x01" * 32
    for mark in (b"\0", b"\1"):
        key = mac(key, value + mark + seed)
        value = mac(key, value)
    while True:
        value = mac(key, value)
        nonce = int.from_bytes(value, "big")
        if 0 < nonce < Q:
            r = multiply(nonce, G)[0] % Q
            s = pow(nonce, -1, Q) * (digest + r * private) % Q
            if r and s:
                return r.to_bytes(32, "big") + s.to_bytes(32, "big")
        key = mac(key, value + b"\0")
        value = mac(key, value)


def pseudonym(u, j):
    return mac(u, u64(j))[:11].hex()


def wire_topic(key, data):
    return "h/" + mac(key, data)[:11].hex()


def carried(seal, sk, direction, name, count, peer, body):
    """A pair message as it travels between a device and the broker."""
    topic = wire_topic(hkdf(sk, b"pair", 32), name)
    sealed = seal(hkdf(sk, b"hop" + bytes([direction]), 16), u64(0) + u64(count), topic.encode(), field(peer) + body)
    return topic, u64(count) + sealed


def main():
    pub, sub, server, topic = b"pub1", b"sub1", b"broker", b"lab/climate"
    u = bytes(range(0x40, 0x50))
    x, y = int("5a79220f569119e92a2f852f238b5a08241bdaec6241d940cec53a3b1624c2ea", 16), int("43fcaae655eaee3e4860d16defb93f3fefe74665bd67070ba76b142fdb2e03d8", 16)
    out = {"pseudonyms": [{"u": u.hex(), "j": j, "pseudonym": pseudonym(u, j)} for j in (0, 1, 2, 1023, 1024, 2**64 - 1)]}

    logins = []
    for j in (0, 7):
        run = augpake(pub, server, b"password", x, y, not_in_w=(pseudonym(u, j).encode(),))
        logins.append({"client": pub.decode(), "server": server.decode(), "password": "password", "u": u.hex(), "j": j, "x": f"{x:064x}", "y": f"{y:064x}"}
                      | {k: v.hex() for k, v in run.items()})
    out["logins"] = logins
    sk = bytes.fromhex(logins[0]["SK"])

    run = augpake(sub, pub, b"pair password", y, x, every=(b"pair",))
    out["pair_run"] = {"client": sub.decode(), "server": pub.decode(), "password": "pair password", "x": f"{y:064x}", "y": f"{x:064x}"} | {k: v.hex() for k, v in run.items()}
    sk_ps = run["SK"]

    run_id = bytes(range(1, 9))
    bodies = {
        "ask": b"\x01", "start": b"\x02" + run_id + field(b"AUGPAKE-FRAMED-P256") + field(run["X"]), "answer": b"\x03" + run_id + field(run["Y"]),
        "proof": b"\x04" + run_id + run["Vc"], "done": b"\x05" + run_id + run["Vs"], "fail": b"\x06" + run_id + b"\x02",
    }
    tk = bytes(range(0x80, 0x90))
    epoch, start = 5, 1000
    sender = int.from_bytes(h(b"hv1-sender" + pub)[:4], "big")
    private = int("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721", 16)
    messages = []
    out["schemes"] = []
    for name, seal in CIPHERS.items():
        kek = hkdf(sk_ps, b"kek" + topic, 16)
        sealed = seal(kek, u64(0) + u64(3), topic, u32(epoch) + tk + u32(sender) + u64(start))
        body = {"epoch": b"\x07" + field(topic) + u64(3) + sealed}
        scheme = {"cipher": name, "sk": sk.hex(), "sk_ps": sk_ps.hex(), "topic": topic.decode(), "kek": kek.hex(), "epoch": epoch, "tk": tk.hex(), "sender": sender,
                  "start": start, "key_count": 3, "pair_topic": "", "pair_messages": [], "messages": []}
        for count, (kind, data) in enumerate((bodies | body).items(), 1):
            for direction in (0, 1):
                scheme["pair_topic"], wire = carried(seal, sk, direction, pub, count, sub, data)
                scheme["pair_messages"].append({"kind": kind, "direction": direction, "count": count, "peer": sub.decode(), "body": data.hex(), "wire": wire.hex()})
        key = hkdf(tk, b"msg" + u32(sender), 16)
        scheme["message_key"] = key.hex()
        mask = hkdf(tk, b"mask" + u32(sender), 8)
        scheme["counter_mask"] = mask.hex()
        scheme["wire_topic"] = wire_topic(hkdf(tk, b"topic", 32), u32(sender) + topic)
        for counter, plaintext, signed in [(1000, b"", 0), (1001, b"21.50 C  41 %", 0), (1002, bytes(range(64)), 0), (1003, b"21.50 C  41 %", 1), (2**64 - 1, b"end", 0)]:
            nonce = u32(epoch) + u32(sender) + u64(counter)
            signature = sign(private, b"hv1-sig" + field(pub) + field(topic) + nonce + plaintext) if signed else b""
            scheme["messages"].append({"counter": f"{counter}", "plaintext": plaintext.hex(), "signature": signature.hex(),
                                       "wire": (u64(counter ^ int.from_bytes(mask, "big")) + seal(key, nonce, topic, plaintext + signature)).hex()})
        out["schemes"].append(scheme)

    key, nonce = bytes(range(16)), bytes(range(16, 32))
    out["ascon"] = [{"key": key.hex(), "nonce": nonce.hex(), "ad": bytes(range(a)).hex(), "plaintext": bytes(range(0x20, 0x20 + p)).hex(),
                     "sealed": ascon(key, nonce, bytes(range(a)), bytes(range(0x20, 0x20 + p))).hex()}
                    for p in (0, 1, 15, 16, 17, 32, 33) for a in (0, 1, 15, 16, 17, 32)]
    eax_key = bytes.fromhex("00112233445566778899aabbccddeeff")
    out["eax"] = [{"key": eax_key.hex(), "nonce": nonce.hex(), "ad": topic.hex(), "plaintext": bytes(range(p)).hex(), "sealed": eax(eax_key, nonce, topic, bytes(range(p))).hex()}
                  for p in (0, 1, 7, 8, 9, 16, 24, 63, 80, 81)]
    out["signatures"] = [{"private": f"{private:064x}", "public": encode(multiply(private, G)).hex(), "message": m.hex(), "signature": sign(private, m).hex()}
                         for m in (b"sample", b"test", b"", bytes(range(100)))]
    print(json.dumps(out, indent=1))


main()
