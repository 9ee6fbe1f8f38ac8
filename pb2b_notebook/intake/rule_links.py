"""Links of rows to leads and to other rows that follow from a rule, whatever their match probability is. Pure.

A probability depends on all rows and leads: a row that waits today would be created as soon as its list is in the
workspace. These links do not change with it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from pb2b_notebook.cleanup.linkage.folding import fold
from pb2b_notebook.cleanup.values.email_checks import is_role
from pb2b_notebook.intake.decisions import KnownLeads, Link
from pb2b_notebook.intake.other_addresses import OtherAddress
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.upserts.match_keys import match_keys

LIKELY = 0.5
"""Least match probability of a link: a row that is more probably than not a known person is not created unseen."""
NAMES = ("full_name", "first_name", "last_name")
_DISTINGUISHING = ("linkedin_url", "external_id", "company_domain", "title", "city", "country")
"""Fields in which two people of one name without an address differ."""
_WITHOUT_ADDRESS = "the same name, phone and company, and no email address"
_OTHER_ADDRESS = "another email address of the row"
_DIFFERS = f"{_WITHOUT_ADDRESS}, but another value, such as a profile, a title or a city"
_SAME_NAME = "the same name, and no value that differs"
_MOST_NAMESAKES = 50
_LAST_DIGITS = 7


def links_without_address(frame: pl.DataFrame, leads: pl.DataFrame, roles: Collection[str] = ()) -> list[Link]:
    """Return links between rows and leads without an address that give the same name, phone and company.

    Such a row has no key by which the service finds its lead, so that without these links the same list would create
    its lead each time.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live.
        roles: Columns of the list that are not lead fields: two rows are one person only if these are the same, too.
    """
    known: dict[tuple[str, ...], list[tuple[int | str, tuple[str, ...]]]] = {}
    for lead_id, content, others in zip(leads["id"], _contents(leads), _texts(leads, _DISTINGUISHING), strict=True):
        if content is not None:
            known.setdefault(content, []).append((lead_id, others))
    first: dict[tuple[Any, ...], tuple[int | str, tuple[str, ...]]] = {}
    links = []
    own = list(zip(*(frame[column] for column in roles), strict=True)) or [()] * frame.height
    for row, (content, others) in enumerate(zip(_contents(frame), _texts(frame, _DISTINGUISHING), strict=True)):
        if content is None:
            continue
        found = known.get(content) or [first.setdefault((content, *own[row]), (row, others))]
        for other, theirs in found:
            fits = all(a == b or not (a and b) for a, b in zip(others, theirs, strict=True))
            if other != row:
                links.append(Link(row, other, 1.0 if fits else LIKELY, _WITHOUT_ADDRESS if fits else _DIFFERS))
    return links


def links_by_other_address(
    frame: pl.DataFrame,
    leads: pl.DataFrame,
    known: KnownLeads,
    others: Sequence[OtherAddress],
    roles: Collection[str] = (),
) -> list[Link]:
    """Return links of rows to the leads and rows that have one of their further addresses.

    With the same name, or without one, they are one person. A lead with another name is one for a person to decide
    about; a row with another name, and an address of several people such as info@, say nothing.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live.
        known: All leads, as decisions need them.
        others: Further addresses of the rows.
        roles: Columns of the list that are not lead fields: two rows are one person only if these do not differ.
    """
    if not others:
        return []
    names, lead_names = folded_names(frame), dict(zip(leads["id"], folded_names(leads), strict=True))
    own = list(zip(*(frame[column] for column in roles), strict=True)) or [()] * frame.height
    holders: dict[str, dict[int, None]] = {email: {} for _, email in others}
    for row, email in (*enumerate(email_keys(frame)), *others):
        if email in holders:
            holders[email][row] = None
    links = []
    for row, email in others:
        role = is_role(email.partition("@")[0])
        for lead in known.holders.get(email, ()):
            if lead in lead_names and _are_of_one(names[row], lead_names[lead], role=role):
                links.append(Link(row, lead, 1.0, _OTHER_ADDRESS))
            elif lead in lead_names and not role:
                links.append(Link(row, lead, LIKELY, f"{_OTHER_ADDRESS}, but another name"))
        links += [
            Link(row, other, 1.0, _OTHER_ADDRESS)
            for other in holders[email]
            if other != row
            and _are_of_one(names[row], names[other], role=role)
            and all(a == b or a is None or b is None for a, b in zip(own[row], own[other], strict=True))
        ]
    return links


def folded_names(frame: pl.DataFrame) -> list[str]:
    """Return the name of each row without case and marks; ``""`` where there is none."""
    parts = [frame[name] if name in frame.columns else pl.repeat("", frame.height, eager=True) for name in NAMES]
    table = pl.DataFrame(dict(zip(NAMES, parts, strict=True))).with_columns(pl.all().cast(pl.String).fill_null(""))
    whole = pl.concat_str(pl.col("first_name", "last_name"), separator=" ").str.strip_chars()
    return table.select(fold(pl.when(pl.col("full_name") != "").then("full_name").otherwise(whole)))[:, 0].to_list()


def _are_of_one(name: str, other: str, *, role: bool) -> bool:
    """Return whether two names at one address are of one person; a missing name says nothing against it."""
    return name == other if name and other else not role


def _texts(frame: pl.DataFrame, names: Sequence[str]) -> list[tuple[str, ...]]:
    """Return the texts of some columns without case, a tuple for each row; ``""`` where there is none."""
    texts = [
        frame[name].cast(pl.String).fill_null("").str.strip_chars().str.to_lowercase().to_list()
        if name in frame.columns
        else [""] * frame.height
        for name in names
    ]
    return list(zip(*texts, strict=True))


def _contents(frame: pl.DataFrame) -> list[tuple[str, ...] | None]:
    """Return name, phone and company of each row that has no address but a name or a phone."""
    texts = _texts(frame, (*NAMES, "phone", "company_name"))
    contents: list[tuple[str, ...] | None] = []
    for email, (full, first, last, phone, company) in zip(email_keys(frame), texts, strict=True):
        name = full or f"{first} {last}".strip()
        contents.append((name, phone, company) if email is None and (name or phone) else None)
    return contents


def links_by_name(frame: pl.DataFrame, leads: pl.DataFrame, roles: Collection[str] = ()) -> list[Link]:
    """Return links between rows and leads that have the same name of two words or more, and no value that differs.

    Where both have an address, a phone or a company that differs, they may well be two people.

    Args:
        frame: Values of the list.
        leads: Leads of the workspace that are live.
        roles: Columns of the list that are not lead fields and distinguish people.
    """
    seen: dict[str, list[tuple[int | str, list[str]]]] = defaultdict(list)
    names = folded_names(frame)
    wanted = {*names}
    for lead_id, name, values in zip(leads["id"], folded_names(leads), _comparable(leads, roles), strict=True):
        if name in wanted:
            seen[name].append((lead_id, values))
    links = []
    for row, (name, values) in enumerate(zip(names, _comparable(frame, roles), strict=True)):
        if " " not in name:
            continue
        found = [
            Link(row, other, LIKELY, _SAME_NAME)
            for other, theirs in seen[name][:_MOST_NAMESAKES]
            if all(a == b or not (a and b) for a, b in zip(values, theirs, strict=True))
        ]
        links += found
        # A row that waits itself holds no other one back.
        seen[name] += [] if found else [(row, values)]
    return links


def _comparable(frame: pl.DataFrame, roles: Collection[str]) -> list[list[str]]:
    """Return the values by which two people of one name differ, a list for each row; "" where there is none."""
    columns = []
    for name in ("email", "phone", "company_name", *_DISTINGUISHING, *roles):
        if name not in frame.columns:
            columns.append([""] * frame.height)
        elif name == "email":
            columns.append([key or "" for key in email_keys(frame)])
        elif name == "phone":
            columns.append([re.sub(r"\D", "", phone or "")[-_LAST_DIGITS:] for phone in frame["phone"]])
        else:
            columns.append(frame.select(fold(pl.col(name).cast(pl.String).fill_null("")))[:, 0].to_list())
    return [list(values) for values in zip(*columns, strict=True)]


def email_keys(frame: pl.DataFrame) -> list[str | None]:
    """Return the match key of each row's address; ``None`` without one."""
    return match_keys(frame["email"], "email").to_list() if "email" in frame.columns else [None] * frame.height
