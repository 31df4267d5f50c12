#!/usr/bin/env python3
"""Messages that others build: python3-winrm's headers, and a builder from npm."""
import json
import os
import subprocess
import uuid

from harness import DEADLINE, PASSWORD, ROOT, USER, Daemon, Skip, check, equal, main, test
from transfer import load
from wsman import PROVIDERS, URI, ask, enumerate_

TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"
ENUMERATION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"


class Loaded(Daemon):
    def __init__(self):
        super().__init__(provider_dir=PROVIDERS)
        load(self)


@test
def a_builder_from_npm_drives_every_operation():
    package = os.path.join(ROOT, "build", "npm", "node_modules", "@open-amt-cloud-toolkit", "wsman-messages")
    if not os.path.isdir(package):
        raise Skip("the builder is not installed: make deps")
    with Loaded() as daemon:
        run = subprocess.run(["node", os.path.join(ROOT, "tests", "e2e", "npm", "drive.js"), package, daemon.url + "/wsman", USER, PASSWORD],
                             capture_output=True, text=True, timeout=DEADLINE)
        equal(run.returncode, 0, run.stderr)
        steps = json.loads(run.stdout)
        processors = len(ask(daemon, enumerate_("CIM_Processor", 1000)).is_good().items)
    check(len(steps["processors"]) == processors > 0, steps["processors"])
    for name, status, text in (
        ("create", 200, "ResourceCreated"), ("get", 200, ">one<"), ("put", 200, "PutResponse"), ("changed", 200, ">two<"),
        ("delete", 200, "DeleteResponse"), ("gone", 500, "DestinationUnreachable"), ("invoke", 200, "Greet_OUTPUT"),
    ):
        equal(steps[name]["status"], status, steps[name]["text"])
        check(text in steps[name]["text"], f"{name}: {steps[name]['text']}")


# ---- python3-winrm


class Winrm:
    """Its transport and its headers; the bodies are ours, since it has none but those of shells."""

    def __init__(self, daemon):
        try:
            import xmltodict
            from winrm.protocol import Protocol
        except ImportError:
            raise Skip("python3-winrm is not installed") from None
        self.xml = xmltodict
        self.protocol = Protocol(daemon.url + "/wsman", transport="basic", username=USER, password=PASSWORD)

    def ask(self, action, class_name, body, **keys):
        """The body of the answer as nested dictionaries."""
        message = self.protocol._get_soap_header(resource_uri=URI + class_name, action=action, message_id=uuid.uuid4())
        message["env:Body"] = body
        if keys:
            message["env:Header"]["w:SelectorSet"] = {"w:Selector": [{"@Name": k, "#text": v} for k, v in keys.items()]}
        answer = self.protocol.send_message(self.xml.unparse({"env:Envelope": message}))
        return self.xml.parse(answer)["s:Envelope"]["s:Body"]


def instance(class_name, **values):
    return {f"p:{class_name}": {"@xmlns:p": URI + class_name, **{f"p:{k}": v for k, v in values.items()}}}


@test
def winrm_drives_every_operation():
    with Loaded() as daemon:
        winrm = Winrm(daemon)
        winrm.ask(TRANSFER + "Create", "Test_Base", instance("Test_Base", Id="w", Text="one", List=["x", "y"]))
        found = winrm.ask(TRANSFER + "Get", "Test_Base", {}, Id="w")["p:Test_Base"]
        equal((found["p:Text"], found["p:List"]), ("one", ["x", "y"]))
        winrm.ask(TRANSFER + "Put", "Test_Base", instance("Test_Base", Id="w", Text="two"), Id="w")
        equal(winrm.ask(TRANSFER + "Get", "Test_Base", {}, Id="w")["p:Test_Base"]["p:Text"], "two")

        opened = winrm.ask(ENUMERATION + "Enumerate", "CIM_Processor", {"n:Enumerate": {"w:OptimizeEnumeration": None, "w:MaxElements": "1"}})
        first = opened["wsen:EnumerateResponse"]
        n, context = 1, first["wsen:EnumerationContext"]
        while context:
            page = winrm.ask(ENUMERATION + "Pull", "CIM_Processor", {"n:Pull": {"n:EnumerationContext": context, "n:MaxElements": "1"}})
            page = page["wsen:PullResponse"]
            n += len(page["wsen:Items"] or {})
            context = None if "wsen:EndOfSequence" in page else page["wsen:EnumerationContext"]
        equal(n, len(ask(daemon, enumerate_("CIM_Processor", 1000)).is_good().items))

        out = winrm.ask(URI + "Method_Thing/Greet", "Method_Thing", {"p:Greet_INPUT": {"@xmlns:p": URI + "Method_Thing", "p:Name": "w"}})
        check("p:Greet_OUTPUT" in out, out)
        winrm.ask(TRANSFER + "Delete", "Test_Base", {}, Id="w")


@test
def winrm_reads_the_codes_of_faults():
    with Loaded() as daemon:
        winrm = Winrm(daemon)
        from winrm.exceptions import WinRMError

        for action, class_name, body, keys, words in (
            (TRANSFER + "Get", "Test_Base", {}, {"Id": "none"}, ("wsa:DestinationUnreachable", "wsmanfault_code")),
            (TRANSFER + "Get", "Test_No", {}, {"Id": "none"}, ("wsa:DestinationUnreachable", "Test_No")),
            (TRANSFER + "Get", "Test_Base", {}, {}, ("wsman:InvalidSelectors",)),
        ):
            try:
                winrm.ask(action, class_name, body, **keys)
            except WinRMError as e:
                check(all(w in str(e) for w in words), e)
            else:
                raise AssertionError("no error")


if __name__ == "__main__":
    main()
