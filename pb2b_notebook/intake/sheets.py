"""Choose the sheet of a workbook that has people: the first one may be a cover or notes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError
from pb2b_notebook.frames import provenance

if TYPE_CHECKING:
    from pb2b_notebook.intake.intake import Intake

_WHO: Final = frozenset({"email", "full_name", "first_name", "last_name", "phone"})


def first_sheet_with_people(source: Any, open_sheet: Callable[[Any, str | None], Intake[Any]]) -> Intake[Any]:
    """Return the intake of the first sheet that has people; of the first sheet, if none has.

    Args:
        source: The file.
        open_sheet: Function of the file and the name of a sheet; ``None`` is the first one.

    Raises:
        LeadFileError: The file cannot be read.
        InvalidParameterError: The list has no rows.
    """
    problem: InvalidParameterError | None = None
    first: Intake[Any] | None = None
    try:
        first = open_sheet(source, None)
    except InvalidParameterError as none:  # such as a cover
        problem = none
    if first is not None and (first.file is None or not first.file.other_sheets or _has_people(first)):
        return first
    found = (intake for intake in _other_sheets(source, first, open_sheet) if _has_people(intake))
    best = next(found, first)
    if best is None:
        assert problem is not None  # noqa: S101 - one of the two is there
        raise problem
    return best


def _other_sheets(
    source: Any, first: Intake[Any] | None, open_sheet: Callable[[Any, str | None], Intake[Any]]
) -> Iterator[Intake[Any]]:
    """Yield the intakes of the other sheets that can be read; of a stream that cannot be read again, none."""
    from pb2b_notebook.files import read_leads

    if hasattr(source, "read") and not (hasattr(source, "seekable") and source.seekable()):
        return
    report = provenance(read_leads(_again(source), quiet=True)).file if first is None else first.file
    for name in () if report is None else report.other_sheets:
        with suppress(ProspectB2BError):
            yield open_sheet(_again(source), name)


def _again(source: Any) -> Any:
    """Return a source from its start."""
    if hasattr(source, "seek"):
        source.seek(0)
    return source


def _has_people(intake: Intake[Any]) -> bool:
    return not _WHO.isdisjoint(intake.mapping.columns.values())
