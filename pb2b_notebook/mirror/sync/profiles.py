"""Sync the workspaces of several profiles in parallel: a process for each, so that one that fails stops no other."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
import time
from asyncio import StreamReader
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

WORKERS: Final = 4
"""Workspaces that are synced at a time by default. Each has its own rate limit."""

_PARENT: Final = "PB2B_SYNC_PARENT"
"""Variable with the id of the process that syncs several profiles, for the process of each."""
_PREFIX: Final = "pb2b: "
_LONGEST_LINE: Final = 1 << 20
_WATCHED_EVERY: Final = 0.5
"""Seconds between two looks at the parent."""


@dataclass(frozen=True, slots=True)
class ProfileSync:
    """The sync of one profile's workspace.

    Attributes:
        profile: Name of the profile.
        resources: Report of :meth:`Mirror.sync`, one record for each resource; empty after an error.
        problem: Message of the error; ``None`` after success.
    """

    profile: str
    resources: tuple[dict[str, Any], ...] = ()
    problem: str | None = None


def sync_profiles(
    profiles: Sequence[str],
    options: Sequence[str],
    *,
    workers: int = WORKERS,
    on_done: Callable[[ProfileSync], object] = lambda _: None,
    on_notice: Callable[[str, str], object] = lambda *_: None,
) -> list[ProfileSync]:
    """Run ``pb2b sync`` for each profile, and return what each reported, in the order of the profiles.

    After Ctrl-C each process stops as ``pb2b sync`` does: what it committed stays, and the next sync continues there.

    Args:
        profiles: Names of profiles of the configuration file. A process finds its key itself.
        options: Resources and options of ``pb2b sync``, such as ``["leads", "--full"]``.
        workers: Number of processes at a time.
        on_done: Function that gets the sync of each profile as it ends.
        on_notice: Function that gets the profile and the text of each line that is not an error, as it is printed, such
            as how long a first sync will take.
    """

    async def sync_all() -> list[ProfileSync]:
        free = asyncio.Semaphore(workers)

        async def sync_one(profile: str) -> ProfileSync:
            async with free:
                done = await _sync(profile, options, partial(on_notice, profile))
            on_done(done)
            return done

        # After Ctrl-C a group waits until the last process has stopped; gather would leave with the first one.
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(sync_one(profile)) for profile in profiles]
        return [task.result() for task in tasks]

    return asyncio.run(sync_all())


def stop_with_parent() -> None:
    """Stop this process as after Ctrl-C when :func:`sync_profiles`, which started it, is killed.

    It would go on without a reader, for hours in a first sync, and the next sync could not lock its mirror. On Windows,
    where the id of a parent does not change, it goes on.
    """
    parent = os.environ.get(_PARENT, "")
    if parent.isdecimal() and os.name == "posix":
        threading.Thread(target=_watch, args=(int(parent),), daemon=True).start()


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_WATCHED_EVERY)
    is_ignored = signal.getsignal(signal.SIGINT) == signal.SIG_IGN  # a job that a shell started with &
    os.kill(os.getpid(), signal.SIGTERM if is_ignored else signal.SIGINT)


async def _sync(profile: str, options: Sequence[str], on_notice: Callable[[str], object]) -> ProfileSync:
    """Run the command for one profile. Its input is empty, so that it asks for no key; it shows no bar of its own."""
    command = (sys.executable, "-m", "pb2b_notebook", "sync", "--json", f"--profile={profile}", *options)
    env = {**os.environ, "TQDM_DISABLE": "1", _PARENT: str(os.getpid())}
    process = await asyncio.create_subprocess_exec(
        *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, limit=_LONGEST_LINE, env=env
    )
    try:
        printed, problem = await asyncio.gather(_read(process.stdout), _last_problem(process.stderr, on_notice))
        await process.wait()
    except asyncio.CancelledError:
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        await process.wait()
        raise
    if process.returncode:
        return ProfileSync(profile, problem=problem or f"it ended with the exit status {process.returncode}")
    return ProfileSync(profile, tuple(json.loads(printed)))


async def _read(stream: StreamReader | None) -> bytes:
    return b"" if stream is None else await stream.read()


async def _last_problem(errors: StreamReader | None, on_notice: Callable[[str], object]) -> str:
    """Return the last error that the command prints, "" for none, and pass on all other lines."""
    problem = ""
    while errors is not None and (line := await errors.readline()):
        text = line.decode("utf-8", "replace").strip()
        if text.startswith(_PREFIX):
            problem = text.removeprefix(_PREFIX)
        elif text:
            on_notice(text)
    return problem
