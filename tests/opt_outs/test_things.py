"""What died or was cancelled and is a thing says nothing about the person."""

from pb2b_notebook.opt_outs import is_opted_out, may_refuse

DEATHS_OF_THINGS = """
their oven died, needs a quote|the old deal died, new budget in Q1|Akku ist tot|Staplerbatterie tot, will Angebot
le projet est mort|son ordinateur est mort|se le murió el servidor|el proyecto murió|è morto il progetto
o projeto morreu|project is dood, nieuw in jan|projektet är dött|prosjektet er dødt|projekti kuollut
la machine est morte
serwer umarł, chce ofertę|umřel server|проект умер, новый в январе|умер сервер, нужно КП|a projekt meghalt
"""
CANCELLED_THINGS = """
pide la baja del pedido 45|chiede la cancellazione della consegna 12|chiede la cancellazione dell'ordine
wants to cancel his last order|solicita la cancelación de la factura|pede o cancelamento da reunião
"""
OF_PEOPLE = """
died in his car|im Auto gestorben|customer died at the machine|project leader died|Projektleiter gestorben|è morto
умер|Sybil has died|Frau Kessel ist verstorben|Beethoven ist gestorben
pide la baja de la lista de pedidos|wants no more calls, cancel the order
chiede la cancellazione dei dati e dell'ordine|pide la baja
"""


def cases(text):
    return [case for line in text.strip().splitlines() for case in line.split("|")]


def test_a_machine_or_a_project_that_died_is_not_the_person():
    assert [text for text in cases(DEATHS_OF_THINGS) if is_opted_out(text) or may_refuse(text)] == []


def test_an_order_that_is_cancelled_is_not_the_consent_of_the_person():
    assert [text for text in cases(CANCELLED_THINGS) if is_opted_out(text) or may_refuse(text)] == []


def test_who_died_beside_a_thing_or_also_wants_no_contact_is_held():
    assert [text for text in cases(OF_PEOPLE) if not (is_opted_out(text) or may_refuse(text))] == []
