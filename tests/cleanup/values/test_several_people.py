"""Cells with several people: what parts two of them, and what only stands beside one."""

import re

from each_case import each_case
from pb2b_notebook.cleanup.values.names import rewrite_name
from pb2b_notebook.cleanup.values.several_people import is_of_several, pattern_of_several


@each_case(
    "text",
    [
        "Anna Schmidt, Peter Meier", "Lena Vogt\nTim Aster", "Lena Vogt\r\nHugo Garnier",
        "Dr. Anna Schmidt\nPeter Meier",
        "Oluwaseun Adeyemi\nAnna Schmidt", "Schmidt Anna, Meier Peter", "Schmidt, Anna, Meier, Peter",
        "Anna von der Leyen, Peter Meier", "ANNA SCHMIDT, PETER MEIER", "Anna Schmidt | Peter Meier",
        "Anna Schmidt - Peter Meier", "Anna Schmidt<br>Peter Meier", "Anna K. Schmidt, Dr. Peter Meier, Eva Kern",
        "Matti ja Liisa Virtanen", "Matti Virtanen ja Liisa Korhonen", "M. ja L. Virtanen", "Jaan ja Mari Tamm",
        "Олег та Ірина Бондар", "Иван и Мария Петровы", "Γιώργος και Μαρία Παπαδοπούλου", "Jānis un Anna Bērziņi",
        "محمد و فاطمة حداد",
        "Karl u. Anna Schmidt", "Petr a Jana Dvořákovi",
        "김민지, 이수진", "山田太郎、佐藤花子", "Hr. Weber, Fr. Meier", "Mr. Smith, Dr. Jones",
    ],
)  # fmt: skip
def test_a_comma_or_a_line_break_between_whole_names_parts_two_people(text):
    assert is_of_several(text)
    assert re.search(pattern_of_several(), text.lower())


@each_case(
    "text",
    [
        "Smith, John", "Smith, PhD", "Garcia, Maria José", "Kim, Min Ji", "García Martín, José Luis", "Lena\nVogt",
        "Martin Garcia, Maria José", "Anna Schmidt, Siemens AG", "Anna Schmidt\nHead of Sales", "Anna Schmidt\nSiemens",
        "Anna Schmidt, Charlotte NC", "Anna Schmidt, Grant Manager", "Weber, Max, Jr.", "Smith, John, PhD, MBA",
        "Anna Schmidt, geb. Meier", "van der Berg, Jan", "Berg, Jan van den", "Thomas, Maria Garcia",
        "Martin, Paul Smith", "Lopez Martin, Hans Peter", "Anna Schmidt\nPaul Hartmann AG", "山田太郎, 営業部長",
        "Anna Schmidt, Austria", "Dr. Weber, MBA", "Prof. Weber, Dr. h.c.", "Ana a Silva", "Dr. Anna Berg, Prof.",
        "Prof ir Jan Berg", "Kim Un Ja", "Noor un Nisa", "kim ja young", "Ta Minh Anh", "Ole Jan Virtanen",
        "Santiago Ramón y Cajal", "Тимощук Й. Петрович",
    ],
)  # fmt: skip
def test_one_person_with_what_stands_behind_a_name_is_one(text):
    assert not is_of_several(text)


@each_case(
    ("text", "several"),
    [
        ("Julie\nMarc", True), ("Hélène, Hugo", True), ("Julie, PhD", False), ("Anna, B.", False),
        ("Luis y Marta", True), ("LUIS Y MARTA", True), ("ROBERT E LEE", False), ("JOHN A THOMAS", False),
        ("MOHAMED SI ALI", False),
        ("Sanjay/Meena", True), ("Matti ja Liisa", True), ("Олег та Ірина", True), ("Γιώργος και Μαρία", True),
        ("Jan Ole", False), ("K/Anand", False), ("S/O Ravi", False), ("Олег Та", False),
        ("Paolo e Francesca", True), ("João/Maria", True),
        ("Karl u. Anna", True), ("Luis Y. Marta", False), ("Anna E Maria", False), ("Maria do Carmo", False),
    ],
)  # fmt: skip
def test_two_given_names_in_their_column_are_two_people(text, several):
    assert is_of_several(text, given=True) is several
    assert not several or re.search(pattern_of_several(given=True), text.lower())


def test_lines_of_several_people_do_not_become_one_name():
    assert rewrite_name("Lena Vogt\nTim Aster").value == "Lena Vogt / Tim Aster"
    assert rewrite_name("Lena\nVogt").value == "Lena Vogt"
