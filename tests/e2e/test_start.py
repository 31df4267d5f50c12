#!/usr/bin/env python3
"""The daemon's command line and configuration: what is printed, what stops the start and how it is said."""
import os
import subprocess
import tempfile

from harness import BUILD, DEADLINE, ROOT, Daemon, check, equal, main, test


def run(*arguments):
    return subprocess.run([os.path.join(BUILD, "cimstreamd"), *arguments], capture_output=True, text=True, timeout=DEADLINE)


def with_file(text, *arguments):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "cimstream.conf")
        with open(file, "w") as f:
            f.write(text)
        reply = run(f"--config={file}", *arguments)
        reply.stderr = reply.stderr.replace(folder + "/", "")
        return reply


@test
def help_version_and_defaults_are_printed():
    check(run("--help").stdout.startswith("Usage: cimstreamd [--key=value]..."), run("--help"))
    check(run("--version").stdout.startswith("cimstreamd "), run("--version"))
    with open(os.path.join(ROOT, "conf", "cimstream.conf")) as f:
        equal(run("--defaults").stdout, f.read())


@test
def check_says_whether_a_configuration_is_good():
    reply = with_file("max_request = 64K\n", "--check")
    equal((reply.returncode, reply.stderr), (0, ""))
    reply = with_file("max_request = 64K\nmax_reqest = 64K\n", "--check")
    equal((reply.returncode, reply.stderr), (2, "cimstreamd: cimstream.conf:2: unknown key max_reqest, see cimstreamd --help\n"))


@test
def a_bad_option_or_file_stops_the_start():
    equal(run("--nonsense").returncode, 2)
    equal(run("--run_slots=x").stderr, "cimstreamd: option: run_slots = x: expected a number from 1 to 256\n")
    equal(run("--config=/does/not/exist").returncode, 2)


@test
def a_part_that_does_not_start_stops_the_others():
    for options, message in ({"listen": "localhost:5985"}, "expected address:port"), ({"listen": "192.0.2.1:1"}, "cannot listen on 192.0.2.1:1"):
        try:
            Daemon(**options).kill()
        except AssertionError as e:
            check(message in str(e), str(e))
        else:
            raise AssertionError(f"it started with {options}")


@test
def a_bad_line_of_the_users_file_stops_the_start():
    with tempfile.NamedTemporaryFile("w") as f:
        f.write("# people\nadam:secret\n")
        f.flush()
        try:
            Daemon(users=(), users_file=f.name).kill()
        except AssertionError as e:
            check(f"{f.name}:2: expected name:" in str(e), str(e))
            check("secret" not in str(e), "the log has a password")
        else:
            raise AssertionError("it started")


@test
def a_missing_users_file_is_said_and_lets_nobody_in():
    with Daemon(users=()) as daemon:
        daemon.wait_log("is missing: nobody can log in")
        equal(daemon.get("/").status, 401)
        daemon.passwd("adam", "x")
        daemon.wait_log("was read again: 1 users")
        equal(daemon.get("/", auth=("adam", "x")).status, 200)


@test
def an_open_address_without_encryption_is_warned_of():
    with Daemon(listen="0.0.0.0:0") as daemon:
        daemon.wait_log("http://0.0.0.0:.* is open to the network without TLS")
    with Daemon() as daemon:
        check(not daemon.matches("without TLS"), daemon.log)


if __name__ == "__main__":
    main()
