"""Which pairs of a new row and a person who opted out a person is asked about."""

import numpy as np
import polars as pl
import pytest

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.linkage.suppression import find_suppressed, may_be_suppressed

SAME_NAME, SIMILAR_FIRST, OTHER_FIRST = 1, 10, 12
SAME_COMPANY, SIMILAR_COMPANY, OTHER_COMPANY, SAME_PHONE = 4 << 7, 8 << 7, 12 << 7, 1 << 16


@pytest.mark.parametrize(
    ("pattern", "probability", "asked"),
    [
        (SAME_NAME | SIMILAR_COMPANY, 0.02, True),
        (2 | SIMILAR_COMPANY, 0.02, True),
        (SIMILAR_FIRST | SAME_COMPANY, 0.4, True),
        (SIMILAR_FIRST | SAME_COMPANY, 0.25, False),
        (SAME_NAME | OTHER_COMPANY, 0.4, False),
        (OTHER_FIRST | OTHER_COMPANY | SAME_PHONE, 0.4, True),
        (OTHER_FIRST | SAME_COMPANY | SAME_PHONE, 0.1, False),
    ],
)
def test_what_an_intake_shows_as_perhaps_a_known_lead_is_asked_about(pattern, probability, asked):
    assert may_be_suppressed(np.array([pattern]), np.array([probability])).tolist() == [asked]


def found(rows, people):
    return find_suppressed(open_frame(pl.DataFrame(rows)), open_frame(pl.DataFrame(people)))["row"].sort().to_list()


def test_at_the_company_of_a_person_who_opted_out_names_that_differ_in_two_small_ways_are_asked_about():
    asked = [
        ("Philippe Lefèvre", "Phil Lefebvre"), ("Christian Møller", "Kristian Moeller"),
        ("Catherine MacKenzie", "Kate McKenzie"), ("Abdurrahman Yıldız", "Abdul Rahman Yildiz"),
        ("Mikhail Yefremov", "Michael Efremov"), ("Simon Featherstone", "S Featherstone"),
        ("Thiruvengadam", "K. Thiruvengadam"), ("Dilshan Perera", "W.A.D. Perera"),
        ("Aleksandrs Ivanovs", "Alexander Ivanov"), ("Rustam Akhmetov", "Ахмедов Рустам"),
        ("Zoran Kovačević", "Kovacevic, Hr. Zoki"), ("Goran Marić", "Goki Maric"),
    ]  # fmt: skip
    two = [
        ("Maria Schmidt", "Mario Schmidt"), ("Hans Roth", "Karl Roth"), ("Karl Meier", "Klaus Meier"),
        ("John A Smith", "John B Smith"), ("Kim Min-ji", "Kim Su-ji"), ("Li Wei", "Li Na"),
        ("Jens Olsen", "Jens Nielsen"), ("Paul Schulze", "Peter Schulz"), ("은영 김", "준혁 김"),
        ("Ji-Seo Cho", "Jae-Sang Cho"), ("Do-Dong Oh", "Young-Sung Oh"), ("Le Quoc Tung", "Vu Quoc Hoang"),
        ("Zoran Petek", "Marko Petek"), ("Maria Klein", "Marta Klein"),
    ]  # fmt: skip
    both = asked + two
    gone = [{"full_name": name, "company_name": f"Firma {chr(65 + i)}yx"} for i, (name, _) in enumerate(both)]
    rows = [{"full_name": name, "company_name": f"Firma {chr(65 + i)}yx AG"} for i, (_, name) in enumerate(both)]
    assert found(rows, gone) == [*range(len(asked))]
    elsewhere = [row | {"company_name": "Nord", "email": f"x{i}@nord.example"} for i, row in enumerate(rows)]
    assert found(elsewhere[: len(asked)], gone) == []


def test_whoever_has_the_mobile_phone_of_a_person_who_opted_out_is_asked_about():
    """Claire Durand may be Claire Martin, who married; and Tonho da Padaria is what others call Antônio Gouveia."""
    gone = [
        {"full_name": "Claire Martin", "phone": "+33612345678"},
        {"full_name": "Antônio Gouveia", "phone": "+5521999990001"},
        {"full_name": "Eva Kurz", "phone": "+493012345678"},
    ]
    rows = [
        {"full_name": "Claire Durand", "phone": "06 12 34 56 78", "company_name": None},
        {"full_name": "Tonho da Padaria", "phone": "+55 21 99999-0001", "company_name": None},
        {"full_name": "Max Roth", "phone": "030 12345678", "company_name": None},
        {"full_name": "Max Roth", "phone": "+41 79 999 00 01", "company_name": None},
        {"full_name": "Ida Lund", "phone": "+4512345678", "company_name": None},
    ]
    assert found(rows, gone) == [0, 1]


def test_a_mobile_phone_is_known_in_its_usual_forms():
    forms = {
        "+5521988880002": "+55 21 8888-0002", "+5491143215678": "+54 11 4321 5678",
        "+491701234567": "+49 (0) 170 1234567", "+79161234567": "8 (916) 123-45-67", "+966501234567": "050 123 4567",
        "+33612345678": "06 12 34 56 78", "+36301234567": "30 123 4567",
    }  # fmt: skip
    gone = [
        {"full_name": f"Ada Berg{letter}", "phone": theirs} for letter, theirs in zip("abcdefg", forms, strict=True)
    ]
    gone.append({"full_name": "Ida Lund", "phone": "+4961123344556"})
    listed = [
        {"full_name": f"Max Kurz{letter}", "phone": one} for letter, one in zip("hijklmn", forms.values(), strict=True)
    ]
    assert found(listed, gone) == list(range(len(forms)))


def test_the_mobile_phone_of_several_people_who_opted_out_is_a_switchboard():
    gone = [{"full_name": f"{name} Berg", "phone": "+491701234567"} for name in ("Ada", "Eva", "Ida", "Max")]
    rows = [{"full_name": "Tom Kurz", "phone": "+491701234567"}]
    assert found(rows, gone) == []
    assert found(rows, gone[:1]) == [0]


def test_a_company_of_another_name_at_the_same_domain_is_one_place():
    gone = [{"full_name": "Geoffrey Clarke", "email": "g.clarke@nord.example", "company_name": "Nord Harbour"}]
    emails = ["jeff@nord.example", "jeff@sued.example"]
    rows = [{"full_name": "Jeff Clark", "email": email, "company_name": "Port of Riga"} for email in emails]
    assert found(rows, gone) == [0]


def test_at_a_company_or_landline_a_family_name_is_asked_about_where_no_address_spells_another_given_name():
    gone = [
        {"full_name": "Marie-Thérèse Le Goff", "email": "mt.legoff@a.example", "company_name": "Les Brodeuses"},
        {"full_name": "Iain MacLeod", "email": "iain.macleod@b.example", "company_name": "Skye Wool"},
        {"full_name": "Wilson Tan", "email": "wilson@c.example", "company_name": "Lion Trading"},
        {"full_name": "Margrit Wüthrich", "email": "margrit@d.example", "phone": "+41315550110"},
        {"full_name": "Hans Keller", "email": "hans.keller@e.example", "company_name": "Kornhaus"},
    ]
    rows = [
        {"full_name": "LE GOFF MAITE", "email": "brodeuses29@gmail.com", "company_name": "LES BRODEUSES"},
        {"full_name": "Iain McCloud", "company_name": "Skye Wool Ltd"},
        {"full_name": "Tan Wei Ming", "email": "weiming.tan@gmail.com", "company_name": "Lion Trading Pte Ltd"},
        {"full_name": "Wüthrich-Gerber M.", "phone": "031 555 01 10"},
        {"full_name": "Ursula Keller", "email": "ursula.keller@gmail.com", "company_name": "Kornhaus"},
        {"full_name": "Ursula Keller", "company_name": "Kornhaus"},
    ]
    assert found(rows, gone) == [0, 1, 2, 3]


def test_a_list_of_companies_without_names_and_addresses_is_about_no_one():
    gone = [{"full_name": "Ada Berg", "company_name": "Nord", "email": "ada@nord.example"}]
    assert found([{"company_name": name, "phone": "+4930901820"} for name in ("Nord", "Sud")], gone) == []


def test_at_one_domain_a_family_name_is_asked_about_unless_each_address_spells_its_own_given_name():
    asked = [
        ("Hsu Chih-Hao", "chihhao.hsu", "Howard Hsu", "howard"), ("Zhao Lu", "zhaolu", "Lucy Zhao", "lucy"),
        ("Chukwuemeka Okonkwo", "c.okonkwo", "Emeka Okonkwo", "emeka"), ("Ada O'Sullivan", "ada", "Bo Sullivan", "bo"),
        ("Françoise Perret-Gentil", "f.perret", "Perret", "perretgentil"),
        ("Aziz Etxeberria", "ae", "Patxi Etxebarria", "pe"),
        ("Eilidh Robertson", "eilidh", "Helen Robertson-Smith", "helen"),
        ("Josep Maria Puig", "jmpuig", "Pep Puig", "pep"),
        ("Vasilios Pappas", "vasilios.pappas", "Bill Pappas", "bill"),
        ("Guillermo Soto", "guillermo.soto", "William Soto", "william"),
    ]  # fmt: skip
    two = [
        ("Themba Zulu", "themba.zulu", "Nomsa Zulu", "nomsa.zulu"), ("Peter Huber", "p.huber", "Anna Huber", "a.huber"),
        ("Peter Huber", "peter", "Anna Huber", "anna"), ("Josep Maria Puig", "jmpuig", "Maria Ferrer", "maria"),
        ("Eva Müller", "em", "Tom Miller", "tm"), ("Tan Wei Ming", "twm", "Li Wei Chen", "lwc"),
        ("Ivan Kowal", "ivan", "Jan Kowalski", "jan"), ("Peter Egger", "office", "Petra Egger", "petra"),
        ("Anna Müller", "anna.mueller", "Hans Müller", "hans.mueller"),
    ]  # fmt: skip
    both = asked + two
    gone = [
        {"full_name": name, "email": f"{local}@firma-{i}.example", "company_name": f"Firma {chr(65 + i)}yx"}
        for i, (name, local, *_) in enumerate(both)
    ]
    rows = [
        {"full_name": name, "email": f"{local}@firma-{i}.example", "company_name": None}
        for i, (*_, name, local) in enumerate(both)
    ]
    assert found(rows, gone) == [*range(len(asked))]
    of_many = [rows[0] | {"full_name": f"{given} Hsu"} for given in ("Bo", "Cy", "Howard", "Jane")]
    assert found(of_many, gone) == []
    crowds = [
        [{"full_name": name, "email": f"{i}@one.example", "company_name": "One"} for i in range(3000)]
        for name in ("Service Desk", "Helga Desk")
    ]  # the names are compared once, and not each row with each person
    of_crowd = range(len(rows), len(rows) + 3000)
    assert found(rows + crowds[0], gone + crowds[1]) == [*range(len(asked)), *of_crowd]


def test_a_married_name_is_asked_about_with_the_same_own_phone_or_with_an_address_of_the_former_name():
    company = {"company_name": "Lumo SARL"}
    gone = [{"full_name": "Claire Durand", "email": "claire.durand@lumo.example", "phone": "+33142973658", **company}]
    changed = {"full_name": "Claire Martin", "email": "claire.martin@lumo.example", **company}
    asked = [
        {"phone": "+33142973658"}, {"phone": "01 42 97 36 58", "full_name": "Clairette Durand-Petit"},
        {"email": "cdurand@lumo.example"}, {"email": "claire.durand@mail.example"},
    ]  # fmt: skip
    two = [
        {}, {"full_name": "Marc Petit", "phone": "+33142973658", "email": "marc.petit@lumo.example"},
        {"email": "claire@lumo.example"}, {"full_name": "Eva Martin", "email": "eva.martin@lumo.example"},
    ]  # fmt: skip
    for row, expected in [*((row, [0]) for row in asked), *((row, []) for row in two)]:
        assert found([changed | row], gone) == expected, row
    mobile = [gone[0] | {"phone": "+33671934658"}]
    assert found([changed | {"phone": "+33671934658"}], mobile) == [0]
    switchboard = [changed | {"full_name": name, "phone": "+33142973658"} for name in ("Claire Martin", "Marc Petit")]
    assert found(switchboard, gone) == []


def test_an_unknown_short_form_is_asked_about_with_the_same_own_phone_whatever_the_addresses_spell():
    line = {"company_name": "Lumo Ltd", "phone": "+442079463917"}
    gone = [{"full_name": "Bartholomew Quill", "email": "bartholomew.quill@lumo.example", **line}]
    assert found([{"full_name": "Tholo Quill", "email": "tholo.quill@lumo.example", **line}], gone) == [0]
    gone = [{"full_name": "Peter Quill", "email": "peter.quill@lumo.example", **line}]
    assert found([{"full_name": "Anna Quill", "email": "anna.quill@lumo.example", **line}], gone) == []


def test_an_empty_list_has_none_of_them():
    gone = [{"full_name": "Ada Berg", "email": "ada@berg.example"}]
    assert found([], gone) == []
