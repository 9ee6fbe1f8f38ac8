"""Columns of CRMs and mailing services of who left or refuses all mailings, as they translate them."""

import pytest

from pb2b_notebook.opt_outs import is_flag, says_opted_out
from pb2b_notebook.opt_outs.mailing_opt_outs import names_mailing_opt_out

OPT_OUTS = {
    "es": "Cancelación de la suscripción a todos los correos electrónicos|Dada de baja de las comunicaciones"
    "|Ha cancelado la suscripción a todos los correos|Excluido de las campañas|Bajas de e-mail marketing",
    "pt": "Inscrição cancelada em todos os e-mails|Anulou a subscrição de todos os e-mails|Excluído das campanhas"
    "|Recusou e-mails|Removido da lista de e-mails",
    "it": "Iscrizione annullata a tutte le e-mail|Escluso dalle campagne|Cancellato da tutte le comunicazioni"
    "|Ha rifiutato le comunicazioni commerciali",
    "fr": "S'est désabonné de tous les e-mails|Exclu des campagnes|Refus des courriels|Opposition aux e-mailings",
    "de": "Von Kampagnen ausgeschlossen|Mailings abgelehnt|Newsletter-Abbestellung|Lehnt E-Mails ab"
    "|Abgemeldet von allen E-Mails",
    "nl": "Afmelden voor e-mail|Uitgesloten van campagnes|Abonnement op alle e-mails opgezegd|E-mail geweigerd",
    "pl": "Wypisany ze wszystkich wiadomości e-mail|Anulowano subskrypcję wszystkich e-maili|Wykluczony z kampanii"
    "|Nie zezwalaj na masowe wiadomości e-mail",
    "sv": "Har avböjt e-postutskick|Utesluten från kampanjer|Avregistrerad från nyhetsbrev",
    "da": "Fravalgt e-mail|Udelukket fra kampagner|Tillad ikke massemails|Frameldt nyhedsbrev|Avmelding fra nyhetsbrev",
    "fi": "Peruuttanut kaikki sähköpostit|Suljettu pois kampanjoista|Sähköpostikielto",
    "cs": "Odhlášen ze všech e-mailů|Zrušil odběr všech e-mailů|Vyloučen z kampaní|Nepovolit hromadné e-maily",
    "hu": "Leiratkozott minden e-mailről|Kizárva a kampányokból|Tömeges e-mail nem engedélyezett",
    "ro": "Dezabonat de la toate e-mailurile|Exclus din campanii|Renunțare la e-mail|Nu se permit e-mailuri în masă",
    "tr": "Tüm e-postalardan aboneliği iptal edildi|E-posta Almayı Reddetti|Kampanyalardan hariç tutuldu",
    "ru": "Отписался от рассылок|Исключен из рассылок|Отказ от писем",
    "en": "Cancelled all emails|Declined marketing emails|Unsubscribed from campaigns|Removed from all mailings",
}
OTHERS = """
Recibe campañas|Riceve campagne|Reçoit les e-mails|Ontvangt e-mails|Enlace de baja|Link di cancellazione email|Email
Abmeldelink Newsletter|Motivo de cancelación del correo|No cancelado de campañas|Nicht abgemeldet von E-Mails
Campaña cancelada|Campagne annulée|Kampagne abgebrochen|Cancelled campaigns|Campañas rechazadas|Prioridad de correo baja
Mail refusé par le serveur|Email cancelado|Correo eliminado|Excluded from invoice mail|Cancelled orders by email
Angebot abgelehnt (Mail)|Letzte Kampagne|Non désinscrit des e-mails|Removed email|Email unsubscribe rate
"""


@pytest.mark.parametrize("language", OPT_OUTS)
def test_a_translated_flag_of_a_mailing_service_opts_out_where_it_is_set_and_not_else(language):
    names = OPT_OUTS[language].split("|")
    assert [name for name in names if not is_flag(name)] == []
    assert all(says_opted_out(name, value) for name in names for value in ("Sí", "true", "1", "2026-03-10"))
    assert not any(says_opted_out(name, value) for name in names for value in ("No", "false", "0", "", None))


def test_a_name_of_anything_else_or_of_the_opposite_is_not_such_a_flag():
    assert [name for name in OTHERS.replace("\n", "|").split("|") if names_mailing_opt_out(name)] == []
    assert not any(says_opted_out(name, "no") for name in ("Recibe campañas", "Reçoit les e-mails"))
