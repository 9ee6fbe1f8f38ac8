"""A messy list as a trade fair hands it out, about people of a workspace and others."""

import csv
import io
from itertools import chain, repeat

from pb2b_notebook import cleanup

HEAD = ("Vorname", "Nachname", "E-Mail", "Telefon", "Firma", "Land", "Interesse", "Newsletter", "Verlängerung", "Größe")
TIMES = 11
"""Rows of each person in a long list."""
GIVEN = ("Anna", "Bernd", "Carla", "Dirk", "Emma", "Felix", "Greta", "Holger")
FAMILY = ("Meyerhold", "Brückner", "Quandt", "Zillinger", "Ostrowski", "Palmgren", "Rüdiger", "Tannenbaum")
MORE_GIVEN = ("Ilse", "Jonas", "Karla", "Ludger", "Marlene", "Norbert", "Ottilie", "Paul")
MORE_FAMILY = ("Abendroth", "Castorf", "Dornbusch", "Eichelkraut", "Fährmann", "Goldammer", "Hufnagel", "Immergrün")
FIRMS = ("Nordwind", "Südlicht", "Bergkamm", "Talblick", "Uferweg", "Hügelland", "Moosgrund", "Seeblick")


def new_people(given_names=GIVEN, family_names=FAMILY):
    """64 people who are in no workspace: each has a name, a company and an address of their own."""
    rows = []
    for number, (given, family) in enumerate((given, family) for given in given_names for family in family_names):
        firm = FIRMS[(number * 5 + number // 8) % len(FIRMS)]
        host = firm.lower().translate(str.maketrans("äöü", "aou"))
        user = family.lower().translate(str.maketrans("äöü", "aou"))
        rows.append(
            {
                "Vorname": given.upper() if number % 3 == 0 else given,
                "Nachname": family.upper() if number % 3 == 0 else family,
                "E-Mail": f" {given}.{user}@{host}{number}.example ",
                "Telefon": f"{('030', '040', '069', '089')[number % 4]}/90{number * 37 % 64:02d}8{number:02d}",
                "Firma": f"{firm} {number} GmbH",
                "Land": ("Deutschland", "DE", "germany")[number % 3],
                "Interesse": ("heiß", "B", "kalt", "")[number % 4],
                "Newsletter": ("x", "", "ja")[number % 3],
                "Verlängerung": ("46085", "12.03.2026", "2026-03-10", "bald", "")[number % 5],
                "Größe": ("50", "ca. 100", "")[number % 3],
            }
        )
    return rows


def row_about(lead, **cells):
    """A row about a lead, with other cells where they are given."""
    row = dict.fromkeys(HEAD, "") | {
        "Vorname": lead["first_name"],
        "Nachname": lead["last_name"],
        "E-Mail": lead["email"],
        "Telefon": lead["phone"],
        "Firma": lead["company_name"],
        "Land": lead["country"],
    }
    return row | cells


def three_hundred(leads):
    """300 rows: 256 new people, 20 of them twice; 14 known, six who opted out by other addresses, four without a key.

    Args:
        leads: Leads of a workspace, as dicts, each of a person of whom there is one lead.
    """
    people = new_people((*GIVEN, *MORE_GIVEN), (*FAMILY, *MORE_FAMILY))
    twice = [row | {"Vorname": row["Vorname"].upper(), "Land": ""} for row in people[:20]]
    active = [lead for lead in leads if lead["status"] not in {"unsubscribed", "bounced"}][:14]
    gone = [lead for lead in leads if lead["status"] in {"unsubscribed", "bounced"}][:6]
    known = [row_about(lead) for lead in active]
    again = [row_about(lead, **{"E-Mail": f"private{n}@webmail.example"}) for n, lead in enumerate(gone)]
    keyless = [dict.fromkeys(HEAD, "") | {"Firma": f"Nur Firma {n} AG"} for n in range(4)]
    return [*people, *twice, *known, *again, *keyless]


def lone_leads(ws):
    """Leads of people who are in a workspace once, with what a row of a list has."""
    leads = ws.leads.list(frame="polars").drop_nulls(["phone", "company_name", "email", "full_name"])
    live = leads.filter(leads["merged_into"].is_null())
    found = cleanup.duplicates(live).frame
    return found.filter(found["cluster_size"] == 1).to_dicts()


def as_csv(rows, encoding="utf-8-sig"):
    """The rows as the CSV file of a German spreadsheet."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(HEAD), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)


def long_list(rows):
    """Return a long list as CSV, and the number of its people, and of its rows without a name, address or phone.

    Each person is in it :data:`TIMES` times, written in two ways; their number is that of a workspace of the sandbox.
    """
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    family = [f"{a}{b}{c}".title() for a in syllables[:10] for b in syllables[:10] for c in ("lo", "mar")]
    given = [f"{a}{b}".title() for a in syllables for b in syllables][: max(1, rows * 9 // 100 // len(family))]
    # Numbers of one length: one that begins another one is that of a person whose extension is left out.
    people = [row | {"Telefon": f"030 {9_000_000 + n}"} for n, row in enumerate(new_people(given, family))]
    again = [row | {"Vorname": row["Vorname"].upper(), "Land": ""} for row in people]
    named = chain(people, *repeat(again, TIMES - 1))
    keyless = rows - TIMES * len(people)
    return as_csv([*named, *repeat(dict.fromkeys(HEAD, "") | {"Firma": "Nur Firma AG"}, keyless)]), len(people), keyless
