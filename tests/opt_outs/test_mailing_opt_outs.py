"""Columns of CRMs and mailing services of who left or refuses all mailings, as they translate them."""

import pytest

from pb2b_notebook.opt_outs import is_flag, says_opted_out
from pb2b_notebook.opt_outs.mailing_opt_outs import names_mailing_opt_out, names_mailing_permission

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


TAKEN_BACK = """
Widerruf am|Widerrufsdatum|Datum des Widerrufs|Einwilligung zurückgezogen am|Sperrdatum|Werbesperre ab
Widersprochen am|Zustimmung entzogen am|Sterbedatum|Todestag|Withdrawal date|Consent withdrawn at|Revocation date
Objected on|Date blocked|Do not contact since|Deceased on|Suppression date|Erasure request date
Date de retrait du consentement|Révoqué le|Date de blocage|Ne plus contacter depuis|Décédé le|Fecha de revocación
Bloqueado el|No contactar desde|Data revoca|Revoca consenso il|Uitschrijfdatum|Afmelddatum|Afmeldingsdato
Avregistreringsdatum|Datum odvolání souhlasu|Úmrtí dne|Data wycofania zgody|Data sprzeciwu|Samtycke återkallat den
Visszavonás dátuma|Hozzájárulás visszavonva|Data revocării|Дата отзыва согласия|Заблокирован с|Onay geri alma tarihi
Engellenme tarihi|同意撤回日|取消订阅时间|수신거부일
同意の撤回日|退会日時|配信停止希望日|メルマガ解除日|加入黑名单日期|用户退订日期|수신거부 등록일|구독 해지일
Ngày rút lại sự đồng ý
วันที่ยกเลิกรับข่าวสาร|תאריך הסרה מרשימת תפוצה|Tanggal penarikan persetujuan|Anrufsperre seit|Dödsdatum
Data di revoca del consenso|Droit d'opposition exercé le|Samtykke trukket tilbake dato|Data złożenia sprzeciwu
Suostumuksen perumispäivä|Üyelikten çıkış tarihi|Nõusoleku tagasivõtmise kuupäev|Fecha y hora de baja
"""
OTHER_DATES = """
Contract end|Closed on|Order blocked|Credit blocked since|Last contact|No contact since|Withdrawal amount
Main objection|Offer withdrawn on|Offer rejected on|Date of birth|Kündigungsdatum|Vertrag gekündigt am
Sperrung Konto am|Liefersperre seit|Widerruf Bestellung am|Termin abgesagt am|Date de retrait|Date de fin
Fecha de entrega|Fecha de alta|Data ritiro|Opzegdatum|Datum zrušení objednávky|Data odbioru|Opt-in date
Subscribed on|Newsletter since|Consent date|Einwilligung vom|Onay tarihi|Date de consentement|Toestemming op
Souhlas dne|Zgoda z dnia|Дата согласия|DNC check date|Unsubscribe link|Tod|Opus|Tilt|Red
納品日|注文取消日|契約解約日|登録日|同意取得日|利用停止日|订单取消日期|订阅日期|주문취소일|계약해지일
구독 시작일|Ngày hủy đơn|Tühistamise kuupäev
תאריך ביטול הזמנה|تاريخ إلغاء الطلب|Data revoca ordine|Date de retrait commande|Fecha y hora de alta
"""


def test_a_column_with_the_date_of_a_withdrawal_a_block_or_a_death_has_who_refuses():
    assert [
        name for name in TAKEN_BACK.strip().replace("\n", "|").split("|") if not says_opted_out(name, "12.03.2025")
    ] == []
    assert [name for name in TAKEN_BACK.strip().replace("\n", "|").split("|") if says_opted_out(name, "")] == []


def test_a_column_with_another_date_or_that_of_a_consent_has_no_refusals():
    assert [
        name for name in OTHER_DATES.strip().replace("\n", "|").split("|") if says_opted_out(name, "12.03.2025")
    ] == []


ALLOWED = """
Autoriser les courriers électroniques|Ne pas autoriser|Autoriser
Autoriser les appels téléphoniques et les e-mails|Ne pas autoriser|Autoriser
E-Mails zulassen|Nicht zulassen|Zulassen
Permitir correos electrónicos|No permitir|Permitir
Permitir e-mails|Não permitir|Permitir
Consenti e-mail|Non consentire|Consenti
E-mail toestaan|Niet toestaan|Toestaan
Zezwalaj na wiadomości e-mail|Nie zezwalaj|Zezwalaj
Tillåt e-post|Tillåt inte|Tillåt
Tillad e-mails|Tillad ikke|Tillad
Tillat e-post|Ikke tillat|Tillat
Salli sähköpostiviestit|Älä salli|Salli
Povolit e-maily|Nepovolit|Povolit
E-mailek engedélyezése|Nem engedélyezett|Engedélyezett
Permite e-mailuri|Nu se permite|Se permite
Разрешить электронную почту|Не разрешать|Разрешить
Allow Emails|Do Not Allow|Allow
Marketingmaterial senden|Nicht senden|Senden
Rinuncia alle e-mail|true|false
Não participação por e-mail|true|false
Rezygnacja z otrzymywania e-maili|true|false
E-Mail blockiert|ja|nein
"""


@pytest.mark.parametrize("line", ALLOWED.strip().splitlines())
def test_a_crm_that_writes_whether_messages_are_allowed_is_read(line: str) -> None:
    name, refusal, other = line.split("|")
    assert says_opted_out(name, refusal)
    assert not says_opted_out(name, other)


OTHER_PERMISSIONS = ["Autoriser l'accès au portail", "Povolit splátky", "Permitir acceso", "Last call", "E-Mail"]


@pytest.mark.parametrize("name", OTHER_PERMISSIONS)
def test_what_else_is_allowed_is_not_a_permission_to_write(name: str) -> None:
    assert not names_mailing_permission(name)
