"""Which columns are compared, and the lead field that each holds."""

from __future__ import annotations

import re
from functools import cache
from itertools import accumulate, product
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.lead_columns import builtin_fields, other_name_of
from pb2b_notebook.cleanup.linkage.columns.all_phones import (
    are_phones,
    choose_phones,
    compared_phones,
    have_several,
    phone_columns,
    with_phone_lists,
)
from pb2b_notebook.cleanup.linkage.columns.further_columns import MOST, FurtherColumn, further_columns, with_city
from pb2b_notebook.cleanup.linkage.columns.roles import (
    BIRTH_DAY,
    BIRTH_MONTH,
    BIRTH_YEAR,
    HOUSE_NUMBER,
    IGNORE,
    MIDDLE_NAME,
    PAGE,
    ROLES,
    check_roles,
    house_number_columns,
)
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES
from pb2b_notebook.cleanup.linkage.columns.typed_values import with_house_number, with_middle_name, with_month_and_day
from pb2b_notebook.cleanup.linkage.names.folding import as_text
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.letters import without_accents
from pb2b_notebook.mapping.cells.birth_dates import BIRTH_PARTS, names_birth_part
from pb2b_notebook.mapping.columns import values_of
from pb2b_notebook.mapping.naming import words
from pb2b_notebook.mapping.suggestions.company_addresses import without_company_addresses
from pb2b_notebook.mapping.suggestions.neighbors import names_among
from pb2b_notebook.mapping.suggestions.role_guesses import (
    COMPANY_NUMBERS,
    SAMPLE,
    guess_role,
    may_have_role,
    middle_name_column,
    with_birth_date_parts,
)
from pb2b_notebook.mapping.suggestions.suggestion import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import polars as pl

    from pb2b_notebook.cleanup.frames import OpenFrame
    from pb2b_notebook.mapping.lead_fields import LeadField

_HELPFUL: Final = ("email", "phone", "company_name", "linkedin_url")
_NAMES: Final = ("first_name", "last_name", "full_name")
_AT_COMPANIES: Final = ("company_name", "company_domain", "website", "email", "linkedin_url")
"""What lists of people at companies have."""
_CLEAR: Final = 0.85
"""Least confidence in what the name of a column says, if all its words are known."""
_LIKELY: Final = 0.7
"""The same, if a word is not: the "Mentor email" of many people is one, and would make namesakes one person."""
_OWN: Final = frozenset({"home", "private", "privat"})
"""First words of columns that are the person's own, unlike a "Store phone"."""
_MOST_ROWS: Final = 2
"""Mean number of rows of one name, up to which the rows are about its bearers."""
_NOT_IDENTIFYING: Final = ("country", "city", "title", "category", "region")
_COMPANIES: Final = frozenset({"company_name", "company_domain"})
_LONG_WORD: Final = 4
_PAGE, _MOSTLY = r"^(?:[a-z]+://)?[^/\s]+\.[^/\s]+/[^/\s]", 0.5
"""The form of a website with a path, and the share of such websites in a column of pages of people."""
_PARTS: Final = {
    HOUSE_NUMBER: "street", MIDDLE_NAME: "first name", BIRTH_MONTH: "birth year", BIRTH_DAY: "birth year",
}  # fmt: skip
"""What a column is read together with another one for → what that other one holds."""


def compared_columns(frame: OpenFrame, fields: Mapping[str, str]) -> dict[str, str]:
    """Return column → what it holds, for the columns that are compared: those that have a value.

    Args:
        frame: Frame of the rows.
        fields: Column → lead field, role or "ignore", where the name of the column does not say it.

    Raises:
        CleanupError: A column or a role is unknown, or no column identifies a person.
    """
    check_roles(fields, frame.names, {*SOURCES, *ROLES, *COMPANY_NUMBERS, *_PARTS, BIRTH_YEAR, IGNORE})
    by_name = lead_field_columns(frame, fields)
    guessed = _guessed_roles(frame, {**by_name, **fields})
    roles = {**by_name, **fields, **guessed}
    roles |= _middle_name(frame, roles)
    roles |= _further_phones(frame, roles)
    numbers = house_number_columns(roles, frame.names)
    found = {
        column: role
        for column, role in roles.items()
        if role not in (IGNORE, *COMPANY_NUMBERS)
        and (role != HOUSE_NUMBER or column in numbers)
        and (role != MIDDLE_NAME or "first_name" in roles.values())
        and (role not in (BIRTH_MONTH, BIRTH_DAY) or BIRTH_YEAR in roles.values())
        and (not len(frame) or _has_values(frame, column))
    }
    found |= _pages(frame, found)
    if sum(role in ROLES for role in found.values()) > MOST:
        raise CleanupError(
            f"fields= has roles for more than {MOST} columns", repair="keep those that distinguish people best"
        )
    if not {role for column, role in found.items() if column not in guessed} - {*_NOT_IDENTIFYING, *_PARTS}:
        raise CleanupError(
            "the frame has no column that identifies a person",
            repair=f"give one of {', '.join((*_NAMES, *_HELPFUL))}, or name the columns that hold them with fields=",
        )
    return found


def lead_field_columns(frame: OpenFrame, fields: Mapping[str, str]) -> dict[str, str]:
    """Return column → lead field, for columns that have the name of a field, or another name of a field that lacks.

    A field that ``fields`` gives to a column is that column's alone.
    """
    by_name = {name: name for name in frame.names if name in SOURCES and name not in fields.values()}
    taken = {*by_name, *fields.values()}
    if "full_name" in taken or {"first_name", "last_name"} <= taken:
        # Beside a whole name, a "Contact" or a "Doctor's last name" says the same, or is about another person.
        taken |= {*_NAMES}
    lacking = {*SOURCES} - taken
    named = names_among(frame.names)
    likely = {
        name: key
        for name in frame.names
        if name not in fields and (key := other_name_of(named[name], _LIKELY)) in lacking
    }
    owners = _OWN | _owners(frame, likely)
    others = [name for name in likely if other_name_of(named[name], _CLEAR) or words(name)[0] in owners]
    if not others:
        return by_name
    compared = [name for name in frame.names if name in others or name in by_name]
    rows = frame.table.select(*compared).head(SAMPLE).to_native()
    columns: dict[str, str] = {}
    for name in compared:
        columns.setdefault(_without_owner(name, owners) if name in others else name, name)
    values = {name: values_of(rows, column) for name, column in columns.items()}
    pairs = [(columns[pair.column], pair.key) for pair in suggest(values, _source_fields(), frozenset(), frame.names)]
    return by_name | {column: key for column, key in pairs if column in others and key not in taken}


def _without_owner(column: str, owners: frozenset[str]) -> str:
    """Return the name of a column without a first word that says whose it is: "first name" of a "pat_first_name"."""
    owner, *rest = words(column)
    return " ".join(rest) if owner in owners and rest else column


def _owners(frame: OpenFrame, likely: Mapping[str, str]) -> set[str]:
    """Return the first words, such as "pat", of columns with both names of whom the rows are about.

    The names of a doctor or a sales rep are in many rows.
    """
    found = set()
    for first, last in product(likely, likely):
        owner, *_ = words(first)
        if (likely[first], likely[last]) == ("first_name", "last_name") and words(last)[0] == owner:
            pairs = [pair for pair in zip(*frame.first_values([first, last], SAMPLE), strict=True) if all(pair)]
            if pairs and len({*pairs}) * _MOST_ROWS >= len(pairs):
                found.add(owner)
    return found


@cache
def _source_fields() -> dict[str, LeadField]:
    return {key: builtin_fields()[key] for key in SOURCES}


def _guessed_roles(frame: OpenFrame, fields: Mapping[str, str]) -> dict[str, str]:
    """Return the roles of further columns whose name and values say what they hold, as many as fit."""
    given = sum(role in ROLES for role in fields.values())
    further = [name for name in frame.names if name not in SOURCES and name not in fields and may_have_role(name)]
    named = [column for column in frame.names if fields.get(column, column) in _NAMES]
    guesses = {}
    for name in further:
        values, *names = frame.first_values([name, *named], SAMPLE)
        guesses[name] = guess_role(name, values, list(zip(*names, strict=True)))
    company = next((column for column in frame.names if fields.get(column, column) == "company_name"), None)
    roled = [name for name, role in guesses.items() if role]
    if company is not None and roled and named:
        companies, *values = frame.first_values([company, *named, *roled], SAMPLE)
        people = list(zip(*values[: len(named)], strict=True))
        of_roles = dict(zip(roled, values[len(named) :], strict=True))
        guesses = without_company_addresses({name: guesses[name] for name in roled}, of_roles, people, companies)
    guessed = dict([(name, role) for name, role in guesses.items() if role in ROLES][: max(0, MOST - given)]) | {
        name: role for name, role in guesses.items() if role == HOUSE_NUMBER
    }
    parts = [name for name in frame.names if name not in fields and names_birth_part(name)]
    if not parts or {"date", *BIRTH_PARTS} & {*fields.values()}:
        return guessed
    return with_birth_date_parts(guessed, dict(zip(parts, frame.first_values(parts, SAMPLE), strict=True)))


def _pages(frame: OpenFrame, roles: Mapping[str, str]) -> dict[str, str]:
    """Return the column of websites if most are pages of people: these are a person's own, unlike that of a company.

    A page has a path; in a list with companies, that must spell a name of the row in every third of them.
    """
    import polars as pl

    if {*_NAMES}.isdisjoint(roles.values()) or sum(role in ROLES for role in roles.values()) >= MOST:
        return {}
    found = {}
    for column in (column for column, role in roles.items() if role == "website"):
        named = [name for name, role in roles.items() if role in _NAMES]
        pages, *names = frame.first_values([column, *named], SAMPLE)
        texts = pl.Series([str(value) for value in pages if value], dtype=pl.String)
        is_page = texts.str.contains(_PAGE).sum() > _MOSTLY * len(texts)
        if is_page and (_COMPANIES.isdisjoint(roles.values()) or _spell_names(pages, names)):
            found[column] = PAGE
    return found


def _spell_names(pages: Sequence[Any], names: Sequence[Sequence[Any]]) -> bool:
    """Return whether the path of every third page has a word of the names of its row.

    >>> _spell_names(["https://uni.example/~rivest", None], [["Ron Rivest", "Ada Berg"]])
    True
    >>> _spell_names(["https://in.example/company/nord"], [["Ada"], ["Berg"]])
    False
    """
    rows = [(str(page), parts) for page, *parts in zip(pages, *names, strict=True) if page]
    paths = [re.sub(r"^(?:[a-z]+://)?[^/]*", "", page.casefold()) for page, _ in rows]
    people = [without_accents(" ".join(str(part) for part in parts if part)).split() for _, parts in rows]
    spelled = sum(
        any(len(word) >= _LONG_WORD and word in path for word in named)
        for path, named in zip(paths, people, strict=True)
    )
    return spelled * 3 >= len(rows) > 0


def _middle_name(frame: OpenFrame, roles: Mapping[str, str]) -> dict[str, str]:
    """Return the column of the middle names, if another one has the first names."""
    first = next((column for column, role in roles.items() if role == "first_name"), None)
    if first is None or MIDDLE_NAME in roles.values():
        return {}
    return middle_name_column([column for column in frame.names if column not in roles], first)


def _further_phones(frame: OpenFrame, roles: Mapping[str, str]) -> dict[str, str]:
    """Return the columns with further phones, such as "Mobile" or "WhatsApp": a row is compared by each of them."""
    named = [name for name in phone_columns(frame.names) if name not in roles]
    return {name: "phone" for name in named if are_phones(frame.first_values([name], SAMPLE)[0])}


def uncompared_columns(frame: OpenFrame, columns: Mapping[str, str], fields: Mapping[str, str]) -> dict[str, str]:
    """Return column → why it was not compared."""
    return {
        name: "ignored"
        if fields.get(name) == IGNORE
        else "it has no value"
        if not _has_values(frame, name)
        else "it is a company's; duplicates(of='companies') compares it"
        if fields.get(name) in COMPANY_NUMBERS
        else f"it has no {_PARTS[fields[name]]} beside it"
        if fields.get(name) in _PARTS
        else "it is not a lead field; fields= can say what it holds"
        for name in frame.names
        if name not in columns
    }


def is_identifying(fields: Iterable[str]) -> bool:
    """Return whether any of these lead fields identifies a person.

    >>> is_identifying(["city", "phone"]), is_identifying(["city", "title"])
    (True, False)
    """
    return not {*SOURCES}.isdisjoint({*fields} - {*_NOT_IDENTIFYING})


def known_columns(known: OpenFrame, columns: Mapping[str, str]) -> dict[str, str]:
    """Return column of the known rows → column of the frame that holds the same, where their names differ.

    Args:
        known: Rows that exist already.
        columns: Result of :func:`compared_columns` for the frame.

    Raises:
        CleanupError: The known rows have no column that identifies a person.
    """
    own = lead_field_columns(known, {})
    roles = {columns[name] for name in known.names if name in columns} | {*own.values()}
    if not roles - {*_NOT_IDENTIFYING, IGNORE}:
        raise CleanupError(
            "known= has no column that identifies a person", repair="pass the leads: known=ws.leads.list()"
        )
    return same_roles(own, known, columns)


def same_roles(own: Mapping[str, str], known: OpenFrame, columns: Mapping[str, str]) -> dict[str, str]:
    """Return column of the known rows → column of the frame that has the same role and that the known rows lack."""
    held = {column: "website" if role == PAGE else role for column, role in columns.items()}
    lacking = {role: column for column, role in held.items() if column not in known.names}
    return {name: lacking[role] for name, role in own.items() if role in lacking and name not in columns}


def other_names(frame: OpenFrame, known: OpenFrame, columns: Mapping[str, str]) -> dict[str, str]:
    """Return the columns of the known rows' names, each as its own field, of which the frame has no column.

    A whole name is compared with first and last names, so that known rows without it have names all the same.

    Args:
        frame: Frame of the rows.
        known: Rows that exist already.
        columns: Result of :func:`compared_columns` for the frame.
    """
    lacking = {*_NAMES}.difference(frame.names, columns.values())
    return {name: name for name in known.names if name in lacking}


def _has_values(frame: OpenFrame, column: str) -> bool:
    return frame.table[column].null_count() < len(frame)


def sources_of(columns: Mapping[str, str]) -> tuple[dict[str, str], tuple[FurtherColumn, ...]]:
    """Return lead field or feature → column, and the further columns.

    A title of people without a company is their profession: a further column, which says as much as it is rare. The
    weights of titles are those of people at companies, where many have one.
    """
    held = {column: "date" if role == BIRTH_YEAR else role for column, role in columns.items()}
    if {*_AT_COMPANIES}.isdisjoint(held.values()) and sum(role in ROLES for role in held.values()) < MOST:
        held = {column: "text" if role == "title" else role for column, role in held.items()}
    further = further_columns({column: role for column, role in held.items() if role in ROLES})
    first = [*held.items()][::-1]
    sources = {role: column for column, role in first if role not in (*ROLES, *_PARTS, BIRTH_YEAR)}
    pages = [("website", one.column) for one in further if one.role.name == PAGE]
    return {**dict(pages), **sources, **{one.feature: one.column for one in further}}, further


def compared_further_columns(
    columns: Mapping[str, str], count_rows: Callable[[], tuple[int, int]]
) -> tuple[FurtherColumn, ...]:
    """Return the columns that are compared beside the lead fields.

    Args:
        columns: Result of :func:`compared_columns`.
        count_rows: Function that returns the sums of :func:`~.further_columns.count_thin` for :func:`compared_texts`.
    """
    sources, further = sources_of(columns)
    return with_city(further, sources.get("city", ""), count_rows)


def compared_texts(frame: OpenFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the compared columns as text, named by lead field or feature; null for those that are missing."""
    sources, _ = sources_of(columns)
    return texts_by_role(frame, columns, {name: sources.get(name, "") for name in (*SOURCES, *sources)})


def with_chosen_phones(texts: pl.DataFrame, frames: Sequence[OpenFrame], columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the texts with the phone by which each row is compared, of all that it has."""
    import polars as pl

    names = [_columns_of_phones(frame, columns) for frame in frames]
    if not any(map(have_several, frames, names)):
        return texts
    starts = accumulate(map(len, frames), initial=0)
    parts = [
        compared_phones(frame, of_frame).with_columns(pl.col("row") + start)
        for frame, of_frame, start in zip(frames, names, starts, strict=False)
    ]
    phones = pl.concat(parts)
    return texts.with_columns(choose_phones(texts, phones).alias("phone"))


def with_all_phones(texts: pl.DataFrame, frame: OpenFrame, columns: Mapping[str, str]) -> pl.DataFrame:
    """Return the texts with :func:`~.all_phones.with_phone_lists`, of which :func:`~.all_phones` chooses one."""
    return with_phone_lists(texts, compared_phones(frame, _columns_of_phones(frame, columns)))


def _columns_of_phones(frame: OpenFrame, columns: Mapping[str, str]) -> list[str]:
    held = [*(column for column, role in columns.items() if role == "phone"), "phone"]
    return sorted({*held}.intersection(frame.names), key=held.index)


def texts_by_role(frame: OpenFrame, columns: Mapping[str, str], sources: Mapping[str, str]) -> pl.DataFrame:
    """Return columns as text, a street with its number and a first name with the middle name of another column.

    Args:
        frame: Frame of the rows.
        columns: Column → what it holds.
        sources: Name of the text → its column; "" for none.
    """
    import polars as pl

    def text(column: str) -> pl.Series:
        if column not in frame.names:
            return pl.Series([None] * len(frame), dtype=pl.String)
        return as_text(frame.table[column].to_native())

    numbers = {street: number for number, street in house_number_columns(columns, frame.names).items()}
    middle, year, month, day = (
        next((column for column, held in columns.items() if held == role), "") for role in (MIDDLE_NAME, *BIRTH_PARTS)
    )
    found = {
        name: with_house_number(text(column), text(numbers[column])) if column in numbers else text(column)
        for name, column in sources.items()
    }
    if month or day:
        date = next(name for name, column in sources.items() if column == year)
        found[date] = with_month_and_day(found[date], text(month), text(day))
    if middle:
        found["first_name"] = with_middle_name(found["first_name"], text(middle))
    return pl.DataFrame(found)


def missing_fields(columns: Mapping[str, str]) -> tuple[str, ...]:
    """Return the lead fields that would help and are missing."""
    found = set(columns.values())
    return (*(() if found & {*_NAMES} else ("full_name",)), *(name for name in _HELPFUL if name not in found))
