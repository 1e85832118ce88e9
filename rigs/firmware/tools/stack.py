"""How deep the stack of an ATmega gets, and what is left of its RAM: every verb that an image has runs on simavr, in RAM that was painted before
power-on. What still has the paint in the end was never written.

    used, free, missed = stack.measure("avr", "atmega328p 16000000", False, "vectors.json")

`free` is the paint that lies next to the static data. A fifth of the RAM that static data leave must be untouched, as the stacks of other boards: an
interrupt may push 14 bytes more at any moment, and another compiler makes other frames.

usage: tools/stack.py VECTORS.JSON 'NAME|TICK|MCU HZ'...       (the Makefile's `stacks` calls it)

prints the deepest stack of each verb of both images, as Markdown: where a board has too little, the first row is where to look.
"""
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

import board

PAINT = 0xA5
NAME, PASSWORD = "6e" * 64, "70" * 64
RAM_START = {"atmega328p": 0x100, "atmega1284p": 0x100}


def fits(used, free):
    return 5 * used <= 4 * (used + free)


def verbs_of(source="core/verbs.c"):
    return set(re.findall(r'^    \{"([A-Z.]+)", keys_', open(source).read(), re.M))


class Walk:
    """Asks, and remembers which verbs did their work."""

    def __init__(self, b):
        self.b, self.done, self.lacking = b, set(), set()  # lacking is kept apart: unknown verbs do no work
        self.identity = self.ask("ID")

    def ask(self, body):
        reply = self.b.ask(body)
        self.done.add(body.split()[0])
        return reply

    def attempt(self, body, *codes):
        """What may be refused: with one of these codes, and the stack was used all the same."""
        try:
            return self.ask(body)
        except board.Refused as refused:
            self.done.add(body.split()[0])
            code = str(refused).split("ERR ")[1].split(" ")[0]
            if code == "VERB":
                self.lacking.add(body.split()[0])  # this image has it not
            elif code not in codes:
                raise
            return None


def handshake(w, peer, case, name):
    """A whole one of a client, with names and password as long as the board takes them."""
    names = "client=%s server=%s group=%s profile=%s" % (name, name, case["group"], case["profile"])
    w.ask("PROVISION %s pw=%s" % (names, PASSWORD))
    peer.ask("PROVISION role=server %s W=%s" % (names, case["W"]))
    y = peer.ask("AUG.INIT X=" + w.ask("AUG.INIT")["X"])["Y"]
    w.ask("AUG.STEP server=%s Y=%s" % (name, y))
    w.attempt("AUG.FINISH V=" + "00" * 32, "BAD-TAG")  # the peer knows another W: this is as far as it goes


def serve(w, peer, case, name):
    names = "client=%s server=%s group=%s profile=%s" % (name, name, case["group"], case["profile"])
    peer.ask("PROVISION %s pw=%s" % (names, PASSWORD))
    w.ask("PROVISION role=server %s W=%s" % (names, case["W"]))
    w.ask("AUG.INIT X=" + peer.ask("AUG.INIT")["X"])
    w.attempt("AUG.STEP V=" + "00" * 32, "BAD-TAG")


def known(w, case):
    """A finished handshake, for which a test image or a vector is needed; then the keys that only it allows."""
    text = {k: case[k].encode().hex() for k in ("client", "server", "password")}
    w.ask("PROVISION client=%s server=%s group=p256 profile=%s pw=%s" % (text["client"], text["server"], case["profile"], text["password"]))
    w.ask("AUG.INIT x=" + case["x"].rjust(64, "0"))
    w.ask("AUG.STEP server=%s Y=%s" % (text["server"], case["Y"]))
    w.ask("AUG.FINISH V=" + case["Vs"])
    w.attempt("KEY.PUT kind=wrap bits=80 data=" + "00" * 40, "BAD-KEY")
    w.ask("KEY.PUT kind=sk data=" + case["SK"])


def real(w, peer, verifiers):
    """The same without a test image: the posix board is the server of a known password."""
    names = "client=70756231 server=62726f6b6572 group=p256 profile=as-published"
    w.ask("PROVISION %s pw=%s" % (names, b"password".hex()))
    peer.ask("PROVISION role=server %s W=%s" % (names, verifiers["p256"]))
    y = peer.ask("AUG.INIT X=" + w.ask("AUG.INIT")["X"])["Y"]
    w.ask("AUG.FINISH V=" + peer.ask("AUG.STEP V=" + w.ask("AUG.STEP server=62726f6b6572 Y=" + y)["V"])["V"])
    w.attempt("KEY.PUT kind=wrap bits=128 data=" + "00" * 40, "BAD-KEY")


def payloads(w):
    longest = int(w.identity["payload"])
    for bits, key in ((80, "0f" * 10), (128, "f0" * 16)):
        w.ask("KEY.PUT kind=raw bits=%d data=%s" % (bits, key))
        for mode in ("ecb", "ctr nonce=0011223344556677", "eax nonce=%s ad=%s" % ("aa" * 16, "bb" * 64)):
            sealed = w.ask("SEAL mode=%s data=%s" % (mode, "5a" * longest))
            tag = " tag=" + sealed["tag"] if "tag" in sealed else ""
            w.ask("OPEN mode=%s%s data=%s" % (mode, tag, sealed["data"]))
    w.attempt("SEAL data=" + "5a" * longest, "NO-KEY")
    w.attempt("OPEN data=" + "5a" * (longest + 8), "NO-KEY")


def hops(w, verifier):
    names = "client=%s server=%s group=p256 profile=framed scheme=mqtt-auth" % (NAME, NAME)
    topic, longest = "74" * 64, int(w.identity["payload"])
    w.ask("PROVISION %s pw=%s" % (names, PASSWORD))
    w.ask("KEY.PUT kind=sk data=" + "11" * 32)
    w.ask("SEAL topic=%s data=%s" % (topic, "5a" * longest))
    w.attempt("OPEN topic=%s data=%s" % (topic, "5a" * (longest + 28)), "BAD-TAG", "REPLAY")
    w.ask("TOKEN op=take kind=authentication topic=%s token=%s" % (topic, "22" * 16))
    w.ask("TOKEN op=request what=publish topic=" + topic)
    w.attempt("KEY.DROP", "STATE")
    w.ask("KEY.PUT kind=raw bits=128 data=" + "33" * 16)
    header = "mode=gcm nonce=%s ad=%s" % ("44" * 12, "55" * 64)
    sealed = w.ask("SEAL %s data=%s" % (header, "5a" * longest))
    w.ask("OPEN %s tag=%s data=%s" % (header, sealed["tag"], sealed["data"]))


def pairs(w):
    """Epochs of both ciphers, signed and not, with the longest topic and message."""
    longest = int(w.identity["payload"])
    for epoch, cipher in enumerate(("present128-eax", "ascon-aead128"), 1):  # its numbers outlast another cipher
        w.ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=hardened pw=%s" % PASSWORD)
        w.ask("PAIR op=set cipher=%s key=%s topic=%s" % (cipher, "99" * 16, "74" * 64))
        w.ask("KEY.PUT kind=sk data=" + "aa" * 32)
        w.ask("PAIR op=epoch epoch=%08x" % epoch)
        w.ask("SEAL data=" + "5a" * longest)
        w.ask("PAIR op=sign key=7f" + "bb" * 31)
        w.attempt("SEAL data=" + "5a" * longest, "TOO-LONG")
        w.ask("SEAL data=" + "5a" * 16)


def signed(w, verifier):
    """A reading signed under the longest topic, and a check that refuses it, as the key is another."""
    if "signatures" not in w.identity:
        w.attempt("SIGN op=key key=" + "11" * 32)
        return
    w.ask("PROVISION client=%s server=%s group=p256 profile=framed pw=%s" % (NAME, NAME, PASSWORD))
    w.ask("SIGN op=key key=7f" + "bb" * 31)
    text = "topic=%s number=%s data=" % ("74" * 64, "00" * 8)
    longest = int(w.identity["payload"])
    signature = w.ask("SIGN op=reading " + text + "5a" * longest)["data"]
    fitting = min(longest, (int(w.identity["line"]) - 600) // 2)  # names, element and signature leave that much of a line
    w.attempt("SIGN op=check client=%s W=%s %s%s signature=%s" % (NAME, verifier, text, "5a" * fitting, signature), "BAD-SIGNATURE")


def scram(w):
    """A login of scram with the longest name, and the longest challenge that a server may send; its signature is a wrong one."""
    if "scram" not in w.identity["schemes"].split(","):
        w.attempt("SCRAM.INIT")
        w.attempt("SCRAM.STEP sasl=00")
        w.attempt("SCRAM.FINISH sasl=00")
        return
    w.ask("PROVISION client=%s scheme=scram pw=%s" % ("3d" * 64, PASSWORD))
    nonce = bytes.fromhex(w.ask("SCRAM.INIT")["sasl"]).split(b"r=")[-1]
    challenge = b"r=%s%s,s=%s,i=4096" % (nonce, b"n" * 100, b"YWJj" * 29)
    w.ask("SCRAM.STEP sasl=" + challenge.hex())
    w.attempt("SCRAM.FINISH sasl=" + (b"v=" + b"A" * 43 + b"=").hex(), "BAD-TAG")


def walk(b, peer, cases, test):
    w = Walk(b)
    verifiers = {c["group"]: c["W"] for c in cases if (c["client"], c["profile"]) == ("pub1", "as-published")}
    w.attempt("STACK", "UNSUPPORTED")  # first, as it paints anew
    w.ask("SEED seed=" + "c3" * 64)
    peer.ask("SEED seed=" + "3c" * 64)
    roles, groups = w.identity["roles"].split(","), w.identity["groups"].split(",")
    name = "6e" * int(w.identity.get("name", 64))
    case = next(c for c in cases if c["group"] == "p256" and c["profile"] == "framed")
    handshake(w, peer, case, name)
    w.ask("PROVISION client=%s server=%s group=p256 profile=as-published pw=%s" % (name, name, PASSWORD))
    w.ask("AUG.REGISTER")
    if "modp2048-q256" in groups and not test:
        handshake(w, peer, next(c for c in cases if c["group"] == "modp2048-q256" and c["profile"] == "framed"), name)
    if "server" in roles:
        serve(w, peer, case, name)
    if test:
        known(w, case)
        payloads(w)
        if "mqtt-auth" in w.identity["schemes"].split(","):
            hops(w, verifiers["p256"])
        if "hardened" in w.identity["schemes"].split(","):
            pairs(w)
    else:
        real(w, peer, verifiers)
    for body in ("SEAL data=" + "5a" * int(w.identity["payload"]), "OPEN data=" + "5a" * int(w.identity["payload"]), "KEY.DROP",
                 "TOKEN op=take kind=authentication topic=6162 token=" + "22" * 16, "PAIR op=epoch epoch=00000001", "CLIMATE"):
        w.attempt(body, "NO-KEY", "STATE", "UNSUPPORTED", "ARG", "NO-SESSION")
    w.attempt("ESFAHANI op=put client=%s key=%s data=%s" % ("6e" * 32, "77" * 32, "88" * 32))
    w.attempt("ESFAHANI op=first")
    w.attempt("ESFAHANI op=second data=" + "99" * 96, "BAD-TAG")
    signed(w, verifiers["p256"])
    scram(w)
    w.attempt("DERIVE kdf=hkdf-sha256 ikm=%s salt=%s info=%s length=64" % ("66" * 64, "77" * 64, "88" * 64), "TEST-ONLY")
    operations = w.attempt("MEASURE op=list")
    for operation in operations["ops"].split(",") if operations else ():
        if "modp" not in operation:
            w.ask("MEASURE op=%s n=1" % operation)
    w.ask("TRIGGER level=1")
    w.ask("SENSE")
    w.ask("COUNTS")
    if groups == ["p256"]:
        w.ask("SELFTEST")
    w.ask("RESET")
    os.write(b.write_fd, b"DEBUG on\nCOUNTS\n%s\n" % (b"A" * (int(w.identity["line"]) + 9)))  # unkept replies, and a line too long
    for _ in range(3):
        b.line(30)
    w.ask("ID")
    return w


def static_end(elf, nm="avr-nm"):
    symbols = {words[-1]: int(words[0], 16) for words in map(str.split, subprocess.run([nm, elf], check=True, capture_output=True, text=True).stdout.splitlines()) if len(words) == 3}
    return symbols["_end"] & 0xFFFF


def measure(name, arguments, test, vectors, peer="build/posix", elf=None):
    """Returns the deepest stack and the bytes that neither it nor static data ever touched; the verbs that never ran."""
    elf = elf or "build/%s%s.elf" % (name, "-test" if test else "")
    ram, cases = bytearray(), json.load(open(vectors))["augpake"]
    with board.painted(elf, arguments, ram) as b, board.posix(peer) as other:
        w = walk(b, other, cases, test)
    first = RAM_START[arguments.split()[0]]
    below = bytes(ram[static_end(elf) - first:])
    free = len(below) - len(below.lstrip(bytes([PAINT])))
    return len(below) - free, free, verbs_of() - w.done - w.lacking


class Asked(board.Board):
    """A board on simavr that tells, for each request, how deep the stack got while it was served."""

    def __init__(self, b, path):
        super().__init__(b.read_fd, b.write_fd, b.name)
        self.seq, self.pid, self.path, self.told, self.deepest = b.seq, b.pid, path, 0, {}

    def tell(self):
        os.kill(self.pid, signal.SIGUSR1)
        end = time.monotonic() + 60
        while time.monotonic() < end:
            lines = open(self.path).read().splitlines() if os.path.exists(self.path) else []
            if len(lines) > self.told:
                self.told += 1
                return [int(word) for word in lines[-1].split()]
            time.sleep(0.005)  # the file is all that simavr says of it
        raise SystemExit("%s did not tell its stack" % self.name)

    def ask(self, body, seconds=300):
        self.tell()
        try:
            return super().ask(body, seconds)
        finally:
            words = body.split()
            verb = " ".join(words[:2]) if words[0] in ("MEASURE", "PAIR", "SIGN", "TOKEN") else words[0]
            used, self.reserved = self.tell()
            self.deepest[verb] = max(self.deepest.get(verb, 0), used)


def by_verb(name, arguments, test, vectors, peer="build/posix"):
    """Verb -> bytes, the deepest first; and the bytes that static data leave."""
    cases = json.load(open(vectors))["augpake"]
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "stack")
        elf = "build/%s%s.elf" % (name, "-test" if test else "")
        with board.posix("build/simavr", *arguments.split(), "--stack", path, elf) as b, board.posix(peer) as other:
            asked = Asked(b, path)
            walk(asked, other, cases, test)
            return sorted(asked.deepest.items(), key=lambda row: -row[1]), asked.reserved


def main():
    vectors, *boards = sys.argv[1:]
    for name, _, arguments in (text.split("|") for text in boards):
        for test in (False, True):
            rows, reserved = by_verb(name, arguments, test, vectors)
            print("| %s%s, of %d bytes | deepest stack, bytes |\n|---|---:|" % (name, "-test" if test else "", reserved))
            print("".join("| %s | %d |\n" % row for row in rows))


if __name__ == "__main__":
    main()
