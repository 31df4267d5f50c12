#!/usr/bin/env python3
"""WS-Management by its rules: Identify, Enumerate, Pull, Release, their options, limits and faults."""
import os
import re
import select

from harness import PASSWORD, USER, Daemon, check, equal, main, test
from wsman import (ACTION, NS, PROVIDERS, SOAP, URI, Answer, Hanging, ask, enumerate_, envelope, identify, local, message, names, pages, path, pull,
                   release)

N = 100
ALL = [f"{n:012}" for n in range(N)]
BASE = {"InstanceID", "Caption", "Description", "ElementName"}
EVE = ("eve", "x")
SOON = "PT4S"  # a deadline that is waited for; what comes before it is never so late, not on a machine that stalls either
os.environ["CIMSTREAM_SYNTHETIC_N"] = str(N)


def synthetic(**named):
    return enumerate_("Synthetic_Base", **named)


@test
def identify_tells_the_protocol_and_the_product(daemon):
    answer = ask(daemon, identify()).is_good()
    equal(answer.text("ProtocolVersion"), NS["wsman"])
    equal(answer.text("ProductVendor"), "cimstream")
    check(answer.text("ProductVersion") and answer.text("SecurityProfileName").endswith("http/basic"), answer.reply)


@test
def all_elements_come_as_instances_of_their_leaf_classes_in_chunks(daemon):
    answer = ask(daemon, enumerate_(max_elements=1000000)).is_good()
    check(answer.end and len(set(answer.classes)) >= 6, set(answer.classes))
    check(answer.reply.chunks and "content-length" not in answer.reply.headers, answer.reply.headers)
    check({"Example_LoadAverage", "Slow_Thing", "Hang_Thing"} < set(answer.classes), set(answer.classes))
    equal(answer.missing, None)
    for item in answer.items:
        equal(item.tag, "{%s}%s" % (URI + local(item), local(item)))


@test
def an_answer_relates_to_its_request(daemon):
    request = enumerate_("Linux_OperatingSystem", 5)
    answer = ask(daemon, request).is_good()
    equal(answer.header("wsa:RelatesTo"), request.split("<wsa:MessageID>")[1].split("<")[0])
    equal(answer.header("wsa:Action"), ACTION + "EnumerateResponse")
    check(answer.header("wsa:MessageID") not in (None, answer.header("wsa:RelatesTo")), answer.reply)
    check(answer.header("wsa:MessageID") != ask(daemon, request).header("wsa:MessageID"), "an id that was there before")
    equal(answer.context, "", "the context of a complete answer")


@test
def pages_of_seven_are_the_same_set_as_one_answer(daemon):
    equal(names(daemon, synthetic(max_elements=1000)), (ALL, 1))
    with daemon.connect() as c:
        found, n = names(c, synthetic(max_elements=7), max_elements=7)
    equal(found, ALL)
    check(n in (15, 16), f"{n} answers")


@test
def a_page_holds_no_more_than_max_elements(daemon):
    for answer in pages(daemon, synthetic(max_elements=7), max_elements=7):
        check(len(answer.items) <= 7 and (answer.end or len(answer.items) == 7), len(answer.items))
        if answer.header("wsa:Action").endswith("PullResponse"):
            equal(answer.context is None, answer.end)


@test
def without_optimisation_there_is_a_context_and_then_one_item_a_pull(daemon):
    first = ask(daemon, synthetic(optimize=False, max_elements=50)).is_good()
    check(first.context and not first.items and not first.end and first.text("Items") is None, first.reply)
    with daemon.connect() as c:
        answers = list(pages(c, synthetic(optimize=False)))
    check(all(len(a.items) == 1 for a in answers[1:N]), "not one item a pull")
    equal(sorted(name for a in answers for name in a.texts("Name")), ALL)
    ask(daemon, release(first.context)).is_good()


@test
def optimisation_without_max_elements_is_one_item(daemon):
    answer = ask(daemon, synthetic()).is_good()
    equal((len(answer.items), answer.end), (1, False))
    ask(daemon, release(answer.context)).is_good()


@test
def a_released_context_is_gone(daemon):
    answer = ask(daemon, synthetic(max_elements=7)).is_good()
    released = ask(daemon, release(answer.context)).is_good()
    equal(released.header("wsa:Action"), ACTION + "ReleaseResponse")
    equal(len(released.body), 0)
    for request in pull(answer.context), release(answer.context):
        ask(daemon, request).is_fault("wsen:InvalidEnumerationContext")


@test
def contexts_that_never_were_or_are_finished_are_invalid(daemon):
    last = list(pages(daemon, synthetic(max_elements=60), max_elements=60))
    for context in last[0].context, "x", "0" * 32, "uuid:" + "é" * 100:
        ask(daemon, pull(context)).is_fault("wsen:InvalidEnumerationContext")
    ask(daemon, pull(None)).is_fault("wsen:InvalidEnumerationContext")


@test
def a_context_that_nobody_pulls_expires(daemon):
    answer = ask(daemon, synthetic(max_elements=7, expires="PT0.1S")).is_good()
    check(answer.text("Expires"), "no Expires in the answer")
    daemon.wait_log("expired: nobody pulled")
    ask(daemon, pull(answer.context)).is_fault("wsen:InvalidEnumerationContext")
    unstarted = ask(daemon, synthetic(optimize=False, expires="PT0.1S")).is_good()
    daemon.wait_log("expired: nobody pulled", skip=1)
    ask(daemon, pull(unstarted.context)).is_fault("wsen:InvalidEnumerationContext")


@test
def expirations_that_have_passed_or_are_none_are_refused(daemon):
    for expires in "PT0S", "2001-01-01T00:00:00Z", "1901-01-01T00:00:00Z":
        ask(daemon, synthetic(expires=expires)).is_fault("wsen:InvalidExpirationTime")
    ask(daemon, synthetic(expires="soon")).is_fault("wsen:UnsupportedExpirationType")
    answer = ask(daemon, synthetic(max_elements=1000, expires="2099-01-01T00:00:00Z")).is_good()
    check(answer.end and answer.text("Expires"), answer.reply)


@test
def a_context_belongs_to_its_user(daemon):
    answer = ask(daemon, synthetic(max_elements=7)).is_good()
    for request in pull(answer.context), release(answer.context):
        ask(daemon, request, auth=EVE).is_fault("wsman:AccessDenied")
    equal(len(ask(daemon, pull(answer.context, 1000)).is_good().items), N - 7)


# ---- What an item looks like


def selectors(epr):
    equal(epr.tag, path("wsa:EndpointReference"))
    uri = next(e.text for e in epr.iter() if local(e) == "ResourceURI")
    return uri, {e.get("Name"): e.text for e in epr.iter() if local(e) == "Selector"}


@test
def references_name_class_and_keys(daemon):
    answer = ask(daemon, synthetic(max_elements=1000, mode="EnumerateEPR")).is_good()
    found = [selectors(e) for e in answer.items]
    equal(sorted(s["Name"] for _, s in found), ALL)
    check(all(s == {"Name": s["Name"], "__cimnamespace": "root/cimv2"} for _, s in found), found[0])
    check(len({u for u, _ in found}) == 20 and all(u.startswith(URI + "Synthetic_") for u, _ in found), found[0])


@test
def objects_and_their_references_come_together(daemon):
    answer = ask(daemon, synthetic(max_elements=1000, mode="EnumerateObjectAndEPR")).is_good()
    equal(len(answer.items), N)
    for item in answer.items:
        equal(item.tag, path("wsman:Item"))
        instance, epr = item
        uri, keys = selectors(epr)
        equal(instance.tag, "{%s}%s" % (uri, uri.removeprefix(URI)))
        equal(instance.find("{%s}Name" % uri).text, keys["Name"])


@test
def an_unknown_enumeration_mode_is_a_fault(daemon):
    ask(daemon, synthetic(mode="EnumerateNothing")).is_fault("wsman:UnsupportedFeature", "EnumerationMode")


@test
def polymorphism_none_is_the_class_itself(daemon):
    answer = ask(daemon, enumerate_("CIM_Process", 1000, polymorphism="None")).is_good()
    equal((answer.items, answer.end), ([], True))
    answer = ask(daemon, enumerate_("Synthetic_Left1", 1000, polymorphism="None")).is_good()
    check(answer.items and set(answer.classes) == {"Synthetic_Left1"}, set(answer.classes))
    check(len(ask(daemon, enumerate_("CIM_Process", 100000)).is_good().items) > 1, "there are processes")


@test
def polymorphism_exclude_shows_the_base_class_alone(daemon):
    full = ask(daemon, enumerate_(max_elements=100000, polymorphism="IncludeSubClassProperties")).is_good()
    plain = ask(daemon, enumerate_(max_elements=100000, polymorphism="ExcludeSubClassProperties")).is_good()
    equal(set(plain.classes), {"CIM_ManagedElement"})
    check(len(set(full.classes)) >= 6 and plain.items, set(full.classes))
    for item in plain.items:
        equal({e.tag for e in item}, {"{%sCIM_ManagedElement}%s" % (URI, name) for name in BASE})


@test
def an_unknown_polymorphism_is_a_fault(daemon):
    answer = ask(daemon, synthetic(polymorphism="Some")).is_fault("wsmb:PolymorphismModeNotSupported")
    equal(answer.header("wsa:Action"), "http://schemas.dmtf.org/wbem/wsman/1/cimbinding/fault")


# ---- Limits


@test
def batches_stay_within_max_envelope_size_and_lose_nothing(daemon):
    for size in 8192, 20000:
        found = []
        for answer in pages(daemon, synthetic(max_elements=1000, envelope_size=size), max_elements=1000, envelope_size=size):
            check(len(answer.reply.body) <= size, f"{len(answer.reply.body)} bytes")
            check(answer.items or answer.end, "an answer without items")
            found += answer.texts("Name")
        equal(sorted(found), ALL)


@test
def batches_in_utf_16_stay_within_max_envelope_size_too(daemon):
    request, found = synthetic(max_elements=1000, envelope_size=16384), []
    while request:
        answer = ask(daemon, request.encode("utf-16-le"), "UTF-16LE").is_good()
        check(len(answer.reply.body) <= 16384, f"{len(answer.reply.body)} bytes")
        found += answer.texts("Name")
        request = not answer.end and pull(answer.context, max_elements=1000, envelope_size=16384)
    equal(sorted(found), ALL)


@test
def a_max_envelope_size_below_the_minimum_is_refused(daemon):
    ask(daemon, synthetic(envelope_size=4096)).is_fault("wsman:EncodingLimit", "MinimumEnvelopeLimit")
    ask(daemon, synthetic(envelope_size=8191)).is_fault("wsman:EncodingLimit", "MinimumEnvelopeLimit")
    ask(daemon, synthetic(envelope_size="x")).is_fault("wsa:InvalidMessageInformationHeader")


@test
def max_characters_limits_what_the_items_hold(daemon):
    found = []
    for answer in pages(daemon, synthetic(optimize=False), max_elements=1000, max_characters=3000):
        text = answer.xml
        if "<wsen:Items>" in text:
            check(len(text.split("<wsen:Items>")[1].split("</wsen:Items>")[0]) <= 3000, "too many characters")
        found += answer.texts("Name")
    equal(sorted(found), ALL)


@test
def an_item_above_max_characters_is_a_fault_and_is_skipped(daemon):
    context = ask(daemon, synthetic(optimize=False)).is_good().context
    ask(daemon, pull(context, 10, max_characters=10)).is_fault("wsman:EncodingLimit", "MaxEnvelopeSizeExceeded")
    equal(len(ask(daemon, pull(context, 1000)).is_good().items), N - 1)


@test
def max_elements_that_is_no_number_is_a_fault(daemon):
    for wrong in "0", "-1", "x", "1.5", "":
        ask(daemon, synthetic(max_elements=wrong)).is_fault("wsman:SchemaValidationError")


@test
def max_time_without_an_instance_is_timed_out_and_the_context_stays():
    with Hanging() as daemon:
        context = ask(daemon, enumerate_("Hang_Thing", optimize=False)).is_good().context
        equal(ask(daemon, pull(context)).is_good().texts("Name"), ["before"])
        for _ in range(3):
            ask(daemon, pull(context, 10, max_time="PT0.05S")).is_fault("wsman:TimedOut")
        daemon.let_go()
        answer = ask(daemon, pull(context, 10)).is_good()
        equal((answer.texts("Name"), answer.end), (["after"], True))


@test
def operation_timeout_ends_a_page_with_a_context_to_go_on():
    with Hanging() as daemon:
        answer = ask(daemon, enumerate_("Hang_Thing", 10, timeout=SOON)).is_good()
        equal((answer.texts("Name"), answer.end), (["before"], False))
        ask(daemon, pull(answer.context, 10, timeout="PT0.05S")).is_fault("wsman:TimedOut")
        daemon.let_go()
        answer = ask(daemon, pull(answer.context, 10)).is_good()
        equal((answer.texts("Name"), answer.end), (["after"], True))


@test
def operation_timeout_for_a_client_without_chunks_answers_what_is_there():
    with Hanging() as daemon:
        answer = ask(daemon, enumerate_("Hang_Thing", 10, timeout=SOON, envelope_size=100000), agent=False).is_good()
        equal((answer.texts("Name"), answer.end, answer.reply.chunks), (["before"], False, None))
        daemon.let_go()
        equal(ask(daemon, pull(answer.context, 10)).is_good().texts("Name"), ["after"])


@test
def a_second_reader_is_refused_and_a_release_cuts_the_first_off():
    with Hanging() as daemon, daemon.connect() as first:
        first.request("POST", "/wsman", enumerate_("Hang_Thing", 10), SOAP)
        equal(first.head().status, 200)
        text = b""
        while b">before<" not in text:
            text += first.chunk()
        context = re.search(rb"EnumerationContext>(\w+)<", text).group(1).decode()
        ask(daemon, pull(context, 10)).is_fault("wsman:Concurrency")
        ask(daemon, release(context)).is_good()
        try:
            while first.chunk():
                pass
        except (EOFError, ConnectionError):
            pass
        else:
            raise AssertionError("the answer ends as if it were complete")
        ask(daemon, pull(context)).is_fault("wsen:InvalidEnumerationContext")
        daemon.let_go()


@test
def a_release_ends_a_pull_that_waits():
    with Hanging() as daemon, daemon.connect() as first:
        context = ask(daemon, enumerate_("Hang_Thing", optimize=False)).is_good().context
        equal(ask(daemon, pull(context)).is_good().texts("Name"), ["before"])
        first.request("POST", "/wsman", pull(context, 10, envelope_size=100000), [SOAP[0]])  # whole or not at all
        while (answer := ask(daemon, pull(context, 10, max_time="PT0.01S"))).fault == "wsman:TimedOut":
            if select.select([first.socket], [], [], 0)[0]:  # the other was first
                Answer(first.reply()).is_fault("wsman:Concurrency")
                first.request("POST", "/wsman", pull(context, 10, envelope_size=100000), [SOAP[0]])
        answer.is_fault("wsman:Concurrency")
        ask(daemon, release(context)).is_good()
        Answer(first.reply()).is_fault("wsa:EndpointUnavailable")
        daemon.let_go()


# ---- Encodings


@test
def utf_16_is_answered_in_utf_16(daemon):
    for encoding, mark in ("utf-16-le", b""), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff"), ("utf-16-be", b""):
        for charset in "UTF-16", '"utf-16"':
            answer = ask(daemon, mark + identify().encode(encoding), charset).is_good()
            equal(answer.charset, "UTF-16")
            check(answer.reply.body[2:4] == "<".encode(encoding), "the other order of bytes")
            answer = ask(daemon, mark + synthetic(max_elements=1000).encode(encoding), charset).is_good()
            equal((answer.charset, sorted(answer.texts("Name"))), ("UTF-16", ALL))


@test
def a_stream_in_utf_16_is_whole(daemon):
    answer = ask(daemon, enumerate_(max_elements=100000).encode("utf-16"), "UTF-16").is_good()
    check(answer.end and answer.reply.chunks and len(set(answer.classes)) >= 6, set(answer.classes))


@test
def faults_are_in_utf_16_too(daemon):
    answer = ask(daemon, enumerate_("CIM_No").encode("utf-16"), "UTF-16").is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")
    equal(answer.charset, "UTF-16")


@test
def other_character_sets_are_refused_in_utf_8(daemon):
    answer = ask(daemon, synthetic(), "ISO-8859-1").is_fault("wsman:EncodingLimit", "CharacterSet")
    equal(answer.charset, "UTF-8")


# ---- Addressing


def namespace_selector(name):
    return f'<wsman:SelectorSet><wsman:Selector Name="__cimnamespace">{name}</wsman:Selector></wsman:SelectorSet>'


@test
def a_class_has_many_addresses(daemon):
    for uri in (
        URI + "Linux_OperatingSystem",
        "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/Linux_OperatingSystem",
        "http://tst.example/wbem/wscim/1/cim-schema/2/Linux_OperatingSystem",
        "\n  " + URI + "linux_operatingsystem\n",
    ):
        for header in "", namespace_selector("root/cimv2"), namespace_selector("ROOT\\CIMV2"):
            answer = ask(daemon, enumerate_(uri=uri, max_elements=10, header=header)).is_good()
            equal((answer.classes, answer.end), (["Linux_OperatingSystem"], True))


@test
def classes_and_namespaces_that_are_not_there_are_named(daemon):
    answer = ask(daemon, enumerate_("CIM_NoSuchClass")).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")
    check("CIM_NoSuchClass" in answer.reason, answer.reason)
    for wrong in ({"header": namespace_selector("root/nowhere")},
                  {"uri": "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/nowhere/CIM_Process"}):
        answer = ask(daemon, enumerate_(**wrong)).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")
        check("root/nowhere" in answer.reason, answer.reason)
    for wrong in "http://example.org/", "x", URI, "":
        ask(daemon, enumerate_(uri=wrong or " ")).is_fault("wsa:DestinationUnreachable", "InvalidResourceURI")


@test
def a_selector_that_contradicts_the_uri_is_refused(daemon):
    uri = "http://schemas.microsoft.com/wbem/wsman/1/wmi/root/cimv2/CIM_Process"
    ask(daemon, enumerate_(uri=uri, header=namespace_selector("root/interop"))).is_fault("wsman:InvalidSelectors", "UnexpectedSelectors")


@test
def a_client_without_user_agent_but_a_limit_gets_a_content_length(daemon):
    request = enumerate_(max_elements=100000, envelope_size=512000)
    for body in request, request.encode("utf-16"):
        reply = ask(daemon, body, "UTF-8" if body is request else "UTF-16", agent=False).is_good().reply
        equal((reply.chunks, reply.headers.get("content-length")), (None, str(len(reply.body))))
    check(ask(daemon, request).is_good().reply.chunks, "not in chunks")
    check(ask(daemon, enumerate_(max_elements=100000), agent=False).is_good().reply.chunks, "not in chunks")


# ---- Faults of the message


@test
def unknown_actions_are_not_supported(daemon):
    for action in "http://example.org/Dance", ACTION + "Renew", ACTION + "GetStatus", "http://schemas.xmlsoap.org/ws/2004/09/transfer/Dance":
        ask(daemon, message(action, "")).is_fault("wsa:ActionNotSupported")


@test
def an_unknown_mandatory_header_is_not_understood(daemon):
    header = '<x:Foo xmlns:x="http://example.org/x" s:mustUnderstand="%s"/>'
    for yes in "true", "1":
        answer = ask(daemon, enumerate_(header=header % yes)).is_fault("s:MustUnderstand")
        prefix, name = answer.root.find(path("s:Header", "s:NotUnderstood")).get("qname").split(":")
        equal(name, "Foo")
        check(f'xmlns:{prefix}="http://example.org/x"' in answer.xml, answer.reply)
    for no in "false", "0":
        ask(daemon, enumerate_("Linux_OperatingSystem", header=header % no)).is_good()


@test
def missing_and_repeated_headers_are_named(daemon):
    request = enumerate_("Linux_OperatingSystem")
    for name in "MessageID", "ReplyTo", "To", "Action":
        start, end = request.index(f"<wsa:{name}"), request.index(f"</wsa:{name}>") + len(f"</wsa:{name}>")
        answer = ask(daemon, request[:start] + request[end:]).is_fault("wsa:MessageInformationHeaderRequired")
        check(name in answer.reason, answer.reason)
        answer = ask(daemon, request[:end] + request[start:]).is_fault("wsa:InvalidMessageInformationHeader")
        check(name in answer.reason, answer.reason)


@test
def an_empty_or_foreign_body_is_a_schema_error(daemon):
    ask(daemon, message(ACTION + "Enumerate", "")).is_fault("wsman:SchemaValidationError")
    ask(daemon, message(ACTION + "Enumerate", "<wsen:Pull/>")).is_fault("wsman:SchemaValidationError")
    ask(daemon, envelope("", "")).is_fault("wsa:MessageInformationHeaderRequired")


if __name__ == "__main__":
    main(provider_dir=PROVIDERS, users=((USER, PASSWORD), EVE))
