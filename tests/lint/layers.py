#!/usr/bin/env python3
"""Who may include whom. The table is the design; move the code, not the table."""
import re

import source

# Folder or file: what of ours it may include. A path that ends in / means everything below; a longer key goes before a shorter one.
CIM = ("cim/base/", "cim/model/", "cim/mof/", "cim/query/", "cim/core/", "cim/provider.h")
OURS = {
    "cim/base/": ("cim/base/",),
    "cim/model/": ("cim/model/", "cim/base/"),
    "cim/mof/": ("cim/mof/", "cim/model/", "cim/base/"),
    "cim/query/": ("cim/query/", "cim/model/", "cim/base/"),
    "cim/core/": CIM,
    "cim/provider.h": (),
    "providers/": ("cim/provider.h", "providers/lib/"),
    "server/proto/": ("server/proto/", *CIM),
    "server/run/": ("server/run/", *CIM),
    "server/auth/": ("server/auth/", "server/run/", "cim/base/"),
    "server/http/": ("server/", *CIM),
    "server/cli/": ("server/cli/", "server/auth/", "server/proto/", *CIM),
    "server/main.c": ("server/", *CIM),
    "tests/providers/": ("cim/provider.h",),
    "tests/": ("",),
}

# Foreign headers, and the only folders that may include them. Providers include what they observe, tests what they need.
FOREIGN = {
    "libxml/": ("server/proto/",),
    "microhttpd.h": ("server/http/",),
    "openssl/": ("server/auth/",),
    "security/": ("server/auth/",),
    "gssapi/": ("server/auth/",),
    "sqlite3.h": ("cim/core/",),
    "zlib.h": ("server/http/",),
    "curl/": ("server/cli/",),
    "ini.h": ("server/run/",),
    "systemd/": ("server/",),
    "libmnl/": (),
    "pthread.h": ("cim/core/", "server/"),
    "threads.h": (),
}
FREE = ("providers/", "tests/")

# The SDK header stands alone: it is installed without the rest.
SDK = "cim/provider.h"
SDK_MAY = ("stdbool.h", "stddef.h", "stdint.h", "stdarg.h")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.MULTILINE)


def included(path):
    text = source.read(path)
    for m in INCLUDE.finditer(text):
        yield text.count("\n", 0, m.start()) + 1, m.group(1) == '"', m.group(2)


def check_ours(path, line, name, allowed):
    if not name.startswith(("cim/", "server/", "providers/", "tests/")):
        source.complain(path, line, f'"{name}": files of ours are included by their path from the root')
    elif not name.startswith(allowed):
        source.complain(path, line, f"may not include {name}")


def check_foreign(path, line, name):
    if path == SDK and name not in SDK_MAY:
        source.complain(path, line, f"the SDK header may not include <{name}>")
    for prefix, folders in FOREIGN.items():
        if name.startswith(prefix) and not path.startswith(folders + FREE):
            source.complain(path, line, f"<{name}> belongs to {' '.join(folders) or 'no folder'}")


for path in source.files(".c", ".h"):
    allowed = next((v for k, v in OURS.items() if path.startswith(k)), None)
    if allowed is None:
        source.complain(path, 1, "no rule for this place; see OURS in tests/lint/layers.py")
        continue
    for line, quoted, name in included(path):
        if not quoted:
            check_foreign(path, line, name)
        elif not path.startswith("tests/") or path.startswith("tests/providers/"):
            check_ours(path, line, name, allowed)
source.finish()
