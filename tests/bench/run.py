#!/usr/bin/env python3
"""make bench: cimstreamd against the bare HTTP library, in one run on one machine.

The server streams N instances of a 12-property class, spread over 24 derived classes, through one WS-Man Enumerate of their abstract base. Two ceilings
stand beside it: the library streaming as many ready bytes, and a hand-made loop that writes the same instances straight into the library's reader. What
counts are the ratios; absolute figures are this machine's, today.

Environment: BUILD (default build), BENCH_MAX (default 10000000) instances of the largest run.
"""
import atexit
import base64
import os
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import threading

BUILD = os.environ.get("BUILD", "build")
MAX = int(os.environ.get("BENCH_MAX", "10000000"))
SIZES = [n for n in (10**3, 10**4, 10**5, 10**6, 10**7) if n <= MAX]
USER, PASSWORD = "bench", "bench"
BIG = 2**53

ENVELOPE = """<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope" xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" \
xmlns:wsman="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" xmlns:wsen="http://schemas.xmlsoap.org/ws/2004/09/enumeration"><s:Header>\
<wsa:To>http://127.0.0.1/wsman</wsa:To><wsman:ResourceURI s:mustUnderstand="true">\
http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/{cls}</wsman:ResourceURI><wsa:ReplyTo><wsa:Address>\
http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:Address></wsa:ReplyTo>\
<wsa:Action s:mustUnderstand="true">http://schemas.xmlsoap.org/ws/2004/09/enumeration/Enumerate</wsa:Action>\
<wsa:MessageID>uuid:00000000-0000-4000-8000-000000000001</wsa:MessageID></s:Header><s:Body><wsen:Enumerate>\
<wsman:OptimizeEnumeration/><wsman:MaxElements>{limit}</wsman:MaxElements>{filter}</wsen:Enumerate></s:Body></s:Envelope>"""
FILTER = '<wsman:Filter Dialect="http://schemas.microsoft.com/wbem/wsman/1/WQL">{query}</wsman:Filter>'


def envelope(cls, limit, query=None):
    return ENVELOPE.format(cls=cls, limit=limit, filter=FILTER.format(query=query) if query else "")


def http_post(body):
    auth = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
    head = (f"POST /wsman HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {auth}\r\nUser-Agent: bench\r\n"
            f"Content-Type: application/soap+xml;charset=UTF-8\r\nContent-Length: {len(body)}\r\n\r\n")
    return (head + body).encode()


class Server:
    """cimstreamd with the synthetic provider; N instances."""

    def __init__(self, folder, n, *options):
        self.folder = folder
        users = os.path.join(folder, "users")
        subprocess.run([f"{BUILD}/cimstream", "passwd", users, USER], input=PASSWORD.encode(), check=True, capture_output=True)
        env = dict(os.environ, CIMSTREAM_SYNTHETIC_N=str(n))
        self.process = subprocess.Popen(
            [f"{BUILD}/cimstreamd", "--listen=127.0.0.1:0", f"--users={users}", "--schema_dir=conf/schema",
             f"--provider_dir={BUILD}/tests/providers", f"--state_dir={tempfile.mkdtemp(dir=folder)}", *options],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=env)
        atexit.register(self.process.kill)
        for line in self.process.stderr:
            found = re.search(r"listening on http://127\.0\.0\.1:(\d+)", line)
            if found:
                self.port = found.group(1)
                break
        else:
            sys.exit("cimstreamd did not start")
        threading.Thread(target=self.process.stderr.read, daemon=True).start()

    def memory(self, field):
        """KiB: VmRSS now, VmHWM peak, RssAnon now."""
        with open(f"/proc/{self.process.pid}/status") as f:
            return int(re.search(rf"^{field}:\s+(\d+)", f.read(), re.M).group(1))

    def request(self, cls, limit=BIG, query=None):
        path = os.path.join(self.folder, f"{cls}-{limit}-{abs(hash(query))}.http")
        with open(path, "wb") as f:
            f.write(http_post(envelope(cls, limit, query)))
        return path

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


class Bare:
    """The bare library."""

    def __init__(self, folder):
        self.folder = folder
        self.process = subprocess.Popen([f"{BUILD}/bench/bare"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.port = self.process.stdout.readline().strip()

    def request(self, path, n, method="GET", body=""):
        file = os.path.join(self.folder, f"bare{path.replace('/', '-')}-{n}.http")
        with open(file, "w") as f:
            f.write(f"{method} {path}?n={n} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        return file

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def client(port, *arguments):
    out = subprocess.run([f"{BUILD}/bench/client", port, *arguments], check=True, capture_output=True, text=True,
                         timeout=120).stdout.split()
    return float(out[0]), float(out[1]), int(out[2]), int(out[3])


def best(times, *requests):
    """The quickest run of each (port, file), taken in turns: what disturbs a run only makes it slower, and disturbs all alike."""
    rounds = [[client(port, "stream", file) for port, file in requests] for _ in range(times)]
    return [(min(r[k][0] for r in rounds), min(r[k][1] for r in rounds), rounds[0][k][2]) for k in range(len(requests))]


def times_for(n):
    return 3 if n >= 10**7 else 5 if n >= 10**6 else 15


def streams(folder, bare):
    print("| N | instances/s | MB/s | first byte | peak memory | of ready bytes | of hand-made loop |")
    print("|---|---|---|---|---|---|---|")
    for n in SIZES:
        server = Server(folder, n)
        file = server.request("Synthetic_Base")
        client(server.port, "stream", file)  # signs in: the password is checked once
        (seconds, first, size), (ready, _, ready_size), (hand, _, _) = best(
            times_for(n), (server.port, file), (bare.port, bare.request("/ready", n)), (bare.port, bare.request("/hand", n)))
        peak = server.memory("VmHWM")
        server.stop()
        print(f"| {n:,} | {n / seconds:,.0f} | {size / seconds / 1e6:,.0f} | {first * 1e3:.2f} ms | {peak / 1024:.1f} MB "
              f"| {(size / seconds) / (ready_size / ready):.0%} | {hand / seconds:.0%} |", flush=True)


def rate(port, file, seconds, connections):
    """Answers a second over some connections at once."""
    clients = [subprocess.Popen([f"{BUILD}/bench/client", port, "small", file, str(seconds)], stdout=subprocess.PIPE, text=True)
               for _ in range(connections)]
    outs = [c.communicate(timeout=120)[0].split() for c in clients]
    return sum(int(o[3]) / float(o[0]) for o in outs)


def small_requests(server, bare, seconds):
    print("\n| small requests | connections | a second | of the bare library with as many bytes |")
    print("|---|---|---|---|")
    for cls, label in (("Synthetic_Base", "Enumerate, 10 instances of 12 properties"),
                       ("Linux_OperatingSystem", "Enumerate, 1 instance of 64 properties, read from /proc")):
        file = server.request(cls, limit := 1000)
        size = answer_size(server, file)
        body = envelope(cls, limit)
        bare_file = bare.request("/small", size, "POST", body)
        rate(server.port, file, 0.2, 1)
        for connections in (1, 4):
            rounds = [(rate(server.port, file, seconds, connections), rate(bare.port, bare_file, seconds, connections))
                      for _ in range(5)]
            ours, theirs = max(r[0] for r in rounds), max(r[1] for r in rounds)
            print(f"| {label}, {size} bytes | {connections} | {ours:,.0f} | {ours / theirs:.0%} |", flush=True)


def answer_size(server, file):
    """Bytes of the body; the first answers may be chunked, later ones are not."""
    for _ in range(100):
        with socket.create_connection(("127.0.0.1", int(server.port))) as s, open(file, "rb") as f:
            s.sendall(f.read())
            data = b""
            while b"\r\n\r\n" not in data:
                data += s.recv(65536)
            found = re.search(rb"Content-Length: (\d+)", data, re.I)
        if found:
            return int(found.group(1))
    sys.exit("the answer is always chunked")


def queries(folder):
    """One instance by its key, and two properties of all, against everything."""
    print("\n| WQL on 10,000 instances | time | of the full enumeration |")
    print("|---|---|---|")
    server = Server(folder, 10**4)
    name = f"{5000:012}"
    asked = [(None, "everything"), (f"SELECT * FROM Synthetic_Base WHERE Name = '{name}'", "one, by its key"),
             (f"SELECT * FROM Synthetic_Base WHERE NumberD = 5000", "one, by another property"),
             ("SELECT Name, State FROM Synthetic_Base", "two properties of all")]
    requests = [(server.port, server.request("Synthetic_Base", query=q)) for q, _ in asked]
    client(server.port, "stream", requests[0][1])
    times = [seconds for seconds, _, _ in best(15, *requests)]
    for seconds, (_, label) in zip(times, asked):
        print(f"| {label} | {seconds * 1e3:.2f} ms | {seconds / times[0]:.0%} |", flush=True)
    server.stop()


def processes(server):
    """1000 processes more, enumerated."""
    children = [subprocess.Popen(["cat"], stdin=subprocess.PIPE) for _ in range(1000)]
    try:
        one = f"SELECT * FROM CIM_Process WHERE Handle = '{children[500].pid}'"
        asked = [None, one, "SELECT Handle, Name FROM CIM_Process", "SELECT CSName, Handle FROM CIM_Process"]
        found = best(9, *((server.port, server.request("CIM_Process", query=q)) for q in asked))
        (seconds, first, size), times = found[0], [t / found[0][0] for t, _, _ in found]
        n = len([p for p in os.listdir("/proc") if p.isdigit()])
        print(f"\n{n} processes, all properties: {seconds * 1e3:.1f} ms ({n / seconds:,.0f} a second), first byte {first * 1e3:.2f} ms, "
              f"{size / 1e6:.1f} MB; of that time, one by its Handle {times[1]:.1%}, Handle and Name {times[2]:.0%}, two keys {times[3]:.0%}")
    finally:
        for c in children:
            c.stdin.close()
        for c in children:
            c.wait()


def stall(server, request):
    """One hundred clients that take a little and then nothing."""
    readers = []
    for _ in range(100):
        s = socket.create_connection(("127.0.0.1", int(server.port)))
        s.sendall(request)
        s.recv(1000)
        readers.append(s)
    return readers


def slow_readers(server):
    """What the hundred-and-first sees; alone and beside them in turns."""
    file = server.request("Linux_OperatingSystem", 10)
    with open(server.request("Synthetic_Base"), "rb") as f:
        request = f.read()
    client(server.port, "small", file, "0.2")
    before, after, alone, beside = server.memory("VmRSS"), 0, 0, 0
    for _ in range(6):
        alone = max(alone, rate(server.port, file, 0.5, 1))
        readers = stall(server, request)
        beside = max(beside, rate(server.port, file, 0.5, 1))
        after = max(after, server.memory("VmRSS"))
        for s in readers:
            s.close()
    print(f"100 stalled readers of large answers: other requests at {beside / alone:.0%} of the rate alone, "
          f"{(after - before) / 1024:.1f} MB for all of them")


def main():
    resource.setrlimit(resource.RLIMIT_NOFILE, (4096, 4096))
    with tempfile.TemporaryDirectory() as folder:
        bare = Bare(folder)
        print(f"{os.cpu_count()} cores, {os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GiB\n")
        streams(folder, bare)
        server = Server(folder, 10)
        idle = server.memory("VmRSS"), server.memory("RssAnon")
        small_requests(server, bare, 0.5)
        queries(folder)
        processes(server)
        server.stop()
        server = Server(folder, 10**6)
        slow_readers(server)
        server.stop()
        bare.stop()
        print(f"idle memory: {idle[0] / 1024:.1f} MB resident, of which {idle[1] / 1024:.1f} MB are not files")


main()
