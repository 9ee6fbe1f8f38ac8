"""Recognize columns and status words that say that a person opted out, in whatever words a service says so. Pure."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Final

OPTED_OUT: Final = ("unsubscribed", "bounced")
"""Statuses of our contract that mean an opt-out."""
NOT_SET: Final = ("", "false", "no", "0", "none", "null", "n", "f", "nein", "non", "-", "n/a")
"""Texts of a flag that is not set."""
_FLAG: Final = re.compile(
    r"(is|has|email|mail|marketing|contact|global)*"
    r"(opt(ed)?out|donot(contact|email|mail|call|disturb)|dnc|unsubscribed?|suppress(ed)?|blocklisted|blacklisted|bounced)"
    r"(at|on|date)?"
)
_LONGEST: Final = 100


def is_flag(name: str) -> bool:
    """Whether a column of this name says that a person opted out, by a truth value or a time.

    >>> [is_flag(name) for name in ("opted_out", "doNotContact", "email_opt_out", "unsubscribed_at", "score", "status")]
    [True, True, True, True, False, False]
    """
    return _FLAG.fullmatch(re.sub(r"[^a-z]", "", name[:_LONGEST].lower())) is not None


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
