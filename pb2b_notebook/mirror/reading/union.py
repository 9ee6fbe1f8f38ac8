"""One lazy frame over the same table of several workspaces, with a type for each column that holds all its values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pb2b_notebook.frames.strict_json import EXACT
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.storage.history import as_texts

WORKSPACE: Final = "workspace"
"""Name of the first column, with the name of the workspace of a row."""


def union(parts: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return the rows of all parts, with the part's name in the first column.

    A column that is missing in a part is null there. Where parts have different types, integers and decimal numbers
    become decimal numbers if none is rounded, and anything else becomes text: texts as they are, times in ISO 8601,
    lists and records as JSON. A column that is already called ``workspace`` becomes ``workspace_2``.

    Args:
        parts: Rows by name of the workspace; at least one.

    >>> import polars as pl
    >>> found = union({"a": pl.LazyFrame({"tier": [1]}), "b": pl.LazyFrame({"tier": ["gold"]})})
    >>> found.collect().to_dicts()
    [{'workspace': 'a', 'tier': '1'}, {'workspace': 'b', 'tier': 'gold'}]
    """
    named = {name: _without_own_name(part) for name, part in parts.items()}
    schemas = {name: part.collect_schema() for name, part in named.items()}
    types = {column: _type(column, named, schemas) for column in dict.fromkeys(c for s in schemas.values() for c in s)}
    return pl.concat(
        part.select(
            pl.lit(name).alias(WORKSPACE),
            *(_convert(column, schemas[name].get(column), to) for column, to in types.items()),
        )
        for name, part in named.items()
    )


def with_one_spelling(parts: Mapping[str, pl.LazyFrame]) -> dict[str, pl.LazyFrame]:
    """Return the parts with the same spelling of columns that differ only by case, which SQL takes for the same."""
    spellings: dict[str, str] = {}
    renamed = {}
    for name, part in parts.items():
        names = part.collect_schema().names()
        renamed[name] = part.rename({column: spellings.setdefault(column.casefold(), column) for column in names})
    return renamed


def _without_own_name(part: pl.LazyFrame) -> pl.LazyFrame:
    names = {name.casefold(): name for name in part.collect_schema().names()}
    return part.rename({names[WORKSPACE]: f"{WORKSPACE}_2"}) if WORKSPACE in names else part


def _type(column: str, parts: Mapping[str, pl.LazyFrame], schemas: Mapping[str, Any]) -> Any:
    """Return the narrowest type that holds the values of a column in all parts."""
    found = {schema[column] for schema in schemas.values() if column in schema} - {pl.Null}
    if len(found) <= 1:
        return found.pop() if found else pl.String
    if found == {pl.Int64, pl.Float64} and not any(_has_large_integers(column, parts, schemas)):
        return pl.Float64
    return pl.String


def _has_large_integers(column: str, parts: Mapping[str, pl.LazyFrame], schemas: Mapping[str, Any]) -> Iterator[bool]:
    for name, schema in schemas.items():
        if schema.get(column) == pl.Int64:
            largest = parts[name].select((pl.col(column) > EXACT).any() | (pl.col(column) < -EXACT).any())
            yield bool(largest.collect().item())


def _convert(column: str, came: Any, to: Any) -> pl.Expr:
    if came is None:
        return pl.lit(None, to).alias(column)
    if came == to:
        return pl.col(column)
    if to == pl.String and came != pl.Null:
        return pl.col(column).map_batches(as_texts, return_dtype=pl.String, is_elementwise=True)
    return pl.col(column).cast(to)
