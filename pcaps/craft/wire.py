"""Bytes of single packets: Ethernet, IPv4, TCP, UDP and ICMP with correct lengths and checksums.

Nothing here knows about time or conversations (talk.py) or file formats (files.py).
"""
import functools
import ipaddress
import struct

FIN, SYN, RST, PSH, ACK = 0x01, 0x02, 0x04, 0x08, 0x10
ICMP, TCP, UDP = 1, 6, 17
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


def mac(text):
    """A locally administered MAC address that belongs to an IP address."""
    return b"\x02\x00" + address(text)[-4:]


def ethernet(src, dst, payload):
    """A frame between the hosts `src` and `dst` (IP addresses)."""
    return mac(dst) + mac(src) + b"\x08\0" + payload


def ipv4(src, dst, proto, payload, ident):
    """An IPv4 packet (RFC 791)."""
    head = struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), ident, DONT_FRAGMENT, 64, proto, 0)
    head += address(src) + address(dst)
    return head[:10] + struct.pack("!H", checksum(head)) + head[12:] + payload


def pseudo(src, dst, proto, length):
    """The pseudo header that transport checksums cover (RFC 9293, 3.1)."""
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


def mss(value):
    """The TCP option of RFC 9293, 3.7.1."""
    return struct.pack("!BBH", 2, 4, value)
