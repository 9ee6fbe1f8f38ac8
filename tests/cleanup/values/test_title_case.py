"""The case of job titles: of those in capitals, and of abbreviations that are written as words."""

import pandas as pd
import pytest

from each_case import each_case
from frame_libraries import rows_of
from pb2b_notebook.cleanup import normalize
from pb2b_notebook.cleanup.values.title_case import rewrite_title


@each_case(
    ("title", "wanted"),
    [
        ("HEAD OF SALES", "Head of Sales"),
        ("CHIEF OPERATING OFFICER", "Chief Operating Officer"),
        ("VP R&D", "VP R&D"),
        ("INGENIERO DE I+D", "Ingeniero de I+D"),
        ("DIRECTOR DE VENTAS Y MARKETING", "Director de Ventas y Marketing"),
        ("CEO & FOUNDER", "CEO & Founder"),
        ("GENERAL MANAGER EMEA", "General Manager EMEA"),
        ("IT-LEITER", "IT-Leiter"),
        ("GESCHÄFTSFÜHRER", "Geschäftsführer"),
        ("SACHBEARBEITER*IN", "Sachbearbeiter*in"),
        ("CHARGÉ D'AFFAIRES", "Chargé d'Affaires"),
        ("RESPONSABLE DES ACHATS", "Responsable des Achats"),
        ("DIRECTOR DE VENTAS", "Director de Ventas"),
        ("HEAD OF R&D AND IT", "Head of R&D and IT"),
        ("Ceo", "CEO"),
        ("Hr Manager", "HR Manager"),
        ("Head Of It", "Head Of IT"),
        ("Ceo/Founder", "CEO/Founder"),
    ],
)
def test_a_title_gets_its_case_and_abbreviations_keep_capitals(title, wanted):
    assert rewrite_title(title).value == wanted


@each_case(
    ("title", "country"),
    [
        ("CEO", None), ("CTO/COO", None), ("OPS LEAD", None), ("YAZILIM UZMANI", None), ("YAZILIM UZMANI", "TR"),
        ("SATIŞ MÜDÜRÜ", None), ("ΔΙΕΥΘΥΝΤΗΣ", "GR"), ("It-chef", "DK"), ("Make It Happen", None),
        ("ГЕНЕРАЛЬНЫЙ ДИРЕКТОР", "RU"), ("Hr. Direktør", "DK"), ("Head of sales", None), ("head of sales", None),
        ("営業部長", "JP"), ("PCB技術人員", "TW"), ("類比IC設計", None),
    ],
)  # fmt: skip
def test_a_title_stays_where_a_word_may_be_an_abbreviation_or_its_letters_are_not_sure(title, country):
    assert rewrite_title(title, country).value == title


@pytest.mark.parametrize("copies", [1, 50])
def test_long_lists_are_rewritten_as_short_ones_with_the_rule_of_each_change(make_frame, copies):
    titles = ["HEAD OF SALES", "Hr Manager", "Head of Sales", "CEO", "営業部長"]
    done = normalize(make_frame({"title": titles * copies}))
    assert [row[0] for row in rows_of(done.frame)] == ["Head of Sales", "HR Manager", *titles[2:]] * copies
    assert [row[-1] for row in rows_of(done.changes)] == ["shouting", "mixed case"] * copies


def test_the_country_of_the_row_decides_about_the_turkish_i():
    frame = pd.DataFrame({"title": ["IT DIRECTOR"] * 2, "country": ["TR", "GB"]})
    assert normalize(frame).frame["title"].tolist() == ["IT DIRECTOR", "IT Director"]
