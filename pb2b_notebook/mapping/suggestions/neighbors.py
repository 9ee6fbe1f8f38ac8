"""Judge a column by the columns beside it: what its name means among them, and which pairs they rule out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, Final

from pb2b_notebook.mapping.cells.countries import are_signs_of_rows
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.mapping.suggestions.candidates import (
    HALF,
    MOSTLY,
    SOME,
    SURE_ENOUGH,
    Pair,
    best_pairs,
    rounded_suggestion,
    share_of,
)
from pb2b_notebook.mapping.suggestions.company_addresses import are_ids_of_companies
from pb2b_notebook.mapping.suggestions.grammar import (
    is_name_or_company,
    names_both,
    plain_header,
    subjects,
    without_neutral,
)
from pb2b_notebook.mapping.suggestions.headers import BOTH, SHORTEST, by_name, is_about_another, named_field, width
from pb2b_notebook.mapping.suggestions.recognition import SAMPLE, looks, sample
from pb2b_notebook.mapping.vocabulary import NAMES, OF, known_words, names_of_things, qualifiers, synonyms, usual_names
from pb2b_notebook.openapi.import_cells import is_blank

_IDENTIFYING: Final = frozenset({"email", "full_name", "last_name"})
_OF_ONE_PERSON: Final = frozenset({"email", "full_name", "phone", "linkedin_url"})
# What a list of anything may have as well: places, sources, kinds and marks.
_OF_ANYTHING: Final = frozenset({"city", "country", "source", "status", "score", "tags"})
# Names of a city in one language and of anything in another: the language, and another name of the city.
_LONGEST_NAME: Final = 4
"""Words of a family name: "de la Cruz Ruiz"."""
_LIST_ORDER: Final = re.compile(r"[^\W\d][^,\d]+, ?(?!(?:[js]r|i+)\b)[^\W\d][^,\d]+", re.IGNORECASE)
_MOST_OF_ONE_NAME: Final = 50
"""Most people of a list who have one given name, on average."""
_SPELLED: Final = 0.7
_CLEAR: Final = 0.85
"""Least confidence in the name of a column of countries: one with an unknown word may be the country of something."""
_CITIES: Final = {"by": ("danish", "bynavn"), "grad": ("croatian", "mjesto")}


_OF_BRANCHES: Final = frozenset(
    {"filiale", "filial", "standort", "niederlassung", "marke", "brand", "branch", "store", "shop", "team",
     "office", "site", "location", "agence", "agencia", "sucursal", "sede", "negozio", "vestiging", "oddzial",
     "kiosk", "hotel", "geb", "geboren", "born", "birth", "nee", "chef", "boss", "manager", "owner", "inhaber",
     "betreuer", "rep"}
)  # fmt: skip
"""Words of columns of which an address may have a value, too: ada.kiel@ of a branch; and of other people or names."""
_AFTER_INITIAL: Final = re.compile(r"([A-Za-z])_([^\W\d_][^\W_]*)")
_TITLES_OF_COMPANIES: Final = frozenset({"unvan", "unvani", "ünvan", "ünvanı", "ticariunvan"})
"""The Turkish title, of a person or of a company."""
_LINKS: Final = OF | {"s", "la", "le", "l", "lo", "il", "el", "der", "den", "d", "of"}
"""Words between a name and whose it is: "Nome e cognome del partecipante", "Prénom de la participante"."""
_OF_VCARDS: Final = frozenset({"n", "org", "tel", "adr"})
"""Properties of vCards beside FN, the formatted name (RFC 6350, section 6.2)."""


def names_among(columns: Iterable[str], values: Mapping[str, Sequence[Any]] | None = None) -> dict[str, str]:
    """Return the name by which each column is judged, where the columns beside it show what its name means.

    A Bulgarian "Презиме" beside a "Фамилия" is the father's name. A "By" beside Danish names is the city, and so is a
    "Grad" beside Croatian ones.

    >>> names_among(["Име", "Презиме", "Фамилия"])["Презиме"], names_among(["Navn", "By"])["By"]
    ('middle name', 'bynavn')
    >>> names_among(["Име", "Презиме"])["Презиме"], names_among(["Song", "By"])["By"]
    ('Презиме', 'By')
    >>> names_among(["FN", "ORG"])["FN"], names_among(["FN", "Status"])["FN"]
    ('full name', 'FN')
    >>> names_among(["gname", "fname"]), names_among(["fname", "lname"])["fname"]
    ({'gname': 'given name', 'fname': 'family name'}, 'fname')
    """
    family, middle = (qualifiers(kind) for kind in ("family", "family_or_middle"))
    parts = {column: {fold_name(column), *words(column)} for column in columns}
    has_family = any(
        part & family or (named_field(column)[0] == "last_name" and not part & middle) for column, part in parts.items()
    )
    folded = {fold_name(column) for column in parts}
    meanings = {
        city: name for city, (kind, name) in _CITIES.items() if any(part & qualifiers(kind) for part in parts.values())
    }
    if has_family:
        meanings |= dict.fromkeys(middle, "middle name")
        meanings |= {"othernames": "given name", fold_name("Име и презиме"): "Име"}
    elif {"fn", "ln"} <= folded:
        meanings |= {"fn": "given name", "ln": "family name"}
    elif "fn" in folded and (folded & _OF_VCARDS or any(plain_header(column) != column for column in parts)):
        meanings |= {"fn": "full name"}
    elif {"gname", "fname"} <= folded:  # given and family
        meanings |= {"gname": "given name", "fname": "family name"}
    contacts = (column for column in parts if _is_contact(column) and _may_be_people((values or {}).get(column, ())))
    if {"name1", "name2"} <= folded:
        meanings |= {"name1": _meaning_of_first_name(columns, values or {})}
    meanings |= {
        fold_name(column): "firma ünvanı"
        for column in parts
        if fold_name(column) in _TITLES_OF_COMPANIES
        and looks(sample((values or {}).get(column, ())))["legal_form"] >= HALF
    }
    if folded.isdisjoint(synonyms()["company_name"]) and any(contacts):
        meanings |= dict.fromkeys(qualifiers("client") - synonyms()["full_name"].keys(), "employer name")
    phones = {
        column: "corporate phone" for column in parts if _is_phone_of_place(column, (values or {}).get(column, ()))
    }
    return {column: meanings.get(fold_name(column), column) for column in parts} | phones


def _meaning_of_first_name(columns: Iterable[str], values: Mapping[str, Sequence[Any]]) -> str:
    """Return the meaning of a "Name 1" beside a "Name 2", as in SAP: a customer, or a part of a name or an address."""
    names = [values.get(column, ()) for column in columns if fold_name(column) == "name1"]
    return "client name" if all(_has_several_words(given, HALF) for given in names) else "additional"


def _is_phone_of_place(column: str, values: Sequence[Any]) -> bool:
    """Return whether a "Work" or a "Büro" is a column of phones; one called a phone goes before it."""
    is_place = fold_name(column) in qualifiers("workplace") | qualifiers("phone_place")
    return is_place and looks(sample(values))["national_phone"] >= MOSTLY


def _is_contact(column: str) -> bool:
    """Return whether a column names the person at a customer or a supplier, who then is a company."""
    name = fold_name(re.split(r"[(:–-]", column)[0] if names_both(column) else column)
    return name in synonyms()["full_name"] and name not in qualifiers("any_name") and not is_name_or_company(column)


def _may_be_people(values: Sequence[Any]) -> bool:
    """Return whether values may be names of people: a "Contact" may be a phone number."""
    look = looks(sample(values))
    return all(look[form] < HALF for form in ("digits", "has_digit", "email", "way_of_contact", "flag"))


def without_guests(columns: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Return the names by which columns of guests and buyers are judged: a "Buyer name" is a name.

    Beside an attendee, or any column that names another person, all columns of the buyer are another person's.
    """
    guest = qualifiers("guest")
    rest = {column: " ".join(word for word in words(column) if word not in guest) or "name" for column in columns}
    guests = {column for column in columns if not guest.isdisjoint(words(column))}
    kinds = {column: kind for column in guests if (kind := _kind(rest[column])) and _are_words(columns[column])}
    who = {word.removesuffix("s") for column in kinds for word in words(column) if word in guest}
    has_email = "email" in kinds.values()
    others = (_names_another(column, values, has_email) for column, values in columns.items() if column not in guests)
    if len(who) > 1 or any(others):
        return {column: f"guest {column}" for column in guests}
    of_guests = {column for column in guests if kinds and named_field(rest[column])[0]}
    return {column: rest[column] for column in kinds.keys() | of_guests}


def without_subject(columns: Iterable[str]) -> dict[str, str]:
    """Return the names without a word that says what each row is about: "pat_first_name" beside "pat_last_name".

    The word need not be known: all names and addresses of people begin with it.
    """
    people = [column for column in columns if _kind(column)]
    firsts = {words(column)[0] for column in people}
    if len(people) < 2 or len(firsts) != 1 or not firsts.isdisjoint(known_words()):  # noqa: PLR2004 - a pair
        return {}
    return {column: " ".join(words(column)[1:]) for column in columns if words(column)[:1] == (*firsts,)}


def without_bearer(columns: Iterable[str]) -> dict[str, str]:
    """Return the names without whose they are, in any inflection, and without a note that they are on a badge.

    All names of people are those of one kind of people: beside a bare "Name", a participant may be another person.

    >>> without_bearer(["Imię uczestniczki", "E-mail uczestnika", "Uczestnik: nazwisko", "Firma (na identyfikatorze)"])
    {'Firma (na identyfikatorze)': 'Firma', 'Imię uczestniczki': 'imie', 'E-mail uczestnika': 'e mail', \
'Uczestnik: nazwisko': 'nazwisko'}
    >>> without_bearer(["Nome", "E-mail del partecipante"])
    {}
    """
    badge = {column: _split_brackets(column)[0] for column in columns if _names_badge(column)}
    rest, bearers = {}, set()
    for column in columns:
        parts = words(badge.get(column, column))
        stems = {
            at: stem
            for at in (0, len(parts) - 1)
            for stem in qualifiers("bearer")
            if parts[at:][:1] and parts[at].startswith(stem)
        }
        for at, stem in [*stems.items()][:1]:
            left = [*parts[:at], *parts[at + 1 :]]
            while left and left[-1 if at else 0] in _LINKS:
                left.pop(-1 if at else 0)
            rest[column] = " ".join(left)
            bearers.add(stem)
    rest = {column: name for column, name in rest.items() if name}
    is_named = any(_kind(name) == "name" for name in rest.values())
    if len(bearers) != 1 or not is_named or any(_kind(column) == "name" for column in columns if column not in rest):
        return badge
    return badge | rest


def _names_badge(column: str) -> bool:
    """Return whether what stands in brackets behind a name says that it is on a badge: "Company (on badge)"."""
    return any(word.startswith(stem) for word in words(_split_brackets(column)[1]) for stem in qualifiers("badge"))


def _split_brackets(column: str) -> tuple[str, str]:
    """Return a name without what stands in brackets at its end, and that.

    >>> _split_brackets("Company (on badge)"), _split_brackets("Company")
    (('Company', 'on badge'), ('Company', ''))
    """
    text = column.rstrip()
    at = max(text.rfind("("), text.rfind("["))
    return (text[:at].rstrip(), text[at + 1 : -1]) if at > 0 and text.endswith((")", "]")) else (column, "")


def without_initial(columns: Iterable[str]) -> dict[str, str]:
    """Return the names without a letter before them, as scanners of badges write P_FN and P_LN.

    Only names of people begin with it: beside another column of a name, or another letter, it says whose they are.

    >>> without_initial(["P_FN", "P_LN", "P_ORG", "Q1"])
    {'P_FN': 'given name', 'P_LN': 'family name', 'P_ORG': 'ORG'}
    >>> without_initial(["M_FNAME", "M_LNAME", "F_FNAME", "F_LNAME"]), without_initial(["P_FN", "P_LN", "Name"])
    ({}, {})
    """
    found = {column: match for column in columns if (match := _AFTER_INITIAL.fullmatch(column))}
    rest = {column: match[2] for column, match in found.items()}
    named = names_among(rest.values())
    people = {column for column, name in rest.items() if _kind(named[name])}
    if len({found[column][1] for column in people}) != 1 or len(people) < 2:  # noqa: PLR2004 - a pair
        return {}
    initial = found[min(people)][1]
    if any(_kind(column) == "name" for column in columns if column not in found):
        return {}
    return {column: named[name] for column, name in rest.items() if found[column][1] == initial}


def _names_another(column: str, values: Sequence[Any], has_email: bool) -> bool:
    """Return whether a column names a person; a bare "Email" is the guest's, unless the guest has one."""
    left = [word for word in words(column) if word not in qualifiers("role") | OF]
    is_role = not qualifiers("role").isdisjoint(words(column))
    kind = _kind(" ".join(left) if is_role else column) if left else "name" if is_role else ""
    if not kind or (kind == "email" and not is_role and not has_email):
        return False
    return _are_words(values)


def _are_words(values: Sequence[Any]) -> bool:
    """Return whether values may be names or addresses: a "Member" may be "yes", and the "Guests" three."""
    look = looks(sample(values))
    return look["flag"] < HALF and look["digits"] < HALF


def _kind(column: str) -> str:
    """Return whether a column names a "name" or an "email"."""
    field = named_field(column)[0]
    return "name" if field in NAMES else field if field == "email" else ""


def without_ids_of_others(pairs: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without ids of a user, a list or a company, which many leads have.

    An id of many rows is that of a lead if the email address or the name repeats with it, as in a list of orders.
    """
    ids = {pair.column for pair in pairs if pair.key == "external_id"}
    repeated = {column for column in ids if _repeats(sample(columns[column]))}
    if not any(_any_repeats(columns[column]) for column in ids):
        return pairs
    best = best_pairs([pair for pair in pairs if pair.key != "external_id"], columns)
    by_key = {pair.key: column for column, pair in best.items()}
    names = [column for key, column in by_key.items() if key in _IDENTIFYING]
    of_leads = {column for column in repeated if any(_repeats_with(columns[column], columns[name]) for name in names)}
    left = repeated - of_leads
    if "company_name" in by_key:
        companies = columns[by_key["company_name"]]
        people = [columns[by_key[key]] for key in ("email", "full_name", "first_name") if key in by_key]
        left |= {column for column in ids if are_ids_of_companies(columns[column], companies, people)}
    return [pair for pair in pairs if pair.key != "external_id" or pair.column not in left]


def without_degrees(pairs: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without an empty title beside a salutation: a German "Titel" beside an "Anrede" is a "Dr."."""
    if not any(fold_name(column) in qualifiers("salutation") for column in columns):
        return pairs
    titles = {"titel", "title", "titre", "titolo", "titulo"}
    degrees = {column for column in columns if fold_name(column).rstrip("0123456789") in titles}
    return [pair for pair in pairs if pair.key != "title" or pair.column not in degrees or sample(columns[pair.column])]


def without_names_of_companies(pairs: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without a whole name that begins with the company in most rows: a "Nom complet" of companies."""
    companies = {pair.column for pair in pairs if pair.key == "company_name" and pair.suggestion.confidence > BOTH}
    doubtful = {
        pair.column
        for pair in pairs
        if pair.key == "full_name" and any(_begins_with(columns[pair.column], columns[each]) for each in companies)
    }
    return [pair for pair in pairs if pair.key != "full_name" or pair.column not in doubtful]


def without_names_of_things(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without a "Name" in a list that has nothing of people or companies: of animals, games or storms.

    Names of several words are kept, and those in ideographs, which have no words.
    """
    name = next((pair for pair in chosen if pair.key == "full_name" and _is_any_name(pair)), None)
    rest = {pair.key for pair in chosen} - {"full_name"}
    if name is None or len(columns) == 1 or not rest <= _OF_ANYTHING:
        return chosen
    given = sample(columns[name.column])
    may_be_whole = (
        not given or _has_several_words(given, MOSTLY) or any(width(str(value)) > len(str(value)) for value in given)
    )
    return chosen if may_be_whole else [pair for pair in chosen if pair is not name]


def without_mixed_clients(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without a "Client name" of companies and, it may be, people, in a list without another name."""
    if not NAMES.isdisjoint(pair.key for pair in chosen):
        return chosen
    return [pair for pair in chosen if not (pair.key == "company_name" and _is_mixed(pair.column, columns))]


def _is_mixed(column: str, columns: Mapping[str, Sequence[Any]]) -> bool:
    may_be_people = fold_name(column) in qualifiers("client") and by_name(column, LeadField("full_name")) is not None
    look = looks(sample(columns[column])) if may_be_people else {}
    return may_be_people and sum(look[form] for form in ("legal_form", "trade", "code")) < HALF


def without_both_sides(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without the recipients of messages of whom some are senders in other rows.

    Such a list is about messages: one of both is whoever exported it.
    """
    return [
        pair
        for pair in chosen
        if pair.key not in _OF_ONE_PERSON
        or qualifiers("receiving").isdisjoint(words(pair.column))
        or not any(
            _share_values(columns[pair.column], values)
            for column, values in columns.items()
            if not qualifiers("sending").isdisjoint(words(column))
        )
    ]


def _share_values(values: Sequence[Any], others: Sequence[Any]) -> bool:
    return not {*map(str, sample(values))}.isdisjoint(map(str, sample(others)))


def _begins_with(names: Sequence[Any], companies: Sequence[Any]) -> bool:
    """Return whether most names begin with the company of the row."""
    rows = [
        (str(name).casefold().strip(), str(company).casefold().strip())
        for name, company in islice(zip(names, companies, strict=True), SAMPLE)
        if not is_blank(name) and not is_blank(company)
    ]
    return bool(rows) and sum(name.startswith(company) for name, company in rows) > len(rows) * HALF


def _repeats(values: Sequence[Any]) -> bool:
    """Return whether all rows have one value, or each value is in more than ten rows on average."""
    distinct = len(set(map(str, values)))
    return distinct == 1 < len(values) or distinct * 10 < len(values)


def _any_repeats(values: Sequence[Any]) -> bool:
    given = [str(value) for value in sample(values)]
    return len(set(given)) < len(given)


def _repeats_with(ids: Sequence[Any], names: Sequence[Any]) -> bool:
    """Return whether most ids have one name each."""
    rows = zip(ids, names, strict=True)
    both = ((str(id_), str(name)) for id_, name in rows if not is_blank(id_) and not is_blank(name))
    by_id: dict[str, set[str]] = {}
    for id_, name in islice(both, SAMPLE):
        by_id.setdefault(id_, set()).add(name.casefold().strip())
    return bool(by_id) and sum(len(found) == 1 for found in by_id.values()) >= MOSTLY * len(by_id)


def with_parts_of_names(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs, corrected where the columns beside a name show which part of it a column holds.

    A "Name" beside a "Vorname" that it does not contain is the family name. Beside a family name, it is the given name
    if it is one word: "Ada Lovelace" beside "Byron" is a whole name beside the name at birth. A "Nombre" of two words
    is the whole name, unless another column may hold the family name; so is a "Nom".
    """
    by_key = {pair.key: pair for pair in chosen}
    whole, first, last = (by_key.get(key) for key in ("full_name", "first_name", "last_name"))
    if whole is not None and (first is None) != (last is None):
        part, other = (first, "last_name") if first is not None else (last, "first_name")
        if part is first is not None and _is_any_name(first) and _has_several_words(columns[whole.column], MOSTLY):
            return [pair for pair in chosen if pair is not first]  # a "Nome" of companies beside their contacts
        is_part = first is not None or not _has_several_words(columns[whole.column], 1 - MOSTLY)
        if part is not None and is_part and not _contains(columns[whole.column], columns[part.column]):
            return _as_field(chosen, whole, other, "beside a part of the name that it does not contain")
    if last is not None and whole is None and first is None and _are_in_list_order(columns[last.column]):
        return _as_field(chosen, last, "full_name", "most values are a family name, a comma and a given name")
    part = first or last
    if part is not None and whole is None and (first is None) != (last is None):
        left = {
            column for column in columns.keys() - {pair.column for pair in chosen} if not _is_about_no_person(column)
        }
        may_be_other = any(_may_be_names(columns[column], columns[part.column]) for column in left)
        if _is_any_name(part) and not may_be_other and _has_several_words(columns[part.column], MOSTLY):
            return _as_field(chosen, part, "full_name", "most values have several words, and there is no other name")
    return chosen


def with_family_names(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs, with the family name of a list that has only given names: what the email addresses spell.

    A header that no table knows, such as "AP_PATERNO", must not cost each person's name.

    >>> columns = {"Given": ["Ada", "Bo"], "X": ["Berg", "Hale"], "Mail": ["ada.berg@a.example", "b.hale@b.example"]}
    >>> keys = {"Given": "first_name", "Mail": "email"}
    >>> given = [Pair(column, key, "", rounded_suggestion(0.9, "")) for column, key in keys.items()]
    >>> [(pair.column, pair.key) for pair in with_family_names(given, columns)]
    [('Given', 'first_name'), ('X', 'last_name'), ('Mail', 'email')]
    """
    by_key = {pair.key: pair for pair in chosen}
    given, email = by_key.get("first_name") or by_key.get("full_name"), by_key.get("email")
    if given is None or email is None or "last_name" in by_key or ("first_name" in by_key and "full_name" in by_key):
        return chosen
    if not are_given_names(names := columns[given.column]):
        return chosen
    left = {column: columns[column] for column in columns.keys() - {pair.column for pair in chosen}}
    spelled = {
        column: _share_spelled(left[column], names, columns[email.column])
        for column in columns_of_family_names(left, names)
        if _OF_BRANCHES.isdisjoint(words(column))
    }
    found = _with_spelled(chosen, columns, spelled, "last_name", " beside the given name")
    return chosen if found is chosen else _as_field(found, given, "first_name", given.suggestion.reason)


def with_given_names(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs, with the given name of a list that has only family names: what the email addresses spell.

    >>> columns = {"Kutsumanimi": ["Aino", "Eero"], "Family": ["Berg", "Hale"], "Mail": ["aino.berg@a.fi", "e@b.fi"]}
    >>> pairs = [Pair(*each, "", rounded_suggestion(0.9, "")) for each in (("Family", "last_name"), ("Mail", "email"))]
    >>> [(pair.column, pair.key) for pair in with_given_names(pairs, columns)]
    [('Kutsumanimi', 'first_name'), ('Family', 'last_name'), ('Mail', 'email')]
    """
    by_key = {pair.key: pair for pair in chosen}
    if not {"last_name", "email"} <= by_key.keys() or not by_key.keys().isdisjoint(("first_name", "full_name")):
        return chosen
    names, emails = columns[by_key["last_name"].column], columns[by_key["email"].column]
    spelled = {
        column: _share_spelled(values, names, emails)
        for column, values in columns.items()
        if column not in {pair.column for pair in chosen}
        and _OF_BRANCHES.isdisjoint(words(column))
        and not _is_about_no_person(column)
        and looks(sample(values))["one_name"] >= HALF
        and len({*map(str, sample(values))}) >= HALF * len(sample(values))
    }
    return _with_spelled(chosen, columns, spelled, "first_name", " beside the family name")


def with_whole_names(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs, with the names of a list that has none: what the addresses spell below a header of names.

    An address spells given and family name, or the initial of one: ada.berg@ is not the one of Mia Berg, her child.

    >>> columns = {"Attorney Name": ["Ada Berg", "Bo Hale"], "Mail": ["aberg@a.example", "bo.hale@b.example"]}
    >>> given = [Pair("Mail", "email", "", rounded_suggestion(0.9, ""))]
    >>> [(pair.column, pair.key) for pair in with_whole_names(given, columns)]
    [('Attorney Name', 'full_name'), ('Mail', 'email')]
    """
    emails = [columns[pair.column] for pair in chosen if pair.key == "email"]
    if not emails or not NAMES.isdisjoint(pair.key for pair in chosen):
        return chosen
    spelled = {
        column: share_of_spelled(values, emails[0])
        for column, values in columns.items()
        if not qualifiers("any_name").isdisjoint(words(column))
        and column not in {pair.column for pair in chosen}
        and not _is_about_no_person(column)
        and _has_several_words(values, MOSTLY)
    }
    return _with_spelled(chosen, columns, spelled, "full_name")


def with_addresses(
    chosen: list[Pair], columns: Mapping[str, Sequence[Any]], fields: Mapping[str, LeadField]
) -> list[Pair]:
    """Return the pairs, with the email addresses of a list that has none: its only column of nothing but addresses.

    A column of a few addresses is that of colleagues, and so is one that is called so.

    >>> mails = {"Ablage": ["ada@a.example", "bo@b.example", "cy@c.example"], "Name": ["Ada Berg", "Bo Hale", "Cy Orr"]}
    >>> [pair.column for pair in with_addresses([], mails, {"email": LeadField("email", "email", builtin=True)})]
    ['Ablage']
    """
    if "email" not in fields or any(pair.key in {"email", "owner_email"} for pair in chosen):
        return chosen
    taken = {pair.column for pair in chosen}
    given = {column: sample(values) for column, values in columns.items() if column not in taken}
    found = [column for column, values in given.items() if values and looks(values)["email"] == 1]
    if len(found) != 1 or is_about_another(found[0], fields["email"]) or fold_name(found[0]) in usual_names():
        return chosen
    if len({str(value).casefold() for value in given[found[0]]}) < MOSTLY * len(given[found[0]]):
        return chosen
    why = rounded_suggestion(SURE_ENOUGH, "the only column of email addresses, which are all that it has")
    order = {column: place for place, column in enumerate(columns)}
    return sorted([*chosen, Pair(found[0], "email", "", why)], key=lambda pair: order[pair.column])


def with_signs_of_countries(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs, with a country in signs of vehicles that the phones and addresses of the rows prove.

    >>> columns = {"Pays": ["D", "A"], "Tel": ["+49 30 901820", "+43 1 901820"]}
    >>> [(pair.column, pair.converter) for pair in with_signs_of_countries([], columns)]
    [('Pays', 'country:vehicle')]
    """
    mapped = {pair.column for pair in chosen}
    named = [column for column in columns if column not in mapped and named_field(column)[0] == "country"]
    if len(named) != 1 or "country" in {pair.key for pair in chosen}:
        return chosen
    [column] = named
    if named_field(column)[1] < _CLEAR or not are_signs_of_rows(
        columns[column], [cells for other, cells in columns.items() if other != column]
    ):
        return chosen
    why = rounded_suggestion(_SPELLED, "signs of vehicles, as the phones and addresses beside them show")
    places = {each: place for place, each in enumerate(columns)}
    found = Pair(column, "country", "country:vehicle", why)
    return sorted([*chosen, found], key=lambda pair: places[pair.column])


def _with_spelled(
    chosen: list[Pair], columns: Mapping[str, Sequence[Any]], spelled: Mapping[str, float], key: str, beside: str = ""
) -> list[Pair]:
    """Return the pairs, with the column whose values most addresses spell; as they are if few do."""
    column = max(spelled, key=lambda each: spelled[each], default=None)
    if column is None or spelled[column] < SOME:
        return chosen
    why = rounded_suggestion(_SPELLED, f"{spelled[column]:.0%} of the email addresses spell it{beside}")
    places = {each: place for place, each in enumerate(columns)}
    return sorted([*chosen, Pair(column, key, "", why)], key=lambda pair: places[pair.column])


def share_of_spelled(names: Sequence[Any], emails: Sequence[Any]) -> float:
    """Return the share of the addresses that spell the first and the last word of the name of the row."""
    rows = [
        ([fold_name(word) for word in str(name).split()], fold_name(str(email).partition("@")[0]))
        for name, email in islice(zip(names, emails, strict=True), SAMPLE)
        if not is_blank(name) and not is_blank(email)
    ]
    return sum(_spells(local, *parts) for parts, local in rows) / len(rows) if rows else 0.0


def _spells(local: str, first: str = "", *others: str) -> bool:
    """Return whether a local part is the first and the last word of a name, or one of them and an initial.

    >>> [_spells(local, "ada", "king", "berg") for local in ("adaberg", "bergada", "aberg", "adab", "akberg", "berg")]
    [True, True, True, True, True, False]
    """
    last = others[-1] if others else ""
    initials = first[:1] + "".join(word[:1] for word in others[:-1])
    forms = {first + last, last + first, first[:1] + last, last + first[:1], first + last[:1], initials + last}
    return bool(last) and (local in forms or (first in local and last in local))


def are_given_names(names: Sequence[Any]) -> bool:
    """Return whether most names of a list are one word, in a script with spaces: whole names have two."""
    return not _has_several_words(names, HALF) and not any(width(str(name)) > len(str(name)) for name in sample(names))


def columns_of_family_names(columns: Mapping[str, Sequence[Any]], given: Sequence[Any]) -> list[str]:
    """Return the columns that may have the family names beside given ones, by their values."""
    return [
        column for column, values in columns.items() if not _is_about_no_person(column) and _may_be_names(values, given)
    ]


def _share_spelled(values: Sequence[Any], given: Sequence[Any], emails: Sequence[Any]) -> float:
    """Return the share of the addresses that have a value of the row in their local part, and not that alone."""
    rows = [
        (fold_name(str(value)), fold_name(str(name)), fold_name(str(email).partition("@")[0]))
        for value, name, email in islice(zip(values, given, emails, strict=True), SAMPLE)
        if not any(map(is_blank, (value, name, email)))
    ]
    found = [len(value) >= SHORTEST and value in local and name not in value for value, name, local in rows]
    are_logins = sum(value == local for value, _, local in rows) > len(rows) * HALF
    return 0.0 if are_logins or not rows else sum(found) / len(rows)


def _is_any_name(pair: Pair) -> bool:
    """Return whether a name may be that of a part or of the whole: a "Nombre", also in two languages."""
    parts = (pair.column, *re.split("[/|]", pair.column))
    return any(without_neutral(part, pair.key) in qualifiers("any_name") for part in parts)


def _may_be_names(values: Sequence[Any], names: Sequence[Any]) -> bool:
    """Return whether values of one word are as different as names are, rather than a few kinds, codes or jobs."""
    given = sample(values)
    look = looks(given)
    if look["one_name"] < HALF or look["code"] >= HALF or share_of("job", given, look) >= SOME:
        return False
    if any(len(str(value).split()) > _LONGEST_NAME for value in given):
        return False  # a message
    distinct = len({*map(str, given)})
    if distinct * _MOST_OF_ONE_NAME < len(given):
        return False  # kinds of anything
    return distinct >= MOSTLY * len({*map(str, sample(names))})


def _is_about_no_person(column: str) -> bool:
    is_field = named_field(column)[0] not in {"", *NAMES} or not names_of_things().isdisjoint(words(column))
    return is_field or any(
        not qualifiers(kind).isdisjoint(subjects(column)) for kind in ("region", "other", "part", "whole")
    )


def _has_several_words(names: Sequence[Any], share: float) -> bool:
    """Return whether at least a share of the names that are not blank have several words."""
    counts = [len(str(name).replace(",", " ").split()) for name in sample(names)]
    return bool(counts) and sum(count > 1 for count in counts) >= share * len(counts)


def _are_in_list_order(names: Sequence[Any]) -> bool:
    """Return whether most names are a family name, a comma and a given name: "LOVELACE,ADA", and not "Smith, Jr."."""
    given = sample(names)
    found = (_LIST_ORDER.fullmatch(str(name).strip()) for name in given)
    return bool(given) and sum(each is not None for each in found) >= MOSTLY * len(given)


def _contains(wholes: Sequence[Any], parts: Sequence[Any]) -> bool:
    """Return whether more than a fifth of the names contain the part in the same row; also if there are none."""
    both = ((name, part) for name, part in zip(wholes, parts, strict=True) if not is_blank(name) and not is_blank(part))
    named = [(str(name).casefold().strip(), str(part).casefold().strip()) for name, part in islice(both, SAMPLE)]
    named = [(name, part) for name, part in named if name != part]  # "N." and "N." stand for no name
    return not named or sum(part in name for name, part in named) * 5 > len(named)


def _as_field(chosen: list[Pair], changed: Pair, key: str, reason: str) -> list[Pair]:
    why = rounded_suggestion(changed.suggestion.confidence, reason)
    return [Pair(pair.column, key, "", why) if pair is changed else pair for pair in chosen]
