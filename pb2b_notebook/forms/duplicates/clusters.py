"""The clusters that :func:`~pb2b_notebook.cleanup.duplicates` found, read one at a time for a review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from pb2b_notebook.cleanup import Duplicates, merge
from pb2b_notebook.cleanup.frames import OpenFrame, open_frame
from pb2b_notebook.cleanup.linkage.results.clustered_rows import clustered_rows, rows_of_known
from pb2b_notebook.cleanup.merging.golden_records import ALWAYS, BY_HAND
from pb2b_notebook.cleanup.merging.members import has_value, kind_of_column
from pb2b_notebook.cleanup.merging.survivorship import OWN
from pb2b_notebook.errors import InvalidParameterError
from pb2b_notebook.forms.duplicates.decisions import Decision
from pb2b_notebook.forms.known_fields import label_of
from pb2b_notebook.lazy_libraries import nw

_ADDED: Final = frozenset({"cluster_id", "cluster_size", "match_probability", "merged_into"})


class Pair(NamedTuple):
    """Two rows that were compared.

    Attributes:
        a: Name of one row.
        b: Name of the other row; for a bridge, it is in another cluster.
        probability: Match probability, 0 to 1.
        reasons: Reasons in words.
        bridge: Whether the link was cut.
    """

    a: Any
    b: Any
    probability: float
    reasons: str
    bridge: bool


class Surviving(NamedTuple):
    """The value of a field after a merge.

    Attributes:
        value: Surviving value, or ``None``.
        rows: Names of the rows that it comes from.
        why: What decided, in words.
        always: Whether the rule wins over a choice by hand.
    """

    value: Any
    rows: tuple[Any, ...]
    why: str
    always: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster, with the values of its rows.

    Attributes:
        name: Its ``cluster_id``.
        members: Names of its rows.
        weakest: Probability of its weakest link; ``None`` if a person linked the rows.
        fields: Fields that a merge takes from a row, and that have a value in any row.
        own: Fields that each row keeps.
        values: Field → one value for each member, or ``None``.
        pairs: Compared pairs, the least probable first, then the bridges to rows in other clusters.
        part: Its rows.
        found: The duplicates of its rows, if a list was compared with leads.
        known: Names of those leads.
        labels: Column → label of its field in the workspace.
    """

    name: str
    members: tuple[Any, ...]
    weakest: float | None
    fields: tuple[str, ...]
    own: tuple[str, ...]
    values: Mapping[str, Sequence[Any]]
    pairs: tuple[Pair, ...]
    part: OpenFrame = field(repr=False)
    found: Duplicates | None = field(default=None, repr=False)
    known: frozenset[Any] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, name: str) -> str:
        """Return how the form names a field."""
        return self.labels.get(name) or label_of(name)

    def distinct_count(self, name: str) -> int:
        """Return the number of different values of a field among the members."""
        kind = kind_of_column(name)
        return len({_comparable(value) for value in self.values[name] if has_value(value, kind)})

    def survivors(self, decision: Decision, merging: Mapping[str, Any]) -> tuple[Any, dict[str, Surviving]]:
        """Return what a merge would make of the cluster.

        Returns:
            The name of the surviving row, and the surviving value of each field.
        """
        # Rows without ids are named by their label or position, which here may be another one.
        local = clustered_rows(self._rows, self.found).names
        members = self.members if self.found is None else local  # where leads are known, each row has its own name
        to_local = dict(zip(members, local, strict=True))
        back = dict(zip(local, members, strict=True))
        merged = merge(
            self._rows,
            self.found,
            rules=merging.get("rules"),
            trusted=merging.get("trusted", ()),
            exclude=[to_local[row] for row in decision.left_out],
            only=[[to_local[row] for row in self.members]],
            chosen=[(to_local[row], name) for name, row in decision.chosen.items()],
        )
        provenance = open_frame(merged.provenance)
        lines = zip(*(provenance.values(name) for name in ("survivor", "field", "row", "rule", "reason")), strict=True)
        survivor, found = None, dict[str, tuple[list[Any], str, bool]]()
        for survivor, name, row, rule, reason in lines:  # noqa: B007 - the survivor is the same in each line
            words = rule if rule in {ALWAYS, BY_HAND} else reason
            found.setdefault(name, ([], words, rule == ALWAYS))[0].append(back[row])
        if survivor is None:  # no row has a value in any field
            return self.members[0], {}
        golden = open_frame(merged.frame)
        at = local.index(survivor)
        kept = {
            name: ([back[survivor]], "its own", False)
            for name in self.fields
            if name in golden.names and has_value(golden.values(name)[at], kind_of_column(name))
        }
        return back[survivor], {
            name: Surviving(golden.values(name)[at], tuple(rows), words, always)
            for name, (rows, words, always) in {**kept, **found}.items()
        }

    @property
    def _rows(self) -> Any:
        return self.part.table.to_native() if self.found is None else self.found.frame

    def concern(self) -> str:
        """Return why :func:`~pb2b_notebook.cleanup.merge` would not merge the cluster without a yes; "" if it would."""
        reasons = open_frame(merge(self._rows, self.found).review).values("reason")
        return str(reasons[0]) if reasons else ""


class Clusters:
    """All clusters that :func:`~pb2b_notebook.cleanup.duplicates` found.

    Attributes:
        members: Cluster → names of its rows, in the order of the clusters; clusters that were merged before are left
            out.
        rows: Number of rows of the frame.
        weakest: Cluster → probability of its weakest link.
        bridged: Clusters with a link to another cluster that was cut.
    """

    def __init__(self, duplicates: Duplicates, labels: Mapping[str, str] | None = None) -> None:
        self._labels = labels or {}
        source = clustered_rows(duplicates.frame, duplicates)
        self._open, self.rows, self._duplicates = source.frame, source.own_rows, duplicates
        self._positions = dict(sorted(source.groups().items(), key=lambda one: (-len(one[1]), one[0])))
        self.members = {one: tuple(source.names[row] for row in rows) for one, rows in self._positions.items()}
        found = open_frame(duplicates.clusters)
        self.weakest = dict(zip(found.values("cluster_id"), found.values("weakest"), strict=True))
        self._pairs = open_frame(duplicates.pairs)
        columns = ("row_a", "row_b", "probability", "reasons", "decision")
        self._links = list(zip(*(self._pairs.values(one) for one in columns), strict=True))
        self._home = {str(row): (one, row) for one, rows in self.members.items() for row in rows}
        self._order = {row: place for place, row in enumerate(self._home)}
        self._inside, self._cut = self._sorted_links()
        self.bridged = frozenset(self._cut)

    def __len__(self) -> int:
        return len(self.members)

    def concerning(self) -> frozenset[str]:
        """Return the clusters that :func:`~pb2b_notebook.cleanup.merge` would not merge without a yes."""
        return frozenset(open_frame(merge(self._duplicates.frame, self._duplicates).review).values("cluster_id"))

    def cluster(self, name: str) -> Cluster:
        """Return a cluster.

        Raises:
            InvalidParameterError: There is no cluster of that name.
        """
        if name not in self.members:
            raise InvalidParameterError("unknown cluster", repair="pass a cluster_id of duplicates.clusters")
        part = self._open.take_rows(self._positions[name])
        values = {one: part.values(one) for one in part.names if one not in _ADDED}
        filled = [
            name for name, cells in values.items() if any(has_value(cell, kind_of_column(name)) for cell in cells)
        ]
        return Cluster(
            name=name,
            members=self.members[name],
            weakest=self.weakest.get(name),
            fields=tuple(one for one in filled if one not in OWN),
            own=tuple(one for one in filled if one in OWN and one not in {"id", "object"}),
            values=values,
            pairs=(*self._pairs_of(self._inside.get(name, ())), *self._pairs_of(self._cut.get(name, ()), bridge=True)),
            part=part,
            labels=self._labels,
            found=rows_of_known(self._duplicates, self._positions[name]),
            known=frozenset(
                row for row, place in zip(self.members[name], self._positions[name], strict=True) if place >= self.rows
            ),
        )

    def labelled_pairs(self, verdicts: Mapping[str, Decision]) -> Any:
        """Return the pairs that decisions are about, with a column ``same``, in the library of the frame."""
        same_of: dict[int, bool] = {}
        for name, decision in verdicts.items():
            if decision.verdict not in {"merge", "different"}:
                continue
            for number in self._inside.get(name, ()):
                a, b = (self._home[str(row)][1] in decision.left_out for row in self._links[number][:2])
                if decision.verdict == "different":
                    same_of[number] = False
                elif not (a and b):  # nothing is known about two rows that were both left out
                    same_of[number] = a == b
        rows = sorted(same_of)
        table = self._pairs.take_rows(rows)
        same = table.new_frame({"same": ([same_of[row] for row in rows], "bool")})
        return _with_column(table, same)

    def _sorted_links(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Return the positions of pairs within each cluster, and of the bridges that touch it."""
        inside: dict[str, list[int]] = {}
        cut: dict[str, list[int]] = {}
        for number, (a, b, _, _, decision) in enumerate(self._links):
            homes = [self._home.get(str(row), (None, None))[0] for row in (a, b)]
            if homes[0] is not None and homes[0] == homes[1]:
                inside.setdefault(homes[0], []).append(number)
            elif decision == "bridge":
                for one in homes:
                    if one is not None:
                        cut.setdefault(one, []).append(number)
        return inside, cut

    def _pairs_of(self, numbers: Sequence[int], *, bridge: bool = False) -> list[Pair]:
        found = []
        for number in numbers:
            a, b, probability, reasons, _ = self._links[number]
            # The first of the two is in the cluster; if both are, the one that comes first there.
            homes = sorted((a, b), key=self._position)
            names = [self._home.get(str(row), (None, row))[1] for row in homes]
            found.append(Pair(names[0], names[1], float(probability), reasons, bridge))
        return sorted(found, key=lambda pair: (pair.probability, *(self._position(row) for row in pair[:2])))

    def _position(self, row: Any) -> int:
        return self._order.get(str(row), len(self._order))


def _comparable(value: Any) -> str:
    return f"{value}".strip()


def _with_column(table: OpenFrame, column: Any) -> Any:
    more = nw.from_native(column, eager_only=True)
    return nw.maybe_reset_index(table.table).with_columns(more["same"]).to_native()
