"""Recognize fields and status words that say that a person opted out, in whatever words a service says so. Pure.

A service may say it by a flag (``do_not_contact: true``), by a consent that is missing or withdrawn (``contactable:
false``, ``consent: {"email": "withdrawn"}``), by a tag, or by the word of a stage.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

OPTED_OUT: Final = ("unsubscribed", "bounced")
"""Statuses of our contract that mean an opt-out."""
NOT_SET: Final = ("", "false", "no", "0", "none", "null", "n", "f", "nein", "non", "-", "n/a")
"""Texts of a flag that is not set."""
_REFUSED: Final = frozenset(
    {"false", "no", "0", "n", "f", "denied", "declined", "refused", "rejected", "revoked", "withdrawn", "never"}
)
"""Texts of a consent that was not given, or was taken back."""
_FLAG: Final = re.compile(
    r"(custom|is|has|email|mail|marketing|contact|global)*"
    r"(opt(ed)?out|donot(contact|email|mail|call|disturb)|dnc|unsubscribed?|suppress(ed)?|blocklisted|blacklisted|bounced)"
    r"(at|on|date)?"
)
_CONSENT: Final = re.compile(
    r"(is|has|can|may|allow|email|mail|sms|marketing|contact|communication|gdpr)*"
    r"(consent|preferences?|subscriptions?|subscribed|permissions?|opt(ed)?in|contactable|mailable|emailable|"
    r"becontacted|beemailed|(can|may|allows?)(contact|emails?|marketing))"
    r"(status|state|s)?"
)
_STAGE: Final = re.compile(
    r"(lead|contact|person|email|mail|marketing|sales|lifecycle|pipeline)+(status|stage|state)|stage|state"
)
_TAGS: Final = frozenset({"tags", "labels"})
_LONGEST: Final = 100


@lru_cache(maxsize=1024)  # asked about each value of a list, which has few different ones
def is_flag(name: str) -> bool:
    """Whether a column of this name says that a person opted out, by a truth value or a time.

    >>> [is_flag(name) for name in ("opted_out", "doNotContact", "email_opt_out", "unsubscribed_at", "score", "status")]
    [True, True, True, True, False, False]
    """
    return _FLAG.fullmatch(_letters(name)) is not None


def is_consent(name: str) -> bool:
    """Whether a column of this name may say that a person agreed to be contacted.

    A custom field, or the choice of a newsletter, is not the consent of a lead.

    >>> [is_consent(name) for name in ("consent", "contactable", "email_opt_in", "canContact", "contacted", "country")]
    [True, True, True, True, False, False]
    >>> is_consent("custom_newsletter_opt_in")
    False
    """
    return _CONSENT.fullmatch(_letters(name)) is not None


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
    word = value.strip().lower() if isinstance(value, str) else ""
    refused = word in _REFUSED if word else isinstance(value, int | float) and not value
    return is_opted_out(word) or (is_consent(name) and refused)


def is_opted_out(status: str) -> bool:
    """Whether a status word means an opt-out: one of our contract, or one that reads like a flag.

    >>> [is_opted_out(word) for word in ("unsubscribed", "do_not_contact", "Opted out", "new", "")]
    [True, True, True, False, False]
    """
    return status in OPTED_OUT or is_flag(status)


def is_set(value: Any) -> bool:
    """Whether the value of a flag says that a person opted out: true, a time, a number, or a text other than "no".

    >>> [is_set(value) for value in (True, "yes", "2026-03-10", 1, False, "No", "", 0.0, None)]
    [True, True, True, True, False, False, False, False, False]
    """
    if isinstance(value, str):
        return value.strip().lower() not in NOT_SET
    return isinstance(value, dt.date) or (isinstance(value, int | float) and abs(value) > 0)


def _letters(name: str) -> str:
    return re.sub(r"[^a-z]", "", name[:_LONGEST].lower())
