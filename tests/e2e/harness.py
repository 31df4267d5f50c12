"""Conversations with the real daemon. A test file reads

    from harness import check, equal, main, test

    @test
    def a_path_that_is_not_served_is_answered_with_404(daemon):
        equal(daemon.get("/nothing").status, 404)

    if __name__ == "__main__":
        main(max_request="64K")

main starts one daemon ($BUILD, a fresh folder, a free port, a users file with USER and PASSWORD made by the command line tool), runs the
tests in their order, or those named on the command line, and stops the daemon: it must end by itself with exit code 0 and without a sanitizer's
report. A test without a parameter starts its own: `with Daemon(io_threads=1) as daemon:`. Nothing here waits for time: every wait is
for an event and has a deadline.
"""
import base64
import inspect
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import traceback

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BUILD = os.path.abspath(os.path.join(ROOT, os.environ.get("BUILD", "build")))
USER, PASSWORD = "tester", "se:cret é"
DEADLINE = 180 if os.environ.get("SAN") else 60  # seconds
REPORTS = re.compile(r"Sanitizer|runtime error:|Assertion .* failed")


class Skip(Exception):
    """Raised by a test that cannot run here."""


def basic(user=USER, password=PASSWORD):
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class Reply:
    """status, reason, version, headers (lower case; last wins), body; chunks: sizes as they came, None without chunking;
    whole: False if the connection ended in mid-body."""

    def __init__(self, status, reason, version):
        self.status, self.reason, self.version = status, reason, version
        self.headers, self.body, self.chunks, self.whole = {}, b"", None, True

    def __repr__(self):
        return f"<{self.status} {self.headers} {self.body[:200]!r}>"

    @property
    def text(self):
        return self.body.decode()


class Connection:
    """A raw connection: send bytes, read replies."""

    def __init__(self, host, port, receive_buffer=None):
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.socket = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.socket.settimeout(DEADLINE)
        self.socket.connect((host, port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.rest = b""

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data.encode() if isinstance(data, str) else data)

    def request(self, method="GET", path="/", body=None, headers=(), auth=True, version="HTTP/1.1"):
        """Sends a request. auth: True is USER, a (user, password) pair, a whole header value, or None."""
        lines = [f"{method} {path} {version}", "Host: test"]
        if auth:
            lines.append("Authorization: " + (basic() if auth is True else auth if isinstance(auth, str) else basic(*auth)))
        body = body.encode() if isinstance(body, str) else body
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        lines += [f"{k}: {v}" for k, v in (headers.items() if isinstance(headers, dict) else headers)]
        self.send("\r\n".join(lines).encode() + b"\r\n\r\n" + (body or b""))

    def ask(self, *args, **named):
        """request and reply"""
        self.request(*args, **named)
        return self.reply(head=(args[0] if args else named.get("method", "GET")) == "HEAD")

    def more(self, size=65536):
        """Some bytes into rest; False at the end."""
        data = self.socket.recv(size)
        self.rest += data
        return bool(data)

    def line(self):
        while b"\r\n" not in self.rest:
            if not self.more():
                raise EOFError(f"the connection ended within a line: {self.rest[:200]!r}")
        line, self.rest = self.rest.split(b"\r\n", 1)
        return line.decode("latin-1")

    def take(self, n):
        """n bytes, or fewer at the end."""
        parts, have = [self.rest], len(self.rest)
        while have < n:
            data = self.socket.recv(min(n - have, 1 << 20))
            if not data:
                break
            parts.append(data)
            have += len(data)
        data = b"".join(parts)
        self.rest = data[n:]
        return data[:n]

    def head(self):
        """Status line and headers of a reply, 100 left out."""
        while True:
            version, status, *reason = self.line().split(" ", 2)
            reply = Reply(int(status), " ".join(reason), version)
            while line := self.line():
                name, value = line.split(":", 1)
                reply.headers[name.lower()] = value.strip()
            if reply.status != 100:
                return reply

    def chunk(self):
        """The next chunk of a chunked reply; b"" is the last."""
        size = int(self.line().split(";")[0], 16)
        data = self.take(size)
        if len(data) < size:
            raise EOFError("the connection ended within a chunk")
        while line := self.line():  # behind the data, or trailers behind the last
            if size:
                raise ValueError(f"{line!r} behind a chunk")
        return data

    def reply(self, head=False):
        reply = self.head()
        if head or reply.status in (204, 304):
            return reply
        if reply.headers.get("transfer-encoding") == "chunked":
            reply.chunks, parts = [], []
            try:
                while data := self.chunk():
                    reply.chunks.append(len(data))
                    parts.append(data)
            except (EOFError, ConnectionError):
                reply.whole = False
            reply.body = b"".join(parts)
        elif "content-length" in reply.headers:
            n = int(reply.headers["content-length"])
            reply.body = self.take(n)
            reply.whole = len(reply.body) == n
        else:
            reply.body = self.take(sys.maxsize)
        return reply

    def is_closed(self):
        """True once the other side has ended the connection without a further byte; waits for that."""
        try:
            return not self.rest and self.socket.recv(1) == b""
        except ConnectionError:
            return True


class Daemon:
    """A running cimstreamd. Options are its keys; a list is a repeated key. Use it with `with`, or stop it by hand."""

    def __init__(self, users=((USER, PASSWORD),), users_file=None, **options):
        self.folder = tempfile.mkdtemp(prefix="cimstream-")
        self.users_file = users_file or os.path.join(self.folder, "users")
        for user, password in users:
            self.passwd(user, password)
        # on a loaded machine nobody is to be taken for one that hangs unless the test is about that
        defaults = {"provider_timeout": "5m", "stop_timeout": f"{DEADLINE}s", "listen": "127.0.0.1:0", "users": self.users_file, "schema_dir": os.path.join(ROOT, "conf", "schema"),
                    "provider_dir": os.path.join(self.folder, "providers"), "state_dir": self.folder, "config": "/dev/null"}
        self.urls, self.log, self.ended = [], [], False
        self.changed = threading.Condition()
        arguments = [f"--{k}={v}" for k, o in {**defaults, **options}.items() for v in (o if isinstance(o, list) else [o])]
        want = len(options["listen"]) if isinstance(options.get("listen"), list) else 1
        self.process = subprocess.Popen([os.path.join(BUILD, "cimstreamd"), *arguments], stdin=subprocess.DEVNULL,
                                        stderr=subprocess.PIPE, text=True, errors="replace")
        self.reader = threading.Thread(target=self.read_log, daemon=True)
        self.reader.start()
        try:
            for _ in range(want):
                self.urls.append(self.wait_log(r"listening on (http://\S+)", skip=len(self.urls)).group(1))
        except BaseException:
            self.kill()
            raise
        self.url = self.urls[0].rstrip("/")
        self.host, self.port = self.address(0)

    def __enter__(self):
        return self

    def __exit__(self, kind, *_):
        if kind:
            self.kill()
        else:
            self.stop()

    @property
    def pid(self):
        return self.process.pid

    def address(self, i):
        """Host and port of the i-th listening address."""
        host, port = re.fullmatch(r"http://(.*):(\d+)/", self.urls[i]).groups()
        return host.strip("[]"), int(port)

    def passwd(self, user, password):
        """The command line tool sets or (password None) deletes a user."""
        delete = ["--delete"] if password is None else []
        subprocess.run([os.path.join(BUILD, "cimstream"), "passwd", *delete, self.users_file, user], check=True, timeout=DEADLINE,
                       input=(password or "") + "\n", text=True)

    # ---- The log

    def read_log(self):
        for line in self.process.stderr:
            with self.changed:
                self.log.append(line.rstrip("\n"))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def matches(self, pattern):
        return [m for m in map(re.compile(pattern).search, self.log) if m]

    def wait_log(self, pattern, skip=0):
        """The match of the first line, behind `skip` such lines, that is or will be in the log."""
        with self.changed:
            self.changed.wait_for(lambda: self.ended or len(self.matches(pattern)) > skip, DEADLINE)
            found = self.matches(pattern)
            if len(found) <= skip:
                raise AssertionError(f"no line {pattern!r} in the log:\n" + "\n".join(self.log[-50:]))
            return found[skip]

    # ---- Its end

    def stop(self, sig=signal.SIGTERM, code=0):
        """Ends it, which must go well."""
        self.process.send_signal(sig)
        self.wait(code)

    def wait(self, code=0):
        try:
            found = self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError("the daemon does not end:\n" + "\n".join(self.log[-50:])) from None
        self.reader.join(DEADLINE)
        self.clean()
        if found != code or any(map(REPORTS.search, self.log)):
            raise AssertionError(f"the daemon ended with {found}:\n" + "\n".join(self.log[-200:]))

    def kill(self):
        """After a failure: the log is what remains."""
        self.process.kill()
        self.process.wait()
        self.clean()

    def clean(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    # ---- Talking to it

    def connect(self, i=0, **options):
        return Connection(*self.address(i), **options)

    def ask(self, *args, **named):
        """One request on a connection of its own, see Connection.request."""
        with self.connect() as connection:
            return connection.ask(*args, **named)

    def get(self, path="/", **named):
        return self.ask("GET", path, **named)

    def post(self, path, body, content_type="application/soap+xml;charset=UTF-8", headers=(), **named):
        headers = [("Content-Type", content_type), *(headers.items() if isinstance(headers, dict) else headers)]
        return self.ask("POST", path, body, headers, **named)

    # ---- Looking at it

    def threads(self):
        return len(os.listdir(f"/proc/{self.pid}/task"))

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.pid}/fd"))

    def memory(self):
        """Resident bytes."""
        with open(f"/proc/{self.pid}/status") as f:
            return int(re.search(r"VmRSS:\s+(\d+)", f.read()).group(1)) * 1024


# ---- Tests

TESTS = []


def test(function):
    TESTS.append(function)
    return function


def equal(found, expected, what=""):
    if found != expected:
        raise AssertionError(f"{what + ': ' if what else ''}found {found!r}, expected {expected!r}")


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def until(condition):
    """Asks again and again until the answer is true. The condition is to do something with the daemon, which takes its time."""
    end = time.monotonic() + DEADLINE
    while not condition():
        check(time.monotonic() < end, f"not within {DEADLINE} s")


def run_one(function, daemon):
    began = time.monotonic()
    try:
        function(daemon) if inspect.signature(function).parameters else function()
        print(f"ok      {time.monotonic() - began:5.1f}s {function.__name__}", flush=True)
        return True
    except Skip as reason:
        print(f"skipped        {function.__name__}: {reason}", flush=True)
        return True
    except Exception:
        print(f"FAILED  {time.monotonic() - began:5.1f}s {function.__name__}", flush=True)
        traceback.print_exc(file=sys.stdout)
        return False


def main(**options):
    names = sys.argv[1:]
    tests = [t for t in TESTS if not names or t.__name__ in names]
    shared = Daemon(**options) if any(inspect.signature(t).parameters for t in tests) else None
    good = [run_one(t, shared) for t in tests]
    if shared:
        try:
            shared.stop()
        except AssertionError:
            good.append(False)
            traceback.print_exc(file=sys.stdout)
        if not all(good):
            print("the daemon's log:", *shared.log[-60:], sep="\n  ")
    print(f"{sum(good)} passed, {len(good) - sum(good)} failed")
    sys.exit(0 if all(good) and good else 1)
