"""``pb2b login`` keeps a key in the system's keyring, ``pb2b logout`` removes it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pb2b_notebook import credentials
from pb2b_notebook.cli.options import add_command, of_profile
from pb2b_notebook.cli.output import print_notice

if TYPE_CHECKING:
    import argparse


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    add_command(
        commands, "login", _login, "keep the API key in the system's keyring, after the service has accepted it",
        parents=[of_profile()],
        description="The key is typed without being shown, or read from stdin: `pb2b login < key.txt`. The base URL is "
        "that of the profile, of PB2B_BASE_URL, or the live service's.",
    )  # fmt: skip
    add_command(commands, "logout", _logout, "remove the API key from the system's keyring", parents=[of_profile()])


def _login(options: argparse.Namespace) -> int:
    import pb2b_notebook as pb

    key = credentials.ask() if sys.stdin.isatty() else credentials.api_key(sys.stdin.readline())
    with pb.connect(key, base_url=credentials.address_of(options.profile), read_only=True) as ws:
        credentials.store(key, options.profile)
        print_notice(options, f"the key of {ws.name} ({key}) is in the keyring")
    earlier = credentials.earlier_source(options.profile)
    if earlier:
        print_notice(options, f"notice: {earlier} has a key, too, and comes before the keyring")
    return 0


def _logout(options: argparse.Namespace) -> int:
    removed = credentials.remove(options.profile)
    print_notice(options, "removed" if removed else "the keyring has no such key")
    return 0
