"""sluice pcap: captures from text (each example of docs/flows.md among them), and pieces of captures."""
import json
import os
import re
import struct

from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
h = Harness()


def records(capture, *args):
    p = h.run("replay", "--quiet", "--rules", "none.rules", "--eve", "-", *args, capture)
    return [json.loads(line) for line in p.stdout.decode().splitlines()]


def packets(name):
    """(time in nanoseconds, bytes) of a capture with nanoseconds."""
    with open(name, "rb") as f:
        data = f.read()
    magic, = struct.unpack("<I", data[:4])
    out, at = [], 24
    while at < len(data):
        seconds, rest, size, _ = struct.unpack("<IIII", data[at:at + 16])
        out.append((seconds * 10**9 + rest * (1 if magic == 0xA1B23C4D else 1000), data[at + 16:at + 16 + size]))
        at += 16 + size
    return out


h.write("none.rules", 'alert ip any any -> any any (msg:"none"; content:"no capture has this"; sid:1;)\n')

# ---- make ----

with open(os.path.join(ROOT, "docs", "flows.md")) as f:
    examples = re.findall(r"```yaml\n(.*?)```", f.read(), re.S)
h.check("docs/flows.md has examples", len(examples) >= 5, examples)
for number, text in enumerate(examples):
    h.write("doc%d.yaml" % number, text)
    p = h.run("pcap", "make", "doc%d.yaml" % number, "-o", "doc%d.pcap" % number)
    odd = [r for r in records("doc%d.pcap" % number, "--records", "anomaly") if r["event_type"] == "anomaly"]
    h.check("example %d of docs/flows.md" % number, p.returncode == 0 and not p.stderr and (not odd or number == 2), (p.stderr, odd))
h.check("ten packets", len(packets("doc0.pcap")) == 10, packets("doc0.pcap"))
http = [r["http"] for r in records("doc1.pcap", "--records", "http")]
h.check("what the parser sees", http and (http[0]["hostname"], http[0]["url"], http[0]["status"]) == ("a.example", "/a", 204), http)
kinds = {r["event_type"]: r for r in records("doc4.pcap", "--records", "http,dns,tls,fileinfo")}
h.check("helpers", kinds["http"]["http"]["http_method"] == "POST" and kinds["tls"]["tls"]["subject"] == "CN=www.example.com" and "dns" in kinds, kinds)

p = h.run("pcap", "make", "doc0.yaml", "-o", "-")
with open("doc0.pcap", "rb") as f:
    h.check("to standard output, the same bytes", p.stdout == f.read(), p.stderr)
p = h.run("pcap", "make", "-", "-o", "stdin.pcap", stdin=examples[0].encode())
h.check("from standard input", p.returncode == 0 and packets("stdin.pcap") == packets("doc0.pcap"), p.stderr)
h.run("pcap", "make", "--microseconds", "doc0.yaml", "-o", "us.pcap")
h.check("microseconds", packets("us.pcap") == packets("doc0.pcap") and open("us.pcap", "rb").read(4) == b"\xd4\xc3\xb2\xa1")

h.write("bad.yaml", "flows:\n  - clinet: 10.0.0.1\n")
p = h.run("pcap", "make", "bad.yaml", "-o", "bad.pcap")
h.check("a slip is said with its place", p.returncode == 2 and b'bad.yaml:2:5: there is no "clinet" here' in p.stderr and b'did you mean "client"?' in p.stderr, p.stderr)
h.check("and nothing is written", not os.path.exists("bad.pcap"))
h.write("bad.yaml", "flows:\n  - {client: 10.0.0.1, server: '::1', steps: [{client: a}]}\n")
p = h.run("pcap", "make", "bad.yaml", "-o", "bad.pcap")
h.check("so is what cannot be made", p.returncode == 2 and b"bad.yaml:2:5: flow 1: one end has an IPv4 address" in p.stderr, p.stderr)
for args, why in [((), b"PART"), (("mkae",), b'did you mean "make"?'), (("make",), b"it needs one file"), (("make", "none.yaml", "-o", "x"), b"none.yaml"),
                  (("make", "doc0.yaml", "-o", "/no/folder/x"), b"/no/folder/x")]:
    p = h.run("pcap", *args)
    h.check("usage: " + " ".join(args), p.returncode == 2 and why in p.stderr + p.stdout, p.stderr)
p = h.run("pcap", "make", "--help")
h.check("help", p.returncode == 0 and b"docs/flows.md" in p.stdout, p.stdout)
h.finish()
