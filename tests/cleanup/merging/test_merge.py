"""Golden records: every value comes from a row, an opted-out status wins, no row is lost, merges can be undone."""

import math

import pandas as pd
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from each_case import each_case
from frame_libraries import rows_of
from pb2b_notebook import cleanup
from pb2b_notebook.errors import CleanupError

LEADS = {
    "id": ["l1", "l2", "l3", "l4"],
    "cluster_id": ["c1", "c1", "c1", "c2"],
    "full_name": ["Bob Hale", "Robert Hale", None, "Ada Berg"],
    "first_name": ["Bob", "Robert", None, "Ada"],
    "email": ["bob@old.example", None, "r.hale@new.example", "ada@b.example"],
    "phone": ["+12125550112", None, None, None],
    "company_name": ["Old Inc.", None, "New GmbH", "B AG"],
    "company_domain": ["old.example", "old.example", None, "b.example"],
    "source": ["import", "website", "event", "import"],
    "status": ["new", "contacted", "replied", "new"],
    "score": [1, None, 3, 4],
    "tags": [["a", "b"], ["b", "c"], [], ["d"]],
    "updated_at": ["2026-01-01", "2026-02-01", "2026-03-01", "2026-01-01"],
}


def merge(frame, **options):
    """Merge rows of different companies, as a person would who knows that c1 has changed jobs."""
    return cleanup.merge(frame, confirmed=["c1"], **options)


def by_id(frame):
    frame = frame.collect() if isinstance(frame, pl.LazyFrame) else frame
    rows = frame.to_dicts() if isinstance(frame, pl.DataFrame) else frame.astype(object).to_dict("records")
    return {
        row["id"]: {key: None if isinstance(v, float) and math.isnan(v) else v for key, v in row.items()}
        for row in rows
    }


def test_each_field_follows_its_rule(make_frame):
    found = by_id(merge(make_frame(LEADS)).frame)
    kept = found["l1"]
    assert kept["merged_into"] is None
    assert found["l2"]["merged_into"] == found["l3"]["merged_into"] == "l1"
    assert (kept["full_name"], kept["first_name"]) == ("Bob Hale", "Bob")
    assert kept["email"] == "r.hale@new.example"
    assert kept["phone"] == "+12125550112"
    assert list(kept["tags"]) == ["a", "b", "c"]
    assert found["l4"]["merged_into"] is None


def test_a_domain_is_never_taken_from_a_row_that_names_another_company():
    kept = by_id(merge(pd.DataFrame(LEADS)).frame)["l1"]
    assert kept["company_name"] == "New GmbH"
    # Row 2 names no company and has the old domain: it may be taken; row 1 names another and may not.
    assert merge(pd.DataFrame(LEADS)).provenance.query("field == 'company_domain'")["row"].tolist() == ["l2"]
    other = {**LEADS, "company_domain": ["old.example", None, None, "b.example"]}
    provenance = merge(pd.DataFrame(other)).provenance
    assert provenance.query("field == 'company_domain'").empty


@each_case(
    ("states", "expected"),
    [
        (["new", "unsubscribed", "replied"], "unsubscribed"),
        (["bounced", "new", "qualified"], "bounced"),
        (["bounced", "new", "unsubscribed"], "unsubscribed"),
        (["new", "contacted", "qualified"], "qualified"),
    ],
)
@each_case("rule", [None, "longest", "most_complete", "most_trusted"])
def test_opted_out_and_bounced_always_win(states, expected, rule):
    frame = pd.DataFrame({**LEADS, "status": [*states, "new"]})
    merged = merge(frame, rules={"status": rule} if rule else None)
    status = by_id(merged.frame)["l1"]["status"]
    if expected in {"unsubscribed", "bounced"}:
        assert status == expected
        assert merged.opted_out == 1
    elif rule is None:
        assert status == expected
    with pytest.raises(CleanupError, match="one status"):
        cleanup.merge(frame, rules={"status": "union"})


def test_rules_trust_and_provenance():
    merged = merge(
        pd.DataFrame(LEADS), rules={"full_name": "most_trusted", "score": "most_recent"}, trusted=["event", "import"]
    )
    kept = by_id(merged.frame)["l1"]
    assert (kept["full_name"], kept["first_name"], kept["score"]) == ("Bob Hale", "Bob", 3)
    line = merged.provenance.query("field == 'score'").iloc[0]
    assert (line["row"], line["rule"], line["changed"], line["rejected"]) == ("l3", "most_recent", True, 1)


@pytest.mark.parametrize("garbled", ["Gunilla HÃ¤ggkvist", "Gunilla HÃƒÂ¤ggkvist"])
def test_the_longest_name_is_never_mojibake(garbled):
    frame = pd.DataFrame({"id": ["l1", "l2"], "cluster_id": ["a", "a"], "full_name": ["Gunilla Häggkvist", garbled]})
    assert cleanup.merge(frame).golden["full_name"].tolist() == ["Gunilla Häggkvist"]
    assert cleanup.merge(frame.assign(full_name=garbled)).golden["full_name"].tolist() == [garbled]


def test_excluded_rows_and_undone_clusters_are_unchanged():
    frame = pd.DataFrame(LEADS)
    merged = merge(frame, exclude=["l3"])
    assert by_id(merged.frame)["l3"]["merged_into"] is None
    assert by_id(merged.frame)["l1"]["email"] == "bob@old.example"
    undone = merged.undo("c1")
    assert undone.frame.drop(columns="merged_into").equals(frame)
    assert undone.merged == 0
    assert merged.undo().frame.equals(undone.frame)
    with pytest.raises(CleanupError, match="not merged"):
        merged.undo("c9")


def test_a_session_is_replayed_from_its_recipe():
    frame = pd.DataFrame(LEADS).drop(columns="cluster_id")
    found = cleanup.duplicates(frame, same=[("l1", "l2"), ("l1", "l3")])
    merged = cleanup.merge(frame, found, exclude=["l3"])
    recipe = cleanup.Recipe.from_json(cleanup.Recipe.of(found, merged).to_json())
    done = recipe.run(frame)
    assert done.frame[frame.columns].equals(merged.frame[frame.columns])
    assert done.frame["merged_into"].equals(merged.frame["merged_into"])


def test_a_second_merge_changes_nothing():
    once = merge(pd.DataFrame(LEADS))
    twice = merge(once.frame)
    assert twice.merged == 0
    assert twice.frame.equals(once.frame)


def test_golden_and_losers_together_are_all_rows(make_frame):
    merged = merge(make_frame(LEADS))
    assert set(by_id(merged.golden)) | set(by_id(merged.losers)) == set(LEADS["id"])
    assert set(by_id(merged.losers)) == {"l2", "l3"}


@given(st.data())
def test_no_value_is_invented_and_no_row_is_lost(data):
    n = data.draw(st.integers(0, 8))
    text = st.one_of(st.none(), st.sampled_from(["", "a", "B", "ab", "n/a", " "]))
    columns = {
        name: [data.draw(text) for _ in range(n)] for name in ("full_name", "company_name", "website", "custom_x")
    }
    columns["status"] = [data.draw(st.sampled_from(["new", "unsubscribed", "bounced", None])) for _ in range(n)]
    columns["cluster_id"] = [data.draw(st.sampled_from(["c1", "c2", None])) for _ in range(n)]
    schema = dict.fromkeys(columns, pl.String)
    frame = pl.DataFrame(columns, schema=schema)
    merged = cleanup.merge(frame, confirmed=["c1", "c2"])
    assert merged.frame.height == n
    for name, values in columns.items():
        assert set(merged.frame[name].to_list()) <= set(values)
    alive = merged.frame.filter(pl.col("merged_into").is_null())
    for cluster in ("c1", "c2"):
        states = {s for s, c in zip(columns["status"], columns["cluster_id"], strict=True) if c == cluster}
        kept = alive.filter(pl.col("cluster_id") == cluster)
        assert kept.height == (1 if cluster in columns["cluster_id"] else 0)
        if "unsubscribed" in states:
            assert kept["status"].to_list() == ["unsubscribed"]


class TestBadInput:
    def test_no_clusters(self):
        with pytest.raises(CleanupError, match="no clusters"):
            cleanup.merge(pd.DataFrame({"id": ["l1"]}))

    def test_clusters_of_other_rows(self):
        frame = pd.DataFrame(LEADS).drop(columns="cluster_id")
        found = cleanup.duplicates(frame)
        with pytest.raises(CleanupError, match="other rows"):
            cleanup.merge(frame.iloc[:2], found)
        with pytest.raises(CleanupError, match="other rows"):
            cleanup.merge(frame.iloc[::-1], found)

    def test_unknown_rules_fields_and_rows(self):
        frame = pd.DataFrame(LEADS)
        with pytest.raises(CleanupError, match="unknown rule 'newest'"):
            cleanup.merge(frame, rules={"email": "newest"})
        with pytest.raises(CleanupError, match="the frame has no field"):
            cleanup.merge(frame, rules={"mail": "longest"})
        assert "2 choices are about rows that are not in the frame" in repr(merge(frame, exclude=["l9"], undone=["c9"]))

    def test_an_empty_frame_and_an_index_with_repeated_labels(self, make_frame):
        assert cleanup.merge(make_frame({"cluster_id": [], "email": []})).merged == 0
        frame = pd.DataFrame(LEADS).set_index(pd.Index([7, 7, 7, 8]))
        assert merge(frame).frame.index.tolist() == [7, 7, 7, 8]
        assert merge(frame).losers.index.tolist() == [7, 7]

    def test_mixed_types_and_unpaired_surrogates(self):
        frame = pd.DataFrame(
            {"cluster_id": ["c"] * 4, "x": [1, "\ud800", None, ["l"]], "y": [float("nan"), pd.NaT, b"b", 2.5]},
            dtype=object,
        )
        assert cleanup.merge(frame).merged == 1


class TestReviewChoices:
    def test_only_confirmed_groups_are_merged(self, make_frame):
        frame = make_frame(LEADS)
        rows = LEADS["id"]
        merged = cleanup.merge(frame, only=[rows[:2]])
        assert merged.merged == 1
        assert cleanup.merge(frame, only=[]).merged == 0
        assert "1 choice is about rows" in repr(cleanup.merge(frame, only=[[*rows[:2], "l9"]]))

    def test_two_confirmed_groups_of_one_cluster_stay_separate(self):
        frame = pd.DataFrame({"id": ["a", "b", "c", "d"], "cluster_id": ["k"] * 4, "title": ["1", "2", "3", "4"]})
        merged = cleanup.merge(frame, only=[["a", "c"], ["b", "d"]])
        assert merged.frame["merged_into"].fillna("").tolist() == ["", "", "a", "b"]
        assert merged.undo("k").merged == 0

    def test_a_chosen_value_survives_and_provenance_records_it(self, make_frame):
        frame = make_frame({"id": ["a", "b"], "cluster_id": ["k", "k"], "phone": ["1", None], "title": ["x", "longer"]})
        merged = cleanup.merge(frame, chosen=[("b", "title"), ("b", "phone")])
        sources = {line[2]: (line[3], line[4]) for line in rows_of(merged.provenance)}
        assert sources["title"] == ("b", "chosen by hand")
        assert sources["phone"][0] == "a"  # b has no phone
        assert rows_of(merged.golden)[0][3] == "longer"

    def test_fields_that_are_decided_together_follow_the_choice(self):
        frame = pd.DataFrame({
            "id": ["a", "b"], "cluster_id": ["k", "k"], "company_name": ["Alt AG", "Neu AG"],
            "company_domain": ["alt.example", "neu.example"], "updated_at": ["2026-02-01", "2026-01-01"],
        })  # fmt: skip
        assert cleanup.merge(frame, confirmed=["k"]).golden["company_domain"].tolist() == ["alt.example"]
        chosen = cleanup.merge(frame, chosen=[("b", "company_name")]).golden
        assert chosen[["company_name", "company_domain"]].to_numpy().tolist() == [["Neu AG", "neu.example"]]

    def test_a_choice_cannot_undo_an_opt_out(self):
        frame = pd.DataFrame({"id": ["a", "b"], "cluster_id": ["k", "k"], "status": ["new", "unsubscribed"]})
        merged = cleanup.merge(frame, chosen=[("a", "status")])
        assert merged.golden["status"].tolist() == ["unsubscribed"]
        assert merged.provenance["rule"].tolist() == ["opted out wins"]

    def test_a_recipe_replays_choices(self):
        frame = pd.DataFrame({"id": ["a", "b"], "cluster_id": ["k", "k"], "title": ["x", "longer"]})
        merged = cleanup.merge(frame, only=[("a", "b")], chosen=[("b", "title")])
        recipe = cleanup.Recipe.from_json(cleanup.Recipe.of(merged).to_json())
        assert by_id(recipe.run(frame).frame) == by_id(merged.frame)
        assert recipe == cleanup.Recipe.of(merged)

    @each_case("chosen", [[("a", "nmae")], [("a", "id")], [("a",)], ["ab c"]])
    def test_a_choice_without_a_valid_field_is_refused(self, chosen):
        frame = pd.DataFrame({"id": ["a", "b"], "cluster_id": ["k", "k"], "name": ["x", "y"]})
        with pytest.raises(CleanupError, match="chosen"):
            cleanup.merge(frame, chosen=chosen)


class TestSomeRowsHaveIds:
    def test_a_lead_survives_even_where_another_row_is_more_complete(self, make_frame):
        frame = make_frame({
            "id": [None, "l2", "l1", None, None], "cluster_id": ["k", "k", "k", "m", "m"],
            "title": ["CEO", None, None, "CTO", "CTO"], "city": ["Oslo", None, "Bern", None, "Rome"],
        })  # fmt: skip
        merged = cleanup.merge(frame)
        assert [row[-1] for row in rows_of(merged.frame)] == ["l1", "l1", None, "row 4", None]
        assert [row[2] for row in rows_of(merged.golden)] == ["CEO", "CTO"]

    def test_a_row_that_matches_a_merged_lead_follows_its_survivor(self):
        frame = pd.DataFrame({
            "id": ["l1", "l2", None], "cluster_id": ["k", "m", "m"], "merged_into": [None, "l1", None],
            "title": ["CEO", "CEO", None], "city": [None, None, "Rome"],
        })  # fmt: skip
        merged = cleanup.merge(frame)
        assert merged.frame["merged_into"].fillna("").tolist() == ["", "l1", "l1"]
        assert merged.frame["city"].tolist()[0] == "Rome"

    def test_columns_of_the_known_rows_that_have_another_type_are_named(self):
        new = pl.DataFrame({"email": ["ada@b.example"], "full_name": ["Ada Berg"], "tags": ["a, b"]})
        old = pl.DataFrame({"id": ["l1"], "email": ["ada@b.example"], "full_name": ["Ada Berg"], "tags": [["a"]]})
        found = cleanup.duplicates(new, known=old)
        with pytest.raises(CleanupError, match="other types in known=: tags"):
            cleanup.merge(new, found)
        assert cleanup.merge(new.drop("tags"), found).frame["merged_into"].to_list() == ["l1", None]
        assert cleanup.merge(new.to_pandas(), cleanup.duplicates(new.to_pandas(), known=old)).merged == 1


@pytest.mark.parametrize("make_frame", [pd.DataFrame, pl.DataFrame])
def test_rows_without_ids_in_another_order_are_other_rows(make_frame):
    """Otherwise clusters are applied to other people: Ann Lee got the email of Bo Li."""
    people = {"full_name": ["Ann Lee", "Ann Lee", "Bo Li"], "email": ["a@x.example", "a@x.example", "b@x.example"]}
    found = cleanup.duplicates(make_frame(people))
    with pytest.raises(CleanupError, match="found for other rows than df="):
        cleanup.merge(make_frame({name: values[::-1] for name, values in people.items()}), found)


def test_with_ids_the_order_of_the_frame_does_not_matter():
    leads = pd.DataFrame({
        "id": ["l1", "l2"], "full_name": ["Ann Lee"] * 2, "email": ["a@x.example"] * 2, "city": ["Rome", "Roma"],
    })  # fmt: skip
    golden = [
        cleanup.merge(frame, cleanup.duplicates(frame)).golden[["id", "city"]].to_numpy().tolist()
        for frame in (leads, leads.iloc[::-1])
    ]
    assert golden == [[["l1", "Rome"]]] * 2


def test_a_merge_that_was_undone_stays_undone_on_new_data():
    """A new first row gives the cluster another id: the undo is kept by row ids."""
    leads = pd.DataFrame({"id": ["l2", "l3"], "full_name": ["Ann Lee"] * 2, "email": ["a@x.example"] * 2})
    found = cleanup.duplicates(leads)
    merged = cleanup.merge(leads, found).undo(found.clusters["cluster_id"][0])
    recipe = cleanup.Recipe.from_json(cleanup.Recipe.of(found, merged).to_json())
    more = pd.concat([leads, leads.head(1).assign(id="l1")])
    cleaned = recipe.run(more)
    assert cleaned.frame["merged_into"].isna().all()


@pytest.mark.parametrize("make_frame", [pd.DataFrame, pl.DataFrame])
def test_a_union_of_numbers_is_refused_without_showing_them(make_frame):
    frame = make_frame(
        {"id": ["l1", "l2"], "full_name": ["Ann Lee"] * 2, "email": ["a@x.example"] * 2, "x": [17.25, 18.5]}
    )
    with pytest.raises(CleanupError, match="cannot join the values of the column 'x'") as refused:
        cleanup.merge(frame, cleanup.duplicates(frame), rules={"x": "union"})
    assert "17.25" not in str(refused.value)


@pytest.mark.parametrize(
    ("statuses", "newly"),
    [(["new", "unsubscribed"], 1), ([None, "bounced"], 1), (["bounced", "unsubscribed"], 0), (["new", "new"], 0)],
)
def test_a_lead_that_becomes_opted_out_by_a_merge_is_named(make_frame, statuses, newly):
    ada = {"full_name": ["Ada Berg"] * 2, "email": ["ada@x.example"] * 2, "cluster_id": ["c1"] * 2}
    merged = merge(make_frame({"id": ["l1", None], **ada, "status": statuses}))
    assert rows_of(merged.newly_opted_out) == [("c1", "l1", "row 1")] * newly
    assert ("1 of these by this merge: see .newly_opted_out" in repr(merged)) == bool(newly)
    assert not rows_of(merged.undo().newly_opted_out)


def test_a_column_of_another_name_is_merged_as_the_field_that_it_holds(make_frame):
    """Read as any text, the longest spelling of a name won, and no different companies were seen."""
    columns = {
        "Vorname": ["Hans", "Hans"], "Name": ["Geißlerr", "GEISSLER"], "E-Mail": ["hans.geissler@nord.example"] * 2,
        "Firma": ["Nordlicht", "Birkenhain"],
    }  # fmt: skip
    leads = pd.DataFrame({
        "id": ["l1"], "first_name": ["Hans"], "last_name": ["Geißler"], "email": ["hans.geissler@nord.example"],
        "company_name": ["Nordlicht GmbH"],
    })  # fmt: skip
    listed = make_frame({name: values[:1] for name, values in columns.items()})
    found = cleanup.duplicates(listed, known=leads)
    merged = cleanup.merge(listed, found)
    assert merged.merged == 1
    survivor = by_id(merged.frame)["l1"]
    assert (survivor["Name"], survivor["Firma"]) == ("Geißler", "Nordlicht GmbH")
    assert {"Name", "Firma"} <= {row[2] for row in rows_of(merged.provenance)} <= {*columns}
