"""A cell that is ended by a signal: ``python ended_cell.py KIND URL [exits]``; the key is in ``PB2B_API_KEY``.

With ``exits``, SIGTERM raises ``SystemExit(143)``, as services and task queues set it up.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

import pandas as pd

import pb2b_notebook as pb

ROWS = 150


def people(kind: str) -> pd.DataFrame:
    """Return people whom the workspace does not have."""
    numbers = range(ROWS)
    names = {"full_name": [f"{'ABCDEFGHIJ'[n % 10]}ron Quint{n}" for n in numbers]}
    return pd.DataFrame({"email": [f"p{n}@{kind}.example" for n in numbers], **names})


def work(ws: pb.Workspace, kind: str) -> Any:
    """Do what the cell does: sync, bring in a list, or apply a plan."""
    if kind == "sync":
        return ws.mirror.sync("leads")
    if kind == "intake":
        intake = ws.leads.intake(people(kind), progress=False)
        intake.apply(concurrency=2)
        return intake
    return ws.leads.plan(people(kind)).apply(concurrency=2)


def _leave(number: int, frame: object) -> None:
    raise SystemExit(143)


if __name__ == "__main__":
    if "exits" in sys.argv:
        signal.signal(signal.SIGTERM, _leave)
    with pb.connect(os.environ["PB2B_API_KEY"], base_url=sys.argv[2]) as workspace:
        work(workspace, sys.argv[1])
