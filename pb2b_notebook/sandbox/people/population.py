"""The people of the demo data and the companies that they work for."""

from __future__ import annotations

from math import sqrt
from typing import TYPE_CHECKING, Any, NamedTuple

from pb2b_notebook.sandbox.core.draws import spread
from pb2b_notebook.sandbox.people.vocabulary import Word, load

if TYPE_CHECKING:
    from collections.abc import Callable

    from pb2b_notebook.sandbox.core.draws import Draws
    from pb2b_notebook.sandbox.people.vocabulary import City, Country

_LOCAL_PARTS: dict[str, Callable[[str, str], str]] = {
    "first.last": lambda first, last: f"{first}.{last}",
    "first_last": lambda first, last: f"{first}_{last}",
    "last.first": lambda first, last: f"{last}.{first}",
    "firstlast": lambda first, last: f"{first}{last}",
    "flast": lambda first, last: f"{first[0]}{last}",
    "first": lambda first, _: first,
}
_PATTERNS = spread({"first.last": 52, "flast": 20, "first": 10, "firstlast": 7, "first_last": 6, "last.first": 5})
_SHORT = ("flast", "first")
# Upper bounds of the bands of company size, by how prominent the company is (0 to 1).
_SIZES = ((0.30, 3, 9), (0.58, 10, 49), (0.82, 50, 249), (0.93, 250, 999), (0.98, 1_000, 4_999), (2.0, 5_000, 38_000))
_ROUND_FROM = 200


class Company:
    """One company. Its people are named in an order of its own, so that no two of them share a name.

    Attributes:
        country: where it is.
        name: without its legal form.
        forms: its legal form, as a template, and the careless variants of it.
        domain: ends in ``.example``.
        industry: follows from its trade.
        employee_count: people who work there.
        city: where it is.
    """

    __slots__ = (
        "_family_start", "_family_step", "_given_start", "_given_step", "_hired", "_pattern",
        "city", "country", "domain", "employee_count", "forms", "industry", "name",
    )  # fmt: skip

    def __init__(
        self, draws: Draws, country: Country, *, name: str, domain: str, industry: str, city: City, size: int
    ) -> None:
        self.country = country
        self.name = name
        self.forms = draws.pick(country.forms)
        self.domain = domain
        self.industry = industry
        self.employee_count = size
        self.city = city
        self._pattern = draws.pick(_PATTERNS)
        self._given_start = draws.below(len(country.women) + len(country.men))
        self._given_step = draws.pick(country.given_steps)
        self._family_start = draws.below(len(country.families))
        self._family_step = draws.pick(country.family_steps)
        self._hired = 0

    @property
    def legal_name(self) -> str:
        """The name with its legal form, as the register has it."""
        return self.forms[0].replace("{}", self.name)

    def phone(self, draws: Draws) -> str:
        """Draw a number of the company's city, in E.164."""
        city = self.city
        return f"+{self.country.calling}{draws.pick(city.areas)}{city.block}{draws.below(10**city.free):0{city.free}}"

    def hire(self) -> tuple[Word, Word, bool, str]:
        """Name the next employee: given name, family name, whether a woman, and the local part of the address."""
        country, turn = self.country, self._hired
        self._hired += 1
        women = len(country.women)
        givens = women + len(country.men)
        chosen = (self._given_start + self._given_step * turn) % givens
        family = country.families[
            (self._family_start + self._family_step * turn + turn // givens) % len(country.families)
        ]
        woman = chosen < women
        given = country.women[chosen] if woman else country.men[chosen - women]
        surname = family.woman if woman else family.man
        return given, surname, woman, self._local_part(given.slug, surname.slug, turn)

    def _local_part(self, first: str, last: str, turn: int) -> str:
        """Follow the company's pattern; the short ones only while they are sure to be unique."""
        country = self.country
        givens = len(country.women) + len(country.men)
        crowded = turn >= min(givens, len(country.families))
        pattern = "first.last" if crowded and self._pattern in _SHORT else self._pattern
        round_of_names = turn // (givens * len(country.families))
        return _LOCAL_PARTS[pattern](first, last) + (str(round_of_names + 1) if round_of_names else "")


class Person(NamedTuple):
    """One true person.

    Attributes:
        number: the identity, counted from 0.
        company: the employer.
        given: given name.
        family: family name, in the form that suits the person.
        woman: for titles and honorifics.
        fields: the fifteen lead fields that describe the person and the employer, clean. Never changed.
    """

    number: int
    company: Company
    given: Word
    family: Word
    woman: bool
    fields: dict[str, Any]


class Population:
    """Companies and people, made when they are first needed.

    Args:
        draws: where the chance comes from.
        leads: how many leads there will be; it sets the number of companies.
    """

    def __init__(self, draws: Draws, leads: int) -> None:
        self._draws = draws
        self._words = load()
        self._countries = tuple(country for country in self._words.countries for _ in range(country.weight))
        self._companies: list[Company | None] = [None] * company_count(leads)
        self._domains: set[str] = set()

    def newcomer(self, number: int) -> Person:
        """Make a new person at one of the companies; prominent ones come up more often."""
        share = self._draws.fraction()
        return self._employ(number, self._company(int(share * sqrt(share) * len(self._companies))))

    def move(self, person: Person) -> Person:
        """Give a person a new job: same name, another company of the same country where there is one."""
        for _ in range(20):
            company = self._company(self._draws.below(len(self._companies)))
            if company.country is person.company.country and company is not person.company:
                moved = self._employ(person.number, company)
                names = {key: person.fields[key] for key in ("full_name", "first_name", "last_name", "linkedin_url")}
                # Numbered: somebody of that name may work there already.
                local = f"{person.given.slug}.{person.family.slug}.{person.number}"
                fields = {**moved.fields, **names, "email": f"{local}@{company.domain}"}
                return Person(person.number, company, person.given, person.family, person.woman, fields)
        return person

    def _employ(self, number: int, company: Company) -> Person:
        given, family, woman, local = company.hire()
        draws, country = self._draws, company.country
        title = draws.pick(country.titles) if draws.chance(0.95) else None
        fields = {
            "full_name": country.full_name(given.text, family.text),
            "email": self._email(number, company, local, f"{given.slug}.{family.slug}"),
            "company_name": company.legal_name,
            "first_name": given.text,
            "last_name": family.text,
            "phone": company.phone(draws) if draws.chance(0.74) else None,
            "title": title and (title.woman if woman else title.man),
            "seniority": title and title.seniority,
            "company_domain": company.domain,
            "website": f"https://www.{company.domain}" if draws.chance(0.85) else None,
            "linkedin_url": f"https://www.linkedin.example/in/{given.slug}-{family.slug}-{number:04x}"
            if draws.chance(0.55)
            else None,
            "industry": company.industry if draws.chance(0.93) else None,
            "employee_count": company.employee_count if draws.chance(0.88) else None,
            "country": country.code,
            "city": company.city.name.text if draws.chance(0.92) else None,
        }
        return Person(number, company, given, family, woman, fields)

    def _email(self, number: int, company: Company, local: str, name: str) -> str | None:
        """Most have a company address, some a private one, and a few none."""
        share = self._draws.fraction()
        if share < 0.91:  # noqa: PLR2004 - the shares are this sentence's numbers
            return f"{local}@{company.domain}"
        if share < 0.97:  # noqa: PLR2004
            return f"{name}{number}@{self._draws.pick(self._words.freemail)}.example"
        return None

    def _company(self, rank: int) -> Company:
        company = self._companies[rank]
        if company is None:
            company = self._companies[rank] = self._found(1 - rank / len(self._companies))
        return company

    def _found(self, prominence: float) -> Company:
        """Found a company; ``prominence`` (0 to 1) makes large ones likely."""
        draws = self._draws
        country = draws.pick(self._countries)
        city, trade = draws.pick(country.cities), draws.pick(country.trades)
        name, domain = self._name(country, city, trade.name)
        return Company(
            draws,
            country,
            name=name,
            domain=domain,
            industry=trade.industry,
            city=city,
            size=self._size(0.55 * prominence + 0.45 * draws.fraction()),
        )

    def _size(self, prominence: float) -> int:
        low, high = next((low, high) for bound, low, high in _SIZES if prominence < bound)
        share = self._draws.fraction()
        size = low + int(share * share * (high - low + 1))
        return size if size < _ROUND_FROM else size - size % 10

    def _name(self, country: Country, city: City, trade: Word) -> tuple[str, str]:
        """Find a name whose domain is still free: plain, then with the city, then coined."""
        draws = self._draws
        word = draws.pick(country.stems) if draws.chance(0.65) else self._coin()
        separator = "-" if draws.chance(0.5) else ""
        for attempt in range(1, 40):
            words = [word.text, trade.text] if attempt % 2 else [word.text, trade.text, city.name.text]
            slugs = [word.slug, trade.slug] if attempt % 2 else [word.slug, trade.slug, city.name.slug]
            domain = f"{separator.join(slugs)}.example"
            if domain not in self._domains:
                break
            word = word if attempt % 2 else self._coin()
        else:
            domain = f"{separator.join(slugs)}{len(self._domains)}.example"
        self._domains.add(domain)
        return country.glue.join(words), domain

    def _coin(self) -> Word:
        text = self._draws.pick(self._words.onsets) + self._draws.pick(self._words.codas)
        return Word(text, text, text.lower())


def company_count(leads: int) -> int:
    """Say how many companies there are: 0.33 a lead up to 2,000, then 0.12, and at least one.

    About one in ten of them has no lead in the end.

    >>> company_count(2_000), company_count(100_000)
    (660, 12420)
    """
    return max(1, min(leads, 2_000) * 33 // 100 + max(0, leads - 2_000) * 12 // 100)
