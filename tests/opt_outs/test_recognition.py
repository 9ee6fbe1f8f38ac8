"""Opt-outs in other words: a flag or a status word of a service counts wherever leads are screened or merged."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import polars as pl
import pytest

from each_case import each_case
from pb2b_notebook import cleanup
from pb2b_notebook.opt_outs import (
    can_say,
    is_consent,
    is_flag,
    is_opted_out,
    is_remark,
    may_be_note,
    read_consent,
    recognition,
    says_opted_out,
)
from pb2b_notebook.upserts.planning.opted_out import find_opted_out_rows

FLAGS = {
    "opted_out": (False, True),
    "doNotContact": ("no", "yes"),
    "unsubscribed_at": (None, dt.datetime(2026, 3, 10)),  # noqa: DTZ001 - as pandas reads it from a file
}


def two_rows(**columns):
    same = {"full_name": ["Ada Lovelace"] * 2, "email": ["ada@engines.example"] * 2}
    return {"id": ["lead_1", "lead_2"], **same, **columns}


@each_case("frame", [pd.DataFrame, pl.DataFrame])
@each_case("flag", FLAGS)
def test_a_flag_is_kept_by_merge_and_blocks_a_row_in_screen(frame, flag):
    df = frame(two_rows(status=["new", "new"], **{flag: list(FLAGS[flag])}, score=[9, None]))
    ok, blocked = cleanup.screen(df)
    assert (list(ok["id"]), list(blocked["id"])) == (["lead_1"], ["lead_2"])
    assert f"{flag} is set" in next(iter(blocked["reasons"]))
    merged = cleanup.merge(df, cleanup.duplicates(df)).frame
    assert next(iter(merged["id"])) == "lead_1"
    assert next(iter(merged[flag])) == FLAGS[flag][1]


def test_a_status_word_that_says_so_wins_in_merge_and_blocks_a_row_in_screen():
    df = pd.DataFrame(two_rows(status=["replied", "do_not_contact"], score=[9, None]))
    assert list(cleanup.screen(df).blocked["id"]) == ["lead_2"]
    assert next(iter(cleanup.merge(df, cleanup.duplicates(df)).frame["status"])) == "do_not_contact"


def test_statuses_that_are_left_out_screen_by_no_flag():
    df = pd.DataFrame(two_rows(status=["new", "dnc"], opted_out=[True, False]))
    assert len(cleanup.screen(df, statuses=[]).blocked) == 0


# Columns of exports and forms, and what they say of one person.
OPTED_OUT = """
Inga utskick=Ja|Ingen utsendelser=Ja|Ønsker ikke nyhetsbrev=ja|Ingen mails=ja|Ei suoramarkkinointia=kyllä
Sin boletines=sí|Auf der Blacklist=Wahr|Sur liste noire=Vrai|Op de zwarte lijst=ja|En la lista negra=sí
Nella lista nera=sì|Keine Rundmails=x|Opt-in voor marketingmails=nee|Opt-in pour les e-mails marketing=non
Tar emot utskick=Nej|Samtykke til utsendelser=Nei
Contact by email?=N|Contact via email (Y/N)=N|Kontakt per Mail ok?=n|Contact par e-mail=non|AVG-akkoord=N|Marketing=N
Include in mailings=N|Send me marketing communications=No|Sign me up for news and offers=FALSE|FPS=Y|FPS/TPS/MPS=FPS
Would you like a sales rep to contact you?=No|Desea recibir información=No|Contact by phone?=N|Phone OK?=No
Bemerkung=verstorben laut Kollege|Notes=deceased according to colleague|Remarque=décédé selon collègue
Remarque=STOP - ne plus démarcher|Remarque=s'est désinscrite de nos e-mails|Remarque=Désabonné le 3 mars|Notes=Blacklist
Remarque=Opposition RGPD, supprimer ses données|Remarque=RGPD : effacement demandé le 12/03
Notes=Asked us to unsubscribe him 3/2|Notes=asked to be taken off the list|Notes=He asked that we stop emailing him
Accord e-mailing=Non|Email hard bounce reason=UNKNOWN_USER|Remarque=client furieux: ne plus jamais appeler|Notes=STOP
Remarque=a refusé tout contact
是否退订=是|Atsisakė prenumeratos=taip|הוסר מרשימת תפוצה=כן|Berhenti melanggan=ya|সম্মতি=না|Soglasje=ne|Сагласност=не
receives_marketing=no|canReceiveEmail=false|communications_allowed=0|can_call=no|isSendable=false|suppressions=["email"]|suppression_groups=["global"]|unsubscribedLists=[17]
email_status=NonMarketable|email_status=UnengagedNonMarketable|preferences={"marketing": false}|optOutChannels=["email"]
bouncing=true|Email bouncing=yes|opt_outs=1
HasOptedOutOfEmail=1|Email Opt Out=TRUE|Opted out of email: Sales=true|Unsubscribed from all email=true|Do Not Call=x
Email_Opt_Out__c=1|pi__pardot_hard_bounced__c=true|hs_email_optout_1234=true|UNSUB_TIME=2026-01-02|Hard Bounces=1
EMAIL_STATUS=Opt-Out|Accepts Marketing=no|Buyer Accepts Marketing=no|GDPR consent=false|Marketing Consent=No
Email Permission=denied|Hard bounced=yes|Can Receive Email Marketing=False|DOUBLE_OPT-IN=No|Do not allow Bulk Emails=Yes
Notes=do not call again|Notes=VIP; please remove from list!|Stage=Unqualified - opted out|OptOut Datum=2026-01-02
Notes=[DNC] left|Notes=do not call or email|Notes=Do Not Contact—legal|Notes=Consent: no|Notes=["VIP", "DNC"]
Mail-outs?=N|Spam Act consent=Withdrawn|Infolettre=Désabonné
Werbung erlaubt?=nein|Opt-In=0|Keine Werbung=ja|Sperrvermerk=gesperrt|Newsletter=abgemeldet|DSGVO Einwilligung=nein
Bemerkung=Rückruf Montag, bitte nicht mehr kontaktieren|Einwilligung E-Mail=widerrufen am 3.4.2024
Einwilligung=Nein, danke|Kontakt erwünscht=nein|Einwilligung Werbung (Opt-in)=Nein|Can we contact you?=No
OPT_OUT_IND=Y|DNC_FLG=1|Do Not Mail Indicator=Y|Désabonné(e)=oui|EMAIL_OPT_IN_IND=N|is_blocked=true
Deceased?=Yes|npsp__Deceased__c=true|DECEASED_IND=Y|Verstorben am=2019-05-01|Date de décès=01/05/2019
I agree to receive marketing emails from Contoso Ltd.=No|Consent to be contacted=N|Zustimmung zur Kontaktaufnahme=nein
Bemerkung=hat Werbung widersprochen|Einwilligung=liegt nicht vor|Opt-out=bitte keine Werbung
Ne pas contacter=oui|Désabonné=oui|Consentement RGPD=Non|Statut=désabonné|Remarques=NE PAS APPELER
Accepte la prospection=non|No contactar=sí|Dado de baja=sí|Baja=2026-01-02|Consentimiento=no|Non contattare=sì
Consenso marketing=NO|Niet benaderen=ja|Toestemming=nee|Não contactar=sim|Consentimento=não|Nie kontaktować=tak
Zgoda marketingowa=nie|Ej kontakt=ja|Samtycke=nej|Må ikke kontaktes=ja|Samtykke=nei|Älä ota yhteyttä=kyllä|Nevolat=ano
GDPR=no|DSGVO=nein|DSGVO (J/N)=N|GDPR ok?=No|DSGVO ok=false|Datenschutz=nein|Datenschutz akzeptiert=nein|RGPD=non
Ich bin damit einverstanden, per E-Mail kontaktiert zu werden=Nein|Einverstanden, dass Nord GmbH mich anruft=nein
J'accepte d'être contacté(e) par e-mail=Non|¿Acepta recibir comunicaciones comerciales?=No|I want emails from Nord=No
Ja, ich möchte Werbung der Nord AG und ihrer Töchter=nein|Acconsento all'invio di offerte=no
Ik ga akkoord met contact per telefoon=nee|Wyrażam zgodę na otrzymywanie informacji handlowych od Nord=Nie
Ticari elektronik ileti gönderilmesini onaylıyorum=Hayır|Minulle saa lähettää markkinointiviestejä=Ei
Jeg giver samtykke til at modtage e-mails=Nej|Darf per E-Mail kontaktiert werden=darf nicht|Lawful basis=Objected
我同意接收营销邮件=否|Συμφωνώ να λαμβάνω διαφημιστικά email=Όχι|Tôi đồng ý nhận email quảng cáo=Không
Saya setuju menerima email promosi=tidak|ฉันยินยอมให้ติดต่อทางอีเมล=ไม่|Slažem se da me kontaktirate e-mailom=ne
Съгласен съм да получавам имейли=не|Olen nõus e-kirjade saamisega=ei|Погоджуюсь отримувати рекламу=ні
May we contact you by phone?=No, thanks|Czy możemy się z Panem skontaktować?=nie
Podemos entrar em contato?=não|Acconsenti a ricevere offerte via email?=No
I would like to receive product updates by e-mail=No, thanks
Ik ga akkoord met e-mails=Niet akkoord|أوافق على تلقي رسائل البريد=لا
メールでのご連絡に同意しますか=いいえ|마케팅 정보 수신에 동의합니다=아니오
RODO=nie|Permission=denied|Marketing OK=No|Follow-up ok=n|Einverständniserklärung=nein|Privacy policy accepted=FALSE
Bemerkung=netter Stand, DSGVO: nein|KVKK onayı=hayır|Einverstanden=0
GDPR=deleted|GDPR=erasure requested|GDPR status=blocked|DSGVO=gesperrt|DSGVO=Löschung beantragt|DSGVO=widersprochen
RGPD=supprimé|RODO=sprzeciw|GDPR delete request=yes|GDPR objection=x|DSGVO Sperre=ja|Löschantrag=2026-01-02
GDPR=no consent|PDPA consent=no|個人情報同意=いいえ
Je ne souhaite pas recevoir d'informations commerciales=Oui|Ich möchte keine Werbung per E-Mail erhalten=trifft zu
No deseo recibir publicidad=Sí|No deseo recibir publicidad=no deseo|Nie wyrażam zgody na przesyłanie ofert=Tak
メールマガジンの配信を希望しない=はい|是否接受营销信息=不接受|是否接受营销信息=拒收
ΔΕΝ ΕΠΙΘΥΜΩ ΝΑ ΛΑΜΒΑΝΩ NEWSLETTER=ΝΑΙ
Ne pas autoriser le courrier électronique=Ne pas autoriser|Samtycke till utskick=Vill ej|Mogen we u mailen?=Liever niet
هل توافق على تلقي العروض؟=لا أوافق|מאשר/ת קבלת דיוור=לא
마케팅 활용 동의(선택)=동의하지 않음|KVKK ticari ileti onayı=Onaylamıyorum
Souhlas se zpracováním pro marketing=NESOUHLASÍM|Bersedia menerima email promosi?=Tidak bersedia|deaktiviert=15.02.2026
Marketing preference=I do not wish to be contacted|Ich widerspreche der Nutzung meiner Daten für Werbung=x
Jag vill inte ha e-post från er=Ja|En halua markkinointiviestejä=Kyllä
Non desidero ricevere comunicazioni commerciali=Sì
Ik ontvang graag mailings=nee|Vill du få erbjudanden via e-post?=nej tack|Přejete si dostávat nabídky e-mailem?=ne
Хотите получать рекламные предложения?=нет, спасибо|広告メールを受け取りたくない=はい|אינני מעוניין בקבלת דיוור=כן
Mag ik u bellen?=liever niet|Opt me out of marketing=Yes|Bitte keine Angebote per Mail zusenden=x
Não desejo receber e-mails no meu endereço=Sim|I would like to opt out of marketing emails=Yes
Не хочу получать рекламу=да|Nechci dostávat obchodní sdělení=Ano
Email marketing=Declined|SMS marketing=No|E-Mail-Werbung=Nein|Werbung per Telefon (ja/nein)=nein
Stay in touch by email=No|Publicidad por correo=No|Promotional emails=off|Rester en contact par e-mail=Non
Email marketing status=Declined|Stop mail=oui|Privacy=NO|Trattamento dati=Nego|Kommentar=hat sich abgemeldet
Privacy mktg=NO|GDPR Marketing=No
Kommentar=Will keine Werbung mehr|Bemerkung=bitte löschen|Kommentar=DSGVO-Löschung beantragt|Remarques=à supprimer
Kommentar=möchte keine E-Mails mehr erhalten|Remarques=ne veut plus recevoir de mails|Notes=asked for removal
Notes=does not want any more newsletters|Observaciones=no quiere recibir publicidad
Kundenstatus=gesperrt|Status=Verstorben|Status=GDPR deleted
الموافقة على التواصل=لا|是否愿意接收资料=否|可否联系=不可|営業連絡可否=不可|メール送信許諾=×|ご案内メール=希望しない
情報提供の同意=同意しない|個人情報の取り扱い=同意しない|연락 가능 여부=아니오|Acepta LOPD=N|Permiso comercial=no
Accord pour être recontacté=Non|Souhaite être recontacté=non|Sperrkennzeichen=S|Можно звонить=нет
Markedsføringssamtykke=Nej|Werbeeinwilligung=nein|Markkinointisuostumus=ei|Съгласие=Не
I'd like to hear from you=unchecked
Đồng ý nhận thông tin=Không|הסכמה לדיוור=לא|اجازه تماس=خیر|संपर्क की अनुमति=नहीं|Ticari ileti onayı=Onaysız
Is it ok if we contact you about this?=0|Notas=Por favor, no me llamen más ni me escriban.|Notas=No quiere que le llamen
Notas=Solicita baja|Notas=pidió la baja|Notiz=Kein Kontakt mehr gewünscht|Uwagi=proszę usunąć moje dane
Uwagi=prosi o niekontaktowanie|Notlar=bir daha aramayın|Notlar=aranmak istemiyor
備考=営業電話お断り|備考=営業メール不要|备注=不要再打电话
Notes=لا تتصل بي|Notes=يرجى عدم التواصل|Anteckningar=vill inte bli kontaktad|Huomautus=ei saa soittaa|Notes=STOP pub
Remarques=a demandé à être retiré de la liste|Notes=GDPR erase request|Комментарий=Клиент просил не звонить
Remarques=ne souhaite pas d'appels|Remarques=ne veut pas de pub|Note=non vuole telefonate
Opmerking=wil geen telefoontjes
Opposition prospection=Oui|Kontaktverbot=x|黑名单=是|配信停止フラグ=1|Notiz=lehnt Anrufe ab|备注=别再联系我
備考=もう連絡しないでください
Marked email as spam=true|Liste noire=True|Lista negra=Sí|Black Listed=1|Marketing Suspended=1|Чёрный список=да
Mobile DNC=Yes|Direct Phone DNC=true|Invitee accepted marketing emails=No|Désinscription des e-mails=Oui|KVKK İzni=Hayır
Souhlas se zasíláním=ne|Súhlas so zasielaním ponúk=nie|Löschvormerkung=X|Deletion flag=1|Remarks=DND|DND=Yes
Ghi chú=Không liên hệ|Ghi chú=vui lòng không gọi|Keterangan=jangan dihubungi|หมายเหตุ=ห้ามติดต่อ|टिप्पणी=संपर्क न करें
Σημειώσεις=να μην ενοχληθεί|ملاحظات=لا يرغب في التواصل|הערות=נא לא לפנות|توضیحات=تماس نگیرید|Заметки=удалить из рассылки
Забележка=да не се звъни|Napomena=ne želi kontakt|Notlar=aranmasın|비고=연락하지 말 것|备注=不希望联系
İzin=hayır|IZIN=HAYIR|Не звонить=да|Согласие=нет|連絡不可=○|メール配信=停止|退订=是|수신거부=Y|수신동의=N
Zentrale Sperre=X|Gesperrt=ja|Reservert=Ja|Reservasjonsregisteret=ja|Spärrad=Ja|NIX-registret=ja|Bloqueado=Sí|Bloqué=oui
Versandsperre=1|Marketing gesperrt=true|Exclude from mailings=yes|TPS/CTPS=Y|Запрет на обзвон=да|免打扰=是
Possiamo contattarti?=No|Do we contact?=N|Can we keep in touch?=No|Ok to mail?=No|Mailing erlaubt=nein
Accepte les mails=non|Anonymized=TRUE
Status=Unsubscribed by admin|Status=Un-subscribed|Status=Reported spam|Email status=permanently suppressed
Opt-Out liegt vor=ja|Widerspruch eingegangen=2026-01-02|No consent on file=TRUE|National DNC=Y|Litigator=Yes
Désabonné de tous les e-mails=true|Von allen E-Mails abgemeldet=true|Abmeldung von E-Mails=1|メール送信除外=1
Disiscritto da tutte le email=true|Uitgeschreven voor alle e-mail=true|Afmeldt alle e-mails=true
Odhlášen ze všech e-mailů=1|No participación en correo electrónico=1
Canceló la suscripción a todos los correos electrónicos=true|Statut=Blacklisté
すべてのEメールの配信停止=true|Status=Sem consentimento|Recusou receber email=1|Kein E-Mail-Versand=ja
Would you like to receive updates from us?=No|Souhaitez-vous être contacté ?=Non|Vuoi essere contattato?=no
Desideri ricevere offerte via email?=No
Geen toestemming=ja|Pas de démarchage=oui|Ingen reklame=Ja|Bez souhlasu=ano|To delete=x|Bitte löschen=ja
Do we have consent?=No|Agreed to be called=No|Notes=Wants no further contact|Notes=told us not to call
Notes=hung up, asked not to be called again|Notes=Contact refused|Notes=no contact requested|Notes=Withdrew consent
Notes=refused to be contacted|Notes=not to be contacted|Notes=Plus de mail SVP|Opmerking=uitschrijven
Kommentar=aus Verteiler löschen|Consent obtained=No|Consent on file=N|Einwilligung liegt vor=nein
Opt-In vorhanden=nein|Consentement donné=non|Tiene consentimiento=No|Ha dato il consenso=No|Zgoda udzielona=nie
Har gitt samtykke=Nei|Onay verildi=hayır|Has consented=FALSE|Wants emails=No|Werbung (ja/nein)=nein
Note=rimuovetemi dalla lista|Note=cancellarmi dalla lista grazie|Note=Vuole essere cancellata dalla mailing list
Note=si è disiscritto|Note=chiede di non essere più contattato
Note=basta email|Note=VIP. Quiere darse de baja del boletín
Note=darme de baja por favor|Note=no enviar más correos|Note=proszę usunąć z listy|Note=rezygnuje z mailingu
Note=prosi aby nie dzwonić|Note=désinscrire svp|Note=Retirez-moi de vos listes svp|Note=demande à ne plus être appelé
Note=bitte streichen Sie mich aus Ihrer Liste|Note=haal mij van de lijst|Note=удалите меня из рассылки
Note=odhlaste mě z newsletteru|Note=me tirem da lista por favor|Note=beni listeden çıkarın lütfen
IsExcludedFromCampaigns=True|Globally subscribed=No|TPS registered=Yes|CTPS=Y|Reklamskydd=ja|Reklambeskyttelse=1
İYS=RET|İYS Onay=Ret|Registro pubblico opposizioni=SI
Marketing communications=No|Peut-on vous recontacter ?=Non|DOI bestätigt=nein|Можно связаться=нет|可以联系=否|メール可=×
"""
NOT_OPTED_OUT = """
Inga utskick=Nej|Sur liste noire=Faux|Auf der Blacklist=Falsch|Opt-in voor marketingmails=ja|Utskick=|Ingen=Ja
Contact by email?=Y|Contact email=n.no@nord.example|Marketing budget=no|Email contact=no|Marketing=Y|Contact by=phone
Notes=don't forget to call|Notes=permission to email given|Notes=no more stock|Notes=no letters received
Bemerkung=laut Kollege Urlaub|Notes=according to colleague on leave|Bemerkung=Empfang ruft zurück
Notes=wants to be removed from the meeting invite|Notes=please remove the old logo|Notes=Stop by the booth again
Notes=asked about the GDPR erasure feature|Remarque=désabonnement du concurrent|Remarque=retirer du fichier la ligne 4
receives_marketing=yes|suppressions=[]|suppression_groups=[]|unsubscribedLists=[]
preferences={"marketing": true, "notifications": false}|optOutChannels=[]
Email Opt Out=no|Opt-out=n/a|Keine Werbung=nein|Désabonné=non|Dado de baja=No|Не звонить=нет|連絡不可=いいえ
Opt-out=opted in|Opt-out=FALSCH|Opt-out=No (default)|Opt-out=unknown|Opt-out=☐|Opt-out=[ ]|Opt-out=0000-00-00
Consent=yes|Einwilligung=ja|Consentement=oui|Zgoda=tak|Согласие=да|Consent=|Einwilligung=unbekannt
GDPR=yes|DSGVO=ja|GDPR ok=|DSGVO=unbekannt|GDPR applies=no|GDPR relevant=no|GDPR deleted=false|Is GDPR=false
GDPR=n/a|GDPR=Not applicable|GDPR=no objection|Consent=N/A|DSGVO=keine Angabe|DSGVO=nicht relevant|RGPD=non concerné
GDPR=no consent needed|DSGVO Sperre=nein|GDPR deletion date=2030-01-01|DSGVO Löschung=2030-01-01|GDPR block=EU
I agree to be photographed=No|Ich bin mit Fotos und dem Kontakt zur Presse einverstanden=Nein|I agree to the terms=No
J'accepte les conditions générales=Non|I agree that my contact details are shared with sponsors=No
Ich möchte nicht kontaktiert werden=nein|Ja, ich möchte den Newsletter per E-Mail=nein|Would you like an offer?=No
May we take photos?=No|Dürfen wir Sie fotografieren?=nein|Bedarf Kontakt=nein|Can we send you samples?=No
Lawful basis=Legitimate interest|Rechtsgrundlage=Vertrag|Darf per E-Mail kontaktiert werden=darf|Accetta pagamenti=no
User permission=no|Datenschutzbeauftragter=nein|AVG=0|Notes=GDPR: please send the form
Newsletter opt-in=FALSE|Newsletter=nein|Mailing=nein|Subscriptions=0|User permissions=No|Permission slip=no
Notes=do not call before Monday|Notes=opted out of the workshop on Friday|Notes=was unsubscribed from the weekly mail
Notes=Opt-out: no|Notes=Keine Werbung: nein|Notes=DNC=N|Notes=Opt-in/Opt-out subscribed/unsubscribed|Notes=☐ opt out
Notes=DNC (removed)|Notes=Werbesperre (aufgehoben)|Notes=see https://example.com/do-not-contact|Notes=www.dnc.com
Bemerkung=keine Werbung für Konkurrenten im Haus|Prioridad=Baja|Marketing contact status=Non-marketing contact
Unsubscribe=https://example.com/unsubscribe?id=1|Unsubscribe link=x|Meal opt-out=yes|Bounce: rate=0.2|Nixon=yes
Je ne souhaite pas recevoir d'informations commerciales=Non|Ich möchte keine Werbung per E-Mail erhalten=trifft nicht zu
No deseo recibir publicidad=No|Nie wyrażam zgody na przesyłanie ofert=Nie|是否接受营销信息=接受|deaktiviert=0
メールマガジンの配信を希望しない=いいえ|Ne pas autoriser le courrier électronique=Autoriser|(Ne pas modifier) Contact=g1
Você concorda em receber ofertas no e-mail?=Sim
Marketing preference=I do not object to being contacted|Consent email sent=No
I agree to receive emails. You can unsubscribe at any time.=Yes|هل توافق على تلقي العروض؟=نعم|Email does not exist=yes
I would like the monthly mail, unsubscribing is free=Yes
Email marketing=Yes|Email marketing platform=No|Marketing budget=No|Marketing phone=+49 30 1234
Notes=He does not want the blue one|Notes=please delete the old phone number|Kommentar=Termin löschen
Notes=did not get our emails|Notes=not interested in the newsletter offer|Notes=we will not be at the fair, call us
不同意接收=否|同意しない=いいえ|Отзыв согласия=нет|Несогласие на рассылку=нет|ไม่ยินยอม=ไม่
אי הסכמה=לא|수신 미동의 여부=아니오
Ikke markedsføringssamtykke=Nej
Werbeeinwilligung widerrufen=nein|合同意向=无|Согласие директора=нет
연락 가능 여부=가능|案内メール=送信済
Anteckningar=vill inte bli uppringd på kvällen|Комментарий=просит не звонить по утрам
Uwagi=prosi o usunięcie danych starej firmy
Einwilligung Fotos=nein|Статус согласования=нет|활동의 종류=아니오|送付済の案内メール=no|同意=はい
موافقة التسويق=نعم|Съгласие=Да
Werbeeinwilligung=ja|Markedsføringssamtykke=Ja|Notas=no me llamen antes de mayo|Notas=dice que no llama nunca a nadie
Notiz=kein Kontakt mehr zu Meier, jetzt Roth|備考=電話対応は不要な製品|Remarques=retiré de la liste d'attente du salon
Uwagi=prosi o kontakt|Notes=erase the old whiteboard|رضایت مشتری=خیر|הסכמים=לא|I'd like to hear from you=checked
Ghi chú=không gọi được|Keterangan=belum dihubungi|Keterangan=tidak bisa dihubungi|หมายเหตุ=ยังไม่ได้ติดต่อ
ملاحظات=لم يتم التواصل|Σημειώσεις=να μην ξεχάσουμε την προσφορά|Заметки=удалить из базы дубль
Yıllık izni=yok|Müdür onayı=hayır|Désinscription du salon=Oui
Souhlas ředitele=ne|Mobile DNC=No|Direct dial=+49 30 901820|Mobile=Yes|Attendee=No
Löschvormerkung=|Ghi chú=đã liên hệ|Zentrale Sperre=|Gesperrt=nein|Reservert=Nei|Spärrad=Nej|Bloqueado=No|Marketable=yes
Reservert plass=Ja|Sperrminorität=ja|Excluded VAT=12|Mailing city=No|Can we keep in touch?=Yes
Marketing communications manager=No|Consent obtained=Yes|Consent source=web|Einwilligung liegt vor=ja
Désabonné de tous les e-mails=false|Suscripción cancelada=sí|Iscrizione annullata=sì|No email=1
Geen e-mail=1|Todos los correos=5|Alle E-Mails=3|Von=Ulm|全部=1
Note=rimuovere il prezzo dalla lista|Note=cancellato dalla lista d'attesa|Note=usunąć pozycję 3 z listy
Note=proszę usunąć z listy obecności|Note=quiere darse de baja de autónomos|Note=quiere salir de viaje
Note=retirez-moi un doute|Note=haal mij even bij|Note=ha chiesto di non cambiare email|Note=sie ist auf der Liste
TPS=123456789 RT0001|İYS=ONAY|Globally subscribed=Yes|Reklamskydd=nej
Has a car=No|National league=yes|No. of mailings=3|Opt-Out liegt vor=nein|Widerspruch eingegangen=|Litigator=No
Would you like to receive our newsletter?=No|Vuoi ricevere la fattura?=no|Desideri un'offerta?=no
Would you like to receive updates from us?=Yes
Do you send marketing emails?=No|Do they send emails?=No|To be called=No|Notes=no further contact details
Notes=asked not to be called before noon|Notes=contact refused to give his number
Notes=plus de contact|Opt-in partenaires=non
Do we have a contract?=No|Hat Interesse=nein|Received=No|Ha figli=No
Deceased?=No|Deceased spouse=Jim|Industry=Y|Indicator=Y|Blocked amount=12
Contacted=no|Company=Do Not Disturb Ltd|No. of calls=3|No. of emails=5|Bounce rate=12|Country=no|Interest=none
"""


@pytest.mark.parametrize(("table", "wanted"), [(OPTED_OUT, True), (NOT_OPTED_OUT, False)])
def test_lists_in_many_languages_say_who_opted_out_by_a_flag_a_consent_or_a_clause(table, wanted):
    cells = [tuple(cell.split("=", 1)) for line in table.strip().splitlines() for cell in line.split("|")]
    assert [cell for cell in cells if says_opted_out(*cell) != wanted] == []


@each_case(
    ("name", "value", "wanted"),
    [
        ("Opt Out", Decimal(1), True),
        ("Opt Out", Decimal(0), False),
        ("Opt Out", b"\x01", True),
        ("Opt Out", np.bool_(True), True),
        ("consent", np.int64(0), True),
        ("consent", {"given": True, "version": 0, "withdrawn": False}, False),
        ("consent", {"email": False}, True),
        ("opt_out", {"email": False, "source": "form"}, False),
        ("preferences", {"dark_mode": False}, False),
        ("marketing", {"action": "No action"}, False),
        ("preferences", {"email": {"doNotContact": True}}, True),
        ("preferences", {"email": False}, True),
        ("subscription", {"cancel_at_period_end": False}, False),
        ("Opt Out", Decimal("sNaN"), False),
        ("Opt Out", 10**400, True),
        ("notes", "Do not contact per donor request", True),
        ("notes", "Contact donor", False),
        ("notes", "[" * 450 + "]" * 450, False),
        ("notes", "Do not contact. " + "Called again. " * 200, True),
    ],
)
def test_values_of_every_type_are_read(name, value, wanted):
    assert says_opted_out(name, value) == wanted


@each_case(
    ("refusal", "purchase"),
    [
        ("wants no advertising", "wants no advertising costs"),
        ("does not want newsletters or software", "does not want a newsletter tool"),
        ("wants no marketing automation emails", "wants no marketing automation"),
        ("möchte keine Werbung", "möchte keine Werbung schalten"),
        ("ne souhaite pas d'appels", "ne souhaite pas d'appels d'offres"),
        ("no quiere publicidad", "no quiere publicidad en su web"),
    ],
)
def test_what_a_person_does_not_buy_is_no_refusal(refusal, purchase):
    assert [is_opted_out(note) for note in (refusal, purchase)] == [True, False]


@each_case(
    "name",
    [
        "Заметки",
        "Σημειώσεις",
        "ملاحظات",
        "Ghi chú",
        "Keterangan",
        "หมายเหตุ",
        "備考欄",
        "Notatki 2",
        "Solicit Codes",
        "Flags",
    ],
)
def test_remarks_have_their_name_in_many_languages(name):
    assert is_remark(name)


def test_a_clause_is_judged_once_however_often_a_cell_has_it():
    recognition._clause_says.cache_clear()
    assert not is_opted_out("dr." * 5_000)
    assert recognition._clause_says.cache_info().misses == 1


def test_no_note_that_says_so_is_left_out_beforehand():
    notes = [cell.partition("=")[2] for line in OPTED_OUT.strip().splitlines() for cell in line.split("|")]
    notes += ["\ud800 DNC", "Désabonné", "DO NOT\nCONTACT", "iletişime geçmeyin"]
    speaking = list(filter(is_opted_out, notes))
    assert len(speaking) > 15
    assert all(may_be_note(speaking))


def test_an_answer_that_is_no_in_one_language_and_yes_in_another_agrees_to_nothing():
    """Jo means no in Albanian, and yes in Danish."""
    assert is_consent("Pëlqimi")
    assert (read_consent("jo"), read_consent("ja")) == (None, "agrees")


def test_a_no_of_persian_is_not_good_in_arabic():
    assert read_consent("خیر") == "refuses"
    assert read_consent("خير") is None
    assert read_consent("نه خير") == "refuses"


def test_words_around_a_flag_or_a_consent_are_neither():
    names = (
        "newsletter",
        "email",
        "contact status",
        "date",
        "list",
        "customer",
        "bitte",
        "no consent needed",
    )
    assert not any(is_flag(name) or is_consent(name) for name in names)


@pytest.mark.parametrize("library", [pd.DataFrame, pl.DataFrame])
def test_consents_and_tags_are_screened_and_a_refusal_survives_a_merge(library):
    df = library(two_rows(status=["new", "new"], consent=[True, False], tags=["VIP", "dnc"], score=[9, 1]))
    assert list(cleanup.screen(df).blocked["id"]) == ["lead_2"]
    assert not next(iter(cleanup.merge(df, cleanup.duplicates(df)).frame["consent"]))


def test_a_flag_or_a_consent_may_have_its_name_in_two_languages():
    flags = (
        "Keine Werbung / No marketing|Keine Werbung (No marketing)|Opt-out / Abmeldung|No llamar - Do not call"
        "|広告不可 / No marketing|Keine Werbung (ja/nein)|禁止联系 Do not contact|Отписан / Unsubscribed"
        "|No calls / Keine Anrufe|Do not contact 請勿聯絡|Geen reclame – Pas de publicité|Désinscrit\nUnsubscribed"
    )
    others = (
        "Opt-out / Link|Opted in / Opted out|Newsletter ja/nein / yes/no|Bounce / open rate|Company / Firma"
        "|Country (Land)|Blocked / Seats|担当者 Contact person|Ja/Nein"
    )
    assert [name for name in flags.split("|") if not is_flag(name)] == []
    assert [name for name in others.split("|") if is_flag(name) or is_consent(name)] == []
    consents = "同意 / Consent|Opt-in / Einwilligung (ja/nein)|DSGVO / GDPR|Consentement (oui/non) / Consent (yes/no)"
    assert [name for name in consents.split("|") if not is_consent(name)] == []


def test_a_word_of_another_script_may_say_that_a_consent_was_withdrawn():
    names = ["Consent 撤回", "Opt-in отказ", "同意撤回 consent", "Subscribed / 退会"]
    assert [name for name in names if is_consent(name)] == []


@each_case(
    ("name", "cell", "says"),
    [
        ("Lists", "Q1 outbound, DNC - legal", True),
        ("Segments", "Suppressed", True),
        ("Labels", "Abgemeldet ::: * myContacts", True),
        ("Kategorien", "gestorben", True),
        ("Lists", "Suppressed emissions", False),
        ("Tags", "Catering, opted out of dinner", False),
    ],
)
def test_each_of_several_labels_lists_and_segments_is_read_by_itself(name, cell, says):
    assert (can_say(name), says_opted_out(name, cell)) == (True, says)


def test_what_is_looked_for_before_a_pattern_is_compiled_excludes_no_match():
    known = recognition._words()
    around = [*known._around["words"], *known._around["flags"]]
    for words in (known.flag, known.clause, known.refused, known.consents[0]):
        listed = [*known._clauses[::3], *known._answers["refused"], *known._consents["words"]]
        texts = [text for word, beside in zip(listed, around * 9, strict=False) for text in (f"{beside} {word}", word)]
        for plain in map(
            recognition.plain_words, (*texts, "isUnsubscribed", "emailOptOut", "c opt in", "hasopted out")
        ):
            matches = words._pattern().fullmatch(plain) is not None
            assert (words.fullmatch(plain) is not None) == matches, plain


def test_a_channel_may_be_two_letters_beside_a_consent_or_an_opt_out():
    assert all(map(is_consent, ("OPTIN_EM", "EM_OPTIN", "CONSENT_EML", "MKT_OPT_IN_PH")))
    assert all(map(is_flag, ("OPTOUT_EM", "EM_OPT_OUT", "OPT_OUT_PH")))
    assert not any(is_consent(name) or is_flag(name) for name in ("EM", "PH", "OPTIN_TS", "EM_OPENED"))


def test_a_catalan_baixa_is_an_opt_out():
    assert all(map(is_flag, ("Baixa butlletí", "Baixa del butlletí", "Donat de baixa", "Baja newsletter")))
    assert not any(map(is_flag, ("Baixa tensió", "Planta baixa", "Butlletí")))


@pytest.mark.parametrize(
    "word",
    [
        "verboten",
        "forbidden",
        "prohibido",
        "vietato",
        "interdit",
        "förbjudet",
        "zakázáno",
        "yasak",
        "запрещено",
        "禁止",
    ],
)
def test_a_word_that_forbids_refuses_a_consent(word):
    assert read_consent(word) == "refuses"


def test_a_tag_of_a_cancelled_newsletter_is_an_opt_out_in_all_languages():
    tags = ["newsletter cancelled", "NL abbestellt", "newsletter résilié", "boletín cancelado", "newsletter annullata"]
    tags += ["nieuwsbrief afgemeld", "uppsagt nyhetsbrev", "uutiskirje peruttu", "newsletter anulowany"]
    tags += ["hírlevél lemondva", "odhlášen", "afmeldt nyhedsbrev", "abgemeldet"]
    leads = pd.DataFrame({"email": [f"a{row}@b{row}.example" for row in range(len(tags))], "tags": tags})
    assert [*find_opted_out_rows(leads, {"email": "email", "tags": "tags"})] == [*range(len(tags))]
    others = [
        "newsletter 2024",
        "newsletter event cancelled",
        "order cancelled",
        "newsletter",
        "abgemeldet vom Seminar",
    ]
    assert [tag for tag in others if says_opted_out("tags", tag)] == []
    assert says_opted_out("tags", "VIP; newsletter cancelled")
    assert says_opted_out("tags", ["VIP", "newsletter cancelled"])


@each_case("name", ["Nezasílat obch. sdělení", "Persona - No contactar", "Pessoa - Não contatar"])
def test_a_flag_is_known_by_an_abbreviated_name_or_behind_whose_it_is(name):
    assert is_flag(name)


@each_case(
    "name", ["Interní pozn.", "Pessoa - Última anotação", "Pessoa - Etiqueta", "Osoba – poznámka", "Megj.", "Štítek"]
)
def test_remarks_and_labels_are_known_by_such_names(name):
    assert is_remark(name)
    assert not is_flag(name)


def test_a_consent_behind_whose_it_is():
    assert is_consent("Pessoa - Opt-in marketing")
    assert not is_consent("Negócio - Valor")
