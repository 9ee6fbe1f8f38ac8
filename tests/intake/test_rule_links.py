"""Links that follow from a name: who opted out is found, however many people have the name."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from each_case import each_case
from pb2b_notebook.intake.decisions import KnownLeads
from pb2b_notebook.intake.matching import known_leads
from pb2b_notebook.intake.rule_links import folded_names, links_by_external_id, links_by_name


def namesakes(count, **opted_out):
    """Leads of one name, each with a company and an address of their own, and the last one, who opted out."""
    people = [
        {
            "id": f"lead_{n}",
            "full_name": "Maria Garcia",
            "email": f"maria{n}@firm{n}.example",
            "company_name": f"Firm {n}",
        }
        for n in range(count)
    ]
    gone = {"id": "gone", "full_name": "Maria Garcia", "email": "maria@old.example", **opted_out}
    return pl.DataFrame([*people, gone])


@pytest.mark.parametrize(
    ("count", "company", "found"), [(20, None, True), (150, None, False), (150, "Nordlicht", True)]
)
def test_who_opted_out_is_found_by_a_name_that_many_have_where_another_value_is_the_same(count, company, found):
    leads = namesakes(count, company_name=company)
    row = pl.DataFrame({"full_name": ["MARIA GARCIA"], "email": ["maria@new.example"], "company_name": [company]})
    links = links_by_name(row, leads, KnownLeads(opted_out={"gone": "unsubscribed"}))
    assert [link.other for link in links] == ["gone"] * found


def test_names_of_east_asia_are_the_same_with_a_space_and_in_two_columns():
    parts = pl.DataFrame({"first_name": ["智也", "浩然", "민지"], "last_name": ["野口", "周", "김"]})
    assert folded_names(parts) == folded_names(pl.DataFrame({"full_name": ["野口 智也", "周浩然", "김 민지"]}))


def test_an_id_of_another_system_is_asked_about_and_two_numberings_from_one_are_not():
    ids = ["6512340001001", "1", "2", "3"]
    leads = pl.DataFrame(
        {"id": ["a", "b", "c", "d"], "external_id": ids, "full_name": ["Tyler Nguyen", "Ada Berg", "Bo Falk", "Cy Orr"]}
    )
    rows = leads.drop("id").with_columns(full_name=pl.Series(["T N", "Eva Kurz", "Uwe Roth", "Ida Lund"]))
    assert [link[:2] for link in links_by_external_id(rows, leads)] == [(0, "a")]
    named = rows.with_columns(full_name=pl.Series(["T N", "Ada Kurz", "Bo Falk", "Ida Lund"]))
    assert [link[:2] for link in links_by_external_id(named, leads)] == [*enumerate("abcd")]
    numbers = pl.Series("external_id", ["9", "100001", "1000002", "10000003"])
    rows, named, leads = (table.with_columns(numbers, phone=numbers + "30901") for table in (rows, named, leads))
    others = rows.with_columns(phone=None)
    assert links_by_external_id(others, leads) == []
    assert [link[:2] for link in links_by_external_id(others[1:2], leads)] == [(0, "b")]
    assert len(links_by_external_id(others, leads.select("id", "external_id"))) == 3
    for of_one_system in (named.drop("phone"), rows):
        assert [link[:2] for link in links_by_external_id(of_one_system, leads)] == [*enumerate("abcd")]
    assert links_by_external_id(rows, pl.concat([leads] * 6)) == links_by_external_id(rows.drop("external_id"), leads)


def test_rows_whose_broken_addresses_differ_are_one_person_only_by_a_choice():
    people = pd.DataFrame(
        {"Name": ["Eva Kern", "Eva Kern"], "E-Mail": ["eva@@kern", "e.kern@@kern"], "Firma": ["Kern KG"] * 2}
    )
    mapping = {"Name": "full_name", "E-Mail": "email", "Firma": "company_name"}
    with pb.open_sandbox(leads=0) as ws:
        intake = ws.leads.intake(people, mapping=mapping, progress=False)
        assert intake.rows["state"].tolist() == ["new", "doubtful"]
        assert intake.change(same=[[0, 1]]).rows["state"].tolist() == ["new", "duplicate"]
        alike = people.assign(**{"E-Mail": ["eva@@kern", " EVA@@kern"]})
        assert ws.leads.intake(alike, mapping=mapping, progress=False).rows["state"].tolist() == ["new", "duplicate"]


@pytest.mark.parametrize("typed", ["ada@@nord.example", "Ada Byron <ada@nord.example>", "ADA@nord.example"])
def test_a_lead_is_found_by_an_address_that_the_service_holds_as_it_was_typed(typed):
    leads = pl.DataFrame({"id": ["lead_1"], "email": [typed], "full_name": ["Ada Byron"], "status": ["new"]})
    assert known_leads(leads).holders == {"ada@nord.example": ["lead_1"]}


NADIA = {"full_name": "Nadia Ferrand", "company_name": "Ferrand Optique SA", "country": "FR"}


@each_case(
    ("row", "lead", "found"),
    [
        ({"country": "BE"}, {}, True),
        ({"country": "BE", "email": "nadia@ferrand.example"}, {"email": "nadia@mail.example"}, True),
        ({"country": "BE", "email": "n@ferrand.example", "company_name": "FO"}, {"email": "nf@ferrand.example"}, True),
        ({"country": "BE", "email": "n@gmail.com", "company_name": None}, {"email": "nf@gmail.com"}, False),
        ({"country": "BE", "company_name": "Ferrand Travaux"}, {}, False),
        ({"country": "BE", "full_name": "Nadine Ferrand"}, {}, False),
        ({"country": "BE", "linkedin_url": "in/nf1"}, {"linkedin_url": "in/nf2"}, False),
    ],
)
def test_a_known_person_is_found_in_spite_of_another_country(row, lead, found):
    """Only for a person to decide: it may be a namesake at an office abroad."""
    leads = pl.DataFrame([{"id": "nadia", **NADIA, **lead}])
    links = links_by_name(pl.DataFrame([NADIA | row]), leads, KnownLeads())
    assert [(link.other, link.probability) for link in links] == [("nadia", 0.5)] * found


def test_a_father_and_his_son_of_one_mailbox_wait():
    families = [
        ("KOVÁCS ISTVÁN", "IFJ. KOVÁCS ISTVÁN", "iroda"), ("Nagy Béla", "ifj. Nagy Béla", "nagy"),
        ("Juan Gámez", "Juan José Gámez", "gamez"), ("Jean Gendron", "Jean Gendron Jr", "gendron"),
        ("Jon Berg", "Jon A. Berg", "berg"), ("Max Falk", "Max Tom Falk", "max.falk"),
        ("Ana Gómez", "Ana Gómez Ruiz", "gomez"), ("Peter Lang", "Peter Lang Geschäftsführer", "lang"),
    ]  # fmt: skip
    rows = [
        {"Name": name, "E-Mail": f"{local}@firma{place}.example", "Company": f"{local} {place} Ltd"}
        for place, (*names, local) in enumerate(families)
        for name in names
    ]
    with pb.open_sandbox(leads=0) as ws:
        states = ws.leads.intake(pd.DataFrame(rows), progress=False).rows["state"].tolist()
    assert states == ["new", "doubtful"] * 4 + ["new", "duplicate"] * 4


def test_a_simple_and_a_double_given_name_with_an_address_each_wait():
    locals_of = {"Per": "per", "Per-Olof": "po", "Per Olof": "per-olof", "Hans": "h", "Hans-Peter": "h"}
    families = [("Lund", "Per", "Per-Olof"), ("Falk", "Per", "Per Olof"), ("Orth", "Hans", "Hans-Peter")]
    rows = [
        {"Name": f"{given} {family}", "E-Mail": f"{locals_of[given]}.{family}@{family}.example".lower(),
         "Mobile": f"+4670123456{place}", "Company": f"{family} AB"}
        for place, (family, *names) in enumerate(families)
        for given in names
    ]  # fmt: skip
    with pb.open_sandbox(leads=0) as ws:
        states = ws.leads.intake(pd.DataFrame(rows), progress=False).rows["state"].tolist()
    assert states == ["new", "doubtful"] * 2 + ["new", "duplicate"]
