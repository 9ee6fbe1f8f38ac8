"""One name for each town: München is Munich, and Saint Louis is St. Louis."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.names.folding import fold, replace_where
from pb2b_notebook.shipped_tables import read_table

if TYPE_CHECKING:
    import polars as pl

_SAINTS: Final = {r"\bsaint (\p{L})": "st $1", r"\bste (\p{L})": "sainte $1"}
"""Saint Louis is St. Louis, but not Sankt Ludwig, and "Ste 200" is a suite."""
_LONG: Final = 4
"""Least letters of a name that may have a district, a zone or a region behind it: Praha 1, but not La Paz for L.A."""


def english_town(folded: pl.Expr) -> pl.Expr:
    """Return the English name of a town that has names in several languages; others as they are.

    Saint is shortened to "st", and Ste is written out.

    Args:
        folded: Folded names of towns, perhaps with a district, a zone or a region behind them.

    >>> import polars as pl
    >>> towns = pl.DataFrame({"town": ["munchen", "genf", "wien 1", "saint louis", "myrtleford"]})
    >>> towns.select(english_town(pl.col("town")))["town"].to_list()
    ['munich', 'geneva', 'vienna 1', 'st louis', 'myrtleford']
    """
    import polars as pl

    english = english_towns()
    # Frankfurt (Oder) is not Frankfurt am Main, nor is Rio Branco in Rio de Janeiro.
    before_others = [name for name in english if len(name) >= _LONG and not english[name].startswith(name)]
    before_others.sort(key=len, reverse=True)
    town = _with_one_saint(folded)
    text = pl.col("text")
    parts = text.str.extract_groups(rf"^({'|'.join(before_others)})( .+)$").struct
    several = pl.when(parts[0].is_null()).then(text.replace(english)).otherwise(parts[0].replace(english) + parts[1])
    is_one_word = ~town.str.contains(" ", literal=True)
    return pl.when(is_one_word).then(town.replace(english)).otherwise(replace_where(town, " ", several))


def _with_one_saint(folded: pl.Expr) -> pl.Expr:
    import polars as pl

    for saint, short in _SAINTS.items():
        folded = replace_where(folded, "saint|ste ", pl.col("text").str.replace_all(saint, short))
    return folded


@cache
def english_towns() -> dict[str, str]:
    """Return folded name of a town → its folded English name."""
    import polars as pl

    regions = read_table(__package__, "towns.toml").values()
    lines = [line.split(":") for region in regions for line in region.split("\n") if line]
    names = [(other, english) for english, others in lines for other in others.split(",")]
    folded = pl.DataFrame(names, schema=["name", "english"], orient="row").select(fold(pl.all()))
    return dict(folded.select(_with_one_saint(pl.all())).iter_rows())
