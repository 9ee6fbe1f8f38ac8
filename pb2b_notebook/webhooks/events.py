"""Events: values read from verified bodies."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, overload

from pb2b_notebook import openapi
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import MalformedEventError, ProtocolError
from pb2b_notebook.frames import strict_json
from pb2b_notebook.openapi.object_ids import id_text

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from pb2b_notebook.frames.types import DataFrame, FrameName

_NAME = re.compile(r"[!-~]{1,255}")
_OTHER_NAMES = {
    "id": ("event_id", "eventId", "delivery_id", "uuid"),
    "type": ("event", "event_type", "eventType", "topic", "name"),
}
_REPAIR = "the signature is valid, so the service sent it: report the delivery id to the service's support"


@dataclass(frozen=True, slots=True, repr=False)
class Event(ShowsCard):
    """One event. The same event may be delivered several times: two deliveries of it are equal.

    Attributes:
        id: Id of the event, from the signed body; repeated deliveries have the same id.
        type: Event type, such as ``lead.created``, from the signed body.
        created_at: Time of the event as an aware datetime; ``None`` if the body has no ISO 8601 time with a zone.
        data: Object at that time as Python values. If the body has no object ``data``, the whole body.
        delivery_id: Id from a header that is not signed. Use it only for the service's support.
        signed_at: Time of the signature of this delivery as an aware datetime, in whole seconds.
        raw: Body that was signed, as bytes.

    The representation of an event contains only its type, ids and times, and no lead.

    >>> event = Event("evt_1", "lead.created", None, {"id": "lead_1", "email": "ada@example.com"})
    >>> event
    Event(lead.created, id evt_1, object lead_1)
    >>> event.to_frame()["email"].tolist()
    ['ada@example.com']
    """

    id: str
    type: str
    created_at: datetime | None
    data: dict[str, Any] = field(hash=False)
    delivery_id: str | None = field(default=None, compare=False)
    signed_at: datetime | None = field(default=None, compare=False)
    raw: bytes = field(default=b"", compare=False, repr=False)

    @property
    def object_id(self) -> str | None:
        """Id of the object that the event is about; ``None`` if it has none."""
        found = id_text(self.data.get("id"))
        return found if isinstance(found, str) and _NAME.fullmatch(found) else None

    @overload
    def to_frame(self, frame: Literal["pandas"] = "pandas") -> pd.DataFrame: ...
    @overload
    def to_frame(self, frame: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def to_frame(self, frame: FrameName) -> DataFrame: ...
    def to_frame(self, frame: FrameName = "pandas") -> DataFrame:
        """Return the object of the event as a frame of one row, with the columns of the list of such objects.

        The dtypes of custom fields follow their values. An object that is not in the contract has a column for each of
        its fields.

        Args:
            frame: Library of the returned frame, "pandas" or "polars".

        Raises:
            InvalidParameterError: ``frame`` is another value.
        """
        from pb2b_notebook.frames import Decoder, frame_schema, to_frame

        decoder = Decoder(frame_schema(_fields(self.type)))
        decoder.add([json.dumps(self.data).encode()])
        return to_frame(decoder.table(), frame)

    def __repr__(self) -> str:
        (_, event_type), *others = self._facts()
        return f"Event({', '.join([event_type, *(f'{name} {value}' for name, value in others)])})"

    def _card(self) -> Card:
        return Card(facts=self._facts())

    def _facts(self) -> list[tuple[str, str]]:
        facts = [
            ("type", self.type),
            ("id", self.id),
            ("object", self.object_id),
            ("created", self.created_at.isoformat() if self.created_at else None),
            ("delivery", self.delivery_id),
        ]
        return [(name, value) for name, value in facts if value]


def _fields(event_type: str) -> tuple[openapi.Field, ...]:
    """Return the fields of the objects in such events: the object of ``lead.created`` is that of ``leads.get``.

    >>> _fields("import.failed")[0].name, _fields("weather.changed")
    ('id', ())
    """
    operation = openapi.load().get(f"{event_type.partition('.')[0]}s.get")
    return operation.fields if operation else ()


def read_event(
    body: bytes, *, delivery_id: str | None = None, signed_at: datetime | None = None, any_form: bool = False
) -> Event:
    """Return the event in the body of a verified delivery.

    Args:
        body: Raw bytes of the body.
        delivery_id: Delivery id from the header.
        signed_at: Timestamp from the header.
        any_form: Whether to accept a body of any form: what it does not say is made from its bytes, or "unknown".

    Raises:
        MalformedEventError: The body is not strict JSON (RFC 8259 with unique keys, as in I-JSON, RFC 7493, and numbers
            that Python can represent), is not an object, or lacks an ``id`` or a ``type`` of 1 to 255 visible ASCII
            characters.
    """
    try:
        values = _object(body)
        event_id, event_type = _name(values, "id"), _name(values, "type")
    except MalformedEventError:
        if not any_form:
            raise
        digest = f"sha256-{hashlib.sha256(body).hexdigest()}"
        return Event(digest, "unknown", None, {}, delivery_id=delivery_id, signed_at=signed_at, raw=body)
    data = values.get("data")
    return Event(
        id=event_id,
        type=event_type,
        created_at=_instant(values.get("created_at")),
        data=data if isinstance(data, dict) else values,
        delivery_id=delivery_id,
        signed_at=signed_at,
        raw=body,
    )


def _object(body: bytes) -> dict[str, Any]:
    values = _parse(body)
    if not isinstance(values, dict):
        raise MalformedEventError("the body is JSON, but not an object", repair=_REPAIR)
    return values


def _parse(body: bytes) -> Any:
    # The error is raised outside the except clauses, because the decoder's exception contains the whole body.
    try:
        return _DECODER.decode(body.decode("utf-8"))
    except UnicodeDecodeError:
        wrong = "the body is not UTF-8"
    except json.JSONDecodeError:
        wrong = "the body is not JSON"
    except RecursionError:
        wrong = "the body is nested too deeply"
    except ProtocolError:
        wrong = "the body is not strict JSON: it has a duplicate key, NaN or Infinity"
    except OverflowError:
        wrong = "the body has a number that is too large for Python"
    raise MalformedEventError(wrong, repair=_REPAIR)


def _reject_overflow(convert: Callable[[str], Any]) -> Callable[[str], Any]:
    def convert_token(token: str) -> Any:
        number = convert(token)
        if number is strict_json.UNREPRESENTABLE:
            raise OverflowError
        return number

    return convert_token


_DECODER = strict_json.decoder(wrap=_reject_overflow)


def _name(values: dict[str, Any], key: str) -> str:
    value = values.get(key)
    if key not in values:  # other services name it otherwise
        value = id_text(next((values[name] for name in _OTHER_NAMES[key] if name in values), None))
    if not isinstance(value, str) or _NAME.fullmatch(value) is None:
        raise MalformedEventError(f"the body has no valid {key!r}", repair=_REPAIR)
    return value


def _instant(value: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return instant if instant is not None and instant.utcoffset() is not None else None
