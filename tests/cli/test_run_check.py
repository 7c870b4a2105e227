"""sluice run --check and --dump-config: settings and rules are read, nothing else is touched."""
from harness import Harness

GOOD = 'alert udp any any -> any 53 (content:"a"; sid:1;)\n'
WRONG = 'alert udp any any -> any 53 (contnet:"a"; sid:2;)\n'
LATER = 'alert llmnr any any -> any any (content:"a"; sid:3;)\n'  # needs a parser that is not built yet

h = Harness()


def checked(rules, run="", more=""):
    """`run`: more lines of that section, from line 6 on; `more`: other sections, from line 8 on when there are none."""
    h.write("r.rules", rules)
    h.write("run.yaml", "cache: no\nrun:\n  interface: lo\n  rules: r.rules\n  eve: eve.json\n%s  steering:\n    udp: 53\n%s" %
            (run, more))
    return h.run("run", "--check", "-c", "run.yaml")


def counts(name, code, text, *args, says=()):
    p = checked(*args)
    h.exits(name, code, p, *says)
    h.check(name + ": counts", p.stdout.decode() == text, p.stdout)


def wrong_rules():
    counts("right rules", 0, "1 rules, 0 refused\n", GOOD)
    counts("no rules", 0, "0 rules, 0 refused\n", "# none yet\n")
    for word in ("keep", "skip"):
        counts(word, 3, "1 rules, 1 refused\n", GOOD + WRONG, f"  wrong-rules: {word}\n", says=("r.rules:2:30", "contnet"))
    counts("refuse", 3, "", GOOD + WRONG, "  wrong-rules: refuse\n", says=("contnet", "1 rules are wrong", "skip takes the others"))
    counts("refuse what comes later", 3, "1 rules, 1 refused\n", GOOD + LATER, "  wrong-rules: refuse\n")
    counts("nothing is left", 3, "", WRONG, says=("no rule is left",))


def slips():
    h.exits("a word", 2, checked(GOOD, "  wrong-rules: maybe\n"),
            'error: run.yaml:6:16: run.wrong-rules: expected keep, skip or refuse, not "maybe"')
    h.exits("an entry", 2, checked(GOOD, more="verdict:\n  host-block:\n    - sids: 5\n"), "run.yaml:10:", "seconds is missing")


    p = checked(GOOD, "  interfaces: [eth1]\n")
    h.exits("what is found later", 2, p, "error: run.yaml:3: run.interface and run.interfaces are given")


def dump():
    checked(GOOD, "  fail: closed\n")
    lines = h.run("run", "--dump-config", "-c", "run.yaml").stdout.decode().split("\n")
    for line in ("run.mode: span  # default", "run.fail: closed  # run.yaml:6", "run.odd: pass  # default",
                 "run.wrong-rules: keep  # default"):
        h.check("dump: " + line, line in lines, lines)


wrong_rules()
slips()
dump()
h.finish()
