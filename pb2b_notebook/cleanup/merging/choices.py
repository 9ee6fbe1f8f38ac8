"""What the arguments of :func:`~.merge.merge` say about rows and fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from pb2b_notebook.cleanup.linkage.tables.row_names import as_names, row_groups
from pb2b_notebook.cleanup.merging.survivorship import OWN, RULES
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.errors import CleanupError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.cleanup.frames import OpenFrame


class Choices(NamedTuple):
    """The arguments of :func:`~.merge.merge`, with plain names of rows.

    Attributes:
        rules: Field → rule.
        trusted: Values of ``source``, the most trusted first.
        exclude: Names of rows to leave out.
        undone: Ids of clusters, and names of rows, not to merge.
        chosen: Row and field of each value that was chosen by hand.
        confirmed: Ids of clusters, and names of rows, that a person confirmed.
        only: Groups of row names that may be merged; all by default.
    """

    rules: Mapping[str, str]
    trusted: list[str]
    exclude: list[Any]
    undone: list[Any]
    chosen: list[list[Any]]
    confirmed: list[Any]
    only: list[list[Any]] | None

    @classmethod
    def of(  # noqa: PLR0917 - the arguments of merge, in their order
        cls, rules: Any, trusted: Any, exclude: Any, undone: Any, only: Any, chosen: Any, confirmed: Any
    ) -> Choices:
        """Read the arguments of :func:`~.merge.merge`.

        Raises:
            CleanupError: One of them has another form.
        """
        if rules is not None and not isinstance(rules, Mapping):
            raise CleanupError("rules= must be a dict from field to rule", repair='pass rules={"title": "longest"}')
        pairs = row_groups(chosen, "chosen")
        if any(len(pair) != 2 for pair in pairs):  # noqa: PLR2004 - a row and a field
            raise CleanupError(
                "each item of chosen= must be a pair of a row name and a field", repair='chosen=[("lead_1", "phone")]'
            )
        return cls(
            dict(rules or {}),
            list(trusted),
            as_names(exclude),
            sorted(as_names(undone), key=str),
            pairs,
            sorted(as_names(confirmed), key=str),
            None if only is None else row_groups(only, "only"),
        )

    def of_fields(self, frame: OpenFrame, columns: Mapping[str, str]) -> Choices:
        """Return the choices about fields of a frame, which they must be about.

        Args:
            frame: The rows; they need not be all.
            columns: Field of the frame → the caller's column.

        Raises:
            CleanupError: A field or a rule is unknown, or a rule does not fit.
        """
        fields = {column: field for field, column in columns.items()}
        found = self._replace(
            rules={fields.get(column, column): rule for column, rule in self.rules.items()},
            chosen=[[row, fields.get(column, column)] for row, column in self.chosen],
        )
        _check_fields(found.rules, found.chosen, frame)
        return found

    @property
    def step(self) -> Step:
        """The step of a recipe."""
        options = {name: value for name, value in self._asdict().items() if value and name != "only"}
        return Step("merge", options if self.only is None else {**options, "only": self.only})


def _check_fields(rules: Mapping[str, str], chosen: Sequence[Sequence[Any]], frame: OpenFrame) -> None:
    for _, column in chosen:
        if column not in frame.names or column in OWN:
            fields = [name for name in frame.names if name not in OWN]
            raise CleanupError(
                f"chosen= names the field {str(column)[:40]!r}, which cannot be chosen",
                repair=nearest(str(column), fields),
            )
    for column, rule in rules.items():
        if column not in frame.names:
            raise CleanupError(
                f"rules=: the frame has no field {str(column)[:40]!r}",
                repair=nearest(str(column), frame.names),
            )
        if rule not in RULES:
            raise CleanupError(f"unknown rule {str(rule)[:40]!r}", repair=nearest(str(rule), RULES))
    if rules.get("status") == "union":
        raise CleanupError(
            "the rule 'union' does not fit the field status: a lead has one status",
            repair="choose another rule; an opted-out status wins in any case",
        )
