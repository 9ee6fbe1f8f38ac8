"""Call the user's functions for the events that wait, one after another, in a thread of their own."""

from __future__ import annotations

import inspect
import logging
import threading
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from pb2b_notebook import openapi
from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from pb2b_notebook.webhooks.event_store import EventStore
    from pb2b_notebook.webhooks.events import Event

    Handler = Callable[[Event], object]

log = logging.getLogger(__name__)


class Handlers:
    """Which function is called for which type of event: one each, so that a cell that runs again replaces it."""

    def __init__(self) -> None:
        self._by_type: dict[str, Handler] = {}
        self._otherwise: Handler | None = None

    def register(self, types: Sequence[str], handler: Handler) -> None:
        """Call ``handler`` for events of these types, or, without any, for those that no other handler is for.

        Raises:
            InvalidParameterError: an event that the contract does not know, or a function that must be awaited.
        """
        known = openapi.load_document()["webhooks"]
        for unknown in [one for one in types if one not in known]:
            raise InvalidParameterError(f"there is no event {unknown!r}", repair=nearest(str(unknown), known))
        called = getattr(handler, "__call__", None)  # noqa: B004 - the method is looked at, not only asked for
        if not callable(handler) or inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(called):
            raise InvalidParameterError(
                "a handler is a plain function of one event", repair="use def, not async def: it runs in a thread"
            )
        if not types:
            self._otherwise = handler
        self._by_type.update(dict.fromkeys(types, handler))

    def find(self, event_type: str) -> Handler | None:
        """The function for events of this type."""
        return self._by_type.get(event_type, self._otherwise)

    @property
    def types(self) -> tuple[str, ...] | None:
        """The types that a function is for; ``None`` is any."""
        return None if self._otherwise is not None else tuple(self._by_type)

    def names(self) -> dict[str, str]:
        """Type → name of its function; ``any other`` is the one for the rest."""
        named = dict(self._by_type) | ({"any other": self._otherwise} if self._otherwise else {})
        return {event_type: name_of(handler) for event_type, handler in named.items()}


def name_of(handler: Handler) -> str:
    """What a function is called.

    >>> name_of(print)
    'print'
    """
    return getattr(handler, "__name__", type(handler).__name__)


class Worker:
    """Hands each event that waits to its function, in the order they came; one thread, begun when it is first needed.

    Args:
        store: where the events wait.
        handlers: the functions.
        now: tells the time.
    """

    def __init__(self, store: EventStore, handlers: Handlers, now: Callable[[], datetime]) -> None:
        self._store = store
        self._handlers = handlers
        self._now = now
        self._lock = threading.Lock()
        self._executor: ThreadPoolExecutor | None = None
        self._queued = False
        self._thread = 0  # where it hands events on
        self._start_lock = threading.Lock()  # an event is begun and in hand in one step
        self._running_ids: set[str] = set()

    @property
    def awake(self) -> bool:
        """Whether it has been woken, and not been stopped since."""
        return self._executor is not None

    def wake(self) -> None:
        """Let it look for events that wait; returns at once."""
        with self._lock:
            if self._executor is None:
                self._executor = ThreadPoolExecutor(1, thread_name_prefix="pb2b-webhooks")
            if not self._queued:
                self._queued = True
                self._executor.submit(self._run_waiting, self._executor)

    def wait(self, timeout: float) -> bool:
        """Wait until it has done what it was woken for; whether it has, within so many seconds."""
        with self._lock:
            if self._executor is None:
                return True
            last = self._executor.submit(lambda: None)  # the thread takes one after the other
        return bool(wait([last], timeout).done)

    def stop(self) -> None:
        """Let it finish the event in hand; the others go on waiting. A function that calls this waits for nothing."""
        with self._lock:
            executor, self._executor, self._queued = self._executor, None, False
            own, self._thread = self._thread == threading.get_ident(), 0
        if executor is not None:
            executor.shutdown(wait=not own, cancel_futures=True)

    def run(self, event_id: str, *, again: bool) -> None:
        """Call the function for one event, in this thread.

        Raises:
            UsageError: it is in hand already, was handled (unless ``again``), or there is no function for it.
            Exception: what the function raised.
        """
        with self._start_lock:
            event, state = self._store.get(event_id)
            if event_id in self._running_ids:
                raise UsageError("the event is in the hands of its handler now", repair="receiver.wait() waits for it")
            if state == "handled" and not again:
                raise UsageError("the event was handled", repair="again=True handles it once more")
            if self._handlers.find(event.type) is None:
                raise UsageError(f"no handler is for {event.type}", repair=f"@receiver.on({event.type!r})")
            if self._store.begin(event_id, was=state, now=self._now()) is None:
                raise UsageError("another process has just taken the event", repair="look at receiver.events()")
            self._running_ids.add(event_id)
        self._handle(event)

    def _run_waiting(self, executor: ThreadPoolExecutor) -> None:
        with self._lock:
            self._queued = False
            self._thread = threading.get_ident()
        try:
            while self._executor is executor:
                with self._start_lock:
                    event = self._store.begin_next(self._handlers.types, now=self._now())
                    if event is None:
                        return
                    self._running_ids.add(event.id)
                self._handle_quietly(event)
        except ProspectB2BError as problem:  # the file cannot be used: the next delivery tries again
            log.error("events wait: %s", problem)  # noqa: TRY400 - a traceback would say no more

    def _handle_quietly(self, event: Event) -> None:
        try:
            self._handle(event)
        except ProspectB2BError as problem:  # its handler's, or the store's: neither repeats a lead's values
            log.warning("%r failed: %s", event, type(problem).__name__)
        except BaseException as problem:  # noqa: BLE001 - whatever a user's function raises; sys.exit() ends only itself
            log.warning("%r failed: %s", event, failure_text(problem))

    def _handle(self, event: Event) -> None:
        handler = self._handlers.find(event.type)
        assert handler is not None  # noqa: S101 - events are begun by the types that there are handlers for
        try:
            handler(event)
        except BaseException as problem:
            self._store.finish(event.id, now=self._now(), error=failure_text(problem))
            raise
        else:
            self._store.finish(event.id, now=self._now())
        finally:
            self._running_ids.discard(event.id)


def failure_text(problem: BaseException) -> str:
    """Where a handler failed and how; not the exception's own message, which may hold a lead.

    >>> def greet(name):
    ...     return "Dear " + name
    >>> try:
    ...     greet(None)
    ... except TypeError as problem:
    ...     failure_text(problem)
    'TypeError in line 2 of greet'
    """
    frame = problem.__traceback__.tb_next if problem.__traceback__ else None
    kind = type(problem).__name__
    return f"{kind} in line {frame.tb_lineno} of {frame.tb_frame.f_code.co_name}" if frame else kind
