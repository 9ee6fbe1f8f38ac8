"""Recognize fields and words that say that a person opted out, in whatever words a service or a list says so. Pure.

A flag may say it (``do_not_contact: true``, "Keine Werbung: ja"), a consent that is missing or withdrawn
(``contactable: false``, "Consentement : non"), a tag, the word of a stage, or a clause of a note ("ne pas appeler").
The words of each language are in ``opt_out_words.toml``. A name or a clause counts only if nothing is left of it but
such a word and words around it: "Do not contact before Monday" says something else.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final, NamedTuple

OPTED_OUT: Final = ("unsubscribed", "bounced")
"""Statuses of our contract that mean an opt-out."""
_NOT_SET: Final = frozenset({"", "0", "-"})
"""Texts without letters of a flag that is not set."""
_STAGE: Final = re.compile(
    r"(lead|contact|person|email|mail|marketing|sales|lifecycle|pipeline)+(status|stage|state)|stage|state"
)
_TAGS: Final = frozenset({"tags", "labels"})
_CLAUSES: Final = re.compile(r"[.;,:!?|/\n\r()\[\]•·、。；，！？]+|\s[-–—]+\s")
_LONGEST: Final = 100
_LONGEST_CLAUSE: Final = 60
_LONGEST_NOTE: Final = 1000


class _Words(NamedTuple):
    """Patterns of letters without accents, and words in letters without accents."""

    flag: re.Pattern[str]
    clause: re.Pattern[str]
    consent: re.Pattern[str]
    unset: frozenset[str]
    refused: frozenset[str]


@lru_cache(maxsize=1024)  # asked about each value of a list, which has few different ones
def is_flag(name: str) -> bool:
    """Whether a column of this name says that a person opted out, by a truth value or a time.

    >>> [is_flag(name) for name in ("opted_out", "doNotContact", "email_opt_out", "unsubscribed_at", "score", "status")]
    [True, True, True, True, False, False]
    >>> [is_flag(name) for name in ("Keine Werbung", "Désabonné le", "HasOptedOutOfEmail", "Opted out: Offers")]
    [True, True, True, True]
    """
    return any(_words().flag.fullmatch(_letters(part)) for part in (name, name.partition(":")[0]))


@lru_cache(maxsize=1024)
def is_consent(name: str) -> bool:
    """Whether a column of this name may say that a person agreed to be contacted.

    A custom field, or the choice of a newsletter, is not the consent of a lead.

    >>> [is_consent(name) for name in ("consent", "contactable", "email_opt_in", "canContact", "contacted", "country")]
    [True, True, True, True, False, False]
    >>> is_consent("custom_opt_in"), is_consent("newsletter_opt_in")
    (False, False)
    """
    return _words().consent.fullmatch(_letters(name)) is not None


def can_say(name: str) -> bool:
    """Whether a column of this name can say that a person opted out; the status of our contract is read by its words.

    >>> [can_say(name) for name in ("do_not_contact", "consent", "tags", "lifecycle_stage", "status")]
    [True, True, True, True, False]
    """
    is_stage = _STAGE.fullmatch(_letters(name)) is not None
    return is_flag(name) or is_consent(name) or is_stage or name.lower() in _TAGS


def says_opted_out(name: str, value: Any) -> bool:
    """Whether the value of a column says that a person opted out; an object or a list if a part of it does.

    >>> says_opted_out("do_not_contact", True), says_opted_out("contactable", "no"), says_opted_out("tags", ["DNC"])
    (True, True, True)
    >>> says_opted_out("consent", '{"email": {"status": "withdrawn"}}'), says_opted_out("consent", {"email": "granted"})
    (True, False)
    """
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return False
    if isinstance(value, Mapping):
        return any(says_opted_out(key if can_say(str(key)) else name, inner) for key, inner in value.items())
    if isinstance(value, list | tuple):
        return any(says_opted_out(name, inner) for inner in value)
    if is_flag(name):
        return is_set(value)
    if isinstance(value, str):
        return is_opted_out(value) or (is_consent(name) and is_refused(value))
    return is_consent(name) and is_refused(value)


@lru_cache(maxsize=1024)
def is_opted_out(text: str) -> bool:
    """Whether a text means an opt-out: a status of our contract, or one of which a clause reads like a flag.

    >>> [is_opted_out(word) for word in ("unsubscribed", "do_not_contact", "Opted out", "new", "")]
    [True, True, True, False, False]
    >>> [is_opted_out(note) for note in ("VIP. Ne pas appeler !", "do not call before Monday", "asked for no price")]
    [True, False, False]
    """
    if not text or len(text) > _LONGEST_NOTE:
        return False
    clauses = (clause for clause in _CLAUSES.split(text) if 2 < len(clause) <= _LONGEST_CLAUSE)  # noqa: PLR2004
    return text in OPTED_OUT or any(_words().clause.fullmatch(_letters(clause)) for clause in clauses)


def is_refused(value: Any) -> bool:
    """Whether the value of a consent says that it was not given, or was taken back.

    >>> [is_refused(value) for value in ("No", "widerrufen", "нет", False, 0, "yes", "", None)]
    [True, True, True, True, True, False, False, False]
    """
    if isinstance(value, str):
        return value.strip() == "0" or _letters(value) in _words().refused
    return isinstance(value, int | float) and not value


def is_set(value: Any) -> bool:
    """Whether the value of a flag says that a person opted out: true, a time, a number, or a text other than "no".

    >>> [is_set(value) for value in (True, "yes", "2026-03-10", 1, False, "No", "", 0.0, None)]
    [True, True, True, True, False, False, False, False, False]
    """
    if isinstance(value, str):
        return value.strip() not in _NOT_SET and _letters(value) not in _words().unset
    return isinstance(value, dt.date) or (isinstance(value, int | float) and abs(value) > 0)


def _letters(name: str) -> str:
    """Return the letters of a text without case and accents."""
    if name.isascii():
        return re.sub(r"[^a-z]", "", name[:_LONGEST].lower())
    plain = unicodedata.normalize("NFKD", name[:_LONGEST].casefold()).replace("ı", "i")
    return "".join(filter(str.isalpha, plain))


@cache
def _words() -> _Words:
    text = resources.files("pb2b_notebook.openapi").joinpath("opt_out_words.toml").read_text(encoding="utf-8")
    table = tomllib.loads(text)
    flags, around, answers = table["flags"], table["around"], table["answers"]
    either = [*around["words"], *around["flags"]]
    no = {*map(_letters, answers["no"])}
    return _Words(
        _whole([*flags["words"], *flags["names"]], either),
        _whole(flags["words"], either),
        _whole(table["consents"]["words"], around["words"]),
        frozenset(no.union(map(_letters, answers["not_set"]))),
        frozenset(no.union(map(_letters, answers["refused"]))),
    )


def _whole(words: Iterable[str], around: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern of one of some words, with any number of others around it."""

    def one_of(listed: Iterable[str]) -> str:
        return "|".join(sorted({*map(_letters, listed)}, key=lambda word: (-len(word), word)))

    others = f"(?:{one_of(around)})*"
    return re.compile(f"{others}(?:{one_of(words)}){others}")
