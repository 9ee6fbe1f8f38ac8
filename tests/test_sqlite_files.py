"""Files are private, transactions are whole, and a file that cannot be used is one typed error."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest

from many_threads import together
from pb2b_notebook import sqlite_files
from pb2b_notebook.sqlite_files import DurableFile


class UnusableError(Exception):
    pass


def create_tables(db):
    db.execute("CREATE TABLE IF NOT EXISTS notes (id INTEGER PRIMARY KEY, text TEXT)")


def open_file(path, *, private_folder=True):
    return DurableFile(path, create_tables, error=UnusableError, busy_timeout=0.01, private_folder=private_folder)


def add(file, text="a note"):
    with file.transaction() as db:
        db.execute("INSERT INTO notes (text) VALUES (?)", (text,))


def texts(file):
    with file.transaction() as db:
        return [row["text"] for row in db.execute("SELECT text FROM notes ORDER BY id")]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "private" / "notes.sqlite3"


@pytest.fixture(params=["file", "memory"])
def file(request, path):
    return open_file(path if request.param == "file" else None)


def test_a_transaction_is_committed_when_its_block_ends(file):
    add(file)
    assert texts(file) == ["a note"]


_WAITING = """
import sys, sqlite3
from pb2b_notebook import sqlite_files
db = sqlite3.connect(sys.argv[1], timeout=600, isolation_level=None)
print("waiting", flush=True)
with sqlite_files.transaction(db):
    print("locked")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT of another process is POSIX's")
def test_ctrl_c_ends_the_wait_for_a_file_that_another_process_has_locked(path):
    """SQLite's own wait goes on for as long as it was asked for; the signal is only seen after it."""
    file = open_file(path)
    with file.transaction():
        command = [sys.executable, "-c", _WAITING, path]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as other:
            try:
                assert other.stdout.readline() == "waiting\n"
                other.send_signal(signal.SIGINT)
                printed, errors = other.communicate(timeout=60)
            finally:
                other.kill()
    assert printed == ""
    assert errors.rstrip().endswith("KeyboardInterrupt")


def test_tables_are_created_again_where_a_reader_kept_them_from_being_committed(path):
    """Two kernels that start at once on a new file: one creates the tables while the other reads."""
    for _ in range(2):
        add(open_file(path))
    reader = sqlite3.connect(path)
    notes = reader.execute("SELECT * FROM notes")
    notes.fetchone()  # until the last one, the file stays locked for reading
    tries = []

    def create_more(db):
        tries.append(len(tries))
        if len(tries) > 1:
            notes.close()
        db.executescript("BEGIN IMMEDIATE; CREATE TABLE more (id); COMMIT;")

    with closing(sqlite_files.connect(path, create_more, busy_timeout=60)) as db:
        assert db.execute("SELECT count(*) FROM more").fetchone()[0] == 0
    assert tries == [0, 1]
    reader.close()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # Python 3.12: this process has threads
def test_a_child_that_is_forked_during_a_transaction_can_write(path):
    """SQLite in the child would count the parent's lock as one of its own process, which never ends."""
    file, begun = open_file(path), threading.Event()

    def write():
        with file.transaction():
            begun.set()
            time.sleep(0.2)  # the fork begins in this time

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(60)
    child = os.fork()
    if not child:
        code = 1
        try:
            add(file)
            code = 0
        finally:
            os._exit(code)
    writer.join()
    assert os.waitpid(child, 0)[1] == 0
    assert texts(file) == ["a note"]


def test_a_block_that_raises_writes_nothing(file):
    with pytest.raises(IndexError), file.transaction() as db:
        db.execute("INSERT INTO notes (text) VALUES ('lost') RETURNING id").fetchone()["missing"]
    assert texts(file) == []


@pytest.mark.skipif(sys.platform == "win32", reason="locks of a process are POSIX's")
@pytest.mark.parametrize("private_folder", [True, False])
def test_a_second_opening_in_a_process_leaves_the_lock_of_the_first(path, private_folder):
    """A file that is opened and closed beside a connection takes its locks away, and another process writes too."""
    first, second = (open_file(path, private_folder=private_folder) for _ in range(2))
    path.parent.mkdir(exist_ok=True)
    with first.transaction() as db:
        db.execute("INSERT INTO notes (text) VALUES ('mine')")
        with pytest.raises(UnusableError):
            add(second)
        writing = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"
        other = subprocess.run([sys.executable, "-c", writing, path], capture_output=True, text=True, check=False)
        assert "database is locked" in other.stderr
    assert texts(second) == ["mine"]


def test_many_threads_share_a_file(file):
    together(*[lambda: add(file)] * 8)
    assert len(texts(file)) == 8


def test_a_database_in_memory_is_empty_after_closing():
    file = open_file(None)
    add(file)
    file.close()
    assert texts(file) == []
    file.close()
    file.close()


@pytest.mark.skipif(sys.platform == "win32", reason="modes are of POSIX")
@pytest.mark.parametrize(("private_folder", "mode"), [(True, 0o700), (False, 0o755)])
def test_only_the_owner_may_read_the_file_and_a_private_folder(tmp_path, private_folder, mode):
    tmp_path.chmod(0o755)
    add(open_file(tmp_path / "notes.sqlite3", private_folder=private_folder))
    assert stat.S_IMODE((tmp_path / "notes.sqlite3").stat().st_mode) == 0o600
    assert stat.S_IMODE(tmp_path.stat().st_mode) == mode


def test_a_file_that_another_program_put_into_wal_mode_leaves_it(path):
    """SQLite before 3.51.3 has the WAL-reset bug, and a write-ahead log would keep what was deleted."""
    file = open_file(path)
    add(file)
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode=wal").fetchall() == [("wal",)]
    assert texts(file) == ["a note"]
    with closing(sqlite3.connect(path)) as other:
        assert other.execute("PRAGMA journal_mode").fetchall() == [("delete",)]


def test_deleted_rows_are_gone_from_the_file(path):
    file = open_file(path)
    add(file, "canary " * 4_000)
    assert b"canary" in path.read_bytes()
    with file.transaction() as db:
        db.execute("DELETE FROM notes")
    assert b"canary" not in path.read_bytes()


@pytest.mark.parametrize("kind", ["not a database", "a folder", "below a file"])
def test_a_file_that_cannot_be_opened_is_the_typed_error(path, kind):
    if kind == "below a file":
        path.parent.write_text("")
    else:
        path.parent.mkdir()
        path.mkdir() if kind == "a folder" else path.write_bytes(b"not a database " * 100)
    with pytest.raises(UnusableError, match="Error"):
        texts(open_file(path))


def test_a_file_that_stays_locked_is_the_typed_error(path):
    file = open_file(path)
    add(file)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(UnusableError, match="other processes were writing"):
            add(file)
    add(file)
    assert len(texts(file)) == 2


def test_a_full_disk_is_the_typed_error_and_leaves_the_file_whole(path, monkeypatch):
    """SQLite's own limit on pages fails as a full disk does: SQLITE_FULL."""
    connect = sqlite_files.connect

    def small(*args, **options):
        db = connect(*args, **options)
        db.execute("PRAGMA max_page_count = 1")
        return db

    file = open_file(path)
    add(file)
    monkeypatch.setattr(sqlite_files, "connect", small)
    with pytest.raises(UnusableError):
        add(file, "x" * 100_000)
    monkeypatch.undo()
    assert texts(file) == ["a note"]


def test_a_connection_that_is_not_durable_still_commits_whole_transactions(tmp_path):
    path = tmp_path / "notes.sqlite3"
    options = {"busy_timeout": 0.01, "durable": False}
    with closing(sqlite_files.connect(path, create_tables, **options)) as db:
        with sqlite_files.transaction(db):
            db.execute("INSERT INTO notes (text) VALUES ('a note')")
        with pytest.raises(IndexError), sqlite_files.transaction(db):
            db.execute("DELETE FROM notes RETURNING id").fetchone()["missing"]
    with closing(sqlite_files.connect(path, create_tables, **options)) as db:
        assert db.execute("SELECT count(*) FROM notes").fetchone()[0] == 1
