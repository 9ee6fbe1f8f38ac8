"""The rows of a plan for the review: one table to filter and search, and each row as HTML.

Once the plan has been applied, the outcome of each row is shown beside what was planned.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Final

from pb2b_notebook.display.cards import escape
from pb2b_notebook.forms import rendering
from pb2b_notebook.forms.known_fields import in_words, label_of
from pb2b_notebook.forms.paging import filter_choices, searchable
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts.outcomes import Outcome
from pb2b_notebook.upserts.planning.decisions import WRITES
from pb2b_notebook.upserts.planning.reasons import MERGE_OR_DROP
from pb2b_notebook.upserts.plans import Plan

CHANGED_UPSTREAM: Final = "changed_upstream"
"""Code of a conflict that the user may decide: the lead has changed since the row was read."""
SUPPRESSED_ROW: Final = "suppressed"
"""Code of a row that looks like a person who opted out."""
_KINDS: Final = {
    "create": "success",
    "update": "info",
    "delete": "error",
    "unchanged": "",
    "invalid": "error",
    "conflict": "warning",
}
_RESULT_KINDS: Final = {"succeeded": "success", "failed": "error", "conflict": "warning", "needs_review": "warning"}
_MOST: Final = 300
"""Characters of a value that are shown; ``plan.diff`` has the whole value."""
_MERGE_OR_DROP: Final = "merge them first, with the form Find duplicates"
_CELL: Final = "text-align:left;vertical-align:top;padding:0 .6em 0 0;overflow-wrap:anywhere"


_NAME: Final = "font-weight:normal;min-width:8em;overflow-wrap:break-word"


@dataclass(frozen=True, eq=False)
class PlanRows:
    """A plan and its outcome, row by row.

    Attributes:
        plan: The plan, with nothing left out.
        outcome: Outcome of its latest application; ``None`` before.
    """

    plan: Plan
    outcome: Outcome | None = None

    @cached_property
    def table(self) -> pl.DataFrame:
        """For each row: action, code, field (changed or wrong fields), changes, who, outcome and text."""
        rows = self.plan.decisions.rows.select("row", "action", "code", "reason", "lead_id")
        details = self._changes.join(self._problems, on="row", how="full", coalesce=True).select(
            "row",
            "changes",
            field=pl.concat_list(pl.col("changed", "wrong").fill_null([])).list.unique(maintain_order=True),
            detail=pl.concat_str("values", "messages", separator="\n", ignore_nulls=True),
        )
        ends, messages = self._results
        whole = rows.join(details, on="row", how="left", maintain_order="left").with_columns(
            pl.col("changes").fill_null(0),
            pl.Series("who", self.who, dtype=pl.String),
            pl.Series("outcome", ends, dtype=pl.String),
        )
        searched = [whole[name] for name in ("who", "lead_id", "action", "code", "reason", "detail")]
        return whole.with_columns(searchable(*searched, messages)).drop("detail")

    @cached_property
    def who(self) -> list[str]:
        """The name and the match value of each row, or its lead id."""
        rows = self.plan.decisions.rows
        names: Any = [None] * rows.height
        if self.plan.basis is not None and "full_name" in self.plan.basis.desired.values.columns:
            names = self.plan.basis.desired.values["full_name"].cast(pl.String)
        pairs = zip(names, rows["match"], rows["lead_id"], strict=True)
        return [" · ".join(filter(None, (name, match))) or lead_id or "" for name, match, lead_id in pairs]

    @cached_property
    def writable(self) -> frozenset[int]:
        """Rows that would be written."""
        rows = self.plan.decisions.rows
        return frozenset(rows.filter(pl.col("action").is_in(WRITES))["row"].to_list())

    @cached_property
    def changed_upstream(self) -> frozenset[int]:
        """Rows whose leads have changed since they were read, and that the user may overwrite."""
        if self.plan.basis is None:
            return frozenset()
        return frozenset(self.plan.decisions.rows.filter(pl.col("code") == CHANGED_UPSTREAM)["row"].to_list())

    @cached_property
    def suppressed(self) -> frozenset[int]:
        """Rows that look like people who opted out, and that the user may create all the same."""
        return frozenset(self.plan.decisions.rows.filter(pl.col("code") == SUPPRESSED_ROW)["row"].to_list())

    def fields_of(self, row: int) -> list[str]:
        """Return the fields of a row that change or are wrong."""
        named: list[str] | None = self.table.row(row, named=True)["field"]
        return named or []

    def choices(self) -> dict[str, dict[str, Any]]:
        """Return the choices of the filters, with the number of rows of each."""
        table = self.table
        fields = table["field"].explode().to_list()
        names = {name: self._label(name) for name in {*fields} - {None}}
        ends = {one: one.replace("_", " ") for one in table["outcome"].drop_nulls().unique()}
        return {
            "action": filter_choices(table["action"].to_list()),
            "field": filter_choices(fields, names),
            "outcome": filter_choices(table["outcome"].to_list(), ends),
        }

    def html(self, row: int) -> str:
        """Return what is planned for a row, and its outcome, as HTML."""
        _, action, _, reason, lead_id = self.table.row(row)[:5]
        head = f"<b>{_chip(action)}</b> {rendering.text(self.who[row] or 'no name', most=_MOST)}"
        head += f" <small>{rendering.text(lead_id)}</small>" if lead_id else ""
        parts = [f"<div>{head}</div>"]
        if reason:
            parts.append(f"<div><small>{rendering.text(reason.replace(MERGE_OR_DROP, _MERGE_OR_DROP))}</small></div>")
        parts += [f"<div>{line}</div>" for line in self._problem_lines(row)]
        parts.append(self._diff(row))
        parts.append(self._outcome_html(row))
        return rendering.wrap("".join(parts))

    # --- the pieces -------------------------------------------------------------------------------------------------

    def _label(self, name: str) -> str:
        """Return how the form names a field: by its label in the workspace."""
        field = self.plan.decisions.fields.get(name)
        return (field.label if field is not None else None) or label_of(name)

    def _value(self, name: str, value: str | None) -> str:
        """Return a value of a field as HTML; a dash for none."""
        words = in_words(value, self.plan.decisions.fields.get(name))
        return '<span style="opacity:.75">—</span>' if words is None else rendering.text(words, most=_MOST)

    @cached_property
    def _changes(self) -> pl.DataFrame:
        """By row: changed fields, their number, and all their values as one text."""
        values = pl.concat_str("field", "before", "after", separator="\n", ignore_nulls=True)
        return self.plan.differences.group_by("row", maintain_order=True).agg(
            changed="field", changes=pl.len().cast(pl.Int64), values=values.str.join("\n")
        )

    @cached_property
    def _problems(self) -> pl.DataFrame:
        """By row: fields with problems, and the messages as one text."""
        rows = [(one.row, one.field, f"{one.field} {one.code} {one.message}") for one in self.plan.cell_problems]
        kinds = {"row": pl.Int64, "field": pl.String, "message": pl.String}
        found = pl.DataFrame(rows, schema=kinds, orient="row").group_by("row", maintain_order=True)
        return found.agg(wrong=pl.col("field").drop_nulls(), messages=pl.col("message").str.join("\n"))

    @property
    def _results(self) -> tuple[Sequence[str | None], Sequence[str | None]]:
        """Status and message of each row; ``None`` before the plan was applied."""
        if self.outcome is None:
            nothing = [None] * len(self.plan)
            return nothing, nothing
        return self.outcome.table["status"].to_list(), self.outcome.table["message"].to_list()

    @cached_property
    def _problems_by_row(self) -> Mapping[int, list[Any]]:
        found: dict[int, list[Any]] = defaultdict(list)
        for one in self.plan.cell_problems:
            found[one.row].append(one)
        return found

    @cached_property
    def _theirs(self) -> dict[int, list[tuple[str, str | None]]]:
        """Row → fields and current values of a lead that was changed after the plan was made."""
        found: dict[int, list[tuple[str, str | None]]] = defaultdict(list)
        if self.outcome is not None:
            for row, field, _, theirs in self.outcome.conflicting.iter_rows():
                found[row].append((field, theirs))
        return found

    def _problem_lines(self, row: int) -> list[str]:
        lines = []
        for one in self._problems_by_row.get(row, ()):
            suggestion = f"; did you mean {one.suggestion}?" if one.suggestion else ""
            kind = one.severity if one.severity in {"error", "warning"} else "info"
            lines.append(
                rendering.status_line(
                    kind, f"{self._label(one.field) if one.field else 'row'}: {one.message}{suggestion}"
                )
            )
        return lines

    def _diff(self, row: int) -> str:
        """Return the current and the planned value of each changed field, as HTML."""
        changes = self.plan.differences.filter(pl.col("row") == row).rows()
        if not changes:
            return ""
        heads = "".join(
            f'<th scope="col" style="{_CELL}"><small>{one}</small></th>' for one in ("field", "now", "planned")
        )
        lines = "".join(
            f'<tr><th scope="row" style="{_CELL};{_NAME}">{rendering.text(self._label(field), most=60)}</th>'
            f'<td style="{_CELL};width:45%">{self._value(field, before)}</td>'
            f'<td style="{_CELL};width:45%">{self._value(field, after)}</td></tr>'
            for _, field, before, after in changes
        )
        return f'<table style="border-collapse:collapse;width:100%"><tr>{heads}</tr>{lines}</table>'

    def _outcome_html(self, row: int) -> str:
        """Return the outcome of a row as HTML."""
        if self.outcome is None:
            return ""
        status, code, message, request_id = self.outcome.table.select(
            "status", "error_code", "message", "request_id"
        ).row(row)
        if status == "unchanged":
            return ""
        text = status.replace("_", " ") + (f": {message}" if message else "") + (f" ({code})" if code else "")
        text += (
            f" · request_id {request_id}" if request_id and status in _RESULT_KINDS and status != "succeeded" else ""
        )
        now = "".join(
            f"<div><small>now: {rendering.text(self._label(field))} {self._value(field, theirs)}</small></div>"
            for field, theirs in self._theirs.get(row, ())
            if status == "conflict"
        )
        return f"<div>{rendering.status_line(_RESULT_KINDS.get(status, 'info'), text)}</div>{now}"


def _chip(action: str) -> str:
    edge = rendering.edge_color(_KINDS[action]) if _KINDS.get(action) else "currentColor"
    style = f"border:1px solid {edge};border-radius:.3em;padding:0 .4em"
    return f'<span style="{style}">{escape(action)}</span>'
