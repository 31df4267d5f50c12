#!/usr/bin/env python3
"""Large, slow, stalled, vanishing and hanging: what happens between the first byte of an answer and its last.

Sizes: a million instances; ten with CIMSTREAM_LONG in the environment, a tenth under a sanitizer."""
import os
import re
import signal
import socket
import struct
import threading

from harness import Daemon, check, equal, main, test, until
from wsman import PATIENCE, PROVIDERS, SOAP, Hanging, ask, enumerate_, identify, pull, release

SAN = os.environ.get("SAN")
N = 100_000 if SAN else 10_000_000 if os.environ.get("CIMSTREAM_LONG") else 1_000_000
ALL = 1 << 40
MARK = b"</p:Name>"  # once an instance
MB = 1 << 20


def synthetic(n, **options):
    os.environ["CIMSTREAM_SYNTHETIC_N"] = str(n)
    return Daemon(provider_dir=PROVIDERS, **options)


class Stream:
    """A chunked answer while it comes: chunks, bytes and instances so far, the last bytes of its text."""

    def __init__(self, connection, body):
        self.connection, self.chunks, self.bytes, self.instances, self.tail, self.over = connection, 0, 0, 0, b"", False
        connection.request("POST", "/wsman", body, SOAP)
        reply = connection.head()
        equal((reply.status, reply.headers.get("transfer-encoding")), (200, "chunked"))

    def step(self):
        """One chunk; False if there are no more."""
        data = self.connection.chunk()
        if not data:
            self.over = True
            return False
        self.chunks += 1
        self.bytes += len(data)
        self.instances += data.count(MARK)
        seam = self.tail[-len(MARK) + 1 :] + data[: len(MARK) - 1]
        self.instances += seam.count(MARK)
        self.tail = (self.tail + data)[-1000:]
        return True

    def read(self, size):
        """So many bytes or more."""
        goal = self.bytes + size
        while self.bytes < goal and self.step():
            pass
        return self

    def read_all(self):
        self.read(ALL)
        check(self.tail.endswith(b"</s:Envelope>"), self.tail)
        return self

    def is_cut(self):
        try:
            self.read(ALL)
        except (EOFError, ConnectionError):
            return True
        return False


def everything(**named):
    return enumerate_("Synthetic_Base", ALL, **named)


def peak(daemon):
    with open(f"/proc/{daemon.pid}/status") as f:
        return int(re.search(r"VmHWM:\s+(\d+)", f.read()).group(1)) << 10


def is_well(target):
    equal(ask(target, identify()).text("ProductVendor"), "cimstream")


# ---- Much


@test
def the_peak_of_memory_is_the_same_for_a_thousand_and_for_a_million():
    peaks = []
    for n in 1000, N:
        with synthetic(n) as daemon:
            with daemon.connect() as c:
                stream = Stream(c, everything()).read_all()
                equal(stream.instances, n)
                check(b"EndOfSequence" in stream.tail, stream.tail)
                is_well(c)
            peaks.append(peak(daemon))
    check(SAN or peaks[1] - peaks[0] < 2 * MB, f"{peaks[0]} bytes for a thousand, {peaks[1]} for {N}")


@test
def references_are_as_many_as_instances():
    with synthetic(5000) as daemon:
        equal(len(ask(daemon, everything(mode="EnumerateEPR")).is_good().items), 5000)


@test
def a_slow_reader_holds_nobody_up_and_gets_all():
    with synthetic(N) as daemon, daemon.connect(receive_buffer=65536) as slow, daemon.connect() as other:
        stream = Stream(slow, everything())
        before = daemon.memory()
        while stream.bytes < 5 * MB:
            stream.read(65536)
            is_well(other)
        check(SAN or daemon.memory() - before < 4 * MB, f"{daemon.memory() - before} bytes wait for the reader")
        equal(stream.read_all().instances, N)


@test
def four_readers_of_all_get_all():
    with synthetic(N // 10) as daemon:
        found = []

        is_well(daemon)  # logged in before they come together: few log-ins are computed at a time, and none waits for long

        def reader():
            with daemon.connect() as c:
                found.append(Stream(c, everything()).read_all().instances)

        run_threads([reader] * 4)
        equal(found, [N // 10] * 4)


def run_threads(functions):
    failures = []

    def run(function):
        try:
            function()
        except Exception as e:
            failures.append(repr(e))

    threads = [threading.Thread(target=run, args=(f,)) for f in functions]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(failures, [])


# ---- Readers that are no good


def vanish(c, reset):
    if reset:
        c.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    c.socket.close()


@test
def a_reader_that_vanishes_ends_its_enumeration():
    with synthetic(100_000_000, max_contexts=1) as daemon:
        is_well(daemon)
        threads = daemon.threads()
        for n in range(10):
            c = daemon.connect()
            stream = Stream(c, everything()).read(n * n * 10000)
            ask(daemon, enumerate_("Synthetic_Base")).is_fault("wsman:QuotaLimit")
            vanish(c, n % 2)
            until(lambda: ask(daemon, enumerate_("Linux_OperatingSystem", 10)).fault is None)
        check(stream.bytes, "nothing was read")
        is_well(daemon)
        check(daemon.threads() <= threads + 8, f"{threads} threads before, {daemon.threads()} now")


@test
def a_stalled_reader_that_vanishes_ends_its_enumeration():
    with synthetic(100_000_000, max_contexts=1) as daemon:
        for reset in False, True:
            c = daemon.connect(receive_buffer=8192)
            Stream(c, everything())
            vanish(c, reset)
            until(lambda: ask(daemon, enumerate_("Linux_OperatingSystem", 10)).fault is None)


@test
def one_who_stalls_and_a_hundred_who_are_idle_do_not_matter_to_the_busy():
    def busy():
        with daemon.connect() as c:
            for _ in range(4 if SAN else 20):
                is_well(c)
                answer = ask(c, enumerate_("Linux_OperatingSystem", 10)).is_good()
                equal((answer.classes, answer.end), (["Linux_OperatingSystem"], True))

    with synthetic(N // 10) as daemon, daemon.connect(receive_buffer=8192) as stalled:
        stream = Stream(stalled, everything())
        idle = [daemon.connect() for _ in range(100)]
        run_threads([busy] * 48)
        for c in idle:
            is_well(c)
            c.socket.close()
        equal(stream.read_all().instances, N // 10)


@test
def many_who_stall_leave_room_for_the_others():
    with synthetic(N // 10, run_slots=2) as daemon:
        stalled = [daemon.connect(receive_buffer=8192) for _ in range(16)]
        streams = [Stream(c, everything()) for c in stalled]
        for _ in range(10):
            equal(ask(daemon, enumerate_("Linux_OperatingSystem", 10)).is_good().classes, ["Linux_OperatingSystem"])
        for stream in streams[:4]:
            equal(stream.read_all().instances, N // 10)
        for c in stalled:
            c.socket.close()


@test
def a_reader_that_takes_nothing_is_cut():
    with synthetic(N, stall_timeout="1s", max_contexts=1) as daemon, daemon.connect(receive_buffer=8192) as c:
        stream = Stream(c, everything())
        until(lambda: ask(daemon, enumerate_("Linux_OperatingSystem", 10, envelope_size=100000), agent=False).fault is None)  # no stream
        check(stream.is_cut(), "the answer ends as if it were complete")


# ---- Providers that are slow, or hang


@test
def every_instance_is_there_before_the_next_is_made():
    with Hanging(instances=5) as daemon, daemon.connect() as c:
        stream = Stream(c, enumerate_("Hang_Thing", 10))
        for n in range(1, 5):
            while stream.instances < n:
                check(stream.step(), f"it ends with {stream.instances} instances")
            equal(stream.instances, n)
            daemon.let_go()
        equal(stream.read_all().instances, 5)
        check(stream.chunks >= 5, f"{stream.chunks} chunks")


@test
def a_hung_provider_is_named_and_left_alone_until_it_is_back():
    with Hanging(provider_timeout=PATIENCE) as daemon:
        answer = ask(daemon, enumerate_(max_elements=ALL)).is_good()  # it comes although the provider goes on hanging
        check(len(set(answer.classes)) >= 6 and "Example_LoadAverage" in answer.classes, set(answer.classes))
        check("Hang_Thing" in answer.missing and not answer.end, f"{answer.missing}, {answer.end}")
        check("after" not in answer.texts("Name"), "it did not hang")

        failed = ask(daemon, pull(answer.context, 10))
        check("Hang_Thing" in failed.reason, failed.reason)
        failed.is_fault("wsman:TimedOut")

        for _ in range(3):
            again = ask(daemon, enumerate_(max_elements=ALL)).is_good()
            check("Hang_Thing" in again.missing and not again.end, f"{again.missing}, {again.end}")
            check("Hang_Thing" not in again.classes, "it was called again")
            check(set(again.classes) == set(answer.classes) - {"Hang_Thing"}, set(again.classes))
        ask(daemon, enumerate_("Hang_Thing", 10)).is_fault("wsman:TimedOut")

        daemon.let_go()
        os.unlink(daemon.fifo)  # from now on there is nothing to wait for
        until(lambda: ask(daemon, enumerate_("Hang_Thing", 10)).end)
        answer = ask(daemon, enumerate_(max_elements=ALL)).is_good()
        equal((answer.missing, answer.end, answer.classes.count("Hang_Thing")), (None, True, 2))


@test
def with_partial_omit_an_answer_ends_and_still_names_who_is_missing():
    with Hanging(provider_timeout="200ms", partial="omit") as daemon:
        answer = ask(daemon, enumerate_(max_elements=ALL)).is_good()
        check(answer.end and "Hang_Thing" in answer.missing, f"{answer.missing}, {answer.end}")
        daemon.let_go()


# ---- The end


@test
def a_signal_in_mid_stream_ends_the_daemon_and_the_connection():
    for stalled in False, True:
        with synthetic(100_000_000) as daemon, daemon.connect(receive_buffer=8192 if stalled else None) as c:
            stream = Stream(c, everything()).read(0 if stalled else 3 * MB)
            daemon.stop(signal.SIGTERM)
            check(stream.is_cut(), "the answer ends as if it were complete")


@test
def a_signal_with_open_contexts_ends_the_daemon():
    with synthetic(100_000) as daemon:
        for _ in range(20):
            answer = ask(daemon, enumerate_("Synthetic_Base", 10)).is_good()
            check(answer.context and not answer.end, answer.reply)
        ask(daemon, release(answer.context)).is_good()


@test
def a_signal_while_a_provider_hangs_ends_the_daemon_and_the_wait():
    with Hanging() as daemon, daemon.connect() as c:
        stream = Stream(c, enumerate_("Hang_Thing", 10)).read(1)
        daemon.process.send_signal(signal.SIGTERM)
        check(stream.is_cut(), "the answer ends as if it were complete")
        daemon.let_go()
        daemon.wait()


@test
def a_provider_that_does_not_come_back_is_left_behind_at_the_end():
    daemon = Hanging(stop_timeout="100ms")
    with daemon.connect() as c:
        stream = Stream(c, enumerate_("Hang_Thing", 10)).read(1)
        daemon.process.send_signal(signal.SIGTERM)
        check(stream.is_cut(), "the answer ends as if it were complete")
        daemon.wait(code=1)
        check(daemon.matches("did not stop in time"), daemon.log)


@test
def what_each_provider_has_done_is_logged_when_asked_for():
    with Daemon() as daemon:
        equal(len(ask(daemon, enumerate_("Linux_OperatingSystem", max_elements=10)).items), 1)
        daemon.process.send_signal(signal.SIGUSR1)
        daemon.wait_log(r"Linux_OperatingSystem: 1 calls, 1 instances, [0-9.]+ s, 0 failures, 0 missed deadlines, 0 stuck")


if __name__ == "__main__":
    main(provider_dir=PROVIDERS)
