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


def test_upserts_do_not_match_leads_of_the_other_workspace(api, foreign, fields):
    theirs = api.post("/leads", json={"email": "border@b.example", "external_id": "b1"}, headers=foreign).json()["data"]
    assert api.post("/leads/upsert", json={"email": "border@b.example"}).status_code == 201
    by_id = {"external_id": "b1", "match_on": "external_id"}
    assert api.post("/leads/upsert", json=by_id).status_code == 201
    assert fields(api.post("/leads", json={"merged_into": theirs["id"]})) == ["merged_into"]
    assert api.get(f"/leads/{theirs['id']}", headers=foreign).json()["data"] == theirs
