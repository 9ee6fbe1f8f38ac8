"""``pb2b sandbox`` serves a sandbox; ``pb2b sandbox keys`` manages its keys."""

from __future__ import annotations

import argparse
import shlex
from contextlib import closing
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cli.options import add_command
from pb2b_notebook.cli.output import print_json, print_notice
from pb2b_notebook.errors import UsageError

if TYPE_CHECKING:
    from pb2b_notebook.sandbox import Sandbox

_LEADS = 2000
_SEED = 1


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    sandbox = add_command(commands, "sandbox", _sandbox, "serve the sandbox in the foreground and print its key once")
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
    _add_keys(sandbox)


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

    create = add_command(actions, "create", _create_key, "create a key and print it once", parents=[file, expires])
    create.add_argument("--name", default="Sandbox key", help="name of the key (default: %(default)s)")
    create.add_argument("--scopes", help="comma-separated (default: all 21)")
    create.add_argument("--read-only", action="store_true", help="a key of a read-only membership: it cannot write")
    create.add_argument("--workspace", help="name or id (default: the first one)")
    add_command(actions, "list", _list_keys, "show all keys, without their secrets", json=True, parents=[file])
    replaces = "print a new key that replaces an old one at once"
    add_command(actions, "rotate", _rotate_key, replaces, parents=[file, expires, key])
    add_command(actions, "revoke", _revoke_key, "revoke a key", parents=[file, key])


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
        print_notice(options, "notice: pb.connect() begins with GET /me, which needs the scope me.read")
    return _show_once(options, key)


def _rotate_key(options: argparse.Namespace) -> int:
    return _show_once(options, _ask_about_keys(options, "rotate", key=options.key, expires=options.expires))


def _show_once(options: argparse.Namespace, key: str) -> int:
    print(key)  # alone, so that a script can take it
    print_notice(options, "shown once: only its hash is kept")
    return 0


def _revoke_key(options: argparse.Namespace) -> int:
    _ask_about_keys(options, "revoke", key=options.key)
    print_notice(options, "revoked")
    return 0


def _list_keys(options: argparse.Namespace) -> int:
    heads = ("PREFIX", "NAME", "WORKSPACE", "ACCESS", "CREATED", "EXPIRES", "REVOKED", "SCOPES")
    keys = _ask_about_keys(options, "list")
    if options.json:
        print_json(keys)
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
