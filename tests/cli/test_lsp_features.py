"""sluice lsp, what it answers: completion, hover, symbols, formatting, code actions, navigation, rename, tokens, signatures."""
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from broken_rules import BROKEN, unmark, whole
from harness import Harness
from lsp_client import Client

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
h = Harness()
A, B = "untitled:a.rules", "untitled:b.rules"
SETS = 'alert tcp any any -> any any (msg:"sets"; content:"abcdef"; flowbits:set,seen.it; sid:1; rev:1;)'
READS = 'alert tcp $HOME_NET any -> [$HOME_NET,10.0.0.0/8] any (msg:"é😀 reads"; flowbits:isset,other|seen.it; content:"abcdef"; sid:2; rev:1;)'


def start(*texts, **options):
    c = Client(h.sluice, "lsp", *options.pop("args", ()), env=h.env)
    c.initialize(**options)
    for uri, text in zip((A, B), texts):
        c.open(uri, text)
    return c


def units(text):
    return len(text.encode("utf-16-le")) // 2


def offset(text, position):
    """The place in the text of a position whose characters are of UTF-16."""
    lines = text.split("\n")
    at = sum(len(line) + 1 for line in lines[:position["line"]])
    line, left = lines[position["line"]], position["character"]
    n = 0
    while left > 0:
        left -= units(line[n])
        n += 1
    return at + n


def applied(text, edits):
    for e in sorted(edits, key=lambda e: offset(text, e["range"]["start"]), reverse=True):
        a, b = offset(text, e["range"]["start"]), offset(text, e["range"]["end"])
        text = text[:a] + e["newText"] + text[b:]
    return text


def spelled(text, ranges):
    return [text[offset(text, r["start"]):offset(text, r["end"])] for r in ranges]


def place(text, word, into=1):
    """Line and character of a word in the text, so many characters into it."""
    before = text[:text.index(word) + into]
    return before.count("\n"), units(before.rsplit("\n", 1)[-1])


def ask(c, method, text, word, uri=A, **more):
    line, character = place(text, word)
    return c.at(method, uri, line, character, **more)


HEAD = "alert http any any -> any any ("
COMPLETED = [
    # what is typed, what must be offered (and what is inserted, if that is another text), what must not
    ("", ["alert", "drop", "config"], ["http"]),
    ("al", ["alert"], []),
    ("alert ht", ["http", "http2", "tcp-pkt", "smb"], ["alert"]),
    ("alert http [$HO", ["$HOME_NET", "any"], ["$HTTP_PORTS"]),
    ("alert tcp any ", ["$HTTP_PORTS"], ["$HOME_NET"]),
    ("alert tcp any any ", ["->", "<>"], ["any"]),
    (HEAD, ["msg=msg:", "http.uri=http.uri;", "content=content:", "flow=flow:", "sid=sid:"], ["nocase", "depth", "to_md5", "dns.query", "tls.sni"]),
    ('alert dns any any -> any any (msg:"m"; ', ["dns.query=dns.query;"], ["http.uri", "msg"]),
    ("alert udp any any -> any any (", ["dns.query", "quic.sni"], ["http.stat_code_nothing", "tls.sni"]),
    (HEAD + 'content:"a"; ', ["nocase=nocase;", "depth=depth:", "fast_pattern=fast_pattern"], ["to_md5"]),
    (HEAD + "http.uri; ", ["to_lowercase=to_lowercase;", "content=content:"], ["nocase"]),
    (HEAD + "http.uri; to_lower", ["to_lowercase"], []),
    (HEAD + "flow:to_client; ", ["http.stat_code"], ["http.uri", "flow"]),
    (HEAD + "flow:", ["established", "to_server"], ["set"]),
    (HEAD + "flow:established,to_", ["to_server", "no_frag"], []),
    (HEAD + "classtype:troj", ["trojan-activity"], ["cve"]),
    (HEAD + "reference:", ["cve=cve,", "url=url,"], []),
    (HEAD + "flowbits:", ["set", "isset", "noalert"], ["seen.it"]),
    (HEAD + "flowbits:isset,", ["seen.it", "other"], ["set"]),
    (HEAD + "flowbits:isset,other|se", ["seen.it"], []),
    (HEAD + "flowbits:set,of.this.rule; flowbits:isset,", ["of.this.rule"], []),
    (HEAD + "xbits:set,a,", ["track ip_src", "track ip_pair"], ["set"]),
    (HEAD + "threshold:type limit, ", ["track by_src", "type both"], ["count N"]),
    (HEAD + "app-layer-event:", ["http.missing_host_header"], []),
    (HEAD + "stream-event:", ["est_packet_out_of_window"], ["stream.est_packet_out_of_window"]),
    ("alert ip any any -> any any (decode-event:", ["ipv4.trunc_pkt"], []),
    (HEAD + "app-layer-protocol:!t", ["tls"], []),
    (HEAD + 'byte_extract:1,0,len; content:"a"; depth:', ["len"], ["a variable"]),
    (HEAD + "target:", ["src_ip", "dest_ip"], []),
    ("# sluice: disable=weak-fast-pattern,du", ["duplicate-sid"], ["alert"]),
    ("# a comment", [], ["alert"]),
]


def completion():
    c = start("", SETS + "\n" + READS + "\n")
    for i, (text, wanted, unwanted) in enumerate(COMPLETED):
        c.change(A, i + 2, {"text": text})
        items = c.at("completion", A, 0, units(text))["items"]
        by = {item["label"]: item["textEdit"] for item in items}
        for word in wanted:
            label, _, inserted = word.partition("=")
            edit = by.get(label)
            h.check("%r offers %s" % (text, label), edit and (not inserted or edit["newText"] == inserted), edit or sorted(by)[:40])
            if edit:
                typed = spelled(text, [edit["range"]])[0]
                h.check("%r: %s takes the place of what is typed" % (text, label), edit["range"]["end"]["character"] == units(text) and " " not in typed.rstrip() or typed.startswith("track"), typed)
        for word in unwanted:
            h.check("%r does not offer %s" % (text, word), word not in by)
    c.change(A, 99, {"text": HEAD + "http.ur; sid:1;)"})
    items = {i["label"]: i["textEdit"]["newText"] for i in c.at("completion", A, 0, len(HEAD) + 7)["items"]}
    h.check("no second semicolon", items["http.uri"] == "http.uri", items.get("http.uri"))
    c.end()


def hover():
    text = READS + "\n" + 'drop http any any -> any any (msg:"m"; http.uri; content:"/gate.php"; pcre:"/a/U"; classtype:trojan-activity; reference:cve,2021-44228; sid:3;)\nalert llmnr x\n'
    c = start(text, SETS)
    tells = lambda word, **more: ((ask(c, "hover", text, word, **more) or {}).get("contents") or {}).get("value", "")
    for word, wanted in [("$HOME_NET", "192.168.0.0/16"), ("seen.it", "set 1 times, asked for 1 times"), ("http.uri", "the URI of the request"),
                         ("drop", "fast pattern: \"/gate.php\" in http.uri"), ("drop", "estimated cost: low"), ("sid:3", "sid 3, rev 0"),
                         ("trojan-activity", "A Network Trojan"), ("cve", "name=2021-44228"), ("http any", "over TCP"), ("pcre", "regular expression"), ("llmnr", "not built yet")]:
        h.check("hover on %s" % word, wanted in tells(word), tells(word))
    r = ask(c, "hover", text, "seen.it")
    h.check("its range", spelled(text, [r["range"]]) == ["isset,other|seen.it"], r)
    h.check("a comment tells nothing", c.at("hover", A, 3, 0) is None)
    h.check("outside", c.error("textDocument/hover", textDocument={"uri": A}, position={"line": 9, "character": 0}) == -32602)
    h.check("a negative place", c.error("textDocument/hover", textDocument={"uri": A}, position={"line": -1, "character": 0}) == -32602)
    c.end()
    c = start("alert tcp $EXTERNAL_NET any -> any any (sid:1;)", args=("--set", "HOME_NET=10.1.2.0/24"))
    value = c.at("hover", A, 0, 12)["contents"]["value"]
    h.check("a variable of variables", "`!$HOME_NET`" in value and "resolved: `!10.1.2.0/24`" in value, value)
    c.end()


def symbols():
    text = SETS + "\n# x\n" + READS.replace("; c", "; \\\n c") + "\nalert broken\n"
    c = start(text, SETS)
    found = c.request("textDocument/documentSymbol", textDocument={"uri": A})
    h.check("symbols", [s["name"] for s in found] == ["1 sets", "2 é😀 reads", "(no msg)"], found)
    h.check("the rule", spelled(text, [found[1]["range"]])[0] == READS.replace("; c", "; \\\n c"), found[1])
    h.check("its sid", spelled(text, [s["selectionRange"] for s in found]) == ["sid:1", "sid:2", ""], found)
    names = lambda q: [(s["name"], s["location"]["uri"]) for s in c.request("workspace/symbol", query=q)]
    h.check("workspace symbols", names("SETS") == [("1 sets", A), ("1 sets", B)], names("SETS"))
    h.check("by sid", names("2") == [("2 é😀 reads", A)], names("2"))
    h.check("none", names("nothing") == [])
    c.end()
    c = Client(h.sluice, "lsp", env=h.env)
    c.request("initialize", capabilities={})
    c.open(A, text)
    found = c.request("textDocument/documentSymbol", textDocument={"uri": A})
    h.check("flat symbols", found[0]["location"]["uri"] == A and found[2]["location"]["range"]["start"]["line"] == 4, found)
    c.end()


FORMATTED = [
    "", "\n\n", SETS, SETS + "\n", SETS + "\n\n \n", "# x  \n \t \n\n" + SETS.replace("; ", ";") + "\n",
    SETS.replace(" ", "   ").replace("   ->", " ->") + "\n" + READS.replace("; ", ";   ") + "\n", "alert broken  \n" + SETS + "  \n#",
    READS.replace("; ", "; \\\n   ") + "\n\n# y\n", "\\\n", "alert tcp any any -> any any (msg:\"a\";sid:1;) \\\n", "\ufeff" + SETS.replace("; ", ";") + "\n",
]


def formatting():
    c = start("")
    for i, text in enumerate(FORMATTED):
        h.write("f.rules", text)
        p = h.run("rule", "fmt", "--write", "f.rules")
        with open("f.rules", encoding="utf-8", newline="") as f:
            wanted = f.read()
        c.change(A, i + 2, {"text": text})
        edits = c.request("textDocument/formatting", textDocument={"uri": A}, options={"tabSize": 4, "insertSpaces": True})
        h.check("formatted %r" % text, applied(text, edits) == wanted, "\nseen   %r\nwanted %r %s" % (applied(text, edits), wanted, p.stderr))
        c.change(A, i + 50, {"text": wanted})
        edits = c.request("textDocument/formatting", textDocument={"uri": A}, options={})
        h.check("once is enough: %r" % text, edits == [], edits)
    text = SETS.replace("; ", ";") + "\n" + READS.replace("; ", ";") + "\n\n\n"
    c.change(A, 99, {"text": text})
    edits = c.request("textDocument/rangeFormatting", textDocument={"uri": A}, options={}, range={"start": {"line": 0, "character": 3}, "end": {"line": 1, "character": 0}})
    h.check("a range", applied(text, edits) == SETS + "\n" + READS.replace("; ", ";") + "\n\n\n", edits)
    c.end()


def actions():
    text = "".join(unmark(whole(marked))[0] + "\n" for _, marked in BROKEN) + "é😀\n" + READS.replace("content", "contnet") + "\n"
    h.write("x.rules", text)
    h.run("rule", "check", "--fix", "--write", "x.rules")
    with open("x.rules", encoding="utf-8") as f:
        wanted = f.read()
    c = start(text)
    whole_range = {"start": {"line": 0, "character": 0}, "end": {"line": text.count("\n"), "character": 0}}
    get = lambda r, *only: c.request("textDocument/codeAction", textDocument={"uri": A}, range=r, context=dict({"diagnostics": []}, **({"only": list(only)} if only else {})))
    found = get(whole_range, "source.fixAll")
    h.check("fix all", len(found) == 1 and applied(text, found[0]["edit"]["changes"][A]) == wanted, found and found[0]["title"])
    h.check("only when it is asked for", not [a for a in get(whole_range) if a["kind"] != "quickfix"])
    line, character = place(text, "contnet")
    spot = {"start": {"line": line, "character": character}, "end": {"line": line, "character": character}}
    found = get(spot)
    h.check("a fix", found and found[0]["title"] == "replace contnet with content" and "unknown-keyword" == found[0]["diagnostics"][0]["code"], found)
    after = applied(text, found[0]["edit"]["changes"][A])
    h.check("mends", after == text.replace("contnet", "content", 1))
    c.change(A, 2, {"text": "# x\n" + SETS + "\n"})
    d = c.diagnostics(A)
    h.check("a note", [x["code"] for x in d] == ["flowbit-never-read", "missing-classtype"], d)
    found = get(d[0]["range"])
    titles = [a["title"] for a in found]
    h.check("a comment that disables", titles == ["disable flowbit-never-read for this rule"], titles)
    c.change(A, 3, {"text": applied("# x\n" + SETS + "\n", found[0]["edit"]["changes"][A])})
    h.check("disables", [x["code"] for x in c.diagnostics(A)] == ["missing-classtype"], c.diagnostics(A))
    c.end()


def navigation():
    text = READS + "\n" + SETS.replace("set,", "toggle,").replace("sid:1", "sid:3") + "\nalert tcp any any -> any any (flowbits:isset,seen.it; broken:1;)\n"
    c = start(text, SETS)
    at = lambda locations: [(l["uri"], spelled(text if l["uri"] == A else SETS, [l["range"]])[0], l["range"]["start"]["line"]) for l in locations or []]
    d = at(ask(c, "definition", text, "seen.it"))
    h.check("definition", d == [(A, "seen.it", 1), (B, "seen.it", 0)], d)
    r = at(ask(c, "references", text, "seen.it", context={"includeDeclaration": True}))
    h.check("references, of rules that are refused, too", r == [(A, "seen.it", 0), (A, "seen.it", 1), (A, "seen.it", 2), (B, "seen.it", 0)], r)
    r = at(ask(c, "references", text, "$HOME_NET", context={"includeDeclaration": True}))
    h.check("of a variable", r == [(A, "HOME_NET", 0), (A, "HOME_NET", 0)], r)
    hi = [(x["kind"], x["range"]["start"]["line"]) for x in ask(c, "documentHighlight", text, "seen.it")]
    h.check("highlights", hi == [(2, 0), (3, 1), (2, 2)], hi)
    h.check("nothing is named", ask(c, "definition", text, "content") is None)
    c.end()


def rename():
    h.write("vars.yaml", "vars:\n  address-groups:\n    HOME_NET: \"10.0.0.0/8\"\n    OTHER: \"[$HOME_NET,!$HOME_NETS]\"\n    HOME_NETS: \"10.1.0.0/16\"\n")
    vars_uri = "file://" + os.path.abspath("vars.yaml")
    text = READS + "\n"
    c = start(text, SETS, options={"config": os.path.abspath("vars.yaml")})
    changes = ask(c, "rename", text, "seen.it", newName="new-name")["changes"]
    h.check("a mark in two files", applied(text, changes[A]) == text.replace("seen.it", "new-name") and applied(SETS, changes[B]) == SETS.replace("seen.it", "new-name"), changes)
    with open("vars.yaml", encoding="utf-8") as f:
        yaml = f.read()
    changes = ask(c, "rename", text, "HOME_NET", newName="$MY_NET")["changes"]
    h.check("a variable", applied(text, changes[A]) == text.replace("HOME_NET", "MY_NET"), changes)
    h.check("in its file", applied(yaml, changes[vars_uri]) == yaml.replace("HOME_NET", "MY_NET").replace("MY_NETS", "HOME_NETS"), changes)
    d = ask(c, "definition", text, "$HOME_NET")
    h.check("its definition", [(l["uri"], l["range"]["start"]) for l in d] == [(vars_uri, {"line": 2, "character": 4})], d)
    r = ask(c, "prepareRename", text, "seen.it")
    h.check("what is renamed", spelled(text, [r]) == ["seen.it"], r)
    h.check("nothing to rename", ask(c, "prepareRename", text, "content") is None)
    line, character = place(text, "seen.it")
    fails = lambda new, word="seen.it": c.error("textDocument/rename", textDocument={"uri": A}, position=dict(zip(("line", "character"), place(text, word))), newName=new)
    for new in "", "a b", "a,b", "a;b", "a|b", "a\0b", "other":
        h.check("not to %r" % new, fails(new) == -32803, fails(new))
    h.check("a variable's name", fails("a-b", "$HOME_NET") == -32803 and fails("OTHER", "$HOME_NET") == -32803)
    c.end()
    c = start(text)
    h.check("a variable that no file defines", fails("MINE", "$HOME_NET") == -32803)
    c.end()


def decoded(data):
    tokens, line, character = [], 0, 0
    for i in range(0, len(data), 5):
        line, character = line + data[i], data[i + 1] + (0 if data[i] else character)
        tokens.append((line, character, data[i + 2], data[i + 3]))
    return tokens


def tokens():
    text = "# comment\n" + READS.replace("; c", "; \\\n c") + '\nalert http any any -> any any (http.uri; to_lowercase; content:"a"; bsize:>3; sid:4;)\n'
    c = Client(h.sluice, "lsp", env=h.env)
    legend = c.initialize()["capabilities"]["semanticTokensProvider"]["legend"]["tokenTypes"]
    c.open(A, text)
    lines = text.split("\n")
    show = lambda data: [(spelled(text, [{"start": {"line": l, "character": a}, "end": {"line": l, "character": a + n}}])[0], legend[t]) for l, a, n, t in decoded(data)]
    full = show(c.request("textDocument/semanticTokens/full", textDocument={"uri": A})["data"])
    for wanted in [("# comment", "comment"), ("alert", "keyword"), ("tcp", "type"), ("$HOME_NET", "variable"), ("->", "operator"), ("msg", "keyword"), ('"é😀 reads"', "string"),
                   ("isset", "enumMember"), ("other", "variable"), ("seen.it", "variable"), ("sid", "keyword"), ("2", "number"), ("http.uri", "property"), ("to_lowercase", "function"), (">3", "number")]:
        h.check("token %s" % (wanted,), wanted in full, full)
    part = show(c.request("textDocument/semanticTokens/range", textDocument={"uri": A}, range={"start": {"line": 3, "character": 5}, "end": {"line": 3, "character": 6}})["data"])
    h.check("a range", part == full[-len(part):] and part[0] == ("alert", "keyword"), part)
    h.check("in order", decoded(c.request("textDocument/semanticTokens/full", textDocument={"uri": A})["data"]) == sorted(decoded(c.request("textDocument/semanticTokens/full", textDocument={"uri": A})["data"])))
    h.check("no line is left", len(lines) == 5)
    c.end()


def signatures():
    text = HEAD + "byte_test:2,>,10"
    c = start(text)
    s = c.at("signatureHelp", A, 0, len(text))
    one = s["signatures"][0]
    a, b = one["parameters"][s["activeParameter"]]["label"]
    h.check("signature", one["label"].startswith("byte_test:BYTES,") and one["label"][a:b] == "VALUE", s)
    h.check("none for a name", c.at("signatureHelp", A, 0, len(HEAD) + 3) is None)
    h.check("none without arguments", c.at("signatureHelp", A, 0, 3) is None)
    c.end()


RULES = ('alert http any any -> any any (msg:"admin"; http.uri; content:"/admin/"; startswith; classtype:misc-activity; sid:1000001; rev:1;)\n'
         'alert http any any -> any any (msg:"untested"; http.uri; content:"/other/"; classtype:misc-activity; sid:1000002; rev:1;)\n')
TESTS = """rules: web.rules
hosts: {browser: 192.168.1.10, shop: 198.51.100.5}
tests:
  - name: the admin page is asked for
    expect: 1000001
    flows: [{client: browser, server: shop, http: {request: GET /admin/, response: 403}}]
  - name: a page that is about it
    not: 1000001
    flows: [{client: browser, server: shop, http: {request: GET /help/admin/}}]
  - name: of another rule
    expect: 1000002
    flows: [{client: browser, server: shop, http: {request: GET /nothing/}}]
"""


def lenses():
    h.write("ws/web.rules", RULES)
    h.write("ws/tests/web.test.yaml", TESTS.replace("rules: web", "rules: ../web"))
    uri = lambda name: "file://" + os.path.abspath(name)
    rules = uri("ws/web.rules")
    c = Client(h.sluice, "lsp", env=h.env)
    c.initialize(folders=[uri("ws")])
    c.open(rules, RULES)
    found = c.request("textDocument/codeLens", textDocument={"uri": rules})
    h.check("lenses", [(l["range"]["start"]["line"], l["command"]["title"]) for l in found] == [(0, "run 2 tests"), (1, "run its test")], found)
    run = lambda lens: c.request("workspace/executeCommand", command=lens["command"]["command"], arguments=lens["command"]["arguments"])
    r = run(found[0])
    h.check("tests that hold", (r["sid"], r["passed"], r["failed"], r["error"]) == (1000001, 2, 0, False), r)
    h.check("are told", "2 tests of sid 1000001 passed" in c.messages, c.messages)
    r = run(found[1])
    h.check("one that fails", (r["passed"], r["failed"]) == (0, 1) and "of another rule" in r["text"] and "sid 1000002 alerts 0 times" in r["text"], r)
    h.check("is told", any("1 of 1 tests of sid 1000002 failed" in m for m in c.messages), c.messages)
    started = c.ask("workspace/executeCommand", **{k: found[0]["command"][k] for k in ("command", "arguments")})
    h.check("the server answers meanwhile", c.at("hover", rules, 0, 2) is not None)
    c.answer(started)
    fails = lambda **p: c.error("workspace/executeCommand", **p)
    h.check("no such command", fails(command="rm") == -32602)
    h.check("no such test", fails(command="sluice.runTests", arguments=[rules, 5]) == -32803 and fails(command="sluice.runTests") == -32803)
    h.write("ws/tests/web.test.yaml", "rules: ../nothing.rules\n" + TESTS.split("\n", 1)[1])
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("ws/tests/web.test.yaml"), "type": 2}])
    r = run(found[0])
    h.check("rules that cannot be read", r["error"] and "nothing.rules" in r["text"], r)
    os.remove("ws/tests/web.test.yaml")
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("ws/tests/web.test.yaml"), "type": 3}])
    h.check("no tests, no lenses", c.request("textDocument/codeLens", textDocument={"uri": rules}) == [])
    h.write("ws/tests/web.test.yaml", TESTS.replace("rules: web", "rules: ../web"))
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("ws/tests/web.test.yaml"), "type": 1}])
    number = c.ask("workspace/executeCommand", **{k: found[0]["command"][k] for k in ("command", "arguments")})
    c.notify("$/cancelRequest", id=number)
    answer = c.answer(number)
    h.check("stopped, or done before", "result" in answer or answer["error"]["code"] == -32800, answer)
    c.ask("workspace/executeCommand", **{k: found[0]["command"][k] for k in ("command", "arguments")})
    h.check("it may end meanwhile", c.end() == 0)


def main():
    completion()
    hover()
    symbols()
    formatting()
    actions()
    navigation()
    rename()
    tokens()
    signatures()
    lenses()


main()
h.finish()
