#!/usr/bin/env python3
"""docs/conformance.md: a row that says yes names tests, and every test that is named exists.

A row is | rule | state | tests |. The state begins with yes, no or partly; tests are names in backticks: of a function in tests/unit or tests/e2e, or of a
pair in tests/golden."""
import os
import re

import source

TABLE = "docs/conformance.md"
TEST = re.compile(r"^(?:static void |def )(\w+)\(", re.MULTILINE)


def known():
    names = set()
    for path in source.files(".c", ".py"):
        if path.startswith(("tests/unit/test_", "tests/e2e/test_")):
            names.update(TEST.findall(source.read(path)))
    for path in source.files(".xml", ".http"):
        names.add(re.sub(r"(\.reply)?\.(xml|http)$", "", os.path.basename(path)))
    return names


def check(number, cells, tests):
    state, named = cells[1].split(" ")[0].rstrip(":,"), re.findall(r"`([\w.-]+)`", cells[2])
    if state not in ("yes", "no", "partly"):
        source.complain(TABLE, number, f"the state is {state!r}: yes, no or partly")
    if state != "no" and not named:
        source.complain(TABLE, number, "marked as served, and no test is named")
    for name in named:
        if name not in tests:
            source.complain(TABLE, number, f"there is no test {name}")


if os.path.exists(os.path.join(source.ROOT, TABLE)):
    every = known()
    for line_number, line in enumerate(source.read(TABLE).splitlines(), 1):
        row = [c.strip() for c in line.replace("\\|", "/").strip("|").split("|")]
        if line.startswith("|") and not line.startswith("|---") and not line.startswith("| rule"):
            if len(row) == 3:
                check(line_number, row, every)
            else:
                source.complain(TABLE, line_number, f"{len(row)} columns, not 3")
source.finish()
