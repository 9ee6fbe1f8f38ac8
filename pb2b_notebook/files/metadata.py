"""Metadata that is stored with a file: columns with their types, workspace, and when the file was saved.

It is one JSON document for every format, in the W3C's "Metadata Vocabulary for Tabular Data"
(https://www.w3.org/TR/tabular-metadata/), so that other programs can read it. It is stored:

==========  ================================================================================
CSV, JSONL  next to the file, as the standard says: ``leads.csv-metadata.json``
XLSX        on a hidden sheet of the workbook, which Excel and LibreOffice keep
Parquet     in the schema of the file
==========  ================================================================================

A comment in a CSV file would be a row to other programs. The companion file is optional: without it, columns get the
types of the fields of their names in the contract, if their cells fit.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

SUFFIX: Final = "-metadata.json"
VERSION: Final = 1
LARGEST: Final = 4 << 20
"""Limit of bytes of a document."""
MOST_COLUMNS: Final = 16_384

_CONTEXT: Final = "http://www.w3.org/ns/csvw"
_OURS: Final = "pb2b_notebook"
_DATATYPES: Final = {
    "text": "string", "integer": "integer", "number": "double", "boolean": "boolean", "datetime": "dateTimeStamp",
    "local": "dateTime", "date": "date", "texts": "string", "json": "json",
}  # fmt: skip
_KINDS: Final = {datatype: kind for kind, datatype in _DATATYPES.items() if kind != "texts"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """Metadata of a file of leads.

    Attributes:
        columns: Name → kind, in order.
        workspace: Name of the workspace of the leads; "" if unknown.
        host: Host of the service that they came from; "" if unknown.
        saved_at: When the file was saved, a datetime with a time zone; ``None`` if unknown.
        delimiter: Delimiter of a CSV file.
        sheet: Sheet of a workbook of several frames; "" for its only one.
        sha256: Checksum of the file next to the document; "" if the document is inside the file.
    """

    columns: Mapping[str, str]
    workspace: str = ""
    host: str = ""
    saved_at: dt.datetime | None = None
    delimiter: str = ""
    sheet: str = ""
    sha256: str = field(default="", compare=False)


def companion_path(path: Path) -> Path:
    """Return the path of the companion file of a file that cannot contain its metadata.

    >>> from pathlib import Path
    >>> companion_path(Path("leads.csv")).name
    'leads.csv-metadata.json'
    """
    return path.with_name(f"{path.name}{SUFFIX}")


def write_metadata(metadata: Metadata, url: str) -> str:
    """Return the JSON document of metadata."""
    note = {
        _OURS: VERSION,
        "workspace": metadata.workspace,
        "host": metadata.host,
        "saved_at": "" if metadata.saved_at is None else metadata.saved_at.isoformat(),
        "sha256": metadata.sha256,
    }
    if metadata.sheet:
        note["sheet"] = metadata.sheet
    document: dict[str, Any] = {
        "@context": _CONTEXT,
        "url": url,
        "tableSchema": {"columns": [_column(name, kind) for name, kind in metadata.columns.items()]},
        "notes": [note],
    }
    if metadata.delimiter:
        document["dialect"] = {"delimiter": metadata.delimiter, "encoding": "utf-8", "header": True}
    return json.dumps(document, ensure_ascii=False, indent=1)


def read_metadata(text: str | bytes) -> Metadata:
    """Return the metadata of a document, which may come from another program.

    Raises:
        ValueError: The text is not such a document, or has an unknown version.

    >>> document = write_metadata(Metadata({"email": "text", "tags": "texts"}, workspace="Demo"), "leads.csv")
    >>> read_metadata(document).columns
    {'email': 'text', 'tags': 'texts'}
    """
    if len(text) > LARGEST:
        raise ValueError("too large")
    try:
        document = json.loads(text)
        note = document["notes"][0]
        version = note[_OURS]
        columns = [(column["titles"], _kind(column)) for column in document["tableSchema"]["columns"]]
        saved_text = note.get("saved_at")
        saved_at = dt.datetime.fromisoformat(saved_text) if saved_text else None
        texts = [note.get(name) or "" for name in ("workspace", "host", "sheet", "sha256")]
        delimiter = document.get("dialect", {}).get("delimiter", "")
    except (LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise ValueError("not metadata of a file of leads") from problem
    if version is True or version != VERSION or len(columns) > MOST_COLUMNS or not all(map(_is_name, columns)):
        raise ValueError("unknown metadata")
    if (
        not all(isinstance(text, str) for text in [*texts, delimiter])
        or len(delimiter) > 1
        or (saved_at is not None and saved_at.utcoffset() is None)
    ):
        raise ValueError("unknown metadata")
    return Metadata(dict(columns), texts[0], texts[1], saved_at, delimiter, texts[2], sha256=texts[3])


def _column(name: str, kind: str) -> dict[str, str]:
    return {"titles": name, "datatype": _DATATYPES[kind]} | ({"separator": ";"} if kind == "texts" else {})


def _kind(column: Mapping[str, Any]) -> str:
    return "texts" if column.get("separator") else _KINDS[column["datatype"]]


def _is_name(column: tuple[Any, str]) -> bool:
    return isinstance(column[0], str)
