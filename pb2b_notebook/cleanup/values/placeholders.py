"""Words that people put where nothing is known."""

from __future__ import annotations

import re
from typing import Final

SURE: Final = frozenset(
    {"n/a", "n.a.", "#n/a", "tbd", "tba", "xxx", "xx", "k.a.", "unknown", "unbekannt", "inconnu", "nan"}
)
"""In any case. No name, title, city or company is one of them."""
IN_SMALL_LETTERS: Final = frozenset({"test", "none", "null"})
"""Somebody may be called Null or Test: only words that nobody took the trouble to begin with a capital."""

_SIGNS: Final = re.compile(r"[-–—_.?*/#!]+")


def is_placeholder(text: str) -> bool:
    """Whether a text stands for nothing.

    >>> is_placeholder(" N/A "), is_placeholder("???"), is_placeholder("test"), is_placeholder("Null")
    (True, True, True, False)
    """
    word = text.strip()
    return word in IN_SMALL_LETTERS or word.lower() in SURE or bool(_SIGNS.fullmatch(word))


TRIALS: Final = frozenset(
    {"test", "test test", "tester", "testing", "asdf", "asdfasdf", "qwerty", "foo", "foo bar", "dummy"}
)
"""What people type to try something. A name may be one of them: they are told, never taken away."""
TRIAL_DOMAINS: Final = frozenset({"test", "asdf", "testing", "dummy", "foo", "test123"})
"""First labels of the domains of such addresses."""


def is_trial(text: str) -> bool:
    """Whether a text looks as if somebody only tried something.

    >>> is_trial("Test Test"), is_trial("Testa")
    (True, False)
    """
    return text.strip().lower() in TRIALS
