"""A second population, to keep the first one honest: other names, another error model; nothing was fitted on it.

Here people do not get spoiled copies. Each is seen by one to four *sources* (a CRM, badge scans at a fair, a web form, a
bought list), and every source has its own habits: which fields it has, how it writes them, what it gets wrong (keys struck
beside, letters heard alike, words cut at a width). Between two sightings years may pass: jobs, names and numbers change.
Names come from Faker's lists: ``pip install faker`` (not a dependency of the project).
"""

from __future__ import annotations

import random
import re
import unicodedata

from faker import Faker

LOCALES = ("en_US", "en_GB", "de_DE", "fr_FR", "it_IT", "nl_NL", "es_ES")
_BESIDE = {"a": "sq", "e": "wr", "i": "uo", "o": "ip", "u": "yi", "n": "bm", "r": "et", "s": "ad", "t": "ry", "l": "k"}
_HEARD = (
    ("ph", "f"),
    ("ck", "k"),
    ("c", "k"),
    ("y", "i"),
    ("tt", "t"),
    ("ll", "l"),
    ("ss", "s"),
    ("v", "w"),
    ("th", "t"),
    ("dt", "t"),
)
_SHORT = {
    "Robert": "Rob", "William": "Bill", "Richard": "Rick", "James": "Jim", "Michael": "Mike", "Elizabeth": "Beth",
    "Katherine": "Katie", "Thomas": "Tom", "Christopher": "Chris", "Jennifer": "Jenny", "Margaret": "Maggie", "Joseph": "Joe",
    "Daniel": "Dan", "Matthew": "Matt", "Anthony": "Tony", "Andrew": "Andy", "Samantha": "Sam", "Rebecca": "Becky",
    "Alexander": "Alex", "Benjamin": "Ben", "Johannes": "Hans", "Friedrich": "Fritz", "Giuseppe": "Beppe", "Antonio": "Toni",
    "Stephanie": "Steph", "Patricia": "Pat", "Nicholas": "Nick", "Timothy": "Tim", "Gregory": "Greg", "Francisco": "Paco",
}  # fmt: skip
_SUFFIXES = {
    "en_US": "Inc,LLC,Corp",
    "en_GB": "Ltd,PLC",
    "de_DE": "GmbH,AG,KG",
    "fr_FR": "SARL,SAS,SA",
    "it_IT": "S.r.l.,S.p.A.",
    "nl_NL": "B.V.,N.V.",
    "es_ES": "S.L.,S.A.",
}
_CALLING = {"en_US": "1", "en_GB": "44", "de_DE": "49", "fr_FR": "33", "it_IT": "39", "nl_NL": "31", "es_ES": "34"}
_JOBS = (
    "Managing Director",
    "Sales Manager",
    "Head of Procurement",
    "IT Manager",
    "Marketing Lead",
    "Engineer",
    "Controller",
    "Owner",
    "Consultant",
    "Operations Manager",
)
_MAIL = ("gmail.com", "hotmail.com", "yahoo.com", "icloud.com", "aol.com", "gmx.net")


def plain(text: str) -> str:
    text = (
        unicodedata.normalize("NFKD", text.lower().replace("ß", "ss").replace("ø", "o"))
        .encode("ascii", "ignore")
        .decode()
    )
    return re.sub("[^a-z]", "", text)


class World:
    def __init__(self, rows: int, seed: int) -> None:
        Faker.seed(seed)
        self.rng = random.Random(seed)
        fakers = {locale: Faker(locale) for locale in LOCALES}
        self.firsts = {l: [f.first_name() for _ in range(1500)] for l, f in fakers.items()}
        self.lasts = {l: [f.last_name() for _ in range(4000)] for l, f in fakers.items()}
        self.cities = {l: [f.city() for _ in range(60)] for l, f in fakers.items()}
        self.firms = [self.firm(number, fakers) for number in range(max(3, rows // 7))]
        self.used: set[str] = set()
        self.count = 0

    def firm(self, number: int, fakers: dict) -> dict:
        rng = self.rng
        locale = rng.choices(LOCALES, (30, 14, 20, 12, 8, 6, 10))[0]
        name = rng.choice(
            (
                rng.choice(self.lasts[locale]),
                f"{rng.choice(self.lasts[locale])} & {rng.choice(self.lasts[locale])}",
                fakers[locale].company().split(",")[0],
            )
        )
        name += rng.choice(("", " Group", " Services", " Technik", " Systems", " Consulting", " Trade"))
        return {
            "locale": locale, "name": name, "suffix": rng.choice(_SUFFIXES[locale].split(",")), "city": rng.choice(self.cities[locale]),
            "domain": f"{plain(name)[:18]}{'' if rng.random() < 0.6 else number}.{rng.choice(('com', 'net', locale[-2:].lower()))}",
            "pattern": rng.choice(("f.l", "fl", "f", "il", "l", "f_l")), "trunk": f"{rng.randrange(200, 999)}{rng.randrange(10**4):04d}",
        }  # fmt: skip

    def person(self, firm: dict | None = None, first: str | None = None, last: str | None = None) -> dict:
        rng = self.rng
        firm = firm or self.firms[int(len(self.firms) * rng.random() ** 1.7)]
        first = first or rng.choice(self.firsts[firm["locale"]])
        last = last or rng.choice(self.lasts[firm["locale"]])
        self.count += 1
        return {
            "number": self.count, "first": first, "last": last, "firm": firm, "email": self.address(first, last, firm),
            "home": f"{plain(first)}{rng.choice(('', '.', '-'))}{plain(last)}{rng.choice(('', rng.randrange(1950, 2003)))}@{rng.choice(_MAIL)}",
            "cell": f"7{rng.randrange(10**8):08d}", "desk": f"{firm['trunk']}{rng.randrange(100):02d}" if rng.random() < 0.6 else f"{firm['trunk']}0",
            "handle": f"{plain(first)}{plain(last)}{rng.randrange(10**4)}", "job": rng.choice(_JOBS),
        }  # fmt: skip

    def address(self, first: str, last: str, firm: dict) -> str:
        f, s = plain(first) or "a", plain(last) or "b"
        local = {"f.l": f"{f}.{s}", "fl": f + s, "f": f, "il": f[0] + s, "l": s, "f_l": f"{f}_{s}"}[firm["pattern"]]
        tries = 1
        while f"{local}@{firm['domain']}" in self.used:
            tries += 1
            local = f"{local.rstrip('0123456789')}{tries}"
        self.used.add(f"{local}@{firm['domain']}")
        return f"{local}@{firm['domain']}"

    def later(self, one: dict) -> dict:
        """The person some years on."""
        rng, one = self.rng, dict(one)
        draw = rng.random()
        if draw < 0.07:
            one["firm"] = rng.choice(
                [f for f in rng.sample(self.firms, min(len(self.firms), 20)) if f["locale"] == one["firm"]["locale"]]
                or [one["firm"]]
            )
            one |= {
                "email": self.address(one["first"], one["last"], one["firm"]),
                "desk": f"{one['firm']['trunk']}{rng.randrange(100):02d}",
                "job": rng.choice(_JOBS),
            }
        elif draw < 0.09:
            one["last"] = rng.choice(self.lasts[one["firm"]["locale"]])
        elif draw < 0.13:
            one["firm"].setdefault(
                "renamed", {**one["firm"], "name": rng.choice(self.lasts[one["firm"]["locale"]]) + " Partners"}
            )
            one["firm"] = one["firm"]["renamed"]
        if rng.random() < 0.1:
            one["cell"] = f"7{rng.randrange(10**8):08d}"
        if rng.random() < 0.2:
            one["job"] = rng.choice(_JOBS)
        return one

    def slip(self, text: str, chance: float) -> str:
        rng = self.rng
        if not text or rng.random() > chance:
            return text
        if rng.random() < 0.4:
            a, b = rng.choice(_HEARD)
            return text.replace(a, b, 1) if a in text else text.replace(b, a, 1)
        at = rng.randrange(len(text))
        if rng.random() < 0.5 and text[at] in _BESIDE:
            return text[:at] + rng.choice(_BESIDE[text[at]]) + text[at + 1 :]
        return text[:at] + text[at + 1 :]

    def crm(self, one: dict) -> dict:
        rng, firm = self.rng, one["firm"]
        return {
            "first_name": self.slip(one["first"], 0.03), "last_name": self.slip(one["last"], 0.04), "email": one["email"] if rng.random() < 0.93 else None,
            "phone": f"+{_CALLING[firm['locale']]} {one['desk'][:3]} {one['desk'][3:]}" if rng.random() < 0.8 else None, "title": one["job"],
            "company_name": f"{firm['name']} {firm['suffix']}", "company_domain": firm["domain"], "country": firm["locale"][-2:], "city": firm["city"],
            "linkedin_url": f"https://linkedin.com/in/{one['handle']}" if rng.random() < 0.4 else None,
        }  # fmt: skip

    def badge(self, one: dict) -> dict:
        rng, firm = self.rng, one["firm"]
        first = (
            one["first"][0] + "."
            if rng.random() < 0.12
            else _SHORT.get(one["first"], one["first"])
            if rng.random() < 0.4
            else one["first"]
        )
        full = f"{self.slip(first, 0.06)} {self.slip(one['last'], 0.1)}"
        return {
            "full_name": full.upper() if rng.random() < 0.4 else full, "company_name": self.slip(firm["name"], 0.1)[: rng.choice((40, 40, 18))],
            "email": None if rng.random() < 0.25 else self.slip(one["email"], 0.06), "phone": one["cell"] if rng.random() < 0.5 else None, "title": one["job"][:20],
        }  # fmt: skip

    def form(self, one: dict) -> dict:
        rng, firm = self.rng, one["firm"]
        first, last = one["first"].lower() if rng.random() < 0.2 else one["first"], one["last"]
        if rng.random() < 0.04:
            first, last = last, first
        email = one["home"] if rng.random() < 0.35 else one["email"]
        if rng.random() < 0.05:
            email = email.replace("@", "+web@")
        return {
            "first_name": _SHORT.get(first, first) if rng.random() < 0.3 else first, "last_name": last, "email": email,
            "phone": f"0{one['cell'][:4]}/{one['cell'][4:]}" if rng.random() < 0.75 else None,
            "company_name": rng.choice((firm["name"], firm["name"].split()[0], f"{firm['name']} {firm['suffix']}", None)), "country": rng.choice((firm["locale"][-2:], None)),
        }  # fmt: skip

    def bought(self, one: dict) -> dict:
        rng, firm = self.rng, one["firm"]
        return {
            "full_name": plain(one["first"]).title() + " " + plain(one["last"]).title(), "email": rng.choice((one["email"], one["email"], f"info@{firm['domain']}", None)),
            "phone": rng.choice((f"00{_CALLING[firm['locale']]}{firm['trunk']}0", f"00{_CALLING[firm['locale']]}{one['desk']}")), "company_name": firm["name"].upper(),
            "company_domain": f"www.{firm['domain']}", "city": firm["city"], "linkedin_url": f"http://www.linkedin.com/in/{one['handle']}/" if rng.random() < 0.6 else None,
        }  # fmt: skip


def make(rows: int, seed: int, duplicates: float = 0.15) -> tuple[list[dict], list[int]]:
    """Rows in random order, and for each the number of the person it is about."""
    world, found = World(rows, seed), []
    rng = world.rng
    sources = (world.crm, world.badge, world.form, world.bought)
    while len(found) < rows:
        one = world.person()
        people = [one]
        if rng.random() < 0.012:
            people.append(world.person(one["firm"], None if rng.random() < 0.6 else one["first"], one["last"]))
            if rng.random() < 0.5:
                people[1]["desk"] = one["desk"]
        for each in people:
            found.append((rng.choices(sources, (5, 2, 2, 2))[0](each), each["number"]))
            chance = duplicates / (1 - duplicates) * 0.8
            while rng.random() < chance:
                found.append((rng.choice(sources)(world.later(each)), each["number"]))
                chance = 0.2
    del found[rows:]
    rng.shuffle(found)
    return [row for row, _ in found], [number for _, number in found]
