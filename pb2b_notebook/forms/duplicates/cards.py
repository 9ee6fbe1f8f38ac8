"""A cluster as HTML: why its rows were matched, and their values next to each other."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pb2b_notebook.cleanup.merging.members import has_value, kind_of_column
from pb2b_notebook.forms import rendering
from pb2b_notebook.forms.duplicates.clusters import Cluster, Pair, Surviving
from pb2b_notebook.forms.duplicates.decisions import Decision
from pb2b_notebook.nulls import is_null

COLUMNS_SHOWN: Final = 4
"""Members shown next to each other; the others are on further pages."""
MOST_PAIRS: Final = 6
LONGEST_WORD: Final = 20
"""Characters; a longer word is broken anywhere."""
_CERTAIN: Final = 0.999
_SIGNS: Final = {
    "differs": ("≠", "the members have different values"),
    "partly": ("◦", "only some members have a value"),
}
STYLE: Final = """<style>
.pb2b-review .pb2b-wide { overflow-x: auto; max-width: 100% }
.pb2b-review table.pb2b-cluster { border-collapse: collapse; margin: .2em 0; min-width: 60% }
.pb2b-cluster th, .pb2b-cluster td { text-align: left; vertical-align: top; padding: .15em .6em;
  border-bottom: 1px solid var(--jp-border-color2, #ddd); max-width: 24em;
  font-weight: normal }
.pb2b-cluster .pb2b-long { overflow-wrap: anywhere; min-width: 11em }
.pb2b-cluster thead th { border-bottom: 2px solid var(--jp-border-color1, #999); min-width: 8em }
.pb2b-cluster .pb2b-survives { background: var(--jp-layout-color2, #eee); min-width: 10em }
.pb2b-cluster .pb2b-differs > th, .pb2b-cluster .pb2b-differs > .pb2b-survives { font-weight: 600 }
.pb2b-cluster small { font-weight: normal }
.pb2b-cluster tbody th, .pb2b-cluster thead th:first-child { position: sticky; left: 0;
  background: var(--jp-layout-color0, #fff) }
.pb2b-cluster .pb2b-source { font-weight: 600 }
.pb2b-cluster .pb2b-out { text-decoration: line-through; opacity: .75 }
.pb2b-cluster [data-pb2b] { cursor: pointer }
.pb2b-cluster .pb2b-cursor { outline: 2px solid var(--jp-brand-color1, #175cd3); outline-offset: -2px }
.pb2b-review kbd { border: 1px solid var(--jp-border-color1, #999); border-radius: .25em; padding: 0 .35em;
  margin-right: .15em; font-family: var(--jp-code-font-family, monospace); font-size: .9em }
.pb2b-keys { color: var(--jp-ui-font-color1, inherit); border: 1px solid var(--jp-border-color2, #ddd);
  border-radius: .3em; padding: .2em .6em; line-height: 1.8; cursor: pointer }
.pb2b-keys:focus { outline: 2px solid var(--jp-brand-color1, #175cd3); outline-offset: -2px }
.pb2b-keys > b, .pb2b-keys span > span { display: inline-block; margin-right: 1em; white-space: nowrap }
.pb2b-review progress { width: 12em; vertical-align: middle }
@media (max-width: 640px) {
  .pb2b-review .pb2b-keys { display: none }
  .pb2b-cluster, .pb2b-cluster :is(thead, tbody) { display: block }
  .pb2b-cluster tr { display: grid; grid-template-columns: 1fr 1fr; padding: .3em 0 }
  .pb2b-cluster tbody tr { border-bottom: 2px solid var(--jp-border-color2, #ddd) }
  .pb2b-cluster tr > :is(th, td) { min-width: 0 !important; border-bottom: 0; overflow-wrap: anywhere;
    position: static !important }
  .pb2b-cluster tr > th:first-child, .pb2b-cluster .pb2b-survives { grid-column: 1 / -1 }
  .pb2b-cluster thead tr > :not([data-pb2b]) { display: none }
  .pb2b-cluster td[data-label]::before { content: attr(data-label) ": "; opacity: .75; font-weight: normal }
}
</style>"""
"""On a phone each field has the surviving value below it, and the members in two columns."""


@dataclass(frozen=True, slots=True)
class View:
    """What is shown of a cluster beside its own values.

    Attributes:
        decision: Decision about the cluster.
        survivor: Name of the row that survives a merge.
        surviving: Field → its value after a merge.
        field: Position of the marked field among :func:`open_fields`.
        member: Position of the marked member.
    """

    decision: Decision
    survivor: Any
    surviving: Mapping[str, Surviving]
    field: int = 0
    member: int = 0


def open_fields(cluster: Cluster) -> list[str]:
    """Return the fields with a choice: first those that differ, then those that some members lack."""
    kinds = {name: kind_of(cluster, name) for name in cluster.fields}
    return [name for kind in _SIGNS for name in cluster.fields if kinds[name] == kind]


def kind_of(cluster: Cluster, name: str) -> str:
    """Return "differs", "partly" (only some members have a value) or "same"."""
    if cluster.distinct_count(name) > 1:
        return "differs"
    kind = kind_of_column(name)
    return "partly" if not all(has_value(value, kind) for value in cluster.values[name]) else "same"


def why(cluster: Cluster) -> str:
    """Return why the rows of a cluster were matched, the least probable links first, as HTML."""
    links = [pair for pair in cluster.pairs if not pair.bridge]
    bridges = [pair for pair in cluster.pairs if pair.bridge]
    pairs = _pair_lines(links, labels(cluster))
    lines = pairs[:MOST_PAIRS] or ["a person decided that they are one"]
    lines += ["and more pairs, at least as probable"] if len(pairs) > MOST_PAIRS else []
    lines += [
        f"<b>link that was cut:</b> {line} <i>but the other rows of the two groups disagree</i>"
        for line in _pair_lines(bridges, labels(cluster))[:MOST_PAIRS]
    ]
    concern = cluster.concern()
    lines += [f"<b>look closely:</b> {rendering.text(concern)}"] if concern else []
    items = "".join(f"<li>{line}</li>" for line in lines)
    return rendering.wrap(f"<b>Why they were matched</b><ul style='margin:.1em 0 .3em 1.2em;padding:0'>{items}</ul>")


def card(cluster: Cluster, view: View) -> str:
    """Return the members of a cluster next to each other, with the surviving value of each field, as HTML."""
    shown = _columns_shown(cluster, view.member)
    names = open_fields(cluster)
    body = [_line(cluster, view, name, number, shown) for number, name in enumerate(names)]
    body += [_own_line(cluster, name, shown) for name in cluster.own]
    same = [name for name in cluster.fields if name not in names]
    alike = "; ".join(
        f"{rendering.text(cluster.label(name))}: {value_html(_first(cluster, name), most=80)}" for name in same
    )
    return rendering.wrap(
        f'<div class="pb2b-wide"><table class="pb2b-cluster">{_head(cluster, view, shown)}'
        f"<tbody>{''.join(body)}</tbody></table></div>"
        + (f"<div><b>The same in all:</b> {alike}</div>" if same else "")
    )


def labels(cluster: Cluster) -> Callable[[Any], str]:
    """Return a function that names a row on the form: a member by its number, another row by its name."""
    numbers = {row: f"#{number}" for number, row in enumerate(cluster.members, start=1)}
    return lambda row: numbers.get(row) or f"{value_html(row, most=60)} elsewhere"


def plain(value: Any, *, most: int) -> str:
    """Return a value of a lead as short text, with lists and times in readable form.

    >>> plain(["a", "b"], most=12), plain(17000.0, most=12), plain(dt.datetime(2026, 9, 21), most=12)
    ('a, b', '17000', '2026-09-21')
    >>> plain(value=False, most=12), plain(dt.datetime(2026, 9, 21, 8, tzinfo=dt.UTC), most=30)
    ('no', '2026-09-21 08:00:00 UTC')
    """
    return rendering.plain(_words(value), most=most)


def _words(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dt.datetime) and has_value(value):
        if value.tzinfo is None and value.time() == dt.time():  # pandas keeps a day as its midnight
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds").replace("+00:00", " UTC")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value) if has_value(value) else ""


def value_html(value: Any, *, most: int = rendering.LONGEST_CELL) -> str:
    """Return a value as HTML that only shows it."""
    return rendering.text(_words(value), most=most)


def percent(probability: float | None) -> str:
    """Return a probability as a percentage; a value near 1 is not rounded to 100%.

    >>> percent(0.9731), percent(0.99999), percent(None)
    ('97.3%', 'over 99.9%', '—')
    """
    if probability is None or is_null(probability):
        return "—"
    return f"over {_CERTAIN:.1%}" if probability > _CERTAIN else f"{probability:.1%}"


def _pair_lines(pairs: Sequence[Pair], label: Callable[[Any], str]) -> list[str]:
    """Return one line for all pairs with the same probability and the same reasons."""
    found: dict[tuple[str, str], list[str]] = {}
    for pair in pairs:
        alike = found.setdefault((percent(pair.probability), pair.reasons), [])
        alike.append(f"{label(pair.a)} – {label(pair.b)}")
    return [
        f"{_join_pairs(alike)}: <b>{probability}</b> {rendering.text(reasons)}"
        for (probability, reasons), alike in found.items()
    ]


def _join_pairs(alike: Sequence[str]) -> str:
    more = f" and {len(alike) - MOST_PAIRS:,} more pairs" if len(alike) > MOST_PAIRS else ""
    return f"{', '.join(alike[:MOST_PAIRS])}{more}"


def _columns_shown(cluster: Cluster, member: int) -> range:
    first = member // COLUMNS_SHOWN * COLUMNS_SHOWN
    return range(first, min(first + COLUMNS_SHOWN, len(cluster.members)))


def _head(cluster: Cluster, view: View, shown: Sequence[int]) -> str:
    of = f"members {shown[0] + 1:,} to {shown[-1] + 1:,} of {len(cluster.members):,} (← →)"
    caption = f'<caption style="text-align:left">{of}</caption>' if len(cluster.members) > len(shown) else ""
    heads = "".join(_member_head(cluster, view, at) for at in shown)
    return (
        f'{caption}<thead><tr><th scope="col"><b>Field</b></th>'
        f'<th scope="col" class="pb2b-survives"><b>Survives</b></th>{heads}</tr></thead>'
    )


def _member_head(cluster: Cluster, view: View, at: int) -> str:
    row = cluster.members[at]
    out = row in view.decision.left_out
    leaves = view.survivor in cluster.known and row not in cluster.known
    merged = "leaves the file: already a lead" if leaves else "merged into it"
    state = "left out" if out else "survives" if row == view.survivor else merged
    marked = " pb2b-cursor" if at == view.member else ""
    action = "put this member back" if out else "leave this member out"
    sign = "✗" if out else "★" if row == view.survivor else ""
    return (
        f'<th scope="col" class="{marked.strip()}" data-pb2b="member:{at}" title="{action}">'
        f"<b>#{at + 1}</b> {sign} {state}<br><small>{value_html(row, most=40)}</small></th>"
    )


def _line(cluster: Cluster, view: View, name: str, number: int, shown: Sequence[int]) -> str:
    kind = kind_of(cluster, name)
    sign, meaning = _SIGNS[kind]
    known = view.surviving.get(name)
    several = kind == "differs" and len(cluster.members) > len(shown)
    many = f" <small>{cluster.distinct_count(name):,} values</small>" if several else ""
    cells = "".join(_cell(cluster, view, name, number, at) for at in shown)
    return (
        f'<tr class="pb2b-{kind}"><th scope="row"><span title="{meaning}" aria-label="{kind}">{sign}</span> '
        f"{rendering.text(cluster.label(name), most=60)}{many}</th>"
        f'<td data-label="survives" class="pb2b-survives{" pb2b-long" if known and _is_long(known.value) else ""}">'
        f"{_survives(cluster, known)}</td>{cells}</tr>"
    )


def _survives(cluster: Cluster, known: Surviving | None) -> str:
    if known is None:
        return "<small>nothing</small>"
    label = labels(cluster)
    rows = ", ".join(label(row) for row in known.rows[:COLUMNS_SHOWN])
    more = f" and {len(known.rows) - COLUMNS_SHOWN:,} more" if len(known.rows) > COLUMNS_SHOWN else ""
    return f"{value_html(known.value)}<br><small>{rows}{more}: {rendering.text(known.why)}</small>"


def _cell(cluster: Cluster, view: View, name: str, number: int, at: int) -> str:
    row, value, known = cluster.members[at], cluster.values[name][at], view.surviving.get(name)
    source = known is not None and row in known.rows
    classes = ["pb2b-source"] if source else []
    classes += ["pb2b-cursor"] if (number, at) == (view.field, view.member) else []
    classes += ["pb2b-out"] if row in view.decision.left_out else []
    classes += ["pb2b-long"] if _is_long(value) else []
    sign = "✓&nbsp;" if source and has_value(value) else ""
    return (
        f'<td class="{" ".join(classes)}" data-label="#{at + 1}" data-pb2b="take:{number}:{at}" '
        f'title="let this value survive">{sign}{value_html(value)}</td>'
    )


def _is_long(value: Any) -> bool:
    """Return whether a word of the value is too long for a column."""
    shown = plain(value, most=rendering.LONGEST_CELL)
    return max(map(len, shown.split()), default=0) > LONGEST_WORD


def _own_line(cluster: Cluster, name: str, shown: Sequence[int]) -> str:
    cells = "".join(
        f'<td data-label="#{at + 1}"><small>{value_html(cluster.values[name][at], most=40)}</small></td>'
        for at in shown
    )
    return (
        f'<tr><th scope="row"><small>{rendering.text(cluster.label(name), most=60)}</small></th>'
        f'<td class="pb2b-survives"><small>its own</small></td>{cells}</tr>'
    )


def _first(cluster: Cluster, name: str) -> Any:
    return next(value for value in cluster.values[name] if has_value(value, kind_of_column(name)))
