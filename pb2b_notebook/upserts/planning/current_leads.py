"""Read the leads as they are now: from the mirror, synced first, or from the service."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final, Literal

from pb2b_notebook.api.calls.options import Options
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.http.adaptation.status_words import values_in_own_words
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.cleanup.values import placeholders
from pb2b_notebook.display import notices
from pb2b_notebook.errors import APIError, InvalidParameterError, NotFoundError, PaginationError, UsageError
from pb2b_notebook.frames.unification import concat_rows
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.opt_outs import can_say
from pb2b_notebook.upserts.planning.desired_rows import Desired
from pb2b_notebook.upserts.planning.hidden_values import with_hidden_values
from pb2b_notebook.upserts.planning.match_keys import holds_other_addresses
from pb2b_notebook.upserts.planning.matching import ALWAYS
from pb2b_notebook.upserts.planning.protection import (
    is_protected,
    is_unknown,
    state_column,
    unknown_fields,
    unknown_words,
    with_protection,
)
from pb2b_notebook.upserts.target_workspace import Target

CompareWith = Literal["mirror", "service"]
FEW: Final = 500
"""Maximum number of rows whose leads are read from the service by default if nothing is mirrored yet."""
VALUES: Final = 100
"""Values of one filter."""
LONGEST_EMAIL: Final = 320
"""Letters of an address: 64, "@" and 255 (RFC 5321, 4.5.3.1)."""
ADDED: Final = frozenset({"ids", "email", "import_id"})
"""Filters that only make a list shorter: leads are compared with the rows in any case."""
_NAMED: Final = 8
_EXACT: Final = "exact"
_MASK: Final = r"[*•●…]"
"""What a service writes in place of the characters of an address that it hides."""
_NOT_REAL: Final = r"(?i)^[0-9a-f]{32,}@|@([\w.-]+\.)?invalid$"
"""A hash in place of a name, or a domain that no one has (RFC 6761)."""
_MISTYPED: Final = r"(?i)\.[a-z]{2,63}\s*$"
"""The end of a domain: "ada(at)acme.example" is how a person typed an address, and hides nothing."""
_SEVERAL: Final = "email as a list"
"""Form of leads with further addresses."""
_FEW_HIDDEN: Final = 5
_MORE_OFTEN: Final = 2
_SHOWING: Final = ("email", "deleted_at")
"""Fields that show whether addresses can be read."""
LAG: Final = timedelta(minutes=15)
"""How long the lists of a service may lag behind its writes."""


def current_leads(
    target: Target, desired: Desired, match_on: str, compare_with: CompareWith | None, *, clear: Collection[str] = ()
) -> pl.DataFrame:
    """Return the leads that a frame may refer to, including deleted ones; the result may hold further leads.

    Args:
        target: The workspace.
        desired: The rows.
        match_on: Column that the rows match by.
        compare_with: "mirror" or "service"; by default the mirror, unless it is not installed, or nothing is mirrored
            yet and the rows are few.
        clear: Fields whose blanks empty the value of a lead.
    """
    if source_of(target, desired, compare_with) == "mirror":
        leads = _with_hidden(target, _from_mirror(target, desired, match_on), desired, match_on)
    elif match_on != "email":
        leads = list_leads(target, {}, strict=True)  # the service has no filter by external id
    else:
        leads = _leads_of_rows(target, desired)
    if match_on == "email" and desired.values["key"].filter(desired.values["id"].is_null()).count():
        _check_addresses(leads)
    leads = with_hidden_values(target, _with_recent_writes(target, leads, desired, match_on), desired, match_on, clear)
    return protect(target, leads)


def _check_addresses(leads: pl.DataFrame) -> None:
    """Refuse to match rows with addresses that the service hides from this key: each row would become a new lead.

    Raises:
        UsageError: All addresses are masked, or of more than a few leads, none has one that can be read.
    """
    if _are_masked(leads) or _are_unreadable(leads):
        raise UsageError(
            "the service hides the addresses of leads from this key, so that rows cannot be matched by them",
            repair='connect with a key that may read them, give the ids of leads, or match_on="external_id"',
        )


def _are_unreadable(leads: pl.DataFrame) -> bool:
    """Whether no lead of more than a few has an address that can be read."""
    alive = leads.filter(pl.col("deleted_at").is_null()) if "deleted_at" in leads.columns else leads
    return alive.height > _FEW_HIDDEN and ("email" not in alive.columns or alive.select(_hides_address().all()).item())


def _are_masked(leads: pl.DataFrame) -> bool:
    """Whether all addresses of leads are masked."""
    addresses = leads["email"].drop_nulls() if "email" in leads.columns else None
    return addresses is not None and len(addresses) > 0 and bool(addresses.str.contains(_MASK).all())


def _with_recent_writes(target: Target, leads: pl.DataFrame, desired: Desired, match_on: str) -> pl.DataFrame:
    """Return the leads as they were written a moment ago: the lists of some services lag behind writes.

    A lead that a list lacks, or that it shows with another value than was written, is read by its id.
    """
    written = {lead_id: body for body, lead_id in target.jobs.writes_since(target.session.time() - LAG)}
    listed = {row["id"]: row for row in leads.filter(pl.col("id").is_in([*written])).iter_rows(named=True)}
    wanted, named = ({*desired.values[name].drop_nulls().to_list()} for name in ("key", "id"))
    found, lags = [], True
    for lead_id, body in written.items():
        row = listed.get(lead_id)
        key = match_key((row or body).get(match_on), match_on)
        if (key not in wanted and lead_id not in named) or (row and not (lags and _shows_another_value(row, body))):
            continue
        with suppress(NotFoundError):
            found.append(target.session.record("leads.get", {"id": lead_id}).to_frame("polars"))
            lags = row is None or _shows_another_value(row, found[-1].row(0, named=True))
    return _concat([leads, *found], target) if found else leads


def _shows_another_value(row: dict[str, Any], written: dict[str, Any]) -> bool:
    """Whether a row of a list shows another text or number than was written.

    >>> _shows_another_value({"city": "Oslo", "score": 1}, {"city": "Oslo", "custom_fields": {"tier": "A"}})
    False
    >>> _shows_another_value({"city": None}, {"city": "Oslo"}), _shows_another_value({"city": "Oslo"}, {"city": None})
    (True, True)
    """
    plain = {n: v for n, v in written.items() if n in row and isinstance(v, str | int | None) and n != "email"}
    return any(str(row[name]) != str(value) for name, value in plain.items() if isinstance(row[name], str | int | None))


def match_key(value: Any, match_on: str) -> str:
    """Return the match key of a value."""
    text = value if isinstance(value, str) else ""
    return text.strip().casefold() if match_on == "email" else text


def protect(target: Target, leads: pl.DataFrame) -> pl.DataFrame:
    """Return the leads with the column ``protected``; unknown status words and consents are asked about once.

    Args:
        target: The workspace, whose profile has the words that a user explained.
        leads: Leads as they are now.
    """
    profile = target.session.client.profile
    harmless, opted_out = profile.names("harmless"), profile.names("opted_out")
    states = state_column(leads)
    statuses = [] if states is None else leads[states].cast(pl.String).unique().to_list()
    new = unknown_words(statuses, harmless | opted_out)
    if new and profile.learn("asked_about", new, "statuses of leads", at=target.session.time()):
        words = ", ".join(map(repr, new[:_NAMED]))
        notices.say(
            f"leads have statuses that our contract does not know: {words}; until you say what they mean, these leads "
            "count as opted out: ws.explain_statuses(opted_out=[…], harmless=[…])"
        )
    new = unknown_fields(leads, harmless | opted_out)
    if new and profile.learn("asked_about_fields", new, "fields of leads", at=target.session.time()):
        words = ", ".join(map(repr, new[:_NAMED]))
        notices.say(
            f"leads have fields that seem to say who may not be contacted: {words}; until you say what they mean, "
            "these leads count as opted out: ws.explain_statuses(opted_out=[…], harmless=[…]), with the fields' names"
        )
    return with_protection(leads, harmless, opted_out)


def in_own_words(session: Session, desired: Desired, current: pl.DataFrame) -> Desired:
    """Return the rows with their statuses in the words of the service, by which they are compared and written."""
    profile = session.client.profile
    if "status" not in desired.fields or not session.client.is_foreign:
        return desired
    given = {*desired.values["status"].drop_nulls()}
    held = {*current["status"].cast(pl.String).drop_nulls()} if "status" in current.columns else set[str]()
    own = values_in_own_words(given, profile.status_words | held, profile.names("forms"))
    return replace(desired, values=desired.values.with_columns(pl.col("status").replace(own))) if own else desired


def all_leads(target: Target) -> pl.DataFrame:
    """Return all leads, deleted ones included: from the mirror, synced first, if leads are mirrored."""
    from pb2b_notebook.mirror.reading import queries

    if not are_mirrored(target):
        return list_leads(target, {})
    mirror = target.mirror()
    mirror.sync("leads")
    rows: pl.DataFrame = queries.collect_rows(mirror.table("leads"), mirror.table("leads").snapshot())
    return rows


def are_mirrored(target: Target) -> bool:
    """Return whether the leads of a workspace are mirrored on this machine."""
    return _can_mirror() and target.mirror().table("leads").exists


def source_of(target: Target, desired: Desired, compare_with: CompareWith | None) -> CompareWith:
    """Return where the current leads of a frame are read from; see :func:`current_leads`.

    Raises:
        InvalidParameterError: ``compare_with`` is not a source.
    """
    if compare_with is None:
        kept = _can_mirror() and (target.mirror().table("leads").exists or desired.values.height > FEW)
        return "mirror" if kept else "service"
    if not isinstance(compare_with, str) or compare_with not in {"mirror", "service"}:
        raise InvalidParameterError(
            "compare_with must be 'mirror' or 'service'", repair="leave it out: the mirror, synced first"
        )
    return compare_with


def leads_with_ids(target: Target, ids: Sequence[str]) -> pl.DataFrame:
    """Return the leads with these ids from the service, also those that its lists do not show yet."""
    found = [list_leads(target, {"ids": part}) for part in batches(ids)]
    if target.session.may_differ(0):
        have = {lead_id for leads in found for lead_id in leads["id"]}
        for lead_id in dict.fromkeys(lead_id for lead_id in ids if lead_id not in have):
            with suppress(APIError):
                found.append(target.session.record("leads.get", {"id": lead_id}).to_frame("polars"))
    return _concat(found, target)


def _can_mirror() -> bool:
    """Whether the optional packages of the mirror are installed."""
    from importlib.util import find_spec

    return find_spec("deltalake") is not None


def _from_mirror(target: Target, desired: Desired, match_on: str) -> pl.DataFrame:
    """Return the leads of the mirror, and of the service those that may be missing there."""
    from pb2b_notebook.mirror.reading import queries
    from pb2b_notebook.mirror.sync.synchronization import NOT_PROVEN

    mirror = target.mirror()
    notes = mirror.sync("leads", frame="polars")["note"]
    table = mirror.table("leads")
    have = {table.names().get(name, name) for name in table.polars_schema()}
    flags = [name for name in have if can_say(name) or holds_other_addresses(name) or is_unknown(name)]
    names = dict.fromkeys([*ALWAYS, "created_at", "import_id", *desired.fields, *flags])
    wanted = [name for name in names if name in have]
    leads = queries.current_rows(table, columns=wanted)
    cut = notes.str.contains(NOT_PROVEN, literal=True).any()
    return _with_missing(target, leads, desired) if cut and match_on == "email" else leads


def _with_missing(target: Target, leads: pl.DataFrame, desired: Desired) -> pl.DataFrame:
    """Return the leads with those of the service that have the addresses of other rows."""
    known = {match_key(email, "email") for email in leads["email"].drop_nulls()}
    missing = sorted(set(desired.values["key"].drop_nulls().to_list()) - known)
    found = [_at_addresses(target, part) for part in batches(missing, _most(target, "email"))]
    return _concat([leads, *found], target)


def _leads_of_rows(target: Target, desired: Desired) -> pl.DataFrame:
    """Return the leads with the ids or email addresses of the rows, and those that share an address with these."""
    values = desired.values
    ids = set(values["id"].drop_nulls().unique().to_list())
    if "merged_into" in desired.fields:
        ids |= set(values["merged_into"].drop_nulls().unique().to_list())
    by_id = [list_leads(target, {"ids": part}) for part in batches(sorted(ids))]
    emails = set(values["key"].drop_nulls().unique().to_list())
    for frame in by_id:
        emails |= {email.strip().casefold() for email in frame["email"].drop_nulls().to_list() if email.strip()}
    # No lead has a longer one, and a filter with it would be refused as a whole.
    emails = {email for email in emails if len(email) <= LONGEST_EMAIL}
    by_email = [_at_addresses(target, part) for part in batches(sorted(emails), _most(target, "email"))]
    found = _concat([*by_id, *by_email], target)
    keys = {match_key(email, "email") for email in found["email"].drop_nulls()}
    if emails <= keys or not (_have_other_addresses(target, found) or _finds_only_as_written(target)):
        return found
    # A filter may find leads by their own address only, and only as it is written.
    return _concat([found, list_leads(target, {}, strict=True)], target)


def _have_other_addresses(target: Target, found: pl.DataFrame) -> bool:
    """Whether leads of a service that differs have further addresses; a page of them shows it where none was found."""
    session = target.session
    if not session.may_differ(0):
        return False
    names = set(found.columns) | session.unknown_columns
    if not found.height:
        others = _any_leads(target)
        _check_addresses(pl.DataFrame({name: [_text_of(lead.get(name)) for lead in others] for name in _SHOWING}))
        names |= {name for lead in others for name in lead}
    several = any(form.startswith(_SEVERAL) for form in session.client.profile.names("forms"))
    return several or any(holds_other_addresses(name) and not name.startswith("custom_") for name in names)


def _finds_only_as_written(target: Target) -> bool:
    """Whether the filter by address of a service that differs finds no address in another case; tried once."""
    session, profile = target.session, target.session.client.profile
    known = profile.value(_EXACT, "leads.list")
    if known is not None or not session.may_differ(0):
        return bool(known)
    texts = [str(lead.get("email") or "") for lead in _any_leads(target)]
    shown = pl.DataFrame({"email": texts}, schema={"email": pl.String}).filter(~_hides_address())["email"].to_list()
    other = next((text.swapcase() for text in shown if text != text.swapcase()), None)
    if other is None:
        return False
    try:
        exact = not list_leads(target, {"email": [other]}).height
    except (APIError, PaginationError):
        return False
    profile.learn(_EXACT, exact, "an address in another case", operation="leads.list", at=session.time())
    return exact


def _text_of(value: Any) -> str | None:
    return None if value is None else str(value)


def _any_leads(target: Target) -> list[dict[str, Any]]:
    """Return a page of leads, which show the form of all of them."""
    session = target.session
    operation = session.operations.find("leads.list")
    path, query, _ = session.bind(operation, {})
    page = envelope.page(session.client.send(Call(operation, path, query)))
    if page.forms:
        session.client.profile.learn("forms", page.forms, "objects of leads.list", at=session.time())
    return [json.loads(bytes(record)) for record in page.records]


def _at_addresses(target: Target, emails: Sequence[str]) -> pl.DataFrame:
    """Return the leads with these addresses, also where the service does not show the address of some.

    Services hide, leave out or hash the addresses of people who opted out, and still find them by these: the lead that
    comes for one address has it. Each of several is asked for alone then, in halves, and where the list of several may
    be cut: a lead that is not listed would be created again.
    """
    try:
        found = list_leads(target, {"email": list(emails)}, strict=True)
    except PaginationError as cut:
        cut.repair = "give the ids of leads: by this list, people who are in the workspace would seem to be new"
        if len(emails) == 1 or "email" in target.session.client.profile.names("ignored", "leads.list"):
            raise
        return _in_halves(target, emails)
    shown = found.filter(~_hides_address())["email"].str.strip_chars().str.to_lowercase()
    hidden = found.height - len(shown)
    if not hidden or hidden > len(emails) or not set(shown) <= set(emails):
        return found
    if hidden > _FEW_HIDDEN and not len(shown):
        others = pl.DataFrame({"email": [str(lead.get("email") or "") for lead in _any_leads(target)]})
        if others.select(_hides_address().all()).item():  # the key may not read any address
            return found
    if len(emails) == 1:
        address = pl.when(_hides_address()).then(pl.lit(emails[0])).otherwise("email")
        return found.with_columns(email=address)
    return _in_halves(target, emails)


def _in_halves(target: Target, emails: Sequence[str]) -> pl.DataFrame:
    middle = len(emails) // 2
    return _concat([_at_addresses(target, emails[:middle]), _at_addresses(target, emails[middle:])], target)


def _hides_address() -> pl.Expr:
    text = pl.col("email").cast(pl.String)
    other = ~text.str.contains("@", literal=True) & ~text.str.contains(_MISTYPED)
    hidden = other | text.str.contains(_MASK) | text.str.contains(_NOT_REAL)
    return hidden.fill_null(value=True)


def _with_hidden(target: Target, leads: pl.DataFrame, desired: Desired, match_on: str) -> pl.DataFrame:
    """Return the leads of the mirror with the addresses that the service does not show of people who opted out."""
    if match_on != "email" or "email" not in leads.columns or "status" not in leads.columns:
        return leads
    return _with_missing(target, leads, desired) if _hides_some(leads) else leads


def _hides_some(leads: pl.DataFrame) -> bool:
    """Whether a service hides the addresses of people who opted out, and not those of all leads.

    >>> gone = {"status": ["unsubscribed", "new"]}
    >>> hidden = ("***", "0b81ce31", "ada(at)acme.example", "ada@acme.example")
    >>> [_hides_some(pl.DataFrame(gone | {"email": [email, "a@x.example"]})) for email in hidden]
    [True, True, False, False]
    """
    if _are_masked(leads):  # that is about the key
        return False
    lacks = pl.col("email").is_null() | placeholders.stands_for_nothing(pl.col("email").cast(pl.String), "email")
    protected = is_protected(leads)
    hides = (_hides_address() & ~lacks & protected).any()
    # Leads without an address are everywhere; of people who opted out, a service may leave it out.
    often = lacks.filter(protected).mean() > _MORE_OFTEN * lacks.filter(~protected).mean().fill_null(0)
    return bool(leads.select((hides | often).fill_null(value=False)).item())


def _concat(frames: Sequence[pl.DataFrame], target: Target) -> pl.DataFrame:
    if not frames:
        schema = target.session.schema(target.session.operations.find("leads.list"))
        return pl.DataFrame(pl.from_arrow(schema.arrow.empty_table()))
    return concat_rows(frames).unique("id", keep="last", maintain_order=True)


def list_leads(target: Target, filters: dict[str, Any], *, strict: bool = False) -> pl.DataFrame:
    """Return the leads of a filtered list from the service, including deleted ones.

    Args:
        target: The workspace.
        filters: Filters of the list.
        strict: Whether a list that may well be cut is an error: by it, a lead that exists would seem to be new.

    Raises:
        PaginationError: The list is strict, and may be cut.
    """
    session = target.session
    operation = session.operations.find("leads.list")
    # A service whose document lacks a filter, or that refuses it, is read without: the rows are compared anyway.
    refused = session.client.profile.names("refused", operation.id)
    wanted = {**filters, "include_deleted": True}
    given = {name: value for name, value in wanted.items() if operation.parameter(name) and name not in refused}
    leads: pl.DataFrame = session.list(
        operation, given, Options(frame="polars", progress=False, strict=strict), added={*ADDED, "include_deleted"}
    )
    return leads.filter(pl.col("id").is_in(filters["ids"])) if "ids" in filters else leads


def _most(target: Target, name: str) -> int:
    """Return how many values a filter of leads takes at once."""
    parameter = target.session.operations.find("leads.list").parameter(name)
    several = parameter is None or parameter.repeatable or parameter.joined or name == "ids"
    return VALUES if several else 1


def batches(values: Sequence[str], size: int = VALUES) -> Iterable[list[str]]:
    """Return the values in lists that one filter takes."""
    return (list(values[start : start + size]) for start in range(0, len(values), size))
