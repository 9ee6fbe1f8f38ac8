"""The mirror without the packages of its extra."""

import pytest

from kernels import run

WITHOUT = """
    import sys
    sys.modules[sys.argv[1]] = None
    from service_rows import Source
    source = Source()
    source.put("lead_1")
    with source.connect(frame="polars") as ws:
        print(ws.leads.list().height)
        asked = len(source.asked)
        for attempt in (
            lambda: ws.leads.list(cached=True),
            lambda: ws.leads.list(max_age="15m"),
            lambda: ws.leads.list(refresh=True),
            lambda: ws.mirror.sync(),
            lambda: ws.sql("select 1"),
        ):
            try:
                attempt()
            except Exception as error:
                print(type(error).__name__, error)
            else:
                print("works")
        print(len(source.asked) - asked)
"""


@pytest.mark.parametrize(
    ("missing", "failing"), [("deltalake", 4), ("filelock", 4), ("duckdb", 1)], ids=["deltalake", "filelock", "duckdb"]
)
def test_without_the_extra_the_error_has_the_install_line(missing, failing):
    """Without the extra, no request is sent for rows that cannot be stored."""
    lines = run(WITHOUT, missing).stdout.splitlines()
    assert lines[0] == "1"
    failed = [line for line in lines[1:6] if line.startswith("MissingExtraError")]
    assert len(failed) == failing
    assert all("pip install 'pb2b-notebook[mirror]'" in line for line in failed)
    if missing != "duckdb":
        assert lines[6] == "0"


def test_importing_the_package_loads_no_engine():
    code = """
        import sys, pb2b_notebook as pb
        pb.open_mirror, pb.connect
        import pb2b_notebook.mirror
        print([name for name in ("deltalake", "duckdb", "filelock", "polars", "pyarrow") if name in sys.modules])
    """
    assert run(code).stdout == "[]\n"
