"""The figures of saved reports, for the next one to compare with: numbers by name, and nothing of a person.

What the service dates (new leads, runs) is compared with the period before, by the service's times. The service keeps
no former state of the rest: how many leads there were, how complete they were. Those numbers are stored when a report
is saved, in the cache folder, one file for each workspace.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from pb2b_notebook.cache import cache_folder, replace_private
from pb2b_notebook.reports.periods import Period

MOST: Final = 120
"""Reports of a kind that are kept."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The figures of a saved report.

    Attributes:
        label: Its period, such as "2026-W09"; "" if there is no such report.
        figures: Numbers by name.
    """

    label: str = ""
    figures: Mapping[str, float] = field(default_factory=dict)


class History:
    """The saved reports of one workspace."""

    def __init__(self, service: str, workspace: str) -> None:
        self._facts = {"service": service, "workspace": workspace}
        name = hashlib.sha256(f"{service}/{workspace}".encode()).hexdigest()[:32]
        self.path = cache_folder() / "reports" / f"{name}.json"

    def before(self, period: Period) -> Saved:
        """Return the latest report of the same kind about an earlier period: a report never compares with itself."""
        earlier = [entry for entry in self._read().get(period.kind, []) if entry["first"] < str(period.first)]
        if not earlier:
            return Saved()
        latest = max(earlier, key=lambda entry: str(entry["first"]))
        return Saved(latest["label"], latest["figures"])

    def add(self, period: Period, figures: Mapping[str, float], made_at: dt.datetime) -> None:
        """Store the figures of a report; one of the same period is replaced.

        Raises:
            OSError: The file cannot be written.
        """
        reports = self._read()
        others = [entry for entry in reports.get(period.kind, []) if entry["first"] != str(period.first)]
        entry = {
            "first": str(period.first),
            "label": period.label,
            "made_at": made_at.isoformat(timespec="seconds"),
            "figures": dict(figures),
        }
        kept = sorted([*others, entry], key=lambda one: str(one["first"]))[-MOST:]
        replace_private(self.path, json.dumps({**self._facts, "reports": {**reports, period.kind: kept}}, indent=1))

    def _read(self) -> dict[str, list[dict[str, Any]]]:
        """Return the stored reports by kind; none where the file is missing, or not ours."""
        try:
            stored = json.loads(self.path.read_bytes())
            reports = {
                str(kind): [entry for entry in entries if _is_entry(entry)]
                for kind, entries in stored["reports"].items()
            }
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return {}
        return reports if self._facts.items() <= stored.items() else {}


def _is_entry(entry: Any) -> bool:
    figures = entry.get("figures") if isinstance(entry, dict) else None
    return (
        isinstance(figures, dict)
        and isinstance(entry.get("first"), str)
        and isinstance(entry.get("label"), str)
        and all(isinstance(value, int | float) for value in figures.values())
    )
