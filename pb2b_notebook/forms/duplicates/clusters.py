"""The clusters of an answer, as a review looks at them: one at a time, whatever their number."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from pb2b_notebook.cleanup import merge
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.golden_records import ALWAYS
from pb2b_notebook.cleanup.linkage.merge_input import merge_input
from pb2b_notebook.cleanup.linkage.survivorship import OWN
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.errors import InvalidParameterError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pb2b_notebook.cleanup import Duplicates
    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.forms.duplicates.decisions import Decision

_ADDED: Final = frozenset({"cluster_id", "cluster_size", "match_probability", "merged_into"})


class Pair(NamedTuple):
    """Two rows that were compared.

    Attributes:
        a: one row, by name.
        b: the other; of a bridge, it is not of the cluster.
        probability: of a match, 0 to 1.
        reasons: in words.
        bridge: a link that was cut.
    """

    a: Any
    b: Any
    probability: float
    reasons: str
    bridge: bool


class Surviving(NamedTuple):
    """The value of a field after a merge.

    Attributes:
        value: that survives; ``None`` for none.
        rows: that it comes from, by name.
        why: the rule that chose it.
        always: nobody can choose another.
    """

    value: Any
    rows: tuple[Any, ...]
    why: str
    always: bool = False


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster, with what its rows say.

    Attributes:
        name: its ``cluster_id``.
        members: its rows, by name.
        weakest: the lowest probability by which a row hangs to the others; ``None`` where a person said so.
        fields: those that a record takes from a row, and of which any row has a value for.
        own: those that each row keeps.
        values: field → a value a member, ``None`` for nothing.
        pairs: that were compared, the least probable first; then the bridges from here to rows elsewhere.
    """

    name: str
    members: tuple[Any, ...]
    weakest: float | None
    fields: tuple[str, ...]
    own: tuple[str, ...]
    values: Mapping[str, Sequence[Any]]
    pairs: tuple[Pair, ...]
    part: OpenFrame = field(repr=False)

    def distinct_count(self, name: str) -> int:
        """How many different values a field has among the members."""
        return len({_comparable(value) for value in self.values[name] if has_value(value)})

    def survivors(self, decision: Decision, merging: Mapping[str, Any]) -> tuple[Any, dict[str, Surviving]]:
        """What a merge would make of it.

        Args:
            decision: who is left out, and which values are chosen.
            merging: the rules, as options of the merge.

        Returns:
            the row that goes on, by name, and the surviving value of each field.
        """
        # Rows without ids are named by their label or position, which here may be another one.
        local = merge_input(self.part.table.to_native()).names
        to_local = dict(zip(self.members, local, strict=True))
        back = dict(zip(local, self.members, strict=True))
        merged = merge(
            self.part.table.to_native(),
            rules=merging.get("rules"),
            trusted=merging.get("trusted", ()),
            exclude=[to_local[row] for row in decision.left_out],
            chosen=[(to_local[row], name) for name, row in decision.chosen.items()],
        )
        told = open_frame(merged.provenance)
        lines = zip(*(told.values(name) for name in ("survivor", "field", "row", "rule")), strict=True)
        survivor, found = None, dict[str, tuple[list[Any], str]]()
        for survivor, name, row, rule in lines:  # noqa: B007 - the survivor is the same in each line
            found.setdefault(name, ([], rule))[0].append(back[row])
        if survivor is None:  # no row says anything in any field
            return self.members[0], {}
        golden = open_frame(merged.frame)
        at = local.index(survivor)
        return back[survivor], {
            name: Surviving(golden.values(name)[at], tuple(rows), rule.replace("_", " "), rule == ALWAYS)
            for name, (rows, rule) in found.items()
        }


class Clusters:
    """The clusters of an answer of :func:`~pb2b_notebook.cleanup.duplicates`.

    Attributes:
        members: cluster → its rows, by name, in the order of the answer's clusters; those that were merged before are
            left out.
        rows: how many rows the frame has, in clusters or not.
        weakest: cluster → the lowest probability by which one of its rows hangs to the others.
        bridged: clusters of which a link to rows elsewhere was cut.
    """

    def __init__(self, duplicates: Duplicates) -> None:
        there = merge_input(duplicates.frame, duplicates)
        self._open, self.rows = there.frame, there.own_rows
        self._positions = dict(sorted(there.groups().items(), key=lambda one: (-len(one[1]), one[0])))
        self.members = {one: tuple(there.names[row] for row in rows) for one, rows in self._positions.items()}
        told = open_frame(duplicates.clusters)
        self.weakest = dict(zip(told.values("cluster_id"), told.values("weakest"), strict=True))
        self._pairs = open_frame(duplicates.pairs)
        columns = ("row_a", "row_b", "probability", "reasons", "decision")
        self._links = list(zip(*(self._pairs.values(one) for one in columns), strict=True))
        self._home = {str(row): (one, row) for one, rows in self.members.items() for row in rows}
        self._order = {row: place for place, row in enumerate(self._home)}
        self._inside, self._cut = self._sorted_links()
        self.bridged = frozenset(self._cut)

    def __len__(self) -> int:
        return len(self.members)

    def cluster(self, name: str) -> Cluster:
        """One cluster.

        Raises:
            InvalidParameterError: there is none of that name.
        """
        if name not in self.members:
            raise InvalidParameterError("there is no such cluster", repair="give a cluster_id of duplicates.clusters")
        part = self._open.take_rows(self._positions[name])
        values = {one: part.values(one) for one in part.names if one not in _ADDED}
        said = [one for one, cells in values.items() if any(has_value(cell) for cell in cells)]
        return Cluster(
            name=name,
            members=self.members[name],
            weakest=self.weakest.get(name),
            fields=tuple(one for one in said if one not in OWN),
            own=tuple(one for one in said if one in OWN and one not in {"id", "object"}),
            values=values,
            pairs=(*self._pairs_of(self._inside.get(name, ())), *self._pairs_of(self._cut.get(name, ()), bridge=True)),
            part=part,
        )

    def labelled_pairs(self, verdicts: Mapping[str, Decision]) -> Any:
        """The pairs that decisions say something about, with a column ``same``, in the library of the frame."""
        said: dict[int, bool] = {}
        for name, decision in verdicts.items():
            if decision.verdict not in {"merge", "different"}:
                continue
            for number in self._inside.get(name, ()):
                a, b = (self._home[str(row)][1] in decision.left_out for row in self._links[number][:2])
                if decision.verdict == "different":
                    said[number] = False
                elif not (a and b):  # about two that were left out nobody said anything
                    said[number] = a == b
        rows = sorted(said)
        table = self._pairs.take_rows(rows)
        same = table.new_frame({"same": ([said[row] for row in rows], "bool")})
        return _with_column(table, same)

    def _sorted_links(self) -> tuple[dict[str, list[int]], dict[str, list[int]]]:
        """Positions of pairs within clusters, and of the bridges that touch them."""
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
            # The first of the two is one of the cluster, and the one that comes before the other in it.
            homes = sorted((a, b), key=self._position)
            names = [self._home.get(str(row), (None, row))[1] for row in homes]
            found.append(Pair(names[0], names[1], float(probability), reasons, bridge))
        return sorted(found, key=lambda pair: (pair.probability, *(self._position(row) for row in pair[:2])))

    def _position(self, row: Any) -> int:
        return self._order.get(str(row), len(self._order))


def has_value(value: Any) -> bool:
    """Whether a cell says anything, as a merge sees it."""
    if isinstance(value, str):
        return bool(value.strip()) and not is_placeholder(value)
    # NaN differs from itself.
    return value is not None and not (isinstance(value, list | tuple | dict) and not value) and bool(value == value)  # noqa: PLR0124


def _comparable(value: Any) -> str:
    return f"{value}".strip()


def _with_column(table: OpenFrame, column: Any) -> Any:
    import narwhals as nw

    more = nw.from_native(column, eager_only=True)
    return nw.maybe_reset_index(table.table).with_columns(more["same"]).to_native()
