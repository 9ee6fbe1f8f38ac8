"""Styles of series: colours that also differ in lightness, each with its own hatch, marker and dash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from matplotlib.axes import Axes

from pb2b_notebook.plots.labels import WIDE, height, row_name_width, width

INK: Final = "#333333"
"""Colour of labels and thin lines."""


@dataclass(frozen=True, slots=True)
class Style:
    """The style of one series.

    Attributes:
        colour: Colour of lines and bars.
        hatch: Hatch of bars.
        marker: Marker of points.
        dash: Dash of lines.
    """

    colour: str
    hatch: str
    marker: str
    dash: str

    @property
    def bar(self) -> dict[str, Any]:
        """Keyword arguments for ``axes.bar`` and ``axes.barh``."""
        return {"facecolor": self.colour, "hatch": self.hatch, "edgecolor": INK, "linewidth": 0.5}

    @property
    def line(self) -> dict[str, Any]:
        """Keyword arguments for ``axes.plot``."""
        return {"color": self.colour, "marker": self.marker, "linestyle": self.dash, "linewidth": 1.6, "markersize": 5}


SERIES: Final = (
    Style("#16425b", "", "o", "-"),
    Style("#e07a1f", "///", "s", "--"),
    Style("#3a9cb8", "...", "^", "-."),
    Style("#8f2d56", "xxx", "D", ":"),
    Style("#7fb069", "\\\\\\", "v", "-"),
    Style("#5b5f97", "++", "P", "--"),
    Style("#b8b8aa", "oo", "X", "-."),
    Style("#c9a227", "||", "*", ":"),
    Style("#2f6f4f", "--", "<", "-"),
)
"""Styles of series that have no meaning of their own, in order."""
GOOD: Final = Style("#2f7f9e", "", "o", "-")
FAIR: Final = Style("#a9d3de", "///", "s", "--")
WAITING: Final = Style("#eee8d5", "...", ">", ":")
BAD: Final = Style("#b3261e", "xxx", "X", "-.")
REST: Final = Style("#dddddd", "", "d", ":")


def legend(axes: Axes, handles: Sequence[Any], names: Sequence[str]) -> None:
    """Draw a legend below the axes, in one line where it fits; names are not typeset as formulas."""
    left = row_name_width(axes) if row_name_width(axes) > WIDE else 0.0
    room, longest = (width(axes) + left) * 72, max((len(name) for name in names), default=1)
    one_line = sum(len(name) * 4.7 + 48 for name in names) <= room
    columns = len(names) if one_line else max(1, min(len(names), int(room / (longest * 4.7 + 48))))
    place = (-left / width(axes), -0.5 / height(axes))
    drawn = axes.legend(
        handles, [f" {name}" for name in names], loc="upper left", bbox_to_anchor=place, ncols=columns, frameon=False,
        fontsize=8.5, handlelength=2.4, borderaxespad=0.6, borderpad=0.6,
    )  # fmt: skip
    for text in drawn.get_texts():
        text.set_parse_math(False)


def spread_apart(wanted: Sequence[float], gap: float) -> list[float]:
    """Return positions as near to the wanted ones as the gap between them allows, in their order.

    >>> spread_apart([1.0, 1.1, 5.0], 1.0)
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
    """Return the position of a group's first or last member."""
    centre, members = group
    return centre + side * (len(members) - 1) / 2 * gap


def end_labels(axes: Axes, ends: Sequence[tuple[Any, float, str]], top: float) -> None:
    """Write names at the ends of their lines, without overlap, each connected to its end.

    Args:
        axes: Axes whose limits are set.
        ends: Last x, last y and text of each line.
        top: Height of the axes in data units.
    """
    points = height(axes) * 72
    places = spread_apart([end[1] for end in ends], top * 12.5 / points)
    lift = max(0.0, -min(places, default=0.0))
    for (x, y, text), place in zip(ends, places, strict=True):
        axes.annotate(
            text, (x, y), xytext=(14, (place + lift - y) / top * points), textcoords="offset points", va="center",
            fontsize=8.5, color=INK, annotation_clip=False, parse_math=False,
            arrowprops={"arrowstyle": "-", "color": "#999999", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4},
        )  # fmt: skip


def marker_positions(length: int) -> list[int]:
    """Return the positions of a line that get a marker: about nine, and always the last."""
    return sorted({*range(0, length, max(1, length // 9)), length - 1})
