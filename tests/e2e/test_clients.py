#!/usr/bin/env python3
"""Clients that are not ours: curl as `make run` shows it, pywinrm's transport, and what wsmancli and omicli send (tests/wire)."""
import glob
import os
import re
import subprocess
import xml.etree.ElementTree as ET

from harness import DEADLINE, PASSWORD, ROOT, USER, Skip, check, equal, main, test
from wsman import PROVIDERS, Answer, ask, enumerate_, identify

FAULTS = {  # the recorded requests that are answered with a fault, and with which
    "wsman": {
        "get-badclass": "wsa:DestinationUnreachable", "get-baduri": "wsa:DestinationUnreachable", "get-notfound": "wsa:DestinationUnreachable",
        "get-ns": "wsa:DestinationUnreachable", "pull-badctx": "wsen:InvalidEnumerationContext",
        "enum-m3-pull": "wsen:InvalidEnumerationContext", "release-badctx": "wsen:InvalidEnumerationContext",
        "invoke-badmethod": "wsa:ActionNotSupported", "enum-frag": "wsman:UnsupportedFeature",
        "renew": "wsa:ActionNotSupported", "unsub": "wsa:ActionNotSupported", "sub-push": "wsa:ActionNotSupported", "sub-pull": "wsa:ActionNotSupported",
    },
    "omicli": {"ei-bad": "wsa:DestinationUnreachable"},
}
HOLDS = {  # what answers must hold, beside being no fault
    "wsman": {"get": ">3<", "get-frag": "XmlFragment", "put": "Recorded_Thing", "create": "ResourceCreated", "invoke": ">hello<", "assoc": "EnumerationContext>",
              "ref": "EnumerationContext>", "identify": "ProductVendor"},
    "omicli": {"gi": ">item<", "ci": "ResourceCreated", "iv": ">42<"},
}


def fixtures(kind):
    """Name, path, headers and body of each, at our port and, if it logs in at all, as our user."""
    for file in sorted(glob.glob(os.path.join(ROOT, "tests", "wire", kind, "*.http"))):
        with open(file, "rb") as f:
            head, body = re.split(rb"\r?\n\r?\n", f.read(), maxsplit=1)
        first, *lines = head.decode().splitlines()
        headers = [line.split(":", 1) for line in lines]
        yield (os.path.basename(file).removesuffix(".http"), first.split()[1],
               [(k, v.strip()) for k, v in headers if k.lower() not in ("authorization", "content-length", "host")], body)


def play(daemon, kind):
    wrong, n = [], 0
    for name, path, headers, body in fixtures(kind):
        body = body.replace(b"127.0.0.1:5985", b"127.0.0.1:%d" % daemon.port)
        n += 1
        try:
            equal(daemon.ask("POST", path, body, headers, auth=None).status, 401)
            answer = Answer(daemon.ask("POST", path, body, headers))
            agent = any(k.lower() == "user-agent" for k, _ in headers)
            if not agent and b"MaxEnvelopeSize" in body:
                check(answer.reply.chunks is None and "content-length" in answer.reply.headers, "chunks for one who cannot read them")
            equal(answer.fault, FAULTS[kind].get(name), answer.xml)
            check(HOLDS[kind].get(name, "") in answer.xml, answer.xml)
        except Exception as e:
            wrong.append(f"{kind}/{name}: {str(e)[:500]}")
    check(not wrong, "\n".join(wrong))
    if not n:
        raise Skip("no fixtures")


@test
def what_wsmancli_sends_is_answered(daemon):
    play(daemon, "wsman")


@test
def what_omicli_sends_is_answered(daemon):
    play(daemon, "omicli")


# ---- curl


def curl(daemon, body, *options):
    """Standard output and error of curl."""
    return subprocess.run(
        ["curl", "-sN", "-u", f"{USER}:{PASSWORD}", "-H", "Content-Type: application/soap+xml;charset=UTF-8", "--data-binary", "@-",
         *options, daemon.url + "/wsman"],
        input=body.encode(), capture_output=True, timeout=DEADLINE, check=True,
    )


def printed_request():
    """The one that `make run` writes for curl."""
    with open(os.path.join(ROOT, "conf", "run.sh"), encoding="utf-8") as f:
        text = f.read().split("<<XML\n")[1].split("\nXML\n")[0]
    return text.replace("$listen", "127.0.0.1").replace("$(cat /proc/sys/kernel/random/uuid)", "1")


@test
def curl_as_it_is_printed_lists_everything(daemon):
    root = ET.fromstring(curl(daemon, printed_request()).stdout)
    items = next(e for e in root.iter() if e.tag.endswith("}Items"))
    check(len({e.tag for e in items}) >= 6, {e.tag for e in items})
    check(any(e.tag.endswith("}EndOfSequence") for e in root.iter()), "the end is missing")


@test
def curl_takes_http_1_0_compression_and_a_challenge(daemon):
    for options in ["--http1.0"], ["--compressed"], ["--anyauth"], ["-H", "Expect: 100-continue"], ["--http2"], ["-H", "Transfer-Encoding: chunked"]:
        check(b"EndOfSequence" in curl(daemon, enumerate_(max_elements=100000), *options).stdout, options)


@test
def curl_sees_the_status_of_a_fault(daemon):
    out = curl(daemon, enumerate_("CIM_No"), "-o", "/dev/null", "-w", "%{http_code}")
    equal(out.stdout, b"500")


@test
def curl_that_stops_reading_ends(daemon):
    with subprocess.Popen(["curl", "-sN", "-u", f"{USER}:{PASSWORD}", "-H", "Content-Type: application/soap+xml", "--data-binary",
                           printed_request().replace("CIM_ManagedElement", "Synthetic_Base"), daemon.url + "/wsman"],
                          stdout=subprocess.PIPE) as process:
        check(process.stdout.read(100).startswith(b"<s:Envelope"), "no envelope")
        process.terminate()
    check(ask(daemon, identify()).text("ProductVendor"), "no answer to Identify")


# ---- pywinrm


PLAIN = ("plain", "secret")  # pywinrm's library sends Latin-1


def protocol(daemon, password=PLAIN[1]):
    try:
        from winrm.protocol import Protocol
    except ImportError:
        raise Skip("python3-winrm is not installed") from None
    return Protocol(daemon.url + "/wsman", transport="basic", username=PLAIN[0], password=password)


@test
def pywinrm_talks_to_us(daemon):
    p = protocol(daemon)
    text = p.send_message(identify())
    check("IdentifyResponse" in str(text), text)
    text = p.send_message(enumerate_(max_elements=100000, envelope_size=153600))
    check("EnumerateResponse" in str(text), text[:300])


@test
def pywinrm_sees_faults_and_a_wrong_password(daemon):
    from_us = protocol(daemon)
    from winrm import exceptions

    try:
        from_us.send_message(enumerate_("CIM_No"))
    except exceptions.WinRMError as e:
        check("CIM_No" in str(e) or "500" in str(e), e)
    else:
        raise AssertionError("no error")
    try:
        protocol(daemon, password="wrong").send_message(identify())
    except exceptions.InvalidCredentialsError:
        pass
    else:
        raise AssertionError("no error")


if __name__ == "__main__":
    main(provider_dir=PROVIDERS, users=((USER, PASSWORD), PLAIN))
