"""Runs the sluice command in a folder of its own, and counts what held."""
import os
import subprocess
import sys
import tempfile


class Harness:
    def __init__(self):
        self.sluice = os.path.abspath(sys.argv[1])
        self.folder = tempfile.TemporaryDirectory()
        self.passed = self.failed = 0
        self.env = dict(os.environ, XDG_CACHE_HOME=os.path.join(self.folder.name, "cache"), TERM="xterm")
        self.env.pop("NO_COLOR", None)
        os.chdir(self.folder.name)

    def write(self, name, data):
        os.makedirs(os.path.dirname(os.path.abspath(name)), exist_ok=True)
        with open(name, "wb") as f:
            f.write(data if isinstance(data, bytes) else data.encode())
        return name

    def run(self, *args, stdin=b"", **options):
        return subprocess.run([self.sluice, *args], input=stdin, stdout=options.pop("stdout", subprocess.PIPE),
                              stderr=subprocess.PIPE, env=options.pop("env", self.env), timeout=120, **options)

    def replay(self, *args, **options):
        return self.run("replay", "--rules", "r.rules", *args, **options)

    def check(self, name, held, seen=""):
        if held:
            self.passed += 1
            return
        self.failed += 1
        print("FAILED: %s %s" % (name, seen))

    def exits(self, name, code, process, *stderr_has):
        text = process.stderr.decode(errors="replace")
        ok = process.returncode == code and all(word in text for word in stderr_has)
        self.check(name, ok, "exit %d, stderr: %s" % (process.returncode, text[-600:]))

    def finish(self):
        print("%d passed, %d failed" % (self.passed, self.failed))
        sys.exit(1 if self.failed else 0)
