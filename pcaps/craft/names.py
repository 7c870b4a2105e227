"""Captures for signatures/names.rules."""
from .registry import pair
from .talk import INSIDE, OUTSIDE, PARTNER, RESOLVER, SERVER, answer, query


def labels(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def look_up(talk, port, name, qtype=1, server=RESOLVER, client=INSIDE):
    question = query(name, qtype, ident=port)
    talk.udp(client, port, server, 53, question)
    talk.udp(server, 53, client, port, answer(question, PARTNER) if qtype == 1 else question[:2] + b"\x81\x80" + question[4:])


@pair(9000250, "a name of 137 bytes", "a name of 73 bytes")
def long_name(talk, hit):
    look_up(talk, 52250, ".".join(["a" * 60] * (2 if hit else 1) + ["t.example.com"]))


@pair(9000252, "an onion service", "a host called onion")
def onion(talk, hit):
    look_up(talk, 52252, "exampleexample.onion" if hit else "onion.example.com")


@pair(9000253, "twenty names that do not exist", "nineteen")
def no_such_names(talk, hit):
    for i in range(20 if hit else 19):
        question = query("x%dq%dz.example.com" % (i * 7919 % 1000, i), ident=i)
        talk.udp(INSIDE, 52260 + i, RESOLVER, 53, question)
        talk.udp(RESOLVER, 53, INSIDE, 52260 + i, question[:2] + b"\x81\x83" + question[4:])


@pair(9000256, "wpad.example.com asked outside", "a name that begins so")
def proxy_discovery(talk, hit):
    look_up(talk, 52256, "wpad.example.com" if hit else "wpads.example.com", server=PARTNER)


@pair(9000257, "a name below duckdns.org", "a name that ends so")
def dynamic_name(talk, hit):
    look_up(talk, 52257, "home.duckdns.org" if hit else "notduckdns.org")


@pair(9000258, "an update", "a notification")
def update(talk, hit):
    message = query("example.com", 6, flags=0x2800 if hit else 0x2000)
    talk.udp(OUTSIDE, 52258, SERVER, 53, message)


@pair(9000259, "an alias that ends at ngrok", "the alias alone")
def tunnel_answer(talk, hit):
    question = query("app.example.com", ident=259)
    talk.udp(INSIDE, 52259, RESOLVER, 53, question)
    talk.udp(RESOLVER, 53, INSIDE, 52259, answer(question, PARTNER, labels("a1b2.ngrok.io") if hit else b"\xc0\x0c"))
