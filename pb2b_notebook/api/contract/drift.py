"""Report how documents of the API differ: as a frame, as JSON, or as lines of text."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from pb2b_notebook.api.contract.sources import Source, load_document
from pb2b_notebook.api.http.responses.reply import printable
from pb2b_notebook.errors import ContractError
from pb2b_notebook.openapi.comparison import Difference, differences
from pb2b_notebook.openapi.operations import fields_of
from pb2b_notebook.openapi.severities import SEVERITIES, Severity

_VALUES: Final = frozenset({"example", "examples", "default", "enum", "const"})
"""Keywords of values, in which a "$ref" is a text."""
FIELDS = fields_of(
    "severity text, part text, subject text, name text, change text, aspect text, ours text, theirs text, "
    "operations texts"
)


def drift(ours: Source, theirs: Source) -> tuple[Difference, ...]:
    """Return the differences between two documents: parsed, files or addresses.

    Raises:
        ContractError, NotJSONError, ResponseTooLargeError, TransportError: A document cannot be read, or refers to
            another file.
    """
    return differences(_in_one_file(load_document(ours)), _in_one_file(load_document(theirs)))


def _in_one_file(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the document if all of it is in one file: what is in another one would count as equal.

    Raises:
        ContractError: It refers to another file.
    """
    waiting: list[Any] = [document]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen or not isinstance(node, Mapping | list):
            continue
        seen.add(id(node))
        if isinstance(node, list):
            waiting += node
            continue
        reference = node.get("$ref")
        if isinstance(reference, str) and not reference.startswith("#"):
            raise ContractError(
                f"the document refers to another file: {printable(reference[:100])}",
                repair="bundle it into one file, such as by: npx @redocly/cli bundle openapi.json -o whole.json",
            )
        waiting += [inner for name, inner in node.items() if name not in _VALUES]
    return document


def as_frame(found: Sequence[Difference], frame: str = "pandas") -> Any:
    """Return a frame with one row for each difference; without any, it has the same columns and dtypes.

    Raises:
        InvalidParameterError: ``frame`` is neither "pandas" nor "polars".
    """
    from pb2b_notebook.frames import frame_of_rows

    return frame_of_rows(map(asdict, found), FIELDS, frame)


def as_json(found: Sequence[Difference]) -> str:
    """Return the differences as a JSON list of objects, one on each line.

    >>> as_json([])
    '[]'
    """
    lines = ",\n".join(json.dumps(asdict(difference)) for difference in found)
    return f"[\n{lines}\n]" if lines else "[]"


def report(found: Sequence[Difference]) -> str:
    """Return the differences as lines of text, most severe first, with their number at the end.

    >>> print(report([]))
    no differences
    """
    counts = Counter(difference.severity for difference in found)
    total = ", ".join(f"{counts[severity]} {severity}" for severity in SEVERITIES if counts[severity])
    rows = [(d.severity, d.part, f"{d.subject}: {d.name}" if d.name else d.subject, _change_text(d)) for d in found]
    widths = [max((len(row[column]) for row in rows), default=0) for column in range(3)]
    lines = ["  ".join((*map(str.ljust, row, widths), row[3])) for row in rows]
    return "\n".join([*map(printable, lines), total or "no differences"])


def _change_text(difference: Difference) -> str:
    if difference.change == "changed":
        return f"{difference.aspect}: {difference.ours or '-'} → {difference.theirs or '-'}"
    return f"{difference.change}: {difference.ours or difference.theirs}"


def is_within(difference: Difference, threshold: Severity) -> bool:
    """Whether a difference is at least as severe as the threshold.

    >>> from pb2b_notebook.openapi.comparison import Difference
    >>> is_within(Difference("notable", "scope", "x.read", "", "removed"), "breaking")
    False
    """
    return SEVERITIES.index(difference.severity) <= SEVERITIES.index(threshold)
