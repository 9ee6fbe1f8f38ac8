"""Read names in filters: a country by its name, an owner by the name of a member.

The service compares codes and email addresses, and answers a name with an empty list. A name is therefore asked for
together with what it stands for: a service that stores names finds them as well.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from pb2b_notebook.display import notices
from pb2b_notebook.mapping.cells.countries import country_code, country_codes
from pb2b_notebook.openapi.operations import Operation

COUNTRY: Final = "country"
OWNER: Final = "owner_email"
_SEPARATORS: Final = re.compile(r"[._\-]+")


@dataclass(slots=True)
class NamedFilters:
    """The names that filters of one session were given, and what they stand for; each is announced once."""

    _members: dict[str, str] | None = None
    _announced: set[tuple[str, str]] = field(default_factory=set)

    def read(
        self, operation: Operation, arguments: Mapping[str, Any], members: Callable[[], dict[str, str]]
    ) -> Mapping[str, Any]:
        """Return the arguments with the codes of countries and the addresses of owners that are given by name.

        Args:
            operation: The operation that takes them.
            arguments: Arguments of the call.
            members: Reads the name of each member, by address; called for the first name of an owner.
        """
        for name in (COUNTRY, OWNER):
            parameter = operation.parameter(name)
            texts = given_texts(arguments, name)
            if not texts or parameter is None or parameter.location != "query" or not parameter.repeatable:
                continue
            meanings = codes_of_names(texts) if name == COUNTRY else self._addresses(texts, members)
            if meanings and len(texts) + len(meanings) <= (parameter.most or len(texts) + len(meanings)):
                self._announce(name, meanings)
                arguments = with_meanings(arguments, name, meanings)
        return arguments

    def hint(self, arguments: Mapping[str, Any]) -> str | None:
        """Return the hint about a name in an empty list's filters; ``None`` if all were understood."""
        owners = _values_of(arguments, OWNER)
        known = addresses_of_names(given_texts(arguments, OWNER), self._members or {})
        return unread_name({**arguments, OWNER: [owner for owner in owners if owner not in known]})

    def _addresses(self, texts: Sequence[str], members: Callable[[], dict[str, str]]) -> dict[str, str]:
        if all("@" in text for text in texts):
            return {}
        if self._members is None:
            self._members = members()
        return addresses_of_names(texts, self._members)

    def _announce(self, name: str, meanings: Mapping[str, str]) -> None:
        for text, meaning in meanings.items():
            if (name, text) not in self._announced:
                self._announced.add((name, text))
                notices.say(f"{name}={text!r} is read as {meaning!r}", logging.INFO)


def given_texts(arguments: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts of a filter, which takes one value or several.

    >>> given_texts({"country": "DE"}, "country"), given_texts({"country": ["DE", "AT"]}, "country")
    (['DE'], ['DE', 'AT'])
    """
    return [text for text in _values_of(arguments, name) if isinstance(text, str)]


def _values_of(arguments: Mapping[str, Any], name: str) -> Sequence[Any]:
    value = arguments.get(name)
    return value if isinstance(value, list | tuple) else [] if value is None else [value]


def codes_of_names(texts: Sequence[str]) -> dict[str, str]:
    """Return the code of each country that is given by name, or by a code in lower case.

    >>> codes_of_names(["Germany", "DE", "ch", "Ruritania"])
    {'Germany': 'DE', 'ch': 'CH'}
    """
    found = {text: country_code(text) for text in texts if text not in country_codes()}
    return {text: code for text, code in found.items() if code}


def addresses_of_names(texts: Sequence[str], members: Mapping[str, str]) -> dict[str, str]:
    """Return the address of each owner who is given by the name, or a unique part of the name, of a member.

    >>> members = {"elif@acme.example": "Elif Kaya", "eli@acme.example": "Eli Kaya"}
    >>> addresses_of_names(["elif kaya", "Elif", "Kaya", "eli@acme.example"], members)
    {'elif kaya': 'elif@acme.example', 'Elif': 'elif@acme.example'}
    """
    found = {}
    for text in texts:
        words = text.casefold().split()
        if "@" in text or not words:
            continue
        whole = [address for address, name in members.items() if name.casefold().split() == words]
        part = [address for address, name in members.items() if set(words) <= set(name.casefold().split())]
        if len(matches := whole or part) == 1:
            found[text] = matches[0]
    return found


def name_in(address: str) -> str:
    """Return the words of an email address before the @, for a service that gives members no names.

    >>> name_in("elif.kaya@acme.example")
    'elif kaya'
    """
    return " ".join(_SEPARATORS.split(address.partition("@")[0]))


def with_meanings(arguments: Mapping[str, Any], name: str, meanings: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments with what each name stands for, after the names themselves.

    >>> with_meanings({"country": ["Germany", "AT"]}, "country", {"Germany": "DE"})
    {'country': ['Germany', 'AT', 'DE']}
    """
    texts = given_texts(arguments, name)
    return {**arguments, name: [*dict.fromkeys([*texts, *meanings.values()])]}


def unread_name(arguments: Mapping[str, Any]) -> str | None:
    """Return what to give instead of a name that was not understood; ``None`` if there is none.

    >>> unread_name({"country": "Ruritania"})
    "country takes a two-letter code (ISO 3166); 'Ruritania' is not such a code"
    >>> unread_name({"country": "Germany", "status": "new"}), unread_name({"owner_email": "ada@acme.example"})
    (None, None)
    >>> unread_name({"country": 3})
    'country takes text; 3 is of type int'
    >>> unread_name({"campaign_id": "Spring launch"})
    'campaign_id takes an id and not a name: the column id of its list has them'
    """
    for name in (COUNTRY, OWNER):
        if others := [value for value in _values_of(arguments, name) if not isinstance(value, str)]:
            return f"{name} takes text; {others[0]!r} is of type {type(others[0]).__name__}"
    for text in given_texts(arguments, COUNTRY):
        if text not in country_codes() and country_code(text) is None:
            return f"country takes a two-letter code (ISO 3166); {text[:60]!r} is not such a code"
    for text in given_texts(arguments, OWNER):
        if "@" not in text:
            return (
                f"owner_email takes an email address, or the name of one member; {text[:60]!r} may be neither: "
                "ws.settings.members() shows all"
            )
    for name in arguments:
        if name.endswith("_id") and any(" " in text for text in given_texts(arguments, name)):
            return f"{name} takes an id and not a name: the column id of its list has them"
    return None
