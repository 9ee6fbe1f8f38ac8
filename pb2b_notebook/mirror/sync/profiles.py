"""Sync the workspaces of several profiles in parallel: a process for each, so that one that fails stops no other.

Two profiles of one workspace share a mirror, which one process at a time can write. Only the process knows which
workspace its key is of: it waits there for the other one, and syncs itself only if the other one failed.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import signal
import sys
import tempfile
import threading
import time
from asyncio import StreamReader
from asyncio.subprocess import DEVNULL, PIPE
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

WORKERS: Final = 4
"""Workspaces that are synced at a time by default. Each has its own rate limit."""

_PARENT: Final = "PB2B_SYNC_PARENT"
"""Variable with the id of the process that syncs several profiles, for the process of each."""
_SYNCED: Final = "PB2B_SYNC_FOLDER"
"""Variable with the folder in which these processes write who synced which mirror."""
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
        same_as: Profile of the same workspace that synced it in place of this one; ``None`` if this one did.
    """

    profile: str
    resources: tuple[dict[str, Any], ...] = ()
    problem: str | None = None
    same_as: str | None = None


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

    async def sync_all(folder: str) -> list[ProfileSync]:
        free = asyncio.Semaphore(workers)

        async def sync_one(profile: str) -> ProfileSync:
            async with free:
                done = await _sync(profile, options, folder, partial(on_notice, profile))
            on_done(done)
            return done

        # After Ctrl-C a group waits until the last process has stopped; gather would leave with the first one.
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(sync_one(profile)) for profile in profiles]
        return [task.result() for task in tasks]

    with tempfile.TemporaryDirectory(prefix="pb2b-sync-", ignore_cleanup_errors=True) as folder:
        return asyncio.run(sync_all(folder))


@dataclass(slots=True)
class SharedSync:
    """The sync of a mirror that several profiles may share.

    Attributes:
        by: Profile that synced it whole; ``None`` if none did: the caller is to sync it.
        is_whole: Whether the caller synced it whole. The key of another profile may have further scopes.
    """

    by: str | None = None
    is_whole: bool = False


@contextmanager
def once_for_all_profiles(mirror: str, profile: str) -> Iterator[SharedSync]:
    """Wait until no other process of :func:`sync_profiles` syncs this mirror, and yield who did so."""
    folder = os.environ.get(_SYNCED)
    if not folder:
        yield SharedSync()
        return
    import filelock

    done = Path(folder, hashlib.blake2b(mirror.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest())
    with filelock.FileLock(f"{done}.lock"):
        shared = SharedSync(done.read_text("utf-8") if done.exists() else None)
        yield shared
        if shared.is_whole:
            done.write_text(profile, "utf-8")


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


async def _sync(profile: str, options: Sequence[str], folder: str, on_notice: Callable[[str], object]) -> ProfileSync:
    """Run the command for one profile. Its input is empty, so that it asks for no key; it shows no bar of its own."""
    command = (sys.executable, "-m", "pb2b_notebook", "sync", "--json", f"--profile={profile}", *options)
    env = {**os.environ, "TQDM_DISABLE": "1", _PARENT: str(os.getpid()), _SYNCED: folder}
    try:
        process = await asyncio.create_subprocess_exec(
            *command, stdin=DEVNULL, stdout=PIPE, stderr=PIPE, limit=_LONGEST_LINE, env=env
        )
    except (OSError, ValueError) as error:  # ValueError: a name that no argument can have
        reason = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else str(error)
        return ProfileSync(profile, problem=f"its process cannot be started ({reason})")
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
    return _report_of(profile, printed)


def _report_of(profile: str, printed: bytes) -> ProfileSync:
    """Return what the command printed: the report, or the profile that synced the same workspace."""
    with suppress(ValueError):
        found = json.loads(printed)
        if isinstance(found, dict):
            return ProfileSync(profile, same_as=found["same_as"])
        return ProfileSync(profile, tuple(found))
    return ProfileSync(profile, problem="its report cannot be read")


async def _read(stream: StreamReader | None) -> bytes:
    return b"" if stream is None else await stream.read()


async def _last_problem(errors: StreamReader | None, on_notice: Callable[[str], object]) -> str:
    """Return the last error that the command prints, "" for none, and pass on all other lines."""
    problem = ""
    while errors is not None and not errors.at_eof():
        try:
            line = await errors.readline()
        except ValueError:  # a line that is longer than the limit, of which the reader drops what it has
            continue
        text = line.decode("utf-8", "replace").strip()
        if text.startswith(_PREFIX):
            problem = text.removeprefix(_PREFIX)
        elif text:
            on_notice(text)
    return problem
