"""sluice replay as people and scripts use it: exit codes, where output goes, what is said when things are wrong."""
import json
import os
import re
import pty
import signal
import subprocess
import time

import captures as c
from harness import Harness

h = Harness()
h.write("r.rules", 'alert udp any any -> any any (msg:"udp needle"; content:"needle"; sid:1;)\n'
                   'alert tcp any any -> any any (msg:"tcp needle"; content:"needle"; sid:2;)\n')
h.write("bad.rules", 'alert udp any any -> any any (msg:"x"; contnet:"y"; sid:3;)\n')
h.write("a.pcap", c.pcap([c.needle(0), c.needle(1)] + c.conversation()))


def lines(process):
    return [json.loads(line) for line in process.stdout.decode().splitlines()]


def usage():
    h.exits("no command", 2, h.run())
    h.exits("unknown command", 2, h.run("repaly"), 'did you mean "replay"')
    h.exits("no rules", 2, h.run("replay", "a.pcap"), "--rules")
    h.exits("no captures", 2, h.replay(), "captures")
    h.exits("unknown option", 2, h.replay("--checksum", "on", "a.pcap"), "--checksums")
    h.exits("option without value", 2, h.replay("a.pcap", "--eve"), "--eve needs a value")
    h.exits("flag with value", 2, h.replay("--merge=1", "a.pcap"), "takes no value")
    h.exits("threads", 2, h.replay("-j", "0", "a.pcap"), "-j")
    h.exits("bad setting", 2, h.replay("--set", "stream.midstrem=yes", "a.pcap"), "stream.midstream")
    h.exits("bad value", 2, h.replay("--checksums", "maybe", "a.pcap"), "auto, on or off")
    h.exits("bad filter", 2, h.replay("--bpf", "udp porrt 5", "a.pcap"), "filter")
    h.exits("help", 0, h.run("--help"))
    h.check("help names the commands", b"replay" in h.run("--help").stdout)
    h.check("help replay", b"--classification" in h.run("help", "replay").stdout)
    h.check("replay --help", b"--classification" in h.run("replay", "--help").stdout)
    h.check("version", h.run("version").stdout.startswith(b"sluice "))


def exit_codes():
    h.exits("ran", 0, h.replay("a.pcap"))
    refused = h.run("replay", "--rules", "bad.rules", "--rules", "r.rules", "a.pcap")
    h.exits("a rule was refused", 3, refused, "bad.rules:1:", "contnet", "^")
    h.exits("all rules were refused", 3, h.run("replay", "--rules", "bad.rules", "a.pcap"), "every rule was refused")
    h.write("later.rules", 'alert http any any -> any any (lua:x.lua; sid:50;)\n' * 3)
    later = h.run("replay", "--rules", "later.rules", "--rules", "bad.rules", "--rules", "r.rules", "a.pcap")
    h.exits("rules that need what is not built are counted", 3, later, "bad.rules:1:")
    h.check("... and not shown one by one", b"later.rules" not in later.stderr, later.stderr)
    h.check("... but grouped", b"1 rule refused:" in later.stdout and b"3 rules left out, right but not supported yet:\n         3  " in later.stdout,
            later.stdout)
    later = h.run("replay", "-v", "--rules", "later.rules", "--rules", "bad.rules", "--rules", "r.rules", "a.pcap")
    h.exits("--verbose shows them", 3, later, "later.rules:1:", "later.rules:3:", "bad.rules:1:")
    h.exits("no such capture", 1, h.replay("none.pcap"), "none.pcap")
    h.exits("1 outranks 3", 1, h.run("replay", "--rules", "bad.rules", "none.pcap"))
    h.exits("no such rules", 1, h.run("replay", "--rules", "none.rules", "a.pcap"), "none.rules")
    h.exits("EVE cannot be made", 1, h.replay("--eve", "no/such/folder/e.json", "a.pcap"), "no/such/folder")
    h.exits("empty capture", 1, h.replay(h.write("empty.pcap", b"")), "empty")
    h.exits("no capture", 1, h.replay(h.write("text.pcap", "this is no capture, it is text\n")), "not a capture")
    h.exits("unknown link type", 1, h.replay(h.write("user.pcap", c.pcap([b"x"], link=147))), "147")
    both = h.replay("--eve", "-", "none.pcap", "a.pcap")
    h.check("the others are replayed after one that cannot be read", both.returncode == 1 and len(lines(both)) == 3)


def where_output_goes():
    eve = h.replay("--eve", "-", "a.pcap")
    h.check("--eve - is JSON alone", [e["alert"]["signature_id"] for e in lines(eve)] == [1, 1, 2])
    h.check("--eve - has the summary on standard error", b"3 alerts" in eve.stderr)
    text = h.replay("a.pcap").stdout.decode()
    h.check("text", "udp needle" in text and "10.0.0.1:1000 -> 192.0.2.5:53535" in text and "3 alerts" in text, text)
    h.check("no colour in a pipe", "\033" not in text)
    h.check("quiet", h.replay("-q", "--eve", "e.json", "a.pcap").stdout == b"")
    h.check("options after captures", h.replay("a.pcap", "--eve=-", "-q").stdout == eve.stdout)
    summary = json.loads(h.replay("--json", "a.pcap").stdout)
    h.check("--json", summary["alerts"] == 3 and summary["packets"] == 10 and summary["alerts_by_rule"][0]["sid"] == 1)
    h.check("its databases", summary["databases"] and all(d["name"] and d["patterns"] and d["bytes"] for d in summary["databases"]), summary["databases"])
    h.check("are summed up for a person", re.search(r"rules? loaded in \S+ s \(\d+ pattern databases?, [\d.]+ MiB\)", text), text)
    records = lines(h.replay("--eve", "-", "--records", "alert,flow,stats", "a.pcap"))
    kinds = [r["event_type"] for r in records]
    h.check("records", kinds.count("flow") == 3 and kinds[-1] == "stats", kinds)
    h.check("stats", records[-1]["stats"]["decoder"]["pkts"] == 10 and records[-1]["stats"]["detect"]["alert"] == 3)


def flow_metadata():
    """The flowbits and flowints of a flow, by name, in each of its records."""
    h.write("bits.rules", 'alert udp any any -> any any (content:"needle"; flowbits:set,zeta; flowbits:set,ET.alfa; flowint:count,+,1; sid:1;)\n')
    records = lines(h.run("replay", "--rules", "bits.rules", "--eve", "-", "-q", "--records", "alert,flow", "a.pcap"))
    udp = [r for r in records if r["proto"] == "UDP"]
    h.check("flowbits and flowints", udp and all(r["metadata"] == {"flowbits": ["zeta", "ET.alfa"], "flowints": {"count": 1}} for r in udp), udp)
    h.check("none without any", not any("metadata" in r for r in records if r["proto"] == "TCP"), records)


def inline():
    """--simulate-ips: drops take hold, and exception policies; what becomes of each packet is told."""
    h.write("drop.rules", 'drop udp any any -> any any (content:"needle"; noalert; sid:1;)\n'
                          'rejectboth tcp any any -> any any (content:"needle"; sid:2;)\n')

    def kinds(*options):
        process = h.run("replay", "--rules", "drop.rules", "--eve", "-", "-q", "--records", "alert,drop,flow,stats", *options, "a.pcap")
        records = lines(process)
        return {kind: [r for r in records if r["event_type"] == kind] for kind in ("alert", "drop", "flow", "stats")}
    taps = kinds()
    h.check("a copy is not dropped", not taps["drop"] and "ips" not in taps["stats"][0]["stats"])
    drops = kinds("--simulate-ips")
    told = [(d["drop"]["reason"], d.get("alert", {}).get("signature_id"), d["verdict"].get("reject-target")) for d in drops["drop"]]
    h.check("drop records", told[:3] == [("rules", 1, None)] * 2 + [("rules", 2, "both")] and
            set(told[3:]) <= {("flow drop", None, None)}, told)
    first = drops["drop"][0]
    h.check("members of a drop", list(first["drop"]) == ["len", "tos", "ttl", "ipid", "udplen", "reason"] and
            first["alert"]["action"] == "blocked" and first["direction"] == "to_server", first)
    h.check("the alert's verdict", [a["verdict"] for a in drops["alert"]] ==
            [{"action": "drop", "reject-target": "both", "reject": ["tcp-reset"]}], drops["alert"])
    h.check("the flow's action", [f["flow"].get("action") for f in drops["flow"]].count("drop") == 1, drops["flow"])
    ips = drops["stats"][0]["stats"]["ips"]
    h.check("counted", ips["rejected"] == 1 and ips["blocked"] == len(told) - 1 and
            ips["accepted"] == 10 - len(told) and ips["drop_reason"]["rules"] == 3, ips)
    h.exits("no such policy", 2, h.replay("--set", "exception-policy=fall-over", "a.pcap"), "drop-flow")


def what_eve_has():
    first = lines(h.replay("--eve", "-", "--payload", "--packet", "--community-id", "a.pcap"))[0]
    keys = ["timestamp", "flow_id", "pcap_cnt", "event_type", "src_ip", "src_port", "dest_ip", "dest_port", "proto", "ip_v",
            "pkt_src", "community_id", "alert", "direction", "flow", "payload", "payload_printable", "stream", "packet",
            "packet_info"]
    h.check("members and their order", [k for k in first if k != "app_proto"] == keys, list(first))
    h.check("time", first["timestamp"] == "2023-11-14T22:13:20.000000+0000", first["timestamp"])
    h.check("payload", first["payload_printable"] == "a needle" and first["payload"] == "YSBuZWVkbGU=")
    h.check("community id", first["community_id"].startswith("1:") and len(first["community_id"]) == 30)
    for link, head, name in (0, b"\2\0\0\0", "NULL"), (101, b"", "RAW"), (113, bytes(14) + b"\x08\0", "LINUX_SLL"):
        h.write("link.pcap", c.pcap([head + c.needle(0)[14:]], link=link))
        info = lines(h.replay("--eve", "-", "--packet", "link.pcap"))[0]["packet_info"]
        h.check("link type %d" % link, info == {"linktype": 12 if link == 101 else link, "linktype_name": name}, info)
    h.check("flow", first["flow"]["src_ip"] == "10.0.0.1" and first["flow"]["pkts_toserver"] == 1)


def failing_writes():
    with open("/dev/full", "wb") as full:
        h.exits("full disk, text", 1, h.replay("a.pcap", stdout=full), "No space left")
        h.exits("full disk, help", 1, h.run("--help", stdout=full), "No space left")
    h.exits("full disk, EVE", 1, h.replay("--eve", "/dev/full", "a.pcap"), "/dev/full", "No space left")
    for j in "1", "2":
        read, write = os.pipe()
        os.close(read)
        h.exits("closed pipe -j " + j, 1, h.replay("-j", j, "--eve", "-", "a.pcap", stdout=write), "gone away")
        os.close(write)


def on_terminal(env):
    """What a run writes when its standard output is a terminal."""
    leader, follower = pty.openpty()
    p = subprocess.Popen([h.sluice, "replay", "--rules", "r.rules", "a.pcap"], stdout=follower, stderr=subprocess.DEVNULL, env=env)
    os.close(follower)
    out = b""
    while True:
        try:
            part = os.read(leader, 65536)
        except OSError:
            break
        if not part:
            break
        out += part
    os.close(leader)
    p.wait()
    return out


def colour():
    try:
        os.close(os.open("/dev/ptmx", os.O_RDWR | os.O_NOCTTY))
    except OSError as e: # a bare chroot without devpts
        print("skipped: colour on a terminal: no terminal to be had (%s)" % e.strerror)
        return
    h.check("colour on a terminal", b"\033[" in on_terminal(h.env))
    h.check("NO_COLOR", b"\033[" not in on_terminal(dict(h.env, NO_COLOR="1")))
    h.check("empty NO_COLOR is none", b"\033[" in on_terminal(dict(h.env, NO_COLOR="")))


def interrupt(j, with_data):
    p = subprocess.Popen([h.sluice, "replay", "--rules", "r.rules", "--eve", "i.json", "-j", j, "-"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=h.env)
    if with_data:
        p.stdin.write(c.pcap([c.needle(i) for i in range(600)]))
        p.stdin.flush()
    time.sleep(1.0)
    p.send_signal(signal.SIGINT)
    try:
        code = p.wait(timeout=30)
    except subprocess.TimeoutExpired:
        p.kill()
        code = "hung"
    p.stdin.close()
    with open("i.json") as f:
        alerts = len(f.readlines())
    err = p.stderr.read().decode()
    h.check("SIGINT -j %s %s" % (j, with_data), code == 130 and alerts == (600 if with_data else 0), (code, alerts, err))


usage()
exit_codes()
where_output_goes()
flow_metadata()
inline()
what_eve_has()
failing_writes()
colour()
for threads in "1", "2":
    interrupt(threads, True)
    interrupt(threads, False)
h.finish()
