"""``verify``: damage is reported with its repair, and nothing is changed."""

import datetime as dt
import json

import httpx
import pytest

import mirror_damage
import pb2b_notebook as pb
from pb2b_notebook.errors import InvalidParameterError, MirrorDamagedError, NotMirroredError, UsageError
from service_rows import Source, agrees, content


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock"}


def test_an_intact_mirror_verifies(kept):
    found = kept.mirror.verify().to_dicts()
    assert [(row["resource"], row["part"], row["ok"], row["rows"]) for row in found] == [
        ("leads", "rows", True, 2),
        ("leads", "history", True, 2),
    ]


def remove_a_data_file(root):
    next(iter(current(root))).unlink()


def cut_a_data_file(root):
    path = next(iter(current(root)))
    path.write_bytes(path.read_bytes()[:-100])


def flip_a_data_file(root):
    path = next(iter(current(root)))
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : len(data) // 2] = bytes(len(data) // 2 - len(data) // 3)
    path.write_bytes(bytes(data))


def cut_the_last_commit(root):
    path = max((root / "tables" / "leads" / "_delta_log").glob("*.json"))
    path.write_bytes(path.read_bytes()[:40])


def remove_a_commit(root):
    sorted((root / "tables" / "leads" / "_delta_log").glob("*.json"))[1].unlink()


def remove_the_log(root):
    log = root / "tables" / "leads" / "_delta_log"
    for path in log.iterdir():
        path.unlink()
    log.rmdir()


def empty_the_log(root):
    for path in (root / "tables" / "leads" / "_delta_log").iterdir():
        path.unlink()


def remove_a_file_of_the_history(root):
    next((root / "history" / "leads").glob("*.parquet")).unlink()


def remove_the_log_of_the_history(root):
    for path in (root / "history" / "leads" / "_delta_log").iterdir():
        path.unlink()


def double_a_row(root):
    import deltalake

    table = deltalake.DeltaTable(root / "tables" / "leads")
    deltalake.write_deltalake(table, table.to_pyarrow_table().slice(0, 1), mode="append")


def current(root):
    """Return the data files of the latest version."""
    import deltalake

    folder = root / "tables" / "leads"
    actions = deltalake.DeltaTable(folder).get_add_actions(flatten=True)
    return [folder / name for name in actions["path"].to_pylist()]


DAMAGES = [
    remove_a_data_file, cut_a_data_file, flip_a_data_file, cut_the_last_commit, remove_a_commit, remove_the_log,
    empty_the_log, remove_a_file_of_the_history, remove_the_log_of_the_history, double_a_row,
]  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_damage_is_reported_with_its_repair_and_nothing_else_is_changed(source, kept, damage):
    kept.mirror.sync("lead_fields")
    root = kept.mirror.location.root
    damage(root)
    before = files(root)
    fresh = pb.open_mirror(root, frame="polars")
    for mirror in (kept.mirror, fresh):
        found = mirror.verify().to_dicts()
        bad = [row for row in found if not row["ok"]]
        assert [row["resource"] for row in bad] == ["leads"]
        assert bad[0]["problem"]
        assert "ws.mirror.repair('leads')" in bad[0]["repair"]
        assert "lead_fields" in [row["resource"] for row in found if row["ok"]]
    assert files(root) == before
    assert fresh.frame("lead_fields").height == 0
    repairs = kept.mirror.repair().to_dicts()
    assert [(one["resource"], one["part"], one["problem"]) for one in repairs] == [
        ("leads", bad[0]["part"], bad[0]["problem"])
    ]
    assert kept.mirror.verify()["ok"].all()
    assert agrees(source, kept)
    assert kept.mirror.repair().height == 0


@pytest.mark.parametrize("damage", [remove_a_data_file, cut_a_data_file, flip_a_data_file, cut_the_last_commit])
def test_reading_a_damaged_table_is_an_error_that_shows_no_value(source, kept, damage):
    root = kept.mirror.location.root
    damage(root)
    source.put("lead_1", title="Empress")
    before = files(root / "tables")
    fresh = pb.open_mirror(root, frame="polars")
    for attempt in (fresh.frame, kept.mirror.sync, lambda _: kept.sql("select * from leads order by title")):
        with pytest.raises(MirrorDamagedError) as caught:
            attempt("leads")
        assert "Countess" not in str(caught.value)
        assert "verify()" in caught.value.repair
    assert {path: data for path, data in files(root / "tables").items() if path in before} == before


def test_a_history_without_its_log_is_damaged_and_not_empty(kept):
    remove_the_log_of_the_history(kept.mirror.location.root)
    for attempt in (kept.mirror.as_of, lambda name, since: kept.mirror.changes(name, since=since)):
        with pytest.raises(MirrorDamagedError, match=r"repair\('leads'\)"):
            attempt("leads", 0)


def test_repair_goes_back_to_the_commit_before_and_keeps_the_history(source, kept):
    before = kept.mirror.as_of("leads", "50d").sort("id")
    cut_the_last_commit(kept.mirror.location.root)
    [row] = kept.mirror.repair().to_dicts()
    assert (row["part"], row["action"], row["lost"]) == ("rows", "went back to version 1", None)
    assert agrees(source, kept)
    assert kept.mirror.as_of("leads", "50d").sort("id").equals(before)


def empty_a_commit(log):
    sorted(log.glob("*.json"))[1].write_bytes(b"")


def cut_a_commit_after_a_line(log):
    path = sorted(log.glob("*.json"))[1]
    path.write_bytes(b"\n".join(path.read_bytes().splitlines()[:1]))


def remove_a_commit_of(log):
    sorted(log.glob("*.json"))[1].unlink()


@pytest.mark.parametrize("part", ["tables", "history"])
@pytest.mark.parametrize("damage", [empty_a_commit, cut_a_commit_after_a_line, remove_a_commit_of])
def test_a_log_with_a_gap_never_doubles_rows(source, kept, part, damage):
    """The engine takes an emptied commit for one without changes, and then reads removed rows again."""
    root = kept.mirror.location.root
    damage(root / part / "leads" / "_delta_log")
    source.clock += dt.timedelta(hours=1)
    source.put("lead_1", title="Empress")
    with source.connect(frame="polars") as ws:
        with pytest.raises(MirrorDamagedError, match=r"commit.*repair\('leads'\)"):
            ws.mirror.sync("leads")
        ws.mirror.repair("leads")
        assert agrees(source, ws)
        source.put("lead_2", title="Queen")
        ws.mirror.sync("leads")
        assert ws.sql("select id, _ended_by from history.leads").is_unique().all()


def test_a_damaged_checkpoint_is_replaced_and_nothing_is_lost(source, kept):
    for _ in range(9):
        source.clock += dt.timedelta(hours=1)
        kept.mirror.sync("leads")
    log = kept.mirror.location.table("leads") / "_delta_log"
    next(log.glob("*.checkpoint.parquet")).write_bytes(b"")
    with source.connect(frame="polars") as ws:
        with pytest.raises(MirrorDamagedError, match="checkpoint"):
            ws.mirror.frame("leads")
        version = kept.mirror.table("leads").version
        [row] = ws.mirror.repair().to_dicts()
        assert (row["action"], row["lost"]) == ("deleted the copy", None)
        assert ws.mirror.table("leads").version == version + 1
        assert agrees(source, ws)


def test_repair_refuses_unknown_resources_and_mirrors_without_a_session(kept):
    with pytest.raises(InvalidParameterError, match="leads"):
        kept.mirror.repair("laeds")
    with pytest.raises(UsageError):
        pb.open_mirror(kept.mirror.location.root).repair()


class WithoutId(Source):
    """A service one of whose rows has no id."""

    def answer(self, request):
        given = super().answer(request)
        return httpx.Response(200, headers=given.headers, content=given.content.replace(b'"lead_2"', b"null"))


def test_rows_without_an_id_are_counted_and_reported():
    source = WithoutId(page=100)
    source.put("lead_1")
    source.put("lead_2")
    with source.connect(frame="polars") as ws:
        assert ws.mirror.sync("leads")["note"].to_list() == ["1 row without an id: not stored"]
        assert ws.mirror.frame("leads")["id"].to_list() == ["lead_1"]
        assert ws.mirror.verify()["ok"].all()


@pytest.mark.campaign
def test_every_kind_of_damage_is_refused_or_repaired(tmp_path, monkeypatch):
    """The whole campaign is a command: tests/support/mirror_damage.py."""
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path))
    assert mirror_damage.campaign(seed=1, sample=4) == 0


@pytest.mark.parametrize("left", ["a data file", "a staged commit", "a folder"])
def test_files_of_a_killed_first_sync_are_not_a_table(source, left):
    """The engine writes data files first and stages a commit in another file."""
    source.put("lead_1")
    with source.connect(frame="polars") as ws:
        ws.mirror.location.prepare()
        folder = ws.mirror.location.table("leads")
        (folder / "_delta_log").mkdir(parents=True)
        if left == "a data file":
            (folder / "part-00000-0-c000.zstd.parquet").write_bytes(b"PAR1")
        if left == "a staged commit":
            (folder / "_delta_log" / "00000000000000000000.json#1").write_text("{")
        assert ws.mirror.info().height == 0
        with pytest.raises(NotMirroredError):
            ws.mirror.frame("leads")
        with pytest.raises(pb.errors.QueryError):
            ws.sql("select * from leads")
        assert ws.mirror.sync("leads")["mode"].item() == "first"
        assert agrees(source, ws)
        assert ws.mirror.verify()["ok"].all()
        ws.mirror.prune()
        assert list(content(ws)) == ["lead_1"]


def test_the_log_has_no_statistics_but_those_of_times(kept):
    """The log is plain text."""
    commit = kept.mirror.location.table("leads") / "_delta_log" / f"{0:020}.json"
    actions = [json.loads(line) for line in commit.read_text().splitlines()]
    add = next(json.loads(one["add"]["stats"]) for one in actions if "add" in one)
    assert set(add["minValues"]) <= {"updated_at"}
