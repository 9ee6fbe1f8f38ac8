"""Take the pictures of the forms again, in a real browser: ``PYTHONPATH=tests/support python docs/form_pictures.py``.

It needs Chromium. The pictures go to ``docs/images/``; names (``job_monitor``) choose some of them.
"""

from __future__ import annotations

import contextlib
import re
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from playwright.sync_api import expect, sync_playwright

import pb2b_notebook as pb
from messy_lists import as_csv, lone_leads, three_hundred
from notebook_servers import CHROMIUM, FLAGS, TIMEOUT_MS, voila_server

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

IMAGES = Path(__file__).parent / "images"
WIDTH, HEIGHT = 960, 800
"""Pixels: what a page shows without scrolling."""
_OPEN = "import pb2b_notebook as pb\n\nws = pb.open_sandbox(leads=300, rate_limit=1_000_000)"


def _press(page: Any, name: str) -> None:
    button = page.get_by_role("button", name=re.compile(f"^{name}")).filter(visible=True).first
    expect(button).to_be_enabled()
    button.click()


def _show(text: str) -> Callable[[Any], None]:
    return lambda page: expect(page.get_by_text(text).filter(visible=True).first).to_be_visible()


def _look_at_people(page: Any) -> None:
    with pb.open_sandbox(leads=300, rate_limit=1_000_000) as ws:
        content = as_csv(three_hundred(lone_leads(ws)))
    _show("Choose a list of people first")(page)
    with page.expect_file_chooser() as chooser:
        _press(page, "Choose a file")
    chooser.value.set_files({"name": "messe.csv", "mimeType": "text/csv", "buffer": content})
    for column, field in {
        "Interesse": "Account tier",
        "Newsletter": "Newsletter opt-in",
        "Verlängerung": "Renewal date",
        "Größe": "Employees",
    }.items():
        page.get_by_role("combobox", name=f"lead field of {column}").select_option(field)
    _press(page, "Next: Repair cells")
    _press(page, "Accept all suggestions")
    _show("3 repairs are filled in")(page)
    _press(page, "Next: Look at the people")
    _show("256 new")(page)


def _find_leads(page: Any) -> None:
    _press(page, "Search")
    expect(page.get_by_role("button", name=re.compile("^Edit")).first).to_be_visible()


PICTURES: dict[str, tuple[str, Callable[[Any], None]]] = {
    "app": ("pb.forms.App(ws)", _look_at_people),
    "export_form": ("pb.forms.ExportForm(ws)", _show("Export leads")),
    "lead_search": ("pb.forms.LeadSearch(ws)", _find_leads),
    "duplicate_review": ("pb.forms.DuplicateReview(pb.cleanup.duplicates(ws.leads.list()))", _show("Merge")),
    "plan_review": (
        "pb.forms.PlanReview(ws.leads.plan(ws.leads.list().head(40).assign(title='Head of Sales')))",
        _show("Apply"),
    ),
    "job_monitor": ("pb.forms.JobMonitor(ws)", _show("Jobs")),
    "webhook_monitor": ("pb.forms.WebhookMonitor(ws)", _show("Webhooks")),
}


def take(names: Sequence[str]) -> None:
    """Open forms in Voila, and take a picture of each."""
    expect.set_options(timeout=TIMEOUT_MS)
    with (
        tempfile.TemporaryDirectory() as folder,
        voila_server(Path(folder)) as server,
        sync_playwright() as playwright,
        contextlib.closing(playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))) as browser,
    ):
        for name in names:
            form, prepare = PICTURES[name]
            path = server.write(name, f"{_OPEN}\n{form}")
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            page.set_default_timeout(TIMEOUT_MS)
            page.goto(f"{server.url}/voila/render/{path.name}", wait_until="domcontentloaded")
            prepare(page)
            page.wait_for_timeout(500)  # the last widgets are drawn
            page.evaluate("window.scrollTo(0, 0)")
            box = page.locator(".widget-vbox").first.bounding_box()
            size = {"width": WIDTH, "height": min(HEIGHT, box["y"] + box["height"] + 8)}
            picture = page.screenshot(clip={"x": 0, "y": 0, **size})
            image = Image.open(BytesIO(picture)).convert("RGB").quantize(32, method=1)
            image.save(IMAGES / f"{name}.png", "png", optimize=True)
            page.close()


if __name__ == "__main__":
    take(sys.argv[1:] or [*PICTURES])
