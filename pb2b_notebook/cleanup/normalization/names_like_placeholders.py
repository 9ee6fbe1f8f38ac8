"""Names that are also words for nothing: Null, Nan, None, Test. The row decides where the case of the word does not.

NA is a brand, and what R and some spreadsheets write for every missing value: there, the list decides.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.rewriting import Change
from pb2b_notebook.cleanup.row_context import NA
from pb2b_notebook.cleanup.values.placeholders import is_made_up_address, is_placeholder, kind_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.cleanup.row_context import RowContext
    from pb2b_notebook.mapping.lead_fields import LeadField

_KINDS: Final = frozenset({"name", "city"})
_NAMES: Final = ("full_name", "first_name", "last_name")
_WITNESSES: Final = (*_NAMES, "company_name", "city")
_DOMAINS: Final = ("email", "company_domain", "website")
_HOST: Final = re.compile(r"^(?:[^@]*@|https?://)?(?:www\.)?([^@/.:\s]+)\.[^\s]", re.IGNORECASE)
_RULES: Final = {True: "lower case", False: "shouting"}


def keep_names(
    changes: Sequence[Change], field: LeadField, rows: RowContext, without: frozenset[str] = frozenset()
) -> list[Change]:
    """Return the changes of a column, in which a word for nothing that the row shows to be a name is kept as a name.

    It is one if the full name or the email address of the row contains it, or if all other names of the row are in the
    same case: "null" next to "jennifer" is probably Jennifer Null. A company name NA is kept if it is the only NA
    of the list, and any that the row's address or domain has: NULL beside null.example.

    Args:
        changes: Changes of the column.
        field: Lead field of the column.
        rows: Rows of the frame, as they were passed.
        without: Rules that are not applied.
    """
    kind = kind_of(field)
    if kind == "company":
        return [change for change in changes if change.value is not None or not _is_company(change, rows)]
    if kind not in _KINDS:
        return list(changes)
    kept = []
    for change in changes:
        word = change.before.strip()
        is_name = change.value is None and word.isalpha() and not is_placeholder(word.capitalize(), kind)
        if not is_name or not _is_shown_by_row(word, change.row, field, rows):
            kept.append(change)
        elif (rule := _RULES[word.islower()]) not in without:
            kept.append(Change(change.row, word.capitalize(), change.before, word.capitalize(), (rule,)))
    return kept


_NEVER: Final = frozenset({"unknown", "none", "tbd", "na", "test", "example", "unbekannt"})
"""Words for nothing that people type as the domain of an email address, too: a@unknown.com."""


def _is_company(change: Change, rows: RowContext) -> bool:
    """Return whether a word for nothing is the name of the row's company."""
    word = change.before.strip()
    if word == NA and rows.facts.has_one_company_na:
        return True
    texts = [rows.text(change.row, key) or "" for key in _DOMAINS if key != "email" or word.lower() not in _NEVER]
    domains = [_HOST.search(text) for text in texts if not is_made_up_address(text)]
    return word.isalpha() and any(found is not None and found[1].lower() == word.lower() for found in domains)


def _is_shown_by_row(word: str, row: int, field: LeadField, rows: RowContext) -> bool:
    others = {key: rows.text(row, key) or "" for key in (*_WITNESSES, "email") if key != field.key}
    if field.key in _NAMES:
        for text in (others.get("full_name", ""), others["email"].partition("@")[0]):
            words = re.findall(r"[^\W\d_]+", text.lower())
            if len(words) > 1 and word.lower() in words:
                return True
    cased = [others[key] for key in _WITNESSES if key in others and others[key].lower() != others[key].upper()]
    witnesses = [text for text in cased if not is_placeholder(text)]
    return bool(witnesses) and all(text.islower() if word.islower() else text.isupper() for text in witnesses)
