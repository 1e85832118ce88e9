#!/usr/bin/env python3
"""Makes C out of a vectors.json (format: tests/vectors/README.md).

usage: tools/vectors.py VECTORS.JSON test > test/vectors.h
       tools/vectors.py VECTORS.JSON selftest > core/selftest_data.h

hardened.json is read from beside it.
"""
import json
import os
import sys

source, what = sys.argv[1:]
v = json.load(open(source))
hardened = json.load(open(os.path.join(os.path.dirname(source), "hardened.json")))
GROUPS, PROFILES = ("modp2048-q256", "p256"), ("as-published", "rfc6628", "framed")
SELFTEST = (("modp2048-q256", "as-published"), ("p256", "rfc6628"), ("p256", "framed"))


def text(s):
    return s.encode().hex()


NUMBERS = ("key_bytes", "direction")


def flash_table(kind, fields, rows):
    """Strings one by one, so that a board can keep them in flash (core/flash.h)."""
    print("struct %s_case {" % kind)
    for f in fields:
        print("    %s%s;" % ("int " if f in NUMBERS else "flash_text ", f))
    print("};\n")
    for i, r in enumerate(rows):
        for f, x in zip(fields, r):
            if f not in NUMBERS:
                print('static const FLASH char %s_%d_%s[] = "%s";' % (kind, i, f, x))
        print()
    print("static const FLASH struct %s_case %s_cases[] = {" % (kind, kind))
    for i in range(len(rows)):
        print("    {%s}," % ", ".join(str(x) if f in NUMBERS else "%s_%d_%s" % (kind, i, f) for f, x in zip(fields, rows[i])))
    print("};\n")


def row(values):
    print("    {" + ",\n     ".join('"%s"' % x if isinstance(x, str) else str(x) for x in values) + "},")


def table(kind, fields, rows):
    print("struct %s_case {" % kind)
    for f in fields:
        print("    %s%s;" % ("int " if f in NUMBERS else "const char *", f))
    print("};\n\nstatic const struct %s_case %s_cases[] = {" % (kind, kind))
    for r in rows:
        row(r)
    print("};\n")


def augpake(c):
    return [c["group"], c["profile"], text(c["client"]), text(c["server"]), text(c["password"]),
            c["x"].rjust(64, "0"), c["w"].rjust(64, "0"), c["X"], c["Y"], c["K"], c["Vc"], c["Vs"], c["SK"], c["y"].rjust(64, "0"), c["W"]]


SEALED = "key nonce ad plaintext sealed".split()
HOP = "sk direction counter topic plaintext payload".split()


def hop(c):
    return [c["sk"], c["direction"], c["counter"], text(c["topic"]), c["plaintext"], c["payload"]]


mine = [c for c in v["augpake"] if c["group"] in GROUPS and c["profile"] in PROFILES]
print("/* Made by tools/vectors.py %s; do not edit. All values but names of groups and profiles are hex. */" % what)
if what == "selftest":
    print('#ifndef SELFTEST_DATA_H\n#define SELFTEST_DATA_H\n\n#include "flash.h"\n')
    first = [next(c for c in mine if c["group"] == g and c["profile"] == p) for g, p in SELFTEST]
    keep = (0, 1, 2, 3, 4, 5, 8, 10, 11, 13)
    flash_table("handshake", "group profile client server password x Y Vc Vs y".split(), [[augpake(c)[i] for i in keep] for c in first])
    mode = [m for m in v["present_modes"] if len(m["plaintext"]) == 18]
    names = "key nonce ad plaintext ecb_pkcs7 ctr_iv_nonce cmac eax_ciphertext eax_tag".split()
    flash_table("mode", names, [[m[n] for n in names] for m in mode])
    GCM = "key nonce ad plaintext ciphertext tag".split()
    print("#ifndef WITHOUT_AUGMQTT")
    flash_table("gcm", GCM, [[c[n] for n in GCM] for c in v["aes128_gcm"] if len(c["plaintext"]) in (0, 32, 120)][:4])
    flash_table("hop", HOP, [hop(c) for c in v["hop_seal"] if c["topic"] == "lab/b1" and len(c["plaintext"]) in (18, 32)])
    print("#endif\n")
    print("#ifndef WITHOUT_HARDENED")
    flash_table("ascon", SEALED, [[c[n] for n in SEALED] for c in hardened["ascon"] if len(c["plaintext"]) in (0, 34) and len(c["ad"]) in (0, 34)])
    flash_table("eax", SEALED, [[c[n] for n in SEALED] for c in hardened["eax"] if len(c["plaintext"]) in (0, 18, 32)])
    print("#endif\n")
    print("#endif")
else:
    print("#ifndef VECTORS_H\n#define VECTORS_H\n")
    table("augpake", "group profile client server password x w X Y K Vc Vs SK y W".split(), map(augpake, mine))
    table("reject", "group why element".split(),
          [[c["group"], c["why"], c["element"]] for c in v["augpake_reject"] if c["group"] in GROUPS])
    table("block", "key plaintext ciphertext".split(), [[c[k] for k in ("key", "plaintext", "ciphertext")] for c in v["present"]])
    names = "key nonce ad plaintext ecb_pkcs7 ctr_iv_nonce cmac eax_ciphertext eax_tag".split()
    table("mode", names, [[m[n] for n in names] for m in v["present_modes"]])
    names = "key nonce ad plaintext ciphertext tag".split()
    table("gcm", names, [[c[n] for n in names] for c in v["aes128_gcm"]])
    table("hop", HOP, map(hop, v["hop_seal"]))
    table("ascon", SEALED, [[c[n] for n in SEALED] for c in hardened["ascon"]])
    table("eax", SEALED, [[c[n] for n in SEALED] for c in hardened["eax"]])
    names = "u client server password x y W X Y Vc Vs SK".split()
    table("pair_login", ["j"] + names, [["%016x" % c["j"]]
                                        + [text(c[n]) if n in ("client", "server", "password") else c[n] for n in names] for c in hardened["logins"]])
    names = "client server password x y W X Y Vc Vs SK".split()
    table("pair_run", names, [[text(c[n]) if n in ("client", "server", "password") else c[n] for n in names] for c in [hardened["pair_run"]]])
    table("pair_name", ["u", "j", "pseudonym"], [[c["u"], "%016x" % c["j"], c["pseudonym"]] for c in hardened["pseudonyms"]])
    table("pair_keys", "cipher sk sk_ps topic tk epoch sender start hop wire".split(),
          [[c["cipher"], c["sk"], c["sk_ps"], text(c["topic"]), c["tk"], "%08x" % c["epoch"], "%08x" % c["sender"], "%016x" % c["start"], c["pair_topic"][2:], c["wire_topic"][2:]]
           for c in hardened["schemes"]])
    table("pair_message", "cipher direction count peer body wire".split(),
          [[c["cipher"], m["direction"], "%016x" % m["count"], text(m["peer"]), m["body"], m["wire"]] for c in hardened["schemes"] for m in c["pair_messages"]])
    table("epoch_message", "cipher counter plaintext signature wire".split(),
          [[c["cipher"], "%016x" % int(m["counter"]), m["plaintext"], m["signature"], m["wire"]] for c in hardened["schemes"] for m in c["messages"]])
    names = "private public message signature".split()
    table("signature", ["secret"] + names[1:], [[c[n] for n in names] for c in hardened["signatures"]])
    names = "skp sks ks key_bytes wrapped_for_publisher wrapped_for_subscriber payload published".split()
    table("present_pair", names, [[m[n] for n in names] for m in v["mqtt_present"]])
    print("#endif")
