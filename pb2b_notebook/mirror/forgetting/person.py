"""The person to forget, and whether a text mentions that person. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True)
class Person:
    """One person, by lead ids and email addresses.

    Attributes:
        ids: Ids of the person's leads.
        emails: Email addresses, trimmed and case-folded.

    >>> ada = Person.of("Ada@example.com ")
    >>> [ada.is_named_in(text) for text in ('{"to": "ADA@example.com"}', "nada@example.com", "ada@example.com.au")]
    [True, False, False]
    """

    ids: frozenset[str] = frozenset()
    emails: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, who: str) -> Person:
        """Return the person with this email address or lead id."""
        text = who.strip()
        return cls(emails=frozenset({text.casefold()})) if "@" in text else cls(ids=frozenset({text}))

    def with_more(self, ids: Iterable[str | None] = (), emails: Iterable[str | None] = ()) -> Person:
        """Return the same person with further ids and emails."""
        fold_values = (email.strip().casefold() for email in emails if email and "@" in email)
        return Person(self.ids | {lead_id for lead_id in ids if lead_id}, self.emails | set(fold_values))

    def is_named_in(self, text: str | bytes | None) -> bool:
        """Return whether a text, or JSON as text, mentions the person; an address only as a whole."""
        if not text:
            return False
        plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return self._pattern.search(_unescape(plain)) is not None

    @property
    def words(self) -> list[str]:
        """Words to search for before the closer check of :meth:`is_named_in`."""
        return sorted(self.ids | self.emails)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        emails = [rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)" for email in self.emails]
        ids = [rf"(?<![\w-]){re.escape(lead_id)}(?![\w-])" for lead_id in self.ids]
        return re.compile("|".join([*emails, *ids]) or r"(?!)", re.IGNORECASE)


def _unescape(text: str) -> str:
    r"""Return the text of JSON, which may escape any letter as ``\u….``; other text stays unchanged."""
    if "\\u" not in text:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
