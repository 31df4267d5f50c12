#!/usr/bin/env python3
"""Get, Put, Create and Delete of instances that the repository holds, and of those that providers have."""
from harness import Daemon, check, equal, main, test
from transfer import create, delete, epr, fragment, get, load, made, properties, put, put_fragment
from wsman import PATIENCE, PROVIDERS, Hanging, ask, enumerate_, local

WMI = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/"


class Loaded(Daemon):
    """With the model of the tests."""

    def __init__(self, **options):
        super().__init__(**options)
        load(self)


def system_keys(daemon):
    """All selectors of the host's operating system, as its EPR has them."""
    item = ask(daemon, enumerate_("CIM_OperatingSystem", 10, mode="EnumerateEPR")).is_good().items[0]
    return {e.get("Name"): e.text for e in item.iter() if local(e) == "Selector" and e.get("Name") != "__cimnamespace"}


# ---- Instances of providers


@test
def get_reads_one_instance_of_a_provider(daemon):
    answer = ask(daemon, get("Linux_OperatingSystem", **system_keys(daemon))).is_good()
    equal(local(answer.body[0]), "Linux_OperatingSystem")
    check(int(answer.text("TotalVisibleMemorySize")) > 0, answer.xml)


@test
def get_through_a_base_class_finds_the_derived_instance(daemon):
    answer = ask(daemon, get("CIM_OperatingSystem", **system_keys(daemon))).is_good()
    equal(local(answer.body[0]), "Linux_OperatingSystem")


@test
def selectors_are_taken_without_case_and_from_any_authority(daemon):
    keys = {k.upper(): v for k, v in system_keys(daemon).items()}
    ask(daemon, get("cim_operatingsystem", **keys)).is_good()
    ask(daemon, get("", uri="http://tst.example/wbem/wscim/1/cim-schema/2/CIM_OperatingSystem", **keys)).is_good()
    ask(daemon, get("", uri=WMI + "CIM_OperatingSystem", **keys)).is_good()
    ask(daemon, get("", uri=WMI + "CIM_OperatingSystem", **{"__cimnamespace": "root/cimv2", **keys})).is_good()
    ask(daemon, get("CIM_OperatingSystem", **{"__cimnamespace": r"root\cimv2", **keys})).is_good()
    ask(daemon, get("", uri=WMI + "CIM_OperatingSystem", **{"__cimnamespace": "root/interop", **keys})) \
        .is_fault("wsman:InvalidSelectors", "UnexpectedSelectors")


@test
def what_cannot_be_read_has_its_fault(daemon):
    keys = system_keys(daemon)
    ask(daemon, get("Linux_OperatingSystem")).is_fault("wsman:InvalidSelectors", "InsufficientSelectors")
    ask(daemon, get("Linux_OperatingSystem", Name="x")).is_fault("wsman:InvalidSelectors", "InsufficientSelectors")
    ask(daemon, get("Linux_OperatingSystem", Color="x", **keys)).is_fault("wsman:InvalidSelectors", "UnexpectedSelectors")
    ask(daemon, get("Linux_OperatingSystem", **{**keys, "Name": "no such"})).is_fault("wsa:DestinationUnreachable")
    ask(daemon, get("CIM_No")).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")
    ask(daemon, get("CIM_OperatingSystem", **{"__cimnamespace": "root/no", **keys})).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")
    ask(daemon, get("", uri="http://schemas.dmtf.org/wbem/wscim/1/*")).is_fault("wsa:ActionNotSupported", "ActionMismatch")


@test
def what_a_provider_cannot_write_is_refused(daemon):
    keys = system_keys(daemon)
    for request in put("Linux_OperatingSystem", properties(Caption="x"), **keys), delete("Linux_OperatingSystem", **keys):
        check(ask(daemon, request).fault, "it was done")
    ask(daemon, get("Linux_OperatingSystem", **keys)).is_good()


@test
def a_hung_provider_fails_only_its_own_get():
    with Hanging(provider_timeout=PATIENCE) as daemon:
        answer = ask(daemon, get("Hang_Thing", Name="after"))
        check("Hang_Thing" in answer.reason, answer.reason)
        answer.is_fault("wsman:TimedOut")
        ask(daemon, get("Linux_OperatingSystem", **system_keys(daemon))).is_good()
        daemon.let_go()


# ---- Instances in the repository


@test
def what_was_created_can_be_read_changed_and_deleted():
    with Loaded() as daemon:
        answer = made(daemon, "Test_Base", Id="a", Text="one <&> two", Number="4294967295", Large="-9223372036854775808", Flag="true",
                      When="20260102030405.678901+060", List=["x", "", "z"], Part="<p:Name>n</p:Name><p:Size>7</p:Size>")
        equal([e.text for e in answer.body.iter() if e.get("Name") == "Id"], ["a"])

        found = ask(daemon, get("Test_Base", Id="a")).is_good()
        equal((found.text("Text"), found.text("Number"), found.text("Large"), found.text("Flag")),
              ("one <&> two", "4294967295", "-9223372036854775808", "true"))
        equal(found.texts("List"), ["x", None, "z"])
        equal((found.text("Name"), found.text("Size")), ("n", "7"))
        check("2026-01-02T03:04:05.678901+01:00" in found.xml, found.xml)

        changed = ask(daemon, put("Test_Base", properties(Id="a", Text=None, List=["y"]), Id="a")).is_good()
        for answer in changed, ask(daemon, get("Test_Base", Id="a")).is_good():
            equal((answer.text("Text"), answer.texts("List"), answer.text("Number")), ("", ["y"], "4294967295"))

        ask(daemon, delete("Test_Base", Id="a")).is_good()
        ask(daemon, get("Test_Base", Id="a")).is_fault("wsa:DestinationUnreachable")
        ask(daemon, delete("Test_Base", Id="a")).is_fault("wsa:DestinationUnreachable")


@test
def instances_of_the_repository_are_enumerated_with_the_others():
    with Loaded() as daemon:
        for k in range(20):
            made(daemon, "Test_Derived" if k % 2 else "Test_Base", Id=f"{k:02}")
        equal(sorted(ask(daemon, enumerate_("Test_Base", 100)).is_good().texts("Id")), [f"{k:02}" for k in range(20)])
        equal(len(ask(daemon, enumerate_("Test_Base", 100, polymorphism="None")).is_good().items), 10)
        equal(len(ask(daemon, enumerate_("Test_Derived", 100)).is_good().items), 10)
        counted = ask(daemon, enumerate_("Test_Base", 1, header="<wsman:RequestTotalItemsCountEstimate/>")).is_good()
        equal(counted.header("wsman:TotalItemsCountEstimate"), "20")


@test
def a_wrong_create_has_its_fault_and_leaves_nothing():
    with Loaded() as daemon:
        made(daemon, "Test_Base", Id="a")
        ask(daemon, create("Test_Base", properties(Id="a"))).is_fault("wsman:AlreadyExists")
        ask(daemon, create("Test_Derived", properties(Id="a"))).is_fault("wsman:AlreadyExists")
        for content, detail in (
            (properties(Text="no key"), None),
            (properties(Id="b", Number="-1"), "InvalidValues"),
            (properties(Id="b", Number="x"), "InvalidValues"),
            (properties(Id="b", Color="red"), "InvalidValues"),
            (properties(Id="b", When="yesterday"), "InvalidValues"),
            (properties(Id="b", Text=["1", "2"]), "InvalidValues"),
        ):
            answer = ask(daemon, create("Test_Base", content))
            equal(answer.fault, "wxf:InvalidRepresentation", answer.xml)
            if detail:
                equal(answer.detail, detail, answer.xml)
        ask(daemon, create("Test_Base", properties(Id="b"), body_class="Test_Part")).is_fault("wxf:InvalidRepresentation", "InvalidNamespace")
        check(ask(daemon, create("CIM_ManagedElement", properties(Caption="x"))).fault, "an instance of an abstract class")
        equal(len(ask(daemon, enumerate_("Test_Base", 100)).is_good().items), 1)


@test
def an_answer_above_the_clients_envelope_is_a_fault_that_says_what_happened():
    with Loaded() as daemon:
        small = "<wsman:MaxEnvelopeSize>8192</wsman:MaxEnvelopeSize>"
        made(daemon, "Test_Base", Id="a", Text="x" * 10000)
        ask(daemon, get("Test_Base", small, Id="a")).is_fault("wsman:EncodingLimit", "MaxEnvelopeSizeExceeded")
        ask(daemon, put("Test_Base", properties(Number="5"), small, Id="a")).is_fault("wsman:EncodingLimit", "UnreportableSuccess")
        equal(ask(daemon, get("Test_Base", fragment("Number/text()") + small, Id="a")).is_good().text("XmlFragment"), "5")


@test
def a_put_must_name_what_it_changes():
    with Loaded() as daemon:
        made(daemon, "Test_Base", Id="a")
        check(ask(daemon, put("Test_Base", properties(Id="b", Text="x"), Id="a")).fault, "the key was changed")
        ask(daemon, put("Test_Base", properties(Id="b", Text="x"), Id="b")).is_fault("wsa:DestinationUnreachable")
        ask(daemon, put("Test_Base", properties(Text="x"))).is_fault("wsman:InvalidSelectors", "InsufficientSelectors")


@test
def a_singleton_needs_no_selectors():
    with Loaded() as daemon:
        ask(daemon, get("Test_Single")).is_fault("wsa:DestinationUnreachable")
        made(daemon, "Test_Single", Text="one")
        equal(ask(daemon, get("Test_Single")).is_good().text("Text"), "one")
        ask(daemon, put("Test_Single", properties(Text="two"))).is_good()
        equal(ask(daemon, get("Test_Single")).is_good().text("Text"), "two")
        ask(daemon, create("Test_Single", properties(Text="three"))).is_fault("wsman:AlreadyExists")
        ask(daemon, delete("Test_Single")).is_good()


@test
def keys_that_are_references_are_eprs():
    with Loaded() as daemon:
        made(daemon, "Test_Base", Id="a")
        made(daemon, "Test_Derived", Id="b")
        ends = dict(Left=epr("Test_Base", Id="a"), Right=epr("Test_Derived", Id="b"))
        bare = {k: v.removeprefix("<wsa:EndpointReference>").removesuffix("</wsa:EndpointReference>") for k, v in ends.items()}
        made(daemon, "Test_Link", Weight="3", **bare)
        for keys in ends, bare:
            answer = ask(daemon, get("Test_Link", **keys)).is_good()
            equal((answer.text("Weight"), [e.text for e in answer.body.iter() if e.get("Name") == "Id"]), ("3", ["a", "b"]))
        ask(daemon, delete("Test_Link", **ends)).is_good()
        ask(daemon, get("Test_Link", **ends)).is_fault("wsa:DestinationUnreachable")


# ---- Fragments


@test
def a_fragment_is_read_alone():
    with Loaded() as daemon:
        made(daemon, "Test_Base", Id="a", Text="t", List=["x", "y", "z"], Part="<p:Name>n</p:Name><p:Size>7</p:Size>")
        for path, content in (
            ("Text", ["t"]), ("/Test_Base/Text", ["t"]), ("Text/text()", "t"), ("List", ["x", "y", "z"]), ("List[2]", ["y"]),
            ("List[2]/text()", "y"), ("Part/Name/text()", "n"), ("List[9]", []),
        ):
            answer = ask(daemon, get("Test_Base", fragment(path), Id="a")).is_good()
            equal(answer.header("wsman:FragmentTransfer"), path)
            found = next(e for e in answer.body.iter() if local(e) == "XmlFragment")
            equal(found.text if isinstance(content, str) else [e.text for e in found], content, path)


@test
def a_fragment_is_written_alone():
    with Loaded() as daemon:
        made(daemon, "Test_Base", Id="a", Text="t", Number="5", List=["x", "y", "z"], Part="<p:Name>n</p:Name><p:Size>7</p:Size>")
        for path, content in (
            ("Text", "<p:Text>new</p:Text>"), ("List[2]", "<p:List>Y</p:List>"), ("Number/text()", "6"), ("Part/Name", "<p:Name>N</p:Name>"),
        ):
            ask(daemon, put_fragment("Test_Base", path, content, Id="a")).is_good()
        answer = ask(daemon, get("Test_Base", Id="a")).is_good()
        equal((answer.text("Text"), answer.texts("List"), answer.text("Number"), answer.text("Name"), answer.text("Size")),
              ("new", ["x", "Y", "z"], "6", "N", "7"))


@test
def a_wrong_fragment_has_its_fault():
    with Loaded() as daemon:
        made(daemon, "Test_Base", Id="a")
        for path in "Color", "text", "Text[", "../Text", "Text/Deeper", "/Test_Part/Name", "List[0]", "count(List)":
            ask(daemon, get("Test_Base", fragment(path), Id="a")).is_fault("wsman:CannotProcessFilter")
        optional = "<wsman:FragmentTransfer>Text</wsman:FragmentTransfer>"
        ask(daemon, get("Test_Base", optional, Id="a")).is_fault("wsa:InvalidMessageInformationHeader")
        dialect = '<wsman:FragmentTransfer s:mustUnderstand="true" Dialect="http://no.example/">Text</wsman:FragmentTransfer>'
        ask(daemon, get("Test_Base", dialect, Id="a")).is_fault("wsman:FragmentDialectNotSupported")
        answer = ask(daemon, put_fragment("Test_Base", "Number", "<p:Number>x</p:Number>", Id="a"))
        equal(answer.fault, "wxf:InvalidRepresentation")


# ---- The schema at run time


@test
def mof_is_loaded_whole_or_not_at_all():
    with Daemon() as daemon:
        load(daemon, 'class Test_One { [Key] string Id; }; instance of Test_One { Id = "a"; };')
        wrong = 'class Test_Two { [Key] string Id; };\ninstance of Test_Two { Id = "a"; };\ninstance of Test_Two { Nothing = 1; };\n'
        reply = daemon.ask("POST", "/mof?namespace=root/cimv2&name=two.mof", wrong, [("Content-Type", "text/plain")])
        equal(reply.status, 400)
        check("two.mof:3:" in reply.body.decode(), reply.body)
        equal(ask(daemon, enumerate_("Test_One", 10)).is_good().texts("Id"), ["a"])
        ask(daemon, enumerate_("Test_Two", 10)).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")
        load(daemon, 'class Test_One { [Key] string Id; string More; }; instance of Test_One { Id = "a"; More = "m"; };')
        equal(ask(daemon, get("Test_One", Id="a")).is_good().text("More"), "m")


@test
def who_is_not_logged_in_loads_nothing(daemon):
    equal(daemon.ask("POST", "/mof", "class Test_No { };", auth=None).status, 401)


# ---- Classes


@test
def a_class_can_be_read_as_cim_xml(daemon):
    for uri, keys in (("http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*", {"ClassName": "CIM_OperatingSystem"}),
                      ("http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/CIM_OperatingSystem", {})):
        answer = ask(daemon, get("", uri=uri, **keys)).is_good()
        found = next(e for e in answer.body.iter() if e.tag == "CLASS")
        equal((found.get("NAME"), found.get("SUPERCLASS")), ("CIM_OperatingSystem", "CIM_EnabledLogicalElement"))
        check("OSType" in [e.get("NAME") for e in found.iter("PROPERTY")], answer.xml)
    ask(daemon, get("", uri="http://schemas.dmtf.org/wbem/cim-xml/2/cim-schema/2/*", ClassName="CIM_No")) \
        .is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")


@test
def extensions_nil_and_precise_arrays_are_as_asked_for():
    def options(*names):
        return "<wsman:OptionSet>" + "".join(f'<wsman:Option Name="{n}"/>' for n in names) + "</wsman:OptionSet>"

    with Loaded() as daemon:
        made(daemon, "Test_Base", Id="a", List=["x"])
        plain = ask(daemon, get("Test_Base", Id="a")).is_good()
        check("Location" not in plain.xml and 'xsi:nil="true"' in plain.xml, plain.xml)
        lean = ask(daemon, get("Test_Base", options("ExcludeNilProperties"), Id="a")).is_good()
        check("nil" not in lean.xml and lean.texts("List") == ["x"], lean.xml)
        shown = ask(daemon, get("Test_Base", options("ShowExtensions"), Id="a")).is_good()
        equal(local(shown.body[0][-1]), "Location")
        precise = '<wsman:OptionSet><wsman:Option Name="msftwinrm:UsePreciseArrays">true</wsman:Option></wsman:OptionSet>'
        check('IsNullArray="true"' in ask(daemon, get("Test_Base", precise, Id="a")).is_good().xml, "no IsNullArray")


if __name__ == "__main__":
    main(provider_dir=PROVIDERS)
