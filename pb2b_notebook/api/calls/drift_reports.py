"""Tell where an answer differs from the contract, and withhold none that a mutation gave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.display import notices

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pb2b_notebook.openapi.operations import Operation


def report(operation: Operation, drift: Mapping[str, str], *, in_record: bool = False) -> None:
    """Warn once a session about each field; see :func:`pb2b_notebook.frames.report_drift`.

    Where warnings are errors, a read fails by them. A mutation has taken effect, and what it answered may be a secret
    that is shown once: it is told in a notice then.

    Args:
        operation: that answered.
        drift: field → what, in words.
        in_record: the answer is a record and not a frame.

    Raises:
        ContractDriftWarning: warnings are errors, and the operation only reads.
    """
    if not drift:
        return
    from pb2b_notebook.frames import ContractDriftWarning, report_drift

    kept = {"kept": "The record holds all of it as it came"} if in_record else {}
    try:
        report_drift(operation.id, drift, **kept)
    except ContractDriftWarning as told:
        if not operation.mutates:
            raise
        notices.say(str(told))
