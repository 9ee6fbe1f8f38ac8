"""Judge which field the name of a column alone indicates, and how surely."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from typing import Final

from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name, likeness, words
from pb2b_notebook.mapping.suggestions.abbreviations import expansions
from pb2b_notebook.mapping.suggestions.grammar import (
    below_head,
    is_beside_unknown,
    is_either,
    is_id_of_person,
    is_joined,
    is_last_contact,
    is_name_of_company,
    is_name_of_person,
    is_name_or_company,
    is_part_of_name,
    is_postcode_and_city,
    is_staff,
    is_two_fields,
    names_both,
    plain_header,
    strip_joined,
    subjects,
    without_neutral,
)
from pb2b_notebook.mapping.vocabulary import (
    GENERIC,
    OF,
    PARTS_OF_NAMES,
    custom_synonyms,
    known_words,
    qualifiers,
    synonyms,
    usual_names,
)

_SYNONYM, _LIKE, _BARE, BOTH, _TURNED, _TAIL, _HEAD, _PART = 0.95, 0.9, 0.88, 0.88, 0.85, 0.75, 0.6, 0.6
_WHOLE_OR_PART, _OTHER_MEANING = 0.94, 0.9
_ALIKE: Final = 0.9
_ROUNDED: Final = 1e-9
SHORTEST: Final = 4
"""Letters that a name needs to be compared by similarity: short names are all alike."""
# The kind of usual names that mean something else, too, and the form of values that shows what they mean here.
_SEVERAL_MEANINGS: Final = {
    "seniority": ("level", "seniority"),
    "title": ("part", "job"),
    "phone": ("messenger", "national_phone"),
    "website": ("page", "many_hosts"),
    "score": ("rating", "above_five"),
    "source": ("origin", "channel"),
    "tags": ("category", "several"),
}
# The kind of usual names that mean something else, too, and the form of values that shows that they mean it here.
_OTHER_MEANINGS: Final = {
    "company_name": (("account", "login_or_bank_account"), ("affiliation", "kind_of_member")),
}
# "Name" at the end of a longer name is the name of anything.
_NEVER_LAST: Final = frozenset({"full_name"})
_PARTS_OF_ADDRESSES: Final = frozenset(
    {"city", "country", "email", "owner_email", "website", "company_domain", "linkedin_url"}
)
# At its beginning, the noun is another: a "Contact date", a "Company type", a "Nome utente".
_NEVER_FIRST: Final = frozenset({"full_name", "first_name", "last_name", "company_name", "title"})
# Kinds of words that make a longer name that of something else, only for some fields.
_ABOUT_ANOTHER: Final = {
    "city": ("elsewhere", "wanted"),
    "company_name": ("service",),
    "country": ("elsewhere", "region", "wanted"),
    "email": ("copy",),
    "industry": ("wanted",),
    "source": ("outreach",),
    "title": ("wanted",),
}
_LAST_LINES: Final = frozenset({("address", "company"), ("address", "organization"), ("address", "organisation")})
OF_LINKS: Final = frozenset({"url", "urls", "link", "links", "href"})


@dataclass(frozen=True, slots=True)
class Named:
    """What the name alone indicates.

    With ``needs_form`` it counts only if values have the field's type, and with ``needs`` if some look like that form:
    "legal_form" for the names of companies. With ``is_doubtful``, a word of the name is not known: "Recruiter email".
    With ``is_own``, it is the name of the field itself. Values that mostly have the form ``refuted_by`` show that it is
    something else.
    """

    weight: float
    reason: str
    needs_form: bool = False
    needs: str = ""
    is_doubtful: bool = False
    is_own: bool = False
    refuted_by: str = ""


@cache
def named_field(column: str) -> tuple[str, float]:
    """Return the built-in field that a column name alone indicates, and the confidence from 0 to 1.

    >>> named_field("Telefon"), named_field("Kunde")
    (('phone', 0.95), ('', 0.0))
    """
    found = [(key, by_name(column, LeadField(key))) for key in synonyms()]
    sure = [(key, named.weight) for key, named in found if named and not (named.needs_form or named.needs)]
    return max(sure, key=lambda each: each[1], default=("", 0.0))


@lru_cache(maxsize=4096)
def _write_out(column: str) -> str:
    """Return a name with its abbreviations written out, if all that they may stand for is one field: "Mitarb."."""
    found = expansions(column)
    fields = {named_field(name)[0] for name in found}
    return found[0] if len(fields) == 1 and fields != {""} else column


def width(name: str) -> int:
    """Return the length of a name in letters; a syllable or an ideograph counts for two."""
    return sum(2 if unicodedata.east_asian_width(letter) == "W" else 1 for letter in name)


def by_name(column: str, field: LeadField) -> Named | None:
    """Return the strongest indication that the name gives, if any."""
    column = _write_out(below_head(plain_header(column)))
    name = fold_name(column)
    if not name:
        return None
    if name in _names_of(field.key, field.label, field.column):
        return Named(1.0, "name of the field", needs=_needed_form(name, field), is_own=True)
    known = synonyms().get(field.key, {}) if field.builtin else custom_synonyms(field.key, field.label)
    if name in known:
        # A "Nome" is a given name, unless another column has a name of its own for that: then it is the whole name.
        weight = _WHOLE_OR_PART if field.key in PARTS_OF_NAMES and name in qualifiers("any_name") else _SYNONYM
        needs, refuted_by = _needed_form(name, field), _other_form(name, field)
        if needs:
            weight = _OTHER_MEANING  # a "Job title" goes before a "Role"
        return Named(weight, f"usual name for this field ({known[name]})", needs=needs, refuted_by=refuted_by)
    if field.builtin and field.key == "full_name" and name in qualifiers("any_name"):
        return Named(_PART, "a name, of which another column has a part")
    return _by_words(column, name, field)


@lru_cache(maxsize=1024)
def _names_of(*names: str) -> frozenset[str]:
    """Return the names of a field, folded: they are compared with those of all columns."""
    return frozenset(map(fold_name, names))


@lru_cache(maxsize=1024)
def _with_usual_names(key: str, label: str, *, builtin: bool) -> Mapping[str, str]:
    """Return the names of a field and the usual ones of a built-in field, each by its folded form."""
    usual = synonyms().get(key, {}) if builtin else custom_synonyms(key, label)
    return {fold_name(key): key, fold_name(label): label, **usual}


def _needed_form(name: str, field: LeadField) -> str:
    """Return the form that some values need for a usual name that also means anything else: a "Level", a "Role"."""
    kind, form = _SEVERAL_MEANINGS.get(field.key, ("", ""))
    return form if kind and field.builtin and name in qualifiers(kind) else ""


def _other_form(name: str, field: LeadField) -> str:
    """Return the form of values that shows that a usual name means something else: logins in an "Account"."""
    others = _OTHER_MEANINGS.get(field.key, ()) if field.builtin else ()
    return next((form for kind, form in others if name in qualifiers(kind)), "")


def _by_words(column: str, name: str, field: LeadField) -> Named | None:
    """Return the strongest indication that words of a longer name give, if any."""
    own = _with_usual_names(field.key, field.label, builtin=field.builtin)
    bare = strip_joined(without_neutral(column, field.key if field.builtin else ""), own)
    either = is_either(column, own, field)
    is_two = field.builtin and not either and is_two_fields(column)  # "Contact/Title" holds both
    if (
        bare
        and bare in own
        and not is_two
        and not (field.builtin and name in usual_names())
        and not _is_address(column, field)
    ):
        reason = f"usual name for this field ({own[bare]}), with a word that leaves its meaning"
        return Named(_BARE, reason, needs=_needed_form(bare, field))
    if either:
        return Named(_BARE, "two usual names for this field")
    if field.builtin and field.key == "company_name" and is_name_of_company(column):
        return Named(_BARE, "a name, below that of a company")
    grammar = _BY_GRAMMAR.get(field.key) if field.builtin else None
    if grammar is not None and grammar[0](column):
        return grammar[1]
    if _is_of_another(column, field) or (field.builtin and is_joined(column)):
        return None
    return (
        _within(column, own, field)
        or _alike(column, name, own)
        or _part(column, field)
        or (_BESIDE_UNKNOWN if is_beside_unknown(column, own) else None)
    )


def _is_of_another(column: str, field: LeadField) -> bool:
    """Return whether a longer name is that of something else, although a part of it names the field."""
    is_link = field.type == "text" and not OF_LINKS.isdisjoint(words(column))  # a "Source URL" is not a source
    usual = field.builtin and (fold_name(column) in usual_names() or names_both(column) or is_two_fields(column))
    return is_link or usual or _is_address(column, field) or (field.builtin and is_about_another(column, field))


def _is_address(column: str, field: LeadField) -> bool:
    """Return whether a name says that the column is an address, and the field holds no part of one.

    The company of a "Default Address Company" is a line of one; an "Address company" is that of a company.
    """
    is_last = field.builtin and field.key == "company_name" and words(column)[1:][-2:] in _LAST_LINES
    is_part = not field.builtin or field.key in _PARTS_OF_ADDRESSES or is_last
    return not is_part and not qualifiers("address").isdisjoint(words(column))


def is_about_another(column: str, field: LeadField) -> bool:
    """Return whether a word of a name says that the column is about something else than a field of the lead."""
    if any(word in column for word in _unspaced_others()):
        return True
    return not _words_of_others(field.key).isdisjoint(subjects(column).difference(words(field.label)))


@cache
def _unspaced_others() -> tuple[str, ...]:
    """Return the words for relatives and for what was before of scripts without spaces, where they stand anywhere."""
    return tuple(word for word in qualifiers("relative") | qualifiers("former") if width(word[0]) > 1)


@cache
def _words_of_others(key: str) -> frozenset[str]:
    """Return the words that make a longer name that of something else than a built-in field."""
    colleague = () if key == "owner_email" else ("colleague",)
    kinds = ("other", "relative", "former", *colleague, *_ABOUT_ANOTHER.get(key, ()))
    return frozenset().union(*map(qualifiers, kinds))


def _within(column: str, own: Mapping[str, str], field: LeadField) -> Named | None:
    """Match a part of a longer name: "Company phone" is a phone, because the last word is the noun."""
    parts = words(column)
    noun = next((place for place, word in enumerate(parts) if word in OF), len(parts))
    key = field.key if field.builtin else ""
    tails = () if key in _NEVER_LAST else range(1 if noun == len(parts) else 0, noun)
    # A "Location friendly name" is a name, and a "Mitarbeiter-ID" an id.
    is_name = field.builtin and parts[noun - 1 : noun] in {("name",), ("id",)}
    heads = () if key in _NEVER_FIRST or is_name else range(noun - 1, 0, -1)
    for weight, cuts in ((_TAIL, tails), (_HEAD, heads)):
        for cut in cuts:
            part = "".join(parts[cut:noun] if weight == _TAIL else parts[:cut])
            is_short = len(part) < SHORTEST
            is_contact = weight == _HEAD or qualifiers("contacted").issuperset(parts[:cut])
            if is_short and not (key == "phone" and is_contact):
                continue  # but values show that a "Tel. privat" and a "Kontakt tel." are phones
            if part in own and part not in qualifiers("whole"):
                rest = parts[:cut] + parts[noun:] if weight == _TAIL else parts[cut:]
                return Named(
                    weight,
                    f"contains a usual name for this field ({own[part]})",
                    # An "Email status" is one of anything: only values show that it is the status of a lead.
                    needs_form=key == "status",
                    needs=_needed_form(part, field),
                    is_doubtful=is_short or not known_words().issuperset(rest),
                )
    return None


def _alike(column: str, name: str, own: Mapping[str, str]) -> Named | None:
    if len(name) < SHORTEST or name in own or known_words().issuperset(words(column)):
        return None  # a "Contact info" is not a misspelled "Contact no"
    # The first letter is hardly ever misspelled: an "hscore" is not a score.
    near = [usual for usual in own if len(usual) >= SHORTEST and usual[0] == name[0] and _may_be_alike(usual, name)]
    closest = get_close_matches(name, near, 1, _ALIKE)
    return Named(_LIKE * likeness(closest[0], name), f"similar to the name {own[closest[0]]}") if closest else None


def _may_be_alike(name: str, other: str) -> bool:
    """Return whether the letters that only one of two names has leave them alike: a bound that few names reach."""
    most = (1 - _ALIKE) * (len(name) + len(other))
    return len(_letters(name) ^ _letters(other)) <= most + _ROUNDED


@lru_cache(maxsize=4096)
def _letters(name: str) -> frozenset[str]:
    return frozenset(name)


def _part(column: str, field: LeadField) -> Named | None:
    """Match the words of the field's own name: in another order, or some of them if values can confirm it."""
    given = set(words(column))
    for own in (field.key, field.label):
        whole = set(words(own))
        if given == whole:
            return Named(_TURNED, "words of the field's name in another order")
        if given < whole and given - GENERIC and fold_name(column) not in usual_names():
            return Named(_PART, "part of the field's name", needs_form=True)
    return None


_BESIDE_UNKNOWN: Final = Named(_PART, "usual name for this field, perhaps in another language", refuted_by="joined")
# What the order of words indicates, by field.
_BY_GRAMMAR: Final[dict[str, tuple[Callable[[str], bool], Named]]] = {
    "company_name": (is_name_or_company, Named(_TAIL, "names a company or a person", needs="legal_form")),
    "full_name": (
        lambda column: names_both(column) or is_name_of_person(column),
        Named(BOTH, "names the given and the family name, or a person"),
    ),
    "employee_count": (is_staff, Named(_SYNONYM, "names a count of employees")),
    "first_name": (partial(is_part_of_name, key="first_name"), Named(_BARE, "a name, with its part")),
    "last_name": (partial(is_part_of_name, key="last_name"), Named(_BARE, "a name, with its part")),
    "city": (is_postcode_and_city, Named(_BARE, "names a postcode and a city")),
    "last_contacted_at": (is_last_contact, Named(_SYNONYM, "names the last contact")),
    "external_id": (is_id_of_person, Named(_BARE, "id of a person, in this or another program")),
}
