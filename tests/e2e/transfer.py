"""Transfer and Invoke for the tests: requests as text; and the classes of a small model that is loaded into a running daemon.

    ask(daemon, get("Test_Base", Id="a")).is_good().text("Text")
    ask(daemon, create("Test_Base", properties(Id="a", Text="x")))"""
from xml.sax.saxutils import escape, quoteattr

from harness import check, equal
from wsman import ANONYMOUS, URI, ask, message

TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer/"

MODEL = """
class Test_Base {
    [Key] string Id;
    [Write] string Text;
    [Write] uint32 Number;
    [Write] sint64 Large;
    [Write] boolean Flag;
    [Write] datetime When;
    [Write] string List[];
    [Write, EmbeddedInstance("Test_Part")] string Part;
    [Write, EmbeddedInstance("Test_Part")] string Parts[];
};
class Test_Derived : Test_Base { [Write] string More; };
class Test_Part { string Name; uint8 Size; };
[Association] class Test_Link {
    [Key] Test_Base REF Left;
    [Key] Test_Base REF Right;
    [Write] uint32 Weight;
};
class Test_Single { [Write] string Text; };
"""


def selector(name, value):
    """A value that begins with '<' is an EPR."""
    return f"<wsman:Selector Name={quoteattr(name)}>{value if value.startswith('<') else escape(value)}</wsman:Selector>"


def selectors(**keys):
    return f"<wsman:SelectorSet>{''.join(selector(k, v) for k, v in keys.items())}</wsman:SelectorSet>" if keys else ""


def reference(class_name, **keys):
    """What is inside of an EPR."""
    return (f"<wsa:Address>{ANONYMOUS}</wsa:Address><wsa:ReferenceParameters><wsman:ResourceURI>{URI}{class_name}</wsman:ResourceURI>"
            f"{selectors(**keys)}</wsa:ReferenceParameters>")


def epr(class_name, **keys):
    return f"<wsa:EndpointReference>{reference(class_name, **keys)}</wsa:EndpointReference>"


def properties(**values):
    """Elements of a body: None is nil, a list is repeated, text that begins with '<' is XML already."""
    parts = []
    for name, value in values.items():
        for v in value if isinstance(value, list) else [value]:
            if v is None:
                parts.append(f'<p:{name} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>')
            else:
                parts.append(f"<p:{name}>{v if v.startswith('<') else escape(v)}</p:{name}>")
    return "".join(parts)


def element_of(class_name, content, name=None):
    return f'<p:{name or class_name} xmlns:p="{URI}{class_name}">{content}</p:{name or class_name}>'


def fragment(path):
    return f'<wsman:FragmentTransfer s:mustUnderstand="true">{escape(path)}</wsman:FragmentTransfer>'


def get(class_name, header="", uri=None, **keys):
    return message(TRANSFER + "Get", "", uri or URI + class_name, selectors(**keys) + header)


def put(class_name, content, header="", body_class=None, **keys):
    return message(TRANSFER + "Put", element_of(body_class or class_name, content), URI + class_name, selectors(**keys) + header)


def put_fragment(class_name, path, content, **keys):
    return message(TRANSFER + "Put", f'<wsman:XmlFragment xmlns:p="{URI}{class_name}">{content}</wsman:XmlFragment>', URI + class_name,
                   selectors(**keys) + fragment(path))


def create(class_name, content, header="", body_class=None):
    return message(TRANSFER + "Create", element_of(body_class or class_name, content), URI + class_name, header)


def delete(class_name, **keys):
    return message(TRANSFER + "Delete", "", URI + class_name, selectors(**keys))


def invoke(class_name, method, content="", body=None, header="", **keys):
    return message(URI + class_name + "/" + method, element_of(class_name, content, method + "_INPUT") if body is None else body,
                   URI + class_name, selectors(**keys) + header)


def load(target, mof=MODEL, namespace="root/cimv2"):
    """Into a running daemon."""
    reply = target.ask("POST", f"/mof?namespace={namespace}", mof, [("Content-Type", "text/plain")])
    equal(reply.status, 200, reply.body.decode())
    return reply.body.decode()


def made(target, class_name, **values):
    """Creates an instance."""
    answer = ask(target, create(class_name, properties(**values))).is_good()
    check(answer.text("ResourceCreated") is not None, answer.xml)
    return answer
