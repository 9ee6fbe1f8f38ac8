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
