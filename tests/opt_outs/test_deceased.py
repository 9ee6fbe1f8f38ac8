"""Names that say that the person has died, in several languages, and names like these."""

import pandas as pd

from pb2b_notebook.opt_outs import names_deceased
from pb2b_notebook.upserts.planning.opt_out_kinds import opt_out_kind
from pb2b_notebook.upserts.planning.opted_out import find_opted_out_rows

DECEASED = """
Estate of Harold Finch|Nachlass von Karl Meier|Succession de Paul Martin|The late John Smith|† Hans Meier|Hans Gruber †
Karl Wolf (decd)|Mary Jones (deceased)|Late Shri Ram Kumar|Peter Braun (verst.)|Erbengemeinschaft Hofer|Eredi Rossi
Herederos de Juan Pérez|Karl Wolf (verst. 2019)|Dödsboet efter Nils Berg|Alm. Budi Santoso|故 山田太郎|Erven Jansen
Finch, Harold (dec'd)|Harold Finch - deceased|Juan Pérez Q.E.P.D.|Wijlen Piet Smit|śp. Jan Nowak|John Smith R.I.P.
"""
LIVING = """
John Late|Josef Nachlass|Karl Erben|Death Valley|Declan (Dec)|Amy Estate Berg|D. Tot|Karl Tod|Rip Torn|Jean Feu
Late Tuivasa|Peter Dead|Fall, Maria|Gest, David|고은아|고 은아|Dec, Marek|Erben, Karel|Late, John|Alm, Karin|Alm Nils
"""


def names(table):
    return [name for line in table.strip().splitlines() for name in line.split("|")]


def test_a_name_says_that_the_person_has_died():
    assert [name for name in names(DECEASED) if not names_deceased(name)] == []
    assert [name for name in names(LIVING) if names_deceased(name)] == []
    assert {opt_out_kind("Name", name) for name in names(DECEASED)} == {"is deceased"}


def test_a_title_in_a_column_of_titles_says_that_the_person_has_died():
    people = pd.DataFrame(
        {"Civ.": ["Feu M.", "M.", "Mme"], "Nom": ["ROY", "FEU", "LATE"], "Projet": ["Succession"] * 3}
    )
    found = find_opted_out_rows(people, {"Nom": "last_name"})
    assert found == {0: "the column 'Civ.' says that the person is deceased"}
