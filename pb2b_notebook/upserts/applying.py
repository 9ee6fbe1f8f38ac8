"""Apply a plan: find its job in the journal or begin one, run it, and return the outcome."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pb2b_notebook.api.calls import absent_fields, custom_fields
from pb2b_notebook.display import notices
from pb2b_notebook.display.counting import count_text
from pb2b_notebook.errors import (
    ApplyInterrupted,
    InvalidParameterError,
    JobChangedError,
    PlanRefusedError,
    UsageError,
    typed_interrupt,
)
from pb2b_notebook.lazy_libraries import pd, pl
from pb2b_notebook.openapi.operations import Operations
from pb2b_notebook.times import age_text
from pb2b_notebook.upserts import tables
from pb2b_notebook.upserts.outcomes import Outcome
from pb2b_notebook.upserts.planning.decisions import WRITES, Decisions
from pb2b_notebook.upserts.planning.new_leads import find_created_since
from pb2b_notebook.upserts.plans import Plan
from pb2b_notebook.upserts.running import importing, payloads
from pb2b_notebook.upserts.running.jobs import CONTENT, Job, new_id
from pb2b_notebook.upserts.running.payloads import Send
from pb2b_notebook.upserts.running.run import Run
from pb2b_notebook.upserts.running.run_options import RunOptions
from pb2b_notebook.upserts.target_workspace import Target

MAX_CONCURRENCY = 8


@typed_interrupt("the plan was stopped before its rows were sent; run the same cell to continue")
def apply(plan: Plan[Any], *, via: str, dry_run: bool, options: RunOptions) -> Outcome[Any]:
    """Carry a plan out; see :meth:`pb2b_notebook.upserts.plans.Plan.apply`."""
    _check(via, options.concurrency)
    target = plan.target
    options = replace(options, library=plan.library, index=plan.index)
    nothing_sent = Outcome(target, plan.decisions_as_text, library=plan.library, index=plan.index, dry_run=dry_run)
    if dry_run:
        return nothing_sent
    job = _open_job_of(plan, via)
    if job is None:
        if plan.refused:
            raise PlanRefusedError(
                f"the plan is refused: {plan.refused}", repair="plan fewer rows, or missing='skip'; nothing was sent"
            )
        sends, digest = _sends(plan, via)
        if not sends:
            return nothing_sent
        for operation in dict.fromkeys(send.operation for send in sends):
            target.check_writable(operation)
        repeated = _find_repeat(plan, digest)
        if repeated is not None:
            since = target.session.time() - (repeated.finished_at or repeated.created_at)
            notices.say(f"{repeated.id}: the same plan was applied {age_text(since)} ago; nothing was sent")
            return replace(outcome_of(target, repeated, options), done_before=since)
        plan = _looking_again(plan)
        sends, _ = _sends(plan, via)  # the plan is found again by what it was made to send
        if not sends:
            return replace(nothing_sent, decisions=plan.decisions_as_text)
        job = target.jobs.begin(_job(plan, via, digest), _with_sample(plan, sends))
    elif plan.source.origin is not None:
        options = replace(options, index=None)  # the rows are those of the job, not of the plan
    return carry_out(target, job, options)


def carry_out(target: Target, job: Job, options: RunOptions) -> Outcome[Any]:
    """Run a job that is in the journal, and return its outcome."""
    for operation in dict.fromkeys(sent.send.operation for sent in target.jobs.sends(job.id) if sent.state != "done"):
        target.check_writable(operation)
    decided, _ = tables.read(job.plan)
    options = replace(options, progress=options.progress and target.session.progress)
    run = Run(target.session, target.jobs, job, decided, options)
    try:
        run.run()
    except KeyboardInterrupt:
        outcome = outcome_of(target, job, options)
        done, left = outcome.summary["succeeded"], outcome.summary["pending"]
        message = f"{count_text(done, 'row')} done, {left:,} pending; run the same cell to continue"
    else:
        return replace(outcome_of(target, job, options), problem=run.problem)
    raise ApplyInterrupted(message, outcome)


def outcome_of(target: Target, job: Job, options: RunOptions | None = None) -> Outcome[Any]:
    """Return the outcome of a job as the journal has it."""
    options = options or RunOptions()
    decided, labels = tables.read(job.plan)
    library, index = options.library or target.session.frame, options.index
    if index is None and library == "pandas" and labels is not None:
        index = pd.Index(labels)
    sent = tuple(target.jobs.sends(job.id))
    return Outcome(target, decided, sent, job_id=job.id, library=library, index=index)


def retry(outcome: Outcome[Any], options: RunOptions) -> Outcome[Any]:
    """Continue a job; if nothing is pending, send its failed rows again, as a job of their own."""
    target = outcome.target
    options = replace(options, library=outcome.library, index=outcome.index)
    if outcome.summary["pending"] and outcome.job_id is not None:
        return carry_out(target, target.jobs.get(outcome.job_id), options)
    failed = outcome.table.filter(pl.col("status") == "failed")["row"]
    is_sent = pl.col("row").is_in(failed.implode()) | ~pl.col("action").is_in(["create", "update", "delete"])
    rows = outcome.decisions.rows.with_columns(action=pl.when(is_sent).then("action").otherwise(pl.lit("unchanged")))
    again = replace(outcome.decisions, rows=rows)
    sends = requests(again, target.session.operations, "api")
    first = target.jobs.get(outcome.job_id or "")
    job = Job(
        id=new_id(),
        fingerprint=hashlib.sha256(f"{first.fingerprint} retry {first.id}".encode()).hexdigest(),
        input=first.input,
        digest=_digest(sends),
        state="open",
        created_at=target.session.time(),
        finished_at=None,
        facts={**first.facts, "retries": first.id},
        plan=tables.write(again, tables.labels(outcome.index)),
    )
    return carry_out(target, target.jobs.begin(job, sends), options)


def settle(outcome: Outcome[Any]) -> Outcome[Any]:
    """Find out what became of the requests that were not answered; see :meth:`~.outcomes.Outcome.settle`."""
    if outcome.job_id is None:
        return outcome
    target, options = outcome.target, RunOptions(library=outcome.library, index=outcome.index, settles=True)
    job = target.jobs.get(outcome.job_id)
    if target.jobs.sends(job.id, "sent", "accepted"):
        return carry_out(target, job, options)
    return outcome_of(target, job, options)


def _sends(plan: Plan[Any], via: str) -> tuple[list[Send], str]:
    """Return the requests of a plan, and the digest by which it is found again."""
    decided, session = plan.decisions_as_text, plan.target.session
    sends = requests(decided, session.operations, via)
    digest = _digest(sends)
    merged, keeps = (
        custom_fields.are_merged(session.client, "imports.create"),
        absent_fields.imports_keep(session.client),
    )
    if via == "import" and not (merged and keeps):
        sends = requests(decided, session.operations, via, custom_changes=merged, changes=keeps)
    return sends, digest


def _looking_again(plan: Plan[Any]) -> Plan[Any]:
    """Return the plan without the rows whose lead was created since it looked: sending them would overwrite it."""
    if plan.basis is None:
        return plan
    found = find_created_since(plan.target, plan.decisions, plan.basis.read)
    if not found.height:
        return plan
    notices.say(f"{count_text(found.height, 'row')} not sent: their leads were created since the plan was made")
    return replace(plan, decisions=plan.decisions.refusing_created(found))


def _find_repeat(plan: Plan[Any], digest: str) -> Job | None:
    """Return the finished job of these requests; ``None`` if there is none, or a plan made since sends them again.

    Raises:
        UsageError: The plan was made before its job was undone, or before its list was brought in another way.
        JobChangedError: An unfinished job brings the same list in.
    """
    target = plan.target
    job = target.jobs.find_repeat(digest, target.session.time(), after=plan.latest_job)
    if job is None:
        _check_list(plan)
        return None
    done = outcome_of(target, job)
    takers = _jobs_that_took_back(target, done)
    if not takers:
        return job
    latest = plan.latest_job
    is_new = latest is not None and all(number <= latest for number in takers)
    written = done.table.filter(pl.col("status") == "succeeded")["lead_id"]
    if is_new or {*written} <= set().union(*takers.values()):
        return None
    raise UsageError(
        f"the job {job.id} of this plan was undone since; nothing was sent",
        repair="plan again, then apply: plan.again() and, for a list, intake.change() read the leads as they are now",
    )


def _check_list(plan: Plan[Any]) -> None:
    """Refuse a list that was brought in another way since its leads were read: it may create people twice."""
    content = plan.source.facts.get(CONTENT)
    job = None if content is None else plan.target.jobs.find_by_fact(CONTENT, content)
    if job is not None and job.state == "open":
        raise _job_changed(job)
    if job is not None and plan.target.jobs.find_by_fact(CONTENT, str(content), after=plan.latest_job) is not None:
        raise UsageError(
            f"the list was brought in since this plan was made (job {job.id}); nothing was sent",
            repair="intake.change() compares it with the workspace as it is now; then apply",
        )


def _jobs_that_took_back(target: Target, done: Outcome[Any]) -> dict[int, set[str]]:
    """Return the number of each later job that undid a job or deleted leads that it created, and what it deleted."""
    created, takers = set(done.created_ids), {}
    for later in target.jobs.listing():
        if later["id"] == done.job_id:
            break
        facts = json.loads(later["facts"])
        undoes = facts.get("undoes") == done.job_id
        if undoes or (created and facts.get("kind") == "delete"):
            table = outcome_of(target, target.jobs.get(later["id"])).table.filter(pl.col("status") == "succeeded")
            deleted = created.intersection(table.filter(pl.col("action") == "delete")["lead_id"])
            if deleted or (undoes and table.height):
                takers[later["number"]] = deleted
    return takers


def open_job(plan: Plan[Any]) -> Job | None:
    """Return the open job of these leads, whatever its values."""
    jobs = plan.target.jobs
    return jobs.open_job(plan.source.fingerprint(jobs.workspace))


def requests(
    decided: Decisions, operations: Operations, via: str, *, custom_changes: bool = True, changes: bool = True
) -> list[Send]:
    """Return all requests of a plan, in row order.

    Args:
        decided: Decisions of the plan.
        operations: Contract in use.
        via: "api" or "import".
        custom_changes: Whether an import may change custom fields.
        changes: Whether an import may change leads.
    """
    if via == "api":
        return payloads.sends(decided, operations)
    carried = importing.importable(decided, custom_changes=custom_changes, changes=changes)
    rest = replace(decided, rows=decided.rows.filter(~pl.col("row").is_in(carried.implode())))
    both = [*importing.sends(decided, carried, operations), *payloads.sends(rest, operations)]
    return sorted(both, key=lambda send: send.ordinal)


def _open_job_of(plan: Plan[Any], via: str) -> Job | None:
    """Return the open job that this plan continues."""
    job = open_job(plan)
    if job is None or job.input == plan.source.input_digest(via):
        return job
    raise _job_changed(job)


def _job_changed(job: Job) -> JobChangedError:
    return JobChangedError(
        f"the unfinished job {job.id} has the same leads and other values",
        job_id=job.id,
        repair=f'ws.upserts.resume("{job.id}") finishes it as it was, ws.upserts.abandon("{job.id}") leaves the rest; '
        "then plan again",
    )


def _job(plan: Plan[Any], via: str, digest: str) -> Job:
    workspace = plan.target.jobs.workspace
    writes = plan.decisions.rows["action"].is_in(WRITES).sum()
    return Job(
        id=new_id(),
        fingerprint=plan.source.fingerprint(workspace),
        input=plan.source.input_digest(via),
        digest=digest,
        state="open",
        created_at=plan.target.session.time(),
        finished_at=None,
        facts={"kind": plan.source.kind, "via": via, "rows": len(plan), "writes": writes, **plan.source.facts},
        plan=tables.write(plan.decisions_as_text, tables.labels(plan.index)),
    )


def _with_sample(plan: Plan[Any], sends: Sequence[Send]) -> Sequence[Send]:
    """Return the requests, with one of a single row first where it is unknown what a bulk upsert does with a lead."""
    if not absent_fields.may_clear(plan.target.session.client, "leads.bulk_upsert"):
        return sends
    rows = plan.decisions.rows.filter(pl.col("action") == "update", pl.col("lead_id").is_not_null())
    return payloads.with_sample(sends, set(rows["row"].to_list()))


def _digest(sends: Sequence[Send]) -> str:
    digest = hashlib.sha256()
    for send in sends:
        digest.update(f"{send.method} {send.path} {send.ordinal}\0".encode())
        digest.update((send.payload or b"") + b"\0")
    return digest.hexdigest()


def _check(via: str, concurrency: object) -> None:
    if via not in {"api", "import"}:
        raise InvalidParameterError("via must be 'api' or 'import'", repair='leave it out, for "api"')
    whole = isinstance(concurrency, int) and not isinstance(concurrency, bool)
    if not whole or not 1 <= concurrency <= MAX_CONCURRENCY:  # type: ignore[operator]
        raise InvalidParameterError(f"concurrency must be from 1 to {MAX_CONCURRENCY}", repair="leave it out, for 4")
