"""One name for each town: München is Munich, and Saint Louis is St. Louis."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Final

from pb2b_notebook.cleanup.linkage.folding import fold

if TYPE_CHECKING:
    import polars as pl

_SAINT: Final = r"\b(?:saint|sainte|sankt|ste)\b"


def english_town(folded: pl.Expr) -> pl.Expr:
    """Return the English name of a town that has names in several languages; others as they are, with a short "st".

    Args:
        folded: Folded names of towns.

    >>> import polars as pl
    >>> towns = pl.DataFrame({"town": ["munchen", "genf", "saint louis", "myrtleford"]})
    >>> towns.select(english_town(pl.col("town")))["town"].to_list()
    ['munich', 'geneva', 'st louis', 'myrtleford']
    """
    return folded.str.replace_all(_SAINT, "st").replace(_english_names())


@cache
def _english_names() -> dict[str, str]:
    """Return folded name of a town → its folded English name."""
    import polars as pl

    table = tomllib.loads(files(__package__).joinpath("towns.toml").read_text(encoding="utf-8"))
    lines = [line.split(":") for region in table.values() for line in region.split("\n") if line]
    names = [(other, english) for english, others in lines for other in others.split(",")]
    folded = pl.DataFrame(names, schema=["name", "english"], orient="row").select(fold(pl.all()))
    return dict(folded.select(pl.all().str.replace_all(_SAINT, "st")).iter_rows())
