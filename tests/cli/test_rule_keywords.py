"""sluice rule keywords: the reference as people and scripts ask for it, and its page."""
import json
import os

from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
h = Harness()


def keywords(*args):
    return h.run("rule", "keywords", *args)


h.exits("no part", 2, h.run("rule"))
h.exits("unknown part", 2, h.run("rule", "keywrods"), 'did you mean "keywords"')
h.exits("two names", 2, keywords("a", "b"), "one name")
h.exits("unknown keyword", 1, keywords("contnet"), 'did you mean "content"')
h.exits("a keyword that waits for what it needs", 1, keywords("lua"), "needs a Lua interpreter")
h.check("help", b"--markdown" in keywords("--help").stdout)
h.check("help names the parts", b"keywords" in h.run("rule", "--help").stdout)

one = keywords("http_uri")
h.exits("one", 0, one)
for word in b"http.uri", b"to_server", b"http1, http2", b'example    alert http any any -> any any (msg:"http_uri"; content:':
    h.check("http_uri says %s" % word.decode(), word in one.stdout, one.stdout)
h.check("an alias", keywords("FLAGS").stdout.startswith(b"tcp.flags, also flags"))
found = keywords("issuer").stdout.decode()
h.check("a word finds several", all(name in found for name in ("tls.cert_issuer", "tls.issuerdn")), found)
everything = [json.loads(line) for line in keywords("--json").stdout.decode().splitlines()]
h.check("all as JSON", len(everything) > 200 and all(k["summary"] and k["example"] for k in everything), len(everything))
sni = next(k for k in everything if k["keyword"] == "tls.sni")
h.check("JSON of one", (sni["buffer"], sni["directions"], sni["protocols"]) == ("tls.sni", ["to_server"], ["tls"]), sni)
with open(os.path.join(ROOT, "docs", "keywords.md"), "rb") as f:
    h.check("docs/keywords.md is up to date (make docs)", f.read() == keywords("--markdown").stdout)
h.finish()
