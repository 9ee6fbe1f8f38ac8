"""Read family names in the spelling that other people have."""

import polars as pl
import pytest

from pb2b_notebook.cleanup.linkage.names.other_spellings import respell_as


@pytest.mark.parametrize(
    ("name", "theirs", "read"),
    [
        ("Dmitri Lawrentjew", "Дмитрий Лаврентьев", "Dmitri lavrentev"),
        ("Anton Tschechow", "A. Chekhov", "Anton chekhov"),
        ("Anton Tchekhov", "A. Czechow", "Anton czechow"),
        ("Sergej Gorbatschow", "S. Gorbachev", "Sergej gorbachev"),
        ("Nikita Chruschtschow", "N. Khrushchev", "Nikita khrushchev"),
        ("Andrey Shcherbakov", "A. Scherbakow", "Andrey scherbakow"),
        ("Igor Smirnow", "I. Smirnoff", "Igor smirnoff"),
        ("Julia Schukowa", "Ю. Жукова", "Julia zhukova"),
        ("Igor Czajkowski", "I. Tschaikowsky", "Igor tschaikowsky"),
        ("Desmond Okonkwo Hale", "D. Okonkwo-Hale", "Desmond okonkwo-hale"),
        ("Desmond Okonkwo-Hale", "D. Van Okonkwo Hale", "Desmond okonkwo hale"),
    ],
)
def test_a_family_name_is_read_as_another_spelling_of_it(name, theirs, read):
    people = pl.DataFrame({"full_name": [theirs]})
    assert respell_as(pl.DataFrame({"full_name": [name], "id": "a"}), people).rows() == [(read, "a")]


@pytest.mark.parametrize(
    ("name", "theirs"),
    [
        ("Ada Müller", "Ada Miller"),
        ("Anton Weber", "Anton Vybor"),
        ("Igor Smirnow", "Olga Smirnova"),
        ("Daniel Berg", "Daniela Berg"),
        ("Sergej Popow", "Sergey Popow"),
        ("Jan Wit", "Jan Vit"),
    ],
)
def test_names_that_may_be_two_names_are_left(name, theirs):
    people = pl.DataFrame({"last_name": [theirs]})
    assert respell_as(pl.DataFrame({"full_name": [name, None]}), people).is_empty()
