"""A service that looks live: the sandbox under another host name, with responses that a test may edit."""

import json

import httpx

import pb2b_notebook as pb
from httpx_transport import HttpxTransport

HOST = "api.example.com"


class Forwarding(httpx.BaseTransport):
    """Forwards every request to the sandbox.

    Args:
        base_url: Base URL of the sandbox.
        edit: Called with the path and the parsed body of each response; returns a body, a whole response, or an
            exception to raise.
    """

    def __init__(self, base_url, edit=None):
        self._inner = HttpxTransport(base_url)
        self._url = httpx.URL(base_url)
        self._edit = edit or _unedited
        self.asked = []

    def handle_request(self, request):
        path = request.url.path.removeprefix("/api/public/v1")
        self.asked.append(f"{request.method} {path}")
        url = self._url.copy_with(raw_path=request.url.raw_path)
        sent = httpx.Request(request.method, url, headers=request.headers.raw, stream=request.stream)
        answer = self._inner.handle_request(sent)
        body = json.loads(answer.read())
        edited = self._edit(path, body)
        if isinstance(edited, BaseException):
            raise edited
        if isinstance(edited, httpx.Response):
            return edited
        headers = {name: value for name, value in answer.headers.items() if name.startswith(("x-", "date"))}
        return httpx.Response(answer.status_code, json=edited, headers=headers)

    def close(self):
        self._inner.close()


def _unedited(path, body):
    return body


def live(sandbox, *, edit=None, host=HOST, key=None, **options):
    """A workspace of the sandbox that looks like a live one, and its transport."""
    transport = Forwarding(sandbox.base_url, edit)
    url = f"https://{host}/api/public/v1"
    return pb.connect(key or sandbox.sandbox.create_key(), base_url=url, transport=transport, **options), transport
