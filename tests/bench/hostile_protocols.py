"""The smallest messages of each protocol, as many as go into a connection; and rules that make much of little. CASES as in hostile.py."""
import base64
import struct

from hostile import CLIENT, GET, MSS, SERVER, SIZE, A, Capture, bodies, connections

SOME = SIZE // 4


def talk(port, *turns):
    return lambda: connections(lambda n, size: list(turns), to=port, size=SOME)


def again(port, opening, message, reply=b"", greeting=b"", most=30000):
    """A greeting, the client's first words, then so many bytes of one message and of its reply."""
    count = most // max(len(message), len(reply), 1)
    turns = [(1, greeting), (0, opening), (0, message * count), (1, reply * count)]
    return talk(port, *((side, data) for side, data in turns if data))


def datagrams(port, make):
    """make(number): what the number-th port sends."""
    def build():
        capture, done, number = Capture(), 0, 0
        while done < SOME:
            body = make(number)
            capture.udp(CLIENT, SERVER, 1024 + number % 60000, port, body)
            done += len(body)
            number += 1
        return capture.bytes()
    return build


def record(kind, data):
    return bytes([kind]) + b"\3\3" + struct.pack(">H", len(data)) + data


def element(tag, data):
    return bytes([tag, len(data)]) + data


def initial(number):
    """Of QUIC, which nobody can open; its connection id, and so its keys, are its own."""
    return b"\xc3\0\0\0\1\x08" + struct.pack(">Q", number) + b"\0\0\x40\x20" + b"q" * 32


def rpc(xid, procedure):
    call = struct.pack(">IIIIII", xid, 0, 2, 100003, 3, procedure) + bytes(16) + b"\0\0\0\4abcd"
    return struct.pack(">I", 0x80000000 | len(call)) + call


def parts(count):
    """A form of so many files of one byte."""
    body = b"--a\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\nx\r\n" * count + b"--a--\r\n"
    return b"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: multipart/form-data; boundary=a\r\nContent-Length: %d\r\n\r\n" % len(body) + body


def transformed(transform, count=10):
    return "".join('alert http any any -> any any (flow:to_client; file.data; %s; content:"no%d"; sid:%d;)\n' % (transform % i, i, 1 + i) for i in range(count))


HELLO = record(22, b"\1\0\0\x29\3\3" + b"r" * 32 + b"\0\0\2\xc0\x2f\1\0")
MQTT = b"\x10\x0d\0\4MQTT\4\2\0\x3c\0\1a"
BIND, BOUND = element(0x30, b"\2\1\1" + element(0x60, b"\2\1\3\4\0\x80\0")), element(0x30, b"\2\1\1" + element(0x61, b"\x0a\1\0\4\0\4\0"))
UPGRADE = GET[:-2] + b"Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
SWITCHING = b"HTTP/1.1 101 S\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
STARTUP = struct.pack(">II", 16, 196608) + b"user\0a\0\0"
GIFS = b"PUT /a HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\n\r\nGIF89a" * 500
ENCODED = base64.b64encode(b"a" * 3000)

CASES = [  # name, capture, rules
    ("FTP: lines of nothing", again(21, b"USER a\r\n", b"\n", b"\n", b"220 ready\r\n"), None),
    ("FTP: NOOP", again(21, b"USER a\r\n", b"NOOP\r\n", b"200 a\r\n", b"220 ready\r\n"), None),
    ("SMTP: a recipient after the other", again(25, b"EHLO a\r\nMAIL FROM:<a>\r\n", b"RCPT TO:<a>\r\n", b"250 a\r\n", b"220 a ESMTP\r\n"), None),
    ("POP3: NOOP", again(110, b"USER a\r\n", b"NOOP\r\n", b"+OK\r\n", b"+OK ready\r\n"), None),
    ("TLS: records of one byte", again(443, HELLO, record(23, b"x"), record(23, b"x")), None),
    ("MQTT: messages of six bytes", again(1883, MQTT, b"\x30\4\0\1ax", b"\xd0\0"), None),
    ("LDAP: binds", again(389, b"", BIND, BOUND), None),
    ("PostgreSQL: Sync", again(5432, STARTUP, b"S\0\0\0\4", b"Z\0\0\0\5I"), None),
    ("Modbus", again(502, b"", b"\0\1\0\0\0\6\1\3\0\0\0\1", b"\0\1\0\0\0\5\1\3\2\0\0"), None),
    ("NFS: calls without an answer", talk(2049, (0, b"".join(rpc(i, 1) for i in range(600)))), None),
    ("WebSocket: pings", talk(80, (0, UPGRADE), (1, SWITCHING), (0, b"\x89\0" * 15000), (1, b"\x8a\0" * 15000)), None),
    ("HTTP: a form of 450 files", talk(80, (0, parts(450)), (1, b"HTTP/1.1 204 X\r\n\r\n")), None),
    ("HTTP: PUT, six bytes each", talk(80, (0, GIFS), (1, b"HTTP/1.1 204 X\r\n\r\n" * 500)), None),
    ("... with a rule about magic", talk(80, (0, GIFS), (1, b"HTTP/1.1 204 X\r\n\r\n" * 500)), 'alert http any any -> any any (file.magic; content:"PDF"; sid:1;)\n'),
    ("QUIC: Initial packets of 50 bytes", datagrams(443, initial), None),
    ("... 20 of them in a datagram", datagrams(443, lambda n: b"".join(initial(20 * n + i) for i in range(MSS // 64))), None),
    ("ten rules with xor", A, transformed('xor:"0a0b%02d"')),
    ("ten rules with from_base64", bodies(lambda n, size: ENCODED * (size // len(ENCODED))), transformed("from_base64:offset %d")),
]
