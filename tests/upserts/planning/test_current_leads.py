"""The leads that a plan compares with, from the mirror and from the service."""

import pytest

from pb2b_notebook.upserts.planning import current_leads
from upsert_frames import people


def test_without_the_packages_of_the_mirror_the_service_is_read(ws, monkeypatch):
    monkeypatch.setattr(current_leads, "_can_mirror", lambda: False)
    assert ws.leads.plan(people(600)).summary["create"] == 600


@pytest.mark.parametrize("match_on", ["email", "external_id"])
def test_the_mirror_and_the_service_give_the_same_plan(ws, match_on):
    frame = people(3, title="CEO", external_id=["e1", "e2", "e3"])
    ws.leads.plan(frame).apply()
    frame.loc[0, "title"] = "CTO"
    for source in ("mirror", "service"):
        plan = ws.leads.plan(frame, match_on=match_on, compare_with=source)
        assert plan.summary == {"create": 0, "update": 1, "unchanged": 2, "invalid": 0, "conflict": 0}
        assert plan.rows["action"].tolist() == ["update", "unchanged", "unchanged"]


def test_an_address_that_is_too_long_does_not_make_the_service_one_without_the_filter(ws):
    frame = people(2)
    frame.loc[0, "email"] = "x" * 321
    plan = ws.leads.plan(frame, compare_with="service")
    assert (plan.summary["create"], plan.summary["invalid"]) == (1, 1)
    assert ws.profile.names("refused", "leads.list") == frozenset()


def test_a_value_that_a_filter_refuses_is_no_fact_about_the_service(ws):
    session = ws.leads._session
    found = session.objects(session.operations.find("leads.list"), {"email": ["x" * 321]}, added={"email"})
    assert len(list(found)) == len(ws.leads.list())
    assert ws.profile.names("refused", "leads.list") == frozenset()
