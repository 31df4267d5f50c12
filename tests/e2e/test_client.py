"""The command line client: against the real daemon, and against a server that is told what to answer."""
import http.server
import json
import os
import pty
import re
import shutil
import signal
import socket
import ssl
import subprocess
import tempfile
import threading

from harness import BUILD, DEADLINE, PASSWORD, ROOT, USER, Skip, check, equal, main, test
from wsman import NS, PATIENCE, PREFIXES, Hanging

CLIENT = os.path.join(BUILD, "cimstream")


def environment(url, password=PASSWORD):
    kept = {k: v for k, v in os.environ.items() if not k.startswith("CIMSTREAM_")}
    return {**kept, "CIMSTREAM_URL": url, "CIMSTREAM_USER": USER, "CIMSTREAM_PASSWORD": password}


def client(target, *words, **named):
    """The finished process; target is a daemon, or a server of this file."""
    return subprocess.run([CLIENT, *words], env=environment(target.url, **named), stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE,
                          text=True)


def good(target, *words):
    """Standard output of what must be a success that says nothing else."""
    p = client(target, *words)
    equal((p.returncode, p.stderr), (0, ""), f"{words}: {p.stdout[:500]}")
    return p.stdout


def bad(target, code, pattern, *words, **named):
    p = client(target, *words, **named)
    equal(p.returncode, code, f"{words}: {p.stdout[:500]} {p.stderr}")
    check(re.search(pattern, p.stderr), f"{words}: {pattern!r} is not in {p.stderr!r}")
    return p


# ---- The real daemon


@test
def a_server_says_what_it_is(daemon):
    answer = json.loads(good(daemon, "identify", "-o", "json"))
    equal(answer["ProductVendor"], "cimstream")
    check("ProductVersion = " in good(daemon, "identify"), "list")


@test
def a_table_has_a_heading_and_rows(daemon):
    lines = good(daemon, "enum", "CIM_OperatingSystem").splitlines()
    equal(len(lines), 2)
    equal(lines[0].split()[:2], ["Class", "Name"])
    equal(lines[1].split()[0], "Linux_OperatingSystem")


@test
def json_has_types(daemon):
    (system,) = json.loads(good(daemon, "enum", "CIM_OperatingSystem", "-o", "json"))
    equal(system["$class"], "Linux_OperatingSystem")
    check(isinstance(system["NumberOfProcesses"], int) and isinstance(system["Distributed"], bool), system)
    check(isinstance(system["OperationalStatus"], list) and system["InstallDate"] is None, system)
    check(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d.*", system["LastBootUpTime"]), system)


@test
def all_formats_have_the_same_instances(daemon):
    paths = good(daemon, "enum", "CIM_FileSystem", "--keys").splitlines()
    check(paths, "no file systems")
    as_lines = [json.loads(line) for line in good(daemon, "enum", "CIM_FileSystem", "-o", "jsonl").splitlines()]
    equal(len(json.loads(good(daemon, "enum", "CIM_FileSystem", "-o", "json"))), len(paths))
    equal(good(daemon, "enum", "CIM_FileSystem", "-o", "list").count("$class = "), len(paths))
    equal(good(daemon, "enum", "CIM_FileSystem", "-o", "xml").count("</p:Linux_"), len(paths))
    equal([i["Name"] for i in as_lines], [re.search(r'[.,]Name="([^"]*)"', p).group(1) for p in paths])


@test
def what_keys_prints_get_takes(daemon):
    path = good(daemon, "enum", "CIM_OperatingSystem", "--keys").strip()
    whole = json.loads(good(daemon, "get", path, "-o", "json"))
    keys = [f"{k}={whole[k]}" for k in ("CSCreationClassName", "CSName", "CreationClassName", "Name")]
    equal(json.loads(good(daemon, "get", "Linux_OperatingSystem", *keys, "-o", "json"))["Name"], whole["Name"])


@test
def a_condition_and_a_choice_of_properties(daemon):
    (process,) = json.loads(good(daemon, "enum", "CIM_Process", "--where", f"Handle = '{daemon.pid}'", "--select", "Handle,Name", "-o", "json"))
    equal(process, {"$class": "Linux_UnixProcess", "Handle": str(daemon.pid), "Name": "cimstreamd"})
    query = f"SELECT Name FROM CIM_Process WHERE Handle = '{daemon.pid}'"
    equal(json.loads(good(daemon, "query", query, "-o", "json"))[0]["Name"], "cimstreamd")
    equal(json.loads(good(daemon, "query", "--cql", query, "-o", "json"))[0]["Name"], "cimstreamd")
    table = good(daemon, "enum", "CIM_Process", "-w", f"Handle = '{daemon.pid}'", "-s", "Name,Handle").splitlines()
    equal([line.split() for line in table], [["Name", "Handle"], ["cimstreamd", str(daemon.pid)]])


@test
def depth(daemon):
    equal(good(daemon, "enum", "CIM_OperatingSystem", "--shallow"), "")
    (system,) = json.loads(good(daemon, "enum", "CIM_EnabledLogicalElement", "--base", "--where", "Name = 'x'", "-o", "json")) or [None]
    check(system is None, system)
    for line in good(daemon, "enum", "CIM_ManagedElement", "--base", "-o", "jsonl", "--limit", "3").splitlines():
        equal(json.loads(line)["$class"], "CIM_ManagedElement")


@test
def a_method_prints_what_comes_out(daemon):
    path = good(daemon, "enum", "CIM_Process", "--keys", "--where", f"Handle = '{daemon.pid}'").strip()
    out = json.loads(good(daemon, "invoke", path, "GetOwner", "-o", "json"))
    equal(out["ReturnValue"], 0)
    check(out["User"], out)
    bad(daemon, 1, "Nothing", "invoke", path, "Nothing")


@test
def associations(daemon):
    path = good(daemon, "enum", "CIM_OperatingSystem", "--keys").strip()
    (system,) = json.loads(good(daemon, "associators", path, "--result-class", "CIM_ComputerSystem", "-o", "json"))
    equal(system["$class"], "Linux_ComputerSystem")
    (link,) = json.loads(good(daemon, "references", path, "--result-class", "CIM_RunningOS", "-o", "json"))
    equal(link["Antecedent"], path)
    key = good(daemon, "enum", "CIM_RunningOS", "--keys").strip()
    equal(json.loads(good(daemon, "get", key, "-o", "json")), link)


NOTE = """[Association] class Test_Link { [Key] Test_Note ref A; [Key] Test_Note ref B; };
"""
FIRST = """class Test_Note { [Key] string Id; string Text; uint32 Numbers[]; datetime When; boolean Done; };
instance of Test_Note { Id = "a"; Text = "x"; };
"""


def files(folder, **texts):
    names = []
    for name, text in texts.items():
        names.append(os.path.join(folder, name + ".mof"))
        with open(names[-1], "w", encoding="utf-8") as f:
            f.write(text)
    return names


@test
def instances_live_from_mof_to_delete(daemon):
    with tempfile.TemporaryDirectory() as folder:
        first, broken = files(folder, first=FIRST, broken="// comment\nclass Test_Bad { uint32 x };\n")
        p = bad(daemon, 1, r"/broken\.mof:2:\d+: error: ", "mof", "load", first, broken)
        check("/first.mof" not in p.stderr, p.stderr)
        bad(daemon, 1, "Test_Note", "enum", "Test_Note")
        check("2 classes" in good(daemon, "mof", "load", *files(folder, first=FIRST, links=NOTE)), "loaded")
        equal(good(daemon, "mof", "load", "--quiet", *files(folder, third="class Test_Third { [Key] string Id; };")), "")
        bad(daemon, 1, "No such file", "mof", "load", folder + "/none.mof")
    path = good(daemon, "create", "Test_Note", "Id=b", 'Text=say "<hi>"\n', "Numbers=[3,4]", "When=2026-01-02T03:04:05Z", "Done=true").strip()
    equal(path, '/root/cimv2:Test_Note.Id="b"')
    note = json.loads(good(daemon, "get", path, "-o", "json"))
    equal(note, {"$class": "Test_Note", "Id": "b", "Text": 'say "<hi>"\n', "Numbers": [3, 4], "When": "2026-01-02T03:04:05Z", "Done": True})
    changed = json.loads(good(daemon, "put", path, "Text:=null", "Numbers=9", "Numbers=8", "-o", "json"))
    equal(changed, {**note, "Text": None, "Numbers": [9, 8]})
    link = good(daemon, "create", "Test_Link", 'A=Test_Note.Id="a"', "B=" + path).strip()
    equal(json.loads(good(daemon, "get", link, "-o", "json"))["B"], path)
    equal([json.loads(line)["Id"] for line in good(daemon, "associators", path, "-o", "jsonl").splitlines()], ["a"])
    bad(daemon, 1, "AlreadyExists", "create", "Test_Note", "Id=b")
    p = bad(daemon, 1, 'not deleted: Test_Note.Id="none"', "delete", 'Test_Note.Id="none"', link, path)
    equal(good(daemon, "enum", "Test_Note", "--keys"), '/root/cimv2:Test_Note.Id="a"\n')


@test
def faults_say_what_and_are_exit_code_1(daemon):
    bad(daemon, 1, r"^cimstream: there is no class CIM_No \(DestinationUnreachable/InvalidResourceURI, CIM status 5\)$", "enum", "CIM_No")
    bad(daemon, 1, "CannotProcessFilter", "query", "SELECT FROM")
    bad(daemon, 1, "no namespace|there is no", "enum", "CIM_Process", "--namespace", "root/none")
    bad(daemon, 1, "no namespace|there is no", "enum", "root/none:CIM_Process")
    bad(daemon, 1, "InvalidSelectors", "get", "Linux_OperatingSystem", "Nothing=1")


@test
def wrong_usage_is_exit_code_2(daemon):
    for words, pattern in (
        (["enum"], "^usage: cimstream enum"),
        (["enum", "A", "B"], "^usage"),
        (["enum", "A", "--shallow", "--base"], "^usage"),
        (["enum", "A.k=1"], "^usage"),
        (["enum", "1A"], "object path, character 1"),
        (["enum", "A", "--limit", "0"], "--limit 0: expected a number"),
        (["enum", "A", "-o", "yaml"], "--output yaml: expected table, list"),
        (["put", "A.k=1", "word"], "expected NAME=VALUE"),
        (["delete", "A"], "has no keys"),
        (["invoke", "A", "no name"], "^usage"),
        (["identify", "--url", "ftp://x"], "is no URL"),
    ):
        bad(daemon, 2, pattern, *words)


@test
def who_cannot_be_reached_is_exit_code_3_and_who_refuses_4(daemon):
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        bad(daemon, 3, "is cimstreamd running there?", "identify", "--url", "http://127.0.0.1:%d" % s.getsockname()[1])
    bad(daemon, 3, "SSL|TLS", "identify", "--url", daemon.url.replace("http:", "https:"))
    bad(daemon, 4, f"does not accept user `{USER}`", "enum", "CIM_Process", password="wrong")
    bad(daemon, 4, "asks for a user and a password", "enum", "CIM_Process", password="")


@test
def the_password_comes_from_a_file_before_the_variable(daemon):
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as f:
        f.write(PASSWORD + "\nsecond line\n")
        f.flush()
        p = client(daemon, "identify", "--password-file", f.name, password="wrong")
        equal((p.returncode, p.stderr), (0, ""))
    bad(daemon, 1, "No such file", "identify", "--password-file", "/nowhere/password")


@test
def a_terminal_is_asked_for_the_password_and_does_not_show_it(daemon):
    mine, theirs = pty.openpty()
    p = subprocess.Popen([CLIENT, "identify"], env=environment(daemon.url, password=""), stdin=theirs, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    os.close(theirs)
    equal(p.stderr.read(len(f"Password of {USER}: ")), f"Password of {USER}: ".encode())
    os.write(mine, PASSWORD.encode() + b"\n")
    stdout, stderr = p.communicate(timeout=DEADLINE)
    equal((p.returncode, stderr), (0, b"\n"))
    check(b"ProductVendor" in stdout and PASSWORD.encode() not in stdout, stdout)
    os.close(mine)


@test
def a_provider_that_hangs_costs_its_own_rows():
    with Hanging(provider_timeout=PATIENCE) as daemon:
        p = bad(daemon, 1, "the list is not complete", "enum", "CIM_ManagedElement", "--select", "ElementName")
        check("hang" in p.stderr.lower(), p.stderr)
        check(len(p.stdout.splitlines()) > 5, p.stdout)
        daemon.let_go()


@test
def what_make_run_prints_can_be_pasted():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        listen = "127.0.0.1:%d" % s.getsockname()[1]
    build = os.path.relpath(BUILD, ROOT)
    run = subprocess.Popen(["conf/run.sh", build], cwd=ROOT, env={**os.environ, "LISTEN": listen}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        while "listening on" not in (line := run.stderr.readline()):
            check(line, "it ended")
        lines = []
        while not lines or "CIM_OperatingSystem" not in lines[-1]:
            lines.append(run.stdout.readline())
            check(lines[-1], lines)
        p = subprocess.run(["bash", "-c", "".join(lines[-2:])], env={"PATH": os.environ["PATH"]}, capture_output=True, timeout=DEADLINE, text=True)
        equal((p.returncode, p.stderr), (0, ""), lines)
        check("Linux_OperatingSystem" in p.stdout, p.stdout)
    finally:
        run.terminate()
        run.communicate(timeout=DEADLINE)


# ---- A server that is told what to answer

WSEN = NS["wsen"]


def envelope(body):
    return f"<s:Envelope {PREFIXES}><s:Header/><s:Body>{body}</s:Body></s:Envelope>"


def things(first, n):
    return "".join(f'<p:Thing xmlns:p="u/Thing"><p:Name>thing {i}</p:Name></p:Thing>' for i in range(first, first + n))


FAULT = (
    "<s:Fault><s:Code><s:Value>s:Receiver</s:Value><s:Subcode><s:Value>wsman:TimedOut</s:Value></s:Subcode></s:Code>"
    "<s:Reason><s:Text>disk hangs</s:Text></s:Reason></s:Fault>"
)


class Told(http.server.ThreadingHTTPServer):
    """Pages without end, or up to `pages`, then the fault. asked: the last word of each action; condition for who waits for them."""

    daemon_threads = True

    def __init__(self, pages=None, tls=None):
        self.asked, self.changed, self.pages, self.n = [], threading.Condition(), pages, 0
        super().__init__(("127.0.0.1", 0), Answer)
        if tls:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(tls)
            self.socket = context.wrap_socket(self.socket, server_side=True)
        self.url = f"{'https' if tls else 'http'}://localhost:{self.server_port}"
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def __exit__(self, *_):
        self.shutdown()
        super().__exit__()

    def handle_error(self, request, client_address):
        pass  # a client that goes is what some tests are about

    def note(self, action):
        with self.changed:
            self.asked.append(action)
            self.changed.notify_all()

    def wait(self, condition):
        with self.changed:
            check(self.changed.wait_for(lambda: condition(self.asked), DEADLINE), self.asked)

    def answer(self, request):
        found = re.search(r"<wsa:Action[^>]*>[^<]*/(\w+)</wsa:Action>", request)
        action = found.group(1) if found else "Identify"
        self.note(action)
        if action == "Identify":
            return "<wsmid:IdentifyResponse><wsmid:ProductVendor>told</wsmid:ProductVendor></wsmid:IdentifyResponse>"
        if action == "Get":
            return FAULT
        if action == "Release":
            return ""
        self.n += 1
        if self.pages is not None and self.n > self.pages:
            return FAULT
        most = int(re.search(r"MaxElements>(\d+)<", request).group(1))
        items = "wsman" if action == "Enumerate" else "wsen"
        missed = '<f:ProviderFault xmlns:f="http://schemas.microsoft.com/wbem/wsman/1/wsmanfault">disk is missing</f:ProviderFault>'
        return (f"<wsen:{action}Response><wsen:EnumerationContext>c{self.n}</wsen:EnumerationContext><{items}:Items>{things(self.n * 10000, most)}</{items}:Items>"
                + (missed if self.n == self.pages else "") + f"</wsen:{action}Response>")


class Answer(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self):
        body = envelope(self.server.answer(self.rfile.read(int(self.headers["Content-Length"])).decode())).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@test
def a_limit_is_not_exceeded_and_releases():
    with Told() as server:
        equal(len(good(server, "enum", "Thing", "--limit", "1234", "-o", "jsonl").splitlines()), 1234)
        equal([a for a in server.asked if a != "Get"], ["Enumerate", "Pull", "Pull", "Release"])


@test
def a_list_that_breaks_off_is_printed_and_is_exit_code_1():
    with Told(pages=2) as server:
        p = bad(server, 1, r"disk is missing\ncimstream: disk hangs \(TimedOut\)\ncimstream: the list is not complete: 1050 instances", "enum", "Thing", "-o", "json")
        equal(len(json.loads(p.stdout)), 1050)
        check("Release" not in server.asked, "a context that a fault has ended")


def start(server, *words, **named):
    return subprocess.Popen([CLIENT, *words], env=environment(server.url), stdin=subprocess.DEVNULL, **{"stderr": subprocess.PIPE, **named})


@test
def ctrl_c_releases_and_ends_by_the_signal():
    with Told() as server:
        p = start(server, "enum", "Thing", stdout=subprocess.DEVNULL)
        server.wait(lambda asked: asked.count("Pull") > 3)
        p.send_signal(signal.SIGINT)
        _, stderr = p.communicate(timeout=DEADLINE)
        equal((p.returncode, stderr), (-signal.SIGINT, b""))
        server.wait(lambda asked: asked[-1] == "Release")


@test
def who_stops_reading_ends_it_quietly_and_releases():
    with Told() as server:
        p = start(server, "enum", "Thing", stdout=subprocess.PIPE)
        check(b"Class" in p.stdout.readline(), "heading")
        p.stdout.close()
        equal((p.wait(DEADLINE), p.stderr.read()), (-signal.SIGPIPE, b""))
        server.wait(lambda asked: asked[-1] == "Release")


@test
def a_full_disk_is_no_success():
    if not os.path.exists("/dev/full"):
        raise Skip("no /dev/full")
    with Told() as server, open("/dev/full", "w", encoding="utf-8") as full:
        p = start(server, "enum", "Thing", "--limit", "10", stdout=full)
        _, stderr = p.communicate(timeout=DEADLINE)
        equal(p.returncode, 1)
        check(b"standard output: No space left" in stderr, stderr)


@test
def progress_is_shown_where_it_does_not_disturb():
    for words, wanted in ([], True), (["--quiet"], False):
        with Told() as server:
            mine, theirs = pty.openpty()
            p = start(server, "enum", "Thing", "--limit", "5000", *words, stdout=subprocess.DEVNULL, stderr=theirs)
            os.close(theirs)
            seen = b""
            try:
                while data := os.read(mine, 65536):
                    seen += data
            except OSError:
                pass  # how a terminal says that its other side is gone
            os.close(mine)
            equal(p.wait(DEADLINE), 0)
            equal("1050 instances…" in seen.decode(), wanted, seen)


def peak(server, limit):
    """KiB"""
    p = start(server, "enum", "Thing", "--limit", str(limit), stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(p.pid, 0)
    p.returncode = os.waitstatus_to_exitcode(status)
    p.stderr.close()
    equal(p.returncode, 0)
    return usage.ru_maxrss


@test
def memory_does_not_grow_with_the_list():
    if os.environ.get("SAN"):
        raise Skip("a sanitizer's memory grows")
    with Told() as server:
        few, many = peak(server, 3000), peak(server, 30000)
        check(many < few + 2048, f"{few} KiB for 3000, {many} KiB for 30000")


@test
def certificates_are_checked():
    if not shutil.which("openssl"):
        raise Skip("no openssl")
    with tempfile.TemporaryDirectory() as folder:
        pem = os.path.join(folder, "server.pem")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", folder + "/key", "-out", folder + "/cert", "-days", "2",
                        "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"], check=True, capture_output=True, timeout=DEADLINE)
        with open(pem, "w", encoding="ascii") as out:
            for name in "key", "cert":
                with open(os.path.join(folder, name), encoding="ascii") as f:
                    out.write(f.read())
        with Told(tls=pem) as server:
            bad(server, 3, "--cacert FILE names one that is", "identify")
            equal(good(server, "identify", "--cacert", folder + "/cert"), "ProductVendor = told\n")
            equal(good(server, "identify", "--insecure"), "ProductVendor = told\n")
            bad(server, 3, "cimstream: ", "identify", "--cacert", "/nowhere/cert")


# ---- What it prints about itself


def own(*words):
    return subprocess.run([CLIENT, *words], check=True, capture_output=True, timeout=DEADLINE, text=True).stdout


def complete(*words):
    script = own("completion", "bash") + 'COMP_WORDS=(cimstream "$@"); COMP_CWORD=$#; _cimstream cimstream "${@: -1}" "${COMP_WORDS[COMP_CWORD-1]}"\n'
    p = subprocess.run(["bash", "-c", script + 'printf "%s\\n" "${COMPREPLY[@]}"', "bash", *words], check=True, capture_output=True, timeout=DEADLINE, text=True)
    return p.stdout.split()


@test
def bash_completes_commands_options_and_their_arguments():
    check({"enum", "mof", "--help"} <= set(complete("")), complete(""))
    equal(complete("en"), ["enum"])
    equal(complete("mof", "l"), ["load"])
    equal(complete("enum", "--sh"), ["--shallow"])
    equal(complete("identify", "--sh"), [])
    equal(complete("enum", "CIM_Process", "-o", "j"), ["json", "jsonl"])
    equal(complete("mof", "load", os.path.join(ROOT, "conf", "cimstream.c")), [os.path.join(ROOT, "conf", "cimstream.conf")])


@test
def help_and_manual_have_every_command_and_option():
    manual = own("manual").replace("\\", "")
    for line in own("--help").splitlines():
        if found := re.match(r"  (\S+(?: [a-z]+)?)  ", line):
            command = found.group(1)
            check(f".B {command}\n" in manual, command)
            for option in re.findall(r"^ +(?:-\w, )?--([a-z-]+)", own(*command.split(), "--help"), re.MULTILINE):
                check(f"--{option}" in manual, option)


if __name__ == "__main__":
    main()
