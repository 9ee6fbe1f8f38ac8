"""A notebook's cell in a process of its own, that can be made to die at a named point.

The points are made here, by a journal that kills its process at its own edges: the product holds no code for it.
``python fault_cell.py --url … --email … [--die POINT]``; the key comes in ``PB2B_API_KEY``. Prints the lead's id. With
``--interrupted``, a Ctrl-C in the cell prints its Verbose traceback, waits for a line, and runs the cell again.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from pb2b_notebook.journal import Journal
from workspaces import HASTY, connected

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from pb2b_notebook.workspace import Workspace

POINTS = (
    "before the intent", "within the intent", "after the intent, before the send",
    "after the answer, before the outcome", "within the outcome", "after the outcome",
)  # fmt: skip


class DyingJournal(Journal):
    """Kills its process (SIGKILL) at one point of a mutation."""

    point = ""
    _phase = ""

    def resolve(self, *args: Any, **options: Any) -> Any:
        self._die("before the intent")
        self._phase = "within the intent"
        entry = super().resolve(*args, **options)
        self._phase = ""
        self._die("after the intent, before the send")
        return entry

    def finish(self, *args: Any, **options: Any) -> None:
        self._die("after the answer, before the outcome")
        self._phase = "within the outcome"
        super().finish(*args, **options)
        self._phase = ""
        self._die("after the outcome")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        with super().transaction() as db:
            yield db
            self._die(self._phase)  # written, but not yet committed

    def _die(self, point: str) -> None:
        if point and point == self.point:
            os.kill(os.getpid(), signal.SIGKILL)


def cell(ws: Workspace, email: str) -> str:
    """What the person wrote: create a lead."""
    return str(ws.leads.create(email=email, full_name="Ada Lovelace")["id"])


def verbose_traceback() -> str:
    """The traceback that IPython shows after ``%xmode Verbose``: with the variables of every frame."""
    from IPython.core.ultratb import VerboseTB

    shown: str = VerboseTB(theme_name="nocolor").text(*sys.exc_info())
    return shown


def main() -> int:
    """Run the cell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--email", required=True)
    parser.add_argument("--die", default="", choices=("", *POINTS))
    parser.add_argument("--interrupted", action="store_true")
    options = parser.parse_args()
    # A process that was started in the background inherits SIGINT as ignored: then no Ctrl-C would ever arrive.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    journal = DyingJournal.of_this_machine()
    journal.point = options.die
    with connected(options.url, os.environ["PB2B_API_KEY"], journal=journal, timing=HASTY) as ws:
        try:
            if options.interrupted:
                sys.stdout.write("ready\n")
                sys.stdout.flush()
            found = cell(ws, options.email)
        except KeyboardInterrupt:
            sys.stdout.write(json.dumps({"traceback": verbose_traceback()}) + "\n")
            sys.stdout.flush()
            sys.stdin.readline()
            found = cell(ws, options.email)
        sys.stdout.write(json.dumps({"id": found}) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
