#!/usr/bin/env python3
"""MOF into a running daemon: what /mof answers, that it is there at once and after a restart, and what stops a start."""
import os
import tempfile

from harness import Daemon, check, equal, main, test
from wsman import ask, enumerate_

MOF = """class Test_Thing : CIM_ManagedElement { [Key] string Id; uint32 Size = 7; };
instance of Test_Thing { Id = "a"; };
instance of Test_Thing { Id = "b"; Size = 8; };
"""


def post(daemon, mof, query="?namespace=root/cimv2&name=thing.mof", **named):
    return daemon.post("/mof" + query, mof, "text/plain", **named)


def things(daemon, class_name="Test_Thing"):
    return sorted(ask(daemon, enumerate_(class_name, 100)).is_good().texts("Id"))


@test
def what_was_loaded_is_served_at_once_and_after_a_restart():
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(2):  # the second time over what is there
            with Daemon(state_dir=folder) as daemon:
                reply = post(daemon, MOF)
                equal((reply.status, reply.text), (200, "1 classes, 0 qualifiers, 2 instances\n"))
                equal(things(daemon), ["a", "b"])
            with Daemon(state_dir=folder) as daemon:
                equal(things(daemon), ["a", "b"])
                check("Test_Thing" in ask(daemon, enumerate_("CIM_ManagedElement", 100000)).is_good().classes, "not among all")


@test
def problems_are_told_with_their_place_and_nothing_is_loaded(daemon):
    reply = post(daemon, "class Test_Other { };\nclass Test_Bad : Nobody { };\n")
    equal((reply.status, reply.headers["content-type"]), (400, "text/plain; charset=utf-8"))
    check(reply.text.startswith("thing.mof:2:7: error: superclass Nobody"), reply.text)
    reply = post(daemon, 'class Test_Other { [Key] string Id; };\ninstance of Linux_OperatingSystem { Name = "x"; };\n')
    equal(reply.status, 400)
    check("thing.mof:2:" in reply.text, reply.text)
    ask(daemon, enumerate_("Test_Other")).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")


@test
def a_namespace_is_named_or_is_the_default(daemon):
    equal(post(daemon, "class Test_Default { };", "").status, 200)
    reply = post(daemon, "class Test_Default { };", "?namespace=root/none")
    equal((reply.status, reply.text), (404, "error: there is no namespace root/none\n"))
    equal(post(daemon, "class Test_Default { };", "?namespace=root%5Ccimv2").status, 200)
    equal(post(daemon, "class Test_Default { };", "?namespace=:").status, 404)


@test
def strangers_load_nothing(daemon):
    equal(post(daemon, MOF, auth=None).status, 401)
    equal(daemon.get("/mof").status, 405)


@test
def a_state_that_cannot_be_used_stops_the_start():
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(folder, "file"), "w") as f:
            f.write("x")
        with open(os.path.join(folder, "repository.db"), "w") as f:
            f.write("no database, but longer than the head of one would be: " + "x" * 4096)
        for state, message in ((folder + "/file", "Not a directory"), (folder + "/none/none", "cannot be made"), (folder, "damaged")):
            try:
                Daemon(state_dir=state).kill()
            except AssertionError as e:
                check(message in str(e), str(e))
            else:
                raise AssertionError(f"it started with {state}")


@test
def two_daemons_do_not_share_a_state():
    with tempfile.TemporaryDirectory() as folder, Daemon(state_dir=folder):
        try:
            Daemon(state_dir=folder).kill()
        except AssertionError as e:
            check("another process uses this repository" in str(e), str(e))
        else:
            raise AssertionError("it started")


if __name__ == "__main__":
    main()
