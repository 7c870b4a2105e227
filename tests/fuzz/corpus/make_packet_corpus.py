#!/usr/bin/env python3
"""Makes the corpora of fuzz_decode and fuzz_defrag beside this file, from scratch and always the same."""
import os
import struct

HERE = os.path.dirname(os.path.abspath(__file__))
ETHER = bytes.fromhex("020000000002020000000001")


def ipv4(protocol, payload, options=b""):
    return struct.pack(">BBHHHBBHII", 0x45 + len(options) // 4, 0, 20 + len(options) + len(payload), 1, 0, 64,
                       protocol, 0, 0x0A000001, 0x0A000002) + options + payload


def ipv6(next_header, payload):
    address = bytes.fromhex("20010db8000000000000000000000001")
    return struct.pack(">IHBB", 6 << 28, len(payload), next_header, 64) + address + address + payload


def udp(port, payload):
    return struct.pack(">HHHH", 1000, port, 8 + len(payload), 0) + payload


def tcp(options=b""):
    return struct.pack(">HHIIBBHHH", 1000, 80, 1, 2, (20 + len(options)) // 4 << 4, 2, 8192, 0, 0) + options


def ether(kind, payload):
    return ETHER + struct.pack(">H", kind) + payload


INNER = ipv4(17, udp(53, b"payload"))
TCP_OPTIONS = bytes.fromhex("020405b40402080a000000010000000201030307")
IP_OPTIONS = bytes.fromhex("0707040a0000010094040000440c050001020304050607080000")[:24]
CHAIN = bytes.fromhex("2b00050200000000" "3c00020000000000" "2c00010400000000" "1100000100000007")
DECODE = {
    "tcp": (0, ether(0x0800, ipv4(6, tcp(TCP_OPTIONS) + b"hello"))),
    "ip-options": (0, ether(0x0800, ipv4(17, udp(53, b"x"), IP_OPTIONS))),
    "ipv6-chain": (0, ether(0x86DD, ipv6(0, CHAIN + udp(53, b"12345678")))),
    "icmp-quote": (0, ether(0x0800, ipv4(1, bytes.fromhex("0303000000000000") + INNER))),
    "icmpv6-quote": (0, ether(0x86DD, ipv6(58, bytes.fromhex("0104000000000000") + ipv6(17, udp(53, b"x"))))),
    "vlan-mpls": (0, ether(0x88A8, bytes.fromhex("000581000006884700064140") + INNER)),
    "pppoe": (0, ether(0x8864, bytes.fromhex("1100000100210021") + INNER)),
    "gre": (0, ether(0x0800, ipv4(47, bytes.fromhex("b0000800000000000000000100000002") + INNER))),
    "erspan": (0, ether(0x0800, ipv4(47, bytes.fromhex("100088be000000011007000000000000") + ether(0x0800, INNER)))),
    "pptp": (0, ether(0x0800, ipv4(47, bytes.fromhex("3001880b0010000100000001ff030021") + INNER))),
    "vxlan": (0, ether(0x0800, ipv4(17, udp(4789, bytes.fromhex("0800000000000100") + ether(0x0800, INNER))))),
    "geneve": (0, ether(0x0800, ipv4(17, udp(6081, bytes.fromhex("010008000000010000000000") + INNER)))),
    "teredo": (0, ether(0x0800, ipv4(17, udp(3544, ipv6(17, udp(53, b"x")))))),
    "nsh": (0, ether(0x894F, bytes.fromhex("0002020100000000") + INNER)),
    "null": (1, bytes.fromhex("02000000") + INNER),
    "ppp": (2, bytes.fromhex("ff030021") + INNER),
    "raw": (3, INNER),
    "wifi": (7, bytes.fromhex("08010000" + "41" * 18 + "0000aaaa030000000800") + INNER),
    "radiotap": (10, bytes.fromhex("0000080000000000" "08010000" + "41" * 18 + "0000aaaa030000000800") + INNER),
    "sll2": (13, bytes.fromhex("0800" + "00" * 18) + INNER),
}


def record(flags, offset, length, fill, seconds=0):
    return struct.pack(">BHBBH", flags, offset, length, fill, seconds)


DEFRAG = {
    "in-order": b"\0" + record(1, 0, 8, 1) + record(0, 5, 8, 2),
    "reversed": b"\1" + record(0, 5, 8, 2) + record(1, 0, 8, 1),
    "overlap": b"\3" + record(1, 5, 16, 3) + record(1, 0, 16, 1) + record(1, 2, 24, 4) + record(0, 10, 8, 2),
    "ipv6": b"\4" + record(3, 0, 8, 1) + record(2, 5, 8, 2),
    "too-large": b"\5" + record(0, 8191, 200, 9),
    "timeout": b"\6" + record(1, 0, 8, 1) + record(1, 5, 8, 1, 39) + record(0, 10, 8, 2, 39),
}


def write(folder, name, data):
    with open(os.path.join(HERE, folder, name), "wb") as f:
        f.write(data)


for name, (link, data) in DECODE.items():
    write("decode", name, bytes([link]) + data)
for name, data in DEFRAG.items():
    write("defrag", name, data)
