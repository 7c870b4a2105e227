"""Capture file formats: pcap and pcapng as their specifications have them, and containers that compress them."""
import lzma
import struct
import zlib

ETHERNET, RAW_IP, NULL, PPP, LINUX_SLL, LINUX_SLL2 = 1, 101, 0, 9, 113, 276
IEEE802_11, RADIOTAP = 105, 127
SNAPLEN = 262144


def pcap(packets, link=ETHERNET, order="<", nanoseconds=False):
    """`packets` are (nanoseconds since the epoch, frame)."""
    magic, unit = (0xA1B23C4D, 1) if nanoseconds else (0xA1B2C3D4, 1000)
    out = [struct.pack(order + "IHHiIII", magic, 2, 4, 0, 0, SNAPLEN, link)]
    for when, frame in packets:
        seconds, rest = divmod(when, 1_000_000_000)
        out.append(struct.pack(order + "IIII", seconds, rest // unit, len(frame), len(frame)) + frame)
    return b"".join(out)


def block(kind, body):
    body += b"\0" * (-len(body) % 4)
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def pcapng(packets, links):
    """`packets` are (nanoseconds, interface, frame); interface i has the link type links[i].

    The first interface keeps microseconds (the default), the others nanoseconds (option if_tsresol 9).
    """
    out = [block(0x0A0D0D0A, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1))]
    for number, link in enumerate(links):
        options = b"" if number == 0 else struct.pack("<HHB3xHH", 9, 1, 9, 0, 0)
        out.append(block(1, struct.pack("<HHI", link, 0, SNAPLEN) + options))
    for when, interface, frame in packets:
        ticks = when // 1000 if interface == 0 else when
        head = struct.pack("<IIIII", interface, ticks >> 32, ticks & 0xFFFFFFFF, len(frame), len(frame))
        out.append(block(6, head + frame))
    return b"".join(out)


def gzipped(data):
    """RFC 1952, with no name and no time."""
    deflate = zlib.compressobj(9, zlib.DEFLATED, -15)
    body = deflate.compress(data) + deflate.flush()
    tail = struct.pack("<II", zlib.crc32(data), len(data))
    return b"\x1f\x8b\x08\0\0\0\0\0\x02\xff" + body + tail


def xzed(data):
    return lzma.compress(data, preset=6)


def zstded(data):
    """A Zstandard frame (RFC 8878) without entropy coding, as Python 3.11 has no zstd of its own.

    Two kinds of block: the first 64 bytes as a compressed block (raw literals, no sequences), the rest as raw blocks.
    """
    out = [struct.pack("<IBI", 0xFD2FB528, 0xA0, len(data))]  # single segment, four bytes of content size
    first, rest = data[:64], data[64:]
    literals = struct.pack("<H", len(first) << 4 | 0b0100) + first + b"\0"
    pieces = [(2, literals)] + [(0, rest[at:at + 1024]) for at in range(0, len(rest), 1024)]
    for number, (kind, body) in enumerate(pieces):
        last = number == len(pieces) - 1
        out.append((len(body) << 3 | kind << 1 | last).to_bytes(3, "little") + body)
    return b"".join(out)


UNPACK = {".gz": lambda data: zlib.decompress(data, 31), ".xz": lzma.decompress}
