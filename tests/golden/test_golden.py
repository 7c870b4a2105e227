"""The EVE records of our own captures, compared with those kept in tests/golden.

usage: test_golden.py SLUICE [--update] [WORD...]

A file holds the alert and flow records of one capture under all of signatures/, a line each, as they are written, but for
the flow ids: the first flow is 1, the second 2. With --update the files are written anew: read the difference before
committing it. WORDs pick captures by name.
"""
import difflib
import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "../..")
sys.path.insert(0, os.path.join(HERE, "../support"))
import our_captures

CAPTURES = """demo 9000001-alert 9000005-alert 9000020-alert 9000027-alert 9000034-alert 9000040-alert 9000046-alert 9000061-alert
9000067-alert 9000075-alert 9000090-alert 9000095-alert 9000098-alert 9000110-alert 9000113-alert 9000115-alert 9000125-alert
9000131-alert 9000140-alert 9000141-alert 9000143-alert 9000144-alert 9000145-alert 9000146-alert 9000147-alert 9000148-alert
9000149-alert 9000150-alert 9000215-alert 9000233-alert 9000270-alert 9000272-alert 9000280-alert 9000282-alert 9000001-miss 9000140-miss formats/two-links.pcapng formats/linux-sll2 formats/ieee802-11
formats/truncated formats/nanoseconds""".split()
ABSENT = object()
OPTIONS = ["--rules", "signatures", "--classification", "signatures/classification.config", "--reference", "signatures/reference.config",
           "--records", "alert,flow", "--community-id", "--payload", "--seed", "1", "--quiet", "--eve", "-"]


def run(sluice, made, capture):
    """A capture of a rule's test lies in `made`, the others in pcaps/."""
    path = os.path.join(made if capture[0].isdigit() else "pcaps", capture + ("" if "." in capture else ".pcap"))
    done = subprocess.run([sluice, "replay", *OPTIONS, path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT, timeout=120)
    if done.returncode:
        return None, "exit %d: %s" % (done.returncode, done.stderr.decode(errors="replace")[-1000:])
    flows, lines = {}, []
    for line in done.stdout.decode().splitlines():
        record = json.loads(line)
        if "flow_id" in record:
            record["flow_id"] = flows.setdefault(record["flow_id"], len(flows) + 1)
        lines.append(json.dumps(record, separators=(",", ":"), ensure_ascii=False))
    return lines, ""


def flat(value, prefix=""):
    """An object as {"alert.signature_id": 1, ...}, in its order."""
    out = {}
    for key, member in value.items():
        out.update(flat(member, prefix + key + ".") if isinstance(member, dict) else {prefix + key: member})
    return out


def named(line):
    record = json.loads(line)
    what = "sid %s" % record["alert"]["signature_id"] if "alert" in record else "flow"
    return "%s, %s %s > %s" % (what, record.get("proto"), record.get("src_ip"), record.get("dest_ip"))


def changed(old, new):
    """What a person wants to read of two lines that differ."""
    if named(old) != named(new):
        return ["-" + old, "+" + new]
    a, b = flat(json.loads(old)), flat(json.loads(new))
    out = ["%s: %s: %r is now %r" % (named(new), key, a.get(key, "absent"), b.get(key, "absent"))
           for key in dict.fromkeys([*a, *b]) if a.get(key, ABSENT) != b.get(key, ABSENT)]
    return out or ["%s: members in another order: %s" % (named(new), " ".join(b))]


def difference(old, new):
    out = []
    for kind, i, j, m, n in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "replace" and j - i == n - m:
            for k in range(j - i):
                out += changed(old[i + k], new[m + k])
        elif kind != "equal":
            out += ["missing: " + line for line in old[i:j]] + ["not expected: " + line for line in new[m:n]]
    return out


def main():
    words = [w for w in sys.argv[2:] if w != "--update"]
    update, sluice = "--update" in sys.argv, os.path.abspath(sys.argv[1])
    passed = failed = 0
    with tempfile.TemporaryDirectory() as cache:
        os.environ["XDG_CACHE_HOME"] = cache
        made = our_captures.make(sluice, os.path.join(cache, "captures"))
        for capture in CAPTURES:
            if words and not any(w in capture for w in words):
                continue
            lines, problem = run(sluice, made, capture)
            kept = os.path.join(HERE, capture.replace("/", "-").split(".")[0] + ".json")
            if update and not problem:
                with open(kept, "w", encoding="utf-8") as f:
                    f.writelines(line + "\n" for line in lines)
            if not problem:
                old = open(kept, encoding="utf-8").read().splitlines() if os.path.exists(kept) else []
                problem = "\n  ".join(difference(old, lines) + ([] if os.path.exists(kept) else ["there is no " + kept]))
            passed, failed = passed + (not problem), failed + bool(problem)
            if problem:
                print("FAILED: %s\n  %s" % (capture, problem))
    if failed:
        print("If this is as it should be: python3 tests/golden/test_golden.py build/release/sluice --update")
    print("%d passed, %d failed" % (passed, failed))
    return 1 if failed or not passed else 0


sys.exit(main())
