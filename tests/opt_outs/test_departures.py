"""Notes that say who left a list, or died, in several languages, and notes like these."""

from pb2b_notebook.opt_outs import is_opted_out, may_be_note

DEPARTURES = """
unsubscribed from mailer on 3/4/25|unsubscribed via Mailchimp|unsub'd|opted-out of appeals 2023|opt-out rec'd
RIP|RIP 4/11/24|R.I.P.|died in March|sadly no longer with us (died 2023)|spam complaint via Mailchimp|abuse complaint
Suppressed via Fundraising Preference Service|cease & desist rec'd 2/1|expired in Covid|he is no more
heeft zich afgemeld (3-2)|avregistrerad från utskick 3/2|har avregistrerat sig|avliden mars 2025|skal slettes jf. GDPR
hat Newsletter gekündigt|baja solicitada|wypisany z newslettera|помер|逝去|사망|已故|désinscrit de la liste
overleden vorig jaar|deceduto nel 2022|død i 2022|är död|meghalt|zmarł w 2023|умер в марте|помер у 2022|vefat etti 2021
ご逝去(2024年12月)|2024年12月逝去|已去世|απεβίωσε το 2022|נפטר|توفي|letztes Jahr gestorben|fallecido hace un año
died suddenly|öldü|décédé l'an dernier|zemřel minulý rok|har meldt seg av|отписан по ссылке
removed herself from mailing list|配信停止済み
Todesfall|gest. 2024|DCD|nous a quittés cet été|finado|que en paz descanse|Q.E.P.D.|óbito
è venuta a mancare nel 2024|gick bort i maj|afgået ved døden
úmrtí|rahmetli|مرحوم|رحمه الله|μακαρίτης|покойный|故人|고인
oorlede Julie 2024|almarhum|died over Easter|lost her battle with cancer
consent withdrawn Jan 14|Einwilligung zurückgezogen am 3.2.|consentement retiré
trukket samtykke|izin geri alındı|수신 동의 철회|拒收邮件|Kontaktverbot
plus aucun envoi|unsubscribed himself|flagged us as junk
"""
OTHERS = """
opted out of dinner|opted out of pension scheme|unsubscribed from Netflix|unsubscribed by mistake|his wife died in March
unsubscribed via web then resubscribed|deceased by error - alive|project died in March|company died last year|dog died
works for RIP Curl|RIP software vendor|abgemeldet zum Essen|hat sich vom Kurs abgemeldet|uitgeschreven voor lunch
désinscrit du séminaire|dado de baja médica|wypisany ze szpitala|skal ikke slettes|erasure coding expert
specialises in deceased estates|she is no more at Acme|suppressed emissions expert|R.O.I. unknown|D.C. area
Died GmbH|late fee|widow of the founder, her husband died|husband died 2021|DOD|Dott|отписан по ошибке|dog|no deceased
verschieden|consent form received|gestern|new consent given
the project consent withdrawn
removed himself from the project|vom Kurs ausgetragen|nicht verstorben|laptop died in May|in May
"""


def test_who_left_a_list_or_died_is_read_with_when_how_and_which_and_with_no_other_word():
    notes, others = (table.replace("\n", "|").strip("|").split("|") for table in (DEPARTURES, OTHERS))
    assert [note for note in notes if not is_opted_out(note)] == []
    assert all(may_be_note(notes))
    assert [note for note in others if is_opted_out(note)] == []
