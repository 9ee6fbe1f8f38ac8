"""Finding duplicates on disk: the same answers as in memory, private files, and nothing left behind."""

import resource
import shutil
import signal
import stat
import subprocess
import sys
from dataclasses import replace

import pandas as pd
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pb2b_notebook import cleanup
from pb2b_notebook.cleanup.linkage import find
from pb2b_notebook.cleanup.linkage.scores.weights import Weights
from pb2b_notebook.display.progress import listen_to_progress
from pb2b_notebook.engines import disk, memory
from pb2b_notebook.engines.disk import open_work_folder
from pb2b_notebook.engines.protocol import Shared
from pb2b_notebook.engines.work_files import collect_into
from pb2b_notebook.errors import CleanupError

GIVEN = ["Robert", "Bob", "Anna", "Ann", "Jörg", "Zoë", "Michael", "Mike", "Иван", "Ivan", ""]
FAMILY = ["Halton", "Bergow", "Bergov", "Müller", "Mueller", "Иванов", "Ivanov", "Castelik", "Royd"]


def people(n=300):
    """Return rows whose values repeat at different paces, so that many pairs agree in a few of them."""
    i = range(n)
    given, family = [GIVEN[k % 11] for k in i], [FAMILY[k * k % 9] for k in i]
    return pl.DataFrame(
        {
            "id": [f"l{k}" for k in i],
            "first_name": [name or None for name in given],
            "last_name": [name if given[k] else None for k, name in enumerate(family)],
            "email": [
                None if k % 7 == 0 else f"{(given[k] or 'bob').lower()}.{family[k].lower()}@firm{k % 40}.example"
                for k in i
            ],
            "phone": [None if k % 3 else f"+49 30 2312 {5000 + k % 90}" for k in i],
            "company_name": [f"Firm {k % 45} GmbH" for k in i],
            "city": [["Bonn", "Köln", None][k % 3] for k in i],
            "custom_birth_date": [f"19{60 + k % 30}-0{1 + k % 9}-1{k % 7}" for k in i],
        }
    )


def eager(frame):
    return frame.collect() if isinstance(frame, pl.LazyFrame) else frame


def assert_same(found, expected):
    for name in ("frame", "clusters", "pairs", "dropped"):
        assert_frame_equal(eager(getattr(found, name)), eager(getattr(expected, name)), check_exact=True)
    assert_frame_equal(found.sample(), expected.sample(), check_exact=True)
    assert (found.refinement, found.roles, found.alarms) == (expected.refinement, expected.roles, expected.alarms)


@pytest.fixture
def small_portions(monkeypatch):
    monkeypatch.setattr(disk, "PORTION", 97)
    monkeypatch.setattr(disk, "SHARED_PORTION", 97)


def test_values_that_rows_share_are_counted_in_portions_as_in_memory(tmp_path, small_portions):
    rows = people().with_columns(pl.col("company_name").str.slice(5, 2).alias("key"))
    count, texts = (
        pl.len().over("key").cast(pl.Float32).alias("n"),
        pl.col("city").unique().sort().over("key", mapping_strategy="join"),
    )
    shared = (
        Shared(lambda table: table.select(count), pl.col("key"), ("key",), {"n": 0}),
        Shared(lambda table: table.select(texts.alias("cities")), pl.col("key"), ("key", "city"), {"cities": []}),
    )
    with open_work_folder(tmp_path, [b"rows"]) as tables:
        assert_frame_equal(tables.share(rows, shared), memory.IN_MEMORY.share(rows, shared))
        lonely = rows.with_columns(key=pl.when(pl.col("city") == "Bonn").then("key"))
        found = tables.share(lonely, shared)
    same = memory.IN_MEMORY.share(lonely.filter(pl.col("key").is_not_null()), shared)
    assert_frame_equal(found.filter(pl.col("key").is_not_null()), same)
    assert found.filter(pl.col("key").is_null()).select("n", "cities").unique().rows() == [(0.0, [])]


def two_scripts():
    """Return a name in two scripts, far from each other in the list."""
    rows, name = people(250).drop("phone", "custom_birth_date"), pl.lit
    latin = rows.head(1).with_columns(id=name("a"), first_name=name("Wei"), last_name=name("Wang"))
    other = latin.with_columns(id=name("z"), first_name=name("伟"), last_name=name("王"))
    rows = pl.concat([latin.with_columns(company_name=name("Aaa")), rows, other.with_columns(company_name=name("Zzz"))])
    return rows.with_columns(pl.col("first_name", "last_name").replace({"Иван": "Ivan", "Иванов": "Ivanov"}))


ODD = {
    "two scripts": two_scripts(),
    "people": people(),
    "many copies": pl.concat([people(80).drop("id")] * 5),
    "no rows": people(0),
    "other types": people(120).with_columns(
        pl.col("city").cast(pl.Categorical),
        n=pl.int_range(pl.len()),
        tags=pl.concat_list("city"),
        custom_birth_date=pl.lit(None, pl.String),
    ),
}


@pytest.mark.parametrize("rows", ODD.values(), ids=ODD)
@pytest.mark.usefixtures("small_portions")
def test_answers_are_the_same_as_in_memory(rows, tmp_path):
    found = cleanup.duplicates(rows.lazy(), work=tmp_path / "work")
    assert isinstance(found.frame, pl.LazyFrame)
    assert_same(found, cleanup.duplicates(rows))
    assert not (tmp_path / "work").exists()


@pytest.mark.usefixtures("small_portions")
def test_choices_known_rows_and_companies_are_the_same_as_in_memory(tmp_path):
    rows, copied = people(120), pl.concat([people(50), people(50).with_columns(id="c" + pl.col("id"))])
    for df, options in (
        (copied, {"different": [("l1", "cl1")], "same": [("l2", "l30")]}),
        (rows.head(100), {"known": cleanup.duplicates(rows.tail(100)).frame}),
        (rows.drop("first_name", "last_name"), {"of": "companies"}),
    ):
        assert_same(cleanup.duplicates(df, work=tmp_path, **options), cleanup.duplicates(df, **options))
    known = rows.tail(100)
    found = cleanup.duplicates(rows.head(100).lazy(), known=known.lazy(), work=tmp_path)
    assert_same(found, cleanup.duplicates(rows.head(100), known=known))
    pandas = rows.to_pandas()
    pd.testing.assert_frame_equal(cleanup.duplicates(pandas, work=tmp_path).frame, cleanup.duplicates(pandas).frame)
    assert list(tmp_path.iterdir()) == []


def test_answers_are_the_same_while_a_form_watches_and_its_stop_ends_the_work_inside_a_stage(monkeypatch):
    monkeypatch.setattr(memory, "WATCHED_PORTION", 97)
    rows, known = people(200), {"known": people().tail(100)}
    steps = []
    with listen_to_progress(lambda done, _: steps.append(done)):
        watched = cleanup.duplicates(rows, **known)
    assert_same(watched, cleanup.duplicates(rows, **known))
    assert steps.count(0) > 2  # portions of the first stage
    ended = []

    def stop(done, _):
        ended.append(done)
        if len(ended) > 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), listen_to_progress(stop):
        cleanup.duplicates(rows, **known)
    assert ended == [0, 0]  # before the first stage was finished


def test_parquet_files_are_read_in_portions(tmp_path):
    rows = people()
    for number in range(2):
        rows.slice(number * 150, 150).write_parquet(tmp_path / f"{number}.parquet")
    found = cleanup.duplicates(pl.scan_parquet(tmp_path / "*.parquet"), work=str(tmp_path / "work"))
    assert_frame_equal(found.frame.collect(), cleanup.duplicates(rows).frame)
    merged = cleanup.merge(found.frame, found)
    assert merged.merged > 0


def test_files_are_private_and_deleted_after_ctrl_c(tmp_path):
    modes = {}

    def stop(_part):
        modes.update({path: stat.S_IMODE(path.stat().st_mode) for path in tmp_path.rglob("*")})
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), open_work_folder(tmp_path, [b"rows"]) as tables:  # noqa: PT012
        tables.map("first", lambda part: part, people(5))
        tables.map("second", stop, people(5))
    kinds = {(path.suffix if path.parent == tmp_path else path.parent.suffix, mode) for path, mode in modes.items()}
    assert len(modes) == 2 + 2 + len(people(1).columns)  # the folder and its lock, two stages, the columns of the first
    assert kinds == {("", 0o700), (".lock", 0o600), ("", 0o600)}
    assert list(tmp_path.iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
import polars as pl
from pb2b_notebook import cleanup
from pb2b_notebook.engines.disk import open_work_folder

def kill(part):
    os.kill(os.getpid(), signal.SIGKILL)

work, table = Path(sys.argv[1]), pl.DataFrame({"n": [1, 2]})
if sys.argv[2] == "reading":
    cleanup.duplicates(table.lazy().map_batches(kill), work=work)
with open_work_folder(work, [b"rows"]) as tables:
    tables.map("first", lambda part: part * 2, table)
    tables.map("second", kill, table)
"""


@pytest.mark.parametrize("stage", ["reading", "comparing"])
def test_call_after_a_kill_continues_or_cleans_up(stage, tmp_path):
    killed = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path), stage], check=False)
    assert killed.returncode == -signal.SIGKILL
    [left] = [path for path in tmp_path.iterdir() if path.is_dir()]
    assert stat.S_IMODE(left.stat().st_mode) == 0o700
    if stage == "comparing":
        calls = []
        collect_into(tmp_path, people(5).lazy())  # as each call does before it knows the rows
        with open_work_folder(tmp_path, [b"rows"]) as tables:
            first = tables.map("first", calls.append, pl.DataFrame({"n": [1, 2]}))
            second = tables.map("second", lambda part: part + 1, first)
            assert (first["n"].to_list(), second["n"].to_list(), calls) == ([2, 4], [3, 5], [])
    else:
        cleanup.duplicates(people(20), work=tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_call_continues_after_a_kill_in_any_stage(tmp_path):
    """With the folder as each stage finds it before it is finished, which is what a kill leaves."""
    rows, work, left = people(60), tmp_path / "work", []

    def copy(*step):
        shutil.copytree(work, tmp_path / str(len(left)))
        left.append(step)

    with listen_to_progress(copy):
        expected = cleanup.duplicates(rows, work=work)
    assert len(left) > 5
    for stage in range(0, len(left), 3):
        computed = []
        with listen_to_progress(lambda *step, computed=computed: computed.append(step)):
            found = cleanup.duplicates(rows, work=tmp_path / str(stage))
        assert_same(found, expected)
        assert computed == left[stage:]  # nothing that was finished
        assert list((tmp_path / str(stage)).iterdir()) == []


def test_call_with_other_weights_after_a_kill_uses_no_scores_of_the_first(monkeypatch, tmp_path):
    rows, work, left, settle = people(60), tmp_path / "work", tmp_path / "left", find.settle

    def copy_and_settle(*given):  # a kill at the end leaves all stages
        shutil.copytree(work, left, dirs_exist_ok=True)
        return settle(*given)

    monkeypatch.setattr(find, "settle", copy_and_settle)
    cleanup.duplicates(rows, work=work)
    monkeypatch.undo()
    assert len(list(left.glob("*/scores/*"))) == 5
    shipped = Weights.shipped()
    other = replace(shipped, values=shipped.values * 0.8)  # noqa: PD011 - of weights, not of a frame
    assert_same(cleanup.duplicates(rows, work=left, weights=other), cleanup.duplicates(rows, weights=other))


def test_folder_in_use_is_neither_shared_nor_deleted(tmp_path):
    with open_work_folder(tmp_path, [b"rows"]) as tables:
        tables.map("first", lambda part: part, people(5))
        with pytest.raises(CleanupError, match="another process"), open_work_folder(tmp_path, [b"rows"]):
            pass
        cleanup.duplicates(people(20), work=tmp_path)
        assert_frame_equal(tables.map("first", lambda part: part, people(0)), people(5))


def test_folders_that_cannot_be_used_are_reported(tmp_path):
    (tmp_path / "file").touch()
    for work in (tmp_path / "missing" / "work", tmp_path / "file", tmp_path / "file" / "work"):
        with pytest.raises(CleanupError, match="work folder cannot be used") as caught:
            cleanup.duplicates(people(20).lazy(), work=work)
        assert "or whose parent exists" in caught.value.repair
    for work in (5, "", b"work"):
        with pytest.raises(CleanupError, match="must be the path of a folder"):
            cleanup.duplicates(people(20), work=work)
    with pytest.raises(CleanupError, match="cannot be collected"):
        cleanup.duplicates(people(20).lazy().select("missing"), work=tmp_path / "work")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize("lazy", [True, False])
def test_full_folder_is_reported_and_left_empty(lazy, monkeypatch, tmp_path):
    # A module that is compiled within the limit would be cut, for all later tests.
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    rows, most = people(), resource.getrlimit(resource.RLIMIT_FSIZE)
    rows = rows.lazy() if lazy else rows
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, most[1]))
    try:
        with pytest.raises(CleanupError, match="no room in the work folder"):
            cleanup.duplicates(rows, work=tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert list(tmp_path.iterdir()) == []
