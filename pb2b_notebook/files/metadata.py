"""What a file remembers of its leads: columns with their types, workspace, and when it was saved.

One JSON document for every format, in the form that the W3C made for it ("Metadata Vocabulary for Tabular Data",
https://www.w3.org/TR/tabular-metadata/), so that other programs can read it too. Where it is:

==========  ================================================================================
CSV, JSONL  beside the file, as that standard has it: ``leads.csv-metadata.json``
XLSX        on a hidden sheet of the workbook, which Excel and LibreOffice keep
Parquet     in the file's own schema
==========  ================================================================================

A comment in a CSV file would be a row to every other program; a file beside it harms none, and can be left behind: then
the columns are typed by their names in the contract, as far as their cells fit.
"""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUFFIX: Final = "-metadata.json"
VERSION: Final = 1
LARGEST: Final = 4 << 20
"""Bytes of a document that are believed to be one."""
MOST_COLUMNS: Final = 16_384

_CONTEXT: Final = "http://www.w3.org/ns/csvw"
_OURS: Final = "pb2b_notebook"
_DATATYPES: Final = {
    "text": "string",
    "integer": "integer",
    "number": "double",
    "boolean": "boolean",
    "datetime": "dateTimeStamp",
    "local": "dateTime",
    "date": "date",
    "texts": "string",
    "json": "json",
}
_KINDS: Final = {datatype: kind for kind, datatype in _DATATYPES.items() if kind != "texts"}


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a file remembers.

    Attributes:
        columns: name → kind, in order.
        workspace: that the leads are of; ``""`` if nobody said.
        host: of the service that they came from; ``""`` if nobody said.
        saved_at: aware; ``None`` if it is not told.
        delimiter: of a CSV file.
        sha256: of the file that the document is beside; ``""`` where it is inside.
    """

    columns: Mapping[str, str]
    workspace: str = ""
    host: str = ""
    saved_at: dt.datetime | None = None
    delimiter: str = ""
    sha256: str = field(default="", compare=False)


def companion_path(path: Path) -> Path:
    """Where the document of a file lies that cannot hold it.

    >>> from pathlib import Path
    >>> companion_path(Path("leads.csv")).name
    'leads.csv-metadata.json'
    """
    return path.with_name(f"{path.name}{SUFFIX}")


def write_metadata(metadata: Metadata, url: str) -> str:
    """The document.

    Args:
        metadata: what to remember.
        url: of the file, relative to the document.
    """
    note = {
        _OURS: VERSION,
        "workspace": metadata.workspace,
        "host": metadata.host,
        "saved_at": "" if metadata.saved_at is None else metadata.saved_at.isoformat(),
        "sha256": metadata.sha256,
    }
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
    """What a document says.

    Raises:
        ValueError: it is no such document, or one of a version that is not known. It may come from anybody.

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
        columns = [(one["titles"], _kind(one)) for one in document["tableSchema"]["columns"]]
        saved_text = note.get("saved_at")
        saved_at = dt.datetime.fromisoformat(saved_text) if saved_text else None
        texts = [note.get(name) or "" for name in ("workspace", "host", "sha256")]
        delimiter = document.get("dialect", {}).get("delimiter", "")
    except (LookupError, TypeError, AttributeError, RecursionError) as problem:
        raise ValueError("no metadata of a file of leads") from problem
    if version is True or version != VERSION or len(columns) > MOST_COLUMNS or not all(map(_is_name, columns)):
        raise ValueError("metadata that is not known here")
    if (
        not all(isinstance(one, str) for one in [*texts, delimiter])
        or len(delimiter) > 1
        or (saved_at is not None and saved_at.utcoffset() is None)
    ):
        raise ValueError("metadata that is not known here")
    return Metadata(dict(columns), texts[0], texts[1], saved_at, delimiter, sha256=texts[2])


def _column(name: str, kind: str) -> dict[str, str]:
    return {"titles": name, "datatype": _DATATYPES[kind]} | ({"separator": ";"} if kind == "texts" else {})


def _kind(column: Mapping[str, Any]) -> str:
    return "texts" if column.get("separator") else _KINDS[column["datatype"]]


def _is_name(column: tuple[Any, str]) -> bool:
    return isinstance(column[0], str)
