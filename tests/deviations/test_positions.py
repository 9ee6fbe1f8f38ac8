"""A list whose pages are places in it, numbers or offsets, is complete only if no place moved while it was read."""

import base64
import json

import pytest

import pb2b_notebook as pb
from deviating_service import BASE, DEVIATIONS, DeviatingService, Deviation
from feature_table import connect

SIZE = 10
FORMS = {
    "page numbers": ("page", lambda x: {"page": x.number, "total_pages": -(-x.total // SIZE), "total": x.total}),
    "page numbers, no count": ("page", lambda x: {"page": x.number, "last_page": -(-x.total // SIZE)}),
    "next page": ("page", lambda x: {"meta": {"next_page": x.number + 1 if x.follows else None}}),
    "offsets": ("offset", lambda x: {"offset": x.number, "limit": SIZE, "total": x.total}),
    "offsets, no count": ("start", lambda x: {"next_start": x.number + SIZE} if x.follows else {"more": False}),
    "links": ("$skip", lambda x: {"@odata.nextLink": f"{leads(x)}?$skip={x.number + SIZE}"} if x.follows else {}),
    "Relay": ("after", lambda x: {"pageInfo": {"hasNextPage": x.follows, "endCursor": relay(x.number + SIZE - 1)}}),
    "offsets without a sign": ("offset", lambda _: {}),
    "hidden places, no count": ("cursor", lambda x: {"next_cursor": f"{x.number + SIZE}x" if x.follows else None}),
}
ODD = {
    "capped count": ("offset", lambda x: {"offset": x.number, "limit": SIZE, "total": min(x.total, 25)}),
    "page numbers by another name": (
        "pageNumber", lambda x: {"PageNumber": max(1, x.number), "TotalPages": -(-x.total // SIZE)},
    ),
    "no sign": ("none", lambda _: {}),
}  # fmt: skip
HIDDEN = {"hidden places": ("cursor", lambda x: {"total": x.total, "next_cursor": f"{x.number + SIZE}x" * x.follows})}


def leads(x):
    return f"{x.service.url}{BASE}/leads"


def relay(number):
    return base64.b64encode(f"arrayconnection:{number}".encode()).decode()


def nothing(service):
    """Change nothing."""


@pytest.fixture
def positions(monkeypatch):
    """A deviation whose pages are slices of the list as it is when they are asked for; ``event`` comes after one."""

    def switched(name, *, event=nothing, after=1, rows=list):
        parameter, place = {**FORMS, **HIDDEN, **ODD}[name]
        first = 1 if parameter.startswith("page") else 0
        asked = []

        def ask(x):
            if x.method == "GET" and x.path == "/leads":
                given = x.asked.get(parameter)
                relayed = parameter == "after" and given
                x.number = int(base64.b64decode(given)[16:]) + 1 if relayed else int((given or str(first)).strip("x"))
                x.without(parameter, "limit", "cursor", *({"page", "offset"} - {parameter}))
                x.query.append(("limit", "500"))

        def tell(x):
            if x.many and x.path == "/leads":
                found = rows(x.answer.pop("data"))
                del x.answer["pagination"]
                start = (x.number - 1) * SIZE if first else x.number
                x.follows, x.total = start + SIZE < len(found), len(found)
                x.answer |= {"data": found[start : start + SIZE], **place(x)}
                asked.append(x.number)
                if len(asked) == after or (isinstance(after, slice) and len(asked) >= after.start):
                    event(x.service)

        monkeypatch.setitem(DEVIATIONS, name, Deviation(ask, tell))
        return asked

    return switched


def delete_first(service):
    service.ask("DELETE", f"/leads/{service.leads()[3]['id']}")


def change_first(service):
    service.sandbox.clock.advance(5)
    service.ask("PATCH", f"/leads/{service.leads()[3]['id']}", {"city": "Oslo"})


def replace_first(service):
    """One row fewer and one more: the count stays."""
    delete_first(service)
    service.sandbox.clock.advance(5)
    service.ask("POST", "/leads", {"full_name": "New One", "email": f"new{len(service.sent)}@one.example"})


@pytest.mark.parametrize("event", [delete_first, replace_first])
@pytest.mark.parametrize("name", FORMS)
def test_a_row_that_goes_from_an_earlier_page_leaves_no_other_one_out(against, service, positions, name, event):
    before = {lead["id"] for lead in service.leads()}
    service.sandbox.clock.advance(60)
    positions(name, event=event, after=2)
    frame = against(name).leads.list()
    still = before & {lead["id"] for lead in service.leads()}
    assert still - set(frame["id"]) == set()
    assert pb.provenance(frame).complete
    assert frame["id"].is_unique


@pytest.mark.parametrize("name", FORMS)
def test_a_list_that_does_not_change_is_complete(against, service, positions, name):
    service.sandbox.clock.advance(60)
    asked = positions(name)
    frame = against(name).leads.list()
    assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
    assert pb.provenance(frame).complete
    pages = -(-len(frame) // SIZE)
    # Where the service counts, and filters by time, one request shows that nothing changed; one tries such filters.
    assert len(asked) <= (pages + 2 if name in {"page numbers", "offsets"} else 2 * pages + 5)


@pytest.mark.parametrize("event", [delete_first, change_first, replace_first])
def test_places_that_a_cursor_hides_are_read_again_if_anything_changed(against, service, positions, event):
    before = {lead["id"] for lead in service.leads()}
    service.sandbox.clock.advance(60)
    asked = positions("hidden places", event=event, after=2)
    frame = against("hidden places").leads.list()
    assert (before & {lead["id"] for lead in service.leads()}) <= set(frame["id"])
    assert pb.provenance(frame).complete
    against("hidden places").leads.list()  # what its cursors are is learned while nothing changes
    service.sandbox.clock.advance(60)
    sent = len(asked)
    frame = against("hidden places").leads.list(parallel=1)
    # One request shows that nothing changed.
    assert asked[sent:] == [*range(0, len(frame), SIZE), 0]


@pytest.mark.parametrize("after", [2, 5])
@pytest.mark.parametrize("event", [delete_first, change_first, replace_first])
def test_windows_of_hidden_places_are_read_again_if_anything_changed(against, service, positions, event, after):
    before = {lead["id"] for lead in service.leads()}
    service.sandbox.clock.advance(60)
    positions("hidden places", event=event, after=after)
    frame = against("hidden places").leads.list(parallel=3)
    assert (before & {lead["id"] for lead in service.leads()}) <= set(frame["id"])
    assert pb.provenance(frame).complete
    assert frame["id"].is_unique


def test_windows_of_hidden_places_are_complete_if_nothing_changed(against, service, positions, said):
    service.sandbox.clock.advance(60)
    asked = positions("hidden places")
    frame = against("hidden places").leads.list(parallel=3)
    assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
    assert pb.provenance(frame).complete
    assert asked.count(0) > 3  # windows begin at their own first place
    assert said == []


def test_what_a_cursor_is_is_tried_once(against, service):
    ws = against("ignores_include_total", "limit_clamped_to_10")
    service.sandbox.clock.advance(60)
    ws.leads.list()
    first = len(service.sent)
    frame = ws.leads.list(parallel=1)  # a slow machine would read windows
    assert pb.provenance(frame).complete
    assert ws.profile.value("cursors", "leads.list") == "unknown"  # they refuse another filter, as documented ones may
    asked = [path for _, path, *_ in service.sent[first:] if path == "/leads"]
    assert len(asked) == -(-len(frame) // SIZE)


@pytest.mark.parametrize("parallel", [1, 3])
@pytest.mark.parametrize("trial", [403, 404, 409, 410, "scroll"])
def test_the_trial_of_a_cursor_harms_no_reading(against, service, monkeypatch, trial, parallel):
    scrolls = []

    def ask(x):
        if x.method == "GET" and x.path == "/leads":
            x.number = x.asked.get("cursor")
            x.filtered = "updated_after" in x.asked
            x.without("cursor", "limit", "include_total", *(["updated_after"] if trial == "scroll" else []))
            x.query.append(("limit", "500"))
            if trial != "scroll" and x.number and x.filtered:
                x.refuse(trial, "this cursor belongs to other filters", code="other_filters")

    def tell(x):
        if x.many and x.path == "/leads":
            if not x.number:
                scrolls.append(0)
            scroll, start = map(int, x.number[1:].split("-")) if x.number else (len(scrolls) - 1, 0)
            start = scrolls[scroll] if trial == "scroll" else start  # the service holds the place of each reading
            scrolls[scroll] = start + SIZE
            rows = x.answer["data"]
            following = f"s{scroll}-{start + SIZE}" if start + SIZE < len(rows) else None
            x.answer = {"data": rows[start : start + SIZE], "next_cursor": following}

    monkeypatch.setitem(DEVIATIONS, "own cursors", Deviation(ask, tell))
    ws = against("own cursors")
    for _ in range(2):
        frame = ws.leads.list(parallel=parallel)
        assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
        assert pb.provenance(frame).complete


def test_places_that_are_refused_when_they_are_read_again_leave_a_list_unproven(against, service, positions, said):
    service.sandbox.clock.advance(60)
    positions("hidden places, no count", event=delete_first, after=2)
    one_use, used = DEVIATIONS["hidden places, no count"], set()

    def ask(x):
        cursor = x.asked.get("cursor") if x.path == "/leads" else None
        if cursor in used:
            x.refuse(403, "this cursor was used before", code="forbidden")
        used.update({cursor} - {None})
        one_use.ask(x)

    DEVIATIONS["hidden places, no count"] = Deviation(ask, one_use.tell)
    frame = against("hidden places, no count").leads.list()
    assert len(frame) > SIZE
    assert not pb.provenance(frame).complete
    assert any("changed while it was read" in text for text in said)


def test_a_list_that_keeps_growing_in_its_past_is_not_complete(against, service, positions, said):
    asked = positions("page numbers", rows=lambda rows: rows[: 12 + len(asked)])
    service.sandbox.clock.advance(60)
    frame = against("page numbers").leads.list()
    assert not pb.provenance(frame).complete
    assert any("changed while it was read" in text for text in said)


def test_rows_that_are_new_need_no_further_reading(against, service, positions):
    def create(service):
        service.sandbox.clock.advance(5)
        service.ask("POST", "/leads", {"full_name": "New One", "email": f"new{len(service.sent)}@one.example"})

    service.sandbox.clock.advance(60)
    asked = positions("page numbers", event=create, after=slice(2, None))
    frame = against("page numbers").leads.list()
    assert pb.provenance(frame).complete
    assert len(asked) <= 2 * -(-len(frame) // SIZE) + 1


@pytest.mark.parametrize("name", ["capped count", "page numbers by another name"])
def test_a_list_is_read_to_its_end_beyond_a_capped_count(against, service, positions, name):
    service.sandbox.clock.advance(60)
    positions(name)
    frame = against(name).leads.list()
    assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
    assert pb.provenance(frame).complete


@pytest.mark.parametrize("event", [nothing, delete_first])
@pytest.mark.parametrize("total", [None, 100])
def test_rows_beyond_the_last_cursor_that_a_service_gives_are_read_by_time(said, monkeypatch, positions, total, event):
    place = {"total": total} if total else {}
    size, most = 50, 100

    def tell(x):
        start = x.number
        return {"next_cursor": f"{start + size}x" if start + size < min(x.total, most) else None, **place}

    monkeypatch.setitem(ODD, "last cursor", ("cursor", tell))
    monkeypatch.setitem(globals(), "SIZE", size)
    with DeviatingService(leads=120) as service:
        service.sandbox.clock.advance(60)
        positions("last cursor", event=event, after=2)
        service.switch("last cursor")
        with connect(service) as ws:
            frame = ws.leads.list()
        assert set(frame["id"]) >= {lead["id"] for lead in service.leads()}
        assert pb.provenance(frame).complete


def test_rows_beyond_the_last_place_that_a_service_lists_are_read_by_time(against, service, positions):
    service.sandbox.clock.advance(60)
    positions("offsets")
    refusing = DEVIATIONS["offsets"]

    def ask(x):
        if x.path == "/leads" and int(x.asked.get("offset", 0)) >= 3 * SIZE:
            x.refuse(400, "Result window is too large: offset + limit must be at most 30")
        refusing.ask(x)

    DEVIATIONS["offsets"] = Deviation(ask, refusing.tell)
    frame = against("offsets").leads.list()
    assert set(frame["id"]) == {lead["id"] for lead in service.leads()}
    assert pb.provenance(frame).complete


@pytest.mark.parametrize("more", [(), ("refuses_updated_before",), ("ignores_updated_before",)])
def test_rows_in_order_of_creation_are_not_read_on_by_the_time_of_change(against, positions, said, monkeypatch, more):
    monkeypatch.setitem(DEVIATIONS, "ignores_updated_before", Deviation(lambda x: x.without("updated_before")))

    def by_creation(rows):
        return [{**row, "created_at": row["updated_at"]} for row in (*rows[-SIZE:], *rows[:-SIZE])]

    positions("no sign", rows=by_creation)
    ws = against(*more, "no sign")
    frame = ws.leads.list()
    assert len(frame) == SIZE
    assert "updated_after" not in ws.profile.names("refused", "leads.list")
    assert not pb.provenance(frame).complete
    assert any("others may exist" in text for text in said)


def test_a_mirror_says_that_deletions_may_be_missing_where_no_deleted_row_was_listed(against, service, monkeypatch):
    monkeypatch.setitem(DEVIATIONS, "ignores_deleted", Deviation(lambda x: x.without("include_deleted")))
    ws = against("limit_at_most_100", "ignores_deleted")
    ws.mirror.sync("leads")
    service.sandbox.clock.advance(60)
    gone = service.leads()[7]["id"]
    service.ask("DELETE", f"/leads/{gone}")
    assert "full=True" in ws.mirror.sync("leads")["note"].iloc[0]
    ws.mirror.sync("leads", full=True)
    assert gone not in set(ws.mirror.frame("leads")["id"])


def test_a_mirror_keeps_the_row_that_a_moving_place_left_out(against, service, positions):
    service.sandbox.clock.advance(60)
    positions("offsets", event=delete_first, after=2)
    ws = against("offsets")
    ws.mirror.sync("leads")
    assert {lead["id"] for lead in service.leads()} <= set(ws.mirror.frame("leads")["id"])


def by_creation(rows):
    return sorted(rows, key=lambda row: (row["created_at"], row["id"]), reverse=True)


def test_hidden_places_newest_first_are_found_without_an_upper_bound_of_time(against, service, positions):
    """A lower bound leaves out later rows only, which moves no place: a filter of values shows what a cursor is."""

    def delete_newest(service):
        service.ask("DELETE", f"/leads/{by_creation(service.leads())[3]['id']}")

    service.sandbox.clock.advance(60)
    before = {lead["id"] for lead in service.leads()}
    positions("hidden places, no count", event=delete_newest, after=2, rows=by_creation)
    ws = against("hidden places, no count", "refuses_updated_before")
    ws.profile.learn("refused", ["updated_before"], "422", operation="leads.list")
    frame = ws.leads.list()
    assert pb.provenance(frame).complete
    still = before & {lead["id"] for lead in service.leads()}
    assert still - set(frame["id"]) == set()


@pytest.mark.parametrize(
    ("name", "parameter"),
    [
        ("LastEvaluatedKey", "ExclusiveStartKey"), ("last_evaluated_key", "exclusive_start_key"), ("next_key", "key"),
        ("next", "startAfter"),
    ],
)  # fmt: skip
def test_a_cursor_that_is_the_last_row_or_several_values_of_it_leads_on(against, monkeypatch, service, name, parameter):
    def ask(x):
        x.without("cursor")
        if parameter in x.asked:
            at = x.asked[parameter]
            x.without(parameter)
            x.query.append(("cursor", x.service.cursors[at if name == "next" else json.loads(at)["id"]["S"]]))

    def tell(x):
        if x.many and "pagination" in x.answer:
            cursor = x.answer.pop("pagination")["next_cursor"]
            if cursor:
                at = x.rows[-1]["id"]
                x.service.cursors[at] = cursor
                x.answer[name] = at if name == "next" else {"tenant": {"S": "t1"}, "id": {"S": at}}

    monkeypatch.setitem(DEVIATIONS, "of this test", Deviation(ask, tell))
    found = against("of this test").leads.list(page_size=20)
    assert len(found) == len(service.leads())
    assert pb.provenance(found).complete
