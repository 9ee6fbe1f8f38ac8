"""Pages contain every object exactly once, with any order, page size and ties."""

import base64
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.tables import LEADS
from pb2b_notebook.sandbox.leads.rules import blank_lead

STAMPS = [f"2026-01-01T00:00:00.{millisecond:03}Z" for millisecond in range(4)]


class Tied:
    """A sandbox and its leads, with a short repr for the output of hypothesis."""

    def __init__(self, sandbox, documents):
        self.sandbox = sandbox
        self.documents = documents


@pytest.fixture(scope="module")
def tied():
    """60 leads with four ``updated_at`` values, a few of them deleted."""
    with Sandbox(leads=0, rate_limit=1_000_000) as sandbox:
        documents = [
            blank_lead()
            | {
                "id": f"lead_{number * 7919 % 60:016x}",
                "full_name": f"Lead {number}",
                "status": ("new", "replied", "bounced")[number % 3],
                "created_at": STAMPS[number % 3],
                "updated_at": STAMPS[number % 4],
                "deleted_at": STAMPS[3] if number % 11 == 0 else None,
            }
            for number in range(60)
        ]
        sandbox.app.state.parts.store.load(LEADS, sandbox.workspace_id, documents)
        yield Tied(sandbox, documents)


@pytest.fixture(scope="module")
def tied_api(tied, serve):
    with serve(tied.sandbox) as client:
        yield client


def read_all(api, **parameters):
    """Return all pages of a listing."""
    pages, cursor = [], None
    while True:
        response = api.get("/leads", params=parameters | ({"cursor": cursor} if cursor else {}))
        assert response.status_code == 200, response.text
        page = response.json()
        pages.append(page["data"])
        cursor = page["pagination"]["next_cursor"]
        assert page["pagination"]["has_more"] == (cursor is not None)
        if cursor is None:
            return pages


@given(
    limit=st.integers(1, 70),
    order=st.sampled_from([None, "updated_at.asc", "updated_at.desc"]),
    statuses=st.lists(st.sampled_from(["new", "replied", "bounced"]), max_size=3),
    updated=st.tuples(st.sampled_from([None, *STAMPS]), st.sampled_from([None, *STAMPS])),
    created=st.tuples(st.sampled_from([None, *STAMPS]), st.sampled_from([None, *STAMPS])),
    include_deleted=st.booleans(),
)
def test_pages_contain_exactly_the_matching_objects(
    *, tied, tied_api, limit, order, statuses, updated, created, include_deleted
):
    parameters = {
        "limit": limit, "order": order, "status": statuses,
        "updated_after": updated[0], "updated_before": updated[1],
        "created_after": created[0], "created_before": created[1],
        "include_deleted": "true" if include_deleted else "false",
    }  # fmt: skip
    pages = read_all(tied_api, **{name: value for name, value in parameters.items() if value})
    expected = [
        lead["id"]
        for lead in sorted(
            tied.documents, key=lambda lead: (lead["updated_at"], lead["id"]), reverse=order == "updated_at.desc"
        )
        if (not statuses or lead["status"] in statuses)
        and (updated[0] is None or lead["updated_at"] > updated[0])
        and (updated[1] is None or lead["updated_at"] <= updated[1])
        and (created[0] is None or lead["created_at"] > created[0])
        and (created[1] is None or lead["created_at"] <= created[1])
        and (include_deleted or lead["deleted_at"] is None)
    ]
    assert [lead["id"] for page in pages for lead in page] == expected
    assert all(len(page) == limit for page in pages[:-1])
    assert pages[-1] or len(pages) == 1


def test_bounds_may_be_finer_than_a_millisecond_and_of_any_zone(tied, tied_api):
    after = {"updated_after": "2026-01-01T01:00:00.0015+01:00", "include_deleted": "true"}
    expected = sum(lead["updated_at"] > STAMPS[1] for lead in tied.documents)
    assert len(tied_api.get("/leads", params=after).json()["data"]) == expected


def test_the_total_is_of_all_pages(tied, tied_api):
    page = tied_api.get("/leads", params={"limit": 1, "include_total": "true", "status": "new"}).json()
    expected = [lead for lead in tied.documents if lead["status"] == "new" and lead["deleted_at"] is None]
    assert page["pagination"]["total"] == len(expected)
    assert "total" not in tied_api.get("/leads").json()["pagination"]


def test_the_page_size_may_change_between_pages(tied_api):
    first = tied_api.get("/leads?limit=3").json()
    rest = tied_api.get("/leads", params={"limit": 500, "cursor": first["pagination"]["next_cursor"]}).json()
    whole = tied_api.get("/leads?limit=500").json()["data"]
    assert first["data"] + rest["data"] == whole


def test_a_lead_that_changes_while_paging_is_seen_again_and_none_is_missed(api):
    first = api.get("/leads?limit=10").json()
    changed = first["data"][0]["id"]
    api.patch(f"/leads/{changed}", json={"title": "Changed meanwhile"})
    rest = api.get("/leads", params={"limit": 500, "cursor": first["pagination"]["next_cursor"]}).json()["data"]
    seen = Counter(lead["id"] for lead in first["data"] + rest)
    assert seen.pop(changed) == 2
    assert (len(seen), set(seen.values())) == (29, {1})


def test_a_cursor_is_bound_to_its_query(tied_api, code):
    cursor = tied_api.get("/leads?limit=3&status=new").json()["pagination"]["next_cursor"]
    for parameters in ({"status": "replied"}, {}, {"status": ["new", "replied"]}, {"status": "new", "q": "lead"}):
        response = tied_api.get("/leads", params={**parameters, "cursor": cursor})
        assert (response.status_code, code(response)) == (400, "invalid_cursor")
    elsewhere = tied_api.get("/lead-fields", params={"status": "new", "cursor": cursor})
    assert elsewhere.status_code == 422
    assert tied_api.get("/leads", params={"status": "new", "cursor": cursor}).status_code == 200


def test_a_cursor_is_bound_to_its_workspace_and_listing(sandbox, api, bearer, code):
    cursor = api.get("/leads?limit=3").json()["pagination"]["next_cursor"]
    foreign = bearer(sandbox.create_key(workspace_id=sandbox.other_workspace_id))
    for response in (
        api.get("/leads", params={"cursor": cursor}, headers=foreign),
        api.get("/lead-fields", params={"cursor": cursor}),
    ):
        assert (response.status_code, code(response)) == (400, "invalid_cursor")


def test_a_forged_or_altered_cursor_is_refused(tied_api, code):
    cursor = tied_api.get("/leads?limit=3").json()["pagination"]["next_cursor"]
    raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    altered = [base64.urlsafe_b64encode(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]) for at in range(len(raw))]
    for forged in [
        *(text.decode().rstrip("=") for text in altered),
        "",
        "x",
        "é",
        cursor[:-1],
        cursor + "A",
        cursor + "=",
    ]:
        response = tied_api.get("/leads", params={"limit": 3, "cursor": forged})
        assert response.status_code == (422 if forged == "" else 400), forged
        assert code(response) == ("validation_failed" if forged == "" else "invalid_cursor")


def test_a_cursor_expires_after_a_day_of_the_domain_clock(sandbox, api, code):
    cursor = api.get("/leads?limit=3").json()["pagination"]["next_cursor"]
    sandbox.clock.advance(24 * 3600 - 1)
    assert api.get("/leads", params={"limit": 3, "cursor": cursor}).status_code == 200
    sandbox.clock.advance(1)
    response = api.get("/leads", params={"limit": 3, "cursor": cursor})
    assert (response.status_code, code(response)) == (400, "cursor_expired")


def test_a_cursor_survives_a_restart(tmp_path, serve, bearer):
    file = tmp_path / "sandbox.db"
    with Sandbox(file, leads=30) as sandbox, serve(sandbox) as api:
        key, first = sandbox.key, api.get("/leads?limit=20").json()
    with Sandbox(file) as sandbox, serve(sandbox) as api:
        cursor = first["pagination"]["next_cursor"]
        rest = api.get("/leads", params={"cursor": cursor}, headers=bearer(key)).json()["data"]
    assert len({lead["id"] for lead in first["data"] + rest}) == 30


BAD = {
    "limit": ["limit=0", "limit=501", "limit=-1", "limit=1.0", "limit=1_0", "limit=%201", "limit=٣",
              "limit=99999999999999999999", "limit=", "limit=1&limit=1"],
    "order": ["order=created_at.asc", "order="],
    "include_total": ["include_total=1", "include_total=True"],
    "updated_after": ["updated_after=2026-03-10"],
    "updated_before": ["updated_before=yesterday"],
    "created_after": ["created_after=2026-03-10T12:00:00+01:00"],
    "created_before": ["created_before="],
    "ids.0": ["ids="],
    "ids.1": ["ids=a,,b"],
    "stauts": ["stauts=new"],
    "Limit": ["Limit=3"],
    "offset": ["offset=3"],
    "(no name)": ["a%00b=3"],
    "cursor": ["cursor=a%00b"],
}  # fmt: skip


@pytest.mark.parametrize("path", ["/leads", "/lead-fields"])
@pytest.mark.parametrize(("named", "queries"), BAD.items(), ids=BAD)
def test_a_bad_parameter_is_named(shared_api, path, named, queries, fields):
    for query in queries:
        assert fields(shared_api.get(f"{path}?{query}")) == [named], query


def test_every_bad_parameter_is_named_once(shared_api, fields):
    query = "limit=0&order=x&updated_after=x&include_total=x"
    assert sorted(fields(shared_api.get(f"/leads?{query}"))) == ["include_total", "limit", "order", "updated_after"]


def test_an_unknown_parameter_gets_the_nearest_name(shared_api):
    details = shared_api.get("/leads?updatd_after=7d").json()["error"]["details"]
    assert "did you mean 'updated_after'?" in details[0]["message"]


def test_operations_without_parameters_refuse_any(shared_api, fields):
    assert fields(shared_api.get("/me?verbose=true")) == ["verbose"]
    assert fields(shared_api.get("/leads/lead_0?expand=all")) == ["expand"]


def test_a_query_that_is_not_text_is_refused(shared_api, code):
    response = shared_api.get("/leads?q=%ff")
    assert (response.status_code, code(response)) == (400, "malformed_query")


def test_a_list_takes_at_most_a_hundred_ids_and_skips_unknown_ones(shared_api, fields):
    ids = [lead["id"] for lead in shared_api.get("/leads?limit=100").json()["data"]]
    listed = shared_api.get("/leads", params={"ids": ",".join([*ids[:99], "lead_unknown"]), "limit": 500}).json()[
        "data"
    ]
    assert [lead["id"] for lead in listed] == ids[:99]
    assert fields(shared_api.get("/leads", params={"ids": ",".join([*ids, "lead_unknown"])})) == ["ids"]


def test_lead_fields_are_listed_in_their_order(shared_api):
    listed = shared_api.get("/lead-fields?limit=500").json()["data"]
    assert [field["position"] for field in listed] == list(range(1, len(listed) + 1))
    kinds = {"text", "number", "boolean", "date", "datetime", "select", "multi_select", "email", "phone", "url"}
    assert {field["type"] for field in listed if not field["builtin"]} == kinds
    assert {field["key"] for field in listed if field["builtin"]} >= {"email", "full_name", "status", "tags"}
    assert shared_api.get(f"/lead-fields/{listed[-1]['key']}").json()["data"] == listed[-1]
