"""Requests without a response: sent again with the same key for 23 hours, looked up after that, reviewed at last."""

import pandas as pd
import polars as pl
import pytest

from fault_proxy import CutReply, CutRequest, Substitute, reply
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.journal import Journal
from upsert_frames import BULK, LOST, leads_of, people
from workspaces import connected


@pytest.fixture
def interrupted(ws, proxy):
    """Return the outcome of a job that stopped after a request without a response, which took effect or did not."""

    def stop(frame, *, effect, **options):
        plan = ws.leads.plan(frame, **options)
        proxy.always("leads", Substitute(reply(401)))
        proxy.once(BULK, *[Substitute(LOST, effect=effect)] * 5)
        proxy.once("PATCH", *[Substitute(LOST, effect=effect)] * 5)
        proxy.once("DELETE", *[Substitute(LOST, effect=effect)] * 5)
        done = plan.apply(concurrency=1)
        proxy.heal()
        return done

    return stop


@pytest.fixture
def later(service, proxy, journal):
    """Resume a job in another session, some hours later; return the outcome and the requests that it sent."""

    def resume(job_id, hours):
        service.sandbox.clock.advance(hours * 3600)
        before = len(proxy.seen)
        with connected(proxy.url, service.key, journal=Journal(journal.path)) as again:
            done = again.upserts.resume(job_id)
        return done, [seen for seen in proxy.seen[before:] if seen.method != "GET"]

    return resume


def keys_of(proxy):
    return [seen.key for seen in proxy.seen if seen.method != "GET"]


@pytest.mark.parametrize("effect", [True, False], ids=["effect", "no effect"])
def test_within_23_hours_the_request_is_sent_again_with_the_same_key(interrupted, later, oracle, proxy, effect):
    first = interrupted(people(3, title="CEO"), effect=effect)
    keys = set(keys_of(proxy))
    done, sent = later(first.job_id, 22.9)
    assert {seen.key for seen in sent} == keys
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    assert leads_of(oracle).height == 3


def test_after_23_hours_a_request_that_took_effect_is_looked_up_and_not_sent(interrupted, later, oracle):
    first = interrupted(people(3, title="CEO", custom_tier="A"), effect=True)
    done, sent = later(first.job_id, 23.1)
    assert sent == []
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    assert done.rows["lead_id"].tolist() == leads_of(oracle)["id"].to_list()


def test_after_23_hours_a_request_without_effect_is_sent_again(interrupted, later, oracle):
    first = interrupted(people(3, title="CEO"), effect=False)
    done, sent = later(first.job_id, 30)
    assert [seen.path.rsplit("/", 1)[1] for seen in sent] == ["bulk-upsert"]
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    assert leads_of(oracle).height == 3


def test_an_equal_lead_that_another_user_made_a_day_later_is_not_one_that_an_undo_deletes(
    interrupted, later, service, oracle
):
    first = interrupted(people(2, title="CEO"), effect=False)
    service.sandbox.clock.advance(25 * 3600)
    body = people(2, title="CEO").iloc[0].dropna().to_dict()
    theirs = oracle.leads.create(**body)["id"]
    done, _ = later(first.job_id, 1)
    assert done.rows["status"].tolist() == ["succeeded"] * 2
    assert done.rows["lead_id"].tolist()[0] == theirs
    assert theirs not in done.created_ids
    assert len(done.created_ids) == 1


def test_only_rows_without_effect_are_sent_again_after_a_look_up(interrupted, later, ws, oracle):
    made = ws.leads.plan(people(2, title="CEO")).apply()
    oracle.leads.create(email="other@plan.example")
    first = interrupted(people(4, title="CTO"), effect=True)
    # Another user reverts a creation and a change, as if only a part of the chunk had taken effect.
    lead_id = leads_of(oracle).filter(pl.col("email") == "new3@plan.example")["id"][0]
    oracle.leads.delete(lead_id)
    oracle.leads.update(made.rows["lead_id"][0], title="Countess")
    done, sent = later(first.job_id, 30)
    assert [seen.path.rsplit("/", 1)[1] for seen in sent] == ["upsert"]
    assert done.rows["status"].tolist() == ["needs_review", "succeeded", "succeeded", "succeeded"]
    assert done.rows["error_code"].tolist()[0] == "unknown_outcome"
    assert leads_of(oracle).filter(pl.col("email").str.starts_with("new"))["title"].to_list() == [
        "Countess", "CTO", "CTO", "CTO"
    ]  # fmt: skip


def test_a_row_that_matches_two_leads_after_a_lost_response_needs_review(interrupted, later, oracle):
    first = interrupted(people(1, title="CEO"), effect=True)
    oracle.leads.create(email="NEW0@plan.example ")
    done, sent = later(first.job_id, 30)
    assert sent == []
    assert done.rows["status"].tolist() == ["needs_review"]
    assert done.not_done.shape[0] == 1


@pytest.mark.parametrize("effect", [True, False], ids=["effect", "no effect"])
def test_a_change_of_one_lead_is_looked_up(interrupted, later, ws, oracle, effect):
    made = ws.leads.plan(people(1, title="CEO")).apply()
    lead_id = made.rows["lead_id"][0]
    first = interrupted(pd.DataFrame({"id": [lead_id], "email": ["moved@plan.example"]}), effect=effect)
    done, sent = later(first.job_id, 30)
    assert (done.rows["status"].tolist(), len(sent)) == (["succeeded"], 0 if effect else 1)
    assert leads_of(oracle)["email"].to_list() == ["moved@plan.example"]


@pytest.mark.parametrize("effect", [True, False], ids=["effect", "no effect"])
def test_a_deletion_is_looked_up(ws, proxy, later, oracle, effect):
    made = ws.leads.plan(people(1)).apply()
    plan = ws.leads.plan_delete(made.rows["lead_id"])
    proxy.always("leads", Substitute(reply(401)))
    proxy.once("DELETE", *[Substitute(LOST, effect=effect)] * 5)
    first = plan.apply(concurrency=1)
    proxy.heal()
    done, sent = later(first.job_id, 30)
    assert (done.rows["status"].tolist(), len(sent)) == (["succeeded"], 0 if effect else 1)
    assert leads_of(oracle).height == 0


@pytest.mark.parametrize("fault", [CutReply(), CutRequest(40), Substitute(LOST, effect=True)], ids=str)
def test_a_service_that_may_ignore_keys_is_never_sent_a_request_again_without_a_look_up(
    ws, proxy, oracle, monkeypatch, fault
):
    """A live service may ignore the idempotency key of an operation that is not documented."""
    monkeypatch.setattr(Client, "recognizes_keys", lambda _client, operation: operation.documented)
    proxy.once(BULK, fault)
    done = ws.leads.plan(people(3, title="CEO")).apply()
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    took_effect = not isinstance(fault, CutRequest)
    assert proxy.count(BULK) == (1 if took_effect else 2)
    assert leads_of(oracle).height == 3
