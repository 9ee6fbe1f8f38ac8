"""The sender: makes each delivery attempt when it is due, without holding the lock of the store.

Each endpoint has its own lane: its deliveries are sent one after another, in the order in which they fell due, and a
slow endpoint does not delay the others. A lane is a thread that lives while a delivery is due at its endpoint. It
reads one post, releases the store, posts, and stores the outcome; several outcomes in quick succession are stored in
one transaction. If the sandbox is killed in between, they are attempted again: a delivery arrives at least once, each
time with the same body.

The first attempt is made at once with any clock. A retry waits on the domain clock. With a fixed clock it is made when
the clock is advanced past its time; with a running clock, a thread makes it.
"""

import logging
import threading
import time
from datetime import datetime

from pb2b_notebook.sandbox.http.parts import SandboxParts
from pb2b_notebook.sandbox.webhooks.delivery_attempts import Outcome
from pb2b_notebook.sandbox.webhooks.delivery_queue import FRONT, DeliveryQueue, Post
from pb2b_notebook.sandbox.webhooks.posting import AbandonedError, Poster

log = logging.getLogger(__name__)

_STORE_AFTER = 0.05
"""Seconds after which outcomes are stored even if more follow: a commit takes as long as several posts."""
_PAUSE = 1.0
"""Seconds that a lane pauses after an error of the sandbox itself, such as a full disk."""


class Sender:
    """Sends the webhooks of a sandbox.

    Args:
        parts: The parts of the sandbox; an attempt is due by their clock.
        background: Whether threads make the attempts; otherwise :meth:`run_due` and :meth:`wait_until_idle` do.

    Attributes:
        poster: The HTTP client that makes the attempts.
    """

    def __init__(self, parts: SandboxParts, *, background: bool = True) -> None:
        self._background = background
        self._clock = parts.clock
        self._queue = DeliveryQueue(parts)
        self.poster = Poster()
        # Never held while the store is used, because a lane is woken from inside a transaction.
        self._state = threading.Condition()
        self._busy: set[str] = set()
        self._again: set[str] = set()
        self._failure: Exception | None = None
        self._stopping = threading.Event()
        self._changed = threading.Event()
        self._follower: threading.Thread | None = None
        # Without threads: one caller at a time makes attempts, and its id, by which a sink that calls back is known.
        self._turn = threading.Lock()
        self._turn_of = 0

    def start(self) -> None:
        """Make the attempts that an earlier run of the sandbox left, and start a thread if the clock runs."""
        self._wake_due(self._clock.now())
        if self._clock.runs and self._background:
            self._follower = threading.Thread(target=self._follow_clock, name="pb2b-deliveries", daemon=True)
            self._follower.start()

    def wake(self, webhook_id: str) -> None:
        """Have the lane of an endpoint check for due deliveries.

        If this is called inside a transaction, the lane waits for the store until the transaction has ended.
        """
        with self._state:
            if self._stopping.is_set():
                return
            if webhook_id in self._busy:
                self._again.add(webhook_id)
                return
            self._busy.add(webhook_id)
        if self._background:
            threading.Thread(target=self._run_lane, args=(webhook_id,), name="pb2b-delivery", daemon=True).start()

    def run_due(self) -> None:
        """Make the attempts that are due now in the calling thread, if there are no threads for it.

        If another caller makes attempts, or a sink calls this while it receives one, they follow in the outer call.
        """
        if self._background:
            return
        if self._clock.runs:
            self._wake_due(self._clock.now())
        while self._busy and not self._stopping.is_set() and self._turn.acquire(blocking=False):
            self._turn_of = threading.get_ident()
            try:
                with self._state:
                    lanes = tuple(self._busy)
                for webhook_id in lanes:
                    self._run_lane(webhook_id)
            finally:
                self._turn_of = 0
                self._turn.release()

    def _is_delivering(self) -> bool:
        """Whether the calling thread makes an attempt, so that a sink calls back."""
        return self._turn_of == threading.get_ident()

    def wait_until_idle(self) -> None:
        """Wait until all attempts that are due now have been made."""
        while not self._stopping.is_set() and (self._wake_due(self._clock.now()) or self._busy):
            if self._is_delivering():
                return
            self.run_due()
            with self._state:
                self._state.wait_for(lambda: not self._busy)
                failure, self._failure = self._failure, None
            if failure is not None:
                raise failure

    def next_due(self) -> datetime | None:
        """Return when the next attempt is due; ``None`` if no attempt follows, or none can be made now."""
        return None if self._stopping.is_set() or self._is_delivering() else self._queue.next_due()

    def stop(self) -> None:
        """Stop sending: running attempts are cut off and do not count. Stopping twice is harmless."""
        self._stopping.set()
        self._changed.set()
        self.poster.close()
        with self._state:
            if not self._background:
                self._busy.clear()
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
            # Cleared before the check: an outcome that is stored afterwards sets it again.
            self._changed.clear()
            now = self._clock.now()
            self._wake_due(now)
            following = self._queue.next_due(after=now)
            self._changed.wait(None if following is None else self._clock.seconds_until(following))

    def _run_lane(self, webhook_id: str) -> None:
        while True:
            try:
                while self._make_attempts(webhook_id):
                    pass
            except Exception as failure:
                # A bug, or a full disk. The deliveries stay due, and settle() raises the error.
                if not self._stopping.is_set():
                    log.exception("deliveries to %s pause: the sandbox failed", webhook_id)
                    self._pause(failure)
            with self._state:
                if self._stopping.is_set() or webhook_id not in self._again:
                    self._busy.discard(webhook_id)
                    self._state.notify_all()
                    return
                self._again.remove(webhook_id)

    def _make_attempts(self, webhook_id: str) -> bool:
        """Make attempts for a short time and store their outcomes; return whether more may be due."""
        attempts: dict[str, tuple[Post, Outcome]] = {}
        position, began = FRONT, time.monotonic()
        try:
            while not self._stopping.is_set() and time.monotonic() - began < _STORE_AFTER:
                post = self._queue.take(webhook_id, position)
                # The delivery was retried by hand in the meantime: its first outcome is stored first.
                if post is None or post.delivery_id in attempts:
                    break
                attempts[post.delivery_id] = post, self.poster.post(post.url, post.headers, post.body)
                position = post.position
        except AbandonedError:
            pass
        if attempts:
            self._queue.record(attempts.values())
            self._changed.set()
        return bool(attempts) and not self._stopping.is_set()

    def _pause(self, failure: Exception) -> None:
        with self._state:
            self._failure = failure
        self._stopping.wait(_PAUSE)
