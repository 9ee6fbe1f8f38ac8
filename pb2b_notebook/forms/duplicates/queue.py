"""The order in which clusters are reviewed: filtered and sorted, with a current position."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pb2b_notebook.forms.duplicates.clusters import Clusters
from pb2b_notebook.forms.duplicates.decisions import Decisions
from pb2b_notebook.nulls import is_null

SHOWN: Final[dict[str, str]] = {
    "all groups": "all",
    "undecided": "undecided",
    "skipped": "skip",
    "merged": "merge",
    "not duplicates": "different",
}
ORDERS: Final[dict[str, str]] = {
    "least certain first": "uncertain",
    "most certain first": "certain",
    "largest first": "largest",
}


@dataclass(frozen=True, slots=True)
class Queue:
    """Clusters in the order of the review. Decided clusters stay in it, so that the user can go back.

    Attributes:
        names: Names of the clusters.
        at: Position of the current cluster, from 0.

    Example:
        >>> Queue(("a", "b", "c")).move(5).current, Queue(()).move(1).current
        ('c', None)
    """

    names: tuple[str, ...]
    at: int = 0

    @property
    def current(self) -> str | None:
        """The current cluster, or ``None`` if the queue is empty."""
        return self.names[self.at] if self.names else None

    def move(self, steps: int) -> Queue:
        """Return the queue moved on or back by some clusters, not beyond its ends."""
        return replace(self, at=max(0, min(self.at + steps, len(self.names) - 1)))

    def to(self, name: str) -> Queue:
        """Return the queue at a cluster, which is inserted if the filter has left it out."""
        if name in self.names:
            return replace(self, at=self.names.index(name))
        return replace(self, names=(*self.names[: self.at], name, *self.names[self.at :]))

    def to_next(self, decisions: Decisions) -> Queue:
        """Return the queue at the next undecided cluster, searched also from the start; the same if there is none."""
        around = (*range(self.at + 1, len(self.names)), *range(min(self.at + 1, len(self.names))))
        return next((replace(self, at=at) for at in around if decisions.of(self.names[at]).verdict is None), self)


def queue_of(clusters: Clusters, decisions: Decisions, values: Mapping[str, Any]) -> Queue:
    """Return the clusters that match the filter, in the chosen order.

    Args:
        clusters: All clusters.
        decisions: The decisions so far.
        values: Values of the form: ``show``, ``at_least`` and ``at_most`` (probability of the weakest link, 0 to 1),
            ``bridges`` (only clusters with a link that was cut) and ``order``.
    """
    wanted = _verdict(decisions, values["show"])
    least, most = values["at_least"], values["at_most"]
    names = [
        name
        for name in clusters.members
        if wanted(name) and _within(clusters.weakest.get(name), least, most)
        and (not values["bridges"] or name in clusters.bridged)
    ]  # fmt: skip
    if values["order"] != "largest":
        sign = 1 if values["order"] == "uncertain" else -1
        # Where a person decided that rows are one, there may be no link; nothing is surer.
        names.sort(key=lambda name: sign * (_probability_or(clusters.weakest.get(name), 1.0)))
    return Queue(tuple(names))


def _verdict(decisions: Decisions, show: str) -> Callable[[str], bool]:
    if show == "all":
        return lambda _: True
    verdict = None if show == "undecided" else show
    return lambda name: decisions.of(name).verdict == verdict


def _within(probability: float | None, least: float | None, most: float | None) -> bool:
    known = _probability_or(probability, 1.0)
    return (least is None or known >= least) and (most is None or known <= most)


def _probability_or(probability: float | None, otherwise: float) -> float:
    return otherwise if probability is None or is_null(probability) else float(probability)
