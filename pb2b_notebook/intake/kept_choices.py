"""The choices about a list, kept in the journal: the same list brings them back after the tab or the laptop was closed.

A list is found again by a digest of its content. What is kept is the recipe of an intake, and the choices about rows by
their index labels. Rows that are held back come back as a list of their own, and are read as their list was: its recipe
is kept by a digest of the names of its columns, too. The values of a value map are what a person typed, which may name
anyone: ``ws.forget`` deletes all choices that have such values, whoever is forgotten. The job that brings a list in
keeps which of its rows waited: what it adds to the workspace would else decide about them when the same list comes
again.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import JournalError, ProspectB2BError
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.intake.choices import ABOUT_ROWS, Choices, read_recipe, write_recipe
from pb2b_notebook.intake.decisions import State, Verdict
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import column_names
from pb2b_notebook.upserts.running.jobs import CONTENT, Job, Jobs

if TYPE_CHECKING:
    from pb2b_notebook.intake.intake import Intake
    from pb2b_notebook.journal import Journal


_WAITED: Final = "waited"
"""Fact of a job that brings in a list: the rows that waited."""
_WAITING: Final = ("doubtful", "opted_out")


class KeptChoices:
    """The kept choices about one list.

    Args:
        journal: Journal of this machine, or in memory.
        workspace: Service and workspace, as the journal names them.
        now: Function that returns the time by the service's clock.
        source: The list as it was read.
    """

    def __init__(self, journal: Journal, workspace: str, now: Callable[[], datetime], source: Any) -> None:
        self._journal, self._workspace, self._now = journal, workspace, now
        self.digest = _digest_of(source)
        self._digest_of_columns = _digest_of_columns(source)

    @property
    def lasting(self) -> bool:
        """Whether the choices outlast this process; those about a sandbox in memory end with it."""
        return self._journal.path is not None

    def keep(self, choices: Choices) -> None:
        """Keep the choices instead of earlier ones about the list.

        Raises:
            JournalError: The journal cannot be written.
        """
        rows = {name: getattr(choices, name) for name in ABOUT_ROWS if getattr(choices, name)}
        text = json.dumps({"recipe": write_recipe(choices), "rows": rows}, default=int, ensure_ascii=False)
        self._keep(self.digest, text, choices)

    def keep_for_held_back(self, choices: Choices, company_case: str) -> None:
        """Keep how the list is read for the rows of it that are held back, until they come back corrected.

        Args:
            choices: Choices of the list, with its mapping.
            company_case: The case in which it writes company names.

        Raises:
            JournalError: The journal cannot be written.
        """
        text = json.dumps({"recipe": write_recipe(choices), "company_case": company_case}, ensure_ascii=False)
        self._keep(self._digest_of_columns, text, choices)

    def reading_of_held_back(self) -> tuple[dict[str, Any], str] | None:
        """Return the choices and the case of the list from which these rows were held back; ``None`` if unknown."""
        try:
            text = self._journal.kept_list(self._workspace, self._digest_of_columns)
            kept = None if text is None else json.loads(text)
            return None if kept is None else (read_recipe(kept["recipe"]), str(kept["company_case"]))
        except ProspectB2BError:  # of another version, or a journal that cannot be read: the list is read by itself
            return None

    def _keep(self, digest: str, text: str, choices: Choices) -> None:
        mapping = choices.mapping
        typed = mapping is not None and bool(mapping.values or mapping.defaults)
        self._journal.keep_list(self._workspace, digest, text, typed=typed, now=self._now())

    def restore(self, intake: Intake) -> Intake | None:
        """Return the intake with the kept choices; ``None`` if there are none, or they do not fit any more."""
        text = self._journal.kept_list(self._workspace, self.digest)
        if text is None:
            return None
        kept = json.loads(text)
        try:
            return intake.change(**read_recipe(kept["recipe"]), **kept["rows"])
        except ProspectB2BError:
            return None

    def facts_of(self, verdicts: Sequence[Verdict]) -> dict[str, str]:
        """Return what the journal keeps of the list with the job that brings it in: the rows that wait."""
        waiting = {row: one.state for row, one in enumerate(verdicts) if one.state in _WAITING and not one.more_leads}
        # A row that a plan suppresses takes its duplicates with it.
        waiting |= {row: waiting[one.same_as] for row, one in enumerate(verdicts) if one.same_as in waiting}
        return {CONTENT: self.digest, _WAITED: json.dumps(waiting)}

    @property
    def was_sent(self) -> bool:
        """Whether the list was brought in from this machine before, as long as the journal keeps jobs."""
        return self._job() is not None

    def _job(self) -> Job | None:
        """Return the job that last brought the list in."""
        try:
            return Jobs(self._journal, self._workspace).find_by_fact(CONTENT, self.digest)
        except JournalError:  # a plan needs no journal
            return None

    @property
    def waited(self) -> dict[int, State]:
        """Row → its state, for rows that waited when the list was last brought in from this machine."""
        job = self._job()
        return {} if job is None else {int(row): state for row, state in json.loads(job.facts[_WAITED]).items()}

    def drop(self) -> None:
        """Forget the choices about the list."""
        self._journal.drop_list(self._workspace, self.digest)


def _digest_of(source: Any) -> str:
    """Return a digest of the content of a list."""
    if library_of(source) == "polars":  # objects of Python, which are not cells, have no text of their own
        text = source.select(pl.exclude(pl.Object)).write_ndjson()
    else:
        text = source.to_csv(index=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _digest_of_columns(source: Any) -> str:
    """Return a digest of the names of the columns of a list, in any order."""
    names = json.dumps(sorted(map(str, column_names(source))))
    return hashlib.sha256(f"held back {names}".encode("utf-8", "surrogatepass")).hexdigest()
