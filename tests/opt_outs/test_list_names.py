"""Names of sheets and files of people who do not want to be contacted."""

import pytest

from pb2b_notebook.opt_outs import names_refusals


@pytest.mark.parametrize(
    "name",
    [
        "Disiscritti", "Abmeldungen", "Désinscrits", "Bajas", "Avmeldte", "Odhlášení", "Wypisani", "Opt-outs Webinar",
        "Bounces", "Widersprüche", "Descadastrados", "Afmeldingen", "Avregistrerade", "Frameldte", "Leiratkozók",
        "Dezabonați", "Odjavljeni", "Отписались", "Отказы июнь", "Відписані", "ΔΙΑΓΡΑΦΕΣ", "Abonelikten çıkanlar",
        "退订", "配信停止リスト", "הסרות", "Newsletterabmeldungen", "abmeldungen_2026.csv", "Bajas en 2026",
        "DO NOT CONTACT", "Declined", "declined_contacts_2026", "Ablehnungen", "Ablehnungen Newsletter KW 12",
        "Declinados", "Rebotes", "Rechazados", "Refusés", "Hanno rifiutato", "Takket nei", "Odmówili", "Отказались",
        "拒绝名单",
        "お断り", "Schwarze Liste", "Löschanfragen", "Spam complaints", "Unzustellbar",
        "cleaned_members_export_2f8a.csv",
        "cleaned_email_audience_export_9a.csv",
    ],
)  # fmt: skip
def test_a_list_of_refusals_is_known_by_its_name(name):
    assert names_refusals(name)


@pytest.mark.parametrize(
    "name",
    [
        "Contacts & opt-outs", "Leads und Abmeldungen", "ohne Abmeldungen", "leads_without_optouts.csv", "Opt-out rate",
        "Opt-out status", "Nicht abgemeldet", "Prioridad baja", "Rebajas", "Leads", "Kontakte", "Anmeldungen",
        "Suscritos", "Iscritti", "Подписки", "Tabelle1", "Opportunities", "Kunden gekündigt",
        "duplicates_removed.csv", "Opt-outs removed", "Smith Removals",
        "Leads oposiciones", "fire suppression leads.csv", "Objections",
        "Blacklist products", "Blocklist IPs", "Widerrufsbelehrung", "Widerrufsformular", "Abmeldelink",
        "Vorlage Abmeldung", "Declined quotes", "Abgelehnte Angebote", "Devis refusés", "Refused invoices",
        "Refusal reasons",
        "Waste refusal plants", "Opposition research", "Bajas médicas", "Rifiuti speciali",
        "Отказы оборудования", "拒绝服务",
        "leads_cleaned.csv", "Cancellations", "Bounce Fitness", "Gesperrte Straßen",
    ],
)  # fmt: skip
def test_another_list_is_not(name):
    assert not names_refusals(name)
