"""Companies of lists that are grouped by company: it stands in the first row of its group, or in a line above. Pure.

CRMs export reports so. A list in which some companies are missing looks alike, and stays as it is: only what the list
itself shows to be groups is filled in.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NamedTuple

from pb2b_notebook.cleanup.values.email_checks import free_providers
from pb2b_notebook.frames.library import library_of
from pb2b_notebook.intake.list_ends import has_words, is_total
from pb2b_notebook.lazy_libraries import pd, pl
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.nulls import is_null

RULE: Final = "company_of_group"
"""Rule of a change: the company of the first row of the group, or of the line above it."""
_LEAST_GROUPS: Final = 2
_LEAST_HEADINGS: Final = 3
_HEADING: Final = re.compile(r"(?P<name>.*\S)\s*\((?P<count>\d+)(?:\s[^\W\d_]+)?\)")
"""A company with the number of its rows: "Acme Ltd (3 records)"."""
_NOTES: Final = frozenset(
    {"note", "notes", "nb", "attention", "important", "hinweis", "achtung", "anmerkung", "notiz", "bemerkung",
     "wichtig", "info", "remarque", "nota", "avviso", "opmerking", "uwaga", "poznámka", "obs", "huom", "not",
     "примечание", "внимание", "todo", "stand", "注", "備考"}
)  # fmt: skip
_OF_SENTENCES: Final = frozenset(
    {"please", "you", "your", "we", "they", "them", "don't", "should", "will", "bitte", "siehe", "wir", "ich", "nicht",
     "wurde", "wird", "noch", "prière", "svp", "vous", "nous", "não", "usted", "niet", "wij",
     "proszę", "nie", "prosím", "inte", "ikke", "пожалуйста", "не"}
)  # fmt: skip
_LEAST_WORDS: Final = 4
"""Words of a sentence: a company may have some of these words as well, such as "We Are Social"."""
_LONGEST: Final = 200
_DATE: Final = re.compile(r"\b\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\b")


class Groups(NamedTuple):
    """What a list that is grouped by company says of its rows.

    Attributes:
        column: The column of companies; ``None`` for a list without groups.
        companies: Position of a row without a company → that of its group.
        headings: Positions of the lines that have nothing but a company, or its total.
    """

    column: Any = None
    companies: Mapping[int, Any] = {}
    headings: Collection[int] = ()


def find_groups(source: Any, columns: Mapping[Any, str], no_person: Collection[int]) -> Groups:
    """Return the groups of a list, if it surely has some.

    Args:
        source: The list.
        columns: Column → lead field.
        no_person: Positions of blank lines, totals and notes, which part groups.

    >>> import pandas as pd
    >>> firms = ["Engines", None, "Subtotal", "Bletchley", None, "Subtotal"]
    >>> people = pd.DataFrame({"Firm": firms, "Name": ["Ada", "Bo", None, "Alan", "Cy", None]})
    >>> find_groups(people, {"Firm": "company_name", "Name": "full_name"}, {2, 5}).companies
    {1: 'Engines', 4: 'Bletchley'}
    """
    firms = [column for column, field in columns.items() if field == "company_name" and isinstance(column, str)]
    names = cells_of(source, firms[0]) if len(firms) == 1 else []
    blank = [row for row, name in enumerate(names) if row not in no_person and _is_blank(name)]
    if len(blank) in {0, len(names)} or not all(isinstance(name, str) or is_null(name) for name in names):
        return Groups()
    others = [cells_of(source, column) for column in column_names(source) if column != firms[0]]
    emails = [cells_of(source, column) for column, field in columns.items() if field == "email"]
    totals = _totals_of_companies(names, others)
    parting = {*no_person, *totals}
    found = _below_headings(firms[0], names, others, [row for row in range(len(names)) if row not in parting])
    found = found if found.companies else _of_first_rows(firms[0], names, others, parting, emails)
    return found._replace(headings={*found.headings, *totals}) if found.companies else found


def fill_groups(source: Any, groups: Groups) -> Any:
    """Return the list with the companies of its groups."""
    if not groups.companies:
        return source
    cells = [*cells_of(source, groups.column)]
    for row, company in groups.companies.items():
        cells[row] = company
    if library_of(source) == "polars":
        return source.with_columns(pl.Series(groups.column, cells, dtype=pl.String))
    return source.assign(**{groups.column: pd.Series(cells, source.index, dtype="str")})


def _totals_of_companies(names: Sequence[Any], others: Sequence[Sequence[Any]]) -> list[int]:
    """Return the positions of lines with a company above and a word for a total: "Acme Ltd Total", "Total Acme".

    >>> _totals_of_companies(["Acme Ltd", None, "Acme Ltd Total", "Nord", "Summe Nord"], [["Ada", "Bo", 2, "Cy", 1]])
    [2, 4]
    """
    found, company = list[int](), ""
    for row, name in enumerate(names):
        if _is_blank(name):
            continue
        before, is_inside, behind = name.partition(company or name)
        rest = f"{before}{behind}".strip()
        if is_inside and rest and is_total(rest) and not any(has_words(cells[row]) for cells in others):
            found.append(row)
        else:
            company = name.strip()
    return found


def _below_headings(column: Any, names: Sequence[Any], others: Sequence[Sequence[Any]], rows: list[int]) -> Groups:
    """Return the groups of a list in which each company has a line of its own, and no row of a person has one."""
    headings = [row for row in rows if not _is_blank(names[row])]
    notes = {row for row in headings if _is_note(str(names[row]))}
    ends = [*headings[1:], len(names)]
    if any(not _is_blank(cells[row]) for row in headings for cells in others) or rows[:1] != headings[:1]:
        return Groups()
    spans = zip(headings, ends, strict=True)
    groups = [(head, rows[bisect_right(rows, head) : bisect_left(rows, end)]) for head, end in spans]
    found, counted = dict[int, Any](), 0
    people = len(rows) - len(headings)
    for head, of in groups:
        count, name = _read_heading(column, str(names[head]))
        if (
            not of
            and head not in notes
            and not (head == headings[-1] and (count == people or is_total(str(names[head]))))
        ):
            return Groups()
        counted += bool(of) and count == len(of) and head not in notes
        found |= {} if head in notes else dict.fromkeys(of, name if count == len(of) else names[head])
    companies = sum(bool(of) for head, of in groups if head not in notes)
    is_sure = counted == companies or companies >= _LEAST_HEADINGS
    return Groups(column, found, frozenset(headings)) if is_sure and found else Groups()


def _is_note(text: str) -> bool:
    """Return whether a heading may be a note: the rows below it get no company, also not the one above.

    >>> [_is_note(text) for text in ("Hinweis: Termine offen", "Ask Bo before you call them", "as of 3/12/2026")]
    [True, True, True]
    >>> [_is_note(text) for text in ("Acme Ltd. (3 records)", "Account Name: Nord AG", "Yahoo!", "We Are Social")]
    [False, False, False, False]
    """
    words = re.findall(r"[\w']+", text[:_LONGEST].casefold())
    is_sentence = len(words) >= _LEAST_WORDS and (not _OF_SENTENCES.isdisjoint(words) or text.rstrip()[-1:] in "?!")
    begins = words[:1] != [] and words[0] in _NOTES and text.strip()[len(words[0]) :].lstrip().startswith(":")
    return begins or is_sentence or _DATE.search(text) is not None


def _read_heading(column: Any, text: str) -> tuple[int | None, str]:
    """Return the number of rows that a heading says, and the company.

    >>> _read_heading("Account Name", "Account Name: Acme Ltd (2 records)"), _read_heading("Firm", "Acme Ltd")
    ((2, 'Acme Ltd'), (None, 'Acme Ltd'))
    """
    name = text.strip().removeprefix(f"{column}:").strip()
    found = _HEADING.fullmatch(name)
    return (int(found["count"]), found["name"]) if found else (None, name)


def _of_first_rows(
    column: Any,
    names: Sequence[Any],
    others: Sequence[Sequence[Any]],
    no_person: Collection[int],
    emails: Sequence[Sequence[Any]],
) -> Groups:
    """Return the groups of a list in which totals or blank lines part them, and only first rows have a company."""
    groups = _parts(len(names), no_person)
    if not _are_first(names, groups):
        return Groups()
    filled = [of for of in groups if not _is_blank(names[of[0]])]
    found = {row: names[of[0]] for of in filled for row in of[1:]}
    ends = (of[-1] + 1 for of in groups)
    by_totals = all(row in no_person and not _is_blank(names[row]) for row in ends)
    is_sure = by_totals or (not any(_are_first(cells, groups) for cells in others) and _share_domains(emails, filled))
    return Groups(column, found) if is_sure else Groups()


def _parts(count: int, no_person: Collection[int]) -> list[list[int]]:
    """Return the rows between lines without a person."""
    groups: list[list[int]] = [[]]
    for row in range(count):
        if row in no_person:
            groups.append([])
        else:
            groups[-1].append(row)
    return [of for of in groups if of]


def _are_first(cells: Sequence[Any], groups: Sequence[Sequence[int]]) -> bool:
    """Whether a column has a value in first rows of groups alone, and in several that have more rows."""
    longer = sum(len(of) > 1 and not _is_blank(cells[of[0]]) for of in groups)
    return longer >= _LEAST_GROUPS and all(_is_blank(cells[row]) for of in groups for row in of[1:])


def _share_domains(emails: Sequence[Sequence[Any]], groups: Sequence[Sequence[int]]) -> bool:
    """Whether the addresses of each group are at one domain, free providers aside, and those of some are two."""
    several = 0
    for of in groups:
        domains = [
            str(cells[row]).strip().lower().rpartition("@")[2]
            for cells in emails
            for row in of
            if "@" in str(cells[row])
        ]
        own = [domain for domain in domains if domain not in free_providers()]
        if len({*own}) > 1:
            return False
        several += len(own) > 1
    return several >= _LEAST_GROUPS


def _is_blank(cell: Any) -> bool:
    return is_null(cell) or not any(map(str.isalnum, str(cell)))
