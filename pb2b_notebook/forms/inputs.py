"""What a form asks: a value by name, in a widget with a label."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import ipywidgets as widgets
import traitlets

from pb2b_notebook.display.cards import NOT_MATH, escape
from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

LABEL_WIDTH = "11em"
WIDTH = "min(100%, 42em)"


@dataclass(slots=True)
class Input:
    """One named value and the widget that asks for it.

    Attributes:
        name: in ``form.values``.
        widget: what is shown.
        read: the widget's state as a plain value.
        write: a plain value as the widget's state; raises ``ValueError`` or ``TypeError`` for one that does not fit.
        choices: what it can be, where that is a closed list: named in the error.
    """

    name: str
    widget: Any
    read: Callable[[], Any]
    write: Callable[[Any], None]
    choices: Sequence[Any] = field(default=())

    def set(self, value: Any) -> None:
        """Put a value in.

        Raises:
            InvalidParameterError: the value does not fit; the message names the input, never the value.
        """
        try:
            self.write(value)
        except ProspectB2BError:
            raise  # it says better what is wrong
        except (traitlets.TraitError, ValueError, TypeError):
            choices = [str(one) for one in self.choices]
            repair = nearest(str(value), choices) if choices else f"look at form.values[{self.name!r}]"
            raise InvalidParameterError(
                f"{self.name!r} cannot take a value like this ({type(value).__name__})", repair=repair
            ) from None


def text(name: str, label: str, value: str = "", *, hint: str = "", lines: int = 1) -> Input:
    """A line of text, or several; empty means ``None``."""
    kind = widgets.Text if lines == 1 else widgets.Textarea
    options: dict[str, Any] = {} if lines == 1 else {"rows": lines}
    box = kind(value=value, placeholder=hint, **options, **box_options(label))
    return Input(name, box, lambda: box.value.strip() or None, lambda given: _assign(box, _as_text(given)))


def choice(name: str, label: str, options: Mapping[str, Any] | Sequence[Any], value: Any = None) -> Input:
    """One of a closed list, at first the first; ``None`` among the options stands for none of them."""
    pairs = list(options.items()) if isinstance(options, Mapping) else [(_option_label(one), one) for one in options]
    value = pairs[0][1] if value is None else value
    box = widgets.Dropdown(options=pairs, index=[v for _, v in pairs].index(value), **box_options(label))

    def write(given: Any) -> None:
        # By position: to the widget the value None means that nothing is chosen.
        box.index = [v for _, v in pairs].index(given)

    return Input(name, box, lambda: box.value, write, [v for _, v in pairs])


def multi_choice(name: str, label: str, options: Iterable[str], value: Sequence[str] = (), *, rows: int = 5) -> Input:
    """Any of a closed list, in the list's order; none chosen is an empty list."""
    known = list(options)
    box = widgets.SelectMultiple(
        options=known, value=tuple(value), rows=max(2, min(rows, len(known))), **box_options(label)
    )
    return Input(name, box, lambda: list(box.value), lambda given: _assign(box, _as_tuple(given)), known)


def flag(name: str, label: str, *, value: bool = False) -> Input:
    """Yes or no."""
    box = widgets.Checkbox(value=value, indent=True, **box_options(label))
    return Input(name, box, lambda: box.value, lambda given: _assign(box, _as_bool(given)))


def number(name: str, label: str, value: int, *, least: int, most: int) -> Input:
    """A whole number between two bounds; one outside is refused, not bent."""
    box = widgets.BoundedIntText(value=value, min=least, max=most, **box_options(label))
    return Input(name, box, lambda: box.value, lambda given: _assign(box, _within(given, least, most)))


def texts(name: str, label: str, *, hint: str = "one a line") -> Input:
    """A list of texts, one a line: a tag may have commas. ``None`` where nothing is typed."""
    box = widgets.Textarea(placeholder=hint, rows=2, **box_options(label))

    def read() -> list[str] | None:
        return [one.strip() for one in box.value.splitlines() if one.strip()] or None

    return Input(name, box, read, lambda given: _assign(box, "\n".join(_as_tuple(given))))


def quantity(name: str, label: str, *, hint: str = "a number") -> Input:
    """A number, whole or not; ``None`` where nothing is typed."""
    box = widgets.Text(placeholder=hint, **box_options(label))

    def read() -> int | float | None:
        return _number(name, box.value.strip())

    return Input(name, box, read, lambda given: _assign(box, _as_number_text(given)))


def yes_or_no(name: str, label: str) -> Input:
    """Yes, no, or ``None`` for neither."""
    return choice(name, label, {"—": None, "yes": True, "no": False})


def date(name: str, label: str) -> Input:
    """A date of the calendar, as :class:`datetime.date`, or ``None``."""
    box = widgets.DatePicker(**box_options(label))
    return Input(name, box, lambda: box.value, lambda given: _assign(box, _as_date(given)))


def box_options(label: str) -> dict[str, Any]:
    """Label and width of every input, so that all forms line up."""
    return {
        **label_options(label),
        "style": {"description_width": LABEL_WIDTH},
        "layout": widgets.Layout(width=WIDTH),
    }


def inline_options(label: str, width: str) -> dict[str, Any]:
    """Label and width of a box beside which its name stands already: the label is read aloud and takes no room."""
    return {**label_options(label), "style": {"description_width": "0px"}, "layout": widgets.Layout(width=width)}


def label_options(label: str) -> dict[str, Any]:
    """A label as it is: front ends typeset labels, and two dollars in the name of a field are no mathematics."""
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


def _number(name: str, typed: str) -> int | float | None:
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
        f"{name!r} is not a number", repair="digits, with a point before decimals, such as 12.5"
    )


def _as_number_text(given: Any) -> str:
    if isinstance(given, bool) or not isinstance(given, (int, float, type(None))):
        raise TypeError
    return "" if given is None else str(given)


def _as_date(given: Any) -> dt.date | None:
    if isinstance(given, dt.datetime) or not isinstance(given, (dt.date, str, type(None))):
        raise TypeError
    return dt.date.fromisoformat(given) if isinstance(given, str) else given
