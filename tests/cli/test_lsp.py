"""sluice lsp, driven by a client of ours: diagnostics, however a text came to be; the protocol; hostile input."""
import json
import os
import random
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))
from broken_rules import BROKEN, unmark, whole
from harness import Harness
from lsp_client import Client

h = Harness()
GOOD = 'alert tcp any any -> any any (msg:"t"; content:"abcdef%d"; classtype:misc-activity; sid:%d; rev:1;)\n'
SEVERITY = {"error": 1, "warning": 2, "note": 3}


def start(*args):
    return Client(h.sluice, "lsp", *args, env=h.env)


def uri(name):
    return "file://" + os.path.abspath(name)


def checked(*names):
    """What `sluice rule check` says of the files, by file: (code, severity, message, line, column, end line, end column)."""
    found, lines = {}, {}
    for name in map(os.path.abspath, names):
        with open(name, "rb") as f:
            found[name], lines[name] = [], [len(line.rstrip(b"\r")) for line in f.read().split(b"\n")]
    out = h.run("rule", "check", "--json", *[os.path.abspath(n) for n in names]).stdout.decode()
    for f in map(json.loads, out.splitlines()):
        message = f["message"] + ("\n" + f["hint"] if "hint" in f else "")
        # Nothing of a document stands behind the end of a line.
        columns = [min(f[c], lines[f["file"]][f[n] - 1] + 1) for n, c in (("line", "column"), ("end_line", "end_column"))]
        found[f["file"]].append((f["code"], SEVERITY[f["severity"]], message, f["line"], columns[0], f["end_line"], columns[1]))
    return found


def shown(diagnostics):
    """The same from diagnostics whose characters are bytes (utf-8)."""
    return [(d["code"], d["severity"], d["message"], d["range"]["start"]["line"] + 1, d["range"]["start"]["character"] + 1,
             d["range"]["end"]["line"] + 1, d["range"]["end"]["character"] + 1) for d in diagnostics]


def same_as_check(name, text, client=None):
    h.write("s.rules", text)
    c = client or start()
    if not client:
        c.initialize(encodings=["utf-8"])
    c.open(uri("s.rules"), text)
    seen, wanted = shown(c.diagnostics(uri("s.rules"))), checked("s.rules")[os.path.abspath("s.rules")]
    h.check(name, seen == wanted, "\nseen   %s\nwanted %s" % (seen, wanted))
    c.notify("textDocument/didClose", textDocument={"uri": uri("s.rules")})
    if not client:
        h.check(name + ": ends", c.end() == 0)


def diagnostics():
    same_as_check("nothing", "")
    same_as_check("good", GOOD % (1, 1))
    c = start()
    c.initialize(encodings=["utf-8"])
    for code, marked in BROKEN:
        same_as_check("%s: %s" % (code, marked), unmark(whole(marked))[0] + "\n", c)
    every = "".join(unmark(whole(marked))[0] + "\n" for _, marked in BROKEN)
    same_as_check("all broken rules in one file", every, c)
    same_as_check("line ends", every.replace("\n", "\r\n"), c)
    same_as_check("a comment disables", "# sluice: disable=duplicate-sid,weak\n\n" + GOOD % (1, 1) + GOOD % (2, 1), c)
    same_as_check("in the whole file", GOOD % (1, 1) + GOOD % (2, 1) + "# sluice: disable-file=duplicate-sid\n", c)
    same_as_check("a rule over lines", GOOD[:60].replace("; c", "; \\\n c") % 1 + "\\\n# sluice: disable=missing-rev\\\n sid:1;)\n", c)
    same_as_check("a backslash at the end", GOOD % (1, 1) + "alert tcp \\", c)
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "signatures", "recon.rules"), encoding="utf-8") as f:
        same_as_check("signatures", f.read(), c)
    h.check("ends", c.end() == 0)


# What random edits are made of: whole rules, parts of rules, line ends, comments, and characters of one to four bytes.
PIECES = [GOOD % (1, 1), GOOD % (2, 1), GOOD % (1, 2), "\n", "\\\n", "\r\n", "#", ";", '"', "\\", " sid:7;", "é", "😀", "\x01", " ",
          "# sluice: disable=duplicate-sid\n", "# sluice: disable-file=missing-rev\n", "# sluice: disable=nothing\n",
          'alert tcp any any -> any any (msg:"s"; flowbits:set,a; content:"abcdefgh"; sid:3; rev:1;)\n',
          'alert tcp any any -> any any (msg:"r"; flowbits:isset,a|b; content:"ijklmnop"; sid:4; rev:1;)\n',
          'alert http any any -> any any (msg:"h"; http.user_agnt; content:"a"; sid:5;)\n']


def units(text):
    return len(text.encode("utf-16-le")) // 2


def position(text, at):
    """The line and character (of UTF-16) of a place in the text."""
    before = text[:at]
    line = before.count("\n")
    return {"line": line, "character": units(before[before.rfind("\n") + 1:])}


def random_edits(seed, steps):
    """After any edits, what is said is what is said of the text opened afresh, in each of two files."""
    r = random.Random(seed)
    c, fresh = start(), None
    c.initialize()
    names = [uri("a.rules"), uri("b.rules")]
    texts = {n: "".join(r.choices(PIECES, k=6)) for n in names}
    for n in names:
        c.open(n, texts[n])
    for step in range(steps):
        n = r.choice(names)
        text, changes = texts[n], []
        for _ in range(r.randint(1, 3)):
            if r.random() < 0.1:
                text = "".join(r.choices(PIECES, k=r.randint(0, 8)))
                changes.append({"text": text})
                continue
            lines_left = [0] + [i + 1 for i, ch in enumerate(text) if ch == "\n"] + [len(text)]
            spot = lambda: r.choice(lines_left) if r.random() < 0.4 else r.randint(0, len(text))
            a, b = sorted((spot(), spot()))
            if b - a > 40 and r.random() < 0.8:
                b = a
            # A place between \r and \n is none for the client.
            a -= text[a - 1:a + 1] == "\r\n"
            b += text[b - 1:b + 1] == "\r\n"
            new = "".join(r.choices(PIECES, k=r.randint(0, 2)))
            changes.append({"range": {"start": position(text, a), "end": position(text, b)}, "text": new})
            text = text[:a] + new + text[b:]
        texts[n] = text
        c.change(n, step + 2, *changes)
        if step % 5 and step + 1 < steps:
            continue
        fresh = start()
        fresh.initialize()
        for other in names:
            fresh.open(other, texts[other])
        for other in names:
            seen, wanted = c.diagnostics(other), fresh.diagnostics(other)
            h.check("seed %d step %d" % (seed, step), seen == wanted, "\nseen   %s\nwanted %s\ntext %r" % (shown(seen), shown(wanted), texts[other]))
        fresh.end()
    for n in names:
        h.write(n[len("file://"):], texts[n])
    c.end()
    c = start()
    c.initialize(encodings=["utf-8"])
    for n in names:
        c.open(n, texts[n])
    wanted = checked("a.rules", "b.rules")
    for n in names:
        seen = shown(c.diagnostics(n))
        h.check("seed %d as rule check" % seed, seen == wanted[n[len("file://"):]], "\nseen   %s\nwanted %s" % (seen, wanted[n[len("file://"):]]))
    c.end()


def pushed():
    c = start()
    c.initialize()
    c.open(uri("p.rules"), GOOD % (1, 1) + GOOD % (2, 1))
    c.settle(0.5)
    h.check("pushed", [d["code"] for d in c.published[uri("p.rules")]] == ["duplicate-sid"], c.published)
    pushes = c.pushes
    c.change(uri("p.rules"), 2, {"range": {"start": {"line": 0, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "# x\n"})
    c.settle(0.5)
    d = c.published[uri("p.rules")][0]
    h.check("moved", d["range"]["start"]["line"] == 2 and "line 2 already" in d["message"], d)
    h.check("once", c.pushes == pushes + 1, c.pushes)
    c.open(uri("q.rules"), GOOD % (3, 1))
    c.settle(0.5)
    h.check("across files", [d["code"] for d in c.published[uri("q.rules")]] == ["duplicate-sid"], c.published)
    c.notify("textDocument/didClose", textDocument={"uri": uri("p.rules")})
    c.settle(0.5)
    h.check("closed", c.published[uri("p.rules")] == [] and c.published[uri("q.rules")] == [], c.published)
    c.open(uri("m.rules"), "".join("alert tcp any any -> any any (sid:%d; rev:1;)\n" % i for i in range(1500)) + "broken\n")
    c.settle(0.5)
    found = c.published[uri("m.rules")]
    h.check("no more than the cap, the gravest", len(found) == 1000 and found[-1]["code"] == "refused", len(found))
    h.check("ends", c.end() == 0)


def workspace():
    os.makedirs("ws/deep", exist_ok=True)
    h.write("ws/a.rules", 'alert tcp any any -> any any (msg:"s"; flowbits:set,mark; content:"abcdefgh"; sid:3; rev:1; classtype:misc-activity;)\n')
    h.write("ws/deep/not.txt", GOOD % (1, 4))
    reader = 'alert tcp any any -> any any (msg:"s"; flowbits:isset,mark; content:"abcdefgh"; sid:4; rev:1; classtype:misc-activity;)\n'
    codes = lambda: [d["code"] for d in c.diagnostics(uri("ws/r.rules"))]
    c = start()
    c.initialize(folders=[uri("ws")])
    c.open(uri("ws/r.rules"), reader)
    h.check("a mark that a file on disk sets", codes() == [], codes())
    h.write("ws/a.rules", GOOD % (1, 4))
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("ws/a.rules"), "type": 2}])
    h.check("the file has changed", codes() == ["flowbit-never-set", "duplicate-sid"], codes())
    os.remove("ws/a.rules")
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("ws/a.rules"), "type": 3}])
    h.check("the file has gone", codes() == ["flowbit-never-set"], codes())
    h.write("other/s.rules", 'alert tcp any any -> any any (msg:"s"; flowbits:set,mark; content:"abcdefgh"; sid:3; rev:1;)\n')
    c.notify("workspace/didChangeWorkspaceFolders", event={"added": [{"uri": uri("other"), "name": "o"}], "removed": []})
    h.check("a folder has come", codes() == [], codes())
    c.notify("workspace/didChangeWorkspaceFolders", event={"removed": [{"uri": uri("other"), "name": "o"}], "added": []})
    h.check("a folder has gone", codes() == ["flowbit-never-set"], codes())
    h.check("ends", c.end() == 0)
    c = start("--alone")
    h.write("ws/a.rules", GOOD % (1, 4))
    c.initialize(folders=[uri("ws")])
    c.open(uri("ws/r.rules"), reader)
    h.check("alone", codes() == ["flowbit-never-set"], codes())
    c.end()


def settings():
    rule = "alert tcp $MINE any -> any any (msg:\"v\"; content:\"abcdefgh\"; classtype:own; sid:1; rev:1;)\n"
    h.write("vars.yaml", "%YAML 1.1\n---\nvars:\n  address-groups:\n    MINE: \"10.0.0.0/8\"\n")
    h.write("classification.config", "config classification: own,Our own,2\n")
    c = start()
    c.initialize(options={"config": os.path.abspath("vars.yaml"), "classification": os.path.abspath("classification.config")})
    c.open(uri("v.rules"), rule)
    h.check("options of the editor", c.diagnostics(uri("v.rules")) == [], c.diagnostics(uri("v.rules")))
    h.write("vars.yaml", "%YAML 1.1\n---\nvars:\n  address-groups:\n    OTHER: \"10.0.0.0/8\"\n")
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("vars.yaml"), "type": 2}])
    found = [d["code"] for d in c.diagnostics(uri("v.rules"))]
    h.check("the variables have changed", found == ["undefined-variable"], found)
    c.end()
    c = start("--set", "MINE=10.0.0.0/8", "--stdio")
    c.initialize(options={"config": "/nowhere.yaml"})
    c.open(uri("v.rules"), rule.replace("own", "misc-activity"))
    h.check("options of the command", c.diagnostics(uri("v.rules")) == [])
    h.check("what cannot be read is said", any("/nowhere.yaml" in m for m in c.messages), c.messages)
    c.end()
    h.exits("a file that is not there", 2, h.run("lsp", "--config", "/nowhere.yaml"), "/nowhere.yaml")
    h.write(".sluice.yaml", 'variables: {MINE: "10.0.0.0/8"}\ndisable: [missing-rev]\nenable: [missing-metadata]\nseverity: {missing-classtype: error}\n')
    for args in (), ("--alone", "--project", ".sluice.yaml"):
        c = start(*args)
        c.initialize(encodings=["utf-8"])
        same_as_check("a project's file", rule.replace(" classtype:own;", "").replace(" rev:1;", ""), c)
        c.end()
    c = start("--alone")
    c.initialize()
    c.open(uri("v.rules"), rule.replace("own", "misc-activity"))
    found = [d["code"] for d in c.diagnostics(uri("v.rules"))]
    h.check("alone: no project's file is sought", found == ["undefined-variable"], found)
    c.end()
    h.write(".sluice.yaml", "disable: [nothing]\n")
    h.exits("a project's file that is wrong", 2, h.run("lsp"), ".sluice.yaml:1:11: there is no code")
    os.remove(".sluice.yaml")


def project():
    """The project's file (.sluice.yaml) of the workspace, as rule check reads it; and again when it changes."""
    h.write("pr/.sluice.yaml", "variables: {MINE: 10.0.0.0/8}\ndisable: [missing-rev]\nenable: [missing-metadata]\nseverity: {missing-classtype: error}\n")
    text = "alert tcp $MINE any -> any any (msg:\"v\"; content:\"abcdefgh\"; sid:1;)\n"
    h.write("pr/p.rules", text)
    wanted = checked("pr/p.rules")[os.path.abspath("pr/p.rules")]
    h.check("rule check", sorted(w[:2] for w in wanted) == [("missing-classtype", 1), ("missing-metadata", 3)], wanted)
    c = start()
    c.initialize(folders=[uri("pr")], encodings=["utf-8"])
    c.open(uri("pr/p.rules"), text)
    h.check("as rule check", shown(c.diagnostics(uri("pr/p.rules"))) == wanted, shown(c.diagnostics(uri("pr/p.rules"))))
    h.write("pr/.sluice.yaml", "variables: {MINE: 10.0.0.0/8}\n")
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("pr/.sluice.yaml"), "type": 2}])
    found = [d["code"] for d in c.diagnostics(uri("pr/p.rules"))]
    h.check("it has changed", found == ["missing-rev", "missing-classtype"] or found == ["missing-classtype", "missing-rev"], found)
    h.write("pr/.sluice.yaml", "variables: [\n")
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("pr/.sluice.yaml"), "type": 2}])
    h.check("what is wrong with it is said, and the old one stays", len(c.diagnostics(uri("pr/p.rules"))) == 2 and any(".sluice.yaml" in m for m in c.messages), c.messages)
    c.end()
    c = start()
    c.initialize(folders=[uri("pr")])
    c.open(uri("pr/p.rules"), text)
    h.check("wrong from the start", [d["code"] for d in c.diagnostics(uri("pr/p.rules"))][0] == "undefined-variable" and c.messages, c.messages)
    h.write("pr/.sluice.yaml", "variables: {MINE: 10.0.0.0/8}\n")
    c.notify("workspace/didChangeWatchedFiles", changes=[{"uri": uri("pr/.sluice.yaml"), "type": 2}])
    h.check("and mended", len(c.diagnostics(uri("pr/p.rules"))) == 2, c.diagnostics(uri("pr/p.rules")))
    c.end()
    h.write("pr/.sluice.yaml", "variables: [\n")
    c = start("--no-project")
    c.initialize(folders=[uri("pr")])
    c.open(uri("pr/p.rules"), text)
    h.check("without it", [d["code"] for d in c.diagnostics(uri("pr/p.rules"))] == ["undefined-variable"])
    c.end()
    h.exits("the file that is named", 2, h.run("lsp", "--project", "pr/.sluice.yaml"), "pr/.sluice.yaml")


def protocol():
    c = start()
    h.check("too early", c.error("textDocument/hover") == -32002)
    info = c.initialize(encodings=["utf-32", "utf-8"])
    h.check("the encoding that the client likes best", info["capabilities"]["positionEncoding"] == "utf-32")
    h.check("initialized twice", c.error("initialize") == -32600)
    h.check("no such method", c.error("textDocument/nothing") == -32601)
    h.check("no such document", c.error("textDocument/diagnostic", textDocument={"uri": "file:///x"}) == -32602)
    c.write(b"{")
    h.check("no JSON", c.read(10)["error"]["code"] == -32700)
    c.write(b"[]")
    h.check("no object", c.read(10)["error"]["code"] == -32600)
    c.open("untitled:Untitled-1", GOOD % (1, 1))
    change = {"range": {"start": {"line": 5, "character": 0}, "end": {"line": 9, "character": 0}}, "text": "x"}
    c.change("untitled:Untitled-1", 2, change)
    h.check("a change outside", c.diagnostics("untitled:Untitled-1") == [] and any("outside" in m for m in c.messages), c.messages)
    requests = [{"jsonrpc": "2.0", "id": "a%d" % i, "method": "textDocument/diagnostic", "params": {"textDocument": {"uri": "untitled:Untitled-1"}}} for i in range(3)]
    requests.insert(3, {"jsonrpc": "2.0", "method": "$/cancelRequest", "params": {"id": "a2"}})
    bodies = [json.dumps(r).encode() for r in requests]
    c.process.stdin.write(b"".join(b"Content-Length: %d\r\nContent-Type: x\r\n\r\n" % len(b) + b for b in bodies))
    c.process.stdin.flush()
    h.check("cancelled", c.answer("a2").get("error", {}).get("code") == -32800)
    h.check("the others not", "result" in c.answer("a0") and "result" in c.answer("a1"))
    c.request("shutdown")
    h.check("after shutdown", c.error("textDocument/diagnostic", textDocument={"uri": "x"}) == -32600)
    c.notify("exit")
    h.check("ended", c.process.wait(20) == 0)
    h.exits("exit without shutdown", 1, h.run("lsp", stdin=b'Content-Length: 33\r\n\r\n{"jsonrpc":"2.0","method":"exit"}'))
    h.exits("no messages", 1, h.run("lsp", stdin=b"hello\n"), "no stream of messages")
    h.exits("too long", 1, h.run("lsp", stdin=b"Content-Length: 99999999999\r\n\r\n"), "longer")
    h.exits("cut off", 1, h.run("lsp", stdin=b"Content-Length: 9\r\n\r\n{"))
    h.exits("no such option", 2, h.run("lsp", "--nothing"))
    h.check("help", b"docs/editors.md" in h.run("lsp", "--help").stdout)


def main():
    diagnostics()
    pushed()
    workspace()
    settings()
    project()
    protocol()
    for seed in range(int(os.environ.get("SEEDS", 6))):
        random_edits(seed, 40)


main()
h.finish()
