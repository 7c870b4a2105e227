"""Captures for signatures/dos.rules."""
import struct

from . import wire
from .registry import pair
from .talk import INSIDE, OUTSIDE, PARTNER, RESOLVER, SERVER, query, response


@pair(9000120, "105 connection attempts from 105 addresses", "100 of them", alert={9000120: 5})
def syn_flood(talk, hit):
    for number in range(105 if hit else 100):
        talk.segment("203.0.113.%d" % (number + 1), 20000 + number, SERVER, 80, wire.SYN, options=wire.mss(1460))


def echo(size):
    return wire.icmp(8, 0, struct.pack("!HH", 0x77, 1), bytes(range(256)) * (size // 256))


@pair(9000121, "an echo request of 9216 bytes in fragments", "one of 7936 bytes")
def large_ping(talk, hit):
    talk.fragments(OUTSIDE, SERVER, wire.ICMP, echo(9216 if hit else 7936), 1480, 0x7121)


@pair(9000122, "a last fragment that ends past 65535", "a last fragment that ends before")
def ping_of_death(talk, hit):
    first = wire.ipv4(OUTSIDE, SERVER, wire.ICMP, echo(256)[:248], ident=0x7122, frag=wire.MORE_FRAGMENTS)
    offset = 65520 if hit else 65040
    last = wire.ipv4(OUTSIDE, SERVER, wire.ICMP, b"\x55" * 256, ident=0x7122, frag=offset // 8)
    for packet in (first, last):
        talk.frame(wire.ethernet(OUTSIDE, SERVER, packet))


@pair(9000123, "a SYN from a host to itself", "a SYN between the same ports of two hosts")
def land(talk, hit):
    talk.segment(SERVER if hit else PARTNER, 139, SERVER, 139, wire.SYN)


@pair(9000124, "two fragments that overlap by 16 bytes", "two fragments that meet")
def teardrop(talk, hit):
    body = wire.udp(OUTSIDE, 50124, SERVER, 9, b"abcdefgh" * 12)
    pieces = [(0, body[:48], wire.MORE_FRAGMENTS), (32 if hit else 48, body[32 if hit else 48:], 0)]
    for at, piece, more in pieces:
        talk.frame(wire.ethernet(OUTSIDE, SERVER, wire.ipv4(OUTSIDE, SERVER, wire.UDP, piece, ident=0x7124, frag=more | at // 8)))


@pair(9000125, "stats over UDP", "get over UDP")
def memcached_stats(talk, hit):
    talk.udp(OUTSIDE, 50125, SERVER, 11211, b"\0\x01\0\0\0\x01\0\0" + (b"stats\r\n" if hit else b"get demo\r\n"))


@pair(9000126, "monlist asked for twice; one alert a minute", "a client's question for the time, and another private request")
def ntp_monlist(talk, hit):
    for body in [b"\x17\0\x03\x2a" + b"\0" * 4] * 2 if hit else [b"\x23" + b"\0" * 47, b"\x17\0\x03\x10" + b"\0" * 4]:
        talk.udp(OUTSIDE, 50126, SERVER, 123, body)


@pair(9000127, "ssdp:all asked for from outside", "asked for inside, and one device type from outside")
def ssdp(talk, hit):
    def search(src, what):
        text = 'M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nMAN: "ssdp:discover"\r\nMX: 1\r\nST: %s\r\n\r\n' % what
        talk.udp(src, 50127, SERVER, 1900, text.encode())
    if hit:
        search(OUTSIDE, "ssdp:all")
    else:
        search(INSIDE, "ssdp:all")
        search(OUTSIDE, "upnp:rootdevice")


@pair(9000128, "seven queries for ANY", "five of them, and two for A", alert={9000128: 2})
def dns_any(talk, hit):
    for number, qtype in enumerate([255] * 7 if hit else [255] * 5 + [1] * 2):
        talk.udp(OUTSIDE, 50130 + number, RESOLVER, 53, query("example.com", qtype, extra=b"\0\0\x29\x10\0\0\0\0\0\0\0", additional=1))


@pair(9000129, "72 characters and a line end from port 19", "a short answer from port 19")
def chargen(talk, hit):
    line = bytes(33 + at % 94 for at in range(72)) + b"\r\n"
    talk.udp(OUTSIDE, 19, SERVER, 53000, line if hit else line[-40:])


@pair(9000130, "25 acknowledgements with a window of zero", "15 of them", alert={9000130: 5})
def zero_window(talk, hit):
    for number in range(5):
        connection = talk.connect(OUTSIDE, 50140 + number, SERVER, 80)
        connection.send(b"GET /large HTTP/1.1\r\nHost: www.example.com\r\n\r\n")
        connection.reply(response(b"x" * 200))
        for _ in range(5 if hit else 3):
            talk.wait(1)
            connection.part(connection.client, wire.ACK, window=0)
        connection.close()


@pair(9000131, "a SYN with a segment size of 48", "a SYN with 536")
def tiny_segment_size(talk, hit):
    talk.segment(OUTSIDE, 50131, SERVER, 443, wire.SYN, options=wire.mss(48 if hit else 536) + b"\x04\x02")
