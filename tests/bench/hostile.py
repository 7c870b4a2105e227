"""Traffic that is made to hurt, beside ordinary traffic of as many bytes: CASES names a capture, and the rules that it is for (None: those
of the bench). Captures have no checksums."""
import gzip
import lzma
import random
import struct
import zlib

MSS, FIN, SYN, PSH, ACK = 1400, 1, 2, 8, 16
CLIENT, SERVER = b"\x0a\0\0\1", b"\xc0\xa8\0\1"
SIZE = 4 << 20  # bytes of payload in each capture, roughly


class Capture:
    def __init__(self):
        self.out, self.time = [struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262144, 1)], 1700000000000000

    def ip(self, source, target, protocol, body, fragment=0, ident=1):
        frame = b"\2\0\0\0\0\1\2\0\0\0\0\2\x08\0" + struct.pack(">BBHHHBBH4s4s", 0x45, 0, 20 + len(body), ident, fragment, 64, protocol, 0,
                                                                source, target) + body
        self.time += 10
        self.out += struct.pack("<IIII", self.time // 10**6, self.time % 10**6, len(frame), len(frame)), frame

    def udp(self, source, target, sport, dport, body):
        self.ip(source, target, 17, struct.pack(">HHHH", sport, dport, 8 + len(body), 0) + body)

    def bytes(self):
        return b"".join(self.out)


class Connection:
    """Each segment is acknowledged at once."""

    def __init__(self, capture, port, to):
        self.capture, self.ports, self.next = capture, (port, to), [1000, 5000]
        self.send(0, SYN)
        self.send(1, SYN | ACK)
        self.send(0, ACK)

    def send(self, side, flags, data=b"", at=None):
        ends = [(CLIENT, SERVER), (SERVER, CLIENT)][side]
        sequence = self.next[side] if at is None else at
        head = struct.pack(">HHIIBBHHH", self.ports[side], self.ports[1 - side], sequence & 0xFFFFFFFF,
                           self.next[1 - side] & 0xFFFFFFFF if flags & ACK else 0, 0x50, flags, 65535, 0, 0)
        self.capture.ip(ends[0], ends[1], 6, head + data)
        if at is None:
            self.next[side] += len(data) + (flags & (SYN | FIN) != 0)

    def say(self, side, data, size=MSS):
        for i in range(0, len(data), size):
            self.send(side, PSH | ACK, data[i:i + size])
            self.send(1 - side, ACK)


def connections(make, to=80, size=SIZE, most=64 << 10, segment=MSS):
    """Conversations [(side, bytes)...] by make(number, bytes wanted), until there are `size` bytes."""
    capture, done, number = Capture(), 0, 0
    while done < size:
        c = Connection(capture, 1024 + number % 60000, to)
        for side, data in make(number, most):
            c.say(side, data, segment)
            done += len(data)
        c.send(0, FIN | ACK)
        c.send(1, FIN | ACK)
        c.send(0, ACK)
        number += 1
    return capture.bytes()


GET = b"GET /index.html HTTP/1.1\r\nHost: www.example.com\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n"


def answer(body, more=b""):
    return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n" + more + b"Content-Length: %d\r\n\r\n" % len(body) + body


def prose(number, size):
    r = random.Random(number)
    words = [bytes(r.choice(b"abcdefghijklmnopqrstuvwxyz") for _ in range(r.randint(2, 9))) for _ in range(500)]
    return b" ".join(r.choice(words) for _ in range(size // 6))[:size]


def bodies(fill):
    return lambda: connections(lambda number, size: [(0, GET), (1, answer(fill(number, size)))])


def many_headers():
    head = b"".join(b"X-%d: a\r\n" % i for i in range(5000))
    return connections(lambda n, size: [(0, GET[:-2] + head[:size - 1000].rsplit(b"\r\n", 1)[0] + b"\r\n\r\n"), (1, answer(b"x"))])


def as_many_as_go():
    head = b"".join(b"X-%d: a\r\n" % i for i in range(1000))
    return connections(lambda n, size: [(0, GET[:-2] + head + b"\r\n"), (1, answer(b"x"))], size=SIZE // 4)


def short_headers():
    head = b"".join(b"%x:\r\n" % i for i in range(0x100, 0x100 + 900))
    return connections(lambda n, size: [(0, GET[:-2] + head + b"\r\n"), (1, answer(b"x"))], size=SIZE // 4)


def same_header():
    return connections(lambda n, size: [(0, GET[:-2] + b"Cookie: a\r\n" * 4000 + b"\r\n"), (1, answer(b"x"))])


def pipelined():
    return connections(lambda n, size: [(0, b"GET / HTTP/1.1\r\n\r\n" * (size // 18)), (1, b"HTTP/1.1 204 X\r\n\r\n" * (size // 18))])


def layers():
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    bomb = packed.compress(b"a" * (40 << 20)) + packed.flush()
    twice = gzip.compress(bomb, 9)
    return connections(lambda n, size: [(0, GET), (1, answer(bomb, b"Content-Encoding: gzip\r\n")),
                                        (0, GET), (1, answer(twice, b"Content-Encoding: gzip, gzip\r\n"))], size=SIZE // 2)


def grown(size, letters=b"a"):
    packed = zlib.compressobj(9, zlib.DEFLATED, 31)
    return packed.compress(letters * (size // len(letters))) + packed.flush()


def in_one_chunk():
    bomb = grown(40 << 20)
    head = b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n" % len(bomb)
    return connections(lambda n, size: [(0, GET), (1, head + bomb + b"\r\n0\r\n\r\n")], size=SIZE // 4)


def short_bombs(coding, make):
    """One for each connection, which is otherwise as short as they go."""
    def build():
        body = answer(make(), b"Content-Encoding: " + coding + b"\r\n")
        return connections(lambda n, size: [(0, GET), (1, body)], size=SIZE // 32)
    return build


def frame(kind, flags, stream, payload):
    return len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload


def bombs_in_frames():
    bomb = grown(4 << 20)
    preface, settings = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", frame(4, 0, 0, b"")
    asked = b"".join(frame(1, 5, 2 * i + 1, b"\x82\x84\x86\x41\x03abc") for i in range(10))
    told = b"".join(frame(1, 4, 2 * i + 1, b"\x88\x0f\x0b\x04gzip") + frame(0, 1, 2 * i + 1, bomb) for i in range(10))
    return connections(lambda n, size: [(0, preface + settings + asked), (1, settings + told)], size=SIZE // 4)


def tiny_chunks():
    return connections(lambda n, size: [(0, GET), (1, b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\na\r\n" * (size // 6) + b"0\r\n\r\n")])


def tiny_segments():
    return connections(lambda n, size: [(0, GET), (1, answer(prose(n, 4000)))], size=SIZE // 32, segment=1)


def names_that_point():
    capture, done, number = Capture(), 0, 0
    chain = b"\x01a\xc0\x0c" + b"".join(b"\x01a" + struct.pack(">H", 0xC000 | 12 + 4 * i) for i in range(100))
    last = struct.pack(">H", 0xC000 | 12 + 4 * 100)
    records = (last + struct.pack(">HHIH", 5, 1, 60, 2) + last) * 60
    while done < SIZE:
        body = struct.pack(">HHHHHH", number & 0xFFFF, 0x8180, 100, 60, 0, 0) + chain + records
        capture.udp(SERVER, CLIENT, 53, 1024 + number % 60000, body)
        done += len(body)
        number += 1
    return capture.bytes()


def many_questions():
    capture, done, number = Capture(), 0, 0
    questions = b"".join(b"\x01a\x00" + struct.pack(">HH", 1, 1) for _ in range(190))
    while done < SIZE:
        body = struct.pack(">HHHHHH", number & 0xFFFF, 0x0100, 190, 0, 0, 0) + questions
        capture.udp(CLIENT, SERVER, 1024 + number % 60000, 53, body)
        done += len(body)
        number += 1
    return capture.bytes()


def long_chains():
    """A TLS server with as many certificates as fit (each a short one of DER)."""
    certificate = b"\x30\x82\x00\x40" + b"\x30\x3e" + b"\x02\x01\x01" * 20 + b"\x05\0"
    chain = (len(certificate).to_bytes(3, "big") + certificate) * 900
    message = b"\x0b" + (len(chain) + 3).to_bytes(3, "big") + len(chain).to_bytes(3, "big") + chain
    hello = b"\x02" + (38).to_bytes(3, "big") + b"\x03\x03" + b"r" * 32 + b"\0\xc0\x2f\0"
    client = b"\x01" + (41).to_bytes(3, "big") + b"\x03\x03" + b"r" * 32 + b"\0\0\x02\xc0\x2f\x01\0"

    def record(data):
        return b"".join(b"\x16\x03\x03" + len(data[i:i + 16000]).to_bytes(2, "big") + data[i:i + 16000] for i in range(0, len(data), 16000))
    return connections(lambda n, size: [(0, record(client)), (1, record(hello + message))], to=443)


def fragments():
    """Datagrams in fragments of eight bytes, the last one missing."""
    capture, done, ident = Capture(), 0, 0
    while done < SIZE // 32:
        ident += 1
        for i in range(64):
            capture.ip(CLIENT, SERVER, 17, b"fragment", fragment=0x2000 | i, ident=ident & 0xFFFF)
            done += 8
    return capture.bytes()


def holes():
    """Every second segment first, then the others backwards."""
    capture, done, number = Capture(), 0, 0
    while done < SIZE:
        c = Connection(capture, 1024 + number, 80)
        c.say(0, GET)
        data, start, number = answer(prose(number, 60000)), c.next[1], number + 1
        places = list(range(0, len(data), 100))
        for i in places[1::2] + places[0::2][::-1]:
            c.send(1, PSH | ACK, data[i:i + 100], at=start + i)
        c.next[1] += len(data)
        c.send(0, ACK)
        done += len(data)
    return capture.bytes()


def frames(streams):
    """HTTP/2 with a stream for each nine bytes: settings, then window updates and priorities."""
    def make(number, size):
        ping = b"\0\0\x08\x06\0\0\0\0\0" + b"p" * 8
        window = b"\0\0\x04\x08\0\0\0\0\1" + b"\0\0\0\1"
        open_them = b"".join(b"\0\0\x01\x01\x05" + (2 * i + 1).to_bytes(4, "big") + b"\x82" for i in range(size // 10)) if streams else (ping + window) * (size // 30)
        return [(0, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\0\0\0\x04\0\0\0\0\0" + open_them), (1, b"\0\0\0\x04\0\0\0\0\0")]
    return lambda: connections(make)


def climbing(options, count=30):
    return "".join('alert http any any -> any any (msg:"%d"; flow:to_client; file.data; %s sid:%d;)\n' % (i, options.replace("#", str(i)), 1 + i)
                   for i in range(count))


A = bodies(lambda n, size: b"a" * size)
NESTED = climbing('content:"aa"; content:"a"; distance:1; within:200; content:"a"; distance:1; within:200; content:"a"; distance:1; within:200; '
                  'content:"no#"; distance:0; within:100;')
REGEX = climbing('content:"aa"; pcre:"/(a+)+b#$/R";')
REGEX_ALONE = climbing('content:"aa"; pcre:"/(a|aa|aaa)+no#/";')
REGEX_EACH = climbing('content:"a"; content:"a"; distance:0; pcre:"/^.{1,50}no#/R";')
# What all of them need is there, and never where they need it.
OUT_OF_REACH = b"a" * 1000 + b"x" * 250 + b"\n" + b"".join(b"no%d b%d " % (i, i) for i in range(30))
TEASED = bodies(lambda n, size: OUT_OF_REACH * (size // len(OUT_OF_REACH)))
NUMBERS = climbing('content:"a"; byte_jump:1,0,relative; content:"a"; distance:0; byte_test:1,=,#,1,relative;')

CASES = [  # name, capture, rules
    ("ordinary http bodies", bodies(prose), None),
    ("... with the rules for contents", bodies(prose), NESTED),
    ("contents with distance and within, all of one letter", A, NESTED),
    ("relative regular expressions with nested repetition", A, REGEX),
    ("regular expressions with alternatives that overlap", A, REGEX_ALONE),
    ("a regular expression after each place of two contents", A, REGEX_EACH),
    ("byte_jump and byte_test after each place", A, NUMBERS),
    ("contents with distance and within, all there but out of reach", TEASED, NESTED),
    ("nested repetition, its literals out of reach", TEASED, REGEX),
    ("alternatives that overlap, likewise", TEASED, REGEX_ALONE),
    ("a regular expression after each place, likewise", TEASED, REGEX_EACH),
    ("5,000 headers a request", many_headers, None),
    ("1,000 headers a request", as_many_as_go, None),
    ("900 headers of six bytes a request", short_headers, None),
    ("4,000 headers of one name", same_header, None),
    ("pipelined requests, 77 a segment", pipelined, None),
    ("bodies that grow a thousandfold, and twice so", layers, None),
    ("... in chunks", in_one_chunk, None),
    ("... twice, one for each connection of nine packets", short_bombs(b"gzip, gzip", lambda: gzip.compress(grown(40 << 20), 9)), None),
    ("... with lzma, likewise", short_bombs(b"lzma", lambda: lzma.compress(b"a" * (10 << 20), format=lzma.FORMAT_ALONE)), None),
    ("... to what is inspected and no more, likewise", short_bombs(b"gzip", lambda: grown(100 << 10)), None),
    ("... in ten streams of HTTP/2", bombs_in_frames, None),
    ("chunks of one byte", tiny_chunks, None),
    ("segments of one byte", tiny_segments, None),
    ("DNS names by a hundred pointers", names_that_point, None),
    ("190 questions a datagram", many_questions, None),
    ("900 certificates", long_chains, None),
    ("HTTP/2 streams of one byte", frames(True), None),
    ("HTTP/2 frames that say nothing", frames(False), None),
    ("fragments of eight bytes", fragments, None),
    ("every second segment first", holes, None),
]
