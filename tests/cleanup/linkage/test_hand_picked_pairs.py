"""Thirty pairs across scripts, nicknames and companies: whether they are one, and why, in words."""

from functools import cache

import pandas as pd
import pytest

from pb2b_notebook import cleanup

OPTIK, REISEN = {"company_name": "Nordlicht Optik GmbH"}, {"company_name": "Zenker Reisen"}
PHONE = {"phone": "+49 30 5550{n}17"}
PAIRS = {
    "people": [
        (
            {"full_name": "王小明", **PHONE},
            {"full_name": "Xiaoming Wang", **PHONE},
            True,
            "similar first and family names",
        ),
        ({"full_name": "王伟", **OPTIK}, {"full_name": "Wei Wang", **OPTIK}, False, ""),
        ({"full_name": "李娜", **PHONE}, {"full_name": "李静", **PHONE}, False, "different first names"),
        ({"full_name": "박지성", **PHONE}, {"full_name": "Park Ji-sung", **PHONE}, True, "same phone number"),
        ({"full_name": "佐藤 花子", **PHONE}, {"full_name": "佐藤花子", **PHONE}, True, "same name"),
        ({"full_name": "サトウ ハナコ", **PHONE}, {"full_name": "さとう はなこ", **PHONE}, True, "same name"),
        (
            {"full_name": "خالد منصور", **PHONE, **REISEN},
            {"full_name": "Khalid Mansour", **PHONE, **REISEN},
            True,
            "names are slightly similar",
        ),
        ({"full_name": "خالد منصور"}, {"full_name": "Khalid Mansour"}, False, ""),
        (
            {"full_name": "דוד גולדברג", **PHONE, **REISEN},
            {"full_name": "David Goldberg", **PHONE, **REISEN},
            True,
            "names are slightly similar",
        ),
        ({"full_name": "Ђоковић Новак", **PHONE}, {"full_name": "Novak Djokovic", **PHONE}, True, "same name"),
        (
            {"full_name": "José Ruiz", "email": "j.ruiz@gmail.com"},
            {"full_name": "Pepe Ruiz", "email": "j.ruiz@gmail.com"},
            True,
            "first names are nicknames",
        ),
        (
            {"full_name": "Aleksandr Petrenko", **PHONE},
            {"full_name": "Sasha Petrenko", **PHONE},
            False,
            "first names are nicknames",
        ),
        (
            {"full_name": "Hans Lang", "email": "hans.lang@zenker.example"},
            {"full_name": "Johannes Lang", "email": "johannes.lang@zenker.example"},
            False,
            "but different email addresses at the same domain",
        ),
        ({"full_name": "Alice Kern", **OPTIK}, {"full_name": "Lisa Kern", **OPTIK}, False, ""),
        ({"full_name": "Małgorzata Nowak", **PHONE}, {"full_name": "Gosia Nowak", **PHONE}, True, "nicknames"),
    ],
    "companies": [
        (
            {"company": "Ahorn Sanitär GmbH", "city": "Celle"},
            {"company": "AHORN SANITÄR", "city": "Celle"},
            True,
            "same city",
        ),
        ({"company": "Ginster Druck", **PHONE}, {"company": "Ginsetr Druck", **PHONE}, True, "names differ by a typo"),
        (
            {"company": "Birke AG", "city": "Ulm"},
            {"company": "Birke Logistik AG", "city": "Ulm"},
            False,
            "department or branch",
        ),
        ({"company": "Lärche Optik", **PHONE}, {"company": "Eibe Reisen", **PHONE}, False, "but different names"),
        (
            {"company": "Tanne GmbH", "HRB": "HRB 54322", "city": "Hamburg"},
            {"company": "Tanne GmbH", "HRB": "HRB 54322", "city": "München"},
            False,
            "same registration number in two towns",
        ),
        (
            {"company": "Fichte Glas", "LEI": "529900T8BM49AURSDO55", "city": "Hamburg"},
            {"company": "Fichte Glas", "LEI": "529900T8BM49AURSDO55", "city": "München"},
            True,
            "same registration number",
        ),
        (
            {"company": "Kiefer GmbH", **PHONE},
            {"company": "Kiefer GmbH & Co. KG", **PHONE},
            False,
            "different legal forms",
        ),
        (
            {"company": "Ulme Handwerk", "email": "ulme.hw@gmail.com"},
            {"company": "Ulme Handwrk", "email": "ulme.hw@gmail.com"},
            True,
            "same email address",
        ),
        (
            {"company": "Weide Backwaren", "website": "weide.example", "city": "Stuttgart"},
            {"company": "Wiede Backwaren", "website": "weide.example", "city": "Stutgart"},
            True,
            "cities differ by a typo",
        ),
        (
            {"company": "トヨタ", "website": "toyota.example"},
            {"company": "Toyota", "website": "toyota.example"},
            True,
            "same name, written in two scripts",
        ),
        ({"company": "三星电子", **PHONE}, {"company": "Samsung", **PHONE}, False, "names in two scripts"),
        (
            {"company": "Hotel Erle", "street": "Am Markt 2", "city": "Ulm"},
            {"company": "Erle Hotel", "street": "Am Markt 2", "city": "Ulm"},
            True,
            "order or abbreviation of its words",
        ),
        (
            {"company": "Bayrische Buchen Werke", "website": "bbw.example"},
            {"company": "BBW", "website": "bbw.example"},
            True,
            "one name is the initials of the other",
        ),
        ({"company": "Hasel Windpark 12"}, {"company": "Hasel Windpark 13"}, False, ""),
        ({"company": "Eberesche Moden", "city": "Jena"}, {"company": "Eberesche Moden", "city": "Gera"}, False, ""),
    ],
}
"""Two rows, whether they are one, and words that the reasons have; "" where the rows are not compared or not listed."""


@cache
def answers(of):
    """Whether the rows of each pair are in one cluster, and the reasons."""
    rows = [
        {key: value.format(n=f"{n:02d}") for key, value in row.items()}
        for n, pair in enumerate(PAIRS[of])
        for row in pair[:2]
    ]
    if of == "companies":
        rows = [{**row, "HRB": row.get("HRB") or row.pop("LEI", None)} for row in rows]
    found = cleanup.duplicates(pd.DataFrame(rows), of=of, threshold=0.75)
    clusters = found.frame["cluster_id"].tolist()
    reasons = {frozenset(pair[:2]): pair[2] for pair in found.pairs[["row_a", "row_b", "reasons"]].to_numpy().tolist()}
    return [
        (clusters[2 * n] == clusters[2 * n + 1], reasons.get(frozenset((2 * n, 2 * n + 1)), ""))
        for n in range(len(PAIRS[of]))
    ]


@pytest.mark.parametrize(("of", "n"), [(of, n) for of, pairs in PAIRS.items() for n in range(len(pairs))])
def test_a_pair_is_judged_as_a_person_would_and_says_why(of, n):
    _, _, one, why = PAIRS[of][n]
    joined, reasons = answers(of)[n]
    assert joined == one, reasons
    assert why in reasons
