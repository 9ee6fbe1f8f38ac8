"""Read what a schema demands of a value beyond its type, and compare two demands by which values they take.

The keywords are those of JSON Schema 2020-12 (validation and applicator vocabularies).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

UPPER: Final = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains")
"""The value takes less if they are lower."""
LOWER: Final = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains")
"""The value takes less if they are higher."""
RULES: Final = (
    "pattern", "format", "multipleOf", "uniqueItems", "additionalProperties", "patternProperties", "propertyNames",
    "dependentRequired", "dependentSchemas", "unevaluatedProperties", "unevaluatedItems", "prefixItems", "contains",
    "not", "if", "then", "else", "contentMediaType", "contentEncoding", "contentSchema",
)  # fmt: skip
"""The value takes less with them than without; of two different ones, nothing is known."""
DEFAULT: Final = "default"
FURTHER: Final = "of a schema"
ALTERNATIVES: Final = "alternatives"
"""Number of schemas of which the value has to match one."""

Limits = Mapping[str, float | str]
Effect = Literal["newly tighter", "tighter", "looser", "other"]

_DEMANDS_NOTHING: Final[Mapping[str, Any]] = {
    "uniqueItems": False, "additionalProperties": True, "unevaluatedProperties": True, "unevaluatedItems": True,
}  # fmt: skip
# They are part of the type in words.
_TYPES: Final = ("date", "date-time")
_WIDTHS: Final[Mapping[Any, int]] = {'"int32"': 1, '"int64"': 2, '"float"': 3, '"double"': 4}
"""Formats of numbers, from the narrowest. A document that leaves them out says nothing of them."""


def limits_of(schema: Mapping[str, Any], inline: Callable[[Any], Any] = lambda rule: rule) -> dict[str, float | str]:
    """Return keyword → limit of a plain schema: bounds as numbers, rules as JSON.

    Args:
        schema: A plain schema.
        inline: Returns a rule without references.

    >>> limits_of({"type": "string", "maxLength": 80, "pattern": "^a", "minLength": 0})
    {'maxLength': 80, 'pattern': '"^a"'}
    """
    found: dict[str, float | str] = {}
    for name in (*UPPER, *LOWER):
        value = schema.get(name)
        no_bound = name.startswith("min") and name != "minimum" and value == 0
        if isinstance(value, int | float) and not isinstance(value, bool) and not no_bound:
            found[name] = value
    for bound in ("maximum", "minimum"):
        # OpenAPI 3.0 says by a boolean that the bound itself is excluded.
        exclusive = f"exclusive{bound.capitalize()}"
        if schema.get(exclusive) is True and bound in found:
            found[exclusive] = found.pop(bound)
    for name in (*RULES, DEFAULT):
        if name in schema and not _demands_nothing(name, schema[name]):
            rule = schema[name] if name == DEFAULT else inline(schema[name])
            # What further properties must be is compared as a value of its own.
            further = name == "additionalProperties" and rule is not False
            found[name] = FURTHER if further else json.dumps(rule, sort_keys=True, default=str)
    return found


def _demands_nothing(name: str, value: Any) -> bool:
    if name == "format":
        return value in _TYPES
    return (name != DEFAULT and value in ({}, None)) or _DEMANDS_NOTHING.get(name, ()) == value


def compare_limits(ours: Limits, theirs: Limits) -> Iterator[tuple[str, Effect]]:
    """Yield the keywords that differ, and what theirs takes compared with ours.

    >>> list(compare_limits({"maximum": 500}, {"maximum": 100, "pattern": '"^a"'}))
    [('maximum', 'tighter'), ('pattern', 'tighter')]
    """
    for name in dict.fromkeys([*ours, *theirs]):
        before, after = ours.get(name), theirs.get(name)
        widths = before in _WIDTHS or after in _WIDTHS
        if before != after and not (widths and None in {before, after}):
            yield name, _effect(name.removeprefix("items."), before, after)


def _effect(name: str, before: float | str | None, after: float | str | None) -> Effect:
    if name == ALTERNATIVES:
        before, after = before or 1, after or 1
    if after is None:
        return "looser"
    if before is None:
        # A length of at least 1 forbids the empty text, which was sent before.
        return "tighter" if name in RULES or name == "minLength" else "newly tighter"
    if before in _WIDTHS and after in _WIDTHS:
        return "tighter" if _WIDTHS[after] < _WIDTHS[before] else "looser"
    if isinstance(before, str) or isinstance(after, str):
        return "other"
    return "tighter" if (after < before) == (name in (*UPPER, ALTERNATIVES)) else "looser"
