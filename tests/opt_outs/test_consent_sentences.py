"""Questions of forms about contact by others, such as sponsors."""

from each_case import each_case
from pb2b_notebook.opt_outs import asks_for_third_parties, is_consent

QUESTIONS = """
Do you agree that sponsors contact you?|May our partners contact you by e-mail?|Third-party marketing consent
I agree that my contact details are shared with sponsors|Can we share your email with our partners?
Would you like to hear from our sponsors?|Dürfen Partner der Messe Sie kontaktieren?
Ich stimme der Weitergabe meiner Daten an Sponsoren zu|J'accepte de recevoir des offres des partenaires
Acepto la cesión de mis datos a terceros|Acepto recibir información de los patrocinadores
Acconsento alla comunicazione dei dati a terzi|Ik ga akkoord dat sponsors mij mailen
Wyrażam zgodę na przekazanie danych partnerom|Согласен на передачу данных третьим лицам
我同意第三方联系我|第三者提供に同意しますか
"""
OTHERS = """
Partner|Partner contact|Sponsor email|Third party|Partner contacted|Partner type|Channel partner (can sell)
I agree that photos are shared with partners|Do you agree that we contact you?|Company partner since
Business partner phone
"""


def names_in(text):
    return [name for line in text.strip().splitlines() for name in line.split("|")]


@each_case("name", names_in(QUESTIONS))
def test_a_question_about_contact_by_others_is_no_consent_to_us(name):
    assert (asks_for_third_parties(name), is_consent(name)) == (True, False)


@each_case("name", names_in(OTHERS))
def test_a_column_about_partners_asks_for_nothing(name):
    assert not asks_for_third_parties(name)
