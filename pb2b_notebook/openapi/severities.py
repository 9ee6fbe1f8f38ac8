"""What a difference means for what was written against ours: it depends on who says the value. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pb2b_notebook.openapi.shapes import ANYTHING, Shape

Severity = Literal["breaking", "notable", "harmless"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "notable", "harmless")
# Judges an aspect of two shapes, either of which may be missing.
Judge = Callable[[str, Shape | None, Shape | None], Severity]
# What is also the other: every integer is a number, and every time is text.
_WIDER = {"integer": "number", "datetime": "text", "date": "text"}


def sent(aspect: str, ours: Shape | None, theirs: Shape | None) -> Severity:
    """For one who sends the value: where less is taken, or more is asked for, requests fail.

    Args:
        aspect: what differs; see :class:`~pb2b_notebook.openapi.comparison.Difference`.
        ours: what was built on; ``None`` for a value that is new.
        theirs: what it is now; ``None`` for one that is gone.

    >>> sent("added", None, Shape("text", required=True)), sent("type", Shape("integer"), Shape("number"))
    ('breaking', 'harmless')
    """
    if ours is None or theirs is None:
        return "breaking" if theirs is None or theirs.required else "harmless"
    if aspect == "maximum":
        lower = theirs.maximum is not None and (ours.maximum is None or theirs.maximum < ours.maximum)
        return "notable" if lower else "harmless"
    fails = {
        "type": not _holds(theirs.kind, ours.kind),
        "required": theirs.required,
        "nullable": not theirs.nullable,
        "choices": theirs.choices is not None and (ours.choices is None or not ours.choices <= theirs.choices),
    }
    return "breaking" if fails[aspect] else "harmless"


def answered(aspect: str, ours: Shape | None, theirs: Shape | None) -> Severity:
    """For one who reads the value: what was there may be gone, and what never came may come.

    Args:
        aspect: what differs; see :class:`~pb2b_notebook.openapi.comparison.Difference`.
        ours: what was built on; ``None`` for a value that is new.
        theirs: what it is now; ``None`` for one that is gone.

    >>> answered("added", None, Shape("text", required=True)), answered("type", Shape("integer"), Shape("number"))
    ('harmless', 'breaking')
    """
    if ours is None or theirs is None:
        return "breaking" if theirs is None else "harmless"
    if aspect == "type" and theirs.kind != ANYTHING:
        return "harmless" if _holds(ours.kind, theirs.kind) else "breaking"
    meets = {
        "type": True,
        "required": not theirs.required,
        "nullable": theirs.nullable,
        "choices": theirs.choices is None or (ours.choices is not None and not theirs.choices <= ours.choices),
        "maximum": False,
    }
    return "notable" if meets[aspect] else "harmless"


def _holds(kinds: str, others: str) -> bool:
    """Whether every value of the other kinds is also one of these."""
    held = kinds.split(" or ")
    return kinds == ANYTHING or all(kind in held or _WIDER.get(kind) in held for kind in others.split(" or "))
