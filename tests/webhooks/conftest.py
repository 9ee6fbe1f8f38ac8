"""A receiver, and how to deliver to it."""

import sys
from pathlib import Path

import httpx
import pytest

sys.path.insert(0, str(Path(__file__).parent))  # pytest's importlib mode adds no folder of tests to it

from signed_deliveries import SECRET, Clock

from pb2b_notebook.webhooks import Receiver, sign


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def post(clock):
    """Deliver to a receiver that is served: signed, unless the headers say otherwise; the answer."""

    def post(receiver, body, headers=None, *, secret=SECRET):
        signed = sign(body, secret, now=clock())
        return httpx.post(receiver.url, content=body, headers=signed if headers is None else headers)

    return post


@pytest.fixture
def receiver(clock):
    """A receiver in memory that is served, trusts the secret, and handles nothing."""
    with Receiver(":memory:", SECRET, now=clock) as served:
        yield served
