"""What alerts of sluice run do, end to end: hosts blocked, what is never blocked, the cap, dry runs, expiry."""
import json
import signal
import socket
import struct

from live_run import Engine
from world import ethernet, send_frames

RULES = 'drop udp any any -> any 53 (msg:"exploit"; content:"exploit"; sid:2000001;)\n' \
    'alert udp any any -> any 53 (msg:"probe"; content:"probe"; sid:2000002; classtype:attempted-recon;)\n' \
    'alert udp any any -> any 53 (msg:"scan"; content:"scan"; sid:2000003;)\n'
ME, SENSOR = "10.9.0.1", "10.9.0.2"


def datagram(text, source=ME, port=4000):
    """A frame with a UDP datagram from that address to port 53 of the sensor."""
    udp = struct.pack("!HHHH", port, 53, 8 + len(text), 0) + text
    ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + socket.inet_aton(source) + \
        socket.inet_aton(SENSOR)
    return ethernet(0x0800, ip + udp)


class Run:
    """An engine on slxb; send() waits for as many records of a kind as there should be then."""

    def __init__(self, sluice, host, settings, workers=1):
        self.host = host
        self.engine = Engine(sluice, host.sensor, RULES, settings, source=f"interface: slxb\n  workers: {workers}")

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        code = self.engine.stop()
        if kind is None:
            assert code == 0, self.engine.said()

    def send(self, *frames, alerts=None, verdicts=None):
        send_frames(self.host.out, "slxa", frames)
        for kind, count in (("alert", alerts), ("verdict", verdicts)):
            if count is not None:
                self.engine.wait_for(lambda: len(self.engine.records(kind)) >= count)
        return self.verdicts()

    def verdicts(self):
        """(event, reason, scope, host or source port, sid) of each verdict record."""
        return [(r["verdict"]["event"], r["verdict"].get("reason"), r["verdict"]["scope"],
                 r["verdict"].get("host", r.get("src_port")), r["verdict"].get("signature_id"))
                for r in self.engine.records("verdict")]

    def blocks(self):
        return sorted(b["target"] for b in self.host.json("blocks"))


def verdict_blocks_hosts(sluice, host):
    """Entries by sid and by class, who is blocked, and never-block, of which hosts are left alone."""
    settings = "verdict:\n  never-block: [10.9.0.7/32]\n  host-block:\n" \
        "    - sids: [2000003, 9-12]\n      seconds: 60\n" \
        "    - classtypes: attempted-recon\n      seconds: 0\n      who: destination\n"
    with Run(sluice, host, settings) as run:
        seen = run.send(datagram(b"scan", "10.9.0.5"), alerts=1, verdicts=1)
        assert seen == [("blocked", None, "host", "10.9.0.5", 2000003)], seen
        assert run.blocks() == ["10.9.0.5"], run.blocks()
        run.send(datagram(b"scan", "10.9.0.5", 4001), datagram(b"exploit", "10.9.0.5", 4002))
        assert host.ways()["host_blocked"] == 2, host.ways()
        seen = run.send(datagram(b"scan", "10.9.0.7"), verdicts=2)[1:]
        assert seen == [("refused", "never-block", "host", "10.9.0.7", 2000003)], seen
        seen = run.send(datagram(b"exploit", "10.9.0.7", 4005), verdicts=3)[2:]
        assert seen == [("refused", "never-block", "flow", 4005, 2000001)], seen
        seen = run.send(datagram(b"probe", "10.9.0.8"), verdicts=4)[3:]  # the sensor's own address
        assert seen == [("refused", "never-block", "host", SENSOR, 2000002)], seen
        assert run.blocks() == ["10.9.0.5"] and len(run.engine.records()) == 4
        (record,) = [r for r in run.engine.records("verdict") if r["verdict"]["event"] == "blocked"]
        assert record["src_ip"] == "10.9.0.5" and record["flow_id"] and not record["verdict"]["enforced"], record
        for alert in run.engine.records():  # span mode: the copies stop, the traffic does not
            assert (alert["alert"]["action"], alert["verdict"]) == ("allowed", {"action": "alert"}), alert


def verdict_blocks_networks_of_ipv6(sluice, host):
    """Of an IPv6 host its /64, so that its next address gets nowhere; another network does."""
    frame = lambda source, text: ethernet(0x86dd, struct.pack("!IHBB", 0x60000000, 8 + len(text), 17, 64) + socket.inet_pton(
        socket.AF_INET6, source) + socket.inet_pton(socket.AF_INET6, "2001:db8:2::1") + struct.pack("!HHHH", 4000, 53, 8 + len(text), 0) + text)
    with Run(sluice, host, "verdict:\n  host-block:\n    - {sids: 2000003, seconds: 60}\n") as run:
        seen = run.send(frame("2001:db8:1::5", b"scan"), alerts=1, verdicts=1)
        assert seen == [("blocked", None, "host", "2001:0db8:0001:0000:0000:0000:0000:0000/64", 2000003)], seen
        assert len(run.blocks()) == 1 and run.blocks()[0].endswith("/64"), run.blocks()
        run.send(frame("2001:db8:1::6", b"scan"), frame("2001:db8:1:0:ffff::", b"scan"))
        assert host.ways()["host_blocked"] == 2, host.ways()
        run.send(frame("2001:db8:1:1::5", b"nothing"), frame("2001:db8:1:1::5", b"scan"), alerts=2, verdicts=2)
        assert len(run.blocks()) == 2, run.blocks()


def verdict_expires(sluice, host):
    """A block that expires says what it dropped, and its flow is inspected anew."""
    with Run(sluice, host, "verdict:\n  block-seconds: 2\n") as run:
        run.send(datagram(b"exploit"), verdicts=1)
        run.send(*[datagram(b"more")] * 3)
        run.engine.wait_for(lambda: len(run.verdicts()) == 2, 8)
        put, expired = run.engine.records("verdict")
        assert expired["verdict"]["event"] == "expired" and expired["verdict"]["packets"] == 3, expired
        assert expired["verdict"]["bytes"] == 3 * len(datagram(b"more")), expired
        assert (expired["src_ip"], expired["src_port"], expired["proto"]) == (ME, 4000, "UDP"), expired
        assert put["verdict"]["expires"][:18] == expired["verdict"]["expires"][:18], (put, expired)
        seen = run.send(datagram(b"exploit"), alerts=2, verdicts=3)
        assert [s[0] for s in seen] == ["blocked", "expired", "blocked"], seen


def verdict_drops_what_is_queued(sluice, host):
    """Of a burst that one batch brings the first datagram blocks: the others are dropped where they wait, and counted."""
    with Run(sluice, host, "records: alert,stats\n") as run:
        run.engine.process.send_signal(signal.SIGSTOP)  # for as long as the program takes the engine to live
        send_frames(host.out, "slxa", [datagram(b"exploit")] * 10)
        run.engine.process.send_signal(signal.SIGCONT)
        run.engine.wait_for(lambda: run.engine.records())
        run.send(datagram(b"exploit"))
    (stats,) = run.engine.records("stats")
    steered, blocked = (stats["stats"]["xdp"]["ways"][way]["packets"] for way in ("steered", "flow_blocked"))
    assert (steered, blocked, stats["stats"]["flow"]["packets_after_verdict"]) == (10, 1, 9), stats
    assert len(run.engine.records()) == 1


def verdict_rate_is_capped(sluice, host):
    """Past the cap flows are not blocked; their alerts are written all the same. Each verdict follows its alert."""
    with Run(sluice, host, "verdict:\n  max-blocks-per-second: 5\n", workers=2) as run:
        seen = run.send(*[datagram(b"exploit", port=5000 + i) for i in range(20)], alerts=20, verdicts=20)
        blocked = [s for s in seen if s[0] == "blocked"]
        refused = [s for s in seen if s[:2] == ("refused", "rate")]
        assert len(blocked) + len(refused) == 20 and 5 <= len(blocked) <= 8, seen
        assert len(run.blocks()) == len(blocked), run.blocks()
        with open(run.engine.eve) as f:
            kinds = [json.loads(line) for line in f]
        for alert, verdict in zip(kinds[::2], kinds[1::2]):
            assert (alert["event_type"], verdict["event_type"]) == ("alert", "verdict") and \
                alert["flow_id"] == verdict["flow_id"], (alert, verdict)


def verdict_dry_run(sluice, host):
    """Told, not done; and records of verdicts may be left out."""
    settings = "verdict:\n  dry-run: yes\n  host-block:\n    - {sids: 2000003, seconds: 9}\n"
    with Run(sluice, host, settings) as run:
        run.send(datagram(b"an exploit scan"), datagram(b"a scan"), alerts=3, verdicts=3)
        assert run.blocks() == [] and all(r["verdict"]["dry_run"] for r in run.engine.records("verdict"))
        assert [v[2] for v in run.verdicts()] == ["flow", "host", "host"], run.verdicts()
    with Run(sluice, host, "records: alert\n") as run:
        run.send(datagram(b"an exploit"), alerts=1)
        assert run.verdicts() == [] and len(run.blocks()) == 1


def verdict_policy_is_reread(sluice, host):
    """On a reload: who is blocked, who never, for how long, the cap, dry runs. A policy that is wrong leaves the old one."""
    settings = "verdict:\n  dry-run: yes\n  block-seconds: 60\n  max-blocks-per-second: 1\n"
    with Run(sluice, host, settings, workers=2) as run:
        run.send(datagram(b"exploit"), verdicts=1)
        assert run.blocks() == [] and run.engine.records("verdict")[0]["verdict"]["dry_run"]
        said = run.engine.reconfigure(settings, "verdict:\n  host-block:\n    - sids: 2000003\n")
        assert "sluice.yaml:" in said and "seconds is missing" in said, said
        said = run.engine.reconfigure("    - sids: 2000003\n",
                                      "    - {sids: 2000003, seconds: 30}\n  never-block: 10.9.0.7\n  block-seconds: 1200\n")
        assert "carried out from here on" in said, said
        run.send(datagram(b"exploit"), verdicts=2)  # of a flow that is open
        assert len(run.blocks()) == 1
        (block,) = host.json("blocks")
        assert 1100 < block["expires_in"] <= 1200, block
        run.send(datagram(b"exploit", "10.9.0.7"), datagram(b"scan", "10.9.0.8"), datagram(b"scan", "10.9.0.9"), verdicts=5)
        seen = run.verdicts()[2:]
        assert seen == [("refused", "never-block", "flow", 4000, 2000001), ("blocked", None, "host", "10.9.0.8", 2000003),
                        ("blocked", None, "host", "10.9.0.9", 2000003)], seen
        said = run.engine.reconfigure("  block-seconds: 1200\n", "  dry-run: yes\n  never-block: nobody\n")
        assert '"nobody"' in said and "the rules in use stay" in said, said
        run.send(datagram(b"scan", "10.9.0.10"), verdicts=6)
        assert "10.9.0.10" in run.blocks()


VERDICT_TESTS = (verdict_blocks_hosts, verdict_blocks_networks_of_ipv6, verdict_expires, verdict_drops_what_is_queued, verdict_rate_is_capped, verdict_dry_run,
                 verdict_policy_is_reread)

