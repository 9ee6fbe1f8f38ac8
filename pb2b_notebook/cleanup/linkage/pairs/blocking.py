"""Choose the pairs that are compared: rows that share a blocking key, in groups that are not too large.

A blocking key is rare enough to be evidence, and coarse enough to survive a typing error in any other field. A group
larger than its cap (everyone behind one switchboard) is not compared by that key, and is listed in ``.dropped``.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import numpy as np
    import polars as pl

from pb2b_notebook import threads
from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
from pb2b_notebook.cleanup.linkage.columns.roles import CITY, NUMBER_OF_STREET
from pb2b_notebook.cleanup.linkage.tables.database import run_query
from pb2b_notebook.engines.memory import IN_MEMORY, InMemory


class BlockingKey(NamedTuple):
    """One blocking key.

    Attributes:
        name: Name in words, for the report of dropped groups.
        parts: SQL over a row of the features; rows share the key if all parts are equal.
        where: SQL condition for the rows that have the key.
        cap: Most rows in a group that is compared.
    """

    name: str
    parts: str
    where: str
    cap: int


_TWO = "first <> '' AND last <> ''"
_LONG = f"{_TWO} AND length(first) > 1"
_NAMED = "name_hash <> 0"
# First letters of the given and the family name, in either order.
_INITIALS = "least(first[1], last[1]), greatest(first[1], last[1])"

# The company as its domain spells it, else as its name does.
_FIRM = "CASE WHEN label_spelled <> 0 THEN label_spelled ELSE firm_spelled END"

BLOCKING_KEYS = (
    BlockingKey("email address", "mailbox_hash", "NOT role AND mailbox_hash <> 0", 60),
    BlockingKey("phone number", "line % 100000000", "line <> -1", 7),
    BlockingKey("whole phone number", "line % 10000000000", f"line >= {10**9} AND line < {2 * 10**10}", 7),
    BlockingKey("phone number and initials", f"line % 100000000, {_INITIALS}", f"line <> -1 AND {_TWO}", 40),
    BlockingKey("LinkedIn profile", "profile_hash", "profile_hash <> 0", 40),
    BlockingKey("local part of the email", "letters_hash", "NOT role AND is_long", 4),
    BlockingKey("name", "name_hash", _NAMED, 6),
    BlockingKey("name and company", "name_hash, left(company, 8)", f"{_NAMED} AND company <> ''", 60),
    BlockingKey("family name and domain", "last, site", "last <> '' AND site <> ''", 40),
    BlockingKey("family name and company", "last, left(company, 12)", "last <> '' AND company <> ''", 40),
    BlockingKey("initials and company", f"{_INITIALS}, left(company, 16)", f"{_TWO} AND company <> ''", 10),
    BlockingKey("initials and company's domain", f"{_INITIALS}, {_FIRM}", f"{_TWO} AND {_FIRM} <> 0", 10),
    BlockingKey("given name and company", "first, left(company, 16)", "length(first) > 1 AND company <> ''", 4),
    BlockingKey("short name", "formal, last", _LONG, 6),
    BlockingKey("name in another script", "latin_hash", "latin_hash <> 0", 10),
    BlockingKey("sound of a name in another script", "sounds_hash", "sounds_hash <> 0", 5),
    BlockingKey(
        "sound of a name in another script and company",
        "sounds_hash, left(company, 8)",
        "sounds_hash <> 0 AND company <> ''",
        40,
    ),
    BlockingKey("sound of the name", "left(first, 3), sound", _LONG, 5),
)
"""The blocking keys of a lead. Further columns have keys of their own (:func:`keys_for`).

The caps are small where a key alone is weak evidence: on a million rows, larger caps made 75 % more pairs and found one
link in two thousand more. Keys of name and city, initials and domain, given name and domain were left out: they made
10 % more pairs and found one link in three thousand more.
"""

MANY_ROWS = 40_000
"""Distinct rows from which the caps are those of the keys. Twice as large, they find more in dense lists and in lists
of common names: F1 .967 instead of .952 on RLdata10000. Four times as large, hardly any more."""
_THIN_KEYS = (
    BlockingKey("given name and beginning of the family name", "first, left(last, 3)", _LONG, 10),
    BlockingKey("family name and initial", "last, first[1]", _TWO, 10),
)
"""Keys of lists of little more than a name and a city, where both may be misspelled."""
_SHORT_LIST_KEYS = (
    BlockingKey("beginnings of both names", "left(first, 3), left(last, 3)", _LONG, 5),
    BlockingKey("ends of both names", "right(first, 3), right(last, 4)", "length(first) > 3 AND length(last) > 4", 5),
    BlockingKey(
        "initials and beginning of the company", f"{_INITIALS}, left(company, 4)", f"{_TWO} AND company <> ''", 10
    ),
    BlockingKey(
        "initials and beginning of the phone number", f"{_INITIALS}, line // 10000", f"{_TWO} AND line > 999999", 10
    ),
)
"""Keys that errors in two fields leave as they are. In a long list, most of their groups would be over the caps."""


_ALL_BITS_FROM = 10_000_000
"""Distinct rows from which all 64 bits of the hash of a key are compared."""
_PARTS_OF_DATES = {
    "day and month": "right({0}, 4)",
    "year and month": "left({0}, 6)",
    "year and day": "left({0}, 4), right({0}, 2)",
}
"""Parts of a date that a typing error in the rest leaves as they are; with them, one in a name is found, too."""


def keys_for(columns: Sequence[FurtherColumn] = (), rows: int = MANY_ROWS) -> tuple[BlockingKey, ...]:
    """Return the blocking keys of a lead, and those of further columns.

    A further value is a key by itself, and with each part of the name or a second further value: people of a misspelled
    name are found by their birth date and postcode. Short lists have further keys; with dates of birth, in which
    namesakes differ, their caps are larger, too.

    >>> from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
    >>> [keys_for(further_columns(columns), 5_000)[0].cap for columns in ({}, {"born": "date"})]
    [60, 120]
    >>> streets = further_columns({"home": "street"})
    >>> [sum("number of home" in key.name for key in keys_for(streets, rows)) for rows in (5_000, 1_000_000)]
    [1, 0]
    """
    keys = list(BLOCKING_KEYS) + list(_THIN_KEYS) * any(one.role == CITY for one in columns)
    keys += list(_SHORT_LIST_KEYS) * (rows < MANY_ROWS)
    kept = [one for one in columns if one.role.blocks]
    for one in kept:
        name, has = one.feature, f"{one.feature} <> ''"
        keys += [BlockingKey(one.column, name, has, 24)] * (one.role != CITY)
        keys += [
            BlockingKey(f"{one.column} and initials", f"{name}, {_INITIALS}", f"{has} AND {_TWO}", 40),
            BlockingKey(f"{one.column} and given name", f"{name}, left(first, 3)", f"{has} AND first <> ''", 40),
            BlockingKey(f"{one.column} and family name", f"{name}, left(last, 3)", f"{has} AND last <> ''", 40),
        ]
        keys += [
            BlockingKey(
                f"{part} of {one.column} and initials", f"{sql.format(name)}, {_INITIALS}", f"{has} AND {_TWO}", 12
            )
            for part, sql in _PARTS_OF_DATES.items()
            if one.role.name == "date"
        ]
    keys += [
        BlockingKey(f"number of {one.column} and initials", f"{number}, {_INITIALS}", f"{number} <> '' AND {_TWO}", 12)
        for one, number in ((one, NUMBER_OF_STREET.format(one.feature)) for one in kept if one.role.name == "street")
        if rows < MANY_ROWS
    ]
    keys += [
        BlockingKey(
            f"{one.column} and {other.column}",
            f"{one.feature}, {other.feature}",
            f"{one.feature} <> '' AND {other.feature} <> ''",
            24,
        )
        for one, other in combinations(kept, 2)
    ]
    dated = any(one.role.name == "date" for one in columns)
    return with_larger_caps(keys, rows) if dated else tuple(keys)


def with_larger_caps(keys: Sequence[BlockingKey], rows: int) -> tuple[BlockingKey, ...]:
    """Return the keys with caps that are up to twice as large for a short list, where more pairs cost little.

    >>> [with_larger_caps(BLOCKING_KEYS, rows)[0].cap for rows in (5_000, 30_000, 1_000_000)]
    [120, 80, 60]
    """
    times = min(2.0, max(1.0, MANY_ROWS / max(1, rows)))
    return tuple(key._replace(cap=int(key.cap * times)) for key in keys)


def hash_query(by: tuple[BlockingKey, ...]) -> str:
    """Return SQL for the hash of each blocking key (``k0``, ``k1`` …) in rows of ``features``; 0 for none."""
    columns = ", ".join(
        f"CASE WHEN {key.where} THEN hash({key.parts}) ELSE 0::UBIGINT END AS k{n}" for n, key in enumerate(by)
    )
    return f"SELECT {columns} FROM features"


def candidates(
    db: duckdb.DuckDBPyConnection,
    features: pl.DataFrame,
    by: tuple[BlockingKey, ...],
    *,
    only_new: bool,
    tables: InMemory = IN_MEMORY,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the pairs to compare, and the groups that are too large.

    A content that several rows have is paired with itself, to decide whether they are one person.

    Args:
        db: Database to compute in.
        features: Table of :func:`~pb2b_notebook.cleanup.linkage.pairs.features.build_features`.
        by: Blocking keys.
        only_new: Whether to leave out pairs of two known rows (``is_new`` is false for both).
        tables: Where the tables are.

    Returns:
        The pairs, each once and in order: ``a`` ≤ ``b``, numbers of rows of ``features``. And the groups over their
        caps: ``key``, ``rows`` and an example row ``i`` of each.
    """
    import numpy as np
    import polars as pl

    query = hash_query(by)
    named = {*re.findall(r"\w+", query)}
    read = features.select(name for name in features.columns if name in named)  # to hand over all takes as long again
    hashed = tables.map("blocking keys", lambda part: pl.DataFrame(run_query(db, query, features=part)), read)
    new, copies = features["is_new"].to_numpy(), features["copies"].to_numpy()

    def pairs_by(number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        numbers, bounds = _groups(hashed[f"k{number}"].to_numpy())
        pairs = _pack_pairs(*pairs_within(numbers, bounds, by[number].cap), new if only_new else None)
        return pairs, *groups_over(numbers, bounds, by[number].cap)

    with threads.executor(rows=len(features)) as pool:  # sorting takes one core
        results = list(pool.map(pairs_by, range(len(by))))
    found, rows, firsts = zip(*results, strict=True)
    number = np.repeat(np.arange(len(by)), [len(groups) for groups in rows])
    over = pl.DataFrame({"number": number, "rows": np.concatenate(rows), "i": np.concatenate(firsts)})
    key = pl.Series("key", [key.name for key in by], dtype=pl.String).gather(number)
    copied = np.flatnonzero((copies > 1) & (new | (not only_new))).astype(np.uint32)
    pairs = _unpack_pairs(np.concatenate([*found, _pack_pairs(copied, copied, None)]))
    over = over.with_columns(key).sort("rows", "number", "i", descending=[True, False, False])
    return pairs, over.select("key", "rows", "i")


def _groups(hashes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the rows that have a key, group after group in order, and where the groups of two or more begin and end.

    Row and hash share 64 bits, so that one sort of integers is enough. That leaves 44 bits of the hash for a million
    rows; two groups that collide only cost a few needless comparisons. In longer lists they would make groups that are
    over the cap, whose pairs are not compared: all bits of the hash are sorted there, and the rows with them.
    """
    import numpy as np

    has = np.flatnonzero(hashes)
    if bits := hash_bits_of_row(len(hashes)):
        rest = (np.uint64(1) << np.uint64(bits)) - np.uint64(1)
        both = (hashes[has] & ~rest) | has.astype(np.uint64)
        both.sort()
        value, numbers = both >> np.uint64(bits), (both & rest).astype(np.uint32)
    else:
        order = np.argsort(hashes[has], kind="stable")
        value, numbers = hashes[has][order], has[order].astype(np.uint32)
    edges = np.flatnonzero(np.concatenate([[True], value[1:] != value[:-1], [True]])[: len(value) + 1])
    begins, ends = edges[:-1], edges[1:]
    several = ends - begins > 1
    return numbers, np.stack([begins[several], ends[several]])


def hash_bits_of_row(rows: int) -> int:
    """Return how many bits of a hash give way to the number of the row; 0 for lists that need all bits of the hash.

    >>> hash_bits_of_row(1_000_000), hash_bits_of_row(20_000_000)
    (20, 0)
    """
    return max(1, (rows - 1).bit_length()) if rows < _ALL_BITS_FROM else 0


def pairs_within(numbers: np.ndarray, bounds: np.ndarray, cap: int) -> tuple[np.ndarray, np.ndarray]:
    """Return every pair within the groups that are not over the cap, the smaller number first."""
    import numpy as np

    begins, ends = bounds[:, bounds[1] - bounds[0] <= cap]
    first = _ranges(begins, ends - 1)
    # Each row makes a pair with every row after it in its group.
    behind = np.repeat(ends, ends - 1 - begins)
    second = _ranges(first + 1, behind)
    return numbers[np.repeat(first, behind - first - 1)], numbers[second]


def _ranges(begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return many ranges, one after the other.

    >>> import numpy as np
    >>> _ranges(np.array([3, 7]), np.array([5, 10])).tolist()
    [3, 4, 7, 8, 9]
    """
    import numpy as np

    lengths = ends - begins
    starts = np.cumsum(lengths) - lengths
    result: np.ndarray = np.arange(int(lengths.sum())) + np.repeat(begins - starts, lengths)
    return result


def groups_over(numbers: np.ndarray, bounds: np.ndarray, cap: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the number of rows of each group over the cap, and its first row."""
    begins, ends = bounds[:, bounds[1] - bounds[0] > cap]
    return ends - begins, numbers[begins]


def _pack_pairs(a: np.ndarray, b: np.ndarray, new: np.ndarray | None) -> np.ndarray:
    """Return each pair as one integer; if ``new`` is given, only pairs with a new row."""
    import numpy as np

    if new is not None:
        kept = new[a] | new[b]
        a, b = a[kept], b[kept]
    result: np.ndarray = (a.astype(np.uint64) << np.uint64(32)) | b
    return result


def _unpack_pairs(packed: np.ndarray) -> pl.DataFrame:
    """Return ``a`` and ``b`` of packed pairs, each pair once, in order."""
    import numpy as np
    import polars as pl

    packed.sort()  # much faster than np.unique, which hashes
    packed = packed[np.concatenate([[True], packed[1:] != packed[:-1]])[: len(packed)]]
    return pl.DataFrame({"a": (packed >> np.uint64(32)).astype(np.uint32), "b": packed.astype(np.uint32)})
