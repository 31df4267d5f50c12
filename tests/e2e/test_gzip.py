#!/usr/bin/env python3
"""Compressed answers and requests: who gets them, that a stream stays one, and that a small request cannot become a large one."""
import gzip
import os
import re
import zlib

from harness import Daemon, check, equal, main, test
from wsman import PROVIDERS, SOAP, Answer, Hanging, ask, enumerate_, identify, release

SAN = os.environ.get("SAN")
N = 20_000 if SAN else 300_000
MAX_REQUEST = 256 << 10
GZIP = ("Accept-Encoding", "gzip")
MB = 1 << 20
os.environ["CIMSTREAM_SYNTHETIC_N"] = "100"


def synthetic(max_elements=50, **named):
    return enumerate_("Synthetic_Base", max_elements, **named)


def plain(reply):
    """The reply with its body unpacked, which it must be."""
    equal(reply.headers.get("content-encoding"), "gzip")
    equal(reply.headers.get("vary"), "Accept-Encoding")
    check(reply.whole, reply)
    unpack = zlib.decompressobj(wbits=31)
    reply.body = unpack.decompress(reply.body)
    check(unpack.eof and not unpack.unused_data, "the packed body has no end")
    return reply


def packed(target, body, *accept, charset="UTF-8", headers=()):
    headers = [*(accept or (GZIP,)), SOAP[1], ("Content-Type", "application/soap+xml;charset=" + charset), *headers]
    return plain(target.ask("POST", "/wsman", body, headers))


# ---- Answers


@test
def a_whole_answer_has_the_length_of_its_packed_bytes(daemon):
    request, headers = synthetic(envelope_size=100000), SOAP[:1]  # without a User-Agent: nothing but whole answers
    with daemon.connect() as c:
        reply = c.ask("POST", "/wsman", request, [*headers, GZIP])
        length = len(reply.body)
        equal((reply.chunks, reply.headers["content-length"]), (None, str(length)))
        equal(len(Answer(plain(reply)).is_good().items), 50)
        check(length < len(reply.body) // 4, f"{length} bytes for {len(reply.body)}")
        equal(len(Answer(c.ask("POST", "/wsman", request, headers)).is_good().items), 50)


@test
def only_who_asks_gets_it(daemon):
    for header in "gzip", "deflate, GZIP;q=0.5", "*", "x-gzip", "identity;q=0.5, gzip", "gzip;q=0.001":
        equal(len(Answer(packed(daemon, synthetic(), ("Accept-Encoding", header))).items), 50)
    for header in "", "gzip;q=0", "identity", "deflate, br", "gzip;q=0.5, identity", "*;q=0", "gzip;q=0, *", "nonsense;;q=,gzipped":
        reply = daemon.ask("POST", "/wsman", synthetic(), [*SOAP, ("Accept-Encoding", header)])
        equal((reply.headers.get("content-encoding"), reply.headers.get("vary")), (None, "Accept-Encoding"), header)
        equal(len(Answer(reply).items), 50)


@test
def small_answers_stay_as_they_are_unless_that_is_refused(daemon):
    for path, body in ("/", None), ("/wsman", identify()):
        method = "POST" if body else "GET"
        reply = daemon.ask(method, path, body, [*SOAP, GZIP])
        equal((reply.status, reply.headers.get("content-encoding")), (200, None))
        only = plain(daemon.ask(method, path, body, [*SOAP, ("Accept-Encoding", "gzip, identity;q=0")]))
        equal((only.status, len(only.body)), (200, len(reply.body)))


@test
def faults_are_packed_if_they_are_large(daemon):
    for name in "CIM_No", "CIM_" + "x" * 1000:
        reply = daemon.ask("POST", "/wsman", enumerate_(name), [*SOAP, GZIP])
        equal(reply.headers.get("content-encoding"), "gzip")
        Answer(plain(reply)).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")


@test
def head_names_the_length_that_get_would_have(daemon):
    headers = [("Accept-Encoding", "gzip, identity;q=0")]
    equal(daemon.ask("HEAD", "/", None, headers).headers["content-length"], daemon.get("/", headers=headers).headers["content-length"])


@test
def a_stream_is_packed_and_chunked(daemon):
    reply = packed(daemon, enumerate_(max_elements=100000))
    check(reply.chunks and "content-length" not in reply.headers, reply.headers)
    answer = Answer(reply).is_good()
    check(answer.end and len(set(answer.classes)) >= 6, set(answer.classes))


@test
def utf_16_is_packed_too(daemon):
    for request in synthetic(), enumerate_(max_elements=100000):
        answer = Answer(packed(daemon, request.encode("utf-16"), charset="UTF-16")).is_good()
        check(answer.charset == "UTF-16" and answer.items, answer.reply)


@test
def http_1_0_gets_a_packed_stream_until_the_end_of_the_connection(daemon):
    with daemon.connect() as c:
        answer = Answer(plain(c.ask("POST", "/wsman", enumerate_(max_elements=100000), [*SOAP, GZIP], version="HTTP/1.0")))
        check(answer.end and answer.reply.chunks is None, answer.reply)


@test
def every_instance_can_be_read_before_the_next_is_made():
    with Hanging(instances=5) as daemon, daemon.connect() as c:
        c.request("POST", "/wsman", enumerate_("Hang_Thing", 10), [*SOAP, GZIP])
        equal(c.head().headers["content-encoding"], "gzip")
        unpack, text = zlib.decompressobj(wbits=31), b""
        for n in range(1, 5):
            while text.count(b"</p:Name>") < n:
                text += unpack.decompress(c.chunk())
            equal(text.count(b"</p:Name>"), n)
            daemon.let_go()
        while data := c.chunk():
            text += unpack.decompress(data)
        equal((text.count(b"</p:Name>"), unpack.eof), (5, True))


@test
def much_is_packed_in_little_memory():
    os.environ["CIMSTREAM_SYNTHETIC_N"] = str(N)
    with Daemon(provider_dir=PROVIDERS) as daemon, daemon.connect() as c:
        packed(daemon, synthetic())
        before = daemon.memory()
        c.request("POST", "/wsman", synthetic(1 << 40), [*SOAP, GZIP])
        equal(c.head().headers["content-encoding"], "gzip")
        unpack, found, tail = zlib.decompressobj(wbits=31), 0, b""
        while data := c.chunk():
            text = unpack.decompress(data)
            found += (tail[-8:] + text).count(b"</p:Name>")
            tail = (tail + text)[-1000:]
        equal((found, unpack.eof), (N, True))
        check(b"EndOfSequence" in tail, tail)
        check(SAN or daemon.memory() - before < 2 * MB, f"{daemon.memory() - before} bytes more")
    os.environ["CIMSTREAM_SYNTHETIC_N"] = "100"


@test
def an_answer_that_is_cut_has_no_end():
    with Hanging() as daemon, daemon.connect() as c:
        c.request("POST", "/wsman", enumerate_("Hang_Thing", 10), [*SOAP, GZIP])
        equal(c.head().headers["content-encoding"], "gzip")
        unpack, text = zlib.decompressobj(wbits=31), b""
        while b">before<" not in text:
            text += unpack.decompress(c.chunk())
        ask(daemon, release(re.search(rb"EnumerationContext>(\w+)<", text).group(1).decode())).is_good()
        try:
            while data := c.chunk():
                text += unpack.decompress(data)
        except (EOFError, ConnectionError):
            pass
        else:
            raise AssertionError("the answer ends as if it were complete")
        check(not unpack.eof, "the packed stream has an end")
        daemon.let_go()


@test
def nobody_gets_it_where_it_is_switched_off():
    with Daemon(gzip="false", provider_dir=PROVIDERS) as daemon:
        for request in synthetic(), enumerate_(max_elements=100000):
            reply = daemon.ask("POST", "/wsman", request, [*SOAP, GZIP])
            check("content-encoding" not in reply.headers and "vary" not in reply.headers, reply.headers)
            check(Answer(reply).is_good().items, reply)
        equal(send(daemon, gzip.compress(identify().encode())).status, 200)


# ---- Requests


def send(target, body, coding="gzip", headers=(), **named):
    return target.ask("POST", "/wsman", body, [*SOAP, ("Content-Encoding", coding), *headers], **named)


def filled(size):
    text = identify().replace("<s:Header>", "<s:Header><!---->")
    return text.replace("<!---->", "<!--" + "x" * (size - len(text)) + "-->").encode()


@test
def packed_requests_are_read(daemon):
    with daemon.connect() as c:
        for coding in "gzip", "GZIP", "x-gzip":
            equal(Answer(send(c, gzip.compress(identify().encode()), coding)).text("ProductVendor"), "cimstream")
        equal(Answer(send(c, identify(), "identity")).text("ProductVendor"), "cimstream")
        equal(len(Answer(plain(send(c, gzip.compress(synthetic().encode()), headers=[GZIP]))).items), 50)
        body = gzip.compress(identify().encode())
        c.request("POST", "/wsman", headers=[*SOAP, ("Content-Encoding", "gzip"), ("Transfer-Encoding", "chunked")])
        c.send(b"".join(b"1\r\n%c\r\n" % byte for byte in body) + b"0\r\n\r\n")
        equal(Answer(c.reply()).text("ProductVendor"), "cimstream")


@test
def the_limit_is_for_what_comes_out(daemon):
    with daemon.connect() as c:
        equal(Answer(send(c, gzip.compress(filled(MAX_REQUEST)))).text("ProductVendor"), "cimstream")
        equal(send(c, gzip.compress(filled(MAX_REQUEST + 1))).status, 413)
        equal(send(c, b"x" * (MAX_REQUEST + 1)).status, 413)
        equal(Answer(send(c, gzip.compress(identify().encode()))).text("ProductVendor"), "cimstream")


@test
def a_bomb_costs_nothing(daemon):
    pack = zlib.compressobj(9, wbits=31)
    bomb = b"".join(pack.compress(bytes(MB)) for _ in range(200)) + pack.flush()
    check(len(bomb) < MAX_REQUEST, len(bomb))
    with daemon.connect() as c:
        equal(send(c, bomb).status, 413)
        before = daemon.memory()
        for _ in range(20):
            equal(send(c, bomb).status, 413)
        check(SAN or daemon.memory() - before < 8 * MB, f"{daemon.memory() - before} bytes more: a thread, perhaps, but no bomb")
        equal(send(c, bomb, auth=None).status, 401)


@test
def what_is_not_gzip_is_400_and_other_codings_are_415(daemon):
    good = gzip.compress(identify().encode())
    with daemon.connect() as c:
        for body in b"", b"x", identify().encode(), good[:-1], good[:20], good + b"x", good[:-8] + bytes(4) + good[-4:], zlib.compress(b"x"):
            equal(send(c, body).status, 400, body[:20])
        for coding in "deflate", "br", "gzip, gzip", "zstd", "compress":
            reply = send(c, good, coding)
            equal((reply.status, reply.headers["accept-encoding"]), (415, "gzip"), coding)
        equal(send(c, good, headers=[("Content-Encoding", "gzip")]).status, 415)
        equal(send(c, good, "br", auth=None).status, 401)
        equal(Answer(send(c, good)).text("ProductVendor"), "cimstream")


if __name__ == "__main__":
    main(provider_dir=PROVIDERS, max_request=MAX_REQUEST)
