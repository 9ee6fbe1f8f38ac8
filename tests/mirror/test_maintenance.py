"""``info``, ``prune``, ``verify`` and ``drop``; what is corrupt or half deleted is told, nothing else is touched."""

import datetime as dt
import json

import pytest

import pb2b_notebook as pb
from pb2b_notebook.errors import InvalidParameterError, MirrorDamagedError, NotMirroredError
from service_rows import agrees, content

DAY = dt.timedelta(days=1)


@pytest.fixture
def kept(source):
    """A mirror with history: three syncs, forty days apart."""
    source.page = 100
    source.put("lead_1", title="Countess")
    source.put("lead_2", title="Baroness")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        for title in ("Duchess", "Queen"):
            source.clock += 40 * DAY
            source.put("lead_1", title=title)
            ws.mirror.sync("leads")
        ws.me()
        yield ws


def files(folder):
    return {p.relative_to(folder): p.read_bytes() for p in folder.rglob("*") if p.is_file() and p.suffix != ".lock"}


# --- info -------------------------------------------------------------------------------------------------------------


def test_info_tells_rows_bytes_and_age(source, kept):
    source.clock += dt.timedelta(seconds=90)
    kept.me()
    told = kept.mirror.info().to_dicts()
    assert [row["resource"] for row in told] == ["leads"]
    row = told[0]
    assert (row["rows"], row["version"], row["history_rows"], row["files"]) == (2, 2, 2, 1)
    assert row["age_s"] == 90
    assert row["synced_at"] - row["history_since"] == 80 * DAY
    assert 0 < row["bytes"] < row["bytes_on_disk"]
    assert row["bytes_on_disk"] == sum(len(data) for data in files(kept.mirror.location.root).values())
    assert pb.open_mirror(kept.mirror.location.root, frame="polars").info()["age_s"].item() < 600


def test_info_of_an_empty_mirror_has_its_columns(source):
    with source.connect() as ws:
        assert len(ws.mirror.info()) == 0
        assert "age_s" in ws.mirror.info().columns


# --- prune ------------------------------------------------------------------------------------------------------------


def test_prune_lets_go_of_old_history_and_the_rest_can_still_be_asked(kept):
    report = kept.mirror.prune(keep="30d").to_dicts()
    assert [(row["resource"], row["history_rows_removed"]) for row in report] == [("leads", 1)]
    assert kept.mirror.info()["history_since"].item() == report[0]["history_since"]
    assert kept.mirror.changes("leads", since="20d")["before"].to_list() == ["Duchess"]
    assert kept.mirror.as_of("leads", "20d")["title"].sort().to_list() == ["Baroness", "Duchess"]
    with pytest.raises(NotMirroredError, match="begins at"):
        kept.mirror.as_of("leads", "60d")
    assert kept.mirror.verify()["ok"].all()
    assert kept.mirror.prune("leads", keep=dt.timedelta(days=30))["history_rows_removed"].to_list() == [0]


def test_prune_of_everything_leaves_the_rows(kept):
    kept.mirror.prune(keep="now")
    assert kept.mirror.frame("leads").height == 2
    assert kept.mirror.info()["history_rows"].item() == 0
    with pytest.raises(NotMirroredError):
        kept.mirror.prune("jobs")
    with pytest.raises(InvalidParameterError):
        kept.mirror.prune("leads", keep="forever")


# --- drop -------------------------------------------------------------------------------------------------------------


def test_a_dropped_resource_is_read_anew(source, kept):
    kept.mirror.drop("leads")
    assert kept.mirror.location.resources() == []
    with pytest.raises(NotMirroredError):
        kept.mirror.frame("leads")
    assert kept.mirror.sync("leads")["mode"].item() == "first"
    assert agrees(source, kept)
    assert kept.mirror.changes("leads", since=0).height == 0


def test_a_dropped_history_begins_anew(source, kept):
    kept.mirror.drop("leads", part="history")
    assert kept.mirror.frame("leads").height == 2
    with pytest.raises(NotMirroredError, match="begins at"):
        kept.mirror.as_of("leads", "30d")
    source.clock += DAY
    source.put("lead_2", title="Princess")
    kept.mirror.sync("leads")
    assert kept.mirror.changes("leads", since="2h")["before"].to_list() == ["Baroness"]
    assert kept.mirror.verify()["ok"].all()


@pytest.mark.parametrize("name", ["jobs", "nothing", "..", ""])
def test_what_is_not_there_cannot_be_dropped(kept, name):
    before = files(kept.mirror.location.root)
    with pytest.raises(InvalidParameterError):
        kept.mirror.drop(name)
    with pytest.raises(InvalidParameterError):
        kept.mirror.drop("leads", part="half")
    assert files(kept.mirror.location.root) == before


# --- verify -----------------------------------------------------------------------------------------------------------


def test_a_whole_mirror_verifies(kept):
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
    """The data files of the latest version."""
    import deltalake

    folder = root / "tables" / "leads"
    actions = deltalake.DeltaTable(folder).get_add_actions(flatten=True)
    return [folder / name for name in actions["path"].to_pylist()]


DAMAGES = [
    remove_a_data_file,
    cut_a_data_file,
    flip_a_data_file,
    cut_the_last_commit,
    remove_a_commit,
    remove_the_log,
    empty_the_log,
    remove_a_file_of_the_history,
    remove_the_log_of_the_history,
    double_a_row,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda one: one.__name__)
def test_a_damage_is_told_with_what_mends_it_and_nothing_else_is_touched(source, kept, damage):
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
    """Do what the finding says, as a person would."""
    if "drop(" not in row["repair"]:
        assert "ws.mirror.sync('leads')" in row["repair"]
    elif row["part"] == "history":
        assert 'part="history"' in row["repair"]
        ws.mirror.drop("leads", part="history")
    else:
        ws.mirror.drop("leads")


@pytest.mark.parametrize("damage", [remove_a_data_file, cut_a_data_file, flip_a_data_file, cut_the_last_commit])
def test_reading_and_syncing_a_damaged_table_says_so_and_shows_no_value(source, kept, damage):
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


def test_a_history_without_its_log_is_not_taken_for_none(kept):
    remove_the_log_of_the_history(kept.mirror.location.root)
    for attempt in (kept.mirror.as_of, lambda name, since: kept.mirror.changes(name, since=since)):
        with pytest.raises(MirrorDamagedError, match='part="history"'):
            attempt("leads", 0)


def test_the_commit_before_a_cut_one_is_as_good_as_new(source, kept):
    """As the finding says: without the cut file the table is as the commit before left it."""
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
def test_what_a_first_sync_that_was_killed_leaves_is_no_table_yet(source, left):
    """The engine writes data files first and stages a commit beside its place."""
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


def test_the_log_says_how_the_table_may_be_read_by_others(kept):
    """No statistics but of times: the log is plain text."""
    commit = kept.mirror.location.table("leads") / "_delta_log" / f"{0:020}.json"
    actions = [json.loads(line) for line in commit.read_text().splitlines()]
    add = next(json.loads(one["add"]["stats"]) for one in actions if "add" in one)
    assert set(add["minValues"]) <= {"updated_at"}
