"""The API's filters, applied to rows on this machine: a bound query becomes one polars condition. Pure.

Filters have the contract's meaning: values of one parameter are alternatives, parameters are joined by "and",
``_after`` excludes its bound and ``_before`` includes it, and emails match trimmed and case-folded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final

from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.letters import fold_text

PAGING: Final = frozenset({"limit", "cursor", "include_total", "order", "include_deleted", "page_size"})
_SEARCHED: Final = ("full_name", "first_name", "last_name", "email", "company_name", "company_domain")
_FOLDED: Final[Mapping[str, Callable[[str], str]]] = {
    "email": lambda text: text.strip().casefold(),
    "owner_email": lambda text: text.strip().casefold(),
    "company_domain": str.casefold,
    "status": str.casefold,  # a service may write its words as "New" or "NEW"
}


def condition(query: Iterable[tuple[str, str]], schema: Mapping[str, Any]) -> pl.Expr | None:
    """Return the condition of a query as a polars expression, without ``include_deleted``; ``None`` for no condition.

    Args:
        query: Query parameters as they would be sent.
        schema: Columns and their polars types, under the frame's names.

    Raises:
        InvalidParameterError: The rows alone cannot answer a filter, such as the campaign that reached a lead.
    """
    asked: dict[str, list[str]] = defaultdict(list)
    for name, text in query:
        asked[name].append(text)
    parts = [_one(name, texts, schema) for name, texts in asked.items() if name not in PAGING]
    return pl.all_horizontal(parts) if parts else None


def _one(name: str, texts: Sequence[str], schema: Mapping[str, Any]) -> pl.Expr:
    if name == "ids":
        return pl.col("id").is_in([lead_id for text in texts for lead_id in text.split(",")])
    if name == "q":
        return _words(texts[-1], [column for column in _SEARCHED if column in schema])
    if name == "tag" and schema.get("tags") in {pl.String, pl.List(pl.String)}:
        tags = pl.col("tags") if schema["tags"] == pl.List(pl.String) else _split_tags(pl.col("tags"))
        return tags.list.eval(pl.element().str.strip_chars().is_in([text.strip() for text in texts])).list.any()
    if name == "has_email" and "email" in schema:
        present = pl.col("email").is_not_null()
        return present if texts[-1] == "true" else ~present
    bound = _time_bound(name, schema)
    if bound is not None:
        column, after = bound
        at = datetime.fromisoformat(texts[-1])
        return pl.col(column) > at if after else pl.col(column) <= at
    column = f"custom_{name.removeprefix('custom.')}" if name.startswith("custom.") else name
    if column not in schema:
        raise InvalidParameterError(
            f"rows on this machine cannot answer the filter {name!r}",
            repair="remove cached=True to ask the service, or join the mirrored tables with ws.sql",
        )
    return _equals(column, texts, schema[column])


def _split_tags(text: pl.Expr) -> pl.Expr:
    """Return the tags of a text, as a service may have them by its own document; a comma may be part of one."""
    signs = [pl.when(text.str.contains(sign, literal=True)).then(pl.lit(sign)) for sign in (";", "|")]
    return text.str.split(pl.coalesce(*signs, pl.lit(",")))


def _time_bound(name: str, schema: Mapping[str, Any]) -> tuple[str, bool] | None:
    """Return the column of a filter such as ``updated_after`` and whether its time must be after the value."""
    stem, _, word = name.rpartition("_")
    kind = schema.get(f"{stem}_at")
    if word not in {"after", "before"} or kind is None or not kind.is_temporal():
        return None
    return f"{stem}_at", word == "after"


def _equals(column: str, texts: Sequence[str], kind: Any) -> pl.Expr:
    if column in _FOLDED:
        fold = _FOLDED[column]
        wanted = [fold(text) for text in texts]
        return (
            pl.col(column).map_batches(lambda values: fold_values(values, fold), return_dtype=pl.String).is_in(wanted)
        )
    if kind == pl.List(pl.String):
        return pl.col(column).list.eval(pl.element().is_in(list(texts))).list.any()
    if kind == pl.Boolean:
        return pl.col(column).is_in([text == "true" for text in texts])
    if kind == pl.String:
        return pl.col(column).is_in(list(texts))
    try:
        values = pl.Series(texts).cast(kind) if kind.is_numeric() else _times(texts, kind)
    except (pl.exceptions.PolarsError, ValueError):
        raise InvalidParameterError(
            f"the filter on {column!r} has a value of another type", repair=f"pass a value of type {kind}"
        ) from None
    return pl.col(column).is_in(values.implode())


def _times(texts: Sequence[str], kind: Any) -> pl.Series:
    return pl.Series([datetime.fromisoformat(text) for text in texts]).cast(kind)


def _words(text: str, columns: Sequence[str]) -> pl.Expr:
    """Return the condition that every word is in the searched columns, by NFKC and case folding."""
    words = fold_text(text).split()
    joined = pl.concat_str([pl.col(column) for column in columns], separator="\n", ignore_nulls=True)
    searched = joined.map_batches(lambda values: fold_values(values, fold_text), return_dtype=pl.String)
    found = [searched.str.contains(word, literal=True) for word in words]
    return pl.all_horizontal(found) if found else pl.lit(value=False)


def fold_values(values: pl.Series, fold: Callable[[str], str]) -> pl.Series:
    """Return the values folded: ASCII values in the engine, where case has one meaning, all others in Python.

    >>> import polars as pl
    >>> fold_values(pl.Series(["ADA", "STRASSE", "Straße", None]), str.casefold).to_list()
    ['ada', 'strasse', 'strasse', None]
    """
    plain = (values.str.len_bytes() == values.str.len_chars()).fill_null(value=True)
    stripped = values.str.strip_chars() if fold(" a ") == "a" else values
    cheap = stripped.str.to_lowercase()
    if plain.all():
        return cheap
    return cheap.scatter((~plain).arg_true(), [fold(text) for text in values.filter(~plain)])
