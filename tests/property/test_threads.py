"""Any number of workers gives the same EVE as one, and the same report, byte for byte: flows, tunnels, fragments, and rules that keep state across
flows (hostbits, xbits, thresholds by host, connections that FTP announces), whose answers depend on the order in which packets are looked at."""
import os
import random
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../cli"))
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../support"))
import captures as c
import our_captures
from harness import Harness

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
h = Harness()
h.env["SOURCE_DATE_EPOCH"] = "1800000000"
h.write("r.rules", """
alert tcp any any -> any any (msg:"stream"; content:"needle"; sid:1;)
alert udp any any -> any any (msg:"each"; content:"needle"; sid:2;)
alert ip any any -> any any (msg:"address alone"; sid:3;)
alert udp any any -> any any (msg:"set host"; content:"mark"; hostbits:set,seen,src; sid:4;)
alert udp any any -> any any (msg:"host is set"; content:"ask"; hostbits:isset,seen,src; sid:5;)
alert udp any any -> any any (msg:"set pair"; content:"mark"; xbits:set,pair,track ip_pair,expire 5; sid:6;)
alert udp any any -> any any (msg:"pair is set"; content:"ask"; xbits:isset,pair,track ip_pair; sid:7;)
alert udp any any -> any any (msg:"every third"; content:"needle"; threshold:type threshold,track by_src,count 3,seconds 9; sid:8;)
alert udp any any -> any any (msg:"limited"; content:"needle"; threshold:type limit,track by_dst,count 2,seconds 3; sid:9;)
alert tcp any any -> any any (msg:"filtered"; content:"needle"; detection_filter:track by_src,count 1,seconds 600; sid:10;)
alert tcp any any -> any any (msg:"stream sets host"; content:"needle"; hostbits:set,tcpseen,src; sid:11;)
alert tcp any any -> any any (msg:"stream asks host"; content:"haystack"; hostbits:isset,tcpseen,src; sid:12;)
alert udp any any -> any any (msg:"both"; content:"needle"; threshold:type both,track by_src,count 3,seconds 20; sid:13;)
alert ftp-data any any -> any any (msg:"announced"; file.data; content:"payload"; sid:14;)
""")


def capture(seed):
    r = random.Random(seed)
    frames, clock = [], 1700000000.0
    open_flows = []
    for _ in range(1500):
        clock += r.choice([0, 0.001, 0.01, 0.2, 0.2, 1.5])
        host, peer = "10.0.0.%d" % r.randint(1, 5), "192.0.2.%d" % r.randint(1, 3)
        kind = r.random()
        if kind < 0.5:
            text = r.choice([b"a needle", b"mark", b"ask", b"nothing"])
            frames.append((clock, c.ethernet(c.udp(host, peer, r.randint(1024, 1040), 53535, text))))
        elif kind < 0.6:
            inner = c.udp(host, peer, r.randint(1024, 1040), 53535, b"a needle")
            frames.append((clock, c.ethernet(c.ipv4("172.16.0.1", "172.16.0.2", 47, struct.pack(">HH", 0, 0x0800) + inner))))
        elif kind < 0.65:
            frames.append((clock, c.ethernet(c.ipv4(host, peer, 1, struct.pack(">BBHHH", 8, 0, 0xF7FC - 1, 1, 2)))))
        elif kind < 0.8:
            # Ends without a FIN: what is left of its stream is inspected when it times out, or at the end.
            text = r.choice([b"a needle here", b"a haystack there", b"neither"])
            port = r.randint(20000, 60000)
            open_flows.append([c.ethernet(p) for p in (
                c.tcp(host, peer, port, 8080, 2, 100, 0), c.tcp(peer, host, 8080, port, 18, 500, 101),
                c.tcp(host, peer, port, 8080, 16, 101, 501), c.tcp(host, peer, port, 8080, 24, 101, 501, text))])
        elif open_flows:
            flow = r.choice(open_flows)
            frames.append((clock, flow.pop(0)))
            if not flow:
                open_flows.remove(flow)
    frames.append((clock + 700, c.needle()))
    return c.pcap(frames)


def told_apart(host, peer, client, port, lines, end=b""):
    """A connection in which the client and the server say something in turn."""
    asked, answered = 101, 501
    frames = [c.tcp(host, peer, client, port, 2, 100, 0), c.tcp(peer, host, port, client, 18, 500, 101), c.tcp(host, peer, client, port, 16, 101, 501)]
    for question, answer in lines:
        if question:
            frames.append(c.tcp(host, peer, client, port, 24, asked, answered, question))
            asked += len(question)
        frames.append(c.tcp(peer, host, port, client, 24, answered, asked, answer))
        answered += len(answer)
    return frames + [c.tcp(host, peer, client, port, 17, asked, answered)]


def announcing(seed):
    """FTP's connections, and those to ports that it has announced, or not, or not yet."""
    r = random.Random(seed)
    frames, clock, going = [], 1700000000.0, []
    for client in range(20000, 20400):
        host, peer, port = "10.0.0.%d" % r.randint(1, 2), "192.0.2.%d" % r.randint(1, 2), 2000 + r.randint(0, 3)
        if client % 3:
            going.append(told_apart(host, peer, client, port, [(b"", b"the payload")]))
        else:
            going.append(told_apart(host, peer, client, 21, [
                (b"", b"220 ready\r\n"), (b"USER a\r\n", b"230 fine\r\n"),
                (b"PASV\r\n", b"227 Entering Passive Mode (%s,7,%d).\r\n" % (peer.replace(".", ",").encode(), port - 1792)),
                (b"RETR f\r\n", b"150 here it comes\r\n")]))
        while len(going) > 12:
            clock += 0.001
            one = r.choice(going)
            frames.append((clock, c.ethernet(one.pop(0))))
            if not one or (len(one) < 3 and r.random() < 0.1):
                going.remove(one)
    return c.pcap(frames)


def eve(j, *names):
    """EVE, and the page of a report."""
    p = h.run("replay", "--rules", "r.rules", "--records", "alert,flow", "--checksums", "off", "-q", "-j", str(j), "--eve", "-",
              "--report", "r.html", *names)
    h.check("exit", p.returncode == 0, (p.returncode, p.stderr.decode()[-800:]))
    with open("r.html", "rb") as f:
        return p.stdout + f.read()


names = [h.write("c%d.pcap" % seed, capture(seed)) for seed in range(4)]
names += [h.write("a%d.pcap" % seed, announcing(seed)) for seed in range(2)]
for group in [[n] for n in names] + [names, ["--merge"] + names]:
    one = eve(1, *group)
    sids = {int(line.split(b'"signature_id":')[1].split(b",")[0]) for line in one.splitlines() if b'"signature_id"' in line}
    h.check("the rules alert, so that there is something to compare", sids == {3, 14} if group[0][0] == "a" else sids >= set(range(1, 14)), sids)
    for workers in 2, 3, 8:
        h.check("%s with %d workers" % (group, workers), eve(workers, *group) == one)

# Every capture that is not in another format, interleaved: their flows share addresses and times.
ours = our_captures.every(h.sluice, "ours")
h.check("our captures are there", len(ours) > 100, len(ours))
h.write("more.rules", """
alert ip any any -> any any (msg:"any"; sid:20;)
alert udp any any -> any any (msg:"set"; hostbits:set,h,src; xbits:set,x,track ip_dst,expire 30; noalert; sid:21;)
alert tcp any any -> any any (msg:"asked"; flow:established; hostbits:isset,h,src; threshold:type limit,track by_src,count 3,seconds 1; sid:22;)
alert tcp any any -> any any (msg:"asked x"; flags:S; xbits:isset,x,track ip_src; xbits:unset,x,track ip_src; sid:23;)
alert icmp any any -> any any (msg:"every fifth"; threshold:type both,track by_dst,count 5,seconds 60; sid:24;)
alert tcp any any -> any any (msg:"by rule"; threshold:type threshold,track by_rule,count 7,seconds 60; sid:25;)
alert tcp any any -> any any (msg:"by flow"; content:"e"; detection_filter:track by_flow,count 1,seconds 60; sid:26;)
alert tcp any any -> any any (msg:"counted"; flowint:nn,+,1; noalert; sid:29;)
alert tcp any any -> any any (msg:"the fifth"; flowint:nn,==,4; sid:27;)
alert tcp any any -> any any (msg:"backoff"; threshold:type backoff,track by_flow,count 1,multiplier 4; sid:28;)
""")
for order in [["--merge"], []]:
    arguments = order + ["--rules", os.path.join(ROOT, "signatures"), "--rules", "more.rules"] + ours
    one = eve(1, *arguments)
    sids = {int(line.split(b'"signature_id":')[1].split(b",")[0]) for line in one.splitlines() if b'"signature_id"' in line}
    h.check("the rules with state alert", sids >= {20, 22, 23, 25, 26, 27}, sorted(sids))
    for workers in 2, 3, 8:
        h.check("our captures %s with %d workers" % (order, workers), eve(workers, *arguments) == one)
h.finish()
