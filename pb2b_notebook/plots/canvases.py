"""Where a picture is drawn: into axes that are given, or into a figure of its own that pyplot never hears of."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from matplotlib.transforms import ScaledTranslation

from pb2b_notebook.errors import PictureError
from pb2b_notebook.plots.labels import WIDE, fitted, height, outdent, width

if TYPE_CHECKING:
    from matplotlib.figure import SubFigure
    from PIL.Image import Image


class PictureFigure(Figure):
    """A figure that a notebook shows by itself, since pyplot does not hold it."""

    def _repr_png_(self) -> bytes:
        return png(self)


class PictureAxes(Axes):
    """Axes that a notebook shows as their whole figure."""

    def _repr_png_(self) -> bytes:
        return png(self.figure)


COLOURS: Final = 256
"""As many a palette holds: the commonest of a picture are nearly all of it, the rest are edges of letters."""


def png(figure: Figure | SubFigure | None) -> bytes:
    """The figure as a PNG for a notebook, a third of the usual size; a part of a figure as the whole of it."""
    from PIL.Image import open as opened

    drawn, made = BytesIO(), BytesIO()
    if figure is not None:
        figure.figure.savefig(drawn, format="png", dpi=100)
        _small(opened(drawn).convert("RGB")).save(made, format="png", optimize=True)
    return made.getvalue()


def _small(image: Image) -> Image:
    """The picture by its commonest colours; itself where they are not nearly all of it, as in a photograph."""
    from PIL.Image import Dither, new

    counts: list[Any] = sorted(image.getcolors(image.width * image.height) or [], reverse=True)
    commonest = counts[:COLOURS]
    if sum(count for count, _ in commonest) < 0.95 * image.width * image.height:
        return image
    palette = new("P", (1, 1))
    palette.putpalette([value for _, colour in commonest for value in colour])
    return image.quantize(palette=palette, dither=Dither.NONE)


def canvas(ax: Axes | None, *, width: float = 8, height: float = 4) -> Axes:
    """The axes that are given, or those of a new figure of this size in inches.

    Raises:
        PictureError: ``ax`` is no matplotlib Axes.
    """
    if ax is None:
        figure = PictureFigure(figsize=(width, height), layout="constrained")
        return figure.add_subplot(axes_class=PictureAxes)
    if not isinstance(ax, Axes):
        raise PictureError(
            f"ax is a matplotlib Axes, not {type(ax).__name__}", repair="figure, ax = plt.subplots(), or leave it out"
        )
    return ax


def framed(axes: Axes, title: str, *, x: str = "", y: str = "", grid: str = "") -> Axes:
    """Title at the left, units at the axes, thin lines behind what is drawn.

    Args:
        axes: drawn into.
        title: one line, or a line and remarks below it.
        x: what the horizontal axis counts, and in which unit.
        y: what the vertical axis counts, and in which unit.
        grid: the axis whose ticks have lines, "x" or "y".
    """
    title_text = axes.set_title(fitted(axes, title), loc="left", fontsize=10, parse_math=False)
    figure = axes.get_figure(root=True)
    if figure is not None and outdent(axes) > WIDE:
        left = ScaledTranslation(-outdent(axes), 0, figure.dpi_scale_trans)
        title_text.set_transform(title_text.get_transform() + left)
    axes.set_xlabel(fitted(axes, x), loc="left", parse_math=False)
    axes.set_ylabel(fitted(axes, y, share=height(axes) / width(axes)), parse_math=False)
    axes.spines[["top", "right"]].set_visible(False)
    if grid:
        lined: Any = grid
        axes.grid(axis=lined, color="#dddddd", linewidth=0.8)
        axes.set_axisbelow(True)
    return axes


def counted(axes: Axes, which: str) -> None:
    """Whole numbers at the ticks of an axis, "x" or "y", thousands apart."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def nothing(axes: Axes, title: str, why: str) -> Axes:
    """A picture that says that there is nothing to show, and why."""
    framed(axes, title)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.text(
        0.5, 0.5, fitted(axes, f"Nothing to show: {why}", share=0.8), transform=axes.transAxes, ha="center",
        va="center", color="#555555", parse_math=False,
    )  # fmt: skip
    return axes
