"""An ASGI application as an httpx transport, without a socket, but with every byte of an HTTP answer."""

import asyncio
import threading

import httpx


class InProcess(httpx.BaseTransport):
    """Sends requests to an application in this process, whose event loop runs in its own thread.

    Args:
        app: An ASGI application.
    """

    def __init__(self, app):
        self._asgi = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="in-process", daemon=True)
        self._thread.start()

    def handle_request(self, request):
        whole = httpx.Request(
            request.method, request.url, headers=request.headers.raw, content=b"".join(request.stream)
        )
        return asyncio.run_coroutine_threadsafe(self._answer(whole), self._loop).result(timeout=60)

    async def _answer(self, request):
        response = await self._asgi.handle_async_request(request)
        body = b"".join([chunk async for chunk in response.stream])
        return httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(body))

    def close(self):
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=10)
            self._loop.close()
