"""A third population: thin rows. Other lands, other habits and other rates again; nothing was fitted on it.

A file here is put together from *channels* of which each knows only a part: business cards (name, company), a mailing list
(e-mail and telephone), a fair's scanner (everything in capitals, nothing but ASCII), a CRM, an export of a network. Three
in ten people are there more than once. Companies are abbreviated or have taken another name, people have two family names
and use one of them, are written family name first, change jobs and keep their telephone.
``pip install faker`` (not a dependency of the project).
"""

from __future__ import annotations

import random
import unicodedata
from dataclasses import dataclass, field

from faker import Faker

LANDS = {
    "pl_PL": ("PL", "48", ("Sp. z o.o.", "S.A.", "Sp. k.")), "en_IN": ("IN", "91", ("Pvt Ltd", "Private Limited", "LLP")),
    "sv_SE": ("SE", "46", ("AB", "Aktiebolag")), "no_NO": ("NO", "47", ("AS", "ASA")), "da_DK": ("DK", "45", ("A/S", "ApS")),
    "fi_FI": ("FI", "358", ("Oy", "Oyj")), "pt_BR": ("BR", "55", ("Ltda", "S.A.")), "de_AT": ("AT", "43", ("GmbH", "AG", "OG")),
    "cs_CZ": ("CZ", "420", ("s.r.o.", "a.s.")), "es_MX": ("MX", "52", ("S.A. de C.V.", "S. de R.L.")),
    "fr_CA": ("CA", "1", ("inc.", "ltée")), "en_US": ("US", "1", ("Inc", "LLC", "Co.")),
}  # fmt: skip
WORDS = (
    ("Northern", "Baltic", "Pacific", "United", "First", "Royal", "Modern", "Green", "Smart", "Central", "Metro", "Grand"),
    ("Steel", "Paper", "Freight", "Dental", "Solar", "Marine", "Timber", "Data", "Cloud", "Farm", "Glass", "Rail"),
    ("Works", "Supply", "Technologies", "Manufacturing", "Ventures", "Associates", "Distribution", "Institute"),
)  # fmt: skip
SHORTER = {
    "Technologies": "Tech", "Manufacturing": "Mfg", "Associates": "Assoc.", "Distribution": "Dist.", "Northern": "N.",
    "Institute": "Inst.", "United": "Utd",
}  # fmt: skip
NICK = {
    "Aleksandra": "Ola", "Małgorzata": "Gosia", "Agnieszka": "Aga", "Jakub": "Kuba", "Michael": "Mike", "Robert": "Bob",
    "Jennifer": "Jenny", "Christopher": "Chris", "Elisabeth": "Lisbeth", "Alexander": "Alex", "Johannes": "Hannes",
    "William": "Will", "Matthew": "Matt", "Jan": "Janek", "Tomáš": "Tom", "Guadalupe": "Lupita", "Eduardo": "Edu",
}  # fmt: skip
JOBS = (
    "Plant Manager",
    "Buyer",
    "Head of Logistics",
    "CEO",
    "CFO",
    "Quality Engineer",
    "Key Account Manager",
    "Founder",
)
BOXES = ("gmail.com", "wp.pl", "seznam.cz", "rediffmail.com", "outlook.com", "online.no", "telia.com", "uol.com.br")


def ascii_(text: str) -> str:
    text = text.translate(str.maketrans({"ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "æ": "ae", "ß": "ss", "đ": "d"}))
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def squeezed(text: str) -> str:
    return "".join(char for char in ascii_(text).lower() if char.isalnum())


@dataclass
class Firm:
    land: str
    words: list[str]
    legal: str
    domain: str
    city: str
    style: int
    staff: list[str] = field(default_factory=list)

    def address(self, first: str, last: str) -> str:
        f, s = squeezed(first), squeezed(last)
        local = (f"{f}.{s}", f"{f[:1]}{s}", f"{s}.{f}", f"{f}{s[:1]}", f"{f[:3]}{s[:3]}")[self.style]
        taken, number = local, 1
        while taken in self.staff:
            number += 1
            taken = f"{local}{number:02d}"
        self.staff.append(taken)
        return f"{taken}@{self.domain}"


@dataclass
class Someone:
    number: int
    first: str
    last: str
    firm: Firm
    email: str
    private: str
    mobile: str
    desk: str
    slug: str
    job: str


class Town:
    def __init__(self, rows: int, seed: int) -> None:
        Faker.seed(seed)
        self.rng = rng = random.Random(seed * 7 + 1)
        fakers = {land: Faker(land) for land in LANDS}
        self.first = {land: [f.first_name() for _ in range(900)] for land, f in fakers.items()}
        self.last = {land: [f.last_name() for _ in range(2500)] for land, f in fakers.items()}
        self.city = {land: [f.city() for _ in range(25)] for land, f in fakers.items()}
        self.firms = [self.firm(rng.choice(list(LANDS))) for _ in range(max(4, rows // 12))]
        self.count = 0

    def firm(self, land: str) -> Firm:
        rng = self.rng
        if rng.random() < 0.5:
            words = [rng.choice(some) for some in WORDS][rng.randrange(2) :]
            words = [rng.choice(self.last[land]).split()[0], *words] if rng.random() < 0.6 else words
        else:
            words = [
                *rng.choice(self.last[land]).split()[:1],
                *rng.choice((("&", "Sons"), ("Bros.",), (), ("Consulting",))),
            ]
        name = squeezed("".join(words))[:22] + rng.choice(("", "", str(rng.randrange(99))))
        return Firm(land, words, rng.choice(LANDS[land][2]), f"{name}.{rng.choice(('com', LANDS[land][0].lower(), 'eu'))}",
                    rng.choice(self.city[land]), rng.randrange(5))  # fmt: skip

    def someone(self, firm: Firm | None = None, last: str = "") -> Someone:
        rng = self.rng
        firm = firm or rng.choice(self.firms)
        first, last = rng.choice(self.first[firm.land]), last or rng.choice(self.last[firm.land])
        if rng.random() < 0.06:
            last = f"{last}{rng.choice(('-', ' '))}{rng.choice(self.last[firm.land])}"
        self.count += 1
        calling = LANDS[firm.land][1]
        return Someone(
            self.count, first, last, firm, firm.address(first, last),
            f"{squeezed(first)[: rng.choice((1, 20))]}{squeezed(last)}{rng.choice(('', rng.randrange(10, 99)))}@{rng.choice(BOXES)}",
            f"+{calling}{rng.randrange(60, 99)}{rng.randrange(10**7):07d}", f"+{calling}{rng.randrange(11, 59)}{rng.randrange(10**6):06d}",
            f"{squeezed(first)}-{squeezed(last)}-{rng.randrange(10**6)}", rng.choice(JOBS),
        )  # fmt: skip

    def elsewhere(self, one: Someone) -> Someone:
        """After a new job: what is the firm's is another's, what is one's own stays."""
        firm = self.rng.choice([firm for firm in self.firms if firm.land == one.firm.land] or [one.firm])
        return Someone(one.number, one.first, one.last, firm, firm.address(one.first, one.last), one.private, one.mobile,
                       self.someone(firm).desk, one.slug, self.rng.choice(JOBS))  # fmt: skip

    def slip(self, text: str) -> str:
        """Two letters change places, or one is lost."""
        if len(text) < 4:
            return text
        at = self.rng.randrange(len(text) - 1)
        return text[:at] + (text[at + 1] + text[at] if self.rng.random() < 0.5 else text[at]) + text[at + 2 :]

    def company(self, firm: Firm) -> str:
        words, draw = list(firm.words), self.rng.random()
        if draw < 0.18:
            words = [SHORTER.get(word, word) for word in words]
        elif draw < 0.22 and len(words) > 2:
            return "".join(word[0] for word in words if word[0].isalpha()).upper()
        elif draw < 0.3:
            words = words[: max(1, len(words) - 1)]
        elif draw < 0.34:
            return self.slip(" ".join(words))
        return " ".join((*words, firm.legal) if self.rng.random() < 0.5 else words)

    def number(self, text: str, land: str) -> str:
        calling = LANDS[land][1]
        own = text[1 + len(calling) :]
        return self.rng.choice(
            (text, f"0{own[:2]} {own[2:]}", f"00{calling}-{own[:3]}-{own[3:]}", f"({own[:2]}) {own[2:5]} {own[5:]}")
        )

    def name(self, one: Someone) -> tuple[str, str]:
        rng, first, last, draw = self.rng, one.first, one.last, self.rng.random()
        if draw < 0.12:
            first = NICK.get(first, first)
        elif draw < 0.17:
            first = self.slip(first)
        elif draw < 0.24:
            last = self.slip(last)
        elif draw < 0.27:
            first = f"{first[0]}."
        elif draw < 0.31:
            first = f"{first} {rng.choice('ABDEGJKLMRST')}."
        if ("-" in last or " " in last) and rng.random() < 0.4:
            last = last.replace("-", " ").split()[rng.randrange(2) - 1]
        return first, last

    def card(self, one: Someone) -> dict:
        first, last = self.name(one)
        full = f"{last} {first}" if self.rng.random() < 0.1 else f"{first} {last}"
        return {
            "full_name": full,
            "company_name": self.company(one.firm),
            "title": one.job if self.rng.random() < 0.5 else None,
        }

    def mailing(self, one: Someone) -> dict:
        rng = self.rng
        email = one.private if rng.random() < 0.25 else one.email
        return {
            "email": self.slip(email) if rng.random() < 0.03 else email,
            "phone": self.number(rng.choice((one.mobile, one.desk)), one.firm.land),
        }

    def scanner(self, one: Someone) -> dict:
        first, last = (ascii_(text).upper() for text in self.name(one))
        if self.rng.random() < 0.08:
            first, last = last, first
        return {"first_name": first, "last_name": last, "company_name": ascii_(self.company(one.firm)).upper(),
                "email": one.email.upper() if self.rng.random() < 0.6 else None, "country": LANDS[one.firm.land][0]}  # fmt: skip

    def crm(self, one: Someone) -> dict:
        rng, firm = self.rng, one.firm
        first, last = self.name(one) if rng.random() < 0.3 else (one.first, one.last)
        return {
            "first_name": first, "last_name": last, "email": one.email if rng.random() < 0.9 else None, "title": one.job,
            "phone": self.number(one.mobile if rng.random() < 0.5 else one.desk, firm.land) if rng.random() < 0.8 else None,
            "company_name": " ".join((*firm.words, firm.legal)), "company_domain": firm.domain, "city": firm.city,
            "country": LANDS[firm.land][0], "linkedin_url": f"https://www.linkedin.com/in/{one.slug}" if rng.random() < 0.25 else None,
        }  # fmt: skip

    def network(self, one: Someone) -> dict:
        return {"full_name": f"{one.first} {one.last}", "linkedin_url": f"linkedin.com/in/{one.slug}", "title": one.job,
                "company_name": " ".join(one.firm.words), "city": one.firm.city}  # fmt: skip


def make(rows: int, seed: int, duplicates: float = 0.3) -> tuple[list[dict], list[int]]:
    """Rows in random order, and for each the number of the person it is about."""
    town = Town(rows, seed)
    rng, found = town.rng, []
    channels, weights = (town.crm, town.scanner, town.card, town.network, town.mailing), (8, 4, 3, 3, 2)
    while len(found) < rows:
        people = [town.someone()]
        if rng.random() < 0.01:
            people.append(town.someone(people[0].firm, people[0].last))
        for one in people:
            found.append((rng.choices(channels, weights)[0](one), one.number))
            while rng.random() < duplicates * 0.7:
                again = town.elsewhere(one) if rng.random() < 0.06 else one
                found.append((rng.choices(channels, weights)[0](again), one.number))
    del found[rows:]
    rng.shuffle(found)
    return [row for row, _ in found], [number for _, number in found]
