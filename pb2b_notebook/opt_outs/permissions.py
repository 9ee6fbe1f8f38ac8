"""Recognize fields about the permission to contact a person whose values no table of words explains. Pure.

CRMs and mailing services each have words of their own: Constant Contact's ``permission_to_send: temp_hold``,
Pipedrive's ``marketing_status: archived``, Responsys' ``EMAIL_PERMISSION_STATUS_: O``, Emarsys' ``optin: 2`` (a no).
Whatever does not certainly say yes may be a no: a user is asked once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.nulls import is_null
from pb2b_notebook.opt_outs.recognition import is_set, plain_value, read_consent
from pb2b_notebook.opt_outs.vocabulary import plain_words

_IN_ONE: Final = ((re.compile(r"\bopt(ed)? ?in\b"), "optin"), (re.compile(r"\bok to\b"), "ok"))
_SUBJECTS: Final = frozenset({"optin", "subscribed", "subscriber", "subscribe", "newsletter", "newsletters"})
"""Words that by themselves are about a permission."""
_TOPICS: Final = frozenset(
    {"subscription", "permission", "permissions", "mailing", "marketing", "communication", "outreach", "sms", "email",
     "mail", "call", "phone", "whatsapp", "contact", "deliverability", "list"}
)  # fmt: skip
_KINDS: Final = frozenset(
    {"status", "state", "level", "type", "allowed", "ok", "policy", "permission", "permissions", "send", "flag",
     "deliverability"}
)  # fmt: skip
_NEUTRAL: Final = frozenset(
    {"is", "has", "to", "for", "of", "the", "current", "global", "confirmed", "double", "single", "lead", "person",
     "member", "code", "value", "id", "active", "tracking", "address"}
)  # fmt: skip
_NEVER: Final = lazy_pattern(
    r"(contact|email|call|phone|sms) (status|state|level)( id| code)?|"
    r"(contact|email|call|phone|list|mailing|marketing|communication|subscription|sms|outreach) (type|id|list|address)"
    r"( id| code)?|"
    r"(mail|mailing|marketing|list|outreach) (state|code)( id| code)?|(mail|outreach) status|"
    r"subscriber( id| code| type)?|(subscription|communication) level"
)
"""Names that are about something else: kinds of addresses and deals, and states that are read by their words."""
_BARS: Final = lazy_pattern(
    r"opted out|unsubscri|bounce ?back|spam complain|complained|blacklist|blocklist|contact restriction|no email|"
    r"bad address|suppress"
)
"""Parts of names of flags: a value that is set may bar a person."""
_COUNTS: Final = lazy_pattern(r"\b(count|rate|number|total|link|url|source|code|reason|text|token|page|group)s?\b")
_YES: Final = frozenset(
    {"true", "yes", "y", "active", "subscribed", "subscribe", "optin", "in", "i", "granted", "given", "full", "all",
     "explicit", "implicit", "express", "confirmed", "single", "double", "single optin", "double optin", "enabled",
     "allowed", "on", "open", "ok", "accept", "accepted", "agreed", "member", "deliverable", "d", "valid", "verified",
     "daily", "weekly", "monthly", "permitted", "registered", "normal", "unrestricted", "new", "customer", "a"}
)  # fmt: skip
_TIME: Final = lazy_pattern(r"(19|20)[0-9]{2}-?[0-9]{2}-?[0-9]{2}([T ].*)?|1[0-9]{9}([0-9]{3})?")
_DEEPEST: Final = 4


@lru_cache(maxsize=1024)
def _kind_of(name: str) -> str:
    """Return ``permission`` or ``bar`` for the name of a field about contact, else an empty text.

    >>> names = ("newsletter_optin", "subscription_status", "permission_to_send", "EMAIL_PERMISSION_STATUS_")
    >>> {_kind_of(name) for name in names}
    {'permission'}
    >>> [_kind_of(name) for name in ("isSpamComplaining", "unsubscribedChannelIds", "contact_restrictions")]
    ['bar', 'bar', 'bar']
    >>> names = ("subscription_plan", "newsletter_count", "permission_set", "contact_status", "opt_in_source", "email")
    >>> {_kind_of(name) for name in names}
    {''}
    """
    plain = plain_words(name)
    for pattern, word in _IN_ONE:
        plain = pattern.sub(word, plain)
    if _BARS.search(plain) and not _COUNTS.search(plain):
        return "bar"
    words = {*plain.split()}
    known = words <= _SUBJECTS | _TOPICS | _KINDS | _NEUTRAL
    about = bool(words & _SUBJECTS) or plain in {"permission", "permissions", "subscription"}
    about = about or bool(words & _TOPICS and words & _KINDS and len(words - _NEUTRAL) > 1)
    return "permission" if known and about and _NEVER.fullmatch(plain) is None else ""


def is_about_permission(name: str) -> bool:
    """Whether a field of this name is about the permission to contact a person.

    >>> is_about_permission("permission_to_send"), is_about_permission("permission_set")
    (True, False)
    """
    return bool(_kind_of(name))


def may_bar(name: str, value: Any, depth: int = 0) -> bool:
    """Whether a field about the permission to contact a person has a value that is not certainly a yes.

    >>> [may_bar("newsletter_optin", value) for value in (False, 0, "removed", True, 1, "yes", None, "")]
    [True, True, True, False, False, False, False, False]
    >>> may_bar("permission", {"level": "none"}), may_bar("permission", {"level": "full"}), may_bar("optin", 2)
    (True, False, True)
    >>> may_bar("permission", '{"level": "none"}'), may_bar("permission", '{"level": "full"}')
    (True, False)
    >>> may_bar("unsubscribedChannelIds", [12]), may_bar("unsubscribedChannelIds", []), may_bar("score", 0)
    (True, False, False)
    """
    value = plain_value(value)
    if isinstance(value, Mapping) and depth < _DEEPEST:
        return any(may_bar(f"{name} {key}", inner, depth + 1) for key, inner in value.items())
    kind = _kind_of(name)
    if not kind or is_null(value) or value in ("", [], ()):
        return False
    if kind == "bar":
        return bool(value) if isinstance(value, list | tuple) else is_set(value)
    if isinstance(value, list | tuple):
        return False
    return not _is_yes(value)


def _is_yes(value: Any) -> bool:
    if isinstance(value, int | float):
        return value == 1
    text = str(value).strip()
    if read_consent(text) == "agrees" and not text.isdecimal():
        return True
    plain = plain_words(text).replace("opt in", "optin").replace("opted in", "optin")
    return text == "1" or plain in _YES or _TIME.fullmatch(text) is not None
