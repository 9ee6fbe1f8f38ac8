"""Which names of ours a refused call is sent without. Pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Final

from pb2b_notebook.api.http.adaptation import (
    unlearning,
    write_forms,
)
from pb2b_notebook.api.http.call import LEADS, Call
from pb2b_notebook.api.http.responses.empty_lists import says_empty
from pb2b_notebook.errors import (
    APIError,
    ProspectB2BError,
)

_ATTRIBUTES: Final = "values under attributes"
"""Form of the objects of a service as JSON:API has it."""


def dropped_names(call: Call, refused: APIError) -> frozenset[str]:
    """Return the names of ours without which a refused call is sent again."""
    if "cursor" in dict(call.query):  # the first page was accepted with the same names
        return frozenset()
    if call.operation.mutates and write_forms.is_another_operation(refused):
        return frozenset()
    if says_empty(refused, call.operation):
        return frozenset()
    added, reads = call.added & names_in(call), not call.operation.mutates
    given = {name for name, _ in call.query} - call.added
    if reads and unlearning.UNKNOWN.search(refused.message) and unlearning.mentions(refused, given):
        added &= unlearning.mentions(refused, added)  # it is about what the caller gave
    # Some services answer 404 where no row matches the caller's filters.
    unfiltered = call.added.issuperset(name for name, _ in call.query)
    exists = call.operation.id == LEADS and (unfiltered or refused.status != unlearning.NOT_FOUND)
    return unlearning.names_to_drop(refused, added, reads=reads, exists=exists)


def with_bracketed_filters(call: Call, names: Collection[str]) -> Call:
    """Return the call of a list with some of its filters in the writing that JSON:API recommends.

    >>> from pb2b_notebook.openapi import load
    >>> call = with_bracketed_filters(Call(load()["leads.list"], "/leads", (("email", "ada@x.example"),)), {"email"})
    >>> call.operation.query_names
    (('email', 'filter[email]'),)
    """
    new = sorted({*names} - dict(call.operation.query_names).keys())
    pairs = (*call.operation.query_names, *((name, f"filter[{name}]") for name in new))
    return replace(call, operation=replace(call.operation, query_names=pairs)) if new else call


def filters_to_bracket(call: Call, refused: APIError, forms: Collection[str]) -> frozenset[str]:
    """Return the filters whose names a service as JSON:API has it does not know, and that it may know in brackets.

    >>> from pb2b_notebook.errors import BadRequestError
    >>> from pb2b_notebook.openapi import load
    >>> call = Call(load()["leads.list"], "/leads", (("email", "ada@x.example"), ("order", "updated_at.asc")))
    >>> refused = BadRequestError("Unknown query parameter email", status=400)
    >>> [*filters_to_bracket(call, refused, {_ATTRIBUTES})], filters_to_bracket(call, refused, ())
    (['email'], frozenset())
    >>> filters_to_bracket(with_bracketed_filters(call, {"email"}), refused, {_ATTRIBUTES})  # it was tried
    frozenset()
    """
    if call.operation.mutates or _ATTRIBUTES not in forms or not unlearning.UNKNOWN.search(refused.message):
        return frozenset()
    known = {"cursor", *unlearning.WEAKER, *dict(call.operation.query_names)} - {"ids"}
    filters = {name for name, _ in call.query if not name.endswith(("_after", "_before"))} - known
    return frozenset(unlearning.mentions(refused, filters))


def is_late_with_ours(call: Call, failure: ProspectB2BError) -> bool:
    """Whether a service took too long, and is asked for less without what we added."""
    return isinstance(failure, APIError) and unlearning.is_late(failure) and bool(dropped_names(call, failure))


def names_in(call: Call) -> set[str]:
    """Return the names of our own parameters and fields that the call carries."""
    body = call.body or b""
    return {name for name, _ in call.query} | {name for name in call.added if f'"{name}"'.encode() in body}
