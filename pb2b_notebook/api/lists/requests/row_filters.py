"""Whether the rows of a list are those that its filters ask for: a service may ignore a parameter, or not have it.

A service that does not know a parameter often leaves it out without a word, and all rows come as if they matched. Rows
that contradict a filter are therefore noticed; the service ignores it if an impossible value gives the same rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final

from pb2b_notebook import frames
from pb2b_notebook.api.http.responses.envelope import parse_strict_json
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.frames import filtering
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.openapi.operations import Operation, Parameter

_DOCUMENTED: Final = "updated_after"
"""The filter that is documented."""
_IMPOSSIBLE: Final = "no-such-value-of-pb2b"
_NEVER: Final = ("2199-01-01T00:00:00.000Z", "1901-01-01T00:00:00.000Z")


class RowFilters:
    """The filters of one reading, as conditions on its rows.

    Args:
        query: Filters as they are sent.
        operation: The list in the contract in use.
        added: Names of filters without which the reading means the same.
    """

    def __init__(self, query: Iterable[tuple[str, str]], operation: Operation, added: Iterable[str] = ()) -> None:
        unchecked = filtering.PAGING | ({_DOCUMENTED} - operation.undocumented) | set(added)
        self._fields = operation.fields
        self._pairs: dict[str, list[tuple[str, str]]] = {}
        for name, text in query:
            if name not in unchecked:
                self._pairs.setdefault(name, []).append((name, text))

    def __bool__(self) -> bool:
        return bool(self._pairs)

    @property
    def names(self) -> frozenset[str]:
        """Names of the filters."""
        return frozenset(self._pairs)

    def masks(self, records: Sequence[Any]) -> Mapping[str, Any]:
        """Return which rows match each filter, as a truth value a row; without the filters that rows do not show.

        A row that has no value matches nothing. A filter is not shown by rows that lack the field altogether, or have
        a value of another type in it.
        """
        found: dict[str, Any] = {}
        decoder = frames.Decoder(frames.frame_schema(self._fields, {}))
        rows = pl.DataFrame(pl.from_arrow(decoder.page(records)))
        for name, condition in self._conditions(rows.schema).items():
            match = rows.select(match=condition)["match"]
            if match.null_count() < len(match) or _are_blank(records, condition.meta.root_names()):
                found[name] = match.fill_null(value=False)
        return found

    def hidden_names(self, masks: Mapping[str, Any]) -> list[str]:
        """Return the filters that certainly select rows, by fields that rows could have, and that rows do not show."""
        schema = pl.DataFrame(pl.from_arrow(frames.frame_schema(self._fields, {}).arrow.empty_table())).schema
        known = self._conditions(schema).keys()
        return sorted(name for name in self.names - masks.keys() if name in known or name.endswith("_id"))

    def _conditions(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        found = {}
        for name, pairs in self._pairs.items():
            with suppress(InvalidParameterError):
                condition = filtering.condition(pairs, schema)
                if condition is not None:
                    found[name] = condition
        return found


def _are_blank(records: Sequence[Any], columns: Sequence[str]) -> bool:
    """Whether records have one of these fields, and null in it: a value that cannot be read is not blank."""
    rows = [parse_strict_json(bytes(record)) for record in records]
    values = [row[column] for row in rows if isinstance(row, dict) for column in columns if column in row]
    return bool(values) and all(value is None for value in values)


def other_value(name: str, parameter: Parameter | None = None, given: Sequence[str] = ()) -> str:
    """Return another value of a filter, by which a service that applies it finds other rows, or none.

    Args:
        name: Name of the filter.
        parameter: The filter in the contract, if it has it: one of its choices is not refused.
        given: Values that were asked for.

    >>> other_value("email"), other_value("created_after")
    ('no-such-value-of-pb2b@invalid.example', '2199-01-01T00:00:00.000Z')
    """
    if name.endswith("_after"):
        return _NEVER[0]
    if name.endswith("_before"):
        return _NEVER[1]
    choices = parameter.choices if parameter is not None else ()
    if parameter is not None and parameter.kind == "boolean":
        choices = ("true", "false")
    free = f"{_IMPOSSIBLE}@invalid.example" if "email" in name else _IMPOSSIBLE
    return next((choice for choice in choices if choice not in given), free)


def is_impossible(value: str) -> bool:
    """Whether no row has a value of :func:`other_value`: rows that come with it show that it is not applied.

    >>> is_impossible(other_value("email")), is_impossible("new")
    (True, False)
    """
    return value.startswith(_IMPOSSIBLE) or value in _NEVER
