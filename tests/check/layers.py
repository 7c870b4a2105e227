#!/usr/bin/env python3
"""Include direction, sizes and include reach of the C sources.

Layers are those of docs/architecture.md: a file may include its own folder and the folders below it. app/ and rule/ are
neighbours that never include each other; so are capture/, output/ and verdict/. xdp/ holds what the kernel
and the user side share, and counts as base. Prints the figures, then what is wrong.
X-macro lists (*_list.h) are data, not interfaces: they have no size limit and do not count as reach.
Exit 1 when something is.
"""
import os
import re
import statistics
import sys

LAYER = {"base": 0, "packet": 1, "flow": 2, "app": 3, "rule": 3, "match": 4, "inspect": 5,
         "capture": 6, "output": 6, "verdict": 6, "control": 6, "craft": 6, "run": 7,
         "rulework": 8, "report": 9, "lsp": 9, "example": 9, "cli": 10}
FILE_LINES, HEADER_LINES, FUNCTION_LINES, REACH = 1000, 100, 100, 15
LISTS = re.compile(r"(?<!/rule)(?<!/file)_list\.h$")

root = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
os.chdir(root)


def sources():
    for folder, _, names in os.walk("engine"):
        for name in names:
            if name.endswith((".c", ".h")):
                yield os.path.join(folder, name)


def includes(path):
    with open(path, encoding="utf-8") as f:
        return re.findall(r'^\s*#\s*include\s+"([^"]+)"', f.read(), re.M)


def layer_of(path):
    parts = path.split(os.sep)
    if parts[0] == "xdp":
        return "base"
    return parts[1] if len(parts) > 2 else None


def parsers_apart(graph):
    """Yields what is wrong between the folders of engine/app: what all protocols share includes none of them (but for detection's
    probes), and protocols that are carried by others (smb by dcerpc, ...) never include these back."""
    uses = {}
    for path in graph:
        for inc in graph[path]:
            here, there = os.path.relpath(path, "engine/app").split(os.sep), os.path.relpath(inc, "engine/app").split(os.sep)
            if ".." in (here[0], there[0]) or len(there) == 1 or here[0] == there[0]:
                continue
            if len(here) == 2:
                uses.setdefault(here[0], set()).add(there[0])
            elif there[0] != "file" and here[0] != "detect_probe.c":
                yield f"{path}: is for all protocols, and includes {there[0]}/"
    for folder in uses:
        seen, todo = set(), list(uses[folder])
        while todo:
            f = todo.pop()
            if f not in seen:
                seen.add(f)
                todo += uses.get(f, ())
        if folder in seen:
            yield f"engine/app/{folder}: includes in a circle ({', '.join(sorted(uses[folder]))})"


def functions(path):
    """(name, first line, lines, explained) of each function: bodies begin with '{' and end with '}' in column 0."""
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    start = None
    for i, line in enumerate(lines):
        if line == "{":
            start = i
        elif line == "}" and start is not None:
            head = i0 = start - 1
            while head > 0 and lines[head - 1] and not lines[head - 1].startswith(("#", "}", " *", "*/")):
                head -= 1
            name = re.search(r"(\w+)\s*\(", " ".join(lines[head:i0 + 1]))
            yield name.group(1) if name else "?", head + 1, i - start - 1, lines[head - 1].strip().endswith("*/")
            start = None


def main():
    errors, files = [], sorted(sources())
    graph = {f: [i if i.startswith("xdp/") else os.path.join("engine", i) for i in includes(f)] for f in files}
    files = [f for f in files if not LISTS.search(f)]
    longest = []
    for path in files:
        here = layer_of(path)
        for inc in graph[path]:
            there = layer_of(inc)
            if not os.path.exists(inc):
                errors.append(f"{path}: includes {inc}, which is not there")
            elif here and there and (LAYER[there] > LAYER[here] or
                                     (LAYER[there] == LAYER[here] and there != here)):
                errors.append(f"{path}: {here}/ must not include {there}/ ({inc})")
        with open(path, encoding="utf-8") as f:
            count = f.read().count("\n")
        most = HEADER_LINES if path.endswith(".h") else FILE_LINES
        if count > most and not LISTS.search(path):
            errors.append(f"{path}: {count} lines, at most {most}")
        if path.endswith(".c"):
            for name, line, length, explained in functions(path):
                longest.append((length, f"{path}:{line} {name}"))
                if length > FUNCTION_LINES and not explained:
                    errors.append(f"{path}:{line}: {name} has {length} lines, at most {FUNCTION_LINES} without a comment")

    errors += parsers_apart(graph)

    def reach(path):
        seen, todo = set(), list(graph.get(path, []))
        while todo:
            f = todo.pop()
            if f not in seen and not LISTS.search(f):
                seen.add(f)
                todo += graph.get(f, [])
        return len(seen)

    reaches = [reach(f) for f in files if f.endswith(".c")]
    median = statistics.median(reaches) if reaches else 0
    if median > REACH:
        errors.append(f"median include reach {median}, at most {REACH}")
    over = [l for l, _ in longest if l > 50]
    print(f"files {len(files)}, functions {len(longest)}, over 50 lines {len(over)}, over 100 lines "
          f"{sum(l > 100 for l in over)}")
    print(f"include reach of .c files (X-macro lists not counted): median {median}, most {max(reaches, default=0)}")
    for length, where in sorted(longest, reverse=True)[:5]:
        print(f"  {length:4d} lines  {where}")
    for e in errors:
        print("error:", e)
    print("layers:", "ok" if not errors else f"{len(errors)} errors")
    return 1 if errors else 0


sys.exit(main())
