"""The newest object of a list and how many there are, for one request: what a preview needs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.http import envelope
from pb2b_notebook.api.http.client import Call
from pb2b_notebook.errors import BadRequestError, NotFoundError, PermissionDeniedError, ValidationError

if TYPE_CHECKING:
    from pb2b_notebook.api.calls.session import Session


class Peek(NamedTuple):
    """What one page of one row tells.

    Attributes:
        newest: the object that changed last; ``None`` where there is none.
        total: how many there are; ``None`` where the service does not count, or the key may not ask.
    """

    newest: Record | None
    total: int | None


def peek(session: Session, name: str, *ids: str, **filters: Any) -> Peek:
    """Look at a list without reading it.

    Args:
        session: Session of the workspace.
        name: of the operation in our contract.
        ids: for its path.
        filters: ``None`` means no filter.

    Raises:
        APIError, TransportError: but what the key may not see, or the service cannot count, is ``None``.
    """
    operation = session.operations.find(name)
    given = {**dict(zip(operation.path_parameters, ids, strict=True)), **filters}
    one = {n: v for n, v in (("order", "updated_at.desc"), ("limit", 1)) if operation.parameter(n)}
    counted = {"include_total": True} if operation.parameter("include_total") else {}
    for extra in (counted, {}) if counted else ({},):
        path, query, _ = session.bind(operation, {**given, **one, **extra})
        try:
            page = envelope.page(session.client.send(Call(operation, path, query)))
        except (BadRequestError, ValidationError) as refused:
            if extra and "include_total" in str(refused):
                continue
            raise
        except (PermissionDeniedError, NotFoundError):
            break
        newest = Record(bytes(page.records[0]), operation.fields) if page.records else None
        return Peek(newest, page.total if page.total is not None or page.next_cursor else len(page.records))
    return Peek(None, None)
