"""Warn where a response deviates from the contract, but never lose the result of a mutation to a warning."""

from __future__ import annotations

from collections.abc import Mapping

from pb2b_notebook.display import notices
from pb2b_notebook.openapi.operations import Operation


def report(operation: Operation, drift: Mapping[str, str], *, in_record: bool = False) -> None:
    """Warn once per session about each field; see :func:`pb2b_notebook.frames.report_drift`.

    Where warnings are errors, a read fails. A mutation has taken effect, and its response may be a secret that is shown
    once: then the warning is printed as a notice.

    Args:
        operation: Operation of the response.
        drift: Field → deviation, in words.
        in_record: Whether the result is a record and not a frame.

    Raises:
        ContractDriftWarning: Warnings are errors, and the operation only reads.
    """
    if not drift:
        return
    from pb2b_notebook.frames import ContractDriftWarning, report_drift

    kept = {"kept": "The record holds all of it as it came"} if in_record else {}
    try:
        report_drift(operation.id, drift, **kept)
    except ContractDriftWarning as warning:
        if not operation.mutates:
            raise
        notices.say(str(warning))
