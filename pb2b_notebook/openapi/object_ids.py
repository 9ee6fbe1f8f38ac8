"""Ids are text, whatever a service sends: as integers they would lose zeros, or turn into floats beside a null."""

from __future__ import annotations

import re
from numbers import Integral
from typing import Any, Final

_IDS: Final = re.compile(r"id|.*_ids?|ids|.*[a-z0-9]Ids?|merged_into|mergedInto")


def is_id(name: str) -> bool:
    """Whether a field of this name holds an id.

    >>> [name for name in ("id", "lead_id", "campaignId", "merged_into", "paid", "valid", "score") if is_id(name)]
    ['id', 'lead_id', 'campaignId', 'merged_into']
    """
    return _IDS.fullmatch(name) is not None


def id_text(value: Any) -> Any:
    """Return an id as text if it came as an integer; any other value is returned unchanged.

    >>> id_text(17), id_text("lead_1"), id_text(None), id_text(True)
    ('17', 'lead_1', None, True)
    """
    return value if isinstance(value, bool) or not isinstance(value, Integral) else str(int(value))


def with_text_ids(value: Any, name: str = "") -> Any:
    """Return parsed JSON with all ids as text.

    >>> with_text_ids({"id": 7, "score": 7, "lead": {"id": 8}, "ids": [1, "a"]})
    {'id': '7', 'score': 7, 'lead': {'id': '8'}, 'ids': ['1', 'a']}
    """
    if isinstance(value, dict):
        return {key: with_text_ids(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_text_ids(inner, name) for inner in value]
    return id_text(value) if is_id(name) else value
