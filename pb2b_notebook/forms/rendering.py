"""The pieces of HTML that forms show. Everything that is not ours is escaped, and kept from being typeset.

Colours are those of the front end's theme, with a fallback for pages that have none; nothing is told by colour alone.
"""

from __future__ import annotations

import html
from typing import TYPE_CHECKING, Any

from pb2b_notebook.display import NOT_MATH
from pb2b_notebook.errors import APIError, ProspectB2BError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pb2b_notebook.upserts.targets import Target
    from pb2b_notebook.workspace import Workspace

# Right-to-left marks inside a value must not turn the text around it: isolate each value.
_ISOLATED = "unicode-bidi:isolate"
_EDGES = {
    "error": "var(--jp-error-color1, #b42318)",
    "warning": "var(--jp-warn-color1, #b54708)",
    "success": "var(--jp-success-color1, #067647)",
    "info": "var(--jp-info-color1, #175cd3)",
}
_SIGNS = {"error": "✗", "warning": "!", "success": "✓", "info": "i"}
LONGEST_CELL = 200
UNBROKEN = 32
"""Characters: shorter cells, such as times, stay on one line."""
LONGEST_WORD = 48
"""Characters: a longer one is broken anywhere."""
_CELL = "text-align:left;vertical-align:top;padding:.1em .6em"


def text(value: object, *, most: int = 10_000) -> str:
    """A value as inert text: escaped, isolated from its surroundings' direction, cut when it is very long.

    >>> text("<img onerror=x>")
    '<span style="unicode-bidi:isolate">&lt;img onerror=x&gt;</span>'
    """
    shown = str(value)
    shown = shown if len(shown) <= most else f"{shown[:most]}… ({len(shown):,} characters)"
    return f'<span style="{_ISOLATED}">{html.escape(shown)}</span>'


def edge(kind: str) -> str:
    """The colour of a kind of message, for what stands beside its sign or word."""
    return _EDGES[kind]


def badge(workspace: Workspace | Target | None) -> str:
    """LIVE or SANDBOX, and whose data: in sight wherever something can be launched."""
    if workspace is None:
        return '<span style="opacity:.8">not connected</span>'
    name, color = ("LIVE", "#b42318") if workspace.live else ("SANDBOX", "#175cd3")
    locked = " · read-only" if workspace.read_only else ""
    return (
        f'<span style="background:{color};color:#fff;padding:0 .5em;border-radius:.3em;font-weight:600">{name}</span>'
        f" {text(workspace.name)}{locked}"
    )


def heading(title: str, workspace: Workspace | Target | None) -> str:
    """A form's title and badge."""
    return inside(f'<b style="font-size:1.15em">{html.escape(title)}</b> &nbsp; {badge(workspace)}')


def notice(kind: str, title: str, *paragraphs: str) -> str:
    """A message of ours; ``paragraphs`` are HTML already. A screen reader is told of it."""
    role = "alert" if kind == "error" else "status"
    body = "".join(f"<div>{one}</div>" for one in paragraphs if one)
    return inside(
        f'<div role="{role}" style="border-left:4px solid {_EDGES[kind]};padding:.2em .8em;margin:.3em 0">'
        f"<b>{_SIGNS[kind]} {html.escape(title)}</b>{body}</div>"
    )


def marked(kind: str, told: object) -> str:
    """One line with the sign of its kind."""
    return f'<small><span style="color:{_EDGES[kind]}">{_SIGNS[kind]}</span> {text(told)}</small>'


def failure(problem: BaseException) -> str:
    """An error with what was refused, why, its request_id and the repair."""
    if not isinstance(problem, ProspectB2BError):
        # Its message may hold anything, a lead's values too: its type has to do.
        return notice("error", f"{type(problem).__name__}: this is a bug of the form", "see form.error")
    details = problem.details if isinstance(problem, APIError) else ()
    items = "".join(f"<li><code>{text(d.field)}</code>: {text(d.message)}</li>" for d in details)
    facts = [f"request_id <code>{text(problem.request_id)}</code>"] if problem.request_id else []
    facts += [f"Idempotency-Key <code>{text(problem.idempotency_key)}</code>"] if problem.idempotency_key else []
    return notice(
        "error",
        type(problem).__name__,
        text(problem.message),
        *notes(problem),
        f"→ {text(problem.repair)}" if problem.repair else "",
        f"<ul style='margin:0'>{items}</ul>" if items else "",
        f"<small>{' · '.join(facts)}</small>" if facts else "",
    )


def notes(problem: BaseException) -> list[str]:
    """What was added to an error on its way, such as how much had been sent before."""
    return [text(one) for one in getattr(problem, "__notes__", ())]


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, caption: str = "") -> str:
    """A small table of untrusted values. Long values are cut, with their length."""
    head = "".join(f'<th scope="col" style="{_CELL}">{text(c, most=80)}</th>' for c in columns)
    body = "".join(f"<tr>{''.join(_cell(v) for v in row)}</tr>" for row in rows)
    title = f'<caption style="text-align:left;caption-side:top">{text(caption)}</caption>' if caption else ""
    return inside(
        f'<div style="overflow-x:auto"><table style="border-collapse:collapse">{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: Any) -> str:
    told = "" if value is None else str(value)
    if len(told) <= UNBROKEN:
        wrapping = ";white-space:nowrap"
    elif max(map(len, told.split()), default=0) > LONGEST_WORD:
        wrapping = ";max-width:36em;overflow-wrap:anywhere"
    else:
        wrapping = ""
    return f'<td style="{_CELL}{wrapping}">{text(told, most=LONGEST_CELL) if told else ""}</td>'


def inside(inner: str) -> str:
    """HTML that is safe already, in the colours of the theme and not typeset."""
    # Front ends leave the theme's colour to each output; a form's own text must follow it too.
    return f'<div class="{NOT_MATH}" style="color:var(--jp-ui-font-color1, inherit);line-height:1.45">{inner}</div>'
