"""Captures that lie, flood or were made to hurt: sluice ends by itself, says what it met, and stays in bounded memory."""
import gzip
import json
import lzma
import os
import random
import struct
import subprocess

import captures as c
from harness import Harness

h = Harness()
h.write("r.rules", 'alert udp any any -> any any (msg:"needle"; content:"needle"; sid:1;)\n'
                   'alert tcp any any -> any any (msg:"stream"; content:"needle"; sid:2;)\n'
                   'alert tcp any any -> any any (msg:"established"; flow:established,to_server; content:"zzzzzzzz"; sid:3;)\n'
                   'alert ip any any -> any any (msg:"fragments"; fragbits:M; content:"needle"; sid:4;)\n')
r = random.Random(11)
A, B = "10.0.0.1", "192.0.2.5"
CUT = "cut short"


def runs(name, data, *args, codes=(0,), says=(), alerts=None, **limits):
    """`data`: a capture's bytes, or frames. Returns the counters."""
    if isinstance(data, list):
        data = c.pcap(data, step=0.0001)
    h.write("x.pcap", data)
    o = h.survives(name, codes, "--rules", "r.rules", "--eve", "-", "--records", "alert,stats", "--checksums", "off", *args, "x.pcap", says=says, **limits)
    records = [json.loads(line) for line in o.stdout.splitlines()] if o.returncode in (0, 1, 3) else []
    found = [e["alert"]["signature_id"] for e in records if e["event_type"] == "alert"]
    if alerts is not None:
        h.check(name + ": alerts", len(found) == alerts, "%d alerts" % len(found))
    stats = [e["stats"] for e in records if e["event_type"] == "stats"]
    return stats[-1] if stats else {}


def frame_of(n, length, wire=None):
    return struct.pack("<IIII", 1700000000, 0, length, length if wire is None else wire) + b"\xaa" * n


def lying():
    good, head = c.pcap([c.needle(i) for i in range(3)]), c.pcap([])
    for length in 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x10000000, 262145, 1000:
        runs("incl_len %#x at the end" % length, good + frame_of(100, length), says=(CUT,), alerts=3)
        runs("incl_len %#x at once" % length, head + frame_of(100, length), says=(CUT,), alerts=0)
    runs("incl_len above orig_len", good + frame_of(100, 100, 5) + good[24:], alerts=6)
    runs("incl_len above snaplen", good[:16] + struct.pack("<I", 10) + good[20:], codes=(0,))
    runs("orig_len of 4 GB", good + frame_of(100, 100, 0xFFFFFFFF) + good[24:], alerts=6)
    runs("a snaplen of 0", good[:16] + bytes(4) + good[20:], alerts=3)
    runs("a snaplen of 4 GB", good[:16] + b"\xff" * 4 + good[20:], alerts=3)
    runs("snaplen 4 GB and a frame of nearly that", good[:16] + b"\xff" * 4 + good[20:] + frame_of(50, 0xFFFFFFF0), says=(CUT,), alerts=3)
    runs("microseconds of 4 billion", head + struct.pack("<IIII", 1700000000, 0xFFFFFFFF, 60, 60) + c.needle().ljust(60, b"\0"), alerts=1)
    for zone in b"\xff\xff\xff\x7f", b"\0\0\0\x80":
        runs("a time zone of 68 years", good[:8] + zone + good[12:], alerts=3)
    for version in (0, 0), (2, 5), (99, 99), (65535, 65535):
        runs("version %d.%d" % version, good[:4] + struct.pack("<HH", *version) + good[8:], codes=(0, 1))
    runs("frames of no bytes", head + struct.pack("<IIII", 1, 1, 0, 0) * 1000 + good[24:], alerts=3)
    frame = c.needle()
    runs("frames cut at every length", [frame[:n] for n in range(len(frame))], alerts=0)
    runs("frames of noise", [r.randbytes(r.randrange(1, 200)) for _ in range(5000)])
    runs("frames with noise in them", [noisy(frame) for _ in range(5000)])


def noisy(frame):
    frame = bytearray(frame)
    for _ in range(r.randrange(1, 4)):
        frame[r.randrange(12, len(frame))] = r.randrange(256)
    return bytes(frame)


def times():
    back = [(1700000000 - i * 60, c.needle(i % 5000)) for i in range(2000)]
    runs("time going backwards", c.pcap(back), alerts=2000)
    jumps = [(r.choice((0, 1, 2 ** 31 - 1, 2 ** 32 - 1, 1700000000)), c.needle(i % 50)) for i in range(2000)]
    runs("time that jumps between 1970 and 2106", c.pcap(jumps), alerts=2000)
    runs("tcp while time jumps", c.pcap([((i * 2654435761) % 2 ** 32, f) for i, f in enumerate(c.conversation() * 50)]))
    stamps = [0, 1, 2 ** 64 - 1, 2 ** 63, 2 ** 63 - 1, 10 ** 18, 1700000000 * 10 ** 6]
    for resolution in 0, 6, 9, 19, 20, 127, 0x80 | 63, 0x80 | 64, 255:
        runs("pcapng times of resolution %d" % resolution, c.pcapng([(1, resolution)], [(0, s, c.needle()) for s in stamps]), codes=(0, 1))


def big():
    for link, name in (101, "raw"), (1, "Ethernet"):
        frame = c.udp(A, B, 1, 2, b"needle".rjust(65507, b"x"))
        frame = frame if link == 101 else c.ethernet(frame)
        runs("a packet of 65,535 bytes, " + name, c.pcap([frame] * 50, link=link), alerts=50)
    runs("a frame of 262,144 bytes", c.pcap([c.ethernet(c.udp(A, B, 1, 2, b"needle").ljust(262130, b"\0"))]), alerts=1)
    segments = handshake() + [c.ethernet(c.tcp(A, B, 40000, 80, 24, 101 + i * 65000, 501, b"y" * 65000)) for i in range(100)]
    runs("segments of 65,000 bytes", segments)
    runs("jumbograms and lengths of nothing", [c.ethernet(struct.pack(">IHBB", 6 << 28, 0, 0, 64) + bytes(32) + bytes((59, 0, 0xC2, 4)) + n.to_bytes(4, "big"), 0x86DD)
                                               for n in (0, 1, 65535, 65536, 2 ** 32 - 1)])


def handshake(port=40000, server=80, client_at=100, server_at=500):
    return [c.ethernet(p) for p in (c.tcp(A, B, port, server, 2, client_at, 0), c.tcp(B, A, server, port, 18, server_at, client_at + 1 & 0xFFFFFFFF),
                                    c.tcp(A, B, port, server, 16, client_at + 1 & 0xFFFFFFFF, server_at + 1))]


def tunnels():
    inner = c.udp(A, B, 1, 2, b"needle")
    layers = {
        "IPIP": lambda p, i: c.ipv4("10.1.%d.1" % i, "10.2.0.1", 4, p),
        "GRE": lambda p, i: c.ipv4("10.1.%d.1" % i, "10.2.0.1", 47, struct.pack(">HH", 0, 0x0800) + p),
        "GRE with Ethernet": lambda p, i: c.ipv4("10.1.%d.1" % i, "10.2.0.1", 47, struct.pack(">HH", 0, 0x6558) + c.ethernet(p)),
        "VXLAN": lambda p, i: c.udp("10.1.%d.1" % i, "10.2.0.1", 5, 4789, struct.pack(">II", 8 << 24, i << 8) + c.ethernet(p)),
        "GENEVE": lambda p, i: c.udp("10.1.%d.1" % i, "10.2.0.1", 5, 6081, struct.pack(">BBHI", 0, 0, 0x6558, i << 8) + c.ethernet(p)),
        "6in4 and 4in6": lambda p, i: six(c.ipv4("10.1.%d.1" % i, "10.2.0.1", 41, six(p, 4)), 4) if not i else c.ipv4("10.1.%d.1" % i, "10.2.0.1", 41, six(p, 4)),
        "ERSPAN": lambda p, i: c.ipv4("10.1.%d.1" % i, "10.2.0.1", 47, struct.pack(">HHIII", 0x1000, 0x88BE, i, 0x10000000, 0) + c.ethernet(p)),
    }
    for name, wrap in layers.items():
        for depth in 1, 20, 500:
            packet = inner
            for i in range(depth):
                if len(packet) > 65000:
                    break
                packet = wrap(packet, i % 250)
            kind = 0x86DD if packet[0] >> 4 == 6 else 0x0800
            stats = runs("%s, %d deep" % (name, depth), [c.ethernet(packet, kind)] * 200, alerts=200 if depth == 1 else None)
            h.check("%s, %d deep: counted" % (name, depth), stats.get("decoder", {}).get("pkts", 0) >= 200, stats.get("decoder"))
    for kind in 0x8100, 0x88A8, 0x8847:
        tags = struct.pack(">HH", 5, kind) * 300 if kind != 0x8847 else struct.pack(">I", 5 << 12) * 300
        runs("300 tags of %#x" % kind, [c.ethernet(tags + inner, kind)] * 200)
    runs("1,000 IPv6 extension headers", [c.ethernet(struct.pack(">IHBB", 6 << 28, 8000, 0, 64) + bytes(32) + bytes(8) * 1000, 0x86DD)] * 200)


def six(packet, kind):
    return struct.pack(">IHBB", 6 << 28, len(packet), kind, 64) + bytes(15) + b"\1" + bytes(15) + b"\2" + packet


def fragment(ident, offset, data, more=True, source=A):
    p = bytearray(c.ipv4(source, B, 17, data, ident=ident & 0xFFFF))
    p[6:8] = struct.pack(">H", (0x2000 if more else 0) | offset // 8)
    return c.ethernet(bytes(p))


def fragments():
    udp = struct.pack(">HHHH", 1, 2, 1480, 0) + b"needle".ljust(1472, b"f")
    def counted(name, frames, **more):
        stats = runs(name, frames, **more)
        h.check(name + ": counted", stats.get("defrag", {}).get("fragments", 0) >= 5000, stats.get("defrag"))

    counted("first fragments alone", [fragment(i, 0, udp, source="10.%d.0.1" % (i >> 16)) for i in range(60000)])
    counted("last fragments alone", [fragment(i, 1480, udp, False) for i in range(20000)])
    counted("the same fragment again and again", [fragment(7, 0, udp)] * 20000)
    counted("fragments that overlap by all but 8 bytes", [fragment(7, 8 * (i % 8000), udp) for i in range(20000)])
    counted("fragments backwards", [fragment(7, 64000 - 8 * (i % 8000), udp[:8]) for i in range(20000)])
    order = list(range(0, 8100))
    r.shuffle(order)
    counted("one datagram of 8,100 fragments in no order", [fragment(9, 8 * i, b"needle..", i != 8099) for i in order * 3])
    counted("fragments past the largest datagram", [fragment(i, 65528, udp, i % 2 == 0) for i in range(5000)])
    counted("fragments of no bytes", [fragment(7, 8 * (i % 1000), b"") for i in range(5000)] + [fragment(7, 0, udp)])
    counted("random overlaps", [fragment(r.randrange(20), 8 * r.randrange(400), r.randbytes(8 * r.randrange(1, 60)), r.random() < 0.95) for _ in range(20000)])
    h6 = lambda i, offset, more, data: c.ethernet(six(struct.pack(">BBHI", 17, 0, offset | more, i) + data, 44), 0x86DD)
    runs("IPv6 fragments, never whole", [h6(i, 0, 1, udp) for i in range(20000)])
    runs("IPv6 fragments, overlapping", [h6(i % 10, 8 * r.randrange(300), r.randrange(2), udp[:r.randrange(1, 20) * 8]) for i in range(20000)])


def stamped(frame, count, step, fields):
    """A capture of `count` copies of one frame; fields: (offset in the frame, list of byte values to go round in)."""
    one = struct.pack("<IIII", 1700000000, 0, len(frame), len(frame)) + frame
    data = bytearray(one * count)
    for at, values in fields:
        data[16 + at::len(one)] = (bytes(values) * (count // len(values) + 1))[:count]
    seconds = [i * step for i in range(count)]
    data[4::len(one)] = bytes(int(s * 1000000) % 1000000 & 255 for s in seconds)
    return c.pcap([])+ bytes(data)


def by_index(count, shift):
    return [(i >> shift) & 255 for i in range(count)]


def floods():
    n = 1000000
    low, mid, high = by_index(n, 0), by_index(n, 8), by_index(n, 16)
    # Source port and the last byte of the source address.
    fields = [(35, low), (34, mid), (29, high)]
    stats = runs("a million flows of one packet", stamped(c.needle(0, b"x"), n, 0, fields), seconds=150, megabytes=900)
    h.check("each is counted", stats.get("flow", {}).get("total", 0) >= n, stats.get("flow"))
    stats = runs("the same with room for 1,000 flows", stamped(c.needle(0, b"x"), 200000, 0, [(a, v[:200000]) for a, v in fields]),
                 "--set", "flow.max-flows=1000", megabytes=300)
    syn = c.ethernet(c.tcp(A, B, 1, 80, 2, 100, 0))
    runs("a SYN flood", stamped(syn, 200000, 0, [(a, v[:200000]) for a, v in fields]), megabytes=600)
    # One stream.
    for name, flags in ("SYNs of one connection", 2), ("RSTs", 4), ("FINs", 17), ("all flags", 0xFF), ("no flags", 0), ("SYN and FIN", 3):
        runs(name, handshake() + [c.ethernet(c.tcp(A, B, 40000, 80, flags, r.randrange(2 ** 32), r.randrange(2 ** 32))) for _ in range(5000)])
    synacks = [c.ethernet(c.tcp(A, B, 40000, 80, 2, 100, 0))] + [c.ethernet(c.tcp(B, A, 80, 40000, 18, i, 101)) for i in range(20000)]
    runs("20,000 different SYN/ACKs", synacks)
    ping = c.ethernet(c.ipv4(A, B, 1, struct.pack(">BBHHH", 8, 0, 0, 1, 1)))
    runs("a flood of pings", stamped(ping, 200000, 0, [(39, low[:200000]), (38, mid[:200000])]), megabytes=600)


def data(seq, text, ack=501):
    return c.ethernet(c.tcp(A, B, 40000, 80, 24, seq & 0xFFFFFFFF, ack, text))


def acks(seq):
    return c.ethernet(c.tcp(B, A, 80, 40000, 16, 501, seq & 0xFFFFFFFF))


def streams():
    h.write("w.rules", "")
    wide = handshake()
    order = list(range(1, 40000))
    r.shuffle(order)
    runs("one byte in every two, in no order", wide + [data(101 + i * 2, b"q") for i in order[:30000]])
    runs("one byte in every two, backwards", wide + [data(101 + i * 2, b"q") for i in range(30000, 0, -1)])
    runs("and the first byte at last", wide + [data(101 + i, b"q") for i in range(60000, 0, -1)] + [data(101, b"q"), acks(60000)])
    runs("segments of one byte", wide + [f for i in range(20000) for f in (data(101 + i, b"q"), acks(102 + i))])
    runs("the same segment again and again", wide + [data(201, b"q" * 1400)] * 20000)
    runs("overlaps of all but one byte, differing", wide + [data(102 + i, bytes([i & 255]) * 1400) for i in range(20000)])
    runs("random overlaps", wide + [data(101 + r.randrange(60000), r.randbytes(r.randrange(1, 1400))) for _ in range(20000)])
    for gap in 1, 1000, 60000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1:
        runs("a gap of %d" % gap, wide + [data(101 + gap, b"needle"), acks(101 + gap + 6), data(107 + gap, b"needle"), acks(113 + gap)] * 50)
    start = 2 ** 32 - 5000
    wrap = handshake(client_at=start)
    text = b"".join(b"%06d" % i for i in range(2000))[:9994] + b"needle"
    whole = [f for i in range(0, len(text), 100) for f in (data(start + 1 + i, text[i:i + 100]), acks(start + 1 + i + 100))]
    runs("sequence numbers that wrap", wrap + whole, alerts=1)
    mixed = [data(start + 1 + i, text[i:i + 100]) for i in range(0, len(text), 100)]
    r.shuffle(mixed)
    runs("sequence numbers that wrap, in no order", wrap + mixed + [acks(start + 1 + len(text))], alerts=1)
    runs("urgent pointers everywhere", wide + [urgent(101 + i * 50, b"u" * 50, r.randrange(65536)) for i in range(5000)])
    runs("options of noise", wide + [optioned(r.randbytes(40)) for _ in range(5000)])
    many = [f for port in range(1000, 5000) for f in handshake(port) + [c.ethernet(c.tcp(A, B, port, 80, 24, 201 + 1400 * i, 501, b"g" * 1400)) for i in range(12)]]
    runs("64 MB behind gaps in 4,000 streams", many, megabytes=900)
    stats = runs("the same with room for 1 MB", many, "--set", "stream.reassembly.memcap=1mb", megabytes=500)
    h.check("what found no room is counted", stats.get("tcp", {}).get("memory_full", 0) > 0, stats)


def urgent(seq, text, pointer):
    f = bytearray(c.ethernet(c.tcp(A, B, 40000, 80, 56, seq, 501, text)))
    f[52:54] = struct.pack(">H", pointer)
    return bytes(f)


def optioned(options):
    f = bytearray(c.tcp(A, B, 40000, 80, 24, 101, 501, options + b"text"))
    f[32] = 0xF0
    return c.ethernet(bytes(f))


def pcapng():
    good = c.pcapng([(1, 6)], [(0, 5, c.needle())])
    section, interface = good[:28], good[28:28 + struct.unpack("<I", good[32:36])[0]]
    for kind in 1, 2, 3, 4, 5, 6, 10, 0x0A0D0D0A, 99, 0xFFFFFFFF:
        for length in 0, 1, 4, 8, 11, 12, 13, 14, 16, 20, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFC, 0xFFFFFFFF:
            runs("pcapng, block %#x of length %#x" % (kind, length), good + struct.pack("<II", kind, length) + b"\x11" * 64, codes=(0, 1))
    runs("a trailing length that differs", good[:-4] + struct.pack("<I", 77), codes=(0,))
    for name, block in (
            ("captured length above the block", c.block(6, struct.pack("<IIIII", 0, 0, 5, 1000, 1000) + b"x" * 8)),
            ("captured length of 4 GB", c.block(6, struct.pack("<IIIII", 0, 0, 5, 0xFFFFFFFF, 0xFFFFFFFF) + b"x" * 8)),
            ("a packet without room for its header", c.block(6, b"1234")),
            ("a simple packet of 4 GB", c.block(3, struct.pack("<I", 0xFFFFFFFF) + b"x" * 8)),
            ("an obsolete packet", c.block(2, struct.pack("<HHIIII", 0, 0, 0, 5, 0xFFFFFFFF, 4) + b"x" * 8)),
            ("an interface that is not", c.block(6, struct.pack("<IIIII", 0xFFFFFFFF, 0, 5, 4, 4) + b"x" * 4)),
            ("an interface block without room", c.block(1, b"12")),
            ("options that run over", c.block(1, struct.pack("<HHI", 1, 0, 0) + struct.pack("<HH", 9, 65535))),
            ("options without end", c.block(1, struct.pack("<HHI", 1, 0, 0) + struct.pack("<HH", 2, 0) * 1000)),
            ("a section of another version", struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x1A2B3C4D, 9, 0, -1, 28)),
            ("a section without byte order", struct.pack("<IIIHHqI", 0x0A0D0D0A, 28, 0x11223344, 1, 0, -1, 28))):
        runs("pcapng, " + name, good + block, codes=(0, 1), alerts=1)
    runs("a million section headers", section * 1000000, codes=(0, 1))
    runs("100,000 sections with an interface and a packet", good * 20000, alerts=20000)
    runs("300,000 interfaces", section + interface * 300000 + good[len(section) + len(interface):], codes=(0, 1))
    runs("a million unknown blocks", good + struct.pack("<III", 77, 12, 12) * 1000000, alerts=1)
    runs("a block of 100 MB", good + struct.pack("<II", 77, 100000000) + bytes(99999988) + struct.pack("<I", 100000000) + good[-len(good) + 28 + len(interface):], codes=(0,))


def compressed():
    plain = c.pcap([c.needle(i, r.randbytes(300) + b"needle") for i in range(200)])
    runs("10 MB of zeros in gzip", gzip.compress(bytes(10000000)), codes=(1,), says=("not a capture",))
    bomb = gzip.compress(c.pcap([c.needle()]) + bytes(100000000), 9)
    runs("a capture with 100 MB of zeros behind, in gzip", bomb, alerts=1)
    runs("gzip in gzip", gzip.compress(gzip.compress(plain)), codes=(1,), says=("not a capture",))
    forms = {"gzip": gzip.compress(plain), "xz": lzma.compress(plain)}
    try:
        forms["zstd"] = subprocess.run(["zstd", "-q", "-c"], input=plain, stdout=subprocess.PIPE).stdout
    except FileNotFoundError:
        pass
    for name, packed in forms.items():
        for n in 1, 3, 7, 12, len(packed) // 2, len(packed) - 1:
            runs("%s cut at %d of %d" % (name, n, len(packed)), packed[:n], codes=(0, 1))
        for _ in range(10):
            broken = bytearray(packed)
            broken[r.randrange(6, len(broken))] ^= 1 << r.randrange(8)
            runs(name + " with a bit turned", bytes(broken), codes=(0, 1))
        runs(name + " with noise behind", packed + b"noise!" * 10, codes=(0, 1))
        runs(name + " twice", packed * 2, codes=(0, 1))
    xz = lzma.compress(plain, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 29}])
    runs("xz with a dictionary of 512 MB", xz, codes=(1,), says=("more memory",))
    runs("zstd that asks for 2 GB", bytes((0x28, 0xB5, 0x2F, 0xFD, 0, 0xA8)) + b"\1\0\0" * 20, codes=(1,), says=("more memory",))


def no_captures():
    runs("an empty file", b"", codes=(1,), says=("empty",))
    runs("only a header", c.pcap([]), alerts=0)
    for n in range(1, 24, 5):
        runs("a header cut at %d" % n, c.pcap([])[:n], codes=(1,))
    for link in 147, 2, 255, 65535:
        runs("link type %d" % link, c.pcap([b"x" * 50], link=link), codes=(1,), says=("link type", str(link)))
    runs("text", b"192.0.2.1 is where it came from\n" * 100, codes=(1,), says=("not a capture",))
    runs("noise", r.randbytes(100000), codes=(1,), says=("not a capture",))
    runs("rules as a capture", open("r.rules", "rb").read(), codes=(1,), says=("not a capture",))
    for path in "nowhere.pcap", "/proc/self/mem", "/dev/null":
        h.survives("the capture " + path, (1,), "--rules", "r.rules", path, says=(path,))
    h.survives("a capture of zeros without end", (1,), "--rules", "r.rules", "/dev/zero", says=("not a capture",))
    os.makedirs("folder/x.pcap")
    h.survives("a folder named like a capture", (1,), "--rules", "r.rules", "folder")
    os.makedirs("loop")
    os.symlink("../loop", "loop/again.pcap")
    h.survives("a folder that holds itself", (1,), "--rules", "r.rules", "loop")
    h.survives("nothing on standard input", (1,), "--rules", "r.rules", "-", says=("empty",))
    if os.geteuid():
        os.chmod(h.write("shut.pcap", c.pcap([])), 0)
        h.survives("a capture that may not be read", (1,), "--rules", "r.rules", "shut.pcap", says=("shut.pcap", "ermission"))


for part in lying, times, big, tunnels, fragments, floods, streams, pcapng, compressed, no_captures:
    if not os.environ.get("ONLY") or part.__name__ in os.environ["ONLY"].split(","):
        part()
h.finish()
