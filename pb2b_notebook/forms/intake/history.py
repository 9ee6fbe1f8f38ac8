"""What was brought in before from this machine, by the journal, each with a button that takes it back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import ipywidgets as widgets

from pb2b_notebook.display.counting import count_text
from pb2b_notebook.forms import buttons, rendering
from pb2b_notebook.forms.paging import Lines
from pb2b_notebook.intake.undoing import Undone
from pb2b_notebook.workspace import Workspace

MOST: Final = 10
"""Lists that are shown, the newest first."""


_NOT_PROVEN: Final = (
    "nothing proves that this list created them, so they stay: press Undo again to look once more, or look for them in "
    "the workspace."
)


def undo_question(what: str) -> tuple[str, str]:
    """Return the question before something that was sent is taken back, and what a yes does."""
    return f"Take back {what}?", (
        "The people that it created are deleted, and the earlier values of the others are written back. "
        "Who was changed since then, by you or by another user, stays."
    )


def undo_message(undone: Undone, names: Sequence[str] = ()) -> tuple[str, str, str]:
    """Return the kind, the title and the text of the message about what was taken back.

    Args:
        undone: What was taken back.
        names: Names of some people who stay.
    """
    deleted = 0 if undone.deleted is None else undone.deleted.summary["succeeded"]
    restored = undone.restored.summary["succeeded"]
    done = [f"{rendering.people(deleted)} deleted"] if deleted else []
    done += [f"{rendering.people(restored)} as before"] if restored else []
    outcomes = [one for one in (undone.restored, undone.deleted) if one is not None]
    left = sum(one.summary[name] for one in outcomes for name in ("pending", "failed"))
    changed = len(undone.kept) + sum(one.summary["conflict"] for one in outcomes)
    more = [f"{count_text(left, 'was', 'were')} not taken back: press Undo again."] if left else []
    if changed:
        stay = "stays, since it was" if changed == 1 else "stay, since they were"
        others = changed - len(names)
        who = ", ".join([*names, *([f"{others:,} more"] if names and others else [])])
        more.append(f"{rendering.people(changed)} {stay} changed after sending{f': {who}' if who else ''}.")
    more += [f"{rendering.people(count)}: {why}." for why, count in undone.stays.items()]
    if unknown := undone.unknown:
        whole, known = deleted + restored + left + changed + unknown, ", ".join(done) or "nothing"
        more.insert(0, f"{rendering.people(unknown)} may have arrived, and {_NOT_PROVEN}")
        title = f"{deleted + restored:,} of {whole:,} taken back; {unknown:,} not known"
        return "warning", title, " ".join([f"{known[0].upper()}{known[1:]}.", *more])
    if not (done or more):
        return "info", "Nothing of this list was sent", "There is nothing to take back."
    return "warning" if left else "success", f"Taken back: {', '.join(done) or 'nothing'}", " ".join(more)


class History:
    """The last lists that were sent.

    Args:
        ws: The workspace.
        undo: Function that takes a job back; called with its id and what it brought in, in words.

    Attributes:
        taken_back: Ids of the jobs that were taken back completely.
    """

    def __init__(self, ws: Workspace[Any], undo: Callable[[str, str], None]) -> None:
        self._ws = ws
        self._undo = undo
        self._lines = Lines(lambda: _Line(undo))
        self._head = widgets.HTML()
        self.taken_back: frozenset[str] = frozenset()
        self.widget = widgets.VBox([self._head, self._lines.widget])

    def show(self, without: str | None = "") -> None:
        """Read the journal, and show the last lists.

        Args:
            without: Id of a job that is shown elsewhere.
        """
        every = self._ws.upserts.list(frame="polars").rows(named=True)
        undone = self._find_undone(every)
        self.taken_back = frozenset(job for job, is_done in undone.items() if is_done)
        jobs = [job for job in every if job["kind"] == "upsert" and job["job_id"] != without][:MOST]
        title = "<b>Brought in before</b>" if jobs else ""
        self._head.value = rendering.wrap(title)
        for line, job in self._lines.fill(jobs):
            if job is None:
                line.hide()
            else:
                line.show(job, undone=undone.get(job["job_id"]), left=self._count_left(job))

    def _count_left(self, job: Mapping[str, Any]) -> _Left:
        if job["state"] == "finished" and not job["needs_review"]:
            return _Left()
        outcome = self._ws.upserts.get(job["job_id"])
        return _Left(outcome.summary["pending"], len(outcome.untouched), len(outcome.unknown))

    def _find_undone(self, jobs: Sequence[Mapping[str, Any]]) -> dict[str, bool]:
        """Return the jobs that were taken back → whether completely."""
        ids = {job["undoes"] for job in jobs}
        found = {job["job_id"]: False for job in jobs if job["job_id"] in ids and self._count_left(job).unknown}
        for job in jobs:
            if job["undoes"] is not None:
                counts = self._ws.upserts.get(job["job_id"]).summary
                is_done = not any(counts[name] for name in ("pending", "failed", "conflict", "needs_review"))
                found[job["undoes"]] = found.get(job["undoes"], True) and is_done
        return found


class _Left(NamedTuple):
    """What a list has left.

    Attributes:
        pending: Number of people who were not sent, or not answered.
        untouched: Number of those of whom no request had an effect.
        unknown: Number of people who may have arrived.
    """

    pending: int = 0
    untouched: int = 0
    unknown: int = 0


class _Line:
    """One list that was sent."""

    def __init__(self, undo: Callable[[str, str], None]) -> None:
        self._job = self._what = ""
        self._about = widgets.HTML(layout=widgets.Layout(flex="1 1 20em", min_width="0"))
        self._button = buttons.small("Undo", lambda: undo(self._job, self._what))
        looks = widgets.Layout(flex_flow="row wrap", align_items="center")
        self.widget = widgets.HBox([self._about, self._button], layout=looks)
        self.hide()

    def hide(self) -> None:
        """Hide the line."""
        self.widget.layout.display = "none"

    def show(self, job: Mapping[str, Any], *, undone: bool | None, left: _Left) -> None:
        """Show a job of the journal.

        Args:
            job: Its row in the list of jobs.
            undone: Whether it was taken back: completely, in part, or (``None``) not at all.
            left: What it has left.
        """
        self._job = job["job_id"]
        when = f"{job['created_at']:%Y-%m-%d %H:%M} UTC"
        state = {
            "open": "not finished: bring in the same file again, and it goes on",
            "abandoned": "stopped for good",
        }.get(job["state"], "finished")
        state = {None: state, True: "taken back", False: "taken back in part"}[undone]
        unknown = f"{left.unknown:,} not known: Undo looks what became of them" if left.unknown else ""
        planned = (job["rows"] if job["writes"] is None else job["writes"]) or 0
        count = f"{planned - left.pending:,} of " if left.pending else ""
        sent = f"{count}{rendering.people(planned)}"
        self._what = f"{job['list'] or 'the list'}, sent {when}"
        facts = [when, job["list"] or "changes of a plan", sent, state, unknown]
        self._about.value = rendering.wrap(rendering.text(" · ".join(fact for fact in facts if fact)))
        nothing_to_undo = undone is True or (planned > 0 and left.untouched == planned)
        self._button.layout.display = "none" if nothing_to_undo else ""
        self._button.tooltip = f"undo what was brought in at {when}"
        self.widget.layout.display = ""
