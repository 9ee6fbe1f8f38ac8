"""``verify``: damage is reported with its repair, and nothing is changed."""

import json

import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import MirrorDamagedError, NotMirroredError
from service_rows import agrees, content


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
        assert "leads" in bad[0]["repair"] or "_delta_log" in bad[0]["repair"]
        assert "lead_fields" in [row["resource"] for row in found if row["ok"]]
    assert files(root) == before
    assert fresh.frame("lead_fields").height == 0
    follow_the_repair(kept, bad[0])
    kept.mirror.sync("leads")
    assert kept.mirror.verify()["ok"].all()
    assert agrees(source, kept)


def follow_the_repair(ws, row):
    """Follow the repair of a finding."""
    if "drop(" not in row["repair"]:
        assert "ws.mirror.sync('leads')" in row["repair"]
    elif row["part"] == "history":
        assert 'part="history"' in row["repair"]
        ws.mirror.drop("leads", part="history")
    else:
        ws.mirror.drop("leads")


@pytest.mark.parametrize("damage", [remove_a_data_file, cut_a_data_file, flip_a_data_file, cut_the_last_commit])
def test_reading_a_damaged_table_is_an_error_that_shows_no_value(source, kept, damage):
    root = kept.mirror.location.root
    damage(root)
    source.put("lead_1", title="Empress")
    before = files(root / "tables")
    fresh = pb.open_mirror(root, frame="polars")
    for attempt in (fresh.frame, kept.mirror.sync, lambda _: kept.sql("select * from leads order by title")):
        with pytest.raises((MirrorDamagedError, pb.errors.QueryError)) as caught:
            attempt("leads")
        assert "Countess" not in str(caught.value)
        if caught.type is MirrorDamagedError:
            assert "verify()" in caught.value.repair
    assert {path: data for path, data in files(root / "tables").items() if path in before} == before


def test_a_history_without_its_log_is_damaged_and_not_empty(kept):
    remove_the_log_of_the_history(kept.mirror.location.root)
    for attempt in (kept.mirror.as_of, lambda name, since: kept.mirror.changes(name, since=since)):
        with pytest.raises(MirrorDamagedError, match='part="history"'):
            attempt("leads", 0)


def test_deleting_an_incomplete_commit_restores_the_one_before(source, kept):
    """The repair of the finding: without the incomplete file, the table is at the commit before."""
    cut_the_last_commit(kept.mirror.location.root)
    log = kept.mirror.location.table("leads") / "_delta_log"
    [row] = [one for one in kept.mirror.verify().to_dicts() if not one["ok"]]
    assert "delete that file" in row["repair"]
    last = max(log.glob("*.json"))
    assert last.name in row["problem"]
    last.unlink()
    assert kept.mirror.frame("leads").height == 2
    kept.mirror.sync("leads")
    assert agrees(source, kept)


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
