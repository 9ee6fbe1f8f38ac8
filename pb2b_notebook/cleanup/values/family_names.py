"""A second family name behind the one in use, and the word between them: Schulze geb. Adler, Smith f/k/a Jones."""

from __future__ import annotations

import re
from typing import Final

from pb2b_notebook.lazy import lazy_pattern

_OF_BIRTH: Final = (
    "geb|geboren|geborene|vormals|ehemals|born|formerly|previously|f/k/a|fka|maiden name|née|nee|nata|nacida"
    r"|de soltera|nascida|z domu|z d\.|roz|rozená|rod\.|rodená|rođ|rođena|rojena|născută|szül|született|född|f\. ?d"
    r"|født|fødd|o\.s|omaa sukua|урожд|урожденная|урождённая"
)
_OF_MARRIAGE: Final = (
    "in|ved|vedova|coniugata|épouse|ép|veuve|verw|verwitwete|verh|verheiratete|gesch|geschiedene|viuda de|viúva|married"
)
OTHER_FAMILY_WORDS: Final = f"{_OF_BIRTH}|{_OF_MARRIAGE}"
"""Words before a second family name, that of birth or of marriage, as a regular expression."""
_FORMER: Final = lazy_pattern(rf"([^,()]+?),? \(?(?:{_OF_BIRTH})[.:]? [^\W\d_]+(?:[ '’-][^\W\d_]+)*\)?", re.IGNORECASE)
FORMER: Final = rf"\S,? \(?(?i:{_OF_BIRTH})[.:]? \S"
"""Regular expression for names that may have a former family name."""


def without_former_name(name: str) -> str | None:
    """Return a name without the family name of birth; ``None`` if it has none.

    >>> [without_former_name(name) for name in ("Schulze, geb. Adler", "Ann Smith (née Jones)", "Born", "Berg in Roma")]
    ['Schulze', 'Ann Smith', None, None]
    """
    found = _FORMER.fullmatch(name.strip())
    return found[1] if found else None
