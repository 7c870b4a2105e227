"""What the programs of live tests share: the list of tests, and the run of those that were asked for."""
import os
import sys
import tempfile
import time

from alone import program
from world import Skip, World, sh

SLUICE = program()
TESTS = []


def test(function):
    TESTS.append(function)
    return function


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
