#!/usr/bin/env python3
"""Functions of at most 80 lines (outside tests), files of at most 600, a paragraph at the top of every header."""
import source

FUNCTION = 80
FILE = 600


def functions(lines):
    """Line number and length of each body. The one format puts the braces of functions, and of nothing else, alone into column 1."""
    start = None
    for n, line in enumerate(lines, 1):
        if line == "{":
            start = n
        elif line == "}" and start:
            yield start, n - start + 1
            start = None


for path in source.files(".c", ".h", ".py", ".sh"):
    text = source.read(path)
    lines = text.splitlines()
    if len(lines) > FILE:
        source.complain(path, FILE + 1, f"{len(lines)} lines, more than {FILE}: two ideas, two files")
    if path.endswith(".h") and not text.lstrip().startswith(("/*", "//")):
        source.complain(path, 1, "a header starts with what it is, who owns what, which thread may call it")
    if path.endswith((".c", ".h")) and not path.startswith("tests/"):
        for start, length in functions(lines):
            if length > FUNCTION:
                source.complain(path, start, f"function of {length} lines, more than {FUNCTION}")
source.finish()
