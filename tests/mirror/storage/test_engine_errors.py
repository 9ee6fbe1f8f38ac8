"""Folders that cannot be written, and full disks."""

import os
import tempfile

import pytest

from kernels import run
from pb2b_notebook.errors import MirrorError


@pytest.mark.parametrize("place", ["a file/below", "/proc/nowhere"])
def test_a_cache_folder_that_cannot_be_created_is_an_error(source, tmp_path, monkeypatch, place):
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
def test_a_read_only_mirror_can_be_read():
    with tempfile.TemporaryDirectory() as cache:  # pytest's own temporary folder is private to its user
        found = run(READ_ONLY, cache, env={"PB2B_CACHE_DIR": cache})
    lines = found.stdout.splitlines()
    assert lines[-1:] == ["True [1, 1, 1, 1, True]"], found.stderr
    assert lines[0].startswith("MirrorError the mirror's folder cannot be written"), found.stdout
    assert "PB2B_CACHE_DIR" in lines[0]


FULL = """
    import resource, sys
    from service_rows import Source, agrees
    source = Source(page=1000)
    for number in range(50):
        source.put(f"lead_{number}", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        for room in map(int, sys.argv[1:]):
            version, titles = ws.mirror.table("leads").version, set(ws.mirror.frame("leads")["title"])
            for number in range(3000):
                source.put(f"lead_{number}", title=f"{(room + number) * 7919:x}" * 9)
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, most))
            try:
                ws.mirror.sync("leads")
            except Exception as error:
                print(type(error).__name__, error)
            print(ws.mirror.table("leads").version == version, set(ws.mirror.frame("leads")["title"]) == titles)
            resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
            ws.mirror.sync("leads")
            print(agrees(source, ws), ws.mirror.verify()["ok"].all())
"""


@pytest.mark.skipif(os.name != "posix", reason="the limit is POSIX's")
def test_a_full_disk_keeps_the_committed_rows_and_the_next_sync_continues():
    rooms = (100, 5_000, 20_000)
    found = run(FULL, *rooms)
    lines = found.stdout.splitlines()
    assert lines[1::3] == lines[2::3] == ["True True"] * len(rooms), found.stderr + found.stdout
    assert all(line.startswith("MirrorError there is no room to write leads") for line in lines[::3]), lines[::3]
    assert "Countess" not in lines[0]


TOO_MANY = """
    import os, resource
    from service_rows import Source
    import pb2b_notebook as pb
    source = Source(page=100)
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        source.put("lead_1", title="Duchess")
        ws.mirror.sync("leads")
        root = ws.mirror.location.root
        def damage(problems):
            for problem in problems.drop_nulls():
                if not problem.startswith("too many files are open"):
                    print("verify:", problem)
        calls = {
            "frame": lambda: pb.open_mirror(root).frame("leads"),
            "sync": lambda: ws.mirror.sync("leads"),
            "sql": lambda: ws.sql("select * from leads"),
            "verify": lambda: damage(ws.mirror.verify()["problem"]),
            "changes": lambda: ws.mirror.changes("leads", since=0),
            "repair": lambda: ws.mirror.repair().height and print("repair did something"),
        }
        for call in calls.values():
            call()
        resource.setrlimit(resource.RLIMIT_NOFILE, (200, resource.getrlimit(resource.RLIMIT_NOFILE)[1]))
        for free in range(5):
            for name, call in calls.items():
                held = []
                try:
                    while True:
                        held.append(os.open(os.devnull, os.O_RDONLY))
                except OSError:
                    pass
                for _ in range(free):
                    os.close(held.pop())
                try:
                    call()
                except Exception as error:
                    found = f"{type(error).__name__} {error}"
                    if not found.startswith("MirrorError too many files are open"):
                        print(free, name, found)
                finally:
                    for file in held:
                        os.close(file)
        print(ws.mirror.verify()["ok"].all(), ws.mirror.frame("leads")["title"].to_list())
"""


@pytest.mark.skipif(os.name != "posix", reason="the limit is POSIX's")
def test_too_many_open_files_are_never_called_damage():
    found = run(TOO_MANY)
    assert found.stdout.splitlines() == ["True ['Duchess']"], found.stdout + found.stderr
