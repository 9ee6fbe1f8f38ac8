"""A messy list as a trade fair hands it out, about people of a workspace and others."""

import csv
import io

HEAD = ("Vorname", "Nachname", "E-Mail", "Telefon", "Firma", "Land", "Interesse", "Newsletter", "Verlängerung", "Größe")
GIVEN = ("Anna", "Bernd", "Carla", "Dirk", "Emma", "Felix", "Greta", "Holger")
FAMILY = ("Meyerhold", "Brückner", "Quandt", "Zillinger", "Ostrowski", "Palmgren", "Rüdiger", "Tannenbaum")
FIRMS = ("Nordwind", "Südlicht", "Bergkamm", "Talblick", "Uferweg", "Hügelland", "Moosgrund", "Seeblick")


def new_people():
    """64 people who are in no workspace: each has a name, a company and an address of their own."""
    rows = []
    for number, (given, family) in enumerate((given, family) for given in GIVEN for family in FAMILY):
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


def as_csv(rows, encoding="utf-8-sig"):
    """The rows as the CSV file of a German spreadsheet."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(HEAD), delimiter=";")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode(encoding)
