"""The groups of rows that share a blocking key."""

import duckdb
import numpy as np
import pytest

from linkage_stages import features_of
from pb2b_notebook.cleanup.linkage.pairs import blocking


def test_a_long_list_is_grouped_by_all_bits_of_the_hash():
    """With 40 of 64 bits, groups of two values meet, and are left out where they are over the cap together."""
    hashes = np.zeros(10_000_000, dtype=np.uint64)
    hashes[[3, 5, 9_999_999]] = [(1 << 63) + 1, (1 << 63) + 2, (1 << 63) + 1]
    numbers, bounds = blocking._groups(hashes)
    first, second = blocking.pairs_within(numbers, bounds, cap=2)
    assert (first.tolist(), second.tolist()) == ([3], [9_999_999])


@pytest.mark.parametrize(("rows", "grouped"), [(2_000, True), (1_000_000, False)])
def test_in_a_short_list_rows_with_errors_in_both_names_are_compared(rows: int, *, grouped: bool) -> None:
    table = features_of([
        {"full_name": name, "company_name": company}
        for name, company in (
            ("Alvin Conway", "Excalibur Group"), ("Aldin Cvnay", "Excalibr Grcoup"),
            ("Gwendolyn Shelton", ""), ("Qwemdolyn Dhelton", ""), ("Eleanor Nakamura", ""), ("Elenor Nakatura", ""),
        )
    ])  # fmt: skip
    with duckdb.connect() as db:
        pairs, _ = blocking.candidates(db, table, blocking.keys_for(rows=rows), only_new=False)
    families = {frozenset(table["last"].gather(pair)) for pair in pairs.iter_rows()}
    errors = {frozenset(two) for two in (("conway", "cvnay"), ("shelton", "dhelton"), ("nakamura", "nakatura"))}
    assert families == (errors if grouped else set())
