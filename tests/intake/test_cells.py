"""Cells that hold several tags, as programs write them."""

import pandas as pd
import pytest

from each_case import each_case
from pb2b_notebook.errors import MappingError
from pb2b_notebook.files.reports import FileReport
from pb2b_notebook.intake.cells import clean_cells, convert_cells
from pb2b_notebook.mapping import Mapping
from pb2b_notebook.mapping.lead_fields import LeadField


@each_case(
    ("cells", "wanted"),
    [
        (["fair,vip", "fair"], [["fair", "vip"], ["fair"]]),
        (["A-Kunde,Messe Wels", "webinar"], [["A-Kunde", "Messe Wels"], ["webinar"]]),
        (["fair (Halle 1,Wels), vip", "Wels [A, B],hot"], [["fair (Halle 1,Wels)", "vip"], ["Wels [A, B]", "hot"]]),
        (["eu,1,000 staff", "x"], [["eu", "1,000 staff"], ["x"]]),
        (["sea|member", "fair; sea | vip\nvip"], [["sea", "member"], ["fair", "sea", "vip", "vip"]]),
        (["1,000 staff", "2,000 staff"], [["1,000 staff"], ["2,000 staff"]]),
        (["* myContacts", "Fair ::: * myContacts", "* friends"], [None, ["Fair"], ["friends"]]),
    ],
)
def test_tags_of_a_cell_are_taken_apart_where_the_column_shows_how(cells, wanted):
    converted = convert_cells(
        pd.DataFrame({"Tags": cells}), Mapping({"Tags": "tags"}), {"tags": LeadField("tags", "multi_select")}
    )
    assert converted.frame["tags"].to_list() == wanted


@each_case(
    ("cities", "wanted", "aside"),
    [
        (["10115 Berlin", "D-80331 München", None], ["Berlin", "München", None], ["10115", "D-80331"]),
        (["1012 AB Amsterdam", "110 00 Praha"], ["Amsterdam", "Praha"], ["1012 AB", "110 00"]),
        (["4711 Street", "Berlin", "Köln"], ["4711 Street", "Berlin", "Köln"], []),
    ],
)
def test_postcodes_before_cities_are_set_aside(cities, wanted, aside):
    mapping = Mapping({"Ort": "city"})
    converted = convert_cells(pd.DataFrame({"Ort": cities}), mapping, {"city": LeadField("city", builtin=True)})
    assert converted.frame["city"].to_list() == wanted
    assert converted.set_aside["value"].to_list() == aside


def test_a_made_up_phone_is_set_aside_and_the_second_one_taken():
    fields = {
        "phone": LeadField("phone", "phone"),
        "country": LeadField("country"),
        "email": LeadField("email", "email"),
    }
    people = pd.DataFrame({
        "Phone": ["000-000-0000", "0123456789", "0123456789", "+49 30 901820"],
        "Mobile": ["+49 171 2345678", None, None, None],
        "Country": ["DE", "FR", "DE", "DE"],
    })  # fmt: skip
    mapping = Mapping({"Phone": "phone", "Country": "country"})
    converted = convert_cells(people, mapping, fields)
    cleaned = clean_cells(converted, fields)
    assert cleaned.frame["phone"].to_list() == ["+491712345678", "+33123456789", None, "+4930901820"]
    aside = [*converted.set_aside.iter_rows(), *cleaned.set_aside.iter_rows()]
    assert [(row, column, value) for row, column, _, value, _ in aside] == [
        (0, "Phone", "000-000-0000"), (2, "Phone", "0123456789"),
    ]  # fmt: skip
    assert {reason.partition(":")[0] for *_, reason in aside} == {"a made-up number"}


def test_a_made_up_address_is_set_aside_and_identifies_no_one():
    fields = {"email": LeadField("email", "email"), "full_name": LeadField("full_name")}
    people = pd.DataFrame({"Name": ["Ada Berg", "Bo Lund"], "Mail": ["test@test.com", "noemail@nord.example"]})
    converted = convert_cells(people, Mapping({"Name": "full_name", "Mail": "email"}), fields)
    assert converted.frame["email"].to_list() == [None, None]
    assert {*converted.set_aside["reason"]} == {"a made-up address, which is of no person"}


def test_addresses_whose_syntax_is_wrong_are_named():
    fields = {"email": LeadField("email", "email")}
    people = pd.DataFrame({"Mail": ["ada@nord.de", "a..berg@nord.de", ".lund@nord.de", "cy@gmail.con"]})
    cleaned = clean_cells(convert_cells(people, Mapping({"Mail": "email"}), fields), fields)
    assert cleaned.wrong_addresses == [1, 2]


@pytest.mark.parametrize(
    ("sheets", "ways"),
    [
        (None, ["mapping="]),
        ((), ["mapping=", "header=4"]),
        (("Kontakte",), ["mapping=", "sheet='Kontakte'", "header=4"]),
    ],
)
def test_a_list_of_which_no_column_is_mapped_says_how_to_read_another_sheet_or_line(sheets, ways):
    file = None if sheets is None else FileReport("fair.xlsx", "xlsx", 1, 1, ("Halle",), other_sheets=sheets)
    with pytest.raises(MappingError) as caught:
        convert_cells(pd.DataFrame({"Halle": ["4"]}), Mapping({}), {}, file=file)
    assert [way for way in ("mapping=", "sheet='Kontakte'", "header=4") if way in caught.value.repair] == ways
