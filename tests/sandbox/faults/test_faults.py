"""Faults as values and as text, and the requests that they strike."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook import openapi
from pb2b_notebook.errors import InvalidParameterError, UnknownOperationError
from pb2b_notebook.sandbox.faults import faults
from pb2b_notebook.sandbox.faults.faults import KINDS, OF_LISTS, Fault, read_faults
from pb2b_notebook.sandbox.faults.schedule import Faults

COUNT = st.integers(0, 999_999)
OWN = {
    "at": st.sampled_from(["before", "after"]),
    "retry_after": COUNT,
    "seconds": st.floats(0, 3600) | st.integers(0, 3600),
    "status": st.sampled_from([200, 403, 502]),
    "rows": st.integers(1, 500),
}


@st.composite
def any_fault(draw):
    kind = draw(st.sampled_from(sorted(KINDS)))
    lists = st.sampled_from(["*", "leads.list", "GET /leads", "*.list"])
    all_ = st.sampled_from(["*", "leads.create", "PATCH /leads/{id}", "campaigns.*"])
    options = {name: draw(OWN[name]) for name in KINDS[kind] if draw(st.booleans())}
    for name, values in {
        "rate": st.floats(0, 1),
        "skip": COUNT,
        "times": st.integers(1, 999_999),
        "seed": COUNT,
    }.items():
        if draw(st.booleans()):
            options[name] = draw(values)
    return Fault(kind, draw(lists if kind in OF_LISTS else all_), **options)


@given(any_fault())
def test_a_fault_equals_the_parse_of_its_text_and_repr(fault):
    assert Fault.parse(str(fault)) == fault
    assert eval(repr(fault), {"Fault": Fault}) == fault  # noqa: S307 - our own


WORDS = st.lists(st.sampled_from([*KINDS, "*", "GET", "/leads", "=", "rate=", "rate=1", "at=", ";", "leads."]))


@given(st.text(max_size=60) | WORDS.map(" ".join))
def test_any_text_is_a_fault_or_an_error_with_a_repair(text):
    try:
        found = [type(fault) for fault in read_faults(text)]
    except (InvalidParameterError, UnknownOperationError) as refused:
        found = [Fault] if refused.repair else []
    assert set(found) <= {Fault}
    assert found or not text.replace(";", "").strip()


@each_case("kind", KINDS)
def test_the_documentation_names_every_fault_with_its_options(kind):
    lines = faults.__doc__.splitlines()
    [line] = [each for each in lines if each.startswith("``") and kind in each.partition("``  ")[0].split("`` ")[0]]
    assert all(option in line for option in KINDS[kind])
    assert f"``{kind}``" in Fault.__doc__


@each_case(
    ("operation", "meant"),
    [
        ("leads.list", {"leads.list"}),
        ("GET /leads", {"leads.list"}),
        ("post /leads/upsert", {"leads.upsert"}),
        ("GET /leads/lead_1", {"leads.get"}),
        ("leads.*pdate", {"leads.update"}),
        ("*", set(openapi.load())),
    ],
)
def test_a_fault_names_an_operation_by_id_route_or_pattern(operation, meant):
    assert Fault("503", operation).operations == meant
    assert Fault.parse(f"503 {operation}").operations == meant


def test_list_faults_strike_lists_only():
    assert Fault("duplicate-rows").operations == {o.id for o in openapi.load().values() if o.many and not o.mutates}
    assert Fault("stale-cursor", "leads.*").operations <= Fault("stale-cursor").operations


@each_case(
    ("text", "told"),
    [
        ("", "unknown fault '' → choose one of: 429, 500"),
        ("50", "unknown fault '50'"),
        ("lateny", "did you mean 'latency'?"),
        ("503 leads.lst", "unknown operation 'leads.lst' → did you mean 'leads.list'?"),
        ("503 GET /leeds", "did you mean 'GET /leads'?"),
        ("503 [l\xe9]eads.list", "an operation's name is printable ASCII"),
        ("503 zzz", 'name one ("leads.list", "GET /leads") or some ("leads.*")'),
        ("503 leads.* leads.list", "has two values for operation"),
        ("503 retryafter=1", "the fault 503 has no option 'retryafter' → did you mean 'retry_after'?"),
        ("latency retry_after=1", "the fault latency has no option 'retry_after'"),
        ("503 rate=often", "rate of the fault is not a number"),
        ("503 rate=1.5", "rate of the fault 503 is out of range → give a number, 0 to 1"),
        ("503 times=0", "times of the fault 503 is out of range → give a whole number, 1 to 999,999"),
        ("503 times=1.5", "times of the fault 503 is out of range"),
        ("latency seconds=3601", "0 to 3,600"),
        ("html status=204", "status 204 has no body"),
        ("reset at=during", "at= of the fault reset must be 'before' or 'after'"),
        ("duplicate-rows leads.create", "duplicate-rows strikes lists only → name a list, such as 'leads.list'"),
        ("stale-cursor GET /me", "stale-cursor strikes lists only"),
        ("503 " + "x" * 500, f"unknown operation '{'x' * 40}…'"),
    ],
)  # fmt: skip
def test_an_invalid_fault_is_an_error_with_a_repair(text, told):
    with pytest.raises((InvalidParameterError, UnknownOperationError)) as caught:
        Fault.parse(text)
    assert told in str(caught.value)
    assert caught.value.repair


@each_case("operation", ["GET /leads/a\nb", "leads.[;l]ist", "GET /leads/\u20ac", 7])
def test_the_operation_of_a_fault_is_printable_text(operation):
    with pytest.raises(UnknownOperationError) as caught:
        Fault("503", operation)
    assert caught.value.repair


@each_case("options", [{"rate": True}, {"rate": float("nan")}, {"times": "2"}, {"retry_after": -1}])
def test_values_of_another_type_are_refused(options):
    with pytest.raises(InvalidParameterError, match="out of range"):
        Fault("429", **options)


def test_faults_are_read_from_values_texts_and_lists():
    two = [pb.Fault("429", "leads.list", retry_after=0), pb.Fault("reset", at="after")]
    assert read_faults("429 leads.list retry_after=0; reset at=after;") == two
    assert read_faults([two[0], "reset at=after"]) == two
    assert read_faults(iter([two])) == two
    assert read_faults(two[0]) == two[:1]
    assert read_faults(()) == read_faults(" ; ") == []


# --- whom they strike ------------------------------------------------------------------------------------------------


def struck(schedule, requests):
    return [
        [strike.fault.kind for strike in schedule.next_strikes(operation, paging=operation.endswith("list"))]
        for operation in requests
    ]


OPERATIONS = st.lists(st.sampled_from(["leads.list", "leads.create", "me.get"]), max_size=30)


@given(st.lists(any_fault(), max_size=4), st.integers(0, 5), OPERATIONS)
def test_the_same_seed_and_requests_give_the_same_strikes_and_draws(chosen, seed, requests):
    def run():
        schedule = Faults(chosen, seed=seed)
        return [
            [(strike.fault, strike.draws.fraction()) for strike in schedule.next_strikes(operation, paging=True)]
            for operation in requests
        ]

    assert run() == run()


@given(any_fault(), OPERATIONS)
def test_times_skip_and_operation_limit_a_fault(fault, requests):
    schedule = Faults(fault)
    meant = [operation in fault.operations for operation in requests]
    found = [bool(schedule.next_strikes(operation, paging=True)) for operation in requests]
    assert all(means for means, strikes in zip(meant, found, strict=True) if strikes)
    assert sum(found) <= (len(requests) if fault.times is None else fault.times)
    numbers = [sum(meant[: place + 1]) for place, strikes in enumerate(found) if strikes]
    assert all(number > fault.skip for number in numbers)
    if fault.rate == 1:
        assert sum(found) == min(max(sum(meant) - fault.skip, 0), fault.times or len(requests))


def test_the_rate_of_a_fault_does_not_depend_on_other_requests():
    alone = struck(Faults("503 leads.list rate=0.2", seed=3), ["leads.list"] * 2000)
    assert 320 < sum(map(bool, alone)) < 480
    among = struck(Faults("503 leads.list rate=0.2", seed=3), ["leads.list", "me.get"] * 2000)
    assert among[::2] == alone
    assert struck(Faults("503 leads.list rate=0.2", seed=4), ["leads.list"] * 2000) != alone
    assert struck(Faults("503 leads.list rate=0.2 seed=1", seed=3), ["leads.list"] * 2000) != alone


def test_faults_nest_until_one_answers():
    schedule = Faults("latency; 503 at=after; html; 500", seed=1)
    assert struck(schedule, ["me.get"]) == [["latency", "503", "html"]]
    assert repr(schedule).endswith("html (struck 1 of 1); 500 (struck 0 of 0)")


def test_a_stale_cursor_needs_a_cursor():
    schedule = Faults("stale-cursor")
    assert schedule.next_strikes("leads.list", paging=False) == []
    assert len(schedule.next_strikes("leads.list", paging=True)) == 1


def test_faults_are_in_force_for_a_block_and_no_longer():
    schedule = Faults("500 me.get")
    with schedule.during("500 me.get at=after"), schedule.during([]):
        assert len(schedule) == 2
    assert len(schedule) == 1
    with pytest.raises(InvalidParameterError), schedule.during("no"):
        pass
    schedule.clear()
    assert not schedule
    assert repr(schedule) == "Faults: none"


def test_an_invalid_list_of_faults_adds_none():
    schedule = Faults()
    with pytest.raises(InvalidParameterError):
        schedule.add("500; 503; no")
    assert not schedule
