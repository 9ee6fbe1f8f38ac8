"""Recognize columns whose names are remarks that a cross or a date confirms: "No mail please". Pure.

The words of such a name are read as those of a remark. A name that is that of a flag beside something else in brackets
or behind a colon says the same: "Blocklisted (Lemlist)", "Objection to marketing (Art. 21)".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, Literal

from pb2b_notebook.opt_outs.consent_sentences import is_about_something_else
from pb2b_notebook.opt_outs.recognition import is_flag, is_opted_out, plain_clauses
from pb2b_notebook.opt_outs.suspicions import may_have_left, may_refuse
from pb2b_notebook.opt_outs.vocabulary import plain_words

_LONGEST: Final = 80
_PARTS: Final = re.compile(r"[()\[\]:|]|\s[-–—]\s")


@lru_cache(maxsize=1024)
def states_of_person(name: str) -> Literal["refuses", "left"] | None:
    """Return what the name of a column says of a person for whom its cell is a yes or a date.

    >>> [states_of_person(name) for name in ("No mail please", "Blocklisted (Lemlist)", "MA ausgeschieden")]
    ['refuses', 'refuses', 'left']
    >>> [states_of_person(name) for name in ("No newsletter sent", "Deleted", "Best contact", "Left message")]
    [None, None, None, None]
    """
    if len(name) > _LONGEST or is_about_something_else(plain_words(name)):
        return None  # what was sent, or a photo
    parts = [part.strip() for part in _PARTS.split(name) if part.strip()]
    if len(parts) > 1 and any(map(is_flag, parts)):
        return "refuses"
    if len(plain_words(name).split()) == 1 and name.isascii():
        return None
    left = any(map(may_have_left, plain_clauses(name)))
    return "left" if left else "refuses" if is_opted_out(name) or may_refuse(name) else None
