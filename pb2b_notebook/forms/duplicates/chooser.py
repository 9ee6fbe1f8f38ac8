"""Choose a value or leave a member out with boxes and a button, as the keys do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ipywidgets as widgets

from pb2b_notebook.cleanup.merging.members import has_value, kind_of_column
from pb2b_notebook.forms import buttons, inputs
from pb2b_notebook.forms.duplicates.cards import View, open_fields, plain
from pb2b_notebook.forms.duplicates.clusters import Cluster

LONGEST = 60
"""Longest value in a box, in characters."""


class Chooser:
    """Three boxes and a button: the field, the member whose value survives, and the member to leave out.

    Args:
        mark: Function that marks a cell; called with the positions of the field and the member.
        take: Function that takes a value; called with a field and the name of a row, or ``None`` for the rules' choice.
        leave_out: Function that leaves a member out; called with the name of its row.

    Attributes:
        widget: The boxes and the button.
    """

    def __init__(
        self,
        mark: Callable[[int | None, int | None], None],
        take: Callable[[str, Any], None],
        leave_out: Callable[[Any], None],
    ) -> None:
        self._mark, self._take, self._leave_out = mark, take, leave_out
        self._rows: tuple[Any, ...] = ()
        self._fields: list[str] = []
        self._named = ""
        self._showing = False
        self._field = widgets.Dropdown(**_box_options("Field", "18em", "3em"))
        self._value = widgets.Dropdown(**_box_options("survives from", "26em", "7em"))
        self._member = widgets.Dropdown(**_box_options("Member", "20em", "5em"))
        self._button = buttons.small("Leave out", lambda: self._if_by_user(self._toggle_member))
        self._button.layout.align_self = "auto"
        self._field.observe(lambda change: self._if_by_user(lambda: self._mark(change["new"], None)), "value")
        self._member.observe(lambda change: self._if_by_user(lambda: self._mark(None, change["new"])), "value")
        self._value.observe(lambda _: self._if_by_user(self._take_chosen), "value")
        wrapping = widgets.Layout(flex_flow="row wrap")
        self.widget = widgets.HBox([self._field, self._value, self._member, self._button], layout=wrapping)

    def show(self, cluster: Cluster, view: View) -> None:
        """Show the choices for a cluster."""
        self._showing = True
        try:
            self._show_fields(cluster, view)
            self._show_members(cluster, view)
        finally:
            self._showing = False

    def _show_fields(self, cluster: Cluster, view: View) -> None:
        self._fields = open_fields(cluster)
        _set_options(
            self._field,
            [(plain(cluster.label(name), most=LONGEST), at) for at, name in enumerate(self._fields)],
            view.field,
        )
        name = self._fields[view.field] if self._fields else None
        values = cluster.values[name] if name else ()
        options: list[tuple[str, int]] = [("by the rules", -1)]
        options += [
            (f"#{at + 1}: {plain(value, most=LONGEST)}", at)
            for at, value in enumerate(values)
            if has_value(value, kind_of_column(name or "")) and cluster.members[at] not in view.decision.left_out
        ]
        chosen = view.decision.chosen.get(name or "")
        _set_options(self._value, options, cluster.members.index(chosen) if chosen in cluster.members else -1)
        for box in (self._field, self._value):
            box.disabled = not self._fields

    def _show_members(self, cluster: Cluster, view: View) -> None:
        self._rows = cluster.members
        if self._named != cluster.name or not self._member.options:
            self._named = cluster.name
            labels = [f"#{at} {plain(row, most=LONGEST)}" for at, row in enumerate(cluster.members, start=1)]
            _set_options(self._member, [(label, at) for at, label in enumerate(labels)], view.member)
        self._member.value = view.member
        out = cluster.members[view.member] in view.decision.left_out
        self._button.description = "Put back" if out else "Leave out"

    def _take_chosen(self) -> None:
        at = self._value.value
        self._take(self._fields[self._field.value], None if at == -1 else self._rows[at])

    def _toggle_member(self) -> None:
        self._leave_out(self._rows[self._member.value])

    def _if_by_user(self, act: Callable[[], None]) -> None:
        """Run an action if the user changed a box, not the form itself."""
        if not self._showing:
            act()


def _set_options(box: Any, options: list[tuple[str, int]], value: int) -> None:
    """Set options and value in one message, and only if they changed."""
    with box.hold_sync():
        if list(box.options) != options:
            box.options = options
        if options:
            box.value = value


def _box_options(label: str, width: str, label_width: str) -> dict[str, Any]:
    return {
        **inputs.label_options(label),
        "style": {"description_width": label_width},
        "layout": widgets.Layout(width=f"min(100%, {width})"),
        "options": [],
    }
