"""Notes by which people ask for no contact, or to be forgotten, in the words of each language, and notes like these."""

from pb2b_notebook.opt_outs import is_opted_out, may_be_note
from pb2b_notebook.opt_outs.requests import is_request
from pb2b_notebook.opt_outs.vocabulary import plain_words

REQUESTS = """
vom Verteiler nehmen|bitte vom Verteiler nehmen|Widerspruch Werbung nach Art. 21 DSGVO|Robinsonliste
steht auf der Robinsonliste|sperren!!|Kontakt sperren|bitte sperren|möchte nicht mehr von uns hören
will nichts mehr von uns hören|wünscht ausdrücklich keinen Kontakt|lehnt Kontaktaufnahme ab
lehnt jede Kontaktaufnahme ab|lehnt weitere Anrufe ab|Daten löschen lassen|will Daten löschen lassen
Bitte aus der Liste streichen|aus unserer Mailingliste entfernen|von der Liste nehmen|aus dem Newsletter nehmen
bitte aus dem Verteiler austragen|aus Verteiler raus|bitte rausnehmen aus dem Verteiler|keine weiteren Anrufe
keine weitere Ansprache|nicht mehr ansprechen|nicht wieder anrufen|nie wieder anrufen|Anrufe verboten
möchte in Ruhe gelassen werden|will nicht belästigt werden|fühlt sich belästigt|hat Löschung verlangt
Löschung seiner Daten verlangt|hat der Datennutzung widersprochen|widerspricht der Verarbeitung
Einwilligung zurückgezogen|hat Einwilligung zurückgezogen|verbietet Anrufe|untersagt Kontakt|Abmahnung angedroht
kein Werbematerial|keine Akquise|keine Kaltakquise|keine Mailings mehr|keine Post mehr
Je ne souhaite pas être recontactée|Supprimez mes données (RGPD)|Merci de me retirer de vos listes
Pas de relance commerciale|Bloctel|inscrit sur Bloctel|ne plus relancer par mail|pas de relance
pas de sollicitation|ne veut plus entendre parler de nous|a exercé son droit d'opposition
demande de suppression RGPD|merci de ne plus me contacter|ne me recontactez pas|ne m'écrivez plus
arrêtez de m'appeler|stop démarchage|refuse d'être contacté|refuse tout démarchage|veut être supprimé du fichier
enlever de la liste|supprimer de la base|à désinscrire|désinscription demandée
told us never to call again|told me to stop calling|wants off the list|take off all lists|right to be forgotten
CCPA delete request|cease and desist letter|cease & desist|asked us to stop contacting them
requested no further contact|does not wish to be contacted again|no more contact|no further outreach
do not reach out again|please stop emailing|stop sending me emails|said to take him off our list
asked to be removed from all lists|wants to opt out|opted out of all comms|opting out|not to be emailed
never email again|leave me alone|DNC list|on DNC list|on the do not call list|added to do not call list
registered on TPS|removed at own request|has unsubscribed|unsubscribed via email|marked us as spam
reported us for spam|GDPR: delete|GDPR request to delete|data deletion request|please forget me|erase my data
no solicitation|no soliciting|do not solicit|hates being called, never call|blocked our emails|blocked us
refuses communication|no comms|no communications please
GDPR: wants all his data deleted|wants her data removed|please have my data deleted|wants deleted all his data
möchte alle seine Daten gelöscht haben|DSGVO: will alle Daten gelöscht haben|wil al zijn gegevens laten verwijderen
veut que ses données soient supprimées|quiere que borremos todos sus datos|vuole che i suoi dati siano cancellati
quer que os seus dados sejam apagados|żąda usunięcia wszystkich danych|GDPR: chce smazat všechna data
vill att alla uppgifter raderas|ønsker å få slettet sine data|haluaa tietonsa poistettavaksi|kéri adatai törlését
tüm verilerinin silinmesini istiyor|хочет, чтобы удалили его данные
请勿再联系|不要联系我|请不要打电话|别再给我打电话|不想被联系|要求删除数据|請勿再打電話|不要再发邮件给我|拒绝来电
vă rog nu mă mai contactați|nu mă mai sunați|nu doreste sa fie contactat|ștergeți datele mele
favor não entrar mais em contato|não entrar em contato|não me liguem mais|parem de me ligar|quero sair da lista
prosí nekontaktovat|prosím už nevolat|nepřeje si být kontaktován|nevolejte mi|już nie dzwonić
proszę więcej nie dzwonić|nie kontaktować się więcej|proszę o usunięcie z bazy|żąda usunięcia danych
להסיר מהרשימה|נא להסיר מרשימת התפוצה|לא להתקשר יותר
no volver a contactar|no llamar más|no me vuelvan a llamar|dejen de llamarme|quiere que lo borren
solicita eliminación de datos|ejerce derecho de oposición|no desea ser molestado|no más correos
no desea más comunicaciones|non richiamare più|non vuole più essere contattato|non ricontattare mai
smettete di chiamarmi|chiede cancellazione dati|non vuole comunicazioni|basta contatti|niet meer contacteren
wil niet meer gebeld worden|stop met bellen|wil van de lijst af|graag verwijderen uit bestand
verwijder mijn gegevens|wil geen contact meer
vill inte bli kontaktad igen|ring inte mer|sluta ringa|ta bort från listan|ønsker ikke flere henvendelser
ikke kontakt igen|slet mine data|slett fra listen|ei enää yhteydenottoja|poista listalta
ei saa ottaa enää yhteyttä|bir daha rahatsız etmeyin|lütfen aramayın|verilerimi silin|больше не беспокоить
просил больше не звонить|удалите мои данные|не хочет чтобы ему звонили|не дзвонити більше
もう連絡しないでほしい|連絡をご遠慮ください
電話をかけないでください|個人情報の削除依頼|연락하지 말아주세요|더 이상 전화하지 마세요|개인정보 삭제 요청
لا ترغب بالتواصل|الرجاء عدم الاتصال مرة أخرى
احذفوا بياناتي|لا يريد رسائل بعد الآن|לא מעוניין לקבל דיוור|просив більше не писати|отказался от рассылки
δεν επιθυμεί ενημερώσεις|ζήτησε διαγραφή|uitgeschreven op 12-05-2025|nechce být kontaktován|prosi o niewysyłanie maili
lūdz vairs nesūtīt e-pastus|nevēlas saņemt ziņas|prašo nebesiųsti laiškų|prašo ištrinti duomenis|ei soovi uudiskirju
palun mitte helistada|ne želi primati e-mail|moli da ga ne zovemo|не желае да получава имейли|не ме търсете повече
Vui lòng không gửi email cho tôi nữa|yêu cầu xóa dữ liệu|कृपया मुझे ईमेल न भेजें|मेरा डेटा हटाएं
Por favor no enviar|per favore non inviare|prosi nie wysyłać|просьба не отправлять|klijent ne želi primati
refuses contact delete data|nechce e-maily|už nepište|клиентът не желае да получава|xin đừng làm phiền
tolong jangan telepon|mohon hapus data saya|ไม่ต้องการรับอีเมล|請不要再寄信
Bitte keine Werbung mehr zusenden!|hat sich vom Newsletter abgemeldet und möchte keine Mails
favor remover meu e-mail da lista de vocês|me tire dessa lista|non mi mandi più mail
aus Verteiler gelöscht auf eigenen Wunsch|nu mai doresc emailuri|прошу видалити мене зі списку
أرجو عدم التواصل معي|bitte keine Kataloge mehr zuschicken|keine Werbebriefe mehr senden bitte
Bitte keine Einladungen mehr schicken|Prospekte bitte nicht mehr zusenden
Will keine Newsletter mehr zugeschickt bekommen|bitte aus Ihrer Liste austragen
auf eigenen Wunsch aus dem Verteiler genommen|war am Stand und möchte nicht mehr angerufen werden
ist in Rente und wünscht keine Anrufe mehr|please don't send me any more brochures|do not send any catalogs
pls take my name off ur mailing list|met at the fair but do not call again
left the company and asked us not to email|stop sending me offers|kindly remove my address from your database
merci de ne plus m'envoyer de catalogues|veuillez supprimer mon adresse de votre liste
ne plus envoyer de documentation|retiré de la liste à sa demande|a quitté la société et ne veut plus être appelé
no enviar más catálogos|por favor quiten mi correo de esta lista|bórrenme de su lista de correo
quítame de tu lista|dejen de enviarme correos|non mandatemi più cataloghi
la prego di togliere il mio nominativo dalla vostra lista|smettete di inviarmi email
cancellato dalla lista su sua richiesta|por favor tirem meu nome dessa lista|não enviem mais catálogos
parem de mandar e-mails|exclua meu contato da base de vocês|gelieve geen mails meer te sturen
gelieve mijn adres uit jullie bestand te verwijderen|op eigen verzoek van de lijst verwijderd
proszę usunąć mój adres z Państwa bazy|proszę nie przysyłać katalogów
prosím vymažte moji adresu z vašeho seznamu|skicka inte fler kataloger|ta bort min adress från er lista
send ikke flere brochurer|fjern venligst min adresse fra jeres liste|älkää lähettäkö enää esitteitä
poistakaa osoitteeni teidän listalta|vă rog să îmi ștergeți adresa din lista dumneavoastră
nu mai trimiteți oferte|nu vreau apeluri|kérem vegyenek le a listáról|не присылайте больше каталоги
уберите мой адрес из вашей рассылки|приберіть мою адресу з вашої розсилки|не шлите мне предложения
παρακαλώ διαγράψτε τη διεύθυνσή μου από τη λίστα σας|נא להוריד אותי מרשימת התפוצה שלכם|אבקש להסיר את שמי מהרשימה
أرجو إزالة اسمي من قائمتكم|نرجو عدم إرسال رسائل|لا أريد استقبال رسائل منكم|beni listenizden çıkarın lütfen
mohon jangan dihubungi lagi|tolong jangan kirim email lagi|jangan telepon saya lagi ya|jgn hubungi lagi
mohon nama saya dihapus dari daftar|harap hapus nomor saya dari database
sila keluarkan nama saya daripada senarai|tolong berhenti menghantar e-mel|jangan hantar iklan lagi
tidak mahu dihubungi|beliau minta agar tidak dihubungi lagi|لطفا دیگر تماس نگیرید|لطفاً ایمیل نفرستید
خواهشمند است با من تماس نگیرید|دیگر زنگ نزنید|اسم مرا از لیست حذف کنید|لطفا پیام تبلیغاتی ارسال نکنید
مشتری گفت دیگر تماس نگیرید|نمی‌خواهم ایمیل دریافت کنم|تمایلی به دریافت ایمیل ندارد|لغو اشتراک
درخواست حذف از لیست|لطفا ايميل نفرستيد
Ze seznamu vyřadit nechce další maily|lista scoateți nu dorește mailuri|adatbázisból törölni nem kér levelet
visited our booth and wants no spam|left the firm and please no calls|hat gekündigt und bittet um keine Anrufe
Messe besucht und bitte keine Werbung|cambió de empresa y por favor nada de llamadas|ha cambiato lavoro e basta chiamate
changed jobs and do not call|moved to Paris and stop calling|neue Stelle und keine Kataloge mehr schicken
tehtaan johtaja ja ei halua puheluita
merci d'enlever mon adresse|merci d'enlever mes coordonnées de votre fichier|merci de m'enlever de la liste
merci de supprimer mes données|veuillez m'ôter de vos listes|prière de m'effacer de votre base
stuur mij geen folders meer|stuur ons geen reclame meer aub|skicka inga kataloger mer|send no more brochures please
schicken Sie mir keine Prospekte mehr|mandatemi niente pubblicità|lütfen bana reklam göndermeyin
bana mesaj atmayın lütfen|bizi bir daha aramayın|bize katalog göndermeyiniz|artık sms istemiyorum
kaydımı sistemden silin|benimle irtibat kurmayın|mohon tidak dihubungi lagi|tolong tidak kirim promosi
harap tidak menghubungi kami lagi|minta agar tidak ditelepon|mohon untuk tidak dikirimi brosur
no contact per donor request|Do not contact per donor request|no contact by request
no further contact at family's request|no contact at member's request|per request: do not contact
no calls as requested|auf Wunsch der Familie kein Kontakt|kein Kontakt auf Wunsch des Spenders
pas de contact à la demande du donateur|geen contact op verzoek van de klant|nessun contatto su richiesta
sin contacto a petición del socio|sem contato a pedido do cliente|bez kontaktu na prośbę klienta
ingen kontakt på medlemmens begäran|please delete my data|bitte löschen und nicht mehr anrufen
supprimer mes données et ne plus contacter|verwijder mijn gegevens en niet meer bellen
löschen Sie meine Daten, ich will nichts mehr hören|delete my data and do not call me
"""
OTHER_NOTES = """
keine Werbung im Briefkasten des Kunden|removed from the old list, added to the new
removed from the old list and added to the new list|Kataloge bitte schicken|keine Kataloge mehr
keine Prospekte da|keine Angebote geschickt|bitte Einladung schicken|wir haben keine Mails erhalten
noch keine Infos gesendet|keine Mail schicken vor Montag|Kunde will Prospekte und Preise
moved to Paris and changed jobs|call him and do not email before noon|send brochures|no brochures left
sent catalogs, no reply|no letters sent|envoyer le catalogue|pas encore envoyé de catalogue
envoyer documentation et rappeler|demande une brochure|enviar catálogos|pide información y precios
no recibió los catálogos|mandare cataloghi|richiesta cataloghi|inviare lettera di conferma|enviar convites
não recebeu os catálogos|geen folders ontvangen|graag folders sturen|wysłać katalog|nie dostał katalogów
skicka katalog|har inte fått kataloger|lähetä esite|trimite oferta|прислать каталог|не получил каталоги
отправить предложения|δεν έλαβε email|לשלוח קטלוג|إرسال عروض|لا توجد رسائل|tolong kirim brosur
jangan lupa hubungi|kirim email ke beliau|minta dihubungi lagi|mohon dihubungi hari Senin|hapus duplikat
data dihapus karena ganda|belum dihubungi|tidak bisa dihubungi|nomor tidak aktif|jangan kirim sebelum Senin
sila hubungi saya|تماس بگیرید|لطفا با من تماس بگیرید|ایمیل ندارد|جواب نداد|فراموش نکنید تماس بگیرید
اطلاعات را حذف نکنید|از لیست قدیم حذف شد|تماس گرفتم|پیام فرستادم|ارسال کاتالوگ|فردا زنگ بزنید
no está en lista negra|wants brochures and a call|delete old address|Adresse neu, alte löschen|no mail address
request taken by phone|demande de devis retirée|auf Wunsch angerufen|op verzoek gebeld|und keine Zeit
meets us on Friday and brings no samples|Interesse an Werbung und Druck|likes emails and calls
wants no invoice and no receipt|budget approved and list removed|Liste geprüft und Dubletten gelöscht
new mail server and database removed|از فهرست حذف نکنید
wants a demo and no spam|dinner and no calls|invoice paid and no calls|talked to him and no further contact
Rechnung bezahlt und keine Anrufe|Termin vereinbart und keine Mails|déjeuner et pas d'appels|cena y nada de llamadas
сделка закрыта и никаких звонков|lunch och inga samtal
uitgeschreven offerte|afgemeld voor de beurs|vui lòng gửi email cho tôi|कृपया मुझे ईमेल भेजें|lūdz sūtīt e-pastus
nechce odhlásit z newsletteru|nechce smazat data|không phiền|не търсим|saada pakkumisi ära|δεν ζητά διαγραφή
nie prosi o niedzwonienie|ne kličemo|не пишем|δεν στέλνουμε|nicht aus der Liste streichen|no borrar de la lista
nezvanīt pirms 9|neskambinti iki 9|mitte helistada enne kella 9|jangan telepon sebelum jam 9|хочет получать письма
data deleted by mistake|données supprimées|удалили данные|dati cancellati
datos borrados|uppgifter raderas|wants data on pricing|will alle Daten haben|quiere todos los datos técnicos
not called yet|never called|not contacted yet|noch nicht angerufen|nicht angerufen|nicht erreicht|no contact
no contact yet|no email|no phone|no calls made|called, no answer|please call again|please call her again
wants a call|do call|we should call him|told us to call again|asked us to email him|asked for a call
asked us to send more emails|wants more emails|bitte anrufen|bitte wieder anrufen|möchte kontaktiert werden
bittet um Anruf|bitte um Kontaktaufnahme|bitte per E-Mail kontaktieren|bitte nochmal anrufen
bitte Newsletter zusenden|möchte in den Verteiler|in den Verteiler aufnehmen|auf die Liste setzen
neue Daten vom Kunden|Daten des Kunden|Adresse gelöscht|Daten gesperrt|Liste gelöscht|aus der Liste
von der Messe|Kontakt über Liste|Kontakt von der Messe|alter Kontakt gelöscht|kein Telefon|ohne Telefon
ohne E-Mail|Mail nicht zugestellt|Anruf nicht möglich|hat nicht zurückgerufen|meldet sich nicht|kommt nicht
nicht mehr im Unternehmen|Liste per Mail|will Daten per Mail|will Liste per Mail|will die Daten haben
wants the list|asked for the list|sent the data|send data|delete old record|removed from CRM by us|data removed
email removed|removed email|email deleted|phone removed|duplicate removed|take a list|wants our data|off today
out of office|on the list|is on our mailing list|added to list|added to newsletter list|mailing list from show
contact from list|customer list|me and him|merci de rappeler|merci de me rappeler|rappeler svp|à rappeler
veut être appelé|pas appelé|pas encore appelé|plus d'infos|pas d'email|pas de mail|sans mail|pas de téléphone
contact du salon|liste du salon|a demandé la liste|veut la liste|demande de contact|demande des données
llamar mañana|llamar por favor|volver a llamar|quiere que le llamen|no llamado|sin correo|sin email|sin contacto
no contesta|no responde|pide datos|pide la lista|solicita datos|solicita lista|de baja|contattare per favore
da richiamare|non risponde|senza email|chiede dati|chiede la lista|richiede dati|non contattato|non chiamato
ligar mais tarde|não atende|sem email|pede dados|quer a lista|enviar lista|graag bellen|wil gebeld worden
niet gebeld|geen email|wil lijst ontvangen|vraagt gegevens|zadzwonić|proszę dzwonić|proszę o kontakt|nie odbiera
bez telefonu|bez maila|prosi o dane|prosí o kontakt|zavolat|chce data|ring|ring mig|ring igen|vill bli kontaktad
ønsker kontakt|ikke ringt|ingen svar|har data|få listan|soita|ota yhteyttä|pyytää tiedot|ei vastaa|sunați
vrea date|hívják|kéri az adatait|arayın|lütfen arayın|aranmak istiyor|mail istiyor|iletişim istiyor|звонить
просит звонить|просит данные|не звонил|без телефона|παρακαλώ καλέστε|θέλει επικοινωνία|להתקשר|נא להתקשר
מבקש פרטים|اتصل|الرجاء الاتصال|يرغب في التواصل|طلب البيانات|请打电话|需要联系|电话联系|请发邮件|連絡ください
電話希望|メール希望|メールで連絡|연락주세요
전화요망|전화하기로함|call me|email me|contact him|please email us|stop over|no stop|stop shipping|stop order
no soliciting sign at door|email is data@firm.de|data|list|CRM|target list|forget it|forget the list|take it|off
raus|Newsletter|Werbung|Mailing|Post|Kontakt|Anruf|Verteiler|Daten|contact|calls|emails|appels|newsletter|pub
lista|datos|dati|me|mich|in Ruhe|Rückruf|Rückrufe|möchte Rückruf|keine Zeit|no time|no interest|not interested
nicht interessiert|pas intéressé|no interesado|non interessato|no reply to emails|does not read emails
reads no emails|keine Angebote offen|keine weiteren Informationen|keine Informationen|ohne Angebote
keine Kataloge mehr da|hat keine Kontakte|no contacts|no additional contact|no more contacts in list
keine Nachrichten|no messages|hinterließ keine Nachricht|left no messages|no texts|without communication
refused email address|refused to email|declined email|refuses to call|lehnt Angebote ab|hat Angebote abgelehnt
lehnt Angebot ab|rejected emails|emails rejected|emails not received|emails stopped|refuse offres
a refusé les offres|refuse les appels entrants|weigert mail|declined communications role
Interesse an DSGVO-Löschung-Tool|interested in our right to be forgotten module|asks how unsubscribing works
call next week|do not call before 10|prefers email over phone|not interested right now|kein Interesse
keine Zeit, später anrufen|no budget|will von Konkurrenz nichts mehr hören|möchte in Ruhe überlegen
hat Fragen zur Abmahnung|sperrt das Lager|Liste der Preise schicken|streichen aus der Preisliste
ist umgezogen, alte Adresse löschen|wants to be called back|quiere ser contactado en mayo|veut être recontacté
vuole essere contattato|hört gern von uns|Newsletter Anmeldung|sucht Software gegen Spam|works for TPS
left voicemail|no answer|did not pick up|Bloctel compliant dialer needed|looking for DNC list software
asked about data deletion|likes our emails|stop by Monday|aus der Liste ausgewählt|von der Liste der Aussteller
kommt vom Verteiler Nord|Verteilerkasten defekt|取引停止中の商品|联系人已更换|请联系我|連絡希望|연락 요망
请尽快联系|не хочет ждать
просит звонить утром|list price removed|removed the old number|data removed from slide
a demandé un devis, relancer|pas de budget|ne pas oublier de rappeler|relance commerciale prévue|no pudo hablar
non ha risposto|wil graag gebeld worden|ring igen|kontakta igen
do not delete my data|never delete my data|please do not remove me|don't delete me from your list
bitte löschen Sie meine Daten nicht|bitte meine Daten nicht löschen|ne supprimez pas mes données
verwijder mijn gegevens niet|no borre mis datos|não apague meus dados|non cancellare i miei dati
do not erase her data|do not unsubscribe me|radera inte mina uppgifter|slet ikke mine data|не удаляйте мои данные
lütfen verilerimi silmeyin|nie usuwać danych|no contact yet|no contact person|no request|contact per request
brochures on request|kein Ansprechpartner|stuur folders|stuur geen factuur|send no invoice|tidak ada|tidak dihubungi
sudah dihubungi|mohon dihubungi|mohon kirim katalog|bana reklam gönderin|reklam istiyor|merci d'envoyer l'adresse
mon adresse|adresse mail|merci de m'appeler|demande de contact|no contact details|schickt keine Rechnung
at client's request
"""

NO_MORE_OFFERS = """
NÃO QUER MAIS RECEBER OFERTAS|pediu pra não ligar mais|me bloqueou no zap|não mandar mais lançamentos
saiu da lista de transmissão, não add de novo|nao incomodar + ja comprou com outro
não fazer mais contato, ficou brava|disse que não autoriza contato|pediu p/ parar de mandar msg
a demandé à ne plus recevoir ni lettre ni appel|[MIGRATED] opted-out via preference center
replied STOP to InMail|listeden çıkarılmak istiyor|να μην ξανακληθεί|ביקש להסיר
CLIENTE PEDIU PRA NAO MANDAR MAIS PROMOÇÕES|não quer receber novidades|não deseja mais ofertas por WhatsApp
pediu p/ não mandar msg no zap|bloqueou nosso número|nos bloqueou no WhatsApp|não autoriza o uso do contato
pediu pra parar|pediu para pararmos de ligar|respondeu SAIR|no autoriza contacto comercial
nos bloqueó en WhatsApp|no desea recibir más novedades|pidió que paremos de escribirle|no hacer más contacto
no quiere ofertas ni publicidad|does not want any offers|she doesn't want to receive updates
wants no more calls or letters|he blocked our number|has blocked us on LinkedIn|does not authorize contact
please do not make contact again|wants to receive neither emails nor calls|texted STOP|told us to stop
möchte keine Angebote mehr erhalten|Kunde wünscht keine Angebote per Post|will nichts mehr von uns bekommen
hat unsere Nummer blockiert|hat STOP geantwortet|hat gebeten aufzuhören|möchte weder Anrufe noch Briefe erhalten
ne souhaite plus recevoir nos offres|ne veut plus recevoir ni courrier ni appel|ne veut plus d'offres
nous a bloqués sur WhatsApp|m'a bloqué|n'autorise pas le contact|ne plus prendre contact
non vuole ricevere offerte|non desidera più ricevere promo|ci ha bloccato su WhatsApp|ha chiesto di smettere
wil geen aanbiedingen ontvangen|heeft ons geblokkeerd op WhatsApp|vraagt om te stoppen|nie chce otrzymywać ofert
zablokował nas na WhatsApp|nie życzy sobie ofert|vill inte ta emot erbjudanden|har blockerat oss
ønsker ikke å motta tilbud|har blokeret os|nepřeje si nabídky|zablokoval nás|nechce dostávat nabídky
ei halua saada tarjouksia|nem kér több ajánlatot|letiltott minket|nu vrea să primească oferte|ne-a blocat
m-a blocat pe WhatsApp|artık teklif istemiyor|bizi engelledi|listemizden çıkarılmak istiyor
не хочет получать предложения|заблокировал нас в ватсапе|не бажає отримувати пропозиції|να μην ξαναενοχληθεί
δεν θέλει προσφορές|μας μπλόκαρε|μη στέλνετε sms|לא רוצה לקבל הצעות|חסם אותנו בוואטסאפ|ביקשה להסיר
ne želi primati ponude|blokirao nas|не иска оферти|blokeeris meid|nenori pasiūlymų|nevēlas piedāvājumus
đã chặn chúng tôi|tidak mau penawaran lagi|ما را بلاک کرد|قام بحظرنا|spoke in June + no more calls
ja kunde * vill inte ha reklam|lost deal … do not contact|opted out via the preference centre|quer sair da lista
não contatar de novo|hat mich auf WhatsApp blockiert
cliente não quer mais promos|pediu pra tirar o número|falou pra não mandar mais nada
bloqueou a gente no WhatsApp|ela me bloqueou|não autoriza ligações|não incluir novamente na lista
pediu para parar|nos ha bloqueado|no autoriza llamadas|ya no desea recibir ofertas|respondió STOP al SMS
doesn't wish to receive offers|does not want updates or newsletters|they blocked me on LinkedIn
answered STOP via SMS|wants no more pitches|please do not initiate contact|neither call nor email
will keine News mehr bekommen|hat mich geblockt|wünscht keine weiteren Angebote
nous a bloqué|ne désire plus recevoir de nouveautés
a répondu STOP par sms|ci ha bloccati|non autorizza contatti|non vuole più ricevere novità
wenst geen aanbiedingen meer te ontvangen|heeft mij geblokkeerd|zablokowała mnie|nie chce promocji
önskar inte få erbjudanden|blockerade oss på LinkedIn|vil ikke motta nyheter|nechce žádné nabídky
zablokovala nás|ei halua vastaanottaa viestejä|nem szeretne ajánlatokat kapni|nu dorește oferte|bizi blokladı
teklif almak istemiyor|не желает получать новости|заблокировала меня|δεν επιθυμεί να λαμβάνει προσφορές
μας έχει μπλοκάρει|לא מעוניין לקבל עדכונים|ne žele primati obavijesti|ни блокира|lead closed + unsubscribe
no longer wishes to receive offers|asked to stop messaging us|opted out through the portal
"""
OTHER_OFFERS = """
não quer ofertas antes de maio|quer receber ofertas|pediu pra ligar mais tarde|pediu p/ ligar depois do almoço
não fez contato ainda|não fazer desconto|me bloqueou a fatura|bloqueou o cartão|saiu da empresa
parar de mandar para o endereço antigo|não aceita ofertas abaixo do preço|ligar só de manhã
pediu para parar o projeto|no quiere ofertas de la competencia|quiere recibir ofertas|no hizo contacto
pidió que paremos en su stand|bloqueó la tarjeta|does not call|she does not email much|did not make contact yet
doesn't write reviews|blocked by budget|budget blocked until May|no offers yet|asked us to stop by
asked us to stop by on Friday|told us to stop at the booth|wants offers|wants no offers before June
does not allow remote work|did not get the newsletter|has not received any mails|hat keine Mails erhalten
hat kein Angebot erhalten|hat unsere Angebote nicht bekommen|keine Angebote|noch keine Angebote verschickt
möchte Angebote erhalten|hat uns nicht blockiert|Zahlung blockiert|Krankheit hat mich blockiert
nicht Kontakt mit Müller aufnehmen|n'a pas reçu nos offres|souhaite recevoir nos offres|pas d'appels d'offres
ne répond plus aux appels d'offres|pas d'offre|pas d'appel ce jour|a bloqué le budget
demande d'arrêter le contrat|non ha ricevuto offerte|ha bloccato l'ordine|vuole ricevere offerte
wil aanbiedingen ontvangen|heeft geen offerte ontvangen|nie otrzymał oferty|chce otrzymywać oferty
zablokował płatność|vill ha erbjudanden|har inte fått erbjudanden|chce nabídky|haluaa tarjouksia
letiltott számla|vrea oferte|teklif istiyor|teklif bekliyor|хочет получать предложения|заблокировал оплату
θέλει προσφορές|רוצה לקבל הצעות|želi ponude|иска оферти|tidak minta brosur|mau penawaran|STOP sign project
answered the phone|likes + comments|budget 5 + 3|removed link|no news|no updates|left the list price out
do not add sugar|contact number on file|number: +49 30 1234
quer mais ofertas|mandou parar a obra|saiu da lista de espera|bloqueou a agenda de terça
o banco bloqueou a conta|não fazer pedido sem contato prévio|sem novidades|no hay novedades
bloqueado por presupuesto|hizo oferta|no autoriza el pago|doesn't want the blue one|does not need offers in Q3
blocked until Q3|project blocked on us|no quotes sent so far|no updates from customer
please make contact with the CFO|did not receive our letters|will Angebote vergleichen|keine News
Angebot blockiert von Einkauf|keine Nummer|ne veut pas de contrat annuel|a bloqué la date|pas de nouveautés
non ha novità|ordine bloccato da noi|geen aanbiedingen gezien|zablokowane środki|inga nyheter|blockerad budget
žádné novinky|ei uutisia|nincs ajánlat|fără noutăți|teklif verdi|нет новостей|нет предложений|δεν έχουμε νέα
nema ponude|няма оферти|wants offers by mail|call + visit|1 + 1 free|message received|texted back yes
number blocked by spam filter
"""


def notes(table):
    return [note for line in table.strip().splitlines() for note in line.split("|")]


def test_a_request_is_an_opt_out_and_passes_the_fast_look():
    asked = notes(REQUESTS)
    assert [note for note in asked if not is_opted_out(note)] == []
    assert [note for note, may_be in zip(asked, may_be_note(asked), strict=True) if not may_be] == []


def test_a_note_that_only_sounds_like_a_request_is_none():
    assert [note for note in notes(OTHER_NOTES) if is_opted_out(note)] == []


def test_a_word_of_another_language_a_time_or_a_product_makes_it_something_else():
    assert is_request(plain_words("bitte nicht mehr anrufen"))
    for note in ("bitte nicht mehr vor Mai anrufen", "bitte nicht mehr call", "bitte nicht mehr Meier anrufen"):
        assert not is_request(plain_words(note))


def test_no_offers_no_contact_a_block_and_a_stop_are_requests_in_each_language():
    asked = notes(NO_MORE_OFFERS)
    assert [note for note in asked if not is_opted_out(note)] == []
    assert [note for note, may_be in zip(asked, may_be_note(asked), strict=True) if not may_be] == []
    assert [note for note in notes(OTHER_OFFERS) if is_opted_out(note)] == []
