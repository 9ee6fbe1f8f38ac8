"""Several kernels at one mirror, folders that cannot be written, disks that are full, extras that are missing."""

import os
import subprocess
import sys
import tempfile
import textwrap
import threading

import pytest

import pb2b_notebook as pb
from child_processes import SUPPORT
from pb2b_notebook.errors import MirrorBusyError, MirrorError
from pb2b_notebook.mirror import locking
from pb2b_notebook.mirror.locking import writer_lock
from service_rows import agrees, content


def run(code, *arguments, **options):
    """Another kernel."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    env = {**os.environ, "PYTHONPATH": SUPPORT, **options.pop("env", {})}
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, env=env, **options)


HOLD = """
    import sys
    from pathlib import Path
    from pb2b_notebook.mirror.locking import writer_lock
    with writer_lock(Path(sys.argv[1]), "leads"):
        print("held", flush=True)
        sys.stdin.readline()
"""


@pytest.fixture
def other_kernel(source):
    """A mirror, and a kernel that writes it until it is told to stop."""
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        lock = ws.mirror.location.lock("leads")
        command = [sys.executable, "-c", textwrap.dedent(HOLD), str(lock)]
        kernel = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert kernel.stdout.readline() == "held\n"
        yield ws, kernel
        kernel.kill()
        kernel.communicate()


def test_a_second_writer_gives_up_with_a_clear_error_and_readers_never_wait(source, other_kernel, monkeypatch):
    ws, _ = other_kernel
    monkeypatch.setattr(writer_lock.__wrapped__, "__kwdefaults__", {"timeout": 0.2})
    source.put("lead_1", title="Duchess")
    for attempt in (ws.mirror.sync, ws.mirror.prune, ws.mirror.drop):
        with pytest.raises(MirrorBusyError, match="another kernel is writing leads"):
            attempt("leads")
    with pytest.raises(MirrorBusyError):
        ws.leads.list(refresh=True)
    assert content(ws)["lead_1"]["title"] == "Countess"
    assert ws.leads.list(cached=True).height == ws.sql("select * from leads").height == 1
    assert ws.mirror.verify()["ok"].all()
    assert ws.mirror.sync("lead_fields")["mode"].item() == "first"  # each resource has a writer of its own


def test_it_waits_five_seconds():
    assert locking.LOCK_TIMEOUT == 5.0
    assert writer_lock.__wrapped__.__kwdefaults__ == {"timeout": locking.LOCK_TIMEOUT}


def test_a_second_writer_waits_for_the_first(source, other_kernel):
    ws, kernel = other_kernel
    source.put("lead_1", title="Duchess")
    timer = threading.Timer(0.3, lambda: kernel.communicate("done\n"))
    timer.start()
    ws.mirror.sync("leads")
    timer.join()
    assert agrees(source, ws)


def test_the_lock_of_a_killed_kernel_is_free(source, other_kernel):
    ws, kernel = other_kernel
    kernel.kill()
    kernel.wait()
    ws.mirror.sync("leads")


SYNC = """
    import sys
    import pb2b_notebook as pb
    with pb.connect(sys.argv[1], base_url=sys.argv[2], frame="polars") as ws:
        print("ready", flush=True)
        sys.stdin.readline()
        for _ in range(3):
            ws.mirror.sync("leads", "activities")
        print(ws.mirror.frame("leads").height)
"""


def test_two_kernels_that_sync_at_once_end_with_one_whole_mirror(ws):
    url, key = ws._session.client.base_url, ws.sandbox.create_key(name="two")
    kernels = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(SYNC), key, str(url)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for kernel in kernels:
        assert kernel.stdout.readline() == "ready\n"
    for kernel in kernels:
        kernel.stdin.write("go\n")
        kernel.stdin.flush()
    told = [kernel.communicate(timeout=100) for kernel in kernels]
    live = ws.leads.list(include_deleted=True)
    whole = [out == f"{len(live)}\n" for out, _ in told]
    # Where a machine is so busy that a sync takes longer than five seconds, the other says so and gives up.
    assert any(whole), told
    assert all(out or "MirrorBusyError" in error for out, error in told), told
    with pb.connect(key, base_url=url) as other:
        assert set(other.mirror.frame("leads")["id"]) == set(live["id"])
        assert other.mirror.verify()["ok"].all()


def test_a_reader_in_the_middle_of_a_sync_sees_whole_versions(source, small_batches):
    source.page = 4
    for number in range(80):
        source.put(f"lead_{number:02}", title="first")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        reader = pb.open_mirror(ws.mirror.location.root, frame="polars")
        seen, done = [], threading.Event()

        def read():
            while not done.is_set():
                frame = reader.frame("leads")
                seen.append((frame.height, frame["id"].n_unique(), reader.sql("select id from leads").height))

        thread = threading.Thread(target=read)
        thread.start()
        try:
            for turn in range(4):
                for number in range(0, 80, 3):
                    source.put(f"lead_{number:02}", title=f"turn {turn}")
                ws.mirror.sync("leads")
        finally:
            done.set()
            thread.join()
        assert len(seen) > 2
        assert set(seen) == {(80, 80, 80)}


def test_a_frame_that_was_scanned_before_a_sync_shows_its_version(source, monkeypatch):
    """Also after the files were put together: the former ones are kept for an hour."""
    monkeypatch.setattr("pb2b_notebook.mirror.tables._MAX_SMALL_FILES", 0)
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        lazy = ws.mirror.scan("leads").select("title")
        source.put("lead_1", title="Duchess")
        source.put("lead_2", title="Duchess")
        ws.mirror.sync("leads")
        ws.mirror.prune()
        assert lazy.collect().to_series().to_list() == ["Countess"]
        assert ws.mirror.scan("leads").select("title").unique().collect().item() == "Duchess"


# --- folders and disks ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", ["a file/below", "/proc/nowhere"])
def test_a_cache_folder_that_cannot_be_made_says_so(source, tmp_path, monkeypatch, place):
    (tmp_path / "a file").write_text("")
    source.put("lead_1")
    with source.connect() as ws:
        monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / place))
        with pytest.raises(MirrorError, match="PB2B_CACHE_DIR"):
            ws.mirror.sync("leads")
        assert source.asked == []


READ_ONLY = """
    import os, sys
    from pathlib import Path
    from service_rows import Source
    source = Source()
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        def look():
            frames = [ws.mirror.frame("leads"), ws.leads.list(cached=True), ws.mirror.changes("leads", since=0)]
            return [*map(len, frames), ws.sql("select count(*) from leads").item(), ws.mirror.verify()["ok"].all()]
        ws.mirror.sync("leads")
        source.put("lead_1", title="Duchess")
        ws.mirror.sync("leads")
        before = look()
        root = ws.mirror.location.root
        for folder, _, files in os.walk(root):
            Path(folder).chmod(0o555)
        for folder in Path(root).parents:
            folder.chmod(0o755)
            if folder == Path(sys.argv[1]):
                break
        if os.getuid() == 0:
            os.setuid(65534)
        try:
            ws.mirror.sync("leads")
        except Exception as error:
            print(type(error).__name__, error)
        print(look() == before, before)
"""


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX's")
def test_a_folder_that_may_only_be_read_can_be_read():
    with tempfile.TemporaryDirectory() as cache:  # pytest's own is below folders of its user alone
        found = run(READ_ONLY, cache, env={"PB2B_CACHE_DIR": cache})
    lines = found.stdout.splitlines()
    assert lines[-1:] == ["True [1, 1, 1, 1, True]"], found.stderr
    assert lines[0].startswith("MirrorError the mirror's folder cannot be written"), found.stdout
    assert "PB2B_CACHE_DIR" in lines[0]


FULL = """
    import resource, sys
    from service_rows import Source, agrees
    source = Source(page=100)
    for number in range(50):
        source.put(f"lead_{number}", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        version = ws.mirror.table("leads").version
        for number in range(3000):
            source.put(f"lead_{number}", title=f"{number * 7919:x}" * 9)
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), most))
        try:
            ws.mirror.sync("leads")
        except Exception as error:
            print(type(error).__name__, error)
        print(ws.mirror.table("leads").version == version, set(ws.mirror.frame("leads")["title"]) == {"Countess"})
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
        ws.mirror.sync("leads")
        print(agrees(source, ws), ws.mirror.verify()["ok"].all())
"""


@pytest.mark.skipif(os.name != "posix", reason="the limit is POSIX's")
@pytest.mark.parametrize("room", [100, 5_000, 20_000])
def test_a_full_disk_leaves_what_was_committed_and_the_next_sync_goes_on(room):
    found = run(FULL, room)
    lines = found.stdout.splitlines()
    assert lines[1:] == ["True True", "True True"], found.stderr + found.stdout
    assert lines[0].startswith("MirrorError there is no room to write leads"), lines[0]
    assert "Countess" not in lines[0]


# --- extras -----------------------------------------------------------------------------------------------------------

WITHOUT = """
    import sys
    sys.modules[sys.argv[1]] = None
    from service_rows import Source
    source = Source()
    source.put("lead_1")
    with source.connect(frame="polars") as ws:
        print(ws.leads.list().height)
        asked = len(source.asked)
        for attempt in (
            lambda: ws.leads.list(cached=True),
            lambda: ws.leads.list(max_age="15m"),
            lambda: ws.leads.list(refresh=True),
            lambda: ws.mirror.sync(),
            lambda: ws.sql("select 1"),
        ):
            try:
                attempt()
            except Exception as error:
                print(type(error).__name__, error)
            else:
                print("works")
        print(len(source.asked) - asked)
"""


@pytest.mark.parametrize(
    ("missing", "failing"), [("deltalake", 4), ("filelock", 4), ("duckdb", 1)], ids=["deltalake", "filelock", "duckdb"]
)
def test_without_the_extra_everything_is_understood_and_the_error_names_the_install_line(missing, failing):
    """Nothing is asked of the service for what cannot be kept."""
    lines = run(WITHOUT, missing).stdout.splitlines()
    assert lines[0] == "1"
    failed = [line for line in lines[1:6] if line.startswith("MissingExtraError")]
    assert len(failed) == failing
    assert all("pip install 'pb2b-notebook[mirror]'" in line for line in failed)
    if missing != "duckdb":
        assert lines[6] == "0"


def test_importing_the_package_or_its_mirror_loads_none_of_them():
    code = """
        import sys, pb2b_notebook as pb
        pb.open_mirror, pb.connect
        import pb2b_notebook.mirror
        print([name for name in ("deltalake", "duckdb", "filelock", "polars", "pyarrow") if name in sys.modules])
    """
    assert run(code).stdout == "[]\n"
