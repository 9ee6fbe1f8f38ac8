"""Why rows must not be contacted. Facts of the whole list are collected first, so that a part is decided alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from pb2b_notebook.cleanup.cells import Cells, map_distinct
from pb2b_notebook.cleanup.frames import open_frame
from pb2b_notebook.cleanup.import_rules import builtin_limits
from pb2b_notebook.cleanup.lead_columns import address_columns, builtin_fields, matched_columns, misnamed_columns
from pb2b_notebook.cleanup.options import texts_of
from pb2b_notebook.cleanup.row_context import RowContext
from pb2b_notebook.cleanup.values.addresses import host_of, site_of
from pb2b_notebook.errors import CleanupError, nearest
from pb2b_notebook.frames.library import is_frame
from pb2b_notebook.letters import fold_email
from pb2b_notebook.openapi.import_cells import is_blank
from pb2b_notebook.opt_outs import OPTED_OUT, can_say, is_flag, is_opted_out, says_opted_out

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from pb2b_notebook.cleanup.frames import OpenFrame

    Check = Callable[[str], tuple[str, str] | None]
    Reasons = dict[int, list[tuple[str, str, str]]]
    """Row → lead field, code and message of each reason."""

_DOMAIN_FIELDS: Final = ("email", "company_domain", "website")
_NAMED_BY: Final = ("id", "email")
"""Fields by which a list names leads."""
_NULLS: Final = ("nan", "<NA>", "NaT")  # as pandas writes a missing item


class Exclusions(NamedTuple):
    """What the arguments of :func:`~.screen.screen` exclude.

    Attributes:
        addresses: Suppressed email addresses.
        suppressed_domains: Suppressed domains.
        domains: Label → other domains.
        statuses: Statuses of leads that must not be contacted.
        in_campaign: Ids and addresses of leads in a running campaign.
        excluded: Ids and addresses to leave out.
        allowed: Ids and addresses of rows that may be suppressed people; true for all rows.
    """

    addresses: frozenset[str]
    suppressed_domains: frozenset[str]
    domains: Mapping[str, frozenset[str]]
    statuses: tuple[str, ...]
    in_campaign: frozenset[str]
    excluded: tuple[str, ...]
    allowed: bool | tuple[str, ...]

    @classmethod
    def of(cls, suppressed: Any, domains: Any, statuses: Any, running: Any, exclude: Any, allow: Any) -> Exclusions:  # noqa: PLR0917 - the arguments of screen, in their order
        """Read the arguments of :func:`~.screen.screen`.

        Raises:
            CleanupError: A list or a domain is invalid.
        """
        addresses, suppressed_domains = _addresses(suppressed_emails(suppressed))
        given_allow = _texts("allow", allow, ("id", "email")) if is_frame(allow) else allow
        allowed = allow if isinstance(allow, bool) else _fold_all(texts_of("allow", given_allow))
        return cls(
            frozenset(addresses),
            suppressed_domains,
            _hosts_by_label(domains),
            tuple(texts_of("statuses", statuses)),
            frozenset(_fold_all(_texts("running", running, ("lead_id", "id", "email")))),
            _fold_all(_texts("exclude", exclude, ("lead_id", "id", "email"))),
            allowed,
        )

    @property
    def allowed_texts(self) -> tuple[str, ...]:
        """The ids and addresses of allowed rows."""
        return () if isinstance(self.allowed, bool) else self.allowed

    @property
    def unknown_statuses(self) -> list[str]:
        """Statuses that are not in the contract: only the rows show whether a lead can have them."""
        return [status for status in self.statuses if status not in builtin_limits()["status"].options]

    @property
    def needs_facts(self) -> bool:
        """Whether something depends on the whole list."""
        return bool(self.unknown_statuses or self.allowed_texts)

    def list_facts(self, frame: OpenFrame) -> set[tuple[str, str]]:
        """Return what a part of the rows says about the whole list: ``status`` and ``allowed`` with texts it has."""
        rows, unknown, allowed = _context(frame), self.unknown_statuses, self.allowed_texts
        status = [rows.column("status")] if unknown else []
        named_by = [rows.column(key) or key for key in _NAMED_BY] if allowed else []
        return {("status", one) for one in _texts_in(frame, status).intersection(unknown)} | {
            ("allowed", one) for one in {*map(fold_email, _texts_in(frame, named_by))}.intersection(allowed)
        }

    def check_statuses(self, facts: Collection[tuple[str, str]]) -> None:
        """Refuse a status that no lead can have: it would exclude no row.

        Raises:
            CleanupError: A status is not in the contract and not in the list.
        """
        for status in self.unknown_statuses:
            if ("status", status) not in facts:
                options = builtin_limits()["status"].options
                raise CleanupError(f"statuses=: unknown status {status[:40]!r}", repair=nearest(status[:40], options))

    def count_unknown_allowed(self, facts: Iterable[tuple[str, str]]) -> int:
        """Return the number of allowed texts that are the id or the address of no row."""
        return len({*self.allowed_texts} - {text for fact, text in facts if fact == "allowed"})

    def reasons(self, frame: OpenFrame, probable: Iterable[tuple[int, str]]) -> Reasons:
        """Return row → the reasons not to contact it: lead field, code and message.

        Args:
            frame: Some of the rows, whose columns have the names of lead fields.
            probable: Rows that are probably about suppressed people, and why.
        """
        rows, found = _context(frame), cast("Reasons", {})
        for key, check in self._checks():
            _add_reasons(frame, rows.column(key) or (key if key in frame.names else None), key, check, found)
            for column in address_columns(frame.names) if key == "email" else ():
                _add_reasons(frame, column, column, check, found)
        for name in filter(can_say, frame.names if self.statuses else ()):
            reason = f"{name} is set" if is_flag(name) else f"{name} says that the person opted out"
            for row, value in enumerate(frame.values(name)):
                if says_opted_out(name, value):
                    found.setdefault(row, []).append((name, "status", reason))
        allowed = self._allowed_rows(frame, rows)
        for row, why in probable:
            if row not in found and row not in allowed:
                found[row] = [("email", "suppressed", f"probably a suppressed person: {why}")]
        return found

    def _checks(self) -> list[tuple[str, Check]]:
        lists = {"suppressed": self.suppressed_domains, **self.domains}
        return [
            (
                "email",
                lambda value: ("suppressed", "suppressed address") if fold_email(value) in self.addresses else None,
            ),
            *((key, _domain_check(lists)) for key in _DOMAIN_FIELDS),
            ("status", lambda value: ("status", f"status {value}") if self._is_blocked(value) else None),
            *((key, _listed_check(self.in_campaign, "campaign", "already in a running campaign")) for key in _NAMED_BY),
            *((key, _listed_check(self.excluded, "excluded", "excluded by hand")) for key in _NAMED_BY),
        ]

    def _is_blocked(self, status: str) -> bool:
        # A status of our contract is blocked only if it is listed; other words are judged by what they say.
        return status in self.statuses or bool(self.statuses and status not in OPTED_OUT and is_opted_out(status))

    def _allowed_rows(self, frame: OpenFrame, rows: RowContext) -> Collection[int]:
        found: Reasons = {}
        for key in _NAMED_BY if self.allowed_texts else ():
            column = rows.column(key) or (key if key in frame.names else None)
            _add_reasons(frame, column, key, _listed_check(self.allowed_texts, "allowed", ""), found)
        return found


def columns_to_read(names: Iterable[str]) -> list[str]:
    """Return the columns that decide, of a frame whose columns have the names of lead fields."""
    listed = list(names)
    decisive = {"id", "status", *_DOMAIN_FIELDS, *address_columns(listed)}
    return [name for name in listed if name in decisive or can_say(name)]


def with_field_names(frame: OpenFrame) -> tuple[OpenFrame, dict[str, str]]:
    """Return the frame with the names of lead fields for columns that have another name of one, and these columns."""
    misnamed = misnamed_columns(frame.names, matched_columns(frame, builtin_fields()))
    return frame.with_names(misnamed), misnamed


def _context(frame: OpenFrame) -> RowContext:
    return RowContext(frame, matched_columns(frame, builtin_fields()))


def _texts_in(frame: OpenFrame, columns: Iterable[str | None]) -> set[str]:
    present = [column for column in columns if column in frame.names]
    return {value for column in present for value in frame.values(column) if isinstance(value, str)}


def _add_reasons(frame: OpenFrame, column: str | None, key: str, check: Check, found: Reasons) -> None:
    """Check each distinct value of a column, and add the reasons that are found."""
    if column is None:
        return
    values = frame.values(column)
    rows = [row for row, value in enumerate(values) if isinstance(value, str) and not is_blank(value)]
    cells = Cells(rows, [values[row] for row in rows])
    for row, _, reason in map_distinct(cells, lambda value, _: check(value)):
        found.setdefault(row, []).append((key, *reason))


def _domain_check(lists: Mapping[str, frozenset[str]]) -> Check:
    def check(value: str) -> tuple[str, str] | None:
        host = site_of(value)
        if host is None:
            return None
        parts = host.split(".")
        parents = {".".join(parts[start:]) for start in range(len(parts))}
        label = next((label for label, domains in lists.items() if parents & domains), None)
        code = "suppressed" if label == "suppressed" else "domain"
        return None if label is None else (code, f"{label}: its domain")

    return check


def _listed_check(listed: Iterable[str], code: str, message: str) -> Check:
    known = frozenset(listed)
    return lambda value: (code, message) if fold_email(value) in known else None


def _addresses(texts: Iterable[str]) -> tuple[set[str], frozenset[str]]:
    """Return addresses and domains: "@example.com" and "example.com" stand for a whole domain."""
    addresses, domains = set(), set()
    for text in texts:
        local, _, domain = text.strip().rpartition("@")
        host = None if local else host_of(domain)
        if host is None:
            addresses.add(fold_email(text))
        else:
            domains.add(host)
    return addresses, frozenset(domains)


def _hosts_by_label(domains: Mapping[str, Iterable[str]] | Iterable[str]) -> dict[str, frozenset[str]]:
    """Return label → domains."""
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


def suppressed_emails(given: Any) -> list[str]:
    """Return the addresses of ``suppressed=``: of a list, or of a frame with a column "email" by any of its names."""
    if not is_frame(given):
        return _texts("suppressed", given, ("email",))
    named, misnamed = with_field_names(open_frame(given))
    texts = _texts("suppressed", named.table.to_native(), ("email",))
    more = address_columns(named.names)
    texts += [text for column in more for text in named.values(column) if isinstance(text, str) and "@" in text]
    if "email" in misnamed.values() and texts and not any(host_of(text.rpartition("@")[2]) for text in texts):
        raise CleanupError(
            "suppressed=: the frame has no column 'email', and a column with a similar name has no addresses",
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


def _fold_all(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({fold_email(text) for text in texts}))
