"""Small captures, made byte by byte: no library is needed to run the tests."""
import struct


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def address(text):
    return bytes(int(n) for n in text.split("."))


def ipv4(source, destination, protocol, body, ident=1):
    head = struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), ident, 0, 64, protocol, 0, address(source), address(destination))
    return head[:10] + struct.pack(">H", checksum(head)) + head[12:] + body


def udp(source, destination, sport, dport, data):
    head = struct.pack(">HHHH", sport, dport, 8 + len(data), 0)
    return ipv4(source, destination, 17, head + data)


def tcp(source, destination, sport, dport, flags, seq, ack, data=b""):
    head = struct.pack(">HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, 65535, 0, 0)
    pseudo = address(source) + address(destination) + struct.pack(">BBH", 0, 6, len(head) + len(data))
    total = checksum(pseudo + head + data)
    return ipv4(source, destination, 6, head[:16] + struct.pack(">H", total) + head[18:] + data)


def ethernet(packet, ethertype=0x0800):
    return bytes.fromhex("020000000002020000000001") + struct.pack(">H", ethertype) + packet


def pcap(frames, link=1, order="<", nanoseconds=False, start=1700000000, step=0.01):
    """frames: bytes, or (time, bytes)."""
    out = [struct.pack(order + "IHHiIII", 0xA1B23C4D if nanoseconds else 0xA1B2C3D4, 2, 4, 0, 0, 262144, link)]
    unit = 10**9 if nanoseconds else 10**6
    for i, frame in enumerate(frames):
        time, data = frame if isinstance(frame, tuple) else (start + i * step, frame)
        whole = int(round(time * unit))
        out += struct.pack(order + "IIII", whole // unit, whole % unit, len(data), len(data)), data
    return b"".join(out)


def block(kind, body, order="<"):
    body += b"\0" * (-len(body) % 4)
    return struct.pack(order + "II", kind, 12 + len(body)) + body + struct.pack(order + "I", 12 + len(body))


def pcapng(interfaces, packets, order="<"):
    """interfaces: (link, tsresol); packets: (interface, timestamp in its units, bytes)."""
    out = block(0x0A0D0D0A, struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1), order)
    for link, resolution in interfaces:
        option = struct.pack(order + "HHB3xHH", 9, 1, resolution, 0, 0)
        out += block(1, struct.pack(order + "HHI", link, 0, 0) + option, order)
    for interface, stamp, data in packets:
        head = struct.pack(order + "IIIII", interface, stamp >> 32, stamp & 0xFFFFFFFF, len(data), len(data))
        out += block(6, head + data, order)
    return out


def needle(number=0, text=b"a needle"):
    return ethernet(udp("10.0.0.1", "192.0.2.5", 1000 + number, 53535, text))


def conversation(text=b"a needle", port=40000):
    c, s = "10.0.0.1", "192.0.2.5"
    return [ethernet(p) for p in (
        tcp(c, s, port, 8080, 2, 100, 0), tcp(s, c, 8080, port, 18, 500, 101), tcp(c, s, port, 8080, 16, 101, 501),
        tcp(c, s, port, 8080, 24, 101, 501, text), tcp(s, c, 8080, port, 16, 501, 101 + len(text)),
        tcp(c, s, port, 8080, 17, 101 + len(text), 501), tcp(s, c, 8080, port, 17, 501, 102 + len(text)),
        tcp(c, s, port, 8080, 16, 102 + len(text), 502))]
