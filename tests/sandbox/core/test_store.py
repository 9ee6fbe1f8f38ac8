import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing

import pytest

from pb2b_notebook.errors import ConfigurationError, UsageError
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.store import Store, Table

THINGS = Table("things", "thing", columns={"size": lambda thing: thing["size"]}, indexed=("size",))


def thing(number):
    return {"id": f"thing_{number}", "created_at": "a", "updated_at": "b", "size": number}


@pytest.fixture
def store():
    store = Store()
    store.define(THINGS.create(), *THINGS.create_indexes())
    yield store
    store.close()


class WrongTurnError(Exception):
    pass


def add_and_fail(store, number):
    with store.transaction():
        store.put(THINGS, "ws", thing(number))
        raise WrongTurnError


def add_two_and_fail(store):
    with store.transaction():
        store.put(THINGS, "ws", thing(3))
        add_and_fail(store, 4)


def count_and_fail(store):
    with store.transaction():
        assert store.count_up("x") == 2
        raise WrongTurnError


def test_a_transaction_is_committed_or_rolled_back_as_a_whole(store):
    with store.transaction():
        store.put(THINGS, "ws", thing(1))
    with pytest.raises(WrongTurnError):
        add_and_fail(store, 2)
    with pytest.raises(WrongTurnError):
        add_two_and_fail(store)
    assert store.find(THINGS, "ws", "1", ()) == [thing(1)]
    assert store.get(THINGS, "elsewhere", "thing_1") is None


def test_loaded_rows_stay_in_the_order_of_the_listing(store):
    def lying():
        return [row[0] for row in store.execute("SELECT id FROM things ORDER BY rowid")]

    updated = {3: "c", 1: "b", 2: "b", 4: "a"}
    store.load(THINGS, "ws", [thing(number) | {"updated_at": at} for number, at in updated.items()], in_order=True)
    assert lying() == ["thing_4", "thing_1", "thing_2", "thing_3"]
    store.put(THINGS, "ws", thing(1) | {"updated_at": "d"})
    assert lying() == ["thing_4", "thing_2", "thing_3", "thing_1"]
    store.load(THINGS, "other", [thing(5)], in_order=True)
    assert lying()[-1] == "thing_5"


def test_a_series_reuses_the_numbers_of_failed_transactions(store):
    assert store.count_up("x") == 1
    with pytest.raises(WrongTurnError):
        count_and_fail(store)
    assert store.count_up("x") == 2


@pytest.mark.parametrize("content", [b"not a database, though it is long enough to look at" * 20, None])
def test_a_file_that_is_not_a_database_is_refused(tmp_path, content):
    path = tmp_path / "sandbox.db"
    path.mkdir() if content is None else path.write_bytes(content)
    with pytest.raises(ConfigurationError, match="database"):
        Sandbox(path, leads=0)


def test_a_database_file_is_resumed(tmp_path, serve, bearer):
    file = tmp_path / "sandbox.db"
    with Sandbox(file, leads=10, seed=5) as sandbox, serve(sandbox) as api:
        key = sandbox.key
        made = api.post("/leads", json={"email": "kept@b.example"}).json()["data"]
        before = api.get("/leads?limit=500").json()["data"]
    with Sandbox(file, leads=99, seed=6) as sandbox, serve(sandbox) as api:
        assert sandbox.key is None
        api.headers.update(bearer(key))
        assert api.get("/leads?limit=500").json()["data"] == before
        again = api.post("/leads", json={"email": "kept@b.example"}).json()["data"]
    assert again["id"] != made["id"]
    assert again["updated_at"] > made["updated_at"]


WRITER = """
import sys
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.leads.rules import LeadService

sandbox = Sandbox(sys.argv[1], leads=5)
parts = sandbox.app.state.parts
number = 0
while True:
    with parts.store.transaction():
        service = LeadService(parts, sandbox.workspace_id)
        service.create({"external_id": f"{sys.argv[2]}-{number}"})
        service.create({"external_id": f"{sys.argv[2]}-{number}"})
    print(number, flush=True)
    number += 1
"""


def test_kill_9_loses_no_acknowledged_write_and_leaves_no_partial_one(tmp_path):
    """Each transaction has two leads; each run is killed after some acknowledgements, at a random point."""
    file = tmp_path / "sandbox.db"
    acknowledged = []
    for run, patience in enumerate((1, 7, 20)):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(file), str(run)], stdout=subprocess.PIPE, text=True
        )
        acknowledged += [f"{run}-{writer.stdout.readline().strip()}" for _ in range(patience)]
        writer.kill()
        # Lines printed between the last one read and the kill were acknowledged, too.
        acknowledged += [f"{run}-{line}" for line in writer.communicate()[0].split("\n")[:-1]]
    with Sandbox(file):
        pass
    with closing(sqlite3.connect(file)) as connection, connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        rows = connection.execute("SELECT external_id FROM leads WHERE external_id LIKE '_-%'").fetchall()
    connection.close()
    times = Counter(row[0] for row in rows if row[0].split("-")[1].isdigit())
    assert set(times.values()) == {2}
    assert set(acknowledged) <= set(times)
    assert len(times) <= len(acknowledged) + 3


def test_a_closed_sandbox_is_named():
    with Sandbox(leads=1) as sandbox:
        pass
    for use in (lambda: sandbox.clock.advance(3), sandbox.keys):
        with pytest.raises(UsageError, match="this sandbox is closed → open another one"):
            use()
