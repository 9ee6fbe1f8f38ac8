"""The SQLite settings on which the durability of a database file depends."""

import ast
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import pb2b_notebook.sandbox
from pb2b_notebook.sandbox import Sandbox

SETTINGS = {"journal_mode": "truncate", "synchronous": 2, "locking_mode": "exclusive"}  # 2 is FULL


def settings(sandbox):
    store = sandbox.app.state.parts.store
    return {name: store.execute(f"PRAGMA {name}")[0][0] for name in SETTINGS}


def in_mode(file, mode):
    """Put the file into a journal mode, as another program could."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        assert other.execute(f"PRAGMA journal_mode={mode}").fetchall() == [(mode,)]
        other.execute("UPDATE facts SET value = value")


@pytest.mark.parametrize("mode", ["delete", "persist", "wal"])
def test_a_file_in_any_journal_mode_gets_a_rollback_journal(tmp_path, serve, mode):
    file = tmp_path / "sandbox.db"
    with Sandbox(file, leads=3) as sandbox:
        key = sandbox.key
        assert settings(sandbox) == SETTINGS
    in_mode(file, mode)
    with Sandbox(file) as sandbox, serve(sandbox) as api:
        assert settings(sandbox) == SETTINGS
        api.headers["Authorization"] = f"Bearer {key}"
        assert api.post("/leads", json={"email": "a@y.example"}).status_code == 201
        assert {path.name for path in tmp_path.iterdir()} <= {"sandbox.db", "sandbox.db-journal"}
        assert settings(sandbox) == SETTINGS
    with closing(sqlite3.connect(file)) as other:
        assert other.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_only_one_place_opens_a_connection():
    """The WAL-reset bug of SQLite before 3.51.3 needs two connections."""
    package = Path(pb2b_notebook.sandbox.__path__[0])
    calls = [
        path.name
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and ast.unparse(node) == "sqlite3.connect"
    ]
    assert calls == ["store.py"]
