"""Words before a name that are not a part of it: "Attn:", "z. Hd.", "à l'attention de", or the number of a list."""

from __future__ import annotations

import re
from typing import Final

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.mapping.suggestions.recognition import LIST_NUMBER

_ADDRESSEE: Final = (
    # English, and what several languages abbreviate so
    r"attn[.:]*|att[.:]+|(?:(?:(?:for|to) )?the )?attention(?: of)?:?|f\.a\.o\.?:?|fao:?"
    r"|c/o:?|to:|contact(?: name| person)?:|name:"
    # German, Dutch, Scandinavian
    r"|z\. ?hd[nsv]?\.?:?|zhd[.:]?|zu h(?:ä|ae|a)nden(?: von| der| des| de[mn])?:?|kontakt(?:person)?:"
    r"|ansprechpartner(?:in)?:"
    r"|t\.a\.v\.?:?|ter attentie van(?: de)?:?"
    # French, Italian, Spanish, Portuguese
    r"|[àa] l['’]att(?:ention|n)\.?(?: de)?:?|all['’]attenzione (?:di|del|della)|alla (?:cortese attenzione|c\.a\.)"
    r"(?: di| del| della)?:?|c\.a\.:|a la atenci[óo]n del?:?|at\.te\.?:?|atte[.:]+|a/a:?|a/c:?|aos? cuidados? de:?"
    # Polish, Czech, Romanian, Russian, Ukrainian, Greek
    r"|do rąk:?|k rukám:?|[îi]n aten[țţt]ia:?|(?:к )?вниманию:?|до уваги:?|υπόψη:?"
)
PREFIX: Final = rf"^\s*(?i:{_ADDRESSEE}|{LIST_NUMBER})\s+[^\W\d]"
"""Regular expression for a name with such words before it."""
_PREFIX: Final = lazy_pattern(rf"\s*(?:{_ADDRESSEE}|{LIST_NUMBER})\s+(?=[^\W\d])", re.IGNORECASE)
_MAY_BE_INITIALS: Final = lazy_pattern(r"\s*(?:f\.a\.o|fao|t\.a\.v)\.?\s+", re.IGNORECASE)


def without_prefix(name: str) -> str:
    """Return a name without the words before it that are not a part of it.

    >>> [without_prefix(name) for name in ("Attn: Robert Wilson", "z.Hd. Herrn Robert Berg", "1. Ada Berg", "Att Lee")]
    ['Robert Wilson', 'Herrn Robert Berg', 'Ada Berg', 'Att Lee']
    >>> [without_prefix(name) for name in ("Atte Hirvonen", "F.A.O. Schwarz", "FAO Robert Wilson")]
    ['Atte Hirvonen', 'F.A.O. Schwarz', 'Robert Wilson']
    """
    found = _PREFIX.match(name)
    rest = name[found.end() :] if found else name
    # F.A.O. Schwarz has initials, F.A.O. Robert Wilson a name.
    initials = found is not None and _MAY_BE_INITIALS.fullmatch(found[0]) and " " not in rest.strip()
    return name if initials else rest
