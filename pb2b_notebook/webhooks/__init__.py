"""Receive webhooks: verify a delivery, and keep its event so that it is handled at most once.

::

    request ── verify ──► Event, or a typed refusal        in a web application of your own
       │
       └────── Receiver ──► verify ──► SQLite ──► answer ──► your handler, at most once an event
                                          └────► .events(), a frame

:func:`verify` is all that an application with a web framework of its own needs. :class:`Receiver` is a whole one: an
ASGI application that verifies, keeps each event once, answers, and hands the event to your functions.

**A receiver that is served on loopback serves the sandbox**, which runs on the same machine. The live service posts to
public HTTPS addresses and can never reach a notebook. For it, put the same receiver into a file and serve that behind
whatever ends TLS for you::

    # hooks.py
    import os
    import pb2b_notebook as pb

    app = pb.webhooks.Receiver("events.sqlite3", os.environ["PB2B_SIGNING_SECRET"])

    @app.on("lead.created")
    def welcome(event):
        ...

    # uvicorn hooks:app --host 127.0.0.1 --port 8100
    # and in front of it, for example with Caddy:   hooks.example.com { reverse_proxy 127.0.0.1:8100 }

In an application of your own it is one line, such as ``api.mount("/prospectb2b", app)`` in FastAPI or Starlette.
Nothing between the service and the receiver may change the body, not even its white space: the signature is over its
bytes. A notebook on the same machine reads what came: ``pb.webhooks.Receiver("events.sqlite3").events()``.

Source: the service's public documentation of its webhook headers and signature; limits and the shape of an event are
this project's (see the contract's ``webhooks`` part).
"""

from __future__ import annotations

from pb2b_notebook.webhooks.events import Event
from pb2b_notebook.webhooks.receiver import Receiver
from pb2b_notebook.webhooks.signatures import sign
from pb2b_notebook.webhooks.verification import verify

__all__ = ["Event", "Receiver", "sign", "verify"]
