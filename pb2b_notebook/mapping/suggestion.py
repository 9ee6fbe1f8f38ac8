"""Suggest which column is which field, by its name in several languages and by what its values look like.

Every pair of a column and a field gets a confidence. The best pairs are chosen first; each column and each field is
chosen once.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from importlib import resources
from itertools import islice, pairwise
from typing import Any, Final

from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name, likeness, words
from pb2b_notebook.mapping.recognition import SAMPLE, fit, looks, sample
from pb2b_notebook.openapi.import_cells import is_blank

SURE_ENOUGH: Final = 0.5
"""Lowest confidence of a column that is mapped."""

_SYNONYM, _LIKE, _BARE, _BOTH, _TURNED, _TAIL, _HEAD, _PART = 0.95, 0.9, 0.88, 0.88, 0.85, 0.75, 0.6, 0.6
_WHOLE_OR_PART: Final = 0.94
_ALIKE: Final = 0.9
_SHORTEST: Final = 4
"""Letters that a name needs to be compared by similarity: short names are all alike."""
_SHORTEST_WORD: Final = 2
"""Letters up to which a word says nothing: "F1", "CC"."""
_MOSTLY: Final = 0.8
_HALF: Final = 0.5
_SOME: Final = 0.2

# Form of the values, the field that this form indicates, its weight, and its description. A column of host names may be
# anything; a LinkedIn URL is hardly anything else.
_BY_FORM: Final = (
    ("linkedin", "linkedin_url", 0.85, "LinkedIn URLs"),
    ("email", "email", 0.75, "email addresses"),
    ("country", "country", 0.7, "countries"),
    ("phone", "phone", 0.65, "phone numbers"),
    ("url", "website", 0.65, "web addresses"),
    ("host", "company_domain", 0.55, "host names"),
)
# The form that proves a field although a word of the name is not known: not an address, which may be another person's.
_FORM_OF: Final = {"phone": "national_phone", "website": "url", "linkedin_url": "linkedin"}
# The kind of usual names that mean something else, too, and the form of values that shows what they mean here.
_SEVERAL_MEANINGS: Final = {
    "seniority": ("level", "seniority"),
    "title": ("part", "job"),
    "phone": ("messenger", "national_phone"),
    "website": ("page", "many_hosts"),
    "score": ("rating", "above_five"),
    "source": ("origin", "channel"),
}
_PARTS_OF_NAMES: Final = frozenset({"first_name", "last_name"})
_NAMES: Final = _PARTS_OF_NAMES | {"full_name"}
_IDENTIFYING: Final = frozenset({"email", "full_name", "last_name"})
# "Name" at the end of a longer name is the name of anything.
_NEVER_LAST: Final = frozenset({"full_name"})
# Names of a city in one language and of anything in another: the language, and another name of the city.
_CITIES: Final = {"by": ("danish", "bynavn"), "grad": ("croatian", "mjesto")}
_PARTS_OF_ADDRESSES: Final = frozenset(
    {"city", "country", "email", "owner_email", "website", "company_domain", "linkedin_url"}
)
# At its beginning, the noun is another: a "Contact date", a "Company type", a "Nome utente".
_NEVER_FIRST: Final = frozenset({"full_name", "first_name", "last_name", "company_name", "title"})
_OF: Final = frozenset(
    {"of", "in", "en", "at", "on", "for", "to", "from", "by", "von", "bei", "im", "fur", "de", "du", "des", "del", "di"}
    | {"della", "dell", "nella", "nell", "da", "das", "do", "dos", "na", "em", "van", "voor", "bij", "av", "pa", "hos"}
    | {"w", "dla", "в", "на", "для", "от"}
)
"""Words behind which the noun of a name does not stand: "Position in company" is a position."""
# Words that many fields have in common: they do not identify a field.
_GENERIC: Final = frozenset(
    {"address", "code", "date", "id", "name", "number", "page", "text", "time", "type", "url", "value"}
)
# Kinds of words that make a longer name that of something else, only for some fields.
_ABOUT_ANOTHER: Final = {
    "city": ("elsewhere", "wanted"),
    "country": ("elsewhere", "region", "wanted"),
    "email": ("copy",),
    "industry": ("wanted",),
    "title": ("wanted",),
}
# Values that look like those of a field, and are something else: a column "URL" of profiles, a column "Title" of "Dr.".
_RIVAL_FORMS: Final = {
    "website": ("linkedin", "linkedin_company"),
    "title": ("honorific",),
    "linkedin_url": ("linkedin_company",),
    "city": ("address", "has_digit", "code", "country"),
    "external_id": ("prose",),
    "company_name": ("code_number",),
    "industry": ("code_number",),
    "seniority": ("has_digit",),
    "source": ("digits", "flag", "date", "country"),
    "tags": ("digits", "date", "weekday"),
}
# Values that a field never has: half of them prove that the column is another.
_FOREIGN_FORMS: Final = {
    "title": ("legal_form", "access_role"),
    "full_name": ("legal_form", "trade", "has_digit", "country", "way_of_contact"),
    "first_name": ("legal_form",),
    "last_name": ("legal_form",),
}
_STEMS: Final = frozenset({"jobs", "channels"})
"""Kinds of qualifiers that are parts of values, not words of names."""
_SCHEME: Final = re.compile(r"\s*(https?://)?")
_OF_LINKS: Final = frozenset({"url", "urls", "link", "links", "href"})
_OF_CODES: Final = frozenset({"id", "ids", "code", "iban", "isbn", "ean", "gtin", "sku", "ref"})
# Forms that free text about people and companies does not have.
_FOREIGN_TO_TEXT: Final = (
    "email",
    "linkedin",
    "linkedin_company",
    "phone",
    "url",
    "datetime",
    "date",
    "digits",
    "flag",
)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Why a column was mapped as it was.

    Attributes:
        confidence: From 0 to 1; 1 if the column has the field's own name and all values convert.
        reason: Explanation for people, without any value.
    """

    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A column, a field that it may be, and why."""

    column: str
    key: str
    converter: str
    suggestion: Suggestion


@dataclass(frozen=True, slots=True)
class _Named:
    """What the name alone indicates.

    With ``needs_form`` it counts only if values have the field's type, and with ``needs`` if some look like that form:
    "legal_form" for the names of companies. With ``is_doubtful``, a word of the name is not known: "Recruiter email".
    With ``is_own``, it is the name of the field itself.
    """

    weight: float
    reason: str
    needs_form: bool = False
    needs: str = ""
    is_doubtful: bool = False
    is_own: bool = False


def suggest(
    columns: Mapping[str, Sequence[Any]],
    fields: Mapping[str, LeadField],
    skip: frozenset[str],
    beside: Iterable[str] = (),
) -> list[Pair]:
    """Suggest a field for each column, by names and values.

    Args:
        columns: Values by column.
        fields: Lead fields of the workspace, by key.
        skip: Keys of fields that only the service sets; columns of these names are left out.
        beside: Names of all columns of the list, if ``columns`` are only some of them.

    Returns:
        At most one pair for each column and each field, in the order of the columns, with a confidence of at least
        :data:`SURE_ENOUGH`.
    """
    own = {fold_name(name) for name in skip}
    of_fields = {fold_name(name) for field in fields.values() for name in (field.key, field.label, field.column)}
    named = names_among([*columns, *beside]) | _without_guests(columns)
    named |= _without_subject(columns)
    named |= {column: column for column in columns if fold_name(column) in of_fields}
    pairs: list[Pair] = []
    for column, values in columns.items():
        if fold_name(column) not in own:
            pairs += [replace(pair, column=column) for pair in _pairs(named[column], sample(values), fields)]
    pairs = _without_names_of_companies(_without_ids_of_others(_without_degrees(pairs, columns), columns), columns)
    chosen = _best(pairs, columns)
    pairs = [chosen[column] for column in columns if column in chosen]
    return _with_parts_of_names(pairs, columns) if {"full_name", *_PARTS_OF_NAMES} <= fields.keys() else pairs


def names_among(columns: Iterable[str]) -> dict[str, str]:
    """Return the name by which each column is judged, where the columns beside it show what its name means.

    A Bulgarian "Презиме" beside a "Фамилия" is the father's name. A "By" beside Danish names is the city, and so is a
    "Grad" beside Croatian ones.

    >>> names_among(["Име", "Презиме", "Фамилия"])["Презиме"], names_among(["Navn", "By"])["By"]
    ('middle name', 'bynavn')
    >>> names_among(["Име", "Презиме"])["Презиме"], names_among(["Song", "By"])["By"]
    ('Презиме', 'By')
    >>> names_among(["gname", "fname"]), names_among(["fname", "lname"])["fname"]
    ({'gname': 'given name', 'fname': 'family name'}, 'fname')
    """
    family, middle = (_qualifiers(kind) for kind in ("family", "family_or_middle"))
    parts = {column: {fold_name(column), *words(column)} for column in columns}
    has_family = any(
        part & family or (named_field(column)[0] == "last_name" and not part & middle) for column, part in parts.items()
    )
    folded = {fold_name(column) for column in parts}
    meanings = {
        city: name for city, (kind, name) in _CITIES.items() if any(part & _qualifiers(kind) for part in parts.values())
    }
    if has_family:
        meanings |= dict.fromkeys(middle, "middle name") | {fold_name("Име и презиме"): "Име"}
    elif {"gname", "fname"} <= folded:  # given and family
        meanings |= {"gname": "given name", "fname": "family name"}
    if folded.isdisjoint(_synonyms()["company_name"]) and any(map(_is_contact, parts)):
        meanings |= dict.fromkeys(_qualifiers("client"), "employer name")
    return {column: meanings.get(fold_name(column), column) for column in parts}


def _is_contact(column: str) -> bool:
    """Return whether a column names the person at a customer or a supplier, who then is a company."""
    name = fold_name(column)
    return name in _synonyms()["full_name"] and name not in _qualifiers("any_name") and not _is_name_or_company(column)


def _without_guests(columns: Mapping[str, Sequence[Any]]) -> dict[str, str]:
    """Return the names by which columns of guests and buyers are judged: a "Buyer name" is a name.

    Beside an attendee, or any column that names another person, all columns of the buyer are another person's.
    """
    guest = _qualifiers("guest")
    rest = {column: " ".join(word for word in words(column) if word not in guest) or "name" for column in columns}
    guests = {column for column in columns if not guest.isdisjoint(words(column))}
    kinds = {column: kind for column in guests if (kind := _kind(rest[column])) and _are_words(columns[column])}
    who = {word.removesuffix("s") for column in kinds for word in words(column) if word in guest}
    has_email = "email" in kinds.values()
    others = (_names_another(column, values, has_email) for column, values in columns.items() if column not in guests)
    if len(who) > 1 or any(others):
        return {column: f"guest {column}" for column in guests}
    return {column: rest[column] for column in kinds}


def _without_subject(columns: Iterable[str]) -> dict[str, str]:
    """Return the names without a word that says what each row is about: "pat_first_name" beside "pat_last_name".

    The word need not be known: all names and addresses of people begin with it.
    """
    people = [column for column in columns if _kind(column)]
    subjects = {words(column)[0] for column in people}
    if len(people) < 2 or len(subjects) != 1 or not subjects.isdisjoint(_known_words()):  # noqa: PLR2004 - a pair
        return {}
    return {column: " ".join(words(column)[1:]) for column in columns if words(column)[:1] == (*subjects,)}


def _names_another(column: str, values: Sequence[Any], has_email: bool) -> bool:
    """Return whether a column names a person; a bare "Email" is the guest's, unless the guest has one."""
    left = [word for word in words(column) if word not in _qualifiers("role") | _OF]
    is_role = not _qualifiers("role").isdisjoint(words(column))
    kind = _kind(" ".join(left) if is_role else column) if left else "name" if is_role else ""
    if not kind or (kind == "email" and not is_role and not has_email):
        return False
    return _are_words(values)


def _are_words(values: Sequence[Any]) -> bool:
    """Return whether values may be names or addresses: a "Member" may be "yes", and the "Guests" three."""
    look = looks(sample(values))
    return look["flag"] < _HALF and look["digits"] < _HALF


def _kind(column: str) -> str:
    """Return whether a column names a "name" or an "email"."""
    field = named_field(column)[0]
    return "name" if field in _NAMES else field if field == "email" else ""


def _without_ids_of_others(pairs: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without ids of a user, a list or a company, which many leads have.

    An id of many rows is that of a lead if the email address or the name repeats with it, as in a list of orders.
    """
    repeated = {pair.column for pair in pairs if pair.key == "external_id" and _repeats(sample(columns[pair.column]))}
    if not repeated:
        return pairs
    others = [pair for pair in pairs if pair.key != "external_id"]
    names = [pair.column for pair in _best(others, columns).values() if pair.key in _IDENTIFYING]
    of_leads = {column for column in repeated if any(_repeats_with(columns[column], columns[name]) for name in names)}
    return [pair for pair in pairs if pair.key != "external_id" or pair.column not in repeated - of_leads]


def _without_degrees(pairs: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without an empty title beside a salutation: a German "Titel" beside an "Anrede" is a "Dr."."""
    if not any(fold_name(column) in _qualifiers("salutation") for column in columns):
        return pairs
    titles = {"titel", "title", "titre", "titolo", "titulo"}
    degrees = {column for column in columns if fold_name(column).rstrip("0123456789") in titles}
    return [pair for pair in pairs if pair.key != "title" or pair.column not in degrees or sample(columns[pair.column])]


def _without_names_of_companies(pairs: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs without a whole name that begins with the company in most rows: a "Nom complet" of companies."""
    companies = {pair.column for pair in pairs if pair.key == "company_name" and pair.suggestion.confidence > _BOTH}
    doubtful = {
        pair.column
        for pair in pairs
        if pair.key == "full_name" and any(_begins_with(columns[pair.column], columns[each]) for each in companies)
    }
    return [pair for pair in pairs if pair.key != "full_name" or pair.column not in doubtful]


def _begins_with(names: Sequence[Any], companies: Sequence[Any]) -> bool:
    """Return whether most names begin with the company of the row."""
    rows = [
        (str(name).casefold().strip(), str(company).casefold().strip())
        for name, company in islice(zip(names, companies, strict=True), SAMPLE)
        if not is_blank(name) and not is_blank(company)
    ]
    return bool(rows) and sum(name.startswith(company) for name, company in rows) > len(rows) * _HALF


def _repeats_with(ids: Sequence[Any], names: Sequence[Any]) -> bool:
    """Return whether most ids have one name each."""
    rows = zip(ids, names, strict=True)
    both = ((str(id_), str(name)) for id_, name in rows if not is_blank(id_) and not is_blank(name))
    by_id: dict[str, set[str]] = {}
    for id_, name in islice(both, SAMPLE):
        by_id.setdefault(id_, set()).add(name.casefold().strip())
    return bool(by_id) and sum(len(found) == 1 for found in by_id.values()) >= _MOSTLY * len(by_id)


def _with_parts_of_names(chosen: list[Pair], columns: Mapping[str, Sequence[Any]]) -> list[Pair]:
    """Return the pairs, corrected where the columns beside a name show which part of it a column holds.

    A "Name" beside a "Vorname" that it does not contain is the family name. Beside a family name, it is the given name
    if it is one word: "Ada Lovelace" beside "Byron" is a whole name beside the name at birth. A "Nombre" of two words
    is the whole name, unless another column may hold the family name; so is a "Nom".
    """
    by_key = {pair.key: pair for pair in chosen}
    whole, first, last = (by_key.get(key) for key in ("full_name", "first_name", "last_name"))
    if whole is not None and (first is None) != (last is None):
        part, other = (first, "last_name") if first is not None else (last, "first_name")
        is_part = first is not None or not _has_several_words(columns[whole.column], 1 - _MOSTLY)
        if part is not None and is_part and not _contains(columns[whole.column], columns[part.column]):
            return _as_field(chosen, whole, other, "beside a part of the name that it does not contain")
    part = first or last
    if part is not None and whole is None and (first is None) != (last is None):
        may_be_whole = _without_neutral(part.column, part.key) in _qualifiers("any_name")
        left = {
            column for column in columns.keys() - {pair.column for pair in chosen} if not _is_about_no_person(column)
        }
        may_be_other = any(_may_be_names(columns[column], columns[part.column]) for column in left)
        if may_be_whole and not may_be_other and _has_several_words(columns[part.column], _MOSTLY):
            return _as_field(chosen, part, "full_name", "most values have several words, and there is no other name")
    return chosen


def _may_be_names(values: Sequence[Any], names: Sequence[Any]) -> bool:
    """Return whether values of one word are as different as names are, rather than a few kinds, codes or jobs."""
    given = sample(values)
    look = looks(given)
    if look["one_name"] < _HALF or look["code"] >= _HALF or _share_of("job", given, look) >= _SOME:
        return False
    return len({*map(str, given)}) >= _MOSTLY * len({*map(str, sample(names))})


def _is_about_no_person(column: str) -> bool:
    is_field = named_field(column)[0] not in {"", *_NAMES} or not _names_of_things().isdisjoint(words(column))
    return is_field or any(
        not _qualifiers(kind).isdisjoint(_subjects(column)) for kind in ("region", "other", "part", "whole")
    )


def _has_several_words(names: Sequence[Any], share: float) -> bool:
    """Return whether at least a share of the names that are not blank have several words."""
    counts = [len(str(name).split()) for name in sample(names)]
    return bool(counts) and sum(count > 1 for count in counts) >= share * len(counts)


def _contains(wholes: Sequence[Any], parts: Sequence[Any]) -> bool:
    """Return whether more than a fifth of the names contain the part in the same row; also if there are none."""
    both = ((name, part) for name, part in zip(wholes, parts, strict=True) if not is_blank(name) and not is_blank(part))
    named = [(str(name).casefold(), str(part).casefold().strip()) for name, part in islice(both, SAMPLE)]
    return not named or sum(part in name for name, part in named) * 5 > len(named)


def _as_field(chosen: list[Pair], changed: Pair, key: str, reason: str) -> list[Pair]:
    why = _suggestion(changed.suggestion.confidence, reason)
    return [Pair(pair.column, key, "", why) if pair is changed else pair for pair in chosen]


@cache
def named_field(column: str) -> tuple[str, float]:
    """Return the built-in field that a column name alone indicates, and the confidence from 0 to 1.

    >>> named_field("Telefon"), named_field("Kunde")
    (('phone', 0.95), ('', 0.0))
    """
    found = [(key, _by_name(column, LeadField(key))) for key in _synonyms()]
    sure = [(key, named.weight) for key, named in found if named and not (named.needs_form or named.needs)]
    return max(sure, key=lambda each: each[1], default=("", 0.0))


def _best(pairs: Sequence[Pair], columns: Mapping[str, Sequence[Any]]) -> dict[str, Pair]:
    """Return the best pairs, by column; a column without values gives way to one with values."""
    # Sorting is stable: pairs of equal confidence stay in the order of columns, then fields.
    empty = {column for column, values in columns.items() if not sample(values)}
    chosen: dict[str, Pair] = {}
    taken: set[str] = set()
    for pair in sorted(pairs, key=lambda pair: (pair.column in empty, -pair.suggestion.confidence)):
        if pair.suggestion.confidence >= SURE_ENOUGH and pair.column not in chosen and pair.key not in taken:
            chosen[pair.column] = pair
            taken.add(pair.key)
    return chosen


def _pairs(column: str, values: Sequence[Any], fields: Mapping[str, LeadField]) -> Iterator[Pair]:
    look = looks(values)
    for field in fields.values():
        named = _by_name(column, field)
        pair = (
            _by_name_and_content(column, values, field, named, look)
            if named
            else _by_content(column, values, field, look)
        )
        if pair is not None:
            yield pair


def _by_name_and_content(
    column: str, values: Sequence[Any], field: LeadField, named: _Named, look: Mapping[str, float]
) -> Pair | None:
    """Return the pair for a name that indicates the field; the values raise or lower its confidence."""
    if named.needs_form and (not values or (field.type == "text" and not field.options)):
        return None
    if named.is_doubtful and field.builtin and look.get(_FORM_OF.get(field.key, ""), 0) < _MOSTLY:
        return None  # a "City of departure" is not the lead's, and its values do not show it
    if not values:
        return Pair(
            column, field.key, "", _suggestion(named.weight * 0.9, f"{named.reason}; the column has no values yet")
        )
    if _is_refuted(field, named, look, values):
        return None
    best = fit(values, field)
    share = min(best.share, 1 - max((look[form] for form in _forms_of_others(field)), default=0.0))
    if share < _HALF and (share < best.share or field.type not in {"email", "phone"}):
        return None  # most values are of another kind: a "Location" of links to meetings is not a city
    if field.type == "phone":
        # A number without its country is one too: it gets its country when the list is normalized.
        share = max(share, look["national_phone"])
    if field.type == "email":
        # So is "E: ada@nord.example; info@nord.example": the cell holds one.
        share = max(share, look["has_email"])
    doubt = "" if share == 1 else f"; {share:.0%} of the values fit it"
    return Pair(
        column, field.key, best.converter, _suggestion(named.weight * (0.4 + 0.6 * share), named.reason + doubt)
    )


def _forms_of_others(field: LeadField) -> tuple[str, ...]:
    """Return the forms of values that a field does not have, or has rarely."""
    rivals = _RIVAL_FORMS.get(field.key, ()) if field.builtin else ()
    return (*rivals, *_FOREIGN_TO_TEXT) if field.type == "text" and not field.options and _is_prose(field) else rivals


def _is_refuted(field: LeadField, named: _Named, look: Mapping[str, float], values: Sequence[Any]) -> bool:
    """Return whether the values are not those that the name indicates."""
    foreign = _FOREIGN_FORMS.get(field.key, ()) if field.builtin else ()
    # A "Name" of "Room 12" is left, but the lead field's own name is believed: full_name "Lead 12", of a trial.
    is_foreign = any(look[form] >= _HALF for form in foreign if not (named.is_own and form == "has_digit"))
    if field.builtin and field.key == "owner_email" and _are_strangers(values):
        return True
    return is_foreign or (bool(named.needs) and _share_of(named.needs, values, look) < _SOME)


def _share_of(form: str, values: Sequence[Any], look: Mapping[str, float]) -> float:
    """Return the share of the values of a form: one of ``look``, "job", "channel" or "many_hosts"."""
    if form == "many_hosts":
        return float(_has_many_hosts(values))
    if form not in {"job", "channel"}:
        return look[form]
    stems = _qualifiers(f"{form}s")
    folded = [fold_name(str(value)) for value in values]
    share = sum(any(stem in text for stem in stems) for text in folded) / len(folded)
    return max(look["seniority"], share) if form == "job" else share


def _are_strangers(values: Sequence[Any]) -> bool:
    """Return whether most addresses have a domain of their own: owners of businesses or pets, not those of leads."""
    emails = {str(value).casefold().strip() for value in values if "@" in str(value)}
    return len(emails) > 2 and len({email.rpartition("@")[2] for email in emails}) * 2 > len(emails)  # noqa: PLR2004


def _repeats(values: Sequence[Any]) -> bool:
    """Return whether all rows have one value, or each value is in more than ten rows on average."""
    distinct = len(set(map(str, values)))
    return distinct == 1 < len(values) or distinct * 10 < len(values)


def _by_content(column: str, values: Sequence[Any], field: LeadField, look: Mapping[str, float]) -> Pair | None:
    """Return the pair that the values alone indicate, if the name indicates nothing."""
    if not values:
        return None
    if not field.builtin and field.options:
        return _by_options(column, values, field)
    for form, key, weight, what in _BY_FORM:
        is_form = field.builtin and field.key == key and look[form] >= _MOSTLY
        if is_form and not _is_named_otherwise(column, values, field):
            reason = f"{look[form]:.0%} of the values look like {what}"
            return Pair(column, key, fit(values, field).converter, _suggestion(weight * look[form], reason))
    return None


def _is_named_otherwise(column: str, values: Sequence[Any], field: LeadField) -> bool:
    """Return whether a name says that a column holds something else, although its values have the field's form.

    Such as a "Nationality" of countries, a "Card" of digits, the "Clerk" whose address is in each row, an "Event URL",
    and links within one site.
    """
    about = set(words(column))
    if _is_about_another(column, field) or (field.key == "phone" and about & _OF_CODES):
        return True
    if field.key == "website" and ((about & _OF_LINKS and about - _OF_LINKS) or not _has_many_hosts(values)):
        return True
    return field.key != "linkedin_url" and not _may_name(column, field)


def _may_name(column: str, field: LeadField) -> bool:
    """Return whether a name says nothing, or has a usual name of the field within a longer word: "Mobilszám"."""
    parts = [word.rstrip("0123456789") for word in words(column)]
    if all(part.isascii() and (len(part) <= _SHORTEST_WORD or part in _qualifiers("placeholder")) for part in parts):
        return True
    name, usual = fold_name(column), _synonyms()[field.key]
    if name in _synonyms()["full_name"]:
        return field.key in {"email", "phone"}  # a "Contact" of addresses
    if field.key != "country" and any(part in name and _width(part) >= _SHORTEST for part in usual):
        return True  # but a "Geburtsland" is another country
    return any(word.startswith(part) and _width(part) > _SHORTEST_WORD for word in words(column) for part in usual)


def _width(name: str) -> int:
    """Return the length of a name in letters; a syllable or an ideograph counts for two."""
    return sum(2 if unicodedata.east_asian_width(letter) == "W" else 1 for letter in name)


def _has_many_hosts(values: Sequence[Any]) -> bool:
    """Return whether URLs are of several hosts, none of which has most of them, as websites of companies are."""
    hosts = Counter(_SCHEME.sub("", str(value).casefold(), count=1).partition("/")[0] for value in values)
    return max(hosts.values()) * 2 <= len(values)


def _by_options(column: str, values: Sequence[Any], field: LeadField) -> Pair | None:
    best = fit(values, field)
    few = len({str(value) for value in values}) < 2  # noqa: PLR2004 - a single value proves nothing
    if best.share < _MOSTLY or few:
        return None
    reason = f"{best.share:.0%} of the values are options of the field"
    weight = 0.7 if max(map(len, field.options)) > 1 else 0.55
    return Pair(column, field.key, best.converter, _suggestion(weight * best.share, reason))


def _suggestion(confidence: float, reason: str) -> Suggestion:
    return Suggestion(round(confidence, 2), reason)


def _is_prose(field: LeadField) -> bool:
    """Return whether a field holds text about people and companies, rather than ids or dates of any form."""
    return field.builtin and field.key not in {"external_id", "company_domain", "source", "merged_into"}


def _by_name(column: str, field: LeadField) -> _Named | None:
    """Return the strongest indication that the name gives, if any."""
    name = fold_name(column)
    if not name:
        return None
    if name in {fold_name(field.key), fold_name(field.label), fold_name(field.column)}:
        return _Named(1.0, "name of the field", needs=_needed_form(name, field), is_own=True)
    known = _synonyms().get(field.key, {}) if field.builtin else {}
    if name in known:
        # A "Nome" is a given name, unless another column has a name of its own for that: then it is the whole name.
        weight = _WHOLE_OR_PART if field.key in _PARTS_OF_NAMES and name in _qualifiers("any_name") else _SYNONYM
        return _Named(weight, f"usual name for this field ({known[name]})", needs=_needed_form(name, field))
    if field.builtin and field.key == "full_name" and name in _qualifiers("any_name"):
        return _Named(_PART, "a name, of which another column has a part")
    return _by_words(column, name, field, known)


def _needed_form(name: str, field: LeadField) -> str:
    """Return the form that some values need for a usual name that also means anything else: a "Level", a "Role"."""
    kind, form = _SEVERAL_MEANINGS.get(field.key, ("", ""))
    return form if kind and field.builtin and name in _qualifiers(kind) else ""


def _by_words(column: str, name: str, field: LeadField, known: Mapping[str, str]) -> _Named | None:
    """Return the strongest indication that words of a longer name give, if any."""
    own = {fold_name(field.key): field.key, fold_name(field.label): field.label, **known}
    bare = _strip_joined(_without_neutral(column, field.key if field.builtin else ""), own)
    is_either = _is_either(column, own, field)
    is_two = field.builtin and not is_either and _is_two_fields(column)  # "Contact/Title" holds both
    if (
        bare
        and bare in own
        and not is_two
        and not (field.builtin and name in _usual_names())
        and not _is_address(column, field)
    ):
        return _Named(_BARE, f"usual name for this field ({own[bare]}), with a word that leaves its meaning")
    if is_either:
        return _Named(_BARE, "two usual names for this field")
    grammar = _BY_GRAMMAR.get(field.key) if field.builtin else None
    if grammar is not None and grammar[0](column):
        return grammar[1]
    if _is_of_another(column, field) or (field.builtin and _is_joined(column)):
        return None
    return _within(column, own, field) or _alike(column, name, own) or _part(column, field)


def _is_either(column: str, own: Mapping[str, str], field: LeadField) -> bool:
    """Return whether a name consists of usual names for the field: "Company / organization", "Country/Region"."""
    parts = _alternatives(column)
    beside = _qualifiers("territory") if field.builtin and field.key == "country" else frozenset()
    return len(parts) > 1 and parts[0] in own and all(part in own or part in beside for part in parts)


def _is_two_fields(column: str) -> bool:
    """Return whether a name consists of usual names for fields, joined by a sign or a word: "Name & title"."""
    joins = _qualifiers("and") | _qualifiers("or")
    separated = " ".join("/" if fold_name(word) in joins else word for word in column.split())
    parts = re.split(r"[/&+,・]", separated)
    return len(parts) > 1 and all(_without_neutral(part) in _usual_names() for part in parts)


def _is_joined(column: str) -> bool:
    """Return whether a name is that of two things: "Terms and email". A letter may be a word of another language."""
    joins = {word for word in _qualifiers("and") - _OF if len(word) > 1 or not word.isascii()}
    return not joins.isdisjoint(words(column)[1:-1])


def _is_name_or_company(column: str) -> bool:
    """Return whether a name says that the column is a company or a name: "Name/Firma", "Kunde"."""
    parts, known = set(_alternatives(column)), _synonyms()
    if fold_name(column) in _qualifiers("client"):
        return True
    return bool(parts & known["company_name"].keys()) and bool(parts & known["full_name"].keys())


@lru_cache(maxsize=4096)
def _alternatives(column: str) -> tuple[str, ...]:
    """Return the folded names between slashes and words for "or", without words that leave their meaning."""
    joins = _qualifiers("or")
    separated = " ".join("/" if fold_name(word) in joins else word for word in column.split())
    return tuple(_without_neutral(part) for part in re.split("[/・]", separated))


def _is_part_of_name(column: str, key: str) -> bool:
    """Return whether a name is that of a whole name, with the part of it behind: "お名前（姓）"."""
    parts, known = words(column), _synonyms()
    is_part = len(parts) > 1 and parts[-1] in known[key] and parts[-1] not in _qualifiers("any_name")
    return is_part and "".join(parts[:-1]) in known["full_name"]


def _is_name_of_person(column: str) -> bool:
    """Return whether a name is "name" and who has it: "Nome del referente", "Naam contactpersoon", "contactoNombre"."""
    parts = [word for word in words(column) if word not in _OF]
    both = ((parts[:1], parts[1:]), (parts[-1:], parts[:-1]))
    return any({*name} & _qualifiers("any_name") and "".join(who) in _synonyms()["full_name"] for name, who in both)


def _is_staff(column: str) -> bool:
    """Return whether a name consists of words for a count of employees: "Nº de trabalhadores", "Employer size"."""
    parts, staff = words(column), _qualifiers("staff")
    if parts[-1:] == ("size",) and "".join(parts[:-1]) in _synonyms()["company_name"]:
        return True
    return not staff.isdisjoint(parts) and staff.union(_qualifiers("number")).issuperset(parts)


def _is_last_contact(column: str) -> bool:
    """Return whether a name consists of words for the last contact and its date: "Data ostatniego kontaktu"."""
    parts = [word for word in words(column) if word not in _qualifiers("date") - _qualifiers("last")]
    last, contacted = _qualifiers("last"), _qualifiers("contacted")
    return len(parts) > 1 and parts[0] in last and parts[-1] in contacted and last.union(contacted).issuperset(parts)


def _is_id_of_person(column: str) -> bool:
    """Return whether a name is that of the id of a person, also in a program: "Donor ID", "Apollo Contact Id"."""
    parts = words(column)
    people = _qualifiers("leading") - _qualifiers("address") - {"badge"}
    owner = [word for word in parts[:-1] if word not in {*_qualifiers("neutral"), "unique"}]
    program = "".join(word for word in owner if word not in people)
    return parts[-1:] == ("id",) and bool(owner) and (not program or program in _qualifiers("program"))


def _is_of_another(column: str, field: LeadField) -> bool:
    """Return whether a longer name is that of something else, although a part of it names the field."""
    is_link = field.type == "text" and not _OF_LINKS.isdisjoint(words(column))  # a "Source URL" is not a source
    usual = field.builtin and (fold_name(column) in _usual_names() or _names_both(column) or _is_two_fields(column))
    return is_link or usual or _is_address(column, field) or (field.builtin and _is_about_another(column, field))


def _is_address(column: str, field: LeadField) -> bool:
    """Return whether a name says that the column is an address, and the field holds no part of one."""
    is_part = not field.builtin or field.key in _PARTS_OF_ADDRESSES
    return not is_part and not _qualifiers("address").isdisjoint(words(column))


def _is_about_another(column: str, field: LeadField) -> bool:
    """Return whether a word of a name says that the column is about something else than a field of the lead."""
    about = _subjects(column) - set(words(field.label))
    if any(_width(word[0]) > 1 and word in column for word in _qualifiers("relative")):
        return True
    kinds = [
        "other",
        "relative",
        *(["colleague"] if field.key != "owner_email" else []),
        *_ABOUT_ANOTHER.get(field.key, ()),
    ]
    return any(about & _qualifiers(kind) for kind in kinds)


def _subjects(column: str) -> set[str]:
    """Return the words of a name, and each two that a capital letter may have separated: "GitHub"."""
    parts = words(column)
    return {*parts, *(f"{first}{second}" for first, second in pairwise(parts))}


def _without_neutral(column: str, key: str = "") -> str:
    """Return a folded name without words that leave its meaning: "Contact City (work)" becomes "city"."""
    neutral = _qualifiers("neutral") if key in _NAMES else _qualifiers("neutral") | _qualifiers("workplace")
    parts = [word for word in words(column) if word not in neutral]
    noun = next((place for place, word in enumerate(parts) if word not in _qualifiers("leading")), 0)
    return "".join(parts[noun:])


def _strip_joined(name: str, own: Mapping[str, str]) -> str:
    """Return a folded name without what stands before its noun, joined to it: "联系人手机" becomes "手机"."""
    rest = name
    while rest not in own:
        before = max((part for part in _qualifiers("joined") if rest.startswith(part)), key=len, default="")
        rest = rest.removeprefix(before)
        if not before or len(rest) == 1:
            return name
    return rest


@lru_cache(maxsize=4096)
def _names_both(column: str) -> bool:
    """Return whether a name is made of a given and a family name: "Nachname, Vorname", "First/last name"."""
    joins = _qualifiers("and")
    parts = [word for word in words(column) if word not in _qualifiers("neutral") | _qualifiers("workplace")]
    # A "Name (first)" is the given name; "Name, Vorname" holds the family name as well.
    is_joined = not joins.isdisjoint(parts) or any(sign in column for sign in ",/&+")
    known = {key: frozenset(_synonyms()[key]) for key in ("first_name", "last_name", "full_name")}
    if is_joined:
        known["last_name"] |= {"name"}
    kinds, rest = set(), [word for word in parts if word not in joins]
    while rest:
        sizes = range(len(rest), 0, -1)
        found = [(key, size) for size in sizes for key, names in known.items() if "".join(rest[:size]) in names]
        if not found:
            return False
        key, size = found[0]
        kinds.add(key)
        rest = rest[size:]
    return {"first_name", "last_name"} <= kinds


def _within(column: str, own: Mapping[str, str], field: LeadField) -> _Named | None:
    """Match a part of a longer name: "Company phone" is a phone, because the last word is the noun."""
    parts = words(column)
    noun = next((place for place, word in enumerate(parts) if word in _OF), len(parts))
    key = field.key if field.builtin else ""
    tails = () if key in _NEVER_LAST else range(1 if noun == len(parts) else 0, noun)
    # A "Location friendly name" is a name, and a "Mitarbeiter-ID" an id.
    is_name = field.builtin and parts[noun - 1 : noun] in {("name",), ("id",)}
    heads = () if key in _NEVER_FIRST or is_name else range(noun - 1, 0, -1)
    for weight, cuts in ((_TAIL, tails), (_HEAD, heads)):
        for cut in cuts:
            part = "".join(parts[cut:noun] if weight == _TAIL else parts[:cut])
            if len(part) >= _SHORTEST and part in own and part not in _qualifiers("whole"):
                rest = parts[:cut] + parts[noun:] if weight == _TAIL else parts[cut:]
                return _Named(
                    weight,
                    f"contains a usual name for this field ({own[part]})",
                    # An "Email status" is one of anything: only values show that it is the status of a lead.
                    needs_form=key == "status",
                    needs=_needed_form(part, field),
                    is_doubtful=not _known_words().issuperset(rest),
                )
    return None


def _alike(column: str, name: str, own: Mapping[str, str]) -> _Named | None:
    if len(name) < _SHORTEST or name in own or _known_words().issuperset(words(column)):
        return None  # a "Contact info" is not a misspelled "Contact no"
    closest = get_close_matches(name, [usual for usual in own if len(usual) >= _SHORTEST], 1, _ALIKE)
    return _Named(_LIKE * likeness(closest[0], name), f"similar to the name {own[closest[0]]}") if closest else None


def _part(column: str, field: LeadField) -> _Named | None:
    """Match the words of the field's own name: in another order, or some of them if values can confirm it."""
    given = set(words(column))
    for own in (field.key, field.label):
        whole = set(words(own))
        if given == whole:
            return _Named(_TURNED, "words of the field's name in another order")
        if given < whole and given - _GENERIC:
            return _Named(_PART, "part of the field's name", needs_form=True)
    return None


@cache
def _qualifiers(kind: str) -> frozenset[str]:
    """Return the folded words of a kind: such as "neutral"."""
    text = resources.files("pb2b_notebook.mapping").joinpath("qualifiers.toml").read_text(encoding="utf-8")
    return frozenset(map(fold_name, tomllib.loads(text)[kind]))


@cache
def _synonyms() -> dict[str, dict[str, str]]:
    """Return, by field key, folded name → the name as written."""
    text = resources.files("pb2b_notebook.mapping").joinpath("synonyms.toml").read_text(encoding="utf-8")
    return {key: {fold_name(name): name for name in names} for key, names in tomllib.loads(text).items()}


@cache
def _known_words() -> frozenset[str]:
    """Return the words of which it is known what they say of a column: those of all fields and of all qualifiers."""
    text = resources.files("pb2b_notebook.mapping").joinpath("qualifiers.toml").read_text(encoding="utf-8")
    names = [name for kind, names in tomllib.loads(text).items() if kind not in _STEMS for name in names]
    names += [name for usual in _synonyms().values() for name in usual.values()]
    return _OF | _GENERIC | frozenset(word for name in names for word in words(name))


@cache
def _names_of_things() -> frozenset[str]:
    """Return the usual names of the fields that are not names of people."""
    return frozenset(name for key, names in _synonyms().items() if key not in _NAMES for name in names)


@cache
def _usual_names() -> frozenset[str]:
    return frozenset(name for names in _synonyms().values() for name in names)


# What the order of words indicates, by field.
_BY_GRAMMAR: Final[dict[str, tuple[Callable[[str], bool], _Named]]] = {
    "company_name": (_is_name_or_company, _Named(_TAIL, "names a company or a person", needs="legal_form")),
    "full_name": (
        lambda column: _names_both(column) or _is_name_of_person(column),
        _Named(_BOTH, "names the given and the family name, or a person"),
    ),
    "employee_count": (_is_staff, _Named(_SYNONYM, "names a count of employees")),
    "first_name": (partial(_is_part_of_name, key="first_name"), _Named(_BARE, "a name, with its part")),
    "last_name": (partial(_is_part_of_name, key="last_name"), _Named(_BARE, "a name, with its part")),
    "last_contacted_at": (_is_last_contact, _Named(_SYNONYM, "names the last contact")),
    "external_id": (_is_id_of_person, _Named(_BARE, "id of a person, in this or another program")),
}
