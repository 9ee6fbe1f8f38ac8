"""``ws.leads.plan`` and ``ws.leads.plan_delete``."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from fault_proxy import CutReply
from pb2b_notebook import errors
from upsert_frames import leads_of, people


def test_plan_delete_deletes_each_lead_once_and_refuses_what_is_not_a_list_of_ids(ws, oracle, proxy):
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


def test_a_mapping_reads_the_columns_of_a_file(ws, oracle):

    frame = pd.DataFrame({"E-Mail": ["new0@plan.example", "nobody"], "Punkte": ["7", "viele"]})
    mapping = pb.Mapping({"E-Mail": "email", "Punkte": "score"}, defaults={"source": "show"})
    plan = ws.leads.plan(frame, mapping)
    assert plan.rows["action"].tolist() == ["create", "invalid"]
    assert set(plan.problems["row"]) == {1}
    plan.apply()
    assert leads_of(oracle).select("score", "source").rows() == [(7, "show")]


def test_a_plan_leaves_out_what_a_mapping_kept_for_duplicates_and_says_so(ws, oracle):
    frame = pd.DataFrame({"E-Mail": ["new1@plan.example"], "Name": ["Ada Berg"], "Geburtsdatum": ["7.3.1985"]})
    mapping = pb.Mapping.suggest(frame, ws.lead_fields.list())
    assert mapping.roles == {"Geburtsdatum": "date"}
    applied = mapping.apply(frame)
    assert applied.columns.tolist() == ["email", "full_name", "Geburtsdatum"]
    plan = ws.leads.plan(applied)
    assert "Geburtsdatum: not lead fields" in repr(plan)
    assert set(plan.differences["field"]) == {"email", "full_name"}
    assert ws.leads.plan(frame, mapping).differences.equals(plan.differences)
    for wrong in ("custom_birth_date", "emial"):
        with pytest.raises(errors.InvalidParameterError, match="no lead field for the column"):
            ws.leads.plan(applied.rename(columns={"Geburtsdatum": wrong}))


def test_a_plan_of_the_unchanged_list_has_nothing_to_write(ws, oracle):
    oracle.leads.delete(oracle.leads.list(limit=1)["id"][0])
    read = ws.leads.list(include_deleted=True)
    assert ws.leads.plan(read).summary["unchanged"] == len(read)


def test_the_former_name_of_compare_with_still_works_and_warns(ws):
    frame = pd.DataFrame({"email": ["ada@example.com"]})
    with pytest.warns(DeprecationWarning, match=r"plan\(against=…\) was renamed: write compare_with=…"):
        plan = ws.leads.plan(frame, against="service")
    assert plan == ws.leads.plan(frame, compare_with="service")


@pytest.mark.parametrize("ids", [pd.DataFrame({"id": ["lead_1"]}), pd.DataFrame, "lead_1", 7])
def test_plan_delete_takes_ids_and_not_a_frame(ws, ids):
    with pytest.raises(errors.InvalidParameterError, match="plan_delete takes a list of ids"):
        ws.leads.plan_delete(ids)


def test_a_value_that_is_not_a_frame_is_named_by_its_own_type(ws):
    with pytest.raises(errors.InvalidParameterError, match="not Workspace"):
        ws.leads.plan(ws)


def test_a_key_without_lead_fields_plans_dates_of_another_frame(service, ws, oracle):
    lead = oracle.leads.list(limit=1)["id"][0]
    oracle.leads.update(lead, custom_fields={"renewal_date": "2026-05-01", "demo_at": "2026-05-01T10:00:00Z"})
    read = oracle.leads.list(ids=[lead])[["id", "title", "custom_renewal_date", "custom_demo_at"]]
    scopes = ["me.read", "leads.read", "leads.write"]
    with pb.connect(service.sandbox.create_key(scopes=scopes), base_url=oracle.base_url) as few:
        few.leads.list(limit=1)  # it learns the custom fields from the leads
        assert few.leads.plan(read).summary["unchanged"] == 1
        later = read.assign(custom_renewal_date=pd.Timestamp("2026-06-01"))
        assert few.leads.plan(later).diff["after"].tolist() == ["2026-06-01"]


def test_who_wants_no_calls_is_planned_without_the_phone_as_an_intake_does():
    people = pd.DataFrame(
        {
            "full_name": ["Ada Berg", "Bo Falk", "Gus Hale", "Di Lund"],
            "email": ["ada@nord.example", "bo@sud.example", "gus@hale.example", "di@west.example"],
            "phone": [f"+43 1 234567{digit}" for digit in range(4)],
            "Do Not Phone": ["yes", None, "yes", "unsubscribed"],
        }
    )
    with pb.open_sandbox(leads=0) as ws:
        ws.leads.create(full_name="Gus Hale", email="gus@hale.example", phone="+43 1 2222222")
        plan = ws.leads.plan(people, {name: name for name in ("full_name", "email", "phone")})
        assert [*plan.suppressed["row"]] == [3]
        plan.apply()
        leads = ws.leads.list(frame="polars").sort("email")
        assert leads["phone"].to_list() == [None, "+43 1 2345671", "+43 1 2222222"]


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("fields", [None, ["full_name", "email"]])
def test_a_column_that_says_who_opted_out_is_read_whichever_fields_are_written(library, fields):
    people = {
        "full_name": ["Ada Berg", "Bo Falk"],
        "email": ["ada@nord.example", "bo@sud.example"],
        "Unsubscribed": ["yes", "no"],
    }
    with pb.open_sandbox(leads=0) as ws:
        plan = ws.leads.plan(library(people), fields=fields)
        assert ([*plan.suppressed["row"]], plan.summary["create"]) == ([0], 1)
