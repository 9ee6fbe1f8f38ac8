"""Each form by hand, in Voila, and its look in JupyterLab: one notebook with all of them, over one sandbox."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from notebook_servers import HOSTILE

TITLES = ("Connect to ProspectB2B", "Export leads", "Import leads", "Lead", "Webhooks", "Jobs")
FOCUSED = "() => (e => e.labels?.[0]?.textContent || e.title || e.textContent)(document.activeElement)"
LONG = "n" * 10_000


@pytest.fixture(scope="module", params=["voila"])
def view(request):
    """The notebook with all forms, run; light."""
    view = request.getfixturevalue(f"forms_in_{request.param}")
    expect(view.form("Jobs")).to_be_visible()
    yield view
    inert(view.page)


def inert(page) -> None:
    """Nothing that a lead is called ran, and nothing was read as markup or mathematics."""
    assert page.evaluate("window.pwned") is None
    assert page.locator("img[src=x], mjx-container, .MathJax").count() == 0


def test_connect(view):
    one = view.form("Connect to ProspectB2B")
    one.get_by_role("button", name="Connect").click()
    expect(one.get_by_text("ws = form.result")).to_be_visible()
    expect(one.get_by_role("button", name="Connect")).to_be_enabled()
    view.save_picture("Connect to ProspectB2B")


def test_export(view):
    one = view.form("Export leads")
    one.get_by_label("Status", exact=True).select_option(["new", "contacted"])
    one.get_by_role("button", name="Count leads").click()
    expect(one.get_by_text("leads match")).to_be_visible()
    one.get_by_role("button", name="Export", exact=True).dblclick()
    expect(one.get_by_text("is ready")).to_be_visible()
    one.get_by_role("button", name="Read these rows").click()
    expect(one.get_by_text("df = form.frame")).to_be_visible()
    view.save_picture("Export leads")


def test_import(view, tmp_path):
    one = view.form("Import leads")
    lines = [
        "E-Mail,Name,Points,<img src=x onerror=window.pwned=1>",
        f'ada@example.com,"{HOSTILE.replace(chr(34), "")}",7,x',
    ]
    lines += [f"nobody,{LONG},8,$5 to $10", "grace@example.com,Grace,many,", "=1+1,<script>window.pwned=1</script>,9,y"]
    file = tmp_path / "<img src=x onerror=window.pwned=1> $5 to $10.csv"
    file.write_text("\n".join(lines), "utf-8")
    with view.page.expect_file_chooser() as chooser:
        one.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files(file)
    expect(one.get_by_text("$5 to $10.csv: 4 rows")).to_be_visible()
    view.save_picture("Import leads", "_mapped")
    # Values with digits do not show that a "Name" is a person's.
    one.get_by_role("combobox", name="lead field of Name", exact=True).select_option("Full name")
    # What was uploaded is out of the widget again: its state is what a notebook saves.
    expect(one.get_by_role("button", name="Choose a file (0)")).to_be_visible()
    one.get_by_role("combobox", name="lead field of Points").select_option("Score")
    one.get_by_role("button", name="Check").click()
    expect(one.get_by_text("the first rows, as leads")).to_be_visible()
    view.save_picture("Import leads", "_checked")
    one.get_by_role("button", name="Dry run").click()
    expect(one.get_by_text("An import would result in: 1 created")).to_be_visible()
    one.get_by_role("button", name="Import", exact=True).dblclick()
    expect(one.get_by_text("3 refused rows")).to_be_visible()
    view.save_picture("Import leads", "_refused")
    one.get_by_role("textbox", name="row 2 email").fill("nobody@example.com")
    one.get_by_role("textbox", name="row 2 full_name").fill("Nobody")
    one.get_by_role("textbox", name="row 3 score").fill("10")
    one.get_by_role("button", name="Retry corrected rows").click()
    expect(one.get_by_text("1 refused row")).to_be_visible()
    view.save_picture("Import leads")


def test_a_hostile_lead_is_shown_unchanged(view):
    one = view.form("Lead")
    expect(one.get_by_label("Full name", exact=True)).to_have_value(HOSTILE)
    one.get_by_label("Title", exact=True).fill(HOSTILE)
    one.get_by_role("button", name="Save changes").click()
    expect(one.get_by_text("Saved")).to_be_visible()
    one.get_by_label("E-mail", exact=True).fill(HOSTILE)
    one.get_by_role("button", name="Save changes").click()
    expect(one.get_by_text("ValidationError")).to_be_visible()
    view.save_picture("Lead")


@pytest.mark.parametrize("view", ["lab", "voila"], indirect=True)
def test_a_label_with_dollars_is_not_typeset(view):
    expect(view.page.get_by_label("$5 to $10 <b>", exact=True)).to_have_value("x")
    inert(view.page)


def test_webhooks(view):
    one = view.form("Webhooks")
    one.get_by_label("Status", exact=True).select_option(["failed"])
    one.get_by_role("button", name="Show deliveries").click()
    expect(one.get_by_text("deliveries, newest first")).to_be_visible()
    one.get_by_role("button", name="Retry failed").click()
    expect(one.get_by_text("retried")).to_be_visible()
    one.get_by_label("Status", exact=True).select_option([])
    one.get_by_role("button", name="Watch").click()
    expect(one.get_by_text("watching until you press Stop watching")).to_be_visible()
    newest = one.locator("table", has_text="deliveries, newest first").locator("tbody tr").first
    before = newest.inner_text()
    exporting = view.form("Export leads")
    exporting.get_by_label("Format", exact=True).select_option("Excel")
    exporting.get_by_role("button", name="Export", exact=True).click()
    expect(newest).not_to_have_text(before)
    expect(newest).to_contain_text("export.completed")
    one.get_by_role("button", name="Stop watching").click()
    expect(one.get_by_text("Stopped watching")).to_be_visible()
    view.save_picture("Webhooks")


def test_a_job(view):
    one = view.form("Jobs")
    one.get_by_role("button", name="Watch", exact=True).click()
    expect(one.get_by_text("All jobs have ended")).to_be_visible()
    expect(one.get_by_text("Completed.")).to_be_visible()
    view.save_picture("Jobs")


def test_the_keyboard_goes_through_a_form_in_its_order(view):
    """From the first box, Tab alone, to the button."""
    one = view.form("Import leads")
    one.get_by_role("button", name="Choose a file").focus()
    seen = []
    for _ in range(40):
        seen.append(view.page.evaluate(FOCUSED))
        if seen[-1] == "Import":
            break
        view.page.keyboard.press("Tab")
    named = [name for name in seen if name.startswith(("lead field of", "way of reading"))]
    assert seen[-1] == "Import", seen
    assert named[:3] == ["lead field of E-Mail", "way of reading E-Mail", "lead field of Name"]


@pytest.mark.parametrize("view", ["lab"], indirect=True)
def test_forms_are_readable_in_the_dark(view):
    view.page.evaluate("() => jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})")
    view.page.wait_for_function(
        "document.body.dataset.jpThemeLight === 'false' && !document.querySelector('#jupyterlab-splash')"
    )
    pale = {}
    for title in TITLES:
        view.save_picture(title, "_dark")
        pale |= {f"{title}: {told}": ratio for told, ratio in view.form(title).evaluate(CONTRASTS) if ratio < 4.5}
    assert pale == {}


# WCAG contrast of each text of a form against what is behind it.
CONTRASTS = """root => {
    const parse = c => (c.match(/[0-9.]+/g) || []).map(Number);
    const light = c => {
        const [r, g, b] = c.slice(0, 3).map(v => v / 255)
            .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const behind = node => {
        for (let n = node; n; n = n.parentElement) {
            const c = parse(getComputedStyle(n).backgroundColor);
            if (c.length === 3 || c[3] > 0) return c;
        }
        return [255, 255, 255];
    };
    const found = [];
    for (const node of root.querySelectorAll('*')) {
        const own = [...node.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
        if (!own || !node.checkVisibility()) continue;
        const [a, b] = [light(parse(getComputedStyle(node).color)), light(behind(node))].sort((x, y) => y - x);
        found.push([node.textContent.trim().slice(0, 40), (a + 0.05) / (b + 0.05)]);
    }
    return found;
}"""
