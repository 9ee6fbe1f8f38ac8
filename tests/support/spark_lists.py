"""Frames to and from Spark, and lists in which other rows decide about a value: a part alone is cleaned differently."""

from types import SimpleNamespace

import polars as pl

from pb2b_notebook.spark.partitions import create_frame

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


def to_spark(spark, leads, parts=3):
    return create_frame(SimpleNamespace(sparkSession=spark), leads).repartition(parts)


def collected(rows, *order):
    return pl.DataFrame(rows.toArrow()).sort(*order)
