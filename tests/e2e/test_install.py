"""A provider outside of the tree: built against the installed header, loaded from provider_dir, its classes served."""
import os
import re
import shutil
import subprocess
import tempfile

from harness import ROOT, Daemon, check, equal, main, test
from wsman import ask, enumerate_

SOURCE = os.path.join(ROOT, "tests", "providers", "load_average.c")


def install(folder):
    subprocess.run(["make", "-s", "install", f"DESTDIR={folder}", "SAN=" + os.environ.get("SAN", "")], cwd=ROOT, check=True,
                   stdout=subprocess.DEVNULL)
    return os.path.join(folder, "usr", "local")


def build(folder, prefix, name):
    source = shutil.copy(SOURCE, os.path.join(folder, f"{name}.c"))
    subprocess.run(["cc", "-shared", "-fPIC", "-O2", "-o", os.path.join(folder, f"{name}.so"), source,
                    f"-I{prefix}/include/cimstream"], check=True)


def names(answer):
    return sorted(item.findtext("{*}InstanceID") for item in answer.items)


@test
def a_provider_built_with_the_installed_header_is_served():
    with tempfile.TemporaryDirectory() as folder:
        prefix = install(folder)
        build(folder, prefix, "load_average")
        with Daemon(provider_dir=folder, schema_dir=f"{prefix}/share/cimstream/schema") as daemon:
            answer = ask(daemon, enumerate_("Example_LoadAverage", max_elements=10))
            equal(names(answer), ["Example:LoadAverage:1", "Example:LoadAverage:15", "Example:LoadAverage:5"])


@test
def a_module_for_another_interface_is_left_out_and_the_rest_serves():
    with tempfile.TemporaryDirectory() as folder:
        prefix = install(folder)
        header = os.path.join(prefix, "include", "cimstream", "cim", "provider.h")
        with open(header) as f:
            text = re.sub(r"(#define CIM_PROVIDER_ABI) \d+u", r"\1 999u", f.read())
        with open(header, "w") as f:
            f.write(text)
        build(folder, prefix, "load_average")
        with Daemon(provider_dir=folder) as daemon:
            check(any("interface 999" in line for line in daemon.log), "the log does not say why")
            equal(ask(daemon, enumerate_("Example_LoadAverage", max_elements=10)).reply.status, 500)
            equal(len(ask(daemon, enumerate_("Linux_OperatingSystem", max_elements=10)).items), 1)


@test
def the_client_is_installed_with_its_manual_and_its_completion():
    with tempfile.TemporaryDirectory() as folder:
        prefix = install(folder)
        for name, word in ("share/man/man1/cimstream.1", ".TH CIMSTREAM 1"), ("share/bash-completion/completions/cimstream", "complete -F"):
            with open(os.path.join(prefix, name), encoding="utf-8") as f:
                check(word in f.read(), name)
        subprocess.run([f"{prefix}/bin/cimstream", "--version"], check=True, stdout=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
