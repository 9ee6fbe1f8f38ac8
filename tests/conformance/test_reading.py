"""Scenarios that only read: what any service of the contract answers, the live one included."""

import re

import pytest

from conformance_envelopes import body_of, check_rate_headers, object_of, page_of, refusal
from conformance_services import NOBODY
from pb2b_notebook import openapi

pytestmark = pytest.mark.read_only

CONTRACT = openapi.load()
LISTS = [name for name, o in CONTRACT.items() if o.method == "GET" and o.many and not o.path_parameters]
NESTED = [name for name, o in CONTRACT.items() if o.method == "GET" and o.many and o.path_parameters]
SINGLE = [name for name, o in CONTRACT.items() if o.method == "GET" and not o.many and not o.path_parameters]


def folder(name):
    """The path of the list that tells the ids for a list in an object."""
    return CONTRACT[name].path.partition("/{")[0]


# --- envelopes, request ids, rate headers -----------------------------------------------------------------------------


def test_me_describes_the_key(service, api):
    me = object_of(api.get("/me"))
    assert me["object"] == "api_key"
    assert "me.read" in me["scopes"]
    assert isinstance(me["read_only"], bool)
    assert {"id", "name"} <= set(me["workspace"])
    assert me["prefix"] in service.public_key


@pytest.mark.parametrize("name", SINGLE)
def test_a_single_object_is_in_its_envelope(api, name):
    assert {f.name for f in CONTRACT[name].fields} <= set(object_of(api.get(CONTRACT[name].path)))


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_in_its_envelope(api, name):
    rows, pagination = page_of(api.get(CONTRACT[name].path, params={"limit": 3}))
    assert pagination["limit"] == 3
    for row in rows:
        assert {f.name for f in CONTRACT[name].fields if f.required} <= set(row)


@pytest.mark.parametrize("name", NESTED)
def test_a_list_in_an_object_is_in_its_envelope(api, name):
    above, _ = page_of(api.get(folder(name), params={"limit": 1}))
    assert above, f"{folder(name)} is empty: there is nothing to ask for"
    page_of(api.get(CONTRACT[name].path.replace("{id}", above[0]["id"]), params={"limit": 3}))


def test_request_ids_are_distinct(api):
    assert len({body_of(api.get("/me"))["request_id"] for _ in range(5)}) == 5


def test_a_page_has_a_default_size_and_a_largest(api):
    assert page_of(api.get("/leads"))[1]["limit"] == 100
    assert page_of(api.get("/leads", params={"limit": 500}))[1]["limit"] == 500


# --- refusals ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers", [{}, {"Authorization": "Bearer"}, {"Authorization": f"Bearer {NOBODY}"}, {"Authorization": "Basic YTpi"}]
)
def test_without_a_good_key_it_is_401(service, headers):
    refusal(service.as_key(None).get("/me", headers=headers), 401)


def test_a_refused_key_reveals_nothing_of_the_service(service):
    told = {service.as_key(NOBODY).get(path).text.partition('"request_id"')[0] for path in ("/leads", "/leads/lead_0")}
    assert len(told) == 1


@pytest.mark.parametrize("path", ["/leads/lead_0", "/campaigns/none", "/jobs/job_0/events"])
def test_a_missing_object_is_404(api, path):
    response = api.get(path)
    refusal(response, 404, "not_found")
    check_rate_headers(response)


def test_an_unknown_route_is_404(api):
    refusal(api.get("/no-such-thing"), 404)


@pytest.mark.parametrize(
    "query", [{"limit": 0}, {"limit": 501}, {"limit": "ten"}, {"stauts": "new"}, {"order": "id.up"}]
)
def test_an_invalid_parameter_is_422_and_named(api, query):
    response = api.get("/leads", params=query)
    [name] = query
    assert [detail["field"].partition(".")[0] for detail in refusal(response, 422)["details"]] == [name]
    check_rate_headers(response)


def test_an_invalid_cursor_is_400(api):
    refusal(api.get("/leads", params={"cursor": "not-a-cursor"}), 400)


def test_head_is_get_without_the_content(api):
    for path in ("/me", "/leads?limit=2"):
        head = api.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["X-Request-Id"]
    assert api.head("/leads/lead_0").status_code == 404


# --- pages, order and bounds ------------------------------------------------------------------------------------------


def walked(api, path, size, pages, **query):
    """So many pages of a list, one after the other."""
    found, cursor = [], None
    for _ in range(pages):
        rows, pagination = page_of(
            api.get(path, params={**query, "limit": size, **({"cursor": cursor} if cursor else {})})
        )
        found.append(rows)
        cursor = pagination["next_cursor"]
        if cursor is None:
            break
    return found


@pytest.mark.parametrize("order", ["updated_at.asc", "updated_at.desc"])
def test_a_walk_misses_nothing_and_repeats_nothing(api, order):
    whole, _ = page_of(api.get("/leads", params={"limit": 12, "order": order}))
    pages = walked(api, "/leads", 4, 3, order=order)
    assert [row["id"] for page in pages for row in page] == [row["id"] for row in whole]
    keys = [(row["updated_at"], row["id"]) for row in whole]
    assert keys == sorted(keys, reverse=order.endswith("desc"))


def test_the_oldest_change_comes_first_by_default(api):
    assert (
        page_of(api.get("/leads", params={"limit": 5}))[0]
        == page_of(api.get("/leads", params={"limit": 5, "order": "updated_at.asc"}))[0]
    )


def test_the_last_page_ends_the_list(api):
    rows, pagination = walked_to_the_end(api)
    assert pagination == {"next_cursor": None, "has_more": False, "limit": 500}
    assert len({row["key"] for row in rows}) == len(rows)


def walked_to_the_end(api):
    found, cursor = [], None
    while True:
        query = {"limit": 500, **({"cursor": cursor} if cursor else {})}
        rows, pagination = page_of(api.get("/lead-fields", params=query))
        found += rows
        cursor = pagination["next_cursor"]
        if cursor is None:
            return found, pagination


def test_a_cursor_belongs_to_its_query(api):
    _, pagination = page_of(api.get("/leads", params={"limit": 2}))
    if pagination["next_cursor"] is None:
        pytest.fail("the workspace has too few leads for a second page")
    refusal(api.get("/leads", params={"limit": 2, "status": "new", "cursor": pagination["next_cursor"]}), 400)


def test_updated_after_excludes_its_bound_and_updated_before_includes_it(api):
    rows, _ = page_of(api.get("/leads", params={"limit": 20}))
    bound = rows[len(rows) // 2]["updated_at"]
    after = [row["updated_at"] for page in walked(api, "/leads", 20, 2, updated_after=bound) for row in page]
    assert all(at > bound for at in after)
    newest, _ = page_of(api.get("/leads", params={"limit": 20, "updated_before": bound, "order": "updated_at.desc"}))
    assert newest[0]["updated_at"] == bound


def test_what_was_created_is_bounded_the_same_way(api):
    bound = page_of(api.get("/leads", params={"limit": 10}))[0][-1]["created_at"]
    assert all(row["created_at"] > bound for row in page_of(api.get("/leads", params={"created_after": bound}))[0])
    assert all(row["created_at"] <= bound for row in page_of(api.get("/leads", params={"created_before": bound}))[0])


def test_a_total_is_counted_on_request(api):
    _, plain = page_of(api.get("/lead-fields", params={"limit": 1}))
    _, counted = page_of(api.get("/lead-fields", params={"limit": 1, "include_total": "true"}))
    assert "total" not in plain
    assert counted["total"] == len(walked_to_the_end(api)[0])


def test_ids_and_repeated_values_match_any_of_them(api):
    rows, _ = page_of(api.get("/leads", params={"limit": 3}))
    ids = [row["id"] for row in rows]
    assert [row["id"] for row in page_of(api.get("/leads", params={"ids": ",".join(ids)}))[0]] == ids
    some, _ = page_of(api.get("/leads", params=[("status", "new"), ("status", "replied"), ("limit", "50")]))
    assert {row["status"] for row in some} <= {"new", "replied"}


# --- through the package ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", LISTS)
def test_every_list_is_a_frame_of_the_contracts_columns(workspace, name):
    """Warnings are errors: what the contract does not know would be one."""
    pandas, polars = workspace.call(name, limit=5), workspace.call(name, limit=5, frame="polars")
    declared = workspace._session.schema(CONTRACT[name]).names
    assert list(pandas.columns) == polars.columns
    assert list(pandas.columns)[: len(declared)] == list(declared)
    assert pandas["id"].tolist() == polars["id"].to_list()


@pytest.mark.parametrize("name", NESTED)
def test_every_list_in_an_object_is_a_frame(workspace, name):
    lists = next(n for n in LISTS if CONTRACT[n].path == folder(name))
    above = workspace.call(lists, limit=1)["id"][0]
    assert set(workspace._session.schema(CONTRACT[name]).names) <= set(workspace.call(name, id=above, limit=5).columns)


def test_a_check_finds_that_everything_works(workspace):
    found = workspace.check()
    odd = found[~found["result"].isin(["works", "not tried"])]
    assert len(odd) == 0, odd.to_string()
    assert {"me.get", *LISTS, *SINGLE} <= set(found.loc[found["result"] == "works", "operation"])


def test_the_card_and_the_log_show_the_requests(workspace):
    workspace.leads.list(limit=1)
    log = workspace.requests()
    assert re.match(r"\S+", log["request_id"][0])
    assert set(log["operation"]) >= {"me.get", "leads.list"}
