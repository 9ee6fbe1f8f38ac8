"""Read the names of rows as those that some people have for the same name in other words."""

import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook.cleanup.linkage.names.other_names import read_as, read_by_phone, words_of

WHOLE = "Inmaculada Bermúdez de Castro Ruiz"
NOTE = "Inmaculada Bermúdez " + " ".join(f"wort{chr(97 + number)}" for number in range(20))


def read(name, theirs):
    rows = pl.DataFrame({"full_name": [name], "id": "a"}, schema={"full_name": pl.String, "id": pl.String})
    return read_with(rows, pl.DataFrame({"full_name": [theirs]})).rows()


def read_with(rows, people):
    return read_as(rows, words_of(rows), words_of(people))


@each_case(
    ("name", "theirs"),
    [
        ("Dmitri Lawrentjew", "Дмитрий Лаврентьев"), ("Anton Tschechow", "A. Chekhov"),
        ("Anton Tchekhov", "A. Czechow"), ("Sergej Gorbatschow", "S. Gorbachev"),
        ("Nikita Chruschtschow", "N. Khrushchev"), ("Andrey Shcherbakov", "A. Scherbakow"),
        ("Igor Smirnow", "I. Smirnoff"), ("Julia Schukowa", "Ю. Жукова"), ("Igor Czajkowski", "I. Tschaikowsky"),
        ("Katerina Economou", "Αικατερίνη Οικονόμου"), ("Mirko Čapek", "Mirko Tschapek"),
        ("Iwan Lawrentjew", "Иван Лаврентьев"), ("Dm. Lawrentjew", "Дмитрий Лаврентьев"),
        ("Olja Schewtschenko", "Ольга Шевченко"), ("Ludmilla Wischnewski", "Людмила Вишневский"),
        ("Wera Schukowa", "Vera Zhukova"), ("Sofja Smirnow", "Sofia Smirnoff"),
    ],
)  # fmt: skip
def test_a_family_name_may_be_spelled_as_in_another_language(name, theirs):
    assert read(name, theirs) == [(theirs, "a")]


@each_case(
    ("name", "theirs", "may_be"),
    [
        ("Guðrún Guðmunds", "Guðrún Guðmundsdóttir", True), ("Gudrun Gudmundsd.", "Guðrún Guðmundsdóttir", True),
        ("Jón Guðmundss.", "Jón Guðmundsson", True), ("Anna Sigurðar", "Anna Sigurðardóttir", True),
        ("Sara Helgu", "Sara Helgudóttir", True), ("Guðrún Guðmundsdóttir", "Guðrún Guðmunds", True),
        ("Jón Guðmundsson", "Jón Guðmundsdóttir", False), ("Anna Guðmunds", "Guðrún Guðmundsdóttir", False),
        ("Ada John", "Ada Johnson", False), ("Ada Lar", "Ada Larson", False),
    ],
)  # fmt: skip
def test_a_name_of_a_father_may_stand_without_the_word_for_daughter_or_son(name, theirs, may_be):
    assert read(name, theirs) == ([(theirs, "a")] if may_be else [])


@each_case(
    ("name", "theirs"),
    [
        ("Inmaculada Bermúdez", WHOLE), (WHOLE, "Inmaculada Bermúdez"), ("BERMUDEZ, INMACULADA", WHOLE),
        ("Margarethe Oberhuber", "Margarethe Oberhuber-Stangl"), ("Willy de Graaf", "Wilhelmina Oosterhuis-de Graaf"),
        ("Max Ratzersdorf", "Maximilian Edler von Ratzersdorf"), ("Bengt Söderkvist", "Bengt-Åke Söderqvist"),
        ("Тимощук Євген Петрович", "Yevhen Tymoshchuk"), ("Desmond Okonkwo Hale", "D. Okonkwo-Hale"),
        ("Desmond Okonkwo-Hale", "D. Van Okonkwo Hale"),
    ],
)  # fmt: skip
def test_a_list_may_have_a_part_of_a_name_also_in_other_forms(name, theirs):
    assert read(name, theirs) == [(theirs, "a")]


@each_case(
    ("name", "theirs"),
    [
        ("Ada Müller", "Ada Miller"), ("Anton Weber", "Anton Vybor"), ("Igor Smirnow", "Olga Smirnova"),
        ("Daniel Berg", "Daniela Berg"), ("Sergej Popow", "Sergey Popow"), ("Jan Wit", "Jan Vit"), (WHOLE, WHOLE),
        ("Ada Lawrentjew", "Дмитрий Лаврентьев"), ("Inmaculada", WHOLE), ("I. Bermúdez", WHOLE), ("", WHOLE),
        ("Ana Bermúdez", WHOLE), ("de Castro", WHOLE), (NOTE, WHOLE), (None, WHOLE), ("Claire Martin", "Martin Kurz"),
        ("Lea Fontaine", "Léa de La Fontanelle"), ("James Smith", "R. Robert Smith"),
        ("J. Smith", "J. Berg Smith"), ("Karim El Amrani", "Youssef Amrani"),
    ],
)  # fmt: skip
def test_names_that_may_be_two_names_or_need_no_other_reading_are_left(name, theirs):
    assert read(name, theirs) == []


@each_case(
    ("name", "theirs"),
    [
        ("Claire Durand née Martin", "Claire Martin"), ("Claire Martin", "Claire Martin-Durand"),
        ("Fatima Yousef", "Fatma Youssef"), ("Jan Philipp", "Jan Filip"), ("Ana Maria", "Ana Maria Kurz"),
        ("Cadu Simon", "Cadu Simon Lopes"), ("James Smith", "J. Robert Smith"),
    ],
)  # fmt: skip
def test_a_family_name_may_be_a_given_name_of_others(name, theirs):
    assert read(name, theirs) == [(theirs, "a")]


@each_case(
    ("name", "theirs"),
    [
        ("Youcef Elamrani", "Youssef El Amrani"), ("Marie-Christine Lafontaine", "Marie-Christine de La Fontaine"),
        ("M.-Christine de La Fontaine", "Marie-Christine de La Fontaine"), ("Piet Vandenberg", "Piet van den Berg"),
        ("Ana Delacruz", "Ana de la Cruz"), ("Rosa Di Maio", "Rosa Dimaio"),
    ],
)  # fmt: skip
def test_a_family_name_may_be_written_in_one_word_with_its_particle(name, theirs):
    assert read(name, theirs) == [(theirs, "a")]


def test_columns_of_given_and_family_names_are_read_too():
    rows = pl.DataFrame({"first_name": ["Inmaculada"], "last_name": ["Bermúdez"], "id": ["a"]})
    found = read_with(rows, pl.DataFrame({"first_name": ["Inmaculada"], "last_name": ["Bermúdez Ruiz"]}))
    assert found.rows() == [("Inmaculada", "Bermúdez Ruiz", "a")]
    whole = read_with(rows.with_columns(full_name=pl.lit(None, pl.String)), pl.DataFrame({"full_name": [WHOLE]}))
    assert whole.rows() == [(None, None, "a", WHOLE)]


@pytest.mark.parametrize("columns", [{"email": ["a@x.example"]}, {"first_name": ["Ana"]}])
def test_rows_and_people_without_a_whole_name_are_left(columns):
    people = pl.DataFrame({"full_name": [WHOLE]})
    assert read_with(pl.DataFrame(columns), people).is_empty()
    assert read_with(people, pl.DataFrame(columns)).is_empty()


def test_only_names_with_one_family_name_are_compared_behind_a_phone_of_thousands():
    rows = pl.DataFrame({"full_name": [f"Xq{n} Berg{n}" for n in range(20_000)], "phone": "+49 30 901820"})
    gone = pl.DataFrame({"full_name": [f"Ada Lund{n}" for n in range(2_000)] + ["Eva Berg7"], "phone": "030 901820"})
    assert read_by_phone(rows, gone.with_columns(phone=pl.lit("+4930901820")))["full_name"].to_list() == ["Eva Berg7"]
