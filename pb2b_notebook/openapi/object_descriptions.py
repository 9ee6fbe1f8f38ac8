"""Read what a document says of objects and bodies that have another form than our contract's. Pure.

Teams describe what they send: values below ``attributes`` or ``properties``, names such as ``firstName``, times such as
``created``, rows in ``results``, bodies below ``data`` or ``lead``. Responses are read in the contract's form whatever
the document says, and bodies are written in theirs: a verb keeps the names of our contract, and gets what theirs adds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from pb2b_notebook.openapi.operations import Field, Kind, Parameter

HOLDERS: Final = ("attributes", "properties", "fields", "_source")
"""Names of the member that has the values of an object."""
IDS: Final = ("_id", "Id", "ID", "uuid", "guid", "UUID", "@id")
_WHEN: Final = r"((at|on|date|time|datetime|timestamp)(utc|gmt)?|utc|gmt)"
TIMES: Final = {
    "created_at": re.compile(
        rf"created{_WHEN}?|(inserted|entered|added){_WHEN}|(create|creation|insert|add){_WHEN}|"
        r"(date|time)(created?|insert(ed)?|enter(ed)?|add(ed)?)(utc|gmt)?|cdate"
    ),
    "updated_at": re.compile(
        rf"(updated|modified|last(updated|modified|changed|edited)){_WHEN}?|(changed|edited){_WHEN}|"
        rf"(last)?(update|modify|modification|change|edit|write){_WHEN}|"
        r"(date|time)(last)?(updated?|modif(y|ied)|changed?|edit(ed)?)(utc|gmt)?|[um]date"
    ),
}
"""Time in the contract → folded names that services give it: ``dateCreated``, ``last_modified``, ``write_date``."""
_OF_LEADS: Final = {
    "email": ("primaryemail", "primaryemailaddress", "emailaddress", "emails", "emailaddresses", "mail", "mailaddress"),
    "phone": (
        "primaryphone", "primaryphonenumber", "phonenumber", "phones", "phonenumbers", "telephone", "telephonenumber",
        "telephones", "telephonenumbers",
    ),
    "status": ("leadstatus", "leadstatusid", "statusid"),
    "title": ("jobtitle",),
    "country": ("countrycode", "countryiso", "countryiso2", "countryisocode", "isocountrycode", "countryalpha2"),
    "linkedin_url": ("linkedin", "linkedinprofile", "linkedinprofileurl"),
    "tags": ("labels", "taglist", "tagnames"),
    "employee_count": ("numberofemployees", "employeescount", "numemployees"),
    "custom_fields": (
        "custom", "customattributes", "customproperties", "customdata", "customvalues", "customfieldvalues",
        "additionalfields", "extrafields", "userfields", "properties", "attributes",
    ),
}  # fmt: skip
"""Field of a lead in the contract → folded names that services give it, the best first: ``email_addresses``."""
_SHOWN: Final = frozenset({"id", "created_at", "updated_at", "email", "status"})
"""Fields that every object of a kind shows where it has the contract's form."""
_OF_JSON_LD: Final = frozenset({"@type", "@context", "@graph"})
"""Members that say what an object is."""
_DELETED: Final = "deleted_at"
_SEVERAL: Final = 2
_NESTED: Final = frozenset({"record", "records", "json", "custom"})
_PLURALS: Final = ((re.compile(r"ies$"), "y"), (re.compile(r"s$"), ""))
PLAIN_NAMES: Final = "its names"
"""Form of a body that is flat, with the names of the service."""
LISTED: Final = "data as a list"
BELOW_ATTRIBUTES: Final = "below attributes"
"""Form of a body that is the only object in a list below ``data``, as Zoho takes it."""


@dataclass(frozen=True, slots=True)
class Body:
    """What a document says of a body.

    Attributes:
        parameters: Its fields under the names of our contract, and what it has beside those.
        form: Form in which it is sent; empty for that of our contract.
        names: Name in our contract → name in the document, where they differ.
    """

    parameters: tuple[Parameter, ...]
    form: str = ""
    names: tuple[tuple[str, str], ...] = ()


_PLACE: Final = {"city": "city", "town": "city", "locality": "city", "country": "country", "countrycode": "country"}
_NAME: Final = {
    **dict.fromkeys(("first", "given", "firstname", "givenname"), "first_name"),
    **dict.fromkeys(("last", "family", "lastname", "familyname", "surname"), "last_name"),
    **dict.fromkeys(("full", "fullname", "display", "displayname"), "full_name"),
}
PARTS_OF_LEADS: Final = {
    **dict.fromkeys(("address", "location", "postaladdress", "mailingaddress", "primaryaddress", "geo"), _PLACE),
    **dict.fromkeys(("name", "names", "personname"), _NAME),
}
"""Folded name of a part of a lead → folded name in it → the contract's name of the value."""
PARTS_OF_VALUES: Final = frozenset({"properties", "attributes", "fields", "values", "fieldvalues", "propertyvalues"})
"""Folded names of a part of a lead that has values of any of its fields, beside those that the lead has itself."""


@lru_cache(maxsize=4096)
def fold(name: str) -> str:
    """Return a name without what only its writing adds.

    >>> fold("First-Name"), fold("first_name"), fold("@firstName")
    ('firstname', 'firstname', 'firstname')
    """
    return re.sub(r"[_.@ -]", "", name).lower()


@lru_cache(maxsize=4096)
def time_named(name: str) -> str | None:
    """Return the time of the contract that an object has under another name; ``None`` for any other name.

    >>> [time_named(name) for name in ("dateCreated", "DATE_UPDATED_UTC", "write_date", "DATE_MODIFY", "cdate")]
    ['created_at', 'updated_at', 'updated_at', 'updated_at', 'created_at']
    >>> [time_named(n) for n in ("updated_at", "update", "last_contacted_at", "job_change_date", "updated_by", "date")]
    [None, None, None, None, None, None]
    """
    folded = fold(name)
    return next((ours for ours, named in TIMES.items() if name != ours and named.fullmatch(folded)), None)


def spellings(found: Iterable[str], declared: Collection[str]) -> dict[str, str]:
    """Return the contract's name → the service's, of members that are written in another way, such as ``firstName``.

    >>> spellings({"firstName": 1, "Company-Name": 2, "jobTitle": 3}, frozenset({"first_name", "company_name", "id"}))
    {'first_name': 'firstName', 'company_name': 'Company-Name'}
    >>> spellings(["emails", "primary_email", "phone"], frozenset({"email", "phone"}))
    {'email': 'primary_email'}
    >>> spellings(["custom", "jobTitle", "labels"], frozenset({"custom_fields", "title", "tags"})) == {
    ...     "custom_fields": "custom", "title": "jobTitle", "tags": "labels"}
    True
    """
    found = [*found]
    others = [name for name in found if name not in declared and name not in _OF_JSON_LD]
    if not others:
        return {}
    missing = {fold(name): name for name in declared if name not in found}
    pairs = {missing[fold(name)]: name for name in others if fold(name) in missing}
    named = {fold(name): name for name in others}
    for ours in _OF_LEADS.keys() & {*missing.values()} - pairs.keys():
        theirs = next((named[each] for each in _OF_LEADS[ours] if each in named), None)
        pairs |= {ours: theirs} if theirs else {}
    return pairs


def is_name_of(ours: str, theirs: str) -> bool:
    """Whether a name is the contract's in another way of writing, or another name of an address, a phone or a status.

    >>> is_name_of("first_name", "firstName"), is_name_of("email", "emailAddresses"), is_name_of("email", "a list")
    (True, True, False)
    """
    return fold(ours) == fold(theirs) or fold(theirs) in _OF_LEADS.get(ours, ())


def in_style_of(pairs: Mapping[str, str], name: str) -> str:
    """Return a name of our contract as a service writes it, whose way of writing others of its names show.

    >>> in_style_of({"first_name": "FirstName", "email": "Email"}, "steps")
    'Steps'
    >>> in_style_of({"first_name": "firstName"}, "match_on"), in_style_of({"full_name": "name"}, "match_on")
    ('matchOn', 'match_on')
    >>> in_style_of({"first_name": "First_Name", "email": "Email"}, "match_on")
    'Match_On'
    """
    if name in pairs:
        return pairs[name]
    same = [(ours, theirs) for ours, theirs in pairs.items() if fold(ours) == fold(theirs)]
    styled = [write for write in _STYLES if same and all(write(ours) == theirs for ours, theirs in same)]
    return styled[0](name) if styled else name


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.split("_"))


def _camel(name: str) -> str:
    return name[:1] + _pascal(name)[1:]


_STYLES: Final[tuple[Callable[[str], str], ...]] = (
    _camel,
    _pascal,
    lambda name: name.replace("_", "-"),
    lambda name: name.replace("_", " ").title(),
    str.title,
    lambda name: name.replace("_", ""),
    str.upper,
)


def noun_of(path: str) -> str:
    """Return what an object at a path is called.

    >>> noun_of("/leads/{id}"), noun_of("/prospector/workflows"), noun_of("/companies")
    ('lead', 'workflow', 'company')
    """
    named = [part for part in path.split("/") if part and not part.startswith("{")]
    return singular_of(named[-1].replace("-", "_")) if named else ""


def singular_of(name: str) -> str:
    """Return the singular of a plural that is the name of a list, such as "company" for "companies"."""
    for plural, singular in _PLURALS:
        if plural.search(name):
            return plural.sub(singular, name)
    return name


def fields_in_our_form(theirs: Sequence[Field], ours: Sequence[Field]) -> tuple[Field, ...]:
    """Return the fields of an object by the names of our contract, where a document describes another form of it.

    Args:
        theirs: Fields in the document; empty where it names none.
        ours: Fields in our contract.

    >>> ours = [Field("id", "text"), Field("first_name", "text"), Field("updated_at", "datetime")]
    >>> theirs = [Field("id", "text"), Field("firstName", "text"), Field("modified", "integer"), Field("fax", "text")]
    >>> [field.name for field in fields_in_our_form(theirs, ours)]
    ['id', 'first_name', 'updated_at', 'fax']
    """
    names, known = {field.name for field in theirs}, {field.name: field for field in ours}
    if "id" not in known or (_SHOWN & known.keys() <= names and not spellings(names, known)):
        deleted = (known[name] for name in (_DELETED,) if theirs and name in known and name not in names)
        return (*theirs, *deleted)  # any form of a flag is read as this one
    stand_in = {*IDS, *HOLDERS, *filter(time_named, names)}
    stand_in |= {*spellings(names, known).values(), *({"type"} if names & {*HOLDERS} else ())}
    same = {f.name: f for f in theirs if f.name in known and are_alike(f.kind, known[f.name].kind)}
    more = [f for f in theirs if f.name not in {*known, *stand_in} and f.kind not in _NESTED]
    return (*(same.get(field.name, replace(field, required=False)) for field in ours), *more)


def are_alike(theirs: Kind, ours: Kind) -> bool:
    """Whether both kinds have fields of their own, or neither has.

    >>> are_alike("record", "texts"), are_alike("integer", "text")
    (False, True)
    """
    return (theirs in _NESTED) == (ours in _NESTED)


def body_in_our_form(theirs: Sequence[Parameter], ours: Sequence[Parameter], noun: str) -> Body:
    """Return what a document says of a body, by the names of our contract.

    Args:
        theirs: Fields of the body in the document; empty where it names none.
        ours: Those in our contract.
        noun: What the object is called, such as "lead".

    >>> def text(name, *fields):
    ...     return Parameter(name, "body", "record" if fields else "text", False, False, (), None, "", fields=fields)
    >>> inner = (Field("email", "text"), Field("fullName", "text"), Field("fax", "text"))
    >>> body = body_in_our_form([text("lead", *inner)], [text("email"), text("full_name")], "lead")
    >>> [parameter.name for parameter in body.parameters], body.form, body.names
    (['email', 'full_name', 'fax'], 'lead', (('full_name', 'fullName'),))
    >>> body_in_our_form([text("attributes", *inner)], [text("email")], "lead").form
    'below attributes'
    >>> body_in_our_form([text("contact", *inner)], [text("email"), text("fax")], "lead").form
    'contact'
    >>> ours = [text(name) for name in ("email", "full_name", "city")]
    >>> body_in_our_form([*ours[:2], text("properties", Field("city", "text"))], ours, "lead").form
    ''
    """
    known = {parameter.name for parameter in ours}
    form, inner = _wrapper(theirs, known, noun)
    found = [_parameter_of(field) for field in inner] if form else [*theirs]
    names = spellings([parameter.name for parameter in found], known)
    names |= _names_in_rows(found, ours)
    if not found or not (form or names):
        return Body(tuple(theirs or ours))
    same = {p.name: p for p in found if p.name in known}
    more = [p for p in found if p.name not in known and p.name not in names.values()]
    own = [same.get(p.name, p) for p in ours]
    return Body((*own, *more), form or PLAIN_NAMES, tuple(sorted(names.items())))


def _wrapper(theirs: Sequence[Parameter], known: Collection[str], noun: str) -> tuple[str, tuple[Field, ...]]:
    """Return the form of a body whose fields are below one of its own, and the fields there.

    A body that has several of ours itself, and more than a part of it, has others of them in that part.
    """
    beside = {parameter.name for parameter in theirs} & {*known}
    for parameter in theirs:
        inside = {field.name for field in parameter.fields} & {*known}
        if len(beside) >= _SEVERAL and ("email" in beside or len(beside) > len(inside)):
            continue
        only = len(theirs) == 1 and len({*known} & {field.name for field in parameter.fields}) >= _SEVERAL
        if not (only or parameter.name in {"data", noun, *HOLDERS}) or parameter.name in known:
            continue
        if parameter.repeatable:
            if parameter.name == "data" and _are_ours(parameter.fields, known):
                return LISTED, parameter.fields
            continue
        below = next((f for f in parameter.fields if f.name == "attributes"), None)
        if parameter.name == "data" and below is not None and _are_ours(below.fields, known):
            return "attributes", below.fields
        if _are_ours(parameter.fields, known):
            return BELOW_ATTRIBUTES if parameter.name == "attributes" else parameter.name, parameter.fields
    return "", ()


def _are_ours(fields: Sequence[Field], known: Collection[str]) -> bool:
    names = [field.name for field in fields]
    return bool({*names} & {*known} or spellings(names, known))


def _names_in_rows(found: Sequence[Parameter], ours: Sequence[Parameter]) -> Mapping[str, str]:
    """Return how the fields of rows in a body are written."""
    inside = {p.name: p.fields for p in ours if p.repeatable and p.fields}
    pairs: dict[str, str] = {}
    for parameter in found:
        own = next((fields for name, fields in inside.items() if fold(name) == fold(parameter.name)), ())
        pairs |= spellings([f.name for f in parameter.fields], {f.name for f in own})
    return pairs


def _parameter_of(field: Field) -> Parameter:
    several = field.kind in {"texts", "records"}
    return Parameter(
        field.name, "body", "text" if field.kind == "texts" else field.kind, field.required, several, (), None, "",
        nullable=field.nullable, fields=field.fields,
    )  # fmt: skip
