"""Words that people type where a value is unknown, or to try something."""

from __future__ import annotations

import re
from typing import Final

SURE: Final = frozenset(
    {"n/a", "n.a.", "#n/a", "tbd", "tba", "xxx", "xx", "k.a.", "unknown", "unbekannt", "inconnu", "nan"}
)
"""Placeholders in any case: no name, title, city or company is one of them."""
LOWER_CASE_ONLY: Final = frozenset({"test", "none", "null"})
"""Placeholders in lower case only: a person may be called Null or Test."""

_SIGNS: Final = re.compile(r"[-–—_.?*/#!]+")


def is_placeholder(text: str) -> bool:
    """Return whether a text is a placeholder.

    >>> is_placeholder(" N/A "), is_placeholder("???"), is_placeholder("test"), is_placeholder("Null")
    (True, True, True, False)
    """
    word = text.strip()
    return word in LOWER_CASE_ONLY or word.lower() in SURE or bool(_SIGNS.fullmatch(word))


TRIALS: Final = frozenset(
    {"test", "test test", "tester", "testing", "asdf", "asdfasdf", "qwerty", "foo", "foo bar", "dummy"}
)
"""Words that people type to try something. They are reported but kept, because some of them are names."""
TRIAL_DOMAINS: Final = frozenset({"test", "asdf", "testing", "dummy", "foo", "test123"})
"""First labels of the domains of test addresses."""


def is_trial(text: str) -> bool:
    """Return whether a text looks like test data.

    >>> is_trial("Test Test"), is_trial("Testa")
    (True, False)
    """
    return text.strip().lower() in TRIALS
