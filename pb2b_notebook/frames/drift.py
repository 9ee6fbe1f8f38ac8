"""Report where a response differs from the contract, once per session for each field."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Mapping


class ContractDriftWarning(UserWarning):
    """The service answered with fields or types that the contract does not have; no part of the response was lost."""


_reported: dict[tuple[str, str], object] = {}
_LONGEST_NAME = 80
_MOST_LISTED = 12
_IN_FRAMES = "Unknown fields are columns; values that did not fit are in the column 'unparsed'"
_PACKAGE = __name__.split(".", maxsplit=1)[0]


def report_drift(operation: str, drift: Mapping[str, str], *, kept: str = _IN_FRAMES) -> None:
    """Warn about each field that was not reported yet in this session.

    The message names fields and types, never values, because these are personal data.

    Args:
        operation: Id of the operation, such as "leads.list".
        drift: Differences, as in :attr:`~pb2b_notebook.frames.decoding.Decoder.drift`.
        kept: Sentence that says where the values are.
    """
    ours = object()  # setdefault is one step of the interpreter, so that no lock can stay held in a forked child
    new = {field: what for field, what in drift.items() if _reported.setdefault((operation, field), ours) is ours}
    if new:
        warnings.warn(
            f"{operation} differs from the contract: {_list_fields(new)}. {kept}.",
            ContractDriftWarning,
            stacklevel=_callers_level(),
        )


def _list_fields(news: Mapping[str, str]) -> str:
    shown = [f"{field[:_LONGEST_NAME]!r}: {what}" for field, what in sorted(news.items())[:_MOST_LISTED]]
    more = [f"and {len(news) - _MOST_LISTED} more"] if len(news) > _MOST_LISTED else []
    return "; ".join([*shown, *more])


def _callers_level() -> int:
    """Return the ``stacklevel`` of the cell that called this package, at any depth of calls."""
    frame, level = sys._getframe(1), 1  # noqa: SLF001 - warnings' own skip_file_prefixes needs Python 3.12
    while frame.f_back is not None and frame.f_globals.get("__name__", "").split(".")[0] == _PACKAGE:
        frame, level = frame.f_back, level + 1
    return level


def forget_drift() -> None:
    """Start a new session, in which every field is reported again."""
    _reported.clear()
