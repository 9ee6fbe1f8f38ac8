"""Names that a list spreads over more columns than a lead has, or writes family name first. Pure.

Dutch exports have a column for "van der", and Spanish ones one for each surname: a lead of the last column alone has
another name. A header such as "Cognome e Nome" says the order of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import dropwhile, takewhile
from typing import Any, Final, NamedTuple

from pb2b_notebook.cleanup.linkage.names.plain_names import is_generation_alone
from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.cleanup.values.honorifics import WHOLE_NAME, is_degree, is_title, title_words
from pb2b_notebook.cleanup.values.legal_forms import split_company
from pb2b_notebook.cleanup.values.name_case import is_generation, is_particle
from pb2b_notebook.cleanup.values.name_order import FAMILY_FIRST, in_reading_order
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.cleanup.values.several_people import is_of_several
from pb2b_notebook.intake.salutations import SALUTATIONS
from pb2b_notebook.intake.second_columns import Taken
from pb2b_notebook.letters import plain_letters, without_accents
from pb2b_notebook.mapping.application import Reading
from pb2b_notebook.mapping.cells.conversion import YES
from pb2b_notebook.mapping.columns import cells_of, column_names
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.mapping.suggestions.grammar import is_name_or_company
from pb2b_notebook.mapping.suggestions.recognition import FORMS
from pb2b_notebook.openapi.import_cells import is_blank

PART: Final = "part of the family name"
TURNED: Final = "family name first"
ADDRESSED: Final = "address beside a name"
COMPANY: Final = "company in place of a name"
BESIDE: Final = "company before a name"
OWN_NAME: Final = "name in place of a company"
DEPARTMENT: Final = "department behind a company"
"""Rules of such names, in the changes."""
_WORDS_OF_PERSON: Final = (2, 3)
"""Words of a given and a family name behind a company."""
_BEFORE: Final = frozenset({
    "tussenvoegsel", "tussenvoegsels", "tussenv", "tv", "voorvoegsel", "voorvoegsels", "infix", "namenszusatz",
    "namensvorsatz", "vorsatzwort", "adelszusatz", "adelspradikat", "pradikat", "particule", "particle", "name prefix",
    "last name prefix", "surname prefix", "family name prefix", "prefix", "nachname vorsatz",
})  # fmt: skip
"""Names of columns with particles such as "van der"; another text, such as "Dr.", is left alone."""
_BEHIND: Final = frozenset({
    "segundo apellido", "apellido 2", "apellido2", "apellidos 2", "2 apellido", "2do apellido", "2o apellido",
    "apellido materno", "ap materno", "a materno", "apell materno", "ape2", "materno",
    "second surname", "second last name", "segundo sobrenome", "second family name",
})  # fmt: skip
"""Names of columns with a second surname."""
_GENERATION: Final = frozenset({
    "suffix", "suffixes", "name suffix", "suffix name", "last name suffix", "generation", "generational suffix",
    "namenssuffix", "suffixe", "suffixe du nom", "sufijo", "sufijo del nombre", "sufixo", "suffisso", "jr sr",
})  # fmt: skip
"""Names of columns with Jr. or III; a degree in them, such as PhD, is left alone."""
_SHORT_PARTICLES: Final = frozenset({"v", "d", "vd", "vdr", "t", "a", "o", "z"})
"""Particles with a point or a slash behind them: v.d. is van de or van der, a/d aan de, and z. zu."""
_DUTCH: Final = frozenset({"in", "uit", "voor", "over", "bij", "onder", "op", "aan", "'t", "’t", "den", "de", "het"})
"""Particles such as "in 't", which elsewhere are words of a sentence."""
_NO_PART: Final = "not read as a part of the family name"
_FAMILY: Final = frozenset({
    "nachname", "familienname", "zuname", "cognome", "apellido", "apellidos", "nazwisko", "prijmeni", "priezvisko",
    "soyadi", "soyad", "фамилия", "прізвище", "surname", "achternaam", "efternamn", "etternavn", "efternavn",
    "sobrenome", "sukunimi", "prezime", "lastname", "last name", "family name", "lname",
})  # fmt: skip
_GIVEN: Final = frozenset({
    "vorname", "nome", "prenom", "nombre", "nombres", "imie", "jmeno", "meno", "adi", "ad", "имя", "імя",
    "voornaam", "fornamn", "fornavn", "firstname", "first name", "given name", "etunimi", "ime", "fname",
})  # fmt: skip
_EITHER: Final = frozenset({"name", "naam", "nom", "namn", "navn"})
"""Words for a family name before a given one, and for a given one behind a family name."""
_AND: Final = frozenset({"und", "and", "e", "y", "et", "i", "a", "en", "och", "og", "ve", "и", "ja"})
_WITH_ADDRESS: Final = re.compile(
    r"(?P<name>(?:[^@<>()\[\]]*[\s<(\[])?)(?P<address>[^\s<>()\[\],;@]+@[^\s<>()\[\],;@]+\.[^\s<>()\[\],;@.]+)[>)\]]?\s*"
)
_SHORTEST_FORM: Final = 3
"""Letters of a legal form that no name of a person ends in: Ou is a family name, and AG may be initials."""
_SHORT_FORMS: Final = frozenset({"AG", "KG", "SE", "SA", "SL", "NV", "BV", "AB", "AS", "eK", "eG", "eV", "Oy"})
_IS_COMPANY: Final = frozenset({
    "isacompany", "iscompany", "istunternehmen", "istfirma", "isteinunternehmen", "estunesociete", "esempresa",
    "esunaempresa", "esunacompania", "eunazienda", "eempresa", "iseenbedrijf", "isbedrijf", "jestfirma",
})  # fmt: skip
"""Folded names of columns that say whether a row is a company."""
_FIRMS: Final = frozenset(
    {"firma", "fa", "fa.", "company", "société", "societe", "sté", "empresa", "azienda", "ditta", "spett.le", "bedrijf"}
)
"""What stands in the place of a salutation where a row is a company."""
_MARKS: Final = YES | {"1.0", "x", "vero"}
_CREDENTIALS: Final = frozenset({"scp"})
_OF_NAMES: Final = ("full_name", "first_name", "last_name")
_OTHER_ADDRESS: Final = "the address beside the name, and the row has another one"
_LEAST_COMMAS, _LEAST_SURE, _MOSTLY = 3, 2, 0.8
"""Names with a comma, and those of them that are sure, of a column that shows its order; and their share."""
_LEAST_FIRST: Final = 5
"""Names that must show that a list is written family name first, also for each that is surely not."""
_HUNGARIAN: Final = re.compile("[őűŐŰ]")
_MOSTLY_FIRST: Final = 4
"""Names that are surely family name first, for each that is surely not, of a column that follows its header."""
_UNCLEAR: Final = -1
_TWO_FAMILY_NAMES: Final = frozenset({"apellido", "apellidos", "sobrenome", "sobrenomes", "apelido", "apelidos"})
_LATIN: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.UNICODE)


def join_family_names(
    source: Any, columns: Mapping[str, str], ignored: Iterable[str], readings: Sequence[Reading]
) -> tuple[list[Taken], list[tuple[Any, ...]]]:
    """Join the parts of family names that are in columns of their own.

    Args:
        source: The list, as pandas or polars.
        columns: Column → lead field, for mapped columns.
        ignored: Columns that a person left out.
        readings: Readings of the mapped columns, which are changed.

    Returns:
        The names that this made, and the cells of such columns that are neither a part of a name nor a title, to be
        set aside.
    """
    family, whole_name = (_builtin(readings, key) for key in ("last_name", "full_name"))
    free = [column for column in column_names(source) if column not in columns and column not in {*ignored}]
    taken: list[Taken] = []
    rest: list[tuple[Any, ...]] = []
    for column in free:
        name = " ".join(words(column))
        reading = family or whole_name if name in _GENERATION else family
        if reading is None or name not in _BEFORE | _BEHIND | _GENERATION:
            continue
        for row, cell in enumerate(cells_of(source, column)):
            own, part = reading.values[row], "" if is_blank(cell) or is_placeholder(str(cell)) else str(cell).strip()
            if not part:
                continue
            if name in _GENERATION:  # "Jr., MD"
                part = next((word for word in part.replace(",", " ").split() if is_generation(word)), part)
                part += "." * (part.lower() in {"jun", "sen"})  # Jun and Sen are names
            if isinstance(own, str) and _is_part(part, name):
                whole = _before(own, part) if name in _BEFORE else _behind(own, part)
                if whole != own:
                    reading.values[row] = whole
                    taken.append(Taken(row, reading.field.key, column, own, whole, PART))
            elif not all(is_title(word) or is_degree(word) for word in part.replace(",", " ").split()):
                rest.append((row, column, reading.field.key, part, _NO_PART))
    return taken, rest


def _is_part(part: str, column: str) -> bool:
    """Return whether a cell is a part of a family name, by the folded name of its column."""
    if column in _GENERATION:
        return is_generation_alone(part)
    return _are_letters(part) if column in _BEHIND else _are_particles(part)


def take_addresses_of_names(
    readings: list[Reading], fields: Mapping[str, LeadField]
) -> tuple[list[Taken], list[tuple[Any, ...]]]:
    """Take the email addresses out of names such as "Ada Berg <ada@nord.example>", as mail programs write them.

    A part of a name that is an address, as some services write it for people without a name, is left out, too.

    Args:
        readings: Readings of the mapped columns, which are changed; one of addresses is added where none is mapped.
        fields: Lead fields by key.

    Returns:
        The names and addresses that this made, and the addresses of rows that have another one, to be set aside.
    """
    taken: list[Taken] = []
    rest: list[tuple[Any, ...]] = []
    for name in [each for each in readings if each.field.key in _OF_NAMES and each.field.builtin]:
        some, others = _take_addresses_of(name, readings, fields)
        taken, rest = [*taken, *some], [*rest, *others]
    return taken, rest


def _take_addresses_of(
    name: Reading, readings: list[Reading], fields: Mapping[str, LeadField]
) -> tuple[list[Taken], list[tuple[Any, ...]]]:
    found = {
        row: match
        for row, value in enumerate(name.values)
        if isinstance(value, str) and (match := _WITH_ADDRESS.fullmatch(value))
    }
    if not found or "email" not in fields:
        return [], []
    email = next((each for each in readings if each.field.key == "email" and each.field.builtin), None)
    if email is None:
        email = Reading(fields["email"], name.column, [None] * len(name.values), {}, {})
        readings.append(email)
    taken: list[Taken] = []
    rest: list[tuple[Any, ...]] = []
    for row, match in found.items():
        whole, address, own = match.string, match["address"], email.value_or_cell(row)
        name.values[row] = match["name"].strip(" \"',;<([") or None
        taken.append(Taken(row, name.field.key, str(name.column), whole, name.values[row] or "", ADDRESSED))
        if own is None or "@" not in str(own):
            email.raw.pop(row, None)
            email.reasons.pop(row, None)
            email.values[row] = address
            taken.append(Taken(row, "email", str(name.column), None if own is None else str(own), address, ADDRESSED))
        elif str(own).strip().casefold() != address.casefold():
            rest.append((row, name.column, "email", address, _OTHER_ADDRESS))
    return taken, rest


def find_marked_companies(source: Any) -> frozenset[int]:
    """Return the rows that a list says to be companies, in a column such as "Is a company", or by their salutation.

    >>> import pandas as pd
    >>> sorted(find_marked_companies(pd.DataFrame({"Name": ["Blue Ocean", "Jan Roth"], "Is a Company": [True, False]})))
    [0]
    >>> sorted(find_marked_companies(pd.DataFrame({"Name 1": ["Blue Ocean", "Roth"], "Anrede": ["Firma", "Frau"]})))
    [0]
    """
    named = ((column, fold_name(column)) for column in column_names(source))
    marks = {
        column: _MARKS if name in _IS_COMPANY else _FIRMS for column, name in named if name in _IS_COMPANY | SALUTATIONS
    }
    return frozenset(
        row
        for column, says in marks.items()
        for row, cell in enumerate(cells_of(source, column))
        if str(cell).lower().strip() in says
    )


def take_companies_of_names(
    readings: list[Reading], fields: Mapping[str, LeadField], marked: Collection[int] = ()
) -> list[Taken]:
    """Take names with a legal form for companies where the row has none: lists of customers have both in one column.

    Args:
        readings: Readings of the mapped columns, which are changed; one of companies is added where none is mapped.
        fields: Lead fields by key.
        marked: Rows that the list says to be companies.

    Returns:
        The companies, and the names without them.
    """
    name, company = (_builtin(readings, key) for key in ("full_name", "company_name"))
    values = name.values if name is not None else ()
    texts = {row: value for row, value in enumerate(values) if isinstance(value, str)}
    people = _own_names(readings)
    has_companies = any(map(_has_legal_form, texts.values()))
    rows = [
        row
        for row, value in texts.items()
        if row in marked
        or _has_legal_form(value)
        or ((has_companies or (row in people and not people[row] <= _tokens(value))) and _has_short_form(value))
    ]
    if name is None or not rows or "company_name" not in fields:
        return []
    if company is None:
        company = Reading(fields["company_name"], name.column, [None] * len(values), {}, {})
        readings.append(company)
    taken: list[Taken] = []
    for row in rows:
        if is_blank(company.value_or_cell(row)):
            company.values[row], name.values[row] = name.values[row], None
            taken.append(Taken(row, "company_name", str(name.column), None, company.values[row], COMPANY))
            taken.append(Taken(row, "full_name", str(name.column), company.values[row], "", COMPANY))
    return taken


def part_companies_from_names(readings: list[Reading], fields: Mapping[str, LeadField]) -> list[Taken]:
    """Part a company from the name behind it, as Odoo writes both: "Roth AG, Anna Roth".

    Args:
        readings: Readings of the mapped columns, which are changed; one of companies is added where none is mapped.
        fields: Lead fields by key.

    Returns:
        The names, and the companies of rows that have none.
    """
    name, company = (_builtin(readings, key) for key in ("full_name", "company_name"))
    values = name.values if name is not None else ()
    firms = {} if name is None else _proven_companies(name, company, _builtin(readings, "email"))
    parted = {
        row: parts
        for row, value in enumerate(values)
        if (parts := firms.get(row) or _company_and_person(value, {firm for firm, _ in firms.values()}))
    }
    if name is None or not parted or "company_name" not in fields:
        return []
    if company is None:
        company = Reading(fields["company_name"], name.column, [None] * len(values), {}, {})
        readings.append(company)
    taken: list[Taken] = []
    for row, (firm, person) in parted.items():
        taken.append(Taken(row, "full_name", str(name.column), name.values[row], person, BESIDE))
        name.values[row] = person
        if is_blank(company.value_or_cell(row)):
            company.values[row] = firm
            taken.append(Taken(row, "company_name", str(name.column), None, firm, BESIDE))
    return taken


def _proven_companies(name: Reading, company: Reading | None, email: Reading | None) -> dict[int, tuple[str, str]]:
    """Return row → company and name, for names with a comma whose row shows that a company stands before it.

    Its own company is the same, or its address has the company as its domain and spells the family name. A company of
    one word may be a family name, whose bearer has it as the domain, and so may one beside given names alone; and what
    does not begin with a given name may be a job: "Anna Berg, Graphic Designer".
    """
    found: dict[int, tuple[str, str]] = {}
    for row, value in enumerate(name.values):
        firm, comma, person = map(str.strip, value.partition(",")) if isinstance(value, str) else ("", "", "")
        words, own = person.split(), "" if company is None else str(company.value_or_cell(row) or "")
        if not comma or "," in person or len(words) not in _WORDS_OF_PERSON or not _ends_in_family_name(words):
            continue
        mailbox, _, domain = str("" if email is None else email.value_or_cell(row) or "").partition("@")
        label, family = fold_name(domain.partition(".")[0]), fold_name(words[-1])
        is_spelled = label == fold_name(firm) and family in fold_name(mailbox)
        is_proven = " " in firm and (is_spelled or fold_name(own) == fold_name(firm))
        if is_proven and (parts := _company_and_person(value, {firm})):
            found[row] = parts
    return found


def _ends_in_family_name(words: Sequence[str]) -> bool:
    """Return whether the last word may be a family name: it is not one of "De Vries, Jan P." or "Lee Ruiz, Tom Jr.".

    >>> [_ends_in_family_name(text.split()) for text in ("Ron Gibbs", "Jan P.", "Tom Jr.", "Jan Willem", "Ann PhD")]
    [True, False, False, False, False]
    """
    last = words[-1]
    is_added = is_generation_alone(last) or is_degree(last) or is_title(last)
    return len(fold_name(last)) > 1 and not is_added and fold_name(last) not in given_names()


def _company_and_person(text: Any, firms: Collection[str] = ()) -> tuple[str, str] | None:
    """Return a company with a legal form and the name behind its comma, which begins with a known given name.

    Args:
        text: The cell.
        firms: Companies that other rows prove.

    >>> _company_and_person("Roth AG, Anna Roth"), _company_and_person("Roth AG, Bad Homburg")
    (('Roth AG', 'Anna Roth'), None)
    >>> _company_and_person("Red Fox, Anna Roth"), _company_and_person("Red Fox, Anna Roth", {"Red Fox"})
    (None, ('Red Fox', 'Anna Roth'))
    """
    firm, comma, person = map(str.strip, text.rpartition(",")) if isinstance(text, str) else ("", "", "")
    given = [*dropwhile(is_title, person.split())][:-1]
    is_person = bool(given) and fold_name(given[0]) in given_names() and not _is_company(person)
    return (firm, person) if comma and is_person and (firm in firms or _is_company(firm)) else None


def _is_company(name: str) -> bool:
    return _has_legal_form(name) or _has_short_form(name)


def drop_departments(readings: Sequence[Reading]) -> list[Taken]:
    """Drop what stands behind the name in the property ORG of a vCard: "Roth AG;IT".

    Args:
        readings: Readings of the mapped columns, which are changed.
    """
    company = _builtin(readings, "company_name")
    if company is None or company.column is None or fold_name(company.column) != "org":
        return []
    taken: list[Taken] = []
    for row, value in enumerate(company.values):
        if isinstance(value, str) and ";" in value and (name := value.partition(";")[0].strip()):
            company.values[row] = name
            taken.append(Taken(row, "company_name", company.column, value, name, DEPARTMENT))
    return taken


def drop_companies_of_own_names(readings: Sequence[Reading]) -> list[Taken]:
    """Drop companies that are the name of the row's own person, where a column holds names or companies."""
    company = _builtin(readings, "company_name")
    if company is None or company.column is None or not is_name_or_company(company.column):
        return []
    people = _own_names(readings)
    taken: list[Taken] = []
    for row, value in enumerate(company.values):
        if isinstance(value, str) and row in people and _tokens(value) == people[row]:
            company.values[row] = None
            taken.append(Taken(row, "company_name", company.column, value, "", OWN_NAME))
    return taken


def take_people_of_companies(readings: list[Reading], fields: Mapping[str, LeadField]) -> list[Taken]:
    """Take names of people out of a column of names or companies: those of which the row's address has a part.

    Args:
        readings: Readings of the mapped columns, which are changed; one of names is added.
        fields: Lead fields by key.
    """
    company, email = (_builtin(readings, key) for key in ("company_name", "email"))
    has_names = any(_builtin(readings, key) for key in ("full_name", "first_name", "last_name"))
    if company is None or email is None or has_names or "full_name" not in fields:
        return []
    if company.column is None or not is_name_or_company(company.column):
        return []
    rows = [row for row, name in enumerate(company.values) if _is_person(name, email.value_or_cell(row))]
    if not rows:
        return []
    name = Reading(fields["full_name"], company.column, [None] * len(company.values), {}, {})
    readings.append(name)
    taken: list[Taken] = []
    for row in rows:
        name.values[row], company.values[row] = company.values[row], None
        taken.append(Taken(row, "full_name", company.column, None, name.values[row], OWN_NAME))
        taken.append(Taken(row, "company_name", company.column, name.values[row], "", OWN_NAME))
    return taken


def _is_person(name: Any, email: Any) -> bool:
    """Whether a text is two words that begin with a given name, and the mailbox of an address has one of them."""
    parts = str(name).casefold().split() if isinstance(name, str) else []
    if len(parts) != 2 or parts[0] not in given_names() or _has_legal_form(name) or FORMS["trade"](name):  # noqa: PLR2004 - given and family name
        return False
    mailbox = {*re.findall(r"[^\W\d_]+", str(email).casefold().partition("@")[0])}
    return any(len(part) > 1 and part in mailbox for part in parts)


def _builtin(readings: Iterable[Reading], key: str) -> Reading | None:
    return next((each for each in readings if each.field.key == key and each.field.builtin), None)


def _own_names(readings: Sequence[Reading]) -> dict[int, frozenset[str]]:
    """Return row → words of the person's name, of rows that have a given and a family name."""
    first, last = (_builtin(readings, key) for key in ("first_name", "last_name"))
    if first is None or last is None:
        return {}
    both = enumerate(zip(first.values, last.values, strict=True))
    return {
        row: _tokens(f"{given} {family}")
        for row, (given, family) in both
        if isinstance(given, str) and isinstance(family, str) and given.strip() and family.strip()
    }


def _tokens(name: str) -> frozenset[str]:
    return frozenset(words(name.casefold()))


def _has_short_form(name: str) -> bool:
    """Whether a name ends in a legal form of two letters, as those of people rarely do, in a list with companies."""
    _, space, form = name.strip().rpartition(" ")
    return bool(space) and form in _SHORT_FORMS and not name.isupper()


def _has_legal_form(name: str) -> bool:
    form = split_company(name).form
    letters = "".join(filter(str.isalpha, form)).casefold()
    return len(letters) >= _SHORTEST_FORM and letters not in _CREDENTIALS


class TurnedNames(NamedTuple):
    """Names that were written family name first.

    Attributes:
        taken: Names that are in reading order now.
        left: Rows whose names stay as they are, since it is not sure which part is the family name.
    """

    taken: list[Taken]
    left: tuple[int, ...] = ()


def turn_names(readings: Sequence[Reading]) -> TurnedNames:
    """Write names in reading order whose header says that the family name is first, where it is clear which part it is.

    What stands before a comma is the family name, also where not the header but most names of the column show it.
    Words in capitals beside others, a particle and the word behind it, what stands before a title, and what the row's
    own address or known given names show, are the family name. So is the first of two words, unless such signs show
    the other order in more than a few rows: then its cells do not follow its header.

    Args:
        readings: Readings of the mapped columns, which are changed.
    """
    reading = _builtin(readings, "full_name")
    if reading is None or reading.column is None:
        return TurnedNames([])
    texts = {row: value for row, value in enumerate(reading.values) if isinstance(value, str)}
    says, email = is_family_first(reading.column), _builtin(readings, "email")
    at_commas = says or _shows_order(texts, email)
    turned = {row: _turn_at_comma(value) for row, value in texts.items() if at_commas and "," in value}
    left: tuple[int, ...] = ()
    rest = {row: name for row, value in texts.items() if (name := _before_degrees(value)) is not None}
    addresses = {row: None if email is None else email.values[row] for row in rest}
    if says or _begin_with_family_names(rest, addresses, _builtin(readings, "country")):
        has_two = not _TWO_FAMILY_NAMES.isdisjoint(words(reading.column))
        in_order, left = _turn_all(rest, addresses, has_two=has_two, says=says)
        turned |= {row: new + texts[row][len(rest[row]) :] for row, new in in_order.items()}
    taken = [Taken(row, "full_name", reading.column, texts[row], new, TURNED) for row, new in turned.items() if new]
    for one in taken:
        reading.values[one.row] = one.after
    return TurnedNames(sorted(taken), left)


def _turn_all(
    names: Mapping[int, str], addresses: Mapping[int, Any], *, has_two: bool, says: bool
) -> tuple[dict[int, str], tuple[int, ...]]:
    """Return row → name in reading order, and the rows whose order is not sure.

    Args:
        names: Row → name without a comma.
        addresses: Row → email address.
        has_two: Whether people of the list may have two family names, by its language.
        says: Whether the header has the order: then a few rows in the other one are exceptions.
    """
    cells = {row: cell for row, name in names.items() if (cell := _take_apart(name)) is not None}
    shown = {row: _family_in_address(cell.parts, addresses[row]) for row, cell in cells.items()}
    learned = {without_accents(cells[row].parts[family]) for row, family in shown.items() if family is not None}
    learned -= {
        without_accents(cells[row].parts[0 if family else -1]) for row, family in shown.items() if family is not None
    }
    known = given_names() | learned
    families = {row: _length_of_family(cell, addresses[row], known, has_two=has_two) for row, cell in cells.items()}
    first = sum(family is not None and family > 0 for family in families.values())
    other = sum(family == 0 for family in families.values())
    trusted = other == 0 or (says and first >= _MOSTLY_FIRST * other)
    turned: dict[int, str] = {}
    left: list[int] = []
    for row, cell in cells.items():
        family = families[row]
        if family is None:
            family = (_length_by_header(cell.parts) if trusted else 0) or _UNCLEAR
        if family == _UNCLEAR:
            left.append(row)
        elif family:
            ordered = [*cell.titles, *cell.parts[family:], *cell.parts[:family], *cell.endings]
            turned[row] = " ".join(ordered)
    return turned, tuple(left)


def _shows_order(texts: Mapping[int, str], email: Reading | None) -> bool:
    """Whether most names of a column have a comma, and enough of them are surely written family name first."""
    commas = {row: _split_titles(value)[1] for row, value in texts.items() if "," in value}
    if len(commas) < max(_LEAST_COMMAS, _MOSTLY * len(texts)):
        return False
    addresses = [email.values[row] if email is not None else None for row in commas]
    pairs = zip(commas.values(), addresses, strict=True)
    sure = sum(in_reading_order(name, email=address) is not None for name, address in pairs)
    against = sum(map(_is_given_first, texts.values()))
    return sure >= max(_LEAST_SURE, len(commas) / _LEAST_COMMAS) and against * 10 <= sure


def _before_degrees(name: str) -> str | None:
    """Return a name without the degrees behind its comma; ``None`` if something else stands there."""
    before, _, after = name.partition(",")
    degrees = all(is_degree(word) or word.rstrip(".").lower() in title_words() for word in after.split())
    return before if degrees else None


def _begin_with_family_names(names: Mapping[int, str], addresses: Mapping[int, Any], country: Reading | None) -> bool:
    """Whether known given names show of most names, and addresses of many, that the family name is first.

    Names alone never prove it: in many countries the family name is the given name of a father, such as Emmanuel.
    """
    cells = {row: cell for row, name in names.items() if (cell := _take_apart(name)) is not None}
    lengths = [_length_of_family(cell, addresses[row], given_names(), has_two=False) for row, cell in cells.items()]
    first, other = sum(length is not None and length > 0 for length in lengths), lengths.count(0)
    if first < max(_LEAST_FIRST, len(cells) / 2) or other * _LEAST_FIRST > first:
        return False
    shown = [_shows_family_first(cell.parts, addresses[row]) for row, cell in cells.items()]
    if shown.count(True) < max(_LEAST_FIRST, len(cells) / 3) or shown.count(False) * _LEAST_FIRST > shown.count(True):
        return False
    places = {str(country.values[row]).upper() for row in cells} if country is not None else set()
    ends = {str(addresses[row]).rpartition(".")[2].upper() for row in cells}
    return FAMILY_FIRST.isdisjoint(places | ends) and not any(_HUNGARIAN.search(name) for name in names.values())


def _shows_family_first(parts: Sequence[str], address: Any) -> bool | None:
    """Return whether an address shows that the first word is the family name; ``None`` if it shows no order.

    >>> parts = ["Ott", "Silke"]
    >>> [_shows_family_first(parts, each) for each in ("s.ott@a.example", "silke@kuechenott.example", "info@a.example")]
    [True, True, None]
    >>> [_shows_family_first(["Chinedu", "Emmanuel"], f"{each}@a.example") for each in ("chinedu", "chinedu.emmanuel")]
    [False, False]
    """
    by_parts = _family_in_address(parts, address)
    if by_parts is not None or not isinstance(address, str):
        return None if by_parts is None else by_parts > 0
    local, _, domain = without_accents(address).rpartition("@")
    first, last = without_accents(parts[0]), without_accents(parts[-1])
    if _is_in_order(parts, address) or local in {first, plain_letters(parts[0])} or _is_within(last, domain):
        return False
    return True if local in {last, plain_letters(parts[-1])} and _is_within(first, domain) else None


def _is_within(word: str, domain: str) -> bool:
    return len(word) >= _LEAST_COMMAS and word in domain


def _turn_at_comma(name: str) -> str:
    """Return "Roth, Dr. Ida" as "Dr. Ida Roth"; "" if what stands at the comma are not the parts of a name."""
    titles, plain = _split_titles(name)
    parts = None if is_of_several(name) or _is_given_first(plain) else in_reading_order(plain, by_list=True)
    return " ".join([*titles, *parts]) if parts else ""


def _split_titles(name: str) -> tuple[list[str], str]:
    """Return the titles behind the comma of a name, and the name without them."""
    family, _, given = name.partition(",")
    parts = given.split()
    titles = [*takewhile(is_title, parts)]
    return titles, f"{family}, {' '.join(parts[len(titles) :])}"


def _is_given_first(name: str) -> bool:
    """Whether a known given name stands before the comma, and none behind it."""
    before, after = (part.split() for part in (*name.split(",", 1), "")[:2])
    return bool(before and after) and _begins_with_given_name([before[0], after[0]])


def is_family_first(column: str) -> bool:
    """Whether the header of a column names the family name, and then the given one.

    >>> [is_family_first(name) for name in ("Cognome e Nome", "Name Vorname", "Vorname Name", "Surname, first name")]
    [True, True, False, True]
    """
    parts = [word for word in words(column) if word not in _AND]
    pairs = [(" ".join(parts[:at]), " ".join(parts[at:])) for at in range(1, len(parts))]
    return any(
        (one in _FAMILY and other in _GIVEN | _EITHER) or (one in _EITHER and other in _GIVEN - {"nome"})
        for one, other in pairs
    )


class _Cell(NamedTuple):
    """A name: its titles, its other words, and what stands behind it, such as "jr"; the words before a title within."""

    titles: Sequence[str]
    parts: Sequence[str]
    endings: Sequence[str]
    before_title: int


def _take_apart(name: str) -> _Cell | None:
    """Return the words of a name; ``None`` if it is not one of two words or more of one person."""
    every = name.split()
    are_titles = [is_title(word) or (word.endswith(".") and word[:-1].lower() in title_words()) for word in every]
    titles, parts = [
        [word for word, is_one in zip(every, are_titles, strict=True) if is_one is kind] for kind in (True, False)
    ]
    at = are_titles.index(True) if titles else 0
    count = len(parts)
    while count > WHOLE_NAME and is_generation(parts[count - 1]):
        count -= 1
    parts, endings = parts[:count], parts[count:]
    if len(parts) < WHOLE_NAME or not all(_LATIN.fullmatch(part) for part in parts):
        return None
    # "Rossi Dott.ssa" is a name and its title; "Dr. Berg Dr. Roth" are two people.
    if is_of_several(name) or split_company(name).form or at >= len(parts) or any(are_titles[at + len(titles) :]):
        return None
    return _Cell(titles, parts, endings, at)


def _length_of_family(cell: _Cell, address: Any, known: Collection[str], *, has_two: bool) -> int | None:
    """Return how many of the first words are surely the family name, 0 where it is behind.

    ``None`` if nothing shows it, and :data:`_UNCLEAR` if the address shows another order than the given names.
    """
    parts = cell.parts
    if cell.before_title:
        return cell.before_title
    capitals = next((at for at, part in enumerate(parts) if not part.isupper() or len(part) == 1), len(parts))
    if 0 < capitals < len(parts):
        return capitals
    if parts[-1].isupper() and not parts[0].isupper():
        return 0
    by_address, by_names = _family_in_address(parts, address), _family_by_given_names(parts, known)
    if has_two and len(parts) > WHOLE_NAME:
        by_names = None  # in "Ruiz Martin Carla", Martin is the second family name
    if by_address is None or by_names is None or by_address == by_names:
        found = by_names if by_address is None else by_address
        return 0 if found is None and _is_in_order(parts, address) else found
    return _UNCLEAR


def _family_by_given_names(parts: Sequence[str], known: Collection[str]) -> int | None:
    """Return how many words come before the known given names of a name, 0 if these are first; ``None`` if open."""
    are_known = [without_accents(part) in known for part in parts]
    behind = len(parts) - next((at for at, one in enumerate(reversed(are_known)) if not one), len(parts))
    particles = next((at for at, part in enumerate(parts) if not is_particle(part.lower())), 0)
    behind = max(behind, particles + 1 if particles else 0)
    if are_known[0] and not are_known[-1]:
        return 0
    family = [part for part in parts[:behind] if not is_particle(part.lower())]
    return behind if 0 < behind < len(parts) and len(family) == 1 and not is_particle(parts[behind - 1]) else None


def _family_in_address(parts: Sequence[str], address: Any) -> int | None:
    """Return how many of the first words an address shows to be the family name, 0 if it is behind; ``None`` if open.

    m.rossi, mrossi and rossim have the family name and an initial. mario.rossi shows the order where it is not that of
    the name.

    >>> [_family_in_address(["Rossi", "Mario"], f"{each}@a.example") for each in ("m.rossi", "mario.rossi", "rossi.m")]
    [1, 1, 1]
    >>> [_family_in_address(["Mario", "Rossi"], f"{each}@a.example") for each in ("m.rossi", "mario.rossi", "r.mario")]
    [0, None, 1]
    """
    if not isinstance(address, str) or "@" not in address:
        return None
    local = without_accents(re.sub(r"[^\w.+-]|\+.*", "", address.partition("@")[0]))
    text = "".join(filter(str.isalpha, local))
    found: set[int] = set()
    for at in range(1, len(parts)):
        one, other = (plain_letters("".join(part)) for part in (parts[:at], parts[at:]))
        if len(one) > 1 and text in {other[0] + one, one + other[0], other + one, without_accents(parts[at]) + one}:
            found.add(at)
        if len(other) > 1 and text in {one[0] + other, other + one[0]}:
            found.add(0)
    return found.pop() if len(found) == 1 else None


def _is_in_order(parts: Sequence[str], address: Any) -> bool:
    """Return whether an address spells the words of a name in their order: mario.rossi."""
    local = address.partition("@")[0] if isinstance(address, str) else ""
    return plain_letters(local) == plain_letters("".join(parts))


def _length_by_header(parts: Sequence[str]) -> int:
    """Return how many words of a name are the family name if its header says that it is first; 0 if that is open."""
    if len(parts) == WHOLE_NAME:
        return 1
    particles = next((at for at, part in enumerate(parts) if not is_particle(part.lower())), 0)
    return particles + 1 if 0 < particles == len(parts) - 2 else 0


def _begins_with_given_name(parts: Sequence[str]) -> bool:
    """Whether the first of two words is a known given name, and the second is not, or is in capitals: Jean DUPONT."""
    first, second = (part.casefold() in given_names() for part in parts)
    return (first and not second) or (len(parts[1]) > 1 and parts[1].isupper() and not parts[0].isupper())


def _are_particles(text: str) -> bool:
    """Return whether a text is particles, perhaps shortened as in Dutch lists.

    >>> [_are_particles(text) for text in ("van der", "v.d.", "v. d.", "v/d", "v.", "in 't", "Dr.", "D.", "d'")]
    [True, True, True, True, True, True, False, False, True]
    """
    particles = text.lower().split()
    if all(is_particle(word) or word in _DUTCH for word in particles):
        return True
    parts = re.findall(r"[^\W\d_]+", text)
    in_case = text.islower() or len(parts) > 1
    is_short = [part.lower() in _SHORT_PARTICLES or is_particle(part.lower()) for part in parts]
    return in_case and bool(parts) and all(is_short) and not re.search(r"[^\w\s./'’]", text)


def _before(name: str, part: str) -> str:
    """Return a family name with its particles, unless it has them already."""
    particles, own = part.lower().split(), re.findall(r"[^\s,()]+", name.lower())
    if len(own) > 1 and {*particles} <= {*own}:
        return name
    return f"{part}{name}" if part.endswith(("'", "’")) else f"{part} {name}"


def _behind(name: str, part: str) -> str:
    """Return a family name with a second one, unless it has it already."""
    own, more = name.casefold().split(), part.casefold().split()
    return name if len(own) > len(more) and own[-len(more) :] == more else f"{name} {part}"


def _are_letters(text: str) -> bool:
    return all(each.isalpha() or each in " '’.-" for each in text)
