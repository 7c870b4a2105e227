"""Runs the sluice command in a folder of its own, and counts what held."""
import os
import resource
import subprocess
import sys
import tempfile
import time


class Outcome:
    """How a run ended: returncode (negative: by that signal), stdout, stderr, seconds (of processor), megabytes (the most it had)."""


def peak(pid):
    """The most memory that a process has had, in MB. (That of getrusage begins with what its parent had.)"""
    try:
        with open("/proc/%d/status" % pid) as f:
            return next((int(line.split()[1]) / 1024 for line in f if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


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

    def bounded(self, *args, seconds=60, stdin=None):
        """Runs sluice for so many seconds of processor time at the most: a busy machine must not look like a hang.
        A finding of a sanitizer ends it with status 99."""
        env = dict(self.env)
        for name in "ASAN_OPTIONS", "UBSAN_OPTIONS":
            # What was freed must not count as memory in use.
            env[name] = env.get(name, "") + ":exitcode=99:quarantine_size_mb=8:allocator_release_to_os_interval_ms=50"
        outcome = Outcome()
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = subprocess.Popen([self.sluice, *args], stdin=stdin or subprocess.DEVNULL, stdout=out, stderr=err, env=env)
            resource.prlimit(process.pid, resource.RLIMIT_CPU, (seconds, seconds))
            ends = time.monotonic() + 60 + 10 * seconds
            outcome.megabytes = pid = 0
            while not pid:
                if time.monotonic() > ends:
                    process.kill()
                outcome.megabytes = max(outcome.megabytes, peak(process.pid))
                time.sleep(0.002 if outcome.megabytes < 100 else 0.02)
                pid, status, usage = os.wait4(process.pid, os.WNOHANG)
            process.returncode = outcome.returncode = os.waitstatus_to_exitcode(status)
            outcome.seconds = usage.ru_utime + usage.ru_stime
            out.seek(0)
            err.seek(0)
            outcome.stdout, outcome.stderr = out.read(), err.read()
        return outcome

    def survives(self, name, codes, *args, says=(), megabytes=400, seconds=60, stdin=None):
        """sluice replay ARGS ends by itself with one of these codes, says so, and stays below so much memory."""
        o = self.bounded("replay", *args, seconds=seconds, stdin=stdin)
        text = o.stderr.decode(errors="replace")
        about = "%s: exit %d after %.1f s, %d MB" % (name, o.returncode, o.seconds, o.megabytes)
        if os.environ.get("VERBOSE"):
            print(about, flush=True)
        self.check(name + ": exit", o.returncode in codes, "%s, stderr: %s" % (about, text[-1500:]))
        self.check(name + ": sanitizers", "Sanitizer" not in text and "runtime error" not in text, text[:3000])
        self.check(name + ": memory", o.megabytes < megabytes, about)
        self.check(name + ": stderr", len(o.stderr) < 100000, "%d bytes on standard error" % len(o.stderr))
        for word in says:
            self.check(name + ": says " + word, word in text, text[-1500:])
        return o

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
