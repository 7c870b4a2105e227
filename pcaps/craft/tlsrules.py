"""Captures for signatures/tls.rules."""
from . import tls
from .registry import pair
from .talk import INSIDE, OUTSIDE, PARTNER, SERVER


def outward(talk, port, **more):
    tls.handshake(talk, INSIDE, port, PARTNER, **more)


def with_certificate(talk, port, **fields):
    outward(talk, port, flight=tls.server_flight(tls.certificate(**fields)))


@pair(9000230, "a server chooses SSLv3", "a server chooses TLS 1.0")
def sslv3(talk, hit):
    version = 0x0300 if hit else 0x0301
    tls.handshake(talk, INSIDE, 50230, PARTNER, flight=tls.server_flight(tls.certificate(), version=version), data=False)


@pair(9000231, "a hello whose server name is an address", "one whose server name begins like an address, one to a relay of Teams")
def name_is_address(talk, hit):
    if hit:
        outward(talk, 50231, hello=tls.client_hello("203.0.113.77"))
    else:
        outward(talk, 50231, hello=tls.client_hello("203.0.113.77.example.com"))
        tls.handshake(talk, INSIDE, 50331, "52.114.250.152", hello=tls.client_hello("52.114.250.152", alpn=()))


@pair(9000232, "a hello to dns.google", "a hello to a name that begins so")
def public_resolver(talk, hit):
    outward(talk, 50232, hello=tls.client_hello("dns.google" if hit else "dns.google.example.com"))


@pair(9000233, "a certificate that OpenSSL's defaults have issued", "that company as the subject")
def default_issuer(talk, hit):
    default, other = "C=AU, ST=Some-State, O=Internet Widgits Pty Ltd", "O=Example Trust, CN=Example CA"
    with_certificate(talk, 50233, issuer=default if hit else other, subject=other if hit else default)


@pair(9000234, "the serial of Cobalt Strike's certificate", "one that ends like it")
def cobalt_strike(talk, hit):
    with_certificate(talk, 50234, serial=b"\x08\xbb\x00\xee" if hit else b"\x01\x08\xbb\x00\xee")


@pair(9000235, "a server of ours with a certificate of last year", "one that ends a month later")
def expired(talk, hit):
    flight = tls.server_flight(tls.certificate(until="251231235959Z" if hit else "261231235959Z"))
    tls.handshake(talk, OUTSIDE, 50235, SERVER, flight=flight)


@pair(9000236, "a server outside is called localhost", "a name that begins so")
def localhost(talk, hit):
    with_certificate(talk, 50236, subject="CN=localhost" if hit else "CN=localhost.example.com")


@pair(9000237, "an ACME validation of a server of ours", "HTTP of version 1.1 offered")
def acme(talk, hit):
    tls.handshake(talk, OUTSIDE, 50237, SERVER, hello=tls.client_hello(alpn=("acme-tls/1",) if hit else ("http/1.1",)))


@pair(9000238, "a certificate for an onion service", "one for a web site, with its onion name among the alternative names")
def onion(talk, hit):
    onion_name, site = "exampleexample.onion", "www.example.com"
    with_certificate(talk, 50238, subject="O=Example, CN=" + (onion_name if hit else site), names=(site, onion_name))
