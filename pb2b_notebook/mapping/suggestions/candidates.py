"""Pair a column with each field that it may be, by its name and by what its values look like."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pb2b_notebook.mapping.cells.postcodes import part_postcode
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.mapping.suggestions.grammar import is_postcode_and_city
from pb2b_notebook.mapping.suggestions.headers import OF_LINKS, SHORTEST, Named, by_name, is_about_another, width
from pb2b_notebook.mapping.suggestions.recognition import fit, looks, sample
from pb2b_notebook.mapping.vocabulary import OF, qualifiers, synonyms
from pb2b_notebook.openapi.import_cells import is_blank

SURE_ENOUGH: Final = 0.5
"""Lowest confidence of a column that is mapped."""
_OWN: Final = 0.96
"""Confidence of a column that has the name of a field of the workspace: no usual name of another field goes before."""
_CLEAR: Final = 0.85
"""Least confidence of a column that goes before one with few values."""
_TIMES_AS_MANY: Final = 10
_SHORTEST_WORD: Final = 2
"""Letters up to which a word says nothing: "F1", "CC"."""
MOSTLY, HALF, SOME = 0.8, 0.5, 0.2
"""Shares of the values of a sample."""
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
# Values that look like those of a field, and are something else: a column "URL" of profiles, a column "Title" of "Dr.".
_RIVAL_FORMS: Final = {
    "website": ("linkedin", "linkedin_company"),
    "title": ("honorific",),
    "linkedin_url": ("linkedin_company",),
    "city": ("address", "has_digit", "code", "country", "path"),
    "external_id": ("prose",),
    "company_name": ("code_number",),
    "industry": ("code_number",),
    "seniority": ("has_digit",),
    "source": ("digits", "flag", "date", "country"),
    "tags": ("digits", "date", "weekday"),
    "phone": ("fraction",),
}
# Values that a field never has: half of them prove that the column is another.
_FOREIGN_FORMS: Final = {
    "title": ("legal_form", "access_role"),
    "full_name": ("legal_form", "trade", "digit_in_name", "country", "way_of_contact"),
    "first_name": ("legal_form",),
    "last_name": ("legal_form",),
    "industry": ("direction",),
    "phone": ("date_or_number",),
    "city": ("meeting",),
}
_SCHEME: Final = re.compile(r"\s*(https?://)?")
_SOME_PLACES: Final = 10
"""Different places that show what they are."""
OF_CODES: Final = frozenset({"id", "ids", "code", "iban", "isbn", "ean", "gtin", "sku", "ref"})
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


def best_pairs(pairs: Sequence[Pair], columns: Mapping[str, Sequence[Any]]) -> dict[str, Pair]:
    """Return the best pairs, by column; a column without values, or nearly so, gives way to one with values."""
    # Sorting is stable: pairs of equal confidence stay in the order of columns, then fields.
    empty = {column for column, values in columns.items() if not sample(values)}
    few = _pairs_of_few_values(pairs, columns)
    chosen: dict[str, Pair] = {}
    taken: set[str] = set()
    order = {pair: (pair.column in empty, pair in few, -pair.suggestion.confidence) for pair in pairs}
    for pair in sorted(pairs, key=order.__getitem__):
        if pair.suggestion.confidence >= SURE_ENOUGH and pair.column not in chosen and pair.key not in taken:
            chosen[pair.column] = pair
            taken.add(pair.key)
    return chosen


def _pairs_of_few_values(pairs: Sequence[Pair], columns: Mapping[str, Sequence[Any]]) -> set[Pair]:
    """Return the pairs of columns with few values, where another column with many has nearly as usual a name.

    In an export of two sources joined, "Company" has three values, and "Firma" those of all rows.
    """
    named: defaultdict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        if pair.suggestion.confidence >= _CLEAR:
            named[pair.key].append(pair)
    found = set()
    for rivals in (group for group in named.values() if len(group) > 1):
        filled = {pair: sum(not is_blank(value) for value in columns[pair.column]) for pair in rivals}
        fullest = max(filled.values())
        found |= {pair for pair, count in filled.items() if count * _TIMES_AS_MANY <= fullest}
    return found


def pairs_of(column: str, values: Sequence[Any], fields: Mapping[str, LeadField]) -> Iterator[Pair]:
    """Yield the pairs of one column, of any confidence.

    Args:
        column: Name by which the column is judged.
        values: Sample of its values, without blanks.
        fields: Lead fields of the workspace, by key.
    """
    look = looks(values)
    for field in fields.values():
        named = by_name(column, field)
        pair = (
            _by_name_and_content(column, values, field, named, look)
            if named
            else _by_content(column, values, field, look)
        )
        if pair is not None:
            yield pair


def _by_name_and_content(
    column: str, values: Sequence[Any], field: LeadField, named: Named, look: Mapping[str, float]
) -> Pair | None:
    """Return the pair for a name that indicates the field; the values raise or lower its confidence."""
    is_unsure = named.needs_form or named.needs == "above_five"  # an empty "Rating" may be one in stars
    if (is_unsure and not values) or (named.needs_form and field.type == "text" and not field.options):
        return None
    if named.is_doubtful and field.builtin and look.get(_FORM_OF.get(field.key, ""), 0) < MOSTLY:
        return None  # a "City of departure" is not the lead's, and its values do not show it
    if field.builtin and field.key == "city" and is_postcode_and_city(column):
        values = [part[1] if (part := part_postcode(str(value))) else value for value in values]
        look = looks(values)
    if not values:
        why = rounded_suggestion(named.weight * 0.9, f"{named.reason}; the column has no values yet")
        return Pair(column, field.key, "", why)
    if _is_refuted(field, named, look, values) or _names_companies(column, field, look):
        return None
    best = fit(values, field)
    share = min(best.share, 1 - _share_of_others(field, values, look))
    least = MOSTLY if field.type == "select" else HALF  # a "Status" of "new" and "denied" is that of a request
    # The workspace's own field has this very name, and some values fit it: the others are set aside and reported.
    is_own = named.is_own and not field.builtin and share > 0
    if share < least and not is_own and (share < best.share or field.type not in {"email", "phone"}):
        return None  # most values are of another kind: a "Location" of links to meetings is not a city
    if field.key == "linkedin_url":
        share = _share_of_profiles(share, look)
    if field.type == "phone":
        # A number without its country is one too: it gets its country when the list is normalized.
        share = max(share, look["national_phone"])
    if field.type == "email":
        # So is "E: ada@nord.example; info@nord.example": the cell holds one.
        share = max(share, look["has_email"])
    doubt = "" if share == 1 else f"; {share:.0%} of the values fit it"
    weight = max(named.weight * (0.4 + 0.6 * share), _OWN if is_own else 0)
    return Pair(column, field.key, best.converter, rounded_suggestion(weight, named.reason + doubt))


def _share_of_others(field: LeadField, values: Sequence[Any], look: Mapping[str, float]) -> float:
    """Return the share of the values that have a form which the field does not have, or has rarely."""
    forms = _forms_of_others(field)
    if field.builtin and field.key == "city" and len(different := [*dict.fromkeys(map(str, values))]) >= _SOME_PLACES:
        # One word for an unknown place may be in most rows, and hide that the others have a country each.
        rare = looks(different)
        return max(*(look[form] for form in forms), *(rare[form] for form in _RIVAL_FORMS["city"]))
    return max((look[form] for form in forms), default=0.0)


def _forms_of_others(field: LeadField) -> tuple[str, ...]:
    """Return the forms of values that a field does not have, or has rarely."""
    rivals = _RIVAL_FORMS.get(field.key, ()) if field.builtin else ()
    return (*rivals, *_FOREIGN_TO_TEXT) if field.type == "text" and not field.options and _is_prose(field) else rivals


def _is_refuted(field: LeadField, named: Named, look: Mapping[str, float], values: Sequence[Any]) -> bool:
    """Return whether the values are not those that the name indicates."""
    foreign = _FOREIGN_FORMS.get(field.key, ()) if field.builtin else ()
    # A "Name" of "Room 12" is left, but the lead field's own name is believed: full_name "Lead 12", of a trial.
    if named.refuted_by and look[named.refuted_by] >= (SOME if named.refuted_by == "joined" else MOSTLY):
        return True
    is_foreign = any(look[form] >= HALF for form in foreign if not (named.is_own and "digit" in form))
    if field.builtin and field.key == "owner_email" and _are_strangers(values):
        return True
    if field.builtin and _are_codes(field.key, values, look):
        return True
    return is_foreign or (bool(named.needs) and share_of(named.needs, values, look) < SOME)


def _names_companies(column: str, field: LeadField, look: Mapping[str, float]) -> bool:
    """Return whether some values of a "Client name" are companies: then most of the others may be companies, too."""
    is_client = field.builtin and field.key == "full_name" and fold_name(column) in qualifiers("client")
    return is_client and sum(look[form] for form in ("legal_form", "trade", "code")) >= SOME


def _are_codes(key: str, values: Sequence[Any], look: Mapping[str, float]) -> bool:
    """Return whether values are codes of something else: "PG" plays in a team, "CEO" works; "A" and "B" are groups."""
    if key == "title":
        return look["code"] >= HALF and share_of("job", values, look) < SOME
    return key == "company_name" and look["two_letters"] >= MOSTLY and len({*map(str, values)}) * 4 <= len(values)


def share_of(form: str, values: Sequence[Any], look: Mapping[str, float]) -> float:
    """Return the share of the values of a form: one of ``look``, "job", "channel" or "many_hosts"."""
    if form == "many_hosts":
        return float(_has_many_hosts(values))
    if form not in {"job", "channel"}:
        return look[form]
    stems = qualifiers(f"{form}s")
    folded = [fold_name(str(value)) for value in values]
    share = sum(any(stem in text for stem in stems) for text in folded) / len(folded)
    return max(look["seniority"], share) if form == "job" else share


def _are_strangers(values: Sequence[Any]) -> bool:
    """Return whether most addresses have a domain of their own: owners of businesses or pets, not those of leads."""
    emails = {str(value).casefold().strip(" <>()") for value in values if "@" in str(value)}
    return len(emails) > 2 and len({email.rpartition("@")[2] for email in emails}) * 2 > len(emails)  # noqa: PLR2004


def _by_content(column: str, values: Sequence[Any], field: LeadField, look: Mapping[str, float]) -> Pair | None:
    """Return the pair that the values alone indicate, if the name indicates nothing."""
    if not values:
        return None
    if not field.builtin and field.options:
        return _by_options(column, values, field)
    for form, key, weight, what in _BY_FORM:
        is_form = field.builtin and field.key == key and look[form] >= MOSTLY
        if form == "country" and look["flag"] >= HALF:
            continue  # "SI" and "NO" are the codes of Slovenia and Norway, and answers
        if is_form and not _is_named_otherwise(column, values, field):
            reason = f"{look[form]:.0%} of the values look like {what}"
            share = _share_of_profiles(look[form], look) if form == "linkedin" else look[form]
            return Pair(column, key, fit(values, field).converter, rounded_suggestion(weight * share, reason))
    return None


def _share_of_profiles(share: float, look: Mapping[str, float]) -> float:
    """Return the share that counts: a column of profiles goes before one of Sales Navigator's, which few can open."""
    return share - SOME * look["linkedin_paid"]


def _is_named_otherwise(column: str, values: Sequence[Any], field: LeadField) -> bool:
    """Return whether a name says that a column holds something else, although its values have the field's form.

    Such as a "Nationality" of countries, a "Card" of digits, the "Clerk" whose address is in each row, an "Event URL",
    and links within one site.
    """
    about = set(words(column))
    if is_about_another(column, field) or (field.key == "phone" and about & OF_CODES):
        return True
    if field.key == "website" and ((about & OF_LINKS and about - OF_LINKS) or not _has_many_hosts(values)):
        return True
    return field.key != "linkedin_url" and not _may_name(column, field)


def _may_name(column: str, field: LeadField) -> bool:
    """Return whether a name says nothing, or has a usual name of the field within a longer word: "Mobilszám"."""
    parts = [word.rstrip("0123456789") for word in words(column)]
    if OF.issuperset(parts):
        return False  # a "To" of phone numbers
    if _says_nothing(parts):
        return True
    name, usual = fold_name(column), synonyms()[field.key]
    if name in synonyms()["full_name"]:
        return field.key in {"email", "phone"}  # a "Contact" of addresses
    if field.key != "country" and any(part in name and width(part) >= SHORTEST for part in usual):
        return True  # but a "Geburtsland" is another country
    return any(word.startswith(part) and width(part) > _SHORTEST_WORD for word in words(column) for part in usual)


def _says_nothing(parts: Iterable[str]) -> bool:
    """Return whether the words of a name say nothing: "Q7", "Column"."""
    return all(part.isascii() and (len(part) <= _SHORTEST_WORD or part in qualifiers("placeholder")) for part in parts)


def _has_many_hosts(values: Sequence[Any]) -> bool:
    """Return whether URLs are of several hosts, none of which has most of them, as websites of companies are."""
    hosts = Counter(_SCHEME.sub("", str(value).casefold(), count=1).partition("/")[0] for value in values)
    return max(hosts.values()) * 2 <= len(values)


def _by_options(column: str, values: Sequence[Any], field: LeadField) -> Pair | None:
    few = len({str(value) for value in values}) < 2  # noqa: PLR2004 - a single value proves nothing
    if few or (best := fit(values, field, MOSTLY)).share < MOSTLY:
        return None
    reason = f"{best.share:.0%} of the values are options of the field"
    is_short = max(map(len, field.options)) == 1
    if is_short and not _says_nothing(words(column)):
        return None  # the A and B of a "STATUS_CLIE" are "activo" and "baja", those of an "Interest" its kind
    weight = 0.55 if is_short else 0.7
    return Pair(column, field.key, best.converter, rounded_suggestion(weight * best.share, reason))


def rounded_suggestion(confidence: float, reason: str) -> Suggestion:
    """Return a suggestion whose confidence has two decimals."""
    return Suggestion(round(confidence, 2), reason)


def _is_prose(field: LeadField) -> bool:
    """Return whether a field holds text about people and companies, rather than ids or dates of any form."""
    return field.builtin and field.key not in {"external_id", "company_domain", "source", "merged_into"}
