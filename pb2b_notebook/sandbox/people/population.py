"""The people of the demo data and the companies that they work for."""

from collections.abc import Callable
from math import sqrt
from typing import Any, NamedTuple

from pb2b_notebook.sandbox.core.draws import Draws, spread
from pb2b_notebook.sandbox.people.vocabulary import City, Country, Word, load

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
# Prominence of a company (0 to 1) below which its size lies between the two numbers.
_SIZES = ((0.30, 3, 9), (0.58, 10, 49), (0.82, 50, 249), (0.93, 250, 999), (0.98, 1_000, 4_999), (2.0, 5_000, 38_000))
_ROUND_FROM = 200


class Company:
    """One company. Each company has its own order of names, so that no two of its people share a name.

    Attributes:
        country: Country of the company.
        name: Name without the legal form.
        forms: Template of the legal form, then its careless variants.
        domain: Internet domain, ending in ``.example``.
        industry: Industry of its trade.
        employee_count: Number of employees.
        city: City of the company.
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
        """Name with the legal form, as in the trade register."""
        return self.forms[0].replace("{}", self.name)

    def phone(self, draws: Draws) -> str:
        """Draw a phone number of the company's city, in E.164."""
        city = self.city
        prefix = f"+{self.country.calling}{draws.pick(city.areas)}{city.number_block}"
        return f"{prefix}{draws.below(10**city.free_digits):0{city.free_digits}}"

    def hire(self) -> tuple[Word, Word, bool, str]:
        """Return the next employee: given name, family name, whether a woman, and the email's local part."""
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
        """Build the local part by the company's pattern; short patterns only while they are certain to be unique."""
        country = self.country
        givens = len(country.women) + len(country.men)
        crowded = turn >= min(givens, len(country.families))
        pattern = "first.last" if crowded and self._pattern in _SHORT else self._pattern
        round_of_names = turn // (givens * len(country.families))
        return _LOCAL_PARTS[pattern](first, last) + (str(round_of_names + 1) if round_of_names else "")


class Person(NamedTuple):
    """One person, without errors.

    Attributes:
        number: Identity, counted from 0.
        company: Employer.
        given: Given name.
        family: Family name, in the form for a man or a woman.
        woman: Whether titles and honorifics have their form for a woman.
        fields: The fifteen lead fields of the person and the employer, without errors. Never changed.
    """

    number: int
    company: Company
    given: Word
    family: Word
    woman: bool
    fields: dict[str, Any]


class Population:
    """Companies and people, created when they are first needed."""

    def __init__(self, draws: Draws, leads: int) -> None:
        self._draws = draws
        self._words = load()
        self._countries = tuple(country for country in self._words.countries for _ in range(country.weight))
        self._companies: list[Company | None] = [None] * company_count(leads)
        self._domains: set[str] = set()

    def newcomer(self, number: int) -> Person:
        """Create a person at one of the companies; prominent companies are drawn more often."""
        share = self._draws.fraction()
        return self._employ(number, self._company(int(share * sqrt(share) * len(self._companies))))

    def move(self, person: Person) -> Person:
        """Return the person with a new job: the same name, at another company of the same country if there is one."""
        for _ in range(20):
            company = self._company(self._draws.below(len(self._companies)))
            if company.country is person.company.country and company is not person.company:
                moved = self._employ(person.number, company)
                names = {key: person.fields[key] for key in ("full_name", "first_name", "last_name", "linkedin_url")}
                # Numbered, since a person of that name may work there already.
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
        """Draw an email address: most have one of the company, some a private one, a few none."""
        share = self._draws.fraction()
        if share < 0.91:  # noqa: PLR2004 - the shares of the docstring
            return f"{local}@{company.domain}"
        if share < 0.97:  # noqa: PLR2004
            return f"{name}{number}@{self._draws.pick(self._words.freemail)}.example"
        return None

    def _company(self, rank: int) -> Company:
        company = self._companies[rank]
        if company is None:
            company = self._companies[rank] = self._new_company(1 - rank / len(self._companies))
        return company

    def _new_company(self, prominence: float) -> Company:
        """Create a company; a higher ``prominence`` (0 to 1) makes a large one likelier."""
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
        """Return a name and a domain that is not taken: plain, then with the city, then with a made-up word."""
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
        return country.company_separator.join(words), domain

    def _coin(self) -> Word:
        text = self._draws.pick(self._words.onsets) + self._draws.pick(self._words.codas)
        return Word(text, text, text.lower())


def company_count(leads: int) -> int:
    """Return the number of companies: 0.33 per lead up to 2,000 leads, 0.12 above, and at least one.

    About one in ten of them has no lead in the end.

    >>> company_count(2_000), company_count(100_000)
    (660, 12420)
    """
    return max(1, min(leads, 2_000) * 33 // 100 + max(0, leads - 2_000) * 12 // 100)
