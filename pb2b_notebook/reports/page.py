"""A report as an HTML page that needs no other file: no script, no font, no picture, everything escaped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.display.cards import badge, escape

if TYPE_CHECKING:
    from pb2b_notebook.reports.report import WorkspaceReport
    from pb2b_notebook.reports.sections import Section

_STYLE: Final = """
body { font: 15px/1.5 system-ui, sans-serif; color: #1f2328; max-width: 60em; margin: 2em auto; padding: 0 1em; }
h1 { font-size: 1.6em; margin: 0 0 .2em; } h2 { font-size: 1.2em; margin: 2em 0 .4em; }
p { margin: .2em 0; } .about { color: #555; } .scroll { overflow-x: auto; }
table { border-collapse: collapse; margin-top: .6em; }
th, td { padding: .25em .8em; border-bottom: 1px solid #ddd; text-align: left; }
td.text { overflow-wrap: anywhere; min-width: 7em; } td.number { white-space: nowrap; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
td.bar { min-width: 10em; } td.bar div { background: #16425b; height: .8em; }
@media print { td.bar div { print-color-adjust: exact; -webkit-print-color-adjust: exact; } }
"""


_PAGE: Final = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{title}, {label}</title>
<style>{style}</style>
</head>
<body>
<h1>{title}</h1>
<p class="about">{mark} {about}</p>
{body}
</body>
</html>
"""


def render(report: WorkspaceReport[Any]) -> str:
    """Return the page of a report."""
    mark = badge("LIVE" if report.live else "SANDBOX")
    body = "\n".join(_section(section) for section in report.sections)
    return _PAGE.format(
        title=escape(report.title), label=escape(report.period.label), about=escape(report.subtitle), mark=mark,
        style=_STYLE, body=body,
    )  # fmt: skip


def _section(section: Section) -> str:
    words = "".join(f"<p>{escape(sentence)}</p>\n" for sentence in section.words)
    return f"<h2>{escape(section.name)}</h2>\n{words}{_table(section)}"


def _table(section: Section) -> str:
    if not len(section.table):
        return ""
    names = section.table.columns
    numbers = {name for name, kind in section.table.schema.items() if kind.is_numeric()}
    bars = _bars(section)
    head = "".join(f'<th scope="col"{_class(name, numbers)}>{escape(name)}</th>' for name in names)
    rows = []
    for place, row in enumerate(section.rows()):
        cells = "".join(
            f"<td{_class(name, numbers)}>{escape(text)}</td>" for name, text in zip(names, row, strict=True)
        )
        bar = f'<td class="bar"><div style="width:{bars[place]:.0f}%"></div></td>' if bars else ""
        rows.append(f"<tr>{cells}{bar}</tr>")
    extra = "<td></td>" if bars else ""
    body = "\n".join(rows)
    return (
        f'<div class="scroll"><table>\n<thead><tr>{head}{extra}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>'
    )


def _class(name: str, numbers: set[str]) -> str:
    return ' class="number"' if name in numbers else ' class="text"'


def _bars(section: Section) -> list[float]:
    """Return the length of the bar of each row in percent of the longest; of shares, in percent."""
    if section.chart is None:
        return []
    name = section.chart.values[0]
    values = [value or 0 for value in section.table[name].to_list()]
    longest = 1.0 if name in section.shares else max(values, default=0)
    return [min(100.0, 100 * max(value, 0) / longest) if longest else 0.0 for value in values]
