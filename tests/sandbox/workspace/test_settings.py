"""The settings and the members are those of the demo workspaces."""

from pb2b_notebook.sandbox.demo_data.seeding import demo_workspaces


def test_each_workspace_has_its_own_settings(shared_sandbox, shared_api, bearer):
    first, second = demo_workspaces(1)
    settings = shared_api.get("/settings").json()["data"]
    assert settings["timezone"] == first.timezone
    assert settings["default_owner_email"] == first.members[0].email
    assert settings["limits"]["leads"] == 10_000
    key = shared_sandbox.create_key(workspace_id=shared_sandbox.other_workspace_id)
    other = shared_api.get("/settings", headers=bearer(key)).json()["data"]
    assert other["timezone"] == second.timezone
    assert other["id"] != settings["id"]


def test_the_members_are_listed_in_the_order_in_which_they_joined(shared_api):
    members = shared_api.get("/settings/members").json()["data"]
    expected = [(each.id, each.email, each.role, each.read_only) for each in demo_workspaces(1)[0].members]
    assert [(each["id"], each["email"], each["role"], each["read_only"]) for each in members] == expected
    me = shared_api.get("/me").json()["data"]["membership"]
    assert me["id"] == members[0]["id"]
