"""A seeded population of leads whose duplicates are known, as hard as real ones.

``make(rows, seed, setting)`` draws people at companies whose sizes and names follow Zipf, then writes some of them a second
time, as another source at another time. It contains what misleads a matcher: colleagues with the same name or initials,
fathers and sons at one firm with one phone, shared switchboards, role addresses, namesakes, people who changed jobs, and
companies that changed their names.

``SETTINGS`` differ in how dirty, crowded and complete the rows are: weights are fitted on some and judged on others.
"""

from __future__ import annotations

import random
import unicodedata
from bisect import bisect
from dataclasses import dataclass, replace
from itertools import accumulate

FIELDS = (
    "first_name", "last_name", "full_name", "email", "phone", "title", "company_name", "company_domain", "linkedin_url",
    "country", "city",
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """Probabilities of what happens; see the module."""

    duplicates: float = 0.15
    per_company: float = 9.0
    surnames: int = 3000
    missing: float = 0.04
    typos: float = 0.16
    job_change: float = 0.08
    rename: float = 0.06
    other_email: float = 0.25
    switchboard: float = 0.22
    free_mail: float = 0.12
    role: float = 0.05
    namesakes: float = 0.004
    families: float = 0.006
    second_copies: float = 0.25
    linkedin: float = 0.5
    split_names: float = 0.9
    name_less: float = 0.01
    mobile: float = 0.5
    reused: float = 0.01
    other_line: float = 0.08
    extensions: float = 0.0
    thin: float = 0.0
    alike: int = 0
    initials: float = 0.0
    nameless_alone: bool = False
    strangers: float = 0.0
    borrowed: float = 0.0
    mixed: float = 0.0
    half_named: float = 0.0
    middles: float = 0.0
    couples: float = 0.0
    numbered: float = 0.0

    @classmethod
    def drawn(cls, seed: int) -> Setting:
        """Return a random setting, so that weights do not fit the habits of one."""
        rng = random.Random(seed)

        def up_to(most: float) -> float:
            return round(most * rng.random() ** 1.5, 3)

        return cls(
            duplicates=0.05 + up_to(0.3), per_company=2 + 20 * rng.random() ** 2, surnames=rng.choice((600, 2000, 8000)),
            missing=up_to(0.25), typos=up_to(0.35), job_change=up_to(0.12), rename=up_to(0.15), other_email=up_to(0.5),
            switchboard=up_to(0.7), free_mail=up_to(0.4), role=up_to(0.25), namesakes=up_to(0.008), families=up_to(0.015),
            second_copies=0.1 + up_to(0.4), linkedin=up_to(0.7), split_names=rng.random(), name_less=up_to(0.12),
            mobile=rng.random(), reused=up_to(0.05), other_line=up_to(0.5), extensions=rng.random(), thin=up_to(0.5),
            alike=rng.choice((0, 200, 800)), initials=up_to(0.6), nameless_alone=rng.random() < 0.7,
            strangers=up_to(0.006), borrowed=up_to(0.01), mixed=up_to(0.5), half_named=up_to(0.08),
            middles=up_to(0.9), couples=up_to(0.03), numbered=rng.choice((0.0, 0.0, 0.8)),
        )  # fmt: skip


SETTINGS = {
    "plain": Setting(),
    "dirty": Setting(
        missing=0.1, typos=0.3, other_email=0.35, rename=0.1, job_change=0.14, switchboard=0.3, name_less=0.03
    ),
    "crowded": Setting(surnames=500, per_company=30, namesakes=0.012, families=0.015, linkedin=0.2),
    "sparse": Setting(missing=0.2, linkedin=0.1, free_mail=0.3, per_company=3, split_names=0.4),
    "tidy": Setting(missing=0.02, typos=0.05, other_email=0.12, job_change=0.08, duplicates=0.05, surnames=8000),
    "offices": Setting(
        role=0.35, switchboard=0.6, mobile=0.12, linkedin=0.25, per_company=6, families=0.02, missing=0.06, reused=0.1
    ),
    "no_link": Setting(linkedin=0.0, switchboard=0.35, role=0.1, second_copies=0.5, surnames=1500),
}

_LANDS = {
    "US": ("1", 30, "James Robert John Michael David William Richard Joseph Thomas Christopher Charles Daniel Matthew Anthony Mark Steven Andrew Joshua Kenneth Kevin Brian Timothy Ronald Jason Edward Jeffrey Ryan Jacob Gary Nicholas Eric Jonathan Stephen Larry Justin Scott Brandon Benjamin Samuel Gregory Alexander Patrick Frank Raymond Jack Dennis Jerry Tyler Aaron Jose Adam Nathan Henry Zachary Douglas Peter Kyle Noah Ethan Jeremy Mary Patricia Jennifer Linda Elizabeth Barbara Susan Jessica Karen Sarah Lisa Nancy Sandra Ashley Emily Kimberly Margaret Donna Michelle Carol Amanda Melissa Deborah Stephanie Rebecca Sharon Laura Cynthia Dorothy Amy Kathleen Angela Shirley Emma Brenda Pamela Nicole Anna Samantha Katherine Christine Helen Debra Rachel Carolyn Janet Maria Catherine Heather Diane Olivia Julie Joyce Victoria Ruth Virginia Lauren Kelly Christina Joan Evelyn Judith Andrea Hannah Megan Cheryl Jacqueline Martha Madison Teresa Gloria Sara Janice Ann Kathryn Abigail Sophia Frances Jean Alice Judy Isabella Julia Grace Amber Denise Danielle Marilyn Beverly Charlotte Natalie Theresa Diana Brittany",
           "Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White Harris Sanchez Clark Ramirez Lewis Robinson Walker Young Allen King Wright Scott Torres Nguyen Hill Flores Green Adams Nelson Baker Hall Rivera Campbell Mitchell Carter Roberts Gomez Phillips Evans Turner Diaz Parker Cruz Edwards Collins Reyes Stewart Morris Morales Murphy Cook Rogers Gutierrez Ortiz Morgan Cooper Peterson Bailey Reed Kelly Howard Ramos Kim Cox Ward Richardson Watson Brooks Chavez Wood James Bennett Gray Mendoza Ruiz Hughes Price Alvarez Castillo Sanders Patel Myers Long Ross Foster O'Brien O'Connor McDonald McCarthy",
           "Brad Stan Win Mil Ash Har Wood Whit Thorn Black Hart Stan Kings Lang Nor Red Wal Ches Bur Ald Ell Far Glen Hol", "ley ton ford wood field man well worth by sby son ham den ridge brook more croft shaw stone land"),
    "DE": ("49", 22, "Peter Michael Thomas Andreas Wolfgang Klaus Jürgen Stefan Christian Uwe Werner Frank Markus Matthias Jan Martin Alexander Sebastian Tobias Florian Philipp Lukas Felix Maximilian Jonas Johannes Friedrich Heinrich Georg Bernd Jörg Günter Dieter Manfred Rüdiger Sven Björn Torsten Ulrich Ralf Maria Ursula Monika Petra Elisabeth Sabine Renate Helga Karin Brigitte Ingrid Erika Andrea Gisela Claudia Susanne Gabriele Christa Christine Hildegard Anna Birgit Barbara Heike Angelika Silke Anja Katharina Julia Stefanie Franziska Johanna Svenja Kathrin Ulrike Margarete Bärbel Käthe",
           "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Schäfer Koch Bauer Richter Klein Wolf Schröder Neumann Schwarz Zimmermann Braun Krüger Hofmann Hartmann Lange Schmitt Werner Krause Meier Lehmann Schmid Schulze Maier Köhler Herrmann König Walter Mayer Huber Kaiser Fuchs Peters Lang Scholz Möller Weiß Jung Hahn Schubert Vogel Friedrich Keller Günther Frank Berger Winkler Roth Beck Lorenz Baumann Franke Albrecht Schuster Simon Ludwig Böhm Winter Kraus Martin Schumacher Krämer Vogt Stein Jäger Otto Sommer Groß Seidel Heinrich Brandt Haas Schreiber Graf Schulte Dietrich Ziegler Kuhn Kühn Pohl Engel Horn Busch Bergmann Thomas Voigt Sauer Arnold Wolff Pfeiffer",
           "Stein Berg Wald Eichen Linden Brun Hart Rosen Loh Buch Wiesen Hohen Nieder Ober Stock Hasel Kirch Grün Schön Rath", "bauer mann berger hofer meier müller bach hausen thal feld heim acker rieder egger brink kamp"),
    "FR": ("33", 12, "Jean Pierre Michel André Philippe René Louis Alain Jacques Bernard Marcel Daniel Roger Robert Paul Claude Christian Henri Georges Nicolas François Laurent Frédéric Éric David Stéphane Julien Sébastien Thomas Guillaume Benoît Mathieu Antoine Olivier Marie Jeanne Françoise Monique Catherine Nathalie Isabelle Jacqueline Anne Sylvie Martine Madeleine Nicole Suzanne Hélène Christine Sophie Céline Émilie Aurélie Élodie Geneviève Véronique Valérie Béatrice",
           "Martin Bernard Dubois Thomas Robert Richard Petit Durand Leroy Moreau Simon Laurent Lefebvre Michel Garcia David Bertrand Roux Vincent Fournier Morel Girard André Lefèvre Mercier Dupont Lambert Bonnet François Martinez Legrand Garnier Faure Rousseau Blanc Guérin Müller Henry Roussel Nicolas Perrin Morin Mathieu Clément Gauthier Dumont Lopez Fontaine Chevalier Robin",
           "Beau Mont Ville Roche Bel Haute Clair Fon Char Dela Gran Cour Bois Lau", "mont ville rieu clair champ court lieu vert val pré rand net got lier"),
    "ES": ("34", 10, "Antonio José Manuel Francisco David Juan Javier Daniel Carlos Jesús Alejandro Miguel Rafael Pedro Ángel Pablo Sergio Fernando Luis Alberto Álvaro Ignacio Enrique Vicente Ramón María Carmen Ana Isabel Laura Cristina Marta Dolores Lucía Pilar Elena Mercedes Rosa Teresa Patricia Beatriz Montserrat Concepción Inmaculada",
           "García Rodríguez González Fernández López Martínez Sánchez Pérez Gómez Martín Jiménez Hernández Ruiz Díaz Moreno Muñoz Álvarez Romero Gutiérrez Alonso Navarro Torres Domínguez Ramos Vázquez Gil Ramírez Serrano Blanco Molina Morales Suárez Ortega Castro Delgado Ortiz Marín Rubio Núñez Medina",
           "Casa Monte Villa Torre Font Prado Mira Val Cam Sal Riba Alma", "blanca alta verde mar ñán dorado vera sola nueva flor és era ero"),
    "PL": ("48", 9, "Piotr Krzysztof Andrzej Tomasz Paweł Jan Michał Marcin Jakub Adam Łukasz Marek Grzegorz Mateusz Wojciech Mariusz Dariusz Zbigniew Maciej Rafał Anna Katarzyna Maria Małgorzata Agnieszka Barbara Ewa Krystyna Elżbieta Magdalena Joanna Aleksandra Monika Zofia Natalia",
           "Nowak Kowalski Wiśniewski Wójcik Kowalczyk Kamiński Lewandowski Zieliński Szymański Woźniak Dąbrowski Kozłowski Mazur Jankowski Kwiatkowski Wojciechowski Krawczyk Kaczmarek Piotrowski Grabowski Zając Pawłowski Król Michalski Wróbel Wieczorek Jabłoński Nowakowski Majewski Stępień",
           "Brzo Lipo Gór Wierz Kali Sosn Dęb Jawo Olsz Mali", "wski cki ński czyk czak owicz nek iak"),
    "SE": ("46", 7, "Lars Anders Johan Per Erik Mikael Fredrik Magnus Björn Åke Göran Håkan Olof Sven Karin Anna Eva Kristina Birgitta Margareta Elisabeth Kerstin Åsa Malin Linnéa Sofia Ingrid",
           "Andersson Johansson Karlsson Nilsson Eriksson Larsson Olsson Persson Svensson Gustafsson Pettersson Jonsson Jansson Hansson Bengtsson Jönsson Lindberg Jakobsson Magnusson Lindström Lindqvist Lindgren Berg Axelsson Bergström Lundberg Lind Lundgren Mattsson",
           "Berg Lund Ek Sjö Holm Gran Dal Ny Söder Öst Väst Hög", "ström kvist gren berg man lund mark vall stedt ling"),
    "UA": ("380", 4, "Олександр Сергій Андрій Володимир Микола Іван Олексій Дмитро Юрій Катерина Олена Наталія Ірина Оксана Тетяна Світлана Марія",
           "Мельник Шевченко Бондаренко Коваленко Бойко Ткаченко Кравченко Ковальчук Коваль Олійник Шевчук Поліщук Лисенко Савченко Руденко Петренко Мороз", "Гон Яре Бон Тка Лис Мар", "чук енко юк ко ський"),
    "CN": ("86", 5, "伟 芳 娜 秀英 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 平 刚 桂英 建国 志强 晓明", "王 李 张 刘 陈 杨 黄 赵 吴 周 徐 孙 马 朱 胡 郭 何 高 林 罗", "欧 司 上 诸", "阳 马 官 葛"),
}  # fmt: skip
_OF_ONE_SCRIPT = ("US", "DE", "FR", "ES", "PL", "SE")
_ENDINGS = ("", "a", "o", "e", "i", "ia", "io", "ina", "ino", "ella", "ette", "us", "ie", "is")
_SHORTER = {
    "James": "Jim", "Robert": "Bob Rob Bobby", "John": "Jack Johnny", "Michael": "Mike Mick Michi", "William": "Bill Will Billy", "Richard": "Rick Dick Rich",
    "Joseph": "Joe Joey", "Thomas": "Tom Tommy", "Christopher": "Chris", "Charles": "Charlie Chuck", "Daniel": "Dan Danny Dani", "Matthew": "Matt", "Anthony": "Tony",
    "Steven": "Steve", "Andrew": "Andy Drew", "Kenneth": "Ken", "Timothy": "Tim", "Edward": "Ed Ted Eddie", "Jeffrey": "Jeff", "Nicholas": "Nick", "Jonathan": "Jon",
    "Stephen": "Steve", "Benjamin": "Ben", "Samuel": "Sam", "Gregory": "Greg", "Alexander": "Alex", "Patrick": "Pat", "Raymond": "Ray", "Zachary": "Zach",
    "Patricia": "Pat Trish", "Jennifer": "Jen Jenny", "Elizabeth": "Liz Beth Lisa", "Barbara": "Barb Basia", "Susan": "Sue", "Jessica": "Jess", "Kimberly": "Kim", "Margaret": "Peggy Maggie Meg",
    "Deborah": "Debbie Deb", "Rebecca": "Becky", "Katherine": "Kate Kathy Katie", "Catherine": "Cathy", "Pamela": "Pam", "Samantha": "Sam", "Victoria": "Vicky", "Christina": "Tina Chris",
    "Theresa": "Terry", "Andreas": "Andi", "Stefan": "Steff", "Matthias": "Matze", "Johannes": "Hannes Jo", "Friedrich": "Fritz", "Maximilian": "Max", "Sebastian": "Basti", "Philipp": "Phil",
    "Tobias": "Tobi", "Florian": "Flo", "Katharina": "Kathi", "Stefanie": "Steffi", "Franziska": "Franzi", "Susanne": "Susi", "Gabriele": "Gabi", "Ursula": "Uschi", "Johanna": "Hanna", "Philippe": "Phil",
    "Frédéric": "Fred", "Sébastien": "Seb", "Nicolas": "Nico", "Benoît": "Ben", "Francisco": "Paco Fran", "José": "Pepe", "Ignacio": "Nacho", "Enrique": "Quique", "Dolores": "Lola", "Manuel": "Manolo",
    "Rafael": "Rafa", "Krzysztof": "Krzysiek", "Katarzyna": "Kasia", "Małgorzata": "Gosia", "Wojciech": "Wojtek", "Aleksandra": "Ola", "Joanna": "Asia", "Tomasz": "Tomek", "Birgitta": "Gittan", "Margareta": "Maggan",
    "Олександр": "Саша", "Володимир": "Вова", "Катерина": "Катя", "Наталія": "Наташа",
}  # fmt: skip
_WORDS = "Acme Nova Vertex Blue River Summit Apex Delta Prime Global Orion Atlas Bright Stone Cedar Falcon Granite Harbor Iron Jade Kestrel Lumen Maple North Ocean Pioneer Quantum Ridge Silver Titan Ultra Vista Willow Xenon Yellow Zenith Alpine Beacon Cobalt Dynamic Ember Fusion Gale Helix Indigo Juniper Keystone Lotus Matrix Nimbus Onyx Pinnacle Quest Radiant Sierra Terra Unity Velocity West Zephyr".split()
_TRADES = "Software Logistics Consulting Foods Energy Health Media Capital Systems Partners Industries Labs Solutions Design Motors Textiles Pharma Optics Robotics Analytics Services Trading Engineering Packaging Security".split()
_FORMS = {
    "US": ("Inc.", "LLC", "Corp.", "Corporation", "Inc", ""), "DE": ("GmbH", "AG", "GmbH & Co. KG", "UG", ""),
    "FR": ("SA", "SAS", "SARL", "S.A.", ""), "ES": ("S.L.", "S.A.", "SL", ""), "PL": ("Sp. z o.o.", "S.A.", "sp. z o. o.", ""),
    "SE": ("AB", "Aktiebolag", ""), "UA": ("ТОВ", "LLC", ""), "CN": ("Co., Ltd.", "Limited", ""),
}  # fmt: skip
_CITIES = {
    "US": "New York|NYC,Chicago,Boston,Austin,San Francisco|SF,Seattle,Denver", "DE": "Berlin,Hamburg,München|Munich,Köln|Cologne,Stuttgart",
    "FR": "Paris,Lyon,Marseille,Lille", "ES": "Madrid,Barcelona,Sevilla|Seville,Valencia", "PL": "Warszawa|Warsaw,Kraków|Krakow,Gdańsk",
    "SE": "Stockholm,Göteborg|Gothenburg,Malmö", "UA": "Київ|Kyiv,Львів|Lviv", "CN": "上海|Shanghai,北京|Beijing,深圳|Shenzhen",
}  # fmt: skip
_TITLES = "CEO,Chief Executive Officer|CTO,Chief Technology Officer|CFO,Finance Director|Head of Sales,Sales Director|VP Marketing,Vice President Marketing|Account Manager,Key Account Manager|Buyer,Purchasing Manager|Software Engineer,Developer|HR Manager,Head of HR|Office Manager,Office Administrator".split(
    "|"
)
_FREE = "gmail.com yahoo.com outlook.com hotmail.com gmx.de web.de orange.fr".split()
_ROLES = "info sales office contact kontakt hello admin support".split()
_CYRILLIC = dict(zip("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "a b v h g d e ie zh z y i i i k l m n o p r s t u f kh ts ch sh shch  iu ia".split(" "), strict=False))  # fmt: skip
_PINYIN = "wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he gao lin luo".split()


def latin(text: str) -> str:
    """Return plain lower-case letters, as in an email address."""
    text = text.lower().translate(str.maketrans({"ü": "ue", "ö": "oe", "ä": "ae", "ß": "ss", "ł": "l", "'": ""}))
    text = "".join(_CYRILLIC.get(char, char) for char in text)
    text = "".join(_PINYIN[ord(char) % 20] if ord(char) > 0x3000 else char for char in text)
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(char for char in plain if char.isalpha())


class Zipf:
    """Draws from a list whose n-th entry has weight 1/(n+2)."""

    def __init__(self, items: list, power: float = 0.8) -> None:
        self.items = items
        self.bounds = list(accumulate((n + 3) ** -power for n in range(len(items))))

    def __call__(self, rng: random.Random):
        return self.items[bisect(self.bounds, rng.random() * self.bounds[-1])]


class Company:
    def __init__(self, rng: random.Random, number: int) -> None:
        self.land = rng.choices(list(_LANDS), [land[1] for land in _LANDS.values()])[0]
        self.city = rng.choice(_CITIES[self.land].split(",")).split("|")
        self.named(rng, number)
        self.pattern = rng.choice(("first.last",) * 5 + ("flast",) * 2 + ("first", "first_last", "last", "firstl"))
        self.exchange = f"{rng.randrange(20, 99)}{rng.randrange(10_000):04d}"
        self.switchboard = f"{self.exchange}0{rng.randrange(10)}{rng.randrange(10)}"
        self.locals: dict[str, int] = {}
        self.later: Company | None = None

    def named(self, rng: random.Random, number: int) -> None:
        words = [rng.choice(_WORDS), *([rng.choice(_WORDS)] if rng.random() < 0.5 else []), rng.choice(_TRADES)]
        if rng.random() < 0.25:
            words[0] = rng.choice(_WORDS)[:4] + rng.choice("ora ix ify ent exa ius ovo ema".split())
        self.core, self.form = " ".join(words), rng.choice(_FORMS[self.land])
        joined = rng.choice(("", "-")).join(words).lower()
        self.domain = (
            f"{joined}{number if rng.random() < 0.5 else ''}.{rng.choice(('com', 'com', self.land.lower(), 'io'))}"
        )

    def renamed(self, rng: random.Random) -> Company:
        """Return the new name of a company, the same for all who work there."""
        self.later = self.later or Company(rng, rng.randrange(10**6))
        return self.later

    def address(self, rng: random.Random, number: int, first: str, last: str, pattern: str | None = None) -> str:
        """Return an email of a person: their own, or a new one."""
        pattern = pattern or self.pattern
        f, s = latin(first) or "x", latin(last) or "y"
        local = {"first.last": f"{f}.{s}", "flast": f[0] + s, "first": f, "first_last": f"{f}_{s}", "last": s, "firstl": f + s[0],
                 "last.first": f"{s}.{f}", "f.last": f"{f[0]}.{s}", "firstlast": f + s}[pattern]  # fmt: skip
        while self.locals.get(local, number) != number:
            local = f"{local.rstrip('0123456789')}{rng.randrange(2, 100 + len(self.locals))}"
        self.locals[local] = number
        return f"{local}@{self.domain}"


@dataclass
class Person:
    number: int
    first: str
    last: str
    company: Company
    email: str
    private: str
    mobile: str
    direct: str | None
    slug: str
    title: str
    by_mobile: bool
    suffix: str = ""
    middle: str = ""
    customer: str = ""


class Population:
    def __init__(self, rows: int, seed: int, setting: Setting) -> None:
        self.rng, self.setting, self.wanted = random.Random(seed), setting, rows
        self.firsts, self.lasts = {}, {}
        for land, (_, _, firsts, lasts, heads, tails) in _LANDS.items():
            known = lasts.split()
            made = list(dict.fromkeys(head + tail for head in heads.split() for tail in tails.split()))
            self.rng.shuffle(made)
            more = [a + b for a in made for b in ("", "er", "s", "en")] if land not in {"CN", "UA"} else made
            self.firsts[land] = Zipf(self.given_names(firsts.split()))
            self.lasts[land] = Zipf((known + more)[: max(setting.surnames, 20)], 0.75)
        count = max(2, int(rows / setting.per_company))
        companies = [Company(self.rng, number) for number in range(count)]
        if setting.extensions:  # a phone is the exchange's number and an extension, 0 at the front desk
            for company in companies:
                if self.rng.random() < setting.extensions:
                    company.switchboard = f"{company.exchange}0"
        self.companies = Zipf(companies, 0.6)
        self.count, self.numbers = 0, []

    def given_names(self, known: list[str]) -> list[str]:
        """Return given names; some lists have many that differ by a letter or a gendered ending."""
        if not self.setting.alike or len(known[0]) < 3:
            return known
        roots = [name.rstrip("aeiouy") for name in known]
        more = [root + end for root in roots if len(root) > 2 for end in _ENDINGS]
        more += [
            name[: at + 1] + other + name[at + 2 :] for name in known for at, other in zip(range(3), "rle", strict=True)
        ]
        self.rng.shuffle(more)
        mixed = [*known[10:], *dict.fromkeys(more[: self.setting.alike])]
        self.rng.shuffle(mixed)
        return list(dict.fromkeys([*known[:10], *mixed]))

    def person(self, company: Company | None = None, first: str = "", last: str = "") -> Person:
        rng, setting = self.rng, self.setting
        company = company or self.companies(rng)
        land = company.land
        if setting.mixed and rng.random() < setting.mixed:  # names of a country that the row does not mention
            land = rng.choice(_OF_ONE_SCRIPT)
        first, last = first or self.firsts[land](rng), last or self.lasts[land](rng)
        self.count += 1
        f, s = latin(first) or "x", latin(last) or "y"
        sep, tail = rng.choice(("", ".", "_")), rng.choice(("", str(rng.randrange(50, 99)), str(rng.randrange(1000))))
        mobile = f"1{rng.randrange(5, 8)}{rng.randrange(10**7):07d}"
        if self.numbers and rng.random() < setting.reused:  # a number that another person has or had
            mobile = rng.choice(self.numbers)
        self.numbers.append(mobile)
        direct = f"{company.exchange}{rng.randrange(100, 1000)}" if rng.random() > setting.switchboard else None
        written = f[0] if setting.initials and rng.random() < setting.initials else f"{f}{sep}"
        one = Person(self.count, first, last, company, company.address(rng, self.count, first, last),
                     f"{written}{s}{tail}@{rng.choice(_FREE)}", mobile, direct, f"{f}-{s}-{rng.randrange(16**6):06x}",
                     rng.choice(rng.choice(_TITLES).split(",")), rng.random() < setting.mobile)  # fmt: skip
        if setting.middles and land != "CN" and rng.random() < setting.middles:  # a middle or a first family name
            one.middle = (self.lasts if land == "ES" else self.firsts)[land](rng)
        if setting.numbered:
            one.customer = f"{rng.randrange(10**6, 10**7)}"
        return one

    def people(self):
        """Draw new people, some of them easily mistaken for another."""
        rng, setting = self.rng, self.setting
        while True:
            one = self.person()
            yield one
            if rng.random() < setting.namesakes:  # a colleague with the same name
                yield self.person(one.company, one.first, one.last)
            if rng.random() < setting.namesakes * 2:  # a colleague with the same initials
                same = [name for name in self.firsts[one.company.land].items if name[0] == one.first[0]]
                alike = [name for name in self.lasts[one.company.land].items if name[0] == one.last[0]]
                yield self.person(one.company, rng.choice(same or [one.first]), rng.choice(alike or [one.last]))
            if setting.strangers and rng.random() < setting.strangers:  # a person of the same name at any company
                yield self.person(self.elsewhere(one), one.first, one.last)
            if rng.random() < setting.families:  # father and son, brother and sister, husband and wife
                same = rng.random() < 0.25
                other = self.person(one.company, one.first if same else "", one.last)
                other.direct = one.direct
                other.suffix = "Jr." if same and rng.random() < 0.6 else ""
                yield other
            if setting.couples and rng.random() < setting.couples:  # two people with one address, or one phone
                other = self.person(one.company, "", one.last if rng.random() < 0.5 else "")
                if rng.random() < 0.8:
                    other.email, other.private = one.email, one.private
                if rng.random() < 0.5:
                    other.mobile, other.direct = one.mobile, one.direct
                yield other
            if one.middle and rng.random() < 0.005:  # a namesake whom only the middle name tells apart
                other = self.person(one.company if rng.random() < 0.8 else None, one.first, one.last)
                if rng.random() < 0.1:  # father and son, at home
                    other.email, other.private, other.mobile = one.email, one.private, one.mobile
                yield other

    def row(self, one: Person, sure: bool) -> dict:
        rng, setting, company = self.rng, self.setting, one.company
        draw = rng.random()
        email = one.email
        if draw < setting.free_mail:
            email = one.private
        elif draw < setting.free_mail + setting.role:
            email = f"{rng.choice(_ROLES)}@{company.domain}"
        elif setting.borrowed and rng.random() < setting.borrowed:  # that of a colleague, who writes the letters
            email = f"{rng.choice(list(company.locals))}@{company.domain}"
        by_mobile = one.by_mobile != (rng.random() < setting.other_line)
        number = one.mobile if by_mobile else (one.direct or company.switchboard)
        if setting.extensions and not by_mobile and one.direct and rng.random() < setting.other_line:
            number = company.switchboard
        glue = "" if company.land == "CN" else " "
        between = self.between(one) if setting.middles else ""
        full = f"{one.last}{one.first}" if company.land == "CN" else f"{one.first}{between}{glue}{one.last}"
        full += f" {one.suffix}" if one.suffix else ""
        row = {
            "first_name": one.first + between, "last_name": one.last + (f" {one.suffix}" if one.suffix else ""), "full_name": full, "email": email,
            "phone": f"+{_LANDS[company.land][0]}{number}", "title": one.title,
            "company_name": f"{company.core} {company.form}".strip(), "company_domain": company.domain,
            "linkedin_url": f"https://www.linkedin.com/in/{one.slug}" if rng.random() < setting.linkedin else None,
            "country": company.land, "city": company.city[0],
        }  # fmt: skip
        for field, more in (
            ("email", 1),
            ("phone", 3),
            ("title", 2),
            ("company_domain", 3),
            ("country", 1),
            ("city", 2),
        ):
            if rng.random() < setting.missing * more:
                row[field] = None
        if rng.random() < setting.missing * 0.5:
            row["company_name"] = None
        if rng.random() > setting.split_names:
            row["first_name"] = row["last_name"] = None
        if rng.random() < 0.08:
            row["company_name"] = company.core
        sure = sure and not setting.nameless_alone
        if not sure and rng.random() < setting.name_less and row["email"] and row["email"].split("@")[0] not in _ROLES:
            row["first_name"] = row["last_name"] = row["full_name"] = None
        if setting.thin and rng.random() < setting.thin:
            self.thinned(row, sure)
        if setting.numbered:
            row["id_1"] = self.customer_number(one) if rng.random() < setting.numbered else None
        return row

    def customer_number(self, one: Person) -> str:
        """Return the number of a person, now and then with a typo, or that of a second account."""
        draw = self.rng.random()
        if draw < 0.02:
            return typo(self.rng, one.customer)
        return f"{self.rng.randrange(10**6, 10**7)}" if draw < 0.022 else one.customer

    def between(self, one: Person) -> str:
        """Return what is written between the given and the family name: nothing, an initial or the middle name."""
        rng, draw = self.rng, self.rng.random()
        if not one.middle or draw < 0.45:
            return ""
        middle = typo(rng, one.middle) if rng.random() < 0.02 else one.middle
        if rng.random() < 0.003:  # another of the person's names
            middle = self.firsts[one.company.land](rng)
        return f" {middle[0]}{rng.choice(('', '.'))}" if draw < 0.75 else f" {middle}"

    def halved(self, row: dict, one: Person) -> dict:
        """Leave a given name now and then, as a form does, or a family name, as a list of visitors does."""
        rng, setting = self.rng, self.setting
        if setting.half_named and row["full_name"] and rng.random() < setting.half_named:
            given = rng.random() < 0.6
            row["full_name"] = one.first if given else one.last
            if row["first_name"] is not None:
                row["first_name"], row["last_name"] = (one.first, None) if given else (None, one.last)
        return row

    def thinned(self, row: dict, sure: bool) -> None:
        """Keep only the fields of a card, a mailing list or a badge."""
        kinds = [
            {"first_name", "last_name", "full_name", "company_name"},
            {"first_name", "last_name", "full_name", "company_name", "title", "city"},
            {"first_name", "last_name", "full_name", "company_name", "email"},
            {"first_name", "last_name", "full_name", "email"},
            {"first_name", "last_name", "full_name", "phone", "company_name"},
            {"first_name", "last_name", "full_name", "linkedin_url", "company_name", "title"},
        ]
        kinds += [] if sure or (row["email"] or "").split("@")[0] in _ROLES else [{"email", "phone"}]
        kept = self.rng.choice(kinds)
        row |= dict.fromkeys(set(row) - kept)

    def again(self, one: Person) -> dict:
        """Return a second row of the person, with one to four differences."""
        rng, setting = self.rng, self.setting
        if rng.random() < setting.job_change:
            one = self.moved(one)
        row = self.row(one, sure=False)
        if rng.random() < setting.rename and row["company_name"]:
            renamed = one.company.renamed(rng)
            row["company_name"] = f"{renamed.core} {one.company.form}".strip()
            if rng.random() < 0.5 and row["email"] and row["email"].endswith(one.company.domain):
                row["email"] = f"{row['email'].split('@')[0]}@{renamed.domain}"
                row["company_domain"] = row["company_domain"] and renamed.domain
        self.names(row, one)
        if rng.random() < setting.other_email and row["email"]:
            row["email"] = self.other_address(row["email"], one)
        if rng.random() < setting.typos * 0.5 and row["email"]:
            local, _, domain = row["email"].partition("@")
            row["email"] = f"{typo(rng, local)}@{domain}" if rng.random() < 0.7 else f"{local}@{typo(rng, domain)}"
        if rng.random() < 0.5 and row["phone"]:
            row["phone"] = written(rng, row["phone"], _LANDS[one.company.land][0])
        if rng.random() < 0.35 and row["company_name"]:
            row["company_name"] = self.company_written(row["company_name"], one.company)
        if rng.random() < 0.4 and row["title"]:
            row["title"] = (
                rng.choice(rng.choice(_TITLES).split(","))
                if rng.random() < 0.5
                else next((t.split(",")[1] for t in _TITLES if row["title"] in t), row["title"])
            )
        if rng.random() < 0.2 and row["city"]:
            row["city"] = rng.choice(one.company.city)
        return row

    def elsewhere(self, one: Person) -> Company:
        drawn = (self.companies(self.rng) for _ in range(20))
        return next((company for company in drawn if company.land == one.company.land), one.company)

    def moved(self, one: Person) -> Person:
        rng, company = self.rng, self.elsewhere(one)
        direct = f"{company.exchange}{rng.randrange(100, 1000)}" if one.direct else None
        return replace(
            one,
            company=company,
            email=company.address(rng, one.number, one.first, one.last),
            direct=direct,
            title=rng.choice(rng.choice(_TITLES).split(",")),
        )

    def names(self, row: dict, one: Person) -> None:
        rng, setting = self.rng, self.setting
        first, last, draw = one.first, one.last, rng.random()
        if draw < 0.22 and first in _SHORTER:
            first = rng.choice(_SHORTER[first].split())
        elif draw < 0.28:
            first = f"{first[0]}." if rng.random() < 0.6 else first[0]
        elif draw < 0.28 + setting.typos * 0.5:
            first = typo(rng, first)
        elif draw < 0.28 + setting.typos * 1.2:
            last = typo(rng, last)
        if rng.random() < 0.08:
            first, last = (latin(first).title() or first), (latin(last).title() or last)
        if rng.random() < 0.02:
            last = f"{last}-{self.lasts[one.company.land](rng)}"
        if rng.random() < 0.01:
            last = self.lasts[one.company.land](rng)
        middle = f" {rng.choice('ABCDEFGHJKLM')}." if rng.random() < 0.05 else ""
        if middle or setting.middles:  # always the same letter for one person
            middle = self.between(one) if setting.middles else f" {'ABCDEFGHJKLM'[one.number % 12]}."
        if setting.middles and one.middle and rng.random() < 0.03:  # is called by the second given name
            first, middle = (f"{first[0]}.", f" {one.middle}") if rng.random() < 0.5 else (one.middle, "")
        if rng.random() < 0.03:
            first, last = last, first
        if one.suffix and rng.random() < 0.7:
            last = f"{last} {one.suffix}"
        gap = "" if one.company.land == "CN" and ord(last[0]) > 255 else " "
        full = f"{last}{first}" if not gap else f"{first}{middle}{gap}{last}"
        if rng.random() < 0.03 and gap:
            full = f"{last}, {first}"
        if rng.random() < 0.04 and gap:
            full = f"{rng.choice(('Dr.', 'Mr.', 'Mrs.', 'Prof. Dr.'))} {full}"
        case = rng.random()
        change = str.upper if case < 0.06 else str.lower if case < 0.12 else str
        if row["first_name"] is not None:
            row["first_name"], row["last_name"] = change(first + middle * bool(setting.middles)), change(last)
        if row["full_name"] is not None:
            row["full_name"] = change(full)

    def other_address(self, email: str, one: Person) -> str | None:
        rng = self.rng
        draw, local = rng.random(), email.split("@", maxsplit=1)[0]
        if draw < 0.35:
            return one.private
        if draw < 0.7:
            return one.company.address(
                rng,
                one.number,
                one.first,
                one.last,
                rng.choice(("first.last", "flast", "last.first", "f.last", "firstlast", "first_last")),
            )
        if draw < 0.8:
            return f"{local}+{rng.choice(('news', 'crm', 'work'))}@{email.split('@')[1]}"
        if draw < 0.9:
            return f"{rng.choice(_ROLES)}@{one.company.domain}"
        return email.upper()

    def company_written(self, name: str, company: Company) -> str:
        rng = self.rng
        core, draw = company.core, rng.random()
        if not name.startswith(core):
            return name.upper() if draw < 0.3 else name
        if draw < 0.35:
            return f"{core} {rng.choice(_FORMS[company.land])}".strip()
        if draw < 0.5:
            return name.upper() if rng.random() < 0.5 else name.lower()
        if draw < 0.65:
            return typo(rng, name)
        if draw < 0.8 and " " in core:
            return core.rsplit(" ", 1)[0]
        if draw < 0.9:
            return f"{core} {rng.choice(('Group', 'Holding', 'International', company.city[0]))}"
        return core.replace(" ", "") if draw < 0.95 else f"The {core}"


def typo(rng: random.Random, text: str) -> str:
    """Swap, drop, double or replace a letter."""
    if len(text) < 3:
        return text
    at, way = rng.randrange(1, len(text) - 1), rng.randrange(4)
    if way == 0:
        return text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if way == 1:
        return text[:at] + text[at + 1 :]
    if way == 2:
        return text[:at] + text[at] + text[at:]
    return text[:at] + rng.choice("aeiounrstl") + text[at + 1 :]


def written(rng: random.Random, phone: str, calling: str) -> str | None:
    """Return the number in another format, or another number."""
    national = phone[1 + len(calling) :]
    draw = rng.random()
    if draw < 0.12:
        return typo(rng, phone)
    if draw < 0.22:
        return f"+{calling}{rng.randrange(10**9):09d}"
    return rng.choice((f"0{national[:2]} {national[2:5]} {national[5:]}", f"({national[:3]}) {national[3:6]}-{national[6:]}",
                       f"00{calling} {national}", f"+{calling} (0){national[:3]}/{national[3:]}", f"{national[:3]}.{national[3:6]}.{national[6:]}",
                       f"+{calling} {national[:2]} {national[2:]}", f"{phone} ext. {rng.randrange(10, 99)}"))  # fmt: skip


def make(rows: int, seed: int, setting: str | Setting = "plain") -> tuple[list[dict], list[int]]:
    """Return rows in random order, and the number of each row's person."""
    setting = SETTINGS[setting] if isinstance(setting, str) else setting
    population = Population(rows, seed, setting)
    rng, found = population.rng, []
    extra = setting.duplicates * (1 - setting.second_copies / 2) / (1 - setting.duplicates)
    for one in population.people():
        found.append((population.halved(population.row(one, sure=True), one), one.number))
        again = rng.random() < extra
        while again:
            found.append((population.halved(population.again(one), one), one.number))
            again = rng.random() < setting.second_copies
        if len(found) >= rows:
            break
    del found[rows:]
    rng.shuffle(found)
    return [row for row, _ in found], [number for _, number in found]


def firms(rows: int, seed: int) -> tuple[list[dict], list[int]]:
    """Return companies without people; some share a building and its phone, or one runs several shops."""
    rng, found, number = random.Random(seed), [], 0
    population, setting = Population(2, seed, Setting()), Setting()
    while len(found) < rows:
        number += 1
        company = Company(rng, number)
        line = f"+{_LANDS[company.land][0]}{company.exchange}{rng.randrange(1000):03d}"
        tenants = [company, *(Company(rng, number) for _ in range(rng.choice((0, 0, 0, 0, 1, 1, 2))))]
        for at, tenant in enumerate(tenants):
            number += at > 0
            tenant.land, tenant.city = company.land, company.city
            shared = at > 0 and rng.random() < 0.8
            phone = line if shared or at == 0 else f"{line[:-3]}{rng.randrange(1000):03d}"
            domain = company.domain if shared and rng.random() < 0.3 else tenant.domain
            again = True
            while again:
                name = f"{tenant.core} {tenant.form}".strip()
                row = {
                    "company_name": population.company_written(name, tenant) if rng.random() < 0.4 else name,
                    "phone": (written(rng, phone, _LANDS[company.land][0]) if rng.random() < 0.4 else phone) if rng.random() < 0.9 else None,
                    "city": rng.choice(company.city), "country": company.land if rng.random() < 0.7 else None,
                    "website": domain if rng.random() < 0.5 else None,
                    "email": f"{rng.choice(_ROLES)}@{domain}" if rng.random() < 0.4 else None,
                }  # fmt: skip
                found.append((row, number))
                again = rng.random() < setting.second_copies
    rng.shuffle(found)
    return [row for row, _ in found], [one for _, one in found]


def register(rows: int, seed: int, *, dirt: float = 0.15) -> tuple[list[dict], list[int]]:
    """Return people with birth dates, numbers and street addresses instead of companies, in the extra columns ``id_…``
    and ``text_…``."""
    rng, found, number = random.Random(seed), [], 0
    lands = ("US", "DE", "FR", "ES")
    firsts = {land: Zipf(_LANDS[land][2].split()) for land in lands}
    lasts = {
        land: Zipf(_LANDS[land][3].split() + [a + b for a in _LANDS[land][4].split() for b in _LANDS[land][5].split()])
        for land in lands
    }
    streets = [
        a + b
        for a in _LANDS["US"][4].split()
        for b in (" street", " road", " place", " avenue", "wood drive", "field crescent")
    ]
    while len(found) < rows:
        land, number = rng.choice(lands), number + 1
        one = {
            "first_name": firsts[land](rng), "last_name": lasts[land](rng), "city": f"{rng.choice(streets).split()[0]} {rng.choice(('park', 'hills', 'bay', 'north'))}",
            "id_1": f"{rng.randrange(1930, 2005)}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}", "id_2": f"{rng.randrange(10**6, 10**7)}",
            "text_1": rng.choice(streets), "text_2": rng.choice(streets), "text_3": f"{rng.randrange(1000, 9000)}",
        }  # fmt: skip
        person = number
        found.append((one, person))
        if rng.random() < 0.1:  # a member of the household
            number += 1
            found.append(
                (
                    {
                        **one,
                        "first_name": firsts[land](rng),
                        "id_1": f"{rng.randrange(1930, 2005)}0{rng.randrange(1, 10)}1{rng.randrange(10)}",
                        "id_2": f"{rng.randrange(10**6, 10**7)}",
                    },
                    number,
                )
            )
        while rng.random() < 0.35:
            again = dict(one)
            for field, value in one.items():
                draw = rng.random()
                if draw < dirt:
                    again[field] = typo(rng, value)
                elif draw < dirt * 1.3:
                    again[field] = None
                elif draw < dirt * 1.5:
                    again[field] = typo(rng, typo(rng, value))
            if rng.random() < dirt / 3:
                again["first_name"], again["last_name"] = again["last_name"], again["first_name"]
            if rng.random() < 0.1 and again["first_name"] in _SHORTER:
                again["first_name"] = rng.choice(_SHORTER[again["first_name"]].split())
            if rng.random() < dirt:
                again |= {
                    "text_1": rng.choice(streets),
                    "text_3": f"{rng.randrange(1000, 9000)}",
                    "city": rng.choice(streets),
                }
            found.append((again, person))
    rng.shuffle(found)
    return [row for row, _ in found], [one for _, one in found]


if __name__ == "__main__":
    import sys

    import polars as pl

    rows, seed, setting, path = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4]
    leads, people = make(rows, seed, setting)
    pl.DataFrame(leads, schema=dict.fromkeys(FIELDS, pl.String)).with_columns(person=pl.Series(people)).write_parquet(
        path
    )
