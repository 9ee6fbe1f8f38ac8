"""The command ``pb2b``: each module has the options of its commands, and what they do.

argparse and not Typer: the reference page and the completion are made from its parsers, and it installs nothing.
"""

from __future__ import annotations

import argparse
import errno
import logging
import os
import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NoReturn

from pb2b_notebook import __version__
from pb2b_notebook.cli import completion, contract, leads, login, recipes, reports, sandbox, showing, workspaces
from pb2b_notebook.errors import ProspectB2BError, nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_EXIT_STATUSES = (
    "Exit status: 0 after success; 1 after an error, and where check or contract drift finds a difference; 2 after "
    "wrong arguments, and where contract drift cannot read a document; 3 if a section of a report is missing, or a "
    "row of an import waits or was refused; 130 after Ctrl-C."
)
_REPAIRS = {
    r"overwrite=True": "--overwrite",
    r"pass key=, or try the sandbox, which needs no key: .*": "or store a key: pb2b login; --sandbox needs none",
    r"Path\((.*)\)\.mkdir\(parents=True\)": r"mkdir -p \1",
    r"^(limit|leads|seed|speed) (must be|is out of range)": r"--\1 \2",
    r"leave limit out": "leave --limit out",
    r"leave (encoding|delimiter|header|sheet)= out": r"leave --\1 out",
    r"pass the text of intake\.recipe, unchanged": "pass a file with the text of intake.recipe",
    r'country= is not a country → (.*): country="DE"': r"--country is not a country → \1: --country DE",
    r"must be True or False, not str → (\w+)=True": r"must be true or false → --filter \1=true",
    r'mapping=\{"E-Mail": "email"\}': "name the columns with --mapping FILE",
    r"another sheet, sheet=": "choose another sheet with --sheet ",
    r", or if line \d+ has the names of the columns, ws\..*": "",
    r"intake\.change\(mapping=.*nameless=True\)": "correct the file of --save-mapping, and pass it as --mapping",
    r", or intake\.apply\(without_refusals=True\).*": ", or send the list in pb2b app",
    r"pass the text that Mapping\.to_json\(\) returned, unchanged": "pass a file that --save-mapping wrote",
}
"""Repairs in Python, and what they are in a terminal."""
_INVALID_CHOICE: Final = re.compile(r"(.*invalid choice: '([^']*)') \(choose from (.*)\)", re.DOTALL)
_CHOICE: Final = r"[^\s,']+"
_OUTPUT_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status, one of :data:`_EXIT_STATUSES`."""
    options = parser().parse_args(arguments)
    try:
        with _notices(shown=not options.quiet):
            status = int(options.run(options))
        if sys.stdout is not None:
            sys.stdout.flush()  # a full disk is an error now, not at the end of the interpreter
    except ProspectB2BError as problem:
        text = str(problem)
        for pattern, repair in _REPAIRS.items():
            text = re.sub(pattern, repair, text)
        print(f"pb2b: {text}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        # Where a library was making a class from text, CPython would end `python -m` by the signal instead; text that
        # was run to its end makes it forget that.
        exec("")  # noqa: S102 - our own code
        return 130
    except BrokenPipeError:  # `pb2b demo | head`
        sys.stderr.close()
        return 0
    except OSError as problem:
        if problem.errno not in _OUTPUT_ERRORS or problem.filename is not None:
            raise
        # What is still in the buffer would fail again at the end of the interpreter.
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        print(f"pb2b: the output cannot be written: {problem.strerror}", file=sys.stderr)
        return 1
    return status


@contextmanager
def _notices(*, shown: bool) -> Iterator[None]:
    """Show what the package logs only if it is wanted, and progress bars only in a terminal."""
    log = logging.getLogger("pb2b_notebook")
    level, bars = log.level, os.environ.get("TQDM_DISABLE")
    if not shown:
        log.setLevel(logging.ERROR)
    if not (shown and sys.stderr is not None and sys.stderr.isatty()):
        os.environ["TQDM_DISABLE"] = "1"
    try:
        yield
    finally:
        log.setLevel(level)
        os.environ.pop("TQDM_DISABLE", None)
        if bars is not None:
            os.environ["TQDM_DISABLE"] = bars


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Print the usage and the error, with the nearest name for one that is not a choice, and exit with 2."""
        if found := _INVALID_CHOICE.fullmatch(message):
            message = f"{found[1]}; {nearest(found[2], re.findall(_CHOICE, found[3]))}"
        super().error(message)

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Refuse an unknown option where it was given: the usage of that command has what it may be."""
        found, unknown = super().parse_known_args(args, namespace)
        if unknown:
            options = [one for one in self._option_string_actions if one.startswith("--")]
            hint = nearest(unknown[0].partition("=")[0], options) if unknown[0].startswith("--") else ""
            self.error(f"unrecognized arguments: {' '.join(unknown)}{f'; {hint}' if hint else ''}")
        return found, unknown


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command; the reference page and the completion are made from it as well."""
    parser = _Parser(prog="pb2b", description="ProspectB2B in Jupyter and in the terminal.", epilog=_EXIT_STATUSES)
    parser.add_argument("--version", action="version", version=f"pb2b {__version__}")
    parser.set_defaults(json=False, quiet=False, parser=parser)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for module in (showing, sandbox, login, workspaces, leads, reports, recipes, contract, completion):
        module.add_commands(commands)
    return parser
