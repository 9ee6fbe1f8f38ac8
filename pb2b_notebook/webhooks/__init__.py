"""Receive webhooks: verify deliveries and store their events so that each is handled at most once.

::

    request ── verify ──► Event, or a typed error          in your own web application
       │
       └────── Receiver ──► verify ──► SQLite ──► answer ──► your handler, at most once per event
                                          └────► .events(), a frame

``verification`` and ``signatures`` are ``verify``, ``events`` the events. ``receiver`` is :class:`Receiver`:
``reception`` reads a request, ``event_store`` keeps the events, ``handling`` calls your functions.

An application with its own web framework only needs :func:`verify`. :class:`Receiver` is a complete ASGI application
that verifies deliveries, stores each event once, answers, and calls your functions.

**A receiver on loopback is for the sandbox**, which runs on the same machine. The live service posts only to public
HTTPS addresses and can never reach a notebook. For it, put the same receiver into a file and serve that file behind
your TLS proxy::

    # hooks.py
    import os
    import pb2b_notebook as pb

    app = pb.webhooks.Receiver("events.sqlite3", os.environ["PB2B_SIGNING_SECRET"])

    @app.on("lead.created")
    def welcome(event):
        ...

    # uvicorn hooks:app --host 127.0.0.1 --port 8100
    # and in front of it, for example with Caddy:   hooks.example.com { reverse_proxy 127.0.0.1:8100 }

In your own application it is one line, such as ``api.mount("/prospectb2b", app)`` in FastAPI or Starlette. Nothing
between the service and the receiver may change the body, not even its white space, because its bytes are signed. A
notebook on the same machine reads the events: ``pb.webhooks.Receiver("events.sqlite3").events()``.

Source: the service's public documentation of its webhook headers and signature. The limits and the shape of an event
are this project's (see ``webhooks`` in the contract).
"""

from __future__ import annotations

from pb2b_notebook.webhooks.events import Event
from pb2b_notebook.webhooks.receiver import Receiver
from pb2b_notebook.webhooks.signatures import sign
from pb2b_notebook.webhooks.verification import verify

__all__ = ["Event", "Receiver", "sign", "verify"]
