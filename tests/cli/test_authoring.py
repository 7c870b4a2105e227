"""docs/authoring.md: each of its commands is run, and prints what the page shows ("..." stands for the rest of a line)."""
import os
import re
import subprocess

from harness import Harness

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
h = Harness()


def as_pattern(lines):
    return "".join(re.escape(line).replace(r"\.\.\.", ".*") + "\n" for line in lines)


def run(command, wanted):
    """wanted: lines of output, then [STATUS] when that is not 0."""
    status = 0
    if wanted and re.fullmatch(r"\[\d+\]", wanted[-1]):
        status = int(wanted.pop()[1:-1])
    p = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=h.env, timeout=120)
    out = p.stdout.decode()
    h.check("$ " + command, p.returncode == status and re.fullmatch(as_pattern(wanted), out), "exit %d\n%s" % (p.returncode, out))


os.makedirs("bin")
os.symlink(h.sluice, "bin/sluice")
for folder in "signatures", "pcaps":
    os.symlink(os.path.join(ROOT, folder), folder)
h.env["PATH"] = os.path.abspath("bin") + ":" + h.env["PATH"]
with open(os.path.join(ROOT, "docs", "authoring.md")) as f:
    blocks = re.findall(r"```(\w+) ?(\S*)\n(.*?)```", f.read(), re.S)
h.check("the page has commands", sum(kind == "console" for kind, _, _ in blocks) >= 5, blocks)
for kind, name, text in blocks:
    if name:
        h.write(name, text)
        continue
    for part in re.split(r"^\$ ", text, flags=re.M)[1:]:
        command, *output = part.splitlines()
        run(command, output)
h.finish()
