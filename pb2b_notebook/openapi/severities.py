"""Rate how severe a difference is for code written for our document; it depends on who sends the value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from pb2b_notebook.openapi.annotations import (
    DEPRECATED,
    READ_ONLY,
    STYLE,
    SUNSET,
    WRITE_ONLY,
    Annotations,
    Step,
    compare_annotations,
)
from pb2b_notebook.openapi.limits import ALTERNATIVES, DEFAULT, Limits, compare_limits
from pb2b_notebook.openapi.shapes import ANYTHING, Shape

Severity = Literal["breaking", "notable", "harmless"]
SEVERITIES: tuple[Severity, ...] = ("breaking", "notable", "harmless")
# Rates an aspect of two shapes, either of which may be missing.
Rate = Callable[[str, Shape | None, Shape | None], Severity]
_OF_SHAPES = {"type", "required", "nullable", "choices"}
"""Aspects that are not limits."""
_OF_ANNOTATIONS: Mapping[str, Mapping[Step, Severity]] = {
    DEPRECATED: {"added": "notable", "changed": "notable", "removed": "harmless"},
    SUNSET: {"added": "notable", "changed": "notable", "removed": "notable"},
    "x-stability-level": {"added": "notable", "changed": "notable", "removed": "notable"},
    # What is sent all the same is ignored, as OpenAPI 3.1 recommends.
    READ_ONLY: {"added": "notable", "changed": "notable", "removed": "harmless"},
    WRITE_ONLY: {"added": "notable", "changed": "notable", "removed": "harmless"},
    "discriminator": {"added": "notable", "changed": "notable", "removed": "notable"},
    STYLE: {"added": "breaking", "changed": "breaking", "removed": "breaking"},
}
# Every integer is also a number, and every time is also text.
_WIDER = {"integer": "number", "datetime": "text", "date": "text"}
_LIST = "list of "
_SCALARS = ("text", "integer", "number", "boolean", "datetime", "date")


def severity_of_annotation(name: str, ours: Annotations, theirs: Annotations) -> Severity:
    """Return the severity of an annotation that differs.

    >>> severity_of_annotation("deprecated", {}, {"deprecated": "true"})
    'notable'
    """
    return _OF_ANNOTATIONS[name][compare_annotations(ours, theirs)[name]]


def severity_of_parameter(aspect: str, ours: Shape | None, theirs: Shape | None) -> Severity:
    """Return the severity for a parameter, whose values are sent as text.

    One value is written as a list of one is, and what is left out has a default only if it may be left out.

    >>> severity_of_parameter("type", Shape("integer"), Shape("text"))
    'harmless'
    >>> severity_of_parameter("type", Shape("text"), Shape("list of text"))
    'harmless'
    """
    if ours is None or theirs is None:
        return severity_of_sent(aspect, ours, theirs)
    if aspect == DEFAULT and theirs.required:
        return "harmless"
    if aspect == "type":
        is_same_text = STYLE not in theirs.annotations and not any(name.startswith("items.") for name in theirs.limits)
        taken = theirs.kind.removeprefix(_LIST) if is_same_text else theirs.kind
        kinds = ours.kind.split(" or ")
        sent = ["text" if kind in _SCALARS and not _includes(taken, kind) else kind for kind in kinds]
        return "harmless" if _includes(taken, " or ".join(sent)) else "breaking"
    return severity_of_sent(aspect, ours, theirs)


def severity_of_body(aspect: str, ours: Shape | None, theirs: Shape | None) -> Severity:
    """Return the severity for a field of a request's body: its defaults are those of what is created, not a filter.

    >>> severity_of_body("default", Shape("text", limits={"default": '"a"'}), Shape("text"))
    'notable'
    """
    return "notable" if aspect.removeprefix("items.") == DEFAULT else severity_of_sent(aspect, ours, theirs)


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
    if aspect == READ_ONLY and READ_ONLY not in theirs.annotations and theirs.required:
        return "breaking"  # it has to be sent now
    if aspect in _OF_ANNOTATIONS:
        return severity_of_annotation(aspect, ours.annotations, theirs.annotations)
    if aspect == ALTERNATIVES and ours.alternatives and theirs.alternatives:
        missing = ours.alternatives.keys() - theirs.alternatives.keys()
        more = theirs.alternatives.keys() - ours.alternatives.keys()
        return ("notable" if more else "breaking") if missing else "harmless"
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
    effect = dict(compare_limits(ours, theirs)).get(name, "other")
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
    if aspect in _OF_ANNOTATIONS:
        gone = aspect == WRITE_ONLY and aspect in theirs.annotations and ours.required
        return "breaking" if gone else severity_of_annotation(aspect, ours.annotations, theirs.annotations)
    if aspect not in _OF_SHAPES:
        return _severity_of_received_limit(aspect, ours, theirs)
    breaks = {
        "type": theirs.kind != ANYTHING and not _includes(ours.kind, theirs.kind),
        # None of the values that the code knows comes any more.
        "choices": bool(ours.choices and theirs.choices and ours.choices.isdisjoint(theirs.choices)),
    }
    unmet = {
        "type": theirs.kind == ANYTHING,
        "required": not theirs.required,
        "nullable": theirs.nullable,
        "choices": theirs.choices is None or (ours.choices is not None and not theirs.choices <= ours.choices),
    }
    return "breaking" if breaks.get(aspect) else "notable" if unmet[aspect] else "harmless"


def _severity_of_received_limit(name: str, ours: Shape, theirs: Shape) -> Severity:
    if name == ALTERNATIVES and ours.alternatives and theirs.alternatives:
        return "notable" if theirs.alternatives.keys() - ours.alternatives.keys() else "harmless"
    effect = dict(compare_limits(ours.limits, theirs.limits)).get(name, "other")
    return "notable" if effect in {"looser", "other"} and not name.endswith(DEFAULT) else "harmless"


def _includes(kinds: str, others: str) -> bool:
    """Whether every value of the other kinds is also one of these."""
    if kinds.startswith(_LIST) and others.startswith(_LIST):
        return _includes(kinds.removeprefix(_LIST), others.removeprefix(_LIST))
    known = kinds.split(" or ")
    return kinds == ANYTHING or all(kind in known or _WIDER.get(kind) in known for kind in others.split(" or "))
