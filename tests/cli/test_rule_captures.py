"""sluice rule test --captures: the conversations of tests as files, and what a replay of them alerts."""
import os
import subprocess
import sys

from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
sys.path.insert(0, os.path.join(ROOT, "tests", "support"))
import our_captures

h = Harness()
h.write("t/my.rules", """alert tcp any any -> any any (msg:"a"; flow:to_server; content:"aa"; sid:1;)
alert tcp any any -> any any (msg:"b"; flow:to_server; content:"bb"; sid:2;)
""")
h.write("t/my.test.yaml", r"""rules: my.rules
tests:
  - {name: "one\tand its kin", expect: 1, silent-when: sides-swapped, again: 2, flows: [{steps: [{client: aa}]}]}
  - {name: none of it, not: 1, flows: [{steps: [{client: ab}]}]}
  - {name: another, expect: {1: 1}, flows: [{client: ":1000", steps: [{client: aaa}]}]}
  - {name: the second alone, expect: {1: any, 2: 0}, flows: [{steps: [{client: aa}]}, {steps: [{client: aaaa}]}]}
  - {name: both, expect: {1: 2, 2: 1}, flows: [{steps: [{client: aa.bb}]}, {steps: [{client: aaaa}]}]}
  - {name: all may, expect: 2, others: true, flows: [{steps: [{client: aabb}]}]}
  - {name: what is seen, buffers: {http.uri: /x}, flows: [{http: {request: GET /x}}]}
  - {name: from a file, expect: 1, capture: ../out/1-alert.pcap}
""")
p = h.run("rule", "test", "t", "--captures", "out")
h.check("written", p.returncode == 0 and p.stdout == b"7 captures in out\n" and not p.stderr, (p.stdout, p.stderr))
with open("out/manifest.tsv") as f:
    lines = [line.rstrip("\n").split("\t") for line in f]
h.check("the list", lines == [
    ["file", "origin", "shows", "expected"],
    ["buffers.pcap", "t/my.test.yaml:9", "what is seen", "-"],
    ["1-alert.pcap", "t/my.test.yaml:3", "one and its kin", "1"],
    ["1-alert-2.pcap", "t/my.test.yaml:5", "another", "1"],
    ["1-miss.pcap", "t/my.test.yaml:4", "none of it", "-"],
    ["2-alert.pcap", "t/my.test.yaml:7", "both", "1*2,2"],
    ["2-alert-2.pcap", "t/my.test.yaml:8", "all may", "2,others"],
    ["2-miss.pcap", "t/my.test.yaml:6", "the second alone", "1*any"]], lines)
h.check("the files", sorted(os.listdir("out")) == sorted([line[0] for line in lines[1:]] + ["manifest.tsv"]), os.listdir("out"))
h.check("the same conversation", h.run("rule", "test", "t").returncode == 0, h.run("rule", "test", "t").stdout)

verify = [sys.executable, os.path.join(ROOT, "pcaps", "verify-with"), "--folder"]
engine = "%s replay --quiet --rules %%s --eve OUT CAPTURE" % h.sluice


def verified(folder, rules):
    p = subprocess.run([*verify, folder, engine % rules], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=h.env, timeout=600)
    return p.returncode, p.stdout.decode()


h.check("replayed", verified("out", os.path.abspath("t/my.rules")) == (0, "7 passed, 0 failed\n"), verified("out", os.path.abspath("t/my.rules")))
h.write("one.rules", 'alert tcp any any -> any any (msg:"b"; content:"bb"; sid:2;)\n')
code, said = verified("out", os.path.abspath("one.rules"))
h.check("what an engine misses", code == 1 and "FAILED 1-alert.pcap: 1: 1 expected, 0 seen" in said and
        "FAILED 2-miss.pcap: 1: any expected, 0 seen" in said and "2-alert-2" not in said and said.endswith("3 passed, 4 failed\n"), said)

p = h.run("rule", "test", "t", "--captures", "few", "--filter", "none of")
h.check("some", p.stdout == b"1 capture in few\n" and sorted(os.listdir("few")) == ["1-miss.pcap", "manifest.tsv"], p.stdout)
h.exits("with what runs tests", 2, h.run("rule", "test", "t", "--captures", "out", "--coverage"), "runs no tests")
h.exits("a folder that cannot be", 2, h.run("rule", "test", "t", "--captures", "one.rules/x"), "one.rules/x: cannot be written: ")
h.exits("a file in its place", 2, h.run("rule", "test", "t", "--captures", "one.rules"), "one.rules/buffers.pcap: cannot be written")
h.exits("tests that are wrong", 2, h.run("rule", "test", h.write("bad.test.yaml", "tests: 1\n"), "--captures", "out"), "bad.test.yaml")

# All of our own: what the tests say is what a replay says.
code, said = verified(our_captures.make(h.sluice, "ours"), os.path.join(ROOT, "signatures"))
h.check("our own captures", code == 0 and said.endswith(" passed, 0 failed\n"), said[-3000:])
h.finish()
