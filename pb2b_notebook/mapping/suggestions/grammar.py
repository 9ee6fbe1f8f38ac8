"""Read what the words of a column name say together: two names of one field, a name and whose it is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from itertools import pairwise

from pb2b_notebook.letters import split_scripts
from pb2b_notebook.mapping.lead_fields import LeadField
from pb2b_notebook.mapping.naming import fold_name, words
from pb2b_notebook.mapping.vocabulary import NAMES, OF, PARTS_OF_NAMES, known_words, qualifiers, synonyms, usual_names

_OF_VCARD = re.compile(
    r"(?:item\d+\.)?(?P<name>tel|email|org|title|url)(?:;(?!.*(?:fax|pager|video|tty))[^|]*)", re.IGNORECASE
)
"""Names of properties with parameters, as programs write them that turn vCards into tables (RFC 6350)."""
_BETWEEN_NAMES = r"[/・|()（）\[\]【】]"
"""Signs between two names for one thing; two scripts need none."""
_SHORTEST_PART = 4
"""Letters of a word that says something within a longer one."""
_INITIAL = frozenset({"mi", "m", "initial"})
"""Words for the initial of a middle name, beside the given and the family name."""
_ARTICLES = frozenset({"the", "der", "den", "dem", "la", "le", "il", "het"})
_OF_COMPANIES = ("city", "country", "industry", "employee_count", "website", "company_domain")
"""Fields of a lead that are those of the company."""
_OF_PEOPLE = NAMES | {"email", "phone"}
"""Fields of a lead that are those of the person."""


def is_either(column: str, own: Mapping[str, str], field: LeadField) -> bool:
    """Return whether a name consists of usual names for the field: "Company / organization", "Company 会社名".

    In "Name/Nom/Cognome", one is that of the family name alone, and the others are those of any name.
    """
    parts = _alternatives(column, _BETWEEN_NAMES)
    # "Contact person 担当者": the second word leaves the noun; but it may be who is in a column: "Company 担当者".
    beside = qualifiers("joined") if field.builtin and field.key in _OF_PEOPLE else frozenset()
    if field.builtin and field.key == "country":
        beside = qualifiers("territory")
    if field.builtin and field.key in PARTS_OF_NAMES and not own.keys().isdisjoint({*parts} - qualifiers("any_name")):
        beside, parts = beside | qualifiers("any_name"), tuple(sorted(parts, key=lambda part: part not in own))
    return len(parts) > 1 and parts[0] in own and all(part in own or part in beside for part in parts)


def is_beside_unknown(column: str, own: Mapping[str, str]) -> bool:
    """Return whether a name is a usual one for the field and others of which no word is known: "Firma / Cwmni".

    The other one may have the same noun: "Firma / Firma wystawcy". Without a sign between them, it may say whose it is,
    in another script, too: "Name собаки".
    """
    parts = re.split(r"[/|\n]", column)
    known = [part for part in parts if without_neutral(part) in own]
    others = [part for part in parts if part not in known]
    unknown = [word for part in others for word in words(part)]
    if not known or not unknown or (len(known) > 1 and len({*map(without_neutral, known)}) == 1):
        return False
    nouns = {word for part in known for word in words(part)}
    rest = [word for word in unknown if word not in nouns]
    return bool(rest) and not any(_has_known_word(word) for word in rest)


@lru_cache(maxsize=4096)
def _has_known_word(word: str) -> bool:
    """Return whether a word is known, or has a known one within: a "Spitzname" is a name."""
    return word in known_words() or any(len(part) >= _SHORTEST_PART and part in word for part in known_words())


@lru_cache(maxsize=4096)
def is_two_fields(column: str) -> bool:
    """Return whether a name consists of usual names for fields, joined by a sign or a word: "Name & title"."""
    joins = qualifiers("and") | qualifiers("or")
    separated = " ".join("/" if fold_name(word) in joins else word for word in column.split())
    parts = re.split(r"[/&+,・]", separated)
    return len(parts) > 1 and all(without_neutral(part) in usual_names() for part in parts)


@lru_cache(maxsize=4096)
def is_joined(column: str) -> bool:
    """Return whether a name is that of two things: "Terms and email". A letter may be a word of another language."""
    joins = {word for word in qualifiers("and") - OF if len(word) > 1 or not word.isascii()}
    return not joins.isdisjoint(words(column)[1:-1])


def is_name_or_company(column: str) -> bool:
    """Return whether a name says that the column is a company or a name: "Name/Firma", "Kunde"."""
    parts, known = set(_alternatives(column)), synonyms()
    if fold_name(column) in qualifiers("client") | qualifiers("any_name"):
        return True
    names = known["full_name"].keys() | qualifiers("any_name")
    return bool(parts & known["company_name"].keys()) and bool(parts & names)


@lru_cache(maxsize=4096)
def _alternatives(column: str, between: str = "[/・]") -> tuple[str, ...]:
    """Return the folded names between slashes and words for "or", without words that leave their meaning."""
    joins = qualifiers("or")
    separated = " ".join("/" if fold_name(word) in joins else word for word in column.split())
    parts = re.split(between, separated)
    if between == _BETWEEN_NAMES:
        parts = [part for each in parts for part in split_scripts(each) if without_neutral(part)]
    return tuple(map(without_neutral, parts))


def is_part_of_name(column: str, key: str) -> bool:
    """Return whether a name is that of a part of a name, and of whose name: "お名前（姓）", "First name of contact".

    >>> [is_part_of_name(name, "first_name") for name in ("Vorname des Ansprechpartners", "First name of spouse")]
    [True, False]
    """
    parts, known = words(column), synonyms()
    is_part = len(parts) > 1 and parts[-1] in known[key] and parts[-1] not in qualifiers("any_name")
    if is_part and "".join(parts[:-1]) in known["full_name"]:
        return True
    cuts = [
        ("".join(parts[:cut]), "".join(word for word in parts[cut:] if word not in OF and word not in _ARTICLES))
        for cut in range(1, len(parts))
    ]
    people = known["full_name"].keys() - qualifiers("any_name")
    return any(
        name in known[key]
        and name not in qualifiers("any_name")
        and not {who, who.removesuffix("s")}.isdisjoint(people)
        for name, who in cuts
    )


def is_name_of_person(column: str) -> bool:
    """Return whether a name is "name" and who has it: "Nome del referente", "Naam contactpersoon", "contactoNombre"."""
    parts = [word for word in words(column) if word not in OF]
    both = ((parts[:1], parts[1:]), (parts[-1:], parts[:-1]))
    people = synonyms()["full_name"].keys() | qualifiers("client")  # a client may be a person: companies are refuted
    return any({*name} & qualifiers("any_name") and "".join(who) in people for name, who in both)


def is_name_of_company(column: str) -> bool:
    """Return whether a name is that of a company below a common head: "Firma | Name", as a head of two rows is read."""
    head, bar, tail = column.partition("|")
    parts = (fold_name(head), fold_name(tail)) if bar else words(column)
    return len(parts) == 2 and parts[0] in synonyms()["company_name"] and parts[1] in qualifiers("any_name")  # noqa: PLR2004


def below_head(column: str) -> str:
    """Return what a head of two rows says below a company or a person: "Firma | Ort" is "Ort".

    The addresses and phones of a company stay its own, and a bare "Name" is read with its head, as is a translation.
    """
    head, bar, tail = column.partition("|")
    whose, name = fold_name(head), fold_name(tail)
    if not bar or name in qualifiers("any_name") or name in qualifiers("joined"):
        return column
    of_company = whose in synonyms()["company_name"] and any(name in synonyms()[key] for key in _OF_COMPANIES)
    return tail.strip() if of_company or whose in synonyms()["full_name"] else column


@lru_cache(maxsize=4096)
def plain_header(column: str) -> str:
    """Return the name of a column without the parameters of a vCard, and of a question what it asks for.

    >>> [plain_header(name) for name in ("TEL;TYPE=CELL", "TEL;TYPE=FAX", "Hi! What company are you with?", "Why us?")]
    ['tel', 'TEL;TYPE=FAX', 'company', 'Why us?']
    """
    card = _OF_VCARD.fullmatch(column.strip())
    if card:
        return card["name"].lower()
    sentence = re.split(r"[.!:…]\s+", column)[-1]
    parts = words(sentence)
    if thing := _thing_named(parts):
        return thing
    start = next((at + 1 for at, word in enumerate(parts) if word in qualifiers("asked")), 0)
    if not start or not column.rstrip(" *_:").endswith(("?", "？", "؟")) or "".join(parts) in usual_names():
        return sentence if start else column
    noun = next((at for at in range(start, len(parts)) if parts[at] not in qualifiers("asked_before")), len(parts))
    end = next((at for at in range(noun + 1, len(parts)) if parts[at] in qualifiers("asked_behind")), len(parts))
    known = qualifiers("asked_before") | qualifiers("asked_behind")
    # "LinkedIn" ends with a word that may follow what is asked for.
    usual = (at for at in range(len(parts), end, -1) if "".join(parts[noun:at]) in usual_names())
    end = next((at for at in usual if known.issuperset(parts[at:])), end)
    asked = parts[noun:end]
    if thing := _thing_named(parts[noun:]):
        return thing
    return " ".join(asked) if asked and "of" not in asked and known.issuperset(parts[end:]) else column


def _thing_named(parts: Sequence[str]) -> str:
    """Return whose name is asked for, "" for none: of "Nombre de tu empresa", "empresa"; "Nom du pays/de la région"."""
    if parts[:1] == () or parts[0] not in qualifiers("any_name"):
        return ""
    between, territory = OF | qualifiers("asked_before"), qualifiers("territory")
    noun = next((at for at in range(1, len(parts)) if parts[at] not in between), 1)
    if noun > 1 and "".join(parts[noun:]) in synonyms()["company_name"]:
        return " ".join(parts[noun:])
    country = [word for word in parts[1:] if word not in between | territory]
    is_country = (noun > 1 or not territory.isdisjoint(parts)) and "".join(country) in synonyms()["country"]
    return country[0] if is_country else ""


def is_postcode_and_city(column: str) -> bool:
    """Return whether a name is that of a postcode and a city in one column: "PLZ/Ort", "CAP Comune".

    >>> [is_postcode_and_city(name) for name in ("PLZ / Ort", "Zip code & city", "PLZ", "Ort", "PLZ/Firma")]
    [True, True, False, False, False]
    """
    joins = qualifiers("and") | qualifiers("or")
    parts = [word for word in words(column) if word not in joins]
    cuts = range(1, len(parts))
    return any(
        "".join(parts[:cut]) in qualifiers("postcode") and "".join(parts[cut:]) in synonyms()["city"] for cut in cuts
    )


def is_staff(column: str) -> bool:
    """Return whether a name consists of words for a count of employees: "Nº de trabalhadores", "Employer size"."""
    parts, staff = words(column), qualifiers("staff")
    if parts[-1:] == ("size",) and "".join(parts[:-1]) in synonyms()["company_name"]:
        return True
    return not staff.isdisjoint(parts) and staff.union(qualifiers("number")).issuperset(parts)


def is_last_contact(column: str) -> bool:
    """Return whether a name consists of words for the last contact and its date: "Data ostatniego kontaktu"."""
    parts = [word for word in words(column) if word not in qualifiers("date") - qualifiers("last")]
    last, contacted = qualifiers("last"), qualifiers("contacted")
    return len(parts) > 1 and parts[0] in last and parts[-1] in contacted and last.union(contacted).issuperset(parts)


def is_id_of_person(column: str) -> bool:
    """Return whether a name is that of the id of a person, also in a program: "Donor ID", "Apollo Contact Id"."""
    parts = words(column)
    people = qualifiers("leading") - qualifiers("address") - {"badge"}
    owner = [word for word in parts[:-1] if word not in {*qualifiers("neutral"), "unique"}]
    program = "".join(word for word in owner if word not in people)
    return parts[-1:] == ("id",) and bool(owner) and (not program or program in qualifiers("program"))


@lru_cache(maxsize=4096)
def subjects(column: str) -> frozenset[str]:
    """Return the words of a name, and each two that a capital letter may have separated: "GitHub"."""
    parts = words(column)
    return frozenset({*parts, *(f"{first}{second}" for first, second in pairwise(parts))})


@lru_cache(maxsize=4096)
def without_neutral(column: str, key: str = "") -> str:
    """Return a folded name without words that leave its meaning: "Contact City (work)" becomes "city"."""
    neutral = qualifiers("neutral") if key in NAMES else qualifiers("neutral") | qualifiers("workplace")
    parts = [word if word.isascii() else word.removesuffix("1") for word in words(column) if word not in neutral]  # 姓1
    noun = next((place for place, word in enumerate(parts) if word not in qualifiers("leading")), 0)
    return "".join(parts[noun:])


def strip_joined(name: str, own: Mapping[str, str]) -> str:
    """Return a folded name without what stands before its noun, joined to it: "联系人手机" becomes "手机"."""
    if name.isascii():
        return name  # no joined word is, and most names are
    rest = name
    while rest not in own:
        before = max((part for part in qualifiers("joined") if rest.startswith(part)), key=len, default="")
        rest = rest.removeprefix(before)
        if not before or len(rest) == 1:
            return name
    return rest


@lru_cache(maxsize=4096)
def names_both(column: str) -> bool:
    """Return whether a name is made of a given and a family name: "Nachname, Vorname", "LAST, FIRST MI"."""
    joins = qualifiers("and")
    parts = [word for word in words(column) if word not in qualifiers("neutral") | qualifiers("workplace") | _INITIAL]
    # A "Name (first)" is the given name; "Name, Vorname" holds the family name as well.
    joined = not joins.isdisjoint(parts) or any(sign in column for sign in ",/&+")
    known = {key: frozenset(synonyms()[key]) for key in ("first_name", "last_name", "full_name")}
    if joined:
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
