"""The command ``pb2b``."""

from __future__ import annotations

import argparse
import errno
import io
import json
import os
import shlex
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pb2b_notebook import __version__
from pb2b_notebook.errors import ProspectB2BError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pb2b_notebook.sandbox import Sandbox

DOCUMENT = Path(__file__).parent / "openapi" / "openapi.json"
STUB = Path(__file__).parent / "api" / "domains" / "resources.pyi"
FIRST_NOTEBOOK = "notebooks/01_quickstart.ipynb"
_EXIT_STATUSES = (
    "Exit status: 0 after success; 1 after an error, and where check or contract drift finds a difference; 2 after "
    "wrong arguments, and where contract drift cannot read a document; 3 if a section of a report is missing; 130 "
    "after Ctrl-C."
)
_OUTPUT_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)
_INCOMPLETE = 3
_COLUMNS = "id,email,full_name,company_name,status,updated_at"
_LEADS = 2000
_SEED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status, one of :data:`_EXIT_STATUSES`."""
    options = parser().parse_args(arguments)
    try:
        return _flush_output(int(options.run(options)))
    except ProspectB2BError as problem:
        print(f"pb2b: {str(problem).replace('overwrite=True', '--overwrite')}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
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


def _flush_output(status: int) -> int:
    """Write what was printed: a full disk is an error now, not at the end of the interpreter."""
    if sys.stdout is not None:
        sys.stdout.flush()
    return status


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command; the reference page is written from it as well."""
    parser = argparse.ArgumentParser(
        prog="pb2b", description="ProspectB2B in Jupyter and in the terminal.", epilog=_EXIT_STATUSES
    )
    parser.add_argument("--version", action="version", version=f"pb2b {__version__}")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    demo = commands.add_parser(
        "demo", help="run all steps on the embedded sandbox, from connecting to verified writes, in a few seconds"
    )
    demo.set_defaults(run=_demo)

    app = commands.add_parser("app", help="open the forms as an app in the browser, on this machine only")
    app.add_argument("--port", type=int, default=8866, help="0 takes any free port (default: %(default)s)")
    app.add_argument("--no-browser", action="store_true", help="print the address only")
    app.set_defaults(run=_app)

    sandbox = commands.add_parser("sandbox", help="serve the sandbox in the foreground and print its key once")
    sandbox.add_argument("--port", type=int, default=8808, help="0 takes any free port (default: %(default)s)")
    sandbox.add_argument("--db", default=":memory:", help="a file that keeps the workspace (default: in memory)")
    sandbox.add_argument("--leads", type=int, help=f"number of leads (default: {_LEADS})")
    sandbox.add_argument("--seed", type=int, help=f"seed of the data (default: {_SEED})")
    sandbox.add_argument(
        "--speed", type=float, default=1.0, help="sandbox seconds per real second (default: %(default)s)"
    )
    sandbox.add_argument(
        "--faults", action="append", default=[], help="failures, such as '503 leads.list rate=0.1; reset at=after'"
    )
    sandbox.set_defaults(run=_sandbox)
    _add_keys(sandbox)

    me = commands.add_parser("me", help="connect to the live service and show the workspace's card")
    me.add_argument("--profile", help="a profile of the configuration file")
    _add_json(me)
    me.set_defaults(run=_me)

    _add_leads(commands)

    check = commands.add_parser(
        "check", help="compare the service with the contract, by read requests only; exit status 1 if it differs"
    )
    check.add_argument("--profile", help="a profile of the configuration file")
    _add_json(check)
    check.set_defaults(run=_check)

    sync = commands.add_parser("sync", help="sync the mirror of a workspace: read what changed since the last sync")
    sync.add_argument("resources", nargs="*", metavar="RESOURCE", help="such as leads, campaign_runs (default: all)")
    sync.add_argument("--profile", help="a profile of the configuration file")
    sync.add_argument("--all-profiles", action="store_true", help="sync each profile of the configuration file")
    sync.add_argument(
        "--workers",
        type=int,
        default=4,
        metavar="N",
        help="with --all-profiles: workspaces at a time (default: %(default)s)",
    )
    sync.add_argument("--full", action="store_true", help="read everything again, and remove rows that are gone")
    sync.add_argument(
        "--remove-vanished", action="store_true", help="with --full: remove them even if more than a tenth is gone"
    )
    _add_json(sync)
    sync.set_defaults(run=_sync)

    _add_report(commands)
    _add_clean(commands)

    contract = commands.add_parser("contract", help="the API's document")
    actions = contract.add_subparsers(required=True, metavar="ACTION")
    build = actions.add_parser(
        "build", help="generate openapi.json from the sandbox application, and the signatures for editors from it"
    )
    build.add_argument("--check", action="store_true", help="write nothing; fail when a file is stale")
    build.set_defaults(run=_build)
    drift = actions.add_parser(
        "drift", help="compare another document with ours; exit status 1 if a difference is breaking"
    )
    drift.add_argument("source", nargs="?", metavar="URL-OR-FILE", help="by default the live service's document")
    _add_json(drift)
    drift.add_argument(
        "--fail-on",
        choices=("breaking", "notable", "harmless"),
        default="breaking",
        help="exit with 1 from this severity (default: %(default)s); with 2 if a document cannot be read",
    )
    drift.set_defaults(run=_drift)
    return parser


def _add_report(commands: Any) -> None:
    report = commands.add_parser(
        "report",
        help="report on the last complete week, month or day of a workspace, as files for people without a notebook",
        description="Exit status: 0 all files are written; 1 an error, such as a refused key or an existing file, and "
        "nothing more is written; 2 wrong arguments; 3 all files are written, but a section is missing from them, "
        "which is named on stderr; 130 after Ctrl-C.",
    )
    report.add_argument("period", choices=("daily", "weekly", "monthly"), help="a week is Monday to Sunday")
    report.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="such as 'week-{period}.xlsx', .html or .ipynb; {period} becomes 2026-W10",
    )
    report.add_argument("--profile", help="a profile of the configuration file")
    report.add_argument("--sandbox", action="store_true", help="report on the demo workspace, without a key")
    report.add_argument("--at", metavar="TIME", help="look back from this time, such as 2026-03-10 (default: now)")
    report.add_argument("--zone", help="time zone, such as Europe/Berlin (default: the workspace's)")
    report.add_argument("--no-quality", action="store_true", help="leave data quality and duplicates out")
    report.add_argument("--mirror", action="store_true", help="sync the mirror and read it: only what changed is read")
    report.add_argument("--overwrite", action="store_true", help="replace existing files")
    report.set_defaults(run=_report)


def _add_clean(commands: Any) -> None:
    clean = commands.add_parser("clean", help="replay a recipe of pb.cleanup on a file of leads, without a request")
    clean.add_argument("recipe", type=Path, help="JSON that Recipe.to_json() made")
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
    clean.add_argument("--blocked", metavar="FILE", help="write the rows that a step 'screen' blocked there")
    clean.add_argument(
        "--fields", metavar="FILE", help="the lead fields of a workspace, as ws.lead_fields.list() saved"
    )
    clean.add_argument("--log", metavar="FILE", help="write the changes there, one row per cell")
    clean.add_argument("--overwrite", action="store_true", help="replace existing files")
    clean.set_defaults(run=_clean)


def _add_keys(sandbox: argparse.ArgumentParser) -> None:
    keys = sandbox.add_subparsers(metavar="keys").add_parser("keys", help="manage the API keys of a sandbox file")
    actions = keys.add_subparsers(required=True, metavar="ACTION")
    # Works on a file that is being served, too. Without a default, --db may also precede `keys`.
    file = argparse.ArgumentParser(add_help=False)
    file.add_argument("--db", default=argparse.SUPPRESS, help="the sandbox's file, served or not")
    expires = argparse.ArgumentParser(add_help=False)
    expires.add_argument("--expires", help="'30d', '12h', or ISO 8601, by the sandbox's clock (default: never)")
    key = argparse.ArgumentParser(add_help=False)
    key.add_argument("key", metavar="PREFIX", help="the key's prefix, as `keys list` shows it")

    create = actions.add_parser("create", parents=[file, expires], help="create a key and print it once")
    create.add_argument("--name", default="Sandbox key", help="name of the key (default: %(default)s)")
    create.add_argument("--scopes", help="comma-separated (default: all 21)")
    create.add_argument("--read-only", action="store_true", help="a key of a read-only membership: it cannot write")
    create.add_argument("--workspace", help="name or id (default: the first one)")
    create.set_defaults(run=_create_key)
    listing = actions.add_parser("list", parents=[file], help="show all keys, without their secrets")
    _add_json(listing)
    listing.set_defaults(run=_list_keys)
    rotate = actions.add_parser(
        "rotate", parents=[file, expires, key], help="print a new key that replaces an old one at once"
    )
    rotate.set_defaults(run=_rotate_key)
    revoke = actions.add_parser("revoke", parents=[file, key], help="revoke a key")
    revoke.set_defaults(run=_revoke_key)


def _add_json(command: argparse.ArgumentParser) -> None:
    command.add_argument("--json", action="store_true", help="print JSON, for other programs")


def _add_leads(commands: Any) -> None:
    actions = commands.add_parser("leads", help="read leads: print or save them").add_subparsers(
        required=True, metavar="ACTION"
    )
    filters = argparse.ArgumentParser(add_help=False)
    filters.add_argument(
        "--filter",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="as ws.leads.list() takes it, such as status=new, updated_after=7d, custom.tier=A; repeat it for more",
    )
    filters.add_argument("--columns", help=f"comma-separated (default: all; {_COLUMNS} where CSV is printed)")
    filters.add_argument("--profile", help="a profile of the configuration file")
    filters.add_argument("--sandbox", action="store_true", help="read the demo workspace, without a key")
    listing = actions.add_parser("list", parents=[filters], help="print leads as CSV, newest first")
    listing.add_argument("--limit", type=int, default=20, help="most leads (default: %(default)s)")
    _add_json(listing)
    listing.set_defaults(run=_list_leads)
    export = actions.add_parser("export", parents=[filters], help="save all leads that match")
    export.add_argument("target", metavar="FILE", help="its suffix decides the format: .csv, .xlsx, .jsonl or .parquet")
    export.add_argument("--overwrite", action="store_true", help="replace an existing file")
    export.set_defaults(run=_export_leads, limit=None)


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


def _sandbox(options: argparse.Namespace) -> int:
    from pb2b_notebook.sandbox import Sandbox
    from pb2b_notebook.serving import Server, bind

    leads = _LEADS if options.leads is None else options.leads
    seed = _SEED if options.seed is None else options.seed
    # Bind the port first: a key that was created for a new file and not shown would be lost.
    bound = bind(options.port)
    # The clock of a served sandbox runs, from 2026-03-10 in a new file; that of an embedded one is fixed, so that
    # outputs do not change.
    with (
        closing(bound),
        Sandbox(
            options.db, leads=leads, seed=seed, clock="real", speed=options.speed, faults=options.faults
        ) as sandbox,
    ):
        server = Server(sandbox.administration.app, bound=bound)

        def greet() -> None:
            sandbox.administration.announce(server.port)
            print(_greeting(options, sandbox, server.url), flush=True)

        server.run_in_foreground(greet)
    return 0


def _greeting(options: argparse.Namespace, sandbox: Sandbox, url: str) -> str:
    from pb2b_notebook.sandbox.faults.faults import read_faults

    lines = [f"base URL   {url}/api/public/v1", f"reference  {url}/docs"]
    if sandbox.key is not None:
        lines.append(f"API key    {sandbox.key}   (shown once: only its hash is kept)")
    else:
        another = f"pb2b sandbox keys create --db {shlex.quote(options.db)}"
        lines.append(f"API key    the one printed when this file was made; `{another}` makes another")
    if options.leads not in (None, sandbox.leads) or options.seed not in (None, sandbox.seed):
        made = f"this file was created with {sandbox.leads} leads and seed {sandbox.seed}"
        lines.append(f"notice     {made}: --leads and --seed apply only to a new file")
    lines += [f"fault      {fault}" for fault in read_faults(options.faults)]
    return "\n".join([*lines, "Ctrl-C stops it."])


def _ask_about_keys(options: argparse.Namespace, action: str, **arguments: Any) -> Any:
    from pb2b_notebook.sandbox import administration

    if options.db == ":memory:":
        raise UsageError("keys are kept only in a file", repair="name it: --db FILE")
    return administration.ask_about_keys(options.db, action, arguments)


def _create_key(options: argparse.Namespace) -> int:
    scopes = None if options.scopes is None else [scope.strip() for scope in options.scopes.split(",")]
    key = _ask_about_keys(
        options,
        "create",
        name=options.name,
        workspace=options.workspace,
        scopes=scopes,
        read_only=options.read_only,
        expires=options.expires,
    )
    if scopes is not None and "me.read" not in scopes:
        print("notice: pb.connect() begins with GET /me, which needs the scope me.read", file=sys.stderr)
    return _show_once(key)


def _rotate_key(options: argparse.Namespace) -> int:
    return _show_once(_ask_about_keys(options, "rotate", key=options.key, expires=options.expires))


def _show_once(key: str) -> int:
    print(key)  # alone, so that a script can take it
    print("shown once: only its hash is kept", file=sys.stderr)
    return 0


def _revoke_key(options: argparse.Namespace) -> int:
    _ask_about_keys(options, "revoke", key=options.key)
    print("revoked", file=sys.stderr)
    return 0


def _list_keys(options: argparse.Namespace) -> int:
    heads = ("PREFIX", "NAME", "WORKSPACE", "ACCESS", "CREATED", "EXPIRES", "REVOKED", "SCOPES")
    keys = _ask_about_keys(options, "list")
    if options.json:
        print(_json_of(keys))
        return 0
    rows = [heads, *map(_key_line, keys)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
    return 0


def _key_line(key: dict[str, Any]) -> tuple[str, ...]:
    from pb2b_notebook.sandbox.http.keys import SCOPES

    scopes = "all" if len(key["scopes"]) == len(SCOPES) else ",".join(key["scopes"])
    expires = f"{_minute(key['expires_at'])}{' (past)' if key['expired'] else ''}"
    access = "read-only" if key["read_only"] else "read-write"
    return (
        *(key["prefix"], key["name"], key["workspace_name"], access),
        *(_minute(key["created_at"]), expires, _minute(key["revoked_at"]), scopes),
    )


def _minute(instant: str | None) -> str:
    return "-" if instant is None else f"{instant[:16]}Z"


def _me(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb

    with pb.connect(profile=options.profile, read_only=True) as ws:
        print(_json_of(dict(ws.me())) if options.json else ws)
    return 0


def _list_leads(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb

    if not options.json and options.columns is None:
        options.columns = _COLUMNS
    leads = _read_leads(options)
    if options.json:
        print(_json_of(leads.to_dicts()))
        return 0
    text = io.BytesIO()
    pb.save_leads(leads, text, format="csv")
    print(text.getvalue().decode("utf-8-sig").replace("\r\n", "\n"), end="")
    return 0


def _export_leads(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb
    from pb2b_notebook.files.saving import check_target

    check_target(options.target, overwrite=options.overwrite)
    saved = pb.save_leads(_read_leads(options), options.target, overwrite=options.overwrite)
    print(f"wrote {saved.rows:,} leads to {saved.path}", file=sys.stderr)
    return 0


def _read_leads(options: argparse.Namespace) -> Any:
    """Return the leads that match the options, as a polars frame."""
    import pb2b_notebook as pb

    filters = _filters_of(options.filter)
    columns = None if options.columns is None else [name.strip() for name in options.columns.split(",")]
    if options.sandbox and options.profile:
        raise UsageError("--sandbox and --profile name two workspaces", repair="leave one of them out")
    opened = pb.open_sandbox(read_only=True) if options.sandbox else pb.connect(profile=options.profile, read_only=True)
    with opened as ws:
        return ws.leads.list(
            **filters, columns=columns, limit=options.limit, frame="polars", progress=sys.stderr.isatty()
        )


def _filters_of(given: Sequence[str]) -> dict[str, Any]:
    """Return filters as ``ws.leads.list`` takes them: repeated ones as lists, true and false as booleans."""
    found: dict[str, list[str | bool]] = {}
    for text in given:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError("a filter is a name and a value", repair="--filter status=new")
        found.setdefault(name.strip(), []).append({"true": True, "false": False}.get(value, value))
    values = {name: several[0] if len(several) == 1 else several for name, several in found.items()}
    custom = {name.removeprefix("custom."): values.pop(name) for name in found if name.startswith("custom.")}
    return values | ({"custom": custom} if custom else {})


def _json_of(value: Any) -> str:
    """Return a value of a frame or a response as JSON; times are in ISO 8601."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=lambda moment: moment.isoformat())


def _check(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb
    from pb2b_notebook.api.contract import checking

    with pb.connect(profile=options.profile, read_only=True) as ws:
        found = ws.check(frame="polars")
        rows = list(zip(found["result"], found["operation"], found["detail"], strict=True))
        print(_json_of(found.to_dicts()) if options.json else checking.report(rows))
        if ws.live and not options.json:
            print(f"Writes of this machine to {ws.name} are {'still locked' if ws.writes_locked else 'unlocked'}.")
    results = set(found["result"])
    return 0 if "works" in results and not results & {"differs", "failed"} else 1


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


def _sync(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb

    if options.all_profiles:
        return _sync_profiles(options)
    with pb.connect(profile=options.profile, read_only=True) as ws:
        report = ws.mirror.sync(
            *options.resources,
            full=options.full,
            vanished="remove" if options.remove_vanished else "ask",
            frame="polars" if options.json else "pandas",
        )
        if options.json:
            print(_json_of(report.to_dicts()))
            return 0
        shown = report.drop(columns=["pages", "watermark_from", "watermark_to"])
        print(shown.fillna({"note": ""}).to_string(index=False, float_format="{:.1f}".format))
        print(f"in {ws.mirror.location.root}")
    return 0


def _sync_profiles(options: argparse.Namespace) -> int:
    from pb2b_notebook.credentials import config_path, profile_names
    from pb2b_notebook.display.progress import Progress
    from pb2b_notebook.mirror.sync.profiles import sync_profiles

    names = profile_names()
    if options.profile:
        raise UsageError("--profile names one of the profiles of --all-profiles", repair="leave one of them out")
    if not names:
        raise UsageError(f"{config_path()} has no profile", repair='write [profiles.acme], and api_key = "…" below it')
    if options.workers < 1:
        raise UsageError("--workers must be at least 1", repair=f"--workers {min(4, len(names))}")
    flags = [name for name in ("full", "remove_vanished") if getattr(options, name)]
    given = [*options.resources, *(f"--{name.replace('_', '-')}" for name in flags)]
    with Progress("sync", shown=sys.stderr.isatty(), unit="workspaces") as progress:
        done = sync_profiles(
            names, given, workers=options.workers, on_done=lambda one: progress.add(1, len(names), one.profile)
        )
    failed = [one for one in done if one.problem]
    for one in done:
        for notice in one.notices:
            print(f"{one.profile}: {notice}", file=sys.stderr)
    if options.json:
        print(_json_of([{"profile": one.profile, "problem": one.problem, "resources": one.resources} for one in done]))
    else:
        width = max(map(len, names))
        for one in done:
            counts = {name: sum(r[name] for r in one.resources) for name in ("inserted", "updated", "deleted")}
            print(f"{one.profile:{width}}  {one.problem or ', '.join(f'{n:,} {name}' for name, n in counts.items())}")
    if failed:
        print(f"pb2b: {len(failed):,} of {len(done):,} profiles were not synced", file=sys.stderr)
    return int(bool(failed))


def _report(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb
    from pb2b_notebook.reports.report import check_report_target

    if options.sandbox and options.profile:
        raise UsageError("--sandbox and --profile name two workspaces", repair="leave one of them out")
    opened = pb.open_sandbox(read_only=True) if options.sandbox else pb.connect(profile=options.profile, read_only=True)
    with opened as ws:
        period = ws.report_period(options.period, at=options.at, zone=options.zone)
        # Before the work starts: reading all leads takes a while.
        for target in options.files:
            check_report_target(target, period, overwrite=options.overwrite)
        report = ws.report(
            options.period,
            at=period.end,
            zone=options.zone,
            quality=not options.no_quality,
            refresh=True if options.mirror else None,
        )
        for target in options.files:
            print(f"wrote {report.save(target, overwrite=options.overwrite)}")
    for name, reason in report.missing.items():
        print(f"pb2b: {name} is not in the report: {reason}", file=sys.stderr)
    return _INCOMPLETE if report.missing else 0


def _clean(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb
    from pb2b_notebook.files.saving import check_target

    try:
        recipe = pb.cleanup.Recipe.from_json(options.recipe.read_bytes())
    except OSError as problem:
        reason = problem.strerror or type(problem).__name__
        raise UsageError(f"{options.recipe} cannot be read: {reason}", repair="pass the file of a recipe") from None
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
    # Before the work starts: a million leads take a while.
    for target in filter(None, (options.target, options.log, options.blocked)):
        check_target(target, overwrite=options.overwrite)
    paths = {"suppressed": options.suppress, "lead_fields": options.fields}
    given = {name: _read_quietly(path) for name, path in paths.items() if path}
    if options.allow:
        given["allow"] = True if "all" in options.allow else options.allow
    done = recipe.run(_read_quietly(options.source), **given)
    print(done)
    pb.save_leads(done.frame, options.target, overwrite=options.overwrite, progress=False)
    if options.log:
        pb.save_leads(done.results["normalize"].changes, options.log, overwrite=options.overwrite, progress=False)
    if options.blocked:
        pb.save_leads(done.results["screen"].blocked, options.blocked, overwrite=options.overwrite, progress=False)
    return 0


def _read_quietly(path: str) -> Any:
    import pb2b_notebook as pb

    return pb.read_leads(path, quiet=True, progress=False)


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
            print(f"{path.name} is {state}")
        return 1 if stale else 0
    for path, text in texts.items():
        path.write_text(text, "utf-8")
        print(f"wrote {path.name}: {len(operations)} operations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
