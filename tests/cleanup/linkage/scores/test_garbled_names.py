"""Two names behind one address and phone: a garbled name or two people, as the list shows."""

import polars as pl
import pytest

from pb2b_notebook import cleanup

FAMILIES = [
    "Barker", "Carpenter", "Lawrence", "Bullock", "Cardenas", "Coulter", "Fisher", "Tucker", "Stephens", "Buchanan",
    "Stewart", "Caldwell", "Marshall", "Gutierrez", "Hendricks", "Whitfield", "Lindqvist", "Okonkwo", "Fairweather",
    "Castellano",
]  # fmt: skip
GIVEN = [
    "Nadine", "Sergio", "Declan", "Abraham", "Marilyn", "Hazel", "Lonnie", "Annette", "Oliver", "Wallace", "Deanna",
    "Roderick", "Melissa", "Tamara", "Byron", "Thelma", "Adrian", "Julia", "Felix", "Lacey",
]  # fmt: skip


def _rows(*, couples: int) -> pl.DataFrame:
    """Return people with a garbled row each, and couples, behind an address and a phone each."""
    people = [
        {"first_name": given, "last_name": family, "email": f"u{n}x@host{n}.example", "phone": f"+14155550{n:03d}"}
        for n, (given, family) in enumerate(zip(GIVEN, FAMILIES, strict=True), 100)
    ]
    garbled = [
        row | {"first_name": f"q{row['first_name'][3:]}jx", "last_name": f"wq{row['last_name'][2:-2]}vk"}
        for row in people
    ]
    two = [
        {"first_name": given, "last_name": FAMILIES[n % 20], "email": f"home{n}@host.example", "phone": f"+1415556{n:04d}"}  # noqa: E501
        for n in range(couples)
        for given in (GIVEN[n % 20], GIVEN[(n + 7) % 20])
    ]  # fmt: skip
    return pl.DataFrame([*people, *garbled, *two])


@pytest.mark.parametrize("couples", [0, 60])
def test_garbled_names_are_joined_where_a_list_has_no_couples(couples: int) -> None:
    found = cleanup.duplicates(_rows(couples=couples))
    clusters = found.frame["cluster_id"].to_list()
    joined = sum(a == b for a, b in zip(clusters[:20], clusters[20:40], strict=True))
    assert any("garbled" in note for note in found.refinement) == (not couples)
    assert (joined > 12) if not couples else not joined
    assert not any(a == b for a, b in zip(clusters[40::2], clusters[41::2], strict=True))


def test_a_number_of_their_own_counts_beside_an_address_that_couples_share() -> None:
    card = pl.when(pl.int_range(pl.len()) < 40).then(pl.col("phone").str.replace("+1415", "C-", literal=True))
    rows = _rows(couples=60).with_columns(card=card).drop("phone")
    found = cleanup.duplicates(rows, fields={"card": "weak identifier"})
    assert (found.frame["cluster_size"].head(20) == 2).sum() > 12
    assert (found.frame["cluster_size"].tail(120) == 1).all()


def test_names_that_are_not_alike_are_for_review_in_such_a_list() -> None:
    rows = _rows(couples=0)
    other = rows.head(1).with_columns(first_name=pl.lit("Patricia"), last_name=pl.lit("Owusu"))
    found = cleanup.duplicates(pl.concat([rows, other])).frame["cluster_size"]
    assert found[-1] == 1 < found[1]
