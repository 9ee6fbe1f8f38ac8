"""Names that a list spreads over more columns than a lead has, or writes family name first. Pure.

Dutch exports have a column for "van der", and Spanish ones one for each surname: a lead of the last column alone has
another name. A header such as "Cognome e Nome" says the order of its cells.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final

from pb2b_notebook.cleanup.values.given_names import given_names
from pb2b_notebook.cleanup.values.honorifics import is_title, names_several
from pb2b_notebook.cleanup.values.legal_forms import split_company
from pb2b_notebook.cleanup.values.name_case import is_particle
from pb2b_notebook.cleanup.values.name_order import in_reading_order
from pb2b_notebook.cleanup.values.placeholders import is_placeholder
from pb2b_notebook.intake.second_columns import Taken
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
_BEFORE: Final = frozenset({
    "tussenvoegsel", "tussenvoegsels", "tussenv", "tv", "voorvoegsel", "voorvoegsels", "infix", "namenszusatz",
    "namensvorsatz", "vorsatzwort", "adelszusatz", "adelspradikat", "pradikat", "particule", "particle", "name prefix",
    "last name prefix", "surname prefix", "family name prefix", "prefix", "nachname vorsatz",
})  # fmt: skip
"""Names of columns with particles such as "van der"; another text, such as "Dr.", is left alone."""
_BEHIND: Final = frozenset({
    "segundo apellido", "apellido 2", "apellido2", "apellidos 2", "2 apellido", "2do apellido", "2o apellido",
    "apellido materno", "materno", "second surname", "second last name", "segundo sobrenome", "second family name",
})  # fmt: skip
"""Names of columns with a second surname."""
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
_SALUTATIONS: Final = frozenset(
    {"anrede", "salutation", "civilite", "tratamiento", "tratamento", "aanhef", "titolo", "appellativo"}
)
_FIRMS: Final = frozenset(
    {"firma", "fa", "fa.", "company", "société", "societe", "sté", "empresa", "azienda", "ditta", "spett.le", "bedrijf"}
)
"""What stands in the place of a salutation where a row is a company."""
_MARKS: Final = YES | {"1.0", "x", "vero"}
_CREDENTIALS: Final = frozenset({"scp"})
_OTHER_ADDRESS: Final = "the address beside the name, and the row has another one"
_LEAST_COMMAS, _LEAST_SURE, _MOSTLY = 3, 2, 0.8
"""Names with a comma, and those of them that are sure, of a column that shows its order; and their share."""
_LATIN: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*", re.UNICODE)


def join_family_names(
    source: Any, columns: Mapping[str, str], ignored: Iterable[str], readings: Sequence[Reading]
) -> list[Taken]:
    """Join the parts of family names that are in columns of their own, and return the names that this made.

    Args:
        source: The list, as pandas or polars.
        columns: Column → lead field, for mapped columns.
        ignored: Columns that a person left out.
        readings: Readings of the mapped columns, which are changed.
    """
    reading = next((each for each in readings if each.field.key == "last_name" and each.field.builtin), None)
    if reading is None:
        return []
    free = [column for column in column_names(source) if column not in columns and column not in {*ignored}]
    taken: list[Taken] = []
    for column in free:
        name = " ".join(words(column))
        if name not in _BEFORE | _BEHIND:
            continue
        for row, cell in enumerate(cells_of(source, column)):
            own, part = reading.values[row], "" if is_blank(cell) or is_placeholder(str(cell)) else str(cell).strip()
            if not isinstance(own, str) or not part or not _are_letters(part):
                continue
            whole = _behind(own, part) if name in _BEHIND else _before(own, part)
            if whole != own:
                reading.values[row] = whole
                taken.append(Taken(row, "last_name", column, own, whole, PART))
    return taken


def take_addresses_of_names(
    readings: list[Reading], fields: Mapping[str, LeadField]
) -> tuple[list[Taken], list[tuple[Any, ...]]]:
    """Take the email addresses out of names such as "Ada Berg <ada@nord.example>", as mail programs write them.

    Args:
        readings: Readings of the mapped columns, which are changed; one of addresses is added where none is mapped.
        fields: Lead fields by key.

    Returns:
        The names and addresses that this made, and the addresses of rows that have another one, to be set aside.
    """
    name = next((each for each in readings if each.field.key == "full_name" and each.field.builtin), None)
    found = {
        row: match
        for row, value in enumerate(name.values if name is not None else ())
        if isinstance(value, str) and (match := _WITH_ADDRESS.fullmatch(value))
    }
    if name is None or not found or "email" not in fields:
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
        taken.append(Taken(row, "full_name", str(name.column), whole, name.values[row] or "", ADDRESSED))
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
        column: _MARKS if name in _IS_COMPANY else _FIRMS
        for column, name in named
        if name in _IS_COMPANY | _SALUTATIONS
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
    parted = {row: parts for row, value in enumerate(values) if (parts := _company_and_person(value))}
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


def _company_and_person(text: Any) -> tuple[str, str] | None:
    """Return a company with a legal form and the name behind its comma, which begins with a known given name.

    >>> _company_and_person("Roth AG, Anna Roth"), _company_and_person("Roth AG, Bad Homburg")
    (('Roth AG', 'Anna Roth'), None)
    """
    firm, comma, person = map(str.strip, text.rpartition(",")) if isinstance(text, str) else ("", "", "")
    given = person.split()[:-1]
    is_person = bool(given) and fold_name(given[0]) in given_names() and not _is_company(person)
    return (firm, person) if comma and is_person and _is_company(firm) else None


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
    """Drop companies that are the name of the row's own person, where a column holds names or companies.

    Args:
        readings: Readings of the mapped columns, which are changed.
    """
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


def turn_names(readings: Sequence[Reading]) -> list[Taken]:
    """Write names in reading order whose header says that the family name is first, where it is clear which part it is.

    What stands before a comma is the family name, also where not the header but most names of the column show it.
    Words in capitals beside others, or a particle and the word behind it, are the family name. So is the first of two
    words, if no known given name of the column stands there: then its cells do not follow its header.

    Args:
        readings: Readings of the mapped columns, which are changed.
    """
    reading = _builtin(readings, "full_name")
    if reading is None or reading.column is None:
        return []
    texts = {row: value for row, value in enumerate(reading.values) if isinstance(value, str)}
    says = is_family_first(reading.column)
    at_commas = says or _shows_order(texts, _builtin(readings, "email"))
    parts = [value.split() for value in texts.values()] if says else []
    follows = says and not any(len(each) == 2 and _begins_with_given_name(each) for each in parts)  # noqa: PLR2004 - one of each
    taken: list[Taken] = []
    for row, value in texts.items():
        turned = _turn_at_comma(value) if at_commas and "," in value else _reading_order(value) if follows else ""
        if turned:
            reading.values[row] = turned
            taken.append(Taken(row, "full_name", reading.column, value, turned, TURNED))
    return taken


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


def _turn_at_comma(name: str) -> str:
    """Return "Roth, Dr. Ida" as "Dr. Ida Roth"; "" if what stands at the comma are not the parts of a name."""
    titles, plain = _split_titles(name)
    parts = None if names_several(name) or _is_given_first(plain) else in_reading_order(plain, by_list=True)
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


def _reading_order(name: str) -> str:
    """Return a name with its family name behind; "" where it is not clear which words it is."""
    parts = name.split()
    if not all(_LATIN.fullmatch(part) for part in parts) or is_title(parts[0]) or split_company(name).form:
        return ""
    family = _length_of_family(parts)
    return " ".join([*parts[family:], *parts[:family]]) if family else ""


def _length_of_family(parts: Sequence[str]) -> int:
    """Return how many words are surely the family name; 0 if that is open."""
    capitals = next((at for at, part in enumerate(parts) if not part.isupper() or len(part) == 1), len(parts))
    if 0 < capitals < len(parts):
        return capitals
    if len(parts) == 2:  # noqa: PLR2004 - one of each
        return 0 if parts[1].isupper() and not parts[0].isupper() else 1
    particles = next((at for at, part in enumerate(parts) if not is_particle(part.lower())), 0)
    return particles + 1 if 0 < particles == len(parts) - 2 else 0


def _begins_with_given_name(parts: Sequence[str]) -> bool:
    """Whether the first of two words is a known given name, and the second is not, or is in capitals: Jean DUPONT."""
    first, second = (part.casefold() in given_names() for part in parts)
    return (first and not second) or (parts[1].isupper() and not parts[0].isupper())


def _before(name: str, part: str) -> str:
    """Return a family name with its particles, if a text is particles that it does not have yet."""
    particles, own = part.lower().split(), re.findall(r"[^\s,()]+", name.lower())
    if not all(is_particle(each) for each in particles) or (len(own) > 1 and {*particles} <= {*own}):
        return name
    return f"{part}{name}" if part.endswith(("'", "’")) else f"{part} {name}"


def _behind(name: str, part: str) -> str:
    """Return a family name with a second one, unless it has it already."""
    own, more = name.casefold().split(), part.casefold().split()
    return name if len(own) > len(more) and own[-len(more) :] == more else f"{name} {part}"


def _are_letters(text: str) -> bool:
    return all(each.isalpha() or each in " '’.-" for each in text)
