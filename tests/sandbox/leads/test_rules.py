"""The rules of single leads."""

import re

import pytest

from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.models import Lead
from pb2b_notebook.sandbox.core.tables import LEADS

VALUES = {
    "full_name": "Zoë Okafor",
    "email": " Zoe.Okafor@Nordlicht.example ",
    "company_name": "Nordlicht Optik GmbH",
    "first_name": "Zoë",
    "last_name": "Okafor",
    "phone": "+49 (30) 901820-7",
    "title": "",
    "seniority": "head",
    "company_domain": "nordlicht.example",
    "website": "http://nordlicht.example/?a=ü",
    "linkedin_url": "https://linkedin.example/in/zoe",
    "industry": "Optics",
    "employee_count": 2**53 + 1,
    "country": "DE",
    "city": "Köln",
    "status": "contacted",
    "source": "trade show",
    "owner_email": "ines@lanternfinch.example",
    "score": -3,
    "tags": ["spring", "a,b"],
    "external_id": "000123",
    "last_contacted_at": "2026-03-01T09:00:00.000Z",
}


def stored_leads(sandbox):
    """The counter of the workspace, checked against the number of stored leads."""
    (counted,) = sandbox.app.state.parts.store.execute(
        "SELECT leads_stored FROM workspaces WHERE id = ?", (sandbox.workspace_id,)
    )
    return counted[0]


def test_create_keeps_every_value_as_received(api):
    response = api.post("/leads", json=VALUES)
    lead = response.json()["data"]
    assert response.status_code == 201
    assert list(lead) == list(Lead.model_fields)
    assert {name: lead[name] for name in VALUES} == VALUES
    assert re.fullmatch(r"lead_[0-9a-f]{16}", lead["id"])
    assert lead["object"] == "lead"
    assert lead["created_at"] == lead["updated_at"] == "2026-03-10T12:00:00.002Z"
    assert lead["deleted_at"] is lead["merged_into"] is lead["import_id"] is None
    assert api.get(f"/leads/{lead['id']}").json()["data"] == lead
    assert api.get("/leads", params={"ids": lead["id"]}).json()["data"] == [lead]


def test_create_always_creates(make_lead):
    assert make_lead(email="a@b.example")["id"] != make_lead(email="a@b.example")["id"]


def test_create_has_defaults_and_takes_nulls(make_lead):
    lead = make_lead(email=None, tags=None, custom_fields=None)
    assert (lead["status"], lead["tags"], lead["custom_fields"], lead["email"]) == ("new", [], {}, None)


INVALID = {
    "email": ["nobody", "a b@c.example", "", 7],
    "country": ["de", "DEU", "ZZ", "UK", "DE\n"],
    "website": ["::", "nordlicht.example", "javascript:alert(1)", "https://nordlicht.example/a b", "https://x\n",
                "https://" + "x" * 1993],
    "linkedin_url": ["not a url", ""],
    "phone": ["zzz", "call +49 30 1", "+49", "1" * 65],
    "company_domain": ["has space", "https://nordlicht.example", "nordlicht", "-a.example", "a..example",
                       "x" * 64 + ".example", ".".join(["x" * 49] * 6)],
    "employee_count": ["12", 1.5, -1, True],
    "score": [2**63, 10**400, []],
    "status": ["asleep", None],
    "tags": ["spring", ["x"] * 101],
    "tags.0": [[1], [""]],
    "full_name": ["x" * 256],
    "last_contacted_at": ["2026-03-01"],
    "custom_fields": [[], {f"f{number}": 1 for number in range(101)}],
    "merged_into": ["lead_unknown"],
    "id": ["lead_1"],
    "import_id": ["import_1"],
    "deleted_at": [None],
    "if_updated_at": [None],
    "emial": ["a@b.example"],
}  # fmt: skip


@pytest.mark.parametrize(("named", "values"), INVALID.items(), ids=INVALID)
def test_an_invalid_field_is_named_without_any_value(shared_api, shared_sandbox, named, values, fields):
    before = stored_leads(shared_sandbox)
    for value in values:
        response = shared_api.post("/leads", json={"full_name": "Secret Person", named.partition(".")[0]: value})
        assert fields(response) == [named], value
        assert "Secret Person" not in response.text
    assert stored_leads(shared_sandbox) == before


def test_every_invalid_field_is_named_once(shared_api, fields):
    response = shared_api.post("/leads", json={"email": "x", "country": "xx", "emial": 1})
    assert sorted(fields(response)) == ["country", "email", "emial"]


def test_a_lead_needs_at_least_one_field(api, fields):
    assert fields(api.post("/leads", json={})) == ["body"]


def test_a_patch_changes_only_the_fields_it_names(api, make_lead):
    lead = make_lead(**VALUES, custom_fields={"tier": "A", "use_case": "routing"})
    changes = {"title": "CEO", "phone": None, "tags": ["autumn"], "custom_fields": {"tier": None, "deal_value_eur": 5}}
    patched = api.patch(f"/leads/{lead['id']}", json=changes).json()["data"]
    expected = {
        "title": "CEO",
        "phone": None,
        "tags": ["autumn"],
        "custom_fields": {"use_case": "routing", "deal_value_eur": 5},
        "updated_at": "2026-03-10T12:00:00.003Z",
    }
    assert patched == lead | expected
    assert api.get(f"/leads/{lead['id']}").json()["data"] == patched


MALFORMED = {
    "phone": "n/a",
    "website": "www.nordlicht.example",
    "linkedin_url": "in/zoe",
    "company_domain": "www nordlicht",
    "country": "UK",
}


def test_a_patch_checks_only_what_it_is_given(api, make_lead, sandbox, fields):
    lead = make_lead(email="a@b.example")
    store = sandbox.app.state.parts.store
    store.put(LEADS, sandbox.workspace_id, lead | MALFORMED)
    patched = api.patch(f"/leads/{lead['id']}", json={"title": "CEO"}).json()["data"]
    assert patched == lead | MALFORMED | {"title": "CEO", "updated_at": patched["updated_at"]}
    assert sorted(fields(api.patch(f"/leads/{lead['id']}", json=MALFORMED))) == sorted(MALFORMED)
    cleared = api.patch(f"/leads/{lead['id']}", json=dict.fromkeys(MALFORMED)).json()["data"]
    assert {cleared[name] for name in MALFORMED} == {None}


def test_null_clears_lists_and_custom_fields(api, make_lead):
    lead = make_lead(tags=["x"], custom_fields={"tier": "A"})
    patched = api.patch(f"/leads/{lead['id']}", json={"tags": None, "custom_fields": None}).json()["data"]
    assert (patched["tags"], patched["custom_fields"]) == ([], {})


@pytest.mark.parametrize("changes", [{}, {"title": "CEO"}, {"custom_fields": {"tier": "A"}}, {"custom_fields": {}}])
def test_a_change_without_effect_leaves_updated_at_as_it_is(api, make_lead, changes):
    lead = make_lead(title="CEO", custom_fields={"tier": "A"})
    assert api.patch(f"/leads/{lead['id']}", json=changes).json()["data"] == lead


def test_a_precondition_guards_against_a_lost_update(api, make_lead, code):
    lead = make_lead(title="CEO")
    path, read_at = f"/leads/{lead['id']}", lead["updated_at"]
    first = api.patch(path, json={"title": "CTO", "if_updated_at": read_at})
    assert first.status_code == 200
    second = api.patch(path, json={"title": "CFO", "if_updated_at": read_at})
    assert (second.status_code, code(second)) == (409, "conflict")
    assert second.json()["error"]["current"] == first.json()["data"]
    # Any notation of the same instant is the same precondition.
    again = first.json()["data"]["updated_at"].replace("Z", "+00:00")
    assert api.patch(path, json={"title": "CFO", "if_updated_at": again}).status_code == 200
    assert api.patch(path, json={"title": "COO", "if_updated_at": None}).status_code == 200


def test_a_deleted_lead_is_read_but_not_changed(api, make_lead, code):
    lead = make_lead(email="gone@b.example")
    path = f"/leads/{lead['id']}"
    deleted = api.delete(path)
    assert deleted.status_code == 200
    assert deleted.json()["data"] == lead | {
        "deleted_at": "2026-03-10T12:00:00.003Z",
        "updated_at": "2026-03-10T12:00:00.003Z",
    }
    assert api.get(path).json()["data"] == deleted.json()["data"]
    assert api.delete(path).json()["data"] == deleted.json()["data"]
    refused = api.patch(path, json={"title": "x"})
    assert (refused.status_code, code(refused)) == (409, "lead_deleted")


def test_a_merged_lead_names_its_survivor(api, make_lead, fields):
    survivor, loser = make_lead(email="a@b.example", status="qualified"), make_lead(email="a@b.example")
    merged = api.patch(f"/leads/{loser['id']}", json={"merged_into": survivor["id"]}).json()["data"]
    assert (merged["merged_into"], merged["status"], merged["deleted_at"]) == (survivor["id"], "new", None)
    assert fields(api.patch(f"/leads/{loser['id']}", json={"merged_into": loser["id"]})) == ["merged_into"]
    assert api.patch(f"/leads/{loser['id']}", json={"merged_into": None}).json()["data"]["merged_into"] is None


def test_upsert_creates_then_changes_then_does_nothing(api):
    created = api.post("/leads/upsert", json={"email": "New@b.example", "title": "CEO"})
    assert created.status_code == 201
    changed = api.post("/leads/upsert", json={"email": " nEW@B.example ", "title": "CTO", "match_on": "email"})
    assert changed.status_code == 200
    assert changed.json()["data"]["id"] == created.json()["data"]["id"]
    assert changed.json()["data"]["email"] == " nEW@B.example "
    again = api.post("/leads/upsert", json={"email": " nEW@B.example ", "title": "CTO"})
    assert (again.status_code, again.json()["data"]) == (200, changed.json()["data"])


def test_upsert_matches_emails_trimmed_and_case_folded(api, make_lead):
    lead = make_lead(email="  MESSY@B.example")
    assert api.post("/leads/upsert", json={"email": "messy@b.example"}).json()["data"]["id"] == lead["id"]


def test_upsert_by_external_id_is_exact(api, make_lead, fields):
    lead = make_lead(external_id="007")
    matched = api.post("/leads/upsert", json={"external_id": "007", "match_on": "external_id", "title": "x"})
    assert (matched.status_code, matched.json()["data"]["id"]) == (200, lead["id"])
    assert api.post("/leads/upsert", json={"external_id": "7", "match_on": "external_id"}).status_code == 201
    assert fields(api.post("/leads/upsert", json={"email": "a@b.example", "match_on": "external_id"})) == [
        "external_id"
    ]
    assert fields(api.post("/leads/upsert", json={"external_id": "7"})) == ["email"]
    assert fields(api.post("/leads/upsert", json={"email": None})) == ["email"]
    assert fields(api.post("/leads/upsert", json={"email": "a@b.example", "match_on": "phone"})) == ["match_on"]


def test_upsert_refuses_an_ambiguous_match(api, make_lead, code):
    twins = sorted(make_lead(email=email)["id"] for email in ("twin@b.example", "TWIN@b.example "))
    response = api.post("/leads/upsert", json={"email": "twin@b.example", "title": "x"})
    assert (response.status_code, code(response)) == (409, "ambiguous_match")
    error = response.json()["error"]
    assert error["ids"] == twins
    assert [detail["message"] for detail in error["details"]] == twins
    api.delete(f"/leads/{twins[0]}")
    # Deleted leads never match.
    assert api.post("/leads/upsert", json={"email": "twin@b.example"}).json()["data"]["id"] == twins[1]
    api.delete(f"/leads/{twins[1]}")
    assert api.post("/leads/upsert", json={"email": "twin@b.example"}).status_code == 201


def test_upsert_has_a_precondition(api, make_lead, code):
    lead = make_lead(email="a@b.example")
    wrong = {"email": "a@b.example", "title": "x", "if_updated_at": "2020-01-01T00:00:00Z"}
    response = api.post("/leads/upsert", json=wrong)
    assert (response.status_code, code(response)) == (409, "conflict")
    assert response.json()["error"]["current"] == lead
    right = wrong | {"if_updated_at": lead["updated_at"]}
    assert api.post("/leads/upsert", json=right).status_code == 200
    unmatched = api.post("/leads/upsert", json=right | {"email": "nobody@b.example"})
    assert (unmatched.status_code, code(unmatched)) == (409, "conflict")
    assert unmatched.json()["error"]["current"] is None


@pytest.mark.parametrize("status", ["unsubscribed", "bounced"])
def test_an_opted_out_status_changes_only_if_it_is_named(api, make_lead, status):
    make_lead(email="out@b.example", status=status)
    values = {"email": "out@b.example", "title": "x", "source": "import", "tags": None}
    assert api.post("/leads/upsert", json=values).json()["data"]["status"] == status
    rows = api.post("/leads/bulk-upsert", json={"rows": [values | {"title": "y"}]}).json()["data"]
    assert rows[0]["lead"]["status"] == status
    assert api.post("/leads/upsert", json=values | {"status": "new"}).json()["data"]["status"] == "new"


def test_a_workspace_at_its_limit_refuses_new_leads(serve, code):
    with Sandbox(leads=0, leads_limit=2) as sandbox, serve(sandbox) as api:
        first = api.post("/leads", json={"email": "a@b.example"}).json()["data"]
        assert api.post("/leads/upsert", json={"email": "b@b.example"}).status_code == 201
        for response in (
            api.post("/leads", json={"email": "c@b.example"}),
            api.post("/leads/upsert", json={"email": "c@b.example"}),
        ):
            assert (response.status_code, code(response)) == (403, "leads_limit_reached")
        assert api.post("/leads/upsert", json={"email": "b@b.example", "title": "x"}).status_code == 200
        api.delete(f"/leads/{first['id']}")
        api.delete(f"/leads/{first['id']}")
        assert api.post("/leads", json={"email": "c@b.example"}).status_code == 201
        assert api.post("/leads", json={"email": "d@b.example"}).status_code == 403
        assert stored_leads(sandbox) == api.get("/leads?include_total=true").json()["pagination"]["total"] == 2


def test_the_counter_of_the_seeded_leads_is_right(shared_sandbox, shared_api):
    total = shared_api.get("/leads?include_total=true&limit=1").json()["pagination"]["total"]
    assert stored_leads(shared_sandbox) == total
