"""Features that follow from the row itself, and from facts about the other rows."""

import duckdb
import polars as pl
from polars.testing import assert_frame_equal

from linkage_stages import features_of
from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage.columns.further_columns import further_columns
from pb2b_notebook.cleanup.linkage.columns.standardization import SOURCES, standardize
from pb2b_notebook.cleanup.linkage.pairs.features import content_columns, distinct_contents, features_of_contents
from pb2b_notebook.engines.memory import IN_MEMORY, InMemory
from seeded_mess import seeded_leads


def test_the_label_of_a_domain_does_not_depend_on_its_ending():
    """Otherwise all domains in .co.uk have the label "co"."""
    hosts = ["acme.com", "www.acme.co.uk", "shop.acme.com.br", "acme.gov.au", "acme.de", "com.acme.de"]
    assert features_of([{"company_domain": host} for host in hosts])["label"].to_list() == ["acme"] * 6
    namesakes = [
        {"full_name": "Eric Davis", "company_domain": f"{firm}.co.uk", "email": f"eric.davis@{firm}.co.uk"}
        for firm in ("tecera", "brixwell")
    ]
    found = cleanup.duplicates(pl.DataFrame(namesakes), 0.01)
    assert all("similar domains" not in reasons for reasons in found.pairs["reasons"])


def test_words_of_company_names_are_abbreviated_in_several_languages():
    names = ["Asociación Española del Vino", "Univ. Bergamo", "Stadtw. Köln", "Laboratoires Noé"]
    short = ["Asoc. Española del Vino", "Università Bergamo", "Stadtwerke Köln", "Labs. Noé"]
    whole, abbreviated = (features_of([{"company_name": name} for name in each])["company"] for each in (names, short))
    assert whole.to_list() == abbreviated.to_list()


class InParts(InMemory):
    """Computes by parts of the rows: those of one value are in one part where a stage needs them, others anywhere."""

    def map(self, name, function, table):  # noqa: ARG002
        return pl.concat([function(part) for part in table.iter_slices(97)])

    def share(self, table, columns):
        for one in columns:
            keyed = (
                table.select("i", *one.reads)
                .with_columns(key=one.key)
                .filter(table.select(one.key.is_not_null()).to_series())
            )
            parts = (keyed.filter(pl.col("key").hash() % 3 == part) for part in range(3))
            found = pl.concat(
                [pl.concat([part.select("i"), one.function(part.drop("key"))], how="horizontal") for part in parts]
            )
            joined = table.join(found, on="i", how="left", maintain_order="left")
            table = joined.with_columns(pl.col(name).fill_null(value) for name, value in one.alone.items())
        return table

    def gather(self, function, table, *, key="", reads=()):
        table = table.select(*dict.fromkeys((*reads, key) if key else reads)) if reads else table
        by_key = (table.filter(pl.col(key).hash() % 3 == part) for part in range(3)) if key else table.iter_slices(97)
        return pl.concat([function(part) for part in by_key])


def test_features_of_parts_are_those_of_the_whole():
    docs = [lead.doc for lead in seeded_leads(3, 700)]
    rows = pl.DataFrame(
        {name: [doc.get(name) for doc in docs] for name in SOURCES}, schema=dict.fromkeys(SOURCES, pl.String)
    )
    unnamed = pl.when(pl.int_range(pl.len()) % 6 == 0).then(None)
    rows = rows.with_columns(
        unnamed.otherwise(pl.col(name)).alias(name) for name in ("first_name", "last_name", "full_name")
    )
    rows = pl.concat([rows, rows.head(150).with_columns(full_name=pl.lit("王小明"), first_name=None, last_name=None)])
    columns = further_columns({"born": "date", "no": "identifier", "sex": "category"})
    k = pl.int_range(pl.len())
    rows = rows.with_columns(
        date_1=pl.format("19{}-0{}-11", 40 + k * k % 50, 1 + k % 9),
        identifier_1=pl.format("c {}", 1000 + k * 7 % 400),
        category_1=pl.when(k % 2 == 0).then(pl.lit("female")).otherwise(pl.lit("male")),
    )
    with duckdb.connect() as db:
        standardized = standardize(rows, columns)
        contents, _ = distinct_contents(db, standardized, content_columns(standardized))
    whole, parts = (features_of_contents(contents, columns, tables) for tables in (IN_MEMORY, InParts()))
    assert (whole["script"] > 0).any()
    assert whole["addressed"].any()
    assert whole["identifier_1_number"].count() > 100
    assert_frame_equal(parts.select(whole.columns), whole, check_exact=True)
