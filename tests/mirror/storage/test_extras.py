"""The mirror without the packages of its extra."""

import sys
from functools import partial

import pytest

from kernels import run
from pb2b_notebook.errors import MissingExtraError

WAYS = {"cached": True, "max_age": "15m", "refresh": True}
"""Keywords of lists that are answered from the mirror."""


@pytest.mark.parametrize("missing", ["deltalake", "filelock", "duckdb"])
def test_without_the_extra_the_error_has_the_install_line(source, monkeypatch, missing):
    """Without the extra, no request is sent for rows that cannot be stored."""
    source.put("lead_1")
    monkeypatch.setitem(sys.modules, missing, None)
    with source.connect(frame="polars") as ws:
        assert ws.leads.list().height == 1
        asked = len(source.asked)
        storing = [partial(ws.leads.list, **{name: value}) for name, value in WAYS.items()] + [ws.mirror.sync]
        asking = [partial(ws.sql, "select 1")]
        failing, working = (asking, storing) if missing == "duckdb" else (storing, asking)
        for attempt in failing:
            with pytest.raises(MissingExtraError, match=r"pip install 'pb2b-notebook\[mirror\]'"):
                attempt()
        assert len(source.asked) == asked
        for attempt in working:
            attempt()


def test_importing_the_package_loads_no_engine():
    code = """
        import sys, pb2b_notebook as pb
        pb.open_mirror, pb.connect
        import pb2b_notebook.mirror
        print([name for name in ("deltalake", "duckdb", "filelock", "polars", "pyarrow") if name in sys.modules])
    """
    assert run(code).stdout == "[]\n"
