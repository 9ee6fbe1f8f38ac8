"""The order in which clusters are looked at: filtered, sorted, and where one is in it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pb2b_notebook.forms.duplicates.clusters import Clusters
    from pb2b_notebook.forms.duplicates.decisions import Decisions

SHOWN: Final[dict[str, str]] = {
    "all clusters": "all",
    "undecided": "undecided",
    "skipped": "skip",
    "merged": "merge",
    "not duplicates": "different",
}
ORDERS: Final[dict[str, str]] = {
    "the least certain first": "uncertain",
    "the most certain first": "certain",
    "the largest first": "largest",
}


@dataclass(frozen=True, slots=True)
class Queue:
    """Clusters in the order of looking at them. What is decided stays in it, so that one can go back.

    Attributes:
        names: of the clusters.
        at: position of the one that is looked at, from 0.

    Example:
        >>> Queue(("a", "b", "c")).move(5).current, Queue(()).move(1).current
        ('c', None)
    """

    names: tuple[str, ...]
    at: int = 0

    @property
    def current(self) -> str | None:
        """The cluster that is looked at; ``None`` where there is none."""
        return self.names[self.at] if self.names else None

    def move(self, steps: int) -> Queue:
        """On or back by some clusters, not beyond the ends."""
        return replace(self, at=max(0, min(self.at + steps, len(self.names) - 1)))

    def to(self, name: str) -> Queue:
        """At a cluster, which comes in here if a filter has left it out."""
        if name in self.names:
            return replace(self, at=self.names.index(name))
        return replace(self, names=(*self.names[: self.at], name, *self.names[self.at :]))

    def to_next(self, some: Decisions) -> Queue:
        """At the next cluster that nobody has said anything about, after the end from the start; else the same."""
        around = (*range(self.at + 1, len(self.names)), *range(min(self.at + 1, len(self.names))))
        return next((replace(self, at=at) for at in around if some.of(self.names[at]).verdict is None), self)


def queue_of(clusters: Clusters, some: Decisions, values: Mapping[str, Any]) -> Queue:
    """The clusters that a filter leaves, in its order.

    Args:
        clusters: all of them.
        some: what is decided.
        values: of the form: ``show``, ``at_least``, ``at_most`` (probabilities of the weakest link, 0 to 1),
            ``bridges`` (only clusters of which a link was cut) and ``order``.
    """
    wanted = _verdict(some, values["show"])
    least, most = values["at_least"], values["at_most"]
    names = [
        name
        for name in clusters.members
        if wanted(name) and _within(clusters.weakest.get(name), least, most)
        and (not values["bridges"] or name in clusters.bridged)
    ]  # fmt: skip
    if values["order"] != "largest":
        sign = 1 if values["order"] == "uncertain" else -1
        # Where a person said that rows are one, there may be no link; nothing is surer.
        names.sort(key=lambda name: sign * (_is_in_range(clusters.weakest.get(name), 1.0)))
    return Queue(tuple(names))


def _verdict(some: Decisions, show: str) -> Callable[[str], bool]:
    if show == "all":
        return lambda _: True
    verdict = None if show == "undecided" else show
    return lambda name: some.of(name).verdict == verdict


def _within(probability: float | None, least: float | None, most: float | None) -> bool:
    known = _is_in_range(probability, 1.0)
    return (least is None or known >= least) and (most is None or known <= most)


def _is_in_range(probability: float | None, otherwise: float) -> float:
    return otherwise if probability is None or probability != probability else float(probability)  # noqa: PLR0124 - NaN
