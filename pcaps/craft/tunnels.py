"""Captures for signatures/tunnels.rules and signatures/policy.rules."""
import struct

from . import wire
from .registry import pair
from .talk import INSIDE, OUTSIDE, PARTNER, RESOLVER, SERVER, noise, query, request, response


def data_name(number, size, domain):
    """Two labels of `size` letters, as a tunnel writes its data."""
    letters = "".join(chr(97 + byte % 26) for byte in noise(2 * size, seed=number + 7))
    return letters[:size] + "." + letters[size:] + "." + domain


@pair(9000090, "eight queries with two labels of 60 letters", "eight with labels of 30", alert={9000090: 3, 9000250: 1})
def dns_labels(talk, hit):
    for number in range(8):
        talk.udp(INSIDE, 49290 + number, RESOLVER, 53, query(data_name(number, 60 if hit else 30, "t.example.com"), 16))


@pair(9000091, "a query of type NULL", "queries of types A and MX")
def dns_null(talk, hit):
    for qtype in [10] if hit else [1, 15]:
        talk.udp(INSIDE, 49300, RESOLVER, 53, query("aa3f.t.example.com", qtype))


@pair(9000092, "an echo request with the magic number", "the magic number two bytes further on")
def ping_tunnel(talk, hit):
    body = b"\xd5\x20\x08\x80" + struct.pack("!4sIIIIHH", wire.address(SERVER), 22, 0x40000000, 65535, 0, 1, 7)
    talk.ping(INSIDE, OUTSIDE, body if hit else b"\0\0" + body, reply=False)


@pair(9000093, "twelve large echoes of random bytes", "twelve large echoes that count up", alert={9000093: 2})
def icmp_data(talk, hit):
    for number in range(12):
        body = noise(512, seed=number + 1) if hit else bytes(range(256)) * 2
        talk.ping(INSIDE, OUTSIDE, body, number=number)


@pair(9000094, "an SSH greeting in an echo request and in its reply", "an SSH greeting quoted by a network-unreachable message",
      alert={9000094: 2})
def icmp_ssh(talk, hit):
    text = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
    if hit:
        talk.ping(INSIDE, OUTSIDE, b"\0\0\0\x01" + text)
    else:
        talk.icmp(OUTSIDE, INSIDE, 3, 0, payload=wire.ipv4(INSIDE, OUTSIDE, wire.UDP, wire.udp(INSIDE, 49294, OUTSIDE, 9, text)))


@pair(9000095, "an SSH server on port 443", "an SSH server on port 22, and its name in a web page")
def ssh_port(talk, hit):
    banner = b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"
    talk.exchange(INSIDE, 49295, OUTSIDE, 443 if hit else 22, (banner,), b"SSH-2.0-demo\r\n")
    if not hit:
        talk.exchange(INSIDE, 49296, OUTSIDE, 80, request("/ssh"), (response(banner),))


@pair(9000096, "three GRE packets to the outside, with IPv4 in them", "GRE between two hosts inside")
def gre(talk, hit):
    inner = wire.ipv4("10.0.0.1", "10.0.0.2", wire.UDP, wire.udp("10.0.0.1", 5000, "10.0.0.2", 5001, b"inside"))
    for _ in range(3):
        talk.ip(INSIDE, OUTSIDE if hit else SERVER, wire.GRE, struct.pack("!HH", 0, 0x0800) + inner)


@pair(9000097, "two packets of protocol 41 to the outside", "the same IPv6 packet by itself")
def six_in_four(talk, hit):
    a, b = "2001:db8:1::1", "2001:db8:2::2"
    inner = wire.ipv6(a, b, wire.UDP, wire.udp(a, 5000, b, 5001, b"inside"))
    for _ in range(2):
        if hit:
            talk.ip(INSIDE, OUTSIDE, wire.SIXINFOUR, inner)
        else:
            talk.frame(wire.ethernet(a, b, inner))


def connect_to(target):
    return b"CONNECT " + target + b" HTTP/1.1\r\nHost: " + target + b"\r\n\r\n"


@pair(9000098, "CONNECT to port 22", "CONNECT to port 443")
def connect_ssh(talk, hit):
    target = b"shell.example.com:22" if hit else b"shell.example.com:443"
    talk.exchange(INSIDE, 49298, SERVER, 3128, connect_to(target), (b"HTTP/1.1 200 Connection established\r\n\r\n",))


@pair(9000110, "mining.subscribe", "another method that carries the words as an argument")
def stratum(talk, hit):
    line = b'{"id": 1, "method": "mining.subscribe", "params": ["demo/1.0"]}\n' if hit else b'{"id": 1, "method": "help", "params": ["mining.subscribe"]}\n'
    talk.exchange(INSIDE, 49310, OUTSIDE, 3333, line, (b'{"id": 1, "result": [], "error": null}\n',))


@pair(9000111, "login of a miner", "login of some other JSON-RPC client")
def stratum_login(talk, hit):
    extra = b',"pass":"x","agent":"demo/6.0"' if hit else b',"token":"x","agent":"demo/6.0"'
    line = b'{"id":1,"jsonrpc":"2.0","method":"login","params":{"login":"4DEMO"' + extra + b'}}\n'
    talk.exchange(INSIDE, 49311, OUTSIDE, 3333, line, (b'{"id":1,"result":{"status":"OK"}}\n',))


@pair(9000112, "the handshake and its answer; one alert for the pair", "the name with nothing behind it")
def bittorrent(talk, hit):
    hello = b"\x13BitTorrent protocol" + (b"\0" * 8 + noise(20, 3) + b"-DM0100-abcdefghijkl" if hit else b"\0" * 8)
    talk.exchange(INSIDE, 49312, OUTSIDE, 6881, hello, (hello,))


@pair(9000113, "CONNECT to port 25 from outside", "CONNECT to port 443 from outside, to port 25 from inside")
def connect_mail(talk, hit):
    answer = (b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n",)
    if hit:
        talk.exchange(PARTNER, 50113, SERVER, 3128, connect_to(b"mail.example.com:25"), answer)
    else:
        talk.exchange(PARTNER, 50113, SERVER, 3128, connect_to(b"www.example.com:443"), answer)
        talk.exchange(INSIDE, 50114, SERVER, 3128, connect_to(b"mail.example.com:25"), answer)
