"""Application data that lies, floods or was made to hurt: sluice ends by itself, in bounded memory, and still sees what it should."""
import collections
import json
import os
import random
import struct
import sys
import zlib

import app_bytes as a
from craft import talk, tls
from harness import Harness

h = Harness()
r = random.Random(12)
SECONDS, MEGABYTES = 20, 400
LATER = 9

STICKY = {
    "http": "http.method http.uri http.uri.raw http.request_line http.request_header http.request_body http.header http.header.raw http.header_names "
            "http.cookie http.user_agent http.host http.host.raw http.content_type http.start http.stat_code http.stat_msg http.response_line "
            "http.response_header http.response_body http.server file.data file.name",
    "tls": "tls.sni tls.certs tls.cert_subject tls.cert_issuer tls.cert_serial tls.subjectaltname tls.alpn tls.random ja3.hash "
           "ja3.string ja3s.hash ja4.hash",
    "dns": "dns.query dns.query.name dns.queries.rrname dns.answer.name dns.answers.rrname dns.authorities.rrname dns.additionals.rrname "
           "dns.response.rrname",
    "http2": "http.method http.uri http.header http.request_header http.response_header http.request_body http.response_body http2.header_name file.data",
    "websocket": "websocket.payload",
    "quic": "quic.version quic.sni quic.ua quic.cyu.hash quic.cyu.string ja3.hash ja4.hash",
}


def rules(protocol, *more):
    """Rules that ask for every buffer of the protocol, one for what comes at last, and `more` as (sid, options)."""
    hashes = ("ja3.hash", "ja3s.hash", "quic.cyu.hash")
    lines = []
    for i, name in enumerate(STICKY[protocol].split()):
        side = "flow:to_server; " if name == "http.header.raw" else ""
        content = "0123456789abcdef" * 2 if name in hashes else "7F:00:7F" if name.endswith("serial") else "no-such"
        lines.append('alert %s any any -> any any (%s%s; content:"%s"; sid:%d;)' % (protocol, side, name, content, 1000 + i))
    later = {"http": "http.uri; content:\"/later\"", "http2": "http.uri; content:\"/later\"", "tls": "tls.sni; content:\"later.example\"",
             "dns": "dns.query; content:\"later.example\"", "websocket": "websocket.payload; content:\"later\"", "quic": "quic.version; content:\"Q\""}
    lines.append("alert %s any any -> any any (%s; sid:%d;)" % (protocol, later[protocol], LATER))
    lines += ["alert %s any any -> any any (%s; sid:%d;)" % (protocol, options, sid) for sid, options in more]
    h.write("r.rules", "\n".join(lines) + "\n")


class Seen:
    """What a run has written: how often each rule alerted, how many records of each kind, the counters."""

    def __init__(self, out):
        self.alerts, self.kinds, self.events, self.stats = collections.Counter(), collections.Counter(), collections.Counter(), {}
        for line in out.splitlines():
            e = json.loads(line)
            self.kinds[e["event_type"]] += 1
            if e["event_type"] == "alert":
                self.alerts[e["alert"]["signature_id"]] += 1
            elif e["event_type"] == "anomaly":
                self.events[e["anomaly"].get("event")] += 1
            elif e["event_type"] == "stats":
                self.stats = e["stats"]


def runs(name, conversation, later=1, alerts=(), counts=(), events=(), kinds=(), **limits):
    """Replays it. `later`: how often what comes after the harm must be seen (None: at least once);
    `alerts`: sids; `counts`: (sid, how often); `events`: of anomaly records; `kinds`: (event_type, at least so many)."""
    h.write("x.pcap", conversation.capture())
    if os.environ.get("KEEP"):
        h.write("%s/%s.pcap" % (os.environ["KEEP"], name.replace("/", " ")), conversation.capture())
        h.write("%s/%s.rules" % (os.environ["KEEP"], name.replace("/", " ")), open("r.rules", "rb").read())
    o = h.survives(name, (0,), "--rules", "r.rules", "--eve", "-", "--records", RECORDS, "--checksums", "off", "--set", "stream.reassembly.depth=0",
                   "x.pcap", **dict({"seconds": SECONDS, "megabytes": MEGABYTES}, **limits))
    seen = Seen(o.stdout if o.returncode == 0 else b"")
    about = "alerts %s, events %s, records %s" % (dict(seen.alerts), dict(seen.events), dict(seen.kinds))
    if os.environ.get("VERBOSE"):
        print("    " + about, flush=True)
    h.check(name + ": what comes later", seen.alerts[LATER] == later if later is not None else seen.alerts[LATER], about)
    for sid in alerts:
        h.check("%s: sid %d" % (name, sid), seen.alerts[sid], about)
    for sid, count in counts:
        h.check("%s: sid %d %d times" % (name, sid, count), seen.alerts[sid] == count, about)
    for event in events:
        h.check("%s: event %s" % (name, event), seen.events[event], about)
    for kind, least in kinds:
        h.check("%s: %d %s" % (name, least, kind), seen.kinds[kind] >= least, about)
    return seen


RECORDS = "alert,flow,stats,http,tls,dns,mdns,quic,fileinfo,anomaly,websocket"


def elsewhere(conversation):
    """Another connection behind the harm, as HTTP."""
    conversation.both(a.LATER_PORT, talk.request("/later"), a.response(b"fine"))
    return conversation


def http(name, request, response=b"", here=False, **expected):
    """`here`: what comes later comes in the same connection too."""
    conversation = a.Big()
    connection = conversation.open(41000)
    connection.send(request)
    if response:
        connection.reply(response)
    if here:
        connection.send(talk.request("/later"))
        connection.reply(a.response(b"fine"))
    connection.close()
    return runs(name, elsewhere(conversation), later=2 if here else 1, **expected)


def each_http(name, exchanges, **expected):
    """A connection for each (request, response)."""
    conversation = a.Big()
    for i, exchange in enumerate(exchanges):
        conversation.both(41000 + i, *exchange)
    return runs(name, elsewhere(conversation), **expected)


def bombs():
    """Bodies that grow."""
    rules("http", (1, "app-layer-event:http.compression_bomb"), (2, "http.response_body; content:\"begin\""),
          (3, "http.stat_code; content:\"200\""), (4, "app-layer-event:http.lzma_memlimit_reached"))
    plain = b"begin" + bytes(12 << 20)
    for coding, pack in a.CODINGS.items():
        packed = pack(plain)
        if packed is None:
            print("without Brotli's encoder: no bomb of that kind")
            continue
        h.check(coding + " is a bomb", len(plain) / len(packed) > 500, len(packed))
        http("a bomb of " + coding, talk.request("/"), a.response(packed, "Content-Encoding: " + coding), here=True, alerts=(2, 3), kinds=(("http", 3),))
    twice = a.CODINGS["gzip"](a.CODINGS["gzip"](b"begin" + bytes(20 << 20)))
    http("gzip in gzip", talk.request("/"), a.response(twice, "Content-Encoding: gzip, gzip"), here=True, alerts=(1, 3))
    layers = b"begin" + bytes(1 << 20)
    for _ in range(10):
        layers = a.deflated(layers)
    http("ten layers", talk.request("/"), a.response(layers, "Content-Encoding: " + ", ".join(["deflate"] * 10)), here=True, alerts=(3,))
    http("lzma with a dictionary of 4 GB", talk.request("/"), a.response(a.lzma_alone(b"begin" * 1000, 0xFFFFFFFF), "Content-Encoding: lzma"), here=True, alerts=(3,))
    many = a.CODINGS["gzip"](bytes(1 << 20))
    http("200 small bombs of one connection", talk.request("/b") * 200, a.response(many, "Content-Encoding: gzip") * 200, here=True, kinds=(("http", 202),))
    http("1,000 gzip members", talk.request("/"), a.response(a.CODINGS["gzip"](b"begin") * 1000, "Content-Encoding: gzip"), here=True, alerts=(2,))
    http("gzip of noise", talk.request("/"), a.response(b"\x1f\x8b\x08" + r.randbytes(200000), "Content-Encoding: gzip"), here=True, alerts=(3,))


def headers():
    rules("http", (1, "app-layer-event:http.request_too_many_headers"), (2, "app-layer-event:http.request_field_too_long"),
          (3, "http.header; content:\"first\""), (4, "app-layer-event:http.response_too_many_headers"))
    lines = ["X-%d: v" % i for i in range(10000)]
    http("10,000 headers", talk.request("/", headers=lines), a.response(), alerts=(1,))
    http("10,000 headers of a response", talk.request("/"), a.response(b"", *lines), alerts=(4,))
    http("10,000 headers of one name", talk.request("/", headers=["X-A: v"] * 10000), a.response())
    http("10,000 lines of one header", talk.request("/", headers=["X-A: first"] + [" folded"] * 10000), a.response())
    for n in 1 << 20, 8 << 20:
        http("a header of %d MB" % (n >> 20), talk.request("/", headers=["X-A: " + "v" * n]), a.response(), alerts=(2,))
        http("a request line of %d MB" % (n >> 20), talk.request("/" + "u" * n), a.response())
    http("a header of 1 MB without a colon", talk.request("/", headers=["v" * (1 << 20)]), a.response())
    http("a header of 1 MB in the response", talk.request("/"), a.response(b"", "X-A: " + "v" * (1 << 20)))
    http("a megabyte of empty lines", b"\r\n" * (1 << 19) + talk.request("/"), a.response())
    http("a megabyte of zeros", talk.request("/", headers=["X-A: " + "\0" * 8000] * 128), a.response())
    http("hosts of nonsense", b"".join(talk.request("/", host=host) for host in ("[" * 4000, "a:" * 4000, "%00" * 2000, "@" * 8000)), a.response() * 4)


def chunked(*chunks):
    return b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + b"".join(chunks)


def lengths():
    rules("http", (1, "http.response_body; content:\"begin\""), (2, "app-layer-event:http.invalid_response_chunk_len"),
          (3, "app-layer-event:http.unable_to_match_response_to_request"), (4, "http.stat_code; content:\"200\""))
    sizes = (b"fffffffffffffffff", b"7fffffffffffffff", b"ffffffff", b"80000000", b"-1", b"0x5", b"", b" ", b"zz", b"g" * 100000, b"0" * 100000 + b"5")
    each_http("chunks of sizes of nonsense", [(talk.request("/"), chunked(b"5\r\nbegin\r\n", size + b"\r\nbytes\r\n", b"0\r\n\r\n")) for size in sizes],
              counts=((4, len(sizes) + 1),))
    http("100,000 chunks of a byte", talk.request("/"), chunked(b"5\r\nbegin\r\n", b"1\r\nx\r\n" * 100000, b"0\r\n\r\n"), here=True, alerts=(1,))
    http("a chunk extension without end", talk.request("/"), chunked(b"5\r\nbegin\r\n", b"5;" + b"a=b;" * (1 << 19)), alerts=(4,))
    http("trailers without end", talk.request("/"), chunked(b"5\r\nbegin\r\n0\r\n", b"T: r\r\n" * 100000), alerts=(4,))
    sizes = [n.encode() for n in ("9223372036854775807", "18446744073709551615", "99999999999999999999999", "-1", "4294967296", "1e9", "5, 5", "1" * 5000)]
    answers = [b"HTTP/1.1 200 OK\r\nContent-Length: " + n + b"\r\n\r\nbegin" + bytes(100000) for n in sizes]
    each_http("content lengths of nonsense", [(talk.request("/"), answer) for answer in answers], counts=((4, len(sizes) + 1),))
    posts = [b"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + n + b"\r\n\r\nbegin" + bytes(100000) for n in sizes]
    each_http("content lengths of nonsense in requests", [(post, a.response()) for post in posts])
    http("length and chunks", talk.request("/"), chunked(b"5\r\nbegin\r\n0\r\n\r\n").replace(b"\r\n\r\n", b"\r\nContent-Length: 3\r\n\r\n", 1), here=True, alerts=(1,))
    conversation = a.Big()
    connection = conversation.open(41000)
    connection.reply(a.response(b"begin") * 10000)
    connection.close()
    runs("10,000 responses to nothing", elsewhere(conversation))
    http("10,000 responses to one request", talk.request("/"), a.response(b"begin") * 10000, alerts=(1, 3))


def requests():
    rules("http", (1, "http.uri; content:\"/first\""), (2, "http.uri; content:\"/last\""))
    many = talk.request("/first") + b"GET /p HTTP/1.1\r\nHost: a\r\n\r\n" * 100000
    http("100,000 requests at once", many, alerts=(1,), seconds=40)
    conversation = a.Big()
    connection = conversation.open(41000)
    for i in range(1000):
        connection.send(b"GET /p HTTP/1.1\r\nHost: a\r\n\r\n" * 100)
        connection.reply(b"HTTP/1.1 204 No\r\n\r\n" * 100)
    connection.send(talk.request("/last"))
    connection.close()
    runs("100,000 requests with their responses", elsewhere(conversation), alerts=(2,), kinds=(("http", 100001),), seconds=60)
    http("nothing but a method", b"GET " * 250000)


def form(parts, boundary=b"xx"):
    body = b"".join(b"--" + boundary + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + boundary + b"--\r\n"
    return talk.request("/u", "POST", headers=("Content-Type: multipart/form-data; boundary=" + boundary.decode(),), body=body)


def multipart():
    rules("http", (1, "file.name; content:\"f0.exe\""), (2, "file.data; content:\"MZfirst\""), (3, "http.uri; content:\"/u\""))
    one = b'Content-Disposition: form-data; name="f"; filename="f%d.exe"\r\n\r\nMZ%s'
    http("10,000 files in a form", form([one % (i, b"" if i else b"first") for i in range(10000)]), a.response(), here=True, alerts=(1, 2, 3))
    http("10,000 fields in a form", form([b'Content-Disposition: form-data; name="f"\r\n\r\nv'] * 10000), a.response(), here=True, alerts=(3,))
    http("10,000 headers of one part", form([b"X-A: v\r\n" * 10000 + one % (0, b"first")]), a.response(), here=True, alerts=(3,))
    http("a file name of 1 MB", form([one.replace(b"f%d", b"n" * (1 << 20)) % b"first"]), a.response(), here=True, alerts=(3,))
    http("nearly boundaries", form([one % (0, b"first" + b"\r\n--x" * 200000)]), a.response(), here=True, alerts=(1, 2))
    http("a boundary of 8,000 bytes", form([one % (0, b"first")], b"b" * 8000), a.response(), here=True, alerts=(3,))
    http("an empty boundary", form([one % (0, b"first")], b""), a.response(), here=True, alerts=(3,))
    endless = form([one % (0, b"first")]).replace(b"--xx--", b"------")
    http("a form without end", endless, a.response(), here=True, alerts=(1, 2))


def hello(*extensions, name="www.example.com"):
    """A ClientHello with these extensions, (type, bytes), before its server name."""
    sni = (0, tls.vector(2, b"\0" + tls.vector(2, name.encode())))
    body = b"\3\3" + bytes(32) + tls.vector(1, b"") + tls.vector(2, b"\xc0\x2f") + tls.vector(1, b"\0")
    body += tls.vector(2, b"".join(struct.pack("!H", kind) + tls.vector(2, data) for kind, data in (*extensions, sni)))
    return b"\x01" + tls.vector(3, body)


def records(message, size=16000):
    return b"".join(tls.record(0x0301, message[at:at + size]) for at in range(0, len(message), size))


def tls_case(name, client, server=b"", client_here=None, **expected):
    conversation = a.Big()
    conversation.both(41000, client, server, 443)
    conversation.both(a.LATER_PORT, tls.client_hello("later.example"), tls.server_flight(tls.certificate()), 443)
    return runs(name, conversation, **expected)


def certificates(chain, total=None):
    chain = b"".join(chain)
    message = b"\x0b" + tls.vector(3, tls.vector(3, chain)) if total is None else b"\x0b" + total.to_bytes(3, "big") + tls.vector(3, chain)
    return records(tls.server_hello()) + records(message)


def secure():
    rules("tls", (1, "tls.sni; content:\"www.example.com\""), (2, "tls.certs; content:\"Example\""), (3, "tls.cert_subject; content:\"CN=\""))
    good = tls.vector(3, tls.certificate())
    client = tls.client_hello()
    tls_case("10,000 certificates", client, certificates([good] + [tls.vector(3, b"\x30\3\2\1" + bytes([i & 255])) for i in range(10000)]), alerts=(1, 2, 3), kinds=(("tls", 2),))
    tls_case("a certificate of 8 MB", client, certificates([tls.vector(3, r.randbytes(1 << 23))]), alerts=(1,))
    for _ in range(2):
        tls_case("certificates of noise", client, certificates([tls.vector(3, tls.sequence(r.randbytes(r.randrange(2000)))) for _ in range(50)]), alerts=(1,))
        chain = []
        for _ in range(30):
            der = bytearray(tls.certificate(names=["a%d.example" % i for i in range(20)]))
            for _ in range(r.randrange(1, 6)):
                der[r.randrange(len(der))] = r.choice((0, 0x80, 0x84, 0xFF, r.randrange(256)))
            chain.append(tls.vector(3, bytes(der)))
        tls_case("certificates with noise in them", client, certificates(chain), alerts=(1,))
    nested = b""
    for _ in range(3000):
        nested = tls.element(0x30, nested)
    tls_case("DER nested 3,000 deep", client, certificates([tls.vector(3, nested)]), alerts=(1,))
    names = ["n%d.example" % i for i in range(20000)]
    tls_case("a certificate of 20,000 names", client, certificates([tls.vector(3, tls.certificate(names=names))]), alerts=(1, 3))
    tls_case("a subject of 300 KB", client, certificates([tls.vector(3, tls.certificate(subject="CN=" + "s" * 300000))]), alerts=(1,))
    for total in 0, 3, 100, 0xFFFFFF:
        tls_case("a chain that says %d bytes" % total, client, certificates([good], total), alerts=(1,))
    tls_case("a certificate longer than its chain", client, certificates([b"\xff\xff\xff" + tls.certificate()]), alerts=(1,))
    tls_case("a hello across records of a byte", records(hello(), 1), certificates([good]), alerts=(1,))
    tls_case("1,000 extensions", records(hello(*((0x1000 + i, b"x") for i in range(1000)))), certificates([good]), alerts=(1,))
    tls_case("a server name a thousand times", records(hello(*[(0, tls.vector(2, b"\0" + tls.vector(2, b"www.example.com")))] * 1000)), alerts=(1,))
    tls_case("60,000 bytes of protocols", records(hello((16, tls.vector(2, tls.vector(1, b"h2") * 20000)))), alerts=(1,))
    tls_case("100,000 records of no bytes", client + b"\x16\x03\x03\0\0" * 100000, alerts=(1,))
    tls_case("100,000 alerts", client + b"\x15\x03\x03\0\2\1\0" * 100000, alerts=(1,))
    tls_case("1,000 hellos", tls.client_hello() * 1000, tls.server_flight(tls.certificate()) * 1000, alerts=(1,))
    conversation = a.Big()
    connection = conversation.open(41000, 443)
    connection.trickle(client)
    connection.close()
    conversation.both(a.LATER_PORT, tls.client_hello("later.example"), server_port=443)
    runs("a hello in segments of a byte", conversation, alerts=(1,))


def dns_tcp(name, stream, here=True, **expected):
    conversation = a.Big()
    connection = conversation.open(41000, 53, a.WIRE)
    connection.send(stream)
    if here:
        connection.send(a.dns_over_tcp(talk.query("later.example")))
    connection.close()
    conversation.udp(talk.INSIDE, a.LATER_PORT, talk.RESOLVER, 53, talk.query("later.example"))
    return runs(name, conversation, later=2 if here else 1, **expected)


def dns_udp(name, messages, **expected):
    """All of one flow; queries from the client, those with the response bit from the server."""
    conversation = a.Big()
    for message in messages:
        ends = (talk.INSIDE, 41000, talk.RESOLVER, 53)
        conversation.udp(*(ends[2:] + ends[:2] if len(message) > 2 and message[2] & 0x80 else ends), message)
    conversation.udp(talk.INSIDE, 41000, talk.RESOLVER, 53, talk.query("later.example"))
    return runs(name, conversation, **expected)


def message(body, questions=1, answers=0, authorities=0, additionals=0, flags=0x0100):
    return struct.pack("!HHHHHH", 7, flags, questions, answers, authorities, additionals) + body


def names():
    rules("dns", (1, "dns.query; content:\"www.example\""), (2, "app-layer-event:dns.malformed_data"), (3, "app-layer-event:dns.infinite_loop"))
    question, tail = b"\3www\7example\0\0\1\0\1", b"\0\1\0\1"
    good = talk.query("www.example")
    for name, body in (("to itself", b"\xc0\x0c"), ("in a circle", b"\xc0\x0e\xc0\x0c"), ("to its own label", b"\1a\xc0\x0c"), ("past the end", b"\xff\xff"),
                       ("into the header", b"\xc0\0"), ("down a staircase", b"".join(struct.pack("!H", 0xC000 | 14 + 2 * i) for i in range(2000)) + b"\0")):
        dns_udp("a pointer " + name, [good] + [message(body + tail)] * 500, alerts=(1,))
        answer = message(question + body + tail + bytes(6), answers=1, flags=0x8180)
        dns_udp("a pointer %s in an answer" % name, [good] + [answer] * 500, alerts=(1,))
    for counts in (65535, 0, 0, 0), (1, 65535, 0, 0), (1, 0, 65535, 65535), (65535,) * 4:
        dns_udp("counts of %s" % (counts,), [good, message(question, *counts)] + [message(question, *counts, flags=0x8180)] * 200, alerts=(1,))
    stairs = b"\x3f" + b"a" * 63
    many = message(b"".join([stairs * 3 + b"\0" + tail] + [b"\xc0\x0c" + tail] * 9000), 9001)
    dns_udp("9,000 questions by pointer", [many] * 20, kinds=(("dns", 20),))
    long = message(stairs * 900 + b"\0" + tail)
    dns_udp("a name of 57,600 bytes", [good] + [long] * 100, alerts=(1,))
    records_ = b"\xc0\x0c\0\x10\0\1\0\0\0\1\0\4\3abc"
    dns_udp("4,000 answers", [good] + [message(question + records_ * 4000, answers=4000, flags=0x8180)] * 20, alerts=(1,), kinds=(("dns", 20),))
    dns_udp("records that say 65,535 bytes", [good] + [message(question + records_[:10] + b"\xff\xff" + b"x", answers=1, flags=0x8180)] * 200, alerts=(1,))
    dns_udp("noise behind a header", [good] + [message(r.randbytes(r.randrange(200)), *(r.randrange(4) for _ in range(4)), flags=r.choice((0x100, 0x8180))) for _ in range(2000)])
    dns_udp("10,000 queries of a flow", [good] * 10000, alerts=(1,), kinds=(("dns", 10001),))
    dns_tcp("100,000 queries of a connection", a.dns_over_tcp(good) * 100000, alerts=(1,), kinds=(("dns", 100001),), seconds=60)
    for length in 0, 1, 11, 12, len(good) - 1:
        dns_tcp("a message of %d bytes" % length, a.dns_over_tcp(good) + a.dns_over_tcp(good, length), here=False, alerts=(1,))
    dns_tcp("a message of 65,535 bytes", a.dns_over_tcp(good) + a.dns_over_tcp(good, 65535), here=False, alerts=(1,))
    dns_tcp("lengths of nothing, 100,000", a.dns_over_tcp(good) + bytes(200000), here=False, alerts=(1,))
    dns_tcp("4 MB of noise", a.dns_over_tcp(good) + r.randbytes(4 << 20), here=False, alerts=(1,))


def http2_case(name, client, server=b"", here=True, **expected):
    conversation = a.Big()
    connection = conversation.open(41000, size=a.WIRE)
    connection.send(a.PREFACE + client)
    connection.send(a.frame(a.PING, 0, 0, bytes(8)) + (a.get(b"/later", 0x7FFFFFFF) if here else b""))
    connection.reply(a.frame(a.SETTINGS, 0, 0, b"") + server)
    connection.close()
    other = conversation.open(a.LATER_PORT)
    other.send(a.PREFACE + a.get(b"/later", 1))
    other.reply(a.frame(a.SETTINGS, 0, 0, b""))
    other.close()
    return runs(name, conversation, later=2 if here else 1, **expected)


def block(size, flags=0):
    """A header block of about so many bytes, by CONTINUATION."""
    fields = a.literal(b"x-filler", b"v" * 8000)
    first = a.frame(a.HEADERS, a.END_STREAM, 1, b"\x82\x86" + a.literal(b":path", b"/first"))
    return first + b"".join(a.frame(a.CONTINUATION, 0, 1, fields) for _ in range(size // len(fields))) + a.frame(a.CONTINUATION, a.END_HEADERS, 1, b"")


def streams():
    rules("http2", (1, "http.uri; content:\"/first\""), (2, "app-layer-event:http2.too_many_streams"), (3, "http2.settings:SETTINGS_MAX_FRAME_SIZE"),
          (4, "http2.window:5"))
    first = a.get(b"/first", 1)
    http2_case("a header block of 10 MB", block(10 << 20), here=False)
    http2_case("10,000 CONTINUATIONs of no bytes", a.frame(a.HEADERS, 1, 1, b"\x82\x86" + a.literal(b":path", b"/first")) + a.frame(a.CONTINUATION, 0, 1, b"") * 10000
               + a.frame(a.CONTINUATION, 4, 1, b""), alerts=(1,))
    http2_case("10,000 streams", first + b"".join(a.get(b"/p", 3 + 2 * i) for i in range(10000)), alerts=(1,), kinds=(("http", 1000),))
    http2_case("10,000 streams, each reset", first + b"".join(a.get(b"/p", 3 + 2 * i) + a.frame(a.RST_STREAM, 0, 3 + 2 * i, bytes(4)) for i in range(10000)), alerts=(1,))
    sizes = b"".join(a.integer(5, 0x20, size) for size in (0, 4096, 0xFFFFFFFF, 65536, 1 << 40)) * 1000
    http2_case("5,000 table sizes", first + a.frame(a.HEADERS, 5, 3, sizes + b"\x82"), here=False, alerts=(1,))
    http2_case("an integer without end", first + a.frame(a.HEADERS, 5, 3, b"\x3f" + b"\xff" * 10000), here=False, alerts=(1,))
    into = b"\x40" + a.integer(7, 0, 8) + b"x-filler" + a.integer(7, 0, 4000) + b"v" * 4000
    http2_case("one table entry 60,000 times", first + a.frame(a.HEADERS, 1, 3, b"\x82\x86" + into) + a.frame(a.CONTINUATION, 0, 3, b"\xbe" * 15000) * 3
               + a.frame(a.CONTINUATION, 4, 3, b"\xbe" * 15000), alerts=(1,))
    http2_case("100 streams with that entry 4,000 times", first + a.frame(a.HEADERS, 5, 3, b"\x82\x86" + into)
               + b"".join(a.frame(a.HEADERS, 5, 5 + 2 * i, b"\xbe" * 4000) for i in range(100)), alerts=(1,))
    http2_case("references to nothing", first + b"".join(a.frame(a.HEADERS, 5, 3 + 2 * i, b"\xff\xff\xff\x7f") for i in range(1000)), here=False, alerts=(1,))
    setting = struct.pack("!HI", 5, 16384)
    http2_case("20,000 SETTINGS", first + a.frame(a.SETTINGS, 0, 0, setting) * 20000, alerts=(1, 3))
    http2_case("a SETTINGS of 2,700", first + a.frame(a.SETTINGS, 0, 0, setting * 2700) * 10, alerts=(1, 3))
    update = struct.pack("!I", 5)
    http2_case("50,000 window updates", first + a.frame(a.WINDOW_UPDATE, 0, 0, update) * 25000 + a.frame(a.WINDOW_UPDATE, 0, 1, update) * 25000, alerts=(1, 4))
    http2_case("50,000 pings of HTTP/2", first + a.frame(a.PING, 0, 0, bytes(8)) * 50000, alerts=(1,))
    post = a.frame(a.HEADERS, 4, 3, b"\x83\x86" + a.literal(b":path", b"/post"))
    http2_case("50,000 frames of no bytes", first + post + a.frame(a.DATA, 0, 3, b"") * 50000 + a.frame(a.DATA, 1, 3, b"end"), alerts=(1,))
    empty = b"".join(a.frame(kind, flags, s, b"") for kind in range(12) for flags in (0, 4, 9, 0x2D) for s in (0, 1, 3))
    http2_case("frames of every type without bytes", first + empty * 20, here=False, alerts=(1,))
    http2_case("a frame of 16 MB that is not there", first + a.frame(a.DATA, 0, 1, bytes(100000), 0xFFFFFF), here=False, alerts=(1,))
    http2_case("padding longer than its frame", first + a.frame(a.DATA, 8, 1, b"\xff" * 100) * 1000, alerts=(1,))
    bomb = a.CODINGS["gzip"](b"begin" + bytes(12 << 20))
    answer = a.frame(a.HEADERS, 4, 1, b"\x88" + a.literal(b"content-encoding", b"gzip"))
    answer += b"".join(a.frame(a.DATA, 0, 1, bomb[at:at + 8000]) for at in range(0, len(bomb), 8000))
    http2_case("a bomb of gzip in HTTP/2", first, answer, alerts=(1,))
    http2_case("noise in HTTP/2", first + r.randbytes(1 << 20), here=False, alerts=(1,))


def websocket_case(name, client, here=True, **expected):
    conversation = a.Big()
    for port, data in (41000, client + (a.websocket(1, b"later") if here else b"")), (a.LATER_PORT, a.websocket(1, b"later")):
        connection = conversation.open(port, size=a.WIRE)
        connection.send(a.UPGRADE)
        connection.reply(a.SWITCHING)
        connection.send(data)
        connection.reply(b"\x81\2ok")
        connection.close()
    return runs(name, conversation, later=2 if here else 1, **expected)


def sockets():
    rules("websocket", (1, "websocket.payload; content:\"begin\""), (2, "app-layer-event:websocket.reassembly_limit_reached"),
          (3, "app-layer-event:websocket.skip_end_of_payload"))
    first = a.websocket(1, b"begin")
    for length in 1 << 63, (1 << 64) - 1, 1 << 32:
        websocket_case("a frame of %d bytes" % length, first + a.websocket(2, bytes(200000), length=length), here=False, alerts=(1,), events=("skip_end_of_payload",))
    websocket_case("a frame of 4 MB", first + a.websocket(2, bytes(4 << 20)), alerts=(1, 3))
    websocket_case("fragments without end", first + a.websocket(1, b"x" * 1000, fin=False) + a.websocket(0, b"x" * 1000, fin=False) * 5000, here=False, alerts=(1, 2))
    websocket_case("50,000 fragments of no bytes", first + a.websocket(1, b"", fin=False) + a.websocket(0, b"", fin=False) * 50000 + a.websocket(0, b"end"), alerts=(1,))
    websocket_case("50,000 pings", first + a.websocket(9, b"") * 50000, alerts=(1,))
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    bomb = (packer.compress(b"begin" + bytes(12 << 20)) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]
    h.check("that is a bomb", len(bomb) < 65536, len(bomb))
    websocket_case("a deflate bomb", a.websocket(2, bomb, flags=0x40), alerts=(1,))
    websocket_case("100 deflate bombs", a.websocket(2, a.deflated(b"begin" + bytes(1 << 20)), flags=0x40) * 100, alerts=(1,))
    websocket_case("compressed noise", first + b"".join(a.websocket(2, r.randbytes(1000), flags=0x40) for _ in range(1000)), alerts=(1,))


def quic_case(name, datagrams, ports=1, **expected):
    """Behind them a packet whose version is a rule's."""
    conversation = a.Big()
    for i, datagram in enumerate(datagrams):
        conversation.udp(talk.INSIDE, 41000 + i % ports, talk.PARTNER, 443, datagram)
    last = b"\xC3Q046" + b"\x50" + bytes(8) + bytes(1200)
    conversation.udp(talk.INSIDE, a.LATER_PORT, talk.PARTNER, 443, last)
    return runs(name, conversation, later=None, **expected)


def quic():
    rules("quic", (1, "app-layer-event:quic.failed_decrypt"))
    junk = [a.quic_initial(r.randbytes(8), r.randbytes(1200)) for _ in range(10000)]
    quic_case("10,000 packets that no key opens", junk, alerts=(1,), events=("failed_decrypt",))
    quic_case("and each in a flow of its own", junk[:5000], 5000, alerts=(1,))
    ends = (0, 63, 64, 16383, 16384, (1 << 30) - 1, 1 << 30, (1 << 62) - 1)
    head = bytes([0xC3, 0, 0, 0, 1, 8]) + bytes(8) + b"\0"
    quic_case("lengths at the ends of varints", [a.quic_initial(bytes(8), bytes(1200), length=n) for n in ends] * 100, len(ends))
    quic_case("tokens at the ends of varints", [head + a.varint(n, 8) + bytes(1200) for n in ends] * 100, len(ends))
    quic_case("connection ids of every length", [bytes([0xC3, 0, 0, 0, 1, n]) + bytes(n) + bytes([255 - n]) + bytes(300 - n) for n in range(256)])
    quic_case("16 packets in one", [a.quic_initial(bytes(8), bytes(30)) * 30] * 300)
    quic_case("long headers of noise", [bytes([0xC0 | r.randrange(64)]) + struct.pack("!I", r.choice((1, 0x6B3343CF, 0xFF00001D, 0))) + r.randbytes(1200) for _ in range(3000)])


for part in bombs, headers, lengths, requests, multipart, secure, names, streams, sockets, quic:
    if not os.environ.get("ONLY") or part.__name__ in os.environ["ONLY"].split(","):
        part()
h.finish()
