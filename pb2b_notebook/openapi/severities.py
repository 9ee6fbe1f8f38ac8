"""Rate how severe a difference is for code written for our document; it depends on who sends the value."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pb2b_notebook.openapi.limits import DEFAULT, Limits, compare_limits
from pb2b_notebook.openapi.shapes import ANYTHING, Shape

Severity = Literal["breaking", "notable", "harmless"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "notable", "harmless")
# Rates an aspect of two shapes, either of which may be missing.
Rate = Callable[[str, Shape | None, Shape | None], Severity]
_OF_SHAPES = {"type", "required", "nullable", "choices"}
"""Aspects that are not limits."""
# Every integer is also a number, and every time is also text.
_WIDER = {"integer": "number", "datetime": "text", "date": "text"}


def severity_of_sent(aspect: str, ours: Shape | None, theirs: Shape | None) -> Severity:
    """Return the severity for a value that we send: requests fail if less is accepted or more is required.

    Args:
        aspect: What differs; see :class:`~pb2b_notebook.openapi.comparison.Difference`.
        ours: Shape in our document; ``None`` for a value that is new.
        theirs: Shape in their document; ``None`` for a value that is gone.

    >>> severity_of_sent("added", None, Shape("text", required=True))
    'breaking'
    >>> severity_of_sent("type", Shape("integer"), Shape("number"))
    'harmless'
    """
    if ours is None or theirs is None:
        return "breaking" if theirs is None or theirs.required else "harmless"
    if aspect not in _OF_SHAPES:
        return _severity_of_sent_limit(aspect, ours.limits, theirs.limits)
    fails = {
        "type": not _includes(theirs.kind, ours.kind),
        "required": theirs.required,
        "nullable": not theirs.nullable,
        "choices": theirs.choices is not None and (ours.choices is None or not ours.choices <= theirs.choices),
    }
    return "breaking" if fails[aspect] else "harmless"


def _severity_of_sent_limit(name: str, ours: Limits, theirs: Limits) -> Severity:
    if name.removeprefix("items.") == DEFAULT:
        # What is left out means something else now.
        return "breaking" if name in ours else "notable"
    effect = dict(compare_limits(ours, theirs))[name]
    return {"tighter": "breaking", "looser": "harmless"}.get(effect, "notable")  # type: ignore[return-value]


def severity_of_received(aspect: str, ours: Shape | None, theirs: Shape | None) -> Severity:
    """Return the severity for a value that we receive: it may be gone, or be something that never came before.

    Args:
        aspect: What differs; see :class:`~pb2b_notebook.openapi.comparison.Difference`.
        ours: Shape in our document; ``None`` for a value that is new.
        theirs: Shape in their document; ``None`` for a value that is gone.

    >>> severity_of_received("added", None, Shape("text", required=True))
    'harmless'
    >>> severity_of_received("type", Shape("integer"), Shape("number"))
    'breaking'
    """
    if ours is None or theirs is None:
        return "breaking" if theirs is None else "harmless"
    if aspect == "type" and theirs.kind != ANYTHING:
        return "harmless" if _includes(ours.kind, theirs.kind) else "breaking"
    unmet = {
        "type": True,
        "required": not theirs.required,
        "nullable": theirs.nullable,
        "choices": theirs.choices is None or (ours.choices is not None and not theirs.choices <= ours.choices),
    }
    if aspect not in _OF_SHAPES:
        effect = dict(compare_limits(ours.limits, theirs.limits))[aspect]
        return "notable" if effect in {"looser", "other"} and not aspect.endswith(DEFAULT) else "harmless"
    return "notable" if unmet[aspect] else "harmless"


def _includes(kinds: str, others: str) -> bool:
    """Whether every value of the other kinds is also one of these."""
    known = kinds.split(" or ")
    return kinds == ANYTHING or all(kind in known or _WIDER.get(kind) in known for kind in others.split(" or "))
