"""Which names of ours a refused call is sent without. Pure."""

from __future__ import annotations

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


def is_late_with_ours(call: Call, failure: ProspectB2BError) -> bool:
    """Whether a service took too long, and is asked for less without what we added."""
    return isinstance(failure, APIError) and unlearning.is_late(failure) and bool(dropped_names(call, failure))


def names_in(call: Call) -> set[str]:
    """Return the names of our own parameters and fields that the call carries."""
    body = call.body or b""
    return {name for name, _ in call.query} | {name for name in call.added if f'"{name}"'.encode() in body}
