"""Who may not be written to: rows apart, each with the reasons, before anything is planned or sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.import_rules import builtin_limits
from pb2b_notebook.cleanup.lead_columns import builtin_fields, matched_columns
from pb2b_notebook.cleanup.options import texts_of
from pb2b_notebook.cleanup.row_context import RowContext
from pb2b_notebook.cleanup.steps import Step
from pb2b_notebook.cleanup.values.addresses import host_of
from pb2b_notebook.deprecations import renamed_arguments
from pb2b_notebook.errors import CleanupError, nearest
from pb2b_notebook.frames.library import is_frame
from pb2b_notebook.openapi.import_cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pb2b_notebook.cleanup.frames import OpenFrame

OPTED_OUT: Final = ("unsubscribed", "bounced")
"""States that no lead is brought out of (contract)."""
REASONS: Final = "reasons"
"""The column of ``blocked``."""

_DOMAIN_FIELDS: Final = ("email", "company_domain", "website")


@dataclass(frozen=True, slots=True, repr=False)
class Screening:
    """What :func:`screen` parted; unpacks as ``ok, blocked``.

    Attributes:
        ok: the rows that nothing speaks against, with the index that they had.
        blocked: the others, with a column ``reasons``: why, several parted by "; ".
        reasons: one row a reason: ``row`` (position from 0), ``field``, ``code`` ("suppressed", "domain", "status",
            "campaign", "excluded"), ``message`` (never a value).
        skipped: what was to be compared and is not in the frame, by lead field.
        step: what was done, for a :class:`~pb2b_notebook.cleanup.Recipe`.
    """

    ok: Any
    blocked: Any
    reasons: Any
    skipped: tuple[str, ...]
    step: Step
    _counts: tuple[int, int] = field(compare=False)

    @property
    def frame(self) -> Any:
        """The rows that go on: ``ok``."""
        return self.ok

    def __iter__(self) -> Iterator[Any]:
        return iter((self.ok, self.blocked))

    def __repr__(self) -> str:
        more = f"; not in the frame: {', '.join(self.skipped)}" if self.skipped else ""
        return f"Screening: {self._counts[0]:,} rows ok, {self._counts[1]:,} blocked{more}"


@renamed_arguments(against="suppressed")
def screen(
    df: Any,
    suppressed: Any = None,
    *,
    domains: Mapping[str, Iterable[str]] | Iterable[str] = (),
    statuses: Iterable[str] = OPTED_OUT,
    running: Any = None,
    exclude: Iterable[str] = (),
) -> Screening:
    """Part the leads that may be written to from those that may not.

    Addresses are compared trimmed and case-folded, as the service matches them. A domain stands for all below it, so
    that ``example.com`` holds for ``mail.example.com``: in the address, the company's domain and its website.

    Args:
        df: pandas, polars or polars lazy.
        suppressed: Suppressed addresses or whole domains: a list of text, or a frame with a column ``email``.
        domains: of customers, competitors and so on: a list, or label → list; the label is the reason that is told.
        statuses: of leads that are not to be written to.
        running: who is in a running campaign already: lead ids or addresses, as a list or a frame with ``lead_id``,
            ``id`` or ``email``.
        exclude: lead ids or addresses to leave out by hand; a recipe keeps them.

    Raises:
        CleanupError: no frame of leads, a list that is none, a domain that is none, or a status that no lead can have:
            each would block nobody in silence.

    Example:
        >>> import pandas as pd
        >>> leads = pd.DataFrame({"email": ["ada@example.com", "bob@mail.rival.com", "eve@example.com"],
        ...                       "status": ["new", "new", "unsubscribed"]})
        >>> ok, blocked = screen(leads, domains={"competitor": ["rival.com"]})
        >>> ok["email"].tolist(), blocked["reasons"].tolist()
        (['ada@example.com'], ['competitor: its domain', 'status unsubscribed'])
    """
    frame = open_frame(df)
    rows = RowContext(frame, matched_columns(frame, builtin_fields()))
    addresses, suppressed_domains = _addresses(_texts(suppressed, ("email",)))
    lists = {"suppressed": suppressed_domains, **_by_label(domains)}
    busy = {_folded(one) for one in _texts(running, ("lead_id", "id", "email"))}
    left_out = sorted({_folded(one) for one in _texts(exclude, ("lead_id", "id", "email"))})
    listed = _statuses(statuses, frame, rows)
    found: dict[int, list[tuple[str, str, str]]] = {}
    checks: list[tuple[str, Callable[[str], tuple[str, str] | None]]] = [
        ("email", lambda value: ("suppressed", "suppressed address") if _folded(value) in addresses else None),
        *((key, _domain_check(lists)) for key in _DOMAIN_FIELDS),
        ("status", lambda value: ("status", f"status {value}") if value in listed else None),
        *((key, _listed_check(busy, "campaign", "in a running campaign already")) for key in ("id", "email")),
        *((key, _listed_check(left_out, "excluded", "left out by hand")) for key in ("id", "email")),
    ]
    for key, check in checks:
        _look(frame, rows.column(key) or (key if key in frame.names else None), key, check, found)
    asked = {"email"} | ({"status"} if listed else set())
    options = {
        "domains": {label: sorted(hosts) for label, hosts in _by_label(domains).items()},
        "statuses": list(listed),
        "exclude": left_out,
    }
    return _parted(frame, found, tuple(sorted(key for key in asked if rows.column(key) is None)), options)


def _parted(
    frame: OpenFrame, found: Mapping[int, list[tuple[str, str, str]]], skipped: tuple[str, ...], options: dict[str, Any]
) -> Screening:
    blocked = sorted(found)
    ok = [row for row in range(len(frame)) if row not in found]
    told = ["; ".join(dict.fromkeys(message for _, _, message in found[row])) for row in blocked]
    kept = frame.take_rows(blocked).with_text_column(REASONS, told)
    reasons = [(row, *one) for row in blocked for one in found[row]]
    values = [list(column) for column in zip(*reasons, strict=True)] or [[], [], [], []]
    names = (("row", "int64"), ("field", "string"), ("code", "string"), ("message", "string"))
    return Screening(
        ok=frame.restore(frame.take_rows(ok).table, ok),
        blocked=frame.restore(kept.table, blocked),
        reasons=frame.new_frame({name: (column, kind) for (name, kind), column in zip(names, values, strict=True)}),
        skipped=skipped,
        step=Step("screen", {name: value for name, value in options.items() if value or name == "statuses"}, "ok"),
        _counts=(len(ok), len(blocked)),
    )


def _look(
    frame: OpenFrame,
    column: str | None,
    key: str,
    check: Callable[[str], tuple[str, str] | None],
    found: dict[int, list[tuple[str, str, str]]],
) -> None:
    """Check each distinct value of a column."""
    if column is None:
        return
    known: dict[str, tuple[str, str] | None] = {}
    for row, value in enumerate(frame.values(column)):
        if not isinstance(value, str) or is_blank(value):
            continue
        if value not in known:
            known[value] = check(value)
        reason = known[value]
        if reason is not None:
            found.setdefault(row, []).append((key, *reason))


def _domain_check(lists: Mapping[str, frozenset[str]]) -> Callable[[str], tuple[str, str] | None]:
    def check(value: str) -> tuple[str, str] | None:
        host = host_of(value)
        if host is None:
            return None
        parts = host.split(".")
        over = {".".join(parts[at:]) for at in range(len(parts))}
        label = next((label for label, domains in lists.items() if over & domains), None)
        code = "suppressed" if label == "suppressed" else "domain"
        return None if label is None else (code, f"{label}: its domain")

    return check


def _listed_check(listed: Iterable[str], code: str, message: str) -> Callable[[str], tuple[str, str] | None]:
    known = frozenset(listed)
    return lambda value: (code, message) if _folded(value) in known else None


def _statuses(given: Any, frame: OpenFrame, rows: RowContext) -> tuple[str, ...]:
    """The states to block; one that nobody can have is a slip that would block nobody."""
    listed = tuple(texts_of("statuses", given))
    known = builtin_limits()["status"].options
    strange = [one for one in listed if one not in known]
    column = rows.column("status") if strange else None
    present = {value for value in frame.values(column) if isinstance(value, str)} if column is not None else set()
    for one in strange:
        if one not in present:
            raise CleanupError(f"no lead has the status {one[:40]!r}", repair=nearest(one[:40], known))
    return listed


def _addresses(texts: Iterable[str]) -> tuple[set[str], frozenset[str]]:
    """Addresses, and the domains among them: "@example.com" and "example.com" stand for all of a domain."""
    addresses, domains = set(), set()
    for text in texts:
        local, _, domain = text.strip().rpartition("@")
        host = None if local else host_of(domain)
        if host is None:
            addresses.add(_folded(text))
        else:
            domains.add(host)
    return addresses, frozenset(domains)


def _by_label(domains: Mapping[str, Iterable[str]] | Iterable[str]) -> dict[str, frozenset[str]]:
    listed = domains if hasattr(domains, "items") else {"blocked domain": _texts(domains, ("domain", "company_domain"))}
    found = {}
    for label, values in listed.items():
        texts = _texts(values, ("domain", "company_domain"))
        hosts = [host_of(text) for text in texts]
        if None in hosts:
            raise CleanupError(
                f"{label!s:.40}: number {hosts.index(None) + 1} of its {len(texts)} domains is no domain",
                repair="give domains, such as example.com; of no domain, nobody would be blocked",
            )
        found[str(label)] = frozenset(host for host in hosts if host is not None)
    return {label: hosts for label, hosts in found.items() if hosts}


def _texts(given: Any, names: tuple[str, ...]) -> list[str]:
    """The texts of a list, or of the first of some columns that a frame has."""
    if given is None:
        return []
    if is_frame(given):
        frame = open_frame(given)
        column = next((name for name in names if name in frame.names), None)
        if column is None:
            raise CleanupError(f"this frame has no column {names[0]!r}", repair=f"rename one: {' or '.join(names)}")
        given = frame.values(column)
    elif isinstance(given, str):
        raise CleanupError("one text is no list", repair='give a list: ["example.com"]')
    elif isinstance(given, Mapping) or not isinstance(given, Iterable):
        raise CleanupError(f"{type(given).__name__} is no list of text", repair='give a list: ["example.com"]')
    return [value for value in given if isinstance(value, str) and not is_blank(value)]


def _folded(text: str) -> str:
    """As the service matches addresses: trimmed and case-folded."""
    return text.strip().casefold()
