"""Clusters and their ids."""

from itertools import permutations

import polars as pl
import pytest

from pb2b_notebook.cleanup import duplicates


@pytest.mark.parametrize("clusters", [["c1", "c2"], [None, None]])
def test_no_order_of_rows_decides_which_cluster_of_one_name_has_which_number(clusters):
    """Rows that say too little to be one person have one name, that of what they hold, if other rows are known."""
    leads = pl.DataFrame(
        {
            "id": ["v2", "v3", "v1", "p"],
            "country": ["DE"] * 3 + [None],
            "email": [None] * 3 + ["ada@nordlicht.example"],
            "full_name": [None] * 3 + ["Ada Berg"],
        }
    )
    known = leads.slice(2).with_columns(id=pl.Series(["k1", "k2"]), cluster_id=pl.Series(clusters, dtype=pl.String))
    expected = duplicates(leads, known=known).frame.sort("id")
    assert expected.head(4)["cluster_size"].to_list() == [2, 1, 1, 1]
    assert expected["cluster_id"].n_unique() == 4
    for order in permutations(range(3)):
        assert duplicates(leads[[*order, 3]], known=known).frame.sort("id").equals(expected)
