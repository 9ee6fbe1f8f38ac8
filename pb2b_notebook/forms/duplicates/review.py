"""Review duplicates by hand: see why each cluster matched, decide about it, and merge all at the end."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, ClassVar, Final

import ipywidgets as widgets

from pb2b_notebook.cleanup import Duplicates, Merge, Recipe, merge
from pb2b_notebook.cleanup.merging.members import has_value, kind_of_column
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import InvalidParameterError, LeadFileError, UsageError, nearest
from pb2b_notebook.files.atomic_files import write_atomically
from pb2b_notebook.forms import buttons, inputs, rendering
from pb2b_notebook.forms.base import Form
from pb2b_notebook.forms.duplicates import session, status
from pb2b_notebook.forms.duplicates.cards import STYLE, View, card, open_fields, why
from pb2b_notebook.forms.duplicates.chooser import Chooser
from pb2b_notebook.forms.duplicates.clusters import Cluster, Clusters
from pb2b_notebook.forms.duplicates.decisions import Verdict
from pb2b_notebook.forms.duplicates.queue import ORDERS, SHOWN, Queue, queue_of
from pb2b_notebook.forms.inputs import Input
from pb2b_notebook.forms.keyboard import KEYED, Keyboard
from pb2b_notebook.forms.watching import Watch

_KEY_LEGEND: Final = (
    ("M", "merge"), ("N", "not a duplicate"), ("S", "skip"), ("U", "undo"), ("J K", "next, previous"),
    ("G", "next undecided"), ("↑ ↓ ← →", "move in the table"), ("Enter", "let the marked value survive"),
    ("1 … 9", "let the value of that member survive"), ("0", "let the rules choose"),
    ("X", "leave the marked member out, or put it back"),
)  # fmt: skip
_WIDTHS: Final = (("16em", "3em"), ("19em", "3em"), ("16em", "9em"), ("9em", "2em"), ("16em", "0"))
_SURE: Final = 0.99
"""Least probability of the weakest link of clusters that one click merges."""
_ATTRIBUTES: Final = re.compile(r": see \.\w+(, then \.confirm\(\))?")
"""Where a card of a merge names what a cell may look at, which a person who clicks cannot."""
_ANYTIME: Final = ("u", "j", "k", "g")


class DuplicateReview(Form[Merge[Any]]):
    """Decide about duplicates, one cluster at a time: merge, not a duplicate, or skip.

    Args:
        duplicates: Result of ``pb.cleanup.duplicates(df)``.
        path: File that keeps the session, as a recipe; an existing file is continued, and each decision is written at
            once. The file names rows by their ids, and contains no value of a lead.
        recipe: Session to continue, instead of that of a file.
        rules: Field → rule, as :func:`pb2b_notebook.cleanup.merge` takes them.
        trusted: Sources, the most trusted first.
        field_labels: Column → how the form names it; by default by its name.

    Attributes:
        result: Merge of the decided clusters, as ``pb.cleanup.merge`` returns it; ``ws.leads.plan(form.result)`` plans
            it. Skipped and undecided clusters stay as they are.
        labels: Pairs that were decided about, for ``pb.cleanup.learn(form.labels)``.
        recipe: The session, to be run on new data or continued.

    The form lists its keys. They work while the focus is in the form, and do not reach the notebook.

    Example:
        >>> import pandas as pd
        >>> import pb2b_notebook as pb
        >>> leads = pd.DataFrame({
        ...     "id": ["l1", "l2"], "full_name": ["Bob Hale", "Robert Hale"], "email": ["r.hale@a.example"] * 2,
        ...     "phone": ["+12125550112", "+12125550113"],
        ... })
        >>> form = pb.forms.DuplicateReview(pb.cleanup.duplicates(leads))
        >>> form.take("phone", "l2")
        >>> form.merge()
        >>> form.submit()
        Merge: 1 person from 2 rows, one record each
        >>> form.result.golden["phone"].tolist(), form.labels["same"].tolist()
        (['+12125550113'], [True])
    """

    title: ClassVar[str] = "Review duplicates"
    action: ClassVar[str] = "Finish review"
    gives: ClassVar[str] = "merged"

    def __init__(
        self,
        duplicates: Duplicates,
        *,
        path: str | Path | None = None,
        recipe: Recipe | None = None,
        rules: Mapping[str, str] | None = None,
        trusted: Sequence[str] = (),
        field_labels: Mapping[str, str] | None = None,
    ) -> None:
        if not isinstance(duplicates, Duplicates):
            raise InvalidParameterError(
                f"duplicates must be a result of pb.cleanup.duplicates, not {type(duplicates).__name__}",
                repair="pass pb.cleanup.duplicates(df)",
            )
        self._duplicates = duplicates
        self._clusters = Clusters(duplicates, field_labels)
        self._path = None if path is None else Path(path)
        self._lock = threading.RLock()
        self._kept = None if self._path is None else _content(self._path)
        kept = None if self._kept is None else Recipe.from_json(self._kept)
        begun = _begin_session(duplicates, kept if recipe is None else recipe, rules, trusted)
        self._decisions, self._rest = session.decisions(begun, self._clusters.members)
        self._queue = Queue(())
        self._cluster: Cluster | None = None
        self._marked = (0, 0)
        self._drawn: tuple[str, View] | None = None
        super().__init__()
        self.widget.add_class("pb2b-review")
        self.widget.add_class(KEYED)
        self._filter()

    # --- inputs and layout ------------------------------------------------------------------------------------------

    def _ask(self) -> Sequence[Input]:
        asked = [
            inputs.choice("show", "Show", SHOWN),
            inputs.choice("order", "Order", ORDERS),
            inputs.share("at_least", "Probability from", hint="75%"),
            inputs.share("at_most", "to", hint="100%"),
            inputs.flag("bridges", "Only where a link was cut"),
        ]
        for one, (width, label) in zip(asked, _WIDTHS, strict=True):
            one.widget.layout.width = f"min(100%, {width})"
            one.widget.style.description_width = label
            one.widget.observe(lambda _: self._run_callback(self._filter), "value")
        asked[-1].widget.indent = False
        return asked

    def _body(self) -> Sequence[Any]:
        self._progress, self._why, self._card = widgets.HTML(), widgets.HTML(), widgets.HTML()
        acts: dict[str, Callable[[], None]] = {
            "Merge": self.merge, "Not a duplicate": self.not_a_duplicate, "Skip": self.skip, "Undo": self.undo,
            "Previous": self.previous, "Next": self.next, "Next undecided": self.next_undecided,
            f"Merge all above {_SURE:.0%}": self._merge_sure,
        }  # fmt: skip
        self._deciders = buttons.row(
            *(buttons.small(label, partial(self._run_callback, act)) for label, act in acts.items())
        )
        self._chooser = Chooser(
            lambda field, member: self._run_callback(lambda: self._mark(field, member)),
            lambda field, row: self._run_callback(lambda: self.take(field, row)),
            lambda row: self._run_callback(lambda: self.leave_out(row)),
        )
        self._keyboard = Keyboard(self._keys(), _KEY_LEGEND, self._click_cell, _ANYTIME)
        self._controls = widgets.VBox([self._keyboard, self._why, self._card, self._chooser.widget])
        return [buttons.row(*(one.widget for one in self._inputs.values())), self._progress, self._deciders]

    def _below(self) -> Sequence[Any]:
        """A cluster may be long: the buttons and the message stay above it."""
        return [self._controls]

    def _headline(self) -> str:
        return rendering.heading(self.title, "on this machine; nothing is sent") + STYLE

    def _keys(self) -> dict[str, Callable[[], None]]:
        acts: dict[str, Callable[[], None]] = {
            "m": self.merge, "n": self.not_a_duplicate, "s": self.skip, "u": self.undo, "j": self.next,
            "k": self.previous, "g": self.next_undecided, "x": self._leave_marked_out, "Enter": self._take_marked,
            "0": partial(self._take_at, None),
            "ArrowUp": partial(self._move, -1, 0), "ArrowDown": partial(self._move, 1, 0),
            "ArrowLeft": partial(self._move, 0, -1), "ArrowRight": partial(self._move, 0, 1),
            **{str(digit): partial(self._take_at, digit - 1) for digit in range(1, 10)},
        }  # fmt: skip
        return {key: partial(self._run_callback, act) for key, act in acts.items()}

    def _show(self, result: Merge) -> Sequence[Any]:
        merged = self.progress["merged"]
        title = f"{count_text(merged, 'group')} merged" if merged else "Nothing was merged"
        left = self.progress["left"] + self.progress["skipped"]
        lines = [
            rendering.text(_ATTRIBUTES.sub("", str(result))),
            "Nothing has been sent." if merged else "",
            f"{count_text(left, 'group is', 'groups are')} not decided: the rows stay as they are" if left else "",
            *map(
                rendering.cell_hint,
                (
                    "<code>form.result.frame</code> has all rows, <code>.provenance</code> the source of each value",
                    "<code>.newly_opted_out</code> has who is opted out now, <code>.review</code> what was not merged",
                    "<code>plan = ws.leads.plan(form.result)</code> plans the changes",
                    "<code>form.recipe</code> is the session; <code>pb.cleanup.learn(form.labels)</code> uses it",
                ),
            ),
        ]
        return [self._result_notice("success" if self.progress["merged"] else "info", title, *lines)]

    def _run(self, values: Mapping[str, Any], watch: Watch) -> Merge:  # noqa: ARG002 - the filter is for the review only
        watch.report(None, "merging …")
        merging = _merging(self.recipe)
        return merge(self._duplicates.frame, self._duplicates, **merging.options)

    def _submission(self) -> None:
        with self._lock:  # a decision that comes during the merge waits, and then makes the merge stale
            super()._submission()

    # --- for users --------------------------------------------------------------------------------------------------

    @property
    def cluster(self) -> str | None:
        """The ``cluster_id`` of the cluster that is shown, or ``None`` if no cluster matches the filter."""
        return self._queue.current

    @property
    def progress(self) -> dict[str, int]:
        """The number of clusters that are merged, not duplicates, skipped, and left."""
        counts = self._decisions.counts()
        return {name: counts[verdict] for name, verdict in status.COUNTED.items()}

    @property
    def labels(self) -> Any:
        """The pairs that were decided about, with a column ``same``, for :func:`pb2b_notebook.cleanup.learn`."""
        return self._clusters.labelled_pairs(self._decisions.made)

    @property
    def recipe(self) -> Recipe:
        """The session so far; ``Recipe.run`` repeats it on new data, and ``recipe=`` or a file continues it."""
        return session.as_recipe(self._rest, self._decisions)

    def save(self, path: str | Path) -> None:
        """Write the session to a file, as the JSON of its recipe; an existing file is replaced.

        Raises:
            LeadFileError: The file cannot be written.
        """
        text = self.recipe.to_json()
        with write_atomically(Path(path), overwrite=True) as file:
            file.write(text.encode())

    def merge(self, cluster: str | None = None) -> None:
        """Decide that the members that were not left out are one person.

        Args:
            cluster: Id of the cluster; by default the one that is shown, and then the next undecided one is shown.

        Raises:
            InvalidParameterError: There is no such cluster.
            LeadFileError: The session's file cannot be written; the decision stands.
        """
        self._decide(cluster, "merge")

    def merge_all(self, at_least: float = _SURE) -> int:
        """Decide to merge all undecided clusters of the filter that are sure; one :meth:`undo` takes it back.

        A cluster that a merge would not touch without a yes stays: of two companies, or with a lead that opted out.

        Args:
            at_least: Least probability of the weakest link, 0 to 1.

        Returns:
            The number of clusters.

        Raises:
            InvalidParameterError: ``at_least`` is not a probability.
            LeadFileError: The session's file cannot be written; the decisions stand.
        """
        if isinstance(at_least, bool) or not isinstance(at_least, int | float) or not 0 <= at_least <= 1:
            raise InvalidParameterError("at_least must be a probability from 0 to 1", repair="merge_all(0.99)")
        sure = queue_of(self._clusters, self._decisions, {**self.values, "at_least": at_least})
        with self._changing():
            undecided = [name for name in sure.names if self._decisions.of(name).verdict is None]
            concerning = self._clusters.concerning() if undecided else frozenset()
            merged = [name for name in undecided if name not in concerning]
            self._decisions = self._decisions.with_verdicts(merged, "merge")
            self._queue = self._queue.to_next(self._decisions)
        return len(merged)

    def not_a_duplicate(self, cluster: str | None = None) -> None:
        """Decide that no two members are one person; otherwise like :meth:`merge`."""
        self._decide(cluster, "different")

    def skip(self, cluster: str | None = None) -> None:
        """Leave a cluster for later; otherwise like :meth:`merge`."""
        self._decide(cluster, "skip")

    def leave_out(self, row: Any, cluster: str | None = None) -> None:
        """Leave a member out of its cluster, or put it back.

        Args:
            row: Name of the row: its id, or its position if the frame has no ids.
            cluster: Id of the cluster; by default the one that is shown.

        Raises:
            InvalidParameterError: There is no such member.
            UsageError: Fewer than two members would stay.
        """
        with self._changing():
            name = self._cluster_name(cluster)
            if row not in self._decisions.members[name]:
                raise InvalidParameterError(
                    "this row is not a member of the cluster", repair="duplicates.clusters lists the members"
                )
            self._decisions = self._decisions.toggle_row(name, row)

    def take(self, field: str, row: Any = None, cluster: str | None = None) -> None:
        """Let the value of one member survive, whatever the rules say.

        Args:
            field: Name of the field.
            row: Name of the member's row; ``None`` lets the rules choose again.
            cluster: Id of the cluster; by default the one that is shown.

        Raises:
            InvalidParameterError: There is no such field or member, or the member has no value there.
            UsageError: The member is left out, or a member has opted out, which always wins.
        """
        with self._changing():
            name = self._cluster_name(cluster)
            current = self._open_cluster(name)
            if field not in current.fields:
                raise InvalidParameterError(
                    "no member has a value in such a field", repair=nearest(field, current.fields)
                )
            if row is not None:
                self._check_source(current, field, row)
            self._decisions = self._decisions.with_source(name, field, row)

    def undo(self) -> None:
        """Undo the latest change and show its cluster; call it again to undo the one before.

        Raises:
            UsageError: There is nothing to undo.
        """
        with self._changing():
            if not self._decisions.past:
                raise UsageError("there is nothing to undo", repair="decide about a group first")
            name = next(iter(self._decisions.past[-1]))
            self._decisions = self._decisions.without_latest()
            self._queue = self._queue.to(name)

    def next(self) -> None:
        """Show the next cluster."""
        self._look(self._queue.move(1))

    def previous(self) -> None:
        """Show the previous cluster."""
        self._look(self._queue.move(-1))

    def next_undecided(self) -> None:
        """Show the next cluster that is neither decided nor skipped."""
        self._look(self._queue.to_next(self._decisions))

    def go_to(self, cluster: str) -> None:
        """Show a cluster by its id, also if the filter hides it.

        Raises:
            InvalidParameterError: There is no such cluster.
        """
        self._look(self._queue.to(self._cluster_name(cluster)))

    def _merge_sure(self) -> None:
        merged = self.merge_all()
        groups = count_text(merged, "group is", "groups are")
        self._show_message(
            "success" if merged else "info",
            f"{groups} to be merged",
            "Finish review merges them; Undo takes this back. Less sure ones, and those to look at closely, are left.",
        )

    # --- deciding ---------------------------------------------------------------------------------------------------

    def _decide(self, cluster: str | None, verdict: Verdict) -> None:
        with self._changing():
            self._decisions = self._decisions.with_verdict(self._cluster_name(cluster), verdict)
            if cluster is None:
                self._queue = self._queue.to_next(self._decisions)

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Change decisions: at the end they are shown and saved, and an earlier merge is dropped as stale."""
        with self._lock:
            before = self._decisions
            yield
            if self._decisions is not before:
                self.result, self._outcome.children = None, ()
            self._render()
            if self._decisions is not before and self._path is not None:
                self._keep(self._path)

    def _keep(self, path: Path) -> None:
        """Write the session to its file, unless another form has written to it since."""
        if _content(path) != self._kept:
            raise LeadFileError(
                f"another form has written to {path.name[:100]!r}; this decision is not in it",
                repair="make this form again to continue from the file, or call form.save(another_path)",
            )
        self.save(path)
        self._kept = _content(path)

    def _cluster_name(self, cluster: str | None) -> str:
        name = self._queue.current if cluster is None else cluster
        if name is None:
            raise UsageError("no group is shown", repair='form.values = {"show": "all"} shows all groups')
        if name not in self._clusters.members:
            raise InvalidParameterError("unknown cluster", repair="pass a cluster_id of duplicates.clusters")
        return name

    def _check_source(self, current: Cluster, field: str, row: Any) -> None:
        if row not in current.members or not has_value(
            current.values[field][current.members.index(row)], kind_of_column(field)
        ):
            raise InvalidParameterError("this member has no value in this field", repair="take another member's value")
        _, surviving = current.survivors(self._decisions.of(current.name), self._rules)
        if field in surviving and surviving[field].always:
            raise UsageError(
                "a member has opted out, and that wins over any choice",
                repair="leave that member out (X) if it is another person",
            )

    def _open_cluster(self, name: str) -> Cluster:
        if self._cluster is None or self._cluster.name != name:
            self._cluster = self._clusters.cluster(name)
        return self._cluster

    @property
    def _rules(self) -> Mapping[str, Any]:
        return _merging(self._rest).options

    def _look(self, queue: Queue) -> None:
        with self._lock:
            self._queue = queue
            self._render()

    def _filter(self) -> None:
        """Show the clusters that match the filter, from the first undecided one."""
        with self._lock:
            found = queue_of(self._clusters, self._decisions, self.values)
            undecided = found.to_next(self._decisions)
            first = found.current is not None and self._decisions.of(found.current).verdict is None
            self._queue = found if first else undecided
            self._render()

    # --- keys and clicks --------------------------------------------------------------------------------------------

    def _run_callback(self, act: Callable[[], None]) -> None:
        with self._lock:
            super()._run_callback(act)

    def _click_cell(self, cell: str) -> None:
        kind, *positions = cell.split(":")
        numbers = [int(one) for one in positions if one.isdecimal()]
        current = self._cluster
        if current is None or any(at >= len(current.members) for at in numbers[-1:]):
            return
        if kind == "member" and len(numbers) == 1:
            self._mark(None, numbers[0])
            self._run_callback(self._leave_marked_out)
        elif kind == "take" and len(numbers) == 2:  # noqa: PLR2004 - a field and a member
            self._mark(*numbers)
            self._run_callback(self._take_marked)

    def _mark(self, field: int | None, member: int | None) -> None:
        """Mark a cell of the table; ``None`` leaves the field or the member as it is."""
        self._marked = (self._marked[0] if field is None else field, self._marked[1] if member is None else member)
        self._render()

    def _move(self, fields: int, members: int) -> None:
        self._mark(max(0, self._marked[0] + fields), max(0, self._marked[1] + members))

    def _leave_marked_out(self) -> None:
        if self._cluster is not None:
            self.leave_out(self._cluster.members[self._marked[1]])

    def _take_marked(self) -> None:
        self._take_at(self._marked[1])

    def _take_at(self, member: int | None) -> None:
        """Take the value of the marked field from a member, or let the rules choose."""
        current = self._cluster
        names = [] if current is None else open_fields(current)
        if current is None or not names:
            raise UsageError("all values are the same, with nothing to choose", repair="press Merge or Not a duplicate")
        if member is not None and member >= len(current.members):
            raise UsageError("unknown member number", repair="press the number of a member that is shown")
        self.take(names[self._marked[0]], None if member is None else current.members[member])

    # --- showing ----------------------------------------------------------------------------------------------------

    def _render(self) -> None:
        name = self._queue.current
        self._controls.layout.display = self._deciders.layout.display = "none" if name is None else ""
        if name is None:
            self._progress.value = status.nothing_to_show(self._clusters, self._duplicates)
            return
        if self._keyboard.seen != name:
            self._marked = (0, 0)
        current = self._open_cluster(name)
        self._marked = (
            min(self._marked[0], max(len(open_fields(current)) - 1, 0)),
            min(self._marked[1], len(current.members) - 1),
        )
        view = self._view_of(current)
        if self._drawn != (name, view):
            self._why.value, self._card.value = why(current), card(current, view)
            self._keyboard.shows(name)
            self._chooser.show(current, view)
            self._drawn = (name, view)
        # Last: a user who sees the new progress may press the next key.
        self._progress.value = status.progress(current, self._clusters, self._decisions, self._queue)

    def _view_of(self, current: Cluster) -> View:
        """Return what is shown of a cluster; its merge is computed again only if the decision has changed."""
        decision = self._decisions.of(current.name)
        if self._drawn is not None:
            name, before = self._drawn
            known = replace(before.decision, verdict=decision.verdict)
            if name == current.name and known == decision:
                return View(decision, before.survivor, before.surviving, *self._marked)
        return View(decision, *current.survivors(decision, self._rules), *self._marked)

    def __repr__(self) -> str:
        counts = ", ".join(f"{count:,} {name}" for name, count in self.progress.items())
        return f"{super().__repr__()}\n  {len(self._clusters):,} clusters: {counts}"


def _merging(recipe: Recipe) -> Step:
    return next(step for step in recipe.steps if step.name == "merge")


def _content(path: Path) -> bytes | None:
    """Return the content of a file, or ``None`` if there is no file yet."""
    if not path.exists():
        return None
    try:
        return path.read_bytes()
    except OSError as problem:
        raise LeadFileError(
            f"{path.name[:100]!r} cannot be read: {problem.strerror or type(problem).__name__}",
            repair="pass the path of a file that form.save() wrote",
        ) from None


def _begin_session(
    duplicates: Duplicates, recipe: Recipe | None, rules: Mapping[str, str] | None, trusted: Sequence[str]
) -> Recipe:
    if recipe is None:
        return session.session(duplicates.step, rules=rules, trusted=trusted)
    resumed = session.resume(recipe, duplicates.step)
    return session.with_rules(resumed, rules=rules, trusted=trusted)
