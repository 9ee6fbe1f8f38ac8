"""Fixtures: a receiver, and a function that delivers to it."""

import httpx
import pytest

from pb2b_notebook.webhooks import Receiver, sign
from plain_http import NO_TLS
from signed_deliveries import SECRET, Clock


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def post(clock):
    """Deliver to a served receiver, signed unless headers are given; return the answer."""

    def post(receiver, body, headers=None, *, secret=SECRET):
        signed = sign(body, secret, now=clock())
        return httpx.post(receiver.url, content=body, headers=signed if headers is None else headers, verify=NO_TLS)

    return post


@pytest.fixture
def receiver(clock):
    """A served receiver in memory that has the secret and no handlers."""
    with Receiver(":memory:", SECRET, now=clock) as served:
        yield served
