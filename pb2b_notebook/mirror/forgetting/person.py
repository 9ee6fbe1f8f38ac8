"""Who is to be forgotten, and where such a person is named. Pure."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True)
class Person:
    """One person, by the ids of the leads and by e-mail addresses.

    Attributes:
        ids: of leads.
        emails: trimmed and case-fold_values.

    >>> ada = Person.of("Ada@example.com ")
    >>> [ada.is_named_in(text) for text in ('{"to": "ADA@example.com"}', "nada@example.com", "ada@example.com.au")]
    [True, False, False]
    """

    ids: frozenset[str] = frozenset()
    emails: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, who: str) -> Person:
        """The person with this e-mail address or this lead id."""
        text = who.strip()
        return cls(emails=frozenset({text.casefold()})) if "@" in text else cls(ids=frozenset({text}))

    def with_more(self, ids: Iterable[str | None] = (), emails: Iterable[str | None] = ()) -> Person:
        """The same person, known by more."""
        fold_values = (email.strip().casefold() for email in emails if email and "@" in email)
        return Person(self.ids | {one for one in ids if one}, self.emails | set(fold_values))

    def is_named_in(self, text: str | bytes | None) -> bool:
        """Whether a text, or JSON as text, names the person; an address only as a whole."""
        if not text:
            return False
        plain = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
        return self._pattern.search(_unescape(plain)) is not None

    @property
    def words(self) -> list[str]:
        """What to look for first, before :meth:`is_named_in` looks closely."""
        return sorted(self.ids | self.emails)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        emails = [rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)" for email in self.emails]
        ids = [rf"(?<![\w-]){re.escape(one)}(?![\w-])" for one in self.ids]
        return re.compile("|".join([*emails, *ids]) or r"(?!)", re.IGNORECASE)


def _unescape(text: str) -> str:
    r"""JSON may write any letter as ``\u….``; other text stays as it is."""
    if "\\u" not in text:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
