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

# ---- cut ----

h.write("many.yaml", """flows:
  - {client: "10.0.0.1:1001", server: "10.0.0.9:80", steps: [{client: one}, {server: answer}]}
  - {client: "10.0.0.2:1002", server: "10.0.0.9:80", at: 0s, steps: [{client: needle}, {server: answer}, {client: more}]}
  - {client: "10.0.0.3:1003", server: "10.0.0.9:53", proto: udp, steps: [{client: {text: x, times: 3000}, fragment: 1000}, {server: y}]}
  - {client: "[2001:db8::1]:5", server: "[2001:db8::2]:80", steps: [{client: six}]}
""")
h.write("needle.rules", 'alert tcp any any -> any 80 (msg:"n"; content:"needle"; sid:5;)\n')
h.run("pcap", "make", "many.yaml", "-o", "many.pcap")
whole = packets("many.pcap")


def cut(*args, code=0):
    if os.path.exists("cut.pcap"):
        os.remove("cut.pcap")
    p = h.run("pcap", "cut", "many.pcap", "-o", "cut.pcap", *args)
    h.check("cut %s ends with %d" % (" ".join(args), code), p.returncode == code and os.path.exists("cut.pcap") == (code == 0), p.stderr)
    return packets("cut.pcap") if os.path.exists("cut.pcap") else []


def of(address):
    return [(when, data) for when, data in whole if bytes(address) in data[26:34]]


second = of([10, 0, 0, 2])
alert, = [r for r in records("many.pcap", "--community-id", "--rules", "needle.rules") if r["event_type"] == "alert"]
h.check("the whole has four flows", len(second) == 12 and len(of([10, 0, 0, 3])) == 5, len(second))
h.check("the alert's flow", cut("--sid", "5", "-r", "needle.rules") == second)
h.check("by its flow id", cut("--flow-id", str(alert["flow_id"])) == second)
h.check("by its community id", cut("--community-id", alert["community_id"]) == second)
near = cut("--sid", "5", "-r", "needle.rules", "--context", "1")
h.check("an alert with a packet before and after it", len(near) == 3 and near[1] == whole[alert["pcap_cnt"] - 1], near)
h.check("by number", cut("--packets", "3-5") == whole[2:5] and cut("--packets", "7") == whole[6:7] and cut("--packets", "20-") == whole[19:])
h.check("between two ends", cut("--ends", "10.0.0.9:80,10.0.0.1") == of([10, 0, 0, 1]))
h.check("IPv6", len(cut("--ends", "[2001:db8::1]:5,2001:db8::2")) == 8)
h.check("any host", len(cut("--ends", "[2001:db8::1],:80")) == 8)
udp = [r["flow_id"] for r in records("many.pcap", "--records", "flow") if r["event_type"] == "flow" and r["proto"] == "UDP"]
h.check("fragments with the datagram", cut("--flow-id", str(udp[0])) == of([10, 0, 0, 3]))
cut("--packets", "1000-2000", code=1)
cut("--ends", "10.0.0.77,", code=1)
for args in [(), ("--packets", "0"), ("--packets", "5-3"), ("--ends", "10.0.0.1"), ("--ends", "x,y"), ("--sid", "5"), ("--flow-id", "1", "--packets", "1"), ("--sid", "5", "-r", "none.rules.txt")]:
    cut(*args, code=2)
h.finish()
