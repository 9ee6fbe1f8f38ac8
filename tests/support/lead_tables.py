"""The table of a campaign, in Markdown."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field


@dataclass
class Table:
    """The trials of a campaign, and whether each passed."""

    rows: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def add(self, trial: str, runs: object, found: str, *, passed: bool) -> None:
        """Add a trial, and print its line to stderr."""
        self.rows.append((trial, str(runs), found, passed))
        sys.stderr.write(f"{'ok  ' if passed else 'FAIL'} {trial}: {found}\n")

    @property
    def passed(self) -> bool:
        """Whether every trial passed."""
        return all(passed for *_, passed in self.rows)

    def __str__(self) -> str:
        lines = ["| trial | runs | found | passed |", "|---|--:|---|---|"]
        lines += [
            f"| {trial} | {runs} | {found} | {'yes' if passed else '**NO**'} |"
            for trial, runs, found, passed in self.rows
        ]
        return "\n".join(lines)
