"""Put the pattern of a pair into words: what agrees, and what speaks against it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.cleanup.linkage.columns.further_columns import describe_levels, have_other_values
from pb2b_notebook.cleanup.linkage.pairs.levels import UNLIKE, levels_of, may_be_one_name, unpack_levels
from pb2b_notebook.cleanup.linkage.subjects import PEOPLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from pb2b_notebook.cleanup.linkage.columns.further_columns import FurtherColumn
    from pb2b_notebook.cleanup.linkage.subjects import Subject

_OBJECTIONS = ("different", "one email address", "only one")
"""First words of the levels that speak against a pair."""
_CALLED = "one first name is the other's middle name"
_INITIAL = "; same initial"
"""Words of the name of an initial; that of a person who is called by the middle name may be another."""
_BOTH_COMMON = "both first names are common"
"""Words for two given names of one family name that are alike, and none a typing error."""


def reasons(
    patterns: np.ndarray,
    further: np.ndarray | None = None,
    columns: Sequence[FurtherColumn] = (),
    *,
    subject: Subject = PEOPLE,
) -> list[str]:
    """Return one line for each pattern: what agrees, then what speaks against the pair.

    Args:
        patterns: Patterns of pairs.
        further: Packed levels of the pairs in the further columns.
        columns: Further columns.
        subject: What the rows are about.

    >>> import numpy as np
    >>> reasons(np.array([2 | 5 << 7 | 1 << 11]))
    ['same email address; same family name; first names are nicknames; same company; same domain']
    """
    numbers = {comparison.name: number for number, comparison in enumerate(subject.comparisons)}
    lines = []
    more = [0] * len(patterns) if further is None else further.tolist()
    for levels, packed in zip(unpack_levels(patterns, subject.comparisons).tolist(), more, strict=True):
        reported = [
            (name, subject.comparisons[numbers[name]].levels[level])
            for name in subject.reported
            if (level := levels[numbers[name]]) and level not in subject.unreported.get(name, ())
        ]
        objections = [words for _, words in reported if words.startswith(_OBJECTIONS)]
        agreements = [words for _, words in reported if words and words not in objections]
        if subject is PEOPLE and _have_two_common_names(levels, numbers):
            objections.append(_BOTH_COMMON)
        if _CALLED in agreements:
            agreements = [words.removesuffix(_INITIAL) for words in agreements]
        agree, differ = describe_levels(packed, columns)
        agreements, objections = [*agreements, *agree], [*objections, *differ]
        against = [f"but {'; '.join(objections)}"] if objections else []
        lines.append("; ".join([*agreements, *against]))
    return lines


def review_reasons(
    patterns: np.ndarray,
    further: np.ndarray | None = None,
    columns: Sequence[FurtherColumn] = (),
    *,
    subject: Subject = PEOPLE,
) -> list[str]:
    """Return for each pattern of pairs that a rule leaves to a person, why it does.

    Args:
        patterns: Patterns of pairs.
        further: Packed levels of the pairs in the further columns.
        columns: Further columns.
        subject: What the rows are about.

    >>> import numpy as np
    >>> review_reasons(np.array([0, 1, 12 | 7 << 4 | 1 << 11]))
    ['a name is missing', 'two people may have this name', 'the names may be of two people']
    """
    import numpy as np

    more = np.zeros(len(patterns), dtype=np.int64) if further is None else further
    (name,) = levels_of(patterns, "name", comparisons=subject.comparisons)
    differ = have_other_values(more, columns, "date", "identifier")
    words = [f"a date or a number may be of another {subject.one}", "a name is missing"]
    words.append(f"two {subject.name} may have this name")
    one_name = (name == 1) & (may_be_one_name(patterns) | (subject is not PEOPLE))
    found = np.select([differ, name == 0, one_name], words, f"the names may be of two {subject.name}")
    return [str(one) for one in found]


def _have_two_common_names(levels: Sequence[int], numbers: Mapping[str, int]) -> bool:
    """Return whether two given names are alike, and both common."""
    name, middle, likeness = (levels[numbers[one]] for one in ("name", "middle", "likeness"))
    return likeness == 1 and middle == UNLIKE and name != 15  # noqa: PLR2004 - level
