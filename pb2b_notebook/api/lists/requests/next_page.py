"""Send the request for the next page while the caller works on this one."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from time import monotonic

from pb2b_notebook import threads
from pb2b_notebook.api.http.responses.reply import Reply
from pb2b_notebook.api.http.sending.client import Call


class NextPage:
    """The request that probably comes next, and those that are sent when they are wanted.

    Args:
        send: Sends a call, and returns its response.
    """

    def __init__(self, send: Callable[[Call], Reply]) -> None:
        self._send = send
        self._thread = threads.OneTask(name="pb2b-next-page")
        self._begun: tuple[Call, Future[tuple[Reply, float]]] | None = None

    def begin(self, call: Call) -> None:
        """Send a call in a thread; its response is kept until the same call is wanted."""
        if threads.available():
            self._begun = call, self._thread.begin(lambda: self._send_and_time(call))

    def reply_to(self, call: Call) -> tuple[Reply, float]:
        """Return the response to a call, and how many seconds it took.

        Raises:
            ProspectB2BError: As the client raises it.
        """
        begun = self._begun
        if begun is None or begun[0] != call:
            return self._send_and_time(call)
        self._begun = None
        return begun[1].result()

    def close(self) -> None:
        """Let the thread end; a response that is still to come is not used."""
        self._begun = None
        self._thread.close()

    def _send_and_time(self, call: Call) -> tuple[Reply, float]:
        begun = monotonic()
        reply = self._send(call)
        return reply, monotonic() - begun
