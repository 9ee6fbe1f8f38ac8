"""Tags and other fields of several values: each once, without stray blanks, options as they are called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.cleanup.rewriting import Change
from pb2b_notebook.cleanup.values.text import tidied
from pb2b_notebook.openapi.import_cells import SEPARATOR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.mapping.lead_fields import LeadField


def changed_tags(values: Sequence[Any], field: LeadField) -> list[Change]:
    """The cells of a column of tags that are to be written otherwise: lists stay lists, text stays text.

    >>> from pb2b_notebook.mapping.lead_fields import LeadField
    >>> [one.value for one in changed_tags([["vip ", "VIP", ""], ["vip"], "a; b;a"], LeadField("tags", "multi_select"))]
    [['vip'], 'a;b']
    """
    known: dict[Any, tuple[list[str], tuple[str, ...]]] = {}
    found = []
    for row, value in enumerate(values):
        parts = value.split(SEPARATOR) if isinstance(value, str) else value
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            continue
        key = tuple(parts)
        if key not in known:
            known[key] = _rewritten(parts, field)
        tags, rules = known[key]
        if rules:
            after = SEPARATOR.join(tags) or None
            written = after if isinstance(value, str) else tags
            found.append(Change(row, written, SEPARATOR.join(parts), after, rules))
    return found


def _rewritten(parts: list[str], field: LeadField) -> tuple[list[str], tuple[str, ...]]:
    options = {option.casefold(): option for option in field.options}
    rules: dict[str, None] = {}
    tags: dict[str, str] = {}
    for part in parts:
        tidy = tidied(part)
        rules |= dict.fromkeys(tidy.rules if part else ("blank",))
        if tidy.value is None:
            continue
        tag = options.get(tidy.value.casefold(), tidy.value)
        if tag != tidy.value:
            rules["option"] = None
        if tag.casefold() in tags:
            rules["repeated"] = None
        tags.setdefault(tag.casefold(), tag)
    return list(tags.values()), tuple(rules)
