"""People in lists with further columns: birth dates, identifiers, street addresses."""

from itertools import product

import pandas as pd
import pytest

from each_case import each_case
from pb2b_notebook import cleanup
from pb2b_notebook.errors import CleanupError

FIELDS = {
    "first_name": "first_name", "last_name": "last_name", "born": "date", "ssn": "identifier",
    "insurance": "weak identifier", "street": "street", "zip": "postcode", "sex": "category",
}  # fmt: skip
GIVEN = "James Mary Robert Linda David Susan Peter Karen Paul Nancy Mark Betty".split()  # noqa: SIM905
FAMILY = "Adams Baker Clark Davis Evans Foster Green Harris Irwin Jones Keller Lewis".split()  # noqa: SIM905
# Pairs of rows of one person, each changed from a person of the pair's own; and words of the reasons.
ONE_PERSON = [
    ({"born": "07.03.1985"}, "same born"),
    ({"born": "1985-07-03"}, "born has day and month swapped"),
    ({"born": "1985-03-01"}, "born differs by one digit"),
    ({"born": "1985-01-01"}, "born is only a year in one row"),
    ({"street": "12, mill rd."}, "same street"),
    ({"street": "12 Mil Road"}, "street is spelled differently, with the same number"),
    ({"zip": "10473"}, "zip differs by a typo"),
    # A misspelled name is found by birth date and postcode.
    ({"first_name": "Amna", "street": None}, "first names differ by a typo"),
    ({"first_name": "{last}", "last_name": "{first}", "street": None}, "swapped"),
    # A married name.
    ({"last_name": "Lindqvist"}, "same first name, different family names"),
]
TWO_PEOPLE = [
    # Twins share everything but the given name.
    ({}, {"first_name": "Clara"}),
    # Father and son of one name.
    ({"first_name": "Karl"}, {"first_name": "Karl", "born": "1958-11-21"}),
    # A family's insurance number.
    ({"insurance": "K778899"}, {"first_name": "Georg", "born": "1983-09-30", "insurance": "K778899"}),
    # Namesakes in another town.
    ({}, {"born": "1951-12-24", "street": "9 Station Road", "zip": "80331"}),
    ({"ssn": "123456789"}, {"ssn": "987001254", "born": "1960-02-02", "street": "3 Elm Walk", "zip": "70173"}),
    # A wife who lives with her husband, and two neighbours.
    ({}, {"first_name": "Georg", "born": "1983-09-30"}),
    ({}, {"first_name": "Berta", "last_name": "Kolb", "born": "1983-09-30", "street": "14 Mill Road"}),
]


def town():
    """Return people of a town, so that it is known what is rare in the list."""
    return [
        {
            "first_name": first, "last_name": last, "born": f"{1930 + n % 70}-{1 + n % 12:02d}-{1 + n % 28:02d}",
            "ssn": f"{700_000_000 + 7919 * n}", "insurance": f"K{50_000 + 31 * (n // 3)}",
            "street": f"{1 + n} {FAMILY[n % 11]} Street", "zip": f"{20_000 + n % 40}", "sex": "fm"[n % 2],
        }
        for n, (first, last) in enumerate(product(GIVEN, FAMILY))
    ]  # fmt: skip


def person(number, change):
    """Return a row of a person who shares nothing with the people of other numbers."""
    first, last = "Anna", f"{'BCDFGHJKLMNPRSTVWZ'[number]}{'aeiou'[number % 5]}ndermoor"
    row = {
        "first_name": first, "last_name": last, "born": "1985-03-07", "ssn": None, "insurance": None,
        "street": "12 Mill Road", "zip": "10437", "sex": "f",
    }  # fmt: skip
    moved = {
        "born": {"1985": str(1940 + number)},
        "street": {"Mill": f"Mill{last}", "mill": f"mill{last}", "Mil ": f"Mil{last} "},
    }
    moved |= {"zip": {"104": str(300 + number)}, "first_name": {"{last}": last}, "last_name": {"{first}": first}}
    row |= change
    for column, words in moved.items():
        for word, other in words.items():
            row[column] = row[column] and row[column].replace(word, other)
    return row


@pytest.fixture(scope="module")
def found():
    pairs = [({}, change) for change, _ in ONE_PERSON] + TWO_PEOPLE
    rows = [person(number, change) for number, pair in enumerate(pairs) for change in pair]
    return cleanup.duplicates(pd.DataFrame([*rows, *town()]), fields=FIELDS)


@pytest.mark.parametrize(("number", "words"), [(n, words) for n, (_, words) in enumerate(ONE_PERSON)])
def test_one_person_in_two_spellings(found, number, words):
    clusters = found.frame.cluster_id
    assert clusters[2 * number] == clusters[2 * number + 1]
    assert words in found.pairs[found.pairs[["row_a", "row_b"]].min(axis=1) == 2 * number].reasons.iloc[0]


@pytest.mark.parametrize("number", range(len(ONE_PERSON), len(ONE_PERSON) + len(TWO_PEOPLE)))
def test_two_people_stay_two(found, number):
    assert found.frame.cluster_id[2 * number] != found.frame.cluster_id[2 * number + 1]


@pytest.fixture(scope="module", params=[0, 15])
def often_wrong(request):
    """Return how many names of each kind are wrong, and the clusters of two people and of a doubtful row each."""
    people = [
        row | {"insurance": f"M{n}77", "born": f"{1920 + n % 90}-{1 + n % 12:02d}-05"} for n, row in enumerate(town())
    ]
    again = [row | {"ssn": None, "insurance": None} for row in people[:60]]
    for number in range(request.param):
        again[number] |= {"last_name": f"{GIVEN[number % 12]}ohlzat"}
        again[30 + number] |= {"first_name": f"{FAMILY[number % 12]}urmeo"}
        first, last = GIVEN[number % 12], FAMILY[number % 7]
        people[15 + number] |= {"first_name": f"Orla{first.lower()}", "last_name": f"Mc{last * 2}ton"}
        again[15 + number] |= {"first_name": f"Rol{first.lower()}", "last_name": f"Mac{last * 2}tn"}
    doubtful = [
        # Given name and birth date are other ones; family name, both numbers, street, postcode and sex are the same.
        people[100] | {"first_name": "Zenobia", "born": "1961-11-29"},
        # Both names are other ones, and names that others have; birth date, street, postcode and sex are the same.
        people[101] | {"first_name": "Mary", "last_name": "Irwin", "ssn": None, "insurance": None},
        # Both names are other ones, too, and all else is the same, as of a child with the number of the parent.
        people[102] | {"first_name": "Mary", "last_name": "Irwin"},
    ]
    # Mike and Micha3l are Michael, whom they share what few others have with.
    michael = person(0, {"first_name": "Michael", "ssn": "551203344", "insurance": "L4711"})
    doubtful += [michael, michael | {"first_name": "Mike", "ssn": None, "street": None, "zip": None}]
    doubtful += [michael | {"first_name": "Micha3l", "born": None, "insurance": None}]
    # A couple: both have given their birth date and not, and one street and postcode.
    doris = person(1, {"first_name": "Doris", "born": "1969-09-03"})
    mary = doris | {"first_name": "Mary", "born": "1954-12-04"}
    doubtful += [doris, doris | {"born": None}, mary, mary | {"born": None}]
    found = cleanup.duplicates(pd.DataFrame([*people, *again, *doubtful]), fields=FIELDS).frame.cluster_id.tolist()
    return request.param, found[100:103], found[-10:]


def test_given_names_that_are_wrong_as_often_as_family_names_do_not_outweigh_what_few_others_share(often_wrong):
    wrong, people, doubtful = often_wrong
    assert (doubtful[0] == people[0]) == (wrong > 0)


def test_two_complete_names_of_one_birth_date_and_address_stay_two_people_in_every_list(often_wrong):
    _, people, doubtful = often_wrong
    assert doubtful[1] != people[1]


def test_two_complete_names_of_one_number_and_birth_date_are_two_people_unless_names_are_often_wrong(often_wrong):
    wrong, people, doubtful = often_wrong
    assert (doubtful[2] == people[2]) == (wrong > 0)


def test_a_third_row_explains_two_different_names_where_names_are_often_wrong(often_wrong):
    wrong, _, doubtful = often_wrong
    assert (len({*doubtful[3:6]}) == 1) == (wrong > 0)


def test_no_third_row_explains_two_given_names_with_two_birth_dates(often_wrong):
    _, _, (*_, doris, _, mary, _) = often_wrong
    assert doris != mary


def test_people_of_the_town_stay_apart(found):
    assert found.frame.cluster_size.tail(144).max() == 1


def test_a_birth_date_that_many_have_says_little():
    people = [{**row, "born": "1901-01-01"} for row in town()]
    one = {"first_name": "Anna", "last_name": "Weber", "born": "1901-01-01", "ssn": None, "zip": None, "street": None}
    common = pd.DataFrame([one, one | {"first_name": "Ana"}, *people])
    rare = common.assign(born=["1985-03-07"] * 2 + ["1901-01-01"] * len(people))
    fields = {"born": "date", "street": "street", "zip": "postcode"}
    lists = [cleanup.duplicates(rows, 0.01, fields=fields).pairs.set_index("row_a") for rows in (common, rare)]
    assert lists[0].probability.get(0, 0.0) < lists[1].probability[0]


class TestBadInput:
    def test_a_column_of_mixed_types_or_without_values(self, make_frame):
        mixed = pd.DataFrame({"full_name": ["Ann Lee", "Ann Lee", "Bob Ray"], "born": [19850307, "7.3.1985", None]})
        found = cleanup.duplicates(mixed, 0.01, fields={"born": "date"})
        assert "same born" in found.pairs.reasons[0]
        nothing = make_frame({"full_name": ["Ann Lee", "Bob Ray"], "born": [None, None]})
        assert cleanup.duplicates(nothing, fields={"born": "date"}).left_out == {"born": "it has no value"}

    @pytest.mark.parametrize("rows", [0, 1])
    def test_a_list_of_one_row_or_none(self, make_frame, rows):
        frame = make_frame({"full_name": ["Ann Lee"] * rows, "zip": ["10437"] * rows})
        assert not len(cleanup.duplicates(frame, fields={"zip": "postcode"}).clusters)

    def test_a_role_that_does_not_fit_says_nothing(self):
        rows = pd.DataFrame({"full_name": ["Ann Lee", "Bob Ray"], "notes": ["call back", "call back"]})
        assert not len(cleanup.duplicates(rows, fields={"notes": "date"}).clusters)

    def test_further_columns_alone_identify_no_person(self):
        with pytest.raises(CleanupError, match="no column that identifies a person"):
            cleanup.duplicates(pd.DataFrame({"sex": ["f", "f"]}), fields={"sex": "category"})

    def test_more_columns_than_can_be_compared(self):
        rows = pd.DataFrame({"full_name": ["Ann Lee"], **{f"note_{n}": ["a"] for n in range(13)}})
        with pytest.raises(CleanupError, match="more than 12 columns"):
            cleanup.duplicates(rows, fields={f"note_{n}": "text" for n in range(13)})


# Rows that have a name and a city, and nothing else; and whether they are one person.
NAME_AND_CITY = (
    # Typing errors in a name, in the city, or in both.
    (("Madeline", "Conaghty", "Myrtleford"), ("Madelnie", "Conaghty", "Myrtleford"), True),
    (("Jacqueline", "Croftsmoor", "Glenden"), ("Jacqueline", "Croftdmoor", "Glenden"), True),
    (("Fergus", "Stinglehay", "Surry Hills"), ("Fergus", "Stinglehay", "Surry H ills"), True),
    (("Nicholas", "Hathaway", "Mill Park"), ("Nicholas", "Hathqway", "Mill Prak"), True),
    (("Kranz", "Ellyn", "Ringwood East"), ("Ellyn", "Kranz", "Ringwood East"), True),
    # Neighbours, a couple, and two spellings of a given name that two people may have.
    (("Otto", "Ulrik", "Cabramatta"), ("Ines", "Bowerman", "Cabramatta"), False),
    (("Wanda", "Everett", "Noble Park"), ("Kieran", "Everett", "Noble Park"), False),
    (("Ann", "Brangwen", "Hackham"), ("Anna", "Brangwen", "Hackham"), False),
    # No name to compare.
    ((None, "Paterson", "Albion Park"), ("Erin", None, "Albion Park"), False),
    # A common name in a city of many.
    (("Mary", "Adams", "Springfield"), ("Maria", "Adams", "Springfield"), False),
)


@pytest.fixture(scope="module")
def thin():
    cities = ("Springfield", "Shelbyville", "Ogdenville")
    some = [(one["first_name"], one["last_name"], cities[n % 3]) for n, one in enumerate(town())]
    rows = [row for first, second, _ in NAME_AND_CITY for row in (first, second)] + some
    return cleanup.duplicates(pd.DataFrame(rows, columns=["first_name", "last_name", "city"]))


@pytest.mark.parametrize("number", range(len(NAME_AND_CITY)))
def test_typing_errors_join_rows_of_one_city_and_neighbours_stay_apart(thin, number):
    first, second = thin.frame["cluster_id"][2 * number : 2 * number + 2]
    assert (first == second) is NAME_AND_CITY[number][2]


def test_people_of_three_cities_stay_apart(thin):
    assert thin.frame["cluster_size"][2 * len(NAME_AND_CITY) :].eq(1).all()


@pytest.mark.parametrize("copies", [1, 3])
def test_a_row_with_nothing_but_a_name_is_one_more_where_each_person_has_many(copies):
    parts = ["ba", "ke", "lo", "mi", "nu", "ra", "se", "to", "vi", "zu", "da", "pe"]
    cities = ["Ulmstadt", "Grazdorf", "Lyonville"]
    names = [
        (f"{parts[n // 12]}{parts[n % 12]}l", f"{FAMILY[n % 12]}{parts[n // 12]}{parts[n % 7]}") for n in range(144)
    ]
    rows = [(*name, cities[n % 3] + "rn"[:k]) for n, name in enumerate(names) for k in range(copies)]
    rows += [("Emma", "Novak", city) for city in ("Bath", "York", None)]  # the third may be of either city
    rows += [(*name, None) for name in names[:20]]
    found = cleanup.duplicates(pd.DataFrame(rows, columns=["first_name", "last_name", "city"])).frame
    assert found.cluster_size.iloc[-21] == 1
    joined = found.cluster_id.iloc[-20:].to_numpy() == found.cluster_id.iloc[: 20 * copies : copies].to_numpy()
    assert joined.all() if copies > 1 else not joined.any()


def test_the_reasons_name_the_city(thin):
    reasons = " ".join(thin.pairs["reasons"])
    assert "same city" in reasons
    assert "city differs by a typo" in reasons


def test_rows_with_a_company_or_an_address_are_compared_as_leads_are(make_frame):
    rows = {"full_name": ["Ada Berg", "Ada Bergg"], "company_name": ["Acme", "Acme"], "city": ["Ulm", "Ulm"]}
    assert cleanup.duplicates(make_frame(rows))._further == ()


def test_a_city_beside_as_many_further_columns_as_can_be_compared():
    rows = pd.DataFrame(
        {"full_name": ["Ada Berg"] * 2, "city": ["Ulm", "Bonn"]} | {f"c{n}": ["x"] * 2 for n in range(12)}
    )
    found = cleanup.duplicates(rows, fields={f"c{n}": "category" for n in range(12)})
    assert len(found._further) == 12


@pytest.mark.parametrize("number", [None, "8"])
def test_lines_of_an_address_that_are_swapped_are_the_same_address(number):
    people = [(given, family, f"{given} Road", f"{family} Park") for given, family in zip(GIVEN, FAMILY, strict=True)]
    erin = [("Erin", "Schembri", "Tathra Est", "Hawkesbury Crescent")]
    swapped = [("Erin", "Schembri", "Hawkesbury Crescent", "Tathra East")]
    rows = pd.DataFrame(people + erin + swapped, columns=["first_name", "last_name", "line_1", "line_2"])
    found = cleanup.duplicates(
        rows.assign(no=number), fields={"line_1": "street", "line_2": "text", "no": "house number"}
    )
    assert found.frame["cluster_size"].tolist() == [1] * len(people) + [2, 2]
    assert "line_1 is in another column of the other row" in found.pairs["reasons"][0]
    assert "line_2 is in another column of the other row" in found.pairs["reasons"][0]


def test_lines_of_an_address_that_are_swapped_have_one_house_number():
    rows = pd.DataFrame(
        {"first_name": "Erin", "last_name": "Schembri", "no": ["8", "40"], "line_1": ["Mill Road", "Elm Park"],
         "line_2": ["Elm Park", "Mill Road"]}
    )  # fmt: skip
    fields = {"line_1": "street", "line_2": "text", "no": "house number"}
    assert "another column" not in cleanup.duplicates(rows, 0.001, fields=fields).pairs["reasons"][0]


@each_case(
    ("dates", "words"),
    [
        ("1985-03-07 1986-04-07", "born differs by two digits"),
        ("1985-03-07 1968-11-29", "but born differs"),
        ("1985-03-07 19850-31-17", "born differs by two digits"),
        ("1985-03-07 19850-32-19", "but born differs"),
        ("1985-03-07 1954-03-07", "born differs in one of day, month and year"),
        # 1 January stands for a year.
        ("1985-01-01 1954-01-01", "but born differs"),
        ("1985-01-01 1984-01-01", "born differs by one digit"),
        ("1985-01-01 1985-08-23", "born is only a year in one row"),
    ],
)
def test_two_wrong_digits_in_a_date_are_not_a_wholly_different_one(dates, words):
    rows = [{"first_name": "Nele", "last_name": "Ohmsen", "ssn": "551203344", "born": one} for one in dates.split(" ")]
    pairs = cleanup.duplicates(pd.DataFrame(rows), 0.0001, fields={"ssn": "identifier", "born": "date"}).pairs
    assert f"{pairs.reasons.iloc[0]};".count(f"{words};") == 1


def test_a_list_of_years_as_1_january_joins_no_two_people():
    rows = pd.DataFrame(
        {
            "first_name": [GIVEN[n * 7 % 12] for n in range(300)],
            "last_name": [
                f"{'BKLNSTVR'[n % 8]}a{'klnrst'[n % 6]}e{'bdgmpv'[n // 7 % 6]}o{n % 97:02}" for n in range(300)
            ],
            "born": [f"{1940 + n * 37 % 64}-01-01" for n in range(300)],
            "city": [["Wels", "Linz", "Graz", "Wien"][n * 3 % 4] for n in range(300)],
        }
    )
    assert cleanup.duplicates(rows).frame["cluster_size"].max() == 1


def test_a_city_counts_for_more_where_rows_of_one_postcode_have_any_city():
    """Lists that were made up or anonymized: there, a postcode and a city are two pieces of evidence."""
    rows = [
        {
            "first_name": GIVEN[n % 12],
            "last_name": f"{FAMILY[n // 12 % 12]}{chr(97 + n // 144)}o",
            "zip": f"{10100 + n % 20}",
        }
        for n in range(600)
    ]
    pair = [
        {"first_name": "Willibald", "last_name": name, "zip": "10100", "city": "Town0"} for name in ("Ostrov", "Ostryv")
    ]
    fields = {
        "first_name": "first_name",
        "last_name": "last_name",
        "zip": "postcode",
        "city": "city",
        "state": "region",
    }

    def probability(city):
        some = [{**row, "city": city(n), "state": "S1"} for n, row in enumerate(rows)]
        found = cleanup.duplicates(pd.DataFrame([*pair, *some]), fields=fields).pairs
        return found.loc[(found["row_a"] < 2) & (found["row_b"] < 2), "probability"].max()

    assert probability(lambda n: f"Town{n % 20}") < probability(lambda n: f"Town{n // 20 % 20}")
