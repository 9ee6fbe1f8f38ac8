"""``pb2b completion`` prints what makes a shell complete the command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.cli.options import add_command

if TYPE_CHECKING:
    import argparse

SHELLS = ("bash", "zsh", "tcsh")


def add_commands(commands: Any) -> None:
    """Add this command to the parser."""
    completion = add_command(
        commands, "completion", _completion, "print a script for a shell, so that Tab completes commands and options",
        description='bash: eval "$(pb2b completion bash)" in ~/.bashrc; '
        "zsh: pb2b completion zsh > _pb2b, in a folder of $fpath.",
    )  # fmt: skip
    completion.add_argument("shell", choices=SHELLS)


def _completion(options: argparse.Namespace) -> int:
    import shtab

    print(shtab.complete(options.parser, shell=options.shell))
    return 0
