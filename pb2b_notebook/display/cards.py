"""Cards: how a value of this package shows itself, as text in a terminal and as HTML in a notebook.

A card is a value, and its text and its HTML are two views of it, so that ``__repr__`` and ``_repr_html_`` show the
same facts. Everything in a card may come from a lead: it is escaped, and never typeset as a formula.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

NOT_MATH: Final = "tex2jax_ignore mathjax_ignore"
"""The classes that MathJax 2 and 3 are configured to leave alone in Jupyter's front ends."""
BADGE_COLORS: Final = {"LIVE": "#b42318", "SANDBOX": "#175cd3"}
MESSAGES: Final = frozenset(
    {
        *("message", "repair", "problem", "reason", "reasons", "detail", "note", "suggestion", "lost", "error_message"),
        *("why", "held_back_because", "held back because"),
    }
)
"""Columns of sentences that say what is wrong and what to do: where others are cut, these are shown whole."""
LONGEST_MESSAGE: Final = 600
_NEW_LINE: Final = "\n"


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells below the facts of a card.

    Attributes:
        columns: Names of the columns.
        rows: Cells, row by row; ``None`` is shown as an empty cell.
        caption: Text of the line that folds and unfolds the table, or ``""`` for a table that is always open.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[object]]
    caption: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a value shows of itself.

    Attributes:
        title: What the value is.
        badge: "LIVE" or "SANDBOX", whose data it is about, or ``""`` for no badge.
        about: What the title does not say, such as a name and a number of rows.
        facts: Pairs of a name and a text.
        code: Next cells to run.
        lines: Sentences below the facts.
        table: Table that both views show; the text view shows its rows only.
        details: Tables that only the HTML view shows.
        label_width: Smallest width of the facts' names in the text view, in characters.
    """

    title: str = ""
    badge: str = ""
    about: str = ""
    facts: Sequence[tuple[str, str]] = ()
    code: Sequence[str] = ()
    lines: Sequence[str] = ()
    table: Table | None = None
    details: Sequence[Table] = ()
    label_width: int = 0

    def text(self) -> str:
        """Return the card as plain text, for ``__repr__``."""
        heading = " · ".join(part for part in (self.title, self.badge, self.about) if part)
        margin = "  " if heading else ""
        facts = [*self.facts, ("try", "\n".join(self.code))] if self.code else self.facts
        width = max([self.label_width, *(len(name) for name, _ in facts)])
        next_line = "\n" + " " * (len(margin) + width + 2)
        body = [f"{name:<{width}}  {value.replace(_NEW_LINE, next_line)}" for name, value in facts]
        body += [*self.lines, *(_align(self.table.rows) if self.table else ())]
        return "\n".join([*([heading] if heading else []), *(margin + line for line in body)])

    def html(self) -> str:
        """Return the card as HTML, for ``_repr_html_``."""
        title = f"<b>{escape(self.title)}</b>" if self.title else ""
        heading = " ".join(part for part in (title, badge(self.badge), escape(self.about)) if part)
        rows = [_cell("th", escape(name)) + _cell("td", escape(value)) for name, value in self.facts]
        if self.code:
            cells = "".join(f"<div><code>{escape(cell)}</code></div>" for cell in self.code)
            rows.append(_cell("th", "try") + _cell("td", cells))
        body = [heading, _table_of(rows)]
        body += [f"<div>{escape(line)}</div>" for line in self.lines]
        body += [_table_html(table) for table in (self.table, *self.details) if table is not None and table.rows]
        return f"<div class='{NOT_MATH}' style='max-width:70em'>{''.join(body)}</div>"


class ShowsCard:
    """A value that shows itself as the card that its ``_card()`` returns."""

    __slots__ = ()

    def _card(self) -> Card:
        raise NotImplementedError

    def __repr__(self) -> str:
        return self._card().text()

    def _repr_html_(self) -> str:
        return self._card().html()


def card_of(value: ShowsCard) -> Card:
    """Return the card of a value."""
    return value._card()  # noqa: SLF001 - the public access to it


def badge(text: str) -> str:
    """Return the badge that says whose data this is, as HTML: LIVE in red, SANDBOX in blue.

    >>> "SANDBOX" in badge("SANDBOX"), badge("")
    (True, '')
    """
    if not text:
        return ""
    return f"<span style='background:{BADGE_COLORS[text]};color:#fff;padding:0 .5em;border-radius:.3em'>{text}</span>"


def escape(text: object) -> str:
    """Return a text of unknown origin as HTML that shows it and does nothing else.

    >>> escape("<img onerror=x>")
    '&lt;img onerror=x&gt;'
    """
    return html.escape(str(text))


def shorten(text: str, width: int) -> str:
    """Cut a text to a width in characters, and mark the cut.

    >>> shorten("Analytical Engines", 8)
    'Analyti…'
    """
    return text if len(text) <= width else text[: width - 1] + "…"


def shorten_cells(columns: Sequence[str], rows: Iterable[Sequence[object]], width: int) -> list[list[str | None]]:
    """Return the cells of a table as text, cut to a width; messages stay whole, since their end says what to do.

    >>> shorten_cells(["name", "message"], [["x" * 9, "not a date: write 2026-03-10"]], 4)
    [['xxx…', 'not a date: write 2026-03-10']]
    """
    widths = [LONGEST_MESSAGE if column in MESSAGES else width for column in columns]
    return [
        [None if cell is None else shorten(str(cell), most) for cell, most in zip(row, widths, strict=True)]
        for row in rows
    ]


def _align(rows: Iterable[Sequence[object]]) -> list[str]:
    cells = [[_as_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in cells]


def _table_html(table: Table) -> str:
    heads = "".join(_cell("th", escape(name)) for name in table.columns)
    rows = ["".join(_cell("td", escape(_as_text(cell))) for cell in row) for row in table.rows]
    shown = _table_of([heads, *rows])
    return f"<details open><summary>{escape(table.caption)}</summary>{shown}</details>" if table.caption else shown


def _table_of(rows: Sequence[str]) -> str:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>" if rows else ""


def _cell(tag: str, content: str) -> str:
    return f"<{tag} style='text-align:left;vertical-align:top'>{content}</{tag}>"


def _as_text(cell: object) -> str:
    return "" if cell is None else str(cell)
