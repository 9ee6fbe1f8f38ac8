"""The pieces of HTML that forms show. Everything that is not ours is escaped, and kept from being typeset.

Colours are those of the front end's theme, with a fallback for pages that have none; nothing is told by colour alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pb2b_notebook.display.cards import NOT_MATH, escape
from pb2b_notebook.display.cards import badge as colored_badge
from pb2b_notebook.errors import APIError, AuthenticationError, ProspectB2BError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pb2b_notebook.upserts.target import Target
    from pb2b_notebook.workspace import Workspace

# Right-to-left marks inside a value must not turn the text around it: isolate each value.
_ISOLATED = "unicode-bidi:isolate"
_COLORS = {
    "error": "var(--jp-error-color1, #b42318)",
    "warning": "var(--jp-warn-color1, #b54708)",
    "success": "var(--jp-success-color1, #067647)",
    "info": "var(--jp-info-color1, #175cd3)",
}
_SIGNS = {"error": "✗", "warning": "!", "success": "✓", "info": "i"}
LONGEST_CELL = 200
CELL_HINT = "pb2b-in-code"
"""The class of what speaks to somebody who has cells."""
LONGEST_TITLE = 300
LONGEST_UNBROKEN = 32
"""Characters: shorter cells, such as times, stay on one line."""
LONGEST_WORD = 48
"""Characters: a longer one is broken anywhere."""
_CELL = "text-align:left;vertical-align:top;padding:.1em .6em"
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MAX_HEIGHT = "32em"
"""Of a table: a longer one scrolls, so that what stands below it stays within reach."""


def text(value: object, *, most: int = 10_000) -> str:
    """A value as inert text: escaped, isolated from its surroundings' direction, cut when it is very long.

    >>> text("<img onerror=x>")
    '<span style="unicode-bidi:isolate">&lt;img onerror=x&gt;</span>'
    """
    return f'<span style="{_ISOLATED}">{escape(plain(value, most=most))}</span>'


def plain(value: object, *, most: int) -> str:
    """A value as short text: what is not seen, such as marks that turn the direction of reading, is spelled out.

    >>> plain("Ada" + chr(0x202E) + "x" * 50, most=12)
    'Ada⟨U+202E⟩xxxxxxxx… (54 characters)'
    """
    told = str(value)
    seen = _INVISIBLE.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", told[:most])
    seen = seen.encode("utf-8", "backslashreplace").decode()
    return seen if len(told) <= most else f"{seen}… ({len(told):,} characters)"


def edge_color(kind: str) -> str:
    """The colour of a kind of message, for what stands beside its sign or word."""
    return _COLORS[kind]


def badge(workspace: Workspace | Target | None) -> str:
    """LIVE or SANDBOX, and whose data: in sight wherever something can be launched."""
    if workspace is None:
        return '<span style="opacity:.8">not connected</span>'
    locked = " · read-only" if workspace.read_only else ""
    return f"{colored_badge('LIVE' if workspace.live else 'SANDBOX')} {text(workspace.name)}{locked}"


def button_badge(workspace: Workspace | Target | None) -> str:
    """A badge beside a button that writes: the heading of a long form is out of sight there."""
    return wrap(f'<span style="margin:0 .6em;white-space:nowrap">→ {badge(workspace)}</span>')


def heading(title: str, about: str) -> str:
    """A form's title, and whose data it is about, as HTML."""
    return wrap(f'<b style="font-size:1.15em">{escape(title)}</b> &nbsp; {about}')


def notice(kind: str, title: str, *paragraphs: str) -> str:
    """A message of ours; ``paragraphs`` are HTML already. A screen reader is told of it."""
    role = "alert" if kind == "error" else "status"
    body = "".join(f"<div>{one}</div>" for one in paragraphs if one)
    return wrap(
        f'<div role="{role}" style="border-left:4px solid {_COLORS[kind]};padding:.2em .8em;margin:.3em 0">'
        f"<b>{_SIGNS[kind]} {escape(title)}</b>{body}</div>"
    )


def cell_hint(said: str) -> str:
    """How one goes on in a cell, HTML already; where there are no cells, in the app, it is not shown."""
    return f'<span class="{CELL_HINT}">{said}</span>'


def status_line(kind: str, told: object) -> str:
    """One line with the sign of its kind."""
    shown = text(told, most=LONGEST_CELL)
    sign = f'<span style="color:{_COLORS[kind]}">{_SIGNS[kind]}</span>'
    return f'<small style="overflow-wrap:anywhere">{sign} {shown}</small>'


def failure(problem: BaseException, *, title: str = "", kind: str = "error") -> str:
    """An error: what is wrong and what to do about it; small below, what somebody who helps would ask for.

    Args:
        problem: the error.
        title: what it keeps from working, where that is not all; by default its message.
        kind: of notice.
    """
    if not isinstance(problem, ProspectB2BError):
        # Its message may hold anything, a lead's values too: its type has to do.
        return notice("error", f"{type(problem).__name__}: this is a bug of the form", "see form.error")
    details = problem.details if isinstance(problem, APIError) else ()
    items = "".join(f"<li><code>{text(d.field)}</code>: {text(d.message)}</li>" for d in details)
    facts = [type(problem).__name__]
    facts += [f"request_id <code>{text(problem.request_id)}</code>"] if problem.request_id else []
    facts += [f"Idempotency-Key <code>{text(problem.idempotency_key)}</code>"] if problem.idempotency_key else []
    again = "then connect again and make this form anew; what was sent stays sent, and is not sent twice"
    return notice(
        kind,
        title or plain(problem.message, most=LONGEST_TITLE),
        text(problem.message) if title or len(problem.message) > LONGEST_TITLE else "",
        *notes(problem),
        f"→ {text(problem.repair)}" if problem.repair else "",
        f"→ {again}" if isinstance(problem, AuthenticationError) else "",
        f"<ul style='margin:0'>{items}</ul>" if items else "",
        f"<small>{' · '.join(facts)}</small>",
    )


def notes(problem: BaseException) -> list[str]:
    """What was added to an error on its way, such as how much had been sent before."""
    return [text(one) for one in getattr(problem, "__notes__", ())]


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, caption: str = "") -> str:
    """A small table of untrusted values. Long values are cut, with their length."""
    head = "".join(f'<th scope="col" style="{_CELL}">{text(c, most=80)}</th>' for c in columns)
    body = "".join(f"<tr>{''.join(_cell(v) for v in row)}</tr>" for row in rows)
    title = f'<caption style="text-align:left;caption-side:top">{text(caption)}</caption>' if caption else ""
    return wrap(
        f'<div style="overflow:auto;max-height:{_MAX_HEIGHT}"><table style="border-collapse:collapse">{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: Any) -> str:
    told = "" if value is None else str(value)
    if len(told) <= LONGEST_UNBROKEN:
        wrapping = ";white-space:nowrap"
    elif max(map(len, told.split()), default=0) > LONGEST_WORD:
        wrapping = ";max-width:36em;overflow-wrap:anywhere"
    else:
        wrapping = ""
    return f'<td style="{_CELL}{wrapping}">{text(told, most=LONGEST_CELL) if told else ""}</td>'


def wrap(inner: str) -> str:
    """HTML that is safe already, in the colours of the theme and not typeset."""
    # Front ends leave the theme's colour to each output; a form's own text must follow it too.
    looks = "color:var(--jp-ui-font-color1, inherit);line-height:1.45;overflow-wrap:break-word"
    return f'<div class="{NOT_MATH}" style="{looks}">{inner}</div>'
