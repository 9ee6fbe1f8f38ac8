"""The pieces of HTML that forms show. Text of unknown origin is escaped, and never typeset as a formula.

Colours come from the front end's theme, with a fallback for pages without one. No meaning depends on colour alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, time
from typing import Any

from pb2b_notebook.display.cards import LONGEST_MESSAGE, MESSAGES, NOT_MATH, escape
from pb2b_notebook.display.cards import badge as colored_badge
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import APIError, AuthenticationError, ProspectB2BError
from pb2b_notebook.nulls import is_null
from pb2b_notebook.upserts.target_workspace import Target
from pb2b_notebook.workspace import Workspace

# A right-to-left mark inside a value must not turn the text around it: each value is isolated.
_ISOLATED = "unicode-bidi:isolate"
_COLORS = {
    "error": "var(--jp-error-color1, #b42318)",
    "warning": "var(--jp-warn-color1, #b54708)",
    "success": "var(--jp-success-color1, #067647)",
    "info": "var(--jp-info-color1, #175cd3)",
}
_SIGNS = {"error": "✗", "warning": "!", "success": "✓", "info": "i"}
BETWEEN = " · "
"""What stands between several values of a person in one line."""
BADGE_AGAIN = "pb2b-workspace-again"
"""The class of a sandbox's badge beside a button; the app hides it, since its top stays in sight."""
LONGEST_CELL = 200
CELL_HINT = "pb2b-in-code"
APP_HINT = "pb2b-in-app"
"""The class of hints for notebooks; the app, which has no cells, hides them."""
NO_WIDGETS = (
    "This text stands where a page cannot show widgets. For the form with its buttons: open the notebook in\n"
    "JupyterLab, Notebook 7 or VS Code, run `pip install ipywidgets` there, restart the kernel and reload the page;\n"
    "or run `pb2b app`."
)
"""Text below the plain form of a widget."""
LONGEST_TITLE = 300
LONGEST_UNBROKEN = 32
"""Characters; cells that are not longer, such as times, stay on one line."""
LONGEST_WORD = 48
"""Characters; a longer word is broken anywhere."""
_CELL = "text-align:left;vertical-align:top;padding:.1em .6em"
_INVISIBLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
_MAX_HEIGHT = "32em"
"""Height of a table; a longer one scrolls, so that what is below it stays in reach."""
_PAGE = "var(--jp-layout-color1, #fff)"
_SHADE = "rgba(128,128,128,.55)"
# A shade at an edge says that there is more behind it; a cover of the colour of the page, which scrolls along, hides
# it at the end (Lea Verou, "Pure CSS scrolling shadows"). On a phone each row is a card with the names of its columns.
_TABLE_STYLE = f"""<style>
.pb2b-table {{ overflow: auto; max-height: {_MAX_HEIGHT}; background:
  linear-gradient(to right, {_PAGE} 50%, transparent) 0 0 / 3em 100% no-repeat local,
  linear-gradient(to left, {_PAGE} 50%, transparent) 100% 0 / 3em 100% no-repeat local,
  linear-gradient(to right, {_SHADE}, transparent) 0 0 / 1.2em 100% no-repeat scroll,
  linear-gradient(to left, {_SHADE}, transparent) 100% 0 / 1.2em 100% no-repeat scroll; }}
@media (max-width: 640px) {{
  .pb2b-table {{ max-height: none; background: none; }}
  .pb2b-table :is(table, caption, tbody, tr, td) {{ display: block; }}
  .pb2b-table thead, .pb2b-table td:empty {{ display: none; }}
  .pb2b-table td {{ white-space: normal !important; min-width: 0 !important; overflow-wrap: anywhere; }}
  .pb2b-table td[data-label]::before {{ content: attr(data-label) ": "; opacity: .75; }}
  .pb2b-table tr {{ border-bottom: 1px solid var(--jp-border-color2, #d0d5dd); padding: .3em 0; }}
}}
</style>"""


def text(value: object, *, most: int = 10_000) -> str:
    """Return a value as HTML that only shows it: escaped, isolated in its text direction, cut if it is very long.

    >>> text("<img onerror=x>")
    '<span style="unicode-bidi:isolate">&lt;img onerror=x&gt;</span>'
    """
    return f'<span style="{_ISOLATED}">{escape(plain(value, most=most))}</span>'


def parts(value: str) -> str:
    """Return a text of several values with points between them as HTML, each isolated in its text direction.

    A name in Arabic turns the order of a phone number beside it, if both are one text.

    >>> parts("Ada · +49 30 901820")
    '<span style="unicode-bidi:isolate">Ada</span> · <span style="unicode-bidi:isolate">+49 30 901820</span>'
    """
    return BETWEEN.join(text(part) for part in value.split(BETWEEN))


def plain(value: object, *, most: int) -> str:
    """Return a value as short text; invisible characters, such as right-to-left marks, are spelled out.

    >>> plain("Ada" + chr(0x202E) + "x" * 50, most=12)
    'Ada⟨U+202E⟩xxxxxxxx… (54 characters)'
    """
    whole = as_text(value)
    shown = _INVISIBLE.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", whole[:most])
    shown = shown.encode("utf-8", "backslashreplace").decode()
    return shown if len(whole) <= most else f"{shown}… ({len(whole):,} characters)"


def as_text(value: object) -> str:
    """Return a value as text; the midnight of a day, as spreadsheets keep days, as the day.

    >>> as_text(datetime(2026, 3, 3)), as_text(datetime(2026, 3, 3, 9, 30)), as_text(True)
    ('2026-03-03', '2026-03-03 09:30:00', 'yes')
    """
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime) and not is_null(value) and value.tzinfo is None and value.time() == time():
        return str(value.date())
    return str(value)


def people(number: int) -> str:
    """Return a number of people in words."""
    return count_text(number, "person", "people")


def edge_color(kind: str) -> str:
    """Return the colour of a kind of message."""
    return _COLORS[kind]


def badge(workspace: Workspace[Any] | Target | None) -> str:
    """Return LIVE or SANDBOX and the workspace's name, as HTML; shown wherever data can be changed."""
    if workspace is None:
        return '<span style="opacity:.8">not connected</span>'
    locked = " · read-only" if workspace.read_only else ""
    return f"{colored_badge('LIVE' if workspace.live else 'SANDBOX')} {text(workspace.name)}{locked}"


def button_badge(workspace: Workspace[Any] | Target | None) -> str:
    """Return a badge for the place beside a button that writes, where the heading may be out of sight."""
    again = "" if workspace is None or workspace.live else f' class="{BADGE_AGAIN}"'
    return wrap(f'<span style="margin:0 .6em;white-space:nowrap"{again}>→ {badge(workspace)}</span>')


def heading(title: str, about: str) -> str:
    """Return a form's title and whose data it is about, as HTML."""
    return wrap(f'<b style="font-size:1.15em">{escape(title)}</b> &nbsp; {about}')


def notice(kind: str, title: str, *paragraphs: str) -> str:
    """Return a message, announced by screen readers; ``paragraphs`` are HTML already."""
    role = "alert" if kind == "error" else "status"
    body = "".join(f"<div>{paragraph}</div>" for paragraph in paragraphs if paragraph)
    return wrap(
        f'<div role="{role}" style="border-left:4px solid {_COLORS[kind]};padding:.2em .8em;margin:.3em 0">'
        f"<b>{_SIGNS[kind]} {escape(title)}</b>{body}</div>"
    )


def cell_hint(content: str) -> str:
    """Return a hint how to continue in a cell, from HTML; the app, which has no cells, hides it."""
    return f'<span class="{CELL_HINT}">{content}</span>'


def app_hint(content: str) -> str:
    """Return a hint where to click in the app, from HTML; only the app shows it."""
    return f'<span class="{APP_HINT}" style="display:none">{content}</span>'


def status_line(kind: str, message: object) -> str:
    """Return one small line with the sign of its kind."""
    shown = text(message, most=LONGEST_MESSAGE)
    sign = f'<span style="color:{_COLORS[kind]}">{_SIGNS[kind]}</span>'
    return f'<small style="overflow-wrap:anywhere">{sign} {shown}</small>'


def failure(
    problem: BaseException,
    *,
    title: str = "",
    kind: str = "error",
    advice: str = "",
    label_of: Callable[[str], str] | None = None,
) -> str:
    """Return an error as HTML: what is wrong, what to do, and the facts that support would ask for.

    Args:
        problem: The error.
        title: What does not work because of it; by default the error's message.
        kind: Kind of notice, "error" or "warning".
        advice: What to click, for a form that is not about code; by default the repair of the error.
        label_of: Function that returns the label of a field that the service refused; "" for a field without one.
    """
    if not isinstance(problem, ProspectB2BError):
        # Its message may contain a lead's values: only its type is shown.
        return notice("error", f"{type(problem).__name__}: this is a bug of the form", "see form.error")
    details = problem.details if isinstance(problem, APIError) else ()
    labels = [label_of(d.field) if label_of and d.field else "" for d in details]
    items = "".join(
        f"<li>{f'<b>{text(label)}</b>' if label else f'<code>{text(d.field)}</code>'}: {text(d.message)}</li>"
        for d, label in zip(details, labels, strict=True)
    )
    message = f"values to correct: {', '.join(dict.fromkeys(labels))}" if labels and all(labels) else problem.message
    facts = [cell_hint(type(problem).__name__)]
    facts += [f"request_id <code>{text(problem.request_id)}</code>"] if problem.request_id else []
    facts += [f"Idempotency-Key <code>{text(problem.idempotency_key)}</code>"] if problem.idempotency_key else []
    again = "Then connect again and make a new form. What was sent is not sent again."
    return notice(
        kind,
        title or plain(message, most=LONGEST_TITLE),
        text(message) if title or len(message) > LONGEST_TITLE else "",
        *notes(problem),
        f"→ {text(advice or problem.repair)}" if advice or problem.repair else "",
        f"→ {again}" if isinstance(problem, AuthenticationError) and not advice else "",
        f"<ul style='margin:0'>{items}</ul>" if items else "",
        f"<small>{' · '.join(facts)}</small>",
    )


def notes(problem: BaseException) -> list[str]:
    """Return the notes that were added to an error, such as how much had been sent before it."""
    return [text(note) for note in getattr(problem, "__notes__", ())]


def table(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, caption: str = "") -> str:
    """Return a small table of values of unknown origin; long values are cut, and their length is shown.

    Messages are cut much later than values: their end says what to do.

    >>> "… (900 characters)" in table(["value"], [["x " * 450]])
    True
    >>> "what to do" in table(["message"], [["x " * 250 + "what to do"]])
    True
    >>> "yes" in table(["enabled"], [[True]])
    True
    """
    head = "".join(f'<th scope="col" style="{_CELL}">{text(c, most=80)}</th>' for c in columns)
    body = "".join(f"<tr>{''.join(map(_cell, row, columns))}</tr>" for row in rows)
    title = f'<caption style="text-align:left;caption-side:top">{text(caption)}</caption>' if caption else ""
    return wrap(
        f'{_TABLE_STYLE}<div class="pb2b-table" tabindex="0"><table style="border-collapse:collapse">{title}'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def _cell(value: Any, column: str) -> str:
    most = LONGEST_MESSAGE if column in MESSAGES else LONGEST_CELL
    content = "" if value is None else as_text(value)
    if len(content) <= LONGEST_UNBROKEN:
        wrapping = ";white-space:nowrap"
    elif max(map(len, content.split()), default=0) > LONGEST_WORD:
        wrapping = ";min-width:12em;max-width:36em;overflow-wrap:anywhere"
    else:
        wrapping = ""
    label = f' data-label="{escape(plain(column, most=80))}"' if column else ""
    return f'<td style="{_CELL}{wrapping}"{label}>{text(content, most=most) if content else ""}</td>'


def wrap(inner: str) -> str:
    """Return HTML that is safe already in the colours of the theme, protected from being typeset."""
    # Front ends do not set the theme's text colour on outputs: a form must use it itself.
    looks = "color:var(--jp-ui-font-color1, inherit);line-height:1.45;overflow-wrap:break-word"
    return f'<div class="{NOT_MATH}" style="{looks}">{inner}</div>'
