"""Write numbers with their nouns."""

from __future__ import annotations


def count_text(number: float, one: str, many: str = "") -> str:
    """Return a number with its noun; ``many`` is its plural, if that is not formed by an "s".

    >>> count_text(1, "row"), count_text(1200, "row"), count_text(0, "reply", "replies")
    ('1 row', '1,200 rows', '0 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"
