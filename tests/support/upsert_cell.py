"""A notebook cell that plans and applies a frame, in a process of its own that a test can kill.

``python upsert_cell.py --url … --rows N``; the key is read from ``PB2B_API_KEY``. Prints the outcome of the rows.
"""

from __future__ import annotations

import argparse
import json
import os
import sys

import pandas as pd

from pb2b_notebook.journal import Journal
from workspaces import HASTY, connected


def frame(rows: int) -> pd.DataFrame:
    """Return a frame: of ten rows one is invalid, five change existing leads, four create leads."""
    numbers = range(rows)
    return pd.DataFrame(
        {
            "email": [
                "nobody" if n % 10 == 9 else f"{'known' if n % 10 < 5 else 'new'}{n}@campaign.example" for n in numbers
            ],
            "title": [f"Title {n}" for n in numbers],
            "score": [n % 100 for n in numbers],
        },
        index=pd.Index([f"row {n}" for n in numbers]),
    )


def main() -> int:
    """Run the cell."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--rows", type=int, required=True)
    options = parser.parse_args()
    journal = Journal.of_this_machine()
    with connected(options.url, os.environ["PB2B_API_KEY"], journal=journal, timing=HASTY) as ws:
        sys.stdout.write("planning\n")
        sys.stdout.flush()
        plan = ws.leads.plan(frame(options.rows))
        sys.stdout.write("applying\n")
        sys.stdout.flush()
        done = plan.apply()
        summary = {"rows": len(done), "index": list(done.rows.index), "summary": done.summary}
        sys.stdout.write(json.dumps(summary) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
