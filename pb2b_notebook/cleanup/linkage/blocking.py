"""Which pairs are looked at: rows that share one of some keys, in groups that are not too large.

A key is rare enough to be telling and sloppy enough to survive a typing error in anything but itself. A group beyond
its cap (everyone behind one switchboard) is not compared by that key, and is listed among what was dropped.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb
    import numpy as np
    import polars as pl


class Key(NamedTuple):
    """One blocking key.

    Attributes:
        name: in words, as the report of dropped groups says it.
        parts: SQL over a row of ``keys``; rows share the key if all of these are the same.
        where: SQL: which rows have the key.
        cap: rows in a group that is still compared.
    """

    name: str
    parts: str
    where: str
    cap: int


_TWO = "first <> '' AND last <> ''"
_LONG = f"{_TWO} AND length(first) > 1"
_NAMED = "name_hash <> 0"
# The order of given and family name does not matter here, nor does anything after their first letters.
_INITIALS = "least(first[1], last[1]), greatest(first[1], last[1])"

# As its domain spells it, else as its name does.
_FIRM = "CASE WHEN label_spelled <> 0 THEN label_spelled ELSE firm_spelled END"

KEYS = (
    Key("e-mail address", "mailbox_hash", "NOT role AND mailbox_hash <> 0", 60),
    Key("telephone number", "line % 100000000", "line <> -1", 7),
    Key("number and initials", f"line % 100000000, {_INITIALS}", f"line <> -1 AND {_TWO}", 40),
    Key("profile", "profile_hash", "profile_hash <> 0", 40),
    Key("local part of the e-mail address", "letters_hash", "NOT role AND is_long", 4),
    Key("name", "name_hash", _NAMED, 6),
    Key("name and company", "name_hash, left(company, 8)", f"{_NAMED} AND company <> ''", 60),
    Key("family name and domain", "last, site", "last <> '' AND site <> ''", 40),
    Key("family name and company", "last, left(company, 12)", "last <> '' AND company <> ''", 40),
    Key("initials and company", f"{_INITIALS}, left(company, 16)", f"{_TWO} AND company <> ''", 10),
    Key("initials and company's domain", f"{_INITIALS}, {_FIRM}", f"{_TWO} AND {_FIRM} <> 0", 10),
    Key("given name and company", "first, left(company, 16)", "length(first) > 1 AND company <> ''", 4),
    Key("short name", "formal, last", _LONG, 6),
    Key("sound of the name", "left(first, 3), sound", _LONG, 5),
)
"""The keys of a lead; further identifiers have each their own.

The caps are small where a key alone says little: on a million rows, larger ones made three quarters more pairs, and
found one link in two thousand more. Nor are there keys of name and city, initials and domain, given name and domain:
with them there were a tenth more pairs, and one link in three thousand more.
"""


def keys_for(further: Sequence[str]) -> tuple[Key, ...]:
    """The keys of a lead, and one for each identifier and text that is compared besides."""
    more = [Key(name, name, f"{name} <> ''", 24) for name in further]
    both = [
        Key(f"{name} and initials", f"{name}, {_INITIALS}", f"{name} <> '' AND {_TWO}", 40) for name in further
    ]  # fmt: skip
    return (*KEYS, *more, *both)


def candidates(
    db: duckdb.DuckDBPyConnection, keys: pl.DataFrame, by: tuple[Key, ...], *, only_new: bool
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What is worth a comparison.

    A row of ``keys`` that stands for several rows is paired with itself: are they one person?

    Args:
        db: a database to compute in.
        keys: of :func:`~pb2b_notebook.cleanup.linkage.keys.build`.
        by: what to group by.
        only_new: leave out the pairs of two rows that were there before (``is_new`` is false for both).

    Returns:
        the pairs, each once and in order: ``a`` ≤ ``b``, numbers of rows of ``keys``; and the groups over their caps:
        ``key``, ``rows`` and an example row ``i`` of each.
    """
    import numpy as np
    import polars as pl

    columns = ", ".join(f"CASE WHEN {key.where} THEN hash({key.parts}) END AS k{n}" for n, key in enumerate(by))
    db.register("keys", keys.to_arrow(compat_level=pl.CompatLevel.newest()))
    hashed = pl.DataFrame(db.sql(f"SELECT i, copies, is_new, {columns} FROM keys").to_arrow_table())
    db.unregister("keys")
    new = np.zeros(len(hashed), dtype=bool)
    new[hashed["i"]] = hashed["is_new"]

    def of(number: int) -> tuple[np.ndarray, pl.DataFrame]:
        key = by[number]
        numbers, bounds = _groups(hashed["i"], hashed[f"k{number}"])
        pairs = _packed(*_within(numbers, bounds, key.cap), new if only_new else None)
        return pairs, _beyond(numbers, bounds, key.cap).with_columns(number=pl.lit(number), key=pl.lit(key.name))

    with ThreadPoolExecutor() as side_by_side:  # to sort is one core's work
        made = list(side_by_side.map(of, range(len(by))))
    found, over = [pairs for pairs, _ in made], pl.concat([some for _, some in made])
    copied = hashed.filter(pl.col("copies") > 1, pl.lit(not only_new) | pl.col("is_new"))["i"].to_numpy()
    pairs = _unpacked(np.concatenate([*found, _packed(copied, copied, None)]))
    return pairs, over.sort("rows", "number", "i", descending=[True, False, False]).select("key", "rows", "i")


def _groups(i: pl.Series, hashes: pl.Series) -> tuple[np.ndarray, np.ndarray]:
    """The rows that have a key, group after group and each in order; and where the groups of two or more begin and end.

    Row and hash share 64 bits, so that one sort of plain numbers does it. That leaves 44 bits of the hash for a million
    rows; two groups that become one by chance are a few needless comparisons.
    """
    import numpy as np

    has = hashes.is_not_null().to_numpy()
    bits = np.uint64(max(1, int(len(hashes) - 1).bit_length()))
    rest = (np.uint64(1) << bits) - np.uint64(1)
    both = (hashes.fill_null(0).to_numpy()[has] & ~rest) | i.to_numpy()[has].astype(np.uint64)
    both.sort()
    value = both >> bits
    edges = np.flatnonzero(np.concatenate([[True], value[1:] != value[:-1], [True]])[: len(both) + 1])
    begins, ends = edges[:-1], edges[1:]
    several = ends - begins > 1
    return (both & rest).astype(np.uint32), np.stack([begins[several], ends[several]])


def _within(numbers: np.ndarray, bounds: np.ndarray, cap: int) -> tuple[np.ndarray, np.ndarray]:
    """Every pair within the groups that are not over the cap, the smaller number first."""
    import numpy as np

    begins, ends = bounds[:, bounds[1] - bounds[0] <= cap]
    first = _ranges(begins, ends - 1)
    # Of each row that is not the last of its group, as many pairs as there are rows behind it.
    behind = np.repeat(ends, ends - 1 - begins)
    second = _ranges(first + 1, behind)
    return numbers[np.repeat(first, behind - first - 1)], numbers[second]


def _ranges(begins: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Many ranges, one after the other.

    >>> import numpy as np
    >>> _ranges(np.array([3, 7]), np.array([5, 10])).tolist()
    [3, 4, 7, 8, 9]
    """
    import numpy as np

    lengths = ends - begins
    starts = np.cumsum(lengths) - lengths
    result: np.ndarray = np.arange(int(lengths.sum())) + np.repeat(begins - starts, lengths)
    return result


def _beyond(numbers: np.ndarray, bounds: np.ndarray, cap: int) -> pl.DataFrame:
    """Of each group over the cap, its ``rows`` and the first of them, ``i``."""
    import polars as pl

    begins, ends = bounds[:, bounds[1] - bounds[0] > cap]
    return pl.DataFrame({"rows": ends - begins, "i": numbers[begins]})


def _packed(a: np.ndarray, b: np.ndarray, new: np.ndarray | None) -> np.ndarray:
    """Pairs as one number each; if ``new`` is given, only those with a new row."""
    import numpy as np

    if new is not None:
        kept = new[a] | new[b]
        a, b = a[kept], b[kept]
    result: np.ndarray = (a.astype(np.uint64) << np.uint64(32)) | b
    return result


def _unpacked(packed: np.ndarray) -> pl.DataFrame:
    """``a`` and ``b`` of packed pairs, each pair once, in order."""
    import numpy as np
    import polars as pl

    packed.sort()  # by far faster than np.unique, which hashes
    packed = packed[np.concatenate([[True], packed[1:] != packed[:-1]])[: len(packed)]]
    return pl.DataFrame({"a": (packed >> np.uint64(32)).astype(np.uint32), "b": packed.astype(np.uint32)})
