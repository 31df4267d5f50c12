#!/usr/bin/env python3
"""cimstream passwd: what it writes, keeps, asks and refuses."""
import os
import pty
import re
import select
import signal
import subprocess
import tempfile
import threading

from harness import BUILD, DEADLINE, Skip, check, equal, main, test

HASH = re.compile(r"\$scrypt\$ln=14,r=8,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}")


def passwd(*arguments, given="secret\n"):
    return subprocess.run([os.path.join(BUILD, "cimstream"), "passwd", *arguments], input=given, capture_output=True, text=True, timeout=DEADLINE)


def read(file):
    with open(file) as f:
        return f.read()


def with_folder(function):
    def run():
        with tempfile.TemporaryDirectory() as folder:
            function(os.path.join(folder, "users"))
            check(set(os.listdir(folder)) <= {"users"}, os.listdir(folder))

    run.__name__ = function.__name__
    return test(run)


@with_folder
def a_new_file_is_private(file):
    equal(passwd(file, "adam").returncode, 0)
    equal(os.stat(file).st_mode & 0o777, 0o600)
    name, _, rest = read(file).partition(":")
    equal(name, "adam")
    check(HASH.fullmatch(rest.rstrip("\n")), rest)


@with_folder
def other_lines_and_the_mode_stay(file):
    with open(file, "w") as f:
        f.write("# people\n\nzoe:whatever it is\nadam:old\nadamant:x\n  adam:older\nlast")
    os.chmod(file, 0o640)
    equal(passwd(file, "adam").returncode, 0)
    equal(os.stat(file).st_mode & 0o777, 0o640)
    lines = read(file).split("\n")
    check(HASH.fullmatch(lines[3].removeprefix("adam:")), lines)
    lines[3] = ""
    equal(lines, ["# people", "", "zoe:whatever it is", "", "adamant:x", "last", ""])


@with_folder
def a_user_is_deleted(file):
    passwd(file, "adam")
    passwd(file, "zoe")
    equal(passwd("--delete", file, "adam").returncode, 0)
    check(read(file).startswith("zoe:") and read(file).count("\n") == 1, read(file))
    reply = passwd("--delete", file, "adam")
    equal((reply.returncode, reply.stderr), (1, f"cimstream passwd: {file}: has no such user\n"))


@with_folder
def bad_passwords_are_refused_and_nothing_is_written(file):
    for given in "", "\n", "tab\there\n", "x" * 513 + "\n", "x" * 5000 + "\n":
        reply = passwd(file, "adam", given=given)
        equal(reply.returncode, 1, given[:10])
        check(reply.stderr.startswith("cimstream passwd: "), reply.stderr)
        check(not os.path.exists(file), "there is a file")
    equal(passwd(file, "adam", given="x" * 512).returncode, 0)


@with_folder
def wrong_usage_is_2(file):
    for arguments in (), (file,), (file, "adam", "x"), ("--delete", file), ("--nothing", file, "adam"), \
            (file, ""), (file, "a:b"), (file, "a\nb"), (file, "#a"), (file, "x" * 65):
        equal(passwd(*arguments).returncode, 2, repr(arguments))
    equal(passwd("--help").returncode, 0)


@with_folder
def a_file_that_cannot_be_written_is_1(file):
    reply = passwd(file + "/users", "adam")
    equal(reply.returncode, 1)
    check("No such file or directory" in reply.stderr, reply.stderr)
    equal(passwd(os.path.dirname(file), "adam").returncode, 1)


@with_folder
def changes_at_the_same_time_are_all_kept(file):
    threads = [threading.Thread(target=passwd, args=(file, f"user{i}")) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    equal(sorted(line.split(":")[0] for line in read(file).splitlines()), [f"user{i}" for i in range(8)])


def on_a_terminal(file, answers):
    """What the terminal shows, and the exit code."""
    try:
        pid, terminal = pty.fork()
    except OSError:
        raise Skip("no terminals here") from None
    if pid == 0:
        os.execv(os.path.join(BUILD, "cimstream"), ["cimstream", "passwd", file, "adam"])
    shown = b""
    try:
        for answer in answers:
            while not shown.endswith(b": "):
                data = read_terminal(terminal)
                check(data, f"it ended after {shown}")
                shown += data
            os.write(terminal, answer)
            shown += b"|"
        while data := read_terminal(terminal):
            shown += data
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        raise
    finally:
        os.close(terminal)
        code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return shown.decode(), code


def read_terminal(terminal):
    check(select.select([terminal], [], [], DEADLINE)[0], "it says nothing")
    try:
        return os.read(terminal, 100)
    except OSError:  # the other side has ended
        return b""


@with_folder
def on_a_terminal_it_asks_twice_and_shows_nothing(file):
    shown, code = on_a_terminal(file, [b"secret\n", b"secret\n"])
    equal((shown, code), ("Password: |\r\nAgain: |\r\n", 0))
    check(HASH.search(read(file)), read(file))
    shown, code = on_a_terminal(file, [b"secret\n", b"sekret\n"])
    equal((shown, code), ("Password: |\r\nAgain: |\r\ncimstream passwd: passwords: they differ\r\n", 1))


if __name__ == "__main__":
    main()
