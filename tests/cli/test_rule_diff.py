"""sluice rule diff: rules of ours, changed in one way each, over captures of ours; and files of EVE."""
import json
import os
import re

from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
DEMO = os.path.join(ROOT, "pcaps", "demo.pcap")
h = Harness()

A = """alert tcp any any -> any any (msg:"one"; content:"HTTP/1."; sid:1; rev:1;)
alert tcp any any -> any any (msg:"two"; content:"USER "; sid:2; rev:1;)
alert tcp any any -> any any (msg:"three"; content:"jndi"; classtype:misc-activity; sid:3; rev:1;)
alert tcp any any -> any any (msg:"four"; flow:established; content:"nobody sends this"; sid:4; rev:1;)
alert tcp any any -> any any (msg:"five"; content:"uid="; sid:5; rev:1;)
"""
h.write("a.rules", A)


def diff(*args):
    return h.run("rule", "diff", *args)


def changed(old, new):
    """What diff says, as JSON, when that is done to A."""
    assert old in A
    h.write("b.rules", A.replace(old, new))
    p = diff("a.rules", "b.rules", DEMO, "--json")
    said = json.loads(p.stdout) if p.stdout else {"rules": [], "error": p.stderr}
    return p.returncode, said, {r["sid"]: r for r in said["rules"]}


h.exits("no capture", 2, diff("a.rules", "a.rules"), "two files (or folders) of rules and a capture")
h.exits("one EVE file", 2, diff("--eve", "a.json"), "--eve needs two files")
h.exits("no such capture", 2, diff("a.rules", "a.rules", "nowhere.pcap"), "nowhere.pcap")
h.exits("no such rules", 2, diff("a.rules", "nowhere.rules", DEMO), "nowhere.rules")

p = diff("a.rules", "a.rules", DEMO)
h.exits("the same rules", 0, p)
h.check("... say so", re.search(rb"^[1-9]\d* alerts are the same, 0 lost, 0 gained, 0 changed$", p.stdout, re.M), p.stdout)

code, said, by = changed('content:"USER "; sid:2; rev:1', 'content:"USERS"; sid:2; rev:2')
h.check("lost", code == 1 and by[2]["lost"] == 1 and by[2]["text"] == "differs" and by[2]["first_lost"]["signature"] == "two" and
        said["lost"] == 1 and not said["gained"] and by[2]["first_lost"]["pcap_cnt"], said)
code, said, by = changed("nobody sends this", "PASS ")
h.check("gained", code == 1 and by[4]["gained"] and by[4]["first_gained"]["ends"].startswith("TCP ") and not said["lost"], said)
code, said, by = changed('alert tcp any any -> any any (msg:"three"', 'drop tcp any any -> any any (msg:"drei"')
h.check("changed", code == 1 and by[3]["changed"] == 1 and by[3]["first_changed"]["a"]["signature"] == "three" and
        by[3]["first_changed"]["b"]["signature"] == "drei", said)
h.check("... and what the drop ends is lost", said["lost"] == by[1]["lost"] == 1 and by[1]["text"] == "same", said)
code, said, by = changed('content:"uid="', 'content:"uid="; priority:1')
h.check("a severity", code == 1 and by[5]["first_changed"]["a"]["severity"] != by[5]["first_changed"]["b"]["severity"], said)
code, said, by = changed("sid:5; rev:1", 'sid:5; rev:2; reference:url,example.com')
h.check("only the text", code == 0 and by[5]["text"] == "differs" and by[5]["same"] and not by[5]["changed"], said)
code, said, by = changed("content:\"USER \"; sid", "content:\"USER \";   sid")
h.check("only the layout", code == 0 and by[2]["text"] == "same", said)
code, said, by = changed("jndi\"", "jndi\"; contnet:\"a\"")
h.check("refused", code == 1 and by[3]["lost"] == 1 and 'no such keyword: "contnet"' in by[3]["refused_by_b"] and said["b"]["refused"] == 1, said)
code, said, by = changed(A.splitlines()[0] + "\n", "")
h.check("not there", code == 1 and by[1]["text"] == "only_a" and by[1]["lost"] == said["lost"] > 0, said)
code, said, by = changed(A.splitlines()[3] + "\n", "")
h.check("not there, and no alert", code == 0 and by[4]["text"] == "only_a" and not said["lost"], said)

# A rule that needs another packet of the same conversation.
h.write("b.rules", A.replace('msg:"one"; content:"HTTP/1."', 'msg:"one"; flow:to_client; content:"HTTP/1."'))
h.write("a2.rules", A.replace('msg:"one"; content:"HTTP/1."', 'msg:"one"; flow:to_server; content:"HTTP/1."'))
p = diff("a2.rules", "b.rules", DEMO)
h.exits("moved", 1, p)
h.check("... to another packet", re.search(rb'^changed  sid 1 "one": \d+ alerts?; the rule\'s text differs\n  \S+  TCP .* packet \d+\n  is now at .* packet \d+$', p.stdout, re.M),
        p.stdout)

h.write("b.rules", A.replace("nobody sends", "nobody gets").replace("USER ", "USERS"))
text = diff("a.rules", "b.rules", DEMO, "-j", "2").stdout.decode()
h.check("text", 'lost     sid 2 "two": 1 alert; the rule\'s text differs\n' in text and
        "1 rule read otherwise, which changed nothing here: 4 (0 alerts)\n" in text and "A a.rules: 5 rules (0 refused), " in text, text)

# EVE of two runs.
for name in "a", "b":
    h.run("replay", "--quiet", "--rules", name + ".rules", "--eve", name + ".json", DEMO)
p = diff("--eve", "a.json", "b.json")
h.exits("EVE", 1, p)
h.check("... says what rules say", 'lost     sid 2 "two": 1 alert\n' in p.stdout.decode(), p.stdout)
h.exits("EVE with itself", 0, diff("--eve", "a.json", "a.json"))
h.exits("no EVE", 2, diff("--eve", "a.json", "a.rules"), "a.rules:1:1: this is not EVE")
h.write("cut.json", open("a.json").read()[:-40])
h.exits("EVE that was cut", 2, diff("--eve", "a.json", "cut.json"), "cut.json:")
h.exits("no such EVE", 2, diff("--eve", "a.json", "nowhere.json"), "nowhere.json: cannot open")
h.write("empty.json", "")
h.exits("an empty EVE", 1, diff("--eve", "a.json", "empty.json"))
h.finish()
