#!/usr/bin/env python3
"""Boots the boards' images under QEMU and simavr, lets them work and prints what each operation costs, as Markdown.

usage: tools/costs.py VECTORS.JSON POSIX-BOARD 'NAME|TICK|EMULATOR-ARGUMENTS'...       (the Makefile's `costs` calls it)

The other side of each handshake is the posix build. Every operation runs several times, every handshake with fresh scalars; "a to b"
in the table is a cost that was not the same each time. TICK is what board.mk says a tick of t= is: "instructions", "N/M instructions" or "cycles".
"""
import fractions
import json
import os
import sys

import board
import stack

REPEAT = 3
WHO = "client=70756231 server=62726f6b6572"  # pub1, broker; the password is "password"
PROFILE = "as-published"


def handshakes(b, peer, group, verifier, roles, times, note):
    """The roles of board `b` against `peer`, so many times."""
    names = "%s group=%s profile=%s" % (WHO, group, PROFILE)
    password, server = "pw=" + b"password".hex(), "role=server %s W=%s" % (names, verifier)
    for _ in range(times):
        note("PROVISION, client", b.ask("PROVISION %s %s" % (names, password)))
        peer.ask("PROVISION " + server)
        x = note("AUG.INIT, client, %s" % group, b.ask("AUG.INIT"))["X"]
        v = note("AUG.STEP, client, %s" % group, b.ask("AUG.STEP server=62726f6b6572 Y=" + peer.ask("AUG.INIT X=" + x)["Y"]))["V"]
        note("AUG.FINISH, client", b.ask("AUG.FINISH V=" + peer.ask("AUG.STEP V=" + v)["V"]))
    for _ in range(times if "server" in roles else 0):
        note("PROVISION, server, %s" % group, b.ask("PROVISION " + server))
        peer.ask("PROVISION %s %s" % (names, password))
        y = note("AUG.INIT, server, %s" % group, b.ask("AUG.INIT X=" + peer.ask("AUG.INIT")["X"]))["Y"]
        v = note("AUG.STEP, server", b.ask("AUG.STEP V=" + peer.ask("AUG.STEP server=62726f6b6572 Y=" + y)["V"]))["V"]
        note("AUG.FINISH, server", b.ask("AUG.FINISH"))
        peer.ask("AUG.FINISH V=" + v)


def hop(b, peer, payload, verifier, note):
    """A handshake of augmqtt with board `b` as the client, and payloads both ways; the longest too, for the stack's sake."""
    names = "%s group=p256 profile=%s scheme=augmqtt" % (WHO, PROFILE)
    b.ask("PROVISION %s pw=%s" % (names, b"password".hex()))
    peer.ask("PROVISION role=server %s W=%s" % (names, verifier))
    y = peer.ask("AUG.INIT X=" + b.ask("AUG.INIT")["X"])["Y"]
    b.ask("AUG.FINISH V=" + peer.ask("AUG.STEP V=" + b.ask("AUG.STEP server=62726f6b6572 Y=" + y)["V"])["V"])
    peer.ask("AUG.FINISH")
    for length in (16, 256, payload):
        for _ in range(REPEAT):
            sealed, back = b.ask("SEAL topic=6c6162 data=" + "5a" * length), peer.ask("SEAL topic=6c6162 data=" + "5a" * length)["data"]
            opened = b.ask("OPEN topic=6c6162 data=" + back)
            if length <= 256:
                note("SEAL by hop, %d bytes" % length, sealed)
                note("OPEN by hop, %d bytes" % length, opened)


def scram(b, times, note):
    """A login of scram up to the server's signature, which is wrong, with the longest challenge a server may send; for the stack's sake."""
    b.ask("PROVISION client=%s scheme=scram pw=%s" % ("3d" * 64, "70" * 64))
    for _ in range(times):
        nonce = bytes.fromhex(b.ask("SCRAM.INIT")["sasl"]).split(b"r=")[-1]
        note("SCRAM.STEP, 4,096 iterations", b.ask("SCRAM.STEP sasl=" + (b"r=%s%s,s=%s,i=4096" % (nonce, b"n" * 100, b"YWJj" * 29)).hex()))


def measure(name, tick, arguments, verifiers, posix, vectors):
    """Operation -> list of ticks, and the deepest stack."""
    rows, elf = {}, "build/%s.elf" % name

    def note(operation, reply):
        rows.setdefault(operation, []).append(int(reply["t"]))
        return reply

    with board.emulated(elf, arguments) as b, board.posix(posix) as peer:
        identity = b.ask("ID", 30)
        b.ask("SEED seed=" + os.urandom(32).hex())
        # Where a tick is a cycle one run says all; and what takes seconds of emulation is left to MEASURE.
        groups, times = (identity["groups"].split(","), REPEAT) if tick != "cycles" else (["p256"], 1)
        for group in groups:
            handshakes(b, peer, group, verifiers[group], identity["roles"].split(","), times, note)
        if "augmqtt" in identity["schemes"].split(","):
            hop(b, peer, int(identity["payload"]), verifiers["p256"], note)
        if "scram" in identity["schemes"].split(","):
            scram(b, times, note)
        for operation in b.ask("MEASURE op=list")["ops"].split(","):
            reply = b.ask("MEASURE op=%s n=%d" % (operation, times))
            rows["MEASURE " + operation] = [int(reply["min"]), int(reply["max"])]
        if tick != "cycles":
            note("SELFTEST", b.ask("SELFTEST"))
            deepest = int(b.ask("STACK")["deepest"])
            # Keys that only a test image takes lead to the verbs of hardened.
            with board.emulated("build/%s-test.elf" % name, arguments) as other:
                stack.walk(other, peer, json.load(open(vectors))["augpake"], True)
                return rows, max(deepest, int(other.ask("STACK")["deepest"]))
    return rows, stack.measure(name, arguments, False, vectors)[0]


def shown(ticks, per_tick):
    if ticks is None:
        return "-"
    low, high = min(ticks), max(ticks)
    exact = per_tick == 1
    low_text, high_text = (f"{round(t * per_tick):,}" if exact else f"{float(f'{float(t * per_tick):.4g}'):,.0f}" for t in (low, high))
    # A coarser tick than an instruction starts anywhere in one: one tick more or less is no difference.
    return low_text if high - low <= (0 if exact else 1) else "%s to %s" % (low_text, high_text)


def main():
    source, posix, *boards = sys.argv[1:]
    cases = json.load(open(source))["augpake"]
    verifiers = {c["group"]: c["W"] for c in cases if (c["client"], c["profile"]) == ("pub1", PROFILE)}
    heads, results, stacks, ratios = [], [], [], []
    for text in boards:
        name, tick, arguments = text.split("|")
        rows, stack = measure(name, tick, arguments, verifiers, posix, source)
        results.append(rows)
        stacks.append(stack)
        ratios.append(fractions.Fraction(tick.split()[0]) if " " in tick else fractions.Fraction(1))
        heads.append("%s, %s" % (name, tick.split()[-1]))
    print("| | %s |\n|---|%s" % (" | ".join(heads), "---:|" * len(heads)))
    for operation in dict.fromkeys(o for rows in results for o in rows):
        print("| %s | %s |" % (operation, " | ".join(shown(rows.get(operation), r) for rows, r in zip(results, ratios))))
    print("| *deepest stack, bytes* | %s |" % " | ".join("-" if s is None else f"{s:,}" for s in stacks))


if __name__ == "__main__":
    main()
