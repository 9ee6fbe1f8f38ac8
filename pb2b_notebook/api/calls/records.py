"""One object of the API: fields by attribute and by item, a table in a notebook, a frame of one row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, overload

from pb2b_notebook.api.calls import drift_reports
from pb2b_notebook.api.http.responses.deviations import unexpected_fields
from pb2b_notebook.api.http.responses.envelope import parse_strict_json
from pb2b_notebook.credentials import Secret, is_secret, without_secrets
from pb2b_notebook.display.cards import Card, ShowsCard, shorten
from pb2b_notebook.errors import ProtocolError, nearest
from pb2b_notebook.lazy import lazy_pattern
from pb2b_notebook.openapi.object_ids import with_text_ids
from pb2b_notebook.openapi.operations import Field, Operation

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from pb2b_notebook.frames.types import DataFrame, FrameName

WIDEST = 100
_INTEGER = lazy_pattern("-?[0-9]{1,18}")


class Record(ShowsCard, Mapping[str, Any]):
    """One object from the service. Times are ``datetime`` values in UTC; secrets are :class:`Secret` values.

    Args:
        data: JSON bytes of the object.
        fields: Fields that the contract declares for it.
        custom: Returns the types of the custom fields, by key; called by :meth:`to_frame` only.
        request_id: Id of the request.
        operation: Operation that returned the object; deviations from its contract are then reported once per session.

    >>> lead = Record(b'{"id": "lead_1", "email": "ada@example.com"}')
    >>> lead.email, lead["id"]
    ('ada@example.com', 'lead_1')
    >>> print(Record(b'{"id": "lead_1"}', (Field("city", "text"),)).city)
    None
    """

    __slots__ = ("_custom", "_data", "_fields", "_values", "request_id")

    def __init__(
        self,
        data: bytes,
        fields: tuple[Field, ...] = (),
        *,
        custom: Callable[[], Mapping[str, str] | None] = lambda: None,
        request_id: str | None = None,
        operation: Operation | None = None,
    ) -> None:
        values = parse_strict_json(data)
        if values is None:
            values = {}
        if not isinstance(values, dict):
            raise ProtocolError(
                "the response is not a single object", request_id=request_id, repair="use ws.call for lists"
            )
        if operation is not None:
            drift_reports.report(operation, unexpected_fields(values, operation.fields), in_record=True)
        kinds = {f.name: f.kind for f in fields}
        self._data = data
        self._fields = fields
        self._custom = custom
        shown = with_text_ids(values)
        self._values = {name: _value(name, value, kinds.get(name)) for name, value in shown.items()}
        self.request_id = request_id

    def __getitem__(self, name: str) -> Any:
        return self._values[name]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copy and pickle ask for these before there are values
            raise AttributeError(name)
        try:
            return self._values[name]
        except KeyError:
            if any(field.name == name for field in self._fields):
                return None  # as in frames, where a field that the service does not give is a null column
            raise AttributeError(f"this record has no field {name!r}; {nearest(name, self._values)}") from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __reduce__(self) -> tuple[Any, ...]:
        if _holds_secret(self._values):
            raise TypeError(
                "this record contains a secret; it cannot be pickled or copied: the secret would end up in a file"
            )
        return _restore, (self._data, self._fields, self._custom(), self.request_id)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self._values if name.isidentifier())]

    @overload
    def to_frame(self, frame: Literal["pandas"] = "pandas") -> pd.DataFrame: ...
    @overload
    def to_frame(self, frame: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def to_frame(self, frame: FrameName) -> DataFrame: ...
    def to_frame(self, frame: FrameName = "pandas") -> DataFrame:
        """Return a frame of one row, with the columns and dtypes of the list of these objects."""
        from pb2b_notebook.frames import Decoder, frame_schema, to_frame

        decoder = Decoder(frame_schema(self._fields, self._custom()))
        decoder.add([without_secrets(self._data)])
        return to_frame(decoder.table(), frame)

    def _card(self) -> Card:
        facts = [(name, _cell_text(value)) for name, value in self._values.items()]
        return Card(title=f"{self._values.get('object', 'record')}:", facts=facts)


def _restore(
    data: bytes, fields: tuple[Field, ...], custom: Mapping[str, str] | None, request_id: str | None
) -> Record:
    return Record(data, fields, custom=lambda: custom, request_id=request_id)


def _value(name: str, value: Any, kind: str | None) -> Any:
    if isinstance(value, dict | list) or is_secret(name, value):
        return _with_secrets(name, value)
    if kind == "datetime" and isinstance(value, str):
        try:
            parsed = datetime.fromisoformat(value)
        except ValueError:
            return value
        return parsed if parsed.tzinfo is not None else value
    if kind == "integer" and isinstance(value, str) and _INTEGER.fullmatch(value):
        return int(value)  # as JSON of Protocol Buffers writes those of 64 bits
    return value


def _with_secrets(name: str, value: Any) -> Any:
    """Return a value with a :class:`Secret` in place of each secret, at any depth."""
    if isinstance(value, dict):
        # What is below the name of a secret is one, whatever its own name is.
        return {key: _with_secrets(name if is_secret(name, "x") else key, inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_with_secrets(name, inner) for inner in value]
    return Secret(value) if is_secret(name, value) else value


def _holds_secret(value: Any) -> bool:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return isinstance(value, Secret) or any(map(_holds_secret, inner))


def _cell_text(value: Any) -> str:
    text = value if isinstance(value, str) else repr(value) if not isinstance(value, datetime) else value.isoformat()
    return shorten(text, WIDEST)
