#!/usr/bin/env python3
"""A table of requests that are wrong in every way, what each is answered, and that none of them does any harm."""
import os

from harness import Daemon, check, equal, test, main
from wsman import ACTION, AGENT, NS, SOAP, Answer, ask, enumerate_, envelope, identify, message

SAN = os.environ.get("SAN")
ROUNDS = 20 if SAN else 200
STRETCHES = 5
MAX_REQUEST = 64 << 10
GOOD = enumerate_("Linux_OperatingSystem")
SCHEMA = "wsman:SchemaValidationError"
ENTITIES = "".join(f'<!ENTITY e{n} "{"&e%d;" % (n - 1) * 10}">' for n in range(1, 10))


def in_header(text):
    return enumerate_("Linux_OperatingSystem", header=text)


def nested(depth):
    return in_header("<x>" * depth + "</x>" * depth)


# Name: body, then the HTTP status or the fault that answers it; None: numbers have a ceiling, nothing is wrong with them
BODIES = {
    "empty": ("", SCHEMA),
    "white space": (" \r\n\t", SCHEMA),
    "no XML": ("GET me all of it", SCHEMA),
    "truncated in the middle": (GOOD[: len(GOOD) // 2], SCHEMA),
    "truncated by a byte": (GOOD[:-1], SCHEMA),
    "two roots": (GOOD + GOOD, SCHEMA),
    "text behind the root": (GOOD + "x", SCHEMA),
    "tags that cross": (in_header("<x><y></x></y>"), SCHEMA),
    "a prefix that nobody declared": (in_header("<nobody:x/>"), SCHEMA),
    "an attribute twice": (in_header('<x a="1" a="2"/>'), SCHEMA),
    "a DTD": ("<!DOCTYPE x>" + GOOD, SCHEMA),
    "a DTD from outside": ('<!DOCTYPE x SYSTEM "file:///etc/passwd">' + GOOD, SCHEMA),
    "an entity bomb": (f'<!DOCTYPE x [<!ENTITY e0 "ha">{ENTITIES}]>' + in_header("<x>&e9;</x>"), SCHEMA),
    "an entity from outside": ('<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + in_header("<x>&e;</x>"), SCHEMA),
    "an entity that nobody declared": (in_header("<x>&e;</x>"), SCHEMA),
    "a processing instruction": (in_header("<?x y?>"), SCHEMA),
    "10000 levels": ("<x>" * 7000 + "</x>" * 2000, SCHEMA),
    "1000 levels in a header": (nested(1000), SCHEMA),
    "1000 attributes": (in_header("<x " + " ".join(f'a{n}="1"' for n in range(1000)) + "/>"), SCHEMA),
    "NUL bytes": (in_header("<x>\0</x>"), SCHEMA),
    "only NUL bytes": ("\0" * 1000, SCHEMA),
    "a NUL as a reference": (in_header("<x>&#0;</x>"), SCHEMA),
    "a control character": (in_header("<x>\1</x>"), SCHEMA),
    "invalid UTF-8": (in_header("<x>@</x>").encode().replace(b"@", b"\xff\xfe"), SCHEMA),
    "overlong UTF-8": (in_header("<x>@</x>").encode().replace(b"@", b"\xc0\xbc"), SCHEMA),
    "a surrogate in UTF-8": (in_header("<x>@</x>").encode().replace(b"@", b"\xed\xa0\x80"), SCHEMA),
    "half a character of UTF-16": (GOOD.encode("utf-16") + b"<", SCHEMA),
    "half a pair of UTF-16": (in_header("<x>@</x>").encode("utf-16-le").replace(b"@\0", b"\0\xd8"), SCHEMA),
    "a lie about the encoding": ('<?xml version="1.0" encoding="KOI8-R"?>' + GOOD, "wsman:EncodingLimit"),
    "no envelope": ("<x/>", SCHEMA),
    "SOAP 1.1": (GOOD.replace(NS["s"], "http://schemas.xmlsoap.org/soap/envelope/"), "s:VersionMismatch"),
    "no namespace": ("<Envelope><Header/><Body/></Envelope>", "s:VersionMismatch"),
    "an envelope of nothing": (f'<s:Envelope xmlns:s="{NS["s"]}"/>', SCHEMA),
    "two bodies": (GOOD.replace("</s:Envelope>", "<s:Body/></s:Envelope>"), SCHEMA),
    "a body before the header": (f'<s:Envelope xmlns:s="{NS["s"]}"><s:Body/><s:Header/></s:Envelope>', SCHEMA),
    "no headers": (envelope("", "<wsen:Enumerate/>"), "wsa:MessageInformationHeaderRequired"),
    "a long URI": (enumerate_("C" * 5000), "wsman:EncodingLimit"),
    "a long action": (message(ACTION + "x" * 20000, ""), "wsa:ActionNotSupported"),
    "a long MessageID": (GOOD.replace("uuid:", "uuid:" * 5000), "wsa:InvalidMessageInformationHeader"),
    "a number of 1000 digits": (enumerate_("Linux_OperatingSystem", "9" * 1000), None),
    "a duration of 1000 digits": (enumerate_("Linux_OperatingSystem", timeout="PT" + "9" * 1000 + "S", expires="P" + "9" * 1000 + "Y"), None),
    "1000 selectors": (in_header("<wsman:SelectorSet>" + "".join(f'<wsman:Selector Name="a{n}">x</wsman:Selector>' for n in range(1000))
                                 + "</wsman:SelectorSet>"), "wsman:EncodingLimit"),
    "too large": (" " * MAX_REQUEST + identify(), 413),
}


def check_row(c, name):
    body, expected = BODIES[name]
    c.request("POST", "/wsman", body, SOAP)
    reply = c.reply()
    if isinstance(expected, int):
        equal(reply.status, expected, name)
    else:
        equal(Answer(reply).fault, expected, name)
    return reply


def is_well(target):
    check(ask(target, identify()).text("ProductVendor") == "cimstream", "no answer to Identify")


@test
def every_bad_body_has_its_answer_and_the_connection_goes_on(daemon):
    wrong = []
    with daemon.connect() as c:
        for name in BODIES:
            try:
                check_row(c, name)
                is_well(c)
            except AssertionError as e:
                wrong.append(str(e)[:300])
    check(not wrong, "\n".join(wrong))


@test
def other_content_types_are_400(daemon):
    with daemon.connect() as c:
        for header in "text/plain", "application/json", "application/soap", "", ";", "x" * 3000, "multipart/encrypted;boundary=x", None:
            equal(c.ask("POST", "/wsman", GOOD, [AGENT] + ([("Content-Type", header)] if header is not None else [])).status, 400, repr(header))
            is_well(c)


@test
def other_verbs_are_405(daemon):
    with daemon.connect() as c:
        for verb in "GET", "PUT", "DELETE", "OPTIONS", "TRACE", "X":
            equal(c.ask(verb, "/wsman", GOOD if verb == "PUT" else None, SOAP).status, 405, verb)
            is_well(c)


@test
def a_flood_of_headers_is_refused(daemon):
    for headers in [(f"X-{n}", "x" * 60) for n in range(5000)], [("X", "x" * 400000)]:
        with daemon.connect() as c:
            try:
                c.request("POST", "/wsman", GOOD, SOAP + headers)
                check(c.reply().status in (400, 413, 431, 500), "a flood of headers was taken")
            except (ConnectionError, EOFError):
                pass
        is_well(daemon)


@test
def a_body_that_ends_early_harms_nobody(daemon):
    for n in range(0, len(GOOD), 97):
        with daemon.connect() as c:
            c.request("POST", "/wsman", headers=SOAP + [("Content-Length", str(len(GOOD)))])
            c.send(GOOD[:n])
    is_well(daemon)


@test
def every_prefix_of_a_request_is_a_fault(daemon):
    with daemon.connect() as c:
        for n in range(0, len(GOOD), 23 if SAN else 5):
            c.request("POST", "/wsman", GOOD[:n], SOAP)
            equal(Answer(c.reply()).fault, SCHEMA, GOOD[:n])
        is_well(c)


@test
def many_rounds_of_it_do_not_take_memory():
    """What leaks grows with every stretch of rounds; a thread that was needed for once grows one of them."""
    with Daemon(max_request=MAX_REQUEST) as daemon, daemon.connect() as c:
        memory = []
        for n in range(ROUNDS + 1):
            if n % (ROUNDS // STRETCHES) == 0:
                memory.append(daemon.memory())
            for name in BODIES:
                check_row(c, name)
        is_well(c)
        grown = [after - before for before, after in zip(memory, memory[1:])]
        check(SAN or min(grown) * STRETCHES < 1 << 20, f"{grown} bytes more in {STRETCHES} stretches of {ROUNDS} rounds")


if __name__ == "__main__":
    main(max_request=MAX_REQUEST)
