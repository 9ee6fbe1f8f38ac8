"""The inputs of a form: named values, each in a widget with a label."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import ipywidgets as widgets
import traitlets
from ipywidgets.widgets.trait_types import Date, date_serialization

from pb2b_notebook.display.cards import NOT_MATH, escape
from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError, nearest
from pb2b_notebook.times import iso, needs_zone, parse_written

LABEL_WIDTH = "11em"
WIDTH = "min(100%, 42em)"
_LEAST_YEAR = 1000  # of four digits


@dataclass(slots=True)
class Input:
    """One named value and the widget that asks for it.

    Attributes:
        name: Name in ``form.values``.
        widget: The widget.
        read: Function that returns the widget's state as a plain value.
        write: Function that sets the widget's state from a plain value; it raises ``ValueError`` or ``TypeError`` for a
            value that does not fit.
        choices: Possible values, if they are a closed list; the error names the nearest one.
    """

    name: str
    widget: Any
    read: Callable[[], Any]
    write: Callable[[Any], None]
    choices: Sequence[Any] = field(default=())

    def set(self, value: Any) -> None:
        """Set the value.

        Raises:
            InvalidParameterError: The value does not fit; the message names the input, never the value.
        """
        try:
            self.write(value)
        except ProspectB2BError:
            raise  # its message is more exact
        except (traitlets.TraitError, ValueError, TypeError):
            choices = [str(one) for one in self.choices]
            # A suggestion of 500 for '500' would read like what was given.
            name = None if any(isinstance(one, int) for one in self.choices) else str(value)
            repair = nearest(name, choices) if choices else f"form.values[{self.name!r}] shows its current value"
            raise InvalidParameterError(
                f"{self.name!r} does not take this value ({type(value).__name__})", repair=repair
            ) from None


def text(name: str, label: str, value: str = "", *, hint: str = "", lines: int = 1) -> Input:
    """Return an input for text of one or several lines; ``None`` if it is empty."""
    kind = widgets.Text if lines == 1 else widgets.Textarea
    options: dict[str, Any] = {} if lines == 1 else {"rows": lines}
    box = kind(value=value, placeholder=hint, **options, **box_options(label))
    return Input(name, box, lambda: box.value.strip() or None, lambda given: _assign(box, _as_text(given)))


def choice(name: str, label: str, options: Mapping[str, Any] | Sequence[Any], value: Any = None) -> Input:
    """Return an input for one of a closed list, by default the first; an option ``None`` means no choice."""
    pairs = list(options.items()) if isinstance(options, Mapping) else [(_option_label(one), one) for one in options]
    value = pairs[0][1] if value is None else value
    box = widgets.Dropdown(options=pairs, index=[v for _, v in pairs].index(value), **box_options(label))

    def write(given: Any) -> None:
        # By position: the widget takes the value None for no selection at all.
        box.index = [v for _, v in box.options].index(given)  # which may be others than at first

    return Input(name, box, lambda: box.value, write, [v for _, v in pairs])


def multi_choice(name: str, label: str, options: Mapping[str, str] | Iterable[str], *, rows: int = 5) -> Input:
    """Return an input for any of a closed list, or of a dict by label; its value is a list in the order of these."""
    pairs = [*options.items()] if isinstance(options, Mapping) else [(one, one) for one in options]
    known = [one for _, one in pairs]
    box = widgets.SelectMultiple(options=pairs, rows=max(2, min(rows, len(known))), **box_options(label))
    return Input(name, box, lambda: list(box.value), lambda given: _assign(box, _as_tuple(given)), known)


def flag(name: str, label: str, *, value: bool = False) -> Input:
    """Return an input for yes or no, as a bool."""
    box = widgets.Checkbox(value=value, indent=True, **box_options(label))
    return Input(name, box, lambda: box.value, lambda given: _assign(box, _as_bool(given)))


def number(name: str, label: str, value: int, *, least: int, most: int) -> Input:
    """Return an input for a whole number between two bounds; a number outside is refused, not clipped."""
    box = widgets.BoundedIntText(value=value, min=least, max=most, **box_options(label))
    return Input(name, box, lambda: box.value, lambda given: _assign(box, _within(given, least, most)))


def texts(name: str, label: str, *, hint: str = "one on each line") -> Input:
    """Return an input for a list of texts, one on each line, since a tag may have commas; ``None`` if it is empty."""
    box = widgets.Textarea(placeholder=hint, rows=2, **box_options(label))

    def read() -> list[str] | None:
        return [one.strip() for one in box.value.splitlines() if one.strip()] or None

    return Input(name, box, read, lambda given: _assign(box, "\n".join(_as_tuple(given))))


def quantity(name: str, label: str, *, hint: str = "a number") -> Input:
    """Return an input for any number; ``None`` if it is empty."""
    box = widgets.Text(placeholder=hint, **box_options(label))

    def read() -> int | float | None:
        return _number(label, box.value.strip())

    return Input(name, box, read, lambda given: _assign(box, _as_number_text(given)))


def share(name: str, label: str, *, hint: str) -> Input:
    """Return an input for a probability from 0 to 1, which may be typed per cent, as forms show it; ``None`` if empty.

    >>> box = share("least", "Least probability", hint="75%")
    >>> for typed in ("75%", "75", "0.75"):
    ...     box.widget.value = typed
    ...     box.read()
    0.75
    0.75
    0.75
    >>> box.set(0.993)
    >>> box.widget.value, box.read()
    ('99.3%', 0.993)
    """
    box = widgets.Text(placeholder=hint, **box_options(label))

    def read() -> int | float | None:
        text = box.value.strip()
        number = _number(label, text.removesuffix("%").strip(), hint)
        return number if number is None or (number <= 1 and "%" not in text) else round(number / 100, 12)

    def write(given: Any) -> None:
        number = isinstance(given, int | float) and not isinstance(given, bool)
        _assign(box, f"{round(100 * given, 10):g}%" if number else _as_number_text(given))

    return Input(name, box, read, write)


def yes_or_no(name: str, label: str) -> Input:
    """Return an input for yes, no, or ``None``."""
    return choice(name, label, {"—": None, "yes": True, "no": False})


def moment(name: str, label: str, zone: Callable[[], dt.tzinfo]) -> Input:
    """Return an input for a time, as ISO text; what is not a time stays as it is, so that the service refuses it.

    Args:
        name: Name in ``form.values``.
        label: Label of the box.
        zone: Function that returns the zone of a time without one; it is called when such a time is read.

    >>> box = moment("demo_at", "Demo", lambda: dt.timezone(dt.timedelta(hours=1)))
    >>> for typed in ("10.3.2026 14:00", "2026-03-10 14:00", "soon"):
    ...     box.widget.value = typed
    ...     box.read()
    '2026-03-10T13:00:00.000Z'
    '2026-03-10T13:00:00.000Z'
    'soon'
    """
    one = text(name, label, hint="2026-03-10 14:00, by the workspace's time zone")

    def read() -> str | None:
        typed: str | None = one.read()
        instant = parse_written(typed, zone()) if typed is not None and needs_zone(typed) else None
        return typed if instant is None else iso(instant)

    return replace(one, read=read)


def date(name: str, label: str) -> Input:
    """Return an input for a date, as :class:`datetime.date` or ``None``."""
    box = _DateBox(**box_options(label))

    def read() -> dt.date | None:
        value: dt.date | _OtherYear | None = box.value
        if isinstance(value, _OtherYear):
            raise InvalidParameterError(f"the year of {label} does not have four digits", repair="type it as in 2026")
        return value

    return Input(name, box, read, lambda given: _assign(box, _as_date(given)))


@dataclass(frozen=True, slots=True)
class _OtherYear:
    """A date that was typed with a year of more or fewer than four digits, as the front end sent it."""

    sent: Mapping[str, int]


def _typed_date(sent: Any, box: Any) -> Any:
    if sent is not None and not _LEAST_YEAR <= sent["year"] <= dt.MAXYEAR:
        return _OtherYear(sent)
    return date_serialization["from_json"](sent, box)


def _date_to_send(value: Any, box: Any) -> Any:
    return value.sent if isinstance(value, _OtherYear) else date_serialization["to_json"](value, box)


class _DateBox(widgets.DatePicker):  # type: ignore[misc] # ipywidgets has no types
    """A date picker that keeps a date which Python cannot hold: the original would keep the date before it."""

    value = traitlets.Union([Date(None, allow_none=True), traitlets.Instance(_OtherYear)], allow_none=True).tag(
        sync=True, from_json=_typed_date, to_json=_date_to_send
    )


def box_options(label: str) -> dict[str, Any]:
    """Return the options of every input's widget: its label, and a width that lines up all inputs."""
    return {**label_options(label), "style": {"description_width": LABEL_WIDTH}, "layout": widgets.Layout(width=WIDTH)}


def note() -> Any:
    """Return a line for a text below an input, which begins where its box does."""
    return widgets.HTML(layout=widgets.Layout(margin=f"0 0 .3em {LABEL_WIDTH}")).add_class("pb2b-note")


def inline_options(label: str, width: str) -> dict[str, Any]:
    """Return the options of a box whose name stands beside it: only screen readers use the label."""
    return {
        **label_options(label),
        "style": {"description_width": "0px"},
        "layout": widgets.Layout(width=width),
        "_dom_classes": ("pb2b-inline",),
    }


def label_options(label: str) -> dict[str, Any]:
    """Return the options for a label that is shown as it is; front ends typeset ``$`` in labels as a formula."""
    if "$" not in label and "\\" not in label:
        return {"description": label}
    return {"description": f'<span class="{NOT_MATH}">{escape(label)}</span>', "description_allow_html": True}


def _assign(box: Any, value: Any) -> None:
    box.value = value


def _option_label(option: Any) -> str:
    return "—" if option is None else str(option)


def _as_text(given: Any) -> str:
    if given is None:
        return ""
    if not isinstance(given, str):
        raise TypeError
    return given


def _as_bool(given: Any) -> bool:
    if not isinstance(given, bool):
        raise TypeError
    return given


def _as_tuple(given: Any) -> tuple[Any, ...]:
    if given is None:
        return ()
    return (given,) if isinstance(given, str) else tuple(given)


def _within(given: Any, least: int, most: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not least <= given <= most:
        raise ValueError
    return given


def _number(label: str, typed: str, example: str = "12.5") -> int | float | None:
    if not typed:
        return None
    for kind in (int, float):
        try:
            number = kind(typed)
        except ValueError:
            continue
        if math.isfinite(number):
            return number
    raise InvalidParameterError(
        f"{label} is not a number", repair=f"type digits with a decimal point, such as {example}"
    )


def _as_number_text(given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, (int, float, type(None))):
        raise TypeError
    return "" if given is None else str(given)


def _as_date(given: Any) -> dt.date | None:
    if isinstance(given, dt.datetime) or not isinstance(given, (dt.date, str, type(None))):
        raise TypeError
    return dt.date.fromisoformat(given) if isinstance(given, str) else given
