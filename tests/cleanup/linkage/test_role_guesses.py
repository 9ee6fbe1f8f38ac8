"""Roles of custom columns, guessed from their names and values."""

import pandas as pd
import polars as pl
import pytest

import pb2b_notebook as pb
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.role_guesses import guess_role
from pb2b_notebook.errors import InvalidParameterError, MappingError


@pytest.mark.parametrize(
    ("column", "values", "role"),
    [
        ("custom_date_of_birth", ["1985-03-07", "1990-04-12"], "date"),
        ("custom_geburtsdatum", ["7.3.1985", "12.4.1990"], "date"),
        ("custom_zip", ["10437", "80331"], "postcode"),
        ("custom_street_address", ["12 Mill Road", "4 Elm Walk"], "street"),
        ("custom_customer_number", ["K40931", "K40932"], "weak identifier"),
        ("custom_gender", ["f", "m", "f"], "category"),
        ("soc_sec_id", ["5304218", "8115873"], "weak identifier"),
        ("address_1", ["rosser street", "tathra east"], "street"),
        ("residential_address_line2", ["Villa 3", "Floor 2"], "text"),
        ("state_code", ["WA", "NSW", "wa"], "region"),
        ("Bundesland", ["Hessen", "Bayern"], "region"),
        ("State", ["contacted", "replied"], ""),
        ("E-Mail Address", ["ada12@birkenhain", "eva@nordlicht"], ""),
        # A wrong guess must not join two people.
        ("custom_renewal_date", ["2026-01-01", "2026-01-01"], ""),
        ("custom_birth_date", ["yes", "no"], ""),
        ("custom_customer_number", ["1111"] * 9, ""),
        ("Account ID", ["A4711", "B4712"], ""),
        ("VAT number", ["DE4711", "DE4712"], ""),
        ("Geburtsdatum", ["7.3.1985", "12.4.1990"], "date"),
        ("custom_email_address", ["a@b.example"], ""),
        ("custom_tier", ["A", "B"], ""),
        ("custom_zip", [None, None], ""),
    ],
)
def test_the_role_of_a_custom_column(column, values, role):
    assert guess_role(column, pl.Series(values, dtype=pl.String)) == role


def test_a_number_of_people_who_are_many_times_in_a_list_is_a_number_of_each():
    numbers, names = (pl.Series(values * 5) for values in (["043-15-8218", "487-99-4913"], ["Ada", "Eva"]))
    assert guess_role("ssn", numbers) == ""
    assert guess_role("ssn", numbers, names) == "weak identifier"


def test_custom_columns_are_compared_without_being_asked_and_the_result_says_so(make_frame):
    people = make_frame({
        "full_name": ["Anna Weber", "Anna Weber"], "custom_birth_date": ["1985-03-07", "1958-11-21"],
        "custom_tier": ["A", "B"], "notes": [None, None],
    })  # fmt: skip
    found = cleanup.duplicates(people, 0.01)
    assert found.roles == {"full_name": "full_name", "custom_birth_date": "date"}
    assert found.guessed == ("custom_birth_date",)
    assert "custom_birth_date as date" in repr(found)
    given = cleanup.duplicates(people, fields={"custom_birth_date": "date"})
    assert given.guessed == ()
    assert "guessed" not in repr(given)
    assert "fields=" in found.left_out["custom_tier"]
    assert found.left_out["notes"] == "it has no value"
    assert not len(found.pairs) or "custom_birth_date differs" in found.pairs["reasons"][0]


def test_a_mapping_can_keep_what_tells_people_apart(make_frame):
    """From read_leads by suggest and apply to duplicates, nothing is lost: unmapped columns get their roles."""
    listed = make_frame({
        "Kontakt": ["Anna Weber", "Anna Weber"], "Firma": ["Nordlicht", "Nordlicht"],
        "Geburtsdatum": ["7.3.1985", "21.11.1958"], "PLZ": ["20095", "20095"], "Notiz": ["a", "b"],
    })  # fmt: skip
    mapping = pb.Mapping({"Kontakt": "full_name", "Firma": "company_name"}, ignored=["Notiz"])
    kept = mapping.apply(listed, unmapped="keep")
    assert list(kept.columns) == ["full_name", "company_name", "Geburtsdatum", "PLZ"]
    found = cleanup.duplicates(kept)
    assert {"Geburtsdatum": "date", "PLZ": "postcode"}.items() <= found.roles.items()
    assert len(set(found.frame["cluster_id"])) == 2
    assert len(set(cleanup.duplicates(mapping.apply(listed)).frame["cluster_id"])) == 1
    with pytest.raises(MappingError, match="has the name of a lead field"):
        pb.Mapping({"Kontakt": "full_name"}).apply(make_frame({"Kontakt": ["A"], "full_name": ["B"]}), unmapped="keep")
    with pytest.raises(InvalidParameterError, match="unknown value for unmapped"):
        mapping.apply(listed, unmapped="all")


def test_two_birth_dates_in_a_custom_column_keep_namesakes_apart():
    rows = pd.DataFrame({"full_name": ["Anna Weber"] * 2, "company_name": ["Nordlicht"] * 2})
    assert cleanup.duplicates(rows).frame.cluster_size.tolist() == [2, 2]
    born = rows.assign(custom_birth_date=["1985-03-07", "1958-11-21"])
    assert cleanup.duplicates(born).frame.cluster_size.tolist() == [1, 1]
