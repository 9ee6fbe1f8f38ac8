"""The table of a campaign, in Markdown."""

from __future__ import annotations

import sys
from dataclasses import dataclass, field


@dataclass
class Table:
    """What was tried, and whether it held."""

    rows: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def add(self, trial: str, runs: object, found: str, *, held: bool) -> None:
        """One line, printed as soon as it is known."""
        self.rows.append((trial, str(runs), found, held))
        sys.stderr.write(f"{'ok  ' if held else 'FAIL'} {trial}: {found}\n")

    @property
    def held(self) -> bool:
        """Whether every promise was kept."""
        return all(held for *_, held in self.rows)

    def __str__(self) -> str:
        lines = ["| trial | runs | found | held |", "|---|--:|---|---|"]
        lines += [
            f"| {trial} | {runs} | {found} | {'yes' if held else '**NO**'} |" for trial, runs, found, held in self.rows
        ]
        return "\n".join(lines)
