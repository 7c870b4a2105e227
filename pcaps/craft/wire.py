"""Bytes of single packets: Ethernet, IPv4, IPv6, TCP, UDP and ICMP with correct lengths and checksums.

Nothing here knows about time or conversations (talk.py) or file formats (files.py).
"""
import functools
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK, URG = 0x01, 0x02, 0x04, 0x08, 0x10, 0x20
ICMP, IGMP, IPIP, TCP, UDP, SIXINFOUR, GRE, ICMPV6 = 1, 2, 4, 6, 17, 41, 47, 58
MORE_FRAGMENTS = 0x2000
DONT_FRAGMENT = 0x4000


def checksum(data):
    """The Internet checksum of RFC 1071."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


@functools.lru_cache(maxsize=1000)
def address(text):
    return ipaddress.ip_address(text).packed


def is_v6(text):
    return ":" in text


def mac(text):
    """A locally administered MAC address that belongs to an IP address."""
    return b"\x02\x00" + address(text)[-4:]


def ethernet(src, dst, payload, ethertype=None, vlans=()):
    """A frame between the hosts `src` and `dst` (IP addresses); `vlans` from the outer tag to the inner one."""
    if ethertype is None:
        ethertype = 0x86DD if is_v6(src) else 0x0800
    tags = b"".join(struct.pack("!HH", 0x8100, vlan) for vlan in vlans)
    return mac(dst) + mac(src) + tags + struct.pack("!H", ethertype) + payload


def ipv4(src, dst, proto, payload, ttl=64, ident=0, frag=DONT_FRAGMENT, options=b"", total=None):
    """An IPv4 packet (RFC 791). `frag` is the whole flags-and-offset field; `total` overrides the total length."""
    options += b"\0" * (-len(options) % 4)
    words = 5 + len(options) // 4
    length = words * 4 + len(payload) if total is None else total
    head = struct.pack("!BBHHHBBH", 0x40 | words, 0, length, ident, frag, ttl, proto, 0)
    head += address(src) + address(dst) + options
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def ipv6(src, dst, proto, payload, ttl=64):
    """An IPv6 packet (RFC 8200); extension headers are part of `payload`."""
    return struct.pack("!IHBB", 6 << 28, len(payload), proto, ttl) + address(src) + address(dst) + payload


def ip(src, dst, proto, payload, **header):
    return (ipv6 if is_v6(src) else ipv4)(src, dst, proto, payload, **header)


def pseudo(src, dst, proto, length):
    """The pseudo header that transport checksums cover (RFC 9293, 3.1; RFC 8200, 8.1)."""
    if is_v6(src):
        return address(src) + address(dst) + struct.pack("!II", length, proto)
    return address(src) + address(dst) + struct.pack("!BBH", 0, proto, length)


def tcp(src, sport, dst, dport, flags, seq=0, ack=0, payload=b"", window=64240, options=b""):
    options += b"\x01" * (-len(options) % 4)
    words = 5 + len(options) // 4
    head = struct.pack("!HHIIBBHHH", sport, dport, seq & 0xFFFFFFFF, ack & 0xFFFFFFFF, words << 4, flags, window, 0, 0)
    segment = head + options + payload
    value = checksum(pseudo(src, dst, TCP, len(segment)) + segment)
    return segment[:16] + struct.pack("!H", value) + segment[18:]


def udp(src, sport, dst, dport, payload):
    length = 8 + len(payload)
    head = struct.pack("!HHHH", sport, dport, length, 0)
    value = checksum(pseudo(src, dst, UDP, length) + head + payload) or 0xFFFF
    return head[:6] + struct.pack("!H", value) + payload


def icmp(kind, code, rest=b"\0\0\0\0", payload=b""):
    """An ICMP message (RFC 792); `rest` is the second word of its header."""
    message = struct.pack("!BBH", kind, code, 0) + rest + payload
    return message[:2] + struct.pack("!H", checksum(message)) + message[4:]


def icmpv6(src, dst, kind, code, rest=b"\0\0\0\0", payload=b""):
    message = struct.pack("!BBH", kind, code, 0) + rest + payload
    value = checksum(pseudo(src, dst, ICMPV6, len(message)) + message)
    return message[:2] + struct.pack("!H", value) + message[4:]


def mss(value):
    """The TCP option of RFC 9293, 3.7.1."""
    return struct.pack("!BBH", 2, 4, value)


def fragments(src, dst, proto, payload, size, ident, **header):
    """The IPv4 fragments of one datagram, `size` payload bytes (a multiple of 8) in each but the last."""
    out = []
    for at in range(0, len(payload), size):
        piece = payload[at:at + size]
        more = MORE_FRAGMENTS if at + size < len(payload) else 0
        out.append(ipv4(src, dst, proto, piece, ident=ident, frag=more | at // 8, **header))
    return out
