#!/usr/bin/env python3
"""Makes every capture in this folder and manifest.tsv, the same bytes in every run. Needs Python 3.9 and nothing else.

usage: make.py            write the captures and the manifest
       make.py --check    compare what is on disk with what would be written; exit 1 on a difference
"""
import hashlib
import pathlib
import sys

sys.dont_write_bytecode = True  # the tree stays as it was checked out

from craft import files, registry
from craft import formats, demo  # noqa: F401 (they enter themselves)

HERE = pathlib.Path(__file__).resolve().parent
SUFFIXES = {".pcap", ".pcapng", ".gz", ".xz", ".zst"}


def expected_text(expected):
    return ",".join(str(sid) if count == 1 else "%d*%d" % (sid, count) for sid, count in sorted(expected.items())) or "-"


def manifest(contents):
    lines = ["file\tsha256\torigin\tshows\texpected"]
    for name, capture in sorted(registry.CAPTURES.items()):
        digest = hashlib.sha256(contents[name]).hexdigest()
        lines.append("\t".join([name, digest, capture.origin, capture.shows, expected_text(capture.expected)]))
    return ("\n".join(lines) + "\n").encode()


def same(name, disk, made):
    """Compressors may differ from one version to the next: what counts is what they hold."""
    unpack = files.UNPACK.get(pathlib.Path(name).suffix)
    return disk == made or (unpack is not None and unpack(disk) == unpack(made))


def check(contents):
    on_disk = {str(path.relative_to(HERE)) for path in HERE.rglob("*") if path.suffix in SUFFIXES}
    wrong = ["%s: no function makes it" % name for name in sorted(on_disk - set(contents))]
    for name, made in sorted(contents.items()):
        path = HERE / name
        disk = path.read_bytes() if path.exists() else None
        if disk is None or not same(name, disk, made):
            wrong.append("%s: %s" % (name, "missing" if disk is None else "differs"))
        else:
            contents[name] = disk
    listed = HERE / "manifest.tsv"
    if not listed.exists() or listed.read_bytes() != manifest(contents):
        wrong.append("manifest.tsv: differs")
    for line in wrong:
        print(line)
    print("%d captures checked, %d wrong" % (len(contents), len(wrong)))
    return 1 if wrong else 0


def write(contents):
    for name, made in contents.items():
        path = HERE / name
        path.parent.mkdir(exist_ok=True)
        if not path.exists() or not same(name, path.read_bytes(), made):
            path.write_bytes(made)
        contents[name] = path.read_bytes()
    (HERE / "manifest.tsv").write_bytes(manifest(contents))
    print("%d captures, %d bytes" % (len(contents), sum(map(len, contents.values()))))
    return 0


def main():
    if sys.argv[1:] not in ([], ["--check"]):
        sys.exit(__doc__)
    contents = {name: capture.write() for name, capture in registry.CAPTURES.items()}
    return check(contents) if sys.argv[1:] else write(contents)


if __name__ == "__main__":
    sys.exit(main())
