"""What the service would refuse is found before any request."""

import pandas as pd

from upsert_frames import BULK, people


def test_values_that_the_service_would_refuse_are_invalid_before_any_request(ws, proxy):
    frame = people(4, country=["Germany", "DE", None, "DE"], title=["CEO", "x" * 300, "CEO", "CEO"])
    frame.loc[3, "email"] = "nobody"
    plan = ws.leads.plan(frame)
    assert plan.rows["action"].tolist() == ["invalid", "invalid", "create", "invalid"]
    assert plan.problems[plan.problems["severity"] == "error"]["field"].tolist() == ["country", "title", "email"]
    done = plan.apply()
    assert done.rows["status"].tolist() == ["invalid", "invalid", "succeeded", "invalid"]
    assert proxy.count(BULK) == 1


def test_values_that_are_not_sent_are_not_checked(ws, oracle):
    """Invalid values that a workspace holds already do not prevent a change of another field."""
    read = oracle.leads.list()
    read["source"] = "show"
    plan = ws.leads.plan(read)
    assert plan.summary["invalid"] == 0
    assert plan.summary["update"] > 0


def test_what_is_typed_instead_of_a_value_is_not_sent_unless_the_row_is_allowed(ws):
    rows = [
        ("Test Test", "test@test.com", None),
        ("Ada Berg", "asdf@asdf.com", None),
        ("Bo Lund", "bo@nord.example", "1234567890"),
        ("Eva Falk", "eva@nord.example", "+49 30 901820"),
    ]
    plan = ws.leads.plan(pd.DataFrame(rows, columns=["full_name", "email", "phone"]))
    assert plan.rows["action"].tolist() == [*["invalid"] * 3, "create"]
    assert set(plan.rows["code"].iloc[:3]) == {"made_up"}
    assert plan.rows["field"].iloc[1:3].tolist() == ["email", "phone"]
    trial = ws.leads.plan(pd.DataFrame({"full_name": ["asdf"], "external_id": ["C-77"]}), match_on="external_id")
    assert [trial.summary["create"], trial.allowing([0]).summary["create"]] == [0, 1]
