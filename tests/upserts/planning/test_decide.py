"""The decisions of a plan, row by row and for any frame."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from each_case import each_case
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.opt_outs import OPTED_OUT
from pb2b_notebook.upserts.planning.decide import decide, decide_deletions
from pb2b_notebook.upserts.planning.decisions import Rules
from pb2b_notebook.upserts.planning.desired_rows import read_desired, with_full_names
from upsert_frames import ADA, BOB, FIELDS, NOON, actions, leads, planned


def test_rows_are_created_updated_or_unchanged():
    rows = [
        {"email": " ADA@x.example ", "title": "Analyst"},
        {"email": "bob@x.example", "title": "Builder"},
        {"email": "new@x.example", "title": "CEO"},
    ]
    decided = planned(rows, leads(ADA, BOB))
    assert actions(decided) == [("update", None), ("unchanged", None), ("create", None)]
    assert decided.rows["lead_id"].to_list() == ["lead_a", "lead_b", None]
    assert decided.rows["match"].to_list() == ["ada@x.example", "bob@x.example", "new@x.example"]


@each_case("nothing", [None, np.nan, pd.NaT, pd.NA, "", "  "])
def test_a_null_leaves_the_value_of_the_lead(nothing):
    frame = pd.DataFrame({"email": ["ada@x.example"], "title": pd.Series([nothing], dtype=object)})
    assert actions(planned(frame, leads(ADA))) == [("unchanged", None)]


@each_case("nothing", ["N/A", "-", "unknown", "xxx", "keine Angabe", "#NV"])
def test_a_placeholder_replaces_no_value_and_is_named(nothing):
    people = [{"email": "ada@x.example", "title": nothing}, {"email": "bob@x.example", "title": nothing}]
    decided = planned(people, leads(ADA, BOB | {"title": None}))
    assert actions(decided) == [("unchanged", None), ("update", None)]
    assert decided.rows["reason"].to_list() == ["the lead keeps its title: a placeholder replaces no value", None]


def test_signs_replace_signs():
    decided = planned([{"email": "ada@x.example", "title": "***"}], leads(ADA | {"title": "**"}))
    assert actions(decided) == [("update", None)]


def test_clear_empties_the_fields_that_the_row_leaves_blank():
    frame = pd.DataFrame({"email": ["ada@x.example", "bob@x.example"], "title": [None, "Builder"]})
    decided = planned(frame, leads(ADA, BOB), clear=("title",))
    assert actions(decided) == [("update", None), ("unchanged", None)]
    assert decided.changes.select("set title", "was title", "title").rows() == [(True, "Countess", None)]


@each_case(
    ("phone", "action"),
    [
        ("0911/4814620", "unchanged"),
        ("(0911) 481-4620", "unchanged"),
        ("4814620", "unchanged"),
        ("0911/4814621", "update"),
        ("+43 911 4814620", "update"),
        ("14620", "update"),
        ("0911 4814", "update"),
    ],
)
def test_the_national_form_of_a_phone_does_not_overwrite_the_international_one(phone, action):
    decided = planned([{"email": "ada@x.example", "phone": phone}], leads(ADA | {"phone": "+499114814620"}))
    assert actions(decided) == [(action, None)]


@pytest.mark.parametrize(
    ("phone", "action"), [("+499114814620", "unchanged"), ("+499114814621", "update"), ("+499114814620 x61", "update")]
)
def test_a_phone_does_not_lose_its_extension(phone, action):
    before = leads(ADA | {"phone": "+49 911 4814620 ext. 60"})
    assert actions(planned([{"email": "ada@x.example", "phone": phone}], before)) == [(action, None)]


@each_case(
    ("column", "value", "before", "action"),
    [
        ("external_id", 7, "007", "unchanged"),
        ("external_id", 7.0, "007", "unchanged"),
        ("external_id", 4915112345678, "+4915112345678", "unchanged"),
        ("external_id", 1000.0, "1e3", "unchanged"),
        ("external_id", 1.1, "1.10", "unchanged"),
        ("external_id", -5, "-05", "unchanged"),
        ("external_id", 2**53 + 1, "09007199254740993", "unchanged"),
        ("external_id", 2**53 + 1, "9007199254740992", "update"),
        ("external_id", 1.1, "1.11", "update"),
        ("external_id", 7, "700", "update"),
        ("external_id", "7", "007", "update"),
        ("external_id", "'=1+1", "=1+1", "unchanged"),
        ("external_id", "'90s", "90s", "update"),
        ("custom_mobile", 4915112345678, "+4915112345678", "unchanged"),
        ("custom_mobile", "0151 12345678", "+4915112345678", "unchanged"),
    ],
)
def test_a_number_without_its_plus_or_leading_zeros_does_not_overwrite_the_text(column, value, before, action):
    current = leads(ADA | {"external_id": before}).with_columns(custom_mobile=pl.lit(before))
    fields = FIELDS | {"custom_mobile": LeadField("mobile", "phone", builtin=False)}
    mixed = pd.DataFrame({"id": ["lead_a", "lead_0"], column: pd.Series([value, "x"], dtype=object)})
    for frame in (mixed, mixed.head(1).infer_objects()):
        rows = read_desired(frame, fields, match_on="email")
        assert actions(decide(rows, current, Rules()))[0] == (action, None)


@each_case(
    ("text", "before", "after"),
    [
        ("vip, eu", ["vip", "eu"], None),
        ("Berlin, DE", ["Berlin, DE"], None),
        ("a, b, c", ["a, b", "c"], None),
        ("vip, eu, new", ["vip", "eu"], ["vip", "eu", "new"]),
        ("a, b, c, d", ["a, b", "c"], ["a, b", "c", "d"]),
        ("a, b", ["a, b", "c"], ["a, b"]),
        ("a, b, ", ["a", "b"], None),
        ("a,b", ["a", "b"], None),
        ("x, y", ["a", "b"], ["x", "y"]),
        ("Berlin, DE, x", ["vip"], ["Berlin, DE", "x"]),
        ("vip;Berlin, FR", ["vip"], ["vip", "Berlin, FR"]),
        ('["x", "y"]', ["a"], ["x", "y"]),
        ("a,b, c;d", ["a,b", "c;d"], None),
        ("a;b", ["a;b"], None),
        ("a;b, c", ["a;b"], ["a;b", "c"]),
        ("['a']", ["['a']"], None),
        (" a ", [" a "], None),
        (" a , b", [" a "], [" a ", "b"]),
        ("vip;eu", [], ["vip", "eu"]),
        ("", ["vip"], None),
    ],
)
def test_lists_that_were_read_flat_are_written_as_lists(text, before, after):
    rows = pd.DataFrame({"id": ["lead_a", "lead_b"], "tags": [text, None]})
    for frame in (rows, pl.from_pandas(rows), rows.astype({"tags": "category"})):
        decided = planned(frame, leads(ADA | {"tags": before}, BOB | {"tags": ["Berlin, DE"]}))
        assert decided.changes["tags"].to_list() == ([] if after is None else [after])


@pytest.mark.parametrize(("number", "action"), [(6, "unchanged"), (5, "update")])
def test_leads_of_a_service_without_full_names_are_not_changed_by_made_ones(number, action):
    ids = [str(n) for n in range(number)]
    people = pd.DataFrame({"id": ids, "first_name": "Ada", "last_name": "Berg"})
    fields = {name: LeadField(name) for name in ("full_name", "email", "first_name", "last_name")}
    desired = with_full_names(read_desired(people, fields, match_on="email"), fields)
    current = leads(*({"id": each} for each in ids)).with_columns(first_name=pl.lit("Ada"), last_name=pl.lit("Berg"))
    assert actions(decide(desired, current, Rules())) == [(action, None)] * number
    current = current.with_columns(full_name=pl.when(pl.col("id") == "0").then(pl.lit("Ada Berg")))
    assert actions(decide(desired, current, Rules()))[1:] == [("update", None)] * (number - 1)


def test_existing_fill_writes_only_blank_fields():
    rows = [{"email": "ada@x.example", "title": "CEO", "score": 3}, {"email": "bob@x.example", "score": 8}]
    decided = planned(rows, leads(ADA, BOB), existing="fill")
    assert actions(decided) == [("update", None), ("unchanged", None)]
    assert decided.changes.select("set title", "set score").rows() == [(False, True)]
    no_tags = [{"email": "ada@x.example", "tags": []}]
    assert actions(planned(no_tags, leads(ADA | {"tags": []}), existing="fill")) == [("unchanged", None)]


def test_existing_skip_changes_no_lead_and_missing_skip_creates_none():
    rows = [{"email": "ada@x.example", "title": "CEO"}, {"email": "new@x.example", "title": "CEO"}]
    assert actions(planned(rows, leads(ADA), existing="skip")) == [("unchanged", "left_alone"), ("create", None)]
    assert actions(planned(rows, leads(ADA), missing="skip")) == [("update", None), ("unchanged", "not_created")]


def test_a_lead_that_changed_since_it_was_read_is_a_conflict_only_if_a_field_would_change():
    before = NOON - dt.timedelta(seconds=1)
    rows = [
        {"id": "lead_a", "title": "CEO", "updated_at": before},
        {"id": "lead_b", "title": "Builder", "updated_at": before},
    ]
    decided = planned(rows, leads(ADA, BOB))
    assert actions(decided) == [("conflict", "changed_upstream"), ("unchanged", None)]
    assert decided.changes.select("was title", "title").rows() == [("Countess", "CEO")]
    assert actions(planned(rows, leads(ADA, BOB), on_conflict="overwrite"))[0] == ("update", None)


@each_case("status", OPTED_OUT)
@each_case("wanted", ["new", "qualified", "unsubscribed", "bounced"])
@each_case("rules", [{}, {"on_conflict": "overwrite"}, {"existing": "fill"}])
def test_no_plan_changes_an_opted_out_status(status, wanted, rules):
    current = leads(ADA | {"status": status})
    decided = planned([{"id": "lead_a", "status": wanted, "title": "CEO"}], current, **rules)
    assert decided.changes["set status"].to_list() in ([], [False])
    if wanted != status:
        assert "who opted out stays opted out" in decided.rows["reason"][0]


def test_fields_that_only_the_service_sets_must_be_unchanged():
    row = {"id": "lead_a", "title": "CEO", "created_at": NOON, "object": "lead", "import_id": None, "deleted_at": None}
    assert actions(planned([row], leads(ADA))) == [("update", None)]
    changed = row | {"created_at": NOON + dt.timedelta(days=1)}
    assert actions(planned([changed], leads(ADA))) == [("invalid", "read_only_field")]
    fine = {"created_at": NOON + dt.timedelta(microseconds=178_968)}  # as a service may show it
    assert actions(planned([{"id": "lead_a", **fine}], leads(ADA | fine))) == [("unchanged", None)]


def test_an_empty_frame_gives_no_decisions_and_an_empty_workspace_only_creates():
    assert planned(pd.DataFrame({"email": [], "title": []}), leads(ADA)).rows.height == 0
    assert planned([{"email": "a@x.example"}], leads()).rows["action"].to_list() == ["create"]


def test_deletions_refer_to_leads_by_id():
    decided = decide_deletions(["lead_a", "lead_?", "lead_g"], leads(ADA, BOB, {"id": "lead_g", "deleted_at": NOON}))
    assert actions(decided) == [("delete", None), ("invalid", "unknown_id"), ("unchanged", "deleted_already")]


def test_an_id_that_is_named_twice_is_deleted_by_neither_row():
    decided = decide_deletions(["lead_a", "lead_b", "lead_a"], leads(ADA, BOB))
    assert actions(decided) == [("invalid", "duplicate_key"), ("delete", None), ("invalid", "duplicate_key")]


# --- for any frame ---------------------------------------------------------------------------------------------------

emails = st.sampled_from(["a@x.example", " A@X.example", "b@x.example", "c@x.example", "ß@x.example", "SS@x.example"])
ids = st.sampled_from(["lead_1", "lead_2", "lead_3", "lead_9"])
titles = st.one_of(st.none(), st.sampled_from(["CEO", "CTO", "", "  "]))
statuses = st.sampled_from(["new", "qualified", "unsubscribed", "bounced"])
wanted_rows = st.fixed_dictionaries(
    {"id": st.one_of(st.none(), ids), "email": st.one_of(st.none(), emails), "title": titles,
     "status": st.one_of(st.none(), statuses), "score": st.one_of(st.none(), st.integers(0, 3))}
)  # fmt: skip
current_rows = st.lists(
    st.fixed_dictionaries(
        {"id": ids, "email": st.one_of(st.none(), emails), "title": titles, "status": statuses,
         "score": st.one_of(st.none(), st.integers(0, 3)), "deleted_at": st.one_of(st.none(), st.just(NOON))}
    ),
    unique_by=lambda row: row["id"], max_size=3,
)  # fmt: skip
rules = st.fixed_dictionaries(
    {"existing": st.sampled_from(["overwrite", "fill", "skip"]), "missing": st.sampled_from(["create", "skip"])}
)


def applied(current, decided):
    """Return the leads as they are after a plan, by the rules of the contract."""
    after = {row["id"]: dict(row) for row in current}
    changes = {row["row"]: row for row in decided.changes.iter_rows(named=True)}
    for row in decided.rows.iter_rows(named=True):
        if row["action"] not in {"create", "update"}:
            continue
        lead = after.setdefault(row["lead_id"] or f"new {row['row']}", {"email": row["match"], "status": "new"})
        sets = {name: changes[row["row"]][name] for name in decided.fields if changes[row["row"]][f"set {name}"]}
        lead |= sets
    return after


@settings(max_examples=12)
@given(st.lists(wanted_rows, max_size=5), current_rows, rules)
def test_every_row_has_a_decision_and_no_lead_is_written_or_created_twice(rows, current, chosen):
    frame = pl.DataFrame(rows, schema={"id": pl.String, "email": pl.String, "title": pl.String, "status": pl.String,
                                       "score": pl.Int64})  # fmt: skip
    decided = planned(frame, leads(*current), **chosen)
    assert decided.rows["row"].to_list() == list(range(len(rows)))
    assert sum(decided.counts.values()) == len(rows)
    after = applied(current, decided)
    for lead in current:
        if lead["status"] in OPTED_OUT:
            assert after[lead["id"]]["status"] == lead["status"]
        if lead["deleted_at"]:
            assert after[lead["id"]] == lead
    targets = list(decided.rows.filter(pl.col("action") == "update")["lead_id"])
    assert len(set(targets)) == len(targets)
    created = decided.rows.filter(pl.col("action") == "create")["match"].str.strip_chars().to_list()
    live = {(lead["email"] or "").strip().casefold() for lead in current if not lead["deleted_at"]}
    assert not {email.casefold() for email in created} & live
    assert len({email.casefold() for email in created}) == len(created)


@settings(max_examples=12)
@given(st.lists(wanted_rows, max_size=5), current_rows, rules)
def test_a_plan_has_nothing_to_write_after_it_was_applied(rows, current, chosen):
    frame = pl.DataFrame(rows, schema={"id": pl.String, "email": pl.String, "title": pl.String, "status": pl.String,
                                       "score": pl.Int64})  # fmt: skip
    first = planned(frame, leads(*current), **chosen)
    after = [row | {"id": lead_id} for lead_id, row in applied(current, first).items()]
    again = planned(frame, leads(*after), **chosen)
    done = first.rows.filter(pl.col("action").is_in(["create", "update", "unchanged"]))["row"]
    left = again.rows.filter(pl.col("row").is_in(done.implode()) & pl.col("action").is_in(["create", "update"]))
    assert left.height == 0


# --- merges ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("existing", ["overwrite", "fill"])
def test_a_merge_updates_survivors_and_tags_the_merged_leads(existing):
    current = leads(ADA | {"tags": ["vip"]}, ADA | {"id": "lead_2", "status": "unsubscribed", "tags": ["x"]})
    rows = pl.DataFrame(
        {
            "id": ["lead_a", "lead_2"],
            "status": ["unsubscribed"] * 2,
            "merged_into": [None, "lead_a"],
            "tags": [["vip"], None],
        },
        schema_overrides={"tags": pl.List(pl.String)},
    )
    decided = planned(rows, current, existing=existing)
    assert [action for action, _ in actions(decided)] == ["update", "update"]
    changes = decided.changes
    assert changes["set status"].to_list() == [True, False]
    assert changes.filter(pl.col("row") == 1).select("set merged_into", "set tags", "tags").rows() == [
        (True, True, ["x", "merged"])
    ]
    after = leads(
        ADA | {"tags": ["vip"], "status": "unsubscribed"},
        ADA | {"id": "lead_2", "status": "unsubscribed", "tags": ["x", "merged"], "merged_into": "lead_a"},
    )
    assert planned(rows, after, existing=existing).counts["unchanged"] == 2


def test_a_frame_as_it_was_read_tags_no_lead_that_was_merged_before():
    merged = ADA | {"merged_into": "lead_b", "tags": ["x"]}
    frame = leads(merged, BOB).select("id", "merged_into", "tags")
    assert planned(frame, leads(merged, BOB)).counts["unchanged"] == 2
    assert planned(frame.drop("tags"), leads(merged, BOB)).counts["unchanged"] == 2


@pytest.mark.parametrize(
    ("texts", "lists"),
    [
        (["vip, eu", "new"], [["vip", "eu"], ["new"]]),
        (["vip; Berlin, DE", "Paris, FR"], [["vip", "Berlin, DE"], ["Paris, FR"]]),
        (["x, Berlin, DE", None], [["x", "Berlin, DE"], None]),
    ],
)
def test_a_new_lead_gets_the_items_of_joined_text(texts, lists):
    frame = pd.DataFrame({"email": ["n1@x.example", "n2@x.example"], "tags": texts})
    frame = pd.concat([frame, pd.DataFrame({"email": ["ada@x.example"], "tags": ["Berlin, DE"]})])
    decided = planned(frame, leads(ADA | {"tags": ["Berlin, DE"]}))
    assert decided.changes["tags"].to_list() == lists


def test_lists_that_were_not_edited_are_unchanged():
    current = leads(ADA | {"tags": [" a ", "b"]})
    assert planned(current.select("id", "tags"), current).counts["unchanged"] == 1
    assert planned([{"id": "lead_a", "tags": ["a", "b", "c"]}], current).changes["tags"].to_list() == [["a", "b", "c"]]
