"""The person to forget, and whether a text mentions that person. Pure.

A lead's id, an email address and a phone number are evidence. A name is not: others have it too. It counts only beside
such evidence, in the same row.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import unquote

_PHONE_DIGITS = 9
"""Digits at the end of a phone number that are compared: the rest is a country code or a trunk prefix."""
PHONE = r"\+?[0-9][0-9 ()./\x{a0}-]{5,24}[0-9]"
"""A phone number in a text, for the engine of polars, whose time is linear in the length of the text."""
_PYTHON_PHONE = re.compile(PHONE.replace(r"\x{a0}", "\xa0"))
_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’-](?=[^\W\d_]))*")
_BESIDE = re.compile(r"[ \xa0]+|, ")
_BEFORE_A_NAME = frozenset(
    [
        "a",
        "an",
        "and",
        "dear",
        "dr",
        "für",
        "frau",
        "from",
        "hallo",
        "hello",
        "herr",
        "hey",
        "hi",
        "liebe",
        "lieber",
        "m",
        "madame",
        "miss",
        "monsieur",
        "mr",
        "mrs",
        "ms",
        "prof",
        "señor",
        "señora",
        "sr",
        "sra",
        "to",
        "von",
        "with",
    ]
)
"""Words before a family name that are not another person's given name."""


@dataclass(frozen=True)
class Person:
    """One person, by lead ids, email addresses and phone numbers; and the names that count beside one of these.

    Attributes:
        ids: Ids of the person's leads.
        emails: Email addresses, trimmed and case-folded.
        phones: Last nine digits of phone numbers that no other lead has.
        given: Given names, case-folded.
        family: Family names, case-folded.

    >>> ada = Person.of("Ada@example.com ")
    >>> [ada.is_named_in(text) for text in ('{"to": "ADA@example.com"}', "nada@example.com", "ada@example.com.au")]
    [True, False, False]
    """

    ids: frozenset[str] = frozenset()
    emails: frozenset[str] = field(default=frozenset(), repr=False)
    phones: frozenset[str] = field(default=frozenset(), repr=False)
    given: frozenset[str] = field(default=frozenset(), repr=False)
    family: frozenset[str] = field(default=frozenset(), repr=False)

    @classmethod
    def of(cls, who: str) -> Person:
        """Return the person with this email address or lead id."""
        text = who.strip()
        return cls(emails=frozenset({text.casefold()})) if "@" in text else cls(ids=frozenset({text}))

    def with_more(self, ids: Iterable[str | None] = (), emails: Iterable[str | None] = ()) -> Person:
        """Return the same person with further ids and emails."""
        fold_values = (email.strip().casefold() for email in emails if email and "@" in email)
        known = self.ids | {lead_id for lead_id in ids if lead_id}
        return replace(self, ids=known, emails=self.emails | set(fold_values))

    def with_names(self, given: Iterable[str | None], family: Iterable[str | None]) -> Person:
        """Return the same person with further names."""
        return replace(self, given=self.given | _words(given), family=self.family | _words(family))

    def is_named_in(self, text: str | bytes | None) -> bool:
        """Return whether a text, or JSON as text, mentions the person by an id, an address or a phone number."""
        if not text:
            return False
        plain = _unescape(text.decode("utf-8", "replace") if isinstance(text, bytes) else text)
        if self._pattern.search(plain) or ("%40" in plain and self._pattern.search(unquote(plain))):
            return True
        return bool(self.phones) and any(phone_digits(found) in self.phones for found in _PYTHON_PHONE.findall(plain))

    def is_called_in(self, text: str | None, *, whole: bool = False) -> bool:
        """Return whether a text beside evidence names the person, and not another person with one of the names.

        Args:
            text: Text to look at.
            whole: Whether only a given name next to a family name counts.

        >>> ada = Person().with_names(["Ada"], ["Lovelace"])
        >>> [ada.is_called_in(text) for text in ("ada wants out", "Hello Ada!", "Mrs Lovelace")]
        [True, True, True]
        >>> [ada.is_called_in(text) for text in ("Ada Byron", "Tom Lovelace", "Adam")]
        [False, False, False]
        """
        words = list(_WORD.finditer(_unescape(text or "")))
        for at, word in enumerate(words):
            name = word[0].casefold()
            before = words[at - 1] if at and _BESIDE.fullmatch(word.string, words[at - 1].end(), word.start()) else None
            after = (
                words[at + 1]
                if at + 1 < len(words) and _BESIDE.fullmatch(word.string, word.end(), words[at + 1].start())
                else None
            )
            if name in self.given and after is not None and after[0].casefold() in self.family:
                return True
            if name in self.family and after is not None and after[0].casefold() in self.given:
                return True
            if whole:
                continue
            if name in self.given and not (after is not None and after[0][0].isupper()):
                return True
            if name in self.family and (
                before is None or before[0][0].islower() or before[0].casefold() in _BEFORE_A_NAME | self.given
            ):
                return True
        return False

    @property
    def words(self) -> list[str]:
        """Words to search for before the closer check of :meth:`is_named_in`."""
        return sorted(self.ids | self.emails)

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        emails = [rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)" for email in self.emails]
        ids = [rf"(?<![\w-]){re.escape(lead_id)}(?![\w-])" for lead_id in self.ids]
        return re.compile("|".join([*emails, *ids]) or r"(?!)", re.IGNORECASE)


def phone_digits(text: str | None) -> str:
    """Return the digits of a phone number that are compared; empty for fewer than nine.

    >>> phone_digits("+61 2 5550 8553") == phone_digits("(02) 5550-8553"), phone_digits("110")
    (True, '')
    """
    digits = "".join(character for character in text or "" if character.isdigit())
    return digits[-_PHONE_DIGITS:] if len(digits) >= _PHONE_DIGITS else ""


def words_of(text: str | None) -> list[str]:
    """Return the words of a text, case-folded, as names are compared."""
    return [word[0].casefold() for word in _WORD.finditer(text or "")]


def _words(names: Iterable[str | None]) -> frozenset[str]:
    return frozenset(word for name in names for word in words_of(name) if len(word) > 1)


def _unescape(text: str) -> str:
    r"""Return the text of JSON, which may escape any letter as ``\u….``; other text stays unchanged."""
    if "\\u" not in text:
        return text
    try:
        return json.dumps(json.loads(text), ensure_ascii=False)
    except ValueError:
        return text
