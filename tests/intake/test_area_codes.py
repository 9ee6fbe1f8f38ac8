"""A phone is completed by the area code of the column beside it, where it lacks one."""

import pandas as pd
import pytest

import pb2b_notebook as pb


@pytest.mark.parametrize(
    ("area", "first", "codes"),
    [("Vorwahl", True, ["0431", "04321", "0431", None]), ("LADA", False, [431, 4321, 431, None])],
)
def test_a_phone_is_completed_by_the_area_code_beside_it(area, first, codes):
    phones = {"Telefon": ["555160", "0431 555161", "+49 431 555162", "555163"]}
    beside = {area: pd.Series(codes, dtype=object)}
    names = {"Name": ["Ada Berg", "Bo Lund", "Cy Roth", "Di Holm"], "Land": ["DE"] * 4}
    people = pd.DataFrame(names | (beside | phones if first else phones | beside))
    with pb.open_sandbox(leads=5) as ws:
        intake = ws.leads.intake(people, progress=False)
        planned = intake.normalized.frame["phone"].to_list()
    assert planned[:3] == ["+49431555160", "+49431555161", "+49431555162"]
    assert not str(planned[3]).startswith("+49431")


@pytest.mark.parametrize(
    ("area", "codes", "phones", "country", "wanted"),
    [
        ("Area", [2100, 8000], ["33123456", "86 12 34 56"], "DK", ["+4533123456", "+4586123456"]),
        ("STD", [1, 2], ["2233 4455", "2233 4456"], "HK", ["+85222334455", "+85222334456"]),
        ("Prefijo", [506, 506], ["8387-2210", "8387-2211"], "CR", ["+50683872210", "+50683872211"]),
    ],
)
def test_a_number_that_is_whole_gets_no_area_before_it(area, codes, phones, country, wanted):
    people = pd.DataFrame({"Name": ["Ada Berg", "Bo Lund"], area: codes, "Telefon": phones, "Land": [country] * 2})
    with pb.open_sandbox(leads=5) as ws:
        assert ws.leads.intake(people, progress=False).normalized.frame["phone"].to_list() == wanted


def test_an_area_code_of_brazil_completes_the_phones_of_a_list_without_countries():
    people = pd.DataFrame({"Contato": ["Ada Berg", "Bo Lund"], "DDD": [11, 21], "Telefone": ["3555-0101", "2555-0102"]})
    with pb.open_sandbox(leads=0) as ws:
        assert [*ws.leads.intake(people, progress=False).merged.frame["phone"]] == ["11 3555-0101", "21 2555-0102"]
        area = ws.leads.intake(people.rename(columns={"DDD": "Area"}), progress=False)
        assert [*area.merged.frame["phone"]] == ["3555-0101", "2555-0102"]
