"""Two workspaces in one sandbox: a key of one cannot read or change the other."""

import pytest


@pytest.fixture
def foreign(sandbox, bearer):
    """Return the header of a key of the other workspace."""
    return bearer(sandbox.create_key(workspace_id=sandbox.other_workspace_id))


def test_both_workspaces_are_seeded_and_disjoint(sandbox, api, foreign):
    ours = {lead["id"] for lead in api.get("/leads?limit=500&include_deleted=true").json()["data"]}
    theirs = {lead["id"] for lead in api.get("/leads?limit=500&include_deleted=true", headers=foreign).json()["data"]}
    assert ours
    assert theirs
    assert not ours & theirs
    assert api.get("/me", headers=foreign).json()["data"]["workspace"]["id"] == sandbox.other_workspace_id


def test_an_id_of_the_other_workspace_answers_like_an_unknown_id(api, foreign):
    theirs = api.get("/leads?limit=1", headers=foreign).json()["data"][0]
    for method, body in (("GET", None), ("PATCH", {"title": "x"}), ("DELETE", None)):
        real = api.request(method, f"/leads/{theirs['id']}", json=body)
        made_up = api.request(method, "/leads/lead_0000000000000000", json=body)
        assert real.status_code == made_up.status_code == 404
        assert real.json()["error"] == made_up.json()["error"]
    assert api.get(f"/leads/{theirs['id']}", headers=foreign).json()["data"] == theirs


def test_lists_and_filters_show_only_one_workspace(api, foreign):
    theirs = api.get("/leads?limit=500", headers=foreign).json()["data"]
    ids = ",".join(lead["id"] for lead in theirs)
    assert api.get("/leads", params={"ids": ids, "include_total": "true"}).json()["pagination"]["total"] == 0
    email = next(lead["email"] for lead in theirs if lead["email"])
    ours = {lead["id"] for lead in api.get("/leads", params={"email": email}).json()["data"]}
    assert not ours & {lead["id"] for lead in theirs}


def test_upserts_do_not_match_leads_of_the_other_workspace(api, foreign, fields):
    theirs = api.post("/leads", json={"email": "border@b.example", "external_id": "b1"}, headers=foreign).json()["data"]
    assert api.post("/leads/upsert", json={"email": "border@b.example"}).status_code == 201
    by_id = {"external_id": "b1", "match_on": "external_id"}
    assert api.post("/leads/upsert", json=by_id).status_code == 201
    assert fields(api.post("/leads", json={"merged_into": theirs["id"]})) == ["merged_into"]
    assert api.get(f"/leads/{theirs['id']}", headers=foreign).json()["data"] == theirs
