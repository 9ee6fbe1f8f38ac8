"""What a plan decides, row by row: pure, in both libraries, for any frame."""

import datetime as dt

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pb2b_notebook import errors
from pb2b_notebook.mapping import LeadField
from pb2b_notebook.upserts.decisions import SUPPRESSED, Rules
from pb2b_notebook.upserts.desired import read_desired
from pb2b_notebook.upserts.planning import decide, decide_deletions

FIELDS = {
    one.column: one
    for one in (
        LeadField("email", "email"),
        LeadField("external_id"),
        LeadField("title"),
        LeadField("score", "number"),
        LeadField("tags", "multi_select"),
        LeadField("status", "select", options=("new", "contacted", "qualified", "unsubscribed", "bounced")),
        LeadField("merged_into"),
        LeadField("last_contacted_at", "datetime"),
        LeadField("renewal", "date", builtin=False),
        LeadField("budget", "number", builtin=False),
        LeadField("opt_in", "boolean", builtin=False),
    )
}
NOON = dt.datetime(2026, 3, 10, 12, tzinfo=dt.UTC)


def leads(*rows):
    """Current leads: an id, an e-mail, and whatever else."""
    blank = {"external_id": None, "status": "new", "merged_into": None, "deleted_at": None, "updated_at": NOON}
    blank |= {"title": None, "score": None, "tags": [], "custom_budget": None, "created_at": NOON, "import_id": None}
    schema = {"deleted_at": pl.Datetime("us", "UTC"), "updated_at": pl.Datetime("us", "UTC"), "score": pl.Int64}
    schema |= {"tags": pl.List(pl.String), "custom_budget": pl.Float64, "created_at": pl.Datetime("us", "UTC")}
    names = ["id", "email", *blank]
    found = [blank | row for row in rows]
    return pl.DataFrame(
        {name: [row.get(name) for row in found] for name in names},
        schema={name: schema.get(name, pl.String) for name in names},
    )


def planned(rows, current, *, only=None, **rules):
    """Actions and codes of a frame given as rows."""
    frame = rows if hasattr(rows, "columns") else pd.DataFrame(rows)
    made = Rules(**rules)
    return decide(read_desired(frame, FIELDS, match_on=made.match_on, only=only), current, made)


def actions(decided):
    return list(decided.rows.select("action", "code").iter_rows())


ADA = {"id": "lead_a", "email": "ada@x.example", "title": "Countess"}
BOB = {"id": "lead_b", "email": "bob@x.example", "title": "Builder", "score": 7}


def test_rows_are_created_updated_or_left():
    rows = [
        {"email": " ADA@x.example ", "title": "Analyst"},
        {"email": "bob@x.example", "title": "Builder"},
        {"email": "new@x.example", "title": "CEO"},
    ]
    decided = planned(rows, leads(ADA, BOB))
    assert actions(decided) == [("update", None), ("unchanged", None), ("create", None)]
    assert decided.rows["lead_id"].to_list() == ["lead_a", "lead_b", None]
    assert decided.rows["match"].to_list() == ["ada@x.example", "bob@x.example", "new@x.example"]


def test_an_id_comes_first_so_that_a_corrected_address_makes_no_second_lead():
    decided = planned([{"id": "lead_a", "email": "ada@correct.example"}], leads(ADA, BOB))
    assert actions(decided) == [("update", None)]
    assert decided.rows["single"].to_list() == [True]
    assert decided.changes["was email"].to_list() == ["ada@x.example"]


def test_a_row_by_id_whose_key_stays_goes_in_bulk():
    assert planned([{"id": "lead_a", "title": "CEO"}], leads(ADA)).rows["single"].to_list() == [False]


def test_leads_that_share_a_key_are_changed_by_id_and_never_by_key():
    twins = leads(ADA, ADA | {"id": "lead_2"})
    assert actions(planned([{"email": "ada@x.example", "title": "CEO"}], twins)) == [("conflict", "ambiguous_match")]
    assert planned([{"id": "lead_2", "title": "CEO"}], twins).rows["single"].to_list() == [True]


def test_a_duplicate_that_was_merged_is_not_what_a_key_means():
    merged = leads(ADA, ADA | {"id": "lead_2", "merged_into": "lead_a"})
    decided = planned([{"email": "ada@x.example", "title": "CEO"}], merged)
    assert decided.rows.select("action", "lead_id", "single").rows() == [("update", "lead_a", True)]


@pytest.mark.parametrize(
    "rows",
    [
        [{"email": "New@x.example"}, {"email": "new@x.example "}],
        [{"id": "lead_a"}, {"id": "lead_a"}],
        [{"email": "ada@x.example"}, {"id": "lead_a"}],
        [{"id": "lead_a", "email": "moved@x.example"}, {"email": "moved@x.example"}],
    ],
    ids=["key", "id", "key and id", "a key that another row takes"],
)
def test_two_rows_for_one_lead_are_found(rows):
    codes = [
        code for _, code in actions(planned([row | {"title": f"CEO {n}"} for n, row in enumerate(rows)], leads(ADA)))
    ]
    assert codes[-1] == "duplicate_key"


def test_a_deleted_lead_does_not_match_and_is_not_changed():
    gone = leads(ADA | {"deleted_at": NOON})
    assert actions(planned([{"email": "ada@x.example", "title": "CEO"}], gone)) == [("create", None)]
    assert actions(planned([{"id": "lead_a", "title": "CEO"}], gone)) == [("conflict", "lead_deleted")]


def test_an_unknown_id_and_a_missing_key_are_invalid():
    decided = planned([{"id": "lead_?", "title": "CEO"}, {"id": None, "title": "CEO"}], leads(ADA))
    assert actions(decided) == [("invalid", "unknown_id"), ("invalid", "missing_key")]


@pytest.mark.parametrize("nothing", [None, np.nan, pd.NaT, pd.NA, "", "  "])
def test_a_null_leaves_the_value_as_it_is(nothing):
    frame = pd.DataFrame({"email": ["ada@x.example"], "title": pd.Series([nothing], dtype=object)})
    assert actions(planned(frame, leads(ADA))) == [("unchanged", None)]


def test_clear_empties_what_the_row_leaves_blank():
    frame = pd.DataFrame({"email": ["ada@x.example", "bob@x.example"], "title": [None, "Builder"]})
    decided = planned(frame, leads(ADA, BOB), clear=("title",))
    assert actions(decided) == [("update", None), ("unchanged", None)]
    assert decided.changes.select("set title", "was title", "title").rows() == [(True, "Countess", None)]


def test_fill_writes_into_blanks_only():
    rows = [{"email": "ada@x.example", "title": "CEO", "score": 3}, {"email": "bob@x.example", "score": 8}]
    decided = planned(rows, leads(ADA, BOB), existing="fill")
    assert actions(decided) == [("update", None), ("unchanged", None)]
    assert decided.changes.select("set title", "set score").rows() == [(False, True)]


def test_skip_leaves_existing_and_missing_leads():
    rows = [{"email": "ada@x.example", "title": "CEO"}, {"email": "new@x.example", "title": "CEO"}]
    assert actions(planned(rows, leads(ADA), existing="skip")) == [("unchanged", "left_alone"), ("create", None)]
    assert actions(planned(rows, leads(ADA), missing="skip")) == [("update", None), ("unchanged", "not_created")]


def test_a_lead_that_was_changed_since_it_was_read_is_a_conflict_if_anything_would_change():
    before = NOON - dt.timedelta(seconds=1)
    rows = [
        {"id": "lead_a", "title": "CEO", "updated_at": before},
        {"id": "lead_b", "title": "Builder", "updated_at": before},
    ]
    decided = planned(rows, leads(ADA, BOB))
    assert actions(decided) == [("conflict", "changed_upstream"), ("unchanged", None)]
    assert decided.changes.select("was title", "title").rows() == [("Countess", "CEO")]
    assert actions(planned(rows, leads(ADA, BOB), on_conflict="overwrite"))[0] == ("update", None)


@pytest.mark.parametrize("status", SUPPRESSED)
@pytest.mark.parametrize("wanted", ["new", "qualified", "unsubscribed", "bounced"])
@pytest.mark.parametrize("rules", [{}, {"on_conflict": "overwrite"}, {"existing": "fill"}])
def test_no_lead_leaves_an_opted_out_status(status, wanted, rules):
    current = leads(ADA | {"status": status})
    decided = planned([{"id": "lead_a", "status": wanted, "title": "CEO"}], current, **rules)
    assert decided.changes["set status"].to_list() in ([], [False])
    if wanted != status:
        assert "suppression wins" in decided.rows["reason"][0]


def test_what_only_the_service_sets_may_come_along_unchanged():
    row = {"id": "lead_a", "title": "CEO", "created_at": NOON, "object": "lead", "import_id": None, "deleted_at": None}
    assert actions(planned([row], leads(ADA))) == [("update", None)]
    changed = row | {"created_at": NOON + dt.timedelta(days=1)}
    assert actions(planned([changed], leads(ADA))) == [("invalid", "read_only_field")]


@pytest.mark.parametrize(
    ("frame", "options", "word"),
    [
        ({"email": ["a@x.example"], "titel": ["CEO"]}, {}, "title"),
        ({"email": ["a@x.example"], "created_at": [NOON]}, {"only": ["created_at"]}, "only the service sets"),
        ({"email": ["a@x.example"]}, {"only": ["title"]}, "no column"),
        ({"email": ["a@x.example"]}, {"only": "title"}, "list"),
        ({"email": ["a@x.example"], "object": ["job"]}, {}, "not of leads"),
        ({"email": ["a@x.example"], 7: ["x"]}, {}, "not text"),
    ],
)
def test_a_frame_that_does_not_hold_leads_is_refused(frame, options, word):
    with pytest.raises(errors.InvalidParameterError, match=word):
        planned(pd.DataFrame(frame), leads(ADA), **options)


# --- types -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "column",
    [
        pd.Series([7, None]),
        pd.Series([7, None], dtype="Int64"),
        pd.Series([np.int8(7), None], dtype=object),
        pd.Series([np.float32(7), np.nan], dtype=object),
        pd.Series(["7", None]),
        pd.Series(["7", ""]).astype("category"),
        pd.Series([7, 7]).astype("category").where([True, False]),
        pl.Series([7, None], dtype=pl.UInt8),
        pl.Series(["7", " "], dtype=pl.Categorical),
        pl.Series([7.0, float("nan")]),
    ],
    ids=str,
)
def test_a_number_is_a_number_whatever_the_library_calls_it(column):
    library = pl if isinstance(column, pl.Series) else pd
    frame = library.DataFrame({"email": ["ada@x.example", "bob@x.example"], "score": column})
    decided = planned(frame, leads(ADA | {"score": 7}, BOB))
    assert actions(decided) == [("unchanged", None), ("unchanged", None)]


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("score", [7.5, "many", True, [1], {"a": 1}, float("inf"), 2**70]),
        ("last_contacted_at", [dt.datetime(2026, 3, 10), "2026-03-10 12:00", "soon", pd.Timestamp("2026-03-10")]),  # noqa: DTZ001
        ("custom_renewal", [NOON, "10.03.2026"]),
        ("custom_opt_in", ["maybe", 2]),
        ("title", [{"a": 1}, True, ["x"]]),
        ("tags", [[1, 2], {"a": 1}]),
        ("custom_budget", [2**53 + 1, float("-inf"), "1,5"]),
        ("status", ["gone"]),
    ],
)
def test_a_cell_of_another_type_makes_its_row_invalid_and_no_other(column, values):
    for value in values:
        frame = pd.DataFrame(
            {"email": ["ada@x.example", "new@x.example"], column: pd.Series([None, value], dtype=object)}
        )
        decided = planned(frame, leads(ADA))
        assert actions(decided) == [("unchanged", None), ("invalid", "unconverted")], value
        assert decided.rows["field"].to_list() == [None, column]
        assert "x.example" not in decided.rows["reason"][1]


@pytest.mark.parametrize(
    "column",
    [pd.Series([dt.datetime(2026, 3, 10, 12)]), pl.Series([dt.datetime(2026, 3, 10, 12)])],  # noqa: DTZ001
)
def test_a_naive_time_is_no_instant(column):
    library = pl if isinstance(column, pl.Series) else pd
    frame = library.DataFrame({"email": ["ada@x.example"], "last_contacted_at": column})
    assert actions(planned(frame, leads(ADA))) == [("invalid", "unconverted")]


def test_half_a_character_is_no_text():
    frame = pd.DataFrame({"email": ["ada@x.example"], "title": pd.Series(["\ud800"], dtype=object)})
    assert actions(planned(frame, leads(ADA))) == [("invalid", "unconverted")]


def test_more_than_milliseconds_is_no_change():
    told = dt.datetime(2026, 3, 10, 12, 0, 0, 123456, tzinfo=dt.timezone(dt.timedelta(hours=1)))
    kept = dt.datetime(2026, 3, 10, 11, 0, 0, 123000, tzinfo=dt.UTC)
    current = leads(ADA).with_columns(last_contacted_at=pl.lit(kept))
    rows = [{"email": "ada@x.example", "last_contacted_at": told}]
    assert actions(planned(rows, current)) == [("unchanged", None)]


def test_an_index_with_duplicates_is_only_a_label():
    frame = pd.DataFrame({"email": ["ada@x.example", "bob@x.example"], "title": ["CEO", "CEO"]}, index=["x", "x"])
    assert [action for action, _ in actions(planned(frame, leads(ADA, BOB)))] == ["update", "update"]


def test_an_empty_frame_plans_nothing():
    assert planned(pd.DataFrame({"email": [], "title": []}), leads(ADA)).rows.height == 0
    assert planned([{"email": "a@x.example"}], leads()).rows["action"].to_list() == ["create"]


def test_deletions_are_by_id_alone():
    decided = decide_deletions(["lead_a", "lead_?", "lead_g"], leads(ADA, BOB, {"id": "lead_g", "deleted_at": NOON}))
    assert actions(decided) == [("delete", None), ("invalid", "unknown_id"), ("unchanged", "deleted_already")]


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
    """The leads after a plan, by the contract's own words."""
    after = {row["id"]: dict(row) for row in current}
    changes = {row["row"]: row for row in decided.changes.iter_rows(named=True)}
    for row in decided.rows.iter_rows(named=True):
        if row["action"] not in {"create", "update"}:
            continue
        lead = after.setdefault(row["lead_id"] or f"new {row['row']}", {"email": row["match"], "status": "new"})
        sets = {name: changes[row["row"]][name] for name in decided.fields if changes[row["row"]][f"set {name}"]}
        lead |= sets
    return after


@settings(deadline=None, max_examples=60)
@given(st.lists(wanted_rows, max_size=5), current_rows, rules)
def test_a_plan_accounts_for_every_row_and_keeps_every_promise(rows, current, chosen):
    frame = pl.DataFrame(rows, schema={"id": pl.String, "email": pl.String, "title": pl.String, "status": pl.String,
                                       "score": pl.Int64})  # fmt: skip
    decided = planned(frame, leads(*current), **chosen)
    assert decided.rows["row"].to_list() == list(range(len(rows)))
    assert sum(decided.counts.values()) == len(rows)
    after = applied(current, decided)
    for lead in current:
        if lead["status"] in SUPPRESSED:
            assert after[lead["id"]]["status"] == lead["status"]
        if lead["deleted_at"]:
            assert after[lead["id"]] == lead
    targets = list(decided.rows.filter(pl.col("action") == "update")["lead_id"])
    assert len(set(targets)) == len(targets)
    created = decided.rows.filter(pl.col("action") == "create")["match"].str.strip_chars().to_list()
    live = {(lead["email"] or "").strip().casefold() for lead in current if not lead["deleted_at"]}
    assert not {one.casefold() for one in created} & live
    assert len({one.casefold() for one in created}) == len(created)


@settings(deadline=None, max_examples=60)
@given(st.lists(wanted_rows, max_size=5), current_rows, rules)
def test_a_plan_after_it_was_applied_has_nothing_left_to_do(rows, current, chosen):
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
def test_a_merge_updates_survivors_and_tags_the_others(existing):
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


def test_rows_that_were_merged_before_they_were_leads_are_not_sent():
    rows = pl.DataFrame({"email": ["new@x.example", "new@x.example"], "merged_into": [None, "0"]})
    assert actions(planned(rows, leads(ADA))) == [("create", None), ("unchanged", "merged_away")]


@pytest.mark.parametrize(("survivor", "code"), [("lead_?", "unknown_survivor"), ("lead_a", "own_survivor")])
def test_a_survivor_is_another_lead_of_the_workspace(survivor, code):
    rows = [{"id": "lead_a", "merged_into": survivor}]
    assert actions(planned(rows, leads(ADA, BOB))) == [("invalid", code)]


def test_a_lead_whose_key_another_row_comes_to_share_is_changed_by_id():
    rows = [{"id": "lead_a", "email": "bob@x.example", "title": None}, {"id": "lead_b", "email": None, "title": "CEO"}]
    assert planned(rows, leads(ADA, BOB)).rows["single"].to_list() == [True, True]


def test_rows_that_mean_one_lead_are_named_and_those_that_say_the_same_count_once():
    rows = [
        {"email": "new@plan.example", "title": "CEO"},
        {"email": "NEW@plan.example", "title": "CTO"},
        {"email": "two@plan.example", "title": "CEO"},
        {"email": "two@plan.example", "title": "CEO"},
        *({"email": "six@plan.example", "title": str(n)} for n in range(6)),
    ]
    decided = planned(rows, leads(ADA)).rows
    assert decided["action"].to_list() == ["invalid"] * 2 + ["create", "unchanged"] + ["invalid"] * 6
    assert decided["code"].to_list()[:4] == ["duplicate_key"] * 2 + [None, "repeated"]
    assert decided["reason"][0].startswith(
        "rows 0, 1 of the frame refer to the same lead; merge them with pb.cleanup.merge"
    )
    assert decided["reason"][3] == "has the same values as row 2 of the frame, which is sent for both"
    assert decided["reason"][4].startswith("rows 4, 5, 6, 7, 8, … of the frame")
    assert "plan.example" not in "".join(decided["reason"].drop_nulls())
