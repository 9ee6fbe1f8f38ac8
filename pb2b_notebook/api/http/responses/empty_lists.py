"""Refusals that mean an empty list: some services answer 404 where no object matches. Pure."""

from __future__ import annotations

import re
from typing import Final

from pb2b_notebook.errors import APIError, NotFoundError
from pb2b_notebook.openapi.object_descriptions import noun_of, singular_of
from pb2b_notebook.openapi.operations import Operation

_NOTHING: Final = re.compile(r"\b(?:no|zero|0) +((?:[a-z_-]+ +){1,4})(?:found|match|exist|available)")
_ANYTHING: Final = frozenset({"result", "record", "item", "entry", "row", "match", "object", "data", "document"})


def says_empty(refused: APIError, operation: Operation) -> bool:
    """Whether a refusal says that a list has no objects of its kind, and not that the operation is missing.

    >>> from pb2b_notebook.openapi import load
    >>> leads = load()["leads.list"]
    >>> texts = ("No leads found", "no matching records found", "No route matches", "Not Found", "No jobs found")
    >>> [says_empty(NotFoundError(text, status=404), leads) for text in texts]
    [True, True, False, False, False]
    """
    if not isinstance(refused, NotFoundError) or not operation.many:
        return False
    found = _NOTHING.search(refused.message.lower())
    if found is None:
        return False
    words = {singular_of(word) for word in re.split(r"[ _-]+", found[1]) if word}
    return not words.isdisjoint(_ANYTHING | set(noun_of(operation.path).split("_")))
