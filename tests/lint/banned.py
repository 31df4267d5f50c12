#!/usr/bin/env python3
"""Calls that have no place: unbounded, process-wide, or waiting for time instead of for an event."""
import re

import source

# What, why, and where it is allowed all the same.
RULES = (
    ("strcpy strcat sprintf vsprintf strtok gets alloca", "no length", ()),
    ("atoi atol atoll atof", "no error", ()),
    ("sleep usleep nanosleep clock_nanosleep thrd_sleep", "wait for the event", ("tests/providers/", "tests/bench/")),
    (
        "system popen fork vfork execl execlp execle execv execvp execvpe execve posix_spawn posix_spawnp",
        "no other programs",
        ("tests/",),
    ),
    ("abort exit _exit quick_exit", "ends the request, not the process", ("server/main.c", "server/cli/", "tests/")),
    ("pthread_create thrd_create", "threads are the server's", ("server/", "providers/", "tests/")),
)
# A call, not a member or a longer name.
BANNED = [
    (re.compile(r"(?<![\w.])(?<!->)(" + "|".join(names.split()) + r")[ \t]*\("), why, allowed)
    for names, why, allowed in RULES
]
SLEEPS = {".py": re.compile(r"^[^#]*\b(?:time|asyncio)\.sleep\("), ".sh": re.compile(r"(?:^|[;&|(])\s*(?:(?:do|then|else)\s+)?sleep\s")}

for path in source.files(".c", ".h"):
    for n, line in enumerate(source.code(source.read(path)).splitlines(), 1):
        for pattern, why, allowed in BANNED:
            m = pattern.search(line)
            if m and not path.startswith(allowed):
                source.complain(path, n, f"{m.group(1)} is banned: {why}")

for path in source.files(*SLEEPS):
    if not path.startswith(("tests/lint/", "tests/bench/")):
        for n, line in enumerate(source.read(path).splitlines(), 1):
            if SLEEPS[path[-3:]].search(line):
                source.complain(path, n, "sleep is banned: wait for the event")
source.finish()
