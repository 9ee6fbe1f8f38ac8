"""What a service calls its statuses, where it has numbers or ids for them: "3" for "New". Pure.

Lead fields have options such as ``{"id": 3, "label": "New"}``, and leads may have ``{"id": 3, "name": "New"}`` as their
status. The pairs are kept as text among the forms of the service's objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

_FORM: Final = re.compile(r"status (\S+) is (.+)", re.DOTALL)
_IDS: Final = ("id", "value", "code", "key")
_LABELS: Final = ("label", "name", "title", "displayName", "display_name", "text")
_LONGEST: Final = 40
_SIGNS: Final = re.compile(r"[\W_]+")


def form_of(status: Mapping[str, Any]) -> str | None:
    """Return the form of a status with a label of its own; ``None`` for any other object.

    >>> form_of({"id": 3, "name": "New"}), form_of({"name": "New"}), form_of({"value": "new", "label": "New"})
    ('status 3 is New', None, None)
    """
    own = next((str(status[n]) for n in _IDS if isinstance(status.get(n), str | int) and status[n] != ""), "")
    label = next((status[n].strip() for n in _LABELS if isinstance(status.get(n), str) and status[n].strip()), "")
    fits = own and label and max(len(own), len(label)) <= _LONGEST and not re.search(r"\s", own)
    return f"status {own} is {label}" if fits and fold_word(own) != fold_word(label) else None


def forms_of_options(field: Mapping[str, Any]) -> frozenset[str]:
    """Return the forms of the statuses among the options of a lead field, as the service gives it.

    >>> field = {"key": "status", "options": [{"id": 3, "label": "New"}, {"id": 4, "label": "Unsubscribed"}]}
    >>> sorted(forms_of_options(field)), forms_of_options({**field, "key": "tier"})
    (['status 3 is New', 'status 4 is Unsubscribed'], frozenset())
    """
    named = any(isinstance(field.get(n), str) and fold_word(field[n]) == "status" for n in ("key", "name", "api_name"))
    listed = next((value for value in field.values() if isinstance(value, list)), []) if named else []
    return frozenset(form for each in listed if isinstance(each, Mapping) and (form := form_of(each)) is not None)


def labels_in(forms: Iterable[str]) -> dict[str, str]:
    """Return the service's own text of a status → its label.

    >>> labels_in({"status 3 is New", "ids under _id"})
    {'3': 'New'}
    """
    return {found[1]: found[2] for form in forms if (found := _FORM.fullmatch(form))}


def fold_word(text: str) -> str:
    """Return a status word by which it is compared, without case and signs.

    >>> fold_word("Not-Interested") == fold_word("not interested")
    True
    """
    return _SIGNS.sub("", text).casefold()
