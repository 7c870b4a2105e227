"""Conversations: packets with times, TCP connections with real handshakes, the small protocols that captures use.

A Talk collects (nanoseconds, frame). Its clock starts at a fixed moment and every packet moves it on by a fixed
step, so that the same script gives the same bytes.
"""
import struct

from . import wire

START = 1_795_392_000_000_000_000  # 2026-11-23 00:00:00 UTC
STEP = 1_000_000                   # one millisecond between packets

INSIDE = "192.168.10.20"     # a workstation
SERVER = "192.168.10.80"     # a server of ours
RESOLVER = "192.168.10.53"
OUTSIDE = "198.51.100.23"    # RFC 5737
PARTNER = "203.0.113.77"


class Talk:
    def __init__(self):
        self.packets = []
        self.now = START
        self.ident = 0x2000

    def wait(self, seconds):
        self.now += int(seconds * 1_000_000_000)

    def frame(self, data):
        self.packets.append((self.now, data))
        self.now += STEP

    def ip(self, src, dst, proto, payload):
        """One IP packet in an Ethernet frame; identifications count up."""
        self.ident += 1
        self.frame(wire.ethernet(src, dst, wire.ipv4(src, dst, proto, payload, self.ident & 0xFFFF)))

    def udp(self, src, sport, dst, dport, payload):
        self.ip(src, dst, wire.UDP, wire.udp(src, sport, dst, dport, payload))

    def ping(self, src, dst, payload, number=1, ident=0x0051):
        rest = struct.pack("!HH", ident, number)
        self.ip(src, dst, wire.ICMP, wire.icmp(8, 0, rest, payload))
        self.ip(dst, src, wire.ICMP, wire.icmp(0, 0, rest, payload))

    def segment(self, src, sport, dst, dport, flags, seq=0x1000, ack=0, payload=b"", window=64240, options=b""):
        """A TCP segment that belongs to no connection of ours: a probe."""
        self.ip(src, dst, wire.TCP, wire.tcp(src, sport, dst, dport, flags, seq, ack, payload, window, options))

    def connect(self, src, sport, dst, dport, **options):
        return Connection(self, src, sport, dst, dport, **options)

    def exchange(self, src, sport, dst, dport, *lines):
        """A whole connection: `lines` are bytes, those of the client as they are, those of the server in a tuple."""
        connection = self.connect(src, sport, dst, dport)
        for line in lines:
            if isinstance(line, tuple):
                connection.reply(line[0])
            else:
                connection.send(line)
        connection.close()


class Connection:
    """A TCP connection whose segments are all acknowledged. Fixed initial sequence numbers."""

    def __init__(self, talk, src, sport, dst, dport, mss=1460):
        self.talk, self.mss = talk, mss
        self.client, self.server = (src, sport), (dst, dport)
        self.next = {self.client: 0x11110000 + sport, self.server: 0x77770000 + dport}
        self.part(self.client, wire.SYN, options=wire.mss(mss))
        self.part(self.server, wire.SYN | wire.ACK, options=wire.mss(mss))
        self.part(self.client, wire.ACK)

    def part(self, sender, flags, payload=b"", seq=None, **more):
        """One segment of this connection; with `seq` it stands outside the normal order and moves nothing on."""
        receiver = self.server if sender == self.client else self.client
        ack = self.next[receiver] if flags & wire.ACK else 0
        at = self.next[sender] if seq is None else seq
        self.talk.segment(*sender, *receiver, flags, seq=at, ack=ack, payload=payload, **more)
        if seq is None:
            self.next[sender] += len(payload) + bool(flags & (wire.SYN | wire.FIN))

    def push(self, sender, data):
        receiver = self.server if sender == self.client else self.client
        for at in range(0, len(data), self.mss):
            self.part(sender, wire.PSH | wire.ACK, data[at:at + self.mss])
        self.part(receiver, wire.ACK)

    def send(self, data):
        self.push(self.client, data)

    def reply(self, data):
        self.push(self.server, data)

    def close(self):
        self.part(self.client, wire.FIN | wire.ACK)
        self.part(self.server, wire.FIN | wire.ACK)
        self.part(self.client, wire.ACK)


def request(path="/", method="GET", agent="Mozilla/5.0 (X11; Linux x86_64)", headers=(), body=b"", host="www.example.com"):
    """An HTTP/1.1 request. `headers` are whole lines without their end."""
    lines = ["%s %s HTTP/1.1" % (method, path), "Host: " + host, "User-Agent: " + agent, *headers]
    if body:
        lines.append("Content-Length: %d" % len(body))
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def response(body=b"<html>hello</html>\n", status="200 OK", kind="text/html"):
    head = "HTTP/1.1 %s\r\nServer: demo\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n" % (status, kind, len(body))
    return head.encode() + body


def query(name, qtype=1, ident=0x4A31, flags=0x0100):
    """A DNS query (RFC 1035, 4.1) with one question."""
    labels = b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"
    return struct.pack("!HHHHHH", ident, flags, 1, 0, 0, 0) + labels + struct.pack("!HH", qtype, 1)


def answer(question, address):
    """The answer to a query with one address (RFC 1035, 4.1.3)."""
    head = question[:2] + struct.pack("!HHHHH", 0x8180, 1, 1, 0, 0)
    return head + question[12:] + b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 300, 4) + wire.address(address)


def noise(count, seed=1):
    """Bytes that look random and are the same in every run (a linear congruential generator)."""
    out, state = bytearray(), seed
    for _ in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        out.append(state >> 16 & 0xFF)
    return bytes(out)
