"""A sensor that logs in to the harness's broker by itself: AugPAKE over MQTT 5 enhanced authentication, the standard library alone.

Told by environment: HARNESS_HOST, HARNESS_PORT, HARNESS_CLIENT, HARNESS_SERVER, HARNESS_METHOD; the password is one line of standard
input. Where HARNESS_CA names an authority's certificate it logs in by TLS, at a broker that has HARNESS_HOST as name. After the login it publishes one reading in clear and leaves. Where HARNESS_SCHEME is told it stays instead and publishes what lines of its
standard input say, sealed: "publish <plaintext in hex> <topic>"; under mqtt-present by PRESENT with the traffic key that the broker sends,
under augmqtt by AES-128-GCM with its session key. It leaves when its standard input ends. Exit status: 0 done, 1 refused by the broker, 3 it refused the broker.
An example, not a product: neither Python's pow nor these ciphers are constant-time.
"""
import hashlib
import hmac
import os
import secrets
import select
import socket
import ssl
import struct
import sys

TOPIC = "lab/external"
READING = b"21.5 C"

# modp2048-q256 (p = 2qs + 1, q and s prime), and the prefixes of the two profiles it speaks.
Q = 0xd6b210adffa9c09ea11a8a35d5d47c38a5c4e07de62c9c2b7777dafc42421d31
P = int("""
b93caa7afead7b51ba588f7ed030a3b5f71ffab1106d7d4f9daf1ea7d2a4bddb698e5ae7013a819fd33585d784bf76019ff75f39efc84effff7feebe
596bd908fee7f280bb5cde108fd8c6b2bca9c81376c5a3033c6ed8e591f673558c951c5678f08083a2c927afd0b924e94c5483d62fd59295a8846705
f90918e2607e727fff8fb5b74957bba46e46b9bd58c3210e6e0f44ab6f862a581541626dfcf3c5d6804456b1310cda998c0ab77f9ce83764a607594b
459eb1240a8492464b8ba33e929626a51a10184fe3d8e59aaa3b470458aed0c971cde0693c5b09b169992ea10bf38e13794b8fb471ae2faed93d13d5
b78587f61bf31605bd1e1d297c9fb447
""".replace("\n", ""), 16)
G = int("""
821e0fbc27b800a2948e822882912e63923257c1e9bb7a3d778c51946d604ef33609af28debc4dd1a6bb18830c6a01a33f0d66f5c3b83ecb9ab5f9d0
b7080421f9034e835065f4d9e8df16fdae98bad3aab7cd635c46601e77aebc6d09c984b41d323592dc0eae6312e90dfcfdfa425e7b7241c76c8feb16
785da70100bf34d64b08d2eb87b10239a80ec0a26e392f39051ffa08358e2722ecb72cbbcca0e7030397b46e118f9bae40f9bb128084685ece41a5af
27786c5acc1fa7024195f0d277266da91e9c2e6c186c4ab774fc048279fdb0308b3b8e2dc9bc033ccdc555bb1c7482979ba7a499432189123b07ab56
aaffef42aad9bb880974001895230dff
""".replace("\n", ""), 16)
LENGTH = 256
PREFIXES = {
    "AUGPAKE-PAPER-MODP2048Q256": [b"", b"01", b"02", b"03", b"04"],
    "AUGPAKE-RFC6628-MODP2048Q256": [b"\x00", b"\x01", b"\x02", b"\x03", b"\x04"],
}


class Refused(Exception):
    """The broker did what it may not do."""


def number(data):
    return int.from_bytes(data, "big")


def element(value):
    return value.to_bytes(LENGTH, "big")


def hash_prime(data):
    """H'(m) = (OS2IP(H(m 0x01) H(m 0x02)) mod (q - 1)) + 1."""
    return number(hashlib.sha256(data + b"\x01").digest() + hashlib.sha256(data + b"\x02").digest()) % (Q - 1) + 1


class AugPake:
    def __init__(self, method, client, server, password):
        self.prefix = PREFIXES[method]
        self.names = client.encode() + server.encode()
        self.w = hash_prime(self.prefix[0] + self.names + password.encode())

    def start(self):
        while True:
            x = secrets.randbelow(Q - 1) + 1
            self.x = element(pow(G, x, P))
            exponent = (x + self.w * hash_prime(self.prefix[1] + self.names + self.x)) % Q
            if exponent:
                self.z = pow(exponent, -1, Q)
                return self.x

    def prove(self, y):
        if len(y) != LENGTH or not 2 <= number(y) <= P - 2:
            raise Refused("BAD-ELEMENT: Y is outside the group")
        k = pow(number(y), self.z, P)
        if k == 1:
            raise Refused("BAD-ELEMENT: K is the identity")
        self.rest = self.names + self.x + y + element(k)
        return self.tag(2)

    def finish(self, server_proof):
        if not hmac.compare_digest(server_proof, self.tag(3)):
            raise Refused("BAD-TAG: V_S is wrong")

    def key(self):
        return self.tag(4)

    def tag(self, i):
        return hashlib.sha256(self.prefix[i] + self.rest).digest()


class Present:
    """PRESENT in ECB with PKCS#7, as MQTT-PRESENT has it: faults of the scheme included."""

    SBOX = [0xC, 5, 6, 0xB, 9, 0, 0xA, 0xD, 3, 0xE, 0xF, 8, 4, 7, 1, 2]

    def __init__(self, key):
        size, state = 8 * len(key), number(key)
        self.keys = []
        for count in range(1, 33):
            self.keys.append(state >> size - 64)
            state = (state << 61 | state >> size - 61) & (1 << size) - 1
            for low in [size - 4] if size == 80 else [size - 4, size - 8]:
                state ^= (state >> low & 15 ^ self.SBOX[state >> low & 15]) << low
            state ^= count << (15 if size == 80 else 62)

    def seal(self, data):
        more = 8 - len(data) % 8
        data += bytes([more]) * more
        return b"".join(self.block(data[i:i + 8]) for i in range(0, len(data), 8))

    def open(self, data):
        plain = b"".join(self.inverse(data[i:i + 8]) for i in range(0, len(data), 8))
        more = plain[-1] if plain else 0
        return plain[:-more] if 1 <= more <= 8 and plain.endswith(bytes([more]) * more) else None

    def block(self, data):
        state = number(data)
        for key in self.keys[:-1]:
            state ^= key
            state = sum(self.SBOX[state >> 4 * i & 15] << 4 * i for i in range(16))
            state = sum((state >> i & 1) << (63 if i == 63 else 16 * i % 63) for i in range(64))
        return (state ^ self.keys[-1]).to_bytes(8, "big")

    def inverse(self, data):
        state = number(data) ^ self.keys[-1]
        for key in reversed(self.keys[:-1]):
            state = sum((state >> (63 if i == 63 else 16 * i % 63) & 1) << i for i in range(64))
            state = sum(self.SBOX.index(state >> 4 * i & 15) << 4 * i for i in range(16)) ^ key
        return state.to_bytes(8, "big")


class Mqtt:
    """What a login and one message need of MQTT 5."""

    def __init__(self, host, port, authority):
        self.socket = socket.create_connection((host, port), timeout=30)
        if authority:
            self.socket = ssl.create_default_context(cafile=authority).wrap_socket(self.socket, server_hostname=host)

    def send(self, first, body):
        length, rest = b"", len(body)
        while True:
            rest, low = divmod(rest, 128)
            length += bytes([low | (128 if rest else 0)])
            if not rest:
                break
        self.socket.sendall(bytes([first]) + length + body)

    def read(self):
        first = self.exactly(1)[0]
        length = shift = 0
        while True:
            byte = self.exactly(1)[0]
            length |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return first, self.exactly(length)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise ConnectionError("the broker closed the connection")
            data += piece
        return data

    def close(self, reason=None):
        if reason is not None:
            self.send(0xE0, bytes([reason, 0]))
        self.socket.close()


def text(value):
    data = value if isinstance(value, bytes) else value.encode()
    return struct.pack(">H", len(data)) + data


def properties(method, data):
    body = b"\x15" + text(method) + b"\x16" + text(data)
    size = len(body)
    return (bytes([size]) if size < 128 else bytes([size % 128 | 128, size // 128])) + body


def authentication(body):
    """Reason, method and data of what follows an AUTH's or CONNACK's first bytes: u8 reason, then properties."""
    reason, at, size, shift = body[0], 1, 0, 0
    while at < len(body):
        size |= (body[at] & 127) << shift
        shift += 7
        at += 1
        if body[at - 1] < 128:
            break
    method = data = None
    end = at + size
    sizes = {0x11: 4, 0x27: 4, 0x13: 2, 0x21: 2, 0x22: 2, 0x24: 1, 0x25: 1, 0x28: 1, 0x29: 1, 0x2A: 1}
    while at < end:
        kind = body[at]
        count = sizes.get(kind) or 2 + struct.unpack_from(">H", body, at + 1)[0]
        value = body[at + 1:at + 1 + count]
        at += 1 + count
        if kind == 0x15:
            method = value[2:].decode()
        elif kind == 0x16:
            data = value[2:]
    return reason, method, data or b""


def log_in(mqtt, method, client, server, password):
    pake = AugPake(method, client, server, password)
    mqtt.send(0x10, text("MQTT") + bytes([5, 2]) + struct.pack(">H", 60) + properties(method, pake.start()) + text(client))
    first, body = mqtt.read()
    if first != 0xF0:
        raise PermissionError(f"refused with 0x{body[1]:02x}" if first == 0x20 else f"packet 0x{first:02x}")
    reason, named, data = authentication(body)
    size = struct.unpack_from(">H", data)[0] if len(data) >= 2 else 0
    if reason != 0x18 or named != method or data[2:2 + size] != server.encode():
        raise Refused("BAD-SERVER: not the broker this password is for")
    mqtt.send(0xF0, b"\x18" + properties(method, pake.prove(data[2 + size:])))
    first, body = mqtt.read()
    if first != 0x20 or body[1] != 0:
        raise PermissionError(f"refused with 0x{body[1 if first == 0x20 else 0]:02x}")
    pake.finish(authentication(body[1:])[2])
    return pake.key()


def doubled(byte):
    return byte << 1 ^ (0x11B if byte & 128 else 0)


class AesGcm:
    """AES-128-GCM (FIPS 197, SP 800-38D), sealing alone."""

    def __init__(self, key):
        box, p, q = [0x63] * 256, 1, 1
        while True:
            p ^= doubled(p)
            q ^= q << 1
            q ^= q << 2
            q ^= q << 4
            q = (q ^ (9 if q & 128 else 0)) & 255
            turned = q | q << 8
            box[p] = (q ^ turned >> 7 ^ turned >> 6 ^ turned >> 5 ^ turned >> 4) & 255 ^ 0x63
            if p == 1:
                break
        self.box, words, constant = box, [key[i:i + 4] for i in range(0, 16, 4)], 1
        for i in range(4, 44):
            word = words[-1]
            if i % 4 == 0:
                word = bytes(box[b] for b in word[1:] + word[:1])
                word, constant = bytes([word[0] ^ constant]) + word[1:], doubled(constant)
            words.append(bytes(a ^ b for a, b in zip(word, words[-4])))
        self.keys = [b"".join(words[i:i + 4]) for i in range(0, 44, 4)]
        self.hash = number(self.block(bytes(16)))

    def block(self, data):
        state = bytes(a ^ b for a, b in zip(data, self.keys[0]))
        for key in self.keys[1:]:
            state = bytes(self.box[state[(5 * i) % 16]] for i in range(16))
            if key is not self.keys[-1]:
                mixed = []
                for column in (state[i:i + 4] for i in range(0, 16, 4)):
                    every = column[0] ^ column[1] ^ column[2] ^ column[3]
                    mixed += [column[i] ^ every ^ doubled(column[i] ^ column[(i + 1) % 4]) for i in range(4)]
                state = bytes(mixed)
            state = bytes(a ^ b for a, b in zip(state, key))
        return state

    def tag_over(self, data):
        tag = 0
        for i in range(0, len(data), 16):
            left, right, tag = tag ^ number(data[i:i + 16]), self.hash, 0
            for bit in range(127, -1, -1):
                tag ^= right if left >> bit & 1 else 0
                right = right >> 1 ^ (0xE1 << 120 if right & 1 else 0)
        return tag.to_bytes(16, "big")

    def seal(self, nonce, data, said):
        stream = b"".join(self.block(nonce + struct.pack(">I", i + 1)) for i in range(1 + (len(data) + 15) // 16))
        sealed = bytes(a ^ b for a, b in zip(data, stream[16:]))
        padded = b"".join(piece + bytes(-len(piece) % 16) for piece in (said, sealed))
        tag = self.tag_over(padded + struct.pack(">QQ", 8 * len(said), 8 * len(sealed)))
        return sealed + bytes(a ^ b for a, b in zip(tag, stream))


class Hop:
    """A hop of AugMQTT to the broker: u32 0 for this direction and a counter make the nonce; the topic is said along."""

    def __init__(self, session_key):
        self.cipher, self.counter = AesGcm(session_key[:16]), 0

    def seal(self, data, topic):
        self.counter += 1
        nonce = struct.pack(">IQ", 0, self.counter)
        return nonce + self.cipher.seal(nonce, data, topic)


class Commands:
    """Standard input line by line. Nothing is read ahead of what select() sees."""

    def __init__(self):
        self.kept = b""
        self.ended = False

    def line(self):
        while b"\n" not in self.kept and not self.ended:
            self.more()
        return self.take() or ""

    def take(self):
        if b"\n" not in self.kept:
            return None
        line, self.kept = self.kept.split(b"\n", 1)
        return line.decode()

    def more(self):
        data = os.read(0, 65536)
        self.ended = not data
        self.kept += data


class Talk:
    """A session after its login. Under MQTT-PRESENT the broker sends the traffic key under SK, and payloads go out under that."""

    def __init__(self, mqtt, scheme, client, session_key, key_bits, commands):
        self.mqtt, self.commands, self.size = mqtt, commands, key_bits // 8
        self.wraps = Present(session_key[:self.size])
        self.key_topic = f"aug/{client.encode().hex()}/key".encode()
        self.ciphers, self.wanted, self.packet = {}, [], 1
        self.hop = Hop(session_key) if scheme == "augmqtt" else None
        mqtt.send(0x82, struct.pack(">HB", 1, 0) + text(self.key_topic) + b"\x01")

    def run(self):
        while not self.commands.ended:
            ready, _, _ = select.select([self.mqtt.socket, 0], [], [])
            if self.mqtt.socket in ready:
                self.packet_came(*self.mqtt.read())
            elif 0 in ready:
                self.commands.more()
            while (line := self.commands.take()) is not None:
                verb, data, topic = line.split(" ", 2)
                if verb == "publish":
                    self.wanted.append((topic.encode(), bytes.fromhex(data)))
            self.publish()

    def packet_came(self, first, body):
        if first >> 4 != 3:
            return
        size = struct.unpack_from(">H", body)[0]
        topic, at = body[2:2 + size], 2 + size
        if first & 6:
            self.mqtt.send(0x40, body[at:at + 2])
            at += 2
        payload = body[at + 1 + body[at]:]
        if topic == self.key_topic:
            self.wrap_came(payload)

    def wrap_came(self, data):
        """u8 1, u16 length and topic, u16 length and partner, the wrapped key."""
        if len(data) < 3 or data[0] != 1:
            return
        end = 3 + struct.unpack_from(">H", data, 1)[0]
        wrap = data[end + 2 + struct.unpack_from(">H", data, end)[0]:] if len(data) >= end + 2 else b""
        key = self.wraps.open(wrap) if len(wrap) == 40 else None
        if key is not None and len(key) == 32:
            self.ciphers[data[3:end]] = Present(key[:self.size])

    def publish(self):
        while self.wanted and (self.hop or self.wanted[0][0] in self.ciphers):
            topic, plaintext = self.wanted.pop(0)
            self.packet = self.packet % 65535 + 1
            payload = self.hop.seal(plaintext, topic) if self.hop else self.ciphers[topic].seal(plaintext)
            self.mqtt.send(0x32, text(topic) + struct.pack(">HB", self.packet, 0) + payload)


def main():
    told = os.environ
    commands = Commands()
    password = commands.line()
    try:
        mqtt = Mqtt(told["HARNESS_HOST"], int(told["HARNESS_PORT"]), told.get("HARNESS_CA"))
    except ssl.SSLError as refusal:
        print(refusal, file=sys.stderr)
        return 3
    try:
        key = log_in(mqtt, told["HARNESS_METHOD"], told["HARNESS_CLIENT"], told["HARNESS_SERVER"], password)
    except Refused as refusal:
        print(refusal, file=sys.stderr)
        # Nothing but this goes out: not even that we are there is for a broker that proved nothing.
        mqtt.close(0x80)
        return 3
    except (PermissionError, ConnectionError) as refusal:
        print(refusal, file=sys.stderr)
        mqtt.close()
        return 1
    if "HARNESS_SCHEME" in told:
        try:
            Talk(mqtt, told["HARNESS_SCHEME"], told["HARNESS_CLIENT"], key, int(told["HARNESS_KEY_BITS"]), commands).run()
        except ConnectionError as gone:
            print(gone, file=sys.stderr)
            return 1
        mqtt.close(0)
        return 0
    mqtt.send(0x32, text(TOPIC) + struct.pack(">HB", 1, 0) + READING)
    first, _ = mqtt.read()
    mqtt.close(0)
    return 0 if first == 0x40 else 1


if __name__ == "__main__":
    sys.exit(main())
