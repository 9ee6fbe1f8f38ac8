"""Rows that were held back, known again in a file that lost its reasons and its decisions.

A file of held-back rows may come back without both columns, and with other names, orders and kinds of its cells. What
is kept of each row are digests of the cells that name the person: name, company, email address and phone. They have a
key of their own, since addresses can be guessed. A row of a file is one of them if it has all of these cells that the
file has at all. So a row that was corrected there is judged by itself, and one that only lost columns waits.
"""

from __future__ import annotations

import hmac
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.vocabulary import NAMES
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.upserts.planning.opted_out import columns_of_reasons

WITHOUT_REASON: Final = "it was held back, and this file has neither the reason nor a decision"
_COMPANY: Final = "company_name"
_KEYS: Final = NAMES | {"email", "phone", _COMPANY}
_LISTS: Final = 50
"""Lists of which the rows are kept; a longer record is slow to write."""
_LENGTH: Final = 12
_DATE: Final = re.compile(r"(\d{1,4})([-./])(\d{1,2})\2(\d{1,4})(?:[T ]0?0:00(?::00)?)?")
_NUMBER: Final = re.compile(r"[+-]?\d+(?:[.,]\d+)?")
_TRUTHS: Final = frozenset({"true", "false"})


class HeldRow(NamedTuple):
    """A row that was held back.

    Attributes:
        cells: Field and digest of each cell that names the person.
        read_again: Digests of its remarks that are not understood: where these are left, they are read again.
    """

    cells: Sequence[Sequence[str]]
    read_again: Sequence[str] = ()


def held_rows(
    source: Any, columns: Mapping[Any, str], doubtful: Iterable[int], unclear: Mapping[int, str], key: str = ""
) -> list[HeldRow]:
    """Return what is kept of rows that are held back.

    Args:
        source: The list.
        columns: Column → lead field.
        doubtful: Positions of rows that wait for a doubt.
        unclear: Position → reason, of rows that wait for a remark of their own.
        key: Secret of the digests.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"Name": ["Ada", "Bo"], "Tier": ["A", "B"]})
    >>> [[key for key, _ in row.cells] for row in held_rows(people, {"Name": "full_name", "Tier": "tier"}, [1], {})]
    [['full_name']]
    """
    keys = {column: key for column, key in columns.items() if key in _KEYS}
    of_keys = {column: _digests(source, column, key) for column in keys}
    names, found = column_names(source), list[HeldRow]()
    of_remarks: dict[Any, list[str]] = {}
    for row in sorted({*doubtful, *unclear}):
        remarks = columns_of_reasons(names, [unclear[row]]) if row in unclear else []
        for column in remarks:
            of_remarks.setdefault(column, _digests(source, column, key))
        cells = [(keys[column], digests[row]) for column, digests in of_keys.items() if digests[row]]
        found += [HeldRow(cells, [of_remarks[column][row] for column in remarks])] if cells else []
    return found


def may_be_held_rows(source: Any, held: Sequence[HeldRow]) -> bool:
    """Return whether at least half of the rows of a list may be rows that were held back, by their number.

    >>> may_be_held_rows([1, 2], [HeldRow([])]), may_be_held_rows([1, 2, 3], [HeldRow([])])
    (True, False)
    """
    return len(source) <= 2 * len(held)


def find_held_rows(source: Any, held: Sequence[HeldRow], key: str = "") -> list[int]:
    """Return the positions of rows that were held back; none if most rows of the list were not.

    >>> import pandas as pd
    >>> held = held_rows(pd.DataFrame({"Name": ["Ada"], "Firm": ["Zed"]}), {"Name": "full_name"}, [0], {})
    >>> find_held_rows(pd.DataFrame({"Who": ["ADA ", "Bo"]}), held), find_held_rows(pd.DataFrame({"Who": ["Bo"]}), held)
    ([0], [])
    """
    columns = [_digests(source, name, key) for name in column_names(source)]
    rows = [{*row} - {""} for row in zip(*columns, strict=True)]
    left = {key for digests in columns for key in _keys_of({*digests}, held)}
    of_people = {digest for row in held for key, digest in row.cells if key != _COMPANY}
    if 2 * sum(not row.isdisjoint(of_people) for row in rows) < len(rows):
        return []
    counts = Counter(digest for row in held for _, digest in row.cells)
    by_rarest: dict[str, dict[frozenset[str], set[frozenset[str]]]] = defaultdict(dict)
    for row in held:
        cells = frozenset(digest for key, digest in row.cells if key in left)
        if cells:
            rarest = min(cells, key=lambda one: (counts[one], one))
            by_rarest[rarest].setdefault(cells, set()).add(frozenset(row.read_again))

    def waits(row: set[str]) -> bool:
        found = (again for one in row for cells, again in by_rarest.get(one, {}).items() if cells <= row)
        return any(not again or not again <= row for some in found for again in some)

    return [position for position, row in enumerate(rows) if waits(row)]


def _keys_of(digests: Collection[str], held: Sequence[HeldRow]) -> set[str]:
    """Return the field of which a column has the most cells; several with as many.

    A name may be that of a company as well, so that one cell alone does not show that the companies are there.
    """
    counts = Counter(key for row in held for key, digest in row.cells if digest in digests)
    return {key for key, count in counts.items() if count == max(counts.values())}


def with_list(kept: Mapping[str, Any], digest: str, held: Sequence[HeldRow], now: str) -> dict[str, Any]:
    """Return the kept rows of lists with those of another one, the latest lists last, each with its time.

    >>> with_list({"a": ["t0", []], "b": ["t1", []]}, "a", [], "t2")
    {'b': ['t1', []], 'a': ['t2', []]}
    """
    lists = [(name, of) for name, of in kept.items() if name != digest]
    return dict([*lists[1 - _LISTS :], (digest, [now, [*held]])])


def plain_text(cell: Any) -> str:
    """Return a cell as text, as far as a file keeps it that a spreadsheet program has saved.

    >>> [plain_text(cell) for cell in ("2024-01-31 00:00:00", "31.1.2024", "+4930901820", 7.0, "0,50", "0", "TRUE")]
    ['1 31 2024', '1 31 2024', '4930901820', '7', '0.5', '0', 'true']
    """
    if is_blank(cell):
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    text = str(cell).strip().removeprefix("'")
    if date := _DATE.fullmatch(text):
        return " ".join(map(str, sorted(map(int, date.group(1, 3, 4)))))
    if _NUMBER.fullmatch(text):
        whole, _, fraction = text.lstrip("+").replace(",", ".").partition(".")
        return ".".join((whole.lstrip("0") or "0", fraction.rstrip("0"))).rstrip(".")
    return text.lower() if text.lower() in _TRUTHS else text


def _digests(source: Any, column: Any, key: str) -> list[str]:
    """Return a digest of each cell of a column; "" for blanks."""
    texts = (plain_text(cell).casefold() for cell in cells_of(source, column))
    return [keyed_digest(text, key)[:_LENGTH] if text else "" for text in texts]


def keyed_digest(text: str, key: str) -> str:
    """Return a digest that cannot be compared with one of another key.

    >>> keyed_digest("ada@b.example", "a") == keyed_digest("ada@b.example", "b")
    False
    """
    return hmac.digest(key.encode(), text.encode("utf-8", "surrogatepass"), "sha256").hex()
