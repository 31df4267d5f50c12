#!/usr/bin/env python3
"""Heads of requests: how bodies are framed, what is expected, versions, lengths, and the order of what is answered on a connection."""
import re

from harness import PASSWORD, USER, basic, check, equal, main, test
from wsman import PROVIDERS, SOAP, Answer, Hanging, enumerate_, identify

IDENTIFY = identify()
N = len(IDENTIFY)
TYPE = "Content-Type: application/soap+xml;charset=UTF-8"
LENGTH = f"Content-Length: {N}"
CHUNKS = "Transfer-Encoding: chunked"
MAX_REQUEST = 64 << 10


def request(*lines, first="POST /wsman HTTP/1.1", body=IDENTIFY):
    """A head of these lines, with log-in and type, and a body."""
    return "\r\n".join((first, f"Authorization: {basic()}", TYPE, *lines, "", body))


def chunked(body, extension="", trailers=""):
    return f"5{extension}\r\n{body[:5]}\r\n{len(body) - 5:X}{extension}\r\n{body[5:]}\r\n0{extension}\r\n{trailers}\r\n"


def is_identified(reply):
    check("IdentifyResponse" in Answer(reply).is_good().xml, reply)


def answer_to(daemon, data):
    """The status of the first answer; the connection must end behind it."""
    with daemon.connect() as c:
        try:
            c.send(data)
            while c.more():
                pass
        except ConnectionError:
            pass
        statuses = re.findall(rb"HTTP/1\.1 (\d+) ", c.rest)
        check(statuses and len(set(statuses)) == 1, c.rest[:2000])
        return int(statuses[0])


# ---- Framing


@test
def chunks_may_have_extensions_and_trailers(daemon):
    bodies = [chunked(IDENTIFY, extension, trailers)
              for extension in ("", ";a", ';a=b;c="d;e"') for trailers in ("", "X: y\r\n", "X: y\r\nContent-Length: 5\r\nHost: x\r\n")]
    with daemon.connect() as c:
        for body in bodies:
            c.send(request("Host: x", CHUNKS, body=body))
            is_identified(c.reply())
        c.send("".join(request("Host: x", CHUNKS, body=body) for body in bodies))
        for _ in bodies:
            is_identified(c.reply())


@test
def chunks_that_are_none_are_400(daemon):
    for body in "zz\r\n", "-5\r\nabcde\r\n", "0x5\r\nabcde\r\n", "5\r\nabcdeX\r\n", "\r\n":
        equal(answer_to(daemon, request("Host: x", CHUNKS, body=body + "0\r\n\r\n")), 400, repr(body))
    equal(answer_to(daemon, request("Host: x", CHUNKS, body="f" * 30 + "\r\n")), 413)


@test
def a_body_of_which_two_lengths_are_told_is_400_and_nothing_behind_it_is_read(daemon):
    behind = request("Host: x", LENGTH)
    for lines in (LENGTH, LENGTH), (LENGTH, "Content-Length: 5"), (LENGTH, CHUNKS), (CHUNKS, "Content-Length: 0"):
        equal(answer_to(daemon, request("Host: x", *lines, body=chunked(IDENTIFY)) + behind), 400, lines)
    equal(answer_to(daemon, request(CHUNKS, first="POST /wsman HTTP/1.0", body=chunked(IDENTIFY))), 400)


@test
def other_transfer_codings_are_501(daemon):
    for coding in "gzip, chunked", "gzip", "identity", "chunked, chunked":
        equal(answer_to(daemon, request("Host: x", "Transfer-Encoding: " + coding, body=chunked(IDENTIFY))), 501, coding)
    equal(answer_to(daemon, request("Host: x", CHUNKS, CHUNKS, body=chunked(IDENTIFY))), 501)


@test
def a_length_that_is_no_number_is_refused(daemon):
    for length in "-1", "+5", "5x", "0x5", "5 5", "", "5,5":
        equal(answer_to(daemon, request("Host: x", "Content-Length: " + length)), 400, length)
    equal(answer_to(daemon, request("Host: x", "Content-Length: " + "9" * 30)), 413)


@test
def http_1_1_has_one_host_and_names_have_no_blanks(daemon):
    for lines in (), ("Host: a", "Host: b"), ("Host: a", "X y: z"), ("Host: a", "X : y"), ("Host: a", "Content-Length : 5"), ("Host: a", "X"):
        equal(answer_to(daemon, request(LENGTH, *lines)), 400, lines)
    with daemon.connect() as c:
        c.send(request(LENGTH, first="POST /wsman HTTP/1.0"))
        is_identified(c.reply())


@test
def lines_and_heads_that_are_too_long_are_414_and_431(daemon):
    equal(answer_to(daemon, request("Host: x", LENGTH, first=f"POST /{'x' * 100000} HTTP/1.1")), 414)
    equal(answer_to(daemon, request("Host: x", LENGTH, "X: " + "x" * 100000)), 431)
    equal(answer_to(daemon, request("Host: x", LENGTH, *(f"X-{n}: y" for n in range(10000)))), 431)
    equal(answer_to(daemon, request("Host: x", CHUNKS, body=chunked(IDENTIFY, trailers="X: y\r\n" * 20000))), 431)


@test
def other_versions_are_505(daemon):
    for version in "2.0", "0.9", "9.9":
        equal(answer_to(daemon, f"GET / HTTP/{version}\r\nHost: x\r\n\r\n"), 505, version)
    with daemon.connect() as c:
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP, version="HTTP/1.2"))


@test
def a_path_may_come_with_scheme_and_host(daemon):
    with daemon.connect() as c:
        for path in "http://127.0.0.1/wsman", "HTTP://[::1]:5985/wsman/", "https://x/wsman?y=z":
            is_identified(c.ask("POST", path, IDENTIFY, SOAP))
        equal(c.ask("GET", "http://x").status, 200)
        equal(c.ask("GET", "ftp://x/").status, 404)


@test
def a_path_with_a_nul_is_not_the_one_before_it(daemon):
    equal(daemon.get("/%00").status, 404)
    equal(daemon.ask("POST", "/wsman%00x", IDENTIFY, SOAP).status, 404)


# ---- Expectations


def expecting(c, what="100-continue", length=N, path="/wsman", auth=True, more=()):
    c.request("POST", path, headers=[*SOAP, ("Expect", what), ("Content-Length", str(length)), *more], auth=auth)
    return c.line()


@test
def a_body_that_would_be_refused_is_never_asked_for(daemon):
    wrong = (USER, "wrong")
    for status, named in ((401, {"auth": None}), (401, {"auth": wrong}), (401, {"auth": wrong, "length": 60000}), (404, {"path": "/nothing"}),
                          (405, {"path": "/"}), (413, {"length": MAX_REQUEST + 1}), (417, {"what": "a miracle"}),
                          (415, {"more": [("Content-Encoding", "br")]})):
        with daemon.connect() as c:
            check(f" {status} " in expecting(c, **named), f"{status}, {named}")
            while c.more():
                pass
    with daemon.connect() as c:
        for auth in True, True, ("eve", "x"):
            equal(expecting(c, auth=auth), "HTTP/1.1 100 Continue")
            equal(c.line(), "")
            c.send(IDENTIFY)
            is_identified(c.reply())


@test
def chunks_are_refused_before_they_come_too(daemon):
    with daemon.connect() as c:
        c.request("POST", "/wsman", headers=[*SOAP, ("Expect", "100-continue"), ("Transfer-Encoding", "chunked")], auth=(USER, "wrong"))
        check(" 401 " in c.line(), "a body of a stranger is wanted")


@test
def http_1_0_expects_nothing(daemon):
    for what in "100-continue", "a miracle":
        with daemon.connect() as c:
            c.request("POST", "/wsman", IDENTIFY, [*SOAP, ("Expect", what)], version="HTTP/1.0")
            check(c.rest == b"" and " 200 " in c.line(), "a 100 before the answer")


# ---- Many on one connection


@test
def http_1_0_is_kept_alive_when_asked(daemon):
    with daemon.connect() as c:
        for _ in range(3):
            reply = c.ask("POST", "/wsman", IDENTIFY, [*SOAP, ("Connection", "keep-alive")], version="HTTP/1.0")
            is_identified(reply)
            equal(reply.headers["connection"].lower(), "keep-alive")
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP, version="HTTP/1.0"))
        check(c.is_closed(), "the connection stays")


@test
def a_slow_answer_goes_before_the_fast_ones_that_were_asked_for_behind_it():
    with Hanging() as daemon, daemon.connect() as c:
        c.request("POST", "/wsman", enumerate_("Hang_Thing", 10), SOAP)
        c.request("POST", "/wsman", IDENTIFY, SOAP)
        c.request("GET", "/nothing")
        c.request("POST", "/wsman", IDENTIFY, SOAP, auth=None)
        c.request("HEAD", "/")
        c.request("POST", "/wsman", enumerate_("Linux_OperatingSystem", 10), SOAP)
        daemon.let_go()
        equal(Answer(c.reply()).is_good().texts("Name"), ["before", "after"])
        is_identified(c.reply())
        equal([c.reply().status, c.reply().status, c.reply(head=True).status], [404, 401, 200])
        equal(Answer(c.reply()).is_good().classes, ["Linux_OperatingSystem"])


@test
def head_is_get_without_the_body(daemon):
    with daemon.connect() as c:
        get, head = c.ask("GET", "/"), c.ask("HEAD", "/")
        for headers in get.headers, head.headers:
            headers.pop("date")
        equal((head.status, head.headers), (get.status, get.headers))
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))


if __name__ == "__main__":
    main(provider_dir=PROVIDERS, max_request=MAX_REQUEST, users=((USER, PASSWORD), ("eve", "x")))
