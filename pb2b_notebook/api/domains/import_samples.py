"""Import one row first, where it is unknown whether a service clears the fields that an import does not map.

In our contract they stay. A service may take each row for the whole lead: one lead that has something to lose shows it,
before the other rows are sent. What that lead lost is written again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from pb2b_notebook.api.calls import absent_fields
from pb2b_notebook.api.calls.session import Session
from pb2b_notebook.api.domains.job_waiting import state, wait_for
from pb2b_notebook.api.domains.verbs import run
from pb2b_notebook.api.http.adaptation.replacements import CLEARED
from pb2b_notebook.errors import ProspectB2BError, UsageError

_IMPORT: Final = "imports.create"
_BATCH: Final = 100  # addresses of a list
_MOST_BATCHES: Final = 5
"""Requests for leads that may show it; after them it stays unknown."""


def try_one_row(session: Session, rows: Sequence[Mapping[str, Any]], mapping: Mapping[str, str], match_on: str) -> None:
    """Import a row that changes a lead, and learn from it what imports do with the fields that are not mapped.

    Args:
        session: Session of the workspace.
        rows: Rows of the import.
        mapping: Column → field.
        match_on: Field that identifies a lead.

    Raises:
        UsageError: The service clears these fields, and rows may match leads that have some; they were not sent.
    """
    client = session.client
    known = client.profile.value(absent_fields.FACT, _IMPORT)
    if not client.is_foreign or known not in {None, CLEARED}:
        return
    addresses = _addresses(rows, mapping) if match_on == "email" else {}
    found = next(_at_risk(session, addresses, mapping), None)
    which = "the rows"
    if known is None:
        if found is None:
            absent_fields.say_unproven(client)
        if found is None or not _clears(session, *found, mapping, match_on):
            return
        which = "but for one of them, the rows"
    elif found is None and match_on == "email" and _are_all_new(session, [*addresses]):
        return
    raise UsageError(
        "this service clears the fields of leads that an import does not map, and rows may match leads that have some; "
        f"{which} were not imported",
        repair="ws.leads.plan(frame, mapping).apply() keeps them",
    )


def _are_all_new(session: Session, addresses: Sequence[str]) -> bool:
    """Return whether certainly no lead has one of the addresses."""
    batches = (session.leads_at(addresses[start : start + _BATCH]) for start in range(0, len(addresses), _BATCH))
    return all(leads is not None and not leads for leads in batches)


def _addresses(rows: Iterable[Mapping[str, Any]], mapping: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
    """Return the row of each address."""
    column = next(name for name, field in mapping.items() if field == "email")
    found = {str(row.get(column) or "").strip().lower(): row for row in rows}
    return {address: row for address, row in found.items() if address}


def _at_risk(
    session: Session, by_address: Mapping[str, Mapping[str, Any]], mapping: Mapping[str, str]
) -> Iterator[tuple[Mapping[str, Any], dict[str, Any]]]:
    """Yield rows, each with the only lead of its address, which has values that the row does not name."""
    addresses = [*by_address]
    for start in range(0, min(len(addresses), _BATCH * _MOST_BATCHES), _BATCH):
        leads = session.leads_at(addresses[start : start + _BATCH]) or ()
        ids: dict[str, dict[str, dict[str, Any]]] = {}
        for lead in leads:
            ids.setdefault(str(lead["email"]).strip().lower(), {})[lead["id"]] = lead
        for address, held in ids.items():
            row, [*several] = by_address.get(address), held.values()
            if row is not None and len(several) == 1:
                sent = json.dumps(_values(row, mapping)).encode()
                if absent_fields.may_show(session.operations, several, sent):
                    yield row, several[0]


def _values(row: Mapping[str, Any], mapping: Mapping[str, str]) -> dict[str, Any]:
    return {mapping[name]: value for name, value in row.items() if name in mapping}


def _clears(
    session: Session, row: Mapping[str, Any], lead: Mapping[str, Any], mapping: Mapping[str, str], match_on: str
) -> bool:
    """Import one row, and return whether the service has cleared other fields of its lead; they are written again."""
    before = absent_fields.read(session.client, session.operations, lead["id"])
    if before is None:
        absent_fields.say_unproven(session.client)
        return False
    columns = {name: mapping[name] for name in row if name in mapping}
    made = run(session, _IMPORT, rows=[dict(row)], mapping=columns, match_on=match_on, filename="one row first")
    try:
        if state(made) == "running":
            wait_for(session, {**made, "object": "import"}, progress=False)
        absent_fields.settle(
            session.client,
            session.operations,
            _IMPORT,
            before=before,
            written=_values(row, mapping),
            send=session.mutate,
        )
    except ProspectB2BError as problem:
        raise UsageError(
            f"one row was imported to see whether other fields stay, which is uncertain ({type(problem).__name__})",
            repair=f"look at the lead {before.get('id')}; ws.leads.plan(frame, mapping).apply() reads the leads first",
        ) from None
    return bool(session.client.profile.value(absent_fields.FACT, _IMPORT) == CLEARED)
