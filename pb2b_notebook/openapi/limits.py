"""Read what a schema demands of a value beyond its type, and compare two demands by which values they take.

The keywords are those of JSON Schema 2020-12 (validation and applicator vocabularies).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
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
ALTERNATIVES: Final = "alternatives"
"""Number of schemas of which the value has to match one."""

Limits = Mapping[str, float | str]
Effect = Literal["newly tighter", "tighter", "looser", "other"]

_DEMANDS_NOTHING: Final[Mapping[str, Any]] = {
    "uniqueItems": False, "additionalProperties": True, "unevaluatedProperties": True, "unevaluatedItems": True,
}  # fmt: skip
# They are part of the type in words.
_TYPES: Final = ("date", "date-time", "int32", "int64", "float", "double")


def limits_of(schema: Mapping[str, Any]) -> dict[str, float | str]:
    """Return keyword → limit of a plain schema: bounds as numbers, rules as JSON.

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
            found[name] = json.dumps(schema[name], sort_keys=True, default=str)
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
        if before != after:
            yield name, _effect(name.removeprefix("items."), before, after)


def _effect(name: str, before: float | str | None, after: float | str | None) -> Effect:
    if name == ALTERNATIVES:
        before, after = before or 1, after or 1
    if after is None:
        return "looser"
    if before is None:
        # A length of at least 1 forbids the empty text, which was sent before.
        return "tighter" if name in RULES or name == "minLength" else "newly tighter"
    if isinstance(before, str) or isinstance(after, str):
        return "other"
    return "tighter" if (after < before) == (name in (*UPPER, ALTERNATIVES)) else "looser"
