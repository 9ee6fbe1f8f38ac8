"""Facts about an event beside its speakers or attendees: its place and its page are not those of a person."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Any, Final

from pb2b_notebook.mapping.naming import words
from pb2b_notebook.mapping.suggestions.candidates import HALF, MOSTLY, Pair
from pb2b_notebook.mapping.suggestions.recognition import SAMPLE
from pb2b_notebook.mapping.vocabulary import qualifiers
from pb2b_notebook.openapi.import_cells import is_blank

_SHARES: Final = {"city": MOSTLY, "country": MOSTLY, "website": HALF, "company_domain": HALF}
"""Share of the people of an event with one value that shows it to be the event's: many live where a meetup is, but few
have one website."""
_FEWEST: Final = 3
"""Events with several people that show it."""


_PERSON: Final = frozenset({"email", "full_name", "first_name", "last_name"})


def without_facts_of_events(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without places and websites that each event of a list has, whoever the person is."""
    events = [values for column, values in columns.items() if not qualifiers("event").isdisjoint(words(column))]
    if not events:
        return chosen
    people = list(zip(*(columns[pair.column] for pair in chosen if pair.key in _PERSON), strict=True))
    return [
        pair
        for pair in chosen
        if pair.key not in _SHARES
        or not any(_is_of(columns[pair.column], event, people, _SHARES[pair.key]) for event in events)
    ]


def _is_of(values: Sequence[Any], events: Sequence[Any], people: Sequence[Any], least: float) -> bool:
    """Return whether most people of each event have one value, which differs between events.

    >>> _is_of(["Ulm", "Ulm", "Bonn", "Bonn", "Kiel", "Kiel"], [1, 1, 2, 2, 3, 3], "abcdef", 0.8)
    True
    >>> _is_of(["Ulm", "Kiel", "Bonn", "Ulm", "Kiel", "Kiel"], [1, 1, 2, 2, 3, 3], "abcdef", 0.8)
    False
    >>> _is_of(["Ulm", "Ulm", "Bonn", "Bonn", "Kiel", "Kiel"], [1, 1, 2, 2, 3, 3], "aabbcc", 0.8)
    False
    """
    rows = islice(zip(values, events, people, strict=False), SAMPLE)
    found: dict[str, Counter[str]] = {}
    for value, event, _ in dict.fromkeys(tuple(map(str, row)) for row in rows if not any(map(is_blank, row[:2]))):
        found.setdefault(event, Counter())[value] += 1
    several = [counts for counts in found.values() if counts.total() > 1]
    common = [counts.most_common(1)[0] for counts in several]
    return (
        len(several) >= _FEWEST
        and len({value for value, _ in common}) > 1
        and sum(count for _, count in common) > least * sum(counts.total() for counts in several)
    )
