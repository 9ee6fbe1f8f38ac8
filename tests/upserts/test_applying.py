"""Plans carried out over real HTTP: rows in are rows out, and the service holds what the plan said."""

import _thread
import subprocess
import sys

import pandas as pd
import polars as pl
import pytest

from fault_proxy import CutReply, CutRequest, Doing, Substitute, reply
from pb2b_notebook import errors
from pb2b_notebook.journal import Journal
from pb2b_notebook.upserts import current_leads
from workspaces import Service, connected

BULK = "POST /api/public/v1/leads/bulk-upsert"
PATCH = "PATCH /api/public/v1/leads/"


def people(count, **columns):
    """New people, by their addresses."""
    rows = {"email": [f"new{number}@plan.example" for number in range(count)], **columns}
    return pd.DataFrame({name: value if isinstance(value, list) else [value] * count for name, value in rows.items()})


def leads_of(oracle, domain="plan.example"):
    found = oracle.leads.list(frame="polars")
    return found.filter(pl.col("email").str.to_lowercase().str.ends_with(domain)).sort("created_at")


def test_rows_in_are_rows_out_and_the_index_is_kept(ws, oracle):
    frame = people(3, title=["CEO", None, "CTO"]).set_index(pd.Index(["x", "x", "y"]))
    done = ws.leads.plan(frame).apply()
    assert done.rows.index.tolist() == ["x", "x", "y"]
    assert done.rows.columns.tolist() == [
        "status", "lead_id", "action", "error_code", "field", "message", "request_id", "attempts"
    ]  # fmt: skip
    assert done.rows["status"].tolist() == ["succeeded"] * 3
    assert done.rows["action"].tolist() == ["create"] * 3
    assert done.rows["attempts"].tolist() == [1] * 3
    made = leads_of(oracle)
    assert made["id"].to_list() == done.rows["lead_id"].tolist()
    assert made["title"].to_list() == ["CEO", None, "CTO"]


def test_the_same_cell_again_has_nothing_to_do(ws, proxy):
    frame = people(3, title="CEO")
    ws.leads.plan(frame).apply()
    before = proxy.count(BULK)
    again = ws.leads.plan(frame)
    done = again.apply()
    assert again.summary["unchanged"] == 3
    assert (done.job_id, done.rows["status"].tolist()) == (None, ["unchanged"] * 3)
    assert proxy.count(BULK) == before


def test_the_same_plan_again_gives_its_outcome_and_sends_nothing_and_says_so_in_a_script_too(ws, proxy, caplog):
    plan = ws.leads.plan(people(3))
    first = plan.apply()
    assert "nothing was sent" not in repr(first) + caplog.text
    before = proxy.count("POST")
    second = plan.apply()
    assert proxy.count("POST") == before
    assert second.job_id == first.job_id
    assert second.rows.equals(first.rows)
    assert "nothing was sent: the same plan was applied a moment ago" in repr(second)
    assert "nothing was sent: the same plan was applied a moment ago" in second._repr_html_()
    [told] = [record for record in caplog.records if "nothing was sent" in record.message]
    assert (told.levelname, told.message.partition(":")[0]) == ("WARNING", first.job_id)


def test_a_plan_goes_in_the_largest_chunks_and_single_calls_only_where_it_must(ws, proxy, oracle):
    frame = people(250, title="CEO")
    plan = ws.leads.plan(frame)
    assert str(plan.cost).startswith("3 requests, about 1 s; creates 250 of ")
    plan.apply()
    assert (proxy.count(BULK), proxy.count(PATCH)) == (3, 0)
    made = leads_of(oracle)
    rows = pd.DataFrame({"id": made["id"].to_list()[:2], "email": ["moved@plan.example", None], "title": "CTO"})
    plan = ws.leads.plan(rows)
    assert plan.cost.requests == 2
    done = plan.apply()
    assert (proxy.count(BULK), proxy.count(PATCH)) == (4, 1)
    assert done.rows["status"].tolist() == ["succeeded", "succeeded"]
    assert leads_of(oracle).height == 250
    assert oracle.leads.get(rows["id"][0]).email == "moved@plan.example"


@pytest.mark.parametrize("library", ["pandas", "polars"])
def test_every_type_arrives_and_comes_back_unchanged(ws, oracle, library):
    frame = pl.DataFrame(
        {
            "email": ["typed@plan.example"],
            "score": [7],
            "tags": [["a", "b"]],
            "custom_deal_value_eur": [1200.5],
            "custom_newsletter_opt_in": [True],
            "custom_renewal_date": [pd.Timestamp("2026-05-01").date()],
            "custom_demo_at": [pd.Timestamp("2026-05-01T12:00:00.123456Z")],
            "custom_interests": [["Analytics"]],
            "custom_tier": ["A"],
        }
    )
    frame = frame.to_pandas() if library == "pandas" else frame
    assert ws.leads.plan(frame).apply().rows["status"].to_list() == ["succeeded"]
    lead = leads_of(oracle).row(0, named=True)
    assert (lead["score"], lead["tags"], lead["custom_deal_value_eur"]) == (7, ["a", "b"], 1200.5)
    assert (lead["custom_newsletter_opt_in"], lead["custom_tier"]) == (True, "A")
    assert lead["custom_demo_at"].isoformat() == "2026-05-01T12:00:00.123000+00:00"
    assert ws.leads.plan(frame).summary["unchanged"] == 1


def test_what_the_service_refuses_is_told_by_row(ws, oracle):
    """An address that came to be shared between plan and apply."""
    plan = ws.leads.plan(people(3, title=["CEO", "CTO", "CIO"]))
    made = oracle.leads.create(email="new1@plan.example")
    oracle.leads.create(email=" NEW1@plan.example")
    done = plan.apply()
    assert done.rows["status"].tolist() == ["succeeded", "conflict", "succeeded"]
    assert done.rows["error_code"].tolist()[1] == "ambiguous_match"
    assert done.not_done.index.tolist() == [1]
    assert oracle.leads.get(made["id"]).title is None


# --- conflicts -------------------------------------------------------------------------------------------------------


@pytest.fixture
def edited(ws, oracle):
    """A plan over two leads, one of which somebody else changes before it is applied."""

    def make(**options):
        made = ws.leads.plan(people(2, title="CEO")).apply()
        plan = ws.leads.plan(people(2, title="CTO"), **options)
        oracle.leads.update(made.rows["lead_id"][0], title="Countess", city="London")
        return plan

    return make


def test_a_lead_that_changed_after_the_plan_is_a_conflict_with_both_values(edited, oracle):
    done = edited().apply()
    assert done.rows["status"].tolist() == ["conflict", "succeeded"]
    assert done.conflicts.to_dict("records") == [{"row": 0, "field": "title", "ours": "CTO", "theirs": "Countess"}]
    assert leads_of(oracle)["title"].to_list() == ["Countess", "CTO"]


def test_a_conflict_is_overwritten_if_one_says_so(edited, oracle):
    done = edited(on_conflict="overwrite").apply()
    assert done.rows["status"].tolist() == ["succeeded", "succeeded"]
    assert leads_of(oracle).select("title", "city").rows() == [("CTO", "London"), ("CTO", None)]


def test_overwriting_does_not_bring_back_who_opted_out_meanwhile(ws, oracle):
    made = ws.leads.plan(people(1, status="contacted")).apply()
    plan = ws.leads.plan(people(1, status="qualified", title="CTO"), on_conflict="overwrite")
    oracle.leads.update(made.rows["lead_id"][0], status="unsubscribed")
    assert plan.apply().rows["status"].tolist() == ["succeeded"]
    assert leads_of(oracle).select("title", "status").rows() == [("CTO", "unsubscribed")]


def test_a_conflict_by_id_shows_what_is_there_now(ws, oracle):
    made = ws.leads.plan(people(1, title="CEO")).apply()
    lead_id = made.rows["lead_id"][0]
    plan = ws.leads.plan(pd.DataFrame({"id": [lead_id], "email": ["moved@plan.example"]}))
    oracle.leads.update(lead_id, email="other@plan.example")
    done = plan.apply()
    assert done.rows["status"].tolist() == ["conflict"]
    assert done.conflicts["theirs"].tolist() == ["other@plan.example"]


def test_rows_carry_when_they_were_read(ws, oracle):
    ws.leads.plan(people(1, title="CEO")).apply()
    read = ws.leads.list(frame="pandas")
    read = read[read["email"] == "new0@plan.example"].assign(title="CTO")
    oracle.leads.update(read["id"].iloc[0], title="Countess")
    plan = ws.leads.plan(read)
    assert plan.rows["code"].tolist() == ["changed_upstream"]
    assert plan.diff.to_dict("records") == [{"row": 0, "field": "title", "before": "Countess", "after": "CTO"}]
    assert plan.apply().rows["status"].tolist() == ["conflict"]


# --- faults ----------------------------------------------------------------------------------------------------------

LOST = reply(500, b'{"error":{"code":"internal","message":"sorry"}}')
FULL = reply(429, b'{"error":{"code":"rate_limited","message":"slow"}}', retry_after="0")


@pytest.mark.parametrize(
    "faults",
    [
        [Substitute(LOST, effect=True)],
        [Substitute(LOST)] * 7,
        [CutReply(), CutReply(1, rst=True), CutReply(300), CutReply(2000)],
        [CutRequest(), CutRequest(40, rst=True)],
        [Substitute(FULL)] * 28,
        [Substitute(reply(200, b"<html>log in</html>", content_type="text/html"), effect=True)] * 2,
        [Substitute(reply(200, b'{"data":[],"request_id":"r"}'), effect=True)],
        [Substitute(reply(502, b"bad gateway"), effect=True), CutReply(), Substitute(FULL)],
    ],
    ids=["500 after", "500 before", "replies cut", "requests cut", "429 storm", "login page", "no results", "all"],
)
def test_whatever_breaks_each_row_happens_once(ws, proxy, oracle, faults):
    proxy.once(BULK, *faults)
    done = ws.leads.plan(people(350, title="CEO")).apply()
    assert done.summary["succeeded"] == 350
    assert done.problem is None
    made = leads_of(oracle)
    assert sorted(made["id"]) == sorted(done.rows["lead_id"])
    assert made["email"].n_unique() == made.height == 350


def test_a_service_that_never_answers_leaves_the_rest_pending_and_retry_goes_on(ws, proxy, oracle):
    proxy.always(BULK, Substitute(reply(503, b'{"error":{"code":"overloaded","message":"later"}}')))
    done = ws.leads.plan(people(150)).apply()
    assert done.summary["pending"] == 150
    assert isinstance(done.problem, errors.ServerError)
    assert len(ws.upserts.pending()) == 1
    proxy.heal()
    done = done.retry()
    assert done.summary["succeeded"] == 150
    assert leads_of(oracle).height == 150
    assert ws.upserts.list()["state"].tolist() == ["finished"]


@pytest.mark.parametrize("status", [401, 403])
def test_the_first_401_or_403_stops_the_rest_which_stays_pending(ws, proxy, oracle, status):
    proxy.always(BULK, Substitute(reply(status, b'{"error":{"code":"missing_scope","message":"no"}}')))
    done = ws.leads.plan(people(900)).apply()
    assert done.summary["pending"] == 900
    assert done.problem.status == status
    assert proxy.count(BULK) <= 4
    assert leads_of(oracle).height == 0
    proxy.heal()
    assert ws.leads.plan(people(900)).apply().summary["succeeded"] == 900
    assert leads_of(oracle).height == 900


# --- jobs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def stopped(ws, proxy):
    """A job of which the first chunk took effect without an answer, and the rest was never sent."""
    proxy.always(BULK, Substitute(reply(401)))
    proxy.once(BULK, Substitute(LOST, effect=True))
    done = ws.leads.plan(people(250, title="CEO")).apply(concurrency=1)
    proxy.heal()
    assert done.summary["pending"] == 250
    return done


def test_the_same_cell_resumes_its_job_in_another_session(stopped, service, proxy, journal, oracle):
    with connected(proxy.url, service.key, journal=Journal(journal.path)) as ws:
        done = ws.leads.plan(people(250, title="CEO")).apply()
        assert done.job_id == stopped.job_id
        assert done.summary["succeeded"] == 250
    assert leads_of(oracle).height == 250


def test_other_values_for_the_same_leads_are_refused_until_the_job_is_over(stopped, ws, oracle):
    plan = ws.leads.plan(people(250, title="CTO"))
    with pytest.raises(errors.JobChangedError) as caught:
        plan.apply()
    assert caught.value.job_id == stopped.job_id
    ws.upserts.resume(stopped.job_id)
    assert ws.leads.plan(people(250, title="CTO")).apply().summary["succeeded"] == 250
    assert set(leads_of(oracle)["title"]) == {"CTO"}


def test_an_abandoned_job_leaves_the_way_free(stopped, ws, oracle):
    ws.upserts.abandon(stopped.job_id)
    assert len(ws.upserts.pending()) == 0
    done = ws.leads.plan(people(250, title="CTO")).apply()
    assert done.job_id != stopped.job_id
    assert leads_of(oracle).height == 250
    assert set(leads_of(oracle)["title"]) == {"CTO"}


def test_other_leads_are_another_job(stopped, ws, oracle):
    assert ws.leads.plan(people(260, title="CEO")).apply().summary["succeeded"] + 100 >= 260
    assert ws.upserts.resume(stopped.job_id).summary["pending"] == 0
    assert leads_of(oracle).height == 260


def test_a_job_is_found_again_by_its_id(stopped, ws):
    found = ws.upserts.get(stopped.job_id)
    assert found.rows["status"].tolist() == ["pending"] * 250
    with pytest.raises(errors.InvalidParameterError, match="no job"):
        ws.upserts.get("up_none")


def test_two_at_once_never_run_one_job(stopped, ws, monkeypatch):
    from pb2b_notebook.upserts import jobs

    monkeypatch.setattr(jobs.Jobs.running.__wrapped__, "__kwdefaults__", {"timeout": 0.05})
    with ws.upserts._target.jobs.running(stopped.job_id), pytest.raises(errors.JobBusyError):
        ws.upserts.resume(stopped.job_id)


def test_another_kernel_holds_the_job_by_a_file(stopped, ws, journal):
    path = journal.path.parent / "jobs" / f"{stopped.job_id}.lock"
    code = "import filelock, sys; held = filelock.FileLock(sys.argv[1]).acquire(); print('held', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout.readline() == "held\n"
        with pytest.raises(errors.JobBusyError), ws.upserts._target.jobs.running(stopped.job_id, timeout=0.05):
            pass
        other.kill()
    assert ws.upserts.resume(stopped.job_id).summary["succeeded"] == 250


def test_without_the_mirrors_packages_the_service_is_asked(ws, monkeypatch):
    monkeypatch.setattr(current_leads, "_can_mirror", lambda: False)
    assert ws.leads.plan(people(600)).summary["create"] == 600


def test_a_dry_run_writes_nothing_and_sends_nothing(ws, proxy):
    done = ws.leads.plan(people(3)).apply(dry_run=True)
    assert done.rows["status"].tolist() == ["pending"] * 3
    assert (proxy.count("POST"), len(ws.upserts.list())) == (0, 0)
    with pytest.raises(errors.UsageError):
        done.retry()


def test_a_read_only_workspace_plans_and_does_not_apply(service, proxy, journal):
    with connected(proxy.url, service.key, journal=journal, read_only=True) as ws:
        plan = ws.leads.plan(people(1))
        assert "read-only" in repr(plan)
        assert "read-only" in plan._repr_html_()
        with pytest.raises(errors.ReadOnlyError):
            plan.apply()
        assert len(ws.upserts.list()) == 0


def test_a_plan_past_the_limit_of_leads_is_refused():
    full = Service(leads=0, leads_limit=2)
    try:
        with connected(full.url, full.key) as ws:
            refuse_past_the_limit(ws)
    finally:
        full.close()


def refuse_past_the_limit(ws):
    plan = ws.leads.plan(people(3))
    assert "leads_limit" in plan.refused
    assert str(plan.cost) == "1 request, about 1 s; creates 3 of 2 left"
    with pytest.raises(errors.PlanRefusedError, match="3 leads"):
        plan.apply()
    assert ws.leads.plan(people(2)).apply().summary["succeeded"] == 2


@pytest.mark.parametrize("options", [{"via": "post"}, {"concurrency": 0}, {"concurrency": 9}, {"concurrency": True}])
def test_options_that_are_none_are_refused(ws, options):
    with pytest.raises(errors.InvalidParameterError):
        ws.leads.plan(people(1)).apply(**options)


# --- deletions -------------------------------------------------------------------------------------------------------


def test_deletions_are_a_plan_of_their_own(ws, oracle, proxy):
    made = ws.leads.plan(people(3)).apply()
    plan = ws.leads.plan_delete(made.rows["lead_id"][:2])
    proxy.once("DELETE", CutReply())
    assert plan.summary["delete"] == 2
    assert plan.apply().rows["status"].tolist() == ["succeeded"] * 2
    assert leads_of(oracle).height == 1
    assert ws.leads.plan_delete(made.rows["lead_id"][:2]).summary["unchanged"] == 2
    for bad in ("lead_1", [None], [""], 7):
        with pytest.raises(errors.InvalidParameterError):
            ws.leads.plan_delete(bad)


# --- undo ------------------------------------------------------------------------------------------------------------


def test_an_undo_brings_the_values_back_and_says_what_it_leaves(ws, oracle):
    first = ws.leads.plan(people(2, title=["CEO", None], tags=[["a"], []])).apply()
    done = ws.leads.plan(people(3, title="CTO", tags=[["b"]] * 3, status="unsubscribed")).apply()
    back = done.undo_plan()
    assert back.summary["update"] == 2
    left = back.cannot_undo
    assert left["row"].tolist() == [0, 1, 2]
    assert [("created" in why, "suppression" in why) for why in left["why"]] == [
        (False, True),
        (False, True),
        (True, False),
    ]
    assert back.apply().summary["succeeded"] == 2
    made = leads_of(oracle).filter(pl.col("id").is_in(first.rows["lead_id"].tolist()))
    assert made.select("title", "tags", "status").rows() == [("CEO", ["a"], "unsubscribed"), (None, [], "unsubscribed")]


def test_an_undo_is_no_silent_overwrite(ws, oracle):
    ws.leads.plan(people(1, title="CEO")).apply()
    done = ws.leads.plan(people(1, title="CTO")).apply()
    oracle.leads.update(done.rows["lead_id"][0], title="Countess")
    assert done.undo_plan().apply().rows["status"].tolist() == ["conflict"]
    assert leads_of(oracle)["title"].to_list() == ["Countess"]


# --- imports ---------------------------------------------------------------------------------------------------------


def test_an_import_carries_a_plan_and_its_errors_come_back_by_row(ws, oracle, proxy):
    ws.leads.plan(people(2, title="CEO")).apply()
    plan = ws.leads.plan(people(5, title="CTO", custom_tier="A"))
    twins = [oracle.leads.create(email=email)["id"] for email in ("new2@plan.example", "NEW2@plan.example")]
    done = plan.apply(via="import")
    assert proxy.count("POST /api/public/v1/imports") == 1
    assert done.rows["status"].tolist() == ["succeeded", "succeeded", "conflict", "succeeded", "succeeded"]
    assert done.rows["error_code"].tolist()[2] == "ambiguous_match"
    assert done.rows["field"].tolist()[2] == "email"
    assert done.rows["action"].tolist() == ["update", "update", "create", "create", "create"]
    made = leads_of(oracle).filter(~pl.col("id").is_in(twins))
    assert sorted(made["id"]) == sorted(done.rows["lead_id"].dropna())
    assert made["custom_tier"].to_list() == ["A"] * 4


def test_an_import_leaves_to_the_api_what_it_cannot_do(ws, oracle, proxy):
    made = ws.leads.plan(people(3, title="CEO")).apply()
    rows = pd.DataFrame(
        {
            "id": [*made.rows["lead_id"], None],
            "email": ["moved@plan.example", None, None, "extra@plan.example"],
            "title": ["CTO", None, "CTO", "CTO"],
        }
    )
    done = ws.leads.plan(rows, clear=["title"]).apply(via="import")
    assert done.rows["status"].tolist() == ["succeeded"] * 4
    assert (proxy.count("POST /api/public/v1/imports"), proxy.count(PATCH)) == (1, 1)
    assert sorted(leads_of(oracle)["title"].to_list(), key=str) == ["CTO", "CTO", "CTO", None]
    assert ws.leads.plan(rows, clear=["title"]).summary["unchanged"] == 4


def test_an_import_whose_answer_is_lost_is_the_same_import(ws, oracle, proxy):
    proxy.once("POST /api/public/v1/imports", CutReply(), Substitute(LOST, effect=True))
    done = ws.leads.plan(people(5, title="CTO")).apply(via="import")
    assert done.summary["succeeded"] == 5
    assert oracle.imports.list()["filename"].tolist().count("plan, rows 0 to 4") == 1


# --- how it looks ----------------------------------------------------------------------------------------------------


def test_what_leads_call_themselves_is_text(ws):
    plan = ws.leads.plan(people(1, title="<script>alert(1)</script>"))
    shown = plan._repr_html_()
    assert "<script>" not in shown
    assert "&lt;script&gt;" in shown
    assert "SANDBOX" in shown
    assert "create" in repr(plan)
    done = plan.apply()
    assert "SANDBOX" in done._repr_html_()
    assert "succeeded" in repr(done)
    assert ws.upserts.list().shape[0] == 1


def test_a_person_who_is_forgotten_is_forgotten_by_the_jobs(ws, journal):
    ws.leads.plan(people(2, title="CEO")).apply()
    ws.forget("new1@plan.example").apply()
    assert b"new1@plan.example" not in journal.path.read_bytes()
    assert len(ws.upserts.list()) == 0


def test_the_former_name_of_compare_with_still_works_and_warns(ws):
    frame = pd.DataFrame({"email": ["ada@example.com"]})
    with pytest.warns(DeprecationWarning, match=r"plan\(against=…\) was renamed: write compare_with=…"):
        plan = ws.leads.plan(frame, against="service")
    assert plan == ws.leads.plan(frame, compare_with="service")


@pytest.mark.parametrize("match_on", ["email", "external_id"])
@pytest.mark.parametrize("source", ["mirror", "service"])
def test_the_mirror_and_the_service_give_the_same_plan(ws, match_on, source):
    frame = people(3, title="CEO", external_id=["e1", "e2", "e3"])
    ws.leads.plan(frame).apply()
    frame.loc[0, "title"] = "CTO"
    plan = ws.leads.plan(frame, match_on=match_on, compare_with=source)
    assert plan.summary == {"create": 0, "update": 1, "unchanged": 2, "invalid": 0, "conflict": 0}
    assert plan.rows["action"].tolist() == ["update", "unchanged", "unchanged"]


def test_a_mapping_speaks_for_a_file(ws, oracle):
    import pb2b_notebook as pb

    frame = pd.DataFrame({"E-Mail": ["new0@plan.example", "nobody"], "Punkte": ["7", "viele"]})
    mapping = pb.Mapping({"E-Mail": "email", "Punkte": "score"}, defaults={"source": "show"})
    plan = ws.leads.plan(frame, mapping)
    assert plan.rows["action"].tolist() == ["create", "invalid"]
    assert set(plan.problems["row"]) == {1}
    plan.apply()
    assert leads_of(oracle).select("score", "source").rows() == [(7, "show")]


def test_what_the_service_would_refuse_is_found_before_any_request(ws, proxy):
    frame = people(4, country=["Germany", "DE", None, "DE"], title=["CEO", "x" * 300, "CEO", "CEO"])
    frame.loc[3, "email"] = "nobody"
    plan = ws.leads.plan(frame)
    assert plan.rows["action"].tolist() == ["invalid", "invalid", "create", "invalid"]
    assert plan.problems[plan.problems["severity"] == "error"]["field"].tolist() == ["country", "title", "email"]
    done = plan.apply()
    assert done.rows["status"].tolist() == ["invalid", "invalid", "succeeded", "invalid"]
    assert proxy.count(BULK) == 1


def test_a_value_that_nobody_sends_is_not_checked(ws, oracle):
    """The mess of a workspace is no reason to refuse a change of something else."""
    read = oracle.leads.list()
    read["source"] = "show"
    plan = ws.leads.plan(read)
    assert plan.summary["invalid"] == 0
    assert plan.summary["update"] > 0


def test_a_limit_that_asks_for_an_hour_stops_the_run_at_once(ws, proxy):
    proxy.always(
        BULK, Substitute(reply(429, b'{"error":{"code":"rate_limited","message":"slow"}}', retry_after="3600"))
    )
    done = ws.leads.plan(people(900)).apply()
    assert done.summary["pending"] == 900
    assert isinstance(done.problem, errors.RateLimitError)
    assert proxy.count(BULK) <= 4


def test_ctrl_c_loses_nothing(ws, proxy, oracle):
    proxy.once(BULK, Doing(_thread.interrupt_main, "reply"))
    with pytest.raises(errors.ApplyInterrupted) as caught:
        ws.leads.plan(people(900, title="CEO")).apply(concurrency=2)
    before = caught.value.outcome
    assert before.summary["succeeded"] + before.summary["pending"] == 900
    assert before.summary["pending"] > 0
    done = ws.leads.plan(people(900, title="CEO")).apply()
    assert done.job_id == before.job_id
    assert done.summary["succeeded"] == 900
    assert leads_of(oracle).height == 900


def test_a_duplicated_index_of_any_kind_is_kept(ws):
    frame = people(3)
    frame.index = pd.MultiIndex.from_tuples([("a", 1), ("a", 1), ("b", None)])
    done = ws.leads.plan(frame).apply()
    assert done.rows.index.equals(frame.index)
    assert ws.upserts.get(done.job_id).rows.shape[0] == 3


def test_polars_rows_come_back_as_polars(ws):
    done = ws.leads.plan(pl.DataFrame(people(2))).apply()
    assert isinstance(done.rows, pl.DataFrame)
    assert done.rows["status"].to_list() == ["succeeded"] * 2
    assert isinstance(done.not_done, pl.DataFrame)


def test_a_list_as_it_came_has_nothing_to_change_deleted_leads_included(ws, oracle):
    oracle.leads.delete(oracle.leads.list(limit=1)["id"][0])
    read = ws.leads.list(include_deleted=True)
    assert ws.leads.plan(read).summary["unchanged"] == len(read)


@pytest.mark.parametrize("via", ["api", "import"])
def test_a_key_that_may_not_write_is_told_before_anything_is_written_down(service, proxy, journal, via):
    scopes = ["me.read", "leads.read", "billing.read"]
    with connected(proxy.url, service.sandbox.create_key(scopes=scopes), journal=journal) as ws:
        plan = ws.leads.plan(people(1))
        assert "lacks the scope leads.write: apply() refuses" in repr(plan)
        assert "leads.write" in plan._repr_html_()
        with pytest.raises(errors.PermissionDeniedError, match="which this key lacks; nothing was sent"):
            plan.apply(via=via)
        assert len(ws.upserts.list()) == 0
        assert proxy.count("POST") == 0


def test_an_undo_says_what_it_leaves_and_how_that_is_deleted(ws, oracle):
    before = len(oracle.leads.list())
    done = ws.leads.plan(people(3)).apply()
    back = done.undo_plan()
    assert back.stays == len(done.created_ids) == 3
    assert "3 created: ws.leads.plan_delete(outcome.created_ids) deletes them" in repr(back)
    assert ws.leads.plan_delete(done.created_ids).apply().summary["succeeded"] == 3
    assert len(oracle.leads.list()) == before
    assert ws.leads.plan_delete([]).apply().created_ids == []


def test_what_is_invalid_was_not_sent_and_is_no_failure(ws):
    done = ws.leads.plan(people(2, email=["ok@plan.example", "nobody"])).apply()
    assert (done.summary["invalid"], done.summary["failed"]) == (1, 0)
    assert (len(done.failed), done.not_done["status"].tolist()) == (0, ["invalid"])
    assert "outcome.not_done" in repr(done)
