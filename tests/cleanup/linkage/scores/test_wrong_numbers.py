"""Two different identifiers of rows of one name: a wrong number or two people, as the list shows."""

import random

import polars as pl
import pytest

from pb2b_notebook import cleanup

FIELDS = {"born": "date", "ssn": "identifier", "street": "street"}


@pytest.mark.parametrize("namesakes", [0, 40])
def test_namesakes_of_one_birth_date_stay_apart_where_a_list_has_many(namesakes: int) -> None:
    rng = random.Random(5)

    def ssn() -> str:
        return str(rng.randrange(10**8, 10**9))

    people = [
        {
            "first_name": rng.choice(["Anke", "Bodo", "Carla", "Dirk", "Edda", "Falk"]),
            "last_name": f"{rng.choice('BDFGHJKLMN')}{rng.choice('aeiou')}{rng.choice('bdfglmnr')}{n:03d}"[:3] + "berg",
            "born": f"{rng.randrange(1930, 2005)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}",
            "email": f"u{rng.randrange(10**8)}@post.example", "ssn": ssn(), "street": f"{n} Mill Road",
        }
        for n in range(400)
    ]  # fmt: skip
    again = [row | ({"ssn": ssn()} if n % 20 == 0 else {}) for n, row in enumerate(people[:120])]
    one = [row | {"email": None, "street": None} for row in people[120:160]]
    two = [row | {"email": None, "street": None, "ssn": ssn()} for row in people[160 : 160 + namesakes + 3]]
    rows = pl.DataFrame([*people, *again, *one, *two])
    found = cleanup.duplicates(rows, fields=FIELDS).frame["cluster_id"].to_list()
    assert found[:120] == found[400:520], "a wrong number of rows that agree in all else is an error"
    assert found[120:160] == found[520:560]
    joined = sum(a == b for a, b in zip(found[160:], found[560:], strict=False))
    assert (joined == 0) if namesakes else (joined > 1)


def test_two_given_names_with_two_numbers_are_two_people_whatever_else_agrees() -> None:
    home = {
        "last_name": "Marin",
        "born": "1999-01-07",
        "street": "81 Jackson Pl",
        "zip": "48749",
        "phone": "989 991 5455",
    }
    rows = [
        {"first_name": name, "insurance": number} | home
        for name, number in (("Vanessa", "899222537"), ("Valeda", "881040775"))
    ]
    roles = {"born": "date", "street": "street", "zip": "postcode", "insurance": "identifier"}
    assert cleanup.duplicates(pl.DataFrame(rows), fields=roles).frame["cluster_id"].n_unique() == 2
