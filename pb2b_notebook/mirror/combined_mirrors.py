"""The mirrors of several workspaces, read together: ``pb.open_mirrors``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, overload

from pb2b_notebook.display import notices
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import InvalidParameterError, NotMirroredError, nearest
from pb2b_notebook.frames.types import FrameT
from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.mirror.reading import queries, reporting
from pb2b_notebook.mirror.reading.table_reader import TableReader
from pb2b_notebook.mirror.reading.union import WORKSPACE, union, with_one_spelling
from pb2b_notebook.mirror.storage.layout import as_frame, frame_name, plain_type
from pb2b_notebook.openapi.operations import fields_of

if TYPE_CHECKING:
    from pb2b_notebook.frames.types import DataFrame, FrameName
    from pb2b_notebook.mirror.reading.table_reader import Readers
    from pb2b_notebook.mirror.storage.tables import Table
    from pb2b_notebook.mirror.workspace_mirror import Mirror


class Mirrors(Mapping[str, "Mirror[Any]"], TableReader[FrameT]):
    """The mirrors of several workspaces, read as one, without a key and without a request.

    It is also a mapping: ``mirrors["acme"]`` is the mirror of one workspace. Each table begins with a column
    ``workspace``, also in :meth:`sql`. A column that a workspace does not have is null in its rows, and a notice names
    the workspaces that do not have a table. Where a custom field has different types, integers and decimal numbers
    become decimal numbers, and anything else becomes text.

    Args:
        mirrors: Mirrors by name of their workspaces; at least one.
        frame: Default library of the returned frames, "pandas" or "polars".

    Example:
        >>> import pb2b_notebook as pb
        >>> with pb.open_sandbox(leads=20) as ws, pb.open_sandbox(leads=30, seed=2) as other:
        ...     _ = ws.mirror.sync("leads"), other.mirror.sync("leads")
        ...     mirrors = pb.open_mirrors({"acme": ws, "globex": other}, frame="polars")
        ...     mirrors.sql("select workspace, count(*) as n from leads group by all order by all").rows()
        [('acme', 20), ('globex', 30)]
    """

    def __init__(self, mirrors: Mapping[str, Mirror[Any]], *, frame: str = "pandas") -> None:
        super().__init__(frame)
        self._mirrors = dict(mirrors)

    def __getitem__(self, name: str) -> Mirror[Any]:
        return self._mirrors[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._mirrors)

    def __len__(self) -> int:
        return len(self._mirrors)

    def __repr__(self) -> str:
        return f"<Mirrors of {count_text(len(self), 'workspace')}: {', '.join(self)}>"

    def resources(self) -> list[str]:
        """Return the names of the resources that at least one workspace has."""
        return sorted({name for mirror in self.values() for name in mirror.location.resources()})

    def _read_rows(
        self,
        resource: str,
        where: str | pl.Expr | Mapping[str, Any] | None,
        columns: Sequence[str] | None,
        library: str,
    ) -> Any:
        from pb2b_notebook import frames

        tables = self._tables(resource)
        with next(iter(tables.values())).typed_errors():
            found = queries.select_rows(_union(tables), where, columns).collect()
        if library == "polars":
            return found
        return frames.to_frame(as_frame(found.to_arrow(), _stored_schema(found.to_arrow().schema, tables)), library)

    def scan(self, resource: str) -> pl.LazyFrame:
        """Return the rows of a resource in all workspaces as a polars LazyFrame, with the same columns as `frame`.

        Raises:
            NotMirroredError: No workspace has the resource.
        """
        return _union(self._tables(resource))

    def _sql_tables(self) -> tuple[Readers, Readers]:
        def reader(resource: str, *, former: bool = False) -> Callable[[], pl.LazyFrame]:
            named = self._tables(resource, former=former)

            def rows(name: str) -> pl.LazyFrame:
                return self[name].former_rows(resource) if former else named[name].snapshot()

            return lambda: union(with_one_spelling({name: rows(name) for name in named}))

        names = self.resources()
        former = [name for name in names if any(mirror.history_table(name).exists for mirror in self.values())]
        return {name: reader(name) for name in names}, {name: reader(name, former=True) for name in former}

    @overload
    def info(self, *, frame: None = None) -> FrameT: ...
    @overload
    def info(self, *, frame: FrameName) -> DataFrame: ...
    def info(self, *, frame: FrameName | None = None) -> Any:
        """Return what is in the mirrors, one row for each workspace and resource.

        Columns: workspace, and those of :meth:`Mirror.info`.
        """
        fields = (*fields_of(f"{WORKSPACE} text"), *reporting.INFO)
        rows = (
            {WORKSPACE: name, **row} for name, mirror in self.items() for row in mirror.info(frame="polars").to_dicts()
        )
        return reporting.report(rows, fields, self._library_or_default(frame))

    def _tables(self, resource: str, *, former: bool = False) -> dict[str, Table]:
        """Return the tables of a resource, or of its former rows, by workspace."""
        if not former and resource not in self.resources():
            if self.resources():
                raise InvalidParameterError(
                    f"unknown resource {resource!r}", repair=nearest(str(resource), self.resources())
                )
            raise NotMirroredError("these mirrors are empty", repair="sync each workspace: ws.mirror.sync()")
        tables = {
            name: mirror.history_table(resource) if former else mirror.table(resource) for name, mirror in self.items()
        }
        found = {name: table for name, table in tables.items() if table.exists}
        missing = [name for name in tables if name not in found]
        if missing and not former:
            notices.say(f"{resource} is not in the mirror of {', '.join(missing)}: their rows are missing")
        return found


def _union(tables: Mapping[str, Table]) -> pl.LazyFrame:
    return union({name: queries.scan(table) for name, table in tables.items()})


def _stored_schema(found: Any, tables: Mapping[str, Table]) -> Any:
    """Return the stored fields of the columns, which know lists and JSON text; not of those whose types differ.

    A text that is JSON in one workspace only is a text here.
    """
    stored: dict[str, list[Any]] = {}
    for table in tables.values():
        for field in table.schema() or ():
            stored.setdefault(frame_name(field), []).append(field.with_name(frame_name(field)))
    return pa.schema(
        [
            first
            for first, *others in (stored[name] for name in found.names if name in stored)
            if all(first.equals(other, check_metadata=True) for other in others)
            and plain_type(first.type) == plain_type(found.field(first.name).type)
        ]
    )
