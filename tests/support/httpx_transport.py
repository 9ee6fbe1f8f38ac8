"""The package's own transports as a ``transport=`` of httpx."""

import httpx

from pb2b_notebook.api.http.sending.messages import Request
from pb2b_notebook.api.http.sending.transport import transport_to


class HttpxTransport(httpx.BaseTransport):
    """Sends what httpx sends through the package's transport to a service, or to a sandbox of this process."""

    def __init__(self, base_url):
        self._inner = transport_to(base_url)

    def handle_request(self, request):
        try:
            answer = self._inner.send(Request(request.method, str(request.url), request.headers.raw, request.read()))
        except ConnectionError:  # of a sandbox of this process
            raise httpx.ReadError("the connection was cut", request=request) from None
        return httpx.Response(answer.status, headers=answer.headers, stream=_Stream(answer), request=request)

    def close(self):
        self._inner.close()


class _Stream(httpx.SyncByteStream):
    def __init__(self, answer):
        self._answer = answer

    def __iter__(self):
        yield from self._answer.pieces

    def close(self):
        self._answer.close()
