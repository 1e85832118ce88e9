#!/usr/bin/env python3
"""Keeps the generated tables of README.md, each between <!-- NAME --> and <!-- /NAME -->.

usage: COMMAND | tools/readme.py write NAME README.md      puts what COMMAND prints there
       COMMAND | tools/readme.py check NAME README.md      fails where a number there is off by more than 5 %
"""
import re
import sys

verb, name, path = sys.argv[1:]
made, text = sys.stdin.read().strip(), open(path).read()
start, end = "<!-- %s -->\n" % name, "\n<!-- /%s -->" % name
before, rest = text.split(start)
kept, after = rest.split(end)
if verb == "write":
    if not made:
        sys.exit("nothing came to be put into %s" % path)
    open(path, "w").write(before + start + made + end + after)
else:
    def rows(table):
        return {c[0]: [float(n.replace(",", "")) for n in re.findall(r"\d[\d,]*", " ".join(c[1:]))]
                for c in ([w.strip() for w in line.strip("| ").split("|")] for line in table.splitlines())}

    now, then = rows(made), rows(kept)
    stale = [k for k in now if k not in then or len(now[k]) != len(then[k]) or any(abs(a - b) > 0.05 * b for a, b in zip(now[k], then[k]))]
    if stale or now.keys() != then.keys():
        sys.exit("%s: table '%s' is no longer true of: %s; make readme" % (path, name, ", ".join(stale) or "rows that are gone"))
    print("ok - table '%s' of %s is true within 5 %%" % (name, path))
