"""Names that end in a request, as people save contacts in a phone, and names like these."""

import pandas as pd

from pb2b_notebook.opt_outs import asks_in_name
from pb2b_notebook.upserts.planning.opted_out import find_opted_out_rows

ASKING = """
Kleber Dutra NÃO LIGAR|NÃO LIGAR Kleber|Ann Lee DO NOT CALL|Karl Wolf nicht mehr anrufen|Ana Ruiz no llamar
Müller, Karl bitte nicht anrufen|Paul Petit ne plus appeler|Jan Kowalski NIE DZWONIĆ|Ali Kaya ARAMAYIN|Ann Lee DNC
Иван Петров не звонить|Lisa Berg ring ej|Marco Rossi non chiamare più|Jan de Vries niet bellen|Nagy László ne hívjuk
"""
OTHERS = """
Ne Win|Nie Haisheng|Peter No|No Young-soo|Inga Ring|Ann Call|Jean Pas|Nada Kontakt|Mai Koniec|Marie Plus|Ali Sin
Non Stop|Stopp Karl|Ein Kein|Rui Não|मोती भुजू|Niet Jan|Ei Ito
"""


def names(table):
    return [name for line in table.strip().splitlines() for name in line.split("|")]


def test_a_name_asks_for_no_contact():
    assert [name for name in names(ASKING) if not asks_in_name(name)] == []
    assert [name for name in names(OTHERS) if asks_in_name(name)] == []


def test_a_row_is_of_a_person_who_opted_out_or_died_by_its_name():
    people = pd.DataFrame({"Nome": ["Kleber Dutra NÃO LIGAR", "Joana Siqueira (falecida)", "Kleber Dutra"]})
    assert find_opted_out_rows(people, {"Nome": "full_name"}) == {
        0: "the column 'Nome' says that the person opted out",
        1: "the column 'Nome' says that the person is deceased",
    }
