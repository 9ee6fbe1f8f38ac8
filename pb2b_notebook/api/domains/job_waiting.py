"""Wait for jobs: poll them until they end, the timeout passes, or Ctrl-C is pressed."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final, Literal

from pb2b_notebook.api.calls.identifiers import id_of, kind_named
from pb2b_notebook.api.calls.job_words import end_of, is_good_end, words_of
from pb2b_notebook.api.calls.records import Record
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.calls.signatures import Id
from pb2b_notebook.api.domains.list_schemas import Listed
from pb2b_notebook.api.domains.verbs import run
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import (
    APIError,
    InvalidParameterError,
    JobFailedError,
    JobUnfinishedError,
    NotFoundError,
    PermissionDeniedError,
    UnknownOperationError,
)
from pb2b_notebook.frames.types import FrameT

State = Literal["running", "completed", "failed", "cancelled"]

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 10.0
_GROWTH: Final = 1.5
_LONGEST: Final = 7 * 86400.0
STALLED: Final = 3600.0
"""Seconds of the service's time without any change after which a job is not waited for any longer."""
UNSEEN: Final = 10.0
"""Seconds for which an object that was just made may not be found."""
_ALL_DONE: Final = (1, 100)
"""Progress of a job of which all is done, as a part or in percent."""

_LONGEST_CODE: Final = 2
_COUNTS: Final = ("total_rows", "created_count", "updated_count", "skipped_count", "error_count")

_BESIDE_JOBS: Final = {
    "import": "imports.get", "export": "exports.get", "campaign_run": "campaign_runs.get",
    "prospector_run": "prospector.runs.get",
}  # fmt: skip
"""Object that a job works on → operation that reads it."""


class JobWaits(Listed[FrameT]):
    """Wait for any job."""

    def wait(self, job: Id, *, timeout: float | None = None, progress: bool | None = None) -> Record:
        """Wait until a job ends; a progress bar is shown after a second.

        The clock of the embedded sandbox stands still; waiting moves it, and no real time passes. Ctrl-C leaves the job
        running and prints how to continue waiting.

        Args:
            job: Id of the job, the job itself, or the import, export or run that it works on.
            timeout: Seconds of the service's time; by default as long as it takes, but not longer than an hour in
                which the job shows no change.
            progress: Whether to show a bar; by default as in the workspace.

        Returns:
            The finished job.

        Raises:
            JobFailedError: The job failed or was cancelled; see its ``code`` and ``request_id``.
            JobUnfinishedError: The job did not end in time, or shows no change; it continues.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     export = ws.exports.create(format="csv")
            ...     ws.jobs.wait(export).status
            'completed'
        """
        return wait_for(self._session, job, timeout=timeout, progress=progress)


def wait_for(session: Session, job: Any, *, timeout: float | None = None, progress: bool | None = None) -> Record:
    """Wait for a job; see :meth:`JobWaits.wait`."""
    read, resume = _reader(session, job)
    deadline = None if timeout is None else _check_timeout(timeout)
    started = session.time()
    stall = StallTimer(session.time)
    pauses, found = _pauses(), None
    with _Bar(shown=session.progress if progress is None else progress) as bar:
        try:
            while True:
                found = read_made(session, read, job, longest=deadline) if found is None else read()
                if state(found) != "running":
                    return completed_job(found)
                if _is_ready(session, job, found):
                    return found
                bar.show(found)
                left = None if deadline is None else deadline - (session.time() - started).total_seconds()
                if left is None:
                    stall.check([found])
                elif left <= 0:
                    raise _unfinished_error(found, f"after {deadline:g} s")
                pause = next(pauses)
                session.pause(pause if left is None else min(pause, left))
        except KeyboardInterrupt:
            notices.say(f"the job continues; {resume} waits for it")
            raise


def _is_ready(session: Session, job: Any, found: Record) -> bool:
    """Whether the file of an export is written, where its status is a code or "ready", which may not say so."""
    word = _word_of(found)
    if not ((_is_code(word) or is_good_end(word)) and isinstance(job, Mapping) and job.get("object") == "export"):
        return False
    try:
        return str(run(session, "exports.download", job["id"]).get("ready")).lower() in {"true", "1"}
    except (APIError, UnknownOperationError):
        return False


def read_made(session: Session, read: Callable[[], Record], job: Any, longest: float | None = None) -> Record:
    """Read a job, import or export; a service with replicas may not show yet what it has just made.

    Args:
        session: Session of the workspace.
        read: Reads it.
        job: What the service answered to its creation, or an id, which may be that of nothing.
        longest: Seconds after which it is not read again; by default :data:`UNSEEN`.
    """
    pauses, waited, ends = _pauses(), 0.0, min(UNSEEN, UNSEEN if longest is None else longest)
    while True:
        try:
            return read()
        except NotFoundError:
            if waited >= ends or not isinstance(job, Mapping):
                raise
        pause = min(next(pauses), ends - waited)
        waited += pause
        session.pause(pause)


def _reader(session: Session, job: Any) -> tuple[Callable[[], Record], str]:
    """Return what reads a job, or the import, export or run of a service that names no job, and how to wait again."""
    kind = _BESIDE_JOBS.get(str(job.get("object"))) if isinstance(job, Mapping) else None
    own = None if kind is None or job.get("id") is None else id_of(job, kind_named(str(job["object"])))
    if own is not None and (job.get("job_id") is None or session.is_missing("jobs.get")):
        return partial(run, session, str(kind), own), f'ws.call("{kind}", id="{own}")'
    job_id = _job_id(job)

    def read() -> Record:
        try:
            found: Record = run(session, "jobs.get", job_id)
        except (NotFoundError, PermissionDeniedError):
            if own is None:
                raise
            found = run(session, str(kind), own)  # the service may not have jobs, or the key may not read them
        return found

    return read, f'ws.jobs.wait("{job_id}")'


def state(job: Mapping[str, Any]) -> State:
    """Return the state of a job; the words of a live service are recognized too.

    A job that has ended in a word that is not known has failed, unless the service says that all of it is done.

    >>> state({"status": "running", "finished_at": None}), state({"status": "canceled"}), state({"state": "done"})
    ('running', 'cancelled', 'completed')
    >>> state({"status": "JobComplete", "finished_at": "2026-03-10T12:00:00Z"})
    'completed'
    >>> state({"status": "discarded", "finished_at": "2026-03-10T12:00:00Z"})
    'failed'
    >>> state({"status": 3, "progress": 1, "finished_at": "2026-03-10T12:00:00Z", "error": None})
    'completed'
    >>> state({"status": 2, "total_rows": "3", "created_count": 2, "error_count": "1"}), state({"status": 2})
    ('completed', 'running')
    >>> state({"status": 2, "total_rows": 3, "created_count": 1, "error_count": 4})
    'running'
    """
    word = _word_of(job)
    end = end_of(word) or ("completed" if _is_code(word) and _counts_all_rows(job) else None)
    if end == "completed":
        return "failed" if job.get("finished_at") is not None and job.get("error") else end
    ended, done = job.get("finished_at") is not None, job.get("progress") in _ALL_DONE
    if end is not None or not (ended or (done and is_good_end(word))):
        return end or "running"
    return "completed" if (not word or is_good_end(word) or done) and not job.get("error") else "failed"


def _is_code(word: str) -> bool:
    """Whether a status is a number or a letter or two, whose meaning only the service knows."""
    return 0 < len(word) <= _LONGEST_CODE or word.isdecimal()


def _counts_all_rows(job: Mapping[str, Any]) -> bool:
    """Whether an import counts what became of each of its rows: it has ended, whatever its status is."""
    total, *counts = (int(n) if (n := str(job.get(name))).isdecimal() else 0 for name in _COUNTS)
    return 0 < total == sum(counts)  # several errors of one row are more than the rows


def _word_of(job: Mapping[str, Any]) -> str:
    """Return the status of a job as text; empty if it has none."""
    found = next((job[name] for name in ("status", "state") if job.get(name) not in {None, ""}), "")
    return str(found).strip()


def _job_id(job: Any) -> str:
    """Return the id of a job from the job, its id, or the object that it works on."""
    if isinstance(job, Mapping) and job.get("object") != "job" and isinstance(job.get("job_id"), str):
        return str(job["job_id"])
    found = id_of(job, kind_named("job"))
    if not isinstance(found, str):
        raise InvalidParameterError(
            f"jobs.wait needs the id of a job, not {type(job).__name__}",
            repair="pass its id, the job itself, or the import, export or run that it works on",
        )
    return found


def _check_timeout(timeout: object) -> float:
    number = isinstance(timeout, (int, float)) and not isinstance(timeout, bool)
    if not number or not 0 < timeout <= _LONGEST:  # type: ignore[operator]  # NaN is not above 0 either
        raise InvalidParameterError("timeout must be a number of seconds above 0", repair="timeout=60, or leave it out")
    return float(timeout)  # type: ignore[arg-type]


def _pauses() -> Iterator[float]:
    """Yield growing pauses: a short job ends soon after it is done, and a long one is polled rarely."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * _GROWTH, LONGEST_PAUSE)


def completed_job(job: Record) -> Record:
    """Return the job if it completed.

    Raises:
        JobFailedError: The job failed or was cancelled.
    """
    if (end := state(job)) == "completed":
        return job
    error = job.get("error")
    error = error if isinstance(error, Mapping) else {}
    code = str(error.get("code") or (end if end == "cancelled" else "_".join(words_of(_word_of(job))) or end))
    reason = f": {error['message']} ({code})" if error.get("message") else f" ({code})" if code != end else ""
    request_id = job.get("request_id")
    job_id = str(job.get("job_id") or job.get("id"))
    raise JobFailedError(
        f"the {_job_name(job)} {'was cancelled' if end == 'cancelled' else 'failed'}{reason}",
        job_id=job_id,
        code=code,
        request_id=request_id if isinstance(request_id, str) else job.request_id,
        repair=f'ws.jobs.events("{job_id}") lists what happened',
    )


class StallTimer:
    """Ends the waiting for jobs that show no change for an hour: a status may be a word that we do not know.

    A change is a status that was not seen before, more progress, or another attempt. Whatever a service answers in
    turns, these end.

    Args:
        time: Returns the service's time.
    """

    def __init__(self, time: Callable[[], datetime]) -> None:
        self._time = time
        self._seen: set[tuple[str, str]] = set()
        self._done = 0.0
        self._since = time()

    def check(self, jobs: Sequence[Record]) -> None:
        """Record how the running jobs are now.

        Raises:
            JobUnfinishedError: Nothing has changed for an hour; the jobs continue.
        """
        seen = {(str(job.get("id")), f"{job.get('status')} {job.get('attempt')}") for job in jobs}
        done = sum(map(progress_of, jobs))
        if not seen <= self._seen or done > self._done:
            self._seen |= seen
            self._done = max(done, self._done)
            self._since = self._time()
        elif (self._time() - self._since).total_seconds() >= STALLED:
            raise _unfinished_error(jobs[0], f"and has not changed for {STALLED / 60:.0f} minutes")


def _unfinished_error(job: Record, when: str) -> JobUnfinishedError:
    return JobUnfinishedError(
        f"the {_job_name(job)} is {job.get('status')} ({progress_of(job):.0%} done) {when}",
        job_id=str(job.get("id")),
        request_id=job.request_id,
        repair=f'it continues; ws.jobs.wait("{job.get("id")}") waits for it',
    )


def _job_name(job: Mapping[str, Any]) -> str:
    kind = job.get("type")
    return f"{str(kind).replace('_', ' ')} job" if kind else "job"


def progress_of(job: Mapping[str, Any]) -> float:
    """Return how much of a job is done, from 0 to 1; 0 where the service does not report it."""
    progress = job.get("progress")
    known = isinstance(progress, (int, float)) and not isinstance(progress, bool)
    return min(max(float(progress), 0.0), 1.0) if known else 0.0  # type: ignore[arg-type]


class _Bar(Progress):
    """Progress bar in percent."""

    def __init__(self, *, shown: bool, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__("job", shown=shown, clock=clock)

    def show(self, job: Mapping[str, Any]) -> None:
        if not self.is_due():
            return
        if self._bar is None:
            from tqdm.auto import tqdm

            self._bar = tqdm(
                desc=_job_name(job), total=100, leave=False, bar_format="{desc}: {percentage:3.0f}%|{bar}|{postfix}"
            )
        self._bar.n = round(100 * progress_of(job))
        self._bar.set_postfix_str(str(job.get("status")))
