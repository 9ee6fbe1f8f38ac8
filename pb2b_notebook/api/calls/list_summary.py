"""Summarize a list in one request: its newest object, and how many there are."""

from __future__ import annotations

from typing import Any, NamedTuple

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.client import Call
from pb2b_notebook.errors import BadRequestError, NotFoundError, PermissionDeniedError, ValidationError


class ListSummary(NamedTuple):
    """Summary of a list, read from one page of one row.

    Attributes:
        newest: The object that changed last; ``None`` for an empty list.
        total: Number of objects; ``None`` where the service does not count, or the key may not read them.
    """

    newest: Record | None
    total: int | None


def summarize_list(session: Session, name: str, *ids: str, **filters: Any) -> ListSummary:
    """Return the newest object of a list and how many there are.

    Args:
        session: Session of the workspace.
        name: Id of the operation in our contract.
        ids: Ids for its path.
        filters: Filters of the list; ``None`` means no filter.

    Raises:
        APIError, TransportError: The request failed. A missing scope, or a service that does not count, raises nothing.
    """
    operation = session.operations.find(name)
    given = {**dict(zip(operation.path_parameters, ids, strict=True)), **filters}
    newest_only = {n: v for n, v in (("order", "updated_at.desc"), ("limit", 1)) if operation.parameter(n)}
    counted = {"include_total": True} if operation.parameter("include_total") else {}
    for extra in (counted, {}) if counted else ({},):
        path, query, _ = session.bind(operation, {**given, **newest_only, **extra})
        try:
            page = envelope.page(session.client.send(Call(operation, path, query)))
        except (BadRequestError, ValidationError) as refused:
            if extra and "include_total" in str(refused):
                continue
            raise
        except (PermissionDeniedError, NotFoundError):
            break
        newest = Record(bytes(page.records[0]), operation.fields) if page.records else None
        return ListSummary(newest, page.total if page.total is not None or page.next_cursor else len(page.records))
    return ListSummary(None, None)
