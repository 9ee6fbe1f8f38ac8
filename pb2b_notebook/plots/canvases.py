"""Axes of pictures: the caller's, or those of a new figure outside of pyplot."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator, StrMethodFormatter
from matplotlib.transforms import ScaledTranslation

from pb2b_notebook.errors import PictureError
from pb2b_notebook.plots.labels import WIDE, height, row_name_width, width, wrap_to_axes

if TYPE_CHECKING:
    from matplotlib.figure import SubFigure
    from PIL.Image import Image


class PictureFigure(Figure):
    """A figure that a notebook shows without pyplot."""

    def _repr_png_(self) -> bytes:
        return png(self)


class PictureAxes(Axes):
    """Axes that a notebook shows as their whole figure."""

    def _repr_png_(self) -> bytes:
        return png(self.figure)


COLOURS: Final = 256
"""Size of the palette: the commonest colours make up nearly all of a picture, the rest are edges of letters."""


def png(figure: Figure | SubFigure | None) -> bytes:
    """Return the whole figure as a PNG for a notebook, at a third of the usual size."""
    from PIL.Image import open as open_image

    drawn, small = BytesIO(), BytesIO()
    if figure is not None:
        figure.figure.savefig(drawn, format="png", dpi=100)
        _reduce_colours(open_image(drawn).convert("RGB")).save(small, format="png", optimize=True)
    return small.getvalue()


def _reduce_colours(image: Image) -> Image:
    """Return the picture in its commonest colours; unchanged where these are too few, as in a photograph."""
    from PIL.Image import Dither, new

    counts: list[Any] = sorted(image.getcolors(image.width * image.height) or [], reverse=True)
    commonest = counts[:COLOURS]
    if sum(count for count, _ in commonest) < 0.95 * image.width * image.height:
        return image
    palette = new("P", (1, 1))
    palette.putpalette([value for _, colour in commonest for value in colour])
    return image.quantize(palette=palette, dither=Dither.NONE)


def canvas(ax: Axes | None, *, height: float = 4) -> Axes:
    """Return the given axes, or those of a new figure, 8 inches wide and as high as given.

    Raises:
        PictureError: ``ax`` is not a matplotlib Axes.
    """
    if ax is None:
        figure = PictureFigure(figsize=(8, height), layout="constrained")
        return figure.add_subplot(axes_class=PictureAxes)
    if not isinstance(ax, Axes):
        raise PictureError(
            f"ax must be a matplotlib Axes, not {type(ax).__name__}",
            repair="figure, ax = plt.subplots(), or leave it out",
        )
    return ax


def label_axes(axes: Axes, title: str, *, x: str = "", y: str = "", grid: str = "") -> Axes:
    """Set the title, the axis labels and the grid, and return the axes.

    Args:
        axes: Axes of the picture.
        title: One line, or a line and remarks below it.
        x: Quantity and unit of the horizontal axis.
        y: Quantity and unit of the vertical axis.
        grid: Axis with grid lines, "x" or "y"; "" for none.
    """
    title_text = axes.set_title(wrap_to_axes(axes, title), loc="left", fontsize=10, parse_math=False)
    _give_way_to_set_title(axes)
    figure = axes.get_figure(root=True)
    if figure is not None and row_name_width(axes) > WIDE:
        left = ScaledTranslation(-row_name_width(axes), 0, figure.dpi_scale_trans)
        title_text.set_transform(title_text.get_transform() + left)
    axes.set_xlabel(wrap_to_axes(axes, x), loc="left", parse_math=False)
    axes.set_ylabel(wrap_to_axes(axes, y, share=height(axes) / width(axes)), parse_math=False)
    axes.spines[["top", "right"]].set_visible(False)
    if grid:
        grid_axis: Any = grid
        axes.grid(axis=grid_axis, color="#dddddd", linewidth=0.8)
        axes.set_axisbelow(True)
    return axes


def _give_way_to_set_title(axes: Axes) -> None:
    """Let ``axes.set_title(…)`` replace the title of the picture: matplotlib has a title at each of three places.

    The method is replaced on the axes, since they may be the caller's.
    """
    axes.set_title = partial(_set_title, axes)  # type: ignore[method-assign]


def _set_title(axes: Axes, *arguments: Any, **options: Any) -> Any:
    """Remove the title of the picture, and set another as matplotlib does."""
    axes.__dict__.pop("set_title", None)  # the method of the class is next
    axes.set_title("", loc="left")
    return axes.set_title(*arguments, **options)


def use_count_ticks(axes: Axes, which: str) -> None:
    """Give an axis, "x" or "y", ticks at whole numbers with thousands separators."""
    axis = axes.xaxis if which == "x" else axes.yaxis
    axis.set_major_locator(MaxNLocator(nbins=6, integer=True, steps=[1, 2, 5, 10]))
    axis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))


def draw_nothing(axes: Axes, title: str, why: str) -> Axes:
    """Draw a picture that says why there is nothing to show."""
    label_axes(axes, title)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[["left", "bottom"]].set_visible(False)
    axes.text(
        0.5, 0.5, wrap_to_axes(axes, f"Nothing to show: {why}", share=0.8), transform=axes.transAxes, ha="center",
        va="center", color="#555555", parse_math=False,
    )  # fmt: skip
    return axes
