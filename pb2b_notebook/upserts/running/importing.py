"""Send a plan as import jobs: thousands of rows per request, with the results joined back by row number.

An import matches by key, never empties a field and has no precondition. Rows that need one of these, or that set the
status of an existing lead, are sent as upserts instead.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from pb2b_notebook.api.calls import custom_fields
from pb2b_notebook.api.calls.confirming import confirm
from pb2b_notebook.api.domains.import_rows import MOST_BYTES, MOST_ROWS
from pb2b_notebook.api.domains.job_waiting import completed_job, state, wait_for
from pb2b_notebook.api.domains.verbs import run as run_operation
from pb2b_notebook.api.http.call import Call
from pb2b_notebook.api.http.responses import envelope
from pb2b_notebook.errors import (
    JobFailedError,
    NotFoundError,
    PermissionDeniedError,
    ProtocolError,
    UnknownOperationError,
)
from pb2b_notebook.lazy_libraries import pl
from pb2b_notebook.openapi.object_ids import with_text_ids
from pb2b_notebook.upserts.planning.current_leads import match_key
from pb2b_notebook.upserts.running import lookups
from pb2b_notebook.upserts.running import results as row_results
from pb2b_notebook.upserts.running.payloads import Bodies, Send

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pb2b_notebook.api.calls.session import Session
    from pb2b_notebook.openapi.operations import Operations
    from pb2b_notebook.upserts.planning.decisions import Decisions
    from pb2b_notebook.upserts.running.results import Result
    from pb2b_notebook.upserts.running.run import Run

_ROOM: Final = 128 << 10  # for the mapping and the columns by name


def importable(decisions: Decisions, *, custom_changes: bool = True, changes: bool = True) -> pl.Series:
    """Return the positions of the rows that an import can carry with the same result as an upsert.

    Args:
        decisions: Decisions of the plan.
        custom_changes: Whether an import keeps the custom fields of an existing lead that it does not set.
        changes: Whether it keeps the other fields of an existing lead that it does not set.
    """
    carried = ["create", "update"] if changes else ["create"]
    writes = decisions.rows.filter(pl.col("action").is_in(carried) & ~pl.col("single"))
    cells = decisions.changes
    barred = [pl.lit(value=False)]
    barred += [pl.col(f"set {name}") & pl.col(name).is_null() for name in decisions.fields]
    emptied = cells.filter(pl.any_horizontal(barred))["row"]
    status = cells.filter("set status")["row"] if "status" in decisions.fields else pl.Series(dtype=pl.Int64)
    updates = writes.filter(pl.col("action") == "update")["row"]
    numbers = writes["row"]
    own = [] if custom_changes else [pl.col(f"set {n}") for n, field in decisions.fields.items() if not field.builtin]
    custom = cells.filter(pl.any_horizontal(pl.lit(value=False), *own))["row"]
    sets = numbers.is_in(status.implode()) | numbers.is_in(custom.implode())
    return numbers.filter(~numbers.is_in(emptied.implode()) & ~(sets & numbers.is_in(updates.implode())))


def sends(decisions: Decisions, rows: pl.Series, operations: Operations) -> Iterator[Send]:
    """Yield the imports that carry these rows."""
    import msgspec

    match_on = decisions.rules.match_on
    bodies = Bodies(decisions)
    matches = decisions.rows.filter(pl.col("row").is_in(rows.implode())).select("row", "match")
    batch: list[dict[str, Any]] = []
    numbers: list[int] = []
    size = 0
    for row, match in matches.iter_rows():
        body = {match_on: match} | bodies[row]
        cells = {name: cell for name, cell in body.items() if name != "custom_fields"} | body.get("custom_fields", {})
        length = len(msgspec.json.encode(cells)) + 1
        if batch and (len(batch) == MOST_ROWS or size + length > MOST_BYTES - _ROOM):
            yield _import(batch, numbers, match_on, operations)
            batch, numbers, size = [], [], 0
        batch.append(cells)
        numbers.append(row)
        size += length
    if batch:
        yield _import(batch, numbers, match_on, operations)


def _import(batch: Sequence[Mapping[str, Any]], numbers: Sequence[int], match_on: str, operations: Operations) -> Send:
    import msgspec

    operation = operations.find("imports.create")
    columns = dict.fromkeys(name for cells in batch for name in cells)
    body = {
        "rows": batch,
        "mapping": {name: name for name in columns},
        "match_on": match_on,
        "filename": f"plan, rows {numbers[0]} to {numbers[-1]}",
    }
    return Send(numbers[0], operation.id, operation.method, operation.path, msgspec.json.encode(body), tuple(numbers))


def run(job: Run, sent: Any) -> None:
    """Send an import, or find the one that was sent; wait for it, and journal the result of each row."""
    session = job.session
    import_id = sent.results["import_id"] if sent.state == "accepted" else _start_import(job, sent)
    made = run_operation(session, "imports.get", import_id)
    planned = job.planned_actions(sent.send)
    try:
        completed_job(made) if state(made) != "running" else wait_for(
            session, {"object": "import", **made}, progress=False
        )
    except JobFailedError as problem:
        failures = [row_results.failure(action, problem.code, problem.message) for action in planned]
        if session.client.is_foreign:  # it may have failed half way
            results = _results_by_leads(session, sent.send, planned, job.ids(sent.send), failures)
        else:
            results = failures
    else:
        results = _results(session, import_id, sent.send, planned, job.ids(sent.send))
    job.finish(sent, results, request_id=made.get("request_id"))


def _start_import(job: Run, sent: Any) -> str:
    """Send the import and journal its id."""
    operation = job.session.operations.find(sent.send.operation)
    call = Call(operation, sent.send.path, (), sent.send.payload, sent.key)
    client = job.session.client
    reply = job.send_again(sent, call)
    if reply is None:
        reply = client.send(_with_others(job.session, call), keep=partial(job.keep_request, sent))
    reply = confirm(client, job.session.operations, call, reply, since=job.session.time())
    response = envelope.unwrap(reply)
    data = envelope.parse_strict_json(response.data)
    data = with_text_ids(data)
    if not isinstance(data, dict) or not isinstance(data.get("id"), str):
        raise ProtocolError("the response to imports.create has no import id", request_id=response.request_id)
    job.jobs.finish(
        sent,
        {"import_id": data["id"]},
        now=job.session.time(),
        state="accepted",
        status=reply.status,
        request_id=response.request_id,
        attempts=reply.attempts,
    )
    return str(data["id"])


def _with_others(session: Session, call: Call) -> Call:
    """Return an import that names also the other custom fields of leads that were created since the plan was made."""
    body = envelope.parse_strict_json(call.body or b"{}")
    if body["match_on"] != "email" or not custom_fields.may_be_replaced(session.client, call.operation.id):
        return call
    builtin = {parameter.name for parameter in session.operations.find("leads.create").body_parameters}
    rows = [cells for cells in body["rows"] if not builtin.issuperset(cells)]
    found = lookups.leads_by_email(session, [cells.get("email") for cells in rows])
    for cells in rows:
        lead = found.get(match_key(cells.get("email"), "email"), {})
        cells.update(custom_fields.others(lead, cells))
        body["mapping"] |= {name: name for name in cells}
    return custom_fields.with_body(call, body)


def _results(
    session: Session, import_id: str, send: Send, planned: Sequence[str], ids: Sequence[str | None]
) -> list[Result]:
    body = envelope.parse_strict_json(send.payload or b"{}")
    match_on = body["match_on"]
    wrong = _errors(session, import_id)
    made: dict[str, Any] = {}
    if wrong is not None:
        leads = lookups.records(session, {"import_id": import_id})
        made = {match_key(lead.get(match_on), match_on): lead for lead in leads}
    keys = [match_key(cells.get(match_on), match_on) for cells in body["rows"]]
    ended = run_operation(session, "imports.get", import_id)
    added_up = state(ended) in {"completed", "running"} and _adds_up(ended, len(keys), len(wrong or ()))
    if wrong is None or not added_up or not _fit(wrong, keys, made, match_on):
        missing = [
            _refusal(action, wrong[number])
            if wrong and number in wrong and _shown_key(wrong[number], match_on) == key != ""
            else row_results.needs_review(action, "the import ended, and no lead shows its values")
            for number, (action, key) in enumerate(zip(planned, keys, strict=True), start=1)
        ]
        return _results_by_leads(session, send, planned, ids, missing)
    rows = enumerate(zip(keys, planned, ids, strict=True), start=1)
    hidden = [k for n, (k, _, lead_id) in rows if n not in wrong and lead_id is None and k not in made]
    others = lookups.by_key(session, hidden, match_on)  # leads that were created since the plan was made
    why = "the import ended without an error, and no lead shows it"
    results: list[Result] = []
    for number, (key, action, lead_id) in enumerate(zip(keys, planned, ids, strict=True), start=1):
        if number in wrong:
            results.append(_refusal(action, wrong[number]))
            continue
        created = made.get(key)
        if created is None and lead_id is None:
            shown = lookups.result_of(body["rows"][number - 1], action, others.get(key, []))
            results.append(shown or row_results.needs_review(action, why))
            continue
        lead = created if lead_id is None else {"id": lead_id}
        results.append(row_results.success("create" if created and lead_id is None else "update", lead or {}, action))
    return results


def _results_by_leads(
    session: Session, send: Send, planned: Sequence[str], ids: Sequence[str | None], missing: Sequence[Result]
) -> list[Result]:
    """Return the result of each row by the leads; that of ``missing`` for a row that no lead shows."""
    found = lookups.look_up(session, send, planned, ids, answered=True)
    shown = [None] * len(planned) if found is None else found.results
    return [
        other if result is None or (result["status"] == "needs_review" and other["status"] == "invalid") else result
        for result, other in zip(shown, missing, strict=True)
    ]


def _fit(wrong: Mapping[int, Mapping[str, Any]], keys: Sequence[str], made: Mapping[str, Any], match_on: str) -> bool:
    """Whether the numbers of wrong rows count as ours do: none has a lead, and each shows the row that was sent.

    A service may count from 0, or count the header: then a row would be reported as failed that arrived. A number
    without its row proves nothing.

    >>> _fit({2: {"raw": {"email": "b@x.example"}}}, ["a@x.example", "b@x.example"], {}, "email")
    True
    >>> _fit({1: {"raw": {"email": "b@x.example"}}}, ["a@x.example", "b@x.example"], {}, "email")
    False
    """
    for number, problem in wrong.items():
        key = keys[number - 1] if 0 < number <= len(keys) else ""
        if not key or key in made or _shown_key(problem, match_on) != key:
            return False
    return True


def _shown_key(problem: Mapping[str, Any], match_on: str) -> str:
    """Return the match key of the row that an error shows; empty if it shows none."""
    shown = problem.get("raw")
    return match_key(shown.get(match_on), match_on) if isinstance(shown, dict) else ""


def _adds_up(ended: Mapping[str, Any], rows: int, errors: int) -> bool:
    """Whether the counts of an import say that each row without an error was written, and none was skipped.

    >>> _adds_up({"created_count": 1, "updated_count": "2", "skipped_count": 0, "error_count": 1}, 4, 1)
    True
    >>> _adds_up({"created_count": 1, "updated_count": 2, "skipped_count": 1}, 4, 0)
    False
    """
    texts = [str(ended.get(f"{name}_count") or 0) for name in ("created", "updated", "skipped", "error")]
    if not all(text.isdecimal() for text in texts):
        return False
    created, updated, skipped, wrong = map(int, texts)
    return created + updated == rows - errors and skipped == 0 and wrong in {0, errors}


def _refusal(action: str, problem: Mapping[str, Any]) -> Result:
    code, field = str(problem.get("code") or "refused"), problem.get("field")
    message = str(problem.get("message") or "the service refused the row")
    result = row_results.failure(action, code, f"{field} {message}" if field else message, field=field)
    return result if result["status"] == "conflict" else {**result, "status": "invalid"}


def _errors(session: Session, import_id: str) -> dict[int, dict[str, Any]] | None:
    """Return the first bad cell of each row, by row number from 1; ``None`` if the service does not list them so."""
    try:
        operation = session.operations.find("imports.errors")
        [name] = operation.path_parameters
        problems = list(session.objects(operation, {name: import_id}))
    except (NotFoundError, PermissionDeniedError, UnknownOperationError):
        return None
    wrong: dict[int, dict[str, Any]] = {}
    for problem in problems:
        number = problem.get("row_number") if isinstance(problem, dict) else None
        if not isinstance(number, int) or isinstance(number, bool) or number < 1:
            return None  # it counts in another way
        wrong.setdefault(number, problem)
    return wrong
