"""Columns with a second spelling of a name: kana, romaji, phonetic names, initials, "Billing Name". Pure.

They are not sent. A row in a script of its own may be a lead in Latin letters, which its second spelling says.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.cleanup.linkage.suppression import find_suppressed
from pb2b_notebook.intake.decisions import Link
from pb2b_notebook.intake.rule_links import LIKELY
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import cells_of, column_names

_SPELLED: Final = re.compile(
    r"romaji|ローマ字|roman|latin|латин|pinyin|拼音|ピンイン|phonetic|furigana|フリガナ|ふりがな|カナ|\bkana\b|yomi|読み|よみ"
    r"|transli|english|\ben\b|英文|英語|영문|로마자|на английском|\bbilling|\bshipping|card ?holder|\balias\b",
    re.IGNORECASE,
)
"""Words of a header that say that the column is spelled in another script or language, or by whom an order was paid."""
_INITIALS: Final = re.compile(
    r"(?:\w+ )?(?:initials?|initialen|initialer|voorletters?|initiales|iniziali|инициалы)", re.IGNORECASE
)
_PARTS: Final[Mapping[str, re.Pattern[str]]] = {
    "company_name": re.compile(
        r"company|firm|organi[sz]ation|会社|企業|회사|公司|компан|организац|社名", re.IGNORECASE
    ),
    "last_name": re.compile(r"\blast|family|surname|姓|セイ|фамил", re.IGNORECASE),
    "first_name": re.compile(r"\bfirst|given|メイ|名\b(?<!氏名)(?<!姓名)|имя", re.IGNORECASE),
    "full_name": re.compile(
        r"name|フリガナ|ふりがな|カナ|kana|romaji|ローマ字|氏名|姓名|이름|성명|명|拼音|pinyin|фио|yomi", re.IGNORECASE
    ),
}
"""Words of a header that say what the column has, the first ones first."""
_SECOND: Final = "second "
_BY_SPELLING: Final = "by a second spelling of the name: "
_OTHERS: Final = re.compile(
    r"title|job|street|address|city|country|department|file as|middle|skill|level|fluen|speak", re.IGNORECASE
)


def columns_of_second_spellings(source: Any, columns: Mapping[str, str]) -> dict[str, str]:
    """Return columns that are not mapped and have a second spelling → what they spell; initials are a first name.

    >>> import pandas as pd
    >>> names = ["氏名", "フリガナ", "Company (EN)", "Phonetic Last Name", "English level", "Job title (EN)"]
    >>> columns_of_second_spellings(pd.DataFrame(columns=names), {"氏名": "full_name"})
    {'フリガナ': 'full_name', 'Company (EN)': 'company_name', 'Phonetic Last Name': 'last_name'}
    >>> columns_of_second_spellings(pd.DataFrame(columns=["Voorletters", "Achternaam"]), {"Achternaam": "last_name"})
    {'Voorletters': 'first_name'}
    """
    found: dict[str, str] = {}
    for column in column_names(source):
        text = re.sub(r"[_()]", " ", column).strip()
        if column in columns or _OTHERS.search(text):
            continue
        if _INITIALS.fullmatch(text):
            found[column] = "first_name"
        elif _SPELLED.search(text):
            part = next((name for name, pattern in _PARTS.items() if pattern.search(text)), None)
            found |= {} if part is None else {column: part}
    return found


def links_by_second_spelling(
    frame: pl.DataFrame,
    source: Any,
    columns: Mapping[str, str],
    leads: pl.DataFrame,
    settled: Collection[int] = (),
) -> list[Link]:
    """Return links of rows to the leads that they may be by the second spelling of their names.

    Args:
        frame: Values of the list.
        source: The list.
        columns: Columns that are mapped, with the keys of their fields.
        leads: Leads of the workspace, those who opted out included.
        settled: Rows that are surely a lead.
    """
    spelled = columns_of_second_spellings(source, columns)
    if not spelled or leads.is_empty():
        return []
    texts = _texts(frame).with_columns(
        _in_letters(cells_of(source, name)).alias(f"{_SECOND}{name}") for name in spelled
    )
    asked = texts.with_row_index("place").filter(~pl.col("place").is_in([*settled]))
    rows = pl.concat([_as_spelled(asked, reading) for reading in _readings(spelled)]).unique(maintain_order=True)
    if rows.is_empty():
        return []
    found = find_suppressed(open_frame(rows.select(*SOURCES)), open_frame(_texts(leads)))
    links = {
        (rows["place"][row], leads["id"][person]): (min(probability, LIKELY), f"{_BY_SPELLING}{reasons}")
        for row, person, probability, reasons in found.rows()
    }
    return [Link(row, lead, *why) for (row, lead), why in links.items()]


def _in_letters(cells: list[Any]) -> pl.Series:
    """Return cells as text, kana in Latin letters.

    >>> _in_letters(["サトウ ミキ", "ﾀﾅｶ ﾕｷ", "Park, Ji Hoon", None]).to_list()
    ['satou miki', 'tanaka yuki', 'Park, Ji Hoon', None]
    """
    from anyascii import anyascii

    text = as_text(cells).str.normalize("NFKC")
    kana = text.str.contains(r"[\p{Hiragana}\p{Katakana}]")
    spelled = pl.when(kana).then(pl.col("cell").map_elements(anyascii, return_dtype=pl.String)).otherwise("cell")
    return text.alias("cell").to_frame().select(spelled).to_series()


def _texts(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the columns that are compared, as text; null where a frame lacks them."""
    nothing = pl.repeat(None, frame.height, dtype=pl.String, eager=True)
    return pl.DataFrame({name: as_text(frame[name]) if name in frame.columns else nothing for name in SOURCES})


def _readings(spelled: Mapping[str, str]) -> Iterator[dict[str, str]]:
    """Yield each spelling of the whole name, and that of its parts: field → column. Each has the company's, too."""
    by_part = {part: column for column, part in spelled.items()}
    company = {part: column for part, column in by_part.items() if part == "company_name"}
    yield from ({"full_name": column, **company} for column, part in spelled.items() if part == "full_name")
    yield {part: column for part, column in by_part.items() if part != "full_name"}


def _as_spelled(rows: pl.DataFrame, reading: Mapping[str, str]) -> pl.DataFrame:
    """Return the rows that have one of the columns, with its names and company; initials are before the family name."""
    second = {part: pl.col(f"{_SECOND}{column}") for part, column in reading.items()}
    has_one = pl.any_horizontal(pl.lit(value=False), *(column.is_not_null() for column in second.values()))
    one, two = (second.get(name, pl.col(name)) for name in ("first_name", "last_name"))
    both = pl.concat_str(one, two, separator=" ", ignore_nulls=True).str.strip_chars()
    names = [second["full_name"]] if "full_name" in second else []
    company = [second["company_name"]] if "company_name" in second else []
    nothing = pl.lit(None, pl.String)
    spelled = rows.filter(has_one).with_columns(
        full_name=pl.coalesce(*names, pl.when(both != "").then(both), "full_name"),
        first_name=nothing,
        last_name=nothing,
        company_name=pl.coalesce(*company, "company_name"),
    )
    return spelled.drop_nulls("full_name").select("place", *SOURCES)
