"""Rows as they are compared: names, companies, countries and job titles in one form."""

import polars as pl

from linkage_stages import standardized
from pb2b_notebook import cleanup


def test_legal_forms_of_several_words_are_removed():
    """A word between two others must not stay."""
    forms = (
        "",
        "GmbH & Co. KG",
        "Sp. z o.o.",
        "S. de R.L. de C.V.",
        "S.A. de C.V.",
        "A/S",
        "S.à r.l.",
        "SE & Co. KGaA",
    )
    companies = standardized(company_name=[f"Kurz Textil {form}" for form in forms])["company"]
    assert set(companies) == {"kurz textil"}


def test_a_word_that_is_also_a_legal_form_stays_in_the_name():
    """Matching reads the forms that company_core reads: the Spa of a hotel is part of its name."""
    names = [
        "Grand Hotel & Spa",
        "SAS Institute Inc.",
        "Vimar S.p.A.",
        "Nordlicht Gesellschaft m.b.H.",
        "Acme (Pty) Ltd",
    ]
    companies = standardized(company_name=names)["company"].to_list()
    assert companies == ["grand hotel spa", "sas institute", "vimar", "nordlicht", "acme"]


def test_a_country_is_the_same_by_name_and_by_code():
    """A misspelled country is unknown, not another country."""
    found = standardized(country=["DE", "de", "Germany", "Deutschland", "Grmany", None])
    assert found["country"].to_list() == ["de"] * 4 + [""] * 2
    ada = {"full_name": "Ada Berg", "company_name": "Nordlicht GmbH"}
    result = cleanup.duplicates(pl.DataFrame([{**ada, "country": "DE"}, {**ada, "country": "Germany", "city": "Kiel"}]))
    assert result.frame["cluster_size"].to_list() == [2, 2]
    assert "different countries" not in result.pairs["reasons"][0]


def test_a_job_title_is_the_same_abbreviated_and_in_another_order():
    titles = ["Finance Manager", "Manager, Finance", "FINANCE MGR", "Mgr of Finance"]
    assert standardized(title=titles)["title"].n_unique() == 1
    assert standardized(title=["VP Sales", "Vice President of Sales", "VP Marketing"])["title"].n_unique() == 2


def test_what_stands_for_nothing_depends_on_the_field():
    names = ["Nan", "Null", "NULL", "n/a", "self-employed"]
    rows = standardized(first_name=names, last_name=names, company_name=names, city=names)
    found = rows.select("first", "last", "company", "city").rows()
    assert found == [
        ("nan", "nan", "", "nan"), ("null", "null", "", ""), ("", "", "", ""), ("", "", "", ""),
        ("selfemployed", "selfemployed", "", "self employed"),
    ]  # fmt: skip


def test_a_masked_address_is_of_no_mailbox() -> None:
    """mar***@ may be any address that begins so: two people of one name are not one for it, nor two."""
    emails = ["mar***@x.example", "m•••@x.example", "jan@x.example", "jan@x***.example"]
    found = standardized(email=emails)
    assert found["local"].to_list() == ["", "", "jan", "jan"]


def test_a_country_code_of_north_america_that_is_there_twice_is_read_once() -> None:
    """An area code of São Paulo is 11, and no plus is before it."""
    found = standardized(phone=["+1 1-808-555-0173", "+1 (18) 08-5550173", "+1 808 555 0173", "11 98234-5678"])
    assert found["phone"].to_list() == ["18085550173"] * 3 + ["11982345678"]


def test_what_follows_a_whole_number_of_north_america_is_an_extension() -> None:
    extended = ["+1 808 555 0173 x4459", "+1 (80) 855-501734459", "0018085550173-4459", "18 08 55 50 17 34 45 9"]
    others = ["1 808 550 17 34", "+43 1 58801 406203", "+49 89 636 48018 12"]
    assert standardized(phone=extended)["phone"].to_list() == ["18085550173"] * 4
    assert standardized(phone=others)["phone"].to_list() == ["18085501734", "43158801406203", "49896364801812"]
