"""What the service would refuse is found before any request."""

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
