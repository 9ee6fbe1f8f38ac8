"""Send through an httpx transport that a caller has given, instead of the network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pb2b_notebook.api.http.sending.deadlines import TIMEOUTS
from pb2b_notebook.api.http.sending.messages import Request, Response
from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    import httpx


class CallerTransport:
    """Sends requests through a transport of httpx.

    Raises:
        UsageError: It is not a transport of httpx.
    """

    def __init__(self, inner: httpx.BaseTransport) -> None:
        if not callable(getattr(inner, "handle_request", None)):
            raise UsageError(
                f"transport= takes a transport of httpx, not {type(inner).__name__}",
                repair="give a transport such as httpx.HTTPTransport(), or leave it out",
            )
        self._inner = inner

    def send(self, request: Request) -> Response:
        """Send the request; :func:`~pb2b_notebook.api.http.sending.transport.exchange` translates the exceptions."""
        import httpx

        response = self._inner.handle_request(
            httpx.Request(
                request.method,
                request.url,
                headers=list(request.headers),
                content=request.body,
                extensions={"timeout": TIMEOUTS},
            )
        )
        headers = response.headers.raw
        if not response.is_stream_consumed:
            return Response(response.status_code, headers, response.iter_raw(), response.close)
        # The transport has read it completely, and httpx has decoded it.
        decoded = [header for header in headers if header[0].lower() != b"content-encoding"]
        return Response(response.status_code, decoded, [response.content], response.close)

    def close(self) -> None:
        """Close the caller's transport."""
        self._inner.close()
