"""Wait for jobs: look, pause, look again, until they end, the time is up, or somebody presses Ctrl-C."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, Literal, Self

from pb2b_notebook.api.calls.identifiers import identified, kind_named
from pb2b_notebook.api.domains.verbs import Resource, run
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import SHOWN_AFTER
from pb2b_notebook.errors import InvalidParameterError, JobFailedError, JobUnfinishedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import TracebackType

    from pb2b_notebook.api.calls.records import Record
    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.api.calls.signatures import Id

State = Literal["under way", "completed", "failed", "cancelled"]

FIRST_PAUSE: Final = 1.0
LONGEST_PAUSE: Final = 10.0
_GROWTH: Final = 1.5
_LONGEST: Final = 7 * 86400.0
_COMPLETED: Final = frozenset({"completed", "succeeded", "done"})
_CANCELLED: Final = frozenset({"cancelled", "canceled"})


class WaitingForJobs(Resource):
    """Waiting for any job."""

    def wait(self, job: Id, *, timeout: float | None = None, progress: bool | None = None) -> Record:
        """Wait until a job ends, with a progress bar on anything over a second.

        Over the embedded sandbox, whose clock stands, waiting moves the clock: no real time passes. Ctrl-C leaves the
        job running and says how to wait on.

        Args:
            job: its id, the job itself, or the import, export or run that it works on.
            timeout: seconds of the service's time; by default as long as it takes.
            progress: show a bar; by default as the workspace does.

        Returns:
            The job as it ended.

        Raises:
            JobFailedError: it failed or was cancelled; ``code`` and ``request_id`` say of what.
            JobUnfinishedError: the time is up; the job goes on.

        Example:
            >>> import pb2b_notebook as pb
            >>> with pb.open_sandbox(leads=20) as ws:
            ...     export = ws.exports.create(format="csv")
            ...     ws.jobs.wait(export).status
            'completed'
        """
        return wait_for(self._session, job, timeout=timeout, progress=progress)


def wait_for(session: Session, job: Any, *, timeout: float | None = None, progress: bool | None = None) -> Record:
    """The same as :func:`wait`, for verbs that wait for what they know the job of."""
    job_id = _job_id(job)
    deadline = None if timeout is None else _checked(timeout)
    started = session.time()
    pauses = _pauses()
    with _Bar(shown=session.progress if progress is None else progress) as bar:
        try:
            while True:
                found: Record = run(session, "jobs.get", job_id)
                if state(found) != "under way":
                    return _ended(found)
                bar.show(found)
                left = None if deadline is None else deadline - (session.time() - started).total_seconds()
                if left is not None and left <= 0:
                    raise _unfinished(found, deadline)
                pause = next(pauses)
                session.pause(pause if left is None else min(pause, left))
        except KeyboardInterrupt:
            notices.say(f'the job goes on by itself; ws.jobs.wait("{job_id}") waits on')
            raise


def state(job: Mapping[str, Any]) -> State:
    """What a job has come to, also in a live service's own words.

    >>> state({"status": "running", "finished_at": None}), state({"status": "canceled"})
    ('under way', 'cancelled')
    """
    status = str(job.get("status")).lower()
    if status in _CANCELLED:
        return "cancelled"
    if status == "failed":
        return "failed"
    if status in _COMPLETED or job.get("finished_at") is not None:
        return "failed" if job.get("error") else "completed"
    return "under way"


def _job_id(job: Any) -> str:
    """The job's id, from itself, its id, or what it works on."""
    if isinstance(job, Mapping) and job.get("object") != "job" and isinstance(job.get("job_id"), str):
        return str(job["job_id"])
    found = identified(job, kind_named("job"))
    if not isinstance(found, str):
        raise InvalidParameterError(
            f"jobs.wait needs the id of a job, not {type(job).__name__}",
            repair="give its id, the job itself, or the import, export or run that it works on",
        )
    return found


def _checked(timeout: object) -> float:
    number = isinstance(timeout, (int, float)) and not isinstance(timeout, bool)
    if not number or not 0 < timeout <= _LONGEST:  # type: ignore[operator]  # NaN is not above 0 either
        raise InvalidParameterError("timeout is a number of seconds above 0", repair="timeout=60, or leave it out")
    return float(timeout)  # type: ignore[arg-type]


def _pauses() -> Iterator[float]:
    """Soon at first, then rarely: a short job is not waited for long, a long one is not asked often."""
    pause = FIRST_PAUSE
    while True:
        yield pause
        pause = min(pause * _GROWTH, LONGEST_PAUSE)


def _ended(job: Record) -> Record:
    if (end := state(job)) == "completed":
        return job
    error = job.get("error")
    error = error if isinstance(error, Mapping) else {}
    code = str(error.get("code") or end)
    told = f": {error['message']} ({code})" if error.get("message") else f" ({code})" if code != end else ""
    request_id = job.get("request_id")
    raise JobFailedError(
        f"the {_named(job)} {'was cancelled' if end == 'cancelled' else 'failed'}{told}",
        job_id=str(job.get("id")),
        code=code,
        request_id=request_id if isinstance(request_id, str) else job.request_id,
        repair=f'ws.jobs.events("{job.get("id")}") tells how it went',
    )


def _unfinished(job: Record, timeout: float | None) -> JobUnfinishedError:
    return JobUnfinishedError(
        f"the {_named(job)} is {job.get('status')} ({_done(job):.0%} done) after {timeout:g} s",
        job_id=str(job.get("id")),
        request_id=job.request_id,
        repair=f'it goes on by itself; ws.jobs.wait("{job.get("id")}") waits on',
    )


def _named(job: Mapping[str, Any]) -> str:
    kind = job.get("type")
    return f"{str(kind).replace('_', ' ')} job" if kind else "job"


def _done(job: Mapping[str, Any]) -> float:
    """How much of it is done, from 0 to 1, as far as it says so."""
    progress = job.get("progress")
    known = isinstance(progress, (int, float)) and not isinstance(progress, bool)
    return min(max(float(progress), 0.0), 1.0) if known else 0.0  # type: ignore[arg-type]


class _Bar:
    """Percent done, made when it is due, as :class:`~pb2b_notebook.display.progress.Progress` is."""

    def __init__(self, *, shown: bool, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._due = clock() + SHOWN_AFTER if shown else float("inf")
        self._bar: Any = None

    def show(self, job: Mapping[str, Any]) -> None:
        if self._bar is None:
            if self._clock() < self._due:
                return
            from tqdm.auto import tqdm

            self._bar = tqdm(
                desc=_named(job), total=100, leave=False, bar_format="{desc}: {percentage:3.0f}%|{bar}|{postfix}"
            )
        self._bar.n = round(100 * _done(job))
        self._bar.set_postfix_str(str(job.get("status")))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.close()
