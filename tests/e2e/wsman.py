"""WS-Management for the tests: requests as text, and answers taken apart.

    answer = ask(daemon, enumerate_("CIM_Process", max_elements=7))      one POST on a connection of its own
    answer = Answer(connection.reply())                                  what a request on an open connection was answered

An Answer insists on what holds for every one: well-formed XML without a DTD, the right Content-Type, 200 for a response and 500 for a fault."""
import os
import tempfile
import uuid
import xml.etree.ElementTree as ET

from harness import BUILD, Daemon, check, equal

PROVIDERS = os.path.join(BUILD, "tests", "providers")
URI = "http://schemas.dmtf.org/wbem/wscim/1/cim-schema/2/"
ACTION = "http://schemas.xmlsoap.org/ws/2004/09/enumeration/"
NS = {
    "s": "http://www.w3.org/2003/05/soap-envelope",
    "wsa": "http://schemas.xmlsoap.org/ws/2004/08/addressing",
    "wsman": "http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd",
    "wsen": "http://schemas.xmlsoap.org/ws/2004/09/enumeration",
    "wsmb": "http://schemas.dmtf.org/wbem/wsman/1/cimbinding.xsd",
    "wsmid": "http://schemas.dmtf.org/wbem/wsman/identity/1/wsmanidentity.xsd",
}
FAULT = "{http://schemas.microsoft.com/wbem/wsman/1/wsmanfault}"
ANONYMOUS = NS["wsa"] + "/role/anonymous"
PREFIXES = " ".join(f'xmlns:{k}="{v}"' for k, v in NS.items())
AGENT = ("User-Agent", "test")  # who sends none, and a limit, is taken for a client that cannot read chunks
SOAP = [("Content-Type", "application/soap+xml;charset=UTF-8"), AGENT]

# ---- Requests


def envelope(header, body):
    return f"<s:Envelope {PREFIXES}><s:Header>{header}</s:Header><s:Body>{body}</s:Body></s:Envelope>"


def identify():
    return envelope("", "<wsmid:Identify/>")


def message(action, body, uri=URI + "CIM_ManagedElement", header="", to="http://localhost/wsman"):
    """A message with all the headers that it must have, and more."""
    return envelope(
        f'<wsa:Action s:mustUnderstand="true">{action}</wsa:Action><wsa:To s:mustUnderstand="true">{to}</wsa:To>'
        f'<wsman:ResourceURI s:mustUnderstand="true">{uri}</wsman:ResourceURI>'
        f"<wsa:MessageID>uuid:{uuid.uuid4()}</wsa:MessageID>"
        f"<wsa:ReplyTo><wsa:Address>{ANONYMOUS}</wsa:Address></wsa:ReplyTo>{header}",
        body,
    )


def element(name, value):
    return "" if value is None else f"<{name}>{value}</{name}>"


def limits(envelope_size, timeout):
    return element("wsman:MaxEnvelopeSize", envelope_size) + element("wsman:OperationTimeout", timeout)


def enumerate_(class_name="CIM_ManagedElement", max_elements=None, optimize=True, mode=None, polymorphism=None, expires=None,
               envelope_size=None, timeout=None, uri=None, header="", more=""):
    parts = (
        ("<wsman:OptimizeEnumeration/>" if optimize else "")
        + element("wsen:Expires", expires) + element("wsman:MaxElements", max_elements)
        + element("wsman:EnumerationMode", mode) + element("wsmb:PolymorphismMode", polymorphism) + more
    )
    return message(ACTION + "Enumerate", f"<wsen:Enumerate>{parts}</wsen:Enumerate>", uri or URI + class_name,
                   limits(envelope_size, timeout) + header)


def pull(context, max_elements=None, max_time=None, max_characters=None, envelope_size=None, timeout=None, header=""):
    parts = (
        element("wsen:EnumerationContext", context) + element("wsen:MaxTime", max_time)
        + element("wsen:MaxElements", max_elements) + element("wsen:MaxCharacters", max_characters)
    )
    return message(ACTION + "Pull", f"<wsen:Pull>{parts}</wsen:Pull>", header=limits(envelope_size, timeout) + header)


def release(context):
    return message(ACTION + "Release", f"<wsen:Release>{element('wsen:EnumerationContext', context)}</wsen:Release>")


# ---- Answers


def local(e):
    return e.tag.rsplit("}", 1)[-1]


def path(*names):
    return "/".join("{%s}%s" % (NS[p], n) for p, n in (name.split(":") for name in names))


class Answer:
    """reply, xml (text), root, body, and of an enumeration: items, context, end. Of a fault: fault (its subcode), detail, reason."""

    def __init__(self, reply):
        self.reply = reply
        check(reply.whole, f"the answer is cut: {reply}")
        self.charset = reply.headers.get("content-type", "").removeprefix("application/soap+xml;charset=")
        check(self.charset in ("UTF-8", "UTF-16"), f"content type of {reply}")
        self.xml = text = reply.body.decode(self.charset)
        if self.charset == "UTF-16":
            check(reply.body[:2] in (b"\xff\xfe", b"\xfe\xff"), "UTF-16 without a mark")
        check("<!DOCTYPE" not in text and "<!ENTITY" not in text, "an answer with a DTD")
        try:
            self.root = ET.fromstring(reply.body if self.charset == "UTF-8" else text)
        except ET.ParseError as e:
            raise AssertionError(f"{e}: {text[:2000]}") from None
        equal(self.root.tag, path("s:Envelope"))
        self.body = self.root.find(path("s:Body"))
        fault = self.body.find(path("s:Fault"))
        self.fault, self.detail = None, None
        if fault is not None:
            self.read_fault(fault)
        equal(reply.status, 200 if fault is None else 500, text[:1000])
        self.items, self.end = [], False
        for e in self.body.iter():
            if local(e) == "Items":
                self.items = list(e)
            elif local(e) == "EndOfSequence":
                self.end = True
        self.context = self.text("EnumerationContext")

    def read_fault(self, fault):
        subcode = fault.find(path("s:Code", "s:Subcode", "s:Value"))
        self.fault = (fault.find(path("s:Code", "s:Value")) if subcode is None else subcode).text
        self.reason = fault.find(path("s:Reason", "s:Text")).text
        detail = fault.find(path("s:Detail", "wsman:FaultDetail"))
        self.detail = None if detail is None else detail.text.rsplit("/", 1)[-1]

    def header(self, name):
        e = self.root.find(path("s:Header", name))
        return None if e is None else e.text

    def text(self, name):
        """Of the first element of that local name in the body; None if there is none."""
        return next((e.text or "" for e in self.body.iter() if local(e) == name), None)

    def texts(self, name):
        return [e.text for e in self.body.iter() if local(e) == name]

    @property
    def classes(self):
        return [local(e) for e in self.items]

    @property
    def missing(self):
        """Whom the answer names as missing."""
        return self.text("ProviderFault")

    def is_fault(self, subcode, detail=None):
        equal((self.fault, self.detail), (subcode, detail), self.xml[-1500:])
        return self

    def is_good(self):
        equal(self.fault, None, self.xml[-1500:])
        return self


def ask(target, body, charset="UTF-8", agent=True, auth=True):
    """Of a daemon, or on a connection of a daemon."""
    headers = [("Content-Type", "application/soap+xml;charset=" + charset)] + ([AGENT] if agent else [])
    named = {"headers": headers, "auth": auth}
    return Answer(target.ask("POST", "/wsman", body, **named))


def pages(target, first, **limits_of_pull):
    """The answers to an Enumerate and as many Pulls as it takes."""
    answer = ask(target, first).is_good()
    yield answer
    while not answer.end:
        answer = ask(target, pull(answer.context, **limits_of_pull)).is_good()
        yield answer


def names(target, first, key="Name", **limits_of_pull):
    """All values of a property of an enumeration, each once, sorted; how many answers it took."""
    found, n = [], 0
    for answer in pages(target, first, **limits_of_pull):
        found += answer.texts(key)
        n += 1
    equal(len(found), len(set(found)), "instances that came twice")
    return sorted(found), n


# ---- A provider that hangs

PATIENCE = "6s"  # provider_timeout of tests that wait for it: the others' providers are never so late, not on a machine that stalls either


class Hanging(Daemon):
    """With Hang_Thing waiting in a FIFO after its first instance, and after each of the following but the last."""

    def __init__(self, instances=2, **options):
        self.folder_of_fifo = tempfile.TemporaryDirectory()
        self.fifo = os.path.join(self.folder_of_fifo.name, "fifo")
        os.mkfifo(self.fifo)
        os.environ["CIMSTREAM_HANG_FIFO"] = self.fifo
        os.environ["CIMSTREAM_HANG_INSTANCES"] = str(instances)
        super().__init__(provider_dir=PROVIDERS, **options)
        del os.environ["CIMSTREAM_HANG_FIFO"], os.environ["CIMSTREAM_HANG_INSTANCES"]

    def let_go(self):
        """Waits until the provider hangs, then frees it once."""
        with open(self.fifo, "wb", buffering=0) as f:
            f.write(b".")
