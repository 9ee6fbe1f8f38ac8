"""Plain HTTP to a server on this machine, or in this process."""

import ssl

from httpx_transport import HttpxTransport
from pb2b_notebook import in_process

NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For ``verify=`` of httpx: it trusts no authority, so no certificate is read, which takes 9 ms a client."""


def plain_transport(url):
    """The ``transport=`` of httpx for a URL; ``None`` is the network."""
    return HttpxTransport(url) if in_process.is_in_process(url) else None
