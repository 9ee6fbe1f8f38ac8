"""Read names of which a list has only a part as the whole names of other people."""

import polars as pl
import pytest

from pb2b_notebook.cleanup.linkage.names.partial_names import complete_as

WHOLE = "Inmaculada Bermúdez de Castro Ruiz"


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("Inmaculada Bermúdez", WHOLE),
        (WHOLE, "Inmaculada Bermúdez"),
        ("Margarethe Oberhuber", "Margarethe Oberhuber-Stangl"),
        ("BERMUDEZ, INMACULADA", WHOLE),
    ],
)
def test_a_part_of_a_name_is_read_as_the_whole_name(name, theirs):
    assert complete_as(pl.DataFrame({"full_name": [name]}), pl.DataFrame({"full_name": [theirs]})).rows() == [(theirs,)]


NOTE = "Inmaculada Bermúdez " + " ".join(f"wort{chr(97 + number)}" for number in range(20))


@pytest.mark.parametrize("name", [WHOLE, "Inmaculada", "I. Bermúdez", "Ana Bermúdez", "de Castro", NOTE, None, ""])
def test_a_name_that_shares_one_word_or_all_is_left_and_so_is_a_note(name):
    rows = pl.DataFrame({"full_name": [name]}, schema={"full_name": pl.String})
    assert complete_as(rows, pl.DataFrame({"full_name": [WHOLE]})).is_empty()


def test_two_given_names_are_not_a_part_of_a_name():
    people = pl.DataFrame({"first_name": ["Ana Maria"], "last_name": ["Kurz"]})
    assert complete_as(pl.DataFrame({"full_name": ["Ana Maria"]}), people).is_empty()


def test_columns_of_given_and_family_names_are_read_too():
    rows = pl.DataFrame({"first_name": ["Inmaculada"], "last_name": ["Bermúdez"], "id": ["a"]})
    read = complete_as(rows, pl.DataFrame({"first_name": ["Inmaculada"], "last_name": ["Bermúdez Ruiz"]}))
    assert read.rows() == [("Inmaculada", "Bermúdez Ruiz", "a")]
    whole = complete_as(rows.with_columns(full_name=pl.lit(None, pl.String)), pl.DataFrame({"full_name": [WHOLE]}))
    assert whole.rows() == [(None, None, "a", WHOLE)]


@pytest.mark.parametrize("columns", [{"email": ["a@x.example"]}, {"first_name": ["Ana"]}])
def test_rows_and_people_without_a_whole_name_are_left(columns):
    people = pl.DataFrame({"full_name": [WHOLE]})
    assert complete_as(pl.DataFrame(columns), people).is_empty()
    assert complete_as(people, pl.DataFrame(columns)).is_empty()
