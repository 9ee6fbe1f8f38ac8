"""A messy list of 300 rows, and one of 100,000, by clicking: from the file to people who are sent, and taken back."""

from __future__ import annotations

import re

import pytest

import pb2b_notebook as pb
from messy_lists import TIMES, as_csv, lone_leads, long_list, new_people, three_hundred

CELL = "import pb2b_notebook as pb\n\npb.forms.App(pb.open_sandbox(leads=300, rate_limit=1_000_000))"
MAPPED = {
    "Interesse": "Account tier",
    "Newsletter": "Newsletter opt-in",
    "Verlängerung": "Renewal date",
    "Größe": "Employees",
}


@pytest.fixture(scope="module")
def messy_list(tmp_path_factory):
    """The list as a file; the sandbox in the page has the same leads as this one."""
    path = tmp_path_factory.mktemp("lists") / "messe.csv"
    with pb.open_sandbox(leads=300, rate_limit=1_000_000) as ws:
        path.write_bytes(as_csv(three_hundred(lone_leads(ws))))
    return path


@pytest.fixture(scope="module")
def twenty_thousand(tmp_path_factory):
    """A list whose comparison takes seconds."""
    syllables = [a + b for a in "bdfgklmnprst" for b in "aeiou"]
    given = [f"{a}{b}".title() for a in syllables[:10] for b in syllables[:10]]
    family = [f"{a}{b}{c}".title() for a in syllables[:5] for b in syllables[:5] for c in syllables[:8]]
    path = tmp_path_factory.mktemp("lists") / "long.csv"
    path.write_bytes(as_csv(new_people(given, family)))
    return path


class Clicks:
    """What a person does on the page, counted."""

    def __init__(self, page):
        self.page, self.count = page, 0

    def press(self, name):
        """Press the button that is shown with this name, once it can be pressed."""
        from playwright.sync_api import expect

        button = self.page.get_by_role("button", name=re.compile(f"^{name}")).filter(visible=True).first
        expect(button).to_be_enabled()
        button.click()
        self.count += 1

    def sees(self, text, timeout=None):
        from playwright.sync_api import expect

        found = self.page.get_by_text(text).filter(visible=True).first
        expect(found).to_be_visible(timeout=timeout)
        return found.inner_text()

    def choose(self, path):
        with self.page.expect_file_chooser() as chooser:
            self.press("Choose a file")
        chooser.value.set_files(path)
        self.count += 1

    def close_and_stay(self):
        """Close the page, and stay when the browser asks: all goes on."""
        self.page.once("dialog", lambda question: question.dismiss())
        self.page.close(run_before_unload=True)


@pytest.mark.timeout(600)  # each step has its own limit
def test_the_messy_list_by_clicking(open_notebook, voila, messy_list, twenty_thousand):
    page = open_notebook(voila, CELL).page
    by = Clicks(page)
    by.sees("Choose a list of people first")
    by.choose(messy_list)
    by.sees("Step 2 of 6")
    by.close_and_stay()
    for column, field in MAPPED.items():
        page.get_by_role("combobox", name=f"lead field of {column}").select_option(field)
        by.count += 2
    by.sees(re.compile("of 300 cells do not fit: ca. 100"))
    by.press("Next: Repair cells")
    by.sees("Step 3 of 6")
    by.press("Accept all suggestions")
    by.sees("3 repairs are filled in")
    by.press("Next: Look at the people")
    by.sees("256 new, 14 in the workspace, 20 twice in the list, 6 not to be contacted, 4 to correct")
    by.press("Next: Send")
    by.sees("256 to create")
    by.press(r"Send \d+ people")
    by.press("Yes, send")
    by.sees("256 people created")
    with page.expect_download() as download:
        by.press("Download the 4 rows")
    assert download.value.suggested_filename == "messe_not_sent.xlsx"
    assert len(pb.read_leads(download.value.path(), quiet=True)) == 4
    assert by.count <= 18

    # The same file again has nobody to create, and what was sent can be taken back.
    by.press("Bring in another list")
    by.choose(messy_list)
    by.sees("Step 2 of 6")
    by.sees("What you decided about this list before is back")
    by.press("4 Look at the people")
    by.sees("290 in the workspace, 6 not to be contacted, 4 to correct")
    by.press("1 Choose a file")
    by.sees("Brought in before")
    by.press("Undo$")
    by.press("Yes, undo")
    by.sees("256 people deleted")
    assert page.evaluate("document.activeElement.className").endswith("pb2b-where")  # Tab goes on from there

    # Another tab compares a long list with the workspace, until it is stopped in the middle of the work.
    page.get_by_role("tab", name="Duplicates").click()
    page.get_by_role("combobox", name="Search in").select_option("a file, compared with the workspace")
    by.choose(twenty_thousand)
    by.sees("long.csv: 20,000 rows")
    by.press("Find$")
    by.sees("comparing 20,000 rows")
    by.press("Stop$")
    by.sees("Nothing was sent. Press Find to begin again.")

    # The same list as before, after the same step of the columns.
    by.choose(messy_list)
    by.sees("messe.csv: 300 rows")
    by.sees("Cells that do not fit are left out")
    by.press("Find$")
    by.sees(re.compile("groups of probable duplicates among 300 rows"))


@pytest.mark.timeout(900)
def test_a_list_of_100_000_rows_by_clicking(open_notebook, voila, tmp_path):
    content, people, keyless = long_list(100_000)
    (tmp_path / "long.csv").write_bytes(content)
    by, minutes = Clicks(open_notebook(voila, CELL).page), 600_000
    by.choose(tmp_path / "long.csv")
    by.sees("Step 2 of 6", minutes)
    by.press("Next: Repair cells")
    by.sees("Step 3 of 6", minutes)
    by.press("Next: Look at the people")
    counts = by.sees(re.compile(rf"new, .*{keyless:,} to correct"), minutes)
    found = {
        what: int(number.replace(",", "")) for number, what in re.findall(r"([\d,]+) (new|twice|to decide)", counts)
    }
    assert sum(found.values()) + keyless == 100_000  # no row is lost
    assert found["new"] + found.get("to decide", 0) // TIMES <= people  # and no person is created twice
    by.press("Next: Send")
    by.press(f"Send {found['new']:,} people")
    by.press("Yes, send")
    by.sees(f"{found['new']:,} people created", minutes)
    by.press("Undo this list")
    by.press("Yes, undo")
    by.sees(f"{found['new']:,} people deleted", minutes)
