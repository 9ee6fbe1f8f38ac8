"""Who denies a refusal, or writes what another person wants, is not called opted out."""

from pb2b_notebook.opt_outs import is_opted_out, may_refuse

DENIED = """
no objection to our newsletter|does not object to calls|not on the blacklist|did not unsubscribe
kein Einspruch gegen Mailings|steht nicht auf der Sperrliste|widerspricht dem nicht
ne s'oppose pas aux mails|n'est pas sur la liste noire|no está en la lista negra
nessuna obiezione alle chiamate|não se opõe a e-mails|nie jest na czarnej liście|kara listede değil
tidak ada di daftar hitam|staat niet op de zwarte lijst
没有拒绝接收邮件|メールを拒否していない|수신거부 안 함
"""
PERHAPS_DENIED = """
no refuses mails|Status: no refuses mails|no unsubscribe me|kein Kunde lehnt Anrufe ab|not our customer refuses calls
kein Interesse lehnt Anrufe ab|can not but refuse mails|verweigert nicht nur Mails|refuses not only mails
met at the fair in May and talked about pumps, valves and a visit in June. Kein Kunde lehnt Anrufe ab
never said no to mails|pas d'opposition au démarchage|no se opone a recibir correos|har inget emot utskick
tidak keberatan dihubungi
"""
OF_RELATIVES = """
umřela mu matka|у него умерла мать|у неї помер батько|i-a murit mama|zmarła mu matka|توفي والده|gli è morta la madre
"""
OF_OTHERS = """
her chief refuses mails, she likes them|boss wants no calls, he is fine with them|Chef will keine Mails, sie schon
Kollegin hat sich abgemeldet, er liest weiter|son patron refuse les appels, lui est intéressé
"""
REFUSALS = """
objects to our newsletter|on the blacklist|widerspricht Mails|s'oppose aux mails|está en la lista negra
refused, no calls|kein Kunde hat um Löschung gebeten|will keine Mails, abmelden|wife says no calls|умер
DNC: mail of May|kara listede
"""


def cases(text):
    return [case for line in text.strip().splitlines() for case in line.split("|")]


def test_who_denies_a_refusal_or_lost_a_relative_is_an_ordinary_person():
    assert [text for text in cases(DENIED + OF_RELATIVES) if is_opted_out(text) or may_refuse(text)] == []
    assert [text for text in cases(REFUSALS) if not (is_opted_out(text) or may_refuse(text))] == []


def test_a_whole_refusal_that_a_word_may_deny_waits_for_a_look():
    texts = cases(PERHAPS_DENIED)
    assert [text for text in texts if is_opted_out(text) or not may_refuse(text)] == []


def test_what_another_person_refuses_waits_for_a_look():
    assert [text for text in cases(OF_OTHERS) if is_opted_out(text) or not may_refuse(text)] == []


def test_what_an_abbreviation_stands_for_refuses_nothing():
    assert not is_opted_out("DNC = Dunmore Nielsen Company")
    assert is_opted_out("DNC = yes")
