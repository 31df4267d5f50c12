#!/usr/bin/env python3
"""The golden pairs of tests/golden/wsman over HTTP: what the pure functions answer, a running daemon answers, byte for byte."""
import glob
import os
import re

from harness import ROOT, Daemon, check, equal, main, test
from transfer import load
from wsman import SOAP, Answer

GOLDEN = os.path.join(ROOT, "tests", "golden")
# What a daemon has no such provider for, or other classes than the fixed model has.
OTHERWISE = {"invoke", "invoke-static", "winrm-enumerate", "winrm-get", "winrm-query"}


def read(*path):
    with open(os.path.join(GOLDEN, *path), "rb") as f:
        return f.read()


def comparable(xml):
    """Without what differs from answer to answer: ids, whether the end was known when the answer began, and the host's name."""
    xml = re.sub(r"(?<=<wsa:MessageID>)[^<]*", "", xml)
    xml = re.sub(r"(?<=<wsen:EnumerationContext>)[^<]*(?=.*EndOfSequence)", "", xml)
    return re.sub(r'(?<=Machine=")[^"]*', "", xml)


def fault_of(xml):
    return re.findall(r"<s:Value>([^<]*)|faultDetail/([^<]*)|qname=\"([^\"]*)", xml)


@test
def each_golden_request_is_answered_over_http_as_it_is_without():
    names = sorted(os.path.basename(f).removesuffix(".reply.xml") for f in glob.glob(os.path.join(GOLDEN, "wsman", "*.reply.xml")))
    check(len(names) > 20, names)
    with Daemon() as daemon:
        load(daemon, (read("model.mof") + read("instance.mof")).decode())
        load(daemon, read("model.mof").decode(), "root/interop")
        for name in names:
            request, expected = read("wsman", name + ".xml"), read("wsman", name + ".reply.xml").decode()
            found = Answer(daemon.ask("POST", "/wsman", request, SOAP)).xml
            if "<s:Fault>" in expected:
                equal(fault_of(found), fault_of(expected), name)
            elif name not in OTHERWISE:
                equal(comparable(found).strip(), comparable(expected).strip(), name)
            load(daemon, read("instance.mof").decode())  # whatever was done to it


if __name__ == "__main__":
    main()
