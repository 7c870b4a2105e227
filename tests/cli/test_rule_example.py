"""sluice rule example: for rules of each kind a capture on which the rule fires, and near misses on which it does not."""
import json
import os

from harness import Harness

h = Harness()


def example(*args):
    return h.run("rule", "example", *args)


def alerts(rules, capture, *args):
    """The sids that alert on the capture."""
    h.write("r.rules", rules)
    p = h.replay("--eve", "-", "--quiet", *args, capture)
    return [json.loads(line)["alert"]["signature_id"] for line in p.stdout.splitlines() if b'"alert"' in line]


def fires(name, rule, misses=(), others=""):
    """The capture makes it fire, none of the near misses does, and there is one for each of these options."""
    h.write("o.rules", others)
    p = example(rule, "-o", "x.pcap", "--near-misses", "--json", *(["--rules", "o.rules"] if others else []))
    if p.returncode:
        h.check(name, False, (p.stdout + p.stderr).decode())
        return
    said = json.loads(p.stdout)
    loaded = others + rule + "\n"
    h.check(name + ": fires", 99 in alerts(loaded, "x.pcap"), said)
    for i, _ in enumerate(said["near_misses"]):
        miss = "x.miss-%d.pcap" % (i + 1)
        h.check(name + ": " + miss, os.path.exists(miss) and 99 not in alerts(loaded, miss), said)
        if os.path.exists(miss):
            os.remove(miss)
    for option in misses:
        h.check(name + ": near miss of " + option, any(m.startswith(option) for m in said["near_misses"]), said)


def rule(header, options):
    return 'alert %s (msg:"m"; %s sid:99; rev:1;)' % (header, options)


TCP, HTTP, DNS, TLS = ("%s any any -> any any" % p for p in ("tcp", "http", "dns", "tls"))
TO_SERVER, TO_CLIENT = "flow:established,to_server; ", "flow:established,to_client; "

for name, text, misses in (
        ("one content", rule(TCP, TO_SERVER + 'content:"evil";'), ["content"]),
        ("nocase, offset, depth", rule(TCP, TO_SERVER + 'content:"EvIl"; nocase; offset:5; depth:20;'), ["content"]),
        ("distance and within", rule(TCP, TO_SERVER + 'content:"one"; content:"two"; distance:3; within:10; content:"three"; distance:-1; within:20;'), []),
        ("overlapping", rule(TCP, TO_SERVER + 'content:"abcd"; content:"cdef"; distance:-2; within:4;'), []),
        ("startswith and endswith", rule(TCP, TO_SERVER + 'content:"ends"; endswith; content:"in the midst"; content:"starts"; startswith; dsize:40;'), ["dsize"]),
        ("negated", rule(TCP, TO_SERVER + 'content:"a="; content:!"b"; within:8; content:"c"; distance:8; isdataat:!1,relative;'), ["content:!"]),
        ("a large datagram", rule("udp any any -> any any", 'content:"x"; offset:60000; dsize:>62000;'), ["content", "dsize"]),
        ("an answer over UDP", rule("udp any 5000 -> any any", 'flow:to_client; content:"x";'), ["content"]),
        ("established over UDP", rule("udp any any -> any 5000", 'flow:established,to_server; content:"x";'), ["content"]),
        ("isdataat", rule(TCP, TO_SERVER + 'content:"x"; isdataat:100,relative; content:!"|0a|"; within:100;'), []),
        ("byte_test and byte_jump", rule("udp any any -> any 2000", 'content:"|01 02|"; depth:2; byte_test:2,>,300,0,relative; byte_test:2,<,302,0,relative; byte_jump:2,2,relative; content:"end"; distance:0; within:3;'), []),
        ("byte_test of digits", rule(TCP, TO_SERVER + 'content:"n="; byte_test:4,>=,5000,0,relative,string,dec;'), ["byte_test"]),
        ("byte_extract", rule("udp any any -> any 2000", 'content:"|05|"; depth:1; byte_extract:1,1,len; content:"x"; distance:len; within:20;'), []),
        ("base64", rule(TCP, TO_SERVER + 'content:"data="; base64_decode:relative; base64_data; content:"secret"; '), []),
        ("pcre over contents", rule(TCP, TO_SERVER + r'content:"id="; content:"token"; pcre:"/^x-token\x3a [A-F0-9]{8}(?:-[0-9]+){2} id=\d{5,9}$/";'), ["pcre"]),
        ("pcre from the last match", rule(TCP, TO_SERVER + r'content:"user "; pcre:"/^(?:root|admin)\s{3,5}[^a-z]{20}/R";'), ["pcre"]),
        ("pcre with case and lines", rule(TCP, TO_SERVER + r'content:"host"; nocase; pcre:"/^Host\x3a[^\r\n]+\.EXAMPLE\.(?:com|net)\r$/mi";'), []),
        ("pcre with a lookahead", rule(HTTP, TO_SERVER + r'http.uri; content:".php"; endswith; pcre:"/^\/(?=[a-z]*[0-9])[a-z0-9]{6}\.php$/";'), []),
        ("to the client", rule("tcp $EXTERNAL_NET 8000:9000 -> $HOME_NET any", TO_CLIENT + 'content:"220 ready";'), ["content"]),
        ("uri", rule(HTTP, TO_SERVER + 'http.method; content:"POST"; http.uri; content:"/gate.php?id="; startswith; bsize:30;'), ["content", "bsize"]),
        ("an encoded uri", rule(HTTP, TO_SERVER + 'http.uri; content:"/a b|01|<script>"; http.uri.raw; content:"%20b";'), []),
        ("older modifiers", rule(HTTP, TO_SERVER + 'content:"/x.php"; http_uri; content:"GateBot"; http_user_agent; urilen:>20;'), ["urilen"]),
        ("headers", rule(HTTP, TO_SERVER + 'http.user_agent; content:"Evil"; startswith; http.host; content:"example"; http.header; content:"X-Id|3a 20|7|0d 0a|"; http.cookie; content:"sid=";'), []),
        ("their names", rule(HTTP, TO_SERVER + 'http.header_names; content:"|0d 0a|Host|0d 0a|Accept|0d 0a|"; startswith; content:!"Referer"; content:!"User-Agent";'), ["content"]),
        ("request line and start", rule(HTTP, TO_SERVER + 'http.request_line; content:"GET /one/"; startswith; http.uri; content:"two.exe"; endswith; http.start; content:"HTTP/1.0|0d 0a|";'), []),
        ("a request's body", rule(HTTP, TO_SERVER + 'http.request_body; content:"user="; content:"pass="; distance:1; http.content_len; byte_test:0,>,100,0,string,dec;'), ["content"]),
        ("a response", rule(HTTP, TO_CLIENT + 'http.stat_code; content:"404"; http.server; content:"nginx"; file.data; content:"<html>"; startswith; content:"evil"; distance:5;'), ["content"]),
        ("dns", rule(DNS, 'dns.query; dotprefix; content:".example.org"; nocase; endswith; bsize:>20;'), ["content"]),
        ("dns, without its buffers", rule(DNS, 'content:"|01 00 00 01 00 00 00 00 00 00|"; depth:10; offset:2; content:"|07|example|03|net|00|"; nocase; distance:0;'), []),
        ("a server's name", rule(TLS, TO_SERVER + 'tls.sni; content:"bad.example.org"; bsize:15;'), ["content", "bsize"]),
        ("a certificate", rule(TLS, TO_CLIENT + 'tls.cert_subject; content:"O=Bad, Inc."; content:"CN=bad.example"; tls.cert_issuer; content:"C=XX"; startswith; tls.cert_serial; content:"00:AB"; startswith;'), ["content"]),
        ("its bytes", rule(TLS, TO_CLIENT + 'tls.certs; content:"|55 04 03 0c 03|foo";'), []),
        ("icmp", rule("icmp any any -> any any", 'itype:8; icode:0; content:"ping"; dsize:64;'), ["itype", "dsize"]),
        ("flags", rule("tcp any any -> any 22", "flow:stateless; flags:SF,12; window:1024;"), []),
        ("addresses and ports", rule("udp [10.1.2.0/24,!10.1.2.3] 1024: -> [203.0.113.5,2001:db8::1] ![53,2000:3000]", 'content:"x";'), []),
        ("ip protocol and ttl", rule("ip any any -> any any", "ip_proto:47; ttl:<5;"), ["ttl"]),
        ("IPv6", rule("tcp 2001:db8::/32 any -> 2001:db8:1::/48 any", TO_SERVER + 'content:"six";'), ["content"]),
        ("a threshold", rule(TCP, TO_SERVER + 'content:"again"; threshold:type threshold, track by_src, count 5, seconds 60;'), ["threshold"]),
        ("a filter", rule(TCP, TO_SERVER + 'content:"again"; detection_filter:track by_dst, count 3, seconds 60;'), ["detection_filter"]),
):
    fires(name, text, misses)

SETTER = 'alert http any any -> any any (msg:"s"; flow:established,to_server; http.uri; content:"/start"; flowbits:set,begun; flowbits:noalert; sid:98; rev:1;)\n'
fires("flowbits", rule(HTTP, TO_CLIENT + 'flowbits:isset,begun; file.data; content:"MZ"; startswith;'), ["flowbits", "content"], SETTER)
XSETTER = 'alert tcp any any -> any any (msg:"s"; flow:established,to_server; content:"knock"; xbits:set,knocked,track ip_src,expire 60; sid:98; rev:1;)\n'
fires("xbits", rule(TCP, TO_SERVER + 'content:"enter"; xbits:isset,knocked,track ip_src;'), ["xbits"], XSETTER)
TLS_SETTER = 'alert tls any any -> any any (msg:"s"; flow:established,to_server; tls.sni; content:"first.example"; flowbits:set,hello; sid:98; rev:1;)\n'
fires("flowbits within a handshake", rule(TLS, TO_CLIENT + 'flowbits:isset,hello; tls.cert_subject; content:"CN=second.example";'), ["flowbits"], TLS_SETTER)

# What cannot be made is refused, with the option.
for name, text, words in (
        ("a flowbit that nobody sets", rule(TCP, TO_SERVER + 'content:"x"; flowbits:isset,nobody;'), "nobody"),
        ("a hash", rule(TLS, TO_SERVER + 'ja3.hash; content:"e7d705a3286e19ea42f587b344ee6865";'), "ja3.hash"),
        ("a digest of a transform", rule(DNS, 'dns.query; to_md5; content:"|00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f|";'), "to_md5"),
        ("what contradicts itself", rule(TCP, TO_SERVER + 'content:"ab"; depth:2; content:"xy"; depth:2;'), "content"),
        ("too much of it", rule(HTTP, 'http.content_len; byte_test:0,>,1000000,0,string,dec; threshold:type threshold, track by_src, count 600, seconds 60;'), "too large"),
        ("a large threshold", rule(TCP, TO_SERVER + 'content:"x"; threshold:type threshold, track by_src, count 100000, seconds 60;'), "threshold"),
):
    p = example(text, "-o", "no.pcap")
    h.check("refused: " + name, p.returncode == 1 and words in p.stdout.decode() and not os.path.exists("no.pcap"),
            "exit %d: %s" % (p.returncode, (p.stdout + p.stderr).decode()))

# A file of rules: one, all, a share of them.
h.write("f.rules", "".join('alert tcp any any -> any any (msg:"m"; flow:established,to_server; content:"n%d"; sid:%d; rev:1;)\n' % (i, i) for i in range(1, 11)) +
        rule(TLS, TO_SERVER + 'ja3.hash; content:"e7d705a3286e19ea42f587b344ee6865";') + "\n")
p = example("f.rules", "--directory", "made", "--summary")
h.exits("all", 1, p)
h.check("the summary", p.stdout.startswith(b"10 of 11 rules") and b"ja3.hash" in p.stdout, p.stdout)
h.check("a capture each", sorted(os.listdir("made")) == sorted("%d.pcap" % i for i in range(1, 11)), os.listdir("made"))
h.check("a sample", len(example("f.rules", "--sample", "4", "--json").stdout.splitlines()) == 4)
h.exits("one of them", 0, example("f.rules", "--sid", "3", "-o", "three.pcap"))
with open("f.rules") as f:
    h.check("it alone", alerts(f.read(), "three.pcap") == [3])
same = example("f.rules", "--sid", "3", "-o", "-")
with open("three.pcap", "rb") as f:
    h.check("the same bytes, to standard output", same.stdout == f.read() and b"fires" in same.stderr)

h.exits("several rules", 2, example("f.rules", "-o", "x.pcap"), "--sid")
h.exits("no rule", 2, example(), "it needs one rule")
h.exits("no such sid", 2, example("f.rules", "--sid", "77", "-o", "x.pcap"), "no rule of that sid")
h.exits("a rule that is wrong", 2, example('alert tcp any any -> any any (contnet:"x"; sid:1;)', "-o", "x.pcap"), "contnet")
h.exits("no such folder", 2, example(rule(TCP, 'content:"x";'), "-o", "nowhere/x.pcap"), "nowhere/x.pcap")
h.finish()
