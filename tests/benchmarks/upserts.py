"""Plans and their application, measured: ``python tests/benchmarks/upserts.py plan|faults|pace``.

``plan``: a frame of a million rows against a mirror of a million leads: seconds and memory. ``faults``: ten thousand
rows, some invalid and some in conflict, over a connection that breaks. ``pace``: a hundred thousand upserts under
a rate limit: the share of the allowed requests that is used, and answers 429.
"""

from __future__ import annotations

import argparse
import resource
import time
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

START = datetime(2026, 3, 1, tzinfo=UTC)


def memory() -> float:
    """Return the peak memory of this process, in GB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


def people(count: int) -> pl.DataFrame:
    """Leads as a frame, with what a list gives."""
    numbers = pl.Series(range(count))
    text = numbers.cast(pl.String)
    return pl.DataFrame(
        {
            "id": "lead_" + text,
            "object": pl.Series(["lead"]).new_from_index(0, count),
            "email": "Person." + text + "@Company" + (numbers % 5000).cast(pl.String) + ".example",
            "full_name": "Person Number " + text,
            "company_name": "Company " + (numbers % 5000).cast(pl.String),
            "title": pl.Series(["CEO", "CTO", "Head of Sales", None]).gather(numbers % 4),
            "country": pl.Series(["DE", "FR", "US", "GB"]).gather(numbers % 4),
            "phone": "+49 30 " + (numbers + 1_000_000).cast(pl.String),
            "status": pl.Series(["new", "contacted", "unsubscribed"]).gather(numbers % 3),
            "score": numbers % 100,
            "tags": pl.Series([["a"], ["a", "b"], []], dtype=pl.List(pl.String)).gather(numbers % 3),
            "merged_into": pl.Series([None], dtype=pl.String).new_from_index(0, count),
            "external_id": "crm-" + text,
            "deleted_at": pl.Series([None], dtype=pl.Datetime("us", "UTC")).new_from_index(0, count),
            "created_at": pl.Series([START]).dt.cast_time_unit("us").new_from_index(0, count),
            "updated_at": pl.select(pl.lit(START) + pl.duration(milliseconds=numbers))["literal"],
        }
    )


def plan(count: int) -> None:
    """Time a plan against a prepared mirror: read from Delta, compared and checked, without requests."""
    import tempfile

    import pyarrow as pa

    import pb2b_notebook as pb
    from pb2b_notebook.mapping.lead_fields import read_fields
    from pb2b_notebook.mirror.reading import queries
    from pb2b_notebook.mirror.storage.layout import plain_type
    from pb2b_notebook.mirror.storage.tables import Table
    from pb2b_notebook.upserts.planning import checking
    from pb2b_notebook.upserts.planning.decide import decide
    from pb2b_notebook.upserts.planning.decisions import Rules
    from pb2b_notebook.upserts.planning.desired_rows import read_desired
    from pb2b_notebook.upserts.planning.matching import ALWAYS
    from pb2b_notebook.upserts.running import payloads

    with pb.open_sandbox(leads=1) as ws:
        known = read_fields(ws.lead_fields.list())
    columns = {one.column: one for one in known.values()}
    now = people(count)
    asked = now.sample(fraction=1.0, shuffle=True, seed=1).drop("id", "created_at", "updated_at", "deleted_at")
    numbers = np.arange(count)
    asked = asked.with_columns(
        title=pl.when(pl.Series(numbers % 10 == 0)).then(pl.lit("Chair")).otherwise("title"),
        email=pl.when(pl.Series(numbers % 50 == 1))
        .then("new." + pl.col("email"))
        .otherwise(pl.col("email").str.to_uppercase()),
    )
    with tempfile.TemporaryDirectory() as folder:
        table = Table(Path(folder) / "leads", "benchmark/leads", "leads")
        rows = now.to_arrow()
        table.append(rows.cast(pa.schema([pa.field(one.name, plain_type(one.type)) for one in rows.schema])), {})
        for library in ("pandas", "polars"):
            frame = asked.to_pandas() if library == "pandas" else asked
            before, cpu = memory(), time.process_time()
            steps = [time.monotonic()]
            leads = queries.current_rows(
                table, columns=[name for name in dict.fromkeys([*ALWAYS, *columns]) if name in now.columns]
            )
            steps.append(time.monotonic())
            wanted = read_desired(frame, columns, match_on="email")
            steps.append(time.monotonic())
            decided = decide(wanted, leads, Rules())
            steps.append(time.monotonic())
            decided = decided.refusing(checking.find_problems(decided, known))
            steps.append(time.monotonic())
            requests = payloads.requests(decided)
            took = [f"{after - since:.2f}" for since, after in pairwise(steps)]
            print(
                f"{count:,} rows, {library}: {steps[-1] - steps[0]:.2f} s "
                f"(mirror {took[0]}, frame {took[1]}, decide {took[2]}, check {took[3]}; "
                f"{time.process_time() - cpu:.1f} s of processor time); "
                f"{decided.counts}, {requests:,} requests; peak memory {memory():.2f} GB (before it {before:.2f})"
            )


def faults(count: int) -> None:
    """Apply a plan over a connection that breaks; check that no row is lost and the sandbox has what was planned."""
    from fault_proxy import CutReply, CutRequest, FaultProxy, Substitute, reply
    from workspaces import Service, connected

    service = Service(leads=0, leads_limit=10 * count)
    numbers = np.arange(count)
    frame = pl.DataFrame(
        {
            "email": pl.Series([f"p{n}@faults.example" if n % 100 >= 3 else f"nobody {n}" for n in numbers]),
            "title": pl.Series([f"Title {n}" for n in numbers]),
        }
    )
    there = [f"p{n}@faults.example" for n in numbers if n % 2 and n % 100 >= 3]
    with connected(service.url, service.oracle) as oracle, FaultProxy(service.url) as proxy:
        for start in range(0, len(there), 100):
            oracle.leads.bulk_upsert(rows=[{"email": email} for email in there[start : start + 100]])
        with connected(proxy.url, service.key) as ws:
            plan = ws.leads.plan(frame, compare_with="service" if count <= 500 else "mirror")
            overtaken = there[:: max(1, len(there) // (count // 50))][: count // 50]
            for start in range(0, len(overtaken), 100):
                rows = [{"email": email, "city": "Elsewhere"} for email in overtaken[start : start + 100]]
                oracle.leads.bulk_upsert(rows=rows)
            internal = reply(500, b'{"error":{"code":"internal","message":"sorry"}}')
            storm = [Substitute(reply(429, retry_after="0"))] * 20
            proxy.once(
                "bulk-upsert", Substitute(internal, effect=True), CutRequest(0), CutReply(0), CutReply(700), *storm
            )
            start_at = time.monotonic()
            done = plan.apply(progress=False)
            seconds = time.monotonic() - start_at
        leads = oracle.leads.list(frame="polars", progress=False).select("email", "city", held="title")
    service.close()
    truth = frame.with_columns(status=done.rows["status"]).join(leads, on="email", how="left")
    wrote = truth.filter(pl.col("status") == "succeeded")
    kept = truth.filter(pl.col("status") == "conflict")
    print(
        f"{count:,} rows: {plan.summary}; rows out {len(done):,}, {done.summary} in {seconds:.1f} s; "
        f"written as planned {wrote.filter(pl.col('title') == pl.col('held')).height:,} of {wrote.height:,}; conflicts "
        f"left alone {kept.filter(pl.col('city') == 'Elsewhere').height:,} of {kept.height:,}; leads "
        f"{leads.height:,} for {len(set(frame.filter(pl.col('email').str.contains('@'))['email'])):,} addresses, "
        f"{int(leads['email'].is_duplicated().sum())} twice; problem {done.problem}"
    )


def pace(count: int, *, limit: int = 600, window: float = 60.0) -> None:
    """Return the share of the allowed requests that is used, and the answers 429; a shorter window gives it sooner."""
    from fault_proxy import FaultProxy
    from pb2b_notebook.api.http.sending.courier import Timing
    from pb2b_notebook.api.http.sending.pacing import Pacer
    from workspaces import Service, connected

    service = Service(leads=0, leads_limit=10 * count, rate_limit=limit, window=window)
    frame = pl.DataFrame({"email": [f"p{n}@pace.example" for n in range(count)], "score": list(range(count))})
    with (
        FaultProxy(service.url) as proxy,
        connected(proxy.url, service.key, timing=Timing(), pacer=Pacer(window=window)) as ws,
    ):
        plan = ws.leads.plan(frame, compare_with="mirror")
        time.sleep(window)  # the requests of the plan no longer count
        before = len(proxy.seen)
        done = plan.apply(progress=False)
        seen = [one for one in proxy.seen[before:] if one.method == "POST"]
        wall = seen[-1].at - seen[0].at
        refused = sum(one.status == 429 for one in seen)
    service.close()
    # In a window the limit may leave at once: the least time is that of the whole windows that must pass.
    least = (len(seen) - 1) // limit * window
    print(
        f"{count:,} upserts, limit {limit} in {window:g} s: {len(seen):,} requests, {refused} answers 429, "
        f"{done.summary['succeeded']:,} succeeded; from the first to the last request {wall:.2f} s, "
        f"the least that the limit allows {least:g} s: {least / wall:.1%} of the budget used"
    )


def main() -> None:
    """Run one of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("what", choices=("plan", "faults", "pace"))
    parser.add_argument("--rows", type=int, default=0)
    parser.add_argument("--limit", type=int, default=600)
    parser.add_argument("--window", type=float, default=60.0, help="seconds")
    options = parser.parse_args()
    if options.what == "plan":
        plan(options.rows or 1_000_000)
    elif options.what == "faults":
        faults(options.rows or 10_000)
    else:
        pace(options.rows or 100_000, limit=options.limit, window=options.window)


if __name__ == "__main__":
    main()
