"""``pb2b clean`` replays a recipe of ``pb.cleanup`` on a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pb2b_notebook.cli.options import add_command, read_file
from pb2b_notebook.cli.output import print_json
from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    import argparse


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    replays = "replay a recipe of pb.cleanup on a file of leads, without a request"
    clean = add_command(commands, "clean", _clean, replays, json=True)
    clean.add_argument("recipe", help="JSON that Recipe.to_json() made")
    clean.add_argument("source", metavar="IN", help="CSV, XLSX, JSON Lines or Parquet; columns named as lead fields")
    clean.add_argument("target", metavar="OUT", help="its suffix decides the format")
    clean.add_argument("--suppress", metavar="FILE", help="for a step 'screen': addresses and domains, column email")
    clean.add_argument(
        "--allow",
        action="append",
        metavar="ID-OR-EMAIL",
        help="for a step 'screen': keep this row although it looks like a suppressed person with another address; "
        "'all' keeps every such row; may be repeated",
    )
    clean.add_argument("--blocked", metavar="FILE", help="write the rows that a step 'screen' blocked to this file")
    clean.add_argument(
        "--fields", metavar="FILE", help="the lead fields of a workspace, as ws.lead_fields.list() saved"
    )
    clean.add_argument("--log", metavar="FILE", help="write the changes to this file, one row per cell")
    clean.add_argument("--overwrite", action="store_true", help="replace existing files")


def _clean(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb
    from pb2b_notebook.files.saving import check_target

    recipe = pb.cleanup.Recipe.from_json(read_file(options.recipe, "a recipe"))
    if options.log and not any(step.name == "normalize" for step in recipe.steps):
        raise UsageError("the recipe has no step that changes cells", repair="leave --log out")
    screens = sum(step.name == "screen" for step in recipe.steps)
    if options.blocked and screens > 1:
        raise UsageError(
            f"the recipe has {screens} steps 'screen', and --blocked writes the rows of one",
            repair="leave --blocked out, or clean with one recipe for each step",
        )
    if (options.blocked or options.allow) and not screens:
        raise UsageError("the recipe has no step 'screen'", repair="leave --blocked and --allow out")
    targets = {"frame": options.target, "log": options.log, "blocked": options.blocked}
    # Before the work starts: a million leads take a while.
    for target in filter(None, targets.values()):
        check_target(target, overwrite=options.overwrite)
    paths = {"suppressed": options.suppress, "lead_fields": options.fields}
    given = {name: _read_quietly(path) for name, path in paths.items() if path}
    if options.allow:
        given["allow"] = True if "all" in options.allow else options.allow
    done = recipe.run(_read_quietly(options.source), **given)
    if not (options.json or options.quiet):
        print(done)
    results = {
        "frame": lambda: done.frame,
        "log": lambda: done.results["normalize"].changes,
        "blocked": lambda: done.results["screen"].blocked,
    }
    saved = {
        name: pb.save_leads(results[name](), target, overwrite=options.overwrite)
        for name, target in targets.items()
        if target
    }
    if options.json:
        steps = {name: str(result) for name, result in done.results.items()}
        print_json({"steps": steps, "files": [{"rows": one.rows, "path": one.path} for one in saved.values()]})
    return 0


def _read_quietly(path: str) -> Any:
    import pb2b_notebook as pb

    return pb.read_leads(path, quiet=True)
