"""Tests of other live programs, run again in other circumstances."""
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


def run_again(picked, **environment):
    """`picked`: words of tests, by program. Exits; a word that picks no test is a failure."""
    passed = failed = 0
    for name, words in picked.items():
        p = subprocess.run([os.path.join(HERE, name), *words], env=dict(os.environ, **environment), stdout=subprocess.PIPE, text=True)
        print(p.stdout, end="", flush=True)
        if p.stdout.startswith("skipped"):
            sys.exit(p.returncode)
        held, broken = map(int, re.findall(r"(\d+) passed, (\d+) failed", p.stdout)[-1])
        if held + broken < len(words):
            print(f"{name}: {held + broken} tests for {len(words)} words")
            broken += 1
        passed, failed = passed + held, failed + broken
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
