"""Where an answer differs from the contract: said once a session, never dropped in silence."""

from __future__ import annotations

import threading
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


class ContractDriftWarning(UserWarning):
    """The service answered with fields or types that the contract does not know; nothing of it was lost."""


_said: set[tuple[str, str]] = set()
_lock = threading.Lock()
_LONGEST_NAME = 80


def report_drift(operation: str, drift: Mapping[str, str]) -> None:
    """Warn about each field that was not warned about yet in this session.

    The message names fields and types, never values: leads are people.

    Args:
        operation: such as ``leads.list``.
        drift: :attr:`~pb2b_notebook.frames.decoding.Decoder.drift`.
    """
    with _lock:
        new = {field: what for field, what in drift.items() if (operation, field) not in _said}
        _said.update((operation, field) for field in new)
    if new:
        listed = "; ".join(f"{field[:_LONGEST_NAME]!r}: {what}" for field, what in sorted(new.items()))
        warnings.warn(
            f"{operation} differs from the contract: {listed}. "
            "Unknown fields are columns; values that did not fit are in the column 'unparsed'.",
            ContractDriftWarning,
            stacklevel=3,
        )


def forget_drift() -> None:
    """Start a new session: everything may be said again."""
    with _lock:
        _said.clear()
