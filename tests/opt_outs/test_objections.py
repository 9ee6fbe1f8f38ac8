"""Objections, consents that were taken back and lists of people not to contact, and notes like these."""

from pb2b_notebook.opt_outs import is_opted_out, may_be_note

OBJECTIONS = """
hat Widerspruch eingelegt|Widerspruch gem. Art. 21 DSGVO vom 3.4.|Widerspruch (Art. 21 Abs. 2 DSGVO)|Sperrliste
Widerspruch am 12.03.2025 eingelegt|hat am 3.4. widersprochen|Widerruf der Einwilligung vom 4.5.|Löschantrag
steht auf der schwarzen Liste|Löschung nach Art. 17 DSGVO|heeft bezwaar gemaakt|bezwaar AVG art. 21|op zwarte lijst
si è opposto al trattamento|opposizione art. 21 GDPR|ha revocato il consenso|in lista nera|está en la lista negra
se opone al tratamiento|retiró el consentimiento|na lista negra|opôs-se ao tratamento|s'oppose au traitement
sur liste noire|a retiré son consentement|objection under Art. 21 GDPR|objected to processing|on the block list
wniósł sprzeciw|na czarnej liście|wycofała zgodę|podal námitku|na černé listině|vastustaa suoramarkkinointia
estolistalla|pe lista neagră|tiltólistán|visszavonta a hozzájárulását|kara listede|rızasını geri çekti
в черном списке|отозвала согласие|στη μαύρη λίστα|ברשימה שחורה|سحب الموافقة|已列入黑名单|同意を撤回|블랙리스트
geen mail meer sturen aub|vill ej ha utskick|togliere dalla mailing list|ta bort från sändlistan|darlo de baja
ne plus envoyer de mails|pas de mail svp|retirar da mailing list|nie wysyłać maila|neposílat maily
non inviare più mail|no enviar correo|não enviar mais e-mail|ne küldjenek emailt|не отправлять письма
has objected|wants out|se ha opuesto|si oppone|har invänt|vastustaa|itiraz etti|возражает|αντιτίθεται|nie wyraża zgody
masuk daftar hitam|sudah menarik persetujuannya|در لیست سیاه است|رضایت خود را پس گرفت
ne zovite|ärge helistage|nerašyti|nezvanīt|mos telefononi|อย่าโทร
"""
OTHER_NOTES = """
tidak ada keberatan|keberatan soal harga|daftar harga|لیست قیمت|اعتراض به قیمت
kein Widerspruch|Kein Widerspruch eingelegt|Widerspruch gegen die Rechnung eingelegt|Widerspruch (gegen die Rechnung)
Widerspruch zum Angebot|Widerspruch möglich|objected to the price|no objection|has objections|objection: price
nicht auf der Sperrliste|not on the blocklist|niet op zwarte lijst|no está en lista negra|pas sur liste noire
von der Sperrliste genommen|si è opposto al prezzo|se opone al precio|geen mail|no mail|pas de mail|sin correo
har inte mail|utskick|Mailing gesendet|mailing list|non ha mail|itiraz süresi|Einspruch gegen Angebot
ne pas envoyer le devis|price: has objected. Offer again|wants out of his old contract|si oppone al prezzo|objects
"""


def _notes(text):
    return [note for note in text.replace("\n", "|").split("|") if note]


def test_an_objection_and_a_list_of_people_not_to_contact_are_opt_outs():
    notes = _notes(OBJECTIONS)
    assert [note for note in notes if not is_opted_out(note)] == []
    assert all(may_be_note(notes))


def test_an_objection_to_something_else_and_its_denial_are_none():
    assert [note for note in _notes(OTHER_NOTES) if is_opted_out(note)] == []
