"""Options that several commands have, and the workspace that they name."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pb2b_notebook.workspace import Workspace

    Run = Callable[[argparse.Namespace], int]

INCOMPLETE = 3
"""Exit status of a command that did a part of its work, and named what is missing."""


def add_command(
    commands: Any,
    name: str,
    run: Run,
    help: str,  # noqa: A002 - as in argparse
    *,
    json: bool = False,
    parents: Sequence[argparse.ArgumentParser] = (),
    description: str | None = None,
) -> argparse.ArgumentParser:
    """Add a command that does something, with the options of all commands."""
    command: argparse.ArgumentParser = commands.add_parser(name, help=help, parents=parents, description=description)
    # Without a default of their own, they may also precede the name of an inner command.
    command.add_argument(
        "--quiet", action="store_true", default=argparse.SUPPRESS, help="print data and errors, and no notices"
    )
    if json:
        command.add_argument(
            "--json", action="store_true", default=argparse.SUPPRESS, help="print JSON, for other programs"
        )
    command.set_defaults(run=run)
    return command


def add_group(commands: Any, name: str, help: str) -> Any:  # noqa: A002 - as in argparse
    """Add a command that only has inner ones, and return where they are added."""
    return commands.add_parser(name, help=help).add_subparsers(required=True, metavar="ACTION")


def of_profile() -> argparse.ArgumentParser:
    """Return the option that names a profile, as a parent of parsers."""
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("--profile", help="a profile of the configuration file")
    return options


def of_workspace() -> argparse.ArgumentParser:
    """Return the options that name a workspace, as a parent of parsers."""
    options = argparse.ArgumentParser(add_help=False, parents=[of_profile()])
    options.add_argument("--sandbox", action="store_true", help="use the demo workspace, without a key")
    return options


def open_workspace(options: argparse.Namespace, *, read_only: bool = True) -> Workspace:
    """Open the workspace that the options name."""
    import pb2b_notebook as pb

    if not getattr(options, "sandbox", False):
        return pb.connect(profile=options.profile, read_only=read_only)
    if options.profile:
        raise UsageError("--sandbox and --profile cannot be combined", repair="leave one of them out")
    return pb.open_sandbox(read_only=read_only)


def read_file(path: str, what: str) -> bytes:
    """Return the content of a file that the command line names.

    Raises:
        UsageError: The file cannot be read.
    """
    try:
        return Path(path).read_bytes()
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise UsageError(f"{path} cannot be read: {reason}", repair=f"pass the file of {what}") from None
