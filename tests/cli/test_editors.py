"""The editors' own clients with sluice lsp: Neovim's, headless; VS Code's language client and the grammar, by node. What is not installed is skipped."""
import json
import os
import re
import shutil
import subprocess

from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
EDITORS = os.path.join(ROOT, "deploy", "editors")
h = Harness()
TEXT = ('alert  tcp any any -> any any (msg:"é😀"; contnet:"abcdef"; nocase; flowbits:isset,seen.it; classtype:misc-activity; sid:1; rev:1;)\n'
        'alert tcp any any -> any any (msg:"s"; content:"abcdef"; flowbits:set,seen.it; classtype:misc-activity; sid:2; rev:1;)\n')


def skip(what, why):
    print("skipped: %s: %s" % (what, why))


def neovim():
    nvim = shutil.which("nvim")
    if not nvim:
        return skip("Neovim", "nvim is not installed")
    h.write("n.rules", TEXT)
    with open(os.path.join(EDITORS, "neovim", "sluice.lua"), encoding="utf-8") as f:
        h.write("init.lua", "vim.g.sluice_command = { %s, 'lsp' }\n" % json.dumps(h.sluice) + f.read())
    env = dict(h.env, SLUICE_FILE=os.path.abspath("n.rules"), SLUICE_RESULT=os.path.abspath("result.json"),
               XDG_STATE_HOME=os.path.abspath("state"), XDG_DATA_HOME=os.path.abspath("data"), XDG_CONFIG_HOME=os.path.abspath("config"))
    p = subprocess.run([nvim, "--headless", "-n", "-u", "init.lua", "-c", "luafile " + os.path.join(ROOT, "tests", "support", "editor_neovim.lua")],
                       env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
    if not os.path.exists("result.json"):
        return h.check("Neovim ran", False, p.stdout.decode(errors="replace")[-1000:])
    with open("result.json", encoding="utf-8") as f:
        r = json.load(f)
    h.check("no error", "error" not in r, r.get("error"))
    h.check("file type", r.get("filetype") == "suricata", r)
    h.check("diagnostics", r.get("opened") == ["flowbit-never-read", "unknown-keyword"], r.get("opened"))
    h.check("as one types", r.get("mended") in ([], {}), r.get("mended"))
    h.check("hover", "upper and lower case" in (r.get("hover") or ""), r.get("hover"))
    h.check("completion", "http.uri" in r.get("completion", []), r.get("completion"))
    renamed = TEXT.replace("contnet", "content").replace("seen.it", "was.seen").rstrip("\n")
    h.check("rename", r.get("renamed") == renamed, r.get("renamed"))
    h.check("definition", [d["range"]["start"]["line"] for d in r.get("definition") or []] == [1], r.get("definition"))
    h.check("formatting", r.get("formatted") == renamed.replace("alert  tcp", "alert tcp"), r.get("formatted"))
    h.check("symbols", r.get("symbols") == ["1 é😀", "2 s"], r.get("symbols"))


def grammar():
    """The grammar is the one that is made from the keyword table."""
    p = subprocess.run(["python3", os.path.join(EDITORS, "vscode", "make-grammar"), h.sluice, "--check"], env=h.env,
                       stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    h.check("the grammar is up to date", p.returncode == 0, p.stdout.decode())


def vscode():
    """Needs node, and what `npm install` in deploy/editors/vscode fetches; tests never fetch it."""
    folder = os.path.join(EDITORS, "vscode")
    with open(os.path.join(folder, "package.json"), encoding="utf-8") as f:
        package = json.load(f)
    h.check("the files of the package are there", all(os.path.exists(os.path.join(folder, p)) for p in
            [package["main"], package["contributes"]["grammars"][0]["path"], package["contributes"]["languages"][0]["configuration"], "README.md"]))
    node, modules = shutil.which("node"), os.environ.get("SLUICE_NODE_MODULES", os.path.join(folder, "node_modules"))
    if not node:
        return skip("VS Code", "node is not installed")
    if not os.path.isdir(os.path.join(modules, "vscode-languageclient")):
        return skip("VS Code", "npm install was not run in deploy/editors/vscode")
    for script in "client.test.js", "grammar.test.js":
        p = subprocess.run([node, os.path.join(folder, "test", script), h.sluice], env=dict(h.env, NODE_PATH=modules), stdin=subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120)
        out = p.stdout.decode(errors="replace")
        for name in re.findall(r"^ok (.*)", out, re.M):
            h.check("VS Code: " + name, True)
        h.check("VS Code: " + script, p.returncode == 0, out[-1500:])


def main():
    neovim()
    grammar()
    vscode()


main()
h.finish()
