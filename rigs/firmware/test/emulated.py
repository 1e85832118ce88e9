#!/usr/bin/env python3
"""The boards' test images under QEMU and simavr: known answers, sleep, durations that do not depend on secrets. TAP, as the other tests.

usage: test/emulated.py [--quick] VECTORS.JSON 'NAME|TICK|EMULATOR-ARGUMENTS'...       (the Makefile's `qemu` and `avr-test` call it)
--quick asks a board that counts cycles for one handshake vector, and not whether the secrets show: a P-256 multiplication takes two seconds there. Nor for
its self test where it has a second group: 2048 bits take it half a minute.
"""
import concurrent.futures
import json
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "tools"))
import board  # noqa: E402
import stack  # noqa: E402

SCALARS = ("00" * 31 + "01", "5a" * 32, "3f" + "ff" * 31)
counts = {True: 0, False: 0}


def claim(good, words):
    counts[bool(good)] += 1
    print("%s %d - %s" % ("ok" if good else "not ok", sum(counts.values()), words), flush=True)


def text(s):
    return s.encode().hex()


def names(c):
    return "client=%s server=%s group=%s profile=%s" % (text(c["client"]), text(c["server"]), c["group"], c["profile"])


def known(b, c, serves):
    """The roles of one vector; whether every answer is the vector's."""
    x, y = c["x"].rjust(64, "0"), c["y"].rjust(64, "0")
    b.ask("PROVISION %s pw=%s" % (names(c), text(c["password"])))
    good = b.ask("AUG.INIT x=" + x)["X"] == c["X"]
    good &= b.ask("AUG.STEP server=%s Y=%s" % (text(c["server"]), c["Y"]))["V"] == c["Vc"]
    client = b.ask("AUG.FINISH V=" + c["Vs"])["fp"]
    if not serves:
        return good and client == b.ask("KEY.PUT kind=sk data=" + c["SK"])["fp"]
    b.ask("PROVISION role=server %s W=%s" % (names(c), c["W"]))
    good &= b.ask("AUG.INIT X=%s y=%s" % (c["X"], y))["Y"] == c["Y"]
    good &= b.ask("AUG.STEP V=" + c["Vc"])["V"] == c["Vs"]
    return good and client == b.ask("AUG.FINISH")["fp"] == b.ask("KEY.PUT kind=sk data=" + c["SK"])["fp"]


def hop_client(b, sk, scheme="augmqtt"):
    b.ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=%s pw=63" % scheme)
    b.ask("KEY.PUT kind=sk data=" + sk)


def hop_server(b, sk, w):
    b.ask("PROVISION role=server client=61 server=62 group=p256 profile=framed scheme=augmqtt W=" + w)
    b.ask("KEY.PUT kind=sk data=" + sk)


def hop_known(b, c, w):
    """A payload of a hop: opened by who it goes to, and sealed by who it comes from where its counter is the first."""
    ends = [lambda: hop_client(b, c["sk"]), lambda: hop_server(b, c["sk"], w)]
    topic = text(c["topic"])
    ends[1 - c["direction"]]()
    good = b.ask("OPEN topic=%s data=%s" % (topic, c["payload"]))["data"] == c["plaintext"]
    if int(c["counter"], 16) == 1:
        ends[c["direction"]]()
        good &= b.ask("SEAL topic=%s data=%s" % (topic, c["plaintext"]))["data"] == c["payload"]
    return good


def gcm_known(b, c):
    b.ask("KEY.PUT kind=raw bits=128 data=" + c["key"])
    header = "mode=gcm nonce=%s ad=%s" % (c["nonce"], c["ad"])
    sealed = b.ask("SEAL %s data=%s" % (header, c["plaintext"]))
    return (sealed["data"], sealed["tag"]) == (c["ciphertext"], c["tag"]) and \
        b.ask("OPEN %s tag=%s data=%s" % (header, c["tag"], c["ciphertext"]))["data"] == c["plaintext"]


def processor_seconds(pid):
    words = open("/proc/%d/stat" % pid).read().rsplit(")", 1)[1].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def spreads(b, cases, identity, slow):
    """How far t= differs over secrets: of the operations that meet one, the largest spread in ticks."""
    seen = {}

    def note(what, reply):
        seen.setdefault(what, []).append(int(reply["t"]))
        return reply

    for group in sorted({c["group"] for c in cases}):
        of_group = [c for c in cases if c["group"] == group and c["profile"] == "rfc6628"]
        for x in SCALARS[:2] if slow else SCALARS:
            for c in of_group:
                same_names = dict(of_group[0], password=c["password"])
                password = text(same_names["password"])[:14].ljust(14, "0")  # one length: it is public, its bytes are not
                note("PROVISION " + group, b.ask("PROVISION %s pw=%s" % (names(same_names), password)))
                note("client AUG.INIT " + group, b.ask("AUG.INIT x=" + x))
                note("client AUG.STEP " + group, b.ask("AUG.STEP server=%s Y=%s" % (text(same_names["server"]), of_group[0]["Y"])))
                if "server" not in identity["roles"]:
                    continue
                note("server PROVISION " + group, b.ask("PROVISION role=server %s W=%s" % (names(same_names), c["W"])))
                note("server AUG.INIT " + group, b.ask("AUG.INIT X=%s y=%s" % (of_group[0]["X"], x)))
    for key in ("00" * 16, "ff" * 16, "0123456789abcdef" * 2):
        b.ask("KEY.PUT kind=raw bits=128 data=" + key)
        for mode in ("ecb", "eax", "ctr nonce=0000000000000000"):
            for data in ("00" * 16, "ff" * 16):
                note("SEAL " + mode, b.ask("SEAL mode=%s data=%s" % (mode, data)))
        if "kdfs" not in identity:
            continue
        note("DERIVE", b.ask("DERIVE kdf=hkdf-sha256 ikm=%s length=48" % key))
    w = next(c["W"] for c in cases if c["group"] == "p256")
    for key in ("00" * 16, "ff" * 16, "0123456789abcdef" * 2) if "augmqtt" in identity["schemes"] and not slow else ():
        b.ask("KEY.PUT kind=raw bits=128 data=" + key)
        for data in ("00" * 40, "ff" * 40):
            header = "mode=gcm nonce=000102030405060708090a0b"
            sealed = note("SEAL gcm", b.ask("SEAL %s data=%s" % (header, data)))
            note("OPEN gcm", b.ask("OPEN %s tag=%s data=%s" % (header, sealed["tag"], sealed["data"])))
        hop_server(b, key + "00" * 16, w)
        sealed = note("SEAL of the hop", b.ask("SEAL topic=6162 data=" + key))
        hop_client(b, key + "00" * 16, "mqtt-auth")
        note("OPEN of the hop", b.ask("OPEN topic=6162 data=" + sealed["data"]))
        b.ask("TOKEN op=take kind=authentication topic=6162 token=" + key)
        note("TOKEN op=request", b.ask("TOKEN op=request what=publish topic=6162"))
    if "hardened" in identity["schemes"].split(","):
        b.ask("SEED seed=" + "5a" * 16)
        for cipher in ("present128-eax", "ascon-aead128"):
            for key in ("00" * 16, "ff" * 16, "0123456789abcdef" * 2):
                b.ask("PROVISION client=61 server=62 group=p256 profile=framed scheme=hardened pw=63")
                b.ask("PAIR op=set cipher=%s key=%s topic=6c6162" % (cipher, key))
                b.ask("KEY.PUT kind=sk data=" + key + "11" * 16)
                note("PAIR op=epoch " + cipher, b.ask("PAIR op=epoch epoch=00000001"))  # TK is another one each time
                note("SEAL of an epoch " + cipher, b.ask("SEAL data=" + key))
                if not slow:
                    b.ask("PAIR op=sign key=7f" + key + "11" * 15)
                    note("SEAL with a signature " + cipher, b.ask("SEAL data=" + key))
    if "scram" in identity["schemes"].split(",") and not slow:
        for password in ("70656e63696c", "000000000000", "ffffffffffff"):
            note("PROVISION scram", b.ask("PROVISION client=75736572 scheme=scram pw=" + password))
            b.ask("SCRAM.INIT nonce=616263")
            note("SCRAM.STEP", b.ask("SCRAM.STEP sasl=" + text("r=abcd,s=YQ==,i=4096")))
    return max((max(t) - min(t), what) for what, t in seen.items())


def few(cases, quick):
    """What a slow board is asked here: of p256 two passwords, or one, under one profile. No modp2048-q256, which takes seconds a step."""
    return [c for c in cases if c["group"] == "p256" and c["profile"] == "rfc6628"][:1 if quick else 2]


def fits(name, image, used, free, missed):
    claim(stack.fits(used, free) and not missed, "%s: %s image: the deepest stack of any verb, %d bytes, leaves a fifth of its %d bytes of RAM untouched%s" % (
        name, image, used, used + free, "; never asked: " + ", ".join(sorted(missed)) if missed else ""))


def check(name, tick, arguments, vectors, quick):
    cases = vectors["augpake"]
    elf = "build/%s-test.elf" % name
    with board.emulated(elf, arguments) as b:
        identity = b.ask("ID", 30)
        claim(identity["board"] == name and identity["test"] == "1", "%s answers ID" % name)
        if identity["rng"] == "1":
            b.ask("PROVISION %s pw=00" % names(dict(cases[0], group="p256")))
            claim(b.ask("AUG.INIT")["X"] != b.ask("AUG.INIT")["X"], "%s has randomness of its own and draws a new x each time" % name)
        mine = [c for c in cases if c["group"] in identity["groups"].split(",")]
        hops = "augmqtt" in identity["schemes"].split(",")
        if tick == "cycles":
            mine = few(mine, quick)  # `./harness vectors` asks for the rest
        if not (quick and tick == "cycles" and len(identity["groups"].split(",")) > 1):
            claim(int(b.ask("SELFTEST")["tests"]) >= (10 if hops else 4), "%s passes its self test" % name)
        roles = identity["roles"].split(",")
        claim(mine and all([known(b, c, "server" in roles) for c in mine]), "%s gives the %s of %d handshake vectors" % (name, " and ".join(roles), len(mine)))
        if hops:
            w = next(c["W"] for c in cases if c["group"] == "p256")
            fitting = [c for c in vectors["aes128_gcm"] + vectors["hop_seal"] if len(c["plaintext"]) <= 2 * int(identity["payload"])]
            if tick == "cycles":
                fitting = [c for c in fitting if "sk" not in c]  # a hop takes a handshake
            claim(len(fitting) > 5 and all([hop_known(b, c, w) if "sk" in c else gcm_known(b, c) for c in fitting]), "%s gives the %d vectors of AES-128-GCM and of hops that fit it" % (name, len(fitting)))
        if not (quick and tick == "cycles"):
            spread, what = spreads(b, mine, identity, tick == "cycles")
            claim(spread <= (0 if tick in ("instructions", "cycles") else 1), "%s takes the same time whatever the secrets (most: %d ticks, %s)" % (name, spread, what))
        if tick != "cycles":
            seen = b.ask("STACK")
            claim(5 * int(seen["deepest"]) <= 4 * int(seen["reserved"]), "%s: the deepest stack of all that, %s bytes, leaves a quarter of itself of the %s reserved" % (
                name, seen["deepest"], seen["reserved"]))
        claim(b.ask("TRIGGER level=1") and b.ask("SENSE")["input"] == "0", "%s drives its trigger and reads its input" % name)
        before = processor_seconds(b.pid)
        time.sleep(3)
        idle = (processor_seconds(b.pid) - before) / 3
        claim(idle <= 0.02, "%s idles below 2 %% of a core (%.1f %%)" % (name, 100 * idle))
    if identity["rng"] == "1":
        with board.emulated(elf, arguments) as b:
            b.ask("PROVISION %s pw=00" % names(dict(cases[0], group="p256")))
            first = b.ask("AUG.INIT")["X"]
            with board.emulated(elf, arguments) as other:
                other.ask("PROVISION %s pw=00" % names(dict(cases[0], group="p256")))
                claim(first != other.ask("AUG.INIT")["X"], "%s draws another x after each power-up" % name)


def main():
    quick = sys.argv[1] == "--quick"
    path, *words = sys.argv[2:] if quick else sys.argv[1:]
    vectors = json.load(open(path))
    boards = [board.split("|") for board in words]
    # Where RAM is short; on the others the linker reserves the stack, or there is plenty, and `make costs` says how much is used.
    small = [(name, image, arguments) for name, _, arguments in boards if arguments.startswith("atmega328p") for image in ("release", "test")]
    with concurrent.futures.ThreadPoolExecutor(1) as aside:
        walks = [(name, image, aside.submit(stack.measure, name, arguments, image == "test", path)) for name, image, arguments in small]
        for name, tick, arguments in boards:
            check(name, tick, arguments, vectors, quick)
        for name, image, walk in walks:
            fits(name, image, *walk.result())
    print("1..%d\n# %d passed, %d failed" % (sum(counts.values()), counts[True], counts[False]))
    return 0 if counts[True] and not counts[False] else 1


if __name__ == "__main__":
    sys.exit(main())
