"""Choose the sheet of a workbook that has people, and read from the others whom not to contact.

The first one may be a cover or notes, and another one may be called "Do not contact".
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.errors import InvalidParameterError, ProspectB2BError
from pb2b_notebook.files.reports import UNREAD_SHEETS, describe_unread_sheets
from pb2b_notebook.frames import provenance
from pb2b_notebook.intake.refused_people import Line, Refused, read_refused
from pb2b_notebook.mapping.lead_fields import read_fields
from pb2b_notebook.opt_outs import names_refusals

if TYPE_CHECKING:
    from pb2b_notebook.files.reports import FileReport
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

    if not _can_be_read_again(source):
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


def _can_be_read_again(source: Any) -> bool:
    return not hasattr(source, "read") or (hasattr(source, "seekable") and source.seekable())


def _has_people(intake: Intake[Any]) -> bool:
    sheet = None if intake.file is None else intake.file.sheet
    return not _WHO.isdisjoint(intake.mapping.columns.values()) and not (sheet and names_refusals(sheet))


def describe_findings(file: FileReport, unread: Collection[str]) -> list[str]:
    """Return what was repaired in a file or left out, and which of its sheets were read for whom not to contact.

    Args:
        file: How the file was read.
        unread: Sheets that are named like a list of refusals, and are not used.
    """
    texts = [finding.message for finding in file.findings if finding.code != UNREAD_SHEETS]
    read = [sheet for sheet in file.other_sheets if names_refusals(sheet) and sheet not in unread]
    if others := [sheet for sheet in file.other_sheets if sheet not in read]:
        texts.insert(0, describe_unread_sheets(others))
    if read:
        texts.insert(0, f"read for whom not to contact: {', '.join(map(repr, read))}")
    return texts


def read_refusals(source: Any, name: str, file: FileReport | None, fields: Callable[[], Any]) -> Refused:
    """Return whom not to contact, by the sheets with a name such as "Do not contact".

    Args:
        source: The file, as it was read.
        name: Name of the file.
        file: How it was read; ``None`` for a frame.
        fields: Function that returns the lead fields of the workspace.
    """
    from pb2b_notebook.files import read_leads

    sheets = () if file is None or not file.sheet else (file.sheet, *file.other_sheets)
    addresses: dict[str, str] = {}
    lines: list[Line] = []
    unread: dict[str, str] = {}
    for sheet in filter(names_refusals, sheets):
        if not _can_be_read_again(source):
            unread[sheet] = "it is a stream that is read once"
            continue
        try:
            frame = read_leads(_again(source), sheet=sheet, frame="polars", quiet=True)
            found, of_sheet, problem = read_refused(frame, sheet, read_fields(fields()))
        except ProspectB2BError as error:
            found, of_sheet, problem = set(), [], f"it cannot be read: {error}"
        addresses |= dict.fromkeys(found, f"the address is on the sheet {sheet!r} of the workbook")
        lines += of_sheet
        unread |= {} if problem is None else {sheet: problem}
    own = (("sheet", None if file is None else file.sheet), ("file", name))
    whole = next((f"the {kind} {each!r}" for kind, each in own if each and names_refusals(each)), None)
    return Refused(addresses, lines, whole, unread)
