"""The folders that rules fill: certificates by tls.store, files by filestore. Contents and names are those of Suricata 8.0.8."""
import base64
import glob
import hashlib
import json
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../pcaps"))

from craft import files, talk, tls  # noqa: E402
from harness import Harness  # noqa: E402

h = Harness()
CLIENT, SERVER = "10.1.0.5", "198.51.100.9"
LEAF = tls.certificate(subject="CN=a.example")
ROOT = tls.certificate(subject="CN=b.example", issuer="CN=root")
OWN = tls.certificate(subject="O=One\nTLS ISSUERDN:  x, CN=client")
RUBBISH = b"\x30\x05\x30\x84\xff\xff\xff"


def message_of(*chain):
    return b"\x0b" + tls.vector(3, tls.vector(3, b"".join(tls.vector(3, c) for c in chain)))


def connections(*chains, own=None):
    """A capture with a connection for each chain; `own`: the client's certificate in each."""
    t = talk.Talk()
    for i, chain in enumerate(chains):
        c = t.connect(CLIENT, 40001 + i, SERVER, 443)
        c.send(tls.client_hello())
        c.reply(tls.server_flight(*chain))
        c.send((tls.record(0x0303, message_of(own)) if own else b"") + tls.CHANGE_CIPHER_SPEC)
        c.reply(tls.CHANGE_CIPHER_SPEC + tls.APPLICATION_DATA)
        c.send(tls.APPLICATION_DATA)
        c.close()
    return files.pcap(t.packets)


def stored(rule, *options, folder="certs", setting=None):
    """Runs the rule over c.pcap: the names in the folder without their endings, and what was said."""
    h.write("r.rules", "alert tls any any -> any any (%s; tls.store; sid:1;)\n" % rule)
    where = ["--set", setting] if setting else ["--tls-store", folder]
    p = h.replay(*where, "--eve", "eve.json", *options, "c.pcap")
    names = sorted(os.path.basename(n)[:-4] for n in glob.glob(folder + "/*.pem"))
    return p, names


def chain_of(path):
    """The certificates of a PEM file, as bytes."""
    with open(path) as f:
        blocks = f.read().split("-----BEGIN CERTIFICATE-----\n")
    for block in blocks[1:]:
        body = block.split("-----END")[0].splitlines()
        h.check("lines of 64", all(len(line) == 64 for line in body[:-1]) and len(body[-1]) <= 64, path)
    return [base64.b64decode(b.split("-----END")[0]) for b in blocks[1:]]


def certificates():
    h.write("c.pcap", connections([LEAF, ROOT]))
    p, names = stored('msg:"leaf"; tls.cert_subject; content:"a.example"')
    h.exits("a chain is stored", 0, p)
    with open("eve.json") as f:
        alert = json.loads(f.readline())
    h.check("its name", names == ["1795392000.8000-%d" % alert["flow_id"]], names)
    h.check("its certificates", chain_of("certs/%s.pem" % names[0]) == [LEAF, ROOT])
    with open("certs/%s.meta" % names[0]) as f:
        told = f.read()
    digest = hashlib.sha1(LEAF).hexdigest()
    h.check("what is told of it", told == """TIME:              11/23/2026-00:00:00.008000
PCAP PKT NUM:      9
SRC IP:            10.1.0.5
DST IP:            198.51.100.9
PROTO:             6
SRC PORT:          40001
DST PORT:          443
TLS SUBJECT:       CN=a.example
TLS ISSUERDN:      O=Example Trust, CN=Example CA
TLS FINGERPRINT:   %s
""" % ":".join(digest[i:i + 2] for i in range(0, 40, 2)), told)
    h.check("nothing else", len(os.listdir("certs")) == 2, os.listdir("certs"))
    before = os.stat("certs/%s.pem" % names[0]).st_mtime_ns
    p, again = stored('msg:"leaf"; tls.cert_subject; content:"a.example"', setting="tls-store.dir=certs")
    h.check("a second run overwrites nothing", again == names and os.stat("certs/%s.pem" % names[0]).st_mtime_ns == before)
    _, names = stored('msg:"other"; tls.cert_subject; content:"c.example"', folder="none")
    h.check("no match, nothing stored", not names, names)


def sides():
    """The side whose packet matches is the one whose chain is stored."""
    h.write("c.pcap", connections([LEAF], own=OWN))
    _, names = stored('msg:"name"; tls.sni; content:"www"', folder="client")
    h.check("a client's", len(names) == 1 and names[0].startswith("client-1795392000."), names)
    h.check("its own", chain_of("client/%s.pem" % names[0]) == [OWN])
    with open("client/%s.meta" % names[0]) as f:
        lines = f.read().splitlines()
    h.check("a name begins no line", len(lines) == 10 and "O=One\\x0ATLS ISSUERDN:  x, CN=client" in lines[7], lines)
    _, names = stored('msg:"any"', folder="both")
    h.check("both sides'", [n[:7] for n in names] == ["1795392", "client-"], names)
    h.write("c.pcap", connections([LEAF]))
    _, names = stored('msg:"name"; tls.sni; content:"www"', folder="no-client")
    h.check("a client without one", not names, names)


def damaged():
    h.write("c.pcap", connections([], [RUBBISH], [RUBBISH, LEAF], [LEAF, RUBBISH, ROOT]))
    _, names = stored('msg:"any"; flow:to_client', folder="damaged")
    chains = [chain_of("damaged/%s.pem" % n) for n in names]
    h.check("from the first that can be read on", sorted(map(len, chains)) == [1, 3] and all(c[0] == LEAF for c in chains), names)


def limits():
    h.write("c.pcap", connections(*[[LEAF, ROOT]] * 6))
    p, one = stored('msg:"any"; flow:to_client', "-j", "1", folder="one")
    _, two = stored('msg:"any"; flow:to_client', "-j", "2", folder="two")
    h.check("any number of workers", len(one) == 6 and one == two, (one, two))
    p, names = stored('msg:"any"; flow:to_client', "--set", "tls-store.quota=4000", "--records", "stats", folder="quota")
    size = sum(os.path.getsize(f) for f in glob.glob("quota/*"))
    h.check("the quota", 1 <= len(names) < 6 and size <= 4000, (names, size))
    h.exits("it is told", 0, p, "files were not stored", "quota")
    with open("eve.json") as f:
        counts = json.loads(f.read().splitlines()[-1])["stats"]["tls_store"]
    h.check("and counted", counts["stored"] == len(names) and counts["full"] == 12 - len(os.listdir("quota")) - (6 - len(names)) and
            counts["bytes"] == size, counts)
    p, _ = stored('msg:"any"', folder="/proc/no/such")
    h.exits("a folder that cannot be made", 1, p, "/proc/no/such")


def extracted():
    body = b"<html>hello</html>\n"
    t = talk.Talk()
    t.exchange(CLIENT, 40001, SERVER, 80, talk.request(), (talk.response(body),))
    h.write("h.pcap", files.pcap(t.packets))
    h.write("r.rules", 'alert http any any -> any any (msg:"file"; filestore; sid:1;)\n')
    p = h.replay("--file-store", "files", "h.pcap")
    h.exits("a file is stored", 0, p)
    digest = hashlib.sha256(body).hexdigest()
    place = "files/%s/%s" % (digest[:2], digest)
    with open(place, "rb") as f:
        h.check("its content", f.read() == body)
    notes = glob.glob(place + ".*.json")
    h.check("its record", len(notes) == 1, notes)
    with open(notes[0]) as f:
        record = json.load(f)["fileinfo"]
    h.check("what it tells", record["sha256"] == digest and record["stored"] and record["size"] == len(body), record)
    p = h.replay("--file-store", "few", "--set", "file-store.quota=100", "h.pcap")
    h.check("records count for the quota", len(glob.glob("few/*/*")) == 1, glob.glob("few/*/*"))


certificates()
sides()
damaged()
limits()
extracted()
h.finish()
