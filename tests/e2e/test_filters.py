#!/usr/bin/env python3
"""Filters of every dialect, projections, and associations."""
import os
from xml.sax.saxutils import escape

from harness import Daemon, check, equal, main, test
from transfer import epr, get, load, made, reference, selector
from wsman import PROVIDERS, ask, enumerate_, local, names, pages

DIALECTS = {
    "WQL": "http://schemas.microsoft.com/wbem/wsman/1/WQL",
    "CQL": "http://schemas.dmtf.org/wbem/cql/1/dsp0202.pdf",
    "XPath": "http://www.w3.org/TR/1999/REC-xpath-19991116",
    "Selector": "http://schemas.dmtf.org/wbem/wsman/1/wsman/SelectorFilter",
    "Association": "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/associationFilter",
}
ALL = "http://schemas.dmtf.org/wbem/wscim/1/*"
WMI_ALL = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/*"


def filtered(dialect, content, class_name="Synthetic_Base", max_elements=100000, **more):
    return enumerate_(class_name, max_elements, more=f'<wsman:Filter Dialect="{DIALECTS.get(dialect, dialect)}">{content}</wsman:Filter>', **more)


def selected(*pairs):
    return f"<wsman:SelectorSet>{''.join(selector(k, v) for k, v in pairs)}</wsman:SelectorSet>"


def found(daemon, *args, **named):
    return sorted(ask(daemon, filtered(*args, **named)).is_good().texts("Name"))


def of(*numbers):
    return sorted(f"{n:012}" for n in numbers)


# ---- The same question in every dialect


@test
def every_dialect_finds_the_same(daemon):
    name = of(7)[0]
    for dialect, content in (
        ("WQL", f'SELECT * FROM Synthetic_Base WHERE Name = "{name}"'),
        ("http://schemas.dmtf.org/wbem/wsman/1/WQL", "select * from Synthetic_Base where NumberD = 7"),
        ("CQL", f"SELECT * FROM Synthetic_Base WHERE Name = '{name}'"),
        ("http://schemas.dmtf.org/wbem/cql/1/dsp0202", "SELECT * FROM Synthetic_Base AS S WHERE S.NumberD = 7"),
        ("XPath", f'../Synthetic_Base[Name="{name}"]'),
        ("", "/Synthetic_Base[NumberD=7]"),
        ("Selector", selected(("Name", name))),
        ("Selector", selected(("numberd", "7"), ("Flag", "true"))),
    ):
        equal(found(daemon, dialect, escape(content) if not content.startswith("<wsman") else content), of(7), f"{dialect} {content}")


@test
def conditions_are_combined(daemon):
    equal(found(daemon, "WQL", escape("SELECT * FROM Synthetic_Base WHERE NumberD < 5 AND NOT Flag = TRUE OR NumberD = 999")), of(0, 2, 4, 999))
    equal(found(daemon, "WQL", "SELECT * FROM Synthetic_Base WHERE Name LIKE '%0099_'"), of(*range(990, 1000)))
    equal(found(daemon, "CQL", escape("SELECT * FROM Synthetic_Base WHERE NumberD >= 998 AND NumberE < 0")), of(998, 999))
    equal(found(daemon, "XPath", escape("/Synthetic_Base[NumberD < 3 and not(Flag='true')]")), of(0, 2))
    equal(found(daemon, "WQL", "SELECT * FROM Synthetic_Base WHERE NumberD = 1 AND NumberD = 2"), [])


@test
def the_class_of_a_query_counts_on_an_all_classes_uri(daemon):
    for uri in ALL, WMI_ALL:
        check(ask(daemon, filtered("WQL", "select * from Synthetic_Left9", uri=uri)).is_good().items, "nothing")
        equal(found(daemon, "CQL", "select * from Synthetic_Base where NumberD = 3", uri=uri), of(3))
    ask(daemon, enumerate_(uri=ALL)).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")
    equal(sorted(set(ask(daemon, filtered("WQL", "select * from Synthetic_Leaf3")).is_good().classes)), ["Synthetic_Leaf3"])
    ask(daemon, filtered("WQL", "select * from CIM_Process")).is_fault("wsen:CannotProcessFilter")


@test
def polymorphism_and_paging_work_with_a_filter(daemon):
    query = escape("SELECT * FROM Synthetic_Left3 WHERE NumberD >= 0")
    deep = ask(daemon, filtered("WQL", query)).is_good()
    check(len(set(deep.classes)) > 5, deep.classes)
    exact = ask(daemon, filtered("WQL", query, class_name="Synthetic_Left3", polymorphism="None")).is_good()
    equal(set(exact.classes), {"Synthetic_Left3"})
    names_, n = names(daemon, filtered("WQL", escape("SELECT * FROM Synthetic_Base WHERE NumberD < 50"), max_elements=7), max_elements=7)
    equal((names_, n > 5), (of(*range(50)), True))
    keys = ask(daemon, filtered("WQL", "SELECT * FROM Synthetic_Base WHERE NumberD = 3", mode="EnumerateEPR")).is_good()
    equal([local(e) for e in keys.items], ["EndpointReference"])


@test
def a_projection_gives_fragments(daemon):
    for dialect, content in ("WQL", "SELECT Name, State FROM Synthetic_Base WHERE NumberD = 7"), ("CQL", "SELECT Name, State FROM Synthetic_Base WHERE NumberD = 7"):
        item, = ask(daemon, filtered(dialect, content)).is_good().items
        equal((local(item), [(local(e), e.text) for e in item]), ("XmlFragment", [("Name", of(7)[0]), ("State", "7")]))
    item, = ask(daemon, filtered("XPath", "/Synthetic_Base[NumberD=7]/State")).is_good().items
    equal((local(item), [(local(e), e.text) for e in item]), ("XmlFragment", [("State", "7")]))


@test
def a_filter_that_cannot_be_honoured_is_refused(daemon):
    for dialect, content, fault in (
        ("WQL", "SELECT FROM", "wsen:CannotProcessFilter"),
        ("WQL", "SELECT * FROM Synthetic_Base WHERE Color = 1", "wsen:CannotProcessFilter"),
        ("WQL", "SELECT * FROM Synthetic_Base WHERE Flag LIKE 'x'", "wsen:CannotProcessFilter"),
        ("WQL", "SELECT * FROM CIM_No", "wsa:DestinationUnreachable"),
        ("CQL", "SELECT COUNT(*) FROM Synthetic_Base", "wsen:CannotProcessFilter"),
        ("XPath", "//Synthetic_Base", "wsen:CannotProcessFilter"),
        ("XPath", "/CIM_Process[Name='x']", "wsen:CannotProcessFilter"),
        ("Selector", selected(("Color", "1")), "wsen:CannotProcessFilter"),
        ("Selector", selected(("Stamp", "20260101000000.000000+000")), "wsen:CannotProcessFilter"),
        ("Selector", selected(("Name", "a"), ("Name", "b")), "wsen:CannotProcessFilter"),
        ("Selector", selected(("Name", "a"), ("__cimnamespace", "root/cimv2")), "wsen:CannotProcessFilter"),
        ("Selector", "Name = 1", "wsen:CannotProcessFilter"),
        ("WQL", "", "wsen:CannotProcessFilter"),
        ("http://no.example/dialect", "x", "wsen:FilterDialectRequestedUnavailable"),
    ):
        answer = ask(daemon, filtered(dialect, escape(content) if not content.startswith("<wsman") else content))
        equal(answer.fault, fault, f"{dialect} {content}: {answer.xml[-600:]}")
    both = '<wsman:Filter Dialect="{0}">select * from Synthetic_Base</wsman:Filter><wsen:Filter Dialect="{0}">select * from Synthetic_Base</wsen:Filter>'
    ask(daemon, enumerate_("Synthetic_Base", 10, more=both.format(DIALECTS["WQL"]))).is_fault("wsen:CannotProcessFilter")


# ---- Real instances


def own_process(daemon, select="*"):
    return ask(daemon, filtered("WQL", f"SELECT {select} FROM CIM_Process WHERE Handle = '{daemon.pid}'", class_name="CIM_Process")).is_good()


@test
def one_process_is_asked_for_by_its_handle(daemon):
    answer = own_process(daemon)
    equal(answer.texts("Handle"), [str(daemon.pid)])
    equal(own_process(daemon, "Name").texts("Name"), ["cimstreamd"])


def keys_of(item):
    return {e.get("Name"): e.text for e in item.iter() if local(e) == "Selector" and e.get("Name") != "__cimnamespace"}


def associated(daemon, kind, class_name, keys, uri=ALL, max_elements=100000, mode=None, **children):
    content = f"<wsmb:Object>{reference(class_name, **keys)}</wsmb:Object>" + "".join(
        f"<wsmb:{k}>{v}</wsmb:{k}>" for k, values in children.items() for v in (values if isinstance(values, list) else [values]))
    return ask(daemon, filtered("Association", f"<wsmb:{kind}>{content}</wsmb:{kind}>", uri=uri, max_elements=max_elements, mode=mode))


def process_keys(daemon):
    query = f"SELECT * FROM CIM_Process WHERE Handle = '{daemon.pid}'"
    return keys_of(ask(daemon, filtered("WQL", query, class_name="CIM_Process", mode="EnumerateEPR")).is_good().items[0])


def system(daemon, class_name):
    item = ask(daemon, enumerate_(class_name, 10, mode="EnumerateEPR")).is_good().items[0]
    uri = next(e.text for e in item.iter() if local(e) == "ResourceURI")
    return uri.rsplit("/", 1)[-1], keys_of(item)


@test
def the_real_associations_can_be_walked(daemon):
    equal(associated(daemon, "AssociatedInstances", "Linux_UnixProcess", process_keys(daemon)).is_good().classes, ["Linux_OperatingSystem"])
    os_class, os_keys = system(daemon, "CIM_OperatingSystem")
    check("Linux_ComputerSystem" in associated(daemon, "AssociatedInstances", os_class, os_keys, ResultClassName="CIM_System").is_good().classes, "no system")
    handles = associated(daemon, "AssociatedInstances", os_class, os_keys, AssociationClassName="CIM_OSProcess").is_good().texts("Handle")
    check(str(daemon.pid) in handles and len(handles) > 1, handles)
    cs_class, cs_keys = system(daemon, "CIM_ComputerSystem")
    systems = associated(daemon, "AssociatedInstances", cs_class, cs_keys, AssociationClassName="CIM_HostedFileSystem").is_good()
    check(all("FileSystem" in c for c in systems.classes), systems.classes)
    links = associated(daemon, "AssociationInstances", os_class, os_keys, ResultClassName="CIM_RunningOS").is_good()
    equal(len(links.items), 1, links.xml)


@test
def ends_of_references_can_be_read(daemon):
    os_class, os_keys = system(daemon, "CIM_OperatingSystem")
    link = associated(daemon, "AssociationInstances", os_class, os_keys, ResultClassName="CIM_RunningOS").is_good().items[0]
    for end in link:
        uri = next(e.text for e in end.iter() if local(e) == "ResourceURI")
        ask(daemon, get("", uri=uri, **keys_of(end))).is_good()


@test
def associators_of_is_wql(daemon):
    os_class, os_keys = system(daemon, "CIM_OperatingSystem")
    path = os_class + "." + ",".join(f'{k}="{v}"' for k, v in os_keys.items())
    for uri in ALL, WMI_ALL:
        query = escape(f"ASSOCIATORS OF {{{path}}} WHERE AssocClass = CIM_RunningOS")
        equal(ask(daemon, filtered("WQL", query, uri=uri)).is_good().classes, ["Linux_ComputerSystem"])
    answer = ask(daemon, filtered("WQL", escape(f"REFERENCES OF {{{path}}} WHERE ResultClass = CIM_RunningOS"), uri=ALL)).is_good()
    equal(len(answer.items), 1)


# ---- Traversal with all its parameters


class Linked(Daemon):
    """a -1-> b -2-> c, and c -3-> a; c is a derived one."""

    def __init__(self):
        super().__init__()
        load(self)
        made(self, "Test_Base", Id="a", Text="A")
        made(self, "Test_Base", Id="b", Text="B")
        made(self, "Test_Derived", Id="c", Text="C")
        for weight, (left, right) in enumerate([("a", "b"), ("b", "c"), ("c", "a")], 1):
            made(self, "Test_Link", Weight=str(weight), **{
                k: epr("Test_Derived" if v == "c" else "Test_Base", Id=v) for k, v in (("Left", left), ("Right", right))})


@test
def every_parameter_of_the_association_filter_counts():
    with Linked() as daemon:
        a = ("Test_Base", dict(Id="a"))
        for children, ids in (
            ({}, ["b", "c"]),
            ({"Role": "Left"}, ["b"]),
            ({"Role": "Right"}, ["c"]),
            ({"ResultRole": "Right"}, ["b"]),
            ({"ResultClassName": "Test_Derived"}, ["c"]),
            ({"ResultClassName": "Test_Base"}, ["b", "c"]),
            ({"AssociationClassName": "Test_Link", "Role": "", "ResultRole": "", "ResultClassName": ""}, ["b", "c"]),
            ({"AssociationClassName": "CIM_Dependency"}, []),
            ({"Role": "left", "ResultClassName": "Test_Derived"}, []),
        ):
            equal(sorted(associated(daemon, "AssociatedInstances", *a, **children).is_good().texts("Id")), ids, str(children))
        for children, weights in (({}, ["1", "3"]), ({"Role": "Left"}, ["1"]), ({"ResultClassName": "Test_Link"}, ["1", "3"])):
            equal(sorted(associated(daemon, "AssociationInstances", *a, **children).is_good().texts("Weight")), weights, str(children))
        item = associated(daemon, "AssociatedInstances", *a, Role="Left", IncludeResultProperty=["Text", "Nothing"]).is_good().items[0]
        equal((local(item), [(local(e), e.text) for e in item]), ("XmlFragment", [("Text", "B")]))
        equal(associated(daemon, "AssociatedInstances", *a, mode="EnumerateEPR").is_good().classes, ["EndpointReference"] * 2)


@test
def a_wrong_association_filter_is_refused():
    with Linked() as daemon:
        for class_name, keys, children in (
            ("Test_Base", {}, {}),
            ("Test_Base", {"Id": "a", "Color": "x"}, {}),
            ("Test_Base", {"Id": "none"}, {}),
            ("Test_No", {"Id": "a"}, {}),
            ("Test_Base", {"Id": "a"}, {"AssociationClassName": "Test_No"}),
            ("Test_Base", {"Id": "a"}, {"AssociationClassName": "Test_Base"}),
            ("Test_Base", {"Id": "a"}, {"ResultClassName": "Test_No"}),
        ):
            answer = associated(daemon, "AssociatedInstances", class_name, keys, **children)
            check(answer.fault, f"{class_name} {keys} {children}: {answer.xml}")


@test
def a_traversal_is_paged_like_an_enumeration():
    with Linked() as daemon:
        first = filtered("Association", f"<wsmb:AssociatedInstances><wsmb:Object>{reference('Test_Base', Id='a')}</wsmb:Object></wsmb:AssociatedInstances>",
                         uri=ALL, max_elements=1)
        equal(sorted(i for page in pages(daemon, first, max_elements=1) for i in page.texts("Id")), ["b", "c"])


if __name__ == "__main__":
    os.environ["CIMSTREAM_SYNTHETIC_N"] = "1000"
    main(provider_dir=PROVIDERS)
