import pandas as pd
import pytest

import pb2b_notebook as pb

EVENTS = ["OmniSecure", "OOP", "IT-Trans", "JavaLand"]
PLACES = ["Berlin", "München", "Karlsruhe", "Brühl"]
HOMES = ["Berlin", "Ulm", "Kiel", "Köln", "Bonn", "Essen", "Trier", "Jena", "Gera", "Berlin", "Ulm", "Kiel"]
NAMES = ["Berg", "Holz", "Roth", "Kern", "Sand", "Wald", "Stein", "Korn", "Baum", "Fels", "Moos", "Laub"]


def mapped(builtin, cities, names, sites):
    rows = {"EVENT NAME": [event for event in EVENTS for _ in range(3)], "ORT": cities, "NACHNAME": names}
    found = pb.Mapping.suggest(pd.DataFrame(rows | {"WEBSITE": sites}), builtin).columns
    assert found["NACHNAME"] == "last_name"
    return found.get("ORT"), found.get("WEBSITE")


def test_the_place_and_the_page_of_an_event_are_not_those_of_its_people(builtin):
    sites = [f"https://www.{event.lower()}.example/" for event in EVENTS for _ in range(3)]
    sites[0] = "https://www.siemens.example/"
    assert mapped(builtin, [place for place in PLACES for _ in range(3)], NAMES, sites) == (None, None)


@pytest.mark.parametrize("cities", [HOMES, [place for place in PLACES for _ in range(3)]])
def test_people_of_an_event_keep_their_places_and_pages(builtin, cities):
    """Each from somewhere else; or one person of each event, in several rows."""
    names = NAMES if cities is HOMES else [name for name in NAMES[:4] for _ in range(3)]
    sites = [f"https://www.{name.lower()}.example/" for name in names]
    assert mapped(builtin, cities, names, sites) == ("city", "website")
