"""``import pb2b_notebook`` loads nothing heavy; each heavy part loads when it is first used."""

import subprocess
import sys

import pytest

HEAVY = {"httpx", "pandas", "polars", "pyarrow", "matplotlib", "ipywidgets", "fastapi", "duckdb", "msgspec", "IPython"}


def loaded_after(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize("module", ["pb2b_notebook", "pb2b_notebook.cli"])
def test_the_package_and_its_command_line_load_nothing_heavy_alone(module):
    assert loaded_after(f"import {module}; dir({module})") & HEAVY == set()


def test_the_contract_is_read_without_fastapi():
    assert "fastapi" not in loaded_after("import pb2b_notebook as pb; assert pb.contract.load()")


def test_a_sandbox_is_opened_without_fastapi_and_frames():
    loaded = loaded_after("import pb2b_notebook as pb; pb.open_sandbox(leads=3, in_process=True).close()")
    assert not loaded & {"fastapi", "httpcore", "httpx", "pandas", "polars", "pyarrow", "uvicorn"}


def test_a_polars_frame_of_records_loads_no_pandas():
    code = """
from pb2b_notebook.frames import Decoder, frame_schema, to_frame
from pb2b_notebook.openapi import load
decoder = Decoder(frame_schema(load()["leads.list"].fields, {"budget": "number", "renewal": "date"}))
decoder.add([b'{"id":"a","updated_at":"2026-03-10T12:00:00Z","custom_fields":{"budget":1.5,"renewal":"2026-09-01"}}'])
assert to_frame(decoder.table(), "polars")["custom_budget"].to_list() == [1.5]"""
    assert "pandas" not in loaded_after(code)


def test_connecting_loads_neither_the_intake_nor_httpx():
    loaded = loaded_after("""
import pb2b_notebook as pb, sys
pb.connect, pb.open_sandbox
from pb2b_notebook.api.http.sending.network import NetworkTransport
NetworkTransport("http://127.0.0.1:1").close()
unwanted = {"intake.choices", "cleanup.checks", "cleanup.values.phones", "upserts.running.jobs"}
assert not {f"pb2b_notebook.{name}" for name in unwanted} & sys.modules.keys()""")
    assert not loaded & {"httpx", "rich", "pygments", "asyncio"}


def test_without_matplotlib_a_picture_names_the_extra_and_a_report_is_made():
    loaded_after("""
import sys, pb2b_notebook as pb
sys.modules["matplotlib"] = None
try:
    pb.plots.leads_over_time
except pb.errors.MissingExtraError as problem:
    assert "pip install 'pb2b-notebook[plots]'" in str(problem)
else:
    raise AssertionError
with pb.open_sandbox(leads=3, in_process=True) as ws:
    assert len(ws.report("weekly", quality=False).sections)""")
