"""Flows of sluice run that were seen enough of: let by in the kernel, and yet whole in their flow records."""
import os
import socket
import ssl
import struct
import subprocess
import tempfile
import time

from live_run import Engine
from world import ethernet, send_frames

CLIENT, SERVER = "10.9.0.1", "10.9.0.2"
SYN, ACK, PSH = 2, 16, 8
RULES = 'alert tcp any any -> any 80 (msg:"enough"; dsize:>0; content:"enough"; bypass; sid:2000001;)\n' \
    'alert tcp any any <> any 80 (msg:"seen"; dsize:>0; content:"needle"; sid:2000002;)\n' \
    'alert tcp any any -> any 80 (msg:"of the stream"; content:"stream of"; sid:2000003;)\n'
SETTINGS = "records: alert,flow,tls\nbypass:\n  elephant-bytes: 100kb\n"


class Talk:
    """One TCP connection to port 80 of the server, as frames that a tap would see. Counts what it sends by direction."""

    def __init__(self, host, port=4000):
        self.host, self.port, self.next = host, port, [100, 900]
        self.packets, self.bytes = [0, 0], [0, 0]

    def send(self, *segments):
        """Each segment: (0 from the client, 1 from the server; flags; bytes)."""
        frames = []
        for back, flags, text in segments:
            ports = (80, self.port) if back else (self.port, 80)
            tcp = struct.pack("!HHIIBBHHH", *ports, self.next[back], self.next[not back] if flags & ACK else 0, 0x50,
                              flags, 65535, 0, 0) + text
            ends = (SERVER, CLIENT) if back else (CLIENT, SERVER)
            ip = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(tcp), 1, 0, 64, 6, 0) + b"".join(map(socket.inet_aton, ends))
            frames.append(ethernet(0x0800, ip + tcp))
            self.next[back] += len(text) + bool(flags & SYN)
            self.packets[back] += 1
            self.bytes[back] += len(frames[-1])
        send_frames(self.host.out, "slxa", frames)

    def open(self):
        self.send((0, SYN, b""), (1, SYN | ACK, b""), (0, ACK, b""))
        return self

    def says(self, back, text):
        """Text and its acknowledgment."""
        self.send((back, PSH | ACK, text), (not back, ACK, b""))

    def counts(self):
        return self.packets + self.bytes


def counts(record):
    flow = record["flow"]
    return [flow[k] for k in ("pkts_toserver", "pkts_toclient", "bytes_toserver", "bytes_toclient")]


def run(sluice, host, settings=""):
    return Engine(sluice, host.sensor, RULES, SETTINGS + settings)


def flows(engine):
    """Flow records by source port."""
    return {r["src_port"]: r for r in engine.records("flow") if r["proto"] != "IPv6-ICMP"}


def bypass_by_rule(sluice, host):
    """Packets behind the match are not inspected but counted, both ways; other flows go on."""
    engine = run(sluice, host)
    try:
        talk, other = Talk(host).open(), Talk(host, 4001).open()
        talk.says(0, b"enough")
        engine.wait_for(lambda: len(engine.records()) == 1)
        time.sleep(0.2)
        for i in range(20):
            talk.send((i % 2, PSH | ACK, b"needle" * (i + 1)))
        other.says(0, b"a needle")
        engine.wait_for(lambda: len(engine.records()) == 2)
        assert host.ways()["bypassed"] >= 20, host.ways()
    finally:
        code = engine.stop()
    assert code == 0, engine.said()
    assert [r["src_port"] for r in engine.records()] == [4000, 4001]
    record = flows(engine)[4000]
    assert counts(record) == talk.counts(), (record, talk.counts())
    assert (record["flow"]["state"], record["flow"]["bypass"]) == ("bypassed", "capture"), record
    # The acknowledgment of what matched may come before the kernel lets the flow pass, or after.
    assert record["flow"]["bypassed"]["pkts_toclient"] in (10, 11), record
    assert counts(flows(engine)[4001]) == other.counts() and "bypass" not in flows(engine)[4001]["flow"]


def bypass_lives_on(sluice, host):
    """A flow whose packets pass in the kernel does not time out; then it does, and another begins with a SYN."""
    engine = run(sluice, host, "flow-timeouts:\n  tcp:\n    bypassed: 2\n")
    try:
        talk = Talk(host).open()
        talk.says(0, b"enough")
        engine.wait_for(lambda: engine.records())
        time.sleep(0.2)
        for _ in range(8):
            talk.send((1, ACK, b"more"))
            time.sleep(0.5)
        assert not flows(engine), "the flow has timed out while its packets passed"
        last = time.time()
        engine.wait_for(lambda: flows(engine), 8)
        assert time.time() - last > 1 and counts(flows(engine)[4000]) == talk.counts(), flows(engine)
        assert flows(engine)[4000]["flow"]["reason"] == "timeout"
        again = Talk(host, 4001).open()
        again.says(0, b"enough")
        engine.wait_for(lambda: len(engine.records()) == 2)
        time.sleep(0.2)
        again.send((1, ACK, b"more"))
        anew = Talk(host, 4001).open()  # the end of the former was not seen
        anew.says(0, b"needle")
        engine.wait_for(lambda: len(engine.records()) == 3)
        engine.wait_for(lambda: 4001 in flows(engine))
        assert flows(engine)[4001]["flow"]["reason"] == "tcp_reuse", flows(engine)
        assert counts(flows(engine)[4001]) == again.counts(), flows(engine)
    finally:
        code = engine.stop()
    assert code == 0, engine.said()


def certificate():
    folder = tempfile.mkdtemp(dir=os.environ["SLX_TEMP"])
    key, cert = os.path.join(folder, "key"), os.path.join(folder, "cert")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=sluice.test", "-keyout", key, "-out", cert], check=True, capture_output=True)
    return cert, key


def bypass_of_tls(sluice, host):
    """Once encrypted, a session passes in the kernel; its flow record has all bytes, its tls record is there."""
    out = [ssl.MemoryBIO(), ssl.MemoryBIO()]  # from the client, from the server
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(*certificate())
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname, client.verify_mode = False, ssl.CERT_NONE
    ends = [client.wrap_bio(out[1], out[0], server_hostname="sluice.test"), server.wrap_bio(out[0], out[1], True)]
    engine = run(sluice, host)
    try:
        talk, done = Talk(host).open(), [False, False]
        while not all(done):
            for side, end in enumerate(ends):
                try:
                    end.do_handshake()
                    done[side] = True
                except ssl.SSLWantReadError:
                    pass
                text = out[side].read()
                if text:
                    talk.says(side, text)
                    out[side].write(text)  # for the other end
        ends[1].write(b"hello")
        talk.says(1, out[1].read())
        engine.wait_for(lambda: engine.records("tls"))
        time.sleep(0.2)
        before = host.ways().get("bypassed", 0)
        for _ in range(10):
            ends[1].write(b"needle" * 100)
            talk.send((1, PSH | ACK, out[1].read()))
        assert host.ways()["bypassed"] == before + 10, host.ways()
    finally:
        code = engine.stop()
    assert code == 0, engine.said()
    record = flows(engine)[4000]
    assert counts(record) == talk.counts() and record["flow"]["bypassed"]["pkts_toclient"] >= 10, (record, talk.counts())
    assert engine.records("tls")[0]["tls"]["sni"] == "sluice.test", engine.records("tls")


def bypass_of_elephants(sluice, host):
    """Large flows too, by option; without `bypass` all is inspected to the end."""
    for settings, found in (("", 1), ("  enabled: no\n", 2)):
        engine = run(sluice, host, settings)
        try:
            talk = Talk(host).open()
            talk.says(0, b"a stream of needles")
            for _ in range(10):
                talk.send(*((1, PSH | ACK, b"x" * 1400), (0, ACK, b"")) * 10)
            if found == 1:  # the rest of its stream is inspected before it is let by
                engine.wait_for(lambda: 2000003 in [r["alert"]["signature_id"] for r in engine.records()])
            time.sleep(0.2)
            before = host.ways().get("bypassed", 0)
            talk.says(0, b"another needle")
            time.sleep(0.2)
            assert (host.ways().get("bypassed", 0) - before > 0) == (found == 1), host.ways()
        finally:
            code = engine.stop()
        sids = sorted(r["alert"]["signature_id"] for r in engine.records())
        assert code == 0 and sids == [2000002] * found + [2000003], sids
        assert counts(flows(engine)[4000]) == talk.counts(), (flows(engine), talk.counts())


BYPASS_TESTS = (bypass_by_rule, bypass_lives_on, bypass_of_tls, bypass_of_elephants)
