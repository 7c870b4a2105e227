"""Our own captures with our own signatures: two and four workers give the alerts of one, byte for byte, file by file and merged."""
import os
import sys

root = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "../.."))
sys.path[:0] = [os.path.join(root, "tests/cli"), os.path.join(root, "tests/support")]
import our_captures
from harness import Harness

h = Harness()
captures = our_captures.every(h.sluice, "ours")
h.check("there are captures", len(captures) > 100, len(captures))


def eve(workers, *options):
    p = h.run("replay", "--rules", os.path.join(root, "signatures"), "--records", "alert,flow", "-q", "-j", str(workers), "--eve", "-",
              *options, *captures)
    h.check("exit with %d workers" % workers, p.returncode == 0, (p.returncode, p.stderr.decode(errors="replace")[-2000:]))
    return p.stdout


for options in [], ["--merge"]:
    one = eve(1, *options)
    h.check("the captures alert", one.count(b'"signature_id"') > 100, len(one))
    for workers in 2, 4:
        h.check("%s with %d workers" % (options, workers), eve(workers, *options) == one)
h.finish()
