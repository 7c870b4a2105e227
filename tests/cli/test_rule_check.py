"""sluice rule check: what it finds, where, in which forms, and what its fixes do."""
import json
import os
import re

from broken_rules import BROKEN, unmark, whole
from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
h = Harness()
GOOD = 'alert tcp any any -> any any (msg:"t"; content:"abcdef"; classtype:misc-activity; sid:%d; rev:1;)\n'


def check(*args):
    return h.run("rule", "check", *args)


def findings(text, *args):
    h.write("c.rules", text)
    return [json.loads(line) for line in check("--json", *args, "c.rules").stdout.decode().splitlines()]


def codes(text, *args):
    return sorted(f["code"] for f in findings(text, *args))


def broken_rules():
    h.check("there are at least 60 broken rules", len(BROKEN) >= 60, len(BROKEN))
    for code, marked in BROKEN:
        rule, line, column, end = unmark(whole(marked))
        found = findings(rule + "\n")
        places = [(f["line"], f["column"], f["end_column"]) for f in found if f["code"] == code]
        h.check("%s: %s" % (code, marked), (line, column, end) in places,
                "wanted %s, found %s" % ((line, column, end), [(f["code"], f["line"], f["column"], f["end_column"], f["message"]) for f in found]))


def pages():
    with open(os.path.join(ROOT, "engine", "rulework", "finding_list.h")) as f:
        listed = set(re.findall(r'^FINDING\(\w+,\s*"([^"]+)"', f.read(), re.M))
    folder = os.path.join(ROOT, "docs", "rules")
    described = {name[:-3] for name in os.listdir(folder)} - {"README"}
    h.check("every code has its page, every page its code", listed == described, listed ^ described)
    with open(os.path.join(folder, "README.md")) as f:
        table = set(re.findall(r"^\| \[([a-z-]+)\]", f.read(), re.M))
    h.check("docs/rules/README.md lists them", table == listed, table ^ listed)
    for code in sorted(described):
        with open(os.path.join(folder, code + ".md")) as f:
            examples = re.findall(r"```\n(.*?)```", f.read(), re.S)
        asked = ("--enable", code) if code == "missing-metadata" else ()
        h.check("%s: the example gives the code" % code, code in codes(examples[0], *asked), codes(examples[0], *asked))
        h.check("%s: the better one gives nothing" % code, not examples[1:] or codes(examples[1], *asked) == [],
                examples[1:] and codes(examples[1], *asked))


def ends():
    h.write("good.rules", GOOD % 1)
    h.write("bad.rules", GOOD.replace("abcdef", "ab") % 2)
    h.exits("clean", 0, check("good.rules"))
    h.exits("findings", 1, check("good.rules", "bad.rules"), "2 rules in 2 files: 0 errors, 0 warnings, 1 notes")
    h.exits("less than asked for", 0, check("--severity", "warning", "bad.rules"))
    h.exits("disabled", 0, check("--disable", "weak-fast-pattern,missing-rev", "bad.rules"))
    h.exits("no such code", 2, check("--disable", "weak", "bad.rules"), "no such code")
    h.exits("no files", 2, check(), "no rules to check")
    h.exits("no such file", 2, check("none.rules"), "none.rules")
    h.exits("no such form", 2, check("--format", "xml", "good.rules"), "--format")
    h.exits("write without fix", 2, check("--write", "good.rules"), "--fix")
    os.makedirs("folder", exist_ok=True)
    h.write("folder/a.rules", GOOD % 1)
    h.write("folder/b.rules", GOOD.replace("abcdef", "ghijkl") % 1)
    out = check("folder")
    h.exits("a folder, together", 1, out)
    h.check("the other place is named", b"sid 1 stands in folder/a.rules line 1 already" in out.stdout, out.stdout)


def quiet():
    weak = GOOD.replace("abcdef", "ab")
    signs = 'alert http any any -> any any (msg:"m"; %s content:"%s"; classtype:misc-activity; sid:1; rev:1;)\n'
    weak_in = [part for part in (("http.accept;", "../"), ("file.data;", "../"), ("http.accept;", "com"), ("tls.sni;", "|5c 00|"),
                                ("file.data;", "|5c 00|")) if codes((signs % part).replace("alert http", "alert " + (
                                    "tls" if "tls" in part[0] else "http")))]
    h.check("what is rare in a field of text is no weak pattern there",
            weak_in == [("file.data;", "../"), ("http.accept;", "com"), ("file.data;", "|5c 00|")], weak_in)
    h.check("without a comment", codes(weak % 1) == ["weak-fast-pattern"])
    h.check("a comment", codes("# sluice: disable=weak-fast-pattern\n" + weak % 1) == [])
    h.check("only the next rule", codes("# sluice: disable=weak-fast-pattern\n" + weak % 1 + weak.replace("ab", "cd") % 2) == ["weak-fast-pattern"])
    h.check("several codes, other comments between",
            codes("#sluice:disable=missing-rev, weak-fast-pattern because we know\n# text\n\n" + weak.replace(" rev:1;", "") % 1) == [])
    h.check("the whole file", codes(weak % 1 + "# sluice: disable-file=weak-fast-pattern\n" + weak.replace("ab", "cd") % 2) == [])
    h.check("across rules", codes(GOOD % 1 + "# sluice: disable=duplicate-sid,duplicate-rule\n" + GOOD % 1) == [])


def variables():
    rule = GOOD.replace("any any ->", "$LAB any ->") % 1
    h.check("no value", codes(rule) == ["undefined-variable"])
    h.check("--set", codes(rule, "--set", "LAB=10.0.0.0/8") == [], findings(rule, "--set", "LAB=10.0.0.0/8"))
    h.write("v.yaml", '%YAML 1.1\n---\nvars:\n  address-groups:\n    LAB: "10.0.0.0/8"\n')
    h.check("--config", codes(rule, "--config", "v.yaml") == [])
    h.exits("a variable that is none", 2, check("--set", "LAB=10.0.0.0/99", "c.rules"), "10.0.0.0/99")


def near_misses():
    """What looks like a mistake of the newer kinds, and is none."""
    for options in ('pcre:"/abcdef(?:a+,)+$/";', 'pcre:"/abcdef(?:a++b?)+$/";', 'pcre:"/abcdef(?>a+)+$/";', 'pcre:"/abcdef.*.*x/";',
                    'pcre:"/abcdef(?:[0-9]{1,3}\\.){3}[0-9]{1,3}/";', 'byte_extract:1,0,size; byte_test:1,>,size,0;',
                    'byte_math:bytes 1, offset 0, oper +, rvalue 3, result size; content:"ghijkl"; within:size;',
                    'flowint:seen,>,3; flowint:seen,+,1;', 'flowbits:set,mine; flowbits:isnotset,mine;', 'flowbits:isset,mine; flowbits:set,mine;',
                    'xbits:isset,mine,track ip_src; xbits:set,mine,track ip_dst;'):
        found = codes(GOOD.replace("classtype", options + " classtype") % 1)
        h.check("no finding: " + options, not {"catastrophic-pcre", "variable-order", "state-order", "refused"} & set(found), found)
    found = codes(GOOD.replace("classtype", "byte_test:1,>,size,0; classtype") % 1)
    h.check("a variable that nothing sets is no matter of order", found == ["refused"], found)


def projects():
    weak = GOOD.replace("abcdef", "ab").replace("any any ->", "$LAB any ->").replace("classtype:misc-activity; ", "")
    h.write("proj/rules/sub/a.rules", weak % 1)
    project = """rules: [rules/sub]
variables: {LAB: "10.0.0.0/8"}
disable: [weak-fast-pattern]
enable: [missing-metadata]
severity: {missing-classtype: error}
"""
    h.write("proj/.sluice.yaml", project)

    def said(*args, folder="proj"):
        p = h.run("rule", "check", "--json", *args, cwd=folder)
        return p.returncode, [(f["file"], f["code"], f["severity"]) for f in map(json.loads, p.stdout.splitlines())]

    wanted = [("missing-classtype", "error"), ("missing-metadata", "note")]
    h.check("the project's rules", said() == (1, [("rules/sub/a.rules", *w) for w in wanted]), said())
    h.check("a file, and the project above it", said("proj/rules/sub/a.rules", folder=".") == (1, [("proj/rules/sub/a.rules", *w) for w in wanted]),
            said("proj/rules/sub/a.rules", folder="."))
    h.check("from below", [f[1:] for f in said(folder="proj/rules/sub")[1]] == wanted, said(folder="proj/rules/sub"))
    h.check("without it", [f[1] for f in said("--no-project", "rules/sub")[1]] == ["undefined-variable"], said("--no-project", "rules/sub"))
    h.check("a severity that counts", said("--severity", "error") == (1, [("rules/sub/a.rules", "missing-classtype", "error")]), said("--severity", "error"))
    h.check("an option over the project", [f[1] for f in said("--enable", "weak-fast-pattern", "--disable", "missing-metadata")[1]] ==
            ["weak-fast-pattern", "missing-classtype"], said("--enable", "weak-fast-pattern", "--disable", "missing-metadata"))
    h.check("a variable over the project", said("--set", "LAB=10.0.0.0/99")[0] == 2)
    h.write("other.yaml", "disable: [weak-fast-pattern, missing-classtype]\n")
    h.check("another project's file", said("--project", "../other.yaml", "--set", "LAB=10.0.0.0/8", "rules/sub") == (0, []))
    h.check("counts by the project's severity", b"1  error    missing-classtype" in h.run("rule", "check", "--count", cwd="proj").stdout)
    sarif = json.loads(h.run("rule", "check", "--sarif", cwd="proj").stdout)
    h.check("SARIF by the project's severity", [r["level"] for r in sarif["runs"][0]["results"]] == ["error", "note"], sarif["runs"][0]["results"])
    h.check("--github", h.run("rule", "check", "--github", cwd="proj").stdout.startswith(b"::error file=rules/sub/a.rules,line=1,"))
    h.exits("fmt takes the variables", 0, h.run("rule", "fmt", "rules/sub/a.rules", cwd="proj"))
    demo = os.path.join(ROOT, "pcaps", "demo.pcap")
    h.check("profile takes the rules and variables", [r["sid"] for r in json.loads(h.run("rule", "profile", "--json", demo, cwd="proj").stdout)["rules"]] in ([1], []))
    h.exits("diff takes the variables", 0, h.run("rule", "diff", "rules/sub/a.rules", "rules/sub", demo, cwd="proj"))
    h.exits("a project without rules", 2, h.run("rule", "check", "--project", "other.yaml"), "no rules to check")
    for text, words in (("disable: [weak]", '1:11: there is no code "weak"'), ("\ndisabel: [weak-fast-pattern]", "did you mean \"disable\"?"),
                        ("severity: {missing-rev: loud}", "1:25: "), ("severity: missing-rev", "1:11: expected CODE: SEVERITY"),
                        ("variables: [a]", "1:12: expected NAME: VALUE"), ("rules: [[a]]", "1:9: expected a path"), ("rules: [a", "bad.yaml:2:"),
                        ("[a]", "bad.yaml:1:1: "), ("variables: {LAB: [1]}", "1:18: expected the text of a variable")):
        h.write("bad.yaml", text + "\n")
        h.exits("a project's file: " + text, 2, check("--project", "bad.yaml", "good.rules"), "bad.yaml:", words)
    h.exits("no such project's file", 2, check("--project", "nowhere.yaml", "good.rules"), "nowhere.yaml")
    h.write("bad.yaml", 'variables: {LAB: "10.0.0.0/99"}\n')
    h.exits("a variable that is none", 2, check("--project", "bad.yaml", "good.rules"), "10.0.0.0/99")


def forms():
    text = GOOD.replace("content", "contnet") % 7
    f = findings(text)[0]
    place = {k: f[k] for k in ("code", "severity", "file", "line", "column", "end_line", "end_column", "sid")}
    h.check("JSON", place == {"code": "unknown-keyword", "severity": "error", "file": "c.rules", "line": 1, "column": 40,
                              "end_line": 1, "end_column": 47, "sid": 7}, f)
    h.check("JSON of the fix", f["fix"] == [{"line": 1, "column": 40, "end_column": 47, "text": "content"}], f)
    out = check("c.rules").stdout.decode()
    h.check("text", out == 'c.rules:1:40: error: no such keyword: "contnet" [unknown-keyword]\n  did you mean "content"?\n', out)
    h.write("50%,a:b.rules", text)
    out = check("--format", "github", "50%,a:b.rules").stdout.decode()
    h.check("github", out.startswith("::error file=50%25%2Ca%3Ab.rules,line=1,col=40,endLine=1,endColumn=47,title=unknown-keyword::no such keyword"), out)
    sarif = json.loads(check("--sarif", "c.rules").stdout)
    run = sarif["runs"][0]
    result = run["results"][0]
    h.check("SARIF", sarif["version"] == "2.1.0" and run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "unknown-keyword"
            and result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1, "startColumn": 40, "endLine": 1, "endColumn": 47}
            and result["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "content", result)
    counted = check("--count", "c.rules").stdout.decode().split()
    h.check("counts", counted[:3] == ["1", "error", "unknown-keyword"], counted)
    h.write("c.rules", b'alert tcp any any -> any any (msg:"\x1b[31m\xff"; \xffnone\x1b:1; sid:1;)\n')
    h.check("bytes that a terminal obeys are not printed", b"\x1b" not in check("c.rules").stdout)
    h.check("JSON of bytes that are no text", len(findings(b'alert tcp any any -> any any (msg:"\xff"; content:"a\xff"; sid:1;)\n')) > 0)


def apply(before):
    """The text after --fix --write; the diff must say the same."""
    h.write("f.rules", before)
    diff = check("--fix", "f.rules").stdout.decode()
    h.check("without --write nothing changes", open("f.rules").read() == before)
    check("--fix", "--write", "f.rules")
    after = open("f.rules").read()
    removed = [line[1:] for line in diff.splitlines()[2:] if line.startswith("-")]
    added = [line[1:] for line in diff.splitlines()[2:] if line.startswith("+")]
    pairs = [(b, a) for b, a in zip(before.splitlines(), after.splitlines()) if a != b]
    h.check("the diff says what changes", removed == [b for b, _ in pairs] and added == [a for _, a in pairs], diff)
    return after


def fixes():
    def mended(name, before, after):
        got = apply(before)
        h.check("fix: " + name, got == after, got)

    mended("a misspelled keyword", GOOD.replace("content", "contnet") % 1, GOOD % 1)
    mended("a semicolon at the end", (GOOD % 1).replace("rev:1;", "rev:1"), GOOD % 1)
    mended("a semicolon between", (GOOD % 1).replace('"abcdef";', '"abcdef" nocase;'), (GOOD % 1).replace('"abcdef";', '"abcdef"; nocase;'))
    mended("quotes", (GOOD % 1).replace('"abcdef"', "abcdef"), GOOD % 1)
    mended("quotes that are too much", (GOOD % 1).replace("misc-activity", '"misc-activity"'), GOOD % 1)
    mended("quotes around the message", (GOOD % 1).replace('"t"', "t"), GOOD % 1)
    mended("a revision", (GOOD % 1).replace(" rev:1;", ""), GOOD % 1)
    mended("nothing that would still be refused", GOOD.replace('content:"abcdef"', 'contnet:"abcdef"; depth:1') % 1,
           GOOD.replace('content:"abcdef"', 'contnet:"abcdef"; depth:1') % 1)
    old = 'content:"/a.php"; http_uri; nocase; content:"POST"; http_method; content:"abcdef"; content:"X: y"; http_header;'
    new = 'http.uri; content:"/a.php"; nocase; http.method; content:"POST"; pkt_data; content:"abcdef"; http.header; content:"X: y";'
    http = GOOD.replace("tcp", "http1") % 1  # which is what the old forms are about
    mended("older modifiers", http.replace('content:"abcdef";', old), http.replace('content:"abcdef";', new))
    mended("uricontent", http.replace('content:"abcdef";', 'uricontent:"/a.php";'), http.replace('content:"abcdef";', 'http.uri; content:"/a.php";'))
    mended("an older name", http.replace("content:", "file_data; content:"), http.replace("content:", "file.data; content:"))
    many = "# one\n" * 9 + GOOD.replace("content", "contnet") % 1 + "# two\n" * 9 + GOOD.replace("abcdef", "ghijkl") % 2 + (GOOD % 3).replace(
        " rev:1;", "").replace("abcdef", "mnopqr")
    mended("several rules of a file", many, many.replace("contnet", "content").replace("sid:3;", "sid:3; rev:1;"))
    h.write("mode.rules", GOOD.replace("content", "contnet") % 1)
    os.chmod("mode.rules", 0o640)
    check("--fix", "--write", "mode.rules")
    h.check("the file's mode stays", os.stat("mode.rules").st_mode & 0o777 == 0o640)


def hostile():
    for name, text in ("empty", b""), ("NUL bytes", b"\0" * 100), ("no rules", b"Dear all,\n" * 50), ("a backslash at the end", b"alert \\"), \
            ("one bracket", b"("), ("1 MB of x", b"x" * 1000000), ("2,000,000 x on a line", b"alert " + b"x" * 2000000), \
            ("100,000 options", b"alert tcp any any -> any any (" + b"content:\"ab\";" * 100000 + b"sid:1;)"), \
            ("3,000 contents", b"alert tcp any any -> any any (msg:\"x\"; " + b"content:\"abcdef\";" * 3000 + b"sid:1;)"), \
            ("10,000 equal rules", (GOOD % 1).encode() * 10000), \
            ("100 expressions that run away", "".join(GOOD.replace("classtype", 'pcre:"/^(?:(a+b?)+c{0,%d})+$/"; classtype' % i) % i
                                                     for i in range(1, 101)).encode()), \
            ("an expression of 5,000 loops", (GOOD.replace("classtype", 'pcre:"/%s$/"; classtype' % ("(?:a?b*)+" * 5000)) % 1).encode()), \
            ("100,000 empty disables", b"# sluice: disable=" + b"," * 100000 + b"\n"):
        h.write("h.rules", text)
        for form in ("--json",), ("--fix",), ("--sarif",):
            o = h.bounded("rule", "check", *form, "h.rules", seconds=60)
            h.check("%s %s" % (name, form[0]), o.returncode in (0, 1), "exit %d %s" % (o.returncode, o.stderr[-1500:]))


for part in (broken_rules, pages, ends, quiet, variables, near_misses, projects, forms, fixes, hostile):
    part()
h.finish()
