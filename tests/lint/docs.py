#!/usr/bin/env python3
"""Documentation that can be wrong: the example that it shows and the files that it names."""
import os
import re

import source

EXAMPLE, TUTORIAL = "tests/providers/load_average.c", "docs/provider.md"
NAME = re.compile(r"`((?:cim|server|providers|tests|conf|docs)/[\w./*-]*[\w*/])`")

with open(EXAMPLE) as example, open(TUTORIAL) as tutorial:
    if example.read() not in tutorial.read():
        source.complain(TUTORIAL, 1, f"does not show {EXAMPLE} as it is")

for path in sorted(os.listdir("docs")) + ["../README.md"]:
    path = os.path.normpath(os.path.join("docs", path))
    if not path.endswith(".md"):
        continue
    with open(path) as f:
        for number, line in enumerate(f, 1):
            for name in NAME.findall(line):
                if "*" not in name and not os.path.exists(name):
                    source.complain(path, number, f"names {name}, which does not exist")
source.finish()
