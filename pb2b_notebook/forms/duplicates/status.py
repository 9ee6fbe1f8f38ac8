"""The line above the cluster of a review: how far the review is, or why no cluster is shown."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final

from pb2b_notebook.cleanup import Duplicates
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.forms import rendering
from pb2b_notebook.forms.duplicates.cards import percent
from pb2b_notebook.forms.duplicates.clusters import Cluster, Clusters
from pb2b_notebook.forms.duplicates.decisions import DECIDED, Decisions
from pb2b_notebook.forms.duplicates.queue import Queue
from pb2b_notebook.forms.known_fields import label_of

COUNTED: Final = {"merged": "merge", "not duplicates": "different", "skipped": "skip", "left": None}
_VERDICTS: Final[Mapping[str, str]] = {
    "merge": "✓ merged when you finish",
    "different": "✗ not duplicates",
    "skip": "» skipped",
}


def progress(current: Cluster, clusters: Clusters, decisions: Decisions, queue: Queue) -> str:
    """Return the progress of a review and the name of the current cluster, as HTML."""
    total, shown = len(clusters), len(queue.names)
    counts = decisions.counts()
    done = sum(counts[verdict] for verdict in DECIDED)
    of = f"{queue.at + 1:,} of {shown:,}" + (f" shown ({total:,} in all)" if shown < total else "")
    sums = " · ".join(f"{counts[verdict]:,} {name}" for name, verdict in COUNTED.items())
    verdict = decisions.of(current.name).verdict
    state = f" · <b>{_VERDICTS[verdict]}</b>" if verdict else ""
    bar = f'<progress value="{done}" max="{total}" aria-label="decided"></progress>'
    about = f"{len(current.members):,} members, probability {percent(current.weakest)}"
    name = rendering.cell_hint(f"{rendering.text(current.name, most=80)} · ")
    finish = rendering.status_line("success", "All groups are reviewed. Press Finish review.")
    return rendering.wrap(
        f"<div><b>Group {of}</b> &nbsp; {bar} {done:,} decided: {sums}</div>"
        f"<div>{name}{about}{state}</div>{'' if counts[None] else finish}"
    )


def nothing_to_show(clusters: Clusters, duplicates: Duplicates) -> str:
    """Return why no cluster is shown, and what to try, as HTML."""
    if len(clusters):
        message = "Show all groups, or set another range of probabilities."
        return rendering.notice("info", "No group matches this filter", message)
    dropped, missing = len(duplicates.dropped), duplicates.missing
    similar = sorted(one for one in duplicates.pairs["probability"].to_list() if one < duplicates.threshold)
    apart, best = len(similar), math.floor(similar[-1] * 100) / 100 if similar else 0
    least = f"{round(100 * duplicates.threshold, 10):g}%"
    pairs = count_text(apart, "pair is", "pairs are")
    tries = [
        f"All {clusters.rows:,} rows seem to be different {duplicates.subject.name} from a probability of {least}.",
        f"{pairs} similar: search again from a probability of {best:.0%} to see the most similar"
        + rendering.cell_hint(", or look at <code>duplicates.pairs</code>") + "." if apart else "",
        f"{dropped:,} groups of rows were too large to compare"
        + rendering.cell_hint(": <code>duplicates.dropped</code>") + "." if dropped else "",
        f"These columns are missing and would help: {', '.join(map(label_of, missing))}." if missing else "",
        rendering.cell_hint("Search <code>pb.cleanup.normalize(df).frame</code> instead: clean values match better."),
    ]  # fmt: skip
    return rendering.notice("info", "No duplicates were found", *tries)
