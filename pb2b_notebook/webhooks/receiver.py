"""A webhook endpoint that verifies deliveries, stores each event once and calls your functions."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Literal, Self, overload

from pb2b_notebook.credentials import Secret
from pb2b_notebook.display.cards import Card, ShowsCard
from pb2b_notebook.errors import (
    ConfigurationError,
    DeliveryTooLargeError,
    UsageError,
    WebhookError,
)
from pb2b_notebook.forking import renew_in_child
from pb2b_notebook.frames.types import LIBRARIES, FrameName, FrameT, Library, check_frame
from pb2b_notebook.in_process import InProcessServer, run_blocking, time_limit
from pb2b_notebook.openapi.operations import fields_of
from pb2b_notebook.serving import Server, can_serve
from pb2b_notebook.webhooks.event_store import EventStore
from pb2b_notebook.webhooks.events import Event
from pb2b_notebook.webhooks.handling import Handler, Handlers, Worker
from pb2b_notebook.webhooks.headers import Headers
from pb2b_notebook.webhooks.reception import ClientDisconnectedError, Receive, Response, Scope, Send, read_body, respond
from pb2b_notebook.webhooks.signatures import MAX_SECRETS, aware, hide_arguments, signing_secrets
from pb2b_notebook.webhooks.verification import verify

if TYPE_CHECKING:
    import pandas as pd
    import polars as pl

    from pb2b_notebook.frames.types import DataFrame

ANSWER_TIMEOUT = 5.0
"""Longest time in seconds from the head of a request to its response, however slow the sender or the disk is."""

_FIELDS = fields_of(
    "received_at datetime, type text, id text, object_id text, created_at datetime, delivery_id text, "
    "deliveries integer, state text, started_at datetime, finished_at datetime, error text"
)


class Receiver(ShowsCard, Generic[FrameT]):
    """An ASGI application that receives the webhooks of one endpoint. Serve it here on loopback, or anywhere.

    A ``POST`` to any path is verified, its event is stored in SQLite, and it is answered within five seconds, without
    waiting for your function, which a separate thread calls for one event after another. The function for an
    event is called **at most once**, however often, in whatever order and through however many processes the event is
    delivered, because the event is marked in the file before the call. A call that raised, or that ended with its
    process, is not repeated automatically: ``events()`` shows it, and ``run(id)`` repeats it by hand. Events may arrive
    out of order: compare ``event.data["updated_at"]`` where that matters.

    On loopback (``with receiver:`` or ``start()``) it serves the sandbox, which runs on the same machine, or with
    ``in_process=True`` in the same process. The live service needs a public HTTPS address;
    :mod:`pb2b_notebook.webhooks` shows how.

    =============  ==================================================================================================
    state          meaning
    =============  ==================================================================================================
    ``unhandled``  no function was registered for its type when it arrived; ``run(id)`` calls one by hand
    ``waiting``    its function will be called
    ``running``    its function was called; if that was long ago, the process ended meanwhile: ``run(id)`` repeats it
    ``handled``    its function returned
    ``failed``     its function raised; ``error`` says what and where
    =============  ==================================================================================================

    Args:
        db: File for the events of the last seven days, with the leads in them; only its owner may read it. Use one file
            for each endpoint. ``":memory:"`` discards the events with this object. It is right for a sandbox in memory,
            whose event ids start again each time.
        secret: Signing secret of the endpoint, or two; :meth:`trust` adds one later. It is never written to disk.
        port: Loopback port for :meth:`start`; 0 is any free port.
        in_process: Whether :meth:`start` serves it to this process only, without a port; by default where this Python
            cannot start threads or listen on a port, as in a browser.
        now: Function that returns the current time. A sandbox signs by its own clock: ``now=ws.sandbox.clock.now``.
        frame: Library of the frames that :meth:`events` returns, "pandas" or "polars".

    Raises:
        ConfigurationError: The file cannot be used.
        InvalidParameterError: The secret is not a signing secret, the clock has no time zone, or ``frame`` is another
            value.

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

    @overload
    def __init__(
        self: Receiver[pd.DataFrame],
        db: str | Path,
        secret: str | Secret | Sequence[str | Secret] | None = None,
        *,
        port: int = 0,
        in_process: bool | None = None,
        now: Callable[[], datetime] | None = None,
        frame: Literal["pandas"] = "pandas",
    ) -> None: ...
    @overload
    def __init__(
        self: Receiver[pl.DataFrame],
        db: str | Path,
        secret: str | Secret | Sequence[str | Secret] | None = None,
        *,
        port: int = 0,
        in_process: bool | None = None,
        now: Callable[[], datetime] | None = None,
        frame: Literal["polars"],
    ) -> None: ...
    @hide_arguments
    def __init__(
        self,
        db: str | Path,
        secret: str | Secret | Sequence[str | Secret] | None = None,
        *,
        port: int = 0,
        in_process: bool | None = None,
        now: Callable[[], datetime] | None = None,
        frame: Library = "pandas",
    ) -> None:
        check_frame(frame, LIBRARIES)
        self._secrets = () if secret is None else signing_secrets(secret)
        self._store = EventStore(db)
        self._now = now or partial(datetime.now, UTC)
        aware(self._now())  # a clock without a time zone is an error here, not at the first delivery
        self._frame = frame
        self._port = port
        self._in_process = in_process
        self._server: Server | InProcessServer | None = None
        self._here: InProcessServer | None = None
        self._handlers = Handlers()
        self._worker = Worker(self._store, self._handlers, self._now)
        self._lock = threading.Lock()
        self._refused: Counter[str] = Counter()
        renew_in_child(self)

    def renew_after_fork(self) -> None:
        """Replace the lock; a server that runs in the parent does not run here."""
        self._lock, self._server, self._here = threading.Lock(), None, None

    # --- secrets, handlers and events ---------------------------------------------------------------------------------

    @hide_arguments
    def trust(self, secret: str | Secret) -> None:
        """Accept deliveries that are signed with this secret, or with the one before it.

        Call it with the secret of a new endpoint, and with the new secret after each rotation: for 24 hours the service
        signs with both. Two secrets are kept; a third replaces the oldest.

        Raises:
            InvalidParameterError: This is not a signing secret, such as the ``None`` in a repeated answer.
        """
        [added] = signing_secrets([secret])
        with self._lock:
            self._secrets = (added, *self._secrets)[:MAX_SECRETS]

    def on(self, *types: str) -> Callable[[Handler], Handler]:
        """Return a decorator that registers a function for these event types; without types, for all others.

        There is one function for a type. Registering another one replaces it, so a cell can be run again. The function
        gets new events and those that an earlier process left waiting. It runs in a thread, one event at a time, so it
        must keep up with the rate of events.

        Raises:
            InvalidParameterError: An event type is unknown (the message suggests the nearest), or the function is an
                ``async def``.

        >>> @Receiver(":memory:").on("lead.craeted")
        ... def welcome(event): ...
        Traceback (most recent call last):
        pb2b_notebook.errors.InvalidParameterError: unknown event 'lead.craeted' → did you mean 'lead.created'?
        """

        def register(handler: Handler) -> Handler:
            self._handlers.register(types, handler)
            if self._worker.awake:
                self._worker.wake()
            return handler

        return register

    @overload
    def events(self, *, frame: None = None) -> FrameT: ...
    @overload
    def events(self, *, frame: Literal["pandas"]) -> pd.DataFrame: ...
    @overload
    def events(self, *, frame: Literal["polars"]) -> pl.DataFrame: ...
    @overload
    def events(self, *, frame: FrameName) -> DataFrame: ...
    def events(self, *, frame: FrameName | None = None) -> Any:
        """Return the events of the last seven days in the order they arrived, one row for each event.

        Columns: ``received_at``, ``type``, ``id``, ``object_id`` (of the object it is about), ``created_at``,
        ``delivery_id`` (of its first delivery; unsigned), ``deliveries`` (number of deliveries), ``state`` (see above),
        ``started_at`` and ``finished_at`` (of the last run of its function), ``error``. The dtypes are text, ``Int64``
        and times in UTC, also without rows. The content of an event is not shown: see :meth:`event`.

        Args:
            frame: Library of the returned frame, "pandas" or "polars"; by default the receiver's.

        >>> Receiver(":memory:").events(frame="polars").shape
        (0, 11)
        """
        import json

        from pb2b_notebook.frames import Decoder, frame_schema, to_frame

        decoder = Decoder(frame_schema(_FIELDS))
        decoder.add([json.dumps(row).encode() for row in self._store.rows()])
        return to_frame(decoder.table(), frame or self._frame)

    def event(self, event_id: str) -> Event:
        """Return one event with its content.

        Raises:
            InvalidParameterError: No event has this id.
        """
        return self._store.get(event_id)[0]

    def receive(self, body: bytes, headers: Headers) -> tuple[int, dict[str, str]]:
        """Take one delivery that another program received, and return how to answer it.

        For a web framework that is not ASGI, a serverless function, or a sandbox without a port.

        Args:
            body: Raw bytes of the request, before any framework has parsed them.
            headers: Mapping or multi-mapping, dict of lists, or pairs of text or bytes.

        Returns:
            The HTTP status and the members of the JSON object to answer with.

        Raises:
            InvalidParameterError: The body is not bytes, or the headers have another form.

        Example:
            >>> from pb2b_notebook.webhooks import Receiver, sign
            >>> receiver = Receiver(":memory:", "whsec_example")
            >>> body = b'{"id":"evt_1","object":"event","type":"lead.created","data":{"id":"lead_1"}}'
            >>> receiver.receive(body, sign(body, "whsec_example"))
            (200, {'status': 'received'})
            >>> receiver.receive(body, {})[0]
            400
        """
        answer = self._take(body, headers)
        return answer.status, dict(answer.content)

    def wait(self, timeout: float = 30.0) -> bool:
        """Wait until the functions have returned for all answered events; return whether they have.

        Args:
            timeout: Longest time to wait, in seconds.
        """
        return self._worker.wait(timeout)

    def run(self, event_id: str, *, again: bool = False) -> None:
        """Call the function for one event by hand, in the calling thread, if it failed, was interrupted or had none.

        Args:
            event_id: Id from :meth:`events`.
            again: Whether to handle an event that was already handled.

        Raises:
            InvalidParameterError: No event has this id.
            UsageError: The event is running, was handled (unless ``again``), or its type has no function.
            Exception: Any exception of the function, with its traceback; the event is then ``failed``.
        """
        self._worker.run(event_id, again=again)

    # --- serving it on loopback ---------------------------------------------------------------------------------------

    @property
    def url(self) -> str:
        """Address on loopback, or in process: the ``url`` for a webhook of the sandbox.

        Raises:
            UsageError: The receiver is not served by :meth:`start`.
        """
        if self._server is None:
            raise UsageError("the receiver is not served here", repair="use: with receiver: …, or receiver.start()")
        return f"{self._server.url}/"

    def start(self) -> Self:
        """Serve the receiver on loopback in a thread, or in process, until :meth:`stop`; calling it twice is harmless.

        A receiver that is started again uses the same address.

        Raises:
            ConfigurationError: The port is in use.
            MissingExtraError: The package uvicorn is not installed (extra ``sandbox``).
        """
        if self._server is None:
            self._server = self._start_in_process() if self._is_in_process else self._start_on_loopback()
        return self

    @property
    def _is_in_process(self) -> bool:
        return not can_serve() if self._in_process is None else self._in_process

    def _start_in_process(self) -> InProcessServer:
        self._here = self._here or InProcessServer(self, kind="receiver")
        self._worker.wake()  # an earlier process may have left events waiting
        return self._here.start()

    def _start_on_loopback(self) -> Server:
        server = Server(self, port=self._port).start()
        self._port = server.port  # a second start uses the same address
        return server

    def stop(self) -> None:
        """Stop serving after the running function returns; calling it twice is harmless. Events stay readable."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self._worker.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    # --- the ASGI application -----------------------------------------------------------------------------------------

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection scope: HTTP or the server's lifespan; WebSockets are refused."""
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
                if self._server is None:  # served by another server; stop() waits as long as needed
                    await run_blocking(self._worker.stop)
                await send({"type": "lifespan.shutdown.complete"})
                return

    async def _answer(self, scope: Scope, receive: Receive) -> Response:
        if scope["method"] != "POST":
            return Response(405, {"error": "deliveries are POSTed"}, close=True, allow="POST")
        body: bytes | None = None
        try:
            async with time_limit(ANSWER_TIMEOUT):
                body = await read_body(receive)
                answer: Response = await run_blocking(self._take, body, scope["headers"])
                return answer
        except DeliveryTooLargeError as refusal:
            return self._refusal(413, refusal, close=True)
        except TimeoutError:
            # Whether it was stored is unknown. It is delivered again and then recognized.
            slow = body is None
            return Response(408 if slow else 503, {"error": "it took too long"}, close=slow)

    def _take(self, body: bytes, headers: Headers) -> Response:
        secrets = self._secrets
        if not secrets:
            return Response(503, {"error": "the receiver has no signing secret yet"})
        now = self._now()
        try:
            event = verify(body, headers, secrets, now=now)
            state: Literal["waiting", "unhandled"] = "waiting" if self._handlers.find(event.type) else "unhandled"
            new = self._store.add(event, body, state=state, now=now)
        except DeliveryTooLargeError as refusal:
            return self._refusal(413, refusal)
        except WebhookError as refusal:
            return self._refusal(400, refusal)
        except ConfigurationError:
            return Response(503, {"error": "the receiver cannot store events now"})
        if state == "waiting":  # for a repetition too: events may be waiting since the file could not be used
            self._worker.wake()
        return Response(200, {"status": "received" if new else "received before"})

    def _refusal(self, status: int, refusal: WebhookError, *, close: bool = False) -> Response:
        kind = type(refusal).__name__
        with self._lock:
            self._refused[kind] += 1
        return Response(status, {"error": kind, "message": refusal.message}, close=close)

    # --- representation -----------------------------------------------------------------------------------------------

    def _card(self) -> Card:
        try:
            events = _counts_text(self._store.counts())
        except ConfigurationError:
            events = "cannot be read now"  # a representation raises nothing; events() raises the error
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
