"""What a form may do with its workspace: whether it writes, and what a key, a lock or a missing scope forbids."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.forms import rendering
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.upserts.target_workspace import Target
from pb2b_notebook.workspace import Workspace


def check_workspace(value: object, form: str) -> None:
    """Refuse what is not a workspace.

    Raises:
        InvalidParameterError: The value is not a workspace.
    """
    from pb2b_notebook.workspace import Workspace

    if not isinstance(value, Workspace):
        raise InvalidParameterError(
            f"{form} needs a workspace, not {type(value).__name__}",
            repair=f"ws = pb.connect() or pb.open_sandbox(), then pb.forms.{form}(ws, …)",
        )


def writes(target: Workspace[Any] | Target | None, operations: Sequence[str]) -> bool:
    """Return whether any of the operations changes data in the workspace."""
    return any(one.mutates for one in _operations_of(target, operations))


def warning(target: Workspace[Any] | Target | None, operations: Sequence[str]) -> str:
    """Return why the operations would be refused, as HTML; ``""`` if nothing is in the way."""
    needed = _operations_of(target, operations)
    if target is None or not needed:
        return ""
    if writes(target, operations) and target.read_only:
        how = rendering.cell_hint("Connect with a key that may write, and without <code>read_only=True</code>.")
        how += rendering.app_hint("Press Disconnect, and connect with a key that may write, without “Read-only”.")
        return rendering.notice("warning", "This workspace is read-only", f"Nothing can be changed in it. {how}")
    if writes(target, operations) and target.writes_locked:
        return rendering.notice(
            "warning",
            "This service has not been checked yet",
            "A check only reads, and opens the service for writes once it has passed: "
            + rendering.cell_hint("<code>ws.check()</code>")
            + rendering.app_hint("the button <b>Check this service</b> is at the top."),
        )
    scopes = dict.fromkeys(scope for one in needed for scope in one.scopes)
    lacking = [scope for scope in scopes if target.scopes and scope not in target.scopes]
    if lacking:
        message = f"{', '.join(lacking)}: ask whoever manages the API keys to add it, or use another key."
        return rendering.notice("warning", "The key lacks a scope that this form needs", rendering.text(message))
    return ""


def _operations_of(target: Workspace[Any] | Target | None, operations: Sequence[str]) -> list[Operation]:
    return [] if target is None else [target.operations[one] for one in operations if one in target.operations]
