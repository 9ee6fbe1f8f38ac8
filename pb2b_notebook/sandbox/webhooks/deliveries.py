"""The sender: makes every attempt when it is due, and never while the store is locked.

Each endpoint has a lane of its own: its deliveries go out one after the other, in the order in which they fell due, and
a slow endpoint holds up nobody else. A lane is a thread that lives while something is due there. It reads one post,
lets go of the store, posts, and keeps what came of it; several outcomes in quick succession are kept in one
transaction. Where the sandbox dies in between, they are attempted again: a delivery arrives at least once, each time
with the same body.

The first attempt is made at once, under either clock. A retry waits on the domain clock: under one that stands until
it is advanced, which then makes each attempt at its own time; under one that runs, a thread follows it.
"""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING

from pb2b_notebook.sandbox.webhooks.delivery_queue import FRONT, DeliveryQueue
from pb2b_notebook.sandbox.webhooks.posting import AbandonedError, Poster

if TYPE_CHECKING:
    from datetime import datetime

    from pb2b_notebook.sandbox.http.services import Services
    from pb2b_notebook.sandbox.webhooks.delivery_attempts import Outcome
    from pb2b_notebook.sandbox.webhooks.delivery_queue import Post

log = logging.getLogger(__name__)

_KEPT_AFTER = 0.05
"""Seconds after which outcomes are kept, though more are to come: a commit costs as much as several posts."""
_RESTS = 1.0
"""Seconds that a lane rests after a failure of the sandbox itself, such as a full disk."""


class Sender:
    """Sends the webhooks of a sandbox.

    Args:
        services: of the sandbox; their clock tells when an attempt is due.

    Attributes:
        poster: makes the attempts.
    """

    def __init__(self, services: Services) -> None:
        self._clock = services.clock
        self._queue = DeliveryQueue(services)
        self.poster = Poster()
        # Never held while the store is asked: a lane is woken from inside a transaction.
        self._state = threading.Condition()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._failure: Exception | None = None
        self._stopping = threading.Event()
        self._changed = threading.Event()
        self._follower: threading.Thread | None = None

    def start(self) -> None:
        """Make the attempts that a former run of the sandbox left, and go on by itself if the clock runs."""
        self._wake_due(self._clock.now())
        if self._clock.runs:
            self._follower = threading.Thread(target=self._follow_clock, name="pb2b-deliveries", daemon=True)
            self._follower.start()

    def wake(self, webhook_id: str) -> None:
        """Let an endpoint's lane look for what is due.

        Inside a transaction it sees what that writes only once it is committed: until then it waits for the store.
        """
        with self._state:
            if self._stopping.is_set():
                return
            if webhook_id in self._busy:
                self._again.add(webhook_id)
                return
            self._busy.add(webhook_id)
        threading.Thread(target=self._run_lane, args=(webhook_id,), name="pb2b-delivery", daemon=True).start()

    def settle(self) -> None:
        """Return once every attempt that is due now has been made; at once if there is none."""
        while not self._stopping.is_set() and (self._wake_due(self._clock.now()) or self._busy):
            with self._state:
                self._state.wait_for(lambda: not self._busy)
                failure, self._failure = self._failure, None
            if failure is not None:
                raise failure

    def next_due(self) -> datetime | None:
        """When the next attempt is due; ``None`` if there is none, or none will be made."""
        return None if self._stopping.is_set() else self._queue.next_due()

    def stop(self) -> None:
        """Make no further attempt; those in hand are cut off, and do not count. Twice is harmless."""
        self._stopping.set()
        self._changed.set()
        self.poster.close()
        with self._state:
            self._state.wait_for(lambda: not self._busy)
        if self._follower is not None:
            self._follower.join()
            self._follower = None

    def _wake_due(self, now: datetime) -> bool:
        due = self._queue.due(now)
        for webhook_id in due:
            self.wake(webhook_id)
        return bool(due)

    def _follow_clock(self) -> None:
        while not self._stopping.is_set():
            # Cleared before looking: what is kept afterwards sets it again.
            self._changed.clear()
            now = self._clock.now()
            self._wake_due(now)
            following = self._queue.next_due(after=now)
            self._changed.wait(None if following is None else self._clock.seconds_until(following))

    def _run_lane(self, webhook_id: str) -> None:
        while True:
            try:
                while self._make_some(webhook_id):
                    pass
            except Exception as failure:
                # Never seen by design. What is due stays so; whoever waits for it is told.
                if not self._stopping.is_set():
                    log.exception("deliveries to %s rest: the sandbox failed", webhook_id)
                    self._rest(failure)
            with self._state:
                if self._stopping.is_set() or webhook_id not in self._again:
                    self._busy.remove(webhook_id)
                    self._state.notify_all()
                    return
                self._again.remove(webhook_id)

    def _make_some(self, webhook_id: str) -> bool:
        """Make attempts for a short while and keep what came of them; whether there may be more."""
        made: dict[str, tuple[Post, Outcome]] = {}
        position, began = FRONT, time.monotonic()
        try:
            while not self._stopping.is_set() and time.monotonic() - began < _KEPT_AFTER:
                post = self._queue.take(webhook_id, position)
                # Retried by hand meanwhile: what came of it before is kept first.
                if post is None or post.delivery_id in made:
                    break
                made[post.delivery_id] = post, self.poster.post(post.url, post.headers, post.body)
                position = post.position
        except AbandonedError:
            pass
        if made:
            self._queue.record(made.values())
            self._changed.set()
        return bool(made) and not self._stopping.is_set()

    def _rest(self, failure: Exception) -> None:
        with self._state:
            self._failure = failure
        self._stopping.wait(_RESTS)
