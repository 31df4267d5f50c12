#!/usr/bin/env python3
"""What holds for HTTP whatever is served: verbs, paths, log-in, bodies, connections, the end."""
import base64
import gzip
import os
import signal
import socket
import threading

from harness import DEADLINE, PASSWORD, USER, Connection, Daemon, Skip, basic, check, equal, main, test, until
from wsman import enumerate_, pull, release

IDENTIFY = (
    '<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:wsmid="http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd">'
    "<s:Header/><s:Body><wsmid:Identify/></s:Body></s:Envelope>"
)
SOAP = [("Content-Type", "application/soap+xml;charset=UTF-8")]
MAX_REQUEST = 256 << 10


def identify(size=0):
    """The request, filled up to a size with a comment."""
    return IDENTIFY.replace("<s:Header/>", "<s:Header/><!--" + "x" * max(0, size - len(IDENTIFY) - 7) + "-->")


def is_identified(reply):
    equal(reply.status, 200, reply.text[:300])
    check("IdentifyResponse" in reply.text, reply.text[:300])
    equal(reply.headers["content-length"], str(len(reply.body)))


def is_short_text(reply, status):
    """Refusals have a text and a length, so that a strict client is not left hanging."""
    equal(reply.status, status)
    equal(reply.headers["content-type"], "text/plain; charset=utf-8")
    equal(reply.headers["content-length"], str(len(reply.body)))
    check(reply.body.endswith(b"\n") and len(reply.body) < 100, reply)


# ---- Paths and verbs


@test
def the_first_page_names_the_program_and_its_paths(daemon):
    reply = daemon.get("/")
    equal(reply.status, 200)
    check("cimstreamd" in reply.text and "/wsman" in reply.text, reply)
    equal(daemon.ask("HEAD", "/").headers["content-length"], str(len(reply.body)))


@test
def identify_is_answered_with_and_without_a_slash(daemon):
    is_identified(daemon.post("/wsman", IDENTIFY))
    is_identified(daemon.post("/wsman/", IDENTIFY))


@test
def other_paths_are_404(daemon):
    for path in "/wsma", "/wsmanx", "/wsman/x", "/WSMAN", "/%77sma", "/../wsman":
        is_short_text(daemon.post(path, IDENTIFY), 404)
    is_short_text(daemon.get("/nothing", auth=None), 404)


@test
def other_verbs_are_405_and_the_right_one_is_named(daemon):
    for method in "GET", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW":
        reply = daemon.ask(method, "/wsman")
        is_short_text(reply, 405)
        equal(reply.headers["allow"], "POST")
    equal(daemon.ask("HEAD", "/wsman").status, 405)
    equal(daemon.ask("PUT", "/wsman", IDENTIFY).status, 405)
    equal(daemon.ask("POST", "/", "").headers["allow"], "GET, HEAD")


@test
def a_query_does_not_change_the_path(daemon):
    is_identified(daemon.post("/wsman?PSVersion=5.1.14409.1005", IDENTIFY))


# ---- Log-in


def is_denied(reply):
    is_short_text(reply, 401)
    equal(reply.headers["www-authenticate"], 'Basic realm="cimstream"')


@test
def a_missing_header_is_asked_for_at_once_and_the_connection_goes_on(daemon):
    with daemon.connect() as c:
        is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=None))
        is_denied(c.ask("POST", "/wsman", identify(100_000), SOAP, auth=None))
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))
        is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=None))
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))


@test
def wrong_names_and_passwords_are_denied_and_logged_with_the_address(daemon):
    for user, password in (USER, "wrong"), (USER, PASSWORD + "x"), (USER, PASSWORD[:-1]), ("nobody", PASSWORD), (USER.upper(), PASSWORD):
        with daemon.connect() as c:
            is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=(user, password)))
            address = "%s:%d" % c.socket.getsockname()
            daemon.wait_log(f'denied: user "{user}" from {address}$')
            is_denied(c.ask("POST", "/wsman", identify(100_000), SOAP, auth=(user, password)))
            is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))


@test
def a_log_in_does_not_carry_over_to_other_credentials(daemon):
    with daemon.connect() as c:
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))
        is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=(USER, "wrong")))
        is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=basic() + "x"))
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))


@test
def malformed_headers_are_denied(daemon):
    for header in "Basic", "Basic !", "Basic QQ", "Basic QTpi=", "Basic Og==", "Digest username=x", "Negotiate YII=", "x", "Basic " + "Q" * 4000:
        with daemon.connect() as c:
            is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=header))
            is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))


@test
def the_scheme_has_no_case(daemon):
    is_identified(daemon.post("/wsman", IDENTIFY, auth=basic().replace("Basic", "bAsIc")))


@test
def a_new_password_counts_within_a_second_on_open_connections_too():
    with Daemon(users=[("adam", "old"), ("eve", "x")]) as daemon, daemon.connect() as c:
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=("adam", "old")))
        daemon.passwd("adam", "new")
        daemon.wait_log("was read again: 2 users")
        is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=("adam", "old")))
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=("adam", "new")))
        daemon.passwd("adam", None)
        daemon.process.send_signal(signal.SIGHUP)
        daemon.wait_log("was read again: 1 users")
        is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=("adam", "new")))
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=("eve", "x")))


@test
def names_and_passwords_may_be_latin_1(daemon):
    def latin_1(user, password):
        return "Basic " + base64.b64encode(f"{user}:{password}".encode("latin-1")).decode()

    with Daemon(users=[("jörg", "ÿ" * 256)]) as other:
        is_identified(other.post("/wsman", IDENTIFY, auth=latin_1("jörg", "ÿ" * 256)))
        is_identified(other.post("/wsman", IDENTIFY, auth=("jörg", "ÿ" * 256)))
        is_denied(other.post("/wsman", IDENTIFY, auth=latin_1("jörg", "ÿ" * 257)))
    with daemon.connect() as c:
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=latin_1(USER, PASSWORD)))
        is_denied(c.ask("POST", "/wsman", IDENTIFY, SOAP, auth=latin_1(USER, PASSWORD.replace("é", "è"))))


# ---- Strangers

UNAUTHENTICATED = ("WSMANIDENTIFY", "unauthenticated")


def of_a_stranger(target, path="/wsman", headers=(UNAUTHENTICATED,), body=IDENTIFY, auth=None):
    return target.ask("POST", path, body, [*SOAP, *headers], auth=auth)


def is_told_little(reply):
    is_identified(reply)
    check("OS: 0.0.0 SP: 0.0" in reply.text, reply.text)


@test
def whoever_says_that_he_is_a_stranger_is_identified_to_without_the_version(daemon):
    with daemon.connect() as c:
        for path in "/wsman", "/wsman/", "/wsman-anon":
            is_told_little(of_a_stranger(c, path))
            is_told_little(of_a_stranger(c, path, [("wsmanidentify", "Unauthenticated")]))
            is_denied(of_a_stranger(c, path, ()))
            is_denied(of_a_stranger(c, path, [("WSMANIDENTIFY", "yes")]))
            is_denied(of_a_stranger(c, path, auth=(USER, "wrong")))
            known = of_a_stranger(c, path, auth=(USER, PASSWORD))
            is_identified(known)
            check("OS: 0.0.0" not in known.text, known.text)
        is_denied(c.ask("GET", "/", headers=[UNAUTHENTICATED], auth=None))


@test
def strangers_get_nothing_but_identify(daemon):
    with daemon.connect() as c:
        for body in enumerate_("Linux_OperatingSystem"), pull("x"), release("x"), "", "<x/>", IDENTIFY[:-1], "<!DOCTYPE x>" + IDENTIFY:
            for path in "/wsman", "/wsman-anon":
                is_denied(of_a_stranger(c, path, body=body))
        is_told_little(of_a_stranger(c))


@test
def strangers_send_little(daemon):
    little = 64 << 10
    with daemon.connect() as c:
        is_told_little(of_a_stranger(c, body=identify(little)))
        is_short_text(of_a_stranger(c, body=identify(little + 1)), 413)
        c.request("POST", "/wsman", headers=[*SOAP, UNAUTHENTICATED, ("Transfer-Encoding", "chunked")], auth=None)
        c.send(chunked(identify(little + 1).encode(), 10_000))
        is_short_text(c.reply(), 413)
        bomb = gzip.compress(identify(MAX_REQUEST).encode())
        is_short_text(of_a_stranger(c, headers=[UNAUTHENTICATED, ("Content-Encoding", "gzip")], body=bomb), 413)
        is_identified(c.ask("POST", "/wsman", identify(MAX_REQUEST), SOAP))


@test
def strangers_are_served_as_configured():
    with Daemon(anonymous_identify="never") as daemon, daemon.connect() as c:
        for path in "/wsman", "/wsman-anon":
            is_denied(of_a_stranger(c, path))
            is_identified(c.ask("POST", path, IDENTIFY, SOAP))
    with Daemon(anonymous_identify="always") as daemon, daemon.connect() as c:
        is_told_little(of_a_stranger(c, "/wsman-anon", ()))
        is_denied(of_a_stranger(c, "/wsman-anon", (), enumerate_("Linux_OperatingSystem")))
        is_told_little(of_a_stranger(c))
        is_denied(of_a_stranger(c, "/wsman", ()))


# ---- Bodies


@test
def bodies_up_to_the_limit_are_taken_and_larger_ones_are_413(daemon):
    with daemon.connect() as c:
        is_identified(c.ask("POST", "/wsman", identify(MAX_REQUEST), SOAP))
        is_short_text(c.ask("POST", "/wsman", identify(MAX_REQUEST + 1), SOAP), 413)
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))


@test
def a_body_that_is_announced_as_huge_is_refused_before_it_comes(daemon):
    with daemon.connect() as c:
        c.request("POST", "/wsman", headers=[*SOAP, ("Content-Length", str(1 << 40))])
        is_short_text(c.reply(), 413)
        check(c.is_closed(), "the connection stays")


def chunked(body, size):
    parts = [body[i : i + size] for i in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


@test
def chunked_bodies_are_taken(daemon):
    with daemon.connect() as c:
        for size in 7, 1000, MAX_REQUEST:
            c.request("POST", "/wsman", headers=[*SOAP, ("Transfer-Encoding", "chunked")])
            c.send(chunked(identify(5000 if size == 7 else MAX_REQUEST).encode(), size))
            is_identified(c.reply())


@test
def chunked_bodies_over_the_limit_are_413_and_the_connection_goes_on(daemon):
    with daemon.connect() as c:
        c.request("POST", "/wsman", headers=[*SOAP, ("Transfer-Encoding", "chunked")])
        c.send(chunked(identify(MAX_REQUEST + 1).encode(), 10_000))
        is_short_text(c.reply(), 413)
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))


@test
def a_chunked_body_without_end_is_cut():
    with Daemon(max_request="64K") as daemon, daemon.connect() as c:
        c.request("POST", "/wsman", headers=[*SOAP, ("Transfer-Encoding", "chunked")])
        sent = 0
        try:
            while sent < 256 << 20:
                c.send(b"100000\r\n" + b"x" * (1 << 20) + b"\r\n")
                sent += 1 << 20
        except ConnectionError:
            pass
        check(sent < 256 << 20, "the daemon reads for ever")
        is_identified(daemon.post("/wsman", IDENTIFY))


@test
def continue_is_said_before_the_body_but_not_before_a_refusal(daemon):
    expect = [*SOAP, ("Expect", "100-continue"), ("Content-Length", str(len(IDENTIFY)))]
    with daemon.connect() as c:
        c.request("POST", "/wsman", headers=expect)
        equal(c.line(), "HTTP/1.1 100 Continue")
        equal(c.line(), "")
        c.send(IDENTIFY)
        is_identified(c.reply())
        c.request("POST", "/wsman", headers=expect, auth=None)
        is_denied(c.reply())
        check(c.is_closed(), "what comes could be taken for a request")


@test
def a_small_reply_comes_in_one_piece(daemon):
    with daemon.connect() as c:
        is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))
        c.request("POST", "/wsman", IDENTIFY, SOAP)
        data = c.socket.recv(1 << 20)
        check(data.startswith(b"HTTP/1.1 200") and data.rstrip().endswith(b"Envelope>"), data)


@test
def a_stranger_cannot_fill_the_memory():
    if os.environ.get("SAN"):
        raise Skip("sanitizers keep freed memory")
    with Daemon(max_request="16M") as daemon:
        daemon.post("/wsman", IDENTIFY, auth=(USER, "wrong"))
        before = daemon.memory()
        body = b"x" * (15 << 20)
        with daemon.connect() as c:
            c.request("POST", "/wsman", headers=[*SOAP, ("Content-Length", str(len(body) + 1))], auth=(USER, "wrong"))
            c.send(body)
            check(daemon.memory() - before < 8 << 20, f"{daemon.memory() - before} more bytes")
            c.send(b"x")
            is_denied(c.reply())


# ---- Connections


@test
def requests_in_one_go_are_answered_in_their_order(daemon):
    with daemon.connect() as c:
        for i in range(20):
            c.request("POST", "/wsman" if i % 2 else f"/nothing", IDENTIFY, SOAP)
        for i in range(20):
            equal(c.reply().status, 200 if i % 2 else 404)


@test
def a_request_may_come_byte_by_byte(daemon):
    with daemon.connect() as c:
        head = f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: {basic()}\r\nContent-Type: application/soap+xml\r\nContent-Length: {len(IDENTIFY)}\r\n\r\n"
        for byte in (head + IDENTIFY).encode():
            c.send(bytes([byte]))
        is_identified(c.reply())


@test
def a_slow_sender_holds_nobody_up(daemon):
    with daemon.connect() as slow:
        slow.request("POST", "/wsman", headers=[*SOAP, ("Content-Length", str(len(IDENTIFY)))])
        slow.send(IDENTIFY[:100])
        for _ in range(20):
            is_identified(daemon.post("/wsman", IDENTIFY))
        slow.send(IDENTIFY[100:])
        is_identified(slow.reply())


@test
def http_1_0_is_answered_and_closed(daemon):
    with daemon.connect() as c:
        c.request("POST", "/wsman", IDENTIFY, SOAP, version="HTTP/1.0")
        is_identified(c.reply())
        check(c.is_closed(), "the connection stays")


@test
def connection_close_is_honoured(daemon):
    with daemon.connect() as c:
        is_identified(c.ask("POST", "/wsman", IDENTIFY, [*SOAP, ("Connection", "close")]))
        check(c.is_closed(), "the connection stays")


@test
def a_client_that_has_said_all_is_still_answered(daemon):
    with daemon.connect() as c:
        c.request("POST", "/wsman", IDENTIFY, SOAP)
        c.socket.shutdown(socket.SHUT_WR)
        is_identified(c.reply())
        check(c.is_closed(), "the connection stays")


@test
def clients_that_vanish_at_any_place_leave_nothing_behind(daemon):
    is_identified(daemon.post("/wsman", IDENTIFY))
    before = daemon.descriptors()
    request = f"POST /wsman HTTP/1.1\r\nHost: x\r\nAuthorization: {basic()}\r\nContent-Length: {len(IDENTIFY)}\r\n\r\n{IDENTIFY}"
    for n in range(0, len(request) + 1, 40):
        with daemon.connect() as c:
            c.send(request[:n])
    with daemon.connect() as c:  # the daemon looks after them about once a second
        until(lambda: is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP)) or daemon.descriptors() <= before + 1)


@test
def nonsense_is_refused_and_harmless(daemon):
    for data in b"\r\n\r\n", b"GET\r\n\r\n", b"\0" * 100 + b"\r\n\r\n", b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", b"GET / HTTP/9.9\r\n\r\n", \
            b"POST /wsman HTTP/1.1\r\nContent-Length: -1\r\n\r\n", b"POST /wsman HTTP/1.1\r\nContent-Length: 1x\r\n\r\n", \
            b"POST /wsman HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 100000:
        with daemon.connect() as c:
            try:
                c.send(data)
                c.socket.shutdown(socket.SHUT_WR)
                while c.more():
                    pass
            except TimeoutError:
                raise
            except OSError:
                pass
            check(not c.rest.startswith(b"HTTP/1.1 200"), c.rest[:100])
    is_identified(daemon.post("/wsman", IDENTIFY))


@test
def many_clients_at_a_time_are_all_answered(daemon):
    is_identified(daemon.post("/wsman", IDENTIFY))  # logged in: few log-ins are computed at a time, and none waits for long
    failures = []

    def client():
        try:
            with daemon.connect() as c:
                for i in range(30):
                    is_identified(c.ask("POST", "/wsman", identify(i * 500), SOAP))
        except Exception as e:
            failures.append(e)

    threads = [threading.Thread(target=client) for _ in range(32)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(failures, [])


@test
def ipv6_and_several_addresses_are_served():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        raise Skip("no IPv6 here") from None
    with Daemon(listen=["127.0.0.1:0", "[::1]:0"]) as daemon:
        for i in range(2):
            with daemon.connect(i) as c:
                is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))
        check(daemon.urls[1].startswith("http://[::1]:"), daemon.urls)


@test
def an_ipv6_address_serves_ipv6_alone():
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        raise Skip("no IPv6 here") from None
    with Daemon(listen="[::]:0") as daemon:
        daemon.wait_log(r"http://\[::\]:.* is open to the network without TLS")
        with Connection("::1", daemon.port) as c:
            is_identified(c.ask("POST", "/wsman", IDENTIFY, SOAP))
        try:
            Connection("127.0.0.1", daemon.port).socket.close()
        except ConnectionRefusedError:
            pass
        else:
            raise AssertionError("IPv4 is served too")


@test
def a_second_daemon_on_the_same_port_does_not_start(daemon):
    try:
        Daemon(listen=f"127.0.0.1:{daemon.port}")
    except AssertionError as e:
        check("Address already in use" in str(e), str(e))
    else:
        raise AssertionError("it did")


@test
def requests_that_drip_in_and_idle_connections_are_ended():
    with Daemon(idle_timeout="4s") as daemon, daemon.connect() as idle, daemon.connect() as drip, daemon.connect() as body:
        body.request("POST", "/wsman", headers=[*SOAP, ("Content-Length", "1000000")])
        drip.send("POST /wsman HTTP/1.1\r\n")
        done = threading.Event()

        def keep_dripping():
            try:
                while not done.wait(0.1):
                    drip.send("a: b\r\n")
                    body.send("x")
            except OSError:
                pass

        dripping = threading.Thread(target=keep_dripping)
        dripping.start()
        try:
            check(idle.is_closed(), "an idle connection stays")
            check(drip.is_closed(), "a head may take for ever")
            check(body.is_closed(), "a body may take for ever")
            daemon.wait_log("took longer than 8 s to arrive", skip=1)
        finally:
            done.set()
            dripping.join()


# ---- The end


@test
def it_ends_cleanly_by_either_signal_with_connections_open():
    for sig in signal.SIGTERM, signal.SIGINT:
        daemon = Daemon()
        with daemon.connect() as quiet, daemon.connect() as half, daemon.connect() as used:
            half.send("POST /wsman HTTP/1.1\r\n")
            is_identified(used.ask("POST", "/wsman", IDENTIFY, SOAP))
            daemon.stop(sig)
            check(quiet.is_closed() and half.is_closed() and used.is_closed(), "a connection outlived the daemon")


@test
def requests_before_the_end_are_answered_or_refused():
    daemon = Daemon()
    statuses, go_on = [], threading.Event()

    def client():
        try:
            with daemon.connect() as c:
                while True:
                    statuses.append(c.ask("POST", "/wsman", IDENTIFY, SOAP).status)
                    if len(statuses) > 50:
                        go_on.set()
        except (OSError, EOFError):
            go_on.set()

    threads = [threading.Thread(target=client) for _ in range(8)]
    for t in threads:
        t.start()
    go_on.wait(DEADLINE)
    daemon.stop()
    for t in threads:
        t.join()
    check(set(statuses) <= {200, 503} and len(statuses) > 50, set(statuses))


if __name__ == "__main__":
    os.environ.pop("http_proxy", None)
    main(max_request=MAX_REQUEST)
