"""Mirrors in object stores: an S3 emulator in another process, reached over HTTP."""

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import polars as pl
import pyarrow as pa
import pytest

import pb2b_notebook as pb
from object_store_emulator import Google, emulator
from pb2b_notebook.errors import InvalidParameterError, MirrorDamagedError, MirrorError, MissingExtraError, UsageError
from pb2b_notebook.mirror.forgetting.person import Person
from pb2b_notebook.mirror.forgetting.suppression import Suppression
from pb2b_notebook.mirror.storage import retention
from pb2b_notebook.mirror.storage.locations import safe_name
from pb2b_notebook.mirror.storage.stores import StorePath

pytestmark = pytest.mark.usefixtures("module_cache")


GOOGLE_TOO = pytest.mark.parametrize("s3", ["s3", "gs"], indirect=True, scope="module")
"""Also with Google's client, whose requests an emulator of S3 answers."""


@pytest.fixture(scope="module")
def running():
    """One emulator for all tests: stores are kept by the names of buckets, which another one would give again."""
    with emulator() as running:
        yield running


@pytest.fixture(scope="module")
def s3(request, running):
    if getattr(request, "param", "s3") != "gs":
        return running
    if "AZURITE" in os.environ:
        pytest.skip("Azurite does not answer Google's requests")
    return Google(running.url, _buckets=10_000)


@pytest.fixture(autouse=True)
def recovered(s3):
    yield
    s3.recover()


@pytest.fixture
def place(s3):
    return s3.bucket()


@pytest.fixture(scope="module")
def copied(module_cache, s3):
    """A workspace with a mirror in a folder, and the URL of a bucket with copies of it under two names."""
    with pb.open_sandbox(leads=60, frame="polars") as ws:
        ws.mirror.sync("leads", "campaigns")
        lead = ws.leads.list(limit=1)["id"][0]
        ws.sandbox.clock.advance(3600)
        ws.leads.update(lead, title="Countess")
        ws.mirror.sync("leads")
        bucket = StorePath.at(s3.bucket(), s3.storage)
        root = ws.mirror.location.root
        for file in root.rglob("*"):
            if not file.is_dir():
                for name in ("acme", "127.0.0.1~3a8808"):
                    (bucket / "mirrors" / name / "ws_~41" / file.relative_to(root).as_posix()).write_bytes(
                        file.read_bytes()
                    )
        yield ws, str(bucket)


def keys(url, s3):
    """The names of all objects in a bucket."""
    return sorted(each.key for each in StorePath.at(url, s3.storage).objects())


def copy_of(source, copy):
    """Copy the objects below one path to another."""
    for each in source.objects():
        (copy / each.key.removeprefix(f"{source.key}/")).write_bytes(each.read_bytes())


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_mirror_at_a_url_reads_as_in_its_folder(copied, s3):
    ws, url = copied
    far = pb.open_mirror(f"{url}/mirrors/acme", storage=s3.storage, frame="polars")
    near = ws.mirror
    assert far.location.url == f"{url}/mirrors/acme/ws_~41"
    assert far.frame("leads").equals(near.frame("leads"))
    assert far.frame("leads", where="title = 'Countess'", columns=["id"]).equals(
        near.frame("leads", where="title = 'Countess'", columns=["id"])
    )
    statement = "select title, count(*) as n from leads group by all order by all"
    assert far.sql(statement).equals(near.sql(statement))
    assert far.sql("select * from history.leads").equals(near.sql("select * from history.leads"))
    assert far.as_of("leads", 0).sort("id").equals(near.as_of("leads", 0).sort("id"))
    assert far.changes("leads", since=0).equals(near.changes("leads", since=0))
    assert far.history("leads").equals(near.history("leads"))
    assert far.verify()["ok"].all()
    assert far.info().drop("age_s").equals(pb.open_mirror(near.location.root, frame="polars").info().drop("age_s"))


def test_mirrors_in_a_store_are_found_and_named(copied, s3):
    ws, url = copied
    with pytest.raises(pb.errors.NotMirroredError, match="2 mirrors"):
        pb.open_mirror(f"{url}/mirrors", storage=s3.storage)
    found = pb.open_mirrors(f"{url}/mirrors", storage=s3.storage, frame="polars")
    assert list(found) == ["127.0.0.1:8808/ws_A", "acme/ws_A"]
    both = pb.open_mirrors([ws, f"{url}/mirrors/acme"], storage=s3.storage, frame="polars")
    assert both.sql("select count(*) as n from leads")["n"].item() == 120


def test_a_torn_file_is_found(copied, s3):
    _, url = copied
    bucket = StorePath.at(s3.bucket(), s3.storage)
    for each in StorePath.at(f"{url}/mirrors/acme", s3.storage).objects():
        content = each.read_bytes()
        cut = each.name.endswith(".parquet") and "/tables/leads/" in each.key
        (bucket / each.key.removeprefix("mirrors/")).write_bytes(content[:-9] if cut else content)
    found = pb.open_mirror(str(bucket), storage=s3.storage, frame="polars").verify()
    assert found.filter(~found["ok"])[["resource", "part"]].rows() == [("leads", "rows")]


# --- what is refused ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "match"),
    [
        ("s3://", "must be a bucket"),
        ("s3://key:secret@bucket/mirror", "must be a bucket"),
        ("s3://bucket/mirror?versionId=1", "must be a bucket"),
        ("gs:///mirror", "must be a bucket"),
    ],
)
def test_a_url_that_is_not_one_is_refused_without_showing_it(url, match):
    with pytest.raises(InvalidParameterError, match=match) as refused:
        pb.open_mirror(url)
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize(
    ("storage", "match"),
    [({"aws_region": 1}, "dict of texts"), ({"no_such_option": "x"}, "unknown option"), ("x", "dict of texts")],
)
def test_options_that_a_store_does_not_have_are_refused(storage, match):
    with pytest.raises(InvalidParameterError, match=match):
        pb.open_mirror("s3://bucket/mirror", storage=storage)


def test_options_of_a_store_do_not_fit_a_folder(tmp_path):
    with pytest.raises(InvalidParameterError, match="storage has options"):
        pb.open_mirror(tmp_path, storage={"aws_region": "eu-central-1"})


def test_without_the_extra_the_install_line_is_shown(monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(MissingExtraError, match="pb2b-notebook\\[stores\\]"):
        pb.open_mirror("s3://bucket/mirror")


@GOOGLE_TOO
def test_a_bucket_that_does_not_exist(source, s3, place):
    url = place.replace("://", "://no-such-")
    with source.connect() as ws:
        for action in (lambda: pb.open_mirror(url, storage=s3.storage), ws.open_mirror(url, storage=s3.storage).sync):
            with pytest.raises(MirrorError, match="bucket or container of the mirror does not exist") as missing:
                action()
            assert s3.secret not in str(missing.value)


@pytest.mark.parametrize(("status", "match"), [(403, "refuses access"), (503, "busy"), (429, "busy")])
def test_a_store_that_refuses_to_list(copied, s3, status, match):
    _, url = copied
    s3.fail(status=status)
    with pytest.raises(MirrorError, match=match):
        pb.open_mirror(f"{url}/mirrors/acme", storage=s3.storage)


@pytest.mark.parametrize(("status", "match"), [(403, "refuses access"), (503, "busy")])
def test_a_store_that_refuses_to_read_files_is_not_taken_for_a_damaged_table(copied, s3, status, match):
    _, url = copied
    mirror = pb.open_mirror(f"{url}/mirrors/acme", storage=s3.storage, frame="polars")
    s3.fail(method="GET", path=r"\.parquet$", status=status)
    for read in (lambda: mirror.frame("leads"), lambda: mirror.sql("select * from leads")):
        with pytest.raises(MirrorError, match=match) as refused:
            read()
        assert not isinstance(refused.value, MirrorDamagedError)
    assert match in mirror.verify()["problem"][0]


def test_a_busy_store_is_asked_again(copied, s3):
    _, url = copied
    s3.fail(status=503, times=1)
    assert len(pb.open_mirror(f"{url}/mirrors/acme", storage=s3.storage).frame("leads")) == 60


def test_what_needs_a_lock_is_refused(copied, s3):
    _, url = copied
    mirror = pb.open_mirror(f"{url}/mirrors/acme", storage=s3.storage)
    with pytest.raises(UsageError, match="cannot be pruned"):
        mirror.prune()


def test_an_endpoint_where_nothing_listens(s3):
    storage = {**s3.storage, "AWS_ENDPOINT_URL": "http://127.0.0.1:9"}
    with pytest.raises(MirrorError, match="cannot be reached"):
        pb.open_mirror("s3://bucket/mirror", storage=storage)


# --- syncing --------------------------------------------------------------------------------------------------------


def rows_of(mirror, resource="leads"):
    return {row["id"]: row["title"] for row in mirror.frame(resource, columns=["id", "title"]).to_dicts()}


@GOOGLE_TOO
def test_syncs_into_a_store_are_those_into_a_folder(source, s3, place):
    for number in range(30):
        source.put(f"lead_{number}", title="Countess")
    with source.connect(frame="polars") as ws, source.connect(frame="polars") as other:
        far = other.open_mirror(place, storage=s3.storage)
        assert other.mirror is far
        for title in ("Duchess", "Queen"):
            reports = [mirror.sync("leads").drop("seconds", "requests") for mirror in (ws.mirror, far)]
            assert reports[0].equals(reports[1])
            source.clock += dt.timedelta(days=1)
            source.put("lead_1", title=title)
        far.sync("leads")
        ws.mirror.sync("leads")
        assert rows_of(far) == rows_of(ws.mirror)
        for version in (0, 1):  # the first version in a store has no rows
            assert far.as_of("leads", version + 1).equals(ws.mirror.as_of("leads", version))
        assert far.changes("leads", since=1).equals(ws.mirror.changes("leads", since=0))
        differing = ["version", "bytes_on_disk", "age_s"]
        assert far.info().drop(differing).equals(ws.mirror.info().drop(differing))
        assert far.verify()["ok"].all()
        assert not [key for key in keys(place, s3) if ".pb2b-" in key]
        assert len(pb.open_mirror(place, storage=s3.storage).frame("leads")) == 30


@pytest.mark.usefixtures("small_batches")
def test_two_first_syncs_at_once_lose_no_row_and_double_none(source, s3, place):
    source.page = 5
    for number in range(30):
        source.put(f"lead_{number}", title=f"t{number}")
    with source.connect(frame="polars") as one, source.connect(frame="polars") as two:
        mirrors = [ws.open_mirror(place, storage=s3.storage) for ws in (one, two)]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda mirror: mirror.sync("leads"), mirrors))
        for mirror in mirrors:
            frame = mirror.frame("leads")
            assert frame["id"].is_unique().all()
            assert rows_of(mirror) == {f"lead_{number}": f"t{number}" for number in range(30)}
            assert mirror.verify()["ok"].all()
        assert one.mirror.sync("leads")["mode"].item() == "changes"


def once_before(owner, name, action):
    """Have an action run before the next call of a method: the moment at which another program is faster."""
    method = getattr(owner, name)

    def first(*arguments, **keywords):
        setattr(owner, name, method)
        action()
        return method(*arguments, **keywords)

    setattr(owner, name, first)


def test_a_writer_that_loses_after_it_wrote_its_history_leaves_no_trace_there(source, s3, place):
    for number in range(3):
        source.put(f"lead_{number}", title="Countess")
    with source.connect(frame="polars") as one, source.connect(frame="polars") as two, source.connect() as near:
        mirrors = [ws.open_mirror(place, storage=s3.storage) for ws in (one, two)]
        for mirror in (mirrors[0], near.mirror):
            mirror.sync("leads")
        for title in ("Duchess", "Queen"):
            source.clock += dt.timedelta(days=1)
            source.put("lead_1", title=title)
            near.mirror.sync("leads")
            # The first has written its history when the second syncs the same change, and commits first.
            once_before(mirrors[0].table("leads"), "replace", lambda: mirrors[1].sync("leads"))
            mirrors[0].sync("leads")
        found = [
            mirror.sql("select id, title, _ended_by from history.leads order by all", frame="polars")["title"].to_list()
            for mirror in (*mirrors, near.mirror)
        ]
        assert found[0] == found[1] == found[2] == ["Countess", "Duchess"]
        assert mirrors[0].info()["history_rows"].to_list() == [2]
        assert rows_of(mirrors[0])["lead_1"] == "Queen"
        assert mirrors[0].verify()["ok"].all()


def test_a_writer_that_ends_before_its_commit_holds_up_no_other(source, s3, place):
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as one, source.connect(frame="polars") as two:
        mirrors = [ws.open_mirror(place, storage=s3.storage) for ws in (one, two)]
        mirrors[0].sync("leads")

        def end():
            raise KeyboardInterrupt

        def write_only_the_history():
            once_before(mirrors[1].table("leads"), "replace", end)
            with pytest.raises(KeyboardInterrupt):
                mirrors[1].sync("leads")

        for title in ("Duchess", "Queen"):
            source.clock += dt.timedelta(days=1)
            source.put("lead_1", title=title)
            once_before(mirrors[0].history_table("leads"), "append", write_only_the_history)
            mirrors[0].sync("leads")
        assert mirrors[1].sql("select title from history.leads order by _ended_by")["title"].to_list() == [
            "Countess",
            "Duchess",
        ]
        assert mirrors[0].verify()["ok"].all()


def test_a_sweep_removes_no_row_that_another_program_committed_meanwhile(source, s3, place):
    for number in range(5):
        source.put(f"lead_{number}", title="Countess")
    with source.connect(frame="polars") as one, source.connect(frame="polars") as two:
        mirrors = [ws.open_mirror(place, storage=s3.storage) for ws in (one, two)]
        mirrors[0].sync("leads")

        def another_sync():
            source.put("lead_late", title="Late")
            mirrors[1].sync("leads")

        once_before(mirrors[0].table("leads"), "widen", another_sync)
        report = mirrors[0].sync("leads", full=True)
        assert "another program synced meanwhile" in report["note"].item()
        assert "lead_late" in rows_of(mirrors[0])


@pytest.mark.parametrize(
    ("s3", "status", "match"), [("s3", 403, "refuses access"), ("gs", 503, "busy")], indirect=["s3"], scope="module"
)
def test_a_store_that_refuses_to_write_is_synced_later(source, s3, place, status, match):
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        mirror = ws.open_mirror(place, storage=s3.storage)
        s3.fail(method="PUT", status=status)
        with pytest.raises(MirrorError, match=match) as refused:
            mirror.sync("leads")
        assert s3.secret not in str(refused.value)
        s3.recover()
        assert keys(place, s3) == []
        mirror.sync("leads")
        source.put("lead_2", title="Duchess")
        for path in (r"\.parquet$", r"\.json$"):
            s3.fail(method="PUT", path=path, status=status)
            with pytest.raises(MirrorError, match=match):
                mirror.sync("leads")
        s3.recover()
        mirror.sync("leads")
        assert rows_of(mirror) == {"lead_1": "Countess", "lead_2": "Duchess"}
        assert mirror.verify()["ok"].all()


def test_a_torn_upload_leaves_no_object(source, s3, place):
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        mirror = ws.open_mirror(place, storage=s3.storage)
        s3.fail(method="PUT", path=r"\.parquet$", cut="upload")
        with pytest.raises(MirrorError, match="cannot be reached"):
            mirror.sync("leads")
        s3.recover()
        assert not [key for key in keys(place, s3) if key.endswith(".parquet")]
        mirror.sync("leads")
        assert mirror.verify()["ok"].all()


@GOOGLE_TOO
def test_a_commit_whose_response_is_lost_counts(source, s3, place):
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        mirror = ws.open_mirror(place, storage=s3.storage)
        for number in (2, 3):
            s3.fail(method="PUT", path=r"tables/leads/_delta_log/.*\.json$", cut="response", times=1)
            mirror.sync("leads")
            source.put(f"lead_{number}", title="Duchess")
        s3.recover()
        mirror.sync("leads")
        assert sorted(rows_of(mirror)) == ["lead_1", "lead_2", "lead_3"]
        assert mirror.verify()["ok"].all()


@GOOGLE_TOO
def test_a_store_that_overwrites_is_not_written(source, s3, place):
    with source.connect() as ws:
        # Another bucket in this process has shown that the emulator keeps the condition.
        storage = {**s3.storage, "max_retries": "3"}
        mirror = ws.open_mirror(place, storage=storage)
        s3.fail(method="PUT", cut="condition")
        with pytest.raises(MirrorError, match="two writers create the same object"):
            mirror.sync("leads")
        s3.recover()
        assert keys(place, s3) == []


def test_a_copied_mirror_is_read_and_not_written(copied, s3, place):
    ws, url = copied
    client = ws.mirror.session.client
    copy_of(
        StorePath.at(f"{url}/mirrors/acme", s3.storage) / "ws_~41",
        StorePath.at(place, s3.storage) / safe_name(client.service) / safe_name(client.workspace),
    )
    near = ws.mirror
    try:
        with pytest.raises(MirrorError, match="was copied into this object store"):
            ws.open_mirror(place, storage=s3.storage).sync("leads")
    finally:
        ws._mirror = near


KILLED = """
import sys, json
import pb2b_notebook as pb
from pb2b_notebook.mirror.sync import synchronization
synchronization.COMMIT_ROWS = 100
with pb.connect(sys.argv[1], base_url=sys.argv[2]) as ws:
    ws.open_mirror(sys.argv[3], storage=json.loads(sys.argv[4])).sync("leads")
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no kill -9 here")
def test_a_killed_sync_is_continued(s3, place):
    with pb.open_sandbox(leads=1500, in_process=False, frame="polars", rate_limit=100_000) as ws:
        key = ws.sandbox.create_key()
        command = [sys.executable, "-c", KILLED, key, ws.base_url, place, json.dumps(s3.storage)]
        with subprocess.Popen(command) as process:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and process.poll() is None:
                if sum(name.endswith(".json") for name in keys(place, s3)) >= 2:
                    break
                time.sleep(0.02)
            process.send_signal(signal.SIGKILL)
        mirror = ws.open_mirror(place, storage=s3.storage)
        report = mirror.sync("leads")
        assert report["mode"].item() in {"resumed", "first"}
        assert report["rows_read"].item() < 1500
        assert set(mirror.frame("leads")["id"]) == set(ws.leads.list(limit=None, include_deleted=True)["id"])
        assert mirror.frame("leads")["id"].is_unique().all()
        assert mirror.verify()["ok"].all()


def test_files_of_earlier_versions_stay_for_days(copied, s3):
    """In a folder it is an hour; no lock shows here that a reader or a writer has ended."""
    _, url = copied
    table = pb.open_mirror(f"{url}/mirrors/acme", storage=s3.storage).table("leads")
    now, found = time.time(), []
    for hours in (2, 6 * 24, 8 * 24):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(retention, "time", SimpleNamespace(time=lambda hours=hours: now + hours * 3600))
            found.append(retention.obsolete_files(table.path, table.sizes(), table._hours).old)
    assert found == [0, 0, 1]


# --- forgetting -----------------------------------------------------------------------------------------------------


EMAIL = "ada.lovelace@engine.example"


def mentions(url, s3, text):
    """The names of the objects of a bucket that hold a text."""
    found = []
    for each in StorePath.at(url, s3.storage).objects():
        content = each.read_bytes()
        if each.name.endswith(".parquet") and ".checkpoint" not in each.name:
            content += str(pl.read_parquet(content).to_dicts()).encode()
        if text.encode() in content:
            found.append(each.key)
    return found


def test_a_forgotten_person_is_in_no_object_and_stays_out(source, s3, place):
    """Also where the bucket keeps versions only since the mirror was written."""
    source.put("lead_1", email=EMAIL, title="Countess")
    source.put("lead_2", email="tom@example.com", title="Duke")
    with source.connect(frame="polars") as ws:
        mirror = ws.open_mirror(place, storage=s3.storage)
        mirror.sync("leads")
        source.clock += dt.timedelta(days=1)
        source.put("lead_1", email=EMAIL, title="Queen")
        mirror.sync("leads")
        assert mentions(place, s3, EMAIL)
        assert not [line for line in ws.forget(EMAIL).remaining if "noncurrent versions" in line]
        s3.keep_versions(place)
        plan = ws.forget(EMAIL)
        assert {place.place: place.rows for place in plan.places} == {"mirror": 1, "history": 1}
        sentences = [line for line in plan.remaining if "noncurrent versions" in line]
        assert len(sentences) == 1
        assert any("7 days" in line for line in plan.remaining)
        assert not [key for key in keys(place, s3) if ".pb2b-" in key]
        assert plan.apply()["rows"].to_list() == [1, 1]
        assert mentions(place, s3, EMAIL) == []
        mirror.sync("leads", full=True)
        assert list(rows_of(mirror)) == ["lead_2"]
        assert mirror.verify()["ok"].all()
        assert mirror.as_of("leads", 1).height == 1


def test_a_sync_in_flight_does_not_bring_a_forgotten_person_back(source, s3, place):
    source.put("lead_2", email="tom@example.com", title="Duke")
    with source.connect(frame="polars") as one, source.connect(frame="polars") as two:
        mirrors = [ws.open_mirror(place, storage=s3.storage) for ws in (one, two)]
        mirrors[0].sync("leads")
        source.put("lead_1", email=EMAIL, title="Countess")
        # The first has read the row, and the list of forgotten people, when the second forgets the person.
        once_before(mirrors[0].table("leads"), "replace", lambda: two.forget(EMAIL).apply())
        mirrors[0].sync("leads")
        assert list(rows_of(mirrors[0])) == ["lead_2"]
        assert mentions(place, s3, EMAIL) == []


def test_a_first_sync_in_flight_does_not_store_a_forgotten_person(source, s3, place):
    source.put("lead_1", email=EMAIL, title="Countess")
    source.put("lead_2", email="tom@example.com", title="Duke")
    with source.connect(frame="polars") as one, source.connect(frame="polars") as two:
        mirror = one.open_mirror(place, storage=s3.storage)
        two.open_mirror(place, storage=s3.storage)
        once_before(mirror.table("leads"), "replace", lambda: two.forget(EMAIL).apply())
        mirror.sync("leads")
        assert list(rows_of(mirror)) == ["lead_2"]
        assert mentions(place, s3, EMAIL) == []


def test_two_programs_add_to_the_list_of_forgotten_people(s3, place):
    path = StorePath.at(place, s3.storage) / "forgotten"
    lists = [Suppression(path) for _ in range(3)]
    for each in lists:
        each.filter_rows(pa.table({"id": ["lead_x"], "email": ["x@example.com"]}), leads=True)
    for number, each in enumerate(lists):
        each.add(Person.of(f"person{number}@example.com"))
    rows = pa.table({"id": ["a", "b", "c", "d"], "email": [f"person{number}@example.com" for number in range(4)]})
    for each in lists:
        assert each.filter_rows(rows, leads=True)["id"].to_pylist() == ["d"]
