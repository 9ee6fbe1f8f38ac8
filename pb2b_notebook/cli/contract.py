"""``pb2b contract``: generate the document of the API, and compare another one with it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pb2b_notebook
from pb2b_notebook.cli.options import add_command, add_group
from pb2b_notebook.errors import ProspectB2BError

if TYPE_CHECKING:
    import argparse

_PACKAGE = Path(pb2b_notebook.__file__).parent
DOCUMENT = _PACKAGE / "openapi" / "openapi.json"
STUB = _PACKAGE / "api" / "domains" / "resources.pyi"


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    actions = add_group(commands, "contract", "the API's document")
    generates = "generate openapi.json from the sandbox application, and the signatures for editors from it"
    build = add_command(actions, "build", _build, generates)
    build.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    compares = "compare another document with ours; exit status 1 if a difference is breaking"
    drift = add_command(actions, "drift", _drift, compares, json=True)
    drift.add_argument("source", nargs="?", metavar="URL-OR-FILE", help="by default the live service's document")
    drift.add_argument(
        "--fail-on",
        choices=("breaking", "notable", "harmless"),
        default="breaking",
        help="exit with 1 from this severity (default: %(default)s); with 2 if a document cannot be read",
    )


def _drift(options: argparse.Namespace) -> int:
    from pb2b_notebook import openapi
    from pb2b_notebook.api.contract import drift as contract_drift
    from pb2b_notebook.api.contract import sources

    try:
        found = contract_drift.drift(openapi.load_document(), options.source or sources.LIVE_DOCUMENT)
    except ProspectB2BError as problem:
        # As with diff: 1 says that they differ.
        print(f"pb2b: {problem}", file=sys.stderr)
        return 2
    print(contract_drift.as_json(found) if options.json else contract_drift.report(found))
    return int(any(contract_drift.is_within(difference, options.fail_on) for difference in found))


def _build(options: argparse.Namespace) -> int:
    from pb2b_notebook.api.domains import stubs
    from pb2b_notebook.openapi.documents import read_own_document
    from pb2b_notebook.sandbox import build_document

    made = build_document()
    # Only now is it certain that the packages of the sandbox are installed.
    from pb2b_notebook.sandbox.document.document import render

    operations = read_own_document(made)
    texts = {DOCUMENT: render(made), STUB: stubs.render(operations)}
    if options.check:
        stale = [path.name for path, text in texts.items() if not path.exists() or path.read_text("utf-8") != text]
        for path in texts:
            state = "stale: run `pb2b contract build`" if path.name in stale else "up to date"
            if path.name in stale or not options.quiet:
                print(f"{path.name} is {state}")
        return 1 if stale else 0
    for path, text in texts.items():
        path.write_text(text, "utf-8")
        if not options.quiet:
            print(f"wrote {path.name}: {len(operations)} operations")
    return 0
