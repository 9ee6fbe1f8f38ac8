"""Cluster scored pairs: the strongest links first, and no cluster held together by one weak link.

With connected components, one wrong link joins two families. So links are taken in the order of their probability, and
two groups join only if *all* compared pairs between them add up to a match, and if no two rows have names that are not
one person's. A link that would join two groups although the other pairs speak against it is a bridge: it is cut, and
listed for review. So are both links of an item that fits two others equally well which are not one: "H. Schmidt" is
Hans or Heinz, and no order of the rows decides which. What a reviewer put together is joined afterwards: ``choices``.
"""

from __future__ import annotations

from itertools import combinations, islice
from typing import TYPE_CHECKING, NamedTuple

from pb2b_notebook.cleanup.linkage.clusters.choices import Evidence, Groups, join_chosen
from pb2b_notebook.cleanup.linkage.tables.components import components

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import numpy as np

NOT_COMPARED = -1.0
"""Logit of a pair that shares no blocking key: it has next to nothing in common."""
_LEAST_NOT_COMPARED = -3.0
"""Least sum of all such pairs between two groups, so that a row can still join a large group."""
_MOST = 6.0
"""Most logits that a single pair counts for, for or against."""
_MOST_RIVALS = 8
"""Candidates that are compared with one that fits."""
_TIE = 0.1
"""Logits by which one candidate must fit better than another to be taken without a person's look."""
_PORTION = 1_000_000
"""Pairs whose groups are compared at once."""
ALARM = 50
"""Least size of a component that is reported as large."""


class Clustering(NamedTuple):
    """Clusters of numbered items.

    Attributes:
        labels: Smallest number in the cluster of each item.
        bridges: Positions of the links that were cut.
        alarms: Sizes of the components of links that were larger than :data:`ALARM`.
    """

    labels: np.ndarray
    bridges: np.ndarray
    alarms: tuple[int, ...]


def uncompared_pairs(parts: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the pairs of items of one component that were not compared.

    Pairs of components of more than :data:`ALARM` items are left out.

    >>> import numpy as np
    >>> first, second = uncompared_pairs(np.array([0, 0, 0, 3]), np.array([0, 1]), np.array([1, 2]))
    >>> first.tolist(), second.tolist()
    ([0], [2])
    """
    import numpy as np

    sizes = np.bincount(parts, minlength=len(parts))[parts]
    wanted = (sizes > 2) & (sizes <= ALARM)  # noqa: PLR2004 - two items have one pair
    items, within = np.flatnonzero(wanted), wanted[a]
    compared = set(zip(a[within].tolist(), b[within].tolist(), strict=True))
    members: dict[int, list[int]] = {}
    for item, part in zip(items.tolist(), parts[items].tolist(), strict=True):
        members.setdefault(part, []).append(item)
    pairs = [pair for group in members.values() for pair in combinations(group, 2) if pair not in compared]
    found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
    return found[:, 0], found[:, 1]


def unexplained_conflicts(
    conflicts: Iterable[tuple[int, int]], links: Iterable[tuple[int, int]], clear: Iterable[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Return the conflicts that no third item explains, by links to both of which one is clear.

    Args:
        conflicts: Pairs of items.
        links: Links of items whose names may be one.
        clear: Those of the links that compare whole names.

    >>> unexplained_conflicts([(0, 1), (3, 4)], links=[(0, 2), (1, 2), (3, 5), (4, 5)], clear=[(1, 2)])
    [(3, 4)]
    """
    conflicts = list(conflicts)
    linked: dict[int, set[int]] = {item: set() for pair in conflicts for item in pair}
    clearly: dict[int, set[int]] = {item: set() for item in linked}
    for pairs, of in ((links, linked), (clear, clearly)):
        for first, second in pairs:
            for item, other in ((first, second), (second, first)):
                if item in of:
                    of[item].add(other)
    return [(x, y) for x, y in conflicts if not (linked[x] & linked[y] & (clearly[x] | clearly[y]))]


def bridging_items(parts: np.ndarray, bare: np.ndarray, a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return for each item whether it is bare and may be one of two components of other items.

    Args:
        parts: Component of each item, by links of two bare items or of two others.
        bare: Whether each item has nothing but a name.
        a: First item of each pair of one name.
        b: Second item of each pair.

    >>> import numpy as np
    >>> bare = np.array([False, False, True, True])
    >>> bridging_items(np.arange(4), bare, np.array([0, 1, 1]), np.array([2, 2, 3])).tolist()
    [False, False, True, False]
    """
    import numpy as np

    mixed = bare[a] != bare[b]
    sides = np.stack([np.where(bare[a], a, b)[mixed], np.where(bare[a], b, a)[mixed]], axis=1)
    several = np.bincount(np.unique(parts[sides], axis=0)[:, 0], minlength=len(parts)) > 1
    return np.asarray(bare & several[parts])


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
    conflicts: Iterable[tuple[int, int]] = (),
) -> Clustering:
    """Cluster items by the pairs that were compared.

    Args:
        size: Number of items.
        a: First item of each pair; sorted by (a, b), a ≤ b. Pairs of an item with itself are ignored.
        b: Second item of each pair.
        logits: Score of each pair.
        cutoff: Least logit of a pair that is a link.
        fixed: Known group of each item, or -1; known groups neither split nor join.
        together: Pairs that a reviewer put together.
        apart: Pairs that a reviewer kept apart.
        conflicts: Pairs (a < b) that no other item may put together. They do not hold for the items of known groups.
    """
    import numpy as np

    strong = np.flatnonzero((logits >= cutoff) & (a != b))
    chosen, kept_apart = list(together), {(min(pair), max(pair)) for pair in apart}
    linked = np.concatenate([a[strong], b[strong], np.array(chosen, dtype=np.int64).reshape(-1)])
    group_of = {} if fixed is None else _reached_groups(fixed, linked)
    certain = [*_chains(group_of)]
    by_reviewer, all_conflicts = {*kept_apart}, {*conflicts}
    kept_apart |= {pair for pair in all_conflicts if group_of.keys().isdisjoint(pair)}
    also = np.array(certain, dtype=np.int64).reshape(-1, 2)
    parts = components(size, np.concatenate([a[strong], also[:, 0]]), np.concatenate([b[strong], also[:, 1]]))
    sizes = np.bincount(parts, minlength=size)
    alarms = tuple(sorted((int(n) for n in sizes[sizes > ALARM]), reverse=True))
    # Most components are two items and one link, or all their pairs are links, and no choice concerns them: these are
    # clusters as they are.
    decided = np.array([*kept_apart, *certain], dtype=np.int64).reshape(-1)
    positive = np.bincount(parts[a[strong]], weights=logits[strong] > 0, minlength=size)
    simple = (sizes == 2) | (positive == sizes * (sizes - 1) // 2)  # noqa: PLR2004 - two
    simple[parts[decided]] = False
    labels = np.where(simple[parts], parts, np.arange(size))
    hard = strong[~simple[parts[a[strong]]]]
    order = hard[np.lexsort((b[hard], a[hard], -logits[hard]))]
    groups = Groups()
    for first, second in certain:
        groups.join(first, second)
    compared = _compared_within(a, b, logits, in_one_group(parts, a, b, ~simple & (sizes > 1)))
    links = list(zip(a[order].tolist(), b[order].tolist(), logits[order].tolist(), strict=True))
    candidates = _candidates(links, sizes[parts] <= ALARM)

    def may_join(*roots: int) -> bool:
        one, *others = [groups.items(root) for root in roots]
        return _agree([item for of in others for item in of], one, compared, kept_apart, group_of)

    def has_equal_rival(item: int, other: int, logit: float) -> bool:
        """Whether a third group fits the item as well as the other does, and is not one with the other.

        Two known groups are not one if their names are in conflict; otherwise they are one person who is known twice.
        """
        roots = groups.root(item), groups.root(other)
        near = (groups.root(third) for third, of in candidates.get(item, ()) if of > logit - _TIE)
        rivals = islice(dict.fromkeys(root for root in near if root not in roots), _MOST_RIVALS)
        return any(
            may_join(rival, roots[0]) and not may_join(rival, *roots) and not is_known_twice(rival, roots[1])
            for rival in rivals
        )

    def is_known_twice(*roots: int) -> bool:
        one, two = (groups.items(root) for root in roots)
        known = all(any(item in group_of for item in items) for items in (one, two))
        return known and all_conflicts.isdisjoint({(min(x, y), max(x, y)) for x in one for y in two})

    for first, second, logit in links:
        root_a, root_b = groups.root(first), groups.root(second)
        if root_a == root_b:
            continue
        fits = may_join(root_a, root_b)
        if fits and not (has_equal_rival(first, second, logit) or has_equal_rival(second, first, logit)):
            groups.join(root_a, root_b)
    for item in groups.parent:
        labels[item] = groups.root(item)
    if chosen:
        evidence = Evidence({}, cutoff, all_conflicts, by_reviewer, group_of)
        _join_chosen(labels, (a, b, logits), [*certain, *chosen], evidence)
    return Clustering(labels, strong[labels[a[strong]] != labels[b[strong]]], alarms)


def _join_chosen(
    labels: np.ndarray,
    pairs: tuple[np.ndarray, np.ndarray, np.ndarray],
    chosen: Iterable[tuple[int, int]],
    evidence: Evidence,
) -> None:
    """Change the labels to those after a reviewer's choices.

    Args:
        labels: Cluster of each item.
        pairs: The two items and the logit of each compared pair.
        chosen: Pairs that a reviewer put together, and pairs of one known group.
        evidence: What speaks for and against pairs, but for their scores.
    """
    import numpy as np

    together = np.array(list(chosen), dtype=np.int64).reshape(-1, 2)
    concerned = np.isin(labels, labels[together.reshape(-1)])
    inside = np.flatnonzero(concerned[pairs[0]] & concerned[pairs[1]] & (pairs[0] != pairs[1]))
    inside = inside[np.argsort(-pairs[2][inside], kind="stable")]
    a, b, logits = (column[inside] for column in pairs)
    holding = (labels[a] == labels[b]) & (logits >= evidence.cutoff)
    items = np.flatnonzero(concerned)
    after = join_chosen(
        dict(zip(items.tolist(), labels[items].tolist(), strict=True)),
        list(zip(a[holding].tolist(), b[holding].tolist(), strict=True)),
        [(x, y) for x, y in together.tolist()],
        evidence._replace(
            logits=dict(zip(zip(a.tolist(), b.tolist(), strict=True), logits.tolist(), strict=True)),
            conflicts={(x, y) for x, y in evidence.conflicts if concerned[x] and concerned[y]},
        ),
    )
    labels[items] = [after[item] for item in items.tolist()]


def _candidates(links: Iterable[tuple[int, int, float]], wanted: np.ndarray) -> dict[int, list[tuple[int, float]]]:
    """Return item → the items that links lead to, with the logit of each link.

    Args:
        links: Two items and the logit of each link.
        wanted: Whether each item is in a small component; in a large one, which is reported, it would take long.
    """
    found: dict[int, list[tuple[int, float]]] = {}
    for first, second, logit in links:
        if not wanted[first]:
            continue
        found.setdefault(first, []).append((second, logit))
        found.setdefault(second, []).append((first, logit))
    return found


def _reached_groups(fixed: np.ndarray, linked: np.ndarray) -> dict[int, int]:
    """Return item → group for the known groups that a link or a choice leads to."""
    import numpy as np

    reached = np.zeros(int(fixed.max(initial=-1)) + 1, dtype=bool)
    reached[fixed[linked][fixed[linked] >= 0]] = True
    items = np.flatnonzero(fixed >= 0)
    items = items[reached[fixed[items]]]
    return dict(zip(items.tolist(), fixed[items].tolist(), strict=True))


def _chains(group_of: dict[int, int]) -> Iterator[tuple[int, int]]:
    """Yield each known group as links from one of its items to the next."""
    last: dict[int, int] = {}
    for item, group in group_of.items():
        if group in last:
            yield last[group], item
        last[group] = item


def in_one_group(labels: np.ndarray, a: np.ndarray, b: np.ndarray, wanted: np.ndarray | None = None) -> np.ndarray:
    """Return the positions of the pairs whose two items are in one group. Labels of all pairs at once would be large.

    Args:
        labels: Group of each item.
        a: First item of each pair.
        b: Second item of each pair.
        wanted: Whether each group is wanted; by default all are.

    >>> import numpy as np
    >>> in_one_group(np.array([0, 0, 2]), np.array([0, 1, 2]), np.array([1, 2, 2])).tolist()
    [0, 2]
    """
    import numpy as np

    found = [np.zeros(0, dtype=np.int64)]
    for start in range(0, len(a), _PORTION):
        group = labels[a[start : start + _PORTION]]
        inside = group == labels[b[start : start + _PORTION]]
        found.append(start + np.flatnonzero(inside if wanted is None else inside & wanted[group]))
    return np.concatenate(found)


def _compared_within(
    a: np.ndarray, b: np.ndarray, logits: np.ndarray, inside: np.ndarray
) -> dict[tuple[int, int], float]:
    """Return the capped logit of the compared pairs at these positions."""
    import numpy as np

    capped = np.clip(logits[inside], -_MOST, _MOST).tolist()
    return dict(zip(zip(a[inside].tolist(), b[inside].tolist(), strict=True), capped, strict=True))


def _agree(
    one: list[int],
    other: list[int],
    compared: dict[tuple[int, int], float],
    kept_apart: set[tuple[int, int]],
    group_of: dict[int, int],
) -> bool:
    """Return whether two groups may join: the pairs between them add up to a match, and nothing forbids it."""
    if group_of and any(item in group_of for item in one) and any(item in group_of for item in other):
        return False
    across = [(min(x, y), max(x, y)) for x in one for y in other]
    if kept_apart and not kept_apart.isdisjoint(across):
        return False
    if len(across) == 1:
        return True
    logits = [compared[pair] for pair in across if pair in compared]
    return sum(logits) + max(_LEAST_NOT_COMPARED, NOT_COMPARED * (len(across) - len(logits))) > 0
