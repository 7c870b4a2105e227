"""Captures for signatures/recon.rules."""
import struct

from . import wire
from .registry import pair
from .talk import INSIDE, OUTSIDE, PARTNER, RESOLVER, SERVER, query, request, response

PORTS = [22, 23, 25, 80, 110, 143, 443, 445, 3306, 8080]


@pair(9000020, "ten ports probed without flags; one alert a minute", "the same with ACK")
def null_scan(talk, hit):
    for port in PORTS:
        talk.segment(OUTSIDE, 40020, SERVER, port, 0 if hit else wire.ACK, window=1024)


@pair(9000021, "ten ports probed with FIN, PSH and URG", "the same with ACK as well, as a connection may end")
def xmas_scan(talk, hit):
    for port in PORTS:
        flags = wire.FIN | wire.PSH | wire.URG
        talk.segment(OUTSIDE, 40021, SERVER, port, flags if hit else flags | wire.ACK, ack=0 if hit else 1, window=1024)


@pair(9000022, "35 ports in two seconds, closed", "35 ports in 35 seconds")
def syn_scan(talk, hit):
    for port in range(1, 36):
        talk.segment(OUTSIDE, 40022, SERVER, port, wire.SYN, window=1024, options=wire.mss(1460))
        talk.segment(SERVER, port, OUTSIDE, 40022, wire.RST | wire.ACK, seq=0, ack=0x1001, window=0)
        talk.wait(0.05 if hit else 1)


@pair(9000023, "probe U1", "300 times C with another identification, and 299 with the right one")
def nmap_udp_probe(talk, hit):
    if hit:
        talk.udp(OUTSIDE, 40023, SERVER, 37123, b"C" * 300, ident=0x1042)
    else:
        talk.udp(OUTSIDE, 40023, SERVER, 37123, b"C" * 300, ident=0x1043)
        talk.udp(OUTSIDE, 40023, SERVER, 37123, b"C" * 299, ident=0x1042)


def agent(talk, port, name, **more):
    talk.exchange(OUTSIDE, port, SERVER, 80, request("/item?id=1", agent=name, **more), (response(),))


@pair(9000024, "a request of sqlmap", "a page about sqlmap as the referrer")
def sqlmap(talk, hit):
    if hit:
        agent(talk, 50024, "sqlmap/1.8.2#stable (https://sqlmap.org)")
    else:
        agent(talk, 50024, "Mozilla/5.0", headers=["Referer: http://www.example.net/User-Agent: sqlmap/1.8"])


@pair(9000025, "a request of Nikto", "a browser whose name only resembles it")
def nikto(talk, hit):
    agent(talk, 50025, "Mozilla/5.00 (Nikto/2.5.0) (Evasions:None) (Test:Port Check)" if hit else "Mozilla/5.00 (Nikto/x; my phone)")


@pair(9000026, "a request of an NSE script", "the words in another header")
def nse(talk, hit):
    name = "Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)"
    if hit:
        agent(talk, 50026, name)
    else:
        agent(talk, 50026, "Mozilla/5.0 (X11; Linux x86_64; rv:120.0) Gecko/20100101 Firefox/120.0 long enough", headers=["X-Seen: " + name])


def smb1(command=0x72, flags=0x18):
    body = b"\xffSMB" + bytes([command]) + b"\0\0\0\0" + bytes([flags]) + struct.pack("<H", 0xC801) + b"\0" * 20
    body += b"\0" + struct.pack("<H", 12) + b"\x02NT LM 0.12\0"[:12]
    return struct.pack("!I", len(body)) + body


@pair(9000027, "SMB1 negotiation from outside", "SMB2 negotiation from outside, and SMB1 inside")
def smb1_negotiate(talk, hit):
    if hit:
        talk.exchange(OUTSIDE, 50027, SERVER, 445, smb1())
    else:
        two = b"\xfeSMB" + struct.pack("<HHIHH", 64, 0, 0, 0, 31) + b"\0" * 48 + struct.pack("<HHH", 36, 1, 1) + b"\0" * 30 + b"\x11\x03"
        talk.exchange(OUTSIDE, 50027, SERVER, 445, struct.pack("!I", len(two)) + two)
        talk.exchange(INSIDE, 50028, SERVER, 445, smb1())


@pair(9000028, "a connection request with a cookie and no negotiation", "the same with RDP_NEG_REQ for TLS")
def rdp_plain(talk, hit):
    cookie = b"Cookie: mstshash=alice\r\n" + (b"" if hit else b"\x01\x00\x08\x00\x03\x00\x00\x00")
    x224 = bytes([6 + len(cookie), 0xE0]) + b"\0\0\0\0\0" + cookie
    talk.exchange(OUTSIDE, 50029, SERVER, 3389, struct.pack("!BBH", 3, 0, 4 + len(x224)) + x224,
                  (bytes.fromhex("030000130ed000001234000209080001000000"),))


@pair(9000029, "ICMP timestamp request from outside", "the reply to one that came from inside")
def icmp_timestamp(talk, hit):
    rest, times = struct.pack("!HH", 7, 1), struct.pack("!III", 0x01020304, 0, 0)
    src, dst = (OUTSIDE, SERVER) if hit else (SERVER, OUTSIDE)
    talk.icmp(src, dst, 13, rest=rest, payload=times)
    talk.icmp(dst, src, 14, rest=rest, payload=times)


@pair(9000030, "debugger handshake from outside", "the words as part of a longer text")
def jdwp(talk, hit):
    talk.exchange(OUTSIDE, 50030, SERVER, 5005, b"JDWP-Handshake" + (b"" if hit else b" is what it sends"), (b"JDWP-Handshake" if hit else b"?",))


@pair(9000031, "three bytes open a connection from outside", "the same three bytes after the server spoke")
def socks_greeting(talk, hit):
    lines = [b"\x05\x01\x00", (b"\x05\xff",)]
    talk.exchange(OUTSIDE, 50031, SERVER, 1080, *(lines if hit else [(b"\x01ready",)] + lines))


@pair(9000032, "UDP with a TTL of 1 to the usual ports", "UDP with a TTL of 20")
def udp_traceroute(talk, hit):
    for number in range(3):
        talk.udp(OUTSIDE, 40032, SERVER, 33440 + number, b"\x40" * 32, ttl=1 if hit else 20)


@pair(9000033, "version.bind asked from outside", "version.bind.example.com asked from outside")
def version_bind(talk, hit):
    question = query("VERSION.BIND", 16)[:-2] + b"\0\x03" if hit else query("version.bind.example.com", 16)
    talk.udp(OUTSIDE, 40033, RESOLVER, 53, question)


@pair(9000034, "AXFR from outside", "AXFR from inside, and SOA from outside")
def zone_transfer(talk, hit):
    def ask(src, port, qtype):
        question = query("example.com", qtype, flags=0)
        talk.exchange(src, port, RESOLVER, 53, struct.pack("!H", len(question)) + question)
    if hit:
        ask(PARTNER, 40034, 252)
    else:
        ask(INSIDE, 40035, 252)
        ask(PARTNER, 40036, 6)
