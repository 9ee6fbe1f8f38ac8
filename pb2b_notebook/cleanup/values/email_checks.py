"""Check email addresses: syntax, free providers, shared mailboxes, and misspelled domains.

email-validator checks the syntax (RFC 5321, 5322, 6531); domains are compared by Damerau-Levenshtein distance
(rapidfuzz). No check uses the network.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Any, Final

from pb2b_notebook.errors import MissingExtraError
from pb2b_notebook.shipped_tables import read_table

LOCAL_FORM: Final = r"[A-Za-z0-9_]+(?:[.+'-][A-Za-z0-9_]+)*"
DOMAIN_FORM: Final = (
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
PLAIN_FORM: Final = rf"^{LOCAL_FORM}@{DOMAIN_FORM}$"
"""Addresses whose local part is certainly valid, except that it may be too long; a pattern for any engine."""

LONGEST_LOCAL: Final = 64
LONGEST_ADDRESS: Final = 254
_LONGEST: Final = 320
_UNREACHABLE: Final = "is not a valid email address: its syntax breaks RFC 5322"
_PLAIN_LOCAL: Final = re.compile(LOCAL_FORM)
_PLAIN_DOMAIN: Final = re.compile(rf"(?=.{{1,240}}\Z){DOMAIN_FORM}(?<=[a-z]\Z)".replace("A-Z", ""))
"""Domains that are valid without a check by email-validator; a test compares the two."""
_CLOSE: Final = {False: 1, True: 2}
"""Most edits between a domain and its misspelling, by whether it is long."""
_LONG: Final = 9


def syntax_problem(address: str) -> str:
    """Return what is wrong with the syntax of an address, in one sentence; "" if it is valid.

    >>> syntax_problem("ada@example.com"), bool(syntax_problem("a..b@example.com"))
    ('', True)
    """
    if len(address) > _LONGEST:
        return "is longer than an email address can be"
    local, _, domain = address.rpartition("@")
    if len(address) <= LONGEST_ADDRESS and len(local) <= LONGEST_LOCAL and _PLAIN_LOCAL.fullmatch(local):
        return "" if is_valid_domain(domain.lower()) else _UNREACHABLE
    return _validator_problem(address)


def _validator_problem(address: str) -> str:
    email_validator = _validator()
    try:
        email_validator.validate_email(address, check_deliverability=False)
    except email_validator.EmailNotValidError:
        # The message of the library is not used, because it repeats characters of the address.
        return _UNREACHABLE
    except (UnicodeError, ValueError):
        return "contains characters that an email address cannot have"
    return ""


def _validator() -> Any:
    try:
        import email_validator
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "checking email addresses") from None
    return email_validator


@lru_cache(maxsize=1 << 17)
def is_valid_domain(domain: str) -> bool:
    """Return whether a domain name can receive mail, judged by its syntax alone."""
    if _PLAIN_DOMAIN.fullmatch(domain) and "--" not in domain:
        return domain.rpartition(".")[2] not in _special_endings()
    return not _validator_problem(f"a@{domain}")


@cache
def _special_endings() -> frozenset[str]:
    """Top-level domains without mail (https://www.iana.org/assignments/special-use-domain-names)."""
    return frozenset(name for name in _validator().SPECIAL_USE_DOMAIN_NAMES if "." not in name)


@cache
def roles() -> frozenset[str]:
    """Return the local parts of shared mailboxes, such as "info"."""
    return frozenset(_lists()["roles"])


@cache
def free_providers() -> frozenset[str]:
    """Return the domains of free email providers."""
    return frozenset(_lists()["free"])


def is_role(local: str) -> bool:
    """Return whether a local part names a role instead of a person.

    >>> is_role("Info"), is_role("info+crm"), is_role("ada")
    (True, True, False)
    """
    return local.casefold().partition("+")[0] in roles()


@lru_cache(maxsize=1 << 17)
def corrected_domain(domain: str) -> str | None:
    """Return the free provider that a domain misspells, or ``None``.

    >>> corrected_domain("gmial.com"), corrected_domain("gmail.com"), corrected_domain("mail.de")
    ('gmail.com', None, None)
    """
    if domain in free_providers():
        return None
    return closest_domain(domain, _providers_by_letter().get(domain[:1], ()))


@cache
def _providers_by_letter() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(free_providers()):
        found.setdefault(name[:1], []).append(name)
    return {letter: tuple(names) for letter, names in found.items()}


def closest_domain(domain: str, known: tuple[str, ...]) -> str | None:
    """Return which known domain a domain misspells: a letter swapped, dropped, doubled or mistyped; else ``None``.

    Short names never count as misspellings of each other: two companies may differ by one letter.

    >>> closest_domain("nordlcht.example", ("nordlicht.example",)), closest_domain("abc.de", ("abd.de",))
    ('nordlicht.example', None)
    """
    from rapidfuzz.distance import DamerauLevenshtein

    best, least = None, 3
    for name in known:
        limit = _most_edits(domain, name)
        distance = DamerauLevenshtein.distance(domain, name, score_cutoff=limit) if limit else 0
        if 0 < distance <= limit and distance < least:
            best, least = name, distance
    return best


def _most_edits(domain: str, name: str) -> int:
    if abs(len(domain) - len(name)) > _CLOSE[True]:
        return 0
    label, _, rest = name.partition(".")
    shortest = 5
    if len(label) < shortest or domain[:1] != name[:1]:
        return 0
    # The ending may be misspelled as a whole (.con), but names that end in two countries are two companies.
    same_ending = domain.endswith(f".{rest}")
    return _CLOSE[len(label) >= _LONG] if same_ending else int(rest == "com" and domain.startswith(f"{label}."))


def _lists() -> dict[str, list[str]]:
    return read_table(__package__, "mailboxes.toml")
