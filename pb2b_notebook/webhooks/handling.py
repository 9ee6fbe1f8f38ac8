"""Call the user's functions for waiting events, one after another, in a separate thread."""

from __future__ import annotations

import inspect
import logging
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, wait
from datetime import datetime

from pb2b_notebook import openapi, threads
from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError, UsageError, nearest
from pb2b_notebook.forking import renew_in_child
from pb2b_notebook.webhooks.event_store import EventStore
from pb2b_notebook.webhooks.events import Event

Handler = Callable[[Event], object]

log = logging.getLogger(__name__)


class Handlers:
    """The function for each event type. There is one for a type, so running a cell again replaces it."""

    def __init__(self) -> None:
        self._by_type: dict[str, Handler] = {}
        self._otherwise: Handler | None = None

    def register(self, types: Sequence[str], handler: Handler) -> None:
        """Call ``handler`` for events of these types; without types, for events that have no other handler.

        Raises:
            InvalidParameterError: An event type is not in the contract, or the function must be awaited.
        """
        known = openapi.load_document()["webhooks"]
        for unknown in [event_type for event_type in types if event_type not in known]:
            raise InvalidParameterError(f"unknown event {unknown!r}", repair=nearest(str(unknown), known))
        called = getattr(handler, "__call__", None)  # noqa: B004 - the method itself is inspected
        if not callable(handler) or inspect.iscoroutinefunction(handler) or inspect.iscoroutinefunction(called):
            raise InvalidParameterError(
                "the handler must be a plain function of one event",
                repair="use def, not async def: it runs in a thread",
            )
        if not types:
            self._otherwise = handler
        self._by_type.update(dict.fromkeys(types, handler))

    def find(self, event_type: str) -> Handler | None:
        """Return the function for events of this type, or ``None``."""
        return self._by_type.get(event_type, self._otherwise)

    @property
    def types(self) -> tuple[str, ...] | None:
        """Event types that have a function; ``None`` is any."""
        return None if self._otherwise is not None else tuple(self._by_type)

    def names(self) -> dict[str, str]:
        """Return the name of the function by event type; ``any other`` is the one for all other types."""
        named = dict(self._by_type) | ({"any other": self._otherwise} if self._otherwise else {})
        return {event_type: name_of(handler) for event_type, handler in named.items()}


def name_of(handler: Handler) -> str:
    """Return the name of a function.

    >>> name_of(print)
    'print'
    """
    return getattr(handler, "__name__", type(handler).__name__)


class Worker:
    """A thread that calls the functions for waiting events in their order; it starts when it is first needed.

    Args:
        store: Store of the events.
        handlers: Functions by event type.
        now: Function that returns the current time.
    """

    def __init__(self, store: EventStore, handlers: Handlers, now: Callable[[], datetime]) -> None:
        self._store = store
        self._handlers = handlers
        self._now = now
        self._lock = threading.Lock()
        self._executor: Executor | None = None
        self._queued = False
        self._thread = 0  # id of the worker thread
        self._start_lock = threading.Lock()  # an event is marked as running in the store and here in one step
        self._running_ids: set[str] = set()
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Begin without the thread, which runs in the parent only; the store hands each event to one process."""
        self._lock, self._start_lock = threading.Lock(), threading.Lock()
        self._executor, self._queued, self._thread = None, False, 0
        self._running_ids = set()

    @property
    def awake(self) -> bool:
        """Whether the worker was woken and has not been stopped since."""
        return self._executor is not None

    def wake(self) -> None:
        """Process the waiting events in the thread; return at once."""
        with self._lock:
            if self._executor is None:
                self._executor = threads.executor(1, name="pb2b-webhooks")
            executor, queued, self._queued = self._executor, self._queued, True
        if not queued:  # without the lock, which the task takes: it may run at once
            executor.submit(self._run_waiting, executor)

    def wait(self, timeout: float) -> bool:
        """Wait up to ``timeout`` seconds until the waiting events are processed; return whether they are."""
        with self._lock:
            if self._executor is None:
                return True
            last = self._executor.submit(lambda: None)  # the thread runs its tasks in order
        return bool(wait([last], timeout).done)

    def stop(self) -> None:
        """Stop after the current event; the others stay waiting. Called by a handler, it returns at once."""
        with self._lock:
            executor, self._executor, self._queued = self._executor, None, False
            own, self._thread = self._thread == threading.get_ident(), 0
        if executor is not None:
            executor.shutdown(wait=not own, cancel_futures=True)

    def run(self, event_id: str, *, again: bool) -> None:
        """Call the function for one event in the calling thread.

        Raises:
            UsageError: The event is running, was handled (unless ``again``), or has no function.
            Exception: Any exception of the function.
        """
        with self._start_lock:
            event, state = self._store.get(event_id)
            if event_id in self._running_ids:
                raise UsageError("the handler of this event is running", repair="wait for it: receiver.wait()")
            if state == "handled" and not again:
                raise UsageError("the event was already handled", repair="pass again=True to handle it again")
            if self._handlers.find(event.type) is None:
                raise UsageError(f"{event.type} has no handler", repair=f"register one: @receiver.on({event.type!r})")
            if self._store.begin(event_id, was=state, now=self._now()) is None:
                raise UsageError("another process just started this event", repair="check its state: receiver.events()")
            self._running_ids.add(event_id)
        self._handle(event)

    def _run_waiting(self, executor: Executor) -> None:
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
        except ProspectB2BError as problem:  # the file cannot be used; the next delivery tries again
            log.error("events stay waiting: %s", problem)  # noqa: TRY400 - a traceback would add nothing

    def _handle_quietly(self, event: Event) -> None:
        try:
            self._handle(event)
        except ProspectB2BError as problem:  # from the handler or the store; its text has no values of a lead
            log.warning("%r failed: %s", event, type(problem).__name__)
        except BaseException as problem:  # noqa: BLE001 - any exception of a user's function, sys.exit() too
            log.warning("%r failed: %s", event, failure_text(problem))

    def _handle(self, event: Event) -> None:
        handler = self._handlers.find(event.type)
        assert handler is not None  # noqa: S101 - only events that have a handler are started
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
    """Return where a handler failed and with which exception, without its message, which may contain a lead.

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
