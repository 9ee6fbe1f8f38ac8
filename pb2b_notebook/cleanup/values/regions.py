"""Regions around cities, as LinkedIn and other directories write them in several languages. Pure."""

from __future__ import annotations

import re
from functools import cache
from typing import Final

from pb2b_notebook.shipped_tables import read_table

_REGION: Final = re.compile(
    r"greater .+ (area|region)(, .+)?"
    r"|.+ (metropolitan|metro|bay) (area|region)(, .+)?|.+ metroplex|.+ area, .+"
    r"|metropolregion .+|gro(ß|ss)raum .+|.+ (und|&) umgebung"
    r"|(r[ée]gion|p[ée]riph[ée]rie) (de |du |d['’]).+|.+ et p[ée]riph[ée]rie|aire urbaine d.+"
    r"|[áa]rea metropolitana de .+|.+ y alrededores|.+ e regi[ãa]o|grande .+ e regi[ãa]o"
    r"|area metropolitana di .+|.+ e dintorni|metropoolregio .+|.+ en omgeving|.+ i okolice|.+ og omegn",
    re.IGNORECASE,
)


def is_region(text: str) -> bool:
    """Return whether a text names the region around a city, not the city.

    >>> [is_region(text) for text in ("Berlin Metropolitan Area", "Greater Boston Area", "Großraum Stuttgart")]
    [True, True, True]
    >>> [is_region(text) for text in ("Greater Noida", "Bay City", "Regionalverband", "Paris")]
    [False, False, False, False]
    """
    return _REGION.fullmatch(text.strip()) is not None


def is_region_name(text: str) -> bool:
    """Return whether a text is the name of a state, a province or a county.

    >>> is_region_name("Nebraska"), is_region_name("South Yorkshire"), is_region_name("Oder")
    (True, True, False)
    """
    return text.strip().casefold() in _names()


@cache
def _names() -> frozenset[str]:
    return frozenset(read_table(__package__, "regions.toml")["names"])
