#!/usr/bin/env python3
"""docs/wsman.md: every line of shell in it, run as it stands there."""
import os
import re
import shlex
import subprocess
import xml.etree.ElementTree as ET

from harness import DEADLINE, PASSWORD, ROOT, USER, check, equal, main, test

EXPECTED = {  # what the answer to each file must hold
    "identify.xml": "IdentifyResponse", "enumerate.xml": "Linux_LocalFileSystem", "enumerate-page.xml": None, "pull.xml": "Linux_UnixProcess",
    "release.xml": "ReleaseResponse", "query.xml": "XmlFragment", "selectors.xml": "Linux_UnixProcess", "get.xml": "Linux_ComputerSystem",
    "fragment.xml": "XmlFragment", "associators.xml": "Linux_LocalFileSystem", "invoke.xml": "GetOwner_OUTPUT", "class.xml": "<CLASS",
}


def blocks():
    with open(os.path.join(ROOT, "docs", "wsman.md"), encoding="utf-8") as f:
        return re.findall(r"^```sh\n(.*?)^```", f.read(), re.M | re.S)


def shell(script):
    return subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE)


@test
def every_line_works_as_it_is_printed(daemon):
    setup, *rest = blocks()
    setup = setup.replace("http://127.0.0.1:5985/wsman", daemon.url + "/wsman").replace("admin:password", shlex.quote(f"{USER}:{PASSWORD}"), 1)
    seen = set()
    for block in rest:
        so_far = setup
        for line in block.splitlines():
            file, = re.findall(r"([a-z-]+\.xml)", line)
            run = shell(so_far + line)
            equal(run.returncode, 0, f"{line}: {run.stderr}")
            check(EXPECTED[file] is None or EXPECTED[file] in run.stdout, f"{line}: {run.stdout[:2000]}")
            check("Fault>" not in run.stdout, f"{line}: {run.stdout[:2000]}")
            if EXPECTED[file]:
                ET.fromstring(run.stdout)
            so_far += line + "\n" if EXPECTED[file] is None else ""  # it keeps the context for the lines behind it
            seen.add(file)
    equal(seen, set(EXPECTED), "files that docs/wsman.md shows")
    equal(set(os.listdir(os.path.join(ROOT, "docs", "wsman"))), set(EXPECTED), "files of docs/wsman")


if __name__ == "__main__":
    main()
