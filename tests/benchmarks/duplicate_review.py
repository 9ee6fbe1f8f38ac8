"""How long a reviewer of 10,000 clusters waits: by value, and by keyboard in a real Voila.

    python tests/benchmarks/duplicate_review.py [--clusters 10000] [--frame pandas] [--browser 40]

By value: seconds to make the form with its first cluster in view, milliseconds to merge and see the next, to filter all
clusters, to leave a member out, to move in the table, and to write and read the session once everything is decided. In
the browser: milliseconds from pressing M to the next cluster on the screen, over as many clusters as ``--browser``
says.
"""

from __future__ import annotations

import random
import statistics
import tempfile
from pathlib import Path

from in_voila import clock, page_of, run

WATCH = """() => {
    window.took = [];
    const told = () => document.querySelector(".pb2b-review").innerText.match(/Cluster ([0-9,]+) of/)[1];
    let before = told();
    new MutationObserver(() => {
        if (told() === before) return;
        before = told();
        requestAnimationFrame(() => window.took.push(performance.now() - window.pressed));
    }).observe(document.querySelector(".pb2b-review"), {subtree: true, childList: true, characterData: true});
}"""
# Runs before all scripts of the page, because the form's own listener stops the event.
PRESSED = 'window.addEventListener("keydown", () => { window.pressed = performance.now(); }, true)'
CELLS = """import sys
sys.path.insert(0, {here!r})
import duplicate_review
import pb2b_notebook as pb
found = pb.cleanup.duplicates(duplicate_review.leads({clusters}, {frame!r}))
form = pb.forms.DuplicateReview(found, path="review.json")
form"""


def leads(clusters, frame):
    """Return two or three rows for each person, one person for each cluster; rows differ in title, phone and time."""
    import polars as pl

    rng = random.Random(7)  # noqa: S311 - seeded chance
    rows = []
    for n in range(clusters):
        first, last = rng.choice(["Ada", "Bob", "Cy", "Dora"]), f"{rng.choice(['Berg', 'Hale', 'Royd'])}{n:05x}"
        for k in range(rng.choice([2, 2, 2, 3])):
            rows.append({  # noqa: PERF401 - three lines deep
                "id": f"lead_{n:08x}{k:08x}", "full_name": f"{first} {last}", "first_name": first, "last_name": last,
                "email": f"{first}.{last}@firm{n % 900}.example".lower(), "phone": f"+4930{n:06d}{k}",
                "company_name": f"Firm {n % 900} GmbH", "company_domain": f"firm{n % 900}.example",
                "title": rng.choice(["Head of Sales", "CTO", "Chief Technology Officer", None]), "city": "Berlin",
                "country": "DE", "industry": rng.choice(["Software", "Retail"]),
                "employee_count": rng.randrange(1, 500),
                "status": "new", "source": rng.choice(["import", "website"]), "score": rng.randrange(100),
                "tags": rng.sample(["a", "b", "c"], 2), "updated_at": f"2026-0{rng.randrange(1, 9)}-01",
            })  # fmt: skip
    made = pl.DataFrame(rows)
    return made if frame == "polars" else made.to_pandas()


def by_value(clusters, frame):
    import pb2b_notebook as pb

    found = pb.cleanup.duplicates(leads(clusters, frame))
    pb.forms.DuplicateReview(pb.cleanup.duplicates(leads(2, frame)))  # loads the libraries
    print(f"{len(found.clusters):,} clusters, {frame}")
    clock("first view", lambda: pb.forms.DuplicateReview(found), times=3)
    form = pb.forms.DuplicateReview(found)
    clock("merge, and the next cluster in view", form.merge)
    clock("next cluster in view", form.next)
    bounds = iter(range(1000))
    clock("filter all clusters", lambda: setattr(form, "values", {"at_least": 0.1 + next(bounds) / 10_000}))
    clock("move in the table", lambda: form._run_callback(lambda: form._move(0, 1)))
    clock("undo", form.undo, times=10)
    for name in form._clusters.members:
        form._decisions = form._decisions.with_verdict(name, "merge")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "review.json"
        clock("write the session, all decided", lambda: form.save(path), times=5)
        print(f"{'':<46}{path.stat().st_size / 1e6:9.1f} MB")
        clock("read it", lambda: pb.forms.DuplicateReview(found, path=path), times=3)
    clock("finish: merge all of them", form.submit, times=1)


def by_keyboard(clusters, frame, presses):
    cells = CELLS.format(here=str(Path(__file__).parent), clusters=clusters, frame=frame)
    with page_of(cells, PRESSED) as (page, expect):
        expect(page.get_by_text("Group 1 of")).to_be_visible()
        page.locator(".pb2b-keys").focus()
        page.evaluate(WATCH)
        for press in range(presses):
            page.keyboard.press("m")
            page.wait_for_function(f"window.took.length > {press}")
        took = sorted(page.evaluate("window.took"))
    print(f"by keyboard, {presses} clusters in Voila, from M to the next cluster on the screen: median "
          f"{statistics.median(took):.0f} ms, 95 % within {took[int(0.95 * len(took)) - 1]:.0f} ms")  # fmt: skip


if __name__ == "__main__":
    run(__doc__, "clusters", by_value, by_keyboard)
