"""``pb2b me``, ``pb2b check`` and ``pb2b sync``: look at a workspace, and bring its mirror up to date."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cli.options import add_command, of_workspace, open_workspace
from pb2b_notebook.cli.output import print_json, print_notice
from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    import argparse

    from pb2b_notebook.mirror.sync.profiles import ProfileSync


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    options: dict[str, Any] = {"json": True, "parents": [of_workspace()]}
    add_command(commands, "me", _me, "connect, and show the workspace's card", **options)
    compares = "compare the service with the contract, by read requests only; exit status 1 if it differs"
    add_command(commands, "check", _check, compares, **options)
    syncs = "sync the mirror of a workspace: read what changed since the last sync"
    sync = add_command(commands, "sync", _sync, syncs, **options)
    sync.add_argument("resources", nargs="*", metavar="RESOURCE", help="such as leads, campaign_runs (default: all)")
    sync.add_argument("--all-profiles", action="store_true", help="sync each profile of the configuration file")
    sync.add_argument(
        "--workers",
        type=int,
        default=4,
        metavar="N",
        help="with --all-profiles: workspaces at a time (default: %(default)s)",
    )
    where = "folder or URL of mirrors, such as s3://bucket/mirrors (default: the cache folder)"
    sync.add_argument("--into", metavar="PLACE", help=where)
    sync.add_argument("--full", action="store_true", help="read everything again, and remove rows that are gone")
    sync.add_argument(
        "--remove-vanished",
        action="store_true",
        help="with --full: remove rows that are gone even if they are more than a tenth",
    )


def _me(options: argparse.Namespace) -> int:
    with open_workspace(options, read_only=False) as ws:  # it says what other verbs may do, and only reads
        if options.json:
            print_json(dict(ws.me()))
        else:
            print(ws)
    return 0


def _check(options: argparse.Namespace) -> int:
    from pb2b_notebook.api.contract import checking

    with open_workspace(options) as ws:
        found = ws.check(frame="polars")
        rows = list(zip(found["result"], found["operation"], found["detail"], strict=True))
        if options.json:
            print_json(found.to_dicts())
        else:
            print(checking.report(rows))
            if ws.live and not options.quiet:
                print(f"Writes of this machine to {ws.name} are {'still locked' if ws.writes_locked else 'unlocked'}.")
    results = set(found["result"])
    return 0 if "works" in results and not results & {"differs", "failed"} else 1


def _sync(options: argparse.Namespace) -> int:
    if options.all_profiles:
        return _sync_profiles(options)
    from pb2b_notebook.mirror.sync.profiles import once_for_all_profiles, stop_with_parent

    stop_with_parent()
    with open_workspace(options) as ws:
        mirror = ws.open_mirror(options.into) if options.into else ws.mirror
        with once_for_all_profiles(str(mirror.location.root), options.profile) as shared:
            if shared.by is not None:
                print_json({"same_as": shared.by})
                return 0
            report = mirror.sync(
                *options.resources,
                full=options.full,
                vanished="remove" if options.remove_vanished else "ask",
                frame="polars" if options.json else "pandas",
            )
            shared.is_whole = "refused" not in set(report["mode"])
        if options.json:
            print_json(report.to_dicts())
            return 0
        shown = report.drop(columns=["pages", "watermark_from", "watermark_to"])
        print(shown.fillna({"note": ""}).to_string(index=False, float_format="{:.1f}".format))
        if not options.quiet:
            print(f"in {mirror.location.root}")
    return 0


def _sync_profiles(options: argparse.Namespace) -> int:
    from pb2b_notebook.credentials import config_path, profile_names
    from pb2b_notebook.display.progress import Progress
    from pb2b_notebook.mirror.sync.profiles import sync_profiles

    names = profile_names()
    if options.profile or options.sandbox:
        given_too = "--profile" if options.profile else "--sandbox"
        raise UsageError(f"{given_too} and --all-profiles cannot be combined", repair="leave one of them out")
    if not names:
        raise UsageError(f"{config_path()} has no profile", repair='write [profiles.acme], and api_key = "…" below it')
    if options.workers < 1:
        raise UsageError("--workers must be at least 1", repair=f"--workers {min(4, len(names))}")
    flags = [name for name in ("full", "remove_vanished") if getattr(options, name)]
    given = [*options.resources, *(f"--{name.replace('_', '-')}" for name in flags)]
    given += ["--into", options.into] if options.into else []
    ended: list[ProfileSync] = []
    try:
        with Progress("sync", shown=True, unit="workspaces") as progress:

            def end(one: ProfileSync) -> None:
                ended.append(one)
                progress.add(1, len(names), one.profile)

            done = sync_profiles(
                names,
                given,
                workers=options.workers,
                on_done=end,
                on_notice=lambda profile, text: print_notice(options, f"{profile}: {text}"),
            )
    except KeyboardInterrupt:
        synced = sum(not one.problem for one in ended)
        print(f"pb2b: stopped; {synced:,} of {len(names):,} profiles were synced, run it again", file=sys.stderr)
        raise
    failed = [one for one in done if one.problem]
    if options.json:
        print_json([asdict(one) for one in done])
    else:
        width = max(map(len, names))
        for one in done:
            print(f"{one.profile:{width}}  {_outcome(one)}")
    if failed:
        named = ", ".join(one.profile for one in failed)
        print(f"pb2b: {len(failed):,} of {len(done):,} profiles were not synced: {named}", file=sys.stderr)
    return int(bool(failed))


def _outcome(one: ProfileSync) -> str:
    if one.same_as:
        return f"the workspace of {one.same_as}, synced once"
    counts = {name: sum(r[name] for r in one.resources) for name in ("inserted", "updated", "deleted")}
    return one.problem or ", ".join(f"{n:,} {name}" for name, n in counts.items())
