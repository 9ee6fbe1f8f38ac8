"""``import pb2b_notebook`` loads nothing heavy; each heavy part loads when it is first used."""

import subprocess
import sys

HEAVY = {"httpx", "pandas", "polars", "pyarrow", "matplotlib", "ipywidgets", "fastapi", "duckdb", "msgspec", "IPython"}


def loaded_after(code):
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sorted(sys.modules))"],
        capture_output=True,
        text=True,
        check=True,
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


def test_the_package_alone_loads_nothing_heavy():
    assert loaded_after("import pb2b_notebook") & HEAVY == set()


def test_completion_of_the_package_loads_nothing_heavy():
    assert loaded_after("import pb2b_notebook; dir(pb2b_notebook)") & HEAVY == set()


def test_the_contract_is_read_without_fastapi():
    assert "fastapi" not in loaded_after("import pb2b_notebook as pb; assert pb.contract.load()")
