"""A database file has one owner, was created by a sandbox, and is either filled or unchanged."""

import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest

from each_case import each_case
from pb2b_notebook.errors import ConfigurationError, UsageError
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.store import Store
from pb2b_notebook.sandbox.http.limits import RollingLimit

LOCK = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN EXCLUSIVE')"
OPEN = "import sys; from pb2b_notebook.sandbox import Sandbox; Sandbox(sys.argv[1], leads=1)"


@pytest.fixture
def file(tmp_path):
    return tmp_path / "sandbox.db"


def elsewhere(program, file):
    """Run a program on the file in another process, and return the last line of its output."""
    done = subprocess.run([sys.executable, "-c", program, str(file)], capture_output=True, text=True, check=False)
    return (done.stderr.splitlines() or [""])[-1]


def facts(file):
    with closing(sqlite3.connect(file)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        known = dict(connection.execute("SELECT name, value FROM facts")) if "facts" in tables else {}
    return tables, known


def test_another_process_cannot_lock_the_file_of_a_sandbox(file, serve):
    with Sandbox(file, leads=1) as sandbox, serve(sandbox) as api:
        assert "database is locked" in elsewhere(LOCK, file)
        assert api.post("/leads", json={"email": "a@b.example"}).status_code == 201


def test_a_second_sandbox_on_a_file_is_refused(file):
    with Sandbox(file, leads=1):
        with pytest.raises(ConfigurationError, match="the database is in use") as caught:
            Sandbox(file, leads=1)
        assert "--db" in caught.value.repair
        assert "the database is in use" in elsewhere(OPEN, file)
    assert elsewhere(OPEN, file) == ""
    assert facts(file)[1]["filled"] == "yes"


def test_a_refused_sandbox_releases_the_file(file):
    Sandbox(file, leads=1).close()
    with pytest.raises(UsageError):
        Sandbox(file, clock="sundial")
    assert elsewhere(OPEN, file) == ""


@pytest.mark.parametrize("db", ["file", ":memory:"])
def test_a_full_database_is_answered_with_503_and_keeps_nothing_of_a_request(db, file, serve, code):
    """SQLite's limit on pages fails as a full disk does, and as the full storage of a browser."""
    with Sandbox(file if db == "file" else db, leads=1) as sandbox, serve(sandbox) as api:
        store = sandbox.app.state.parts.store
        ((pages,),) = store.execute("PRAGMA page_count")
        store.execute(f"PRAGMA max_page_count={pages + 2}")
        made = [api.post("/leads", json={"email": f"{n}@b.example", "title": "x" * 250}) for n in range(40)]
        refused = [answer for answer in made if answer.status_code != 201]
        assert {(answer.status_code, code(answer)) for answer in refused} == {(503, "unavailable")}
        assert "database is full" in refused[0].json()["error"]["message"]
        store.execute("PRAGMA max_page_count=1000000")
        kept = {lead["email"] for lead in api.get("/leads", params={"limit": 100}).json()["data"]}
        assert len(kept & {f"{n}@b.example" for n in range(40)}) == 40 - len(refused)
        assert api.post("/leads", json={"email": "after@b.example"}).status_code == 201


def test_a_locked_database_is_answered_with_503(file, serve, code):
    with Sandbox(file, leads=1) as sandbox, serve(sandbox) as api:
        store = sandbox.app.state.parts.store
        for statement in ("PRAGMA busy_timeout=0", "PRAGMA locking_mode=NORMAL", "SELECT 1 FROM facts"):
            store.execute(statement)
        with closing(sqlite3.connect(file, timeout=0, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            refused = [api.get("/leads"), api.post("/leads", json={}), api.get("/nowhere")]
        assert [(answer.status_code, code(answer)) for answer in refused[:2]] == [(503, "unavailable")] * 2
        assert {answer.headers.get("Retry-After") for answer in refused[:2]} == {"1"}
        assert refused[2].status_code == 404
        assert api.get("/leads").status_code == 200


FOREIGN = {
    "a table": ["CREATE TABLE people (name)"],
    "our table": ["CREATE TABLE facts (a)"],
    "our tables": ["CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID"],
    "another mark": ["PRAGMA application_id = 7"],
    "a WAL": ["PRAGMA journal_mode = WAL", "CREATE TABLE people (name)"],
}


@pytest.mark.parametrize("statements", FOREIGN.values(), ids=FOREIGN)
def test_a_database_of_another_program_is_left_unchanged(file, statements):
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        for statement in statements:
            connection.execute(statement)
    before = file.read_bytes()
    with pytest.raises(ConfigurationError, match="of another program") as caught:
        Sandbox(file, leads=1)
    assert caught.value.repair
    assert file.read_bytes() == before


def test_an_empty_file_is_filled(file):
    file.touch()
    with Sandbox(file, leads=1) as sandbox:
        assert sandbox.key is not None


REFUSED = {
    "no leads": {"leads": -1},
    "more leads than anything holds": {"leads": 10**24},
    "no rate": {"rate_limit": 0},
    "no clock": {"clock": "sundial"},
}


@pytest.mark.parametrize("arguments", REFUSED.values(), ids=REFUSED)
def test_a_refused_start_leaves_the_file_unfilled(file, arguments):
    with pytest.raises(UsageError) as caught:
        Sandbox(file, **{"leads": 1, "seed": 7} | arguments)
    assert caught.value.repair
    assert facts(file)[1] == {}
    with Sandbox(file, leads=2, seed=8) as sandbox:
        assert (sandbox.seed, sandbox.leads) == (8, 2)
        assert sandbox.key is not None


def test_a_filled_file_keeps_its_seed_and_number_of_leads(file):
    Sandbox(file, leads=2, seed=8).close()
    with Sandbox(file, leads=3, seed=9) as sandbox:
        assert (sandbox.seed, sandbox.leads) == (8, 2)


DAMAGE = {
    "a clock of another form": "UPDATE facts SET value = 'noon' WHERE name = 'clock'",
    "a seed of another form": "UPDATE facts SET value = 'one' WHERE name = 'seed'",
    "facts of other columns": "ALTER TABLE facts RENAME value TO worth",
}


@pytest.mark.parametrize("statement", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_file_is_refused(file, statement):
    Sandbox(file, leads=1).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute(statement)
    with pytest.raises(ConfigurationError, match="damaged") as caught:
        Sandbox(file)
    assert caught.value.repair
    assert elsewhere(LOCK, file) == ""


def test_a_truncated_file_is_refused(file):
    Sandbox(file, leads=1).close()
    content = file.read_bytes()
    file.write_bytes(content[: len(content) // 2])
    with pytest.raises(ConfigurationError):
        Sandbox(file)


@each_case("window", [float("inf"), float("nan"), 0, -1])
def test_an_infinite_window_is_refused(window):
    with pytest.raises(UsageError, match="rate limit"):
        RollingLimit(1, window)


def test_a_store_in_memory_needs_no_lock():
    with closing(Store()), closing(Store()):
        pass
