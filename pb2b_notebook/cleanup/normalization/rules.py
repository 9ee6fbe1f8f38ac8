"""The rules of ``normalize``, by name: what each does, and which of them a call uses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

from pb2b_notebook.cleanup.options import texts_of
from pb2b_notebook.errors import CleanupError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

Rule = Literal[
    # Any text
    "html_entity", "mojibake", "composed", "invisible", "whitespace", "placeholder",
    # Names of people, companies and cities, and titles
    "html_tag", "full_width", "punctuation", "quotes", "emoji", "prefix", "accent", "honorific", "shouting",
    "lower_case", "mixed_case", "reading_order", "country", "department",
    # Email addresses
    "label", "display_name", "mailto", "brackets", "written_twice", "at_sign", "trailing_sign", "double_point", "point",
    "case",
    # URLs and host names
    "scheme", "host_case", "tracking", "trailing_slash", "host",
    # Phone numbers, countries, dates
    "e164", "extension", "iso_3166", "iso_8601",
    # Options and tags
    "option", "repeated", "blank",
    # Seniority
    "from_title",
]  # fmt: skip
"""Names of the rules. In ``.changes``, a space stands for the underscore."""

RULES: Final[tuple[str, ...]] = get_args(Rule)


def excluded_rules(only: Iterable[str] | None, without: Iterable[str]) -> frozenset[str]:
    """Return the rules that a call does not use, as ``.changes`` names them.

    Args:
        only: Rules to use; all by default.
        without: Rules not to use.

    Raises:
        CleanupError: A rule does not exist, or both arguments name rules.

    >>> sorted(excluded_rules(None, ["honorific", "lower_case"])), "whitespace" in excluded_rules(["e164"], ())
    (['honorific', 'lower case'], True)
    """
    excluded = _known_rules("without", without)
    if only is None:
        return excluded
    if excluded:
        raise CleanupError("only= and without= cannot be combined", repair="drop one of the two")
    return frozenset(map(_as_logged, RULES)) - _known_rules("only", only)


def _known_rules(option: str, given: Iterable[str]) -> frozenset[str]:
    names = [name.replace(" ", "_") for name in texts_of(option, given)]
    for name in names:
        if name not in RULES:
            close = nearest(name[:40], RULES)
            listed = "" if close.startswith("choose") else f" The rules are {', '.join(RULES)}."
            raise CleanupError(f"{option}=: unknown rule {name[:40]!r}", repair=f"{close}{listed}")
    return frozenset(map(_as_logged, names))


def _as_logged(rule: str) -> str:
    return rule.replace("_", " ") if not rule.startswith("iso_") else rule
