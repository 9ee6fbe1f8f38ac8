"""Opt-outs in other words: a flag or a status word of a service counts wherever leads are screened or merged."""

import datetime as dt

import pandas as pd
import polars as pl
import pytest

from pb2b_notebook import cleanup
from pb2b_notebook.openapi.opt_outs import is_consent, is_flag, says_opted_out

FLAGS = {
    "opted_out": (False, True),
    "doNotContact": ("no", "yes"),
    "unsubscribed_at": (None, dt.datetime(2026, 3, 10)),  # noqa: DTZ001 - as pandas reads it from a file
}


def two_rows(**columns):
    same = {"full_name": ["Ada Lovelace"] * 2, "email": ["ada@engines.example"] * 2}
    return {"id": ["lead_1", "lead_2"], **same, **columns}


@pytest.mark.parametrize("frame", [pd.DataFrame, pl.DataFrame])
@pytest.mark.parametrize("flag", FLAGS)
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
HasOptedOutOfEmail=1|Email Opt Out=TRUE|Opted out of email: Sales=true|Unsubscribed from all email=true|Do Not Call=x
EMAIL_STATUS=Opt-Out
Accepts Marketing=no|GDPR consent=false|Marketing Consent=No|Email Permission=denied|Hard bounced=yes
Notes=do not call again|Notes=VIP; please remove from list!|Stage=Unqualified - opted out|OptOut Datum=2026-01-02
Werbung erlaubt?=nein|Opt-In=0|Keine Werbung=ja|Sperrvermerk=gesperrt|Newsletter=abgemeldet|DSGVO Einwilligung=nein
Bemerkung=Rückruf Montag, bitte nicht mehr kontaktieren|Einwilligung E-Mail=widerrufen|Kontakt erwünscht=nein
Ne pas contacter=oui
Désabonné=oui|Consentement RGPD=Non|Statut=désabonné|Remarques=NE PAS APPELER|Accepte la prospection=non
No contactar=sí|Dado de baja=sí|Baja=2026-01-02|Consentimiento=no|Non contattare=sì|Consenso marketing=NO
Niet benaderen=ja|Toestemming=nee|Não contactar=sim|Consentimento=não|Nie kontaktować=tak|Zgoda marketingowa=nie
Ej kontakt=ja|Samtycke=nej|Må ikke kontaktes=ja|Samtykke=nei|Älä ota yhteyttä=kyllä|Nevolat=ano|İzin=hayır|IZIN=HAYIR
Не звонить=да|Согласие=нет|連絡不可=○|メール配信=停止|退订=是|수신거부=Y|수신동의=N
"""
NOT_OPTED_OUT = """
Email Opt Out=no
Opt-out=n/a|Keine Werbung=nein|Désabonné=non|Dado de baja=No|Не звонить=нет|連絡不可=いいえ|Opt-out=opted in
Consent=yes
Einwilligung=ja|Consentement=oui|Zgoda=tak|Согласие=да|Consent=|Einwilligung=unbekannt|Newsletter opt-in=FALSE
Notes=do not call before Monday|Notes=opted out of the workshop on Friday|Notes=was unsubscribed from the weekly mail
Bemerkung=keine Werbung für Konkurrenten im Haus
Prioridad=Baja|Marketing contact status=Non-marketing contact|Contacted=no
Company=Do Not Disturb Ltd
No. of calls=3|Bounce rate=12|Country=no|Newsletter=nein|Mailing=nein|Interest=none|Permission slip=no
"""


@pytest.mark.parametrize(("table", "wanted"), [(OPTED_OUT, True), (NOT_OPTED_OUT, False)])
def test_lists_in_many_languages_say_who_opted_out_by_a_flag_a_consent_or_a_clause(table, wanted):
    cells = [tuple(cell.split("=")) for line in table.strip().splitlines() for cell in line.split("|")]
    assert [cell for cell in cells if says_opted_out(*cell) != wanted] == []


def test_words_around_a_flag_or_a_consent_are_neither():
    names = (
        "newsletter",
        "email",
        "contact status",
        "date",
        "list",
        "Werbung",
        "customer",
        "bitte",
        "no consent needed",
    )
    assert not any(is_flag(name) or is_consent(name) for name in names)
