"""sluice rule fmt and search: one layout, which is stable and means the same; rules found by what they say."""
import glob
import json
import os

from broken_rules import BROKEN, unmark, whole
from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
h = Harness()
MESSY = """\ufeff# A comment   \r
\r
alert   tcp [10.0.0.0/8, !10.1.0.0/16]  any ->   any [80,  443] (msg:"a  b"; content:"x\\;y"  ;nocase;content: "|0d 0a|" ; \\
    sid:1;rev: 1;  )
#alert  off
alert tcp any any -> any any (broken;   sid:2;)


alert tcp any any -> any any ( content:"abc"; sid:3; )

"""
TIDY = """# A comment

alert tcp [10.0.0.0/8,!10.1.0.0/16] any -> any [80,443] (msg:"a  b"; content:"x\\;y"; nocase; content:"|0d 0a|"; sid:1; rev:1;)
#alert  off
alert tcp any any -> any any (broken;   sid:2;)


alert tcp any any -> any any (content:"abc"; sid:3;)
"""


def fmt(*args):
    return h.run("rule", "fmt", *args)


def layout():
    h.write("m.rules", MESSY)
    out = fmt("m.rules")
    h.exits("prints", 0, out)
    h.check("the layout", out.stdout.decode() == TIDY, out.stdout)
    check = fmt("--check", "m.rules")
    h.exits("--check", 1, check)
    h.check("--check names it", check.stdout == b"m.rules\n", check.stdout)
    diff = fmt("--diff", "m.rules")
    h.exits("--diff", 1, diff)
    h.check("--diff shows it", b'+alert tcp any any -> any any (content:"abc"; sid:3;)\n' in diff.stdout, diff.stdout)
    h.exits("--write", 0, fmt("--write", "m.rules"))
    h.check("--write changes it", open("m.rules").read() == TIDY)
    h.exits("then all is well", 0, fmt("--check", "m.rules"))
    h.exits("two wishes", 2, fmt("--check", "--write", "m.rules"), "only one")
    h.exits("nothing", 2, fmt(), "no rules")
    h.exits("no such file", 2, fmt("none.rules"), "none.rules")
    h.exits("our own rules", 0, fmt("--check", os.path.join(ROOT, "signatures")))


def loaded(name):
    """What the checker says of a file, without the places: the same rules give the same."""
    out = h.run("rule", "check", "--json", name).stdout.decode().splitlines()
    return sorted((f["code"], f.get("sid", 0), f["message"]) for f in map(json.loads, out) if "line" not in f["message"])


def stable():
    """Ours, each with its blanks disturbed; whatever is broken as well."""
    text = "".join(open(name).read() for name in sorted(glob.glob(os.path.join(ROOT, "signatures", "*.rules"))))
    disturbed = "".join(line if line[0] == "#" else line.replace("; ", ";   ").replace(" -> ", "   ->  ").replace("\n", "  \n")
                        for line in text.splitlines(keepends=True))
    for name, rules in ("ours", text), ("disturbed", disturbed), ("broken", "\n".join(unmark(whole(m))[0] for _, m in BROKEN)):
        h.write("a.rules", rules)
        once = fmt("a.rules").stdout
        h.write("b.rules", once)
        h.check(name + ": a second time changes nothing", fmt("b.rules").stdout == once)
        h.check(name + ": the same rules", [f[:2] for f in loaded("a.rules")] == [f[:2] for f in loaded("b.rules")])
    h.write("a.rules", disturbed)
    h.check("blanks do not matter", fmt("a.rules").stdout.decode().split("\n") == text.split("\n")[:-1] + [""])


def search():
    h.write("s.rules", """# alert in a comment needle
alert tcp any any -> any any (msg:"First Needle"; content:"abc"; flowbits:set,seen.a; reference:cve,2021-44228; sid:44;)
alert tcp any any -> any any (msg:"second"; \\
    flowbits:isset,seen.a|seen.b; content:"needle"; metadata:cve CVE_2021_4422; sid:441;)
alert tcp any any -> any any (msg:"broken"; contnet:"needle"; sid:5;)
""")

    def found(*patterns):
        out = h.run("rule", "search", "--json", "--rules", "s.rules", *patterns).stdout.decode().splitlines()
        return [json.loads(line)["sid"] for line in out]

    for patterns, sids in (("44",), [44]), (("needle",), [44, 441, 5]), (("needle", "flowbit:seen.a"), [44, 441]), (("flowbit:seen.b",), [441]), \
            (("flowbit:seen",), []), (("CVE-2021-44228",), [44]), (("cve-2021-4422",), [441]), (("keyword:flowbits",), [44, 441]), \
            (("keyword:contnet",), [5]), (("keyword:flow",), []), (("nothing",), []):
        h.check("search %s" % (patterns,), found(*patterns) == sids, found(*patterns))
    out = h.run("rule", "search", "--rules", "s.rules", "441")
    h.exits("found", 0, out)
    h.check("file, line, rule", out.stdout.startswith(b's.rules:3: alert tcp any any -> any any (msg:"second";     flowbits'), out.stdout)
    h.exits("none", 1, h.run("rule", "search", "--rules", "s.rules", "nothing"))
    h.exits("no rules", 2, h.run("rule", "search", "x"), "--rules")
    h.exits("no pattern", 2, h.run("rule", "search", "--rules", "s.rules"), "nothing to look for")
    h.check("count", h.run("rule", "search", "--count", "--rules", "s.rules", "needle").stdout == b"3\n")


for part in (layout, stable, search):
    part()
h.finish()
