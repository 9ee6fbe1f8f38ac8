"""``pb2b report`` writes the report on a period as files."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from pb2b_notebook.cli.options import INCOMPLETE, add_command, of_workspace, open_workspace
from pb2b_notebook.cli.output import print_json

if TYPE_CHECKING:
    import argparse


def add_commands(commands: Any) -> None:
    """Add these commands to the parser."""
    report = add_command(
        commands, "report", _report,
        "report on the last complete week, month or day of a workspace, as files for people without a notebook",
        json=True, parents=[of_workspace()],
        description="Exit status: 0 all files are written; 1 an error, such as a refused key or an existing file, and "
        "nothing more is written; 2 wrong arguments; 3 all files are written, but a section is missing from them, "
        "which is named on stderr; 130 after Ctrl-C.",
    )  # fmt: skip
    report.add_argument("period", choices=("daily", "weekly", "monthly"), help="a week is Monday to Sunday")
    report.add_argument(
        "files",
        nargs="+",
        metavar="FILE",
        help="such as 'week-{period}.xlsx', .html or .ipynb; {period} becomes 2026-W10",
    )
    report.add_argument("--at", metavar="TIME", help="look back from this time, such as 2026-03-10 (default: now)")
    report.add_argument("--zone", help="time zone, such as Europe/Berlin (default: the workspace's)")
    report.add_argument("--no-quality", action="store_true", help="leave data quality and duplicates out")
    report.add_argument(
        "--mirror", action="store_true", help="sync the mirror and read from it, so that only changes are requested"
    )
    report.add_argument("--overwrite", action="store_true", help="replace existing files")


def _report(options: argparse.Namespace) -> int:
    from pb2b_notebook.reports.report import check_report_target

    with open_workspace(options) as ws:
        period = ws.report_period(options.period, at=options.at, zone=options.zone)
        # Before the work starts: reading all leads takes a while.
        for target in options.files:
            check_report_target(target, period, overwrite=options.overwrite)
        report = ws.report(
            options.period,
            at=period.end,
            zone=options.zone,
            quality=not options.no_quality,
            refresh=True if options.mirror else None,
        )
        written = []
        for target in options.files:
            written.append(report.save(target, overwrite=options.overwrite))
            if not (options.json or options.quiet):
                print(f"wrote {written[-1]}")
    if options.json:
        days = {"period": period.label, "first": period.first, "last": period.last}
        print_json({**days, "files": written, "missing": report.missing})
    for name, reason in report.missing.items():
        print(f"pb2b: {name} is not in the report: {reason}", file=sys.stderr)
    return INCOMPLETE if report.missing else 0
