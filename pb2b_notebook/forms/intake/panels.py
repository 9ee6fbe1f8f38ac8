"""The steps of the guided form as widgets. A panel shows a draft and reports what the user does; it decides nothing.

The widgets of a panel are made once, and its lines are filled again: no button is replaced while it is pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import ipywidgets as widgets

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.forms import buttons, inputs, rendering
from pb2b_notebook.forms.imports.mapping_editor import MappingEditor
from pb2b_notebook.forms.intake import people, repairs
from pb2b_notebook.forms.intake.draft import STEPS, Draft, Step
from pb2b_notebook.forms.intake.people import LABELS, Choice
from pb2b_notebook.forms.page import HEADING, StepPage
from pb2b_notebook.forms.paging import Lines, Listing, Pager
from pb2b_notebook.intake import Intake
from pb2b_notebook.intake.cells import clean_cells, convert_cells
from pb2b_notebook.intake.cells_with_several import REASON as ANOTHER_OF_CELL
from pb2b_notebook.intake.decisions import percent
from pb2b_notebook.intake.missing_names import columns_of_missing_names
from pb2b_notebook.intake.name_columns import PART
from pb2b_notebook.intake.other_addresses import unused_address_columns
from pb2b_notebook.intake.second_columns import describe, second_columns
from pb2b_notebook.intake.sheets import describe_findings
from pb2b_notebook.intake.unread_columns import unread_columns
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping import Mapping as ColumnMapping
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.upserts.planning.opted_out import columns_of_opt_outs

Start = Callable[[Callable[[], None]], None]
"""Function that runs longer work in the background of the form."""
CHECKED_ROWS: Final = 2_000
"""Rows whose cells are read after each change of a column; the next step reads all."""
PREVIEWED: Final = 5
_NOTHING: Final = pl.DataFrame(schema={"text": pl.String, "rank": pl.Int64})
_LINE: Final = {"border_bottom": "1px solid var(--jp-border-color2, #d0d5dd)", "padding": ".3em 0"}
_EXAMPLES: Final = 2
_LONGEST_LABEL: Final = 40
_LEFT_OUT: Final = "left out: choose a field to bring it in"
_COMPLETES: Final = "completes the family names"
_FIRST: Final = "what needs a look first"


class StepBar:
    """One button for each step; a press goes there.

    Args:
        go: Function that is called with the step.
        escape: Function that is called when Escape is pressed.

    Attributes:
        page: The page in the browser.
    """

    def __init__(self, go: Callable[[Step], None], escape: Callable[[], None]) -> None:
        self._buttons = {
            step: buttons.small(f"{number} {name}", _calling(go, step), tooltip=f"step {number} of {len(STEPS)}")
            for number, (step, name) in enumerate(STEPS.items(), 1)
        }
        self._where = widgets.HTML().add_class(HEADING)
        self.page, self._step = StepPage(escape), ""
        row = buttons.row(*self._buttons.values()).add_class("pb2b-steps")
        self._problem = widgets.HTML()
        self.widget = widgets.VBox([row, self._where, self._problem, self.page])

    def enable(self, steps: Sequence[Step]) -> None:
        """Enable the buttons of these steps only."""
        for step, button in self._buttons.items():
            button.disabled = step not in steps

    def show_problem(self, shown: str) -> None:
        """Show, as HTML, why a step cannot be shown, where it is seen first; "" removes it."""
        self._problem.value = shown
        if shown:
            self.page.show_top()

    def show(self, draft: Draft) -> None:
        """Mark the step of a draft."""
        for step, button in self._buttons.items():
            button.style.font_weight = "bold" if step == draft.step else "normal"
        number = list(STEPS).index(draft.step) + 1
        intake = draft.intake
        name = "" if intake is None else f" · {intake.name or 'the list'}, {count_text(len(intake), 'row')}"
        self._where.value = rendering.wrap(
            f'<span role="status">Step {number} of {len(STEPS)}: <b>{STEPS[draft.step]}</b>'
            f"{rendering.text(name)}</span>"
        )
        if self._step not in {"", draft.step}:
            self.page.show_top()
        self._step = draft.step


class ColumnsPanel:
    """Which column is which lead field, with the first rows as leads.

    Args:
        fields: Lead fields by key.
        country: Function that returns the country of rows without one.
        changed: Function that is called with the mapping after each edit.
        repairs: Whether a next step repairs the cells that do not fit; they are left out otherwise.
    """

    def __init__(
        self,
        fields: Mapping[str, LeadField],
        country: Callable[[], str | None],
        changed: Callable[[ColumnMapping], None],
        *,
        repairs: bool = True,
    ) -> None:
        self._fields, self._country, self._repairs = dict(fields), country, repairs
        self._changed = changed
        self._shown: Intake | None = None
        self._of_opt_outs: list[str] = []
        self._editor = MappingEditor(
            fields, self._judge, checked_rows=CHECKED_ROWS, changed=self._take, second=self._second_columns
        )
        self._preview = widgets.HTML()
        misfits = "repaired in the next step" if repairs else "left out"
        note = f"Say what each column is. Cells that do not fit are {misfits}, and cost no row."
        note += " A column that is left out is still read for who opted out." if repairs else ""
        self._of_file = widgets.HTML()
        note_box = widgets.HTML(rendering.wrap(note))
        self.widget = widgets.VBox([self._of_file, note_box, self._editor.widget, self._preview])

    def show(self, intake: Intake) -> None:
        """Show the columns of a list; one that is shown already keeps its lines."""
        if self._shown is None or self._shown.source is not intake.source:
            self._of_opt_outs = columns_of_opt_outs(intake.source.head(CHECKED_ROWS))
            self._editor.show(intake.source, intake.mapping)
        elif self._editor.mapping != intake.mapping:
            self._editor.mapping = intake.mapping
        self._shown = intake
        found = () if intake.file is None else describe_findings(intake.file, intake.refused_unread)
        texts = [rendering.text(text, most=rendering.LONGEST_CELL) for text in found]
        self._of_file.value = rendering.notice("info", "About the file", *texts) if texts else ""
        self._show_preview(intake.mapping)

    def _take(self, mapping: ColumnMapping) -> None:
        self._show_preview(mapping)
        self._changed(mapping)

    def _judge(self, head: Any, mapping: ColumnMapping) -> Iterator[tuple[str, str, str]]:
        """Yield the verdict about each column that is mapped: how many of its cells fit."""
        if not mapping.columns:
            message = "No column is used. Choose a field for at least one column, such as the e-mail address."
            yield "error", "", message
            return
        if nameless := columns_of_missing_names(head, mapping):
            which = "one of these columns has" if len(nameless) > 1 else "this column has"
            columns = ", ".join(map(str, nameless))
            message = f"No names: people would be created without one. If {which} names, choose Full name: {columns}"
            yield "warning", "", rendering.plain(message, most=rendering.LONGEST_CELL)
        converted = convert_cells(head, mapping, self._fields)
        refused = clean_cells(converted, self._fields, country=self._country()).set_aside
        set_aside = pl.concat([converted.set_aside, refused]).filter(pl.col("column").is_not_null())
        of_several = pl.col("reason") == ANOTHER_OF_CELL
        several = dict(set_aside.filter(of_several).group_by("column").agg(pl.col("row").n_unique()).iter_rows())
        set_aside = set_aside.filter(~of_several)
        for (name,), aside in set_aside.group_by("column"):
            examples = ", ".join(aside["value"].unique(maintain_order=True).head(_EXAMPLES))
            message = f"{aside.height:,} of {len(head):,} cells do not fit: {examples}{_of_several(several, name)}"
            yield "warning", str(name), rendering.plain(message, most=rendering.LONGEST_CELL)
        second = {one.column: text for one, text in zip(converted.second, describe(converted.second), strict=True)}
        yield from (("info", column, text.partition('" ')[2]) for column, text in second.items())
        parts = {one.column: ("info", one.column, _COMPLETES) for one in converted.taken if one.rule == PART}
        others = [str(column) for column in head.columns if column not in mapping.columns and column not in second]
        notes = self._notes_of_unused(head, mapping) | parts
        yield from (notes.get(column, ("info", column, _LEFT_OUT)) for column in others)
        fit = "all cells fit" if len(head) < CHECKED_ROWS else f"the first {CHECKED_ROWS:,} fit"
        for column in set(mapping.columns) - {*set_aside["column"]}:
            yield "success", column, f"{fit}{_of_several(several, column)}"

    def _notes_of_unused(self, head: Any, mapping: ColumnMapping) -> dict[str, tuple[str, str, str]]:
        """Return the verdict about each column that is left out and yet says something, or could."""
        notes = {}
        for column, key in unread_columns(head, mapping, self._fields).items():
            label = self._fields[key].label or key
            note = f"left out, since its cells do not fit {label}"
            if self._repairs:
                note += f": choose {label} to repair them in the next step"
            notes[column] = ("warning", column, note)
        note = "left out, though it holds e-mail addresses: choose E-mail if they are of these people"
        notes |= {column: ("warning", column, note) for column in unused_address_columns(head, mapping)}
        note = "left out as a value, and read for who opted out"
        return notes | {column: ("info", column, note) for column in self._of_opt_outs}

    def _second_columns(self, head: Any, mapping: ColumnMapping) -> dict[str, str]:
        """Return the columns that fill blanks of another one, with the label of their field."""
        found = second_columns(head, mapping, self._fields)
        return {column: self._fields[key].label or key for column, key in found.items()}

    def _show_preview(self, mapping: ColumnMapping) -> None:
        if self._shown is None or not mapping.columns:
            self._preview.value = ""
            return
        converted = convert_cells(self._shown.source.head(PREVIEWED), mapping, self._fields)
        frame = clean_cells(converted, self._fields, country=self._country()).frame.drop("row", strict=False)
        labels = {field.column: field.label or field.key for field in self._fields.values()}
        frame = frame.select(name for name in frame.columns if name in labels)  # others are for the comparison
        shown = [labels[name] for name in frame.columns]
        rows = [[", ".join(map(str, cell)) if isinstance(cell, list) else cell for cell in row] for row in frame.rows()]
        self._preview.value = rendering.table(shown, rows, caption="the first rows, as leads")


class CellsPanel:
    """Values that do not fit, each with a box for the value that replaces it in all rows.

    Args:
        draft: Function that returns the current draft.
        repair: Function that is called with column and value → new value.
        apply: Function that applies the repairs and reads the cells again, in the background.
    """

    def __init__(
        self,
        draft: Callable[[], Draft],
        repair: Callable[[Mapping[tuple[str, str], Any]], None],
        apply: Callable[[], None],
    ) -> None:
        self._draft, self._repair = draft, repair
        self.table: pl.DataFrame = _NOTHING
        self.refused: dict[tuple[str, str], tuple[str, str]] = {}
        """Column and value → what was typed for it and does not fit, and why."""
        self._readings: dict[str, tuple[str, int, int]] = {}
        self._about = widgets.HTML()
        self._pager = Pager(
            Listing(_NOTHING),
            self._show_items,
            filters={"column": ("Column", {})},
            orders={"most rows first": ("rows", True), "value": ("value", False), "column": ("column", False)},
            what="values",
        )
        self._lines = Lines(lambda: _CellLine(self._type))
        self._accept = buttons.secondary("Accept all suggestions", self._accept_all)
        self._done = widgets.HTML()
        self._apply = buttons.secondary("Read the cells again", apply)
        self._rest = widgets.VBox(
            [
                self._pager.controls,
                buttons.row(self._accept, self._apply),
                self._done,
                self._pager.pages,
                self._lines.widget,
            ]
        )
        self.widget = widgets.VBox([self._about, self._rest])

    def show(self, table: pl.DataFrame) -> None:
        """Show the values that do not fit.

        Args:
            table: Result of :func:`~pb2b_notebook.forms.intake.repairs.cells_to_repair`.
        """
        self.table, self._readings = table, repairs.better_readings(self._draft().loaded, table)
        shown = {*table.select("column", "value").iter_rows()} if table.height else set()
        self.refused = {key: typed for key, typed in self.refused.items() if key in shown}
        self._rest.layout.display, self._done.value = "" if table.height else "none", ""
        if table.height:
            columns = {str(column): column for column in table["column"].unique(maintain_order=True)}
            self._pager.put(table, {"column": columns}, of=self._draft().loaded.source)
        self.show_state()

    def show_state(self) -> None:
        """Show how many repairs are typed, and what to do next."""
        open_ones = self.table.filter(~pl.col("done")) if self.table.height else self.table
        waiting = len(self._draft().repaired)
        suggested = self.table.height and repairs.suggestions_of(self.table)
        self._accept.layout.display = "" if suggested else "none"
        if not open_ones.height and not waiting:
            more = " What was replaced is below, and can be changed." if self.table.height else ""
            self._about.value = rendering.notice("success", "All cells fit", f"Press Next.{more}")
            return
        cells = int(open_ones["rows"].sum()) if open_ones.height else 0
        values = count_text(open_ones.height, "different value")
        fit = "does not fit, or is" if cells == 1 else "do not fit, or are"
        title = f"{values} in {count_text(cells, 'cell')} {fit} probably wrong"
        advice = (
            "Type what a value stands for: it is replaced in all rows. If you leave a box empty, what it says in grey "
            "is done. No row is lost."
        )
        done = _text_of_filled(waiting, "repair") if waiting else ""
        hints = [
            rendering.text(f"{column}: “{name}” reads {count:,} of {tried:,} of these values. Choose it in step 2.")
            for column, (name, count, tried) in self._readings.items()
        ]
        self._about.value = rendering.notice("info", title, advice, *hints, done)

    def _show_items(self, items: list[int]) -> None:
        repaired, intake = self._draft().repaired, self._draft().intake
        rows = self.table.rows(named=True) if self.table.height else []
        for line, item in self._lines.fill(items):
            if item is None or intake is None or item >= len(rows):
                line.hide()
                continue
            row = rows[item]
            key = (row["column"], row["value"])
            line.show(row, repairs.choices_of(intake, key[0]), repaired.get(key, repairs.replacement(intake, *key)))
            if key in self.refused:
                line.show_refused(*self.refused[key])

    def _type(self, column: str, value: str, typed: str) -> str:
        """Take what was typed, and return what is wrong with it."""
        try:
            self._repair({(column, value): repairs.read_value(self._draft().loaded, column, typed)})
        except InvalidParameterError as problem:
            wrong = f"{problem.message}: {problem.repair}"
            self.refused[column, value] = (typed, wrong)
            return wrong
        self.refused.pop((column, value), None)
        self.show_state()
        return ""

    def _accept_all(self) -> None:
        intake = self._draft().loaded
        suggested, done = repairs.suggestions_of(self.table), self._draft().repaired
        accepted, unfit = repairs.accept_suggestions(
            intake, {key: text for key, text in suggested.items() if key not in done}
        )
        self._repair(accepted)
        self.refused = {key: typed for key, typed in self.refused.items() if key not in accepted}
        self._done.value = rendering.status_line(*_what_was_accepted(len(accepted), unfit))
        self._pager.refresh()
        self.show_state()


def cut_middle(text: str) -> str:
    """Return a text for a label or a button; of a long one both ends, since values often differ in their last part.

    >>> cut_middle("begonia.larrinaga@gmail.com"), cut_middle("n" * 100 + "@gmail.com")
    ('begonia.larrinaga@gmail.com', 'nnnnnnnnnnnnnnnnnnnn…nnnnnnnnn@gmail.com')
    """
    plain = rendering.plain(text, most=rendering.LONGEST_CELL)
    return (
        plain if len(plain) <= _LONGEST_LABEL else f"{plain[: _LONGEST_LABEL // 2]}…{plain[1 - _LONGEST_LABEL // 2 :]}"
    )


def _text_of_filled(count: int, noun: str) -> str:
    """Return how many values are filled in, and what uses them.

    >>> _text_of_filled(1, "repair"), _text_of_filled(2, "repair")
    ('1 repair is filled in; Next uses it.', '2 repairs are filled in; Next uses them.')
    """
    verb, them = ("is", "it") if count == 1 else ("are", "them")
    return f"{count_text(count, noun)} {verb} filled in; Next uses {them}."


def _what_was_accepted(count: int, unfit: int) -> tuple[str, str]:
    """Return the kind of the notice about all suggestions, and its text.

    >>> _what_was_accepted(2, 1)
    ('warning', '2 suggestions are filled in; Next uses them. 1 does not fit its field: type that value.')
    """
    filled = _text_of_filled(count, "suggestion")
    if unfit:
        rest = "1 does not fit its field: type that value" if unfit == 1 else f"{unfit:,} do not fit: type these values"
        return "warning", f"{filled} {rest}."
    return ("success", filled) if count else ("info", "All suggestions were filled in before.")


class _CellLine:
    """One value: what is wrong with it, and a box for the value that it stands for."""

    def __init__(self, take: Callable[[str, str, str], str]) -> None:
        self._take = take
        self._key: tuple[str, str] | None = None
        self._about = widgets.HTML(layout=widgets.Layout(width="26em", max_width="100%"))
        self._box = widgets.Combobox(continuous_update=False, **inputs.inline_options("", "14em"))
        self._use = buttons.small("Use suggestion", self._use_suggestion)
        self._use.layout.align_self = "center"  # as the box, whose value it is for
        self._note = widgets.HTML()
        self._suggestion: str | None = None
        self._showing = False
        self._box.observe(lambda _: self._take_change(), "value")
        looks = widgets.Layout(flex_flow="row wrap", align_items="center", **_LINE)
        self.widget = widgets.HBox([self._about, self._box, self._use, self._note], layout=looks)
        self.hide()

    def hide(self) -> None:
        """Hide the line."""
        self._key, self.widget.layout.display = None, "none"

    def show(self, row: Mapping[str, Any], choices: Sequence[str], new: Any) -> None:
        """Show a value, and the repair that is filled in."""
        self._showing = True
        self._key, self._suggestion = (row["column"], row["value"]), row["suggestion"]
        count = f"{row['rows']:,} row{'' if row['rows'] == 1 else 's'}"
        self._about.value = rendering.wrap(
            f"<b>{rendering.text(row['value'], most=rendering.LONGEST_CELL)}</b> · {rendering.text(row['column'])}"
            f" · {count}{''.join(f'<br><small>{rendering.parts(one)}</small>' for one in row['whose'].splitlines())}"
            f"<br><small>{rendering.text(row['reason'])}</small>"
        )
        name = f"{cut_middle(row['value'])} in {cut_middle(row['column'])} stands for"
        label = inputs.label_options(name)
        self._box.description_allow_html = label.get("description_allow_html", False)
        self._box.description = label["description"]
        self._box.options, self._box.value = list(choices), _as_typed(new)
        untyped = repairs.USED_UNTYPED.get(row["reason"], "leave it out")
        self._box.placeholder = " / ".join(choices[:4]) or untyped
        self._box.layout.display = "" if row["typed"] else "none"
        suggested = self._suggestion is not None
        self._use.layout.display = "" if suggested else "none"
        self._use.description = f"Use {cut_middle(self._suggestion or '')}" if suggested else ""
        self._note.value, self.widget.layout.display = "", ""
        self._showing = False

    def show_refused(self, typed: str, wrong: str) -> None:
        """Show what was typed and does not fit, and why."""
        self._showing = True
        self._box.value, self._note.value = typed, rendering.status_line("error", wrong)
        self._showing = False

    def _use_suggestion(self) -> None:
        if self._suggestion is not None:
            self._box.value = self._suggestion

    def _take_change(self) -> None:
        if self._showing or self._key is None:
            return
        wrong = self._take(*self._key, self._box.value)
        self._note.value = rendering.status_line("error", wrong) if wrong else ""


class PeoplePanel:
    """Each row with what it is, and what a person may choose about it; shown before anything is sent.

    Args:
        draft: Function that returns the current draft.
        choose: Function that is called with position of a row → choice.
        apply: Function that applies the choices and compares again, in the background.
    """

    def __init__(
        self, draft: Callable[[], Draft], choose: Callable[[Mapping[int, Choice]], None], apply: Callable[[], None]
    ) -> None:
        self._draft, self._choose = draft, choose
        self.table: pl.DataFrame = _NOTHING
        self._sure: dict[int, Choice] = {}
        self._about, self._found = widgets.HTML(), widgets.HTML()
        self._pager = Pager(
            Listing(_NOTHING),
            self._show_items,
            filters={"shown": ("Show", {})},
            orders={_FIRST: ("rank", False), "name": ("who", False), "least sure first": ("probability", False)},
            what="rows",
        )
        self._lines = Lines(lambda: _PersonLine(choose))
        self._pager.inputs[2].set(_FIRST)
        self._merge = buttons.secondary("", self._choose_sure)
        self._all = [buttons.small(f"All: {label}", _calling(self._choose_found, label)) for label in people.FOR_ALL]
        of_found = buttons.row(self._found, *self._all)
        of_found.layout.margin = ".5em 0"
        of_found.add_class("pb2b-bulk")
        self._apply = buttons.secondary("Compare again", apply)
        self._done = widgets.HTML()
        self.widget = widgets.VBox(
            [
                self._about,
                self._pager.controls,
                buttons.row(self._merge, self._apply),
                of_found,
                self._done,
                self._pager.pages,
                self._lines.widget,
            ]
        )

    def show(self, table: pl.DataFrame, counts: Mapping[Any, int]) -> None:
        """Show the rows of the list.

        Args:
            table: Result of :func:`~pb2b_notebook.forms.intake.people.people_of`.
            counts: Result of :func:`~pb2b_notebook.forms.intake.people.display_counts`.
        """
        self.table = table
        self._sure, self._done.value = people.sure_merges(self._draft().loaded), ""
        choices = {f"{LABELS[state]} ({count:,})": state for state, count in counts.items()}
        self._pager.put(table, {"shown": choices}, of=self._draft().loaded.source)
        self._pager.show_first_page()  # what to look at first has its place there
        again = "This list was sent before: only what the workspace does not have yet is sent again."
        sent = self._draft().sent or self._draft().loaded.kept.was_sent
        first = again if sent else "Nothing has been sent."
        lines = rendering.text(self._draft().loaded.lines_without_person)
        meanings = _advice(counts, lines)
        unfolded = "".join(f"<div>{meaning}</div>" for meaning in meanings)
        more = f"<details><summary>What these words mean, and what is sent</summary>{unfolded}</details>"
        about = [first, more]
        self._about.value = rendering.notice("info", _sentence(counts), *about)
        self.show_state()

    def show_state(self) -> None:
        """Show whether there are choices that are not compared yet."""
        sure = count_text(len(self._sure), "row")
        self._merge.description = f"Merge all above {people.SURELY:.0%} ({sure})"
        self._merge.disabled = not self._sure
        (self._merge.add_class if self._merge.disabled else self._merge.remove_class)("pb2b-unused")
        some = "state" in self.table.columns and "doubtful" in self.table["state"]
        for button in self._all[:2]:  # one person, two people
            button.layout.display = "" if some else "none"

    def _show_items(self, items: list[int]) -> None:
        intake, chosen = self._draft().intake, self._draft().chosen
        found = count_text(len(self._pager.listing.matching), "row")
        self._found.value = rendering.wrap(f"For all {found} that search and filter find:")
        shown = [item for item in items if item < self.table.height]
        facts = {} if intake is None else _facts_about(intake, shown)
        for line, item in self._lines.fill(items):
            if item is None or intake is None or item >= self.table.height:
                line.hide()
                continue
            row = self.table.row(item, named=True)
            options, choice = people.options_of(item, intake.verdicts[item][0]), chosen.get(item, row["choice"])
            line.show(item, row, options, choice, facts.get(item, ()))

    def _choose_sure(self) -> None:
        """Choose one person for the rows that surely are, on all pages."""
        self._choose_all(self._sure)

    def _choose_found(self, label: str) -> None:
        """Choose for all rows that search and filter find, on all pages, and that have the choice."""
        self._choose_all(people.choices_for_all(self._draft().loaded, self._pager.listing.matching, label), label)

    def _choose_all(self, chosen: Mapping[int, Choice], label: str = people.FOR_ALL[0]) -> None:
        self._choose(chosen)
        self._done.value = rendering.status_line(*_what_was_chosen(len(chosen), label))
        self._pager.refresh()
        self.show_state()


class _PersonLine:
    """One row of the list: who it is, what becomes of it, and a choice."""

    def __init__(self, choose: Callable[[Mapping[int, Choice]], None]) -> None:
        self._choose = choose
        self._row: int | None = None
        self._showing = False
        self._about = widgets.HTML(layout=widgets.Layout(flex="1 1 20em", min_width="0"))
        self._box = widgets.Dropdown(options=[("—", "wait")], **inputs.inline_options("", "13em"))
        self._box.observe(lambda _: self._take_change(), "value")
        looks = widgets.Layout(flex_flow="row wrap", align_items="center", **_LINE)
        self.widget = widgets.HBox([self._about, self._box], layout=looks)
        self.hide()

    def hide(self) -> None:
        """Hide the line."""
        self._row, self.widget.layout.display = None, "none"

    def show(
        self,
        row: int,
        about: Mapping[str, Any],
        options: Sequence[tuple[str, Choice]],
        chosen: Choice | None,
        facts: Sequence[str] = (),
    ) -> None:
        """Show a row, the choice that is filled in, and lines of HTML about its values."""
        self._showing = True
        self._row = row
        shown = "" if about["probability"] is None else percent(about["probability"])
        likely = "" if shown in (about["reason"] or "") else f" ({shown})"
        becomes = {"create": "is created", "update": "gets new values", "unchanged": "stays as it is"}
        parts = [
            f"{LABELS[about['shown']]}{likely}",
            "" if about["shown"] == people.PERHAPS else becomes.get(about["action"] or "", ""),
            about["reason"] or "",
        ]
        others = str(about["other"]).split("\n") if about["other"] else []
        other = "".join(f"<br><small>↔ {rendering.parts(one)}</small>" for one in others)
        more = "".join(f"<br><small>{fact}</small>" for fact in facts)
        who = f"<b>{rendering.parts(about['who'] or ('' if about['shown'] == 'no_person' else '(no name)'))}</b>"
        self._about.value = rendering.wrap(
            f"<small>{rendering.text(about['line'])}</small> {who}{other}"
            f"<br><small>{rendering.text(' · '.join(part for part in parts if part))}</small>{more}"
        )
        self._box.description = f"choice for {about['line']}"
        if list(self._box.options) != list(options):
            self._box.options = list(options)
        self._box.value = chosen if chosen in {choice for _, choice in options} else "wait"
        self._box.layout.display = "" if len(options) > 1 else "none"
        self.widget.layout.display = ""
        self._showing = False

    def _take_change(self) -> None:
        if not self._showing and self._row is not None:
            self._choose({self._row: self._box.value})


def _what_was_chosen(count: int, label: str) -> tuple[str, str]:
    """Return the kind of the notice about a choice for all rows that are found, and its text."""
    if label == people.FOR_ALL[-1]:
        return "info", f"The choices for {count_text(count, 'row')} are taken back. Press Compare again."
    if count:
        return "info", f"“{label}” is chosen for {count_text(count, 'row', 'rows')}. Press Compare again."
    where = "rows to decide" if label in people.FOR_ALL[:2] else "rows that would be sent"
    return "warning", f"“{label}” is for {where}, and none of them is found. Each row has its own choice, too."


def _of_several(several: Mapping[Any, int], column: Any) -> str:
    """Return how many cells of a column have several values, in words; "" if none has."""
    if column not in several:
        return ""
    return f"; {count_text(several[column], 'cell has', 'cells have')} several, of which the first is used"


def _sentence(counts: Mapping[Any, int]) -> str:
    return ", ".join(f"{count:,} {LABELS[state]}" for state, count in counts.items())


def _advice(counts: Mapping[Any, int], lines: str) -> list[str]:
    """Return what the states mean, for those that occur, and how to choose.

    Args:
        counts: Number of rows of each state.
        lines: What the lines are that are about no person.
    """
    meaning = {
        people.PERHAPS: "New but perhaps the same: created. Choose “one person” where it is.",
        people.REMARK: "New, with a remark: created. No refusal was found in it, but not every wording is known: look "
        "through these, and choose “not sent” for whoever asked for no contact.",
        "known": "In the workspace: nothing is created. Each value that the lead gets is shown, as old → new.",
        "duplicate": "Twice in the list: the rows become one person. It says which value is kept where they differ.",
        "opted_out": "Not to be contacted: people who opted out or died, or whose address bounces. They are not sent; "
        "only your choice “send anyway” creates such a person.",
        people.UNCLEAR: "Perhaps not to be contacted: not sent. A remark or a consent may be a refusal, and is not "
        "understood, or a list of people not to contact may have this one: look, and choose “send anyway” where not.",
        "left_out": "Left out: not sent, by your choice.",
        "no_person": f"Not a person: {lines}. They are not sent.",
        "doubtful": "To decide: not sent. Say whether it is one person or two, or which of several leads it is.",
        "broken": "To correct: not sent. The next step has a download of these rows, with the reasons.",
    }
    how = (
        "Choose for one row, or for all that search and filter find. Next uses it; Compare again shows it here first. "
        "Lines are numbered as a spreadsheet shows them."
    )
    return [*(text for state, text in meaning.items() if state in counts), how]


def _facts_about(intake: Intake, rows: Sequence[int]) -> dict[int, list[str]]:
    """Return what becomes of the values of rows, as HTML: what leads get, and what is kept where rows differ."""
    found: dict[int, list[str]] = {}
    for changes, line in (
        (people.changes_of(intake, rows), "{label}: {before} → {after}"),
        (people.merges_of(intake, rows), "{label}: {after} is kept, not {before}"),
    ):
        for row, listed in changes.items():
            for label, before, after in listed:
                texts = {"label": rendering.text(label, most=60), "before": _value_html(before)}
                found.setdefault(row, []).append(line.format(**texts, after=_value_html(after)))
    remarks = people.remarks_of(intake)
    for row in remarks.keys() & {*rows}:
        found.setdefault(row, []).extend(rendering.text(remark) for remark in remarks[row])
    return found


def _value_html(value: str | None) -> str:
    """Return a value of a lead as HTML; a dash for none."""
    return rendering.text(value, most=rendering.LONGEST_CELL) if value else "—"


def _as_typed(new: Any) -> str:
    """Return a repair as the text that a person would type."""
    return "" if new is None or new is repairs.LEAVE else {True: "yes", False: "no"}.get(new, str(new))


def _calling(act: Callable[[Any], None], value: Any) -> Callable[[], None]:
    return lambda: act(value)
