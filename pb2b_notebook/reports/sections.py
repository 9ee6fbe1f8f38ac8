"""The sections of a report: pure functions from frames to tables and sentences. No cell of a lead is in them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from pb2b_notebook.display.cards import Card, ShowsCard, Table
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.plots.columns import select_columns
from pb2b_notebook.plots.meters import METERS
from pb2b_notebook.reports.periods import Period
from pb2b_notebook.reports.words import compare_counts, compare_rates, count_text, share_text
from pb2b_notebook.upserts.planning.protection import count_opted_out

MOST_GROUPS: Final = 30
"""Rows of a table of groups; the smaller groups share one row."""
MEASURES: Final = ("completeness", "validity", "consistency", "freshness")
_LEADS: Final = "ws.leads.list()"
_RUNS: Final = "ws.campaigns.runs()"
_COUNTS: Final = ("sent", "delivered", "replied", "bounced", "unsubscribed")


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture of a table.

    Attributes:
        kind: "column", "bar" or "line".
        category: Column with the names of the points.
        values: Columns with their values, one series each.
    """

    kind: str
    category: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True, repr=False)
class Section(ExportsArrow, ShowsCard):
    """A part of a report.

    Attributes:
        name: Title, and name of its sheet in a workbook.
        words: Sentences, computed from the table.
        table: Rows as a polars frame.
        shares: Columns whose values are shares from 0 to 1.
        chart: Picture of the table; ``None`` for none.
        figures: Numbers that the next report compares with, by name.
        missing: Why the section is empty, if it could not be read; otherwise "".
    """

    MAIN_TABLE = "table"

    name: str
    words: tuple[str, ...]
    table: pl.DataFrame
    shares: frozenset[str] = frozenset()
    chart: Chart | None = None
    figures: Mapping[str, float] | None = None
    missing: str = ""

    def rows(self) -> list[list[str]]:
        """Return the cells of the table as text."""
        return [
            [cell_text(value, share=name in self.shares) for name, value in zip(self.table.columns, row, strict=True)]
            for row in self.table.iter_rows()
        ]

    def _card(self) -> Card:
        return Card(
            title=self.name, lines=self.words, table=Table(self.table.columns, [self.table.columns, *self.rows()])
        )

    def _repr_html_(self) -> str:
        return replace(self._card(), table=Table(self.table.columns, self.rows())).html()


def cell_text(value: Any, *, share: bool = False) -> str:
    """Return a value of a table as text for people.

    >>> cell_text(1200), cell_text(0.123, share=True), cell_text(None), cell_text("Ada")
    ('1,200', '12%', '', 'Ada')
    """
    if value is None:
        return ""
    if share:
        return share_text(value)
    return f"{value:,.0f}" if isinstance(value, int | float) else str(value)


def missing_section(name: str, reason: str) -> Section:
    """Return a section that says why it is empty."""
    return Section(name, (f"Not in this report: {reason}.",), pl.DataFrame(), missing=reason)


def new_leads(leads: Any, period: Period) -> Section:
    """Return the new leads of each day; leads that were deleted since are not among them.

    Args:
        leads: Frame of ``ws.leads.list()``.
        period: Period of the report.
    """
    created = select_columns(leads, _LEADS, times=["created_at"])
    now, before = (len(_within(created, "created_at", span)) for span in (period, period.before))
    zone = str(period.zone)
    days = _within(created, "created_at", period).select(
        day=pl.col("created_at").dt.convert_time_zone(zone).dt.date() if len(created) else pl.lit(None, pl.Date)
    )
    counted = dict(days.group_by("day").len().iter_rows())
    table = pl.DataFrame(
        {"day": period.days, "new leads": [counted.get(day, 0) for day in period.days]},
        schema={"day": pl.Date, "new leads": pl.Int64},
    )
    words = [compare_counts(now, before, "new lead", "new leads", f"in the {period.noun} before")]
    if now:
        most = max(counted.values())
        busiest = [str(day) for day in period.days if counted.get(day) == most]
        if len(busiest) == 1 and len(period.days) > 1:
            words.append(f"The busiest day was {busiest[0]}, with {most:,}.")
    return Section(
        "New leads", tuple(words), table, chart=Chart("column", "day", ("new leads",)), figures={"new leads": now}
    )


def new_leads_by(leads: Any, column: str, title: str, period: Period) -> Section:
    """Return the new leads of each group, with those of the period before.

    Args:
        leads: Frame of ``ws.leads.list()``.
        column: Column to group by, such as "source".
        title: What the groups are, such as "source".
        period: Period of the report.
    """
    table = select_columns(leads, _LEADS, times=["created_at"], texts=[column], optional=[column])
    named = table.with_columns(pl.col(column).str.strip_chars().replace("", None).fill_null(f"no {title}"))
    counts = [
        dict(_within(named, "created_at", span)[column].value_counts().iter_rows()) for span in (period, period.before)
    ]
    groups = sorted(
        {*counts[0], *counts[1]}, key=lambda group: (-counts[0].get(group, 0), -counts[1].get(group, 0), group)
    )
    rows = [(group, counts[0].get(group, 0), counts[1].get(group, 0)) for group in groups]
    if len(rows) > MOST_GROUPS:
        rest = rows[MOST_GROUPS - 1 :]
        rows = [*rows[: MOST_GROUPS - 1], (f"{len(rest):,} others", sum(r[1] for r in rest), sum(r[2] for r in rest))]
    when = f"{period.noun} before"
    shown = pl.DataFrame(
        [(group, now, before, now - before) for group, now, before in rows],
        schema={title: pl.String, "new leads": pl.Int64, when: pl.Int64, "change": pl.Int64},
        orient="row",
    )
    return Section(
        f"New leads by {title}", _words_of_groups(counts[0], counts[1], title, period), shown,
        chart=Chart("bar", title, ("new leads", when)),
    )  # fmt: skip


def _words_of_groups(now: Mapping[str, int], before: Mapping[str, int], title: str, period: Period) -> tuple[str, ...]:
    """Return which group brought most, and which one brought none after some before."""
    total = sum(now.values())
    if not total:
        return (f"No new leads in this {period.noun}.",)
    without = f"no {title}"
    named = {group: number for group, number in now.items() if group != without}
    most = max(named.values(), default=0)
    leading = [group for group, number in named.items() if number == most]
    words = []
    if len(leading) == 1:
        words.append(f"The most frequent {title} is {leading[0]}: {most:,} of {total:,} ({share_text(most / total)}).")
    known = {group: number for group, number in before.items() if group != without and group not in now}
    if known:
        lost = max(known, key=lambda group: (known[group], group))
        words.append(f"None have the {title} {lost}, which {known[lost]:,} had in the {period.noun} before.")
    if number := now.get(without):
        words.append(f"{number:,} of {total:,} {'has' if number == 1 else 'have'} no {title}.")
    return tuple(words)


def replies(runs: Any, period: Period) -> Section:
    """Return sent messages and reply rates by campaign, of the campaign runs that started in the period.

    Args:
        runs: Frame of ``ws.campaigns.runs()``.
        period: Period of the report.
    """
    table = select_columns(
        runs, _RUNS, times=["started_at"], numbers=_COUNTS, texts=["campaign_name", "campaign_id"],
        optional=["campaign_name", "bounced", "unsubscribed"],
    )  # fmt: skip
    name = pl.coalesce("campaign_name", "campaign_id").fill_null("unknown").alias("campaign")
    table = table.with_columns(name, *(pl.col(column).fill_null(0).cast(pl.Int64) for column in _COUNTS))
    now, before = (_within(table, "started_at", span) for span in (period, period.before))
    rate = pl.when((pl.col("delivered") > 0) & (pl.col("replied") <= pl.col("delivered"))).then(
        pl.col("replied") / pl.col("delivered")
    )
    by_campaign = now.group_by("campaign").agg(pl.len().alias("runs").cast(pl.Int64), pl.col(_COUNTS).sum())
    earlier = before.group_by("campaign").agg(pl.col("replied", "delivered").sum())
    when = f"rate in the {period.noun} before"
    earlier = earlier.select("campaign", rate.alias(when))
    shown = (
        by_campaign.with_columns(rate.alias("reply rate"))
        .join(earlier, on="campaign", how="left")
        .sort("sent", "campaign", descending=[True, False])
    )
    sums, sums_before = ({column: int(frame[column].sum()) for column in _COUNTS} for frame in (now, before))
    when_before = f"in the {period.noun} before"
    words = [
        compare_counts(sums["sent"], sums_before["sent"], "message sent", "messages sent", when_before),
        compare_rates(
            (sums["replied"], sums["delivered"]), (sums_before["replied"], sums_before["delivered"]), when_before
        ),
    ]  # fmt: skip
    if sums["bounced"] and sums["sent"]:
        share = share_text(sums["bounced"] / sums["sent"])
        words.append(f"{count_text(sums['bounced'], 'message', 'messages')} bounced ({share}).")
    if sums["unsubscribed"]:
        words.append(f"{count_text(sums['unsubscribed'], 'lead', 'leads')} unsubscribed.")
    return Section(
        "Reply rates", tuple(words), shown, shares=frozenset({"reply rate", when}),
        chart=Chart("bar", "campaign", ("reply rate",)),
        figures={"messages sent": sums["sent"], "replies": sums["replied"]},
    )  # fmt: skip


def usage(snapshot: Any, last: Mapping[str, float]) -> Section:
    """Return how much of the plan is used, now and in the last report.

    Args:
        snapshot: Frame of ``ws.billing.snapshot()``.
        last: Figures of the last report.
    """
    numbers = [column for meter in METERS.values() for column in (meter.used, meter.limit)]
    table = select_columns(snapshot, "ws.billing.snapshot()", numbers=numbers, optional=numbers).tail(1)
    rows, words, figures = [], [], {}
    for meter in METERS.values():
        used, limit = (table[column].to_list()[0] if len(table) else None for column in (meter.used, meter.limit))
        if used is None:
            continue
        share = used / limit if limit else None
        of = f" of {limit:,.0f} ({share_text(share)})" if limit and share is not None else ", without a limit"
        words.append(f"{meter.title.capitalize()}: {used:,.0f}{of}.")
        if share is not None and share >= 1:
            words.append(f"The limit of {meter.title} is reached.")
        figures[f"used: {meter.title}"] = used
        rows.append((meter.title, used, limit, share, last.get(f"used: {meter.title}")))
    shown = pl.DataFrame(
        rows,
        schema={"what": pl.String, "used": pl.Int64, "limit": pl.Int64, "share": pl.Float64, "last report": pl.Int64},
        orient="row",
    )
    return Section(
        "Usage of the plan", tuple(words or ["The service reports no usage."]), shown, shares=frozenset({"share"}),
        chart=Chart("bar", "what", ("share",)), figures=figures,
    )  # fmt: skip


def quality(
    measured: Any,
    leads: pl.DataFrame,
    last: Mapping[str, float],
    *,
    labels: Mapping[str, str] = MappingProxyType({}),
    harmless: Collection[str] = (),
    opted_out: Collection[str] = (),
) -> Section:
    """Return the measures of the lead fields, and those of the last report.

    Args:
        measured: Table of :func:`pb2b_notebook.cleanup.report`.
        leads: The leads that were measured.
        last: Figures of the last report.
        labels: Column of leads → label of its field, for people.
        harmless: Status words of the service that mean no opt-out, as a user explained them.
        opted_out: Status words of the service that mean an opt-out.
    """
    table = measured.select("field", "filled", *MEASURES)
    total, (out, unclear) = len(leads), count_opted_out(leads, harmless, opted_out)
    words = [compare_counts(total, last.get("leads"), "lead", "leads", "in the last report")]
    figures: dict[str, float] = {"leads": total, "opted out": out}
    if total:
        gone = count_text(out, "lead has", "leads have").capitalize()
        words.append(f"{gone} opted out or bounced ({share_text(out / total)}).")
    if unclear:
        others = count_text(unclear, "lead has a status", "leads have a status")
        words.append(f"{others} that our contract does not know: explain it with ws.explain_statuses(…).")
    overall = table.filter(pl.col("field") == "all fields").to_dicts()
    for name in MEASURES if overall else ():
        value = overall[0][name]
        if value is None:
            continue
        figures[name] = value
        then = last.get(name)
        was = "" if then is None else f"; {then:.1%} in the last report"
        words.append(f"{name.capitalize()}: {value:.1%}{was}.")
    named = table.with_columns(pl.col("field").replace(labels))
    return Section(
        "Data quality", tuple(words), named, shares=frozenset(MEASURES),
        chart=Chart("bar", "field", ("completeness", "validity")), figures=figures,
    )  # fmt: skip


def duplicates(sizes: Sequence[int], last: Mapping[str, float]) -> Section:
    """Return how many leads are probably there more than once.

    Args:
        sizes: Number of leads of each cluster.
        last: Figures of the last report.
    """
    spare = sum(sizes) - len(sizes)
    counted: dict[int, int] = {}
    for size in sizes:
        counted[size] = counted.get(size, 0) + 1
    table = pl.DataFrame(
        [(size, number, (size - 1) * number) for size, number in sorted(counted.items())],
        schema={"leads of one person": pl.Int64, "people": pl.Int64, "leads too many": pl.Int64},
        orient="row",
    )
    words = (
        compare_counts(
            len(sizes), last.get("people more than once"), "person is probably there more than once",
            "people are probably there more than once", "in the last report",
        ),
        f"That is {count_text(spare, 'lead', 'leads')} too many." if spare else "",
    )  # fmt: skip
    return Section(
        "Duplicates", tuple(filter(None, words)), table, chart=Chart("column", "leads of one person", ("people",)),
        figures={"people more than once": len(sizes)},
    )  # fmt: skip


def changes(sections: Sequence[Section], last: Mapping[str, float], since: str) -> Section:
    """Return how the figures differ from those of the last report.

    Args:
        sections: The sections of this report.
        last: Figures of the last report; empty for the first one.
        since: Period of the last report, such as "2026-W09"; "" for the first one.
    """
    figures = {name: value for section in sections for name, value in (section.figures or {}).items()}
    shares = [name for name in figures if name in MEASURES]
    counts = [name for name in figures if name not in MEASURES]
    schema = {"figure": pl.String, "now": pl.Int64, "last report": pl.Int64, "change": pl.Int64}
    rows = [
        (
            name,
            round(figures[name]),
            None if name not in last else round(last[name]),
            None if name not in last else round(figures[name]) - round(last[name]),
        )
        for name in counts
    ]
    table = pl.DataFrame(rows, schema=schema, orient="row")
    if not since:
        words = ["This is the first saved report of this kind on this machine: there is nothing to compare with."]
    else:
        changed = [row for row in rows if row[3]]
        words = [f"Compared with the report of {since}: {count_text(len(changed), 'figure', 'figures')} changed."]
        words += [
            f"{name.capitalize()}: {figures[name]:.1%}, {last[name]:.1%} then."
            for name in shares
            if name in last and f"{figures[name]:.1%}" != f"{last[name]:.1%}"
        ]
    return Section("Since the last report", tuple(words), table)


def _within(table: Any, column: str, period: Period) -> Any:
    """Return the rows whose time is in a period; a time without a zone counts as UTC."""
    zone = getattr(table.schema[column], "time_zone", None)
    time = pl.col(column) if zone else pl.col(column).dt.replace_time_zone("UTC")
    return table.with_columns(time).filter(time.is_between(pl.lit(period.start), pl.lit(period.end), closed="left"))
