"""How rows are named in results and choices: by id, by index label, by position."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.tables.row_names import RowFinder
from pb2b_notebook.errors import CleanupError


def test_rows_without_ids_are_named_by_the_labels_of_their_index():
    index = [30, 10, 20]
    leads = pd.DataFrame({"full_name": ["Ann Lee"] * 2 + ["Bo Li"], "email": ["a@x.example"] * 2 + ["b@x.example"]})
    labelled = leads.set_index(pd.Index(index))
    by_position, found = cleanup.duplicates(leads), cleanup.duplicates(labelled)
    assert found.pairs[["row_a", "row_b"]].to_numpy().tolist() == [index[:2]]
    assert [list(rows) for rows in found.clusters["rows"]] == [index[:2]]
    assert found.frame["cluster_id"].tolist() == by_position.frame["cluster_id"].tolist()
    apart = cleanup.duplicates(labelled, different=[tuple(index[:2])])
    assert (apart.frame["cluster_size"].tolist(), apart.unknown_choices) == ([1, 1, 1], 0)
    merged = cleanup.merge(labelled, found)
    assert set(merged.provenance["survivor"]) == {index[0]}
    assert merged.frame["merged_into"].tolist()[1] == str(index[0])
    assert cleanup.merge(labelled, found, exclude=[index[1]]).merged == 0
    recipe = cleanup.Recipe.from_json(cleanup.Recipe.of(apart).to_json())
    assert recipe.run(labelled).frame["cluster_size"].tolist() == [1, 1, 1]


INDEXES = {
    "large integers": (pd.Index([2**64 - 1, 1, 2], dtype="uint64"), [str(2**64 - 1), "1", "2"]),
    "texts": (pd.Index(["x", "a\nb\ud800", "z\xa0"], dtype=object), ["x", "a\nb\\ud800", "z\xa0"]),
    "a missing number": (pd.Index([1.5, float("nan"), 2.5]), ["1.5", "nan", "2.5"]),
    "mixed": (pd.Index([7, None, True], dtype=object), ["7", "None", "True"]),
    "levels": (pd.MultiIndex.from_tuples([("a", 1), ("a", 2), ("b", 1)]), ["('a', 1)", "('a', 2)", "('b', 1)"]),
    "zoned times": (pd.date_range("2024-01-01", periods=3, tz="Asia/Tokyo"),
                    [f"2024-01-0{day} 00:00:00+09:00" for day in (1, 2, 3)]),
    "intervals": (pd.IntervalIndex.from_breaks([0, 1, 2, 3]), ["(0, 1]", "(1, 2]", "(2, 3]"]),
}  # fmt: skip


def people_with_index(index):
    people = {"full_name": ["Ann Lee", "Ann Lee", "Bo Li"], "email": ["a@x.example", "a@x.example", "b@x.example"]}
    return pd.DataFrame(people, index=index)


@pytest.mark.parametrize(("index", "names"), INDEXES.values(), ids=INDEXES)
def test_rows_of_every_index_are_named_by_their_labels_and_chosen_by_the_label_or_by_its_text(index, names):
    leads = people_with_index(index)
    found = cleanup.duplicates(leads)
    assert found.pairs[["row_a", "row_b"]].to_numpy().tolist() == [names[:2]]
    assert [list(rows) for rows in found.clusters["rows"]] == [names[:2]]
    merged = cleanup.merge(leads, found)
    assert set(merged.provenance["survivor"]) == {names[0]}
    assert merged.frame["merged_into"].tolist()[1] == str(names[0])
    spellings = index.tolist(), [index[row] for row in range(3)], names, [str(name) for name in names]
    for number, given in enumerate({repr(spelling): spelling for spelling in spellings}.values()):
        options = [{"exclude": [given[1]]}, {"only": [given[1:]]}, {"undone": [given[1]]}][number % 3]
        merged = cleanup.merge(leads, found, **options)
        assert (merged.merged, merged.unknown_choices) == (0, 0)
    chosen = cleanup.merge(leads, found, chosen=[(index[1], "full_name")])
    assert chosen.provenance["rule"].tolist().count("chosen by hand") == 1
    apart = cleanup.duplicates(leads, different=[(index[0], str(names[1]))])
    assert (apart.frame["cluster_size"].tolist(), apart.unknown_choices) == ([1, 1, 1], 0)
    recipe = cleanup.Recipe.from_json(cleanup.Recipe.of(apart, chosen).to_json())
    assert recipe.run(leads).frame["merged_into"].isna().all()


def test_rows_of_one_person_are_named_by_the_label_or_by_its_text():
    leads = people_with_index([1.5, 2.5, 3.5])
    for given in ([2.5, 3.5], [np.float64(2.5), "3.5"]):
        together = cleanup.duplicates(leads, same=[given])
        assert (together.frame["cluster_size"].tolist(), together.unknown_choices) == ([3, 3, 3], 0)


REPEATED = {
    "floats": pd.Index([0.5, 1.5, 1.5]),
    "texts that are equal": pd.Index(["x", 1, "1"], dtype=object),
}


@pytest.mark.parametrize("index", REPEATED.values(), ids=REPEATED)
def test_only_a_choice_that_names_a_repeated_label_is_refused(index):
    leads = people_with_index(index)
    found = cleanup.duplicates(leads)
    assert [list(map(str, rows)) for rows in found.clusters["rows"]] == [[str(label) for label in index[:2]]]
    for choices in ({"same": [index[:2]]}, {"different": [index[1:]]}, {"same": [[str(index[0]), str(index[1])]]}):
        with pytest.raises(CleanupError, match=r"index label that several rows have.*reset_index\(drop=True\)"):
            cleanup.duplicates(leads, **choices)
    chosen = {"chosen": [(index[1], "email")]}
    for choices in ({"exclude": [index[1]]}, {"only": [index[:2]]}, {"undone": [index[1]]}, chosen):
        with pytest.raises(CleanupError, match="index label that several rows have"):
            cleanup.merge(leads, found, **choices)
    assert cleanup.merge(leads, found, exclude=[index[0]]).merged == 0
    merged = cleanup.merge(leads, found)
    assert (merged.merged, merged.undo().merged, len(merged.losers)) == (1, 0, 1)
    with_ids = leads.assign(id=["l1", "l2", "l3"])
    assert cleanup.duplicates(with_ids, different=[("l1", "l2")]).unknown_choices == 0


def test_rows_without_an_id_among_rows_with_ids_are_named_by_their_label():
    leads = pd.DataFrame({"id": ["l1", None], "full_name": ["Ann Lee"] * 2, "email": ["a@x.example"] * 2}, index=[8, 9])
    assert cleanup.duplicates(leads).pairs[["row_a", "row_b"]].to_numpy().tolist() == [["l1", "row 9"]]
    found = cleanup.duplicates(leads.drop(columns="id"), known=leads, different=[("row 8", "known 9")])
    assert found.unknown_choices == 0


def test_row_names_may_be_numpy_integers():
    people = pd.DataFrame({"full_name": ["Ann Lee"] * 3, "email": ["a@x.example"] * 3})
    found = cleanup.duplicates(people, different=[(np.int64(0), np.int64(1))])
    merged = cleanup.merge(people, found, exclude=np.array([2]))
    assert cleanup.Recipe.from_json(cleanup.Recipe.of(found, merged).to_json()).steps


def test_choices_that_are_not_groups_of_rows_are_refused():
    people = pd.DataFrame({"full_name": ["Ann Lee"] * 2})
    found = cleanup.duplicates(people)
    for given in ([0, 1], ["ab"], [None]):
        with pytest.raises(CleanupError, match="each item of same= must be a pair or a group of row names"):
            cleanup.duplicates(people, same=given)
        with pytest.raises(CleanupError, match="each item of only= must be a pair"):
            cleanup.merge(people, found, only=given)


def test_ids_may_contain_unpaired_surrogates():
    """A UnicodeEncodeError would show the id."""
    leads = pd.DataFrame(
        {"id": ["l\ud800", "l\ud801", "b"], "full_name": ["Ann Lee"] * 3, "email": ["a@x.example"] * 3}, dtype=object
    )
    found = cleanup.duplicates(leads)
    assert found.frame["cluster_size"].tolist() == [3, 3, 3]
    assert cleanup.merge(leads, found).frame["merged_into"].notna().sum() == 2
    assert cleanup.duplicates(leads.head(1), known=leads).frame["cluster_size"].tolist() == [4]


def test_exclude_takes_a_single_name():
    leads = pd.DataFrame({"id": ["l1", "l2"], "full_name": ["Ann Lee"] * 2, "email": ["a@x.example"] * 2})
    merged = cleanup.merge(leads, cleanup.duplicates(leads), exclude="l2")
    assert (merged.merged, merged.unknown_choices) == (0, 0)
    unnamed = leads.drop(columns="id")
    assert cleanup.merge(unnamed, cleanup.duplicates(unnamed), exclude=1).merged == 0


def test_undone_takes_clusters_and_rows_at_once():
    leads, undone = people_with_index([7, 8, 9]), ["cluster_x", 7]
    merged = cleanup.merge(leads, cleanup.duplicates(leads), undone=undone)
    assert (merged.merged, merged.unknown_choices) == (0, 1)
    assert merged.undo().step.options["undone"] == sorted(undone, key=str)


def test_known_rows_are_named_by_labels_of_every_index():
    leads, known = people_with_index([0.5, 1.5, 2.5]), people_with_index(pd.date_range("2024-01-01", periods=3))
    found = cleanup.duplicates(leads, known=known)
    names = ["row 0.5", "row 1.5", "known 2024-01-01 00:00:00", "known 2024-01-02 00:00:00"]
    assert sorted(name for rows in found.clusters["rows"] for name in rows if "-03" not in name)[:2] == names[2:]
    apart = cleanup.duplicates(leads, known=known, different=[names[1:3]])
    assert apart.unknown_choices == 0


@pytest.mark.parametrize("known", [pd.DataFrame(), pd.DataFrame({"key": ["email"], "label": ["Email"]})])
def test_known_rows_without_a_column_that_identifies_a_person_are_refused(known):
    leads = pd.DataFrame({"full_name": ["Ann Lee"], "email": ["a@x.example"]})
    with pytest.raises(CleanupError, match="known= has no column that identifies a person"):
        cleanup.duplicates(leads, known=known)


@pytest.mark.parametrize("frame", ["pandas", "polars"])
def test_names_have_one_type_with_and_without_rows(frame):
    """The column id decides, not its values: an empty list ends in the tables of a full one."""
    leads = pl.DataFrame(
        {"id": ["a", "b"], "full_name": ["Ada Berg"] * 2, "email": ["a@x.example"] * 2, "status": ["new", "bounced"]}
    )
    lists = ["rows"] if frame == "pandas" else []  # to pandas they are objects
    for rows in (leads, leads.drop("id")):
        given = [rows.to_pandas() if frame == "pandas" else rows for rows in (rows, rows.clear())]
        full, empty = map(cleanup.duplicates, given)
        tables = [(found, cleanup.merge(found.frame, found)) for found in (full, empty)]
        kinds = [
            [pl.DataFrame(getattr(one, name)).drop(lists, strict=False).schema for name in names]
            for found, merged in tables
            for one, names in (
                (found, ("clusters", "pairs", "bridges")),
                (merged, ("provenance", "review", "newly_opted_out", "golden")),
            )
        ]
        assert kinds[:2] == kinds[2:], kinds


def test_a_label_names_its_own_row_before_another_whose_text_it_is():
    finder = RowFinder(["1", 1, 2])
    assert (finder.row("1"), finder.row(1), finder.row("2"), finder.row("3")) == (0, 1, 2, None)
