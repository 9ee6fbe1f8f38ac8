"""Texts of pictures: short, without control characters, and in glyphs that the font has."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Final

from matplotlib.axes import Axes

LONGEST: Final = 30
"""Most characters of a name; longer ones are cut in the middle, where names differ least."""
NARROW: Final = 3.6
"""Width in inches below which axes are narrow."""
WIDE: Final = 0.6
"""Width of row names in inches beyond which titles and legends begin to their left."""
UNKNOWN: Final = "unknown"
"""Label of null."""
_INVISIBLE: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_UNITS: Final = ((86_400 * 2, 86_400, "d"), (3_600, 3_600, "h"), (60, 60, "min"), (1, 1, "s"), (0, 0.001, "ms"))


def name(value: Any, longest: int = LONGEST) -> str:
    r"""Return a value as a label of one line: no control characters, at most ``longest`` long, in glyphs of the font.

    >>> name("Spring\nlaunch\u202e"), name(None), name("An" + "other" * 20 + " list")
    ('Spring launch', 'unknown', 'Anotherotherotherot…other list')
    """
    if value is None:
        return UNKNOWN
    visible = "".join(" " if unicodedata.category(char) in _INVISIBLE else char for char in str(value))
    text = " ".join(visible.split()) or UNKNOWN
    if len(text) > longest:
        end = longest // 3
        text = f"{text[: longest - 1 - end]}…{text[-end:]}"
    return "".join(char if ord(char) < 128 or _has_glyph(ord(char), *_families()) else "□" for char in text)  # noqa: PLR2004


def count(number: float) -> str:
    """Return a number with thousands separators.

    >>> count(1485), count(2.5)
    ('1,485', '2.5')
    """
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def share(part: float) -> str:
    """Return a share as a whole percentage, with one decimal below 1 % and above 99 %.

    >>> share(0.5481), share(0.004), share(0.997), share(1)
    ('55%', '0.4%', '99.7%', '100%')
    """
    percent = part * 100
    plain = 1 <= percent <= 99 or percent in {0, 100}  # noqa: PLR2004 - beyond, a whole percent is too coarse
    return f"{percent:.0f}%" if plain else f"{percent:.1f}%"


def duration(seconds: float) -> str:
    """Return a duration in its natural unit.

    >>> duration(0.4), duration(90), duration(5400), duration(200_000)
    ('400 ms', '1.5 min', '1.5 h', '2.3 d')
    """
    unit, sign = next((unit, sign) for least, unit, sign in _UNITS if seconds >= least)
    number = seconds / unit
    return f"{number:.2g} {sign}" if number < 99.5 else f"{number:,.0f} {sign}"  # noqa: PLR2004 - avoids "1e+02"


def title_of(column: str) -> str:
    """Return a column name as words, without "_name" and "_id".

    >>> title_of("campaign_name"), title_of("owner_email")
    ('campaign', 'owner email')
    """
    return name(column.removesuffix("_name").removesuffix("_id").replace("_", " "))


def wrap_to_axes(axes: Axes, text: str, *, share: float = 1.0) -> str:
    """Return the text in lines no wider than this share of the axes, at ten points."""
    letters = max(int((width(axes) + row_name_width(axes)) * share * 72 / 5.7), 16)
    return "\n".join(textwrap.fill(line, letters, break_on_hyphens=False) for line in text.splitlines())


def width(axes: Axes) -> float:
    """Return the width of the axes in inches, without the row names at their left."""
    figure = axes.get_figure()
    whole = 8.0 if figure is None else figure.bbox.width / figure.dpi * axes.get_position().width / 0.79
    return max(whole - 0.45 - row_name_width(axes), 1.0)


def row_name_width(axes: Axes) -> float:
    """Return the width in inches of the names at the vertical axis."""
    ticks = axes.get_yticklabels()
    return max((len(tick.get_text()) * float(tick.get_fontsize()) for tick in ticks), default=0.0) * 0.0074


def rows_that_fit(axes: Axes, most: int) -> int:
    """Return how many rows of text fit into the height of the axes, at most ``most``."""
    return max(1, min(most, int(height(axes) / 0.165)))


def height(axes: Axes) -> float:
    """Return the height of the axes in inches."""
    figure = axes.get_figure()
    return 3.0 if figure is None else figure.bbox.height / figure.dpi * axes.get_position().height


def is_narrow(axes: Axes) -> bool:
    """Return whether there is room for short labels only."""
    return width(axes) < NARROW


def name_rows(axes: Axes, names: Sequence[str]) -> None:
    """Label the rows of the picture from 0, shorter and smaller in narrow axes."""
    narrow = is_narrow(axes)
    shown = [name(row, 22 if narrow else LONGEST) for row in names]
    axes.set_yticks(range(len(shown)), shown, fontsize=8.5 if narrow else 10, parse_math=False)


def write_beside_bars(axes: Axes, ends: Sequence[float], texts: Sequence[str]) -> None:
    """Write each text beside the end of its bar, row by row from 0, and make the axis long enough."""
    inches = width(axes)
    longest = max(0.0, *ends)
    right = longest
    for place, (end, text) in enumerate(zip(ends, texts, strict=True)):
        axes.annotate(
            text, (end, place), xytext=(6, 0), textcoords="offset points", va="center", fontsize=8.5, color="#333333",
            parse_math=False,
        )  # fmt: skip
        right = max(right, end / (1 - min(0.75, (len(text) * 0.07 + 0.15) / inches)))
    axes.set_xlim(0, right * 1.01 if right > 0 else 1)


def _families() -> tuple[str, ...]:
    from matplotlib.font_manager import FontProperties

    return tuple(FontProperties().get_family())


@lru_cache(maxsize=4096)
def _has_glyph(character: int, *families: str) -> bool:
    """Return whether one of the fonts has a glyph; without one matplotlib warns and draws a box."""
    return any(character in glyphs for glyphs in _glyphs(families))


@lru_cache(maxsize=4)
def _glyphs(families: tuple[str, ...]) -> list[frozenset[int]]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    paths = {findfont(FontProperties(family=[family])) for family in families}
    return [frozenset(get_font(path).get_charmap()) for path in paths]
