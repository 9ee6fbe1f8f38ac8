"""A birth date in three columns: which hold its parts."""

from each_case import each_case
from pb2b_notebook.mapping.cells.birth_dates import BIRTH_PARTS, birth_date_parts
from pb2b_notebook.mapping.suggestions.role_guesses import guess_roles

YEARS, MONTHS, DAYS = [1938, 1951, 1967, 1985, 2001], [1, 12, "07", 3.0, None], [31, 1, "09", 28.0, 15]


@each_case(
    "columns",
    [
        ("by", "bm", "bd"),
        ("birth_year", "birth_month", "birth_day"),
        ("Year of birth", "Month of birth", "Day of birth"),
        ("Geburtsjahr", "Geburtsmonat", "Geburtstag"),
        ("année de naissance", "mois de naissance", "jour de naissance"),
        ("custom_dob_yyyy", "custom_dob_mm", "custom_dob_dd"),
        ("year", "month", "day"),
    ],
)
def test_three_columns_are_one_birth_date(columns):
    table = {"note": ["x"] * 5, **dict(zip(columns, (YEARS, MONTHS, DAYS), strict=True))}
    assert birth_date_parts(table) == dict(zip(columns, BIRTH_PARTS, strict=True))


@each_case(
    "table",
    [
        {"year": [2024, 2025, 2025], "month": [1, 2, 3], "day": [1, 2, 3]},  # of a visit or an order
        {"hire year": YEARS, "hire month": MONTHS, "hire day": DAYS},
        {"by": ["Ada", "Eva"], "bm": [1, 2], "bd": [1, 2]},
        {"by": YEARS, "bm": DAYS, "bd": [1985] * 5},
        {"birth_year": YEARS, "month": MONTHS, "day": DAYS},
        {"by": YEARS, "bm": MONTHS},
        {"y": [None], "m": [None], "d": [None]},
        {},
    ],
)
def test_other_columns_are_not(table):
    assert birth_date_parts(table) == {}


def test_a_mapping_keeps_them_unless_there_is_a_birth_date():
    names = {"First name": ["Ada", "Eva", "Max", "Tom", "Ida"]}
    table = {**names, "by": YEARS, "bm": MONTHS, "bd": DAYS}
    assert guess_roles(table, {"First name": "first_name"}) == dict(zip(("by", "bm", "bd"), BIRTH_PARTS, strict=True))
    table["DOB"] = ["1938-01-31", "1951-12-01", "1967-07-09", "1985-03-28", "2001-01-15"]
    assert guess_roles(table, {"First name": "first_name"}) == {"DOB": "date"}
