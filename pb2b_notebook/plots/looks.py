"""Colours that differ in lightness, too, each with a hatch, a marker and a dash of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.plots.labels import WIDE, height, outdent, width

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

INK: Final = "#333333"
"""Of labels and thin lines."""


@dataclass(frozen=True, slots=True)
class Look:
    """How one series is told from the others.

    Attributes:
        colour: of its lines and faces.
        hatch: of its bars.
        marker: of its points.
        dash: of its lines.
    """

    colour: str
    hatch: str
    marker: str
    dash: str

    @property
    def bar(self) -> dict[str, Any]:
        """For ``axes.bar`` and ``axes.barh``."""
        return {"facecolor": self.colour, "hatch": self.hatch, "edgecolor": INK, "linewidth": 0.5}

    @property
    def line(self) -> dict[str, Any]:
        """For ``axes.plot``."""
        return {"color": self.colour, "marker": self.marker, "linestyle": self.dash, "linewidth": 1.6, "markersize": 5}


SERIES: Final = (
    Look("#16425b", "", "o", "-"),
    Look("#e07a1f", "///", "s", "--"),
    Look("#3a9cb8", "...", "^", "-."),
    Look("#8f2d56", "xxx", "D", ":"),
    Look("#7fb069", "\\\\\\", "v", "-"),
    Look("#5b5f97", "++", "P", "--"),
    Look("#b8b8aa", "oo", "X", "-."),
    Look("#c9a227", "||", "*", ":"),
    Look("#2f6f4f", "--", "<", "-"),
)
"""One after the other for what has no meaning of its own."""
GOOD: Final = Look("#2f7f9e", "", "o", "-")
FAIR: Final = Look("#a9d3de", "///", "s", "--")
WAITING: Final = Look("#eee8d5", "...", ">", ":")
BAD: Final = Look("#b3261e", "xxx", "X", "-.")
REST: Final = Look("#dddddd", "", "d", ":")


def legend(axes: Axes, handles: Sequence[Any], names: Sequence[str]) -> None:
    """A legend below the axes, in one line where it fits; its names are text and no formulas."""
    left = outdent(axes) if outdent(axes) > WIDE else 0.0
    room, longest = (width(axes) + left) * 72, max((len(one) for one in names), default=1)
    one_line = sum(len(one) * 4.7 + 48 for one in names) <= room
    columns = len(names) if one_line else max(1, min(len(names), int(room / (longest * 4.7 + 48))))
    place = (-left / width(axes), -0.5 / height(axes))
    drawn = axes.legend(
        handles, [f" {one}" for one in names], loc="upper left", bbox_to_anchor=place, ncols=columns, frameon=False,
        fontsize=8.5, handlelength=2.4, borderaxespad=0.6, borderpad=0.6,
    )  # fmt: skip
    for text in drawn.get_texts():
        text.set_parse_math(False)


def spread(wanted: Sequence[float], gap: float) -> list[float]:
    """Places as near to the wanted ones as a gap between them allows, in their order.

    >>> spread([1.0, 1.1, 5.0], 1.0)
    [0.55, 1.55, 5.0]
    """
    order = sorted(range(len(wanted)), key=lambda place: wanted[place])
    groups: list[tuple[float, list[int]]] = []  # centre, members
    for place in order:
        groups.append((wanted[place], [place]))
        while len(groups) > 1 and _edge(groups[-1], gap, -1) - _edge(groups[-2], gap, 1) < gap:
            (_, one), (_, other) = groups.pop(), groups.pop()
            members = other + one
            groups.append((sum(wanted[member] for member in members) / len(members), members))
    placed = [0.0] * len(wanted)
    for centre, members in groups:
        for nth, member in enumerate(members):
            placed[member] = round(centre + (nth - (len(members) - 1) / 2) * gap, 9)
    return placed


def _edge(group: tuple[float, list[int]], gap: float, side: int) -> float:
    """The place of a group's first or last member."""
    centre, members = group
    return centre + side * (len(members) - 1) / 2 * gap


def end_labels(axes: Axes, ends: Sequence[tuple[Any, float, str]], top: float) -> None:
    """Names beside the ends of their lines, apart from each other, each tied to its end.

    Args:
        axes: whose limits are set.
        ends: the last x, the last y and the text of each line.
        top: the height of the axes in their unit.
    """
    points = height(axes) * 72
    places = spread([end[1] for end in ends], top * 12.5 / points)
    lift = max(0.0, -min(places, default=0.0))
    for (x, y, text), place in zip(ends, places, strict=True):
        axes.annotate(
            text, (x, y), xytext=(14, (place + lift - y) / top * points), textcoords="offset points", va="center",
            fontsize=8.5, color=INK, annotation_clip=False, parse_math=False,
            arrowprops={"arrowstyle": "-", "color": "#999999", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4},
        )  # fmt: skip


def marked(length: int) -> list[int]:
    """The places of a line that have a marker: some, and always the last."""
    return sorted({*range(0, length, max(1, length // 9)), length - 1})
