"""The choices of an intake, and the recipe that keeps those which are not about single rows."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import combinations, pairwise, product
from typing import TYPE_CHECKING, Any, Final, get_args

from pb2b_notebook.cleanup.linkage.clusters.choices import find_contradiction
from pb2b_notebook.cleanup.normalization.rules import RULES
from pb2b_notebook.errors import InvalidParameterError, MappingError, ProspectB2BError, nearest
from pb2b_notebook.frames.strict_json import members
from pb2b_notebook.upserts.planning.decisions import Existing

if TYPE_CHECKING:
    from pb2b_notebook.mapping import Mapping as ColumnMapping

SURE: Final = 0.95
"""Default of the least match probability that is followed without a person's yes."""
ACCEPTED: Final = ("reading_order",)
"""Default of the rules whose suggestions are applied: those that are sure."""
OBJECT: Final = "pb2b_intake"
VERSION: Final = 1
LARGEST: Final = 2 << 20
"""Limit of bytes of a recipe."""
_REPAIR: Final = "pass the text of intake.recipe, unchanged"
_GROUPS: Final = '{}=[[3, "lead_…"]]'
ABOUT_ROWS: Final = ("same", "different", "allow", "leave_out")
"""Choices about single rows, which no recipe keeps."""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person decides about an intake; every one has a default.

    Attributes:
        mapping: Mapping of the columns; by default the suggested one.
        country: Country of rows without one, which they get; it decides how their phones are read.
        without: Rules of ``normalize`` that are not applied.
        accept: Rules of ``normalize`` whose suggestions are applied.
        existing: "fill" writes into blanks of known leads only, "overwrite" what differs and does not say less, "skip"
            leaves them alone.
        sure: Least match probability that is followed without a person's yes.
        rules: Field → rule of ``merge``.
        same: Groups of rows and leads that are one person.
        different: Groups of rows and leads that are different people.
        allow: Rows that are created although they look like a person who opted out, like several people or a total.
        leave_out: Rows whose person is not sent.
    """

    mapping: ColumnMapping | None = None
    country: str | None = None
    without: tuple[str, ...] = ()
    accept: tuple[str, ...] = ACCEPTED
    existing: Existing = "fill"
    sure: float = SURE
    rules: Mapping[str, str] = field(default_factory=dict)
    same: tuple[tuple[Any, ...], ...] = ()
    different: tuple[tuple[Any, ...], ...] = ()
    allow: tuple[Any, ...] = ()
    leave_out: tuple[Any, ...] = ()


_NAMES: Final = tuple(each.name for each in fields(Choices))


def check_choices(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return choices in the types of :class:`Choices`.

    Args:
        given: Choices by name; a mapping may be a dict or its JSON.

    Raises:
        InvalidParameterError: A choice is unknown, or has another type or value.
        MappingError: The mapping is not one.

    >>> check_choices({"same": [[0, "lead_1"]], "country": None})
    {'same': ((0, 'lead_1'),), 'country': None}
    """
    choices = {name: _check(name, value) for name, value in given.items()}
    _check_groups(choices.get("same", ()), choices.get("different", ()))
    return choices


def write_recipe(choices: Choices) -> str:
    """Return the choices as JSON, without those about single rows."""
    kept = {name: getattr(choices, name) for name in _NAMES if name not in ABOUT_ROWS}
    mapping = kept.pop("mapping")
    document = {
        "object": OBJECT,
        "version": VERSION,
        "mapping": None if mapping is None else json.loads(mapping.to_json()),
        **{name: value for name, value in kept.items() if value or name == "accept"},
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def read_recipe(text: str | bytes) -> dict[str, Any]:
    """Return the choices of a recipe.

    Raises:
        InvalidParameterError: It is not a recipe of this version.
        MappingError: Its mapping is not one.
    """
    if not isinstance(text, str | bytes):
        raise InvalidParameterError(f"a recipe must be JSON text, not {type(text).__name__}", repair=_REPAIR)
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    try:
        found = {member.name: member.value for member in members(data)} if len(data) <= LARGEST else {}
    except (ProspectB2BError, RecursionError):
        found = {}
    if found.pop("object", None) != OBJECT:
        raise InvalidParameterError("this is not the recipe of an intake", repair=_REPAIR)
    if found.pop("version", None) != VERSION:
        raise InvalidParameterError(
            "this recipe has an unknown version", repair=f"this pb2b-notebook reads version {VERSION}"
        )
    for name in found:
        if name not in _NAMES or name in ABOUT_ROWS:
            raise InvalidParameterError(f"a recipe has no member {name[:40]!r}", repair=_REPAIR)
    mapping = found.pop("mapping", None)
    choices = check_choices(found)
    return choices if mapping is None else {"mapping": _as_mapping(json.dumps(mapping)), **choices}


def _check_groups(same: Iterable[Sequence[Any]], different: Iterable[Sequence[Any]]) -> None:
    for one, other in product(same, different):
        both = [each for each in one if each in other]
        if len(both) > 1:
            raise InvalidParameterError(
                f"same= and different= both name {both[0]!r} and {both[1]!r}", repair="leave them in one of both"
            )
    together, apart = (
        (pair for group in same for pair in pairwise(group)),
        (pair for group in different for pair in combinations(group, 2)),
    )
    found = find_contradiction(together, apart)
    if found is not None:
        raise InvalidParameterError(
            f"same= makes one person of {found[0]!r} and {found[1]!r} by way of others, and different= names both",
            repair="leave one of these choices out",
        )


def _check(name: str, value: Any) -> Any:
    if name not in _NAMES:
        raise InvalidParameterError(f"an intake has no choice {name[:40]!r}", repair=nearest(name[:40], _NAMES))
    if name == "mapping":
        return _as_mapping(value)
    if name == "sure":
        return _as_probability(value)
    if name == "existing" and not (isinstance(value, str) and value in get_args(Existing)):
        raise InvalidParameterError(
            "unknown value for existing", repair=f"use {', '.join(map(repr, get_args(Existing)))}"
        )
    if name in {"same", "different"}:
        return _as_groups(name, value)
    if name in {"without", "accept", "allow", "leave_out"}:
        listed = _as_tuple(name, value)
        unknown = next((rule for rule in listed if name == "without" and rule not in RULES), None)
        if unknown is not None:
            raise InvalidParameterError(
                "without= names a rule that does not exist", repair=nearest(str(unknown)[:40], RULES)
            )
        return listed
    if name == "rules":
        return _as_rules(value)
    return value


def _as_mapping(value: Any) -> ColumnMapping | None:
    from pb2b_notebook.mapping import Mapping as ColumnMapping

    if value is None or isinstance(value, ColumnMapping):
        return value
    if isinstance(value, str | bytes):
        return ColumnMapping.from_json(value)
    if isinstance(value, Mapping):
        return ColumnMapping(value)
    raise MappingError(
        f"mapping= must be a Mapping or a dict, not {type(value).__name__}", repair='mapping={"E-Mail": "email"}'
    )


def _as_probability(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.5 <= value < 1:  # noqa: PLR2004 - even odds
        raise InvalidParameterError("sure= must be a probability from 0.5 to below 1", repair=f"the default is {SURE}")
    return float(value)


def _as_tuple(name: str, value: Any) -> tuple[Any, ...]:
    if isinstance(value, str | bytes) or not hasattr(value, "__iter__"):
        raise InvalidParameterError(f"{name}= must be a list", repair=f"{name}=[…]")
    items = value.tolist() if hasattr(value, "tolist") else list(value)
    if name in ABOUT_ROWS and not all(isinstance(each, Hashable) for each in items):
        raise InvalidParameterError(
            f"{name}= names rows by their index labels, and leads by their ids", repair="intake.rows shows the labels"
        )
    return tuple(items)


def _as_groups(name: str, value: Any) -> tuple[tuple[Any, ...], ...]:
    if not isinstance(value, Iterable) or isinstance(value, str | bytes):
        raise InvalidParameterError(f"{name}= must be a list of groups", repair=_GROUPS.format(name))
    groups = tuple(_as_tuple(name, group) for group in value)
    if any(len({*group}) < 2 for group in groups):  # noqa: PLR2004 - a group relates at least two
        raise InvalidParameterError(
            f"each group of {name}= names at least two different rows or leads", repair=_GROUPS.format(name)
        )
    return groups


def _as_rules(value: Any) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for pair in value.items() for part in pair):
        raise InvalidParameterError("rules= maps fields to rules of merge", repair='rules={"title": "most_recent"}')
    return dict(value)
