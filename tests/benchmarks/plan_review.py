"""How long a reviewer of a plan of 10,000 rows waits: by value, and by hand in a real Voila.

    python tests/benchmarks/plan_review.py [--rows 10000] [--frame pandas] [--browser 10]

The plan updates the title of four leads in five and creates every tenth row. By value: seconds to make
the form with its first page in view, milliseconds to filter, to search, to sort, to turn a page, to untick one row and
all that match. In the browser: milliseconds from choosing a filter, or from pressing Next, to other rows on the screen,
as often as ``--browser`` says.
"""

from __future__ import annotations

import statistics
from itertools import cycle
from pathlib import Path

from in_voila import clock, page_of, run

WATCH = """(act) => new Promise(done => {
    const form = document.querySelector(".plan");
    const told = () => [...form.querySelectorAll("[role=status]")].map(one => one.innerText).join("|");
    const before = told(), began = performance.now();
    const watcher = new MutationObserver(() => {
        if (told() === before) return;
        watcher.disconnect();
        requestAnimationFrame(() => done(performance.now() - began));
    });
    watcher.observe(form, {subtree: true, childList: true, characterData: true});
    if (act === "next") {
        [...form.querySelectorAll("button")].find(one => one.innerText.startsWith("Next")).click();
    } else {
        const box = form.querySelectorAll("select")[0];
        // The first two are no action: none, and all.
        box.selectedIndex = box.selectedIndex + 1 < box.options.length ? Math.max(2, box.selectedIndex + 1) : 2;
        box.dispatchEvent(new Event("change", {bubbles: true}));
    }
})"""
CELLS = """import sys
sys.path.insert(0, {here!r})
import plan_review
import pb2b_notebook as pb
form = pb.forms.PlanReview(plan_review.plan({rows}, {frame!r}))
form.widget.add_class("plan")
form"""


def plan(rows, frame):
    """Return a plan of this many rows for a sandbox that has most of them."""
    import polars as pl

    import pb2b_notebook as pb

    ws = pb.open_sandbox(leads=rows, rate_limit=1_000_000)
    leads = ws.leads.list(frame="polars", progress=False).select("email", "title").drop_nulls("email")
    leads = leads.unique("email", maintain_order=True).with_row_index("n")
    new = pl.when(pl.col("n") % 10 == 0).then(pl.format("new{}@firm.example", "n")).otherwise(pl.col("email"))
    title = pl.when(pl.col("n") % 5 == 1).then(pl.col("title")).otherwise(pl.format("Head {}", "n"))
    asked = leads.select(email=new, title=title)
    short = rows - asked.height
    extra = pl.DataFrame({"email": [f"more{n}@firm.example" for n in range(short)], "title": ["CEO"] * short})
    asked = pl.concat([asked, extra.cast(asked.schema)])
    return ws.leads.plan(asked if frame == "polars" else asked.to_pandas())


def by_value(rows, frame):
    import pb2b_notebook as pb

    pb.forms.PlanReview(plan(20, frame))  # loads the libraries
    planned = plan(rows, frame)
    print(f"{len(planned):,} rows, {frame}: {planned.summary}")
    clock("first view", lambda: pb.forms.PlanReview(planned), times=3)
    form = pb.forms.PlanReview(planned)
    actions, words = cycle(["create", "update", "unchanged", None]), cycle(["head 77", "firm", "de", None])
    orders = cycle(["most changes first", "lead", "action"])
    clock("filter by action", lambda: setattr(form, "values", {"action": next(actions)}))
    clock("search", lambda: setattr(form, "values", {"search": next(words)}))
    form.values = {"search": None, "action": None}
    clock("sort", lambda: setattr(form, "values", {"order": next(orders)}))
    pages = iter(range(2, 100))
    clock("turn a page", lambda: setattr(form, "values", {"page": next(pages)}))
    row = iter(range(2, 100))
    clock("untick a row", lambda: form.untick([next(row)]))
    clock("untick all shown, tick them again", lambda: (form.untick(), form.tick()), times=5)
    row = iter(range(2, 100))
    clock("edit a row", lambda: form.edit(next(row), title="CTO"), times=5)


def by_hand(rows, frame, times):
    cells = CELLS.format(here=str(Path(__file__).parent), rows=rows, frame=frame)
    with page_of(cells) as (page, expect):
        expect(page.get_by_text(f"of {rows:,} rows").first).to_be_visible()
        rows_of_all = page.get_by_text(f"of {rows:,} rows").first
        for act, told in (("filter", "from choosing an action to its rows"), ("next", "from Next to the next page")):
            took = sorted(page.evaluate(WATCH, act) for _ in range(times))
            print(f"in Voila, {told} on the screen, {times} times: median {statistics.median(took):.0f} ms, "
                  f"slowest {took[-1]:.0f} ms")  # fmt: skip
            page.locator(".plan select").first.select_option("all")
            expect(rows_of_all).to_be_visible()


if __name__ == "__main__":
    run(__doc__, "rows", by_value, by_hand)
