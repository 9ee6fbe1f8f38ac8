"""A seeded population of B2B leads whose duplicates are known, independent of :mod:`lead_population`.

A "clean copy plus typos" generator writes a perfect row and damages copies of it: its pairs differ by typos only.
Here there is no perfect row: firms, people and careers come first, and each row is what one source (CRM, form, badge
scanner, list vendor, network, billing) saw of a person at one time. Rows of a person differ because life and sources
differ; rows of two people agree because firms, families, phones and names are shared.
"""

# ruff: noqa: PYI024 -- the records below stay untyped tuples, one line each
import random
import unicodedata
from collections import Counter, namedtuple
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import accumulate

from faker import Faker

EXTRA_ROWS, RESENT = 0.15, 0.10  # rows beyond a person's first; of these, an earlier row sent again by its source
UNCHECKED = 0.04  # extra rows kept without looking for a link to an earlier one: mostly pairs that cannot be decided
PEOPLE_PER_FIRM, ABROAD = 6, 0.10  # ABROAD: names from another country than the employer's
TIES = {"none": 968, "initials": 20, "parent": 6, "spouse": 4, "namesake": 2}  # to a colleague
JOB_CHANGE, PROMOTION, MARRIED, RENAMED_FIRM, NEW_PROFILE = 0.30, 0.25, 0.14, 0.08, 0.04
NICKNAMED, MIDDLE, HONOUR, COMPOUND, COINED_LAST = 0.5, 0.35, 0.05, 0.04, 0.12
SEES_PAST, STALE_MAIL = 0.42, 0.04  # rows older than the last change of job, title, surname or firm's name
INITIAL, SWAPPED, PLAIN_LETTERS, NATIVE_SCRIPT, SPACES, PLACEHOLDER = 0.05, 0.012, 0.3, 0.06, 0.03, 0.01
PLUS_TAG, ALIAS, COLLEAGUES_MAIL = 0.03, 0.05, 0.006
CASES = {str: 94, str.upper: 3, str.lower: 3}
NUMBERS = {"mobile": 40, "direct": 25, "extension": 13, "board": 22}

# code; share; locale; dialling code, trunk digit, length of numbers, start of mobiles; top domain; private hosts;
# names; cities; legal forms -- "|" parts the things of a field, "/" the spellings of a thing.
COUNTRIES = """
US;33;en_US;1 - 10 9;com;gmail.com|yahoo.com;United States/USA;New York/NYC|Chicago|Austin;Inc./Inc|LLC|Corp./Corp
GB;15;en_GB;44 0 10 7;co.uk;gmail.com|hotmail.co.uk;United Kingdom/UK;London|Manchester|Leeds;Ltd/Limited|PLC
DE;13;de_DE;49 0 10 17;de;gmx.de|web.de;Germany/Deutschland;München/Munich|Hamburg|Köln/Cologne;GmbH/G.m.b.H.|AG|KG
FR;9;fr_FR;33 0 9 6;fr;orange.fr|gmail.com|free.fr;France;Paris|Lyon|Saint-Étienne/St Etienne;SAS/S.A.S.|SARL|SA
ES;6;es_ES;34 - 9 6;es;gmail.com|hotmail.com;Spain/España;Madrid|Barcelona|Sevilla/Seville;S.L./SL/S.L.U.|S.A./SA
IT;6;it_IT;39 - 10 3;it;libero.it|gmail.com;Italy/Italia;Milano/Milan|Roma/Rome|Torino/Turin;S.p.A./SpA|S.r.l./Srl
NL;5;nl_NL;31 0 9 6;nl;gmail.com|ziggo.nl;Netherlands/The Netherlands;Amsterdam|Den Haag/The Hague;B.V./BV
PL;4;pl_PL;48 - 9 5;pl;wp.pl|gmail.com;Poland/Polska;Warszawa/Warsaw|Kraków/Cracow;Sp. z o.o./sp. z o. o.|S.A./SA
SE;3;sv_SE;46 0 9 7;se;gmail.com|telia.com;Sweden/Sverige;Stockholm|Göteborg/Gothenburg|Malmö;AB/Aktiebolag
TR;2;tr_TR;90 0 10 5;com.tr;gmail.com|hotmail.com;Turkey/Türkiye;İstanbul/Istanbul|İzmir|Ankara;A.Ş./AS/A.S.
IN;5;en_IN;91 0 10 9;in;gmail.com|rediffmail.com;India;Mumbai/Bombay|Bengaluru/Bangalore;Pvt. Ltd./Private Limited
UA;2;uk_UA;380 0 9 67;com.ua;gmail.com|ukr.net;Ukraine/Україна;Kyiv/Kiev|Lviv/Lvov|Odesa/Odessa;LLC/TOV/Ltd
"""
# Faker's lists are mostly flat or alphabetical; these names, and those with a nickname, lead their countries' tables.
LEADING = """Smith Jones Williams Taylor Brown Johnson Müller Schmidt Schneider Fischer Weber Meyer Martin Bernard
García Rodríguez González Fernández López Rossi Russo Ferrari Bianchi Jansen Bakker Visser Nowak Kowalski Kowalska
Andersson Johansson Karlsson Yılmaz Kaya Demir Kumar Singh Sharma Patel Gupta Шевченко Коваленко"""
SPOKEN = """Robert:Bob,Rob,Bobby William:Bill,Will Richard:Rick,Dick James:Jim,Jamie John:Jack,Johnny Michael:Mike,Mick
Thomas:Tom Christopher:Chris Joseph:Joe Daniel:Dan,Danny Matthew:Matt Anthony:Tony Steven:Steve Edward:Ed,Ted Jakub:Kuba
Charles:Charlie,Chuck Andrew:Andy,Drew Kenneth:Ken Benjamin:Ben Samuel:Sam Alexander:Alex,Sascha José:Pepe
Timothy:Tim Patrick:Pat,Paddy Elizabeth:Liz,Beth,Betty Katherine:Kate,Kathy Margaret:Maggie,Peggy Jennifer:Jen,Jenny
Patricia:Pat,Trish Susan:Sue Deborah:Deb,Debbie Rebecca:Becky Victoria:Vicky Christine:Chris,Tina Katharina:Kathi
Johannes:Hannes,Hans Friedrich:Fritz Elisabeth:Lisa,Elli Matthias:Matze Francisco:Paco Antonio:Toño,Toni Jeffrey:Jeff
Giuseppe:Beppe,Pino Giovanni:Gianni Katarzyna:Kasia Tomasz:Tomek Philippe:Phil Олександр:Саша David:Dave"""
# Stems and endings of surnames that are rare one by one and common together.
COINED = {
    "en": """Ash Black Brad Cald Chester Dun East Gold Had Holl Kirk Lang Mar Oak Pem Shel Stan Thorn Under Whit Win
:bourne by combe croft field ford ham ley man more shaw stead ston ton wall well wick wood worth""",
    "de": """Acker Alten Berg Birken Brink Buch Dorn Eich Feld Grün Hasel Hoch Holz Kirch Linden Nieder Ober Schön Wald
:auer bach bauer beck berger born brunner dorfer egger feld hofer huber kamp mann mayr müller rieder thaler""",
}
FIRM_WORDS = """Al Ber Cor Del El Fi Gen Hel In Ka Lu Mer Na No Om Or Pro Ri Sol Tri Ve Vi Xe Zen
ba co di fe gi la le lo mi na ni ro sa ta ti to va
bit con dex gen lia lix max mond nis ra sys tec tek tis via
Northern Southern Pacific Atlantic Global First United National Summit Blue Metro Baltic Alpine Royal
Data Water Steel Freight Health Marine Power Food Paper Cable Print Flight Rail Cloud Property
Logistics Consulting Software Engineering Foods Insurance Healthcare Packaging Energy Systems Media Labs Textiles
Maschinenbau Logistik Elektrotechnik Bau Medizintechnik Spedition Systemhaus Werkzeuge Versicherungsmakler"""
CHIEFS = "CEO/Chief Executive Officer/Managing Director|CFO/Chief Financial Officer|Owner/Founder & Owner|PA/Assistant"
LEVELS = "VP @/Vice President of @|Head of @/@ Lead|@ Manager/Manager, @/@ Mgr|Director of @/@ Director"
LEVELS += "|@ Specialist/Specialist @|Senior @ Manager/Sr. @ Manager|@ Consultant/Consultant, @|@ Coordinator"
AREAS = "Sales/Business Development|Marketing|IT/Information Technology|HR/Human Resources|Finance|Purchasing"
MAILBOXES = {"{f}.{l}": 46, "{i}{l}": 20, "{i}.{l}": 10, "{f}": 7, "{f}{k}": 5, "{f}_{l}": 4, "{l}.{f}": 4, "{l}{i}": 4}
LETTERS = str.maketrans("łŁøØıđ", "lLoOid", "ʼ'") | {ord("ß"): "ss", ord("æ"): "ae"}
UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
ROMAN = "a b v h g d e zh z y k l m n o p r s t u f kh ts ch sh shch ie i i i iu ia"
CYRILLIC = dict(zip("абвгґдежзиклмнопрстуфхцчшщєіїйюя", ROMAN.split(), strict=True))
BY_EAR = (("iu", "yu"), ("ia", "ya"), ("ie", "ye"), ("kh", "h"), ("zh", "j"), ("h", "g"))  # unofficial romanisation

# Style of the names; shares of private and of office addresses; of slips; of rows that have each of KEPT's fields.
KEPT = ("email", "phone", "title", "company_name", "company_domain", "linkedin_url", "country", "city")
SOURCES = {
    ("split", 0.05, 0.04, 0.02, (0.85, 0.75, 0.70, 0.97, 0.55, 0.12, 0.85, 0.60)): 28,  # CRM, typed by sales
    ("split", 0.22, 0.02, 0.03, (1.00, 0.50, 0.35, 0.80, 0.00, 0.02, 0.60, 0.10)): 20,  # web form
    ("full", 0.08, 0.01, 0.03, (0.80, 0.35, 0.80, 0.98, 0.10, 0.08, 0.50, 0.30)): 14,  # badge scanner
    ("both", 0.02, 0.03, 0.003, (0.80, 0.80, 0.95, 1.00, 0.95, 0.60, 1.00, 0.90)): 18,  # list vendor
    ("full", 0.70, 0.00, 0.004, (0.20, 0.08, 0.95, 0.95, 0.05, 1.00, 0.70, 0.60)): 12,  # network export
    ("full", 0.02, 0.30, 0.015, (0.90, 0.85, 0.20, 1.00, 0.20, 0.00, 0.90, 0.90)): 8,  # billing contact
}
Country = namedtuple("Country", "code share locale phones tld hosts names cities forms")
Firm = namedtuple("Firm", "country names domains form city block mailboxes staff")  # today's name comes last
Job = namedtuple("Job", "firm titles extension local alias city")
Person = namedtuple("Person", "home given nick middle lasts second honour suffix mobile private profiles jobs")
COUNTRY = {record[:2]: Country(*record.split(";")) for record in COUNTRIES.strip().splitlines()}
NICKNAMES = {name: nicks.split(",") for name, nicks in (entry.split(":") for entry in SPOKEN.split())}
FIRST = {*LEADING.split(), *NICKNAMES}


def _romanised(text: str, by_ear: bool = False) -> str:
    if text.isascii() or not any("Ѐ" <= letter <= "ӿ" for letter in text):
        return text
    text = "".join(CYRILLIC.get(letter, letter) for letter in text.lower() if letter not in "ьʼ")
    for official, heard in BY_EAR if by_ear else ():
        text = text.replace(official, heard)
    return text.title()


@lru_cache(100_000)
def _plain(text: str, umlauts: bool = True) -> str:
    text = (text.translate(UMLAUTS) if umlauts else text).translate(LETTERS)
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


@lru_cache(100_000)
def _slug(text: str, joint: str = "") -> str:
    text = _plain(_romanised(text)).lower().replace("'", "")
    return joint.join("".join(letter if letter.isalnum() else " " for letter in text).split())


class _World(random.Random):
    """Draws firms, people and the rows of sources; values that must be unique are in `taken`."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self.taken, self.pools, self.slips = set(), {}, 0.0
        for country in COUNTRY.values():
            fake = Faker(country.locale)
            fake.seed_instance(seed)
            for kind in ("first_name_male", "first_name_female", "last_name_male", "last_name_female"):
                seen = Counter(getattr(fake, kind)() for _ in range(1500))
                ranked = sorted(seen, key=lambda name: (name not in FIRST, -seen[name]))
                # Zipf-Mandelbrot: a bare 1/rank would give the first name of each list to one person in seven.
                weights = list(accumulate(1 / (rank + 12) for rank in range(len(ranked))))
                self.pools[country.code, kind] = ranked, weights

    def chance(self, share: float) -> bool:
        return self.random() < share

    def choice(self, things: Sequence) -> object:
        return things[int(self.random() * len(things))]  # half the time of the inherited one

    def pick(self, shares: dict) -> object:
        at = self.random() * sum(shares.values())
        for thing, share in shares.items():
            at -= share
            if at < 0:
                return thing
        return thing  # rounding may leave nothing for the last

    def spelling(self, thing: str) -> str:
        first, *others = thing.split("/")
        return self.choice(others) if others and self.chance(0.5) else first

    def fresh(self, draw: Callable[[int], str]) -> str:
        """Return the first draw that is not taken; after 30 draws a shared one."""
        drawn = next((drawn for drawn in map(draw, range(30)) if drawn not in self.taken), "") or draw(30)
        self.taken.add(drawn)
        return drawn

    def digits(self, count: int) -> str:
        return str(int((0.1 + 0.9 * self.random()) * 10**count))

    def name(self, code: str, kind: str) -> str:
        (names, weights), language = self.pools[code, kind], COUNTRY[code].locale[:2]
        drawn, other = self.choices(names, cum_weights=weights, k=2)
        if kind[0] == "l" and language in COINED and self.chance(COINED_LAST):
            return "".join(self.choice(part.split()) for part in COINED[language].split(":"))
        return drawn + self.choice("- -") + other if self.chance(COMPOUND) else drawn

    def born(self, home: str, female: bool, initials: str = "") -> list[str]:
        """Return a given name and a surname, with the wanted initials if forty draws find them."""
        sex, names = "female" if female else "male", []
        for at, kind in enumerate(("first_name_", "last_name_")):
            draws = [self.name(home, kind + sex) for _ in range(40 if initials else 1)]
            names.append(next((name for name in draws if initials and name[0] == initials[at]), draws[0]))
        return names

    def firm_name(self, country: Country) -> str:
        last, other = (_romanised(self.name(country.code, "last_name_male")) for _ in range(2))
        start, middle, end, place, thing, *trades = (self.choice(line.split()) for line in FIRM_WORDS.splitlines())
        trade = trades[country.code == "DE"]
        shares = {f"{last} {trade}": 25, f"{last} & {other}": 10, f"{last} & Sons": 5, start + middle + end: 16}
        shares |= {f"{start}{middle}{end} {trade}": 16, f"{place} {thing} {trade}": 20}
        return self.pick(shares | {f"{self.spelling(self.choice(country.cities.split('|')))} {trade}": 8})

    def domain(self, name: str, country: Country) -> str:
        words, tld = _slug(name, " ").split(), self.choice((country.tld, country.tld, "com"))
        stems = "".join(words), "-".join(words), "".join(word[:3] for word in words) + "-group"
        return self.fresh(lambda attempt: f"{self.choice(stems)}{attempt // 6 or ''}.{tld}")

    def firm(self) -> Firm:
        country = COUNTRY[self.pick({country.code: int(country.share) for country in COUNTRY.values()})]
        names = [self.firm_name(country) for _ in range(1 + self.chance(RENAMED_FIRM))]
        cities, length = country.cities.split("|"), int(country.phones.split()[2])
        at, mailboxes = self.randrange(len(cities)), [self.pick(MAILBOXES), self.pick(MAILBOXES)]
        block = self.fresh(lambda _: f"{21 + 11 * at}{self.digits(length - 5)}")
        domains = [self.domain(name, country) for name in names]
        return Firm(country, names, domains, self.choice(country.forms.split("|")), cities[at], block, mailboxes, [])

    def job(self, firm: Firm, first: str, last: str, extension: str | None) -> Job:
        areas = self.choices(AREAS.split("|"), k=2)
        ranks = [self.choice(LEVELS.split("|") if self.chance(0.88) else CHIEFS.split("|")) for _ in areas]
        titles = [rank.replace("@", self.spelling(area)) for rank, area in zip(ranks, areas, strict=True)]
        parts = {"f": _slug(first), "l": _slug(last), "i": _slug(first)[:1], "k": _slug(last)[:1]}
        usual, other = (form.format(**parts) for form in firm.mailboxes[:: 1 if self.chance(0.93) else -1])
        mail = self.fresh(lambda attempt: f"{usual}{attempt + 1 if attempt else ''}@{firm.domains[-1]}")
        # Steps of 7 give the first 900 of a staff different lines; who leaves a firm leaves the line to the next.
        extension = extension or f"{100 + (int(firm.block) * 11 + len(firm.staff) * 7) % 900}"
        city = firm.city if self.chance(0.8) else self.choice(firm.country.cities.split("|"))
        return Job(firm, titles[: 1 + self.chance(PROMOTION)], extension, mail.split("@")[0], other, city)

    def person(self, firm: Firm, others: list[Firm]) -> Person:
        colleague, tie = self.choice(firm.staff or [None]), self.pick(TIES) if firm.staff else "none"
        home = self.choice(tuple(COUNTRY)) if self.chance(ABROAD) else firm.country.code
        home, female = colleague.home if tie != "none" else home, tie != "parent" and self.chance(0.45)
        given, last = self.born(home, female, colleague.given[0] + colleague.lasts[-1][0] if tie == "initials" else "")
        last = colleague.lasts[-1] if tie in ("parent", "spouse", "namesake") else last
        # Sons are often called after the father, and told apart by a suffix at best.
        given = colleague.given if tie == "namesake" or (tie == "parent" and self.chance(0.4)) else given
        suffix = self.choice(("Jr.", "Jr", "II", "")) if tie == "parent" else ""
        husband = self.name(home, "last_name_female") if female and self.chance(MARRIED) else ""
        married = [self.choice((husband, husband, f"{last}-{husband}"))] if husband else []
        nick = self.choice(NICKNAMES[given]) if given in NICKNAMES and self.chance(NICKNAMED) else None
        called = nick if nick and self.chance(0.3) else given
        line = colleague.jobs[-1].extension if tie in ("parent", "spouse") else None
        formers = [other for other in others if other.country is firm.country][:1] if self.chance(JOB_CHANGE) else []
        jobs = [self.job(former, called, last, None) for former in formers if former is not firm]
        jobs.append(self.job(firm, called, [last, *married][-1], line))
        handle, (*_, length, start) = _slug(f"{called} {[last, *married][-1]}", "-"), firm.country.phones.split()
        hosts, stem = firm.country.hosts.split("|"), handle.replace("-", self.choice((".", "", "_")))
        private = self.fresh(lambda _: f"{stem}{self.choice(('', self.digits(2)))}@{self.choice(hosts)}")
        profiles = [self.fresh(lambda at: handle + f"-{self.getrandbits(32):08x}" * (at > 0 or self.chance(0.5)))]
        profiles += [f"{_slug(handle)}{self.digits(4)}"] if self.chance(NEW_PROFILE) else []
        mobile = self.fresh(lambda _: start + self.digits(int(length) - len(start)))
        middle, honour = self.born(home, female)[0] if self.chance(MIDDLE) else None, "Dr. " * self.chance(HONOUR)
        second, lasts = self.name(home, "last_name_male") if home == "ES" else None, [last, *married]
        person = Person(home, given, nick, middle, lasts, second, honour, suffix, mobile, private, profiles, jobs)
        firm.staff.append(person)
        return person

    def slipped(self, text: str, shares: float = 1) -> str:
        if not self.chance(self.slips * shares):
            return text
        at = self.randrange(1, max(len(text) - 1, 2))
        here, after = text[at : at + 1], text[at + 1 : at + 2]
        slips = after + here, after, here + here + after, self.choice("aeionrst") + after
        return text[:at] + self.choice(slips) + text[at + 2 :]

    def phone(self, person: Person, job: Job) -> tuple[str, str | None]:
        """Return a phone as written, and the number if it is the person's own."""
        kind, direct = self.pick(NUMBERS), job.firm.block + job.extension
        own = {"mobile": person.mobile, "board": None}.get(kind, direct)
        number = own if kind in ("mobile", "direct") else job.firm.block + "000"
        dial, trunk, *_ = job.firm.country.phones.split()
        zero, area, one, two = trunk.strip("-"), number[:3], number[3:6], number[6:]
        # The last but one is what a spreadsheet leaves of an international number.
        ways = f"+{dial} {area} {one} {two}|+{dial}{number}|{zero}{area} {one}{two}|{zero}{area}-{one}-{two}"
        ways += f"|({zero}{area}) {one}-{two}|00{dial}{number}|{zero}{area}/{one}{two}|{dial}{number}"
        written = self.choice((ways + f"|+{dial} (0){area} {one} {two}" * bool(zero)).split("|"))
        return written + (self.choice((" x", " ext. ", "-")) + job.extension if kind == "extension" else ""), own

    def email(self, person: Person, job: Job, domain: str, private: float, office: float) -> tuple[str, str | None]:
        """Return an email as written, and the mailbox if it is the person's own."""
        kind = self.pick({"private": private, "office": office, "own": 1 - private - office})
        if kind == "office":
            return f"{self.choice(('info', 'sales', 'office', 'contact', 'accounts'))}@{domain}", None
        if kind == "own" and self.chance(COLLEAGUES_MAIL) and job.firm.staff:
            return self.choice(job.firm.staff).jobs[-1].local + "@" + domain, None
        mail = f"{job.alias if self.chance(ALIAS) else job.local}@{domain}" if kind == "own" else person.private
        return mail.replace("@", self.choice(("+web@", "+events@"))) if self.chance(PLUS_TAG) else mail, mail

    def names(self, person: Person, last: str, style: str) -> tuple[dict, bool]:
        """Return the name columns, and whether they show more of the given name than its initial."""
        given, told = person.nick if person.nick and self.chance(0.5) else person.given, not self.chance(INITIAL)
        if person.middle and self.chance(0.3):
            given += self.choice((f" {person.middle}", f" {person.middle[0]}."))
        last += f" {person.second}" if person.second and self.chance(0.4) else ""
        if not self.chance(NATIVE_SCRIPT):
            by_ear = self.chance(0.4)
            given, last = _romanised(given, by_ear), _romanised(last, by_ear)
        if self.chance(PLAIN_LETTERS):
            umlauts = self.chance(0.5)
            given, last = _plain(given, umlauts), _plain(last, umlauts)
        given, last = self.slipped(given if told else given[0] + self.choice(("", "."))), self.slipped(last)
        given, last = (last, given) if self.chance(SWAPPED) else (given, last)
        honour = person.honour if self.chance(0.5) else self.pick({"": 97, "Mr ": 1, "Ms. ": 1, "Herr ": 1})
        last, case = f"{last} {person.suffix if self.chance(0.6) else ''}".strip(), self.pick(CASES)
        full = f"{last}, {given}" if self.chance(0.06) else f"{honour}{given} {last}"
        halves = {"first_name": case(honour + given), "last_name": case(last)} if style != "full" else {}
        return halves | ({"full_name": case(full)} if style != "split" else {}), told

    def company(self, firm: Firm, name: str) -> str:
        words, tail = name.split(), self.pick({"": 92, " Group": 3, f" ({firm.country.code})": 3, " Holding": 2})
        if "&" in name and self.chance(0.1):
            name = name.replace(" & ", self.choice((" and ", " + ", "&")))
        elif words[1:] and "&" not in name and self.chance(0.08):
            acronym = "".join(word[0] for word in words)
            name = acronym if words[2:] and self.chance(0.5) else " ".join([*words[:-1], f"{words[-1][:4]}."])
        name = f"{name}{tail} {self.spelling(firm.form) if self.chance(0.55) else ''}".strip()
        return self.pick(CASES)(_plain(name) if self.chance(0.15) else name)

    def row(self, person: Person) -> tuple[dict, set]:
        """Return a row about the person as a source has it, and the values that identify the person."""
        style, private, office, self.slips, keeps = self.pick(SOURCES)
        era = -1 + self.chance(SEES_PAST)
        job, last, handle = person.jobs[era], person.lasts[era], person.profiles[era]
        # Who came from elsewhere knows the firm by today's name only.
        firm, at = job.firm, era if len(person.jobs) == 1 else -1
        name, domain, mail_job = firm.names[at], firm.domains[at], person.jobs[0] if self.chance(STALE_MAIL) else job
        row, told = self.names(person, last, style)
        mail, mailbox = self.email(person, mail_job, mail_job.firm.domains[at], private, office)
        phone, own = self.phone(person, job)
        site = self.pick({"": 85, "www.": 7, "https://www.": 8}) + domain
        profile = f"{self.choice(('https://www.', 'http://www.', '', 'www.'))}linkedin.com/in/{handle}"
        land = firm.country.code if self.chance(0.45) else self.spelling(firm.country.names)
        values = (self.slipped(mail, 0.5), self.slipped(phone, 0.3), self.spelling(job.titles[era]))
        values += (self.slipped(self.company(firm, name)), site, profile, land, self.spelling(job.city))
        clues = (mailbox, own, None, told and (name, last), told and (name, last), handle, None, None)
        kept = [(key, *rest) for key, *rest, keep in zip(KEPT, values, clues, keeps, strict=True) if self.chance(keep)]
        return row | {key: value for key, value, _ in kept}, {clue for *_, clue in kept if clue}

    def smudged(self, row: dict) -> dict:
        """Return the full row, with stray spaces and placeholders for missing values."""
        key = self.choice(tuple(row))
        before, between, after = self.choice((" ||", "|| ", "|  |", "|\u00a0|")).split("|")
        row |= {key: before + row[key].replace(" ", between or " ") + after} if self.chance(SPACES) else {}
        row |= {self.choice(("phone", "title")): self.choice(("n/a", "-", "", "."))} if self.chance(PLACEHOLDER) else {}
        return {key: row.get(key) for key in ("first_name", "last_name", "full_name", *KEPT)}

    def rows_about(self, person: Person, count: int) -> list[dict]:
        """Return the rows of one person, nearly each linked to an earlier one by acceptable evidence."""
        row, known = self.row(person)
        rows = [row]
        while len(rows) < count:
            for _ in range(1 if self.chance(UNCHECKED) else 8):
                row, clues = self.row(person)
                if clues & known:
                    break
            if self.chance(RESENT):
                row, clues = {key: value for key, value in rows[-1].items() if "name" in key or self.chance(0.9)}, known
            known |= clues
            rows.append(row)
        return [self.smudged(row) for row in rows]


def make(rows: int, seed: int) -> tuple[list[dict], list[int]]:
    """Return rows in random order, and the number of each row's person."""
    world, extra = _World(seed), round(rows * EXTRA_ROWS)
    firms = [world.firm() for _ in range(2 + (rows - extra) // PEOPLE_PER_FIRM)]
    sizes = list(accumulate((rank + 30) ** -0.8 for rank in range(len(firms))))
    # Four in five extra rows are a second one; the rest fall on those who already have two.
    repeated = world.sample(range(rows - extra), round(extra * 0.8))
    counts = Counter([*range(rows - extra), *repeated, *world.choices(repeated or [0], k=extra - len(repeated))])
    found = []
    for number, count in counts.items():
        firm, *others = world.choices(firms, cum_weights=sizes, k=9)
        person = world.person(firm, others)
        found += [(row, number) for row in world.rows_about(person, count)]
    world.shuffle(found)
    return [row for row, _ in found], [number for _, number in found]
