#!/usr/bin/env python3
"""Every function of the SDK header is described: by a comment above it, or above or beside the first of its group of lines."""
import re

import source

HEADER = "cim/provider.h"
FUNCTION = re.compile(r"^(?!typedef|#|\s)[\w *]*?\b(\w+)\([^;{]*\);[ \t]*(/\*)?", re.MULTILINE)

if HEADER in source.files("provider.h"):
    text = source.read(HEADER)
    begin = 0
    for group in re.split(r"(?<=\n)\n", text):
        first = FUNCTION.search(group)
        if first and not first.group(2) and "/*" not in group[: first.start()]:
            line = text.count("\n", 0, begin + first.start()) + 1
            source.complain(HEADER, line, f"{first.group(1)} has no comment")
        begin += len(group) + 1
source.finish()
