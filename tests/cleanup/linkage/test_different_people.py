"""Pairs that have much in common and are two people, or two companies; and beside each, its twin that is one."""

from typing import ClassVar

import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import cleanup

FIRM = {"company_name": "Nordlicht GmbH", "company_domain": "nordlicht.example"}


def clusters(rows, **options):
    """Return the row numbers of each cluster of two or more."""
    found = cleanup.duplicates(pl.DataFrame(rows, infer_schema_length=None), **options)
    return sorted(sorted(rows) for rows in found.clusters["rows"].to_list())


def best_pair(rows, **options):
    """Return the most probable pair, however improbable."""
    return cleanup.duplicates(pl.DataFrame(rows, infer_schema_length=None), 0.00001, **options).pairs.row(0, named=True)


def firm_of(number):
    """Return a company that is like no other one of the list."""
    return {"company_name": f"{chr(65 + number) * 3}{'xobmtn'[number % 6] * 4} AG"}


def columns_of(name):
    *first, last = name.split()
    return {"first_name": " ".join(first), "last_name": last}


DIFFERENT_NAMES = [
    ("José García López", "José Pérez López"), ("Kim Min-ji", "Kim Su-ji"), ("John A Smith", "John B Smith"),
    ("Ivan Petrovich Sidorov", "Ivan Sergeevich Sidorov"), ("Mary Ann Jones", "Mary Beth Jones"),
    ("Mohamed Ahmed Ali", "Mohamed Hassan Ali"), ("H.E. Anna Weber", "H.E. Eva Weber"),
    ("Tan Wei Ming", "Tan Wei Ling"),
]  # fmt: skip
ONE_NAME = [
    ("John A. Smith", "John Andrew Smith"), ("John A Smith", "John Smith"), ("Kim Min-ji", "Min-ji Kim"),
    ("Anne-Marie Dupont", "Annemarie Dupont"), ("María García López", "María López García"),
    ("Marcio Luiz Cardoso", "Marcio Luis Cardoso"), ("Andreia Lima di Moura Prado", "Andreia Lima de Moura Prado"),
]  # fmt: skip

BEHIND_ONE_PHONE = [
    ("Jan Novák", "Jana Nováková"), ("Petr Svoboda", "Petra Svobodová"), ("Ivan Petrov", "Ivana Petrova"),
    ("Adam Kowalski", "Ada Kowalska"), ("Jonas Kazlauskas", "Jona Kazlauskienė"),
    ("Nikos Papadopoulos", "Niki Papadopoulou"), ("Janis Berzins", "Jana Berzina"), ("Paul Berg", "Paula Berg"),
    ("Daniel Weber", "Daniela Weber"), ("Mario Rossi", "Maria Rossi"), ("Jean-Pierre Martin", "Jean-Paul Martin"),
    ("Hans-Peter Vogt", "Hans-Jürgen Vogt"), ("Anne-Marie Petit", "Anne-Sophie Petit"),
    ("Rajesh Agarwal", "Rakesh Agarwal"), ("Suresh Mehta", "Sudesh Mehta"),
    # Names of a man and of a woman, whether they are known or not.
    ("Karim Berg", "Karima Berg"), ("Justin Beck", "Justine Beck"), ("Zdenek Hora", "Zdenka Hora"),
    ("Florent Roux", "Florence Roux"), ("Emmanuel Petit", "Emmanuelle Petit"), ("Fabio Rossi", "Fabia Rossi"),
    # Names in -a of men, or of both.
    ("Arie Slootweg", "Adrie Slootweg"),  # brothers
    ("Nikita Petrov", "Nikita Petrova"), ("Zhenja Sokolov", "Zhenja Sokolova"), ("Dana Novotný", "Dana Novotná"),
    # A father and his child: one given name and two, or a short form of men and of women beside a woman's name.
    ("Per Lund", "Per-Olof Lund"), ("Jean Martin", "Jean-Pierre Martin"), ("Alex Popa", "Alexandra Popa"),
    # A short form of men and of women, also beside a man's name.
    ("Alex Zamfir", "Alexandru Zamfir"), ("Pat Reilly", "Patrick Reilly"), ("Kim Dunn", "Kimberly Dunn"),
    ("Саша Зайцев", "Александр Зайцев"), ("Micha Seidl", "Michael Seidl"),
    # Two given names each, with one in common.
    ("José Luis Ramos", "Juan José Ramos"), ("Karl Heinz Lang", "Heinz Peter Lang"),
    ("Ana Maria Pinto", "Maria Clara Pinto"),
    # Names that few have, and that differ by more than a typing error.
    ("Minji Kim", "Minsu Kim"), ("Chidi Obi", "Chike Obi"), ("Olumide Ade", "Oluseyi Ade"),
]  # fmt: skip
ONE_BEHIND_A_PHONE = [
    ("J. Novák", "Jana Nováková"),
    ("Liz Zamfir", "Elizabeth Zamfir"),
    ("Honza Zeman", "Jan Zeman"),
    ("Anne-Marie Roux", "Ann-Marie Roux"),
    ("Christin Beck", "Christina Beck"),
    ("Danny Frey", "Dan Frey"),
    ("Erik Karlsson", "Erik Carlsson"),
]
SPELLINGS = [
    ("Sasha Petrov", "Sasha Petrova"), ("Ann Lee", "Anna Lee"), ("Sara Weber", "Sarah Weber"),
    ("Jon Reed", "John Reed"), ("Erik Hall", "Eric Hall"), ("Steven King", "Stephen King"), ("Ana Silva", "Anna Silva"),
    ("Michael Stone", "Micheal Stone"),
]  # fmt: skip


@pytest.fixture(scope="module")
def linked_by_phone():
    """Return the pairs of names that are linked: each pair has a phone number and a company of its own."""
    rows = [
        {"full_name": name, "phone": f"+49 30 {4711003 + number * 97131}", "company_name": f"{firm} AG"}
        for number, names in enumerate((*BEHIND_ONE_PHONE, *ONE_BEHIND_A_PHONE))
        for firm in [chr(65 + number % 26) * (3 + number // 26) + "xobmtn"[number % 6] * 4]
        for name in names
    ]
    return {tuple(rows[row]["full_name"] for row in pair) for pair in clusters(rows)}


class TestGivenNamesThatAreBothNames:
    @pytest.mark.parametrize("names", BEHIND_ONE_PHONE)
    def test_a_couple_or_two_colleagues_behind_one_phone_are_two_people(self, linked_by_phone, names):
        assert names not in linked_by_phone

    @pytest.mark.parametrize("names", ONE_BEHIND_A_PHONE)
    def test_spellings_of_one_name_behind_one_phone_are_one_person(self, linked_by_phone, names):
        assert names in linked_by_phone

    @pytest.mark.parametrize("email", [None, "{}.frost@ostwind.example"])
    @pytest.mark.parametrize("names", [("Sam", "Samantha"), ("Chris", "Christine"), ("Alex", "Alexandra")])
    def test_a_job_that_both_have_does_not_say_that_a_short_form_behind_one_phone_is_a_womans(self, names, email):
        shared = {"company_name": "Ostwind Werke", "phone": "+49301234567", "title": "Sales Manager"}
        rows = [{"full_name": f"{name} Frost", **shared, "email": None} for name in names]
        rows[1]["email"] = email and email.format(names[1].lower())
        assert clusters(rows) == []


class TestSpellingsOfOneName:
    """Ann and Anna may be one person or two: what they share with others does not decide it, what is their own does."""

    @pytest.fixture(scope="class")
    @classmethod
    def found(cls):
        rows, firms = [], {}
        for number, names in enumerate(SPELLINGS):
            shared = {"phone": f"+49 30 {4711003 + number * 97131}", "company_name": f"{'Axobmtnv'[number] * 4}ug AG"}
            own = {**shared, "email": f"desk{number}x{number}@mailbox.example"}
            each = [{**shared, "email": f"{'.'.join(name.split())}@firm{number}.example".lower()} for name in names]
            firms[names] = len(rows)
            rows += [{"full_name": name, **shared} for name in names]
            rows += [{"full_name": name, **own, "company_name": f"{'Aqrsuvwt'[number] * 5}ek AG"} for name in names]
            rows += [{**one, "full_name": name, "company_name": f"{'Aghijklp'[number] * 5}or AG",
                      "phone": f"+49 40 {5812003 + number * 97131}"}
                     for one, name in zip(each, names, strict=True)]  # fmt: skip
        return firms, cleanup.duplicates(pl.DataFrame(rows, infer_schema_length=None))

    @pytest.mark.parametrize("names", SPELLINGS)
    def test_a_shared_phone_and_company_leave_them_to_a_person(self, found, names):
        firms, result = found
        at, ids = firms[names], result.frame["cluster_id"].to_list()
        assert ids[at] != ids[at + 1]
        assert ids[at + 4] != ids[at + 5]
        assert any({at, at + 1} == {a, b} for a, b in result.pairs.select("row_a", "row_b").rows())

    @pytest.mark.parametrize("names", SPELLINGS)
    def test_an_address_of_their_own_joins_them(self, found, names):
        firms, result = found
        ids = result.frame["cluster_id"].to_list()
        assert ids[firms[names] + 2] == ids[firms[names] + 3]


class TestGivenNamesThatAreAlike:
    """Two names that many people have are two colleagues of one family; a word that is not a name is a typing error."""

    TWO: ClassVar = [
        ("Clara", "Carla"), ("Sabrina", "Sabina"), ("Selin", "Selim"), ("Milena", "Malena"), ("Anil", "Sunil"),
        ("Rohan", "Rohit"), ("Emilio", "Emiliano"), ("Heike", "Heiko"), ("Silvana", "Silvia"), ("Joost", "Joop"),
        ("Karim", "Karam"), ("Marit", "Margit"), ("Fabien", "Fabian"), ("Dana", "Diana"), ("Alena", "Alina"),
    ]  # fmt: skip
    ERRORS: ClassVar = [
        ("Clara", "Clraa"), ("Sabrina", "Sabrnia"), ("Selim", "Sellim"), ("Milena", "Millena"), ("Sunil", "Suniil"),
        ("Johanna", "Johana"), ("Mansour", "Mansuor"), ("Connor", "Conor"), ("Huong", "Houng"), ("Adrian", "Adrain"),
        ("Silvia", "Sylvia"), ("Nathalie", "Natalie"), ("Cristina", "Christina"), ("Oscar", "Oskar"),
    ]  # fmt: skip

    @pytest.fixture(scope="class")
    @classmethod
    def found(cls):
        rows, at = [], {}
        for number, pair in enumerate((*cls.TWO, *cls.ERRORS)):
            for shared in ({}, {"phone": f"+49 40 {5812003 + number * 97131}"}):
                company = {"company_name": f"{'bdfgklmnprstvwz'[number % 15] * 3}{number}{'a' * len(shared)} AG"}
                at[pair, bool(shared)] = len(rows)
                rows += [{"full_name": f"{name} Berwanger", "phone": None, **company, **shared} for name in pair]
        result = cleanup.duplicates(pl.DataFrame(rows))
        reasons = {(a, b): words for a, b, words in result.pairs.select("row_a", "row_b", "reasons").rows()}
        return at, result.frame["cluster_id"].to_list(), reasons

    @pytest.mark.parametrize("pair", TWO)
    @pytest.mark.parametrize("phone", [False, True])
    def test_two_common_names_are_not_a_typing_error(self, found, pair, phone):
        at, ids, reasons = found
        row = at[pair, phone]
        assert ids[row] != ids[row + 1]
        words = reasons.get((row, row + 1)) or reasons.get((row + 1, row))
        assert words is None or words.endswith("but both first names are common")

    @pytest.mark.parametrize("pair", ERRORS)
    @pytest.mark.parametrize("phone", [False, True])
    def test_a_word_that_is_no_name_or_sounds_the_same_is_one(self, found, pair, phone):
        at, ids, _ = found
        assert ids[at[pair, phone]] == ids[at[pair, phone] + 1]


class TestBehindTheMailboxOfAFamily:
    """An address that spells neither given name, such as weber@: two known names behind it are two people."""

    TWO: ClassVar = [
        ("Marina", "Martina"),
        ("Anna", "Annika"),
        ("Samir", "Amir"),
        ("Mario", "Marino"),
        ("Leon", "Leonie"),
    ]
    SHORT: ClassVar = [("Johanna", "Hanna"), ("Robert", "Bob"), ("Maria", "Mia"), ("Elisabeth", "Lisa")]
    ERRORS: ClassVar = [("Marina", "Marnia"), ("Silvia", "Sylvia"), ("Nadia", "Nadja")]

    @pytest.fixture(scope="class")
    @classmethod
    def found(cls):
        rows, at = [], {}
        names = {"box": "Berwanger", "jobs": "Kroswitz", "own": "Talmeier", "role": "Volkert"}
        kinds = [(kind, family, "Trainee" if kind == "jobs" else None) for kind, family in names.items()]
        for number, pair in enumerate((*cls.TWO, *cls.SHORT, *cls.ERRORS)):
            for place, (kind, family, title) in enumerate(kinds):
                at[pair, kind] = len(rows)
                for name, job in zip(pair, (title and "Head of Finance", title), strict=True):
                    local = {"own": f"{name}.{family}", "role": "info"}.get(kind, family)
                    rows.append({
                        "full_name": f"{name} {family}", "job_title": job,
                        "company_name": f"{'bdfgklmnprstvwz'[number] * 3}{'qxjh'[place] * 4} AG",
                        "phone": f"+49 {place + 3}0 {5812003 + number * 97131}",
                        "email": f"{local}@{'bdfgklmnprstvwz'[number] * 4}{'qxjh'[place] * 3}.example".lower(),
                    })  # fmt: skip
        return at, cleanup.duplicates(pl.DataFrame(rows, infer_schema_length=None)).frame["cluster_id"].to_list()

    @pytest.mark.parametrize(
        ("pair", "kind"),
        [(pair, kind) for pair in TWO for kind in ("box", "jobs", "own")],
    )
    def test_two_known_names_are_two_people(self, found, pair, kind):
        at, ids = found
        assert ids[at[pair, kind]] != ids[at[pair, kind] + 1]

    def test_two_given_names_at_a_role_address_are_asked_about(self, found):
        at, ids = found
        assert [pair for pair in self.SHORT if ids[at[pair, "role"]] == ids[at[pair, "role"] + 1]] == []

    def test_two_given_names_behind_one_eastern_family_name_are_two_people(self):
        rows = [{"full_name": name, "email": "wang-wu@reisfeld.example", **FIRM} for name in ("Wang Jun", "Wang Jue")]
        assert clusters(rows) == []

    @pytest.mark.parametrize("pair", [*SHORT, *ERRORS])
    def test_a_short_name_or_another_spelling_is_one(self, found, pair):
        at, ids = found
        assert ids[at[pair, "box"]] == ids[at[pair, "box"] + 1]


class TestSerialIdentifiers:
    @pytest.mark.parametrize("numbers", [("C-1001", "C-1002"), ("2013-0044", "2013-0045"), ("20418", "20419")])
    def test_neighbouring_numbers_are_two_customers(self, numbers):
        rows = [{"full_name": "Anna Berg", "phone": "+49 30 4711003", "no": number, **FIRM} for number in numbers]
        assert clusters(rows, fields={"no": "identifier"}) == []

    @pytest.mark.parametrize(
        "numbers",
        [("C-1001", "c1001"), ("1980-01-12", "1980-01-13"), ("19800112", "19800113"), ("530421877", "530421977")],
    )
    def test_the_same_number_a_date_or_one_of_no_series_may_be_a_typo(self, numbers):
        rows = [{"full_name": "Anna Berg", "phone": "+49 30 4711003", "no": number, **FIRM} for number in numbers]
        assert clusters(rows, fields={"no": "identifier"}) == [[0, 1]]

    @pytest.mark.parametrize(("others", "expected"), [((), [[0, 1]]), (("Jonas Kurz", "Maria Vogt"), [])])
    def test_a_number_that_people_of_one_company_share_is_the_companys(self, others, expected):
        rows = [{"full_name": name, "no": "K-20417", **FIRM} for name in ("Anna Berg", "Anne Berg", *others)]
        assert clusters(rows, fields={"no": "identifier"}) == expected


class TestAllWordsOfANameAreCompared:
    def test_colleagues_with_different_middle_or_second_family_names(self):
        pairs = list(enumerate(DIFFERENT_NAMES))
        whole = [[{"full_name": name, **firm_of(number)} for name in names] for number, names in pairs]
        columns = [[{**columns_of(name), **firm_of(number)} for name in names] for number, names in pairs]
        mixed = [[one[0], other[1]] for one, other in zip(whole, columns, strict=True)]
        for rows in (whole, columns, mixed):
            assert clusters([row for pair in rows for row in pair]) == []

    @pytest.mark.parametrize("names", ONE_NAME)
    def test_colleagues_with_one_name_in_two_spellings(self, names):
        assert clusters([{"full_name": name, **FIRM} for name in names]) == [[0, 1]]

    @pytest.mark.parametrize("generations", [("II", "III"), ("Jr.", "III"), ("Jr.", "Sr."), ("", "Jr.")])
    def test_colleagues_of_two_generations(self, generations):
        assert clusters([{"full_name": f"Robert Smith {generation}", **FIRM} for generation in generations]) == []

    def test_the_conflict_is_a_reason_in_words(self):
        pair = best_pair([{"full_name": name, **FIRM} for name in ("John A Smith", "John B Smith")])
        assert "different middle or second family names" in pair["reasons"].split("but ")[1]
        pair = best_pair([{"full_name": name, **FIRM} for name in ("John A Smith", "John Andrew Smith")])
        assert "a middle initial fits" in pair["reasons"]
        pair = best_pair([{"full_name": name, **FIRM} for name in ("Robert Smith II", "Robert Smith III")])
        assert "different generations" in pair["reasons"].split("but ")[1]

    def test_whole_names_and_columns_give_the_same_levels(self):
        # A whole name does not say which order it has, columns do.
        listed = [names for names in (*DIFFERENT_NAMES, *ONE_NAME) if "Kim Min-ji" not in names]
        levels = []
        for row_of in (lambda name: {"full_name": name}, columns_of):
            rows = [row_of(name) | firm_of(number) for number, names in enumerate(listed) for name in names]
            pairs = cleanup.duplicates(pl.DataFrame(rows, infer_schema_length=None), 0.00001).pairs
            own = pairs.filter(pl.col("row_a") // 2 == pl.col("row_b") // 2)
            levels.append({listed[row // 2]: pattern for row, pattern in own.select("row_a", "pattern").rows()})
        assert levels[0] == levels[1]
        assert len(levels[0]) == len(listed)

    def test_an_equal_address_and_a_conflict_is_for_review(self):
        rows = [{"full_name": name, "email": "john.smith@nordlicht.example", **FIRM}
                for name in ("John A Smith", "John B Smith")]  # fmt: skip
        found = cleanup.duplicates(pl.DataFrame(rows))
        assert found.clusters.is_empty()
        pair = found.pairs.row(0, named=True)
        assert "same email address" in pair["reasons"]
        assert "different middle or second family names" in pair["reasons"]

    def test_a_person_may_be_called_by_the_middle_name(self):
        pair = best_pair([{"full_name": name, **FIRM} for name in ("J. Robert Oppenheimer", "Robert Oppenheimer")])
        assert "same family name; one first name is the other's middle name" in pair["reasons"]

    def test_a_family_name_alone_agrees_with_a_whole_name(self):
        rows = [{"full_name": name, "email": "klein@nordlicht.example"} for name in ("Petra Klein", "Klein")]
        assert clusters(rows) == [[0, 1]]


@pytest.mark.parametrize(
    ("one", "other", "sure"),
    [
        # A Chinese or Korean letter is a name, and not the initial of a longer one.
        ("王伟", "王伟民", False),
        ("이준", "이준호", False),
        # Whose son: the order of the names matters.
        ("Mohammed bin Salman Al Saud", "Salman bin Mohammed Al Saud", False),
        ("Siti binti Ahmad Razak", "Ahmad binti Siti Razak", False),
        ("Mohammed bin Salman Al Saud", "Mohammed Bin Salman Al-Saud", True),
        # Two given names in another order; but a family name may stand in front.
        ("Maria José da Silva", "José Maria da Silva", False),
        ("Thomas Wendrich", "Wendrich Thomas", True),
        # Without given names, titles are all that tells two people apart.
        ("Herr Wendrich", "Frau Wendrich", False),
        ("Mr Wendrich", "Mrs. Wendrich", False),
        ("Frau Wendrich", "Frau Wendrich", True),
        ("Lt. Wendrich", "Capt. Wendrich", False),
        ("Dr. Wendrich", "Prof. Wendrich", False),
        ("Dr. Wendrich", "Doctor Wendrich", True),
        ("Dr. Wendrich", "Anna Wendrich", True),
        ("Frau Anna Wendrich", "Mrs Anna Wendrich", True),
        ("Herr Wendrich", "Anna Wendrich", False),
        ("Robert Wendrich VIII", "Robert Wendrich VII", False),
        # An initial is not a given name that excuses another family name.
        ("S. Rajesh", "S. Ramesh", False),
    ],
)  # fmt: skip
def test_names_of_the_world_at_one_company(one, other, sure):
    rows = [{"full_name": one} | FIRM, {"full_name": other} | FIRM]
    if sure:
        found = cleanup.duplicates(pl.DataFrame(rows))
        assert found.clusters["rows"].to_list() == [[0, 1]]
        assert found.pairs["probability"][0] >= 0.75
    else:  # far below what is joined
        assert best_pair(rows)["probability"] <= 0.5


@pytest.mark.parametrize("word", ["Jr.", "III", "Señora"])
def test_a_title_or_generation_in_place_of_a_given_name_is_for_review(word):
    rows = [{"first_name": given, "last_name": "Lopez", **FIRM} for given in (word, "Ana")]
    for shared in ({"email": "x.y@nordlicht.example"}, {"phone": "+49 30 47110031"}):
        pair = best_pair([row | shared for row in rows])
        assert pair["probability"] == 0.5
        assert "a title stands for a first name" in pair["reasons"]
    for own in ({"email": "ana.lopez@nordlicht.example"}, {"linkedin_url": "https://www.linkedin.com/in/alopez71"}):
        assert clusters([row | own for row in rows]) == [[0, 1]]


@pytest.mark.parametrize("titles", [("Prof. Dr.", "Dr."), ("Lt.", "Capt.")])
def test_two_titles_behind_one_mailbox_are_for_review(titles):
    mailbox = {"email": "smith@nordlicht.example", **FIRM}
    rows = [{"full_name": f"{title} Smith"} | mailbox for title in titles]
    assert best_pair(rows)["probability"] == 0.5
    # A row that may be either joins no two people.
    assert len(clusters([*rows, {"full_name": "Smith"} | mailbox])) <= 1
    assert [0, 1, 2] not in clusters([*rows, {"full_name": "Smith"} | mailbox])


FIFTHS = [
    ("Robert Smith IV", "Robert Smith V"), ("Robert Smith V", "Robert Smith VI"),
    ("Robert J. Smith V", "Robert J. Smith VI"), ("Robert (Bob) Smith V", "Robert (Bob) Smith VI"),
]  # fmt: skip


def test_seniors_and_juniors_of_one_mailbox_and_phone_are_two_people():
    office = {**FIRM, "phone": "+49 30 47110031", "email": "rsmith@nordlicht.example"}
    whole = [("Dr. Robert Smith Sr", "Dr. Robert Smith Jr"), ("Hans Meier sen.", "Hans Meier jun.")]
    for names in (*whole, *FIFTHS):
        assert clusters([{"full_name": name} | office for name in names]) == []
    split = [{"first_name": "Robert", "last_name": f"Smith {generation}"} | office for generation in ("Sr.", "III")]
    assert clusters(split) == []


@pytest.mark.parametrize("younger", ["Jean Jr Gendron", "Jean Gendron, fils"])
def test_a_generation_of_one_side_is_for_review_unless_an_address_or_a_birth_date_is_their_own(younger):
    job = {**FIRM, "phone": "+49 30 47110031", "title": "Owner", "city": "Berlin"}
    family = [{"full_name": name} | job for name in ("Jean Gendron", younger)]
    for shared in ({}, {"email": "info@nordlicht.example"}):
        assert best_pair([row | shared for row in family])["probability"] <= 0.5
    assert clusters([row | {"email": "jean.gendron@nordlicht.example"} for row in family]) == [[0, 1]]
    dates = [("1951-08-06", "1951-08-06", [[0, 1]]), ("1951-08-06", "1979-03-30", []), ("1900-01-01", "1900-01-01", [])]
    for one, other, found in dates:
        dated = [family[0] | {"born": one}, family[1] | {"born": other}]
        assert clusters(dated, fields={"born": "date"}) == found


COLLEAGUES = [
    # Short names that differ in a letter, and names of which one begins with the other, are two names.
    ("Chen Jing", "Chen Jin"), ("Tanaka Yuki", "Tanaka Yuko"),
    ("Noa Levi", "Noam Levi"), ("Ravi Shah", "Ravina Shah"), ("Krishna Rao", "Krishnan Rao"),
    ("Priya Sharma", "Priyanka Sharma"),
    # Văn is a middle name of most men, and the names of two fathers differ in a letter.
    ("Trần Văn Minh", "Trần Văn Mạnh"), ("Lê Văn Hải", "Lê Thị Hải"), ("Guðrún Jónsdóttir", "Guðrún Jónasdóttir"),
    ("Nguyễn Thị Vân", "Thi Nguyen"), ("Nguyễn Thị Minh Khai", "Nguyễn Thị Minh Lan"),
    # A double a is the Nordic å in given names only.
    ("Uwe Haase", "Uwe Hase"), ("Anna Gaal", "Anna Gal"),
    # Two family names that sound alike, or differ in nothing but two umlauts.
    ("Erik Karlsson", "Erik Carlsson"), ("Uwe Müller", "Uwe Möller"), ("Uwe Krüger", "Uwe Kröger"),
    # Two given names in either order.
    ("Ahmed Mohamed", "Mohamed Ahmed"), ("Martin Simon", "Simon Martin"), ("Christian Peters", "Peter Christian"),
    ("Peter Paul", "Paul Peters"), ("Frank Thomas", "Thomas Franke"), ("Li Wei", "Wei Li"), ("Lin Yan", "Yan Lin"),
    # Marks of tones make two names, where both have them.
    ("Nguyễn Văn Hùng", "Nguyễn Văn Hưng"), ("Bùi Thị Lan", "Làn Bùi Thị"), ("Lê Văn An", "Lê Văn Ân"),
    ("Wáng Fāng", "Wáng Fáng"),
    # A given name and an initial are not a longer given name.
    ("Robert A. Berg", "Roberta Berg"), ("Daniel E. Roux", "Daniele Roux"), ("Paula Wren", "Paul A Wren"),
    ("A. L. Baker", "Al Baker"),
    # Generations in other languages.
    ("Antonio García hijo", "Antonio García padre"), ("Jean Dupont fils", "Jean Dupont père"),
    ("Hans Berg der Ältere", "Hans Berg d. J."), ("Antonio García hijo", "Antonio García"),
    # A couple is not one of the two.
    ("Mr. & Mrs. Brown", "Mr. John Brown"), ("Mr. & Mrs. Brown", "Mr. Brown"),
]  # fmt: skip
EASTERN_COLLEAGUES = [
    ("Kim Min-jun", "Kim Min-jung"), ("Wang Xiaoming", "Wang Xiaomin"), ("Choi Seung-yeon", "Choi Seung-hyeon"),
    ("Yoon Do-hyun", "Yoon Do-hyeon"), ("Takeshi Tanaka", "Takashi Tanaka"),
]  # fmt: skip
ONE_COLLEAGUE = [
    ("Thomas Wendrich", "Wendrich Thomas"), ("Jhon Wendrich", "John Wendrich"), ("João Neto", "Joao Neto"),
    ("Jean Wendrich", "Jean-Pierre Wendrich"), ("A. Wendrich", "Anna Wendrich"),
    ("Åse Wendrich", "Aase Wendrich"), ("Nguyễn Văn An", "An Nguyen Van"),
    ("Nguyễn Văn An", "Van An Nguyen"), ("Lê Thị Hải", "Hai Thi Le"), ("Nguyễn Thị Vân", "Vân Thị Nguyễn"),
    ("Đoàn Thị Bích Ngọc", "Bich Ngoc Doan Thi"), ("Haakon Wendrich", "Håkon Wendrich"),
    # Her family name as two countries write it.
    ("Katarzyna Kowalska", "Katarzyna Kowalski"), ("Jana Novák", "Jana Nováková"),
    # A typing error in a family name that once was a father's.
    ("Emma Wilson", "Emma Willson"), ("Clara Thompson", "Clara Thomson"), ("Oskar Carlsen", "Oskar Karlsen"),
    ("Dr. Ana Neto", "Ana Neto"), ("Silva Neto, Maria", "Maria Silva Neto"),
    ("Mary Ann Wendrich", "Maryann Wendrich"),
    # Names with and without tone marks, which are on one vowel or another.
    ("Phạm Văn Hùng", "Pham Van Hung"), ("Võ Thị Hoà", "Vo Thị Hòa"), ("Xǔ Jīng", "Xu Jing"),
]  # fmt: skip
TITLES = [("Dr.", "Prof."), ("Herr", "Frau")]


def test_colleagues_whose_names_are_nearly_the_same():
    names = [*COLLEAGUES, *ONE_COLLEAGUE]
    rows = [
        {"full_name": name, "company_name": f"{firm} AG", "city": None}
        for number, pair in enumerate(names)
        for firm in [chr(65 + number % 26) * (3 + number // 26) + "xobmtn"[number % 6] * 4]
        for name in pair
    ]
    rows += [
        {"first_name": title, "last_name": "Weber", "company_name": f"Charité {number}" + "xk"[number] * 4}
        for number, titles in enumerate(TITLES)
        for title in titles
    ]
    alone = [(2 * number, 2 * number + 1) for number in range(len(COLLEAGUES), len(names))]
    assert clusters(rows) == [list(pair) for pair in alone]


@pytest.mark.parametrize(
    ("split", "names"), [(number % 2 == 0, names) for number, names in enumerate(EASTERN_COLLEAGUES)]
)
def test_given_names_of_east_asia_that_differ_in_a_letter_are_of_two_colleagues(names, split):
    def row(name):
        family, given = name.split(" ") if name.startswith(("K", "W", "C", "Y")) else name.split(" ")[::-1]
        return {"first_name": given, "last_name": family} if split else {"full_name": name}

    switchboard = {**FIRM, "phone": "+49 30 47110031"}
    assert clusters([row(name) | switchboard for name in names]) == []
    typos = (names[0], names[0][:-1] + "r" + names[0][-1])
    assert clusters([row(name) | switchboard for name in typos]) == [[0, 1]]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Ana Ruiz de la Vega", "Ana Ruiz de la Torre", []),
        ("Ana Ruiz del Valle", "Ana Ruiz del Monte", []),
        ("Maria Silva dos Santos", "Maria Silva dos Anjos", []),
        ("Jan Smit van der Meer", "Jan Smit van der Berg", []),
        ("Ana Ruiz de la Vega", "Ana Ruiz de la Vegga", [[0, 1]]),
        ("Ana Ruiz de la Vega", "Ana Ruiz Vega", [[0, 1]]),
    ],
)
@pytest.mark.parametrize("title", [None, "CTO"])
def test_particles_make_no_two_family_names_alike(one, other, expected, title):
    shared = {"company_name": "Ikaria AG", "phone": "+34 91 555 01 00", "title": title}
    assert clusters([{"full_name": name, **shared} for name in (one, other)]) == expected


@pytest.mark.parametrize("more", [{"full_name": "Jürgen Müller"}, {"full_name": "Jens Müller"}])
def test_an_initial_that_fits_two_colleagues_is_no_proof(more):
    rows = [{"full_name": name, **FIRM} for name in ("J. Müller", "Jürgen Müller", "Jens Müller")]
    assert clusters(rows) == []
    assert clusters([rows[0], more | FIRM]) == [[0, 1]]
    own = [
        {"full_name": name, "email": f"{local}@nordlicht.example", **FIRM}
        for name, local in (("J. Müller", "j.mueller"), ("Jürgen Müller", "juergen.mueller"))
    ]
    assert clusters(own) == []


@pytest.mark.parametrize(
    ("shared", "own", "expected"),
    [
        ({"title": "Buyer"}, (None, None), []),
        ({"city": "Brno"}, (None, None), []),
        ({"title": "Buyer", "city": "Brno"}, (None, None), []),
        ({"title": "Buyer", "company_name": "Ikaria AG"}, ("p.kern@ikaria.example", "pavel.kern@ikaria.example"), []),
        ({"title": "Buyer", "company_name": "Ikaria AG"}, (None, None), [[0, 1]]),
        ({"title": "Buyer", "phone": "+420 777 123 456"}, ("p.kern@ikaria.example", "pavel@ikaria.example"), [[0, 1]]),
        ({"birth_date": "1971-04-23"}, (None, None), [[0, 1]]),
    ],
)
def test_a_job_or_a_city_does_not_say_whose_initial_it_is(shared, own, expected):
    names = zip(("P. Kern", "Pavel Kern"), own, strict=True)
    rows = [{"full_name": name, "email": email, **shared} for name, email in names]
    assert clusters(rows) == expected


def test_a_rare_city_says_whose_initial_it_is_in_a_list_that_shows_how_rare_it_is():
    rows = [{"full_name": name, "city": "Brno"} for name in ("P. Kern", "Pavel Kern")]
    others = [
        {"full_name": f"Ada {letters}", "city": f"Town {letters}"} for letters in map("x{0}y{0}z".format, range(120))
    ]
    assert clusters(rows) == []
    assert clusters([*rows, *others]) == [[0, 1]]


@pytest.mark.parametrize(
    ("initials", "name", "most", "least"),
    [
        ("Y.Z. Wang", "Yong-Qiang Wang", 0.1, 0.0),
        ("Y. Q. Wang", "Yongqiang Wang", 1.0, 0.9),
        ("M.S. Kim", "Min-jun Kim", 0.1, 0.0),
        ("M.J. Kim", "Minjun Kim", 1.0, 0.9),
        ("P.J. Wang", "Peter Wang", 1.0, 0.9),
        ("J.M. Martin", "Jean-Pierre Martin", 0.1, 0.0),
        ("J.-P. Martin", "Jean-Pierre Martin", 1.0, 0.9),
        ("R. J. Smith", "Robert Smith", 1.0, 0.9),
        ("J. Robert Smith", "James Smith", 0.1, 0.0),
        ("J. Robert Smith", "Robert Smith", 1.0, 0.9),
        ("J. Silva Santos", "João Santos", 1.0, 0.9),
    ],
)
def test_initials_and_a_called_name_say_which_name_they_are_not(initials, name, most, least):
    pair = best_pair([{"full_name": one, "company_name": "Nordlicht GmbH"} for one in (initials, name)])
    assert least <= pair["probability"] <= most


def test_one_address_outweighs_a_called_name_but_not_two_initials():
    own = {"email": "wang.smith@nordlicht.example", "phone": "+49 30 1234567"}
    called = best_pair([{"full_name": name} | own for name in ("J. Robert Smith", "James Smith")])
    initials = best_pair([{"full_name": name} | own for name in ("Y.Z. Wang", "Yong-Qiang Wang")])
    assert called["probability"] > 0.9
    assert initials["probability"] == 0.5


@pytest.mark.parametrize(("often", "joined"), [(True, True), (False, False)])
def test_an_own_address_outweighs_a_birth_date_where_dates_are_often_wrong(often, joined):
    """Father and son may share a name and an address; in a list of typing errors, it is one person."""
    rows = []
    for number in range(12):
        who = {
            "full_name": f"Anna {chr(65 + number)}erg{'xomt'[number % 4] * 3}",
            "email": f"a{number}berg@b{number}c.example",
        }
        errors = [f"19{number + 50}-03-13"] + [f"19{93 - number}-11-28"] * often
        rows += [who | {"born": born} for born in (f"19{number + 50}-03-12", *errors)]
    who = {"full_name": "John Smith", "email": "john.smith@smith.example"}
    rows += [who | {"born": "1950-01-28"}, who | {"born": "1981-12-05"}]
    last = [len(rows) - 2, len(rows) - 1]
    assert (last in clusters(rows, fields={"born": "date"})) == joined


def test_two_addresses_that_begin_with_the_initials_of_two_given_names_differ_by_no_typo():
    rows = [
        {"full_name": "Anne-Marie Dubois", "email": "am.dubois@nordlicht.example"} | FIRM,
        {"full_name": "Anne-Laure Dubois", "email": "al.dubois@nordlicht.example"} | FIRM,
    ]
    assert clusters(rows) == []
    assert "typo" not in best_pair(rows)["reasons"]


class TestAddressesThatSpellTheirOwnNames:
    """Names that differ a little are no typing error where each row's own address spells its own name."""

    PHONE: ClassVar = {**FIRM, "phone": "+49 30 47110031"}
    TWO: ClassVar = [
        ("Li Na", "lina", "Li Nan", "linan"), ("Zhang Wei", "zhangwei", "Zhang Weiwei", "zhangweiwei"),
        ("Tan Ah Kow", "ahkow", "Tan Ah Kok", "ahkok"), ("Kim Min-jun", "minjun.kim", "Kim Min-ju", "minju.kim"),
        ("Priya Sharma", "priya.sharma", "Priya Sharman", "priyasharman"),
        ("Anna Schmid", "anna.schmid", "Anna Schmidt", "a.schmidt"),
        ("Jens Meyer", "jmeyer", "Jens Meier", "jens.meier"),
        ("João da Silva Santos", "joao.santos", "João Santos da Silva", "joao.silva"),
        ("Nguyen Van An", "an.nguyen", "Nguyen Van Anh", "anh.nguyen"),
        ("Kim Min-jun", "minjun", "Min-ju Kim", "minju"),
        ("Katrin Vogel", "katrin.vogel", "Katrina Vogl", "katrina.vogl"),
        ("Hans Vogel", "hans.vogel", "Hans-Peter Vogel", "hanspeter.vogel"),
        ("Mary Vogel", "mary.vogel", "Mary Ann Vogel", "maryann.vogel"),
    ]  # fmt: skip
    ONE: ClassVar = [
        # Both addresses fit one name, or an address spells the right one.
        ("Anna Schmidt", "anna.schmidt", "Anna Schmidt", "a.schmidt"),
        ("Anna Schmitd", "anna.schmidt", "Anna Schmidt", "a.schmidt"),
        ("Anna Schmid", "anna.schmidt", "Anna Schmidt", "a.schmidt"),
        ("Anna Schmidt", "anna.schmid", "Anna Schmidt", "annaschmidt"),
        # Spellings in other letters, a nickname, a second family name, and her name as two countries write it.
        ("Hans Müller", "h.mueller", "Hans Mueller", "hans.muller"),
        ("Novak Đoković", "novak.dokovic", "Novak Djokovic", "novak.djokovic"),
        ("Mike Stoneham", "mike.stoneham", "Michael Stoneham", "m.stoneham"),
        ("Jana Novák", "jana.novak", "Jana Nováková", "jananovakova"),
        # A given name and a family name, in either order.
        ("Jens Meyerling", "jens", "Meyerling Jens", "meyerling"),
        ("Jens Meyerling", "jens.meyerling", "Meyerling Jens", "j.meyerling"),
    ]  # fmt: skip

    FORMS: ClassVar = [
        # A familiar form and the full name, from a mailbox that spells it.
        ("Mike Stoneham", "mike.stoneham", "Michael Stoneham", "michaelstoneham"),
        ("Greta Lindholm", "greta", "Margareta Lindholm", "margareta"),
        ("Vova Orlov", "vova.orlov", "Vladimir Orlov", "vladimir.orlov"),
        # Given and family name, in the order of the mailbox.
        ("Martin Simon", "m.simon", "Simon Martin", "s.martin"),
        ("Dawit Girma", "d.girma", "Girma Dawit", "g.dawit"),
        ("Ellis Howell", "eh", "Howell Ellis", "he"),
        # Family names of one letter more, or of another one, which no mailbox of the other's row spells.
        ("Dawit Girma", "dawit", "Dawit Girmay", "dawit.girmay"),
        ("Lars Petersen", "lp", "Lars Pettersen", "lars.pettersen"),
        ("Kees Diks", "kd", "Kees Dieks", "k.dieks"),
        # Both names are only alike.
        ("Dani Levi", "sales", "Daniel Levin", "office"),
        ("דני לוין", "sales", "דניאל לוינס", "office"),
    ]  # fmt: skip

    @staticmethod
    def rows(one, local, other, other_local, **more):
        return [
            {"full_name": name, "email": f"{address}@nordlicht.example", **more}
            for name, address in ((one, local), (other, other_local))
        ]

    @pytest.mark.parametrize("names", [("Dmitri", "Dmitry"), ("Mohamed", "Muhammad"), ("Alexander", "Oleksandr")])
    def test_spellings_of_one_name_in_latin_letters_are_for_review(self, names):
        one, other = names
        rows = self.rows(f"{one} Orlov", f"{one}.orlov".lower(), f"{other} Orlov", f"{other}.orlov".lower(), **FIRM)
        assert 0.2 < best_pair(rows)["probability"] <= 0.5

    @pytest.mark.parametrize("names", TWO)
    def test_two_people_whatever_else_they_share(self, names):
        rows = self.rows(*names, **self.PHONE, city="Kiel")
        pair = best_pair(rows)
        assert pair["probability"] <= 0.5
        assert "different names, each spelled by its own email address" in pair["reasons"]
        between = {"full_name": names[0].split()[0], **self.PHONE, "city": "Kiel"}
        assert all(not {0, 1} <= set(cluster) for cluster in clusters([*rows, between]))

    @pytest.mark.parametrize("names", FORMS)
    def test_two_forms_of_a_name_behind_the_phone_of_an_office_wait(self, names):
        rows = self.rows(*names, **{**FIRM, "phone": "+49 421 5550123"}, city="Kiel")
        assert 0.2 < best_pair(rows)["probability"] < 0.75
        assert clusters(rows) == []

    @pytest.mark.parametrize("names", [*FORMS[:3], *FORMS[5:8]])
    def test_two_forms_of_a_name_with_one_mobile_are_one_person(self, names):
        assert clusters(self.rows(*names, **{**FIRM, "phone": "+49 171 5550123"})) == [[0, 1]]

    def test_an_east_asian_name_of_two_jobs_with_an_address_each_waits(self):
        rows = self.rows("Wang Wei", "wangwei", "Wang Wei", "wei.wang", **FIRM)
        rows[0]["title"], rows[1]["title"] = "Engineer", "Sales Manager"
        assert clusters(rows) == []
        assert clusters([{**row, "title": "Engineer"} for row in rows]) == [[0, 1]]

    @pytest.mark.parametrize("names", ONE)
    def test_one_person_with_two_addresses(self, names):
        assert clusters(self.rows(*names, **self.PHONE)) == [[0, 1]]

    @pytest.mark.parametrize(
        ("names", "are_one"),
        [
            (("Tāne Mahuta", "tane", "Tane Mahutonga", "tm"), False),
            (("Jan Kowal", "jan", "Jan Kowalski", "j.kowalski"), False),
            (("Jan Keller", "jan", "Jann Kellerhals", "jk"), False),
            (("John Smith", "john", "John Smithson", "js"), False),
            (("Eva Berg", "eva", "Eva Bergmann", "eb"), False),
            (("John Smith", "john", "John Smiths", "js"), True),
            (("Anna Petrov", "anna", "Anna Petrova", "ap"), True),
            (("Eva Müller", "eva", "Eva Müller-Lang", "em"), True),
            (("Nikos Papadim.", "nikos", "Nikos Papadimitriou", "np"), True),
            (("Nikos Papadim", "n.papadimitriou", "Nikos Papadimitriou", "np"), True),
        ],
    )
    def test_a_family_name_that_begins_another_one_is_not_a_typing_error_of_it(self, names, are_one):
        rows = self.rows(*names, **self.PHONE)
        probability = best_pair(rows)["probability"]
        assert probability > 0.2
        assert (probability >= 0.75) is are_one

    @pytest.mark.parametrize("own", [{"linkedin_url": "linkedin.com/in/anna-s-4f2"}, {"born": "1971-03-12"}])
    def test_what_is_their_own_outweighs_it(self, own):
        assert clusters(self.rows("Anna Schmid", "anna.schmid", "Anna Schmidt", "a.schmidt", **self.PHONE, **own))

    def test_an_initial_with_another_address_than_the_whole_name_is_for_review(self):
        initial = ("A. Winterfeld", "a.winterfeld", "Anna Winterfeld", "anna")
        assert best_pair(self.rows(*initial, **FIRM))["probability"] == 0.5
        assert clusters(self.rows(*initial, **self.PHONE)) == [[0, 1]]


class TestSharedAddressesAndPhones:
    @pytest.mark.parametrize(
        ("email", "number", "firms"),
        [
            ("none@none.com", 5, [None] * 5),
            ("customer@shop.example", 2, ["Nordlicht"] * 5),
            ("customer@shop.example", 5, [None] * 5),
            ("weber@gmail.com", 2, ["Nordlicht"] * 5),
            ("weber@gmail.com", 5, ["Nordlicht", "Falkenberg", "Moos", "Ost", "West"]),
            ("stand12@messe.example", 5, ["Nordlicht"] * 5),
        ],
    )
    def test_people_of_different_names(self, email, number, firms):
        names = ["Anna Weber", "Peter Schulz", "Petra Klein", "John Doe", "Mary Major"]
        rows = [
            {"full_name": name, "email": email, "company_name": firm} for name, firm in zip(names, firms, strict=True)
        ]
        assert clusters(rows[:number]) == []

    @pytest.mark.parametrize(
        ("email", "firm"),
        [("none@none.com", None), ("weber@gmail.com", None), ("anna.weber@nordlicht.example", "Nordlicht")],
    )
    def test_a_couple(self, email, firm):
        couple = [{"full_name": name, "email": email, "company_name": firm, "phone": "+49301234567"}
                  for name in ("Anna Weber", "Peter Weber")]  # fmt: skip
        assert clusters(couple) == []
        assert "which people of two names share" in best_pair(couple)["reasons"]

    @pytest.mark.parametrize("firm", [None, "Nordlicht"])
    def test_two_colleagues_behind_one_phone(self, firm):
        names = ("Anna Weber", "Peter Schulz")
        assert clusters([{"full_name": name, "phone": "+49301234567", "company_name": firm} for name in names]) == []

    @pytest.mark.parametrize(
        "name",
        ["Anna Webr", "A. Weber", "Ana Weber", "Weber Anna", "Anna", "Weber", None, "Dr. Anna Weber", "Anna M Weber"],
    )
    def test_another_spelling_is_not_another_name(self, name):
        """A typo, an initial, a nickname or a part of the name."""
        rows = [{"full_name": text, "email": "a.w@nordlicht.example"} for text in ("Anna Weber", name)]
        found = cleanup.duplicates(pl.DataFrame(rows, infer_schema_length=None))
        assert [sorted(rows) for rows in found.clusters["rows"].to_list()] == [[0, 1]]
        assert "share" not in found.pairs["reasons"][0]

    def test_one_of_two_people_with_one_address_is_still_found_twice(self):
        rows = [{"full_name": name, "email": "weber@nordlicht.example", **FIRM}
                for name in ("Anna Weber", "Peter Weber", "Anna Weber-Klein", "Peter Weber")]  # fmt: skip
        assert clusters([{**row, "phone": f"+4930123456{n}"} for n, row in enumerate(rows)]) == [[0, 2], [1, 3]]


class TestChains:
    """Two people are not put together by a third row that fits both."""

    @pytest.mark.parametrize("between", ["A. Weber", "Weber", None])
    def test_a_vague_row_joins_one_of_two_people(self, between):
        rows = [{"full_name": name, "email": "weber@nordlicht.example", **FIRM}
                for name in ("Anna Weber", between, "Andreas Weber")]  # fmt: skip
        found = cleanup.duplicates(pl.DataFrame(rows))
        assert found.frame["cluster_id"][0] != found.frame["cluster_id"][2]

    def test_links_that_were_cut_are_for_review(self):
        rows = [
            {"full_name": name, "email": "klein@nordlicht.example", **FIRM}
            for name in ("Petra Klein", "Klein", "Uwe Klein")
        ]
        found = cleanup.duplicates(pl.DataFrame(rows))
        assert len(found.bridges) == 2

    @pytest.mark.parametrize(
        ("vague", "order"),
        [
            ("H. Schmidt", (1, 2, 0)), ("Herr Schmidt", (1, 2, 0)), ("Doktor Schmidt", (2, 0, 1)),
            ("Schmidt, H.", (0, 1, 2)),
        ],
    )  # fmt: skip
    def test_of_two_that_fit_equally_well_none_is_taken(self, vague, order):
        people = [
            {"full_name": vague, "email": None, **FIRM},
            {"full_name": "Hans Schmidt", "email": "hans@nordlicht.example", **FIRM},
            {"full_name": "Heinz Schmidt", "email": "heinz@nordlicht.example", **FIRM},
        ]
        rows = [people[place] for place in order]
        found = cleanup.duplicates(pl.DataFrame(rows))
        assert found.clusters.height == 0
        # Whose title or initial it is, is for review: no link is cut.
        assert len(found.bridges) == (2 if vague == "Doktor Schmidt" else 0)
        assert clusters([*rows, {**people[1], "full_name": "Hans Schmitd"}]) == [sorted((order.index(1), 3))]

    def test_of_two_known_leads_that_fit_equally_well_none_is_taken_unless_they_are_one(self):
        vague = pl.DataFrame([{"full_name": "H. Schmidt", **FIRM}])
        leads = pl.DataFrame(
            {
                "id": ["l1", "l2"],
                "full_name": ["Hans Schmidt", "Heinz Schmidt"],
                "email": ["hans@nordlicht.example", "heinz@nordlicht.example"],
                **{name: [value] * 2 for name, value in FIRM.items()},
            }
        )
        found = cleanup.duplicates(vague, known=leads)
        assert (found.clusters.height, found.pairs["probability"].to_list()) == (0, [0.5, 0.5])
        once = leads.with_columns(full_name=pl.lit("Hans Schmidt"))
        [rows] = cleanup.duplicates(vague, known=once).clusters["rows"].to_list()
        assert {"l1", "l2"} <= {*rows}

    @pytest.mark.parametrize(
        "names",
        [
            ("Eddie", "Edward", "Edmund"),
            ("Bert", "Robert", "Herbert"),
            ("D.", "Daniel", "Daniela"),
            ("Min", "Minji", "Minsu"),
        ],
    )
    @pytest.mark.parametrize(
        "place", [FIRM, {"phone": "+49301234567"}, {"phone": "+49301234567", **FIRM}, {"email": "info@roth.example"}]
    )
    def test_a_short_form_that_two_people_of_one_place_have_is_of_neither(self, names, place):
        assert clusters([{"full_name": f"{name} Roth", **place} for name in names]) == []

    @pytest.mark.parametrize(
        ("names", "expected"),
        [
            (("Bob", "Robert", "Roberta"), [[0, 1]]),
            (("Tom", "Thomas", "Tomas"), [[0, 1, 2]]),
            (("Hans", "Johannes", "Johann"), [[0, 1, 2]]),
        ],
    )
    def test_a_short_form_that_one_person_of_a_place_has_is_of_this_person(self, names, expected):
        assert clusters([{"full_name": f"{name} Roth", "phone": "+49301234567"} for name in names]) == expected

    def test_the_better_of_two_that_fit_is_taken(self):
        rows = [
            {"full_name": "H. Schmidt", "email": None, **FIRM, "phone": "+49301234567"},
            {"full_name": "Hans Schmidt", "email": "hans@nordlicht.example", **FIRM, "phone": "+49301234567"},
            {"full_name": "Heinz Schmidt", "email": "heinz@nordlicht.example", **FIRM, "phone": "+49301234599"},
        ]
        assert clusters(rows) == [[0, 1]]

    def test_pairs_that_share_no_blocking_key_are_compared_before_they_are_put_together(self):
        """The first and the last row have nothing in common but the one between them."""
        rows = [
            {"full_name": "Anna Weber", "email": "a.weber@nordlicht.example", "phone": None},
            {"full_name": "A. Weber", "email": "a.weber@nordlicht.example", "phone": "+49301234567"},
            {"full_name": "Andreas Weber", "email": None, "phone": "+49301234567"},
        ]
        found = cleanup.duplicates(pl.DataFrame(rows))
        assert found.frame["cluster_id"][0] != found.frame["cluster_id"][2]

    def test_a_reviewer_may_put_them_together_and_the_row_that_fits_both_stays_for_review(self):
        rows = [{"full_name": name, "email": "weber@nordlicht.example", **FIRM}
                for name in ("Anna Weber", "A. Weber", "Andreas Weber")]  # fmt: skip
        assert clusters(rows, same=[(0, 2)]) == [[0, 2]]
        assert clusters(rows, same=[(0, 1, 2)]) == [[0, 1, 2]]


class TestCompaniesWithoutPeople:
    HOTEL: ClassVar = {"phone": "+1 702 385 7111", "city": "Las Vegas"}

    @pytest.mark.parametrize(
        "more", [{}, {"website": "goldennugget.com"}, {"email": "info@goldennugget.com"}, {"country": "US"}]
    )
    def test_two_companies_with_one_phone_and_city(self, more):
        for names in (("Golden Nugget Hotel", "Stefanos"), ("KUKA AG", "KUKA Roboter GmbH")):
            assert clusters([{"company_name": name, **self.HOTEL, **more} for name in names]) == []

    def test_one_company_in_two_spellings(self):
        names = ("Golden Nugget Hotel", "Golden Nuget Hotel")
        assert clusters([{"company_name": name, **self.HOTEL} for name in names]) == [[0, 1]]


class TestIdentifiers:
    PERSON: ClassVar = {"full_name": "Anna Weber", "company_name": "Nordlicht GmbH", "phone": "+49301234567"}

    @pytest.mark.parametrize("more", [{}, {"email": "anna.weber@nordlicht.example"}])
    def test_a_wholly_different_number_is_nearly_a_veto(self, more):
        rows = [{**self.PERSON, **more, "number": number} for number in ("4093128", "7721954")]
        assert clusters(rows, fields={"number": "identifier"}) == []

    def test_an_equal_number_is_nearly_proof(self):
        rows = [{"full_name": name, "company_name": firm, "number": "4093128"}
                for name, firm in (("Anna Weber", "Nordlicht"), ("Ana Weber", "Falkenberg AG"))]  # fmt: skip
        assert clusters(rows, fields={"number": "identifier"}) == [[0, 1]]


OTHERS = [
    {"full_name": name, "email": f"{name.split()[0].lower()}@{name.split()[1].lower()}.example", "city": "Ulm"}
    for name in ("Ada Berg", "Otto Kolb", "Ines Vogt", "Karl Frey", "Rosa Beck")
]
BARE = {"full_name": "Hugo Hart"}


@pytest.mark.parametrize("other", [{"email": "hugo.hart@malone.example"}, {"city": "Malone"}])
def test_a_row_with_nothing_but_a_name_may_be_anyone_of_that_name(other):
    rows = [*OTHERS, BARE | other, BARE]
    assert clusters(rows) == []
    assert best_pair(rows)["probability"] <= 0.5


def test_rows_of_one_name_and_a_city_and_a_list_of_names_alone_are_compared_by_what_they_have():
    assert clusters([*OTHERS, BARE | {"city": "Malone"}, BARE | {"city": "Malone"}]) == [[5, 6]]
    assert clusters([{"full_name": one["full_name"]} for one in [*OTHERS, BARE, BARE]]) == [[5, 6]]


def test_a_row_of_a_name_and_a_birth_date_is_not_bare():
    born = {"born": "1985-03-07"}
    rows = [*OTHERS, BARE | born | {"city": "Malone"}, BARE | born]
    assert clusters(rows, fields={"born": "date"}) == [[5, 6]]


@pytest.mark.parametrize(
    ("row", "is_one"),
    [
        (("Berger", "Peter"), False),
        (("Peter", "Berger"), False),
        (("Meier", "Angelika"), False),
        (("Berger", "Angelika"), True),
        (("Berger", "Angelkia"), True),
    ],
)
def test_swapped_columns_hide_no_other_given_name_behind_one_mailbox_and_phone(row, is_one):
    shared = {"email": "a.berger@nordlicht.example", "phone": "+49 30 901855", **FIRM}
    people = [
        {"first_name": "Angelika", "last_name": "Berger"},
        dict(zip(("first_name", "last_name"), row, strict=True)),
    ]
    others = [{"first_name": f"Pa{n}", "last_name": f"Qu{n}", "email": f"p{n}@q{n}.example"} for n in range(50)]
    assert (clusters([each | shared for each in people] + others) == [[0, 1]]) is is_one


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        (("María José", "García Pérez", "mgarcia99"), ("María José", "Pérez García", "mperez43"), False),
        (("Ana", "Silva Souza", "ana.silva"), ("Ana", "Souza Silva", "ana.souza"), False),
        (("Thomas", "Werner", "thomas"), ("Werner", "Thomas", "werner"), False),
        (("Thomas", "Werner", "t.werner"), ("Werner", "Thomas", "t.werner"), True),
        (("Wei", "Li", "wei.li"), ("Li", "Wei", "li.wei"), False),
        (("Tesfa", "Girma", "tesfa"), ("Girma", "Tesfa", "girma"), False),
        (("Wei", "Li", "wei.li"), ("Li", "Wei", "wei.li"), True),
        (("Ana", "Silva Souza", "ana.silva"), ("Ana", "Souza Silva", "ana.silva"), True),
    ],
)
def test_names_in_the_other_order_with_an_address_for_each_order_are_two(one, other, is_one):
    rows = [
        {"first_name": first, "last_name": last, "email": f"{local}@nordlicht.example", **FIRM}
        for first, last, local in (one, other)
    ]
    assert (clusters(rows, threshold=0.95) == [[0, 1]]) is is_one


def test_two_short_forms_of_a_name_with_an_address_and_a_job_each_behind_one_phone_are_for_review():
    office = {"phone": "+33147203318", **FIRM}
    jean = {"first_name": "Jean", "last_name": "Dubreuil", "email": "jean.dubreuil@nordlicht.example", **office}
    other = {"first_name": "Jean-Pierre", "last_name": "Dubreuil", "email": "jp.dubreuil@nordlicht.example", **office}
    colleagues = [jean | {"title": "Gérant"}, other | {"title": "Comptable"}]
    assert clusters(colleagues) == []
    assert best_pair(colleagues)["probability"] > 0.3
    assert clusters([jean | {"title": "Gérant"}, other | {"title": "Gérant"}]) == []
    assert clusters([jean, other | {"email": jean["email"]}]) == [[0, 1]]
    of_roles = [
        row | {"email": f"{role}@nordlicht.example"}
        for row, role in zip(colleagues, ("sales", "accounts"), strict=True)
    ]
    assert clusters(of_roles) == []
    no_company = [{**row, "company_name": None, "postcode": "75002"} for row in of_roles]
    assert clusters(no_company) == []  # the postcode is that of their office


ONE_FIRM = {"company_name": "Brightwell Controls"}


def colleague(name: str, local: str, phone: str | None = None, title: str | None = None, firm: str = "brightwell"):
    email = local and f"{local}@{firm}.example"
    return ONE_FIRM | {"full_name": name, "email": email, "phone": phone, "title": title}


PERHAPS_TWO = {
    "titles": (
        colleague("Chris Palmer", "chris.palmer", "(312) 555-0150", "Engineer"),
        colleague("Christine Palmer", "", "(312) 555-0150", "HR Manager"),
    ),
    "extensions": (
        colleague("Pat Reilly", "", "(312) 555-0150 x101"),
        colleague("Patrick Reilly", "preilly", "(312) 555-0150 x102"),
    ),
    "addresses that spell two names": (
        colleague("Jo Frost", "jo", "(312) 555-0150"),
        colleague("Joseph Frost", "joseph.frost", "(312) 555-0150"),
    ),
    "a short form of both sexes, and an address each": (
        colleague("Chris Frost", "chris", "(312) 555-0150"),
        colleague("Christopher J. Frost", "cfrost", "(312) 555-0150"),
    ),
    "addresses behind the phone of many": (
        colleague("Chris Frost", "chris", "(312) 555-0150"),
        colleague("Christopher J. Frost", "cfrost", "(312) 555-0150"),
        colleague("Bob Vance", "bob", "(312) 555-0150"),
        colleague("Mia Lang", "mia", "(312) 555-0150"),
    ),
    "addresses of two owners": (
        colleague("Sam Frost", "sam", "(312) 555-0150") | {"title": "Owner"},
        colleague("Samuel Frost", "samuel", "(312) 555-0150") | {"title": "Owner"},
    ),
    "addresses": (colleague("Sam Frost", "sam.frost"), colleague("Samantha Frost", "sfrost")),
    "addresses in German": (colleague("Toni Huber", "toni.huber"), colleague("Antonia Huber", "ahuber")),
    "brothers": (
        colleague("Mario Rossi", "mario.rossi", "+39 335 5550111", "Titolare", "pec.rossi"),
        colleague("Rossi Marco", "m.rossi2", "+39 030 5550111", "Resp. Acquisti", "rossi"),
    ),
    "given names behind one mailbox": (
        colleague("Ferrari Ing. Paolo", "p.ferrari", "051 5550166"),
        colleague("Ferrari Paola", "p.ferrari", "051 5550166"),
    ),
    "given names in two orders": (
        colleague("Ferrari Paolo", "p.ferrari", "051 5550166"),
        colleague("Paola Ferrari", "p.ferrari", "051 5550166"),
    ),
    "one given name and two": (
        colleague("Anna Colombo", "anna.colombo", "051 5550188", "Controller"),
        colleague("Anna Maria Colombo", "am.colombo", "051 5550188", "Resp. Acquisti"),
    ),
    "one given name and two in the firm of a family": tuple(
        colleague(name, local, "051 5550188", firm="colombo")
        for name, local in (("Luis Enrique Colombo", "lecolombo"), ("Luis Colombo", "luis"))
    ),
    "an initial more": (
        colleague("John Reilly", "john.reilly", "(312) 555-0150", "Engineer"),
        colleague("John B. Reilly", "jbreilly", "(312) 555-0150", "HR Manager"),
    ),
    "branches": tuple(
        colleague("Nikos Georgiou", town, phone) | {"company_name": f"Georgiou {town.title()}", "city": town.title()}
        for town, phone in (("rhodes", "+30 22410 33445"), ("kos", "+30 22420 33446"))
    ),
    "brothers behind one mailbox": tuple(
        colleague(f"{name} Singh Gill", "info", "+44 1634 223344", "Director") for name in ("Harpreet", "Hardeep")
    ),
    "numbers in addresses": tuple(
        colleague("Thomas Grady", local, "(617) 555-0184") | {"city": "Boston", "state": "MA", "zip": "02118"}
        for local in ("tgrady", "tgrady2")
    ),
}


@pytest.mark.parametrize("people", PERHAPS_TWO.values(), ids=PERHAPS_TWO)
def test_two_colleagues_whose_names_may_be_one_are_for_review(people):
    pair = best_pair(people)
    assert 0.2 < pair["probability"] <= 0.5


@pytest.mark.parametrize(
    ("names", "locals_", "phones"),
    [
        (("Chris Palmer", "Christine Palmer"), ("cpalmer", "cpalmer"), ("(312) 555-0150", "(312) 555-0150")),
        (("Bill Frost", "William Frost"), ("bill.frost", "wfrost"), ("(312) 555-0150", "(312) 555-0150")),
        (("Chris Palmer", "Chris Palmer"), ("chris.palmer", "cpalmer"), ("(312) 555-0150 x101", "(312) 555-0150 x7")),
        (("Anna Palmer", "Anna Maria Palmer"), ("anna.palmer", "am.palmer"), ("(312) 555-0150", "(312) 555-0150")),
    ],
)
def test_a_familiar_form_with_something_own_is_of_one_person(names, locals_, phones):
    people = [colleague(*row) for row in zip(names, locals_, phones, strict=True)]
    assert best_pair(people)["probability"] > 0.9


@each_case(
    ("local", "one", "other", "is_one"),
    [
        ("doyle", "Pat Doyle", "Patricia Doyle", False),
        ("pat.doyle", "Pat Doyle", "Patricia Doyle", True),
        ("doyle", "Bob Doyle", "Robert Doyle", True),
        ("doyle", "Michele Doyle", "Michela Doyle", False),
        ("doyle", "Pierre Doyle", "Pierrette Doyle", False),
        ("doyle", "Marie-Claire Doyle", "Marie-Laure Doyle", False),
        ("doyle", "Ann-Marie Doyle", "Anne-Marie Doyle", True),
        ("doyle", "Walter Doyle", "Walter Doyle II", False),
        ("familie.doyle", "Alois Doyle", "Aloisia Doyle", False),
        ("orlov", "Sasha Orlov", "Alexandra Orlova", False),
        ("kolev", "Димитър Колев", "Dimitrina Koleva", False),
    ],
)
def test_the_mailbox_of_a_family_does_not_settle_what_the_names_leave_in_doubt(local, one, other, is_one):
    family = [colleague(name, local, "(312) 555-0150", firm="doyle") for name in (one, other)]
    assert (best_pair(family)["probability"] > 0.9) is is_one


def test_a_street_that_both_give_does_not_settle_it_either():
    couple = [
        colleague(name, "familie.doyle", "(312) 555-0150", firm="doyle") for name in ("Alois Doyle", "Aloisia Doyle")
    ]
    home = [{"Street": "Mill Lane 4", "Born": born} for born in ("1960-05-04", None)]
    others = [
        colleague(f"P{n} Q{n}", f"p{n}", f"(312) 555-02{n:02d}")
        | {"Street": f"Oak Road {n}", "Born": f"19{60 + n}-02-03"}
        for n in range(20)
    ]
    rows = pl.DataFrame([*(person | each for person, each in zip(couple, home, strict=True)), *others])
    found = cleanup.duplicates(rows, fields={"Street": "street", "Born": "date"})
    assert found.clusters.is_empty()


def test_an_extension_is_a_part_of_the_number():
    people = [colleague("Ada Berg", "", phone) for phone in ("312 555 0150 ext. 101", "(312) 555-0150 x102")]
    assert "same phone number, a switchboard" in best_pair(people)["reasons"]


@pytest.mark.parametrize("names", [("Thomas Grady", "Thomas Grady"), ("Tom Grady", "Thomas Grady")])
def test_colleagues_have_the_town_of_their_office_in_common(names):
    """City, state and postcode decide nothing where the company and its domain are the same."""
    town = {"city": "Boston", "state": "MA", "zip": "02118"}
    two = [colleague(name, local) | town for name, local in zip(names, ("tgrady", "tgrady2"), strict=True)]
    pair = best_pair(two)
    assert "same zip" in pair["reasons"]
    assert pair["probability"] < 0.5


@pytest.mark.parametrize(
    ("names", "emails", "firms", "phones"),
    [
        (("Anna Weber", "Anna Weger"), ("p4@sol.example", "p8@soli.example"), ("Solar E", "Solar I"), (None, None)),
        (
            ("Ewa Zieiski", "Ewa Ziecski"), ("ewa@firma8.example", "ewa@firma28.example"), ("Alfa Bau", "Beta Druck"),
            ("+48 221234508", "+48 221234528"),
        ),
        (
            ("Ewa Zieiski", "Ewa Ziecski"), ("p8@firma8.example", "p28@firma28.example"), ("Firma 8", "Firma 28"),
            ("+48 221234508", "+48 221234528"),
        ),
    ],
)  # fmt: skip
def test_two_family_names_without_any_evidence_are_not_even_doubtful(names, emails, firms, phones):
    rows = pl.DataFrame({"full_name": names, "email": emails, "company_name": firms, "phone": phones})
    assert cleanup.duplicates(rows, 0.2).pairs.is_empty()


@pytest.mark.parametrize(("wife", "husband"), [("Nagy Lászlóné", "Nagy László"), ("TOTH JANOSNE", "Tóth János")])
def test_a_hungarian_wife_is_not_her_husband(wife, husband):
    both = {"email": "info@nagykft.example", "phone": "+3613112233"}
    assert clusters([{"full_name": wife, **both}, {"full_name": husband, **both}]) == []
    assert clusters([{"full_name": wife, **both}, {"full_name": wife.title(), **both}]) == [[0, 1]]


@each_case(
    "name",
    [
        "Office of Karl Demo", "Assistenz Karl Demo", "Chefsekretariat Karl Demo", "Secrétariat de Karl Demo",
        "PA to Karl Demo", "Segreteria Karl Demo", "Secretariaat Karl Demo", "Titkárság Karl Demo",
        "Sekretær for Karl Demo", "Karl Demo (Assistenz)", "Karl Demo - Office",
    ],
)  # fmt: skip
def test_the_office_or_an_assistant_of_a_person_is_not_the_person(name):
    line = {"phone": "+49 30 7745900", "city": "Berlin", **FIRM}
    boss = {"full_name": "Karl Demo", "email": "karl.demo@nordlicht.example", **line}
    for email in ("office@nordlicht.example", None):
        assert clusters([boss, {"full_name": name, "email": email, **line}]) == []
    assert clusters([{"full_name": name, **line}] * 2) == [[0, 1]]


def test_a_job_title_that_begins_like_that_of_an_assistant_makes_no_other_person():
    rows = [
        {"full_name": name, "email": "karl.demo@nordlicht.example"} for name in ("Karl Demo", "Karl Demo, Assistant")
    ]
    assert clusters(rows) == [[0, 1]]


def test_one_name_alone_and_a_whole_name_with_an_address_each_are_for_review():
    line = {"phone": "+62 21 5790 1234", **FIRM}
    one = {"full_name": "Kartini", "email": "kartini@nordlicht.example", **line}
    other = {"full_name": "Kartini Putri", "email": "putri@nordlicht.example", **line}
    assert clusters([one, other]) == []
    assert best_pair([one, other])["review"] == "the names may be of two people"
    assert clusters([one, other | {"email": one["email"]}]) == [[0, 1]]


def test_one_name_at_two_branches_with_their_own_domain_city_and_number_is_not_joined():
    branches = [("sonnhof-graz.example", "Graz", "+43 316 774590"), ("sonnhof-wien.example", "Wien", "+43 1 5543210")]
    rows = [
        {
            "full_name": "Wendelgard Xaver", "company_name": "Sonnhof Hotel", "email": f"w.xaver@{domain}",
            "city": city, "phone": phone, "title": "Manager",
        }
        for domain, city, phone in branches
    ]  # fmt: skip
    assert clusters(rows) == []
    assert clusters([rows[0], rows[1] | {"phone": rows[0]["phone"]}]) == [[0, 1]]


def test_alike_names_behind_the_mailbox_and_the_number_of_their_office_are_for_review():
    line = {"email": "einkauf@lumo.example", "phone": "+33142973658", "title": "Buyer", "company_name": "Lumo SA"}
    assert clusters([{"full_name": name, **line} for name in ("Denise Marot", "Denis Marotte")]) == []
    assert clusters([{"full_name": name, **line} for name in ("Denise Marotte", "Denise Marotte")]) == [[0, 1]]


@pytest.mark.parametrize(
    ("title", "phone", "joined"), [("Buyer", "+82 2 555 0102", True), ("Auditor", "+82 2 555 0102", False)]
)
def test_names_alike_with_a_mailbox_a_job_and_a_number_each_are_two(title, phone, joined):
    """Their mailboxes differ by a dot: each spells its own bearer."""
    firm = {"company_name": "Hanbit Trading", "company_domain": "hanbit.example", "city": "Seoul"}
    rows = [
        {
            **firm,
            "full_name": "Lee Seo-yeon",
            "email": "sy.lee@hanbit.example",
            "title": "Buyer",
            "phone": "+82 2 555 0101",
        },
        {**firm, "full_name": "Lee Seo-yeo", "email": "sylee@hanbit.example", "title": title, "phone": phone},
    ]
    assert (clusters(rows) == [[0, 1]]) == joined
    assert joined or best_pair(rows)["review"] == "the names may be of two people"


@pytest.mark.parametrize(
    ("phone", "title", "joined"),
    [("+251115512020", "Engineer", False), ("+251115512020", "Buyer", True), ("+251911512020", "Engineer", True)],
)
def test_fathers_names_alike_behind_the_phone_of_a_house_are_for_review_where_the_jobs_differ(phone, title, joined):
    firm = {"company_name": "Tana Textil", "phone": phone}
    rows = [{**firm, "full_name": "Dawit Tesfaye", "title": "Buyer"}, {**firm, "full_name": "Dawit Tesfaya"}]
    rows[1]["title"] = title
    assert (clusters(rows) == [[0, 1]]) == joined
    assert joined or best_pair(rows)["probability"] == 0.5


@pytest.mark.parametrize(("title", "asked"), [("Einkaufsleiterin", True), ("Bauzeichnerin", False)])
def test_a_new_family_name_with_one_phone_and_job_is_asked_about(title, asked):
    firm = {"company_name": "Lohbau GmbH", "company_domain": "lohbau.example", "phone": "+491715550101"}
    rows = [
        {**firm, "full_name": "Katrin Weller", "email": "k.weller@lohbau.example", "title": "Einkaufsleiterin"},
        {**firm, "full_name": "Katrin Hormann", "email": "k.hormann@lohbau.example", "title": title},
    ]
    assert clusters(rows) == []
    assert (best_pair(rows)["probability"] == 0.5) == asked


@pytest.mark.parametrize(("title", "joined"), [("Partner", True), ("Clerk", False), (None, False)])
def test_two_forms_with_a_mailbox_each_are_one_person_with_one_number_company_and_job(title, joined):
    firm = {"company_name": "Peg Law", "company_domain": "peglaw.example", "phone": "+442079460111"}
    rows = [
        {**firm, "full_name": "Margaret Oduya", "email": "margaret.oduya@peglaw.example", "title": "Partner"},
        {**firm, "full_name": "Peggy Oduya", "email": "peggy.oduya@peglaw.example", "title": title},
    ]
    assert (clusters(rows) == [[0, 1]]) == joined


@pytest.mark.parametrize("mailbox", ["{first}", "{first}.{last}", "info"])
@pytest.mark.parametrize(
    ("families", "phones", "joined"),
    [
        (("Peters", "Petersen"), (None, None), False),
        (("Schmid", "Schmidt"), ("+49431555010", "+49431555733"), False),
        (("Jansen", "Janssen"), (None, None), False),
        (("Jansen", "Janssen"), ("+49171555010", "+49171555010"), True),
    ],
)
def test_a_name_a_firm_and_a_domain_do_not_err_in_one_way(mailbox, families, phones, joined):
    rows = [
        {
            "full_name": f"Anna {last}",
            "email": f"{mailbox.format(first='anna', last=last.lower())}@{last.lower()}.example",
            "company_name": f"{last} Bau",
            "city": "Kiel",
            "phone": phone,
        }
        for last, phone in zip(families, phones, strict=True)
    ]
    assert (clusters(rows) == [[0, 1]]) == joined


@each_case(
    ("name", "other", "firm", "joined"),
    [
        ("Giuseppe Ferraris", "Beppe Ferraris", "Ferraris Mobili", False),
        ("Hans Aigner", "Johann Aigner", "Aigner Metall KG", False),
        ("Robert Dunleavy", "Rob Dunleavy", "Oakline Roofing", True),
    ],
)
def test_two_forms_with_a_mailbox_each_may_be_kin_in_the_firm_of_their_name(name, other, firm, joined):
    shared = {"company_name": firm, "phone": "+39 0121 322110", "title": "Owner"}
    rows = [
        {**shared, "full_name": one, "email": f"{one.split()[0].lower()}@{firm.split()[0].lower()}.example"}
        for one in (name, other)
    ]
    assert (clusters(rows) == [[0, 1]]) == joined
    assert clusters([{**one, "email": rows[0]["email"]} for one in rows]) == [[0, 1]]


@pytest.mark.parametrize(("title", "joined"), [("Inhaber", False), (None, True)])
def test_two_forms_of_a_name_behind_the_mailbox_of_an_office_may_be_kin_where_the_jobs_differ(title, joined):
    line = {"email": "info@krause-kfz.example", "phone": "+49 3731 55510", "company_name": "Krause Kfz"}
    rows = [{**line, "full_name": "Bernd Krause", "title": "Meister"}]
    assert (clusters([*rows, {**line, "full_name": "Bernhard Krause", "title": title}]) == [[0, 1]]) == joined


@each_case(
    ("city", "title", "phone", "joined"),
    [
        ("Stockholm", "HR specialist", "+46 70 555 98 31", False),
        ("Stockholm", "HR specialist", "+46 70 555 11 20", True),
        ("Sandviken", "Buyer", "+46 70 555 98 31", True),
    ],
)
def test_one_name_with_a_mailbox_a_number_a_job_and_a_city_each_in_a_company_is_for_review(city, title, phone, joined):
    firm = {"full_name": "Anna Johansson", "company_name": "Sandvik AB"}
    rows = [
        {**firm, "email": "anna.johansson@sandvik.example", "title": "Buyer", "city": "Sandviken"},
        {**firm, "email": "anna.c.johansson@sandvik.example", "title": title, "city": city},
    ]
    assert (clusters([rows[0] | {"phone": "+46 70 555 11 20"}, rows[1] | {"phone": phone}]) == [[0, 1]]) == joined


@each_case(
    ("names", "email", "joined"),
    [
        (("陽子 鈴木", "Yoko Suzuki"), "yoko.suzuki@seiki.example", True),
        (("יעל כהן", "Yael Cohen"), "yael.cohen@carmel.example", True),
        (("花子 鈴木", "Kenta Suzuki"), "suzuki@seiki.example", False),
        (("花子 鈴木", "Kenta Suzuki"), "info@seiki.example", False),
    ],
)
def test_names_in_two_scripts_are_one_behind_the_mailbox_that_spells_one_of_them(names, email, joined):
    rows = [{"first_name": name.split()[0], "last_name": name.split()[1], "email": email} for name in names]
    assert (clusters(rows) == [[0, 1]]) == joined


@each_case(
    ("name", "other"),
    [
        ("Olena Bondarenko", "Elena Bondarenko"), ("Kateryna Bondar", "Ekaterina Bondar"),
        ("Katsiaryna Novik", "Ekaterina Novik"), ("Dzmitry Zhuk", "Dmitry Zhuk"), ("Jordi Casals", "Jorge Casals"),
        ("Mikel Etxeberria", "Miguel Etxeberria"), ("Xosé Pereira", "José Pereira"),
        ("Христо Стоянов", "Hristo Stoyanov"),
    ],
)  # fmt: skip
def test_forms_of_one_name_in_the_languages_of_neighbours_are_one_behind_one_mobile(name, other):
    line = {"phone": "+34 600 555 111", "company_name": "Terrassatex", "title": "Sales"}
    assert clusters([{"full_name": one, **line} for one in (name, other)]) == [[0, 1]]


@pytest.mark.parametrize(("title", "joined"), [("Planner", True), ("Accountant", False)])
def test_a_double_name_of_a_marriage_is_one_person_s_with_one_number_and_job(title, joined):
    firm = {"company_name": "Elbtal Solar", "phone": "+49 172 5551010"}
    rows = [
        {**firm, "full_name": name, "email": f"{name.lower().replace(' ', '.')}@elbtal.example", "title": job}
        for name, job in (("Julia Bergmann", "Planner"), ("Julia Bergmann-Richter", title))
    ]
    assert (clusters(rows) == [[0, 1]]) == joined


@pytest.mark.parametrize(("title", "phone", "joined"), [
    ("Sales", "+34 93 555 1010", False), ("Owner", "+34 93 555 1010", True), ("Sales", "+34 600 555 111", True),
])  # fmt: skip
def test_two_forms_behind_the_phone_of_a_family_firm_are_for_review_where_the_jobs_differ(title, phone, joined):
    firm = {"company_name": "Puig Vins", "phone": phone}
    rows = [
        {**firm, "full_name": "Francisco Puig", "title": "Owner"},
        {**firm, "full_name": "Paco Puig", "title": title},
    ]
    assert (clusters(rows) == [[0, 1]]) == joined


@each_case(
    ("name", "other", "same", "joined"),
    [
        ("Stadt Lindau", "Stadtwerke Lindau", {"website": "lindau.example", "phone": "+49 8382 55510"}, False),
        ("Gemeinde Altrip", "Gemeindewerke Altrip", {"website": "altrip.example", "phone": "+49 6236 55510"}, False),
        ("Praxis Klein", "Praxis Kleinert", {}, False),
        ("Schreinerei Berg", "Schreinerei Bergmann", {}, False),
        ("Praxis Klein", "Praxis Kleinert", {"website": "praxis-kleinert.example"}, True),
        ("Masch. Berg", "Maschinenfabrik Berg", {}, True),
    ],
)
def test_a_longer_family_name_or_public_body_is_not_what_a_shorter_one_abbreviates(name, other, same, joined):
    house = {"street": "Große Bleiche 5", "postcode": "55116", "city": "Mainz", **same}
    assert (clusters([{"company": one, **house} for one in (name, other)], of="companies") == [[0, 1]]) == joined


@each_case(
    ("name", "other", "joined"),
    [
        ("Stichting Het Anker", "Het Anker BV", False), ("Fondazione Casa Sole", "Casa Sole S.r.l.", False),
        ("Nadace Zlatý Sever", "Zlatý Sever s.r.o.", False), ("Stiftelsen Blå Fjord", "Blå Fjord AS", False),
        ("Stichting Het Anker", "Het Anker", True), ("Het Anker BV", "Het Anker", True),
    ],
)  # fmt: skip
def test_a_foundation_is_not_the_company_of_its_name(name, other, joined):
    house = {"website": "anker.example", "phone": "+31 20 555 1000", "street": "Keizersgracht 4", "city": "Amsterdam"}
    assert (clusters([{"company": one, **house} for one in (name, other)], of="companies") == [[0, 1]]) == joined
