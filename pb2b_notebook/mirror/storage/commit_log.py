"""The log of a Delta table: whether all commits that make up the latest version are there and complete.

The engine does not check that. It takes an emptied commit for one without changes, and then the rows of the files that
the commit removed are read twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.mirror.storage.stores import Folder

ACTIONS: Final = "pb2b.actions"
"""Commit metadata with the number of lines of :data:`COUNTED`; it shows a commit that was cut between two lines."""

NOT_COMMITTED: Final = "nothing is committed here: the first sync was interrupted, or the log was deleted"

COUNTED: Final = ("add", "remove", "txn")

_COMMIT: Final = re.compile(r"([0-9]{20})\.json")
_CHECKPOINT: Final = re.compile(r"([0-9]{20})\.checkpoint.*\.parquet")
_HINT: Final = "_last_checkpoint"
_MISSING: Final = "is missing"


@dataclass(frozen=True, slots=True)
class LogProblem:
    """The first problem of a log.

    Attributes:
        text: The problem, such as "the commit 00000000000000000004.json is incomplete".
        sound: Latest version before the problem that the log still has; ``None`` if there is none.
        checkpoint: Whether only a copy of commits is damaged that are all there, so that deleting it loses nothing.
    """

    text: str
    sound: int | None = None
    checkpoint: bool = False


def find_problem(folder: Folder) -> LogProblem | None:
    """Return the first problem of the log in a table's folder; ``None`` if there is none.

    Raises:
        OSError: The log cannot be read, which does not mean that it is damaged.
    """
    log = folder / "_delta_log"
    names = _names(log)
    commits, checkpoints = _numbers(names, _COMMIT), _numbers(names, _CHECKPOINT)
    latest = max([*commits, *checkpoints], default=None)
    if latest is None:
        return LogProblem(NOT_COMMITTED)
    start, unreadable = _start(log, names, checkpoints)
    sound = start
    for number in range(0 if start is None else start + 1, latest + 1):
        problem = _MISSING if number not in commits else _commit_problem(log / f"{number:020d}.json")
        if problem and sound is None and unreadable is not None:
            break  # the commits that the checkpoint replaces have been deleted
        if problem:
            return LogProblem(f"the commit {number:020d}.json {problem}", sound)
        sound = number
    if unreadable is not None:
        whole = sound == latest
        return LogProblem(f"the checkpoint of version {unreadable} cannot be read", sound, checkpoint=whole)
    if _HINT in names and not _hint_is_sound(log, names):
        return LogProblem(f"the file {_HINT} names no checkpoint", latest, checkpoint=True)
    return None


def cut_back(folder: Folder, problem: LogProblem) -> None:
    """Delete what follows the latest sound version, and checkpoints that cannot be read."""
    assert problem.sound is not None  # noqa: S101 - the caller's decision
    log = folder / "_delta_log"
    (log / _HINT).unlink(missing_ok=True)  # the engine lists the log without it
    for name in sorted(_names(log), reverse=True):
        number = name.partition(".")[0]
        if not number.isdigit():
            continue
        unreadable = _CHECKPOINT.fullmatch(name) and not _is_checkpoint(log / name)
        if int(number) > problem.sound or unreadable:
            (log / name).unlink(missing_ok=True)


def problem_after(folder: Folder, number: int) -> LogProblem | None:
    """Return the first problem of the commits after a version that is known to be sound."""
    while (problem := _commit_problem(path := folder / "_delta_log" / f"{number + 1:020d}.json")) != _MISSING:
        if problem:
            return LogProblem(f"the commit {path.name} {problem}", number)
        number += 1
    return None


def _names(log: Folder) -> list[str]:
    try:
        return [file.name for file in log.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []


def _numbers(names: Iterable[str], pattern: re.Pattern[str]) -> set[int]:
    return {int(found[1]) for found in map(pattern.fullmatch, names) if found}


def _start(log: Folder, names: Sequence[str], checkpoints: set[int]) -> tuple[int | None, int | None]:
    """Return the newest readable checkpoint, and the newest one of all if it cannot be read."""
    unreadable = None
    for number in sorted(checkpoints, reverse=True):
        parts = (name for name in names if _CHECKPOINT.fullmatch(name) and name.startswith(f"{number:020d}."))
        if all(_is_checkpoint(log / name) for name in parts):
            return number, unreadable
        unreadable = number if unreadable is None else unreadable
    return None, unreadable


def _is_checkpoint(path: Folder) -> bool:
    try:
        return bool(pl.read_parquet_schema(BytesIO(path.read_bytes())))
    except pl.exceptions.PolarsError:
        return False


def _hint_is_sound(log: Folder, names: Iterable[str]) -> bool:
    """Return whether the engine finds a checkpoint where the hint says; it fails on a wrong one."""
    try:
        number = int(json.loads((log / _HINT).read_bytes())["version"])
    except FileNotFoundError:
        return True
    except (ValueError, LookupError, TypeError):
        return False
    return any(name.startswith(f"{number:020d}.checkpoint") for name in names)


def _commit_problem(path: Folder) -> str:
    """Return "is missing", "is empty" or "is incomplete"; "" for a complete commit."""
    try:
        text = path.read_bytes()
    except FileNotFoundError:
        return _MISSING
    try:
        actions = list(_actions(text))
    except ValueError:
        return "is incomplete"
    if not actions:
        return "is empty"
    wanted = None
    with suppress(StopIteration, LookupError, ValueError, TypeError):
        wanted = int(next(action["commitInfo"] for action in actions if "commitInfo" in action)[ACTIONS])
    counted = sum(name in action for action in actions for name in COUNTED)
    return "" if wanted is None or wanted == counted else "is incomplete"


def _actions(text: bytes) -> Iterator[dict[str, Any]]:
    for line in text.splitlines():
        if line.strip():
            action = json.loads(line)
            if not isinstance(action, dict):
                raise ValueError
            yield action
