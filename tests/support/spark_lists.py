"""Frames to and from Spark, and lists in which other rows decide about a value: a part alone is cleaned differently."""

import datetime as dt
from types import SimpleNamespace

import polars as pl

from pb2b_notebook.spark.partitions import create_frame
from seeded_mess import seeded_leads

LEAD_FIELDS = {
    "dates": pl.DataFrame(
        {
            "key": ["email", "renewal"],
            "label": ["Email", "Renewal"],
            "type": ["email", "date"],
            "builtin": [True, False],
        }
    )
}
_SHOUTED = [
    "SIEMENS AG",
    "Allianz Versicherung",
    "BAYER WERKE",
    "BOSCH TECHNIK",
    "LINDE GASE",
    "HENKEL SEIFEN",
    "MERCK PHARMA",
]

LISTS = {
    # Only some dates show that the day is first.
    "dates": pl.DataFrame(
        {"email": [f"a{n}@example.com" for n in range(6)], "custom_renewal": ["1/2/2026", "31/12/2026"] * 3}
    ),
    # The only NA of a list is a brand; of several, each is a missing value.
    "missing companies": pl.DataFrame({"company_name": ["NA", "NA", "Nordlicht Optik", "Birkenhain"]}),
    "missing elsewhere": pl.DataFrame({"company_name": ["NA", "Nordlicht Optik"], "title": ["Engineer", "NA"]}),
    # A list in mixed case: what it writes in capitals may be a brand.
    "capitals": pl.DataFrame({"company_name": [*_SHOUTED, "Nordlicht"], "country": ["DE"] * 8}),
    # Only some rows show whether the list writes the Turkish dot.
    "dots": pl.DataFrame(
        {
            "first_name": ["ALI", "İBRAHİM", "FATIH", "CELİL", "AHMET VELI", "ALİ"],
            "last_name": ["YILMAZ", "DEMİR", "KILIC", "ŞAHİN", "IŞIK", "ÖZDEMİR"],
            "country": ["TR"] * 6,
        }
    ),
}


def messy_people(count=160):
    """Return rows with several phones and people in a cell, blanks of many kinds, and each fourth row once more."""
    given = ["Jean", "Marie", "Ada", "Max", "Zoé", "Jürgen", "María José", "İbrahim", "Олег", "王伟"]
    family = ["Roux", "Dupont", "Müller", "Berg", "O'Neil", "van der Berg", "García Pérez", "Yılmaz", "Петров"]
    firms = ["Nordlicht Optik GmbH", "BIRKENHAIN AG", "Société Générale", "Acme, Inc.", "NA", "Tal & Co KG"]
    hosts = ["nordlicht.example", "birkenhain.example", "gmail.com", "acme.example", "gmial.com", "tal.example", ""]
    rows = []
    for n in range(count):
        first, last, host = given[n % 10], family[n * 7 % 9], hosts[n % 7]
        names = [f"{first} {last}", f"{last}, {first}", f"M. {last}", f"Dr. {first} {last}", None, f"M {last}", "n/a"]
        names += [f"{first} {last} and Anna {last}", f"{first[0]}. {last}", f"{last.upper()} {first.upper()}"]
        email = f"{first}.{last}{n // 4}@{host}".replace(" ", "").lower() if host else None
        phone = [f"030/90{n // 3:04d}", f"+49 30 90{n // 3:04d}", f"0171 234{n // 2:04d} / 030 90{n:04d}", None, "0"]
        rows.append({
            "id": f"lead_{n}", "Name": names[n % 10], "email": [email, email and email.upper(), email][n % 3],
            "phone": phone[n % 5], "Mobile": f"+49171234{n // 4:04d}" if n % 4 == 1 else None,
            "company_name": firms[n % 6] if n % 8 else None, "country": ["DE", "Germany", None, "FR"][n % 4],
            "status": ["new", "qualified", "unsubscribed"][n % 3] if n % 9 == 0 else "new",
            "birth_date": f"19{50 + n // 4 % 50}-0{1 + n % 9}-1{n // 4 % 9}" if n % 3 else None,
            "custom_note": ["x", "1/2/2026", "31.12.2026"][n % 3], "empty": None,
        })  # fmt: skip
    found = pl.DataFrame(rows, schema_overrides={"empty": pl.String})
    copies = found.gather_every(4).with_columns(pl.col("id") + "_2", pl.col("Name").str.to_uppercase(), phone=None)
    return pl.concat([found, copies]).sample(fraction=1, shuffle=True, seed=1)


def opted_out(people):
    """Return some of :func:`messy_people` under other spellings, with another address."""
    number, last = pl.int_range(pl.len()), pl.col("Name").str.split(" ").list.last()
    spelled = pl.when(number % 3 == 0).then(pl.format("Jean {}", last)).when(number % 3 == 1).then("Name")
    return people.gather_every(9).select(
        "company_name", full_name=spelled.otherwise(pl.format("Monsieur {}", last)), phone="Mobile",
        email=pl.format("old{}@other.example", number),
    )  # fmt: skip


def clustered_leads():
    """Leads, most of them several times, with values of all kinds, and clusters that were merged before."""
    docs = [lead.doc for lead in seeded_leads(7, 90)]
    names = [name for name, value in docs[0].items() if isinstance(value, str | None)]
    found = pl.DataFrame({name: pl.Series([doc[name] for doc in docs], dtype=pl.String) for name in names})
    number = pl.int_range(pl.len())
    copies = [
        found.with_columns(
            id=pl.format("{}_{}", "id", pl.lit(copy)),
            cluster_id=pl.format("c{}", pl.when(number % 7 > 0).then(number)),
            status=pl.when((number + copy) % 11 == 0).then(pl.lit("unsubscribed")).otherwise("status"),
            phone=pl.when((number + copy) % 3 > 0).then("phone"),
            full_name=pl.when((number + copy) % 5 == 0)
            .then(pl.format("Ann {} Berg", pl.lit("ABC"[copy])))
            .otherwise("full_name"),
            tags=pl.concat_list(pl.lit("x"), pl.format("t{}", number % 4 + copy)),
            employee_count=number * 7 % 50 + copy,
            **{"a.b": pl.when(number % 2 == copy).then(pl.lit(1.5))},
            updated_at=dt.datetime(2026, 10, 25, tzinfo=dt.UTC) + pl.duration(minutes=(copy * 70 + number) % 190),
            born=pl.when(number % 3 == copy).then(dt.date(1980, 1, 1 + copy)),
            merged_into=pl.when((number % 9 == 0) & (copy > 0)).then(pl.format("{}_0", "id")),
        )
        for copy in range(3)
    ]
    return pl.concat(copies)


def choices_of(clustered):
    """Return arguments of merge for :func:`clustered_leads`; some are about other rows."""
    ids = clustered["id"].to_list()
    return {
        "rules": {"city": "longest", "industry": "union", "a.b": "highest"}, "trusted": ["import"],
        "exclude": [ids[1], "absent"], "undone": [ids[2], "c3", "absent"], "chosen": [(ids[95], "title")],
        "confirmed": ["c5", "gone"],
    }  # fmt: skip


def to_spark(spark, leads, parts=3):
    return create_frame(SimpleNamespace(sparkSession=spark), leads).repartition(parts)


def collected(rows, *order):
    return pl.DataFrame(rows.toArrow()).sort(*order)
