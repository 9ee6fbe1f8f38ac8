"""The "Name" of a list of businesses is the company; that of people, or of both, is not."""

import pytest

NAMES = ["Harbour Dental Clinic", "Blue Bottle", "Nord Heizung GmbH", "Joe's Pizzeria", "Summit Tint"]
PEOPLE = ["Ann Cohen", "Anna Bank", "Eva Lind", "Bo Lund", "Kim Park"]


@pytest.mark.parametrize(
    "beside",
    [
        {"Reviews": [12, 3, 400, 1, 9]},
        {"place_id": ["ChIJ1", "ChIJ2", "ChIJ3", "ChIJ4", "ChIJ5"]},
        {"Öffnungszeiten": ["8-17"] * 5},
        {"Booth": ["I27", "BB01", "TF10", "A1", "A2"]},
        {"Logo file": [f"logos/{number}.png" for number in range(5)], "City": ["Lyon"] * 5},
        {"Website": [f"https://firm{number}.example" for number in range(5)]},
        {"Email": ["info@harbourdental.example", "a@bottle.example", "x@nord-heizung.example", "j@mail.example", None]},
    ],
    ids=str,
)
def test_names_of_businesses_are_companies(suggest_columns, beside):
    assert suggest_columns({"Name": NAMES, **beside})["Name"] == "company_name"


@pytest.mark.parametrize(
    ("beside", "field"),
    [
        ({"Email": ["a@b.example"]}, "company_name"),
        ({"Contact name": PEOPLE}, "company_name"),
        ({"Company": NAMES}, None),
        ({"First name": ["Ann"], "Last name": ["Cohen"]}, None),
        ({"Student name": PEOPLE}, None),
    ],
    ids=str,
)
def test_the_name_of_a_kind_of_business_is_the_company_where_nothing_else_is(suggest_columns, beside, field):
    assert (
        suggest_columns({"restaurant_name": NAMES[:1], **{name: cells[:1] for name, cells in beside.items()}}).get(
            "restaurant_name"
        )
        == field
    )


@pytest.mark.parametrize(
    "beside", [{"Reviews": [1, 2, 3, 4, 5]}, {"url": [f"https://firm{at}.example" for at in range(5)]}]
)
def test_names_with_trades_or_numbers_are_companies_also_where_most_have_one(suggest_columns, beside):
    trades = ["Nord Heating", "Jade Air LLC", "Sud Plumbing", "Silver Roofing", "Kim Cooling Services"]
    numbers = ["1956 Individuals", "365 Retail", "3D Cloud", "4Square", "Blue Bottle"]
    emails = {"Email": ["a@b.example", "c@d.example", "e@f.example", None, None]}
    assert suggest_columns({"Name": trades, **beside, **emails})["Name"] == "company_name"
    assert suggest_columns({"Name": numbers, **beside})["Name"] == "company_name"


def test_what_a_map_calls_the_title_of_a_place_is_the_company(suggest_columns):
    places = {"title": NAMES, "reviewsCount": [12, 3, 400, 1, 9], "city": ["Boston"] * 5}
    assert suggest_columns(places) == {"title": "company_name", "city": "city"}
    people = {"title": ["CEO", "CTO", "Head of Sales", "VP Sales", "Buyer"], "Name": ["Eva Lind"] * 5}
    assert suggest_columns(people)["title"] == "title"


@pytest.mark.parametrize(
    "columns",
    [
        {"Name": PEOPLE, "Website": [f"https://firm{number}.example" for number in range(5)]},
        {"Name": [*NAMES[:3], *PEOPLE[2:]], "Email": [f"someone{number}@mail.example" for number in range(6)]},
        {"Full name": [*NAMES[2:3], *PEOPLE[1:]], "Reviews": [12, 3, 400, 1, 9]},
        {"Name": PEOPLE, "Company": NAMES, "Reviews": [12, 3, 400, 1, 9]},
        {"Name": PEOPLE, "Booth": ["I27", "BB01", "TF10", "A1", "A2"]},
        {"Name": PEOPLE, "Logo": ["a.png"] * 5, "Job title": ["CEO", "CTO", "Buyer", "VP Sales", "Analyst"]},
    ],
    ids=["people", "people and businesses", "another name", "people of companies", "scans of badges", "speakers"],
)
def test_names_of_people_stay_names(suggest_columns, columns):
    assert suggest_columns(columns)[next(iter(columns))] == "full_name"
