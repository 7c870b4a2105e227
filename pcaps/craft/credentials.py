"""Captures for signatures/credentials.rules."""
import struct

from .registry import pair
from .talk import INSIDE, OUTSIDE, PARTNER, SERVER, b64, request, response


def ftp(talk, user, password, answer):
    talk.exchange(INSIDE, 49240, PARTNER, 21, (b"220 ready\r\n",), b"USER " + user + b"\r\n", (b"331 password please\r\n",),
                  b"PASS " + password + b"\r\n", (answer,), b"QUIT\r\n", (b"221 bye\r\n",))


@pair(9000040, "FTP login with a password, refused", "anonymous FTP")
def ftp_password(talk, hit):
    if hit:
        ftp(talk, b"alice", b"correct-horse", b"530 no\r\n")
    else:
        ftp(talk, b"anonymous", b"anonymous@example.com", b"230 welcome\r\n")


@pair(9000041, "FTP login with a password, accepted", "FTP login with a password, refused",
      alert={9000040: 1, 9000041: 1}, others={9000040: 1})
def ftp_accepted(talk, hit):
    ftp(talk, b"alice", b"correct-horse", b"230 welcome\r\n" if hit else b"530 no\r\n")


@pair(9000042, "a Telnet server of ours prompts", "a Telnet server of ours says when the last login was")
def telnet_login(talk, hit):
    talk.exchange(OUTSIDE, 50042, SERVER, 23, (b"\xff\xfd\x18\xff\xfd\x20",), b"\xff\xfc\x18\xff\xfc\x20",
                  (b"web login: " if hit else b"Last login: Sun Nov 22\r\n",), b"alice\r\n")


@pair(9000043, "POP3 with USER and PASS", "POP3 with APOP")
def pop3_password(talk, hit):
    lines = [(b"+OK <1896.697170952@example.com>\r\n",)]
    if hit:
        lines += [b"USER alice\r\n", (b"+OK\r\n",), b"PASS correct horse\r\n", (b"+OK\r\n",)]
    else:
        lines += [b"APOP alice c4c9334bac560ecc979e58001b3e22fb\r\n", (b"+OK\r\n",)]
    talk.exchange(INSIDE, 49243, PARTNER, 110, *lines, b"QUIT\r\n", (b"+OK\r\n",))


@pair(9000044, "IMAP LOGIN", "IMAP AUTHENTICATE")
def imap_login(talk, hit):
    line = b"a1 LOGIN alice correct-horse\r\n" if hit else b"a1 AUTHENTICATE CRAM-MD5\r\n"
    talk.exchange(INSIDE, 49244, PARTNER, 143, (b"* OK ready\r\n",), line, (b"a1 OK\r\n" if hit else b"+ PDE4OTY+\r\n",),
                  b"a2 LOGOUT\r\n", (b"* BYE\r\n",))


@pair(9000045, "AUTH PLAIN with name and password", "AUTH PLAIN whose argument has only one part")
def smtp_auth_plain(talk, hit):
    argument = b64(b"\0alice\0correct-horse" if hit else b"\0alice-and-no-password")
    talk.exchange(INSIDE, 49245, PARTNER, 587, (b"220 mail.example.com ESMTP\r\n",), b"EHLO workstation\r\n",
                  (b"250-mail.example.com\r\n250 AUTH PLAIN\r\n",), b"AUTH PLAIN " + argument.encode() + b"\r\n",
                  (b"235 ok\r\n" if hit else b"535 no\r\n",), b"QUIT\r\n", (b"221 bye\r\n",))


def basic(talk, port, dst, login):
    talk.exchange(INSIDE, port, dst, 80, request("/private", headers=["Authorization: Basic " + b64(login)]),
                  (response(b"", "401 Unauthorized"),))


@pair(9000046, "two requests with name and password; one alert in five minutes", "a name with no password")
def http_basic(talk, hit):
    basic(talk, 49246, PARTNER, "alice:correct-horse" if hit else "alice:")
    basic(talk, 49247, PARTNER, "alice:battery-staple" if hit else "bob:")


@pair(9000047, "admin:admin at a server of ours", "admin with a password that is none of those",
      alert={9000046: 1, 9000047: 1}, others={9000046: 1})
def http_default_login(talk, hit):
    basic(talk, 49248, SERVER, "admin:admin" if hit else "admin:admiral-9")


def ber(tag, body):
    return bytes([tag, len(body)]) + body


@pair(9000048, "SNMPv2c with the community public", "SNMPv2c with the community publicity, and with another")
def snmp_public(talk, hit):
    pdu = ber(0xA0, ber(2, b"\x11") + ber(2, b"\0") + ber(2, b"\0") + ber(0x30, ber(0x30, ber(6, bytes.fromhex("2b06010201010500"[:-2])) + b"\x05\0")))
    for community in [b"public"] if hit else [b"publicity", b"s3cret"]:
        talk.udp(INSIDE, 49249, SERVER, 161, ber(0x30, ber(2, b"\x01") + ber(4, community) + pdu))


@pair(9000049, "simple bind with name and password", "anonymous bind, then a SASL bind")
def ldap_bind(talk, hit):
    def bind(name, choice):
        return ber(0x30, ber(2, b"\x01") + ber(0x60, ber(2, b"\x03") + ber(4, name) + choice))
    name = b"cn=alice,dc=example,dc=com"
    lines = [bind(name, ber(0x80, b"correct-horse"))] if hit else [bind(b"", ber(0x80, b"")), bind(name, ber(0xA3, ber(4, b"GSSAPI")))]
    talk.exchange(INSIDE, 49250, SERVER, 389, *lines, (struct.pack("!14B", *bytes.fromhex("300c02010161070a010004000400")),))
