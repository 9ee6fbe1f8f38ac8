"""Values of leads that the lists of a service leave out, and that only a lead by itself has.

Compared with such a list, a lead seems to have no city: a plan that fills blanks would replace it, and an undo would
write back that there was none.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from typing import Any, Final

from pb2b_notebook.api.calls.left_out_fields import LEFT_OUT, TRIALS, hidden_fields, text_of_left_out
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.display import notices
from pb2b_notebook.display.progress import Progress
from pb2b_notebook.errors import APIError, NotFoundError, ProtocolError
from pb2b_notebook.frames.unification import concat_rows
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.opt_outs import can_say
from pb2b_notebook.upserts.planning.desired_rows import Desired
from pb2b_notebook.upserts.planning.match_keys import match_keys
from pb2b_notebook.upserts.target_workspace import Target

_LISTING: Final = "leads.list"
_IN_ALL: Final = frozenset(
    {"id", "object", "created_at", "updated_at", "deleted_at", "full_name", "email", "company_name", "status", "name"}
)
"""Fields that lists of summaries have, too."""
_MOST_READ: Final = 500
"""Leads that are read one by one: by the documented limit of requests, for less than a minute."""


def with_hidden_values(
    target: Target, leads: pl.DataFrame, desired: Desired, match_on: str, clear: Collection[str] = ()
) -> pl.DataFrame:
    """Return leads, those of the rows with the values that the lists of a service that differs leave out.

    Args:
        target: The workspace.
        leads: Leads of a list, or of the mirror.
        desired: The rows.
        match_on: Column that the rows match by.
        clear: Fields whose blanks empty the value of a lead; other blanks leave it as it is.

    Raises:
        APIError, TransportError, ProtocolError: A lead of a service whose lists leave values out could not be read.
    """
    session, profile = target.session, target.session.client.profile
    flags = hidden_flags(target, leads)
    whole = profile.value("whole_rows", _LISTING) and not flags
    if not leads.height or not session.may_differ(0) or whole:
        return leads
    ids = _ids_of_rows(leads, desired, match_on)
    shown = leads.filter(pl.col("id").is_in(ids))
    written = [name for name in desired.fields if name in clear or not _is_blank(desired.values, name)]
    asked = [name for name in written if name not in _IN_ALL and _is_blank(shown, name)]
    if not ids or not (asked or flags):
        return leads
    read = dict[str, pl.DataFrame]()
    if not flags and not profile.names(LEFT_OUT, _LISTING) & {*asked}:
        for lead_id in ids[:TRIALS]:
            with suppress(APIError, ProtocolError):
                read[lead_id] = _whole_lead(target, lead_id)
        rows = {row["id"]: row for row in shown.to_dicts()}
        pairs = [(rows[lead_id], found.to_dicts()[0]) for lead_id, found in read.items()]
        hidden = sorted({name for listed, whole in pairs for name in hidden_fields(listed, whole)})
        if not hidden:
            if not profile.names(LEFT_OUT, _LISTING) and any(_has_more(listed) for listed, _ in pairs):
                profile.learn("whole_rows", True, "a lead by itself has no more", operation=_LISTING, at=session.time())
            return leads
        if profile.learn(LEFT_OUT, hidden, "a lead by itself has them", operation=_LISTING, at=session.time()):
            notices.say(f"{text_of_left_out(hidden)}: each lead of a plan is read by itself")
    return _with_whole_leads(target, leads, ids, read)


def hidden_flags(target: Target, leads: pl.DataFrame) -> frozenset[str]:
    """Return the fields that say who must not be contacted and that lists leave out; one lead by itself shows them."""
    session, profile = target.session, target.session.client.profile
    if not leads.height or not session.may_differ(0):
        return frozenset()
    known = frozenset(name for name in profile.names(LEFT_OUT, _LISTING) if can_say(name))
    if known or profile.value("lists_flags", _LISTING):
        return known
    try:
        whole = target.session.record("leads.get", {"id": leads["id"][0]})
    except (APIError, ProtocolError):
        return frozenset()
    names = sorted(name for name in whole if name not in leads.columns and can_say(name))
    if names:  # leads of a list may leave out what they do not have
        with suppress(APIError, ProtocolError):
            names = sorted({*names} - _names_in_list(target))
    if not names:
        profile.learn("lists_flags", True, "a lead by itself has no other", operation=_LISTING, at=session.time())
    elif profile.learn(LEFT_OUT, names, "a lead by itself has them", operation=_LISTING, at=session.time()):
        notices.say(
            f"only a lead by itself says by {', '.join(names)} who must not be contacted: each lead of a plan is read "
            "by itself"
        )
    return frozenset(names)


def _names_in_list(target: Target) -> set[str]:
    """Return the names of all fields that the leads of a page have."""
    session, operation = target.session, target.session.operations.find(_LISTING)
    path, query, _ = session.bind(operation, {})
    page = envelope.page(session.client.send(Call(operation, path, query)))
    return {name for record in page.records for name in json.loads(bytes(record))}


def with_hidden_flags(target: Target, leads: pl.DataFrame) -> pl.DataFrame:
    """Return leads with the fields that say who must not be contacted, where only a lead by itself has them.

    Args:
        target: The workspace.
        leads: All leads of the workspace that may match a person.
    """
    if not hidden_flags(target, leads):
        return leads
    if leads.height > _MOST_READ:
        notices.say(
            f"only a lead by itself says who must not be contacted, and {leads.height:,} are too many to read: people "
            "who opted out are recognized by their own address or id alone"
        )
        return leads
    return _with_whole_leads(target, leads, leads["id"].to_list(), {})


def _with_whole_leads(
    target: Target, leads: pl.DataFrame, ids: Collection[str], read: dict[str, pl.DataFrame]
) -> pl.DataFrame:
    """Return leads, those with some ids as they are by themselves."""
    with Progress("leads by themselves", shown=target.session.progress, unit="leads") as bar:
        for lead_id in ids:
            if lead_id not in read:
                with suppress(NotFoundError):  # it was deleted meanwhile; after another error its values are unknown
                    read[lead_id] = _whole_lead(target, lead_id)
            bar.add(1, len(ids))
    return concat_rows([leads, *read.values()]).unique("id", keep="last", maintain_order=True)


def _ids_of_rows(leads: pl.DataFrame, desired: Desired, match_on: str) -> list[str]:
    """Return the ids of the live leads that rows name, or match."""
    alive = leads.filter(pl.col("deleted_at").is_null()) if "deleted_at" in leads.columns else leads
    named = pl.col("id").is_in(desired.values["id"].drop_nulls().implode())
    if match_on in alive.columns:
        keys = desired.values["key"].drop_nulls()
        named |= match_keys(alive[match_on].cast(pl.String), match_on).is_in(keys.implode())
    return alive.filter(named)["id"].unique(maintain_order=True).to_list()


def _is_blank(leads: pl.DataFrame, name: str) -> bool:
    return name not in leads.columns or leads[name].null_count() == leads.height


def _has_more(listed: Mapping[str, Any]) -> bool:
    return any(value not in (None, "", []) for name, value in listed.items() if name not in _IN_ALL)


def _whole_lead(target: Target, lead_id: str) -> pl.DataFrame:
    found: pl.DataFrame = target.session.record("leads.get", {"id": lead_id}).to_frame("polars")
    return found
