"""sluice run in a namespace: started, waited for, stopped. What it writes is read back as records."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time


STARTED = []
SANDBOX = os.environ.get("SLX_SECCOMP")  # run.seccomp of every engine, see run_sandbox


def filtered(pid):
    """Whether a filter holds for the system calls of every thread."""
    def mode(task):
        with open(f"/proc/{pid}/task/{task}/status") as f:
            return next(line.split()[1] for line in f if line.startswith("Seccomp:"))
    return all(mode(task) == "2" for task in os.listdir(f"/proc/{pid}/task"))


def end_all():
    """Kills what a test that failed has left running."""
    while STARTED:
        process = STARTED.pop()
        if process.poll() is None:
            process.kill()
            process.wait()


class Engine:
    """A running engine on slxb; `settings` are lines of YAML below what every test needs, `source` the first of `run`, `more_rules`
    a file or a folder, `before` a command that runs it."""

    def __init__(self, sluice, namespace, rules, settings="", source="interface: slxb", steering=None, more_rules=None, before=(),
                 options=None, eve=None, folder_mode=0o700, wait=20):
        self.folder = tempfile.mkdtemp(dir=os.environ["SLX_TEMP"])
        os.chmod(self.folder, folder_mode)
        self.eve = eve if eve and eve.startswith("/") else os.path.join(self.folder, "eve.json")
        self.socket = os.path.join(self.folder, "control")
        self.config = os.path.join(self.folder, "sluice.yaml")
        rules_folder = os.path.join(self.folder, "rules")
        if more_rules and os.path.isdir(more_rules):
            shutil.copytree(more_rules, rules_folder)
        else:
            os.mkdir(rules_folder)
        if more_rules and os.path.isfile(more_rules):
            shutil.copytree(os.path.dirname(more_rules), rules_folder, dirs_exist_ok=True)
        with open(os.path.join(rules_folder, "test-own.rules"), "w") as f:
            f.write(rules)
        if SANDBOX:
            options = {"seccomp": SANDBOX, **(options or {})}
        options = "".join(f"  {k}: {v}\n" for k, v in (options or {}).items())
        steering = "".join(f"    {k}: {v}\n" for k, v in (steering or {"udp": 53, "tcp": 80}).items())
        with open(self.config, "w") as f:
            f.write(f"checksums: off\ncache: no\nrun:\n  {source}\n  rules: {rules_folder}\n"
                    f"  eve: {eve or self.eve}\n  control: {self.socket}\n{options}  steering:\n{steering}{settings}")
        self.log = open(os.path.join(self.folder, "log"), "w+")
        with namespace:
            self.process = subprocess.Popen([*before, sluice, "run", "-c", self.config], stderr=self.log)
        STARTED.append(self.process)
        self.wait_for(lambda: "running" in self.said(), wait)
        if SANDBOX:
            assert filtered(self.process.pid), "its system calls are not filtered"

    def said(self):
        with open(self.log.name) as f:
            return f.read()

    def records(self, kind="alert"):
        with open(self.eve) as f:
            return [r for r in map(json.loads, f.read().split("\n")[:-1]) if r["event_type"] == kind]

    def wait_for(self, condition, seconds=5):
        deadline = time.time() + seconds
        while not condition():
            if self.process.poll() is not None or time.time() > deadline:
                raise AssertionError(f"waited in vain; the engine said: {self.said()}")
            time.sleep(0.02)

    def reconfigure(self, was, now):
        """Another text in the settings' file, and a reload that is waited for; what the log says of it."""
        with open(self.config) as f:
            text = f.read()
        assert was in text, text
        with open(self.config, "w") as f:
            f.write(text.replace(was, now))
        before = len(self.said())
        self.process.send_signal(signal.SIGHUP)
        ends = ("rules are in use now", "the rules in use stay")
        self.wait_for(lambda: any(word in self.said()[before:] for word in ends), 20)
        return self.said()[before:]

    def stop(self, number=signal.SIGINT):
        """Its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(10)
        finally:
            self.process.kill()
            self.log.close()
