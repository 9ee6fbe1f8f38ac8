"""Create exports with the filters of a list, wait for them, and read the same leads through the API."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Literal, overload

from pb2b_notebook.api.calls.identifiers import id_of, kind_named
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.calls.signatures import Id
from pb2b_notebook.api.domains.job_waiting import read_made, wait_for
from pb2b_notebook.api.domains.list_schemas import Listed
from pb2b_notebook.api.domains.verbs import Verb, run
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.frames.types import DataFrame, FrameName, FrameT
from pb2b_notebook.openapi.operations import Operation

if TYPE_CHECKING:
    import duckdb
    import pandas as pd
    import polars as pl
    import pyarrow as pa

CUSTOM: Final = "custom."


class ExportCreate(Verb):
    """``ws.exports.create(format=…, filters=…, fields=…)``: the filters are those of ``ws.leads.list``.

    Times may be written as there ("7d", "monday"), several values as any sequence, and filters on custom fields as
    ``custom={key: value}``.
    """

    def __init__(self) -> None:
        super().__init__("exports.create")

    def run(self, session: Session, operation: Operation, given: dict[str, Any]) -> Any:
        """Check the filters as a list does, and send them as the service expects them."""
        if given.get("filters") is not None:
            given["filters"] = json_filters(session, given["filters"])
        return super().run(session, operation, given)


class ExportRows(Listed[FrameT]):
    """Wait for exports, and read their leads."""

    def wait(self, export: Id, *, timeout: float | None = None, progress: bool | None = None) -> Record:
        """Wait until the file of an export is written, with a progress bar; Ctrl-C leaves the job running.

        Args:
            export: Id of the export, or the export itself.
            timeout: Seconds of the service's time; by default as long as it takes.
            progress: Whether to show a bar; by default as in the workspace.

        Returns:
            The finished export. Download the file in the signed-in workspace: see :meth:`readiness`.

        Raises:
            JobFailedError: The job failed or was cancelled.
            JobUnfinishedError: The job did not end in time; it continues.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     export = ws.exports.create(format="jsonl", filters={"has_email": True})
            ...     ws.exports.wait(export).row_count == len(ws.exports.rows(export))
            True
        """
        session = self._session
        found = _export(session, export)
        wait_for(session, {**found, "object": "export"}, timeout=timeout, progress=progress)
        return _export(session, found["id"])

    @overload
    def rows(self, export: Id, *, frame: None = None, progress: bool | None = None) -> FrameT: ...
    @overload
    def rows(self, export: Id, *, frame: Literal["pandas"], progress: bool | None = None) -> pd.DataFrame: ...
    @overload
    def rows(self, export: Id, *, frame: Literal["polars"], progress: bool | None = None) -> pl.DataFrame: ...
    @overload
    def rows(self, export: Id, *, frame: Literal["pyarrow"], progress: bool | None = None) -> pa.Table: ...
    @overload
    def rows(
        self, export: Id, *, frame: Literal["duckdb"], progress: bool | None = None
    ) -> duckdb.DuckDBPyRelation: ...
    def rows(self, export: Id, *, frame: FrameName | None = None, progress: bool | None = None) -> DataFrame:
        """Read the leads of an export through the API, with its filters and fields, as they are now.

        The API serves no files. ``pb.read_export(path)`` reads one that was downloaded in the signed-in workspace.

        Args:
            export: Id of the export, or the export itself.
            frame: Library of the returned frame, "pandas" or "polars"; by default the workspace's.
            progress: Whether to show a bar on a long read.

        Returns:
            A frame with one row for each lead and the columns of ``ws.leads.list`` for the export's fields, in its
            order.

        Raises:
            NotFoundError: The workspace has no such export.
            PermissionDeniedError: The key may not read leads.
        """
        session = self._session
        found = _export(session, export)
        filters, custom = _list_arguments(found.get("filters"))
        options = {"frame": frame, "progress": progress, "columns": _columns(session, found.get("fields"))}
        given = {name: value for name, value in options.items() if value is not None}
        return run(session, "leads.list", **filters, **({"custom": custom} if custom else {}), **given)


def json_filters(session: Session, filters: Any) -> dict[str, Any]:
    """Return filters of a list of leads as members of a JSON object.

    Raises:
        InvalidParameterError: A filter or a value is unknown; nothing was sent.
    """
    if not isinstance(filters, Mapping):
        raise InvalidParameterError(
            f"filters must be a dict by name, not {type(filters).__name__}", repair='filters={"status": ["new"]}'
        )
    operation = session.operations.find("leads.list")
    plain = {name: value for name, value in filters.items() if not str(name).startswith(CUSTOM)}
    dotted = {str(n).removeprefix(CUSTOM): v for n, v in filters.items() if str(n).startswith(CUSTOM)}
    if dotted:
        plain["custom"] = {**(plain.get("custom") or {}), **dotted}
    _, query, _ = session.bind(operation, plain)
    members: dict[str, Any] = {}
    for name, text in query:
        parameter = operation.parameter(name)
        if parameter is None or not (parameter.repeatable or name == "ids"):
            members[name] = text == "true" if parameter is not None and parameter.kind == "boolean" else text
        else:
            members.setdefault(name, []).extend(text.split(",") if name == "ids" else [text])
    alone = {parameter.name for parameter in operation.parameters if parameter.alone}
    return {name: value[0] if name in alone and len(value) == 1 else value for name, value in members.items()}


def _list_arguments(filters: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the filters as arguments of a list: plain filters, and those on custom fields."""
    given = filters if isinstance(filters, Mapping) else {}
    custom = {name.removeprefix(CUSTOM): value for name, value in given.items() if name.startswith(CUSTOM)}
    return {name: value for name, value in given.items() if not name.startswith(CUSTOM)}, custom


def _columns(session: Session, fields: Any) -> list[str] | None:
    """Return the columns for these lead fields; a custom field is named by its key."""
    if not isinstance(fields, list):
        return None
    schema = session.schema(session.operations.find("leads.list"))
    by_field = {path[-1]: column.name for path, column in schema.by_path.items()}
    return [by_field[key] for key in fields if key in by_field]


def _export(session: Session, export: Any) -> Record:
    read = partial(run, session, "exports.get", id_of(export, kind_named("export")))
    return read_made(session, read, export)
