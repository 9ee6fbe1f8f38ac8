"""From pairs to clusters: strongest links first, and no cluster hangs together by one weak bridge.

Connected components alone let one wrong link join two families. So links are taken in the order of their probability,
and two groups join only if *all* pairs across that were compared agree on the whole; a link that alone would join what
the others keep apart is cut, and listed for a person to look at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np

SILENCE = -1.0
"""Logit of a pair that no blocking key brought together: it shares next to nothing."""
_MOST_SILENCE = -3.0
"""What all silent pairs together count at most: a large group is not one that nobody can join."""
_MOST = 6.0
"""A single pair counts for this many logits at most, for or against."""
ALARM = 50
"""Rows in a component from which on it is reported as large."""


class Clustering(NamedTuple):
    """Clusters of numbered things.

    Attributes:
        labels: of each thing, the smallest number in its cluster.
        bridges: positions, in the given links, of those that were cut.
        alarms: sizes of the components of links that were larger than :data:`ALARM`.
    """

    labels: np.ndarray
    bridges: np.ndarray
    alarms: tuple[int, ...]


class _Groups:
    """Union-find whose groups know their members; the root is the smallest member."""

    def __init__(self) -> None:
        self.parent: dict[int, int] = {}
        self.members: dict[int, list[int]] = {}

    def root(self, one: int) -> int:
        parent = self.parent
        while (up := parent.get(one, one)) != one:
            parent[one] = parent.get(up, up)
            one = up
        return one

    def of(self, root: int) -> list[int]:
        return self.members.get(root) or [root]

    def join(self, first: int, second: int) -> None:
        low, high = min(first, second), max(first, second)
        self.members[low] = self.of(low) + self.of(high)
        self.members.pop(high, None)
        self.parent[high] = low


def components(size: int, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Label things 0 … ``size`` - 1 by the smallest one that links lead to.

    >>> import numpy as np
    >>> components(5, np.array([0, 3]), np.array([1, 4])).tolist()
    [0, 0, 2, 3, 3]
    """
    import numpy as np

    labels = np.arange(size)
    while True:
        before = labels.copy()
        low = np.minimum(labels[a], labels[b])
        np.minimum.at(labels, a, low)
        np.minimum.at(labels, b, low)
        labels = labels[labels]
        if (labels == before).all():
            return labels


def cluster(
    size: int,
    a: np.ndarray,
    b: np.ndarray,
    logits: np.ndarray,
    cutoff: float,
    *,
    fixed: np.ndarray | None = None,
    together: Iterable[tuple[int, int]] = (),
    apart: Iterable[tuple[int, int]] = (),
) -> Clustering:
    """Cluster things by the pairs that were compared.

    Args:
        size: number of things.
        a: one side of each pair, sorted by (a, b), a < b.
        b: the other side.
        logits: of each pair.
        cutoff: links are the pairs of at least this logit.
        fixed: of each thing, a group that it belongs to already, or -1; such groups neither split nor join.
        together: pairs that a person says belong together.
        apart: pairs that a person says do not.
    """
    import numpy as np

    strong = np.flatnonzero(logits >= cutoff)
    chosen, against = list(together), {(min(pair), max(pair)) for pair in apart}
    linked = np.concatenate([a[strong], b[strong], np.array(chosen, dtype=np.int64).reshape(-1)])
    held = {} if fixed is None else _held(fixed, linked)
    given = [*_chains(held), *chosen]
    also = np.array(given, dtype=np.int64).reshape(-1, 2)
    parts = components(size, np.concatenate([a[strong], also[:, 0]]), np.concatenate([b[strong], also[:, 1]]))
    sizes = np.bincount(parts, minlength=size)
    alarms = tuple(sorted((int(n) for n in sizes[sizes > ALARM]), reverse=True))
    # Most components are two things and one link, or all pairs are links, and nobody said anything of them.
    told = np.array([*against, *given], dtype=np.int64).reshape(-1)
    positive = np.bincount(parts[a[strong]], weights=logits[strong] > 0, minlength=size)
    united = (sizes == 2) | (positive == sizes * (sizes - 1) // 2)  # noqa: PLR2004 - two
    united[parts[told]] = False
    labels = np.where(united[parts], parts, np.arange(size))
    hard = strong[~united[parts[a[strong]]]]
    order = hard[np.lexsort((b[hard], a[hard], -logits[hard]))]
    groups, bridges = _Groups(), []
    for first, second in given:
        if groups.root(first) != groups.root(second):
            groups.join(groups.root(first), groups.root(second))
    known = _known(a, b, logits, parts, ~united & (sizes > 1))
    for position, first, second in zip(order.tolist(), a[order].tolist(), b[order].tolist(), strict=True):
        one, other = groups.root(first), groups.root(second)
        if one == other:
            continue
        if _agree(groups.of(one), groups.of(other), known, against, held):
            groups.join(one, other)
        else:
            bridges.append(position)
    for thing in groups.parent:
        labels[thing] = groups.root(thing)
    cut = np.array(
        sorted(position for position in bridges if labels[a[position]] != labels[b[position]]), dtype=np.int64
    )
    return Clustering(labels, cut, alarms)


def _held(fixed: np.ndarray, linked: np.ndarray) -> dict[int, int]:
    """Thing → group, of the groups that are there already and that something leads to."""
    import numpy as np

    reached = np.zeros(int(fixed.max(initial=-1)) + 1, dtype=bool)
    reached[fixed[linked][fixed[linked] >= 0]] = True
    things = np.flatnonzero(fixed >= 0)
    things = things[reached[fixed[things]]]
    return dict(zip(things.tolist(), fixed[things].tolist(), strict=True))


def _chains(held: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Each group that is there already, as links from one of its things to the next."""
    last: dict[int, int] = {}
    for thing, group in held.items():
        if group in last:
            yield last[group], thing
        last[group] = thing


def _known(
    a: np.ndarray, b: np.ndarray, logits: np.ndarray, parts: np.ndarray, asked: np.ndarray
) -> dict[tuple[int, int], float]:
    """What every compared pair within the components that are asked about says."""
    import numpy as np

    inside = np.flatnonzero((parts[a] == parts[b]) & asked[parts[a]])
    said = np.clip(logits[inside], -_MOST, _MOST).tolist()
    return dict(zip(zip(a[inside].tolist(), b[inside].tolist(), strict=True), said, strict=True))


def _agree(
    one: list[int],
    other: list[int],
    known: dict[tuple[int, int], float],
    against: set[tuple[int, int]],
    held: dict[int, int],
) -> bool:
    """Whether two groups are one person on the whole."""
    if held and any(thing in held for thing in one) and any(thing in held for thing in other):
        return False
    across = [(min(x, y), max(x, y)) for x in one for y in other]
    if against and not against.isdisjoint(across):
        return False
    if len(across) == 1:
        return True
    said = [known[pair] for pair in across if pair in known]
    return sum(said) + max(_MOST_SILENCE, SILENCE * (len(across) - len(said))) > 0
