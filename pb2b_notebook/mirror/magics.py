"""The cell magic ``%%pb2b_sql``, which runs a cell as a SELECT over the mirror."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from pb2b_notebook.errors import UsageError
from pb2b_notebook.mirror.reading import sql as engine

NAME = "pb2b_sql"


def offer_magic() -> None:
    """Register ``%%pb2b_sql`` with the running IPython, if there is one; calling it twice is harmless."""
    ipython = sys.modules.get("IPython")
    shell = None if ipython is None else ipython.get_ipython()
    if shell is not None:
        load_ipython_extension(shell)


def load_ipython_extension(shell: Any) -> None:
    """Register the magic for ``%load_ext pb2b_notebook.mirror.magics``, in notebooks that only open a mirror."""
    shell.register_magic_function(_magic(shell), magic_kind="cell", magic_name=NAME)


def _magic(shell: Any) -> Callable[[str, str], Any]:
    parser: Any = import_module("IPython.core.magic_arguments").MagicArgumentParser(NAME)
    parser.add_argument("-w", "--workspace", default="ws")
    parser.add_argument("-o", "--output", default="")
    parser.add_argument("-f", "--frame", choices=("pandas", "polars"))

    def pb2b_sql(line: str, cell: str) -> Any:
        """Run the cell as one SELECT over the mirrored tables and show the frame; $name is a notebook variable.

        %%pb2b_sql [--workspace WS] [--output NAME] [--frame pandas|polars]

        -w, --workspace: variable of the workspace or mirror; by default ws.
        -o, --output: variable for the frame, which is then not shown.
        -f, --frame: "pandas" or "polars"; by default the workspace's.
        """
        given = parser.parse_argstring(line)
        holder = _workspace(shell.user_ns, given.workspace)
        found = holder.sql(cell, _variables(shell.user_ns, cell), frame=given.frame)
        if not given.output:
            return found
        shell.user_ns[given.output] = found
        return None

    return pb2b_sql


def _workspace(variables: Mapping[str, Any], name: str) -> Any:
    """Return the workspace or mirror in a variable."""
    workspace = variables.get(name)
    if not hasattr(workspace, "sql"):
        raise UsageError(
            f"the notebook has no workspace {name!r}", repair=f"name its variable: %%{NAME} --workspace NAME"
        )
    return workspace


def _variables(variables: Mapping[str, Any], cell: str) -> dict[str, Any] | None:
    names = engine.parameter_names(cell)
    missing = sorted(names - variables.keys())
    if missing:
        raise UsageError(f"the notebook has no variable {missing[0]!r}", repair=f"set {missing[0]} in a cell above")
    return {name: _plain(variables[name]) for name in names} or None


def _plain(value: Any) -> Any:
    """Return a column as a list, which SQL accepts: ``where id in (select unnest($ids))``."""
    return value.to_list() if hasattr(value, "to_list") else value
