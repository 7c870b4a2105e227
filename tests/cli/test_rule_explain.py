"""sluice rule explain: why a rule fires on a capture, or does not: over captures of ours, and single answers."""
import glob
import json
import os
import re
import sys

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import our_captures
from harness import Harness

h = Harness()
our_captures.make(h.sluice, "ours")


def explain(*args):
    return h.run("rule", "explain", *args)


def answer(*args):
    """(exit status, what it says of the first rule)."""
    p = explain(*args, "--json")
    return p.returncode, json.loads(p.stdout.splitlines()[0]) if p.stdout else {"error": p.stderr}


def capture(name):
    return os.path.join("ours", name + ".pcap")


def why(said):
    """What the nearest case says of the first option that failed."""
    return next((o.get("why", "") for c in said["cases"][:1] for o in c["options"] if o["answer"] == "failed"), None)


h.exits("no capture", 2, explain("alert ip any any -> any any (sid:1;)"), "--capture")
h.exits("no such sid", 2, explain(os.path.join(ROOT, "signatures", "web.rules"), "--sid", "1", "--capture", capture("9000001-miss")),
        "no rule of that sid")
h.exits("no such capture", 2, explain("alert ip any any -> any any (sid:1;)", "--capture", "nowhere.pcap"), "nowhere.pcap")
h.exits("a rule that is wrong", 2, explain("alert ip any any -> any any (contnet:\"a\"; sid:1;)", "--capture", capture("9000001-miss")),
        "contnet")

# Every fourth signature of ours: it fires on its capture, and of its near miss there is something to say.
for path in sorted(glob.glob(os.path.join(ROOT, "signatures", "*.rules"))):
    with open(path) as f:
        sids = re.findall(r"^alert .*\bsid:(\d+);", f.read(), re.M)
    for sid in sids[::4]:
        code, said = answer(path, "--sid", sid, "--capture", capture(sid + "-alert"))
        h.check(sid + " fires", code == 0 and said["alerted"] > 0, said)
        matching = [c for c in said["cases"] if c["matches"]]
        h.check(sid + ": all of a case that matches", all(o["answer"] == "matched" for c in matching for o in c["options"]), matching)
        code, said = answer(path, "--sid", sid, "--capture", capture(sid + "-miss"))
        failed = any(o["answer"] == "failed" for c in said["cases"] for o in c["options"])
        h.check(sid + " has a near miss", code == 1 and not said["alerted"] and (failed or said["packets_not_looked_into"] or
                                                                                 said["silenced"] or said["matched"]), said)

shell = capture("9000001-alert")  # a command prompt, sent to the server: "Microsoft Windows [Version 10.0...]\r\n(c) Microsoft"
RULE = 'alert tcp any any -> any any (msg:"m"; %s sid:1;)'
for name, options, words in (
        ("not there", 'content:"Linux";', "not in the 128 bytes of payload"),
        ("too far for depth", 'content:"Corporation"; depth:20;', "not where offset and depth allow it: it is at 59 "),
        ("too far for within", 'content:"Windows"; content:"Corporation"; within:30;',
         "not where distance and within allow it: it is at 59, "),
        ("not at the start", 'content:"Windows"; startswith;', "not at the start: it is at 10 "),
        ("there, and must not be", 'content:"[Version"; content:!"Corporation"; within:100;', "it is there, at 59 of 128 bytes of payload"),
        ("a pattern", 'content:"Microsoft"; pcre:"/[0-9]{12}/R";', "does not hold at 9 of the 128 bytes of payload"),
        ("the direction", 'flow:to_client; content:"Microsoft Windows";', "this goes to the server"),
        ("the protocol", 'app-layer-protocol:http; content:"Microsoft Windows";', None),
        ("the size", 'dsize:>1000; content:"Microsoft Windows";', "the packet has 116 bytes of payload")):
    code, said = answer(RULE % options, "--capture", shell)
    told = why(said)
    h.check(name, code == 1 and told is not None and (words is None or words in told), (told, said))

_, said = answer(RULE % 'content:"o"; content:"r"; distance:0; within:1; pcre:"/Corp[a-z]+/";', "--capture", shell)
places = [o.get("why") for o in said["cases"][0]["options"]]
h.check("where each lies in the match, not where it first might", places[1:] == ["at 60 of 128 bytes of payload", "at 61 of 128 bytes of payload",
        "ends at 70 of 128 bytes of payload"], places)

text = explain(RULE % 'content:"Corporation"; depth:20;', "--capture", shell).stdout.decode()
h.check("bytes and their mark", re.search(r"^ +[0-9a-f]{6}  (?:[0-9a-f]{2} )+.*Corpo", text, re.M) and "^^" in text, text)

h.write("bits.rules", RULE.replace("sid:1", "sid:2") % 'content:"nowhere"; flowbits:set,seen;' + "\n" +
        RULE % 'content:"Microsoft"; flowbits:isset,seen;' + "\n")
p = explain("bits.rules", "--sid", "1", "--capture", shell)
h.exits("a flowbit", 1, p)
h.check("who sets it", b"seen is set by sid 2, which matched 0 times" in p.stdout, p.stdout)
code, said = answer(RULE % 'content:"Microsoft"; detection_filter:track by_src, count 5, seconds 60;', "--capture", shell)
h.check("a threshold", code == 1 and said["matched"] and said["silenced"] and not said["alerted"], said)
h.write("many.rules", "\n".join(RULE.replace("sid:1", "sid:%d" % i) % 'content:"Corporation";' for i in range(1, 21)) + "\n")
rules = [json.loads(line) for line in explain("many.rules", "--capture", shell, "--json").stdout.splitlines()]
h.check("the cap of a packet's alerts", [(r["alerted"], r["lost"]) for r in rules] == [(1, 0)] * 15 + [(0, 1)] * 5, rules)

# What other rules of the file take from the one asked about.
code, said = answer("many.rules", "--sid", "20", "--capture", shell)
h.check("who took the alerts", code == 1 and said["matched"] == 1 and not said["alerted"] and
        "the 15 alerts that a packet may raise were taken by sid 1, 2, 3, " in said["reasons"][-1], said)
code, said = answer("many.rules", "--sid", "15", "--capture", shell)
h.check("in time for the alerts", code == 0 and said["alerted"] == 1 and not said["reasons"], said)
h.write("pass.rules", RULE.replace("alert", "pass").replace("sid:1", "sid:7") % 'content:"Microsoft";' + "\n" +
        RULE % 'content:"Corporation";' + "\n")
code, said = answer("pass.rules", "--sid", "1", "--capture", shell)
h.check("a pass rule hides it", code == 1 and said["matched"] and not said["alerted"] and
        said["reasons"][-1].endswith("pass rule sid 7 hid it"), said)
h.write("drop.rules", RULE.replace("alert", "drop").replace("sid:1", "sid:7") % 'content:"nowhere";' + "\n" + RULE % 'content:"Corporation";' + "\n")
code, said = answer("drop.rules", "--sid", "1", "--capture", shell)
h.check("a drop rule that does not match hides nothing", code == 0 and said["alerted"] == 1 and not said["reasons"], said)
code, said = answer("pass.rules", "--sid", "7", "--capture", shell)
h.check("reasons of a pass rule", code == 1 and said["reasons"] == ["it is a pass rule: what it matches raises no alert"], said)

# Asking changes nothing: the set that a rule fills is as the engine finds it.
code, said = answer(RULE.replace("alert tcp", "alert http") % "http.uri; dataset:set,seen,type string;", "--capture", capture("9000046-alert"))
h.check("dataset:set", code == 0 and said["alerted"] > 0, said)

# What was found where a condition failed; what the traffic is when the rule is about something else.
for name, rule, words in (
        ("events", RULE % "stream-event:fin2_fin_wrong_seq;", "the packet has no event"),
        ("bytes of a flow", RULE % "flow.bytes:toserver,>100000000;", " bytes to the server, "),
        ("flags", RULE % "flags:UF;", "the packet's flags are "),
        ("ttl", RULE % "ttl:3;", "it is "),
        ("the ends", RULE.replace("any any (", "192.0.2.77 9 (") % "dsize:>0;", "another destination address, destination port"),
        ("news", RULE % "app-layer-protocol:http;", None),
        ("another protocol", RULE.replace("alert tcp", "alert http") % 'http.uri; content:"x";', "the rule is about http; the flow's protocol "),
        ("no flow's beginning", RULE.replace("alert tcp", "alert dns") % 'dns.query; content:"x";', "the rule is about dns; ")):
    code, said = answer(rule, "--capture", shell)
    told = why(said)
    h.check(name, code == 1 and told is not None and (words is None or words in told), (told, said))
code, said = answer(RULE.replace("alert tcp any any ->", "alert http any any =>") % 'http.uri; content:"@@@"; http.stat_code; content:"200";',
                    "--capture", capture("9000046-alert"))
h.check("of a rule with => the other side is not asked here", code == 1 and [o["answer"] for o in said["cases"][0]["options"]] in (
        ["matched", "failed", "not_reached"], ["matched", "not_reached", "matched"]), said)
code, said = answer(RULE % "dsize:>60000;", "--capture", shell)
h.check("a packet is counted once", all(n <= 30 for n in said["packets_not_looked_into"].values()), said)
p = explain(RULE.replace("alert", "pass") % 'content:"Corporation";', "--capture", shell)
h.check("a pass rule", p.returncode == 1 and b"it is a pass rule" in p.stdout, p.stdout)
h.finish()
