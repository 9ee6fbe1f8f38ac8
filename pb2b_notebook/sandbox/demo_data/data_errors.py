"""Realistic data errors for the demo leads, each recorded.

There are two registries of functions by kind. A *flaw* is an error in a row; a *variation* makes a second record of the
same person differ from the first. Each function returns changes to the clean fields of a person. :func:`plant` lets
each kind change other fields of a row, so that every recorded kind is visible in the row.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pb2b_notebook.sandbox.core.draws import Draws, spread
from pb2b_notebook.sandbox.people.population import Person
from pb2b_notebook.sandbox.people.vocabulary import load

Changes = dict[str, Any]
Change = Callable[["Draws", "Person"], Changes]

EXACT_DUPLICATE = "exact_duplicate"
NEAR_DUPLICATE = "near_duplicate"
JOB_CHANGE = "job_change"
UNDELIVERABLE = ("email_domain_typo", "email_malformed", "email_mailto")
"""Flaws that make messages bounce."""

_NAMES = ("full_name", "first_name", "last_name")
_NO_BREAK_SPACE = "\u00a0"
_SHORTEST_TO_MISTYPE = 4


def _change_case(convert: Callable[[str], str], draws: Draws, person: Person) -> Changes:
    fields = (*_NAMES, "company_name") if draws.chance(0.5) else _NAMES
    return {field: convert(person.fields[field]) for field in fields if person.fields[field]}


def shouting(draws: Draws, person: Person) -> Changes:
    """Write the name, and sometimes the company, in upper case."""
    return _change_case(str.upper, draws, person)


def lower_case(draws: Draws, person: Person) -> Changes:
    """Write the name, and sometimes the company, in lower case."""
    return _change_case(str.lower, draws, person)


def email_case(draws: Draws, person: Person) -> Changes:
    """Write the email address in upper case or title case."""
    email = person.fields["email"]
    return {"email": email.upper() if draws.chance(0.5) else email.title()} if email else {}


def company_form(draws: Draws, person: Person) -> Changes:
    """Write a careless variant of the company's legal form, or leave it out."""
    careless = (*person.company.forms[1:], "{}")
    return {"company_name": draws.pick(careless).replace("{}", person.company.name)}


def phone_format(draws: Draws, person: Person) -> Changes:
    """Write a valid phone number in one of the usual formats."""
    country = person.company.country
    if not person.fields["phone"]:
        return {}
    national = person.fields["phone"][1 + len(country.calling) :]
    area = next(code for code in person.company.city.areas if national.startswith(code))
    rest = national[len(area) :]
    formats = (
        f"{country.trunk}{area} {rest}",
        f"({country.trunk}{area}) {rest[:3]}-{rest[3:]}",
        f"{country.trunk}{area}.{rest[:3]}.{rest[3:]}",
        f"{country.trunk}{area}/{rest}",
        f"00{country.calling} {area} {rest}",
        f"+{country.calling} ({country.trunk}){area} {rest}" if country.trunk else f"+{country.calling} {area} {rest}",
        f"{person.fields['phone']} ext. {10 + draws.below(90)}",
        f"tel:{person.fields['phone']}",
    )
    return {"phone": draws.pick(formats)}


def phone_bad(draws: Draws, person: Person) -> Changes:
    """Write an invalid phone number: cut off, rounded by a spreadsheet, letters for digits, doubled, or no digits."""
    phone = person.fields["phone"]
    if not phone:
        return {}
    digits = phone[1:]
    variants = (
        phone[:5],
        f"{digits[0]},{digits[1:6]}E+{len(digits) - 1}",
        phone.replace("0", "O").replace("1", "l"),
        f"{phone}{digits}",
        "0",
        "n/a",
        "see e-mail",
    )
    return {"phone": draws.pick(variants)}


def missing_field(draws: Draws, person: Person) -> Changes:
    """Remove a value that the row needs."""
    losses: tuple[Changes, ...] = (
        {"email": None},
        {"phone": None},
        {"company_name": None, "company_domain": None},
        {"country": None},
        {"title": None, "seniority": None},
        {"last_name": None, "full_name": person.given.text},
        {"first_name": None, "full_name": person.family.text},
    )
    loss = draws.pick(losses)
    return loss if all(person.fields[field] for field in loss) else {}


def whitespace(draws: Draws, person: Person) -> Changes:
    """Add spaces around a value, or within a name."""
    field = draws.pick(("full_name", "full_name", "first_name", "email", "company_name", "city", "title"))
    value = person.fields[field]
    if not value:
        return {}
    variants = (f" {value}", f"{value} ", f"{value}{_NO_BREAK_SPACE}", f"  {value}", value.replace(" ", "  "))
    # The API accepts only plain spaces at the ends of an email address.
    return {field: draws.pick(variants[:2] if field == "email" else variants)}


def email_domain_typo(draws: Draws, person: Person) -> Changes:
    """Mistype the first label of the domain, which still ends in .example."""
    if not person.fields["email"]:
        return {}
    local, _, domain = person.fields["email"].partition("@")
    label, _, rest = domain.partition(".")
    return {"email": f"{local}@{mistype(draws, label)}.{rest}"}


def email_malformed(draws: Draws, person: Person) -> Changes:
    """Break the syntax of the email address."""
    email = person.fields["email"]
    if not email:
        return {}
    variants = (
        email.replace(".example", "..example"),
        f"{email}.",
        f"{email},",
        f"<{email}>",
        email.replace("@", "(at)", 1),
        email.replace("@", "@@", 1),
        f"{email};{email}",
    )
    return {"email": draws.pick(variants)}


def email_mailto(_draws: Draws, person: Person) -> Changes:
    """Write the email address as a mailto link."""
    return {"email": f"mailto:{person.fields['email']}"} if person.fields["email"] else {}


def role_email(draws: Draws, person: Person) -> Changes:
    """Use a shared mailbox of the company, which several people may have."""
    mailbox = draws.pick(("info", "info", "info", "sales", "office"))
    return {"email": f"{mailbox}@{person.company.domain}"} if person.fields["email"] else {}


def name_title(draws: Draws, person: Person) -> Changes:
    """Add a title or salutation to the name; in East Asia it follows the name."""
    form = draws.pick(person.company.country.honorifics)
    title = (form.woman if person.woman else form.man).text
    if not person.company.country.company_separator:
        return {"full_name": f"{person.fields['full_name']}{title}"}
    changes = {"full_name": f"{title} {person.fields['full_name']}"}
    return changes | {"first_name": f"{title} {person.given.text}"} if draws.chance(0.5) else changes


def name_swapped(_draws: Draws, person: Person) -> Changes:
    """Swap given and family name."""
    given, family = person.given.text, person.family.text
    return {"full_name": person.company.country.full_name(family, given), "first_name": family, "last_name": given}


def name_unsplit(_draws: Draws, person: Person) -> Changes:
    """Put the whole name into the first name."""
    return {"first_name": person.fields["full_name"], "last_name": None}


def placeholder(draws: Draws, person: Person) -> Changes:
    """Fill a field with a placeholder."""
    field = draws.pick(("title", "city", "last_name", "company_name", "industry"))
    return {field: draws.pick(load().placeholders)} if person.fields[field] else {}


def mojibake(_draws: Draws, person: Person) -> Changes:
    """Decode UTF-8 as Windows-1252, as a careless import of a CSV file does."""
    garbled = {
        field: _garble(person.fields[field]) for field in (*_NAMES, "company_name", "city") if person.fields[field]
    }
    return {field: text for field, text in garbled.items() if text != person.fields[field]}


def accents_lost(_draws: Draws, person: Person) -> Changes:
    """Write the name in plain Latin letters."""
    given, family = person.given.latin, person.family.latin
    name_separator = person.company.country.name_separator or " "
    full = (
        f"{family}{name_separator}{given}"
        if person.company.country.family_first
        else f"{given}{name_separator}{family}"
    )
    return {"full_name": full, "first_name": given, "last_name": family}


def website_format(draws: Draws, person: Person) -> Changes:
    """Write the website in another format, or put it into the company domain."""
    domain = person.company.domain
    if not person.fields["website"]:
        return {"company_domain": f"www.{domain}"}
    variants = (
        f"http://{domain}/",
        f"www.{domain}",
        domain,
        f"HTTPS://WWW.{domain.upper()}",
        f"https://{domain}/?utm=mail",
    )
    return {"website": draws.pick(variants)}


def city_variant(draws: Draws, person: Person) -> Changes:
    """Write the city in another language or spelling."""
    variants = person.company.city.variants
    return {"city": draws.pick(variants)} if variants and person.fields["city"] else {}


def implausible_number(draws: Draws, person: Person) -> Changes:
    """Set an implausible number of employees."""
    return {"employee_count": draws.pick((0, 99_999_999, 2_024))} if person.fields["employee_count"] else {}


def trial_row(_draws: Draws, person: Person) -> Changes:
    """Turn the row into one that a user made for a test."""
    name = {"full_name": "Test Test", "first_name": "Test", "last_name": "Test"}
    return name | {"email": f"test{person.number}@test.example", "company_name": "Test"}


def name_typo(draws: Draws, person: Person) -> Changes:
    """Mistype the family name."""
    family = person.family.text
    if len(family) < _SHORTEST_TO_MISTYPE:
        return {}
    wrong = mistype(draws, family)
    return {"last_name": wrong, "full_name": person.company.country.full_name(person.given.text, wrong)}


def nickname(_draws: Draws, person: Person) -> Changes:
    """Use the short form of the given name."""
    country = person.company.country
    short = country.nicknames.get(person.given.text)
    return {"first_name": short, "full_name": country.full_name(short, person.family.text)} if short else {}


def initial(_draws: Draws, person: Person) -> Changes:
    """Shorten the given name to its initial, where the script has initials."""
    country, short = person.company.country, f"{person.given.text[0]}."
    return (
        {"first_name": short, "full_name": country.full_name(short, person.family.text)}
        if country.company_separator
        else {}
    )


def email_changed(draws: Draws, person: Person) -> Changes:
    """Use another email address of the same person."""
    given, family = person.given.slug, person.family.slug
    private = f"{given}.{family}{person.number}@{draws.pick(load().freemail)}.example"
    at_work = tuple(f"{local}@{person.company.domain}" for local in (f"{given}_{family}", f"{family}.{given}"))
    return {"email": draws.pick((private, *at_work))}


def phone_changed(draws: Draws, person: Person) -> Changes:
    """Use another phone number of the same city, or none."""
    return {"phone": person.company.phone(draws) if draws.chance(0.75) else None}


def title_changed(draws: Draws, person: Person) -> Changes:
    """Use another job title."""
    title = draws.pick(person.company.country.titles)
    if not person.fields["title"]:
        return {}
    return {"title": title.woman if person.woman else title.man, "seniority": title.seniority}


def mistype(draws: Draws, text: str) -> str:
    """Return the text with one letter after the first swapped, dropped or doubled; it always differs.

    >>> from pb2b_notebook.sandbox.core.draws import Draws
    >>> mistype(Draws(1, "demo"), "Lindqvist")
    'Lindqvisst'
    """
    at = 1 + draws.below(len(text) - 2)
    kind = draws.below(3)
    if kind == 0 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if kind == 1 else text[:at] + text[at] + text[at:]


def _garble(text: str) -> str:
    try:
        return text.encode().decode("cp1252")
    except UnicodeDecodeError:
        return text


FLAWS: dict[str, tuple[Change, int]] = {
    function.__name__: (function, weight)
    for function, weight in (
        (shouting, 9), (lower_case, 7), (email_case, 5), (company_form, 12), (phone_format, 16), (phone_bad, 6),
        (missing_field, 10), (whitespace, 12), (email_domain_typo, 5), (email_malformed, 4), (email_mailto, 3),
        (role_email, 9), (name_title, 6), (name_swapped, 3), (name_unsplit, 3), (placeholder, 4), (mojibake, 5),
        (accents_lost, 6), (website_format, 4), (city_variant, 5), (implausible_number, 2), (trial_row, 1),
    )
}  # fmt: skip
"""Function and relative frequency of each kind."""

VARIATIONS: dict[str, tuple[Change, int]] = {
    function.__name__: (function, weight)
    for function, weight in (
        (email_changed, 30), (name_typo, 22), (company_form, 20), (nickname, 34), (phone_changed, 16),
        (title_changed, 12), (accents_lost, 10), (initial, 7),
    )
}  # fmt: skip
"""Function and relative frequency of each kind."""

_SOME_FLAW = spread({kind: weight for kind, (_, weight) in FLAWS.items()})
_SOME_VARIATION = spread({kind: weight for kind, (_, weight) in VARIATIONS.items()})
_NUMBER_OF_KINDS = spread({1: 70, 2: 22, 3: 8})
_TRIES = 24


def spoil(draws: Draws, doc: dict[str, Any], person: Person, touched: set[str]) -> tuple[str, ...]:
    """Plant one to three flaws in fields that were not touched yet, and return their kinds."""
    return plant(draws, doc, person, touched, kinds=_SOME_FLAW, registry=FLAWS)


def vary(draws: Draws, doc: dict[str, Any], person: Person, touched: set[str]) -> tuple[str, ...]:
    """Plant one to three variations from the first record of the person, and return their kinds."""
    return plant(draws, doc, person, touched, kinds=_SOME_VARIATION, registry=VARIATIONS)


def plant(
    draws: Draws,
    doc: dict[str, Any],
    person: Person,
    touched: set[str],
    *,
    kinds: tuple[str, ...],
    registry: Mapping[str, tuple[Change, int]],
) -> tuple[str, ...]:
    """Plant one to three kinds of changes into a row, in place; no two of them change one field.

    Args:
        draws: Source of random draws.
        doc: Row to change.
        person: Person of the row.
        touched: Fields that were changed before; the changed ones are added.
        kinds: Kinds to draw from, each repeated by its frequency.
        registry: Function and frequency of each kind.

    Returns:
        The planted kinds, in order. Kinds that change nothing are not counted: a person called Anna Berg has no accents
        to lose.
    """
    planted: list[str] = []
    wanted = draws.pick(_NUMBER_OF_KINDS)
    for _ in range(_TRIES):
        kind = draws.pick(kinds)
        changes = registry[kind][0](draws, person)
        same = all(person.fields[field] == value for field, value in changes.items())
        if same or not touched.isdisjoint(changes):
            continue
        doc.update(changes)
        touched.update(changes)
        planted.append(kind)
        if len(planted) == wanted:
            break
    return tuple(planted)
