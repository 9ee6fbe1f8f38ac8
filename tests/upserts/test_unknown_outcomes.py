"""What was sent and not answered: the same key within its life, a look at the leads after it, and a person at last."""

import pandas as pd
import polars as pl
import pytest

from fault_proxy import CutReply, CutRequest, Substitute, reply
from pb2b_notebook.api.http.client import Client
from pb2b_notebook.journal import Journal
from workspaces import connected

BULK = "POST /api/public/v1/leads/bulk-upsert"
LOST = reply(500, b'{"error":{"code":"internal","message":"sorry"}}')


def people(count, **columns):
    rows = {"email": [f"old{number}@plan.example" for number in range(count)], **columns}
    return pd.DataFrame({name: value if isinstance(value, list) else [value] * count for name, value in rows.items()})


def leads_of(oracle):
    found = oracle.leads.list(frame="polars")
    return found.filter(pl.col("email").str.ends_with("plan.example")).sort("email")


@pytest.fixture
def interrupted(ws, proxy):
    """A job that stopped after a chunk whose answer never came; the effect happened, or not."""

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
    """Another session, so many hours later."""

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
def test_for_23_hours_the_same_key_finds_out(interrupted, later, oracle, proxy, effect):
    first = interrupted(people(3, title="CEO"), effect=effect)
    keys = set(keys_of(proxy))
    done, sent = later(first.job_id, 22.9)
    assert {seen.key for seen in sent} == keys
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    assert leads_of(oracle).height == 3


def test_after_that_what_happened_is_found_by_looking_and_nothing_is_sent(interrupted, later, oracle):
    first = interrupted(people(3, title="CEO", custom_tier="A"), effect=True)
    done, sent = later(first.job_id, 23.1)
    assert sent == []
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    assert done.rows["lead_id"].tolist() == leads_of(oracle)["id"].to_list()


def test_and_what_did_not_happen_is_sent(interrupted, later, oracle):
    first = interrupted(people(3, title="CEO"), effect=False)
    done, sent = later(first.job_id, 30)
    assert [seen.path.rsplit("/", 1)[1] for seen in sent] == ["bulk-upsert"]
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    assert leads_of(oracle).height == 3


def test_rows_of_a_chunk_without_effect_are_sent_by_themselves(interrupted, later, ws, oracle):
    made = ws.leads.plan(people(2, title="CEO")).apply()
    oracle.leads.create(email="other@plan.example")
    first = interrupted(people(4, title="CTO"), effect=True)
    # Somebody undoes a creation and a change, so that it looks as if the chunk had been carried out in part.
    gone = leads_of(oracle).filter(pl.col("email") == "old3@plan.example")["id"][0]
    oracle.leads.delete(gone)
    oracle.leads.update(made.rows["lead_id"][0], title="Countess")
    done, sent = later(first.job_id, 30)
    assert [seen.path.rsplit("/", 1)[1] for seen in sent] == ["upsert"]
    assert done.rows["status"].tolist() == ["needs_review", "succeeded", "succeeded", "succeeded"]
    assert done.rows["error_code"].tolist()[0] == "unknown_outcome"
    assert leads_of(oracle).filter(pl.col("email").str.starts_with("old"))["title"].to_list() == [
        "Countess", "CTO", "CTO", "CTO"
    ]  # fmt: skip


def test_a_lead_that_was_created_twice_over_needs_a_person(interrupted, later, oracle):
    first = interrupted(people(1, title="CEO"), effect=True)
    oracle.leads.create(email="OLD0@plan.example ")
    done, sent = later(first.job_id, 30)
    assert sent == []
    assert done.rows["status"].tolist() == ["needs_review"]
    assert done.not_done.shape[0] == 1


@pytest.mark.parametrize("effect", [True, False], ids=["effect", "no effect"])
def test_single_changes_and_deletions_are_looked_up_too(interrupted, later, ws, oracle, effect):
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
def test_a_service_that_may_ignore_keys_is_asked_what_happened_and_never_sent_the_same_blindly(
    ws, proxy, oracle, monkeypatch, fault
):
    """On a live service the key of an operation that we only reconstructed may mean nothing."""
    monkeypatch.setattr(Client, "recognizes_keys", lambda _client, operation: operation.documented)
    proxy.once(BULK, fault)
    done = ws.leads.plan(people(3, title="CEO")).apply()
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    happened = not isinstance(fault, CutRequest)
    assert proxy.count(BULK) == (1 if happened else 2)
    assert leads_of(oracle).height == 3
