"""How rows are named in results and choices: by id, by index label, by position."""

import numpy as np
import pandas as pd
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.errors import CleanupError


@pytest.mark.parametrize("index", [[30, 10, 20], ["x", "y", "z"]])
def test_rows_without_ids_are_named_by_the_labels_of_their_index(index):
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


@pytest.mark.parametrize("index", [[1, 1, 2], [1.5, 2.5, 3.5], ["x", None, "z"], [("a", 1), ("a", 2), ("b", 1)]])
def test_rows_are_named_by_position_where_labels_cannot_name_them(index):
    leads = pd.DataFrame({"full_name": ["Bo Li"] + ["Ann Lee"] * 2, "email": ["b@x.example"] + ["a@x.example"] * 2})
    leads.index = pd.MultiIndex.from_tuples(index) if isinstance(index[0], tuple) else pd.Index(index)
    assert cleanup.duplicates(leads).pairs[["row_a", "row_b"]].to_numpy().tolist() == [[1, 2]]


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


@pytest.mark.parametrize("given", [[0, 1], ["ab"], [None]])
def test_choices_that_are_not_groups_of_rows_are_refused(given):
    people = pd.DataFrame({"full_name": ["Ann Lee"] * 2})
    with pytest.raises(CleanupError, match="each item of same= must be a pair or a group of row names"):
        cleanup.duplicates(people, same=given)
    with pytest.raises(CleanupError, match="each item of only= must be a pair"):
        cleanup.merge(people, cleanup.duplicates(people), only=given)


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


@pytest.mark.parametrize("index", [[2.0, 0.0, 1.0], [1, 2, 2]])
def test_choices_by_position_are_refused_where_labels_cannot_name_rows(index):
    leads = pd.DataFrame({"full_name": ["Ann Lee"] * 3, "email": ["a@x.example"] * 3}, index=index)
    for choices in ({"same": [[2, 0]]}, {"different": [[1, 2]]}):
        with pytest.raises(CleanupError, match="the index labels cannot name rows"):
            cleanup.duplicates(leads, **choices)
    found = cleanup.duplicates(leads)
    for choices in ({"exclude": [1]}, {"only": [[0, 1]]}, {"chosen": [(1, "email")]}):
        with pytest.raises(CleanupError, match="the index labels cannot name rows"):
            cleanup.merge(leads, found, **choices)
    with_ids = leads.assign(id=["l1", "l2", "l3"])
    assert cleanup.duplicates(with_ids, different=[("l1", "l2")]).unknown_choices == 0


@pytest.mark.parametrize("known", [pd.DataFrame(), pd.DataFrame({"key": ["email"], "label": ["Email"]})])
def test_known_rows_without_a_column_that_identifies_a_person_are_refused(known):
    leads = pd.DataFrame({"full_name": ["Ann Lee"], "email": ["a@x.example"]})
    with pytest.raises(CleanupError, match="known= has no column that identifies a person"):
        cleanup.duplicates(leads, known=known)
