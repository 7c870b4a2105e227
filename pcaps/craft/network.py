"""Captures for signatures/network.rules."""
import struct

from . import wire
from .registry import pair
from .talk import INSIDE, OUTSIDE, PARTNER, SERVER, request

HOST6, ROUTER6, FAR6, NEXT6 = "2001:db8:10::20", "fe80::1", "2001:db8:99::1", "2001:db8:10::21"


@pair(9000140, "a first fragment with 8 bytes of TCP", "a first fragment with 24 bytes")
def tiny_fragment(talk, hit):
    segment = wire.tcp(OUTSIDE, 50240, SERVER, 80, wire.SYN, seq=1, payload=b"abcdefghijkl")
    talk.fragments(OUTSIDE, SERVER, wire.TCP, segment, 8 if hit else 24, 0x7140)


@pair(9000141, "an echo request with loose source routing", "one with record route")
def source_route(talk, hit):
    option = (b"\x83" if hit else b"\x07") + b"\x07\x04" + wire.address(PARTNER)
    talk.ping(OUTSIDE, SERVER, b"abcdefghijklmnop", reply=False, options=option)


@pair(9000142, "tags 1 and 20", "one tag, and two tags with 5 outside")
def double_tag(talk, hit):
    for vlans in [(1, 20)] if hit else [(1,), (5, 20)]:
        talk.udp(INSIDE, 49342, SERVER, 514, b"<13>demo: hello", vlans=vlans)


@pair(9000143, "a routing header of type 0", "one of type 2")
def routing_header_0(talk, hit):
    header = struct.pack("!BBBBI", wire.UDP, 2, 0 if hit else 2, 1, 0) + wire.address(NEXT6)
    talk.ip(FAR6, HOST6, 43, header + wire.udp(FAR6, 5000, NEXT6, 5001, b"hello"))


@pair(9000144, "a router advertisement with a hop limit of 63", "one with 255")
def router_advertisement(talk, hit):
    rest = struct.pack("!BBH", 64, 0, 1800)
    talk.icmp(ROUTER6, "ff02::1", 134, rest=rest, payload=struct.pack("!II", 0, 0), ttl=63 if hit else 255)


@pair(9000145, "packet too big, MTU 1000", "packet too big, MTU 1400")
def packet_too_big(talk, hit):
    quoted = wire.ipv6(HOST6, FAR6, wire.UDP, wire.udp(HOST6, 5000, FAR6, 5001, b"x" * 64))
    talk.icmp(FAR6, HOST6, 2, rest=struct.pack("!I", 1000 if hit else 1400), payload=quoted)


@pair(9000146, "a SYN and ACK that guesses, before the right one", "the right one sent twice")
def guessed_answer(talk, hit):
    connection = talk.connect(INSIDE, 49346, OUTSIDE, 80, handshake=False)
    client, server = connection.client, connection.server
    connection.part(client, wire.SYN, options=wire.mss(1460))
    guess = connection.next[client] + (0x1234 if hit else 0)
    talk.segment(*server, *client, wire.SYN | wire.ACK, seq=connection.next[server], ack=guess, options=wire.mss(1460))
    connection.part(server, wire.SYN | wire.ACK, options=wire.mss(1460))
    connection.part(client, wire.ACK)
    connection.send(request("/first"))
    connection.close()


@pair(9000147, "a redirect from outside", "a redirect from a router inside")
def redirect(talk, hit):
    quoted = wire.ipv4(INSIDE, PARTNER, wire.UDP, wire.udp(INSIDE, 49347, PARTNER, 9, b"hello"))
    talk.icmp(OUTSIDE if hit else "192.168.10.1", INSIDE, 5, 1, wire.address("192.168.10.254"), quoted)


@pair(9000148, "SYN and FIN in one segment", "SYN and then FIN")
def syn_fin(talk, hit):
    for flags in [wire.SYN | wire.FIN] if hit else [wire.SYN, wire.FIN | wire.ACK]:
        talk.segment(OUTSIDE, 50248, SERVER, 80, flags)


@pair(9000149, "a packet that claims 600 bytes and has 48", "a packet with padding behind it")
def truncated_ip(talk, hit):
    body = wire.udp(OUTSIDE, 50249, SERVER, 9, b"0123456789abcdefghij")
    packet = wire.ipv4(OUTSIDE, SERVER, wire.UDP, body, ident=0x7149, total=600 if hit else None)
    talk.frame(wire.ethernet(OUTSIDE, SERVER, packet + (b"" if hit else b"\0" * 12)))


@pair(9000150, "a SYN with a reserved bit", "a SYN with ECE and CWR (RFC 3168)")
def reserved_bits(talk, hit):
    segment = bytearray(wire.tcp(OUTSIDE, 50250, SERVER, 80, wire.SYN if hit else wire.SYN | 0xC0))
    if hit:
        segment[12] |= 0x04
        segment[16:18] = b"\0\0"
        value = wire.checksum(wire.pseudo(OUTSIDE, SERVER, wire.TCP, len(segment)) + bytes(segment))
        segment[16:18] = struct.pack("!H", value)
    talk.ip(OUTSIDE, SERVER, wire.TCP, bytes(segment))
