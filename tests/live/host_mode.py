"""sluice run in host mode: a server on the host, a client outside, both directions inspected. Run by tests/live/run."""
import json
import os
import signal
import time

from live_run import Engine
from web import Web, fetch, pings
from world import build, connect, datagram_arrives, listen, talks

TESTS = []

RULES = 'alert http any any -> any 80 (msg:"request"; http.uri; content:"/index"; sid:2000011;)\n' \
    'alert http any 80 -> any any (msg:"answer"; flow:to_client; file.data; content:"secret"; sid:2000012;)\n' \
    'alert tcp any 80 -> any any (msg:"end"; flow:to_client; content:"THE-END"; sid:2000013;)\n' \
    'drop http any any -> any 80 (msg:"exploit"; http.uri; content:"/exploit"; sid:2000014;)\n' \
    'alert udp any any -> any 9 (msg:"tagged"; content:"tagged"; sid:2000015;)\n'


def test(function):
    TESTS.append(function)
    return function


class Machine:
    """`out` is the client's namespace, `here` the host's, with the program on slxb."""

    def __init__(self, world):
        self.sluice = os.environ["SLUICE"]
        self.out, self.here = world.namespace("xa"), world.namespace("xb")
        world.pair(self.out, "slxa", "10.9.0.1/24", self.here, "slxb", "10.9.0.2/24")

    def run(self, settings="", rules=RULES):
        return Engine(self.sluice, self.here, rules, f"  mode: host\n{settings}checksums: auto\n")

    def xdp(self, *args, check=True):
        return self.here.run(self.sluice, "xdp", *args, check=check)

    def status(self):
        return next(i for i in json.loads(self.xdp("status", "--json").stdout)["interfaces"] if i["interface"] == "slxb")

    def ways(self):
        """What came in and what went out, by way."""
        s = self.status()
        both = s["counters"], s["egress"]["counters"]
        return [{k: v["packets"] for k, v in c["ways"].items() if v["packets"]} for c in both]

    def pings(self):
        return pings(self.out, "10.9.0.2")

    def is_clean(self):
        assert not os.path.exists("/sys/fs/bpf/sluice"), os.listdir("/sys/fs/bpf/sluice")
        assert "xdp" not in self.here.ip("link", "show", "dev", "slxb").stdout.split()
        assert "sluice" not in self.filters()

    def filters(self):
        return self.here.run("tc", "filter", "show", "dev", "slxb", "egress", check=False).stdout

    def disciplines(self):
        return self.here.run("tc", "qdisc", "show", "dev", "slxb").stdout


def arrives(end):
    """Whether bytes come within half a second."""
    end.settimeout(0.5)
    try:
        return bool(end.recv(100))
    except TimeoutError:
        return False


def sids(engine):
    return {r["alert"]["signature_id"] for r in engine.records()}


@test
def host_sees_both_directions(world):
    m = Machine(world)
    web = Web(m.here, "10.9.0.2", 80, b"a secret page")
    engine = m.run()
    try:
        assert "host mode" in engine.said() and "sluice_egress" in m.filters(), m.filters()
        assert fetch(m.out, "10.9.0.2", 80, "/index.html") == b"a secret page"
        engine.wait_for(lambda: sids(engine) == {2000011, 2000012})
        request, answer = sorted(engine.records(), key=lambda r: r["alert"]["signature_id"])
        assert request["src_ip"] == "10.9.0.1" and request["http"]["url"] == "/index.html", request
        assert answer["src_ip"] == "10.9.0.2" and answer["src_port"] == 80, answer
        assert m.pings()
        came, went = m.ways()
        assert came["steered"] >= 4 and went["steered"] >= 3, (came, went)
        assert came["unselected"] >= 1 and went["unselected"] >= 1, (came, went)  # the ping
        assert set(came) == set(went) == {"steered", "unselected"}, (came, went)
        text = m.xdp("status").stdout
        assert "on egress: sluice_egress" in text and "  sent " in text, text
    finally:
        code = engine.stop()
        web.close()
    assert code == 0, engine.said()
    m.is_clean()
    assert "clsact" not in m.disciplines()


@test
def host_takes_segmentation_offload(world):
    m = Machine(world)
    for namespace, name in ((m.here, "slxb"), (m.out, "slxa")):
        namespace.run("ethtool", "-K", name, "tx", "on", "tso", "on", "gso", "on", check=False)
    body = b"x" * 600000 + b"THE-END"
    web = Web(m.here, "10.9.0.2", 80, body)
    engine = m.run()
    try:
        assert fetch(m.out, "10.9.0.2", 80, "/big") == body
        engine.wait_for(lambda: sids(engine) == {2000013})
        sent = m.status()["egress"]["counters"]
        assert sent["notes"]["segmented"]["packets"] >= 5 and not sent["ways"]["ring_full"]["packets"], sent
        assert not sent["notes"]["snapped"]["packets"], sent
    finally:
        assert engine.stop() == 0, engine.said()
        web.close()


@test
def host_drop_blocks_the_flow(world):
    m = Machine(world)
    server = listen(m.here, "10.9.0.2", 80)
    engine = m.run()
    try:
        client = connect(m.out, "10.9.0.2", 80)
        peer = server.accept()[0]
        client.sendall(b"GET /exploit HTTP/1.1\r\n\r\n")
        assert b"exploit" in peer.recv(100)  # a copy was inspected: the first packet has passed
        peer.sendall(b"HTTP/1.1 200 OK\r\n")  # rules look at a request with the acknowledgment of this
        engine.wait_for(lambda: sids(engine) == {2000014})
        assert client.recv(100)
        client.sendall(b"more")
        peer.sendall(b"an answer")
        assert not arrives(peer) and not arrives(client)
        came, went = m.ways()
        assert came["flow_blocked"] >= 1 and went["flow_blocked"] >= 1, (came, went)
        assert talks(m.out, server) and m.pings()
    finally:
        assert engine.stop() == 0, engine.said()
    m.is_clean()


@test
def host_killed_lets_through(world):
    m = Machine(world)
    web = Web(m.here, "10.9.0.2", 80, b"page")
    engine = m.run()
    try:
        engine.process.send_signal(signal.SIGKILL)
        engine.process.wait()
        time.sleep(1.2)
        assert fetch(m.out, "10.9.0.2", 80, "/index") == b"page" and m.pings()
        came, went = m.ways()
        assert came["failed_open"] >= 4 and went["failed_open"] >= 3, (came, went)
        again = m.run()
        assert "taken over" in again.said(), again.said()
        fetch(m.out, "10.9.0.2", 80, "/index")
        again.wait_for(lambda: 2000011 in sids(again))
        assert again.stop() == 0, again.said()
    finally:
        engine.stop()
        web.close()
    m.is_clean()
    assert "clsact" not in m.disciplines()


@test
def host_ipv6(world):
    m = Machine(world)
    for ns, name, number in ((m.out, "slxa", 1), (m.here, "slxb", 2)):
        ns.run("sh", "-c", f"echo 0 >/proc/sys/net/ipv6/conf/{name}/disable_ipv6")
        ns.ip("addr", "add", f"2001:db8:5::{number}/64", "dev", name, "nodad")
    web = Web(m.here, "2001:db8:5::2", 80, b"a secret page")
    engine = m.run()
    try:
        assert fetch(m.out, "2001:db8:5::2", 80, "/index") == b"a secret page"
        engine.wait_for(lambda: sids(engine) == {2000011, 2000012})
        assert all(r["src_ip"].startswith("2001:0db8:0005") for r in engine.records()), engine.records()
    finally:
        assert engine.stop() == 0, engine.said()
        web.close()


@test
def host_leaves_other_filters(world):
    """Somebody's filter runs before ours and stays; the VLAN tag that it asks for is seen in the copy."""
    m = Machine(world)
    m.here.run("tc", "qdisc", "add", "dev", "slxb", "clsact")
    m.here.run("tc", "filter", "add", "dev", "slxb", "egress", "prio", "9", "bpf", "da", "obj", build("tagging.bpf.c"),
               "sec", "tc")
    engine = m.run("  steering:\n    udp: 9\n")
    try:
        datagram_arrives(m.here, m.out, "10.9.0.1", 9, b"tagged")
        engine.wait_for(lambda: sids(engine) == {2000015})
        assert engine.records()[0]["vlan"] == [5], engine.records()
    finally:
        assert engine.stop() == 0, engine.said()
    m.is_clean()
    assert "pref 9" in m.filters() and "clsact" in m.disciplines()


@test
def host_mode_comes_and_goes(world):
    m = Machine(world)
    for mode, there in (("host", True), ("span", False), ("host", True), ("inline", False)):
        m.xdp("attach", "slxb", "--mode", mode, *(("--peer", "lo") if mode == "inline" else ()))
        assert ("sluice_egress" in m.filters()) == there, (mode, m.filters())
        assert ("clsact" in m.disciplines()) == there, (mode, m.disciplines())
    m.xdp("attach", "slxb", "--mode", "host")
    m.xdp("detach", "--all")
    m.is_clean()
