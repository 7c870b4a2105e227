"""Rule files and configurations that are rubbish, huge or meant to hurt: a message and an exit code, never a crash or a hang."""
import os
import random

import captures as c
from harness import Harness

h = Harness()
RULE = 'alert udp any any -> any any (msg:"%s"; %s sid:%d;)\n'
GOOD = RULE % ("good", 'content:"needle";', 1)
h.write("a.pcap", c.pcap([c.needle(0)] + c.conversation()))
h.write("good.rules", GOOD)
r = random.Random(7)


def rules(name, codes, text, *args, capture="a.pcap", says=(), alerts=None, **limits):
    """The rules of `text`, and one after them that must load and alert whatever came before."""
    if isinstance(text, str):
        text = text.encode()
    h.write("bad.rules", text + b"\n" + GOOD.encode())
    o = h.survives(name, codes, "--no-cache", "--eve", "-", "--rules", "bad.rules", *args, capture, says=says, **limits)
    if alerts is not None:
        h.check(name + ": the good rule alerts", o.stdout.count(b'"signature":"good"') == alerts, o.stdout[-300:])
    return o


def rubbish():
    noise = bytes(r.randrange(256) for _ in range(200000)).replace(b"\\\n", b"\n")
    rules("binary rubbish", (3,), noise, says=("bad.rules:", "refused"), alerts=1)
    rules("NULs", (3,), RULE.encode()[:20] + b"\0" * 5000 + b"sid:5;)", says=("bad.rules:1:",), alerts=1)
    rules("a NUL in a message", (0, 3), b'alert udp any any -> any any (msg:"a\0b"; sid:5;)', alerts=1)
    rules("a NUL in a content", (0, 3), b'alert udp any any -> any any (content:"a\0b"; sid:5;)', alerts=1)
    rules("text that is no rules", (3,), "Dear all,\n\nhow do you do?\n" * 100, says=("bad.rules:1:",), alerts=1)
    rules("carriage returns alone", (0, 3), GOOD.replace("sid:1", "sid:2").replace("\n", "\r") * 3)
    rules("a byte order mark, then nothing", (0,), b"\xef\xbb\xbf", alerts=1)
    rules("UTF-16", (3,), GOOD.encode("utf-16"))
    for name, option in ("quotes", 'content:"abc;'), ("a message", 'msg:"never ends; content:"x'), ("a pcre", 'pcre:"/abc; '), \
            ("hex", 'content:"|41 42";'), ("an escape", 'content:"abc\\'), ("a bracket", "byte_test:4,>,1,[;"):
        rules("%s without end" % name, (3,), 'alert udp any any -> any any (%s sid:9;)' % option, says=("bad.rules:1:", "^"))
    for cut in range(1, len(GOOD) - 2, 7):
        rules("a rule cut at %d" % cut, (3,), GOOD[:cut], says=("bad.rules:1",), alerts=1)
    rules("a file that ends in a backslash", (0, 3), GOOD + GOOD.replace("sid:1", "sid:2").rstrip() + " \\")


def long_lines():
    rules("a comment of 1 MB", (0,), "#" + "x" * 1000000, alerts=1)
    rules("a word of 1 MB", (3,), "x" * 1000000, says=("bad.rules:1",), alerts=1)
    rules("1 MB of blanks", (0,), " " * 1000000, alerts=1)
    rules("a message of 1 MB", (0, 3), RULE % ("m" * 1000000, "", 5), alerts=1)
    rules("a content of 1 MB", (3,), RULE % ("m", 'content:"%s";' % ("c" * 1000000), 5), says=("bad.rules:1:",), alerts=1)
    rules("a content of 60 KB", (0, 3), RULE % ("m", 'content:"%s";' % ("c" * 60000), 5), alerts=1)
    rules("a pcre of 500 KB", (3,), RULE % ("m", 'pcre:"/%s/";' % ("ab?" * 170000), 5), alerts=1)
    rules("100,000 options", (0, 3), RULE % ("m", "metadata:k v;" * 100000, 5), alerts=1)
    rules("100,000 unknown options", (3,), RULE % ("m", "nonsense:1;" * 100000, 5), says=("nonsense",), alerts=1)
    rules("100,000 references", (0, 3), RULE % ("m", "reference:url,x;" * 50000, 5), alerts=1)
    rules("a million continued lines", (0, 3), "\\\n" * 1000000, seconds=60)


def many_rules():
    packets = c.pcap([c.needle(i, b"word%06d" % (i * 7)) for i in range(1000)])
    h.write("many.pcap", packets)
    text = "".join(RULE % ("r", 'content:"word%06d";' % i, 10 + i) for i in range(100000))
    o = rules("100,000 rules", (0,), text, capture="many.pcap", megabytes=1500)
    h.check("each packet alerts once", o.stdout.count(b"\n") == 1000, o.stdout.count(b"\n"))
    rules("100,000 rules without a content", (0,), "".join(RULE % ("r", "ttl:%d;" % (i % 256), 10 + i) for i in range(100000)),
          megabytes=1500)
    rules("100,000 times the same sid", (3,), "".join(RULE % ("r", 'content:"%d";' % i, 7) for i in range(100000)), says=("refused",), alerts=1)
    rules("100,000 bad rules", (3,), "".join(RULE % ("r", "kw%d:%d;" % (i, i), 7) for i in range(100000)),
          says=("more refused rules",), alerts=1)


def variables():
    h.write("v.rules", 'alert udp $V any -> any any (msg:"v"; sid:9;)\n' + GOOD)

    def config(name, codes, groups, *says):
        text = "%YAML 1.1\n---\nvars:\n  address-groups:\n" + "".join('    %s: "%s"\n' % g for g in groups)
        h.survives(name, codes, "--no-cache", "--config", h.write("v.yaml", text), "--rules", "v.rules", "a.pcap", says=says)

    config("a variable of itself", (1, 2, 3), [("V", "$V")], "refers to itself")
    config("two variables of each other", (1, 2, 3), [("V", "$W"), ("W", "$V")], "refers to itself")
    config("a ring of 50", (1, 2, 3), [("V", "$V0")] + [("V%d" % i, "[$V%d,!$V%d]" % ((i + 1) % 50, i)) for i in range(50)])
    config("a variable that doubles 60 times", (0, 1, 2, 3),
           [("V60", "10.0.0.1")] + [("V%d" % i, "[$V%d,$V%d]" % (i + 1, i + 1)) for i in range(59, -1, -1)] + [("V", "$V0")])
    config("a chain of 5,000", (0, 1, 2, 3), [("V5000", "10.0.0.1")] + [("V%d" % i, "$V%d" % (i + 1)) for i in range(4999, -1, -1)] + [("V", "$V0")])
    config("an unknown variable", (1, 2, 3), [("V", "$NOWHERE")], "NOWHERE")
    ports = ["--set", "PORTS=$PORTS"]
    h.survives("--set of itself", (1, 2, 3), *ports, "--rules", "v.rules", "a.pcap", says=("PORTS",))


def lists():
    many = ",".join("10.%d.%d.%d" % (i >> 12, i >> 4 & 255, (i & 15) * 16) for i in range(10000))
    rules("10,000 addresses", (0,), 'alert udp [%s] any -> any any (msg:"l"; sid:9;)' % many, alerts=1)
    rules("10,000 addresses that are not", (0,), 'alert udp ![%s] any -> any any (msg:"l"; sid:9;)' % many, alerts=1)
    holes = ",".join("!10.%d.%d.%d" % (i >> 12, i >> 4 & 255, (i & 15) * 16) for i in range(10000))
    rules("10,000 holes", (0,), 'alert udp [10.0.0.0/8,%s] any -> any any (msg:"l"; sid:9;)' % holes, alerts=1)
    six = ",".join("2001:db8:%x::/48" % i for i in range(10000))
    rules("10,000 IPv6 networks", (0,), 'alert udp [%s] any -> any any (msg:"l"; sid:9;)' % six, alerts=1)
    ports = ",".join(str(i) for i in range(1, 65535, 2))
    rules("32,000 ports", (0,), 'alert udp any [%s] -> any [!%s] (msg:"l"; sid:9;)' % (ports, ports.replace(",", ",!")), alerts=1)
    for depth in 50, 5000, 400000:
        nested = "[" * depth + "10.0.0.1" + "]" * depth
        rules("%d brackets" % depth, (0, 3), "alert udp %s any -> any %s (msg:\"b\"; sid:9;)" % (nested, nested), alerts=1)
        rules("%d brackets that stay open" % depth, (3,), "alert udp %s any -> any any (msg:\"b\"; sid:9;)" % ("[" * depth), alerts=1)
        rules("%d negations" % depth, (0, 3), "alert udp %s10.0.0.1 any -> any any (msg:\"b\"; sid:9;)" % ("![" * depth), alerts=1)
    rules("addresses that are wrong", (3,), "".join('alert udp %s any -> any any (msg:"w"; sid:%d;)\n' % (a, i + 20) for i, a in enumerate(
        ("1.2.3.4/33", "1.2.3", "1.2.3.256", "::/129", "1.2.3.4-1.2.3.1", "[]", "!any", "[,]", "[1.2.3.4", "!", "1.2.3.4/", "/8", ":::", "$"))),
        says=("refused",), alerts=1)


def bombs():
    payload = b"a" * 60000 + b"!"
    chunks = [c.needle(i, b"a" * 1400) for i in range(20)]
    fragments = [c.ethernet(p) for p in fragmented(payload)]
    h.write("bomb.pcap", c.pcap(chunks + fragments + [c.needle(0)]))

    def bomb(name, codes, option, **more):
        rules(name, codes, RULE % ("bomb", option, 5), capture="bomb.pcap", alerts=1, **more)

    bomb("(a+)+$", (0,), 'pcre:"/(a+)+$/";')
    bomb("(a+)+$ without anchors", (0,), 'pcre:"/(a+)+b/";')
    bomb("alternatives", (0,), 'pcre:"/^(a|aa|aaa|a?)+b/";')
    bomb("back references", (0,), r'pcre:"/^(a*)(a*)(a*)(a*)\1\2\3\4b/";')
    bomb("recursion", (0, 3), 'pcre:"/(a(?1)?)*b/";')
    bomb("huge repetition", (3,), 'pcre:"/((a{1,1000}){1,1000}){1,1000}/";', says=("bad.rules:1:",))
    bomb("large repetition", (0, 3), 'pcre:"/(aa?){1,30000}b/";')
    bomb("20,000 groups", (0, 3), 'pcre:"/%sa%s/";' % ("(" * 20000, ")" * 20000))
    bomb("a relative pcre after each content", (0,), 'content:"a"; pcre:"/a*?b/R";')
    bomb("500 contents", (0, 3), 'content:"a";' * 500)
    bomb("500 relative contents", (0, 3), 'content:"a"; distance:0;' * 500)
    bomb("contents that try every place", (0,), 'content:"a";' + 'content:"a"; distance:1; within:200;' * 15 + 'content:"b"; distance:0; within:10;')
    bomb("contents that try every place, without within", (0,), 'content:"a";' + 'content:"a"; distance:1;' * 15 + 'content:"b"; distance:0;')
    bomb("pcres that try every place", (0,), 'content:"a";' + 'pcre:"/a.*?a/R";' * 8 + 'content:"b"; distance:0;')
    bomb("byte_jump back and forth", (0, 3), 'content:"a";' + "byte_jump:1,0,relative,post_offset -90;" * 100)
    bomb("byte_math overflows", (0, 3), "byte_math:bytes 4,offset 0,oper *,rvalue 4294967295,result x;" + 'byte_math:bytes 4,offset 0,oper +,rvalue x,result y; byte_test:4,>,y,x;')
    bomb("isdataat", (0, 3), "isdataat:65535,relative; isdataat:!65535;")
    bomb("numbers without end", (3,), "dsize:%s;" % ("9" * 100000))


def fragmented(payload):
    body = c.udp("10.0.0.9", "192.0.2.5", 77, 53535, payload)[20:]
    for at in range(0, len(body), 1400):
        part = body[at:at + 1400]
        more = at + 1400 < len(body)
        p = bytearray(c.ipv4("10.0.0.9", "192.0.2.5", 17, part, ident=99))
        p[6:8] = ((0x2000 if more else 0) | at // 8).to_bytes(2, "big")
        p[10:12] = b"\0\0"
        p[10:12] = c.checksum(bytes(p[:20])).to_bytes(2, "big")
        yield bytes(p)


def files():
    os.mkdir("none")
    os.makedirs("odd/x.rules")
    h.survives("rules that are not there", (1,), "--rules", "no.rules", "a.pcap", says=("no.rules",))
    h.survives("a folder without rules", (1,), "--rules", "none", "a.pcap", says=("none", "no *.rules"))
    h.survives("a folder named like rules", (1,), "--rules", "odd", "a.pcap", says=("x.rules",))
    h.survives("rules that cannot be read", (1,), "--rules", "/proc/self/mem", "a.pcap", says=("/proc/self/mem",))
    h.survives("rules without end", (1,), "--rules", "/dev/zero", "a.pcap", says=("/dev/zero",), megabytes=700)
    h.survives("a capture as rules", (3,), "--rules", "a.pcap", "a.pcap")
    h.survives("an empty rule file", (0,), "--rules", h.write("empty.rules", ""), "a.pcap")
    if os.geteuid():
        os.chmod(h.write("shut.rules", GOOD), 0)
        h.survives("rules that may not be read", (1,), "--rules", "shut.rules", "a.pcap", says=("shut.rules", "ermission"))
    good = ["--rules", "good.rules", "a.pcap"]
    for option in "--config", "--classification", "--reference", "--threshold-file", "--iprep-categories", "--geoip-db":
        h.survives(option + " that is not there", (1,), option, "no.file", *good, says=("no.file",))
        h.survives(option + " that is a folder", (1,), option, "none", *good, says=("none",))
        h.survives(option + " of rubbish", (0, 1, 2, 3), option, h.write("noise", r.randbytes(100000)), *good)
        h.survives(option + " of one line", (0, 1, 2, 3), option, h.write("line", "x" * 1000000), *good)
        h.survives(option + " without end", (1,), option, "/dev/zero", *good, says=("/dev/zero",))
    h.survives("--eve to a folder", (1,), "--eve", "none", *good, says=("none",))


def yaml():
    good = ["--rules", "good.rules", "a.pcap"]
    laugh = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join("a%d: &a%d [%s]\n" % (i, i, ",".join(["*a%d" % (i - 1)] * 9)) for i in range(1, 30))
    for name, text in ("aliases that multiply", laugh), ("deep lists", "vars: " + "[" * 100000), ("deep maps", "{a: " * 50000), \
            ("an alias of itself", "vars: &v\n  address-groups: *v\n"), ("a list for a number", "stream:\n  midstream: [yes, no]\n"), \
            ("includes itself", "include: y.yaml\n"), ("binary", "vars:\n  address-groups:\n    A: !!binary //8=\n"), \
            ("100,000 variables", "vars:\n  address-groups:\n" + "".join("    A%d: 10.0.0.1\n" % i for i in range(100000))):
        h.survives("YAML, " + name, (0, 1, 2), "--config", h.write("y.yaml", text), *good)


def stores():
    h.write("noise.lst", r.randbytes(200000))
    h.write("empty.lst", "")
    for kind in "string", "md5", "sha256", "ipv4", "ip":
        for name in "noise.lst", "no.lst", "/dev/zero", "empty.lst":
            rules("dataset of %s from %s" % (kind, name), (0, 1, 3), RULE % ("d", "ipv4.hdr; dataset:isset,d%s,type %s,load %s;" % (kind, kind, name), 5))
    rules("a dataset of the whole disk", (0, 3), RULE % ("d", "ipv4.hdr; dataset:set,d,type string,memcap 1TB,hashsize 4294967295;", 5))
    rules("a dataset outside", (0, 3), RULE % ("d", "ipv4.hdr; dataset:set,d,type string,state ../../../../../no/such/file;", 5))
    text = "".join(RULE % ("s", "flowbits:set,b%d; xbits:set,x%d,track ip_src; hostbits:set,h%d,src; flowint:i%d,+,4294967295;" % (i, i, i, i), 9 + i)
                   for i in range(3000))
    rules("3,000 bits of each kind", (0, 3), text)
    huge = "threshold:type both,track by_src,count 4294967295,seconds 4294967295;"
    rules("huge thresholds", (0, 3), RULE % ("t", huge, 5) + RULE % ("t", huge.replace("4294967295", "0"), 6), alerts=1)


for part in rubbish, long_lines, many_rules, variables, lists, bombs, files, yaml, stores:
    if not os.environ.get("ONLY") or os.environ["ONLY"] in part.__name__:
        part()
h.finish()
