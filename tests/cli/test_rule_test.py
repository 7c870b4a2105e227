"""sluice rule test: what holds, what fails and why, and the forms in which it is told."""
import json
import os
import re
import signal
import subprocess
import xml.etree.ElementTree

from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
h = Harness()

RULES = r"""alert http any any -> any any (msg:"secret"; flow:established,to_server; http.uri; content:"/secret"; startswith; sid:1;)
alert tcp any any -> any any (msg:"two"; flow:to_server; content:"aa"; content:"bb"; distance:0; within:4; sid:2;)
"""
TESTS = """rules: my.rules
tests:
  - name: the path
    expect: 1
    flows: [{http: {request: GET /secret/x}}]
    buffers: {http.uri: /secret/x, http.method: GET}
  - name: another path
    not: 1
    flows: [{http: {request: GET /a/secret}}]
  - name: three flows, one of which it is
    expect: {sid: 2, flow: near, packet: 14}
    flows:
      - {name: far, client: ":1000", steps: [{client: aa.......bb}]}
      - {name: near, client: ":2000", steps: [{client: aa..bb}]}
      - {name: none, client: ":3000", steps: [{client: bb}]}
  - name: far apart
    not: [2]
    flows: [{steps: [{client: aa.......bb}]}]
"""
h.write("t/my.rules", RULES)
h.write("t/my.test.yaml", TESTS)
p = h.run("rule", "test", "t", "--coverage")
h.check("all hold", p.returncode == 0 and b"4 passed, 0 failed" in p.stdout and b"2 of 2 rules" in p.stdout, p.stdout + p.stderr)
p = h.run("rule", "test", "t", "--filter", "far apart", "-v")
h.check("a filter", b"1 passed, 0 failed, 3 left out" in p.stdout and b"ok   t/my.test.yaml:16: far apart" in p.stdout, p.stdout)
p = h.run("rule", "test", cwd="t")
h.check("the current folder", p.returncode == 0 and b"4 passed" in p.stdout, p.stdout + p.stderr)
p = h.run("rule", "test", "t", "--coverage", "--filter", "the path")
h.check("coverage counts what ran", p.returncode == 1 and b"sid 1 has no test in which it nearly alerts" in p.stdout and b"sid 2 has no test at all" in p.stdout, p.stdout)

BAD = """rules: my.rules
tests:
  - name: wrong <all over>
    expect: {1: 2, 77: 1}
    not: 2
    flows:
      - {http: {request: GET /secret}}
      - {steps: [{client: aabb}]}
    buffers: {http.uri: /public, http.nonsense: x}
    budget: {1: 0}
  - name: too far
    expect: 2
    flows: [{steps: [{client: aa.....bb}]}]
  - name: the wrong side
    expect: 2
    flows: [{steps: [{server: aabb}]}]
  - name: one more
    expect: 2
    flows: [{steps: [{client: aabb}]}, {http: {request: GET /secret}}]
"""
h.write("t/bad.test.yaml", BAD)
p = h.run("rule", "test", "t/bad.test.yaml", "-j", "2")
out = p.stdout.decode()
h.check("failures are findings", p.returncode == 1 and "0 passed, 4 failed" in out, out)
for what in ["bad.test.yaml:4: sid 1 alerts 1 times, not 2 (packets", "bad.test.yaml:4: sid 77 is expected, and no rule that was loaded has it",
             "bad.test.yaml:5: sid 2 must not alert, and does", "bad.test.yaml:9: http.uri never has these bytes", 'there: "/secret"',
             "http.nonsense is no buffer", "sid 1 is evaluated 1 times, more than 0", 'fails at: content:"bb"; distance:0; within:4', "sid 1 alerts as well"]:
    h.check("told: " + what, what in out, out)
h.check("the direction decides", re.search(r"wrong side\n.*\n.*(direction|server)", out), out)

p = h.run("rule", "test", "t/bad.test.yaml", "t/my.test.yaml", "--json")
lines = [json.loads(line) for line in p.stdout.decode().splitlines()]
h.check("json", p.returncode == 1 and len(lines) == 9 and lines[-1]["failed"] == 4 and lines[0]["faults"][0]["line"] == 4 and
        {"sid": 1, "fires": True, "near_miss": True} in lines[-1]["coverage"], lines)
p = h.run("rule", "test", "t", "--tap", "--junit", "r.xml")
h.check("tap", p.stdout.startswith(b"TAP version 13\n1..8\nnot ok 1 - t/bad.test.yaml:3: wrong <all over>\n# sid 1"), p.stdout)
suite = xml.etree.ElementTree.parse("r.xml").getroot()
h.check("junit", suite.get("tests") == "8" and suite.get("failures") == "4" and suite[0].get("name") == "wrong <all over>" and suite[0][0].get("message").startswith("sid 1"))

# ---- inline rules, settings, captures ----
h.write("u/x.yaml", "flows: [{client: 10.1.1.1, steps: [{client: needle}]}]")
h.run("pcap", "make", "u/x.yaml", "-o", "u/x.pcap")
h.write("u/a.test.yaml", """set: {HOME_NET: 10.1.0.0/16}
tests:
  - name: a capture, rules as text, a variable
    rules: 'alert tcp $HOME_NET any -> any any (msg:"n"; content:"needle"; sid:5;)'
    capture: x.pcap
    expect: {5: any}
""")
p = h.run("rule", "test", "u")
h.check("a capture", p.returncode == 0, p.stdout + p.stderr)

# ---- tests that follow from others ----
h.write("v/a.test.yaml", """rules: 'alert tcp 10.0.0.0/24 any -> any 80 (msg:"v"; flow:established,to_server; content:"needle"; threshold:type limit, track by_src, count 1, seconds 60; sid:9;)'
tests:
  - name: hit
    expect: 9
    again: 1
    silent-when: [sides-swapped, hosts-swapped, both-near-server, other-port, no-handshake]
    flows: [{client: "10.0.0.1:1234", server: "192.0.2.1:80", steps: [{client: needle}, {server: ok}]}]
""")
p = h.run("rule", "test", "v", "-v")
h.check("variations hold", p.returncode == 0 and b"7 passed" in p.stdout and b"v/a.test.yaml:3: hit, no-handshake" in p.stdout and b"hit, again" in p.stdout, p.stdout)
text = open("v/a.test.yaml").read()
h.write("v/a.test.yaml", text.replace("no-handshake", "both-near-client").replace("again: 1", "again: 2"))
p = h.run("rule", "test", "v")
h.check("and are judged", p.returncode == 1 and b"hit, both-near-client" in p.stdout and b"sid 9 must not alert, and does" in p.stdout and b"sid 9 alerts 1 times, not 2" in p.stdout, p.stdout)
h.write("v/a.test.yaml", text.replace("no-handshake", "no-hands"))
p = h.run("rule", "test", "v")
h.check("an unknown variation", p.returncode == 2 and b"a.test.yaml:6:79: expected one of: sides-swapped" in p.stderr, p.stderr)

# ---- mutants ----
h.write("m/a.test.yaml", """rules: 'alert tcp any any -> any 80 (msg:"m"; flow:established,to_server; content:"needle"; depth:6; nocase; flowbits:isset,x; sid:6;)

  alert tcp any any -> any any (msg:"s"; content:"first"; startswith; flowbits:set,x; noalert; sid:7;)'
tests:
  - name: hit
    expect: 6
    flows: [{steps: [{client: first}, {client: needle}]}]
  - name: miss
    not: 6
    flows: [{steps: [{client: first}, {client: a needle}]}, {steps: [{client: needle}]}, {steps: [{client: first}, {server: needle}]}, {server: ":81", steps: [{client: first}, {client: needle}]}]
""")
p = h.run("rule", "test", "m", "--mutate")
out = p.stdout.decode()
h.check("mutants", p.returncode == 0 and "mutants of 2 rules" not in out and re.search(r"\d+ of \d+ mutants of 1 rules are noticed", out), out)
h.check("what a test notices", all(w not in out for w in ['content:"needle"; depth:6; nocase is left out', "flowbits:isset,x is left out", 'is content:!"needle"',
        "destination ports, 80, is any", "flow:established,to_server is flow:established,to_client"]), out)
h.check("what none does", "no test notices when nocase is left out" in out and "sid 7: no test speaks of it" in out, out)
p = h.run("rule", "test", "m", "--mutate", "--json")
last = json.loads(p.stdout.decode().splitlines()[-1])
h.check("as JSON", last["untested"] == 1 and last["noticed"] > 5 and 0 < last["score"] < 100 and {"sid": 6, "what": "nocase is left out"} in last["survivors"], last)

# ---- watching ----
with subprocess.Popen([h.sluice, "rule", "test", "u", "--watch"], stdout=subprocess.PIPE, env=h.env) as watcher:
    first = watcher.stdout.readline()
    h.write("u/b.test.yaml", "tests: [{name: more, rules: 'alert ip any any -> any any (msg:\"n\"; content:\"a\"; sid:8;)', not: 8, flows: []}]\n")
    second = watcher.stdout.readline()
    watcher.send_signal(signal.SIGINT)
    watcher.stdout.read()
h.check("a watch runs again", first.startswith(b"1 passed, 0 failed") and second.startswith(b"2 passed, 0 failed") and watcher.returncode == 0, (first, second, watcher.returncode))

# ---- the page ----
with open(os.path.join(ROOT, "docs", "testing-rules.md")) as f:
    page = f.read()
example, = re.findall(r"```yaml\n(.*?)```", page, re.S)
h.write("doc/web.test.yaml", example)
h.write("doc/web.rules", 'alert http any any -> any any (msg:"admin"; flow:established,to_server; http.uri; content:"/admin/"; startswith; sid:1000001;)\n')
p = h.run("rule", "test", cwd="doc")
h.check("docs/testing-rules.md", p.returncode == 0 and b"2 passed" in p.stdout, p.stdout + p.stderr)
h.write("doc/web.test.yaml", example.replace("GET /admin/,", "GET /help/admin/,"))
p = h.run("rule", "test", "web.test.yaml", cwd="doc")
shown = re.search(r"(    FAIL web.*?)\n\n", page, re.S).group(1)
h.check("and what it shows of a failure", "\n".join("    " + line for line in p.stdout.decode().splitlines()).startswith(shown), p.stdout)

# ---- what is wrong with a file ----
for text, place, why in [("tests: []\nrule: x\n", ":2:1", 'no "rule" here'), ("rules: r\n", ":1:1", "no `tests`"),
                         ("tests:\n- flows: []\n  expect: 1\n", ":2:3", "which `rules`"),
                         ("rules: my.rules\ntests:\n- expect: 1\n", ":3:3", "has `flows`"),
                         ("rules: my.rules\ntests:\n- flows: []\n", ":3:3", "says what it expects"),
                         ("rules: my.rules\ntests:\n- expect: {sid: 1, flow: x}\n  flows: []\n", ":3:3", 'has the name "x"'),
                         ("rules: my.rules\ntests:\n- expect: one\n  flows: []\n", ":3:11", "a number from 1"),
                         ("rules: my.rules\ntests:\n- expect: 1\n  flows: [{stps: []}]\n", ":4:12", 'no "stps" here')]:
    h.write("t/wrong.test.yaml", text)
    p = h.run("rule", "test", "t/wrong.test.yaml")
    h.check("wrong: " + why, p.returncode == 2 and ("wrong.test.yaml%s: " % place).encode() in p.stderr and why.encode() in p.stderr, p.stderr)
h.write("t/wrong.test.yaml", "rules: none.rules\ntests:\n- expect: 1\n  flows: []\n")
p = h.run("rule", "test", "t/wrong.test.yaml")
h.check("no such rules", p.returncode == 2 and b"t/none.rules" in p.stderr, p.stderr)
os.makedirs("empty")
p = h.run("rule", "test", "empty")
h.check("no tests", p.returncode == 2 and b"no file NAME.test.yaml" in p.stderr, p.stderr)
for args in [["--jobs", "0"], ["nowhere"], ["--junit", "/no/folder/x", "t/my.test.yaml"], ["--frob"]]:
    p = h.run("rule", "test", *args)
    h.check("usage: " + " ".join(args), p.returncode == 2 and p.stderr, p.stderr)
h.finish()
