"""The groups of rows that share a blocking key."""

import numpy as np

from pb2b_notebook.cleanup.linkage.pairs import blocking


def test_a_long_list_is_grouped_by_all_bits_of_the_hash():
    """With 40 of 64 bits, groups of two values meet, and are left out where they are over the cap together."""
    hashes = np.zeros(10_000_000, dtype=np.uint64)
    hashes[[3, 5, 9_999_999]] = [(1 << 63) + 1, (1 << 63) + 2, (1 << 63) + 1]
    numbers, bounds = blocking._groups(hashes)
    first, second = blocking.pairs_within(numbers, bounds, cap=2)
    assert (first.tolist(), second.tolist()) == ([3], [9_999_999])
