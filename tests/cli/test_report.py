"""sluice replay --report: the page is whole, tells what the run found, and whatever comes from outside stays text."""
import base64
import hashlib
import json
import os
import re
import signal
import subprocess
import time

import browser
import captures as c
from harness import Harness
from page import Page

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
h = Harness()
h.env["SOURCE_DATE_EPOCH"] = "1800000000"
HOSTILE = b"needle </script><img src=x onerror=alert(1)> \xe2\x80\xae\xff\x00\x1b[31m'\"`&lt;"
ALERTED = "Rules that alerted, the most urgent first"


def report(*args, name="r.html", code=0, **options):
    p = h.run("replay", "--json", "--report", name, *args, **options)
    h.exits("report of " + " ".join(os.path.basename(a) for a in args), code, p)
    with open(name, "rb") as f:
        data = f.read()
    page = Page(data)
    h.check("a whole page of " + " ".join(os.path.basename(a) for a in args), not page.wrong, page.wrong[:5])
    return page, data, json.loads(p.stdout)


def ours():
    """The demo: as the summary says, and the same for any number of workers."""
    args = ("--rules", os.path.join(ROOT, "signatures"), os.path.join(ROOT, "pcaps", "demo.pcap"))
    page, data, said = report(*args)
    rows = page.rows[ALERTED][1:]
    h.check("each rule with its alerts", sorted((int(r[2]), int(r[1])) for r in rows) ==
            sorted((r["sid"], r["alerts"]) for r in said["alerts_by_rule"]), rows)
    h.check("an article a rule", page.tags["article"] == len(rows), page.tags)
    h.check("its sections", {"summary", "timeline", "rules", "flows", "hosts", "alerts", "protocols", "costs", "refused", "anomalies",
                             "losses", "main"} <= page.ids, page.ids)
    h.check("a landmark each", all(page.tags.get(tag) == 1 for tag in ("header", "nav", "main", "footer", "h1")), page.tags)
    h.check("what was looked for, marked", b'<mark class="k0">75 69 64 3d</mark>' in data and b'<mark class="k0">uid=</mark>' in data)
    h.check("and where", "at 2 of 102 bytes of payload" in page.text)
    h.check("all of the options matched", "did not match" not in page.text and "not reached" not in page.text)
    costs = page.rows["Rules that were evaluated most often"]
    h.check("what rules cost, without times", len(costs) == 21 and "Cycles each" not in costs[0], costs[:2])
    env = {name: value for name, value in h.env.items() if name != "SOURCE_DATE_EPOCH"}
    timed = next(rows for caption, rows in report(*args, env=env)[0].rows.items() if "took longest" in caption)
    shares = [float(row[0].rstrip(" %")) for row in timed[1:]]
    h.check("and with them", "Cycles each" in timed[0] and shares == sorted(shares, reverse=True) and 0 < sum(shares) <= 101, timed[:3])
    h.check("its own time", "2027-01-15 08:00:00" in page.text)
    h.check("when", "2026-11-23 00:02:52.175000" in page.text)
    for workers in "2", "3":
        h.check("-j " + workers, report("-j", workers, *args)[1] == data)
    policy = re.search(rb'Content-Security-Policy" content="([^"]*)"', data).group(1).decode()
    for tag in "style", "script":
        text = re.search(("<%s>(.*?)</%s>" % (tag, tag)).encode(), data, re.S).group(1)
        digest = base64.b64encode(hashlib.sha256(text).digest()).decode()
        h.check("the policy knows the " + tag, "%s-src 'sha256-%s'" % (tag, digest) in policy, policy)
    h.check("the policy lets nothing else", policy.startswith("default-src 'none';") and "unsafe" not in policy, policy)
    same = h.run("replay", "--eve", "-", "--report", "r.html", *args).stdout == h.run("replay", "--eve", "-", *args).stdout
    h.check("EVE is as without a report", same)


def hostile():
    """Rules, names of captures and payloads that would be more than text."""
    h.write("hostile.rules",
            'alert udp any any -> any any (msg:"</title></script><svg onload=alert(1)> \u202e\u2066 &amp\\; \u009b1m"; content:"needle"; '
            'content:"|3c|/script"; reference:url,"javascript:alert(1)"; sid:1;)\n'
            'alert tcp any any -> any any (msg:"also <b>"; content:"needle"; pcre:"/onerror=[a-z]+/"; sid:2;)\n'
            'alert udp any any -> any any (msg:"wrong"; contnet:"<script>alert(2)</script>"; sid:3;)\n')
    name = "a<img src=x onerror=alert(3)>\u202e'\".pcap"
    h.write(name, c.pcap([c.needle(0, HOSTILE)] + c.conversation(HOSTILE)))
    page, data, said = report("--rules", "hostile.rules", name, code=3)
    h.check("two rules alert", said["alerts"] == 2, said)
    h.check("one script, the page's own", page.tags["script"] == 1 and not page.tags.get("b", 0) - data.count(b"<b>"), page.tags)
    h.check("no image and no frame", not {"img", "iframe", "object", "embed", "form", "base"} & set(page.tags), page.tags)
    h.check("the bytes are there as text", "needle </script>" in page.text)
    h.check("the message is", "</title></script><svg onload=alert(1)> \\u{202e}\\u{2066} &amp; \\u{9b}1m" in page.text)
    h.check("what is not seen is written out", "\\u{202e}" in page.text and "\\u{2066}" in page.text and "\\u{9b}" in page.text)
    h.check("the refused rule, as text", "contnet" in page.text and "hostile.rules:3:" in page.text)
    h.check("references lead nowhere", "javascript:" not in " ".join(page.links), page.links)


def explained():
    """Over packets, streams and transactions: marks where the match was, not where it first might have been."""
    h.write("r.rules",
            'alert tcp any any -> any any (msg:"second b"; content:"a"; content:"b"; distance:0; within:1; sid:1;)\n'
            'alert tcp any any -> any any (msg:"only the headers"; flags:S; sid:2;)\n'
            'alert tcp any any -> any any (msg:"two"; content:"xa"; threshold:type both,track by_src,count 2,seconds 60; sid:3;)\n')
    h.write("a.pcap", c.pcap(c.conversation(b"xa yab") + c.conversation(b"xa yab", 40001)))
    page, data, _ = report("--rules", "r.rules", "a.pcap")
    h.check("the a before the b", "at 4 of 6 bytes of payload" in page.text and "at 1 of 6 bytes" not in page.text.split("two")[0])
    h.check("a threshold's alert is explained", "at 0 of 6 bytes of payload" in page.text)
    h.check("of headers alone, too", "flags:S" in page.text)
    h.check("no flow's failure", "did not match" not in page.text)
    h.write("pass.rules", 'pass udp any any -> any any (msg:"let by"; content:"needle"; sid:10;)\n'
                          'alert udp any any -> any any (msg:"behind it"; content:"needle"; sid:11;)\n'
                          'alert udp any any -> any any (msg:"every third"; content:"needle"; '
                          'threshold:type threshold,track by_dst,count 400,seconds 900; sid:12;)\n')
    many = h.write("pass.pcap", c.pcap([c.needle(i) for i in range(1000)]))
    page, _, said = report("--rules", "pass.rules", many)
    h.check("a pass rule: nothing", said["alerts"] == 0 and "No rule has alerted." in page.text, said)
    h.write("third.rules", open("pass.rules").read().split("\n")[2] + "\n")
    page, _, said = report("--rules", "third.rules", many)
    h.check("after 399 that were silenced", said["alerts"] == 2 and "at 2 of 8 bytes of payload" in page.text and
            "could not be kept" not in page.text, said)


def large():
    """Fifty thousand alerts of two hundred rules: a page that still opens, and says what it leaves out."""
    h.write("many.rules", "".join('alert udp any any -> any any (msg:"rule %d"; content:"needle"; priority:%d; sid:%d;)\n' %
                                  (i, i % 3 + 1, i) for i in range(1, 221)))
    h.write("many.pcap", c.pcap([c.needle(i % 4000, b"a needle in a haystack") for i in range(4000)]))
    page, data, said = report("--rules", "many.rules", "many.pcap")
    h.check("its size", len(data) < 8000000, len(data))
    h.check("what is shown, and what is only counted", "Of %s alerts" % format(said["alerts"], ",") in page.text and
            "are only counted" in page.text, said["alerts"])
    alerts = sum(int(r[1].replace(",", "")) for r in page.rows[ALERTED][1:])
    h.check("the table counts all", alerts == said["alerts"], alerts)
    h.check("flows past the rows", "And 3,500 more flows." in page.text)
    h.check("matches past a packet's alerts", "detect.alert_queue_overflow" in page.text)


def odd():
    """Captures with nothing in them, that are cut, or whose clock is wrong."""
    h.write("r.rules", 'alert ip any any -> any any (msg:"any"; sid:1;)\n')
    page, _, _ = report("--rules", "r.rules", h.write("none.pcap", c.pcap([])))
    h.check("nothing", "There are no alerts." in page.text and "All rules were loaded." in page.text)
    cut = c.pcap(c.conversation())[:-10]
    page, _, _ = report("--rules", "r.rules", h.write("cut.pcap", cut))
    h.check("a capture that is cut has its page", len(page.rows[ALERTED]) == 2)
    broken = [c.ethernet(b"\x45\x00\x00\x63" + bytes(16)), c.ethernet(c.udp("10.0.0.1", "10.0.0.2", 1, 2, b"x")[:30])]
    page, _, _ = report("--rules", "r.rules", h.write("broken.pcap", c.pcap(broken)))
    h.check("anomalies", any("decoder." in r[1] or "ipv4." in r[1] for t in page.rows if t.startswith("What decoding") for r in
                             page.rows[t][1:]), page.rows)
    frames = [(0.0, c.needle(0)), (4000000000.0, c.needle(1)), (1700000000.0, c.needle(2))]
    page, _, _ = report("--rules", "r.rules", h.write("clock.pcap", c.pcap(frames)))
    h.check("a century", "weeks" in page.text)


def wrong():
    h.write("r.rules", 'alert ip any any -> any any (msg:"any"; sid:1;)\n')
    h.write("a.pcap", c.pcap(c.conversation()))
    h.exits("no such folder", 1, h.replay("--report", "none/r.html", "a.pcap"), "none/r.html", "cannot write")
    h.exits("standard output", 2, h.replay("--report", "-", "a.pcap"), "--report needs the name of a file")
    h.check("where it is", b"the report is in r.html" in h.replay("--report", "r.html", "a.pcap").stdout)
    p = subprocess.Popen([h.sluice, "replay", "--rules", "r.rules", "--report", "r.html", "-"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=h.env)
    p.stdin.write(c.pcap([c.needle(i) for i in range(600)]))
    p.stdin.flush()
    time.sleep(1.0)
    p.send_signal(signal.SIGINT)
    p.communicate(timeout=60)
    with open("r.html", "rb") as f:
        page = Page(f.read())
    h.check("interrupted", p.returncode == 130 and not page.wrong and "Interrupted:" in page.text and page.rows[ALERTED][1][1] == "600",
            (p.returncode, page.rows.get(ALERTED)))
    h.exits("a full disk", 1, h.replay("--quiet", "--report", "/dev/full", "a.pcap"), "/dev/full")


CONTRAST = """(function () {
  function parts(c) { var m = c.match(/[\\d.]+/g).map(Number); return m.length > 3 ? m : m.concat(1); }
  function luminance(c) {
    return c.slice(0, 3).map(function (v) { v /= 255; return v <= .03928 ? v / 12.92 : Math.pow((v + .055) / 1.055, 2.4); })
      .reduce(function (sum, v, i) { return sum + v * [.2126, .7152, .0722][i]; }, 0);
  }
  function behind(e) {
    for (; e; e = e.parentElement) { var c = parts(getComputedStyle(e).backgroundColor); if (c[3] > 0) return c; }
    return [255, 255, 255, 1];
  }
  var bad = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    var e = walker.currentNode.parentElement;
    if (!walker.currentNode.textContent.trim() || !e.getClientRects().length) continue;
    var a = luminance(parts(getComputedStyle(e).color)), b = luminance(behind(e));
    var ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push(e.outerHTML.slice(0, 80) + " " + ratio.toFixed(2));
  }
  return bad.slice(0, 5);
})()"""


# What makes the page wider than its window: nothing, or the texts that end to the right of it.
TOO_WIDE = """(function () {
  if (document.documentElement.scrollWidth <= innerWidth) return [];
  var wide = [document.documentElement.scrollWidth + " > " + innerWidth], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode() && wide.length < 5) {
    var range = document.createRange();
    range.selectNodeContents(walker.currentNode);
    if (range.getBoundingClientRect().right > innerWidth && !walker.currentNode.parentElement.closest(".scroll, pre"))
      wide.push(walker.currentNode.textContent.slice(0, 60));
  }
  return wide;
})()"""


def seen():
    """In a browser: no complaint, no request, contrast, no page that is wider than its window, sorting, filtering, paper."""
    if not browser.chromium():
        print("the page in a browser: skipped, there is no chromium")
        return
    h.write("hostile.rules", 'alert udp any any -> any any (msg:"</script><img src=x onerror=alert(1)>"; content:"needle"; sid:1;)\n')
    h.write("h.pcap", c.pcap([c.needle(i, HOSTILE) for i in range(5)]))
    report("--rules", os.path.join(ROOT, "signatures"), "--rules", "hostile.rules", os.path.join(ROOT, "pcaps", "demo.pcap"), "h.pcap")
    folder = "a_long_name_of_a_folder_" * 5
    os.makedirs(folder, exist_ok=True)
    h.write(os.path.join(folder, "h.pcap"), c.pcap([c.needle(i, HOSTILE) for i in range(5)]))
    h.write(os.path.join(folder, "h.rules"), 'alert udp any any -> any any (msg:"%s"; content:"needle"; sid:1;)\nfrobnicate\n' % folder)
    report("--rules", os.path.join(folder, "h.rules"), os.path.join(folder, "h.pcap"), name="long.html", code=3)
    b = browser.Browser()
    try:
        for scheme, width in ("light", 1200), ("dark", 1200), ("light", 360), ("dark", 360):
            name = "%s, %d wide" % (scheme, width)
            b.open("r.html", width, 900, scheme)
            h.check(name + ": no complaint", not b.complaints(), b.complaints()[:2])
            h.check(name + ": no request", len(b.requests()) == 1, b.requests())
            h.check(name + ": contrast", not b.ask(CONTRAST), b.ask(CONTRAST))
            h.check(name + ": as wide as its window", b.ask(TOO_WIDE) == [], b.ask(TOO_WIDE))
        b.open("long.html", 320, 900)
        b.ask("document.documentElement.style.fontSize = '20px'; document.querySelectorAll('details').forEach(function (d) { d.open = true; })")
        h.check("long names, large letters, 320 wide: as wide as its window", b.ask(TOO_WIDE) == [], b.ask(TOO_WIDE))
        b.open("r.html")
        first = "document.querySelector('#rules tbody tr').cells[2].textContent"
        b.ask("document.querySelectorAll('#rules thead button')[2].click()")
        h.check("sorted", b.ask(first) == "1" and b.ask("document.querySelector('#rules th[aria-sort]').ariaSort") == "ascending", b.ask(first))
        b.ask("document.querySelectorAll('#rules thead button')[2].click()")
        h.check("and back", b.ask(first) == "9000093", b.ask(first))
        b.ask("(function () { var i = document.querySelector('#rules input'); i.value = 'Log4Shell'; i.dispatchEvent(new Event('input')); })()")
        h.check("filtered", b.ask("document.querySelectorAll('#rules tbody tr:not([hidden])').length") == 1)
        h.check("and told", b.ask("document.querySelector('#rules [role=status]').textContent") == "1 of 8 rows")
        h.check("the input has its label", b.ask("document.querySelector('#rules input').labels.length") == 1)
        b.ask("document.querySelectorAll('#alerts .tools button')[1].click()")
        h.check("closed", b.ask("document.querySelectorAll('#alerts .alerts details[open]').length") == 0)
        b.paper("r.pdf")
        with open("r.pdf", "rb") as f:
            h.check("on paper", f.read(5) == b"%PDF-")
    finally:
        b.close()


for part in ours, hostile, explained, large, odd, wrong, seen:
    part()
h.finish()
