"""How much memory this machine has left for Python: the driver of Spark limits only that of Java."""

from __future__ import annotations

import re
from pathlib import Path

_KIBIBYTE = 1024


def free_memory(root: Path = Path("/")) -> int | None:
    """Return the bytes that this process can still take; ``None`` where the system does not report them.

    In a container it is what its limit leaves, if that is less. Files in memory, which the system frees, do not count.

    Args:
        root: Folder of ``proc`` and ``sys``.
    """
    found = re.findall(r"^(?:MemAvailable|SwapFree): +(\d+) kB$", _text(root / "proc/meminfo"), re.MULTILINE)
    if not found:
        return None
    free = sum(map(int, found)) * _KIBIBYTE
    group = root / "sys/fs/cgroup"
    limit, used = (_text(group / name).strip() for name in ("memory.max", "memory.current"))
    if not (limit.isdecimal() and used.isdecimal()):
        return free
    files = re.search(r"^inactive_file (\d+)$", _text(group / "memory.stat"), re.MULTILINE)
    return max(0, min(free, int(limit) - int(used) + (int(files[1]) if files else 0)))


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii")
    except (OSError, ValueError):  # not Linux, or no container
        return ""
