"""Plans as values: how they are shown, and rows named by their index label."""

import pandas as pd
import pytest

from pb2b_notebook import errors
from upsert_frames import people


def test_html_in_a_lead_is_escaped_in_the_plan(ws):
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


def labelled(labels):
    emails = ["one@x.example", "nobody", "two@x.example"]
    return pd.DataFrame({"email": emails, "title": ["CEO", "CTO", "CFO"]}, index=pd.Index(labels))


@pytest.mark.parametrize("labels", [[10, 20, 30], ["a", "b", "c"], [2, 0, 1]], ids=["numbers", "texts", "shuffled"])
def test_rows_of_a_pandas_frame_are_named_by_their_index_label(ws, labels):
    plan = ws.leads.plan(labelled(labels))
    assert list(plan.rows.index) == labels
    assert set(plan.problems["row"]) == {labels[1]}
    assert set(plan.diff["row"]) == {labels[0], labels[2]}
    assert plan.without([labels[2]]).rows["action"].tolist() == ["create", "invalid", "unchanged"]
    fixed = plan.edited({labels[1]: {"email": "three@x.example"}})
    assert fixed.rows["action"].tolist() == ["create"] * 3
    assert plan.positions_of(plan.labels_of([2, 0])) == [2, 0]


def test_a_shared_or_unknown_label_is_refused_without_showing_values(ws):
    plan = ws.leads.plan(labelled(["ada", "ada", "bob"]))
    assert set(plan.diff["row"]) == {"ada", "bob"}
    with pytest.raises(errors.InvalidParameterError, match="several rows have the same index label") as caught:
        plan.without(["ada"])
    assert "ada@" not in str(caught.value)
    with pytest.raises(errors.InvalidParameterError, match="no such label"):
        plan.without(["cy"])
    assert plan.without(["bob"]).summary["create"] == 1


def test_messages_name_rows_by_their_index_label(ws):
    emails = ["t@b.example", "t@b.example", "u@b.example", "u@b.example"]
    frame = pd.DataFrame({"email": emails, "city": list("xyzz")}, index=[7, 9, 0, 1])
    reasons = ws.leads.plan(frame).rows["reason"]
    assert reasons[7].startswith("rows 7, 9 of the frame refer to the same lead")
    assert reasons[1] == "has the same values as row 0 of the frame, which is sent for both"


def test_a_refused_edit_names_its_row_by_the_label(ws):
    plan = ws.leads.plan(pd.DataFrame({"email": ["e1@x.example", "e2@x.example"]}, index=[1, 0]))
    with pytest.raises(errors.InvalidParameterError, match="row 1, email: "):
        plan.edited({1: {"email": "nope"}})


@pytest.mark.parametrize("source", [pd.DataFrame({"email": []}), ["mirror"], "leads.csv", 1])
def test_compare_with_takes_the_name_of_a_source_only(ws, source):
    with pytest.raises(errors.InvalidParameterError, match="compare_with must be 'mirror' or 'service'"):
        ws.leads.plan(pd.DataFrame({"email": ["a@x.example"]}), compare_with=source)
