"""The choices about a list, kept in the journal: the same list brings them back after the tab or the laptop was closed.

A list is found again by a digest of its content. What is kept is the recipe of an intake, and the choices about rows by
their index labels. Rows that are held back come back as a list of their own, and are read as their list was: its recipe
is kept by a digest of the names of its columns, too. The values of a value map are what a person typed, which may name
anyone: ``ws.forget`` deletes all choices that have such values, whoever is forgotten. Rows that waited when a list was
brought in, or held back, are kept by digests of their cells: what else is in the workspace or in the file by the time
they come again would else decide about them. The digests have a secret key, and ``ws.forget`` leaves them, as it leaves
those of forgotten people: without them, whoever waits could be brought in. A row that was corrected has another digest,
and is judged by itself. What a person decided about a row in the file of held-back rows is kept in the same way: it
holds for the list, too.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import JournalError, ProspectB2BError
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.intake.choices import ABOUT_ROWS, Choices, read_recipe, write_recipe
from pb2b_notebook.intake.decisions import State, Verdict
from pb2b_notebook.intake.held_rows import (
    HeldRow,
    find_held_rows,
    held_rows,
    keyed_digest,
    may_be_held_rows,
    plain_text,
    with_list,
)
from pb2b_notebook.journal import RETENTION
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.upserts.running.jobs import CONTENT, Job, Jobs

if TYPE_CHECKING:
    from pb2b_notebook.intake.intake import Intake
    from pb2b_notebook.journal import Journal


_BROUGHT_IN, _HELD_BACK, _DECIDED = "waiting", "waiting of held back", "decided"
"""Kinds of files by which waiting rows are kept, and the rows about which a person decided."""
_HELD_ROWS: Final = hashlib.sha256(b"rows that were held back").hexdigest()
_KEY, _FOUND = "key", "found"
_BYTES: Final = 16
_LENGTH: Final = 2 * _BYTES
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
        self._source = source
        self._digest_of_columns = _digest_of_columns(source)

    @cached_property
    def digest(self) -> str:
        """Digest of the content of the list."""
        return _digest_of(self._source)

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

    def keep_for_held_back(
        self, choices: Choices, company_case: str, verdicts: Sequence[Verdict], but: Collection[int] = ()
    ) -> None:
        """Keep how the list is read for the rows of it that are held back, until they come back corrected.

        Args:
            choices: Choices of the list, with its mapping.
            company_case: The case in which it writes company names.
            verdicts: The verdicts about its rows: those that wait do so until they are corrected or decided about.
            but: Rows that wait for what their own cells say, which is read again whenever they come.

        Raises:
            JournalError: The journal cannot be written.
        """
        text = json.dumps({"recipe": write_recipe(choices), "company_case": company_case}, ensure_ascii=False)
        self._keep(self._digest_of_columns, text, choices)
        self._keep_waiting(_HELD_BACK, verdicts, but)
        doubtful = [row for row, one in enumerate(verdicts) if one.state == "doubtful" and not one.more_leads]
        columns = {} if choices.mapping is None else choices.mapping.columns
        key, lists = self._held_lists()
        key = key or _new_key()
        held = held_rows(self._source, columns, doubtful, {row: str(verdicts[row].reason) for row in but}, key)
        if held or lists:
            lists = with_list(lists, self.digest, held, self._now().isoformat())
            text = json.dumps({_KEY: key, _FOUND: lists})
            self._journal.keep_list(self._workspace, _HELD_ROWS, text, typed=False, now=self._now())

    def rows_held_back(self) -> list[int]:
        """Return the rows that were held back on this machine, if this is a file of such rows without its reasons."""
        with suppress(JournalError):
            key, lists = self._held_lists()
            held = [HeldRow(*row) for _, rows in lists.values() for row in rows]
            if may_be_held_rows(self._source, held) and self.digest not in lists:
                return find_held_rows(self._source, held, key)
        return []

    def _held_lists(self) -> tuple[str, dict[str, Any]]:
        """Return the key, and the digest of each list with the time at which its held-back rows were kept, and these.

        All are in one entry, whose time is that of the latest list: each one is kept as long as any other choice.
        """
        key, lists = self._with_key(_HELD_ROWS)
        oldest = self._now() - RETENTION
        return key, {digest: of for digest, of in lists.items() if datetime.fromisoformat(of[0]) >= oldest}

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

    def keep_waiting(self, verdicts: Sequence[Verdict], but: Collection[int] = ()) -> None:
        """Keep which rows of the list wait, as it is brought in; a row about which a person decided does not any more.

        Args:
            verdicts: The verdicts about its rows.
            but: Rows that wait for what their own cells say.

        Raises:
            JournalError: The journal cannot be written.
        """
        for file in (_BROUGHT_IN, _HELD_BACK):
            self._keep_waiting(file, verdicts, but)

    def _keep_waiting(self, file: str, verdicts: Sequence[Verdict], but: Collection[int]) -> None:
        waiting = {row: one.state for row, one in enumerate(verdicts) if one.state in _WAITING and not one.more_leads}
        waiting = {row: state for row, state in waiting.items() if row not in but}
        # A row that a plan suppresses takes its duplicates with it.
        waiting |= {
            row: waiting[one.same_as]
            for row, one in enumerate(verdicts)
            if one.state == "duplicate" and one.same_as in waiting
        }
        self._keep_rows(file, waiting, range(len(verdicts)))

    def _keep_rows(self, file: str, found: Mapping[int, Any], of: Iterable[int]) -> None:
        """Keep what was found about some rows, and no longer what was kept about them."""
        key, before = self._with_key(self._digest_of(file))
        key = key or _new_key()
        rows = self._keyed_rows(key) if before or found else []
        others = before.keys() - {rows[row] for row in of if rows}
        now = {digest: before[digest] for digest in others} | {rows[row]: what for row, what in found.items()}
        if now != before:
            text = json.dumps({_KEY: key, _FOUND: now})
            self._journal.keep_list(self._workspace, self._digest_of(file), text, typed=False, now=self._now())

    def keep_decided(self, decided: Mapping[int, str | None], of: Iterable[int]) -> None:
        """Keep which lead a row is by a person's decision, ``None`` if it is left out.

        Args:
            decided: Row → lead.
            of: The rows about which a person decided; others are kept as they are.

        Raises:
            JournalError: The journal cannot be written.
        """
        self._keep_rows(_DECIDED, decided, of)

    def decided_rows(self) -> dict[int, str | None]:
        """Return row → lead that it is, or ``None``, for rows about which a person decided on this machine."""
        return self._rows_in(_DECIDED)

    @property
    def was_sent(self) -> bool:
        """Whether the list was brought in from this machine before, as long as the journal keeps jobs."""
        return self.last_job is not None

    @property
    def last_job(self) -> Job | None:
        """The job that last brought the list in."""
        try:
            return Jobs(self._journal, self._workspace).find_by_fact(CONTENT, self.digest)
        except JournalError:  # a plan needs no journal
            return None

    def waiting_rows(self, *, were_held_back: bool = False) -> dict[int, State]:
        """Return row → its state, for rows that waited when they were last brought in from this machine.

        Args:
            were_held_back: Whether the list is a file of rows that were held back.
        """
        return self._rows_in(_BROUGHT_IN, *([_HELD_BACK] if were_held_back else []))

    def _rows_in(self, *files: str) -> dict[int, Any]:
        found = dict[int, Any]()
        try:
            kept = [self._with_key(self._digest_of(file)) for file in files]
        except JournalError:  # a plan needs no journal
            return {}
        for key, before in kept:
            rows = self._keyed_rows(key) if before else []
            found |= {row: before[digest] for row, digest in enumerate(rows) if digest in before}
        return dict(sorted(found.items()))

    def _with_key(self, entry: str) -> tuple[str, dict[str, Any]]:
        """Return the key of the digests of an entry, and what is kept by them; nothing of what had no key."""
        kept = json.loads(self._journal.kept_list(self._workspace, entry) or "{}")
        return (kept[_KEY], kept[_FOUND]) if _KEY in kept else ("", {})

    def _keyed_rows(self, key: str) -> list[str]:
        return [keyed_digest(digest, key)[:_LENGTH] for digest in self._digests_of_rows]

    def _digest_of(self, file: str) -> str:
        """Return the digest by which the waiting rows of lists with these columns are kept."""
        return hashlib.sha256(f"{file} {self._digest_of_columns}".encode()).hexdigest()

    @cached_property
    def _digests_of_rows(self) -> list[str]:
        return digests_of_rows(self._source)

    def drop(self) -> None:
        """Forget the choices about the list."""
        self._journal.drop_list(self._workspace, self.digest)


def _new_key() -> str:
    return secrets.token_hex(_BYTES)


def _digest_of(source: Any) -> str:
    """Return a digest of the content of a list."""
    if library_of(source) == "polars":  # objects of Python, which are not cells, have no text of their own
        text = source.select(pl.exclude(pl.Object)).write_ndjson()
    else:
        text = source.to_csv(index=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def digests_of_rows(source: Any) -> list[str]:
    """Return a digest of the cells of each row, whatever the order of the columns and the kind of file.

    >>> import pandas as pd
    >>> people = pd.DataFrame({"Name": ["Ada", "Ada"], "Phone": ["=1", None], "Size": [7.0, None]})
    >>> again = pl.DataFrame({"Size": [None, "7"], "Name": ["Ada ", "Ada"], "Phone": ["", "'=1"]})
    >>> digests_of_rows(people) == digests_of_rows(again)[::-1]
    True
    """
    columns = {str(name): [plain_text(cell) for cell in cells_of(source, name)] for name in column_names(source)}
    names = sorted(columns)
    rows = zip(*(columns[name] for name in names), strict=True)
    texts = (json.dumps([pair for pair in zip(names, row, strict=True) if pair[1]]) for row in rows)
    return [hashlib.sha256(text.encode()).hexdigest()[:_LENGTH] for text in texts]


def _digest_of_columns(source: Any) -> str:
    """Return a digest of the names of the columns of a list, in any order."""
    names = json.dumps(sorted(map(str, column_names(source))))
    return hashlib.sha256(f"held back {names}".encode("utf-8", "surrogatepass")).hexdigest()
