"""Runs of past campaigns: the messages of one week are one run, which counts them."""

from collections import Counter
from collections.abc import Iterator

from pb2b_notebook.openapi import instants
from pb2b_notebook.sandbox.campaigns import correspondence
from pb2b_notebook.sandbox.campaigns.runs import COUNTS, blank_run
from pb2b_notebook.sandbox.core.identifiers import derive_id
from pb2b_notebook.sandbox.core.store import Document
from pb2b_notebook.sandbox.core.tables import CAMPAIGN_LOGS, CAMPAIGN_RUNS
from pb2b_notebook.sandbox.demo_data.arrivals import DAY, timestamp
from pb2b_notebook.sandbox.demo_data.job_history import PastJob
from pb2b_notebook.sandbox.demo_data.lead_stories import Sent

_OUTCOMES = ("opened", "clicked", "replied", "bounced", "unsubscribed")
_QUEUED_BEFORE = 2_000
_ENDED_AFTER = 60_000
DISABLED = ("campaign_disabled", "the campaign was disabled before the run ended")
"""Error of the last run of a disabled campaign."""


def week_of(at: int) -> int:
    """Return the Monday of the week of an instant, as days since 1970-01-01.

    >>> week_of(0), week_of(4 * 86_400_000)
    (-3, 4)
    """
    day = at // DAY
    return day - (day + 3) % 7


class PastRun:
    """One run of the past, filled message by message.

    Args:
        campaign_id: Id of the campaign.
        week: Monday of the run's week; see :func:`week_of`.
        now: Start of the domain clock, by which the run ended.
    """

    def __init__(self, campaign_id: str, week: int, now: int) -> None:
        self.id = derive_id(CAMPAIGN_RUNS.prefix, campaign_id, week)
        self.campaign_id = campaign_id
        self._now = now
        self._counts: Counter[str] = Counter()
        self._first = self._last = self._changed = -1

    def add(self, sent: Sent) -> None:
        """Count a message."""
        counts = self._counts
        counts["targeted"] += 1
        counts["sent"] += 1
        counts["delivered"] += sent.bounced is None
        for name, at in zip(_OUTCOMES, sent[1:], strict=True):
            if at is not None:
                counts[name] += 1
                self._changed = max(self._changed, at)
        self._first = sent.at if self._first < 0 else min(self._first, sent.at)
        self._last = max(self._last, sent.at)

    def skip(self) -> None:
        """Count a lead whose email address was sent the message already."""
        self._counts["targeted"] += 1

    def job(self) -> PastJob:
        """Return the job that ran it."""
        ended = min(self._last + _ENDED_AFTER, self._now - 2)
        return self._job(self._first - _QUEUED_BEFORE, ended)

    def document(self) -> Document:
        """Return the run in its current state: messages are opened after its end, too."""
        job = self.job()
        state = job.state()
        del state["request_id"]
        times = state | {"updated_at": max(state["updated_at"], timestamp(self._changed))}
        counts = {name: self._counts[name] for name in COUNTS}
        return blank_run() | {"id": self.id, "campaign_id": self.campaign_id, "job_id": job.id} | counts | times

    def logs(self) -> Iterator[Document]:
        """Yield the entries of the campaign's log about the run."""
        job = self.job()
        entries = [
            (job.started_at, "run.started", ()),
            (job.ended_at, "run.completed", (self._counts["sent"], self._counts["targeted"])),
        ]
        for at, event, numbers in entries:
            log_id = derive_id(CAMPAIGN_LOGS.prefix, self.id, event)
            yield correspondence.campaign_log(
                log_id, self.campaign_id, event, instants.render(at), run_id=self.id, numbers=numbers
            )

    def _job(self, queued: int, ended: int) -> PastJob:
        return PastJob(
            "campaign_run",
            self.id,
            queued_at=instants.parse(timestamp(queued)),
            ended_at=instants.parse(timestamp(max(ended, queued + _QUEUED_BEFORE))),
            request_id=derive_id("req", self.id),
        )


def failed_run(campaign_id: str, at: int) -> tuple[PastJob, Document]:
    """Return the job and the document of a run that failed since its campaign was disabled meanwhile."""
    run_id = derive_id(CAMPAIGN_RUNS.prefix, campaign_id, "failed")
    job = PastJob(
        "campaign_run",
        run_id,
        queued_at=instants.parse(timestamp(at)),
        ended_at=instants.parse(timestamp(at + 10 * _ENDED_AFTER)),
        request_id=derive_id("req", run_id),
        error=DISABLED,
    )
    state = job.state()
    del state["request_id"]
    return job, blank_run() | {"id": run_id, "campaign_id": campaign_id, "job_id": job.id} | state
