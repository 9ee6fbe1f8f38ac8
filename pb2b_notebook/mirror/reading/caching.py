"""Lists answered from the mirror, such as ``ws.leads.list(cached=True, max_age="15m")``."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.display import notices
from pb2b_notebook.errors import NotMirroredError
from pb2b_notebook.frames import UNPARSED, filtering
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.reading import queries
from pb2b_notebook.mirror.storage.catalogue import Source, catalogue
from pb2b_notebook.mirror.storage.instants import micros, to_datetime
from pb2b_notebook.mirror.storage.layout import frame_name
from pb2b_notebook.mirror.storage.ordering import sort_rows
from pb2b_notebook.mirror.storage.tables import Table
from pb2b_notebook.openapi.operations import Operation
from pb2b_notebook.times import age_text, needs_zone, parse_time

if TYPE_CHECKING:
    from pb2b_notebook.mirror.workspace_mirror import Mirror


@dataclass(slots=True)
class CachedLists:
    """Answers list calls with ``cached=``, ``max_age=`` or ``refresh=`` from a mirror, and syncs it when needed."""

    mirror: Mirror[Any]
    session: Session
    _announced: set[tuple[str, int]] = field(default_factory=set)

    def __call__(self, operation: Operation, arguments: Mapping[str, Any], options: Options) -> Any:
        """Return the rows of a list with the columns, dtypes and order that the service would return.

        Args:
            operation: Operation of the list.
            arguments: Filters, with their meaning at the service.
            options: Options of the call. ``max_age`` syncs first if the mirror is older, ``refresh`` always.

        Raises:
            InvalidParameterError: Mirrored rows cannot answer a filter, or ``max_age`` is not an age.
            NotMirroredError: The list is below single objects and was never mirrored.
        """
        source, parent = self._source(operation, arguments)
        _, query, _ = self.session.bind(operation, arguments)
        table = self.mirror.table(source.name)
        self._check_columns(source, table, options)
        if self.is_due(table, options):
            if source.parent and not table.exists:
                raise NotMirroredError(
                    f"{source.name!r} is not in this mirror yet: it needs one request for each of the {source.parent}",
                    repair=f"ws.mirror.sync({source.name!r}), or remove cached=True",
                )
            self.mirror.sync(source.name)
        self._report_age(table, source.name)
        return self._frame(table, source, [*parent, *query], options)

    def _source(self, operation: Operation, arguments: Mapping[str, Any]) -> tuple[Source, list[tuple[str, str]]]:
        """Return the resource with the rows of the list, and the filter that replaces the path parameter."""
        sources = [s for s in catalogue(self.session.operations).values() if s.mode != "snapshot"]
        exact = next((s for s in sources if s.operation.id == operation.id), None)
        same = exact or next((s for s in sources if s.operation.fields == operation.fields), None)
        if same is None:
            raise NotMirroredError(f"{operation.id} is not mirrored", repair="remove cached=True")
        if not operation.path_parameters:
            return same, []
        [name] = operation.path_parameters
        segments = operation.path.strip("/").split("/")
        owner = segments[segments.index(f"{{{name}}}") - 1].removesuffix("s")
        return same, [(f"{owner}_id", str(arguments.get(name, "")))]

    def _check_columns(self, source: Source, table: Table, options: Options) -> None:
        """Refuse an unknown column before anything is read; a new custom field may not be in any row yet."""
        if options.columns is not None:
            stored = map(frame_name, table.schema() or ())
            queries.check_columns(options.columns, [*self.session.schema(source.operation).names, *stored])

    def is_due(self, table: Table, options: Options) -> bool:
        """Return whether a table must be synced before it answers."""
        state = table.state()
        oldest = 0 if options.max_age is None else self._oldest(options.max_age)
        return bool(options.refresh) or state.watermark is None or state.watermark < oldest

    def _oldest(self, max_age: Any) -> int:
        """Return the earliest watermark that is recent enough."""
        now = self.session.time()
        if isinstance(max_age, timedelta):
            return micros(now - max_age)
        return micros(parse_time(max_age, now, self.session.zone() if needs_zone(max_age) else now.tzinfo))  # type: ignore[arg-type]

    def _report_age(self, table: Table, name: str) -> None:
        """Show the age of a table once for each sync, if it is a minute or more."""
        watermark = table.state().watermark or 0
        age = self.session.time() - to_datetime(watermark)
        if not watermark or (name, watermark) in self._announced or age < timedelta(minutes=1):
            return
        self._announced.add((name, watermark))
        notices.say(f"{name}: cached {age_text(age)}; refresh=True reads what changed since", logging.INFO)

    def _frame(self, table: Table, source: Source, query: list[tuple[str, str]], options: Options) -> Any:
        from pb2b_notebook import frames

        lazy = queries.with_frame_names(table.snapshot(), table)
        schema = dict(lazy.collect_schema())
        descending = ("order", "updated_at.desc") in query or options.limit is not None
        with table.typed_errors():
            found = _matching(lazy, filtering.condition(query, schema))
        if ("include_deleted", "true") not in query:
            found = _without_deleted(found)
        found = sort_rows(found)
        total = found.height
        if options.limit is not None:
            found = found.tail(options.limit)
        if descending:
            found = found.reverse()
        declared = self.session.schema(source.operation)
        found = _with_declared_columns(found, declared)
        if options.columns is not None:
            found = found.select(queries.check_columns(options.columns, found.columns))
        if found.height < total:
            message = f"{source.name}: {found.height:,} of {total:,} rows (limit={options.limit}, newest first)"
            notices.say(message, logging.INFO)
        frame = queries.to_requested_frame(table, found, options.frame or self.session.frame, flat=bool(options.flat))
        provenance = frames.Provenance(
            operation=source.operation.id,
            filters=dict(query),
            request_ids=(),
            fetched_at=to_datetime(table.state().watermark or 0),
            workspace=self.session.workspace,
            host=self.session.client.host,
            time_zone="UTC",
            complete=found.height == total,
            rows=found.height,
        )
        return frames.attach(frame, provenance)


def _matching(rows: pl.LazyFrame, condition: pl.Expr | None) -> pl.DataFrame:
    return (rows if condition is None else rows.filter(condition)).collect()


def _without_deleted(rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows without deleted ones, without a copy if no row is deleted."""
    if "deleted_at" not in rows.columns or rows["deleted_at"].null_count() == rows.height:
        return rows
    return rows.filter(pl.col("deleted_at").is_null())


def _with_declared_columns(rows: pl.DataFrame, declared: Any) -> pl.DataFrame:
    """Return the rows with all declared columns in their order, also those without a value; then the others."""
    kinds = dict(pl.from_arrow(declared.arrow.empty_table()).schema)  # type: ignore[union-attr]
    missing = [pl.lit(None, kind).alias(name) for name, kind in kinds.items() if name not in rows.columns]
    others = sorted(name for name in rows.columns if name not in kinds and name != UNPARSED)
    if UNPARSED in rows.columns and rows[UNPARSED].null_count() < rows.height:
        others.append(UNPARSED)
    return rows.with_columns(missing).select([*kinds, *others])
