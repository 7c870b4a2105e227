#!/usr/bin/env python3
"""make_replay_corpus.py SLUICE: tests/fuzz/corpus/replay from our own rules and their captures, in the form that fuzz_replay.c reads."""
import glob
import os
import struct
import sys
import tempfile

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
sys.path.insert(0, os.path.join(root, "tests", "support"))
import our_captures  # noqa: E402

sluice = os.path.abspath(sys.argv[1])
os.chdir(root)
made = tempfile.TemporaryDirectory()
our_captures.make(sluice, made.name)
rules = {}
for name in sorted(glob.glob("signatures/*.rules")):
    for line in open(name, encoding="utf-8"):
        if "sid:" in line and not line.startswith("#"):
            rules[line.split("sid:")[1].split(";")[0].strip()] = line.strip()
out = "tests/fuzz/corpus/replay"
os.makedirs(out, exist_ok=True)
for sid in sorted(rules)[::4]:
    data = open(f"{made.name}/{sid}-alert.pcap", "rb").read()
    if len(data) > 6000 or data[:4] != b"\x4d\x3c\xb2\xa1":
        continue
    link = 1 if struct.unpack("<I", data[20:24])[0] == 101 else 0
    body, at = b"", 24
    while at + 16 <= len(data):
        size = struct.unpack("<I", data[at + 8:at + 12])[0]
        body += struct.pack(">HB", size, link) + data[at + 16:at + 16 + size]
        at += 16 + size
    with open(f"{out}/{sid}", "wb") as f:
        f.write(rules[sid].encode() + b"\n--\n" + body)
