"""Each form by hand, in JupyterLab and in Voila, over the sandbox."""

from __future__ import annotations

from playwright.sync_api import expect

SANDBOX = "import pb2b_notebook as pb\nws = pb.open_sandbox(leads=60)"
HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script> $5 to $10 \u202eevil'


def inert(page) -> None:
    """Nothing that a lead is called ran, and nothing was read as markup or mathematics."""
    assert page.evaluate("window.pwned") is None
    assert page.locator("img[src=x], mjx-container, .MathJax").count() == 0


def test_export_by_hand(place, open_notebook):
    page = open_notebook(place, SANDBOX, "form = pb.forms.ExportForm(ws)\nform").page
    page.get_by_label("Status", exact=True).select_option(["new", "contacted"])
    page.get_by_role("button", name="Count rows").click()
    expect(page.get_by_text("leads match")).to_be_visible()
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_text("is ready")).to_be_visible()
    page.get_by_role("button", name="Read these rows").click()
    expect(page.get_by_text("df = form.frame")).to_be_visible()
    inert(page)


def test_a_job_by_hand(place, open_notebook):
    cell = 'export = ws.exports.create(format="csv")\nform = pb.forms.JobMonitor(ws, export)\nform'
    page = open_notebook(place, SANDBOX, cell).page
    expect(page.get_by_text("Queued.")).to_be_visible()
    page.get_by_role("button", name="Watch", exact=True).click()
    expect(page.get_by_text("Watched to the end")).to_be_visible()
    expect(page.get_by_text("Completed.")).to_be_visible()


def test_a_hostile_lead_is_shown_unchanged_and_inert(place, open_notebook):
    cell = f"lead = ws.leads.create(full_name={HOSTILE!r}, tags=['$5 <b>'])\nform = pb.forms.LeadForm(ws, lead)\nform"
    page = open_notebook(place, SANDBOX, cell).page
    field = page.get_by_label("Full name", exact=True)
    expect(field).to_have_value(HOSTILE)
    page.get_by_label("Title", exact=True).fill(HOSTILE)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("Saved")).to_be_visible()
    page.get_by_label("E-mail", exact=True).fill(HOSTILE)
    page.get_by_role("button", name="Save changes").click()
    expect(page.get_by_text("ValidationError")).to_be_visible()
    inert(page)


def test_a_form_is_readable_in_the_dark(lab, open_notebook):
    cell = 'form = pb.forms.LeadForm(ws)\nform.values = {"email": "no address"}\nform.click()\nform.wait()'
    page = open_notebook(lab, SANDBOX, cell, dark=True).page
    expect(page.get_by_text("ValidationError")).to_be_visible()
    for text in ("ValidationError", "Custom fields", "Full name"):
        assert contrast(page, page.get_by_text(text).last) >= 4.5, text


def contrast(page, locator) -> float:
    """WCAG contrast of a text against what is behind it."""
    return locator.evaluate(
        """node => {
            const parse = c => (c.match(/[0-9.]+/g) || []).map(Number);
            const light = c => {
                const [r, g, b] = c.slice(0, 3).map(v => v / 255)
                    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
                return 0.2126 * r + 0.7152 * g + 0.0722 * b;
            };
            let behind = node, back = [0, 0, 0, 0];
            while (behind) {
                const c = parse(getComputedStyle(behind).backgroundColor);
                if (c.length < 4 || c[3] > 0) { back = c; break; }
                behind = behind.parentElement;
            }
            const [a, b] = [light(parse(getComputedStyle(node).color)), light(back)].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
        }"""
    )
