"""Verbs of leaving and dying in any form, with dates, adverbs and the employer around them."""

from __future__ import annotations

import pytest

from pb2b_notebook.opt_outs import may_refuse


@pytest.mark.parametrize(
    "text",
    [
        "finished up with Tarmac in October",
        "hört Ende Juni bei Siemens auf",
        "hat im März aufgehört bei Otto",
        "Fr. Huber seit April weg von Bosch",
        "Mme Blin partie en juillet",
        "a quitté Renault en mai 2025",
        "dejó Repsol en mayo",
        "Sra. Ruiz salió de la compañía en 2024",
        "termina en Telefónica el 30/6",
        "saiu da Petrobras em março",
        "Mevr. Bakker is weg sinds maart",
        "har forladt Grundfos pr. 1/5",
        "odszedł z Orlenu w marcu",
        "ушел из Сбербанка в марте",
        "Tom's no longer there",
        "Hr. Vogt ging im Mai von Bosch weg",
        "покинул Роснефть в мае",
    ],
)
def test_a_verb_of_leaving_with_a_date_and_the_employer_between_holds_the_person(text: str) -> None:
    assert may_refuse(text)


@pytest.mark.parametrize(
    "text",
    ["gick hastigt bort i juli", "zm. w styczniu na zawał", "ist im Juli überraschend verschieden", "dep en marzo"],
)
def test_a_verb_of_dying_with_a_date_and_a_cause_around_it_holds_the_person(text: str) -> None:
    assert may_refuse(text)


@pytest.mark.parametrize(
    "text",
    [
        "contract with Tarmac finished in October",
        "two years left on the warranty",
        "Vertrag mit Otto hört im März auf",
        "colis parti en septembre, bien reçu",
        "dejó la tarjeta en mayo en la feria",
        "har forladt Excel, vil have os",
        "quitte SAP fin mars pour nous",
        "umowa skończyła się w czerwcu",
        "партия ушла в мае, получил",
        "skrivaren dog i juli",
        "a mãe faleceu, ligar em maio",
        "sale de vacaciones el 3/8",
        "hat das Gebäude im Mai verlassen",
    ],
)
def test_a_thing_that_ended_or_a_program_that_was_left_is_ordinary(text: str) -> None:
    assert not may_refuse(text)
