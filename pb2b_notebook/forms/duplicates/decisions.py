"""Decisions about clusters of duplicates, as a value that remembers the changes before it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Literal

from pb2b_notebook.errors import UsageError

Verdict = Literal["merge", "different", "skip"]
DECIDED: Final = frozenset({"merge", "different"})
FEWEST: Final = 2
"""Smallest number of rows that stay in a cluster."""
UNDO_LIMIT: Final = 1_000
"""Number of changes that can be undone."""


@dataclass(frozen=True, slots=True)
class Decision:
    """The decision about one cluster.

    Attributes:
        verdict: "merge", "different" (no two of its rows are one person) or "skip" (left for later); ``None`` if it is
            undecided.
        left_out: Names of rows that do not belong to the cluster.
        chosen: Field → name of the row whose value survives; the rules decide about other fields.
    """

    verdict: Verdict | None = None
    left_out: frozenset[Any] = frozenset()
    chosen: Mapping[str, Any] = field(default_factory=dict)


UNDECIDED: Final = Decision()


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions about all clusters. Each change returns another value.

    Attributes:
        members: Cluster → names of its rows.
        made: Cluster → decision, for clusters that have one.
        past: Changes before this state, oldest first: the clusters of each, and the decisions about them before it.

    Example:
        >>> some = Decisions({"c1": ("a", "b", "c"), "c2": ("d", "e")})
        >>> some = some.toggle_row("c1", "b").with_verdict("c1", "merge")
        >>> some.kept_rows("c1"), some.counts()["merge"], some.counts()[None]
        (('a', 'c'), 1, 1)
        >>> some.without_latest().without_latest() == Decisions(some.members)
        True
    """

    members: Mapping[str, tuple[Any, ...]]
    made: Mapping[str, Decision] = field(default_factory=dict)
    past: tuple[Mapping[str, Decision], ...] = ()

    def of(self, cluster: str) -> Decision:
        """Return the decision about a cluster."""
        return self.made.get(cluster, UNDECIDED)

    def kept_rows(self, cluster: str) -> tuple[Any, ...]:
        """Return the rows of a cluster that were not left out, in their order."""
        out = self.of(cluster).left_out
        return tuple(row for row in self.members[cluster] if row not in out)

    def counts(self) -> Counter[str | None]:
        """Count the clusters by verdict; ``None`` counts the undecided ones."""
        found = Counter[str | None](one.verdict for one in self.made.values())
        found[None] += len(self.members) - len(self.made)
        return found

    def with_verdict(self, cluster: str, verdict: Verdict) -> Decisions:
        """Return the decisions with a new verdict about a cluster."""
        return self.with_verdicts([cluster], verdict)

    def with_verdicts(self, clusters: Iterable[str], verdict: Verdict) -> Decisions:
        """Return the decisions with a new verdict about some clusters, as one change."""
        return self._with({cluster: replace(self.of(cluster), verdict=verdict) for cluster in clusters})

    def toggle_row(self, cluster: str, row: Any) -> Decisions:
        """Return the decisions with a row left out of its cluster, or put back if it was left out.

        Raises:
            UsageError: Fewer than two rows would stay.
        """
        before = self.of(cluster)
        out = before.left_out ^ {row}
        if len(self.members[cluster]) - len(out) < FEWEST:
            raise UsageError(
                "a group keeps at least two members", repair="press Not a duplicate (N) if no two are one person"
            )
        chosen = {name: source for name, source in before.chosen.items() if source not in out}
        return self._with({cluster: replace(before, left_out=out, chosen=chosen)})

    def with_source(self, cluster: str, name: str, row: Any | None) -> Decisions:
        """Return the decisions with a field's value taken from a row; ``None`` lets the rules choose again.

        Raises:
            UsageError: The row is left out.
        """
        before = self.of(cluster)
        if row is not None and row in before.left_out:
            raise UsageError("this member is left out of the group", repair="put it back first (X)")
        others = {one: source for one, source in before.chosen.items() if one != name}
        return self._with({cluster: replace(before, chosen=others if row is None else {**others, name: row})})

    def without_latest(self) -> Decisions:
        """Return the decisions before the latest change, or the same if there is none."""
        if not self.past:
            return self
        return replace(self, made=_with(self.made, self.past[-1]), past=self.past[:-1])

    def _with(self, changed: Mapping[str, Decision]) -> Decisions:
        before = {cluster: self.of(cluster) for cluster in changed}
        if changed == before:
            return self
        return replace(self, made=_with(self.made, changed), past=(*self.past[-UNDO_LIMIT + 1 :], before))


def _with(made: Mapping[str, Decision], changed: Mapping[str, Decision]) -> dict[str, Decision]:
    return {cluster: decision for cluster, decision in {**made, **changed}.items() if decision != UNDECIDED}
