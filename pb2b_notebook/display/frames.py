"""Show frames of untrusted text safely in a notebook, and messages whole.

pandas and polars escape cells, headers and index themselves. What they leave to the front end is ``$5 to $10``, which
Jupyter typesets as a formula; a wrapper with MathJax's own "ignore" classes keeps it text.
"""

from __future__ import annotations

import sys
from contextlib import AbstractContextManager, nullcontext
from typing import Any, Final

from pb2b_notebook.display.cards import LONGEST_MESSAGE, MESSAGES, NOT_MATH
from pb2b_notebook.lazy_libraries import pd, pl

_TYPES: Final = (
    ("pandas", "DataFrame"),
    ("pandas.core.frame", "DataFrame"),
    ("polars.dataframe.frame", "DataFrame"),
    ("polars.series.series", "Series"),
)


def protect_frames() -> None:
    """Let the running IPython, if there is one, show frames without typesetting their text, and messages whole.

    The types are registered by name, so that no library is imported. Outside IPython nothing happens.
    """
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is None:
        return
    formatters = shell.display_formatter.formatters
    for module, name in _TYPES:
        formatters["text/html"].for_type_by_name(module, name, frame_html)
        formatters["text/plain"].for_type_by_name(module, name, _print_frame)


def frame_html(frame: Any) -> str | None:
    """Return the frame's own HTML in a wrapper that keeps it from being typeset, or ``None`` if it has none.

    Both libraries cut long text. A frame with a column of messages is shown with room for them: their end says what
    to do.
    """
    with _room_for_messages(frame):
        own = _with_lists(frame)._repr_html_()
    return None if own is None else f'<div class="{NOT_MATH}">{own}</div>'


def frame_text(frame: Any) -> str:
    """Return the frame's own text, as a terminal shows it, with room for messages."""
    with _room_for_messages(frame):
        return repr(_with_lists(frame))


def _with_lists(frame: Any) -> Any:
    """Return a frame of pandas with lists in place of tuples that are lists, of which it shows one item as "[vip,]"."""
    if type(frame).__module__.startswith("polars"):
        return frame
    edge = pd.get_option("display.max_rows")
    # Of a longer frame no more than these rows at its begin and end are shown; a million lists would take a second.
    is_long = bool(edge) and len(frame) > 2 * edge
    rows = [*range(edge), *range(len(frame) - edge, len(frame))] if is_long else range(len(frame))
    shown = frame
    for place, dtype in enumerate(frame.dtypes):
        if str(dtype) != "object":
            continue
        cells = frame.iloc[:, place].to_numpy()
        if lists := [row for row in rows if _is_list(cells[row])]:
            shown = frame.copy(deep=False) if shown is frame else shown
            cells = cells.copy()
            for row in lists:
                cells[row] = list(cells[row])
            shown.isetitem(place, pd.Series(cells, index=frame.index, dtype=object))
    return shown


def _is_list(cell: Any) -> bool:
    return isinstance(cell, tuple) and hasattr(cell, "__setitem__")


def _print_frame(frame: Any, printer: Any, _cycle: bool) -> None:
    printer.text(frame_text(frame))


def _room_for_messages(frame: Any) -> AbstractContextManager[Any]:
    names = [name for name in getattr(frame, "columns", ()) if isinstance(name, str)]
    if MESSAGES.isdisjoint(names):
        return nullcontext()
    if type(frame).__module__.startswith("polars"):
        return pl.Config(fmt_str_lengths=LONGEST_MESSAGE)
    known = pd.get_option("display.max_colwidth")
    return pd.option_context("display.max_colwidth", None if known is None else max(known, LONGEST_MESSAGE))
