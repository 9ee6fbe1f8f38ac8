"""Words and numbers as they stand in a picture: short, harmless, and in glyphs that the font has."""

from __future__ import annotations

import textwrap
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

LONGEST: Final = 30
"""Characters of a name; what is longer is cut in the middle, where names differ least."""
NARROW: Final = 3.6
"""Inches below which axes are narrow."""
WIDE: Final = 0.6
"""Inches of row names beyond which titles and legends begin at the left of the names."""
UNTOLD: Final = "not told"
"""The name of what has none."""
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
_UNITS: Final = ((86_400 * 2, 86_400, "d"), (3_600, 3_600, "h"), (60, 60, "min"), (1, 1, "s"), (0, 0.001, "ms"))


def name(value: Any, longest: int = LONGEST) -> str:
    r"""A value as a label of one line: control characters gone, cut to ``longest``, no glyph that the font lacks.

    >>> name("Spring\nlaunch\u202e"), name(None), name("An" + "other" * 20 + " list")
    ('Spring launch', 'not told', 'Anotherotherotherot…other list')
    """
    if value is None:
        return UNTOLD
    seen = "".join(" " if unicodedata.category(one) in _UNSEEN else one for one in str(value))
    text = " ".join(seen.split()) or UNTOLD
    if len(text) > longest:
        end = longest // 3
        text = f"{text[: longest - 1 - end]}…{text[-end:]}"
    return "".join(one if ord(one) < 128 or _drawable(ord(one), *_families()) else "□" for one in text)  # noqa: PLR2004


def count(number: float) -> str:
    """A number of things, thousands apart.

    >>> count(1485), count(2.5)
    ('1,485', '2.5')
    """
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.1f}"


def share(part: float) -> str:
    """A share as a percentage: a whole one, with a digit more where it is small or nearly all.

    >>> share(0.5481), share(0.004), share(0.997), share(1)
    ('55%', '0.4%', '99.7%', '100%')
    """
    percent = part * 100
    plain = 1 <= percent <= 99 or percent in {0, 100}  # noqa: PLR2004 - beyond, a whole per cent says too little
    return f"{percent:.0f}%" if plain else f"{percent:.1f}%"


def duration(seconds: float) -> str:
    """A time in the unit that a person would take.

    >>> duration(0.4), duration(90), duration(5400), duration(200_000)
    ('400 ms', '1.5 min', '1.5 h', '2.3 d')
    """
    unit, sign = next((unit, sign) for least, unit, sign in _UNITS if seconds >= least)
    number = seconds / unit
    return f"{number:.2g} {sign}" if number < 99.5 else f"{number:,.0f} {sign}"  # noqa: PLR2004 - 1e+02 is no word


def title_of(column: str) -> str:
    """A column as a word: what it names, not how it is named.

    >>> title_of("campaign_name"), title_of("owner_email")
    ('campaign', 'owner email')
    """
    return name(column.removesuffix("_name").removesuffix("_id").replace("_", " "))


def plural(number: int, one: str, many: str = "") -> str:
    """A number and what it counts.

    >>> plural(1, "run"), plural(1200, "run"), plural(0, "reply", "replies")
    ('1 run', '1,200 runs', '0 replies')
    """
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def fitted(axes: Axes, text: str, *, share: float = 1.0) -> str:
    """The text in lines that are no wider than this share of the axes, for letters of ten points."""
    letters = max(int((width(axes) + outdent(axes)) * share * 72 / 5.7), 16)
    return "\n".join(textwrap.fill(line, letters, break_on_hyphens=False) for line in text.splitlines())


def width(axes: Axes) -> float:
    """Inches from the left of the axes to the right of their place: what names beside the vertical axis leave."""
    figure = axes.get_figure()
    whole = 8.0 if figure is None else figure.bbox.width / figure.dpi * axes.get_position().width / 0.79
    return max(whole - 0.45 - outdent(axes), 1.0)


def outdent(axes: Axes) -> float:
    """Inches that the names beside the vertical axis take."""
    ticks = axes.get_yticklabels()
    return max((len(tick.get_text()) * float(tick.get_fontsize()) for tick in ticks), default=0.0) * 0.0074


def rows_for(axes: Axes, most: int) -> int:
    """How many rows of text are readable above each other, at most ``most``."""
    return max(1, min(most, int(height(axes) / 0.165)))


def height(axes: Axes) -> float:
    """Inches from the bottom to the top of the axes."""
    figure = axes.get_figure()
    return 3.0 if figure is None else figure.bbox.height / figure.dpi * axes.get_position().height


def is_narrow(axes: Axes) -> bool:
    """Whether there is room for short labels only."""
    return width(axes) < NARROW


def rows_named(axes: Axes, names: Sequence[str]) -> None:
    """Name the rows of the picture from 0, shorter and smaller in narrow axes."""
    narrow = is_narrow(axes)
    shown = [name(one, 22) for one in names] if narrow else [name(one) for one in names]
    axes.set_yticks(range(len(shown)), shown, fontsize=8.5 if narrow else 10, parse_math=False)


def beside(axes: Axes, ends: Sequence[float], texts: Sequence[str]) -> None:
    """Write each text beside the end of its bar, row by row from 0, and make the axis long enough for them."""
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
def _drawable(character: int, *families: str) -> bool:
    """Whether one of the reader's fonts has a glyph for it; without, matplotlib warns and draws a box."""
    return any(character in glyphs for glyphs in _glyphs(families))


@lru_cache(maxsize=4)
def _glyphs(families: tuple[str, ...]) -> list[frozenset[int]]:
    from matplotlib.font_manager import FontProperties, findfont, get_font

    paths = {findfont(FontProperties(family=[family])) for family in families}
    return [frozenset(get_font(path).get_charmap()) for path in paths]
