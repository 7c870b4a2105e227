"""What the programs of live tests share: a BPF file system of their own, and the run of tests that were asked for."""
import os
import shutil
import subprocess
import sys
import tempfile
import time

from world import Skip, World, sh

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
SLUICE = os.environ.get("SLUICE") or next(
    (p for p in (os.path.join(ROOT, "build", f, "sluice") for f in ("asan", "release")) if os.path.exists(p)), "sluice")
TESTS = []


def test(function):
    TESTS.append(function)
    return function


def skip(why):
    print(f"skipped: {why}\n0 passed, 0 failed")
    sys.exit(0)


def own_mounts():
    """Starts this program again in a mount namespace with a BPF file system that nobody else sees."""
    if "SLX_MOUNTS" in os.environ:
        return
    if os.geteuid() != 0:
        skip("the live tests need root")
    missing = [t for t in ("ip", "ethtool", "nsenter", "unshare") if not shutil.which(t)]
    if missing:
        skip(f"not installed: {' '.join(missing)}")
    if subprocess.run(["unshare", "-m", "mount", "-t", "bpf", "bpf", "/sys/fs/bpf"], capture_output=True).returncode:
        skip("no BPF file system may be mounted here")
    os.environ["SLX_MOUNTS"] = "1"
    os.execvp("unshare", ["unshare", "-m", "sh", "-c", 'mount -t bpf bpf /sys/fs/bpf && exec "$@"', "sh",
                          sys.executable, os.path.abspath(sys.argv[0])] + sys.argv[1:])


def line_of(error, path):
    """The line of the test that failed, not of the helper that noticed."""
    trace = error.__traceback__
    while trace.tb_next and trace.tb_next.tb_frame.f_code.co_filename == path:
        trace = trace.tb_next
    return trace.tb_lineno


def run_tests():
    passed = failed = 0
    with tempfile.TemporaryDirectory() as temp:
        os.environ["SLX_TEMP"] = temp
        for function in TESTS:
            if len(sys.argv) > 1 and not any(w in function.__name__ for w in sys.argv[1:]):
                continue
            world, start = World(), time.time()
            try:
                function(world)
                passed, word = passed + 1, "ok"
            except Skip as e:
                word = f"skipped: {e}"
            except Exception as e:  # told, and the next one is run
                line = line_of(e, function.__code__.co_filename)
                failed, word = failed + 1, f"FAILED, line {line}: {type(e).__name__}: {e}"
            finally:
                world.close()
                sh("sh", "-c", "rm -rf /sys/fs/bpf/sluice", check=False)
            print(f"{function.__name__}: {word} ({time.time() - start:.1f} s)", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)
