"""Rows whose second spelling, in a column of its own, says which lead they are."""

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook.intake.second_spellings import links_by_second_spelling

LEADS = pl.DataFrame(
    {
        "id": ["lead_1", "lead_2", "lead_3", "lead_4"],
        "full_name": ["Kenichi Sato", "Jihoon Park", "Yuki Tanaka", "Wouter 't Hoen"],
        "company_name": ["Sato Seiki", "Saero Tech", "Tanaka Design", "Kaashandel"],
    }
)


@pytest.mark.parametrize(
    ("rows", "mapped", "lead"),
    [
        (
            {"氏名": "佐藤 健一", "フリガナ": "サトウ ケンイチ", "Company (EN)": "Sato Seiki Co., Ltd."},
            {"氏名": "full_name"}, "lead_1",
        ),
        (
            {"이름": "박지훈", "Name (romaji)": "Park, Ji Hoon", "Company (EN)": "Saero Tech"},
            {"이름": "full_name"}, "lead_2",
        ),
        (
            {"First Name": "友紀", "Last Name": "田中", "Phonetic First Name": "ユキ", "Phonetic Last Name": "タナカ",
             "Organization Name": "Tanaka Design"},
            {"First Name": "first_name", "Last Name": "last_name", "Organization Name": "company_name"}, "lead_3",
        ),
        (
            {"Voorletters": "W.", "Achternaam": "'t Hoen", "Bedrijf": "Kaashandel BV"},
            {"Achternaam": "last_name", "Bedrijf": "company_name"}, "lead_4",
        ),
        (
            {"Name": "Kenny S.", "Company": "Sato Seiki", "Billing Name": "Kenichi Sato", "Billing Address1": "Ada 1"},
            {"Name": "full_name", "Company": "company_name"}, "lead_1",
        ),
        (
            {"氏名": "佐藤 健一", "フリガナ": "スズキ イチロウ", "Company (EN)": "Sato Seiki"},
            {"氏名": "full_name"}, None,
        ),
        ({"氏名": "佐藤 健一", "フリガナ": None, "Company (EN)": None}, {"氏名": "full_name"}, None),
    ],
)  # fmt: skip
def test_a_row_may_be_the_lead_whose_name_is_its_second_spelling(rows, mapped, lead):
    source = pd.DataFrame([rows])
    frame = pl.DataFrame([{key: rows[column] for column, key in mapped.items()}])
    links = links_by_second_spelling(frame, source, mapped, LEADS)
    assert [link.other for link in links] == [lead] * (lead is not None)
    assert links_by_second_spelling(frame, source, mapped, LEADS, settled=[0]) == []


@pytest.mark.parametrize(
    ("row", "gone"),
    [
        (("Mei-Ling Chen", "ml.chen@tool.example"), ("陳美玲", "meiling.chen@tool.example")),
        (("Yang Liu", "export@tool.example"), ("刘洋", "liuyang@tool.example")),
        (("สมชาย ศรีสุวรรณ", "s.srisuwan@tool.example"), ("Somchai Srisuwan", "somchai@tool.example")),
        (("สมชาย ศรีสุวรรณ", "a.boonmee@tool.example"), None),
        (("刘洋", "yang@tool.example"), None),
    ],
)
def test_a_name_in_another_script_is_compared_as_its_address_spells_it_or_its_characters_sound(row, gone):
    people = [row, gone or ("Somchai Srisuwan", "somchai@tool.example")]
    frame, leads = (
        pl.DataFrame([{"full_name": name, "email": email, "company_name": "Tool"}]) for name, email in people
    )
    links = links_by_second_spelling(frame, frame, {}, leads.with_columns(id=pl.lit("lead_1")))
    assert [link.other for link in links] == ["lead_1"] * (gone is not None)


def test_a_family_name_at_one_domain_is_enough_for_leads_in_another_script_who_opted_out_alone():
    rows = pl.DataFrame(
        {"full_name": ["Jun Wang", "Kevin Chen"], "email": ["jun@huadian.example", "kc@huadian.example"]}
    )
    leads = pl.DataFrame(
        {
            "id": ["lead_1", "lead_2"],
            "full_name": ["王伟", "陈静"],
            "email": ["u0@huadian.example", "u1@huadian.example"],
        }
    )
    rows, leads = (table.with_columns(company_name=pl.lit("Huadian")) for table in (rows, leads))
    found = [links_by_second_spelling(rows, rows, {}, leads, opted_out=gone) for gone in ((), ["lead_2"])]
    assert [[link.other for link in links] for links in found] == [[], ["lead_2"]]
