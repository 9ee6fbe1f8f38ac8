"""Objections to calls alone, in several languages, and refusals of more than that."""

from pb2b_notebook.opt_outs import objects_to_phone_alone

NOTES_ABOUT_CALLS = """
bitte NUR per Mail, Tel. nicht erwünscht|nur per E-Mail, Anrufe unerwünscht|only by email, calls not welcome
uniquement par mail, appels non souhaités|solo por correo, llamadas no deseadas|solo via mail, telefonate non gradite
alleen per mail, telefoon niet gewenst|tylko mail, telefon niepożądany|endast mejl, telefon ej önskat
kun mail, telefon ikke ønsket|jen mail, telefon nežádoucí|somente email, ligações não desejadas
alleen per e-mail, niet bellen|do not call, email only|nur per E-Mail, nicht anrufen|ne pas appeler, mail uniquement
no llamar, solo correo|keine Anrufe, E-Mail ok|email ok, no calls|please email, don't call|non chiamare, solo email
nicht anrufen, sondern bitte mailen|nie dzwonić, tylko mail|ring inte, endast mejl|favor não ligar, somente e-mail
don't phone, write to her instead|bitte nicht anrufen, sondern schreiben|helst e-post, ikke ring
no SMS please, email is fine|не звонить, лучше писать|nie dzwonić, pisać maile
"""
OTHER_NOTES = """
do not call|nicht anrufen|no emails, phone only|nur telefonisch, keine Mails|do not call or email|DNC, email only
do not call, remove from email list|asked on the phone to be removed, email ok|unsubscribed from email, do not call
keine E-Mail bitte, nicht anrufen|niet bellen, geen mail graag|do not contact, email only|do not call, email bounced
do not call, no email known|Do not call. Please remove his email|nicht anrufen, bitte E-Mail entfernen
no llamar, mejor borrar el correo|do not call; just got a complaint about email|do not call; just bounced email
do not call; mail no longer ok|do not call, rather angry about our emails|do not call, only mail by post
não ligar, só reclama de email|do not ring, so no mail either|do not call him or contact him, email ok
do not call, she is deceased, email ok|nicht anrufen, E-Mail ok, keine Post|do not call, email ok until May
don't call, do not write|please do not text, call instead|do not call, write to her lawyer|no calls, write her off
"""
COLUMNS = {
    ("Do Not Phone", "yes"): True,
    ("Contact by phone?", "N"): True,
    ("Telefonischer Kontakt erlaubt", "nein"): True,
    ("Mag gebeld worden", "N"): True,
    ("Can we call you?", "No"): True,
    ("Contact by phone or email?", "No"): False,
    ("Do not contact/phone", "yes"): False,
    ("May we contact you by phone?", "no, and not by mail"): False,
    ("Nicht anrufen", "ja"): True,
    ("Do Not Call / Nicht anrufen", "ja"): True,
    ("Telefon Einwilligung", "nein"): True,
    ("Solicit Codes", "Do Not Phone"): True,
    ("Flags", "DNP"): True,
    ("Do not call or email", "x"): False,
    ("Do Not Contact", "x"): False,
    ("Do Not Email", "x"): False,
    ("Einwilligung Telefon und E-Mail", "nein"): False,
    ("Solicit Codes", "Do Not Contact"): False,
    ("Do Not Call", "remove from all lists"): False,
    ("Do Not Call", "2026-03-10"): True,
    ("Werbung Telefon", "nein"): True,
    ("Phone opt-in", "no"): True,
    ("OPTIN_PH", "0"): True,
    ("OPTIN_EM", "0"): False,
    ("Werbung Telefon und E-Mail", "nein"): False,
    ("Werbung", "nein"): False,
    ("Do Not Phone", "yes - deceased"): False,
    ("Do Not Phone", "yes, unsubscribed"): False,
    ("Do Not Phone", "DNC all channels"): False,
    ("Do Not Phone", "x, keine Mails"): False,
    ("Telefonsperre", "x"): True,
    ("Telefonsperre", "E-Mail-Sperre"): False,
    ("Consent to phone", "no"): True,
    ("Consent to phone and post", "no"): False,
    ("Do not call / contact", "x"): False,
    ("Opt-out phone, SMS and post", "x"): False,
    ("Darf telefonisch oder schriftlich kontaktiert werden", "nein"): False,
    ("Status", "Do not call"): False,
    ("TPS", "Y"): True,
    ("DND", "Y"): True,
    ("FPS/TPS/MPS", "TPS"): True,
    ("FPS/TPS/MPS", "TPS, MPS"): True,
    ("FPS/TPS/MPS", "FPS"): False,
    ("Remarks", "CTPS registered"): True,
    ("Remarks", "TPS registered; unsubscribed"): False,
    ("Remarks", "DND"): False,
    ("DND", "yes - all channels"): False,
}


def notes(table):
    return [note for line in table.strip().splitlines() for note in line.split("|")]


def test_a_note_objects_to_calls_alone_if_it_asks_for_email():
    assert [note for note in notes(NOTES_ABOUT_CALLS) if not objects_to_phone_alone("Remarks", note)] == []
    assert [note for note in notes(OTHER_NOTES) if objects_to_phone_alone("Remarks", note)] == []


def test_a_column_or_a_code_of_the_phone_says_nothing_of_email():
    assert {each: objects_to_phone_alone(*each) for each in COLUMNS} == COLUMNS
