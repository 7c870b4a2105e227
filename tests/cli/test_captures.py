"""Captures of every form that sluice replay reads, good, cut and lying."""
import gzip
import json
import lzma
import os
import struct
import subprocess

import captures as c
from harness import Harness

h = Harness()
h.write("r.rules", 'alert udp any any -> any any (msg:"needle"; content:"needle"; sid:1;)\n')
plain = c.pcap([c.needle(i) for i in range(3)])


def alerts(*args, **options):
    p = h.replay("--eve", "-", *args, **options)
    return p.returncode, [json.loads(line) for line in p.stdout.decode().splitlines()], p.stderr.decode()


def sees(name, count, *args, **options):
    code, found, err = alerts(*args, **options)
    h.check(name, code == 0 and len(found) == count, (code, len(found), err[-400:]))
    return found, err


def formats():
    for order in "<", ">":
        for nano in False, True:
            h.write("f.pcap", c.pcap([(1700000000.123456, c.needle())], order=order, nanoseconds=nano))
            found, _ = sees("pcap %s %s" % (order, nano), 1, "f.pcap")
            h.check("its time", found and found[0]["timestamp"] == "2023-11-14T22:13:20.123456+0000")
    for order in "<", ">":
        seconds = 1700000000
        packets = [(0, seconds * 10**6, c.needle()), (1, seconds * 10**9 + 1000, c.needle()[14:]), (2, seconds << 10, c.needle())]
        h.write("f.pcapng", c.pcapng([(1, 6), (101, 9), (1, 0x80 | 10)], packets, order))
        found, _ = sees("pcapng %s with three interfaces of two link types" % order, 3, "f.pcapng")
        h.check("their times", [f["timestamp"][17:26] for f in found] == ["20.000000", "20.000001", "20.000000"], found)
    two = c.pcapng([(1, 6)], [(0, 5, c.needle())]) + c.pcapng([(101, 6)], [(0, 6, c.needle()[14:])], ">")
    sees("two sections, two byte orders", 2, h.write("two.pcapng", two))
    simple = c.block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)) + c.block(1, struct.pack("<HHI", 1, 0, 0))
    simple += c.block(99, b"unknown!") + c.block(3, struct.pack("<I", len(c.needle())) + c.needle())
    sees("simple packet block", 1, h.write("simple.pcapng", simple))
    sees("raw IP", 1, h.write("raw.pcap", c.pcap([c.needle()[14:]], link=101)))
    sees("raw IP by its other number", 1, h.write("raw.pcap", c.pcap([c.needle()[14:]], link=12)))


def compressed():
    sees("gzip", 3, h.write("z1", gzip.compress(plain)))
    sees("two gzip members", 3, h.write("z2", gzip.compress(plain[:70]) + gzip.compress(plain[70:])))
    sees("xz", 3, h.write("z3", lzma.compress(plain)))
    sees("standard input", 3, "-", stdin=plain)
    sees("gzip on standard input", 3, "-", stdin=gzip.compress(plain))
    try:
        zstd = subprocess.run(["zstd", "-q", "-c"], input=plain, stdout=subprocess.PIPE).stdout
        sees("zstd", 3, h.write("z4", zstd))
    except FileNotFoundError:
        pass
    packed = gzip.compress(c.pcap([c.needle(i, os.urandom(400) + b"needle") for i in range(50)]))
    code, found, err = alerts(h.write("z5", packed[: len(packed) // 2]))
    h.check("half a gzip file", code == 0 and 5 < len(found) < 50 and "cut short" in err, (code, len(found), err))


def cut_and_lying():
    _, err = sees("cut in a frame", 2, h.write("cut.pcap", plain[:-3]))
    h.check("is warned of", "warning" in err and "cut short after 2 frames" in err, err)
    sees("cut in a frame's header", 2, h.write("cut.pcap", plain[: -len(c.needle()) - 5]))
    sees("only a file header", 0, h.write("none.pcap", plain[:24]))
    lying = plain + struct.pack("<IIII", 1, 1, 0x7FFFFFFF, 0x7FFFFFFF) + b"x" * 100
    _, err = sees("a frame of 2 GB", 3, h.write("lie.pcap", lying))
    h.check("is warned of", "cut short" in err, err)
    zero = plain + struct.pack("<IIII", 1700000001, 0, 0, 0) + c.pcap([c.needle(9)])[24:]
    sees("a frame of no bytes", 4, h.write("zero.pcap", zero))
    ng = c.pcapng([(1, 6)], [(0, 5, c.needle()), (0, 6, c.needle())])
    for name, data in ("cut", ng[:-9]), ("odd length", ng + struct.pack("<II", 6, 13)), ("tiny", ng + struct.pack("<II", 6, 0)), \
            ("huge", ng + struct.pack("<II", 6, 0xFFFFFFF0)), ("unknown interface", ng + c.pcapng([], [(7, 5, b"x")])):
        _, err = sees("pcapng, " + name, 1 if name == "cut" else 2, h.write("x.pcapng", data))
        h.check("is warned of", "cut short" in err, err)
    code, _, err = alerts(h.write("u.pcapng", c.pcapng([(147, 6)], [(0, 5, b"x")])))
    h.check("pcapng with an unknown link type", code == 1 and "147" in err, (code, err))
    back = [(1700000000 - i, c.needle(i)) for i in range(50)]
    sees("time going backwards", 50, h.write("back.pcap", c.pcap(back)))


def many():
    h.write("d/2.pcap", c.pcap([(1700000000.5, c.needle(2))]))
    h.write("d/1.pcapng", c.pcapng([(1, 6)], [(0, 1700000001 * 10**6, c.needle(1))]))
    h.write("d/3.cap.gz", gzip.compress(c.pcap([(1700000000.1, c.needle(3))])))
    h.write("d/notes.txt", "no capture")
    found, _ = sees("a folder, sorted", 3, "d")
    h.check("its order", [f["src_port"] for f in found] == [1001, 1002, 1003], found)
    h.check("frames are counted on", [f["pcap_cnt"] for f in found] == [1, 2, 3])
    found, _ = sees("merged", 3, "--merge", "d")
    h.check("by time", [f["src_port"] for f in found] == [1003, 1002, 1001], found)
    os.mkdir("e")
    code, _, err = alerts("e")
    h.check("a folder without captures", code == 1 and "no captures" in err, err)
    # Two files of one flow: two time lines, so two flows; merged they are one.
    tcp = c.conversation()
    h.write("r2.rules", 'alert tcp any any -> any any (msg:"tcp"; flow:established,to_server; content:"needle"; sid:2;)\n')
    h.write("t1.pcap", c.pcap(tcp[:3]))
    h.write("t2.pcap", c.pcap(tcp[3:], start=1700000001))
    for merge, want in ([], 0), (["--merge"], 1):
        p = h.run("replay", "--rules", "r2.rules", "--eve", "-", *merge, "t1.pcap", "t2.pcap")
        h.check("time lines %s" % merge, len(p.stdout.splitlines()) == want, p.stdout)


def filters():
    sees("--bpf", 1, "--bpf", "udp src port 1001", h.write("p.pcap", plain))
    sees("--bpf on pcapng with two link types", 2, "--bpf", "ip host 10.0.0.1 and udp src port 1000",
         h.write("b.pcapng", c.pcapng([(1, 6), (101, 6)], [(0, 5, c.needle()), (1, 6, c.needle()[14:]), (0, 7, c.needle(1))])))


formats()
compressed()
cut_and_lying()
many()
filters()
h.finish()
