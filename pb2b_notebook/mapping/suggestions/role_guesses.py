"""Guess what a column that is not a lead field holds, from its name and its values: the roles of ``duplicates``.

A wrong guess must not join two people. So a name alone is not enough, an identifier is at most a weak one unless a
state gives it to each person, and a date counts only as a date of birth: two people of one company have one renewal
date. In a list of companies, it is the date of their foundation. Numbers of registers and VAT are a company's, and
those of accounts have no role.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache
from typing import Any, Final

from pb2b_notebook.mapping.cells.birth_dates import birth_date_parts
from pb2b_notebook.mapping.cells.countries import country_code
from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.mapping.suggestions.company_addresses import are_ids_of_companies, without_company_addresses
from pb2b_notebook.mapping.suggestions.headers import named_field
from pb2b_notebook.mapping.vocabulary import read
from pb2b_notebook.openapi.import_cells import is_blank

COMPANY_ROLES: Final = (
    "company_name", "company_domain", "website", "email", "phone", "street", "postcode", "city", "country",
    "registration_number", "vat_number",
)  # fmt: skip
"""What a column of a company list may hold, besides the roles of further columns."""
COMPANY_NUMBERS: Final = ("registration_number", "vat_number")
"""Roles of numbers that belong to a company and not to a person."""
_SEAT: Final = "seat"
"""Kind of columns of places of which the values say what they are."""
_PERSON_NAMES: Final = ("first_name", "last_name", "full_name")
SAMPLE: Final = 2_000
"""Values of a column that are looked at."""
_PREFIX: Final = "custom_"
_MOSTLY: Final = 0.8
_SURE: Final = 0.7
"""Least confidence with which a column of a company list is recognized."""
_QUARTERS: Final = 100
"""Most quarters that a list of addresses has."""
_NUMBER: Final = r"no|nr|num|number|id|code|nummer|numero"
_NATIONAL: Final = (
    rf"ssn|nin|nino|dni|pesel|nir|cpf|curp|bsn|cpr|hetu|jmbg|aadhaar|soc ?sec(?: (?:{_NUMBER}))?"
    rf"|(?:social ?security|national|national ?insurance|personal ?identity|nhs|ahv) ?(?:{_NUMBER})"
    r"|codice fiscale|securite sociale|steuer ?(?:id|identifikationsnummer|identnummer|idnr)|personnummer"
    r"|fodselsnummer|henkilotunnus|rodne cislo|kennitala|isikukood|asmens kodas|personas kods|egn|егн|cnp|oib|emso"
    r"|cedula|tc kimlik(?: (?:no|numarasi))?|nric|rijksregisternummer|personnr|fodselsnr"
)
"""Numbers that a state gives to each person. A tax number may be the company's, and a passport is renewed."""
_RELATIVES: Final = (
    r"spouses?|partners?|husbands?|wife|emergency|parents?|mothers?|fathers?|guardians?|depend[ea]nts?|child|childs|children"
    r"|kids?|sons?|daughters?|siblings?|brothers?|sisters?|beneficiar\w+|plus one|mutter|vater|eltern\w*|ehe\w+"
    r"|kind(?:er|es)?|mere|pere|conjoint\w*|enfants?|madre|padre|conyuge|hij[oa]s?|coniuge|figli[oa]?|filh[oa]s?|conjuge|moeder|vader"
    r"|kinderen|matki|ojca|dziecka|malzonk\w+"
)
"""Words of the names of columns about a person other than the row's."""
_OF_OTHERS: Final = (
    rf"{_RELATIVES}|contact|employer|company|firma?|firm"
    r"|organi[sz]ation|arbeitgeber|azienda|empresa|entreprise|societ\w*|sociedade?|cnpj|last"
)
"""Words of the names of columns with numbers of other people and of companies, and with parts of numbers."""
_IDENTIFIER: Final = (
    rf"ssn|nhs|passport|iban|soc ?sec(?: (?:{_NUMBER}))?"
    r"|(?:social|national|tax|insurance|member|patient|customer|licen[cs]e|kunden|versicherungs?"
    rf"|steuer) ?(?:security ?)?(?:{_NUMBER})"
)
_BORN: Final = (
    r"birth|birth ?date|birthday|birth ?year|date ?of ?birth|bdate|birthdt|dob|yob|born|geb|geboren|geburts?\w*"
    r"|naissance|nacimiento|nascita|nascimento|geboortedatum"
    r"|urodzenia|fodelsedatum|fodselsdato|syntymaaika|narozeni|narodenia|szuletesi?|nasterii|dogum|生年月日|出生日期|생년월일"
)
_BIRTHPLACE: Final = r"birth ?place|place of birth|geburtsort|lieu de naissance|luogo di nascita|lugar de nacimiento"
_FOUNDED: Final = (
    r"incorporat\w+|incorp|founded|foundation|established|gr[uo]\w*ndung\w*|creation|constitucion|oprichting\w*"
)
_MIDDLE: Final = frozenset({
    "middle", "middlename", "midl", "mname", "zweitname", "mellemnavn", "mellomnavn", "mellannamn", "patronymic",
    "otchestvo", "отчество",
})  # fmt: skip
"""Words of the names of columns of middle names."""
_ADDRESS: Final = (
    "(?:street|address|addr|adresse)"
    "(?! (?:city|town|suburb|village|district|state|county|province|region|country|zip|post|type|ids?|keys?|ref|uuid))"
)
_STREET: Final = r"stra(?:ss|ß)e|direccion|calle|indirizzo|rue|via|straat|ulica|rua|gata"
_HOUSE: Final = (
    rf"(?:street|house|building|civic|haus|huis|dom|bygnings?) ?(?:{_NUMBER})|haus ?nr|civico|numero civico|hnr"
)
_OTHER_ADDRESSES: Final = r"e ?mail|mail|ip|mac|web|web ?site|site|internet|url|wallet"
"""Words of the names of columns of addresses that are not of a place."""
_LETTER: Final = r"[^\W\d_]"
_DATE: Final = (
    r"^(?:\d{4}[-/. ]\d{1,2}[-/. ]\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ](?:\d{4}|\d{2})|\d{8}|\d{5}|(?:1[89]|20)\d\d"
    rf"|\d{{1,2}}(?:st|nd|rd|th|\.)?[- ]*{_LETTER}{{3,}}\.?,?[- ]*(?:\d{{4}}|\d{{2}})"
    rf"|{_LETTER}{{3,}}\.? \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})(?:[t ]\d{{1,2}}:\d{{2}}.*)?$"
)
_CODE: Final = r"^[a-z]{0,4}\d[a-z0-9]{2,8}$"
# Role, words of the column's name, form of the values, least distinct values for each row and person, most of them.
_RULES: Final = (
    ("date", _BORN, _DATE, 0.0, None),
    ("house number", _HOUSE, r"^\D{0,5}\d{1,5}\D{0,2}(?:\W+\d{1,5}\D{0,2})?$", 0.0, None),
    ("postcode", r"zip|zipcode|post ?code|postal|postale|plz|cap|cep", _CODE, 0.0, None),
    ("text", rf"{_ADDRESS} ?(?:line ?)?[23]", r".", 0.0, None),
    ("text", _BIRTHPLACE, rf"{_LETTER}{{2}}", 0.0, None),
    ("street", rf"{_ADDRESS}(?: ?(?:line ?)?1)?|street name|{_STREET}", rf"{_LETTER}{{3}}", 0.2, None),
    ("region", r"state", rf"^{_LETTER}{{2,3}}$", 0.0, None),
    ("region", r"province|provincia|county|bundesland|kanton|canton|prefecture", rf"^{_LETTER}", 0.0, None),
    ("identifier", _NATIONAL, r"\d{4}|\d{2}\D\d{2}", 0.5, None),
    ("identifier", "orcid", r"\d{4}-\d{4}-\d{4}-\d{3}[\dx]", 0.5, None),
    # The form of a social security number: an employer's has another one.
    ("identifier", rf"(?:tax|taxpayer) ?(?:{_NUMBER})|tin|itin", r"^\d{3}-\d{2}-\d{4}$", 0.5, None),
    ("weak identifier", _IDENTIFIER, r"\d{4}", 0.5, None),
    ("category", r"sex|gender|geschlecht|sexe|sexo|sesso", r".", 0.0, 10),
)
_COMPANY_RULES: Final = (
    ("date", _FOUNDED, _DATE, 0.0, None),
    *(rule for rule in _RULES if rule[0] in ("house number", "postcode", "street")),
)
_IDENTIFIERS: Final = ("identifier", "weak identifier")
_CODES: Final = ("postcode", "weak identifier")
"""Roles whose values are compared without spaces and punctuation."""


def guess_role(column: str, values: Sequence[Any], names: Sequence[Any] = (), *, of: str = "people") -> str:
    """Return the role of a column; "" if its name or its values do not say.

    Args:
        column: Name of the column.
        values: Its values.
        names: Names of the rows' people: where each person is several times, so is each value.
        of: What the rows are about, "people" or "companies".

    >>> guess_role("custom_birth_date", ["1985-03-07", "12.4.1990"]), guess_role("Hausnr.", ["4", "12a", "7-9"])
    ('date', 'house number')
    >>> [guess_role(name, ["512-33-1234"]) for name in ("SSN", "Social security number", "Spouse SSN", "Company SSN")]
    ['identifier', 'identifier', '', '']
    >>> guess_role("custom_renewal_date", ["1985-03-07"]), guess_role("Founded", ["2004-03-07"], of="companies")
    ('', 'date')
    """
    name = _plain(column)
    if _has(name, _OTHER_ADDRESSES):
        return ""
    given = [row for row, value in enumerate(values) if not is_blank(value)][:SAMPLE]
    people = len({str(names[row]) for row in given}) if names else len(given)
    texts = [_text(values[row]) for row in given]
    for role, named, form, least, most in _RULES if of == "people" else _COMPANY_RULES:
        if (
            not texts
            or not _has(name, named)
            or _has(name, _RELATIVES)
            or (role in _IDENTIFIERS and _has(name, _OF_OTHERS))
        ):
            continue
        tidy = [re.sub(r"[\W_]+", "", text) for text in texts] if role in _CODES else texts
        fits = [text for text in tidy if re.search(form, text)]
        distinct = len({*fits})
        if (
            len(fits) >= _MOSTLY * len(texts)
            and distinct >= least * min(people, len(fits))
            and (most is None or distinct <= most)
            and not (role == "street" and _are_quarters(fits))
        ):
            return role
    found = next((role for role in COMPANY_NUMBERS if fold_name(column) in _company_names()[role]), "")
    return found if any(map(str.isdigit, "".join(texts))) else ""


def _are_quarters(addresses: Sequence[str]) -> bool:
    """Return whether addresses are those of a few quarters or villages, which many people share."""
    numbered = sum(any(map(str.isdigit, address)) for address in addresses)
    distinct = len({*addresses})
    return numbered * 2 < len(addresses) and distinct <= _QUARTERS and distinct * 10 <= len(addresses)


def may_have_role(column: str) -> bool:
    """Return whether the name of a column says that it may have a role; :func:`guess_role` looks at its values.

    >>> may_have_role("Geburtsdatum"), may_have_role("Notes")
    (True, False)
    """
    number = any(fold_name(column) in _company_names()[role] for role in COMPANY_NUMBERS)
    return number or any(_has(_plain(column), named) for _, named, *_ in (*_RULES, *_COMPANY_RULES))


def guess_roles(columns: Mapping[str, Sequence[Any]], fields: Mapping[str, str]) -> dict[str, str]:
    """Return column → role, for the columns of a list that are not lead fields and say who a row is about.

    Args:
        columns: Column → its values.
        fields: Column → lead field, for mapped columns. Without a name of people, the rows are about companies.

    >>> people = {"Name": ["Ada Berg", "Eva Hale"], "Geb.": ["7.3.1985", "1.4.1990"], "Note": ["x", "y"]}
    >>> guess_roles(people, {"Name": "full_name"})
    {'Geb.': 'date'}
    """
    filled = [column for column, values in columns.items() if not all(map(is_blank, values))]
    rest = [column for column in filled if column and column not in fields]
    named = [columns[column] for column in filled if fields.get(column) in _PERSON_NAMES]
    if not named:
        return guess_company_roles(rest, {*fields.values()}, columns.__getitem__)
    names = list(zip(*named, strict=True))
    guesses = {column: guess_role(column, columns[column], names) for column in rest if may_have_role(column)}
    found = {column: role for column, role in guesses.items() if role}
    found = with_birth_date_parts(found, {column: columns[column] for column in rest})
    company = next((column for column in filled if fields.get(column) == "company_name"), None)
    if company is not None:
        found = without_company_addresses(found, columns, names, columns[company])
        people = [columns[column] for column in filled if fields.get(column) in {"email", "full_name", "first_name"}]
        of_companies = {
            column
            for column, role in found.items()
            if role in _IDENTIFIERS and are_ids_of_companies(columns[column], columns[company], people)
        }
        found = {column: role for column, role in found.items() if column not in of_companies}
    first = next((column for column in filled if fields.get(column) == "first_name"), None)
    return found if first is None else found | middle_name_column(rest, first)


def _role_of_places(values: Sequence[Any]) -> str:
    """Return whether places, such as the seats of companies, are countries, streets or cities; "" without any.

    >>> [_role_of_places(places) for places in (["DE", "Italy"], ["Markt 4, Ulm", "Elm Walk 2"], ["Ulm", "Bari"])]
    ['country', 'street', 'city']
    """
    places = [_text(value) for value in values if isinstance(value, str) and any(map(str.isalpha, value))][:SAMPLE]
    least = _MOSTLY * len(places)
    if not places:
        return ""
    if sum(country_code(place, any_language=False) is not None for place in places) >= least:
        return "country"
    return "street" if sum(any(map(str.isdigit, place)) for place in places) >= least else "city"


def middle_name_column(columns: Sequence[str], first: str) -> dict[str, str]:
    """Return the column of the middle names of the people whose first names another column has, with its role.

    The middle name of a doctor or a mother has other words around it.

    >>> middle_name_column(["mothers_middle_name", "pat_middle_name"], "pat_first_name")
    {'pat_middle_name': 'middle name'}
    """
    around = {*words(first), "name", "nm", "initial"}
    found = [one for one in columns if {*words(one)} & _MIDDLE and {*words(one)} - _MIDDLE <= around]
    return dict.fromkeys(found[:1], "middle name")


def with_birth_date_parts(found: Mapping[str, str], columns: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Return roles with those of a birth date in three columns, if no other column holds the date.

    Args:
        found: Column → role, as each column says on its own: there, the year of birth is a date.
        columns: Column → values of the columns that may hold such parts.

    >>> columns = {"Geburtsjahr": ["1985", "1990"], "Geburtsmonat": ["März", "Mai"], "Geburtstag": [7, 31]}
    >>> list(with_birth_date_parts({"Geburtsjahr": "date"}, columns).values())
    ['birth year', 'birth month', 'birth day']
    """
    parts = birth_date_parts(columns)
    return {**found, **parts} if all(column in parts for column, role in found.items() if role == "date") else {**found}


def guess_company_roles(
    columns: Sequence[str], taken: Collection[str], values_of: Callable[[str], Sequence[Any]]
) -> dict[str, str]:
    """Return column → role, for columns of a list of companies; each role is given once, to the surest name.

    >>> guess_company_roles(["tax_id", "registration_number"], ["company_name"], lambda column: [])
    {'registration_number': 'registration_number'}
    """
    known = {*taken}
    found: dict[str, str] = {}
    recognized = {column: recognized_role(column) for column in columns}
    for column in sorted(columns, key=lambda column: (recognized[column][0] == _SEAT, -recognized[column][1])):
        role, confidence = recognized[column]
        if role == _SEAT:
            role = _role_of_places(values_of(column))
        elif confidence < _SURE or role not in COMPANY_ROLES:
            role = guess_role(column, values_of(column), of="companies") if may_have_role(column) else ""
        if role and role not in known:
            found[column] = role
            known.add(role)
    # A mapping takes a "Name" for that of a person; here, the rows are companies.
    whole = next((column for column in columns if recognized[column][0] == "full_name"), None)
    if whole is not None and "company_name" not in known:
        found[whole] = "company_name"
    return {column: found[column] for column in columns if column in found}


@cache
def recognized_role(column: str) -> tuple[str, float]:
    """Return what a column of a company list holds by its name, and the confidence from 0 to 1.

    >>> [recognized_role(name)[0] for name in ("Firma", "USt-IdNr.", "Name", "zip")]
    ['company_name', 'vat_number', 'company_name', 'postcode']
    """
    folded = fold_name(column)
    if folded in {fold_name(role) for role in COMPANY_ROLES}:
        return next(role for role in COMPANY_ROLES if fold_name(role) == folded), 1.0
    for role, names in _company_names().items():
        if folded in names:
            # The names of each role are in the order of how sure they are: a register's number before a tax office's.
            return role, (0.9 if role == "company_name" else 0.99) - names.index(folded) / 1000
    return named_field(column)


@cache
def _company_names() -> dict[str, tuple[str, ...]]:
    return {role: tuple(map(fold_name, names)) for role, names in read("company_columns").items()}


def _plain(column: str) -> str:
    return " ".join(words(column.removeprefix(_PREFIX)))


def _has(name: str, named: str) -> bool:
    return re.search(rf"(?:^| )(?:{named})(?: |$)", name) is not None


def _text(value: Any) -> str:
    """Return a value as text in lower case, a number without the decimals that a spreadsheet added."""
    return re.sub(r"^(\d+)\.0+$", r"\1", str(value).strip().lower())
