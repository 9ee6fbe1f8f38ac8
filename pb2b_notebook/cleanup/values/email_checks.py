"""E-mail addresses: whether they can be right, whose they are, and which well-known domain was probably meant.

Syntax by email-validator (RFC 5321, 5322, 6531; no look-up is made), domains by Damerau-Levenshtein distance
(rapidfuzz). Nothing is asked of a network.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib import resources
from typing import Any, Final

from pb2b_notebook.errors import MissingExtraError

LOCAL_FORM: Final = r"[A-Za-z0-9_]+(?:[.+'-][A-Za-z0-9_]+)*"
DOMAIN_FORM: Final = (
    r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+"
)
PLAIN_FORM: Final = rf"^{LOCAL_FORM}@{DOMAIN_FORM}$"
"""Addresses whose local part is right for certain, for any engine; what is before the @ may be too long."""

LONGEST_LOCAL: Final = 64
LONGEST_ADDRESS: Final = 254
_LONGEST: Final = 320
_UNREACHABLE: Final = "is no address that mail can reach: its syntax breaks RFC 5322"
_PLAIN_LOCAL: Final = re.compile(LOCAL_FORM)
_PLAIN_DOMAIN: Final = re.compile(rf"(?=.{{1,240}}\Z){DOMAIN_FORM}(?<=[a-z]\Z)".replace("A-Z", ""))
"""Domains that need no more than a look; a test holds it to email-validator."""
_CLOSE: Final = {False: 1, True: 2}
"""How many slips of the pen are one domain for another, by whether it is long."""
_LONG: Final = 9


def syntax_problem(address: str) -> str:
    """What is wrong with the syntax of an address, in one sentence; ``""`` if nothing is.

    >>> syntax_problem("ada@example.com"), bool(syntax_problem("a..b@example.com"))
    ('', True)
    """
    if len(address) > _LONGEST:
        return "is longer than an address can be"
    local, _, domain = address.rpartition("@")
    if len(address) <= LONGEST_ADDRESS and len(local) <= LONGEST_LOCAL and _PLAIN_LOCAL.fullmatch(local):
        return "" if is_good_domain(domain.lower()) else _UNREACHABLE
    return _checked(address)


def _checked(address: str) -> str:
    email_validator = _validator()
    try:
        email_validator.validate_email(address, check_deliverability=False)
    except email_validator.EmailNotValidError:
        # Not its own words: they repeat characters of the address.
        return _UNREACHABLE
    except (UnicodeError, ValueError):
        return "holds characters that no address can hold"
    return ""


def _validator() -> Any:
    try:
        import email_validator
    except ModuleNotFoundError:
        raise MissingExtraError("cleanup", "checking e-mail addresses") from None
    return email_validator


@lru_cache(maxsize=1 << 17)
def is_good_domain(domain: str) -> bool:
    """Whether mail can go to a domain, as far as its name tells."""
    if _PLAIN_DOMAIN.fullmatch(domain) and "--" not in domain:
        return domain.rpartition(".")[2] not in _special_endings()
    return not _checked(f"a@{domain}")


@cache
def _special_endings() -> frozenset[str]:
    """Top-level domains that no mail goes to (https://www.iana.org/assignments/special-use-domain-names)."""
    return frozenset(name for name in _validator().SPECIAL_USE_DOMAIN_NAMES if "." not in name)


@cache
def roles() -> frozenset[str]:
    """Local parts of mailboxes that several people read."""
    return frozenset(_lists()["roles"])


@cache
def free_providers() -> frozenset[str]:
    """Domains of providers that give an address to anybody."""
    return frozenset(_lists()["free"])


def is_role(local: str) -> bool:
    """Whether a local part names a function and no person.

    >>> is_role("Info"), is_role("info+crm"), is_role("ada")
    (True, True, False)
    """
    return local.casefold().partition("+")[0] in roles()


@lru_cache(maxsize=1 << 17)
def meant_domain(domain: str) -> str | None:
    """The free provider that a domain was probably meant to be, or ``None``.

    >>> meant_domain("gmial.com"), meant_domain("gmail.com"), meant_domain("mail.de")
    ('gmail.com', None, None)
    """
    if domain in free_providers():
        return None
    return closest(domain, _providers_by_letter().get(domain[:1], ()))


@cache
def _providers_by_letter() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in sorted(free_providers()):
        found.setdefault(name[:1], []).append(name)
    return {letter: tuple(names) for letter, names in found.items()}


def closest(domain: str, known: tuple[str, ...]) -> str | None:
    """The one of some domains that a domain is a slip of: a letter swapped, dropped, doubled or struck beside.

    Short names differ by one letter and are another company's; they are never a slip of each other.

    >>> closest("nordlcht.example", ("nordlicht.example",)), closest("abc.de", ("abd.de",))
    ('nordlicht.example', None)
    """
    from rapidfuzz.distance import DamerauLevenshtein

    best, least = None, 3
    for name in known:
        allowed = _allowed(domain, name)
        distance = DamerauLevenshtein.distance(domain, name, score_cutoff=allowed) if allowed else 0
        if 0 < distance <= allowed and distance < least:
            best, least = name, distance
    return best


def _allowed(domain: str, name: str) -> int:
    if abs(len(domain) - len(name)) > _CLOSE[True]:
        return 0
    label, _, rest = name.partition(".")
    shortest = 5
    if len(label) < shortest or domain[:1] != name[:1]:
        return 0
    # The whole of the ending may be slipped too (.con), but two names that end in two countries are two companies.
    same_ending = domain.endswith(f".{rest}")
    return _CLOSE[len(label) >= _LONG] if same_ending else int(rest == "com" and domain.startswith(f"{label}."))


@cache
def _lists() -> dict[str, list[str]]:
    text = resources.files("pb2b_notebook.cleanup.values").joinpath("mailboxes.toml").read_text(encoding="utf-8")
    lists: dict[str, Any] = tomllib.loads(text)
    return lists
