"""A name finds the same name in another script; names of one script are compared in their own."""

import pandas as pd
import pytest

from each_case import each_case
from pb2b_notebook import cleanup

ONE_PERSON = [
    ("王小明", "Xiaoming Wang"), ("王小明", "Wang Xiao Ming"), ("欧阳小明", "Ouyang Xiaoming"),
    ("田中 太郎", "田中太郎"), ("박지성", "Ji-Sung Park"), ("タナカ タロウ", "たなか たろう"),
    ("محمد علی", "محمد علي"), ("Ђоковић Новак", "Novak Djokovic"), ("სვეტლანა ბერიძე", "Svetlana Beridze"),
]  # fmt: skip
"""Names that are one person's where a phone number is the same."""
ALIKE = [
    ("김민수", "Kim Min-soo"), ("יוסף כהן", "Yosef Cohen"), ("राहुल शर्मा", "Rahul Sharma"), ("محمد علي", "Mohammed Ali"),
    ("たなか たろう", "Taro Tanaka"),
]  # fmt: skip
"""Names whose consonants are the same: one person's where phone number and company are the same."""
TWO_PEOPLE = [
    ("王伟", "王薇"),
    ("王伟", "Li Na"),
    ("김민수", "김영희"),
    ("محمد علي", "فاطمة حسن"),
    ("יוסף כהן", "Rahul Sharma"),
]
"""Names of two people, however they are romanized."""


def links(pairs, **columns):
    """Whether the two rows of each pair of names are one person; the columns are the same in both rows of a pair."""
    rows = [
        {"full_name": name, **{column: text.format(n=n) for column, text in columns.items()}}
        for n, pair in enumerate(pairs, start=10)
        for name in pair
    ]
    clusters = cleanup.duplicates(pd.DataFrame(rows)).frame["cluster_id"].tolist()
    return {pair: clusters[2 * n] == clusters[2 * n + 1] for n, pair in enumerate(pairs)}


@pytest.fixture(scope="module")
def by_phone():
    return links(ONE_PERSON + TWO_PEOPLE, phone="+49 30 55{n}10{n}")


@pytest.mark.parametrize("pair", ONE_PERSON)
def test_a_name_in_another_script_is_the_same_name(by_phone, pair):
    assert by_phone[pair]


def test_names_that_are_alike_in_two_scripts_need_more_evidence():
    assert all(links(ALIKE, phone="+49 30 55{n}10{n}", company_name="Firma {n} Werke").values())


@pytest.mark.parametrize("pair", TWO_PEOPLE)
def test_two_names_stay_two_names(by_phone, pair):
    assert not by_phone[pair]


@each_case("pair", [*TWO_PEOPLE, ("田中太郎", "Sato Hanako"), ("محمد علي", "Sara Hassan")])
def test_two_names_behind_one_mailbox_stay_two_names(pair):
    """Kanji are not read: whether they are the other name is for a person to say."""
    assert not any(links([pair], email="a{n}@nordlicht.example").values())


@each_case("email", ["tanaka{n}@sora.example", "taro.tanaka{n}@sora.example"])
def test_kanji_are_read_behind_a_mailbox_and_a_phone_only_where_the_address_spells_the_other_name(email):
    shared = {"email": email, "phone": "+81 3 12{n} 345{n}", "company_name": "Firma {n} Werke"}
    assert all(links([("田中 太郎", "Taro Tanaka")], **shared).values()) is email.startswith("taro")


def test_a_romanized_name_alone_joins_no_two_people():
    pairs = [("王伟", "Wei Wang"), ("王小明", "Xiaoming Wang"), ("محمد علي", "Mohammed Ali")]
    assert not any(links(pairs).values())
    assert not any(links(pairs, city="Ulm").values())


def test_a_short_romanized_name_joins_no_two_colleagues():
    assert not any(links([("王伟", "Wei Wang"), ("李娜", "Li Na")], company_name="Firma {n} Werke").values())


@pytest.mark.parametrize("pair", [("محمد شريف", "Mohammed Cherif"), ("王伟", "Wei Wang")])
def test_names_alike_in_two_scripts_at_one_company_are_for_review(pair):
    at_one, elsewhere = (
        [{"company_name": "Firma Werke"}] * 2,
        [{"company_name": "Firma Werke"}, {"company_name": "Oka"}],
    )
    found = [
        cleanup.duplicates(pd.DataFrame([{"full_name": name, **of} for name, of in zip(pair, each, strict=True)]), 0.1)
        for each in (at_one, elsewhere)
    ]
    assert [each.pairs["probability"].tolist() for each in found] == [[0.5], []]


@pytest.mark.parametrize("email", ["", "alsherif@gmail.com"])
def test_names_of_two_scripts_that_cannot_be_compared_are_for_review_behind_one_phone(email):
    rows = pd.DataFrame(
        {"full_name": ["محمد عبد الرحمن الشريف", "Mohamed El-Sherif"], "email": ["m.sherif@nile.example", email]}
    )
    found = cleanup.duplicates(rows.assign(company_name="Nile Delta", phone="+201001234567"), 0.1)
    assert found.pairs["probability"].tolist() == [0.5]


GREEK = [
    ("Γιώργος Παππάς", "Georg Pappas"), ("Γιάννης Νικολάου", "Ioannis Nikolaou"),
    ("Ευτυχία Αγγέλου", "Eftychia Angelou"), ("Μπάμπης Σταύρου", "Babis Stavrou"),
]  # fmt: skip


def test_greek_names_are_read_as_passports_write_them():
    assert all(links(GREEK, company_name="Firma {n} Werke").values())


def test_namesakes_of_one_romanization_stay_apart():
    rows = pd.DataFrame({"full_name": ["王伟", "王薇", "Wei Wang"], "company_name": ["Nordlicht Optik GmbH"] * 3})
    assert cleanup.duplicates(rows).frame["cluster_size"].tolist() == [1, 1, 1]


def test_a_town_or_company_in_another_script_is_not_another_one():
    rows = pd.DataFrame(
        {
            "full_name": ["欧阳小明", "Ouyang Xiaoming"],
            "company_name": ["三星电子", "Samsung Electronics"],
            "city": ["北京", "Beijing"],
            "phone": ["+86 10 5550 0123"] * 2,
        }
    )
    found = cleanup.duplicates(rows)
    assert found.frame["cluster_size"].tolist() == [2, 2]
    assert "different" not in found.pairs["reasons"][0]


COMPANIES = {
    "one domain": ({"website": "toyota.example"}, True),
    "one phone and building": ({"phone": "+81 3 5550 1234", "street": "Chuo 1", "city": "Tokyo"}, True),
    "nothing else": ({}, False),
}


@pytest.mark.parametrize("case", COMPANIES)
def test_a_company_name_in_another_script(case):
    shared, one = COMPANIES[case]
    rows = pd.DataFrame([{"company_name": name, **shared} for name in ("トヨタ", "Toyota", "Zenker Reisen")])
    clusters = cleanup.duplicates(rows, of="companies").frame["cluster_id"]
    assert (clusters[0] == clusters[1]) == one
    assert clusters[2] not in set(clusters[:2])


def test_company_names_in_two_scripts_are_for_a_person_whatever_they_share():
    shared = {"phone": "+81 3 5550 1234", "street": "Chuo 1", "city": "Tokyo", "website": "tower.example"}
    rows = pd.DataFrame([{"company_name": name, **shared} for name in ("三星电子", "Zenker Reisen")])
    found = cleanup.duplicates(rows, of="companies")
    assert found.frame["cluster_size"].tolist() == [1, 1]
    assert found.pairs["probability"].tolist() == [0.5]
    assert "names in two scripts" in found.pairs["reasons"][0]
