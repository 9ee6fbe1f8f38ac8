"""The whole story by hand, in the app as ``pb2b app`` serves it: connect, duplicates, plan, apply, again."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import psutil
import pytest
from playwright.sync_api import expect

NAME = "Mallory <img src=x onerror=window.hacked=1>"
TITLES = ("=1+1", "<script>window.hacked=1</script>")
HOSTILE = "full_name,email,company_name,job title\n" + "".join(
    f"{NAME},mallory@evil.example,<b onclick=window.hacked=1>$5 to $10</b>,{title}\n" for title in TITLES
)


@pytest.fixture(scope="module")
def server(home):
    """The process of ``pb2b app``, and the address that it prints."""
    surroundings = os.environ | {"HOME": str(home), "PB2B_CACHE_DIR": str(home / "cache"), "PB2B_IN_PROCESS": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "pb2b_notebook.cli", "app", "--port", "0", "--no-browser"],
        stdout=subprocess.PIPE,
        text=True,
        env=surroundings | {"PB2B_CONFIG": str(home / "config.toml")},
        cwd=home,
    )
    yield process, process.stdout.readline().split()[-1]
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture
def page(chromium, server):
    """The page of the app."""
    page = chromium.new_page()
    page.set_default_timeout(90_000)
    page.goto(server[1], wait_until="domcontentloaded")
    yield page
    page.close()


class Hand:
    """What a person does on the page."""

    def __init__(self, page):
        self.page = page

    def press(self, name):
        self.page.get_by_role("button", name=re.compile(f"^{name}$")).filter(visible=True).last.click()

    def tab(self, name):
        self.page.get_by_role("tab", name=name).click()

    def sees(self, text):

        expect(self.page.get_by_text(text).filter(visible=True).last).to_be_visible()

    def has_focus(self, selector):
        self.page.locator(f"{selector}:focus").filter(visible=True).first.wait_for()

    def is_readable_on_a_phone(self, text):
        """No column of the table in view is a letter wide."""
        size = self.page.viewport_size
        self.page.set_viewport_size({"width": 390, "height": 900})
        box = self.page.locator("td", has_text=text).filter(visible=True).last.bounding_box()
        assert box["width"] > 80, "a column is a letter wide"
        self.page.set_viewport_size(size)

    def plans_and_applies(self, of=None):
        """From the finished review in view to the plan, applied, and planned again; ``of`` is a cell of the plan."""
        self.press("Make a plan of it")
        self.sees("What Apply would do")
        if of is not None:
            self.is_readable_on_a_phone(of)
        told = self.page.get_by_role("button", name=re.compile("^Apply [0-9,]+ rows?$")).inner_text()
        self.press("Apply [0-9,]+ rows?")
        self.press("Yes")
        self.sees(re.compile(r"\bApplied$"))
        self.press("Plan again")
        self.sees("Nothing to do")
        return told


@pytest.mark.timeout(600)  # each step has its own limit
def test_from_connecting_to_applied_plan_and_nothing_to_do_the_second_time(page, server, tmp_path):
    path = tmp_path / "hostile.csv"
    path.write_text(HOSTILE, "utf-8")
    hand = Hand(page)
    hand.press("Connect")
    hand.sees("SANDBOX")
    hand.has_focus(".lm-TabBar-tab.lm-mod-current")  # and not the top of the page, which a button takes with it
    assert "token" not in page.url

    # Rows of a file, one person twice, that try to be markup, scripts, formulas and mathematics.
    hand.tab("Duplicates")
    page.get_by_label("Search in", exact=True).select_option("the rows of a file")
    page.get_by_label("File", exact=True).filter(visible=True).fill(str(path))
    hand.press("Find")
    hand.sees("Group 1 of 1")
    for text in (NAME, *TITLES):
        hand.sees(text)
    page.locator(".pb2b-keys").focus()
    page.keyboard.press("m")
    hand.sees("All groups are reviewed")
    hand.press("Finish review")
    assert hand.plans_and_applies("$5 to $10") == "Apply 1 row"
    hand.sees(NAME)
    reviews_the_leads_of_the_workspace(hand)

    others = {"Report": "Make the report", "Jobs": "Watch", "Webhooks": "Show deliveries", "Export": "Count leads"}
    for other, button in others.items():
        hand.tab(other)
        hand.sees(button)
    hand.press("Disconnect")
    hand.sees("Connect to ProspectB2B")
    hand.has_focus(".pb2b-form *")
    assert page.get_by_text("mallory@evil.example").count() == 0
    assert page.evaluate("window.hacked") is None
    says_that_its_python_has_ended_while_the_server_goes_on(hand, server[0])


def reviews_the_leads_of_the_workspace(hand):
    """Hundreds of clusters, by keyboard."""
    page = hand.page
    hand.tab("Duplicates")
    page.get_by_label("Search in", exact=True).select_option("the leads of this workspace")
    hand.press("Find")
    hand.sees(re.compile("Group 1 of [0-9]{2,}"))
    for key, shown in (("m", "Group 2 of"), ("n", "Group 3 of"), ("s", "Group 4 of")):
        page.locator(".pb2b-keys").focus()
        page.keyboard.press(key)
        hand.sees(shown)
    hand.press("Finish review")
    page.get_by_text("SANDBOX").first.scroll_into_view_if_needed()
    hand.plans_and_applies()
    assert page.evaluate("() => document.querySelector('.pb2b-app-top').getBoundingClientRect().top") >= 0


def says_that_its_python_has_ended_while_the_server_goes_on(hand, server):
    kernels = [child for child in psutil.Process(server.pid).children() if "ipykernel_launcher" in child.cmdline()]
    assert kernels
    for kernel in kernels:
        kernel.kill()
    hand.sees("The app does not respond")
    assert server.poll() is None


def test_a_wide_table_keeps_the_app_within_its_cell(lab, open_notebook):
    """In JupyterLab, the output of a cell would grow with the table, and take the tabs out of sight."""
    cells = "import pb2b_notebook as pb", "app = pb.forms.App(pb.open_sandbox(leads=5))", "app.open('jobs')\napp"
    view = open_notebook(lab, *cells)
    expect(view.page.get_by_text("the newest jobs")).to_be_visible()
    width = "name => document.querySelector(name).offsetWidth"
    assert view.page.evaluate(width, ".pb2b-app") < view.page.evaluate(width, ".jp-Cell")
