"""Join the clusters of the pairs that a reviewer put together, and nothing else.

A choice about two items joins their clusters. An item of these clusters comes along, unless it was compared with the
other side and does not fit: of two people whom "Dani Roth" fits, the choice takes one and cuts the other. What was in
another cluster before stays there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

Pair = tuple[int, int]


class Groups:
    """Union-find whose groups know their members; the root is the smallest member."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}

    def root(self, item: int) -> int:
        """Return the smallest member of an item's group."""
        parent = self.parent
        while (up := parent.get(item, item)) != item:
            parent[item] = parent.get(up, up)
            item = up
        return item

    def items(self, root: int) -> list[int]:
        """Return the members of a group."""
        return self.members.get(root) or [root]

    def join(self, first: int, second: int) -> None:
        """Make one group of those of two items."""
        first, second = self.root(first), self.root(second)
        if first != second:
            low, high = min(first, second), max(first, second)
            self.members[low] = self.items(low) + self.items(high)
            self.members.pop(high, None)
            self.parent[high] = low


class Evidence(NamedTuple):
    """What speaks for and against pairs of items; the smaller item of each pair is first.

    Attributes:
        logits: Score of each compared pair.
        cutoff: Least logit of a pair that is a link.
        conflicts: Pairs whose names are not one person's.
        apart: Pairs that a reviewer kept apart.
        known: Known group of items that have one.
    """

    logits: Mapping[Pair, float]
    cutoff: float
    conflicts: Collection[Pair] = ()
    apart: Collection[Pair] = ()
    known: Mapping[int, int] = {}

    def fit(self, pair: Pair) -> bool | None:
        """Return whether two items are a link; ``None`` if they have next to nothing in common."""
        if pair in self.conflicts:
            return False
        logit = self.logits.get(pair)
        return None if logit is None else logit >= self.cutoff


def find_contradiction(together: Iterable[tuple[Any, Any]], apart: Iterable[tuple[Any, Any]]) -> tuple[Any, Any] | None:
    """Return the first pair that is kept apart although other pairs make one person of it.

    >>> find_contradiction([("a", "b"), ("b", "c")], [("c", "d"), ("a", "c")])
    ('a', 'c')
    """
    number: dict[Any, int] = {}
    groups = Groups()
    for pair in together:
        groups.join(*(number.setdefault(item, len(number)) for item in pair))
    for pair in apart:
        places = [number.get(item) for item in pair]
        if None not in places and len({groups.root(place) for place in places if place is not None}) == 1:
            return pair
    return None


def join_chosen(
    clusters: Mapping[int, int], links: Sequence[Pair], chosen: Iterable[Pair], evidence: Evidence
) -> dict[int, int]:
    """Return the clusters of some items after a reviewer's choices.

    Args:
        clusters: Item → its cluster before the choices, for all items of the clusters that they concern.
        links: Pairs that hold these clusters together, the strongest first.
        chosen: Pairs that a reviewer put together.
        evidence: What speaks for and against pairs.

    >>> apart = Evidence({(0, 1): -1.0, (0, 2): 7.1, (1, 2): 7.0}, cutoff=1.0)
    >>> join_chosen({0: 0, 1: 1, 2: 0}, [(0, 2)], [(2, 1)], apart)
    {0: 0, 1: 1, 2: 1}
    >>> join_chosen({0: 0, 1: 1, 2: 0}, [(0, 2)], [(2, 1)], apart._replace(logits={(0, 2): 7.1}))
    {0: 0, 1: 0, 2: 0}
    """
    groups = Groups()
    for first, second in chosen:
        groups.join(first, second)
    limits = _Limits(clusters, groups, evidence)
    for first, second in links:
        roots = groups.root(first), groups.root(second)
        if roots[0] != roots[1] and limits.allow(groups, *roots):
            groups.join(*roots)
    return {item: groups.root(item) for item in clusters}


class _Limits:
    """What keeps groups apart although a choice would put them together."""

    def __init__(self, clusters: Mapping[int, int], chosen: Groups, evidence: Evidence) -> None:
        self._clusters, self._evidence = clusters, evidence
        self._chosen_of: dict[int, set[int]] = {}
        for root, items in chosen.members.items():
            for item in items:
                self._chosen_of.setdefault(clusters[item], set()).add(root)
        self._compared: dict[int, list[int]] = {}
        for first, second in {*evidence.logits, *evidence.conflicts, *evidence.apart}:
            self._compared.setdefault(first, []).append(second)
            self._compared.setdefault(second, []).append(first)

    def allow(self, groups: Groups, one: int, other: int) -> bool:
        """Return whether no item of one group is against one of the other; the groups are given by their roots."""
        few, many = sorted((groups.items(one), groups.items(other)), key=len)
        known = [
            {self._evidence.known[item] for item in items if item in self._evidence.known} for items in (few, many)
        ]
        if all(known) and len(known[0] | known[1]) > 1:
            return False
        root = groups.root(many[0])
        pairs = ((min(x, y), max(x, y)) for x in few for y in self._compared.get(x, ()) if groups.root(y) == root)
        return not any(map(self._are_against, pairs))

    def _clusters_of(self, pair: Pair) -> Pair:
        first, second = (self._clusters[item] for item in pair)
        return min(first, second), max(first, second)

    def _are_against(self, pair: Pair) -> bool:
        """Return whether two items are kept apart, or were compared, are of different clusters, and do not fit.

        Two that fit may join where a reviewer put some of their clusters together.
        """
        if pair in self._evidence.apart:
            return True
        both = self._clusters_of(pair)
        fit = None if both[0] == both[1] else self._evidence.fit(pair)
        if fit is None:
            return False
        return not fit or self._chosen_of.get(both[0], set()).isdisjoint(self._chosen_of.get(both[1], ()))
