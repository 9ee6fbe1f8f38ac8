"""Another program commits between our comparison and our commit: no row is lost or duplicated.

The writer's lock keeps our own kernels apart. Any engine that writes Delta may write these tables, and knows no lock.
"""

import subprocess
import sys
import textwrap

import deltalake
import pytest

from pb2b_notebook.errors import MirrorError
from pb2b_notebook.mirror.storage import datafiles
from pb2b_notebook.mirror.storage.tables import Table
from service_rows import agrees, content

# It changes a table for each line of its input. It ends without the interpreter's own end: a reading thread of Arrow
# that still asks Python for a file then aborts it.
FOREIGN = """
    import os, sys
    import deltalake, pyarrow as pa

    def renamed(row, **values):
        for name, value in values.items():
            at = row.column_names.index(name)
            row = row.set_column(at, row.field(name), pa.array([value], row.field(name).type))
        return row

    def change(path, what):
        table = deltalake.DeltaTable(path)
        rows = table.to_pyarrow_table()
        one = rows.filter(pa.compute.equal(rows["id"], "lead_1")).slice(0, 1)
        if what == "appends":
            new = pa.concat_tables([renamed(one, id=name, title="foreign") for name in ("lead_new", "lead_foreign")])
            deltalake.write_deltalake(table, new, mode="append")
        elif what == "updates":
            merger = table.merge(renamed(one, title="foreign"), "t.id = s.id", source_alias="s", target_alias="t")
            merger.when_matched_update_all().execute()
        elif what == "deletes":
            table.delete("id = 'lead_1'")
        elif what == "compacts":
            table.optimize.compact()
        elif what == "widens":
            table.alter.add_columns([deltalake.Field("theirs", deltalake.schema.PrimitiveType("string"))])
        elif what == "marks":
            table.create_write_transaction([], "append", table.schema())

    for line in sys.stdin:
        change(*line.rstrip("\\n").split("\\t"))
        print("done", flush=True)
    os._exit(0)
"""


@pytest.fixture(scope="module")
def foreign():
    """Another program, which changes a table in a folder."""
    command = [sys.executable, "-c", textwrap.dedent(FOREIGN)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:

        def change(folder, what):
            program.stdin.write(f"{folder}\t{what}\n")
            program.stdin.flush()
            assert program.stdout.readline() == "done\n"

        yield change


@pytest.fixture
def meanwhile(monkeypatch):
    """Run an action between the comparison and the commit, after our data file is written."""

    def arrange(act, *, times=1):
        written, left = datafiles.write, [times]

        def write(folder, rows):
            file = written(folder, rows)
            if folder.parent.name == "tables" and left[0]:
                left[0] -= 1
                act()
            return file

        monkeypatch.setattr(datafiles, "write", write)

    return arrange


@pytest.mark.parametrize("what", ["appends", "updates", "deletes", "compacts", "widens", "marks"])
def test_a_concurrent_commit_of_another_program_loses_no_row(source, meanwhile, foreign, what):
    source.page = 100
    source.put("lead_1", title="Countess")
    source.put("lead_2", title="Baroness")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        source.put("lead_3")
        ws.mirror.sync("leads")
        source.put("lead_1", title="Duchess")
        source.put("lead_new", title="Lady")
        folder = ws.mirror.table("leads").path
        meanwhile(lambda: foreign(folder, what))
        ws.mirror.sync("leads")
        held = content(ws)
        assert held["lead_1"]["title"] == "Duchess"
        assert held["lead_new"]["title"] == "Lady"
        assert (held.pop("lead_foreign", {"title": None})["title"] == "foreign") == (what == "appends")
        assert sorted(held) == sorted(source.rows)
        assert ws.mirror.verify()["ok"].all()
        assert ws.mirror.sync("leads")["mode"].item() == "changes"


def test_a_commit_right_after_ours_is_seen(source, monkeypatch):
    commit = deltalake.DeltaTable.create_write_transaction

    def followed(table, *arguments, **keywords):
        commit(table, *arguments, **keywords)
        other = deltalake.DeltaTable(table.table_uri)
        commit(other, [], "append", other.schema())

    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        mine = ws.mirror.table("leads")
        for title in ("Duchess", "Queen"):
            source.put("lead_1", title=title)
            with monkeypatch.context() as patch:
                patch.setattr(deltalake.DeltaTable, "create_write_transaction", followed)
                ws.mirror.sync("leads")
            assert mine.latest() == Table(mine.path, mine.label, "leads").latest()
            assert agrees(source, ws)
        assert ws.mirror.verify()["ok"].all()


def test_two_programs_that_create_the_same_table_lose_no_row(source, meanwhile):
    source.put("lead_1", title="Countess")
    source.put("lead_2", title="Baroness")
    with source.connect(frame="polars") as ws, source.connect(frame="polars") as other:
        ws.mirror.location.prepare()
        twin = other.mirror.table("leads")

        def make():
            ws.mirror.location.lock("leads").unlink()  # like a program that does not lock
            other.mirror.sync("leads")

        meanwhile(make)
        assert ws.mirror.sync("leads")["rows_read"].item() == 2
        assert agrees(source, ws)
        assert twin.row_count() == 2
        assert ws.mirror.verify()["ok"].all()


def test_repeated_commit_conflicts_are_an_error_and_duplicate_no_row(source, meanwhile, foreign):
    source.put("lead_1", title="Countess")
    with source.connect(frame="polars") as ws:
        ws.mirror.sync("leads")
        source.put("lead_1", title="Duchess")
        folder = ws.mirror.table("leads").path
        meanwhile(lambda: foreign(folder, "marks"), times=5)
        with pytest.raises(MirrorError, match="other writers committed to leads first 5 times"):
            ws.mirror.sync("leads")
        assert content(ws)["lead_1"]["title"] == "Countess"
        ws.mirror.sync("leads")
        assert agrees(source, ws)
