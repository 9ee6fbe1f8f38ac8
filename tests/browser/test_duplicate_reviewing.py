"""DuplicateReview by keyboard alone, in JupyterLab and in Voila; the notebook's own keys do nothing meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

HOSTILE = '<img src=x onerror="window.pwned=1"> $5 to $10 \u202eevil\u200b'
CELLS = (
    f"""import pandas as pd
import pb2b_notebook as pb
people = [(f'l{{n}}{{k}}', f'{{first}} {{last}}', f'{{first}}.{{last}}@firm{{n}}.example'.lower(), f'Firm {{n}}', title)
          for n, last in enumerate(['Hale', 'Berg', 'Eklund', 'Royd', 'Winter', 'Castel'])
          for k, (first, title) in enumerate([('Ada', 'Head'), ('Ada', {HOSTILE!r}), ('Ada', 'Chief')])]
leads = pd.DataFrame(people, columns=['id', 'full_name', 'email', 'company_name', 'title'])
leads['phone'] = [f'+4930123456{{n:02d}}' for n in range(len(leads))]
form = pb.forms.DuplicateReview(pb.cleanup.duplicates(leads), path='session.json')""",
    "form",
)
AFTER = "1 + 1"


@pytest.mark.parametrize("kind", ["lab", "voila"])
def test_a_review_by_keyboard_alone(kind, request, open_notebook):
    view = open_notebook(request.getfixturevalue(kind), *CELLS, AFTER)
    page, one = view.page, view.form("Review duplicates")
    expect(one.get_by_text("Cluster 1 of 6")).to_be_visible()
    cells = page.locator(".jp-CodeCell").count()
    tab_to_the_keys(page, one)

    def press(*keys: str, shows: str) -> None:
        for key in keys:
            page.keyboard.press(key)
        expect(one.get_by_text(shows, exact=False).first).to_be_visible()

    view.shoot("Review duplicates", "_open")
    press("m", shows="Cluster 2 of 6")
    press("n", shows="Cluster 3 of 6")
    press("s", shows="Cluster 4 of 6")
    press("ArrowRight", "ArrowRight", "x", shows="left out")
    press("2", shows="chosen by hand")
    view.shoot("Review duplicates", "_chosen")
    press("m", shows="Cluster 5 of 6")
    press("u", shows="Cluster 4 of 6")
    press("u", "u", "u", shows="Cluster 3 of 6")
    press("u", shows="Cluster 2 of 6")
    press("n", shows="Cluster 3 of 6")
    # Keys of the notebook that are none of the form: D D would delete the cell, B add one, X and M are ours.
    press("d", "d", "b", "a", "Shift+M", "k", shows="Cluster 2 of 6")
    assert page.locator(".jp-CodeCell").count() == cells
    press("g", shows="Cluster 3 of 6")
    tab_to(page, "Finish review")
    page.keyboard.press("Enter")
    expect(one.get_by_text("Merge: 1 clusters")).to_be_visible()
    view.shoot("Review duplicates")
    assert page.evaluate("window.pwned") is None
    assert page.locator("img[src=x], mjx-container, .MathJax").count() == 0
    assert '"different"' in (view.path.parent / "session.json").read_text("utf-8")
    (view.path.parent / "session.json").unlink()


def tab_to_the_keys(page, form) -> None:
    """From the first button of the form by Tab alone."""
    form.get_by_label("Show", exact=True).focus()
    for _ in range(30):
        if page.evaluate("document.activeElement.className") == "pb2b-keys":
            break
        page.keyboard.press("Tab")
    expect(form.get_by_text("Keys are on")).to_be_visible()


def tab_to(page, label: str) -> None:
    for _ in range(20):
        if page.evaluate("document.activeElement.textContent") == label:
            break
        page.keyboard.press("Tab")
