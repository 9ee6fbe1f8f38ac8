"""Find the id by which a service answers a creation instead of the object. Pure.

Services name it in many ways: ``insert_id`` (PHP), ``insertedId`` (MongoDB), ``name`` (Firebase), ``leadId``, or not at
all. The object that is read by it is compared with what was sent, so that a wrong guess costs one request.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_descriptions import fold
from pb2b_notebook.openapi.object_ids import id_text

_DEEPEST: Final = 3
_LONGEST: Final = 200
_OWN: Final = lazy_pattern(
    r"(last|auto|new|insert(ed)?|created?|add(ed)?|generated|saved?|object|record|resource|entity|row|item|doc(ument)?|"
    r"\$o?)*(id|gid|uuid|guid|pk)s?"
)
"""Folded names of the id of what was created; others that end so are those of a request, a job or a user."""
_ALONE: Final = frozenset({"name", "key", "result", "value", "created", "inserted"})
"""Folded names under which an id may be the only member of a response, beside objects about the call."""
_ID: Final = lazy_pattern(r"(?=.*[0-9_-]|\w{14})[^\s/]+")
"""An id, and no word such as "ok"."""


def created_id(answer: Any, nouns: Collection[str]) -> str | None:
    """Return the only value of an answer that may be the id of what was created; ``None`` if none or several may be.

    Args:
        answer: ``data`` of the envelope.
        nouns: What the object is called, such as "lead".

    >>> answers = ({"insert_id": 7}, {"insertedId": {"$oid": "a1"}}, {"name": "-Nx"}, 7, {"ids": ["a1"], "ok": True})
    >>> [created_id(answer, {"lead"}) for answer in answers]
    ['7', 'a1', '-Nx', '7', 'a1']
    >>> created_id({"createLead": {"leadId": "a1", "clientMutationId": "m1"}, "requestId": "r1"}, {"lead"})
    'a1'
    >>> created_id({"result": 4207, "time": {"start": 1773144000.1}}, {"lead"})
    '4207'
    >>> [created_id(answer, {"lead"}) for answer in ({"id": 1, "pk": 2}, {"result": True}, "ok", {"name": "Ada B"})]
    [None, None, None, None]
    """
    if not isinstance(answer, Mapping):
        return _text_of(answer)
    found = {*_ids_in(answer, [fold(noun) for noun in nouns])}
    plain = [(name, value) for name, value in answer.items() if not isinstance(value, Mapping | bool)]
    plain = plain or [*answer.items()]
    if not found and len(plain) == 1:
        [(name, only)] = plain
        return _text_of(only) if fold(name) in _ALONE else None
    return found.pop() if len(found) == 1 else None


def _ids_in(answer: Any, nouns: Collection[str], depth: int = 0) -> Iterator[str]:
    """Yield the values of the members of an answer whose names are those of an id."""
    for name, value in answer.items() if isinstance(answer, Mapping) and depth < _DEEPEST else ():
        inner = value[0] if isinstance(value, list) and len(value) == 1 else value
        plain = fold(name)
        for noun in nouns:
            plain = plain.replace(noun, "")
        text = _text_of(inner) if _OWN.fullmatch(plain) else None
        yield from _ids_in(inner, nouns, depth + 1) if text is None else (text,)


def _text_of(value: Any) -> str | None:
    """Return an id as text; ``None`` for what cannot be one."""
    if isinstance(value, Mapping):
        value = value.get("$oid")  # MongoDB Extended JSON
    text = id_text(value)
    return text if isinstance(text, str) and len(text) <= _LONGEST and _ID.fullmatch(text) else None
