import zlib

import pytest

from pb2b_notebook.errors import UsageError
from pb2b_notebook.sandbox import Sandbox
from pb2b_notebook.sandbox.core.tables import TABLES
from pb2b_notebook.sandbox.demo_data import templates


def contents(sandbox):
    return {table.name: rows(sandbox, table.name) for table in TABLES}


def rows(sandbox, table):
    return sandbox._store.execute(f"SELECT * FROM {table} ORDER BY id")  # noqa: S608 - our own names


def test_a_copied_database_holds_the_same_as_a_filled_file(tmp_path):
    with Sandbox(tmp_path / "filled.db", leads=3) as filled, Sandbox(leads=3) as copied:
        assert contents(copied) == contents(filled)
        assert copied.keys() == filled.keys()
        assert copied.leads == filled.leads == 3


def test_a_change_in_one_sandbox_is_not_in_the_next_one():
    with Sandbox(leads=3) as first:
        before = contents(first)
        first._store.execute("DELETE FROM leads")
        first.create_key(name="Another key")
        first.clock.advance("1d")
    with Sandbox(leads=3) as second:
        assert contents(second) == before
        [key] = second.keys()
        assert key.name == "Default key"


def test_two_sandboxes_with_the_same_arguments_share_no_key_and_no_instance():
    with Sandbox(leads=3) as first, Sandbox(leads=3) as second:
        assert first.key != second.key
        assert first._parts.instance != second._parts.instance


@pytest.mark.parametrize("different", [{"leads": 4}, {"seed": 2}, {"leads_limit": 7}])
def test_other_arguments_have_their_own_data(different):
    with Sandbox(leads=3) as first, Sandbox(**({"leads": 3} | different)) as second:
        first_rows, second_rows = ({**contents(each), "": rows(each, "workspaces")} for each in (first, second))
        assert first_rows != second_rows


def test_a_large_workspace_is_not_kept_as_a_template(monkeypatch):
    monkeypatch.setattr(templates, "MOST_LEADS", 2)
    before = templates._template.cache_info()
    with Sandbox(leads=3) as sandbox:
        assert len(contents(sandbox)["leads"]) > 3
    assert templates._template.cache_info() == before


def test_a_refused_number_of_leads_makes_no_template():
    before = templates._template.cache_info()
    with pytest.raises(UsageError, match="leads"):
        Sandbox(leads=-1)
    assert templates._template.cache_info() == before


def usual_rows(monkeypatch):
    """All rows, and the secrets, of the usual database as a process that has not made it yet gets it."""
    monkeypatch.setattr(templates, "_USUAL", (1, 3, None))
    templates._template.cache_clear()
    store = templates.template(1, leads=3, leads_limit=None)
    names = [name for (name,) in store.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
    found = {name: store.execute(f"SELECT * FROM {name}") for name in names}  # noqa: S608 - our own names
    return found, {secret for _, _, secret, _ in found.pop("signing_secrets")}


def kept_file(tmp_path):
    [file] = (tmp_path / "cache" / "pb2b_notebook" / "sandbox").iterdir()
    return file


def test_the_usual_database_is_kept_for_the_next_process_without_its_secrets(tmp_path, monkeypatch):
    made, secrets = usual_rows(monkeypatch)
    file = kept_file(tmp_path)
    image = zlib.decompress(file.read_bytes())
    monkeypatch.setattr(templates, "fill", None)  # it is not filled again
    read, new_secrets = usual_rows(monkeypatch)
    assert read == made
    assert len(new_secrets) == len(secrets) == 4
    assert new_secrets.isdisjoint(secrets)
    assert not any(secret.encode() in image for secret in secrets | new_secrets)
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", [lambda kept: kept[:-1], lambda kept: kept[:99] + b"\0" + kept[100:], lambda _: b""])
def test_a_damaged_file_is_made_again_byte_for_byte(tmp_path, monkeypatch, damage):
    made, _ = usual_rows(monkeypatch)
    kept = kept_file(tmp_path).read_bytes()
    kept_file(tmp_path).write_bytes(damage(kept))
    assert usual_rows(monkeypatch)[0] == made
    assert kept_file(tmp_path).read_bytes() == kept


def test_a_database_is_made_where_nothing_can_be_kept(tmp_path, monkeypatch):
    made, _ = usual_rows(monkeypatch)
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("PB2B_CACHE_DIR", str(tmp_path / "file"))
    assert usual_rows(monkeypatch)[0] == made
