"""What the rules share: which files there are, what they say without comments, and how to complain."""
import os
import re
import sys

ROOT = sys.argv[1] if len(sys.argv) > 1 else "."
FOLDERS = ("cim", "server", "providers", "tests")
TOKEN = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.DOTALL)
complaints = 0


def files(*endings):
    """Paths from the root of all files of ours with these endings, sorted."""
    found = []
    for folder in FOLDERS:
        for where, _, names in os.walk(os.path.join(ROOT, folder)):
            found += [os.path.relpath(os.path.join(where, n), ROOT) for n in names if n.endswith(endings)]
    return sorted(found)


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as f:
        return f.read()


def code(text):
    """C text with its comments blank and its strings empty; lines keep their numbers."""

    def blank(m):
        quote = m.group()[0]
        return "\n" * m.group().count("\n") if quote == "/" else quote * 2

    return TOKEN.sub(blank, text)


def complain(path, line, what):
    global complaints
    complaints += 1
    print(f"{path}:{line}: {what}")


def finish():
    sys.exit(1 if complaints else 0)
