"""SQL over the mirror: one SELECT that DuckDB runs over the tables' files and that can reach nothing else.

The engine is configured to use no files, no network and no extensions, and its configuration is locked. Its database is
empty, in memory and in a read-only transaction
(https://duckdb.org/docs/stable/operations_manual/securing_duckdb/overview). The statement is checked by its syntax
tree, because a CTE may contain an INSERT.
"""

from __future__ import annotations

import json
import math
import os
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any, Final

from pb2b_notebook import threads
from pb2b_notebook.errors import ProspectB2BError, QueryError, ReadInterrupted, nearest
from pb2b_notebook.frames.strict_json import encodable
from pb2b_notebook.lazy_libraries import pa, pl
from pb2b_notebook.mirror.reading.result_types import check_types, with_frame_types, with_long_intervals_marked
from pb2b_notebook.mirror.storage import extras
from pb2b_notebook.mirror.storage.engine_errors import damaged_error
from pb2b_notebook.mirror.storage.locations import limit_error
from pb2b_notebook.mirror.storage.stores import store_error

Parameters = Sequence[Any] | Mapping[str, Any] | None

HISTORY: Final = "history"
"""Schema of the tables with former rows."""

_CLOSED: Final = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
    # A file that rows spill to would be in the working folder, and a kill would leave it there.
    "temp_directory": "",
}
TIMEOUT: Final = 300.0
"""Seconds that a statement may take by default."""
_CLOCK: Final = {
    "now": "TIMESTAMPTZ",
    "current_timestamp": "TIMESTAMPTZ",
    "get_current_timestamp": "TIMESTAMPTZ",
    "transaction_timestamp": "TIMESTAMPTZ",
    "current_date": "DATE",
    "today": "DATE",
    "current_localtimestamp": "TIMESTAMP",
    "localtimestamp": "TIMESTAMP",
    "current_time": "TIMETZ",
    "get_current_time": "TIMETZ",
    "current_localtime": "TIME",
    "localtime": "TIME",
}
"""Functions of the engine that return the current time, and the type of their result."""
_GIVEN_UP: Final = 0.5
"""Seconds that the caller waits for an interrupted engine; it stops between two batches of rows, at once as a rule."""
_LOOK: Final = 0.05  # seconds between two looks whether a statement has ended
_MEBIBYTE: Final = 1 << 20
_AMOUNT: Final = re.compile(r"\s*0*[1-9][0-9]*(\.[0-9]+)?\s*([kmgt]i?b|%)\s*", re.IGNORECASE)
"""An amount of memory. The engine takes a negative one, and none, for no limit."""
_ONE: Final = "write one SELECT (or WITH … SELECT), without a semicolon in the middle"
_SHOW_TABLES: Final = re.compile(r"\s*show\s+tables\s*;?\s*", re.IGNORECASE)
_CATALOG: Final = re.compile(
    r"\b(show\s+all\s+tables|information_schema\.|duckdb_(tables|views|columns)\s*\()", re.IGNORECASE
)
"""Lists of what the engine holds: only tables that the statement names, so that they would be empty."""
_WORDS: Final = 40
"""Largest number of words of DuckDB's own advice, which may list many candidates for a function."""
_UNREAD_TABLE: Final = re.compile(r"registered as '__mirror_[a-z]*__(\w+)' failed")
"""How the engine reports a table whose files it cannot open."""
# Messages of these errors are about the statement. Messages of others may contain a value of a row.
_ABOUT_THE_STATEMENT: Final = {
    "ParserException",
    "SyntaxException",
    "BinderException",
    "CatalogException",
    "PermissionException",
    "NotImplementedException",
}


def run(
    sql: str,
    tables: Mapping[str, Callable[[], pl.LazyFrame]],
    parameters: Parameters = None,
    *,
    now: datetime | None = None,
    timeout: float | None = TIMEOUT,
    memory: str | None = None,
) -> Any:
    """Run one SELECT and return its result.

    It runs in a thread, since Ctrl-C does not reach a thread that is inside the engine.

    Args:
        sql: Statement; ``?`` or ``$name`` stand for parameters.
        tables: Functions that return a lazy frame, by table name (``leads``, ``history.leads``). Only those of tables
            in the statement are called.
        parameters: List for ``?`` or dict for ``$name``.
        now: Time that ``now()``, ``current_date`` and their like return, aware; by default this machine's.
        timeout: Seconds after which the statement is stopped. ``None`` means no limit.
        memory: Memory that the engine may use, such as "2GB"; by default half of this machine's.

    Returns:
        A ``pyarrow.Table``.

    Raises:
        QueryError: The statement is not one SELECT, uses something else than the tables, needs more time or memory, or
            fails.
        ReadInterrupted: Ctrl-C was pressed.

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
    if _SHOW_TABLES.fullmatch(sql):
        return pa.table({"name": sorted(tables)})
    if _CATALOG.search(sql):
        raise QueryError("the engine knows only the tables of one statement", repair="show tables, or describe leads")
    given = _check_parameters(parameters)
    _check_limits(timeout, memory)
    memory = memory or _half_of_memory()
    connection = _connect(duckdb, memory)

    def work(stopped: threading.Event) -> Any:
        with closing(connection):
            statement = _one_select(duckdb, connection, sql)
            _check_names(connection.extract_statements(statement)[0].named_parameters, given)
            _name_tables(connection, {name: make for name, make in tables.items() if _is_mentioned(name, sql)})
            connection.execute("SET TimeZone = 'UTC'")
            _set_clock(connection, now)
            connection.execute("SET lock_configuration = true")
            connection.execute("BEGIN TRANSACTION READ ONLY")
            if stopped.is_set():  # an interrupt is lost before the statement runs: to find the tables may take long
                return None
            found = connection.sql(statement, params=given)
            check_types(found.columns, found.types)
            return with_frame_types(with_long_intervals_marked(found).to_arrow_table())

    try:
        return run_stoppable(work, connection.interrupt, math.inf if timeout is None else timeout)
    except TimeoutError:
        raise QueryError(
            f"the SQL took longer than timeout={timeout:g} seconds",
            repair="read fewer rows with a filter or a limit, or pass a larger timeout= in seconds",
        ) from None
    except duckdb.OutOfMemoryException:
        raise QueryError(
            f"the SQL needs more memory than memory={memory!r}",
            repair='read fewer rows or columns, or pass a larger memory=, such as "8GB"',
        ) from None
    except duckdb.Error as problem:
        raise _query_error(problem, tables) from None


def _check_limits(timeout: float | None, memory: str | None) -> None:
    if timeout is not None and not (isinstance(timeout, int | float) and timeout > 0):
        raise QueryError("timeout must be a number of seconds above 0", repair="timeout=60, or None for no limit")
    if memory is not None and (not isinstance(memory, str) or not _AMOUNT.fullmatch(memory)):
        raise QueryError(f"memory={memory!r} is not an amount of memory", repair='memory="2GB"')


def _connect(duckdb: Any, memory: str | None) -> Any:
    """Open an engine with a limit of its memory."""
    try:
        return duckdb.connect(":memory:", config=_CLOSED | ({"memory_limit": memory} if memory else {}))
    except duckdb.Error:
        raise QueryError(f"memory={memory!r} is not an amount of memory", repair='memory="2GB"') from None


def _half_of_memory() -> str | None:
    """Return half of the machine's memory; ``None``, the engine's own limit, where the system does not report it."""
    try:
        return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') // 2 // _MEBIBYTE}MiB"
    except (AttributeError, ValueError, OSError):
        return None


def run_stoppable(work: Callable[[threading.Event], Any], interrupt: Callable[[], object], timeout: float) -> Any:
    """Return the result of a function that runs in a thread, and that Ctrl-C and a timeout can stop.

    Args:
        work: Function that the engine may keep busy for long. It gets an event that is set once it should stop.
        interrupt: Function that stops the engine; it is called until the thread ends. The caller waits half a second.
        timeout: Seconds after which it is stopped.

    Raises:
        ReadInterrupted: Ctrl-C was pressed.
        TimeoutError: It took too long.
    """
    stopped = threading.Event()
    result: Future[Any] = Future()

    def interrupt_until_it_ends() -> None:
        while not result.done():
            with suppress(Exception):  # the connection may be closed by now
                interrupt()
            wait([result], _LOOK)

    def stop() -> None:
        stopped.set()
        # Beside the caller: a busy engine may begin with the statement after the first interrupts, and would not end.
        threads.start(interrupt_until_it_ends, name="pb2b-sql-stop")
        wait([result], _GIVEN_UP)

    ends = time.monotonic() + timeout
    try:
        # Not a daemon: the end of the interpreter would abort inside the engine.
        threads.start(lambda: work(stopped), name="pb2b-sql", daemon=False, result=result)
        while not wait([result], _LOOK).done:  # in steps: on some systems a longer wait cannot be interrupted
            if time.monotonic() >= ends:
                stop()
                raise TimeoutError
        return result.result()
    except KeyboardInterrupt:
        stop()
        raise ReadInterrupted("the SQL was stopped; it returned no rows", None) from None


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
        return [_plain(value) for value in parameters] if parameters else None
    if isinstance(parameters, Mapping):
        return {name: _plain(value) for name, value in parameters.items()} or None
    raise QueryError(
        f"parameters must be a list for ? or a dict for $name, not {type(parameters).__name__}",
        repair='parameters=["new"], or parameters={"status": "new"}',
    )


def _plain(value: Any) -> Any:
    """Return a column of a frame, or an array, as a list: the engine takes no others."""
    return value.tolist() if hasattr(value, "tolist") else value.to_list() if hasattr(value, "to_list") else value


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
        if statement.type.name == "MULTI":  # PIVOT, which first looks for its values
            raise QueryError("PIVOT needs its values", repair="PIVOT … ON status IN ('new', 'replied') USING …")
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
    for name, make in tables.items():
        schema, _, table = name.rpartition(".")
        source = f"__mirror_{schema}__{table}"
        connection.register(source, make())
        place = f'{schema or "main"}."{table}"'
        connection.execute(f"CREATE VIEW {place} AS SELECT * FROM {source}")  # noqa: S608 - names of this package


def _set_clock(connection: Any, now: datetime | None) -> None:
    """Replace the engine's clock, which is this machine's, by macros that return the given time."""
    if now is None:
        return
    at = now.astimezone(UTC)
    time = at.time().isoformat()
    texts = {"DATE": f"{at:%Y-%m-%d}", "TIME": time, "TIMETZ": f"{time}+00"}
    for name, kind in _CLOCK.items():
        text = texts.get(kind) or f"{at:%Y-%m-%d} {time}{'+00' * (kind == 'TIMESTAMPTZ')}"
        connection.execute(f"CREATE MACRO {name}() AS CAST('{text}' AS {kind})")
    # With one argument, the age on the current day.
    own = "system.main.age"
    connection.execute(
        f"CREATE MACRO age(earlier) AS {own}(CAST(today() AS TIMESTAMPTZ), CAST(earlier AS TIMESTAMPTZ)), "
        f"(later, earlier) AS {own}(later, earlier)"
    )


def _query_error(problem: Exception, tables: Iterable[str]) -> ProspectB2BError:
    if known := limit_error(problem) or store_error(str(problem)):
        return known
    if "file system operations are disabled" in str(problem):
        return QueryError(
            "the SQL reads a file or an address, which is not allowed",
            repair="read the file with pandas or polars, and the tables with ws.mirror.frame, and join the frames",
        )
    if unread := _UNREAD_TABLE.search(str(problem)):
        return damaged_error(unread[1], "cannot be read")
    kind = type(problem).__name__
    if kind in _ABOUT_THE_STATEMENT:
        text, _, rest = str(problem).partition("\n")
        text = text.partition(": ")[2]
        return QueryError(f"invalid SQL: {text}", repair=_hint(kind, text, rest, sorted(tables)))
    if constant := _constant_at_fault(str(problem)):
        return QueryError(
            f"invalid SQL: {constant} does not have the type of what it is compared with or converted to",
            repair="write times as '2026-03-10' or now() - interval 30 day, and for lists list_contains(tags, 'vip')",
        )
    return QueryError(
        f"the SQL failed on a row ({kind.removesuffix('Exception')})",
        repair="exclude unusual values with try_cast, nullif or a filter; the value may be personal and is not shown",
    )


def _constant_at_fault(message: str) -> str | None:
    r"""Return the constant or parameter of the statement that an error points at; ``None`` if it is about a row.

    >>> _constant_at_fault("Conversion Error: …\n\nLINE 1: select now() > '30d'\n                       ^^^^^")
    "'30d'"
    """
    *_, line, marks = ["", "", *message.splitlines()]
    found = re.match(r"'(?:[^']|'')*'|\$\w+|\?", line[marks.find("^") :]) if "^" in marks else None
    return found[0] if found else None


def _hint(kind: str, text: str, rest: str, tables: Sequence[str]) -> str:
    """Return the repair of an invalid statement, with DuckDB's own candidates if there are any."""
    if kind == "CatalogException" and text.startswith("Table"):
        if not tables:
            return "sync first: ws.mirror.sync()"
        return f"use one of the tables: {', '.join(tables)}; ws.mirror.sync() adds the others"
    named = re.match(r'Referenced column "((\w+)_name)" not found', text)
    if named and kind == "BinderException":
        table = f"{named[2]}s"  # a run has a campaign_id, and the campaign the name
        sync = "" if table in tables else f"; ws.mirror.sync({table!r}) adds it"
        return f"take the name from its table: JOIN {table} ON {table}.id = {named[2]}_id{sync}"
    candidates = re.search(r"(?:Did you mean|Candidate bindings:) ?((?:\"[^\"]+\"(?:, )?)+)", rest)
    if candidates:
        return f"did you mean {candidates[1].strip().replace(', ', ' or ')}?"
    if kind in {"ParserException", "SyntaxException", "PermissionException"}:
        return _ONE
    # The rest is often advice: which columns to group by, which types a function takes.
    return " ".join(rest.split()[:_WORDS]) or 'ws.mirror.frame("leads") shows a table\'s columns and their dtypes'
