"""SQL over the mirror: one SELECT that DuckDB runs over the tables' files and that can reach nothing else.

The engine is configured to use no files, no network and no extensions, and its configuration is locked. Its database is
empty, in memory and in a read-only transaction
(https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview). The statement is checked by its syntax
tree, because a CTE may contain an INSERT.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing
from typing import Any, Final

from pb2b_notebook.errors import ProspectB2BError, QueryError, nearest
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.reading.result_types import check_types, with_frame_types
from pb2b_notebook.mirror.storage import extras
from pb2b_notebook.mirror.storage.locations import limit_error

Parameters = Sequence[Any] | Mapping[str, Any] | None

HISTORY: Final = "history"
"""Schema of the tables with former rows."""

_CLOSED: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_ONE: Final = "write one SELECT (or WITH … SELECT), without a semicolon in the middle"
_WORDS: Final = 40
"""Largest number of words of DuckDB's own advice, which may list many candidates for a function."""
# Messages of these errors are about the statement. Messages of others may contain a value of a row.
_ABOUT_THE_STATEMENT: Final = {
    "ParserException",
    "SyntaxException",
    "BinderException",
    "CatalogException",
    "PermissionException",
    "NotImplementedException",
}


def run(sql: str, tables: Mapping[str, Callable[[], pl.LazyFrame]], parameters: Parameters = None) -> Any:
    """Run one SELECT and return its result.

    Args:
        sql: Statement; ``?`` or ``$name`` stand for parameters.
        tables: Functions that return a lazy frame, by table name (``leads``, ``history.leads``). Only those of tables
            in the statement are called.
        parameters: List for ``?`` or dict for ``$name``.

    Returns:
        A ``pyarrow.Table``.

    Raises:
        QueryError: The statement is not one SELECT, uses something else than the tables, or fails.

    >>> import polars as pl
    >>> leads = pl.LazyFrame({"status": ["new", "new", "replied"]})
    >>> run("select count(*) as n from leads where status = ?", {"leads": lambda: leads}, ["new"]).to_pylist()
    [{'n': 2}]
    """
    duckdb = extras.duckdb()
    if not isinstance(sql, str):
        raise QueryError(f"sql must be text, not {type(sql).__name__}", repair=_ONE)
    if not encodable(sql):
        raise QueryError("sql contains an unpaired surrogate, which is not valid Unicode", repair="remove it")
    given = _check_parameters(parameters)
    try:
        with closing(duckdb.connect(":memory:", config=_CLOSED)) as connection:
            statement = _one_select(duckdb, connection, sql)
            _check_names(connection.extract_statements(statement)[0].named_parameters, given)
            _name_tables(connection, {name: make for name, make in tables.items() if _is_mentioned(name, sql)})
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute("SET lock_configuration = true")
            connection.execute("BEGIN TRANSACTION READ ONLY")
            found = connection.sql(statement, params=given)
            check_types(found.columns, found.types)
            return with_frame_types(found.to_arrow_table())
    except duckdb.Error as problem:
        raise _query_error(problem, tables) from None


def parameter_names(sql: str) -> set[str]:
    """Return the names of the parameters in a statement, without ``$``; none if it does not parse.

    >>> sorted(parameter_names("select * from leads where status = $status and 'costs $5' <> $other"))
    ['other', 'status']
    """
    if not encodable(sql):
        return set()
    duckdb = extras.duckdb()
    try:
        with closing(duckdb.connect(":memory:", config=_CLOSED)) as connection:
            found = [name for statement in connection.extract_statements(sql) for name in statement.named_parameters]
    except duckdb.Error:
        return set()
    return {name for name in found if not name.isdigit()}


def _check_parameters(parameters: Parameters) -> Any:
    if parameters is None or (isinstance(parameters, Sequence) and not isinstance(parameters, str)):
        return list(parameters) if parameters else None
    if isinstance(parameters, Mapping):
        return dict(parameters) or None
    raise QueryError(
        f"parameters must be a list for ? or a dict for $name, not {type(parameters).__name__}",
        repair='parameters=["new"], or parameters={"status": "new"}',
    )


def _check_names(wanted: Iterable[str], given: Any) -> None:
    """Raise an error that names a missing or unknown parameter, which the engine's own error does not."""
    names = set(wanted)
    values = set(map(str, given if isinstance(given, Mapping) else range(1, len(given or ()) + 1)))
    if names == values:
        return
    named = sorted(name for name in names if not name.isdigit())
    if named and isinstance(given, list):
        raise QueryError(
            "the statement has named parameters, but parameters is a list", repair=f'parameters={{"{named[0]}": …}}'
        )
    if not named and not isinstance(given, Mapping):
        raise QueryError(
            f"the statement has {len(names)} ?, but there are {len(values)} parameters",
            repair="pass a value for each ?",
        )
    for name in sorted(names - values):
        raise QueryError(f"parameters has no value for ${name}", repair=f'parameters={{"{name}": …}}')
    for name in sorted(values - names):
        raise QueryError(
            f"the statement has no ${name}", repair=nearest(name, names) if names else "remove it from parameters"
        )


def _one_select(duckdb: Any, connection: Any, sql: str) -> str:
    """Return the statement after checking that it is a single SELECT in all its parts."""
    statements = connection.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"sql has {len(statements)} statements instead of one", repair=_ONE)
    [statement] = statements
    if statement.type != duckdb.StatementType.SELECT:
        raise QueryError(f"the statement must be a SELECT, not {statement.type.name}", repair=_ONE)
    tree = json.loads(connection.execute("SELECT json_serialize_sql($1::VARCHAR)", [statement.query]).fetchone()[0])
    if tree.get("error") or any(kind.endswith("_QUERY_NODE") for kind in _kinds(tree)):
        raise QueryError("the statement is not a single SELECT: it changes something", repair=_ONE)
    text: str = statement.query
    return text


def _kinds(tree: Any) -> Iterable[str]:
    """Yield every ``type`` in a syntax tree."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        if isinstance(node, dict):
            kind = node.get("type")
            if isinstance(kind, str):
                yield kind
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)


def _is_mentioned(table: str, sql: str) -> bool:
    """Return whether the text may use the table, because opening a table takes longer than searching the text."""
    return re.search(rf"\b{re.escape(table.rpartition('.')[2])}\b", sql, re.IGNORECASE) is not None


def _name_tables(connection: Any, tables: Mapping[str, Callable[[], pl.LazyFrame]]) -> None:
    connection.execute(f"CREATE SCHEMA {HISTORY}")
    for number, (name, make) in enumerate(tables.items()):
        source = f"__mirror_{number}"
        connection.register(source, make())
        schema, _, table = name.rpartition(".")
        place = f'{schema or "main"}."{table}"'
        connection.execute(f"CREATE VIEW {place} AS SELECT * FROM {source}")  # noqa: S608 - names of this package


def _query_error(problem: Exception, tables: Iterable[str]) -> ProspectB2BError:
    if limit := limit_error(problem):
        return limit
    kind = type(problem).__name__
    if kind in _ABOUT_THE_STATEMENT:
        text, _, rest = str(problem).partition("\n")
        text = text.partition(": ")[2]
        return QueryError(f"invalid SQL: {text}", repair=_hint(kind, text, rest, sorted(tables)))
    return QueryError(
        f"the SQL failed on a row ({kind.removesuffix('Exception')})",
        repair="exclude unusual values with try_cast, nullif or a filter; the value may be personal and is not shown",
    )


def _hint(kind: str, text: str, rest: str, tables: Sequence[str]) -> str:
    """Return the repair of an invalid statement, with DuckDB's own candidates if there are any."""
    if kind == "CatalogException" and text.startswith("Table"):
        if not tables:
            return "sync first: ws.mirror.sync()"
        return f"use one of the tables: {', '.join(tables)}; ws.mirror.sync() adds the others"
    candidates = re.search(r"(?:Did you mean|Candidate bindings:) ?((?:\"[^\"]+\"(?:, )?)+)", rest)
    if candidates:
        return f"did you mean {candidates[1].strip().replace(', ', ' or ')}?"
    if kind in {"ParserException", "SyntaxException", "PermissionException"}:
        return _ONE
    # The rest is often advice: which columns to group by, which types a function takes.
    return " ".join(rest.split()[:_WORDS]) or 'ws.mirror.frame("leads") shows a table\'s columns and their dtypes'
