"""``pb2b demo`` and ``pb2b app``."""

from __future__ import annotations

import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cli.options import add_command

if TYPE_CHECKING:
    import argparse

FIRST_NOTEBOOK = "notebooks/01_quickstart.ipynb"


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    add_command(
        commands, "demo", _demo,
        "run all steps on the embedded sandbox, from connecting to verified writes, in a few seconds",
    )  # fmt: skip
    app = add_command(commands, "app", _app, "open the forms as an app in the browser, on this machine only")
    app.add_argument("--port", type=int, default=8866, help="0 takes any free port (default: %(default)s)")
    app.add_argument("--no-browser", action="store_true", help="print the address only")


def _demo(_: argparse.Namespace) -> int:
    from pb2b_notebook import demo

    return 0 if demo.run(_next_step()) else 1


def _next_step() -> str:
    """Return what to do after the demo: without a clone, as with ``uvx``, there are no notebooks to open."""
    if Path(FIRST_NOTEBOOK).is_file():
        return f"{_jupyter()} lab {FIRST_NOTEBOOK}"
    return "pb2b app; or in Python: import pb2b_notebook as pb; ws = pb.open_sandbox()"


def _jupyter() -> str:
    """Return the command that opens a notebook in this environment, as typed in this folder."""
    command = Path(sys.executable).with_name("jupyter")
    if not command.exists():
        return "jupyter"
    return str(command.relative_to(Path.cwd()) if command.is_relative_to(Path.cwd()) else command)


def _app(options: argparse.Namespace) -> int:
    from pb2b_notebook import app_serving
    from pb2b_notebook.serving import bind

    with closing(bind(options.port)) as bound:
        app_serving.serve(
            bound,
            browser=not options.no_browser,
            show_address=lambda address: print(f"app        {address}\nCtrl-C stops it.", flush=True),
        )
    return 0
