"""Separate the leads that must not be contacted, each with the reasons, before anything is planned or sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final, Generic, overload

from pb2b_notebook.cleanup.cells import Cells, map_distinct
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.import_rules import builtin_limits
from pb2b_notebook.cleanup.lead_columns import address_columns, builtin_fields, matched_columns, misnamed_columns
from pb2b_notebook.cleanup.linkage.suppression import find_suppressed
from pb2b_notebook.cleanup.options import texts_of
from pb2b_notebook.cleanup.row_context import RowContext
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.cleanup.values.addresses import host_of
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.errors import CleanupError, nearest, suggesting
from pb2b_notebook.frames.arrow_export import ExportsArrow
from pb2b_notebook.frames.library import is_frame, row_labels, with_row_labels
from pb2b_notebook.frames.types import EagerT, FrameT
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.openapi.opt_outs import OPTED_OUT, can_say, is_flag, is_opted_out, says_opted_out

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pb2b_notebook.cleanup.frames import OpenFrame

REASONS: Final = "reasons"
"""Column of ``blocked`` with the reasons."""

_PERSONAL: Final = frozenset({"full_name", "last_name", "phone", "linkedin_url"})
"""Columns of a suppression list by which people are matched; addresses alone are compared exactly."""
_NAMES: Final = frozenset({"full_name", "first_name", "last_name"})
_DOMAIN_FIELDS: Final = ("email", "company_domain", "website")


@dataclass(frozen=True, slots=True, repr=False)
class Screening(ExportsArrow, Generic[FrameT]):
    """The result of :func:`screen`; unpacks as ``ok, blocked``.

    Attributes:
        ok: Rows without a reason, with their index.
        blocked: The other rows, with a column ``reasons`` (several are separated by "; ").
        reasons: One row for each reason: ``row`` (index label of the row, in polars its position from 0), ``field``
            (lead field, or further column of addresses),
            ``code`` ("suppressed", "domain", "status", "campaign", "excluded"), ``message`` (never contains the value).
        skipped: Lead fields that were to be compared but are not in the frame.
        misnamed: Column → lead field, for columns with another name of a lead field ("E-Mail", "Firma"). They were
            compared as this field; other steps ignore them: ``df.rename(columns=result.misnamed)``.
        unknown_allowed: Number of texts of ``allow=`` that are the id or the address of no row.
        step: Step for a :class:`~pb2b_notebook.cleanup.Recipe`.
    """

    ok: FrameT
    blocked: FrameT
    reasons: FrameT
    skipped: tuple[str, ...]
    step: Step
    _counts: tuple[int, int] = field(compare=False)
    misnamed: dict[str, str] = field(default_factory=dict)
    unknown_allowed: int = 0

    @property
    def frame(self) -> FrameT:
        """The rows to continue with: ``ok``."""
        return self.ok

    def __iter__(self) -> Iterator[FrameT]:
        return iter((self.ok, self.blocked))

    def __repr__(self) -> str:
        more = f"; not in the frame: {', '.join(self.skipped)}" if self.skipped else ""
        rows = f"{self._counts[0]:,} rows ok, {self._counts[1]:,} blocked"
        return f"Screening: {rows}{more}{self._other_names()}{self._unknown()}"

    def _unknown(self) -> str:
        return f"; {self.unknown_allowed:,} of allow= in no row" if self.unknown_allowed else ""

    def _other_names(self) -> str:
        listed = ", ".join(f"{column} as {key}" for column, key in self.misnamed.items())
        return f"; read by another name: {listed}" if listed else ""


@overload
def screen(
    df: EagerT,
    suppressed: Any = None,
    *,
    domains: Mapping[str, Iterable[str]] | Iterable[str] = (),
    statuses: Iterable[str] = OPTED_OUT,
    running: Any = None,
    exclude: Iterable[str] = (),
    allow: bool | Iterable[str] = False,
) -> Screening[EagerT]: ...
@overload
def screen(
    df: Any,
    suppressed: Any = None,
    *,
    domains: Mapping[str, Iterable[str]] | Iterable[str] = (),
    statuses: Iterable[str] = OPTED_OUT,
    running: Any = None,
    exclude: Iterable[str] = (),
    allow: bool | Iterable[str] = False,
) -> Screening[Any]: ...
@renamed_arguments(against="suppressed")
@suggesting
def screen(
    df: Any,
    suppressed: Any = None,
    *,
    domains: Mapping[str, Iterable[str]] | Iterable[str] = (),
    statuses: Iterable[str] = OPTED_OUT,
    running: Any = None,
    exclude: Iterable[str] = (),
    allow: bool | Iterable[str] = False,
) -> Screening[Any]:
    """Separate the leads that may be contacted from those that must not be.

    Email addresses are compared trimmed and case-folded, as the service matches them, those in further columns
    ("E-Mail 2", "Private email") as well. A domain includes its subdomains:
    ``example.com`` blocks ``mail.example.com``, in the email address, the company domain and the website.

    Args:
        df: Frame of leads: pandas, polars or polars lazy.
        suppressed: Suppressed email addresses or whole domains: a list of strings, or a frame with a column ``email``.
            Rows are compared with a frame that also has names, phones or LinkedIn profiles as ``duplicates`` does, so
            that a person with another address is found. Columns with another name of a lead field ("E-Mail", "Name",
            "Firma") are read as this field, as those of ``df`` are; see ``.misnamed``.
        domains: Domains of customers, competitors and so on: a list, or label → list; the label is shown as the reason.
        statuses: Statuses of leads that must not be contacted. Words and columns that say that a person opted out, such
            as ``do_not_contact``, are known; an empty list screens by none of them.
        running: Leads in a running campaign: lead ids or email addresses, as a list or a frame with a column
            ``lead_id``, ``id`` or ``email``.
        exclude: Lead ids or email addresses to leave out; a recipe keeps them.
        allow: Lead ids or email addresses of rows that a person has looked at: they are not blocked for being probably
            a suppressed person with another address; true for all rows; or a frame of such rows. Listed addresses stay
            blocked.

    Raises:
        CleanupError: ``df`` is not a frame of leads, a list or a domain is invalid, or no lead can have a status. An
            invalid entry would silently block no row.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"email": ["ada@example.com", "bob@mail.rival.com", "eve@example.com"],
        ...                       "status": ["new", "new", "unsubscribed"]})
        >>> ok, blocked = screen(leads, domains={"competitor": ["rival.com"]})
        >>> ok["email"].tolist(), blocked["reasons"].tolist()
        (['ada@example.com'], ['competitor: its domain', 'status unsubscribed'])
    """
    given = open_frame(df)
    frame, misnamed = _with_field_names(given)
    # A stream can be read only once.
    listed = open_frame(suppressed, "suppressed=") if is_frame(suppressed) else None
    suppressed = suppressed if listed is None else listed.table.to_native()
    people = None if listed is None else _with_field_names(listed)[0]
    rows = RowContext(frame, matched_columns(frame, builtin_fields()))
    addresses, suppressed_domains = _addresses(suppressed_emails(suppressed))
    given_allow = _texts("allow", allow, ("id", "email")) if is_frame(allow) else allow
    allowed = allow if isinstance(allow, bool) else sorted({_fold(text) for text in texts_of("allow", given_allow)})
    lists = {"suppressed": suppressed_domains, **_by_label(domains)}
    in_campaign = {_fold(text) for text in _texts("running", running, ("lead_id", "id", "email"))}
    excluded = sorted({_fold(text) for text in _texts("exclude", exclude, ("lead_id", "id", "email"))})
    blocked_statuses = _statuses(statuses, frame, rows)
    found: dict[int, list[tuple[str, str, str]]] = {}

    def is_blocked(status: str) -> bool:
        # A status of our contract is blocked only if it is listed; other words are judged by what they say.
        return status in blocked_statuses or bool(blocked_statuses and status not in OPTED_OUT and is_opted_out(status))

    checks: list[tuple[str, Callable[[str], tuple[str, str] | None]]] = [
        ("email", lambda value: ("suppressed", "suppressed address") if _fold(value) in addresses else None),
        *((key, _domain_check(lists)) for key in _DOMAIN_FIELDS),
        ("status", lambda value: ("status", f"status {value}") if is_blocked(value) else None),
        *((key, _listed_check(in_campaign, "campaign", "already in a running campaign")) for key in ("id", "email")),
        *((key, _listed_check(excluded, "excluded", "excluded by hand")) for key in ("id", "email")),
    ]
    for key, check in checks:
        _add_reasons(frame, rows.column(key) or (key if key in frame.names else None), key, check, found)
        for column in address_columns(frame.names) if key == "email" else ():
            _add_reasons(frame, column, column, check, found)
    for name in filter(can_say, frame.names if blocked_statuses else ()):
        reason = f"{name} is set" if is_flag(name) else f"{name} says that the person opted out"
        for row, value in enumerate(frame.values(name)):
            if says_opted_out(name, value):
                found.setdefault(row, []).append((name, "status", reason))
    compared = {"email"} | ({"status"} if blocked_statuses else set())
    if people is not None and _PERSONAL.intersection(people.names) and allowed is not True:
        compared |= _personal_fields(people, frame)
        yes = _allowed_rows(frame, rows, allowed or ())
        for row, reasons in find_suppressed(frame, people).select("row", "reasons").iter_rows():
            if row not in found and row not in yes:
                found[row] = [("email", "suppressed", f"probably a suppressed person: {reasons}")]
    options = {
        "domains": {label: sorted(hosts) for label, hosts in _by_label(domains).items()},
        "statuses": list(blocked_statuses),
        "exclude": excluded,
        "allow": allowed,
    }
    skipped = tuple(sorted(key for key in compared if rows.column(key) is None))
    unknown = 0 if isinstance(allowed, bool) else len({*allowed} - _ids_and_addresses(frame, rows))
    return replace(_separate(df, given, found, skipped, options), misnamed=misnamed, unknown_allowed=unknown)


def _with_field_names(frame: OpenFrame) -> tuple[OpenFrame, dict[str, str]]:
    """Return the frame with the names of lead fields for columns that have another name of one, and these columns."""
    misnamed = misnamed_columns(frame.names, matched_columns(frame, builtin_fields()))
    return frame.with_names(misnamed), misnamed


def _personal_fields(people: OpenFrame, frame: OpenFrame) -> set[str]:
    """Return the fields of a suppression list by which people are found; any name stands for the others."""
    fields = {*_PERSONAL, "company_name"}.intersection(people.names)
    return fields - _NAMES if _NAMES.intersection(frame.names) else fields


def _allowed_rows(frame: OpenFrame, rows: RowContext, allowed: Iterable[str]) -> set[int]:
    found: dict[int, list[tuple[str, str, str]]] = {}
    for key in ("id", "email"):
        column = rows.column(key) or (key if key in frame.names else None)
        _add_reasons(frame, column, key, _listed_check(allowed, "allowed", ""), found)
    return {*found}


def _ids_and_addresses(frame: OpenFrame, rows: RowContext) -> set[str]:
    columns = [rows.column(key) or key for key in ("id", "email")]
    return {
        _fold(value)
        for column in columns
        if column in frame.names
        for value in frame.values(column)
        if isinstance(value, str)
    }


def _separate(
    df: Any,
    frame: OpenFrame,
    found: Mapping[int, list[tuple[str, str, str]]],
    skipped: tuple[str, ...],
    options: dict[str, Any],
) -> Screening:
    blocked = sorted(found)
    ok = [row for row in range(len(frame)) if row not in found]
    messages = ["; ".join(dict.fromkeys(message for _, _, message in found[row])) for row in blocked]
    with_reasons = frame.take_rows(blocked).with_text_column(REASONS, messages)
    reasons = [(row, *reason) for row in blocked for reason in found[row]]
    values = [list(column) for column in zip(*reasons, strict=True)] or [[], [], [], []]
    names = (("row", "int64"), ("field", "string"), ("code", "string"), ("message", "string"))
    columns = {name: (column, kind) for (name, kind), column in zip(names, values, strict=True)}
    return Screening(
        ok=frame.to_callers_frame(frame.take_rows(ok).table, ok),
        blocked=frame.to_callers_frame(with_reasons.table, blocked),
        reasons=with_row_labels(frame.new_frame(columns), "row", row_labels(df)),
        skipped=skipped,
        step=Step("screen", {name: value for name, value in options.items() if value or name == "statuses"}, "ok"),
        _counts=(len(ok), len(blocked)),
    )


def _add_reasons(
    frame: OpenFrame,
    column: str | None,
    key: str,
    check: Callable[[str], tuple[str, str] | None],
    found: dict[int, list[tuple[str, str, str]]],
) -> None:
    """Check each distinct value of a column, and add the reasons that are found."""
    if column is None:
        return
    values = frame.values(column)
    rows = [row for row, value in enumerate(values) if isinstance(value, str) and not is_blank(value)]
    cells = Cells(rows, [values[row] for row in rows])
    for row, _, reason in map_distinct(cells, lambda value, _: check(value)):
        found.setdefault(row, []).append((key, *reason))


def _domain_check(lists: Mapping[str, frozenset[str]]) -> Callable[[str], tuple[str, str] | None]:
    def check(value: str) -> tuple[str, str] | None:
        host = host_of(value)
        if host is None:
            return None
        parts = host.split(".")
        parents = {".".join(parts[start:]) for start in range(len(parts))}
        label = next((label for label, domains in lists.items() if parents & domains), None)
        code = "suppressed" if label == "suppressed" else "domain"
        return None if label is None else (code, f"{label}: its domain")

    return check


def _listed_check(listed: Iterable[str], code: str, message: str) -> Callable[[str], tuple[str, str] | None]:
    known = frozenset(listed)
    return lambda value: (code, message) if _fold(value) in known else None


def _statuses(given: Any, frame: OpenFrame, rows: RowContext) -> tuple[str, ...]:
    """Return the statuses to block; a status that no lead can have would block no row, so it is an error."""
    listed = tuple(texts_of("statuses", given))
    known = builtin_limits()["status"].options
    unknown = [status for status in listed if status not in known]
    column = rows.column("status") if unknown else None
    present = {value for value in frame.values(column) if isinstance(value, str)} if column is not None else set()
    for status in unknown:
        if status not in present:
            raise CleanupError(f"statuses=: unknown status {status[:40]!r}", repair=nearest(status[:40], known))
    return listed


def _addresses(texts: Iterable[str]) -> tuple[set[str], frozenset[str]]:
    """Return addresses and domains: "@example.com" and "example.com" stand for a whole domain."""
    addresses, domains = set(), set()
    for text in texts:
        local, _, domain = text.strip().rpartition("@")
        host = None if local else host_of(domain)
        if host is None:
            addresses.add(_fold(text))
        else:
            domains.add(host)
    return addresses, frozenset(domains)


def _by_label(domains: Mapping[str, Iterable[str]] | Iterable[str]) -> dict[str, frozenset[str]]:
    by_label = domains if isinstance(domains, Mapping) else {"blocked domain": domains}
    found = {}
    for label, values in by_label.items():
        texts = _texts("domains", values, ("domain", "company_domain"))
        hosts = [host_of(text) for text in texts]
        if None in hosts:
            raise CleanupError(
                f"domains=: item {hosts.index(None) + 1} of {str(label)[:40]!r} is not a domain",
                repair="write a domain, such as example.com; anything else would block no row",
            )
        found[str(label)] = frozenset(host for host in hosts if host is not None)
    return {label: hosts for label, hosts in found.items() if hosts}


_NULLS: Final = ("nan", "<NA>", "NaT")  # as pandas writes a missing item


def suppressed_emails(given: Any) -> list[str]:
    """Return the addresses of ``suppressed=``: of a list, or of a frame with a column "email" by any of its names."""
    if not is_frame(given):
        return _texts("suppressed", given, ("email",))
    named, misnamed = _with_field_names(open_frame(given))
    texts = _texts("suppressed", named.table.to_native(), ("email",))
    more = address_columns(named.names)
    texts += [text for column in more for text in named.values(column) if isinstance(text, str) and "@" in text]
    if "email" in misnamed.values() and texts and not any(host_of(text.rpartition("@")[2]) for text in texts):
        raise CleanupError(
            "suppressed=: the frame has no column 'email', and a column with a like name has no addresses",
            repair="rename the column of addresses or domains to 'email'",
        )
    return texts


def _texts(argument: str, given: Any, names: tuple[str, ...]) -> list[str]:
    """Return the strings of an argument: of a list, or of the first of some columns that a frame has."""
    if given is None:
        return []
    if is_frame(given):
        frame = open_frame(given)
        column = next((name for name in names if name in frame.names), None)
        if column is None:
            raise CleanupError(
                f"{argument}=: the frame has no column {names[0]!r}", repair=f"rename a column to {' or '.join(names)}"
            )
        given = frame.values(column)
    elif isinstance(given, str | Mapping) or not isinstance(given, Iterable):
        raise CleanupError(
            f"{argument}= must be a list of strings, not {type(given).__name__}", repair=f'{argument}=["example.com"]'
        )
    else:
        given = list(given)
        wrong = next((value for value in given if not isinstance(value, str | None) and str(value) not in _NULLS), None)
        if wrong is not None:
            raise CleanupError(
                f"{argument}= must be a list of strings, and an item is {type(wrong).__name__}",
                repair=f"pass a list of strings, or a frame with a column {names[0]!r}",
            )
    return [value for value in given if isinstance(value, str) and not is_blank(value)]


def _fold(text: str) -> str:
    """Return text as the service matches addresses: trimmed and case-folded."""
    return text.strip().casefold()
