"""``pb.save_leads``: a frame as a file that people can open, and that comes back as it was."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from pb2b_notebook import frames
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import InvalidParameterError, LeadFileExistsError, UsageError, suggesting
from pb2b_notebook.files import metadata as metadata_files
from pb2b_notebook.files.arrow_tables import kind_of, to_arrow_table
from pb2b_notebook.files.atomic_files import check_writable, write_atomically
from pb2b_notebook.files.csv_writing import write_csv
from pb2b_notebook.files.dialects import check_delimiter
from pb2b_notebook.files.formats import WRITTEN, check_format, format_of_suffix
from pb2b_notebook.files.jsonl_files import write_jsonl
from pb2b_notebook.files.parquet_files import write_parquet
from pb2b_notebook.files.reports import SavedFile
from pb2b_notebook.files.xlsx_writing import write_xlsx

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Literal

    from pb2b_notebook.files.metadata import Metadata

_WITH_COMPANION: Final = frozenset({"csv", "jsonl"})
"""Formats that cannot hold what they remember: a document beside them does."""
_TAB_SUFFIXES: Final = frozenset({".tsv"})


@suggesting
def save_leads(
    df: Any,
    target: Any,
    *,
    format: str | None = None,  # noqa: A002 - the word of the API's exports
    overwrite: bool = False,
    workspace: Any = None,
    delimiter: str | None = None,
    guard: Literal["all", "formulas"] = "all",
    progress: bool = True,
) -> SavedFile:
    """Save a frame as CSV, XLSX, JSON Lines or Parquet, so that :func:`~pb2b_notebook.read_leads` gives it back.

    The file remembers the types of its columns, the workspace and the service that the leads are of, and when it was
    saved: XLSX and Parquet in themselves, CSV and JSON Lines in ``<name>-metadata.json`` beside them (CSVW). Nothing in
    it is run by a spreadsheet: text is typed as text in XLSX, and gets an apostrophe in CSV where it looks like a
    formula, or like a number or a date that a spreadsheet would make of it.

    For people, XLSX is the better one: a spreadsheet that parts the cells of CSV elsewhere than at the delimiter sees
    other cells, takes decimals by its own language, and drops carriage returns and NUL.

    Args:
        df: pandas or polars. An index without a name is left out.
        target: a path whose suffix tells the format, or a binary file that is open for writing.
        format: "csv", "xlsx", "jsonl" or "parquet", where no suffix tells it.
        overwrite: replace a file that is there.
        workspace: that the leads are of: ``ws`` or its name. By default that of the call that returned ``df``.
        delimiter: of CSV; by default a comma, and a tab for ``.tsv``.
        guard: "formulas" guards only what a spreadsheet would run: for CSV that other programs read.
        progress: show a bar where it takes longer than a second.

    Returns:
        What was written, and where.

    Raises:
        LeadFileExistsError: the file is there, or the document beside it, and ``overwrite`` is not True.
        LeadFileError: it cannot be written there.
        UnknownFormatError: no format that is written.
        FileLimitError: more rows, columns or text than the format holds.
        InvalidParameterError: no frame, a named index, column names that are no text or come twice, or values that no
            file keeps.

    Example:
        >>> import tempfile
        >>> import pandas as pd
        >>> import pb2b_notebook as pb
        >>> df = pd.DataFrame({"id": ["007"], "phone": ["+49301234"], "tags": [["a", "b"]], "note": ["=1+1"]})
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     saved = pb.save_leads(df, f"{folder}/leads.xlsx")
        ...     again = pb.read_leads(saved.path)
        >>> again.equals(df)
        True
    """
    path = Path(target).expanduser() if isinstance(target, str | os.PathLike) else None
    kind = _format(path, format)
    table = to_arrow_table(df)
    separator = _delimiter_for(kind, path, delimiter)
    metadata = _metadata(df, table, workspace, separator)
    if guard not in {"all", "formulas"}:
        raise InvalidParameterError(f"guard={guard!r} is unknown", repair="use 'all' or 'formulas'")
    with Progress(f"saving {path.name if path else kind}", shown=progress) as bar:

        def write(file: BinaryIO) -> int:
            def advance(rows: int) -> None:
                bar.add(rows, table.num_rows)

            if kind == "csv":
                return write_csv(file, table, delimiter=separator, formulas_only=guard == "formulas", advance=advance)
            return _WRITERS[kind](file, table, metadata, advance)

        if path is None:
            return _save_to_buffer(target, write, kind, table)
        return _save_to_path(path, write, kind, table, metadata, overwrite=overwrite)


def check_target(target: str | os.PathLike[str], *, overwrite: bool = False) -> None:
    """Refuse a path that :func:`save_leads` would refuse, before the work whose result is to be saved there.

    Raises:
        LeadFileExistsError: the file is there, or the document beside it.
        LeadFileError: nothing can be written there.
        UnknownFormatError: no format that is written.
    """
    path = Path(target).expanduser()
    _check_places(path.absolute(), _format(path, None), overwrite=overwrite)


def _format(path: Path | None, told: str | None) -> str:
    if told is not None:
        return check_format(told)
    if path is None:
        raise InvalidParameterError("an open file does not tell the format", repair="such as format='csv'")
    return format_of_suffix(path.suffix, WRITTEN)


def _delimiter_for(kind: str, path: Path | None, delimiter: str | None) -> str:
    if delimiter is None and kind != "csv":
        return ""
    if delimiter is None:
        return "\t" if path is not None and path.suffix.lower() in _TAB_SUFFIXES else ","
    if kind != "csv":
        raise InvalidParameterError(f"a {kind.upper()} file has no delimiter", repair="leave delimiter= out")
    return check_delimiter(delimiter)


def _metadata(df: Any, table: Any, workspace: Any, delimiter: str) -> Metadata:
    try:
        told = frames.provenance(df)
        home, host = told.workspace, told.host
    except UsageError:
        home = host = ""
    if workspace is not None:
        home, host = str(getattr(workspace, "name", workspace)), ""
    columns = {one.name: kind_of(one) for one in table.schema}
    return metadata_files.Metadata(columns, home, host, datetime.now(UTC), delimiter)


def _save_to_buffer(target: Any, write: Callable[[BinaryIO], int], kind: str, table: Any) -> SavedFile:
    import io

    if not hasattr(target, "write"):
        raise InvalidParameterError(
            f"leads are saved to a path or an open file, not to {type(target).__name__}",
            repair='pb.save_leads(df, "leads.xlsx")',
        )
    draft = io.BytesIO()
    guarded = write(draft)
    try:
        target.write(draft.getbuffer())
    except TypeError:
        raise InvalidParameterError("the file is open for text", repair='open it with mode "wb"') from None
    return SavedFile(None, kind, table.num_rows, table.num_columns, draft.tell(), guarded)


def _save_to_path(
    path: Path,
    write: Callable[[BinaryIO], int],
    kind: str,
    table: Any,
    metadata: Metadata,
    *,
    overwrite: bool,
) -> SavedFile:
    path = path.absolute()
    beside = _check_places(path, kind, overwrite=overwrite)
    with write_atomically(path, overwrite=overwrite) as file:
        guarded = write(file)
        size = file.seek(0, os.SEEK_END)
        if beside is not None:
            # Before the file: without it, the document harms nobody.
            file.flush()
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
            text = metadata_files.write_metadata(replace(metadata, sha256=digest), path.name)
            with write_atomically(beside, overwrite=True) as document:
                document.write(text.encode())
    return SavedFile(path, kind, table.num_rows, table.num_columns, size, guarded, beside)


def _check_places(path: Path, kind: str, *, overwrite: bool) -> Path | None:
    """Refuse places that are taken; the path of the document beside the file, if there is to be one."""
    beside = metadata_files.companion_path(path) if kind in _WITH_COMPANION else None
    check_writable(path, overwrite=overwrite)
    if beside is not None:
        _check_document(beside, overwrite=overwrite)
    return beside


def _check_document(path: Path, *, overwrite: bool) -> None:
    """A document of ours whose file is gone may go; anything else of that name is somebody's."""
    check_writable(path, overwrite=True)
    if overwrite or not path.exists():
        return
    try:
        metadata_files.read_metadata(path.read_bytes())
    except (OSError, ValueError):
        raise LeadFileExistsError(
            f"there is {path.name!r} already, which is no metadata of leads", repair="take another name for the leads"
        ) from None


_WRITERS: Final[dict[str, Callable[[BinaryIO, Any, Metadata, Callable[[int], None]], int]]] = {
    "xlsx": lambda file, table, metadata, advance: write_xlsx(file, table, metadata, advance=advance),
    "jsonl": lambda file, table, _, advance: write_jsonl(file, table, advance=advance),
    "parquet": lambda file, table, metadata, advance: write_parquet(file, table, metadata, advance=advance),
}
