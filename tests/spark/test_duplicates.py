"""Duplicates of DataFrames of Spark: the clusters of one machine."""

import datetime as dt

import numpy as np
import polars as pl
import pytest

from pb2b_notebook.cleanup import duplicates, merge
from pb2b_notebook.cleanup.linkage.results.result import pairs_of_rows
from pb2b_notebook.cleanup.linkage.spark import duplicates as spark_duplicates
from pb2b_notebook.cleanup.linkage.spark.components import components_by_joins
from pb2b_notebook.cleanup.linkage.tables.components import components
from pb2b_notebook.engines import on_spark
from pb2b_notebook.errors import CleanupError
from pb2b_notebook.spark.tables import create_table
from seeded_mess import seeded_leads
from spark_lists import collected, to_spark


@pytest.fixture(scope="module")
def leads():
    """Leads, each third one a second time, with a column that Spark reads in another way."""
    docs = [lead.doc for lead in seeded_leads(7, 120)]
    names = [name for name, value in docs[0].items() if isinstance(value, str | None)]
    found = pl.DataFrame({name: pl.Series([doc[name] for doc in docs], dtype=pl.String) for name in names})
    found = found.with_columns(pl.lit("x").alias("a.b"), at=pl.lit(dt.datetime(2026, 10, 25, tzinfo=dt.UTC)))
    copies = found.gather_every(3).with_columns(pl.col("id") + "_2", pl.col("full_name").str.to_uppercase(), phone=None)
    return pl.concat([found, copies.cast(found.schema)])


@pytest.fixture(scope="module")
def both(spark, leads, tmp_path_factory):
    """The duplicates as one machine finds them, and as Spark does, with a folder for the driver's work."""
    work = tmp_path_factory.mktemp("work") / "scratch"
    here, there = duplicates(leads), duplicates(to_spark(spark, leads), work=work)
    assert not work.exists()
    return here, there


def test_the_clusters_are_those_of_one_machine(both):
    here, there = both
    assert len(here.clusters) > 30
    assert collected(there.frame, "id").equals(here.frame.sort("id"))
    for table, order in (("clusters", "cluster_id"), ("pairs", "probability")):
        found, expected = getattr(there, table), getattr(here, table)
        assert found.sort(order, pl.all()).equals(expected.sort(order, pl.all()))
    assert (there.compared, there.refinement) == (here.compared, here.refinement)
    assert (repr(there), there.computed_on) == (repr(here), "driver")


def test_known_rows_and_choices_are_heeded(spark, leads):
    known, new = leads.slice(0, 60), leads.slice(60)
    ids = new["id"].to_list()
    options = {"same": [ids[:2]], "different": [ids[2:5]], "threshold": 0.9}
    here = duplicates(new, known=duplicates(known).frame, **options)
    there = duplicates(to_spark(spark, new), known=duplicates(to_spark(spark, known)).frame, **options)
    # The id of a cluster of rows that are kept apart depends on the order of the rows.
    found, expected = (
        rows.with_columns(pl.col("id").first().over("cluster_id").alias("cluster_id"))
        for rows in (collected(there.frame, "id"), here.frame.sort("id"))
    )
    assert found.equals(expected)
    assert set(here.frame["cluster_id"]) & set(duplicates(known).frame["cluster_id"])
    assert there.step == here.step


def test_the_rows_that_were_read_can_be_merged_here(leads, both):
    here, there = both[0], both[1].local
    merged, expected = merge(there.frame, there).frame, merge(leads, here).frame
    assert expected["merged_into"].count() > 20
    assert merged.select(expected.columns).sort("id").equals(expected.sort("id"))


def test_companies_are_found_by_numbers_as_ids(spark):
    firms = pl.DataFrame({
        "id": [3, 1, 2], "Firma": ["Nordlicht Optik GmbH", "Nordlicht Optik Gesellschaft mbH", "Birkenhain AG"],
        "PLZ": ["20095", "20095", "01067"], "cluster_size": ["of", "the", "caller"],
    })  # fmt: skip
    found = collected(duplicates(to_spark(spark, firms), of="companies").frame, "id")
    assert found.columns == ["id", "Firma", "PLZ", "cluster_id", "cluster_size", "match_probability"]
    assert (found["id"].to_list(), found["cluster_size"].to_list()) == ([1, 2, 3], [2, 1, 2])
    assert found["cluster_id"][0] == found["cluster_id"][2] != found["cluster_id"][1]


def test_a_frame_without_rows_has_no_clusters(spark):
    found = duplicates(to_spark(spark, pl.DataFrame(schema={"id": pl.String, "email": pl.String})))
    assert collected(found.frame, "id").is_empty()
    assert found.clusters.is_empty()


@pytest.mark.parametrize("ids", [["a", "a"], ["a", None], ["a", "  "], [1.0, 2.0], None])
def test_rows_that_no_id_names_are_refused(spark, ids):
    leads = pl.DataFrame({"email": ["ada@example.com", "bob@example.com"]})
    leads = leads if ids is None else leads.with_columns(id=pl.Series(ids))
    with pytest.raises(CleanupError, match="a column id that names each row"):
        duplicates(to_spark(spark, leads))


def test_the_rows_of_clusters_that_spark_wrote_are_merged_as_all_are(spark, leads, both, tmp_path):
    """As the guide does it: docs/how-to/large_lists.md."""
    here, there = both
    there.frame.write.parquet(str(tmp_path / "clustered"))
    merged = merge(spark.read.parquet(str(tmp_path / "clustered")))
    expected = merge(leads, here)
    found = collected(merged.golden, "id").with_columns(pl.col("at").dt.convert_time_zone("UTC"))
    assert found.select(expected.golden.columns).equals(expected.golden.sort("id"))
    assert merged.counts.merged == expected.merged > 20


def test_a_wrong_argument_is_refused_before_the_rows_are_read(spark):
    leads = to_spark(spark, pl.DataFrame({"id": ["a"]})).selectExpr("raise_error('read') AS id")
    with pytest.raises(CleanupError, match="threshold="):
        duplicates(leads, 2)


def test_a_list_that_the_driver_has_no_memory_for_is_refused(spark, leads, monkeypatch):
    monkeypatch.setattr(spark_duplicates, "BYTES_OF_ROW", 2**50)
    with pytest.raises(CleanupError, match=r'144 rows need about .* GB of the memory .* → pass work="scratch/"'):
        duplicates(to_spark(spark, leads))
    monkeypatch.setattr(spark_duplicates, "BYTES_OF_KNOWN", 2**50)
    unread = spark.range(5).selectExpr("CAST(raise_error('read') AS STRING) AS id", "'Ada' AS full_name")
    for df, known in ((leads, unread), (to_spark(spark, leads), unread), (to_spark(spark, leads), leads.head(5))):
        monkeypatch.setattr(spark_duplicates, "ON_DRIVER", -1)
        with pytest.raises(CleanupError, match=r"5 rows of known= need about .* GB"):
            duplicates(df, known=known)
    monkeypatch.setattr(spark_duplicates, "BYTES_OF_LINK", 2**50)
    assert not spark_duplicates.links_fit_on_driver(1)


def in_order(table):
    table = table if isinstance(table, pl.DataFrame) else pl.DataFrame(table.toArrow())
    return table.sort(pl.all())


@pytest.fixture
def on_executors(monkeypatch):
    monkeypatch.setattr(spark_duplicates, "ON_DRIVER", -1)


@pytest.fixture
def links_on_executors(on_executors, monkeypatch):
    monkeypatch.setattr(spark_duplicates, "LINKS_ON_DRIVER", -1)
    monkeypatch.setattr(on_spark, "_ROWS_OF_PART", 100)


@pytest.mark.usefixtures("links_on_executors")
def test_executors_find_what_one_machine_finds(spark, leads, caplog):
    """Also for rows whose name only their address has, dates of birth, names in two scripts, and chosen pairs.

    Rows of one name share one of their several phones, which are in two columns or in one cell.
    """
    caplog.set_level("INFO")
    own, number = pl.col("phone").first().over(pl.col("id").str.strip_suffix("_2")), pl.int_range(pl.len())
    another = pl.when(pl.col("id").str.ends_with("_2")).then(pl.format("+49 30 99{}", number + 10_000))
    leads = leads.with_columns(
        phone=another.when(number % 3 == 0)
        .then(pl.format("+49 40 88{} / {}", number + 10_000, own))
        .otherwise("phone"),
        Mobile=pl.when(pl.col("id").str.ends_with("_2")).then(own),
    )
    born = [f"19{40 + k * k % 50}-0{1 + k % 9}-1{k % 7}" if k % 4 else None for k in range(len(leads))]
    unnamed = pl.when(pl.int_range(pl.len()) % 5 == 0).then(None)
    rows = leads.with_columns(unnamed.otherwise("full_name").alias("full_name"), birth_date=pl.Series(born))
    scripts = rows.head(2).with_columns(id=pl.Series(["s1", "s2"]), full_name=pl.Series(["Wang Xiaoming", "王小明"]))
    rows, ids = pl.concat([rows, scripts]), leads["id"].to_list()
    choices = {"same": [ids[:2]], "different": [[ids[0], f"{ids[0]}_2"], ["missing", ids[1]]]}
    here, there = duplicates(rows, **choices), duplicates(to_spark(spark, rows), **choices)
    assert len(here.clusters) > 20
    assert there.computed_on == "executors"
    assert [message.rpartition(":")[2] for message in caplog.messages if message.startswith("duplicates: ")] == [
        " compared on the executors",
        " linked on the executors, by joins",
    ]
    assert collected(there.frame, "id").equals(here.frame.sort("id"))
    for table in ("clusters", "pairs", "bridges", "dropped"):
        found, expected = getattr(there, table), getattr(here, table)
        assert isinstance(found, pl.DataFrame) == (table == "dropped")
        assert in_order(found).equals(in_order(expected)), table
    assert (there.roles, there.refinement, there.step) == (here.roles, here.refinement, here.step)
    assert repr(there) == repr(here)
    merged, expected = merge(there.local.frame, there.local).frame, merge(rows, here).frame
    assert merged.select(expected.columns).sort("id").equals(expected.sort("id"))
    assert in_order(there.local.pairs).equals(in_order(there.pairs))
    with pytest.raises(CleanupError, match="cannot be sampled"):
        there.sample()


@pytest.mark.usefixtures("on_executors")
def test_executors_find_the_companies_of_one_machine(spark, leads, caplog):
    """The driver links them: with addresses, further columns, names in two scripts, known ones, a pair kept apart."""
    number = pl.int_range(pl.len())
    firms = leads.select(
        "id", "company_name", "company_domain", "city", "country", vat="phone",
        founded=pl.format("19{}-01-01", number % 90 + 10),
        street=pl.when(number % 3 > 0).then(pl.format("{} {}", pl.lit("Hauptstr."), number % 9)),
    )  # fmt: skip
    scripts = firms.head(2).with_columns(id=pl.Series(["s1", "s2"]), company_name=pl.Series(["Toyota", "とよた"]))
    firms = pl.concat([firms, scripts])
    known, new = firms.slice(0, 20), firms.slice(20)
    options = {"of": "companies", "fields": {"founded": "date", "vat": "vat_number"}}
    known = duplicates(known, **options).frame
    options["different"] = [new["id"].to_list()[:2]]
    caplog.set_level("INFO")
    here, there = duplicates(new, known=known, **options), duplicates(to_spark(spark, new), known=known, **options)
    assert len(here.clusters) > 20
    assert there.computed_on == "executors and driver"
    assert [message for message in caplog.messages if "linked on this machine, the driver" in message]
    assert collected(there.frame, "id").equals(here.frame.sort("id"))
    for table, order in (("clusters", "cluster_id"), ("pairs", "probability"), ("dropped", "key")):
        found, expected = getattr(there, table), getattr(here, table)
        assert found.sort(order, pl.all()).equals(expected.sort(order, pl.all()))
    assert (there.roles, there.refinement, repr(there)) == (here.roles, here.refinement, repr(here))


NO_ROWS = pl.DataFrame(schema={"id": pl.Int64, "email": pl.String})
FEW = pl.DataFrame({"id": ["a", "b", "c"], "full_name": None, "born": None, "Mobile": None}).cast(pl.String)
FEW = pl.concat([FEW, FEW.head(1).with_columns(id=pl.lit("d"), full_name=pl.lit("Ada"), Mobile=pl.lit("017132000 01"))])


@pytest.mark.parametrize(
    ("leads", "parts", "links"),
    [(NO_ROWS, 1, "on_executors"), (FEW, 6, "links_on_executors")],
    ids=["no rows", "values in one part"],
)
def test_executors_take_lists_in_which_nothing_is_compared(spark, leads, parts, links, request):
    request.getfixturevalue(links)
    options = {
        "fields": {"born": "date"} if "born" in leads.columns else {},
        "same": [["b", "c"]],
        "known": leads.clear(),
    }
    here, there = duplicates(leads, **options), duplicates(to_spark(spark, leads, parts), **options)
    expected = here.frame.with_columns(pl.col("id").cast(pl.String)).sort("id")
    assert collected(there.frame, "id").with_columns(pl.col("id").cast(pl.String)).equals(expected)
    assert in_order(there.pairs).rows() == in_order(here.pairs).rows()
    assert (there.unknown_choices, repr(there)) == (here.unknown_choices, repr(here))


def test_components_are_those_of_one_machine(spark):
    """Also of a chain whose links are in all parts."""
    number = np.random.default_rng(3).permutation(3_000)
    chain, pairs = number[:300], number[300:1_300].reshape(-1, 2)
    a, b = (np.concatenate(sides) for sides in ((chain[:-1], pairs[:, 0]), (chain[1:], pairs[:, 1])))
    tables = on_spark.OnSpark(spark, 300_000)
    links = create_table(spark, pl.DataFrame({"i": a, "other": b}).cast(pl.UInt32))
    found = components_by_joins(tables, links).collect().sort("i")
    assert found["i"].to_list() == sorted(number[:1_300])
    assert found["component"].to_list() == components(3_000, a, b)[found["i"]].tolist()


@pytest.mark.usefixtures("on_executors")
@pytest.mark.parametrize("ids", [["a", "a"], ["a", None], ["a", "\u2003"]])
def test_executors_refuse_rows_that_no_id_names(spark, ids):
    with pytest.raises(CleanupError, match="a column id that names each row"):
        duplicates(to_spark(spark, pl.DataFrame({"id": ids, "email": ["ada@example.com", "bob@example.com"]})))


@pytest.mark.usefixtures("links_on_executors")
def test_executors_find_known_rows(spark, leads):
    """Also by choices about known rows, of which one has no id, one was merged, and clusters have names of hashes.

    Rows that say too little to be one person have clusters of one name, which are numbered.
    """
    vague = pl.DataFrame({"id": ["v2", "v3", "v1"], "country": ["DE"] * 3})
    known, new = (pl.concat([some, vague], how="diagonal") for some in (leads.slice(0, 60), leads.slice(60)))
    clusters = duplicates(known.drop("id")).frame["cluster_id", "cluster_size"]
    merged = pl.when(pl.int_range(pl.len()) == 3).then(pl.lit(known["id"][4]))
    known = known.with_columns(clusters, id=pl.Series([None, *known["id"][1:-3], None, None, None]), merged_into=merged)
    ids = new["id"].to_list()
    choices = {
        "same": [(ids[0], "known 0"), (ids[5], known["id"][7])],
        "different": [(known["id"][3], f"{known['id'][3]}_2")],
    }
    here, there = (duplicates(rows, known=known, **choices) for rows in (new, to_spark(spark, new)))
    found, expected = collected(there.frame, "id"), here.frame.sort("id")
    assert found.equals(expected)
    assert len({*found["cluster_id"]} & {*known["cluster_id"]}) > 10
    for table in ("clusters", "pairs", "bridges"):
        assert in_order(getattr(there, table)).equals(in_order(getattr(here, table))), table
    assert repr(there) == repr(here)
    assert (there._known.clusters, there._known.names) == (here._known.clusters, here._known.names)
    assert len(there._names) < len(here._names)  # the driver holds no row that is alone
    assert there.local.frame.sort("id").equals(expected)
    assert in_order(there.local.pairs).equals(in_order(here.pairs))
    for least in (0.0, 0.9):
        some = [pairs_of_rows(one, here.pairs["row_b"][:3], least=least) for one in (here, there)]
        assert in_order(some[1]).equals(in_order(some[0]))
