"""The honest mess in the demo data: what real workspaces suffer from, planted knowingly.

Two registries, kind to function. A *flaw* spoils a row; a *variation* is what makes a second record of the same person
differ from the first. Each function looks at the clean fields of a person and proposes changes; :func:`plant` keeps the
kinds of one row to different fields, so that every kind that is recorded can be seen in the row.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pb2b_notebook.sandbox.core.draws import spread
from pb2b_notebook.sandbox.people.vocabulary import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pb2b_notebook.sandbox.core.draws import Draws
    from pb2b_notebook.sandbox.people.population import Person

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


def _cased(convert: Callable[[str], str], draws: Draws, person: Person) -> Changes:
    fields = (*_NAMES, "company_name") if draws.chance(0.5) else _NAMES
    return {field: convert(person.fields[field]) for field in fields if person.fields[field]}


def shouting(draws: Draws, person: Person) -> Changes:
    """Write the name, and sometimes the company, in capitals."""
    return _cased(str.upper, draws, person)


def lower_case(draws: Draws, person: Person) -> Changes:
    """Write the name, and sometimes the company, without capitals."""
    return _cased(str.lower, draws, person)


def email_case(draws: Draws, person: Person) -> Changes:
    """Write the address in capitals, or as a title."""
    email = person.fields["email"]
    return {"email": email.upper() if draws.chance(0.5) else email.title()} if email else {}


def company_form(draws: Draws, person: Person) -> Changes:
    """Write the legal form of the company carelessly, or leave it out."""
    careless = (*person.company.forms[1:], "{}")
    return {"company_name": draws.pick(careless).replace("{}", person.company.name)}


def phone_format(draws: Draws, person: Person) -> Changes:
    """Write a good number in one of the ways that people write numbers."""
    country = person.company.country
    if not person.fields["phone"]:
        return {}
    national = person.fields["phone"][1 + len(country.calling) :]
    area = next(code for code in person.company.city.areas if national.startswith(code))
    rest = national[len(area) :]
    ways = (
        f"{country.trunk}{area} {rest}",
        f"({country.trunk}{area}) {rest[:3]}-{rest[3:]}",
        f"{country.trunk}{area}.{rest[:3]}.{rest[3:]}",
        f"{country.trunk}{area}/{rest}",
        f"00{country.calling} {area} {rest}",
        f"+{country.calling} ({country.trunk}){area} {rest}" if country.trunk else f"+{country.calling} {area} {rest}",
        f"{person.fields['phone']} ext. {10 + draws.below(90)}",
        f"tel:{person.fields['phone']}",
    )
    return {"phone": draws.pick(ways)}


def phone_bad(draws: Draws, person: Person) -> Changes:
    """Spoil the number: cut off, rounded by a spreadsheet, letters for digits, doubled, or no number at all."""
    phone = person.fields["phone"]
    if not phone:
        return {}
    digits = phone[1:]
    ways = (
        phone[:5],
        f"{digits[0]},{digits[1:6]}E+{len(digits) - 1}",
        phone.replace("0", "O").replace("1", "l"),
        f"{phone}{digits}",
        "0",
        "n/a",
        "see e-mail",
    )
    return {"phone": draws.pick(ways)}


def missing_field(draws: Draws, person: Person) -> Changes:
    """Lose something that the row needs."""
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
    """Leave stray blanks around a value, or within a name."""
    field = draws.pick(("full_name", "full_name", "first_name", "email", "company_name", "city", "title"))
    value = person.fields[field]
    if not value:
        return {}
    ways = (f" {value}", f"{value} ", f"{value}{_NO_BREAK_SPACE}", f"  {value}", value.replace(" ", "  "))
    # An address has no blank within, and only plain ones at its ends: the API never accepted more.
    return {field: draws.pick(ways[:2] if field == "email" else ways)}


def email_domain_typo(draws: Draws, person: Person) -> Changes:
    """Mistype the domain, within its first label: it still ends in .example."""
    if not person.fields["email"]:
        return {}
    local, _, domain = person.fields["email"].partition("@")
    label, _, rest = domain.partition(".")
    return {"email": f"{local}@{mistype(draws, label)}.{rest}"}


def email_malformed(draws: Draws, person: Person) -> Changes:
    """Break the syntax of the address."""
    email = person.fields["email"]
    if not email:
        return {}
    ways = (
        email.replace(".example", "..example"),
        f"{email}.",
        f"{email},",
        f"<{email}>",
        email.replace("@", "(at)", 1),
        email.replace("@", "@@", 1),
        f"{email};{email}",
    )
    return {"email": draws.pick(ways)}


def email_mailto(_draws: Draws, person: Person) -> Changes:
    """Copy the address as a link."""
    return {"email": f"mailto:{person.fields['email']}"} if person.fields["email"] else {}


def role_email(draws: Draws, person: Person) -> Changes:
    """Give the company's shared mailbox: several people may have the same one."""
    mailbox = draws.pick(("info", "info", "info", "sales", "office"))
    return {"email": f"{mailbox}@{person.company.domain}"} if person.fields["email"] else {}


def name_title(draws: Draws, person: Person) -> Changes:
    """Write a title or a salutation into the name; in East Asia it follows the name."""
    form = draws.pick(person.company.country.honorifics)
    title = (form.woman if person.woman else form.man).text
    if not person.company.country.glue:
        return {"full_name": f"{person.fields['full_name']}{title}"}
    changes = {"full_name": f"{title} {person.fields['full_name']}"}
    return changes | {"first_name": f"{title} {person.given.text}"} if draws.chance(0.5) else changes


def name_swapped(_draws: Draws, person: Person) -> Changes:
    """Confuse given and family name."""
    given, family = person.given.text, person.family.text
    return {
        "full_name": person.company.country.full_name(family, given),
        "first_name": family,
        "last_name": given,
    }


def name_unsplit(_draws: Draws, person: Person) -> Changes:
    """Put the whole name into the first name."""
    return {"first_name": person.fields["full_name"], "last_name": None}


def placeholder(draws: Draws, person: Person) -> Changes:
    """Fill a required field with nothing."""
    field = draws.pick(("title", "city", "last_name", "company_name", "industry"))
    return {field: draws.pick(load().placeholders)} if person.fields[field] else {}


def mojibake(_draws: Draws, person: Person) -> Changes:
    """Read UTF-8 as Windows-1252, as a careless import of a CSV file does."""
    garbled = {
        field: _garble(person.fields[field]) for field in (*_NAMES, "company_name", "city") if person.fields[field]
    }
    return {field: text for field, text in garbled.items() if text != person.fields[field]}


def accents_lost(_draws: Draws, person: Person) -> Changes:
    """Write the name in plain Latin letters."""
    given, family = person.given.latin, person.family.latin
    gap = person.company.country.gap or " "
    full = f"{family}{gap}{given}" if person.company.country.family_first else f"{given}{gap}{family}"
    return {"full_name": full, "first_name": given, "last_name": family}


def website_format(draws: Draws, person: Person) -> Changes:
    """Write the website as people do, or put it where the domain belongs."""
    domain = person.company.domain
    if not person.fields["website"]:
        return {"company_domain": f"www.{domain}"}
    ways = (
        f"http://{domain}/",
        f"www.{domain}",
        domain,
        f"HTTPS://WWW.{domain.upper()}",
        f"https://{domain}/?utm=mail",
    )
    return {"website": draws.pick(ways)}


def city_variant(draws: Draws, person: Person) -> Changes:
    """Write the city in another language or spelling."""
    variants = person.company.city.variants
    return {"city": draws.pick(variants)} if variants and person.fields["city"] else {}


def implausible_number(draws: Draws, person: Person) -> Changes:
    """Give a number of employees that cannot be."""
    return {"employee_count": draws.pick((0, 99_999_999, 2_024))} if person.fields["employee_count"] else {}


def trial_row(_draws: Draws, person: Person) -> Changes:
    """Leave a row behind that somebody made to try something."""
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
    return {"first_name": short, "full_name": country.full_name(short, person.family.text)} if country.glue else {}


def email_changed(draws: Draws, person: Person) -> Changes:
    """Write to the same person at another address."""
    given, family = person.given.slug, person.family.slug
    private = f"{given}.{family}{person.number}@{draws.pick(load().freemail)}.example"
    at_work = tuple(f"{local}@{person.company.domain}" for local in (f"{given}_{family}", f"{family}.{given}"))
    return {"email": draws.pick((private, *at_work))}


def phone_changed(draws: Draws, person: Person) -> Changes:
    """Have another number of the same city, or none."""
    return {"phone": person.company.phone(draws) if draws.chance(0.75) else None}


def title_changed(draws: Draws, person: Person) -> Changes:
    """Be promoted, or described in other words."""
    title = draws.pick(person.company.country.titles)
    if not person.fields["title"]:
        return {}
    return {"title": title.woman if person.woman else title.man, "seniority": title.seniority}


def mistype(draws: Draws, text: str) -> str:
    """Swap, drop or double one letter after the first; the result always differs.

    >>> from pb2b_notebook.sandbox.core.draws import Draws
    >>> mistype(Draws(1, "demo"), "Lindqvist")
    'Lindqvisst'
    """
    at = 1 + draws.below(len(text) - 2)
    way = draws.below(3)
    if way == 0 and text[at] != text[at + 1]:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    return text[:at] + text[at + 1 :] if way == 1 else text[:at] + text[at] + text[at:]


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
"""Kind to function and relative frequency."""

VARIATIONS: dict[str, tuple[Change, int]] = {
    function.__name__: (function, weight)
    for function, weight in (
        (email_changed, 30), (name_typo, 22), (company_form, 20), (nickname, 34), (phone_changed, 16),
        (title_changed, 12), (accents_lost, 10), (initial, 7),
    )
}  # fmt: skip
"""Kind to function and relative frequency."""

_SOME_FLAW = spread({kind: weight for kind, (_, weight) in FLAWS.items()})
_SOME_VARIATION = spread({kind: weight for kind, (_, weight) in VARIATIONS.items()})
_HOW_MANY = spread({1: 70, 2: 22, 3: 8})
_TRIES = 24


def spoil(draws: Draws, doc: dict[str, Any], person: Person, touched: set[str]) -> tuple[str, ...]:
    """Plant one to three flaws into a row, in fields not touched yet, and name them."""
    return plant(draws, doc, person, touched, kinds=_SOME_FLAW, registry=FLAWS)


def vary(draws: Draws, doc: dict[str, Any], person: Person, touched: set[str]) -> tuple[str, ...]:
    """Make a row differ, in one to three ways, from the first record of the person, and name them."""
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
    """Change a row in place, in one to three ways that do not meet in a field.

    Args:
        draws: where the chance comes from.
        doc: the row.
        person: the true person behind it.
        touched: fields that were changed before; grows.
        kinds: what to draw from, each kind as often as it is likely.
        registry: kind to function.

    Returns:
        The kinds that were planted, in order. Kinds that leave a row as it was are not counted: somebody called
        Anna Berg cannot lose her accents.
    """
    planted: list[str] = []
    wanted = draws.pick(_HOW_MANY)
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
