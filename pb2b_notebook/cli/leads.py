"""``pb2b leads`` reads leads; ``pb2b import`` brings a list of them in."""

from __future__ import annotations

import argparse
import io
import re
import sys
from inspect import signature
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pb2b_notebook.cli.options import INCOMPLETE, add_command, add_group, of_workspace, open_workspace, read_file
from pb2b_notebook.cli.output import print_json, print_notice
from pb2b_notebook.errors import UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.intake import Intake

_COLUMNS = "id,email,full_name,company_name,status,updated_at"
_DONE = {"succeeded", "unchanged"}
_HELD_BACK = r"intake\.save_held_back\('held_back\.xlsx'\)|(?<=to decide: )intake\.held_back.*"
_SET_ASIDE = r"intake\.set_aside"
_IN_A_TERMINAL = {
    r"intake\.apply\(\)": "--apply",
    r", or look through it and intake\.apply\(without_refusals=True\)": ", or send the list in pb2b app",
    r"intake\.change\(existing='overwrite'\)": "--existing overwrite",
    r"of people: intake\.mapping\.with_column\(column, 'full_name'\)": "of people with --mapping FILE",
    r"intake\.save_held_back\('held_back\.xlsx'\)": "--held-back held_back.xlsx",
    r": intake\.mapping\.with_column.*_first'": " are left out; pb2b app reads them by their order",
    r": intake\.mapping\.with_column.*with_values.*": " are left out; in pb2b app, say what they stand for",
    r": intake\.mapping\.with_column.*": " are left out; pb2b app reads them by a zone",
    r"intake\.mapping": "--save-mapping mapping.json",
    r"intake\.held_back, then intake\.change.*": "--held-back held_back.xlsx shows them; decide in pb2b app",
    r": intake\.change\(allow=.*": "",
    r"\n +applied +intake\.outcome.*": "",
    _SET_ASIDE: "--set-aside set_aside.xlsx",
    r": intake\.\w.*": "",
}
"""Calls of a notebook, and what does the same in a terminal; others are left out."""
_LOOK_AT = ("opted_out", "no_person", "doubtful", "broken")
_IN_TEXT = ("new", "doubtful", "broken")
_MOST_LINES = 20
_MOST = 5_000_000
"""The largest limit that ``ws.leads.list`` takes."""


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    actions = add_group(commands, "leads", "read leads: print or save them")
    filters = argparse.ArgumentParser(add_help=False, parents=[of_workspace()])
    filters.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="as ws.leads.list() takes it, such as status=new, updated_after=7d, custom.tier=A; repeat it for more",
    )
    filters.add_argument("--columns", help=f"comma-separated (default: all; {_COLUMNS} where CSV is printed)")
    listing = add_command(actions, "list", _list, "print leads as CSV, newest first", json=True, parents=[filters])
    listing.add_argument("--limit", type=int, default=20, help="most leads (default: %(default)s)")
    export = add_command(actions, "export", _export, "save all leads that match", json=True, parents=[filters])
    export.add_argument("target", metavar="FILE", help="its suffix decides the format: .csv, .xlsx, .jsonl or .parquet")
    export.add_argument("--overwrite", action="store_true", help="replace an existing file")
    export.set_defaults(limit=None)
    _add_import(commands)


def _add_import(commands: Any) -> None:
    command = add_command(
        commands, "import", _import,
        "bring in a list of leads: compare it with the workspace, and write it with --apply",
        json=True, parents=[of_workspace()],
        description="Without --apply nothing is written: what would become of the rows is printed. The same command "
        "continues after an interruption, and has nothing to do after success. Exit status: 0 success; 1 an error; "
        "2 wrong arguments; 3 with --apply, if rows wait for a decision or a correction, or were refused; 130 after "
        "Ctrl-C.",
    )  # fmt: skip
    command.add_argument(
        "source",
        metavar="FILE",
        help="CSV, workbook, JSON Lines, Parquet or vCard, with any columns; - reads from stdin",
    )
    command.add_argument("--apply", action="store_true", help="write the new and changed leads")
    command.add_argument(
        "--mapping", metavar="FILE", help="JSON of Mapping.to_json(): column to lead field (default: the suggested one)"
    )
    command.add_argument("--recipe", metavar="FILE", help="JSON of intake.recipe: a mapping and the rules")
    command.add_argument("--country", help="of rows without one: a code or a name; it decides how phones are read")
    command.add_argument(
        "--existing", choices=("fill", "overwrite", "skip"), help="what is written into known leads (default: fill)"
    )
    command.add_argument("--sheet", help="sheet of a workbook (default: the first with people)")
    command.add_argument("--save-mapping", metavar="FILE", help="write the mapping to this file, to be corrected")
    command.add_argument("--held-back", metavar="FILE", help="write the rows that need a decision to this file")
    command.add_argument(
        "--set-aside",
        metavar="FILE",
        help="write the cells that do not fit their field to this file, with the numbers of their rows, from 0",
    )
    command.add_argument("--overwrite", action="store_true", help="replace existing files")


def _list(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb

    if not options.json and options.columns is None:
        options.columns = _COLUMNS
    limit = options.limit
    options.limit += 0 < limit < _MOST  # one more shows whether there are more
    leads = _read_leads(options)
    if options.json:
        print_json(leads.head(limit).to_dicts())
    else:
        text = io.BytesIO()
        pb.save_leads(leads.head(limit), text, format="csv")
        print(text.getvalue().decode("utf-8-sig").replace("\r\n", "\n"), end="")
    if len(leads) > limit:
        print_notice(options, f"more than {limit:,} leads match → pass --limit, or save all with pb2b leads export")
    return 0


def _export(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb
    from pb2b_notebook.files.saving import check_target

    check_target(options.target, overwrite=options.overwrite)
    saved = pb.save_leads(_read_leads(options), options.target, overwrite=options.overwrite)
    if options.json:
        print_json({"rows": saved.rows, "path": saved.path})
    else:
        print_notice(options, f"wrote {saved.rows:,} leads to {saved.path}")
    return 0


def _read_leads(options: argparse.Namespace) -> Any:
    """Return the leads that match the options, as a polars frame."""
    from pb2b_notebook.api.calls.options import OPTIONS

    filters = _filters_of(options.filter)
    columns = None if options.columns is None else [name.strip() for name in options.columns.split(",")]
    with open_workspace(options) as ws:
        known = [name for name in signature(ws.leads.list).parameters if name not in OPTIONS]
        unknown = next((name for name in filters if name not in known), None)
        if unknown is not None:
            raise UsageError(f"unknown filter {unknown!r}", repair=nearest(unknown, known))
        return ws.leads.list(**filters, columns=columns, limit=options.limit, frame="polars")


def _filters_of(given: Sequence[str]) -> dict[str, Any]:
    """Return filters as ``ws.leads.list`` takes them: repeated ones as lists, true and false as booleans."""
    from pb2b_notebook.api.calls.options import OPTIONS

    found: dict[str, list[str | bool]] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError("a filter is a name and a value", repair="--filter status=new")
        if name.strip() in OPTIONS:
            raise UsageError(
                f"{name.strip()} is an option of the list, not a filter", repair="pass --limit, --columns or a filter"
            )
        found.setdefault(name.strip(), []).append({"true": True, "false": False}.get(value, value))
    values = {name: several[0] if len(several) == 1 else several for name, several in found.items()}
    custom = {name.removeprefix("custom."): values.pop(name) for name in found if name.startswith("custom.")}
    return values | ({"custom": custom} if custom else {})


def _import(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb
    from pb2b_notebook.files.saving import check_target

    mapping = options.mapping and pb.Mapping.from_json(read_file(options.mapping, "a mapping"))
    recipe = options.recipe and read_file(options.recipe, "a recipe").decode("utf-8", "replace")
    saved_mapping = options.save_mapping and Path(options.save_mapping)
    for file in filter(None, (options.held_back, options.set_aside)):
        check_target(file, overwrite=options.overwrite)
    if saved_mapping and saved_mapping.exists() and not options.overwrite:
        raise UsageError(f"{saved_mapping} exists", repair="choose another name, or pass --overwrite")
    if saved_mapping and not saved_mapping.parent.is_dir():
        raise UsageError(f"the folder '{saved_mapping.parent}' does not exist", repair="create it, or choose another")
    with open_workspace(options, read_only=not options.apply) as ws:
        intake = ws.leads.intake(
            _standard_input() if options.source == "-" else options.source,
            mapping=mapping,
            recipe=recipe,
            country=options.country,
            existing=options.existing,
            sheet=options.sheet,
        )
        if saved_mapping:
            saved_mapping.write_text(intake.mapping.to_json(), "utf-8")
        if options.held_back and len(intake.held_back):
            intake.save_held_back(options.held_back, overwrite=options.overwrite)
        if options.set_aside and len(intake.set_aside):
            pb.save_leads(intake.set_aside, options.set_aside, overwrite=options.overwrite)
        outcome = intake.apply() if options.apply else None
        written = None if outcome is None else outcome.summary
        if options.json:
            counts = {"rows": intake.summary, "plan": intake.plan.summary, "written": written}
            print_json({**counts, "look_at": _rows_to_look_at(intake)})
        else:
            text = str(intake) if outcome is None else f"{intake}\n{outcome}"
            files = {_HELD_BACK: options.held_back, _SET_ASIDE: options.set_aside}
            named = [(call, f"{file} has them") for call, file in files.items() if file]
            for call, option in (*named, *_IN_A_TERMINAL.items()):
                text = re.sub(call, option, text)
            print("\n".join([text, *_lines_to_look_at(_rows_to_look_at(intake))]))
    if written is None:
        print_notice(options, "nothing was written; --apply writes it")
        return 0
    waits = intake.summary["doubtful"] + intake.summary["broken"]
    return INCOMPLETE if waits or sum(written.values()) > sum(written[status] for status in _DONE) else 0


def _rows_to_look_at(intake: Intake[Any]) -> list[dict[str, Any]]:
    """Return the rows that are not sent, other than by a choice, and those that may be a known lead or another row.

    Each has its line in the file (in a file without lines, its number from 1), its state, the id of the lead or the
    line that it is or may be, and the reason.
    """
    from pb2b_notebook.intake.lines import line_of

    perhaps = intake.perhaps_same
    return [
        {
            "line": line_of(intake.file, row),
            "state": verdict.state,
            "lead_id": verdict.lead_id,
            "same_as_line": None if verdict.same_as is None else line_of(intake.file, verdict.same_as),
            "reason": verdict.reason,
        }
        for row, (verdict, _) in enumerate(intake.verdicts)
        if verdict.state in _LOOK_AT or row in perhaps
    ]


def _lines_to_look_at(rows: Sequence[dict[str, Any]]) -> list[str]:
    """Return a line of text for each row that waits, or that may be a known lead or another row."""
    found = [row for row in rows if row["state"] in _IN_TEXT]
    lines = []
    for row in found[:_MOST_LINES]:
        other = f"line {row['same_as_line']}" if row["same_as_line"] is not None else row["lead_id"]
        named = f" ({other})" if other and other not in row["reason"] else ""
        lines.append(f"  line {row['line']}: {row['state']}{named}, {row['reason']}")
    more = len(found) - _MOST_LINES
    lines += [f"  {more:,} more lines to look at: --json has them all"] if more > 0 else []
    return ["Lines to look at", *lines] if lines else []


def _standard_input() -> IO[bytes]:
    if sys.stdin is None:
        raise UsageError("there is no standard input to read", repair="pipe a list into the command, or name its file")
    return sys.stdin.buffer
