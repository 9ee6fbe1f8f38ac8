"""Columns with a second spelling of a name: kana, romaji, phonetic names, initials, "Billing Name". Pure.

They are not sent, unless the first is blank. A row in a script of its own may be a lead in Latin letters, which its
second spelling says, or its address, or the sound of its characters; and the other way round.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
from pb2b_notebook.cleanup.linkage.names.folding import as_text, fold
from pb2b_notebook.cleanup.linkage.names.name_words import whole_names
from pb2b_notebook.cleanup.linkage.suppression import find_suppressed
from pb2b_notebook.intake.decisions import Link
from pb2b_notebook.intake.rule_links import LIKELY
from pb2b_notebook.intake.second_columns import OTHER_SCRIPT, columns_of_second_spellings
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mapping.columns import cells_of

_SECOND: Final = "second "
_HAN_ALONE: Final = re.compile(r"[㐀-鿿 ]{2,5}")
_HEAD: Final = 4
"""Letters of a word by which a name is looked for among those of another script."""
_BY_SPELLING: Final = "by a second spelling of the name: "


def links_by_second_spelling(
    frame: pl.DataFrame,
    source: Any,
    columns: Mapping[str, str],
    leads: pl.DataFrame,
    settled: Collection[int] = (),
    *,
    opted_out: Collection[str] = (),
) -> list[Link]:
    """Return links of rows to the leads that they may be by the second spelling of their names.

    Args:
        frame: Values of the list.
        source: The list.
        columns: Columns that are mapped, with the keys of their fields.
        leads: Leads of the workspace, those who opted out included.
        settled: Rows that are surely a lead.
        opted_out: Ids of those who opted out: about these alone the family name at one company is enough to ask.
    """
    spelled = columns_of_second_spellings(source, columns)
    if leads.is_empty():
        return []
    texts = _texts(frame).with_columns(
        _in_letters(cells_of(source, name)).alias(f"{_SECOND}{name}") for name in spelled
    )
    asked = texts.with_row_index("place").filter(~pl.col("place").is_in([*settled]))
    read = [_as_spelled(asked, reading) for reading in _readings(spelled)]
    rows = pl.concat([*read, _in_latin_letters(asked.select("place", *SOURCES))]).unique(maintain_order=True)
    people = _texts(leads).with_row_index("place")
    of_leads = _in_latin_letters(people)
    plain = asked.select("place", *SOURCES)
    compared = [(rows, pl.concat([people, of_leads])), (_with_a_word_of(of_leads, plain), of_leads)]
    links: dict[tuple[int, str], tuple[float, str]] = {}
    for some, others in compared:
        if some.is_empty() or others.is_empty():
            continue
        gone = [person for person, place in enumerate(others["place"]) if leads["id"][place] in opted_out]
        found = find_suppressed(open_frame(some.select(*SOURCES)), open_frame(others.select(*SOURCES)), gone)
        for row, person, probability, reasons in found.rows():
            pair = some["place"][row], leads["id"][others["place"][person]]
            links.setdefault(pair, (min(probability, LIKELY), f"{_BY_SPELLING}{reasons}"))
    return [Link(row, lead, *why) for (row, lead), why in links.items()]


def _with_a_word_of(people: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """Return the rows that have a word of the names of the people, by its first letters: no other can be one of them.

    >>> people, rows = (pl.DataFrame({"full_name": names}) for names in (["Chen Meiling"], ["Mei-Ling Chen", "Bo Hal"]))
    >>> other = [pl.lit(None, pl.String).alias(name) for name in ("first_name", "last_name")]
    >>> _with_a_word_of(people.with_columns(other), rows.with_columns(other))["full_name"].to_list()
    ['Mei-Ling Chen']
    """
    if people.is_empty():
        return rows.clear()
    ours, theirs = (
        table.select(head=fold(whole_names(table)).str.extract_all("[a-z]+").list.eval(pl.element().str.head(_HEAD)))
        .with_row_index("row")
        .explode("head")
        .drop_nulls("head")
        for table in (rows, people)
    )
    return rows[ours.join(theirs, on="head", how="semi")["row"].unique().sort()]


def _in_latin_letters(people: pl.DataFrame) -> pl.DataFrame:
    """Return the people whose names have another script, as their addresses spell them, and as Chinese names sound.

    >>> names = {"place": [0, 1], "full_name": ["陳美玲", "Ada Berg"], "email": ["meiling.chen@tool.example", None]}
    >>> people = pl.DataFrame(names).with_columns(pl.lit(None, pl.String).alias(n) for n in SOURCES if n not in names)
    >>> _in_latin_letters(people)["full_name"].to_list()
    ['meiling chen', 'Chen MeiLing']
    """
    from anyascii import anyascii

    people = people.with_columns(whole_names(people).alias("full_name"))
    people = people.filter(pl.col("full_name").str.contains(OTHER_SCRIPT))
    names = [name.replace(" ", "") if _HAN_ALONE.fullmatch(name) else "" for name in people["full_name"]]
    heard = [f"{anyascii(name[:1])} {anyascii(name[1:])}" if name else None for name in names]
    local = pl.col("email").str.to_lowercase().str.extract(r"^([a-z]+(?:[._-][a-z]+)+)@").str.replace_all("[._-]", " ")
    spelled = [people.with_columns(full_name=local), people.with_columns(pl.Series("full_name", heard, pl.String))]
    nothing = [pl.lit(None, pl.String).alias(name) for name in ("first_name", "last_name")]
    return pl.concat(spelled).with_columns(nothing).drop_nulls("full_name").select("place", *SOURCES)


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
