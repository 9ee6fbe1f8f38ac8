"""How documents of the API differ: as a frame, and as lines of text."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pb2b_notebook.api.contract.sources import load_document
from pb2b_notebook.api.http.envelope import printable
from pb2b_notebook.openapi.comparison import differences
from pb2b_notebook.openapi.operations import Field
from pb2b_notebook.openapi.severities import SEVERITIES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.api.contract.sources import Source
    from pb2b_notebook.openapi.comparison import Difference
    from pb2b_notebook.openapi.severities import Severity

FIELDS = (
    Field("severity", "text"),
    Field("part", "text"),
    Field("subject", "text"),
    Field("name", "text"),
    Field("change", "text"),
    Field("aspect", "text"),
    Field("ours", "text"),
    Field("theirs", "text"),
    Field("operations", "texts"),
)


def drift(ours: Source, theirs: Source) -> tuple[Difference, ...]:
    """The differences between two documents, wherever they are.

    Raises:
        ContractError, NotJSONError, ResponseTooLargeError, TransportError: one cannot be read.
    """
    return differences(load_document(ours), load_document(theirs))


def as_frame(found: Sequence[Difference], frame: str = "pandas") -> Any:
    """One row a difference, with the same columns and dtypes for none.

    Raises:
        InvalidParameterError: another ``frame`` than "pandas" or "polars".
    """
    from pb2b_notebook.frames import frame_of_rows

    return frame_of_rows(map(asdict, found), FIELDS, frame)


def as_json(found: Sequence[Difference]) -> str:
    """The differences as a JSON list of objects, one a line.

    >>> as_json([])
    '[]'
    """
    lines = ",\n".join(json.dumps(asdict(difference)) for difference in found)
    return f"[\n{lines}\n]" if lines else "[]"


def report(found: Sequence[Difference]) -> str:
    """The differences as lines of text, the gravest first, and how many there are.

    >>> print(report([]))
    no differences
    """
    counts = Counter(difference.severity for difference in found)
    total = ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES if counts[severity])
    rows = [(d.severity, d.part, f"{d.subject}: {d.name}" if d.name else d.subject, _told(d)) for d in found]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = ["  ".join((*map(str.ljust, row, widths), row[3])) for row in rows]
    return "\n".join([*map(printable, lines), total or "no differences"])


def _told(difference: Difference) -> str:
    if difference.change == "changed":
        return f"{difference.aspect}: {difference.ours or '-'} → {difference.theirs or '-'}"
    return f"{difference.change}: {difference.ours or difference.theirs}"


def is_within(difference: Difference, threshold: Severity) -> bool:
    """Whether the difference is at least as grave as this.

    >>> from pb2b_notebook.openapi.comparison import Difference
    >>> is_within(Difference("notable", "scope", "x.read", "", "removed"), "breaking")
    False
    """
    return SEVERITIES.index(difference.severity) <= SEVERITIES.index(threshold)
