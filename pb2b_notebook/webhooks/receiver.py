"""An endpoint for webhooks: verifies deliveries, keeps each event once, hands it to your functions."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, Self

from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import (
    ConfigurationError,
    DeliveryTooLargeError,
    InvalidParameterError,
    UsageError,
    WebhookError,
)
from pb2b_notebook.openapi import Field
from pb2b_notebook.webhooks.event_store import EventStore
from pb2b_notebook.webhooks.handling import Handlers, Worker
from pb2b_notebook.webhooks.reception import Answer, ClientDisconnectedError, read_body, respond
from pb2b_notebook.webhooks.signatures import MAX_SECRETS, aware, hide_arguments, signing_secrets
from pb2b_notebook.webhooks.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from types import TracebackType

    from pb2b_notebook.credentials import Secret
    from pb2b_notebook.serving import Server
    from pb2b_notebook.webhooks.events import Event
    from pb2b_notebook.webhooks.handling import Handler
    from pb2b_notebook.webhooks.reception import Receive, Scope, Send

    FrameName = Literal["pandas", "polars"]

ANSWER_TIMEOUT = 5.0
"""Seconds from a request's head to its answer, whatever the sender or the disk do."""

_FIELDS = (
    Field("received_at", "datetime"),
    Field("type", "text"),
    Field("id", "text"),
    Field("object_id", "text"),
    Field("created_at", "datetime"),
    Field("delivery_id", "text"),
    Field("deliveries", "integer"),
    Field("state", "text"),
    Field("started_at", "datetime"),
    Field("finished_at", "datetime"),
    Field("error", "text"),
)


class Receiver(ShowsCard):
    """An ASGI application that receives the webhooks of one endpoint. Serve it here on loopback, or anywhere.

    A ``POST`` to any path is verified, its event is kept in SQLite, then it is answered: within five seconds, without
    waiting for your function, which a thread of its own calls for one event after the other. The function for an event
    is called **at most once**, however often, in whatever order and through however many processes the event is
    delivered: it is marked in the file before the call. One that raised, or that was cut off by the end of its process,
    is not called again by itself: ``events()`` shows it, ``run(id)`` repeats it by hand. Events may come out of order:
    compare ``event.data["updated_at"]`` where that matters.

    On loopback (``with receiver:`` or ``start()``) it serves the sandbox, which runs on the same machine. The live
    service needs a public HTTPS address: see :mod:`pb2b_notebook.webhooks` for the few lines.

    =============  ==================================================================================================
    state          meaning
    =============  ==================================================================================================
    ``unhandled``  no function was for it when it came; ``run(id)`` calls one by hand
    ``waiting``    its function will be called
    ``running``    its function was called; if that was long ago, the process ended under it: ``run(id)`` repeats it
    ``handled``    its function has returned
    ``failed``     its function has raised; ``error`` tells what and where
    =============  ==================================================================================================

    Args:
        db: the file that the events are kept in, for seven days, with the leads in them; readable for its owner alone.
            One file is for one endpoint. ``":memory:"`` forgets them with this object, and is right for a sandbox that
            does the same: its event ids begin anew each time.
        secret: the endpoint's signing secret, or two; :meth:`trust` gives it later. It is written nowhere.
        port: of loopback, for :meth:`start`; 0 is any free one.
        now: tells the present. A sandbox signs by its own clock: ``now=ws.sandbox.clock.now``.
        frame: what :meth:`events` gives, "pandas" or "polars".

    Raises:
        ConfigurationError: the file cannot be used.
        InvalidParameterError: a secret that is none, a clock without a time zone, or another ``frame``.

    Example:
        >>> import httpx
        >>> from pb2b_notebook.webhooks import Receiver, sign
        >>> receiver = Receiver(":memory:", "whsec_example")
        >>> @receiver.on("lead.created")
        ... def welcome(event):
        ...     print("welcome", event.object_id)
        >>> body = b'{"id":"evt_1","object":"event","type":"lead.created","data":{"id":"lead_1"}}'
        >>> with receiver:
        ...     for _ in range(2):
        ...         answer = httpx.post(receiver.url, content=body, headers=sign(body, "whsec_example"))
        ...         done = receiver.wait()
        ...         answer.json()
        welcome lead_1
        {'status': 'received'}
        {'status': 'received before'}
        >>> receiver.events()[["id", "deliveries", "state"]].to_dict("records")
        [{'id': 'evt_1', 'deliveries': 2, 'state': 'handled'}]
    """

    @hide_arguments
    def __init__(
        self,
        db: str | Path,
        secret: str | Secret | Sequence[str | Secret] | None = None,
        *,
        port: int = 0,
        now: Callable[[], datetime] | None = None,
        frame: FrameName = "pandas",
    ) -> None:
        if frame not in ("pandas", "polars"):
            raise InvalidParameterError(f"frame={frame!r} is unknown", repair="use 'pandas' or 'polars'")
        self._secrets = () if secret is None else signing_secrets(secret)
        self._store = EventStore(db)
        self._now = now or partial(datetime.now, UTC)
        aware(self._now())  # a clock without a zone is told now, not when the first delivery comes
        self._frame = frame
        self._port = port
        self._server: Server | None = None
        self._handlers = Handlers()
        self._worker = Worker(self._store, self._handlers, self._now)
        self._lock = threading.Lock()
        self._refused: Counter[str] = Counter()

    # --- what is accepted, and what is done with it -------------------------------------------------------------------

    @hide_arguments
    def trust(self, secret: str | Secret) -> None:
        """Accept what this secret signs, and for now still what the one before it signs.

        Call it with the secret of a new endpoint, and with the new one after each rotation: for 24 hours the service
        signs with both. Of three, the oldest goes.

        Raises:
            InvalidParameterError: it is no signing secret, such as the ``None`` of a repeated answer.
        """
        [added] = signing_secrets([secret])
        with self._lock:
            self._secrets = (added, *self._secrets)[:MAX_SECRETS]

    def on(self, *types: str) -> Callable[[Handler], Handler]:
        """Register a function for events of these types; without any, for those that no other function is for.

        There is one function for a type: registering another replaces it, so a cell can be run again. It is for events
        that come from now on, and for those that were left waiting by an earlier process. It runs in a thread; let it
        return within the time in which events come.

        Raises:
            InvalidParameterError: an unknown event; the message suggests the nearest. Or an ``async def``.

        >>> @Receiver(":memory:").on("lead.craeted")
        ... def welcome(event): ...
        Traceback (most recent call last):
        pb2b_notebook.errors.InvalidParameterError: there is no event 'lead.craeted' → did you mean 'lead.created'?
        """

        def register(handler: Handler) -> Handler:
            self._handlers.register(types, handler)
            if self._worker.awake:
                self._worker.wake()
            return handler

        return register

    def events(self, *, frame: FrameName | None = None) -> Any:
        """The events of the last seven days, in the order they came: one row an event.

        Columns: ``received_at``, ``type``, ``id``, ``object_id`` (of the object it is about), ``created_at``,
        ``delivery_id`` (of its first delivery; unsigned), ``deliveries`` (how often it came), ``state`` (see above),
        ``started_at`` and ``finished_at`` (of its function's last run), ``error``. Text, ``Int64`` and times in UTC,
        the same for no rows. What was in the events is not shown: see :meth:`event`.

        Args:
            frame: "pandas" or "polars"; by default the receiver's.

        >>> Receiver(":memory:").events(frame="polars").shape
        (0, 11)
        """
        import json

        from pb2b_notebook.frames import Decoder, frame_schema, to_frame

        decoder = Decoder(frame_schema(_FIELDS))
        decoder.add([json.dumps(row).encode() for row in self._store.rows()])
        return to_frame(decoder.table(), frame or self._frame)

    def event(self, event_id: str) -> Event:
        """One event, with all that was in it.

        Raises:
            InvalidParameterError: No event has this id.
        """
        return self._store.get(event_id)[0]

    def wait(self, timeout: float = 30.0) -> bool:
        """Wait until the functions have returned for all events that were answered.

        Args:
            timeout: seconds.

        Returns:
            Whether they have.
        """
        return self._worker.wait(timeout)

    def run(self, event_id: str, *, again: bool = False) -> None:
        """Call the function for one event by hand, here and now: for one that failed, was cut off, or had none.

        Args:
            event_id: from :meth:`events`.
            again: call it even if it has returned before.

        Raises:
            InvalidParameterError: No event has this id.
            UsageError: it is running now, was handled (unless ``again``), or no function is for its type.
            Exception: what the function raises, with its traceback; it is kept as ``failed`` then.
        """
        self._worker.run(event_id, again=again)

    # --- serving it on loopback ---------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Where it is served on loopback: the ``url`` for a webhook of the sandbox.

        Raises:
            UsageError: it is not served here.
        """
        if self._server is None:
            raise UsageError("the receiver is not served here", repair="with receiver: …, or receiver.start()")
        return f"{self._server.url}/"

    def start(self) -> Self:
        """Serve it on loopback, in a thread, until :meth:`stop`; twice is harmless.

        Started again, it is served at the same port.

        Raises:
            ConfigurationError: the port is taken. MissingExtraError: uvicorn is not installed (extra ``sandbox``).
        """
        if self._server is None:
            from pb2b_notebook.serving import Server

            self._server = Server(self, port=self._port).start()
            self._port = self._server.port  # who was told where it is finds it there again
        return self

    def stop(self) -> None:
        """Stop serving, once the function in hand has returned; twice is harmless. What is kept stays readable."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self._worker.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # --- the ASGI application -----------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection scope of ASGI: HTTP, or the server's lifespan; WebSockets are refused."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            try:
                answer = await self._answer(scope, receive)
            except ClientDisconnectedError:
                return
            await respond(send, scope, answer)
        else:
            await receive()
            await send({"type": "websocket.close", "code": 1000})

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._worker.wake()  # an earlier process may have left events waiting
                await send({"type": "lifespan.startup.complete"})
            else:
                if self._server is None:  # another server's; stop() waits as long as it takes
                    await asyncio.to_thread(self._worker.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        if scope["method"] != "POST":
            return Answer(405, {"error": "deliveries are POSTed"}, close=True, allow="POST")
        body: bytes | None = None
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                body = await read_body(receive)
                return await asyncio.to_thread(self._take, body, scope["headers"])
        except DeliveryTooLargeError as refusal:
            return self._refusal(413, refusal, close=True)
        except TimeoutError:
            # Kept perhaps, perhaps not: it is delivered again, and told apart then.
            slow = body is None
            return Answer(408 if slow else 503, {"error": "it took too long"}, close=slow)

    def _take(self, body: bytes, headers: Sequence[tuple[bytes, bytes]]) -> Answer:
        secrets = self._secrets
        if not secrets:
            return Answer(503, {"error": "the receiver has no signing secret yet"})
        now = self._now()
        try:
            event = verify(body, headers, secrets, now=now)
            state: Literal["waiting", "unhandled"] = "waiting" if self._handlers.find(event.type) else "unhandled"
            new = self._store.add(event, body, state=state, now=now)
        except WebhookError as refusal:
            return self._refusal(400, refusal)
        except ConfigurationError:
            return Answer(503, {"error": "the receiver cannot keep events now"})
        if state == "waiting":  # of a repetition too: events may have been left when the file could not be used
            self._worker.wake()
        return Answer(200, {"status": "received" if new else "received before"})

    def _refusal(self, status: int, refusal: WebhookError, *, close: bool = False) -> Answer:
        kind = type(refusal).__name__
        with self._lock:
            self._refused[kind] += 1
        return Answer(status, {"error": kind, "message": refusal.message}, close=close)

    # --- how it shows itself ------------------------------------------------------------------------------------------

    def _card(self) -> Card:
        try:
            events = _counts_text(self._store.counts())
        except ConfigurationError:
            events = "cannot be read now"  # what shows itself in a cell raises nothing; events() tells why
        with self._lock:
            refused = dict(self._refused)
        functions = self._handlers.names()
        facts = [
            ("served", f"at {self.url}" if self._server else "not here"),
            ("secrets", ", ".join(map(str, self._secrets)) or "none yet: every delivery is answered 503"),
            ("handlers", ", ".join(f"{kind} → {name}" for kind, name in functions.items()) or "none"),
            ("events", events),
            ("refused", _counts_text(refused)),
        ]
        return Card(title="Webhook receiver", facts=facts)


def _counts_text(counts: dict[str, int]) -> str:
    each = ", ".join(f"{number:,} {name}" for name, number in counts.items())
    return f"{sum(counts.values()):,}{f': {each}' if each else ''}"
