"""sluice rule profile: counts that hold on any machine, over captures of ours; times only where they must add up."""
import json
import os
import re

from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
SIGNATURES, DEMO = os.path.join(ROOT, "signatures"), os.path.join(ROOT, "pcaps", "demo.pcap")
h = Harness()


def profile(*args):
    return h.run("rule", "profile", *args)


def report(*args):
    p = profile("--json", *args)
    return json.loads(p.stdout) if p.stdout else {"rules": [], "error": p.stderr}


def counts(rule):
    """What does not depend on the machine."""
    return (rule["sid"], rule["candidates"], rule["evaluations"], rule["matches"], rule["bytes"],
            sorted((e["answer"], e["where"], e["option"], e["count"]) for e in rule["ends"]))


h.exits("no rules", 2, profile(DEMO), "--rules")
h.exits("no capture", 2, profile("-r", SIGNATURES), "capture")
h.exits("no such capture", 2, profile("-r", SIGNATURES, "nowhere.pcap"), "nowhere.pcap")
h.exits("no such key", 2, profile("-r", SIGNATURES, "--sort", "beauty", DEMO), "--sort is cycles")
h.exits("no such sid", 2, profile("-r", SIGNATURES, "--sid", "1", DEMO), "no rule that could be loaded has sid 1")
h.exits("no number", 2, profile("-r", SIGNATURES, "--top", "many", DEMO), "--top needs a number")
h.write("wrong.rules", 'alert tcp any any -> any any (contnet:"a"; sid:1;)\n')
h.exits("every rule is wrong", 2, profile("-r", "wrong.rules", DEMO), "wrong.rules:1:31", "no rule that could be loaded")

whole = report("-r", SIGNATURES, DEMO)
rules = {r["sid"]: r for r in whole["rules"]}
h.check("packets", whole["packets"] == 220 and whole["bytes"] == 34928, whole)
h.check("the sums are those of the rules", all(whole[k] == sum(r[k] for r in whole["rules"])
                                              for k in ("candidates", "evaluations", "matches", "cycles")), whole)
for r in whole["rules"]:
    h.check("every candidate ends somewhere", sum(e["count"] for e in r["ends"]) == r["candidates"], r)
    h.check("... and takes its time there", sum(e["cycles"] for e in r["ends"]) == r["cycles"], r)
    h.check("an evaluation is a candidate", r["matches"] <= r["evaluations"] <= r["candidates"], r)
    h.check("the longest is one of all", r["cycles_most"] <= r["cycles"], r)
    h.check("flows", 1 <= len(r["worst_flows"]) <= 8 and
            all(f["cycles_least"] <= f["cycles_most"] for f in r["worst_flows"]), r)
    least = [f["cycles_least"] for f in r["worst_flows"]]
    h.check("the worst flow first", least == sorted(least, reverse=True), r)
h.check("what alerts has matched", all(rules[sid]["matches"] for sid in (9000043, 9000022, 9000025, 9000061, 9000003)), rules.keys())
h.check("where a rule fails", {"answer": "failed", "where": "packet", "option": "ipopts:lsrr", "count": 220} ==
        {k: v for k, v in rules[9000141]["ends"][0].items() if k != "cycles"}, rules[9000141])

again = report("-r", SIGNATURES, "-j", "2", DEMO)
h.check("two workers count the same", sorted(map(counts, again["rules"])) == sorted(map(counts, whole["rules"])) and
        again["workers"] == 2)

for key in ("cycles", "candidates", "evaluations", "matches", "bytes"):
    values = [r[key] for r in report("-r", SIGNATURES, "--sort", key, DEMO)["rules"]]
    h.check("sorted by " + key, len(values) > 10 and values == sorted(values, reverse=True), values)
h.check("--top", len(report("-r", SIGNATURES, "--top", "3", DEMO)["rules"]) == 3)
h.check("--sid", [r["sid"] for r in report("-r", SIGNATURES, "--sid", "9000061", "--sid", "9000043", DEMO)["rules"]] and
        len(report("-r", SIGNATURES, "--sid", "9000061", "--sid", "9000043", DEMO)["rules"]) == 2)

table = profile("-r", SIGNATURES, "--sort", "candidates", "--top", "5", DEMO).stdout.decode().splitlines()
h.check("a table", len(table) == 1 + 5 + 2 and re.match(r" +sid +cycles +share", table[0]) and
        re.match(r" *\d{7} .* 100% ", table[1]) and table[6].startswith("220 packets, "), table)
detail = profile("-r", SIGNATURES, "--sid", "9000061", DEMO).stdout.decode()
h.check("a rule in detail", 'sid 9000061 "SLUICE EXPLOIT JNDI' in detail and "matched  matched" in detail and
        "TCP 198.51.100.23:42002 -> 192.168.10.80:80" in detail, detail)

stacks = profile("-r", SIGNATURES, "--folded", DEMO).stdout.decode().splitlines()
h.check("stacks", stacks and all(re.fullmatch(r"\d+ [^;]*;[^;]+;[^;]+ \d+", line) for line in stacks), stacks[:5])
h.check("a stack", any(line.startswith("9000141 ") and ";packet;ipopts:lsrr " in line for line in stacks), stacks[:5])

p = profile("-r", SIGNATURES, "--budget", "0", "--sid", "9000061", DEMO)
h.exits("above the budget", 1, p, "sid 9000061 takes ", "above the budget of 0")
h.check("... and no other rule is named", p.stderr.count(b"above the budget") == 1, p.stderr)
h.exits("below the budget", 0, profile("-r", SIGNATURES, "--budget", "1000000000000", DEMO))
h.exits("settings", 0, profile("-r", SIGNATURES, "--set", "HOME_NET=192.0.2.0/24", DEMO))
quiet = report("-r", SIGNATURES, "--set", "HOME_NET=192.0.2.0/24", DEMO)
h.check("... are those of the run", quiet["matches"] < whole["matches"], (quiet["matches"], whole["matches"]))
h.finish()
