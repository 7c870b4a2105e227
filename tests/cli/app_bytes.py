"""Bytes of the application layer that were made to hurt, and conversations large enough to carry them."""
import ctypes
import gzip
import lzma
import os
import struct
import sys
import zlib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../pcaps"))

from craft import files, talk  # noqa: E402

SEGMENT = 16000  # bytes, as behind an offload; each is acknowledged, so none is out of the window
WIRE = 1460      # ... as on the wire
LATER_PORT = 41999


class Big(talk.Talk):
    """A Talk whose connections carry megabytes in few packets."""

    def open(self, port, server_port=80, size=SEGMENT):
        return Long(self, talk.INSIDE, port, talk.PARTNER, server_port, mss=size)

    def both(self, port, request, response=b"", server_port=80, size=SEGMENT):
        """A connection with all of one side, then all of the other."""
        connection = self.open(port, server_port, size)
        connection.send(request)
        if response:
            connection.reply(response)
        connection.close()

    def capture(self):
        return files.pcap(self.packets)


class Long(talk.Connection):
    def push(self, sender, data):
        for at in range(0, len(data), self.mss):
            super().push(sender, data[at:at + self.mss])

    def trickle(self, data):
        """From the client, a byte a segment."""
        for at in range(len(data)):
            super().push(self.client, data[at:at + 1])


def response(body=b"", *headers):
    """A response of HTTP/1 with its length."""
    lines = ("HTTP/1.1 200 OK", "Content-Length: %d" % len(body), *headers)
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def deflated(data):
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(data) + packer.flush()


def lzma_alone(data, dictionary=1 << 16):
    """The old format with the dictionary's size in its header, which is what HTTP knows as lzma."""
    packed = lzma.compress(data, lzma.FORMAT_ALONE, filters=[{"id": lzma.FILTER_LZMA1, "dict_size": 1 << 16}])
    return packed[:1] + struct.pack("<I", dictionary) + packed[5:]


def brotli(data):
    """None where Brotli's encoder is not installed."""
    try:
        library = ctypes.CDLL("libbrotlienc.so.1")
    except OSError:
        return None
    size = ctypes.c_size_t(len(data) + 1000)
    out = ctypes.create_string_buffer(size.value)
    done = library.BrotliEncoderCompress(5, 22, 0, ctypes.c_size_t(len(data)), data, ctypes.byref(size), out)
    return out.raw[:size.value] if done else None


CODINGS = {"gzip": lambda data: gzip.compress(data, mtime=0), "deflate": deflated, "lzma": lzma_alone, "br": brotli}


def dns_over_tcp(message, length=None):
    return struct.pack("!H", len(message) if length is None else length) + message


def frame(kind, flags, stream, payload, length=None):
    """A frame of HTTP/2 (RFC 9113, 4.1)."""
    return struct.pack("!I", len(payload) if length is None else length)[1:] + struct.pack("!BBI", kind, flags, stream) + payload


DATA, HEADERS, PRIORITY, RST_STREAM, SETTINGS, PUSH_PROMISE, PING, GOAWAY, WINDOW_UPDATE, CONTINUATION = range(10)
END_STREAM, END_HEADERS = 1, 4
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + frame(SETTINGS, 0, 0, b"")


def literal(name, value):
    """A header field that is not indexed, without Huffman coding (RFC 7541, 6.2.2)."""
    return b"\0" + integer(7, 0, len(name)) + name + integer(7, 0, len(value)) + value


def integer(bits, first, value):
    """An integer of HPACK (RFC 7541, 5.1)."""
    most = (1 << bits) - 1
    if value < most:
        return bytes([first | value])
    out, value = bytearray([first | most]), value - most
    while value >= 128:
        out.append(128 | value & 127)
        value >>= 7
    return bytes(out) + bytes([value])


def get(path, stream, host=b"www.example.com", more=b""):
    """A request without a body. 0x82: GET, 0x86: http, both of the static table."""
    block = b"\x82\x86" + literal(b":path", path) + literal(b":authority", host) + more
    return frame(HEADERS, END_STREAM | END_HEADERS, stream, block)


def websocket(opcode, payload, fin=True, flags=0, length=None):
    """A frame from the client (RFC 6455, 5.2), masked with zeros."""
    n = len(payload) if length is None else length
    size = bytes([0x80 | n]) if n < 126 else struct.pack("!BH", 0xFE, n) if n < 65536 else struct.pack("!BQ", 0xFF, n)
    return bytes([(0x80 if fin else 0) | flags | opcode]) + size + bytes(4) + payload


UPGRADE = talk.request("/chat", headers=("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                                         "Sec-WebSocket-Version: 13"))
SWITCHING = (b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: permessage-deflate\r\n\r\n")


def quic_initial(destination, payload, version=1, length=None):
    """What has the form of an Initial packet (RFC 9000, 17.2.2), protected by no key."""
    n = len(payload) if length is None else length
    return bytes([0xC3]) + struct.pack("!IB", version, len(destination)) + destination + b"\0\0" + varint(n) + payload


def varint(value, width=None):
    """RFC 9000, 16; `width`: more bytes than needed."""
    width = width or next(w for w in (1, 2, 4, 8) if value < 1 << (8 * w - 2))
    return (value | {1: 0, 2: 1, 4: 2, 8: 3}[width] << (8 * width - 2)).to_bytes(width, "big")
