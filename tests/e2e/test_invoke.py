#!/usr/bin/env python3
"""Methods: static and of instances, parameters of every shape, and what is wrong with them."""
from harness import check, equal, main, test
from transfer import element_of, invoke, properties, reference
from wsman import PROVIDERS, URI, Hanging, ask, enumerate_, local


def call(target, method, content="", class_name="Method_Thing", **keys):
    return ask(target, invoke(class_name, method, content, **({"Id": "a"} if keys == {} else keys)))


def out(answer, name="ReturnValue"):
    return answer.is_good().texts(name)


@test
def a_method_of_an_instance_is_called_and_answers(daemon):
    answer = call(daemon, "Add", properties(X="2", Y="40"))
    equal((local(answer.is_good().body[0]), out(answer)), ("Add_OUTPUT", ["42"]))
    equal(answer.header("wsa:Action"), URI + "Method_Thing/AddResponse")
    equal(out(call(daemon, "add", properties(x="-2", y="-3"))), ["-5"])
    equal(out(call(daemon, "Add")), ["0"])
    equal(out(ask(daemon, invoke("Method_Thing", "Add", body="", Id="a"))), ["0"])


@test
def a_derived_class_answers_for_itself(daemon):
    equal(out(call(daemon, "Add", properties(X="1", Y="2"), Id="s")), ["3"])
    equal(out(call(daemon, "Add", properties(X="1", Y="2", Z="3"), class_name="Method_Special", Id="s")), ["6"])


@test
def a_static_method_needs_no_instance(daemon):
    equal(out(ask(daemon, invoke("Method_Thing", "Greet", properties(Name="you & <me>")))), ["Hello, you & <me>!"])
    equal(out(call(daemon, "Greet")), ["Hello, world!"])
    ask(daemon, invoke("Method_Thing", "Add", properties(X="1", Y="1"))).is_fault("wsman:InvalidSelectors", "InsufficientSelectors")


SCALARS = {
    "Boolean": "true", "Uint8": "255", "Sint8": "-128", "Uint16": "65535", "Sint16": "-32768", "Uint32": "4294967295", "Sint32": "-2147483648",
    "Uint64": "18446744073709551615", "Sint64": "-9223372036854775808", "Real32": "1.5", "Real64": "-INF", "Char16": "x", "String": "a <&> b \r c",
}


@test
def every_type_goes_in_and_comes_out(daemon):
    given = {f"One{k}": v for k, v in SCALARS.items()} | {f"Many{k}": [v, v] for k, v in SCALARS.items()}
    answer = call(daemon, "Echo", properties(**given).replace("\r", "&#13;"))
    equal(out(answer), [str(len(given))])
    for name, value in given.items():
        equal(answer.texts(name), value if isinstance(value, list) else [value], name)
    empty = call(daemon, "Echo", properties(OneUint8=None, OneString=""))
    equal((out(empty), empty.texts("OneString")), (["1"], [None]))


@test
def times_come_in_every_form(daemon):
    cim = 'xmlns:cim="http://schemas.dmtf.org/wbem/wscim/1/common"'
    for given, expected in (
        ("20260102030405.678901+060", "2026-01-02T03:04:05.678901+01:00"),
        ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05Z"),
        (f"<cim:Datetime {cim}>2026-01-02T03:04:05Z</cim:Datetime>", "2026-01-02T03:04:05Z"),
        (f"<cim:Interval {cim}>P1DT2H3M4S</cim:Interval>", "P1DT2H3M4S"),
        (f"<cim:Date {cim}>2026-01-02</cim:Date>", "2026-01-02Z"),
        (f"<cim:CIM_DateTime {cim}>00000001020304.000000:000</cim:CIM_DateTime>", "P1DT2H3M4S"),
    ):
        answer = call(daemon, "Echo", properties(OneDatetime=given))
        check(f">{expected}<" in answer.is_good().xml, f"{given}: {answer.xml[-400:]}")


@test
def references_go_in_and_come_out(daemon):
    a, b = (reference("Method_Thing", Id=k) for k in "ab")
    answer = call(daemon, "Swap", properties(Left=a, Right=b)).is_good()
    ids = {local(e): [s.text for s in e.iter() if s.get("Name") == "Id"] for e in answer.body[0] if local(e) != "Both"}
    equal((ids["Left"], ids["Right"]), (["b"], ["a"]))
    equal(len([e for e in answer.body[0] if local(e) == "Both"]), 2)


@test
def embedded_instances_go_in_and_come_out(daemon):
    def part(name, weight):
        return f"<p:Name>{name}</p:Name><p:Weight>{weight}</p:Weight>"

    answer = call(daemon, "Wrap", properties(Part=part("one", 1), Parts=[part("two", 2), part("three", 3)]))
    equal(out(answer), ["3"])
    heaviest = next(e for e in answer.body[0] if local(e) == "Heaviest")
    equal([(local(e), e.text) for e in heaviest], [("Name", "three"), ("Weight", "3")])
    equal(out(call(daemon, "Wrap", element_of("Method_Part", part("x", 9), "Part"))), ["1"])


@test
def each_wrong_parameter_has_its_fault(daemon):
    for method, content, fault, detail in (
        ("Add", properties(X="1", Q="2"), "wsman:InvalidParameter", "InvalidName"),
        ("Add", properties(X="one"), "wsman:InvalidParameter", "TypeMismatch"),
        ("Add", properties(X="2147483648"), "wsman:InvalidParameter", "TypeMismatch"),
        ("Add", properties(X=["1", "2"]), "wsman:InvalidParameter", "TypeMismatch"),
        ("Swap", properties(Left="<p:No/>"), "wsman:InvalidParameter", "TypeMismatch"),
        ("Wrap", properties(Part="<p:Color>red</p:Color>"), "wsman:InvalidParameter", "InvalidName"),
        ("Join", properties(Separator=","), "wsman:InvalidParameter", None),
        ("Nothing", "", "wsa:ActionNotSupported", None),
        ("Forgotten", "", "wsa:ActionNotSupported", None),
    ):
        call(daemon, method, content).is_fault(fault, detail)
    ask(daemon, invoke("Method_Thing", "Add", body=element_of("Method_Thing", "", "Other_INPUT"), Id="a")).is_fault("wsman:SchemaValidationError")
    call(daemon, "Add", properties(X="1", Y="2"), Id="none").is_fault("wsa:DestinationUnreachable")
    equal(out(call(daemon, "Join", properties(Numbers=["1", "2", "3"], Separator="-"))), ["1-2-3"])


@test
def a_failure_says_what_the_provider_said(daemon):
    answer = call(daemon, "Fail", properties(Reason="the dog ate it"))
    check("the dog ate it" in answer.reason, answer.reason)
    answer.is_fault("wsman:InternalError")
    access_denied = str(0x80041003)
    call(daemon, "Fail", properties(Reason="no", Code=access_denied)).is_fault("wsman:AccessDenied")


@test
def options_reach_the_provider(daemon):
    header = '<wsman:OptionSet><wsman:Option Name="wmi:Color">red</wsman:Option></wsman:OptionSet>'
    equal(out(ask(daemon, invoke("Method_Thing", "Option", properties(Name="Color"), header=header, Id="a"))), ["red"])


@test
def a_method_that_hangs_is_given_up_and_named():
    with Hanging(provider_timeout="1s") as daemon:
        answer = call(daemon, "Hang")
        check("Method_Thing" in answer.reason, answer.reason)
        answer.is_fault("wsman:TimedOut")
        call(daemon, "Add").is_fault("wsman:TimedOut")  # not called again before it is back
        ask(daemon, enumerate_("Linux_OperatingSystem", 10)).is_good()
        daemon.let_go()


@test
def the_clients_own_deadline_counts_too():
    with Hanging(provider_timeout="60s") as daemon:
        header = "<wsman:OperationTimeout>PT0.5S</wsman:OperationTimeout>"
        ask(daemon, invoke("Method_Thing", "Hang", header=header, Id="a")).is_fault("wsman:TimedOut")
        equal(out(call(daemon, "Add")), ["0"])  # the provider is not to blame
        daemon.let_go()


if __name__ == "__main__":
    main(provider_dir=PROVIDERS)
